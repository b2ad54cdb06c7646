"""Prefect's own database: looked at before a server starts on it, made anew where it is damaged, pruned.

It holds nothing that cannot be missed: nights and posts are in the store, schedules in ``earful.toml``.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from contextlib import closing
from pathlib import Path

from earful.flows.config.settings import Settings
from earful.flows.datafolder import journal
from earful.flows.datafolder.folders import unusable
from earful.flows.process.terminal import Terminal
from earful.flows.server import DATABASE_LOCK

FILE = "prefect.db"
DAMAGED = "prefect.db.damaged"
_BESIDE = ("", "-wal", "-shm")
#: What is gone with it; what is not.
LOST = (
    "gone are the history of runs, queued backfills, and schedules' pauses; schedules come from earful.toml, posts and "
    "numbers are in the store"
)


def for_pruning(days: int) -> dict[str, str]:
    """What makes Prefect's server forget runs, with their logs and artifacts, that ended more than ``days`` ago."""
    seconds = str(days * 86_400)
    return {
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": seconds,
        # Events, as ISO 8601: what the UI draws its lines of, and most of the file.
        "PREFECT_SERVER_EVENTS_RETENTION_PERIOD": f"P{min(days, 7)}D",
    }


def damage(home: Path) -> str:
    """What is wrong with the database, in a few words; empty where it is well, not there, elsewhere or in use."""
    file = home / FILE
    if "PREFECT_SERVER_DATABASE_CONNECTION_URL" in os.environ or not file.exists():
        return ""
    if file.stat().st_size == 0:
        return "it is empty"
    try:
        with closing(sqlite3.connect(file, timeout=5)) as con:
            found = con.execute("pragma quick_check(1)").fetchone()
    except sqlite3.OperationalError as error:
        # In use, no permission, a full disk: no damage, and the server says what it is.
        return "" if "malformed" not in str(error) else str(error)
    except sqlite3.DatabaseError as error:
        return str(error)
    return "" if found == ("ok",) else " ".join(str(found[0] if found else "no answer").split())[:200]


def mend(home: Path) -> str:
    """Put a damaged database aside, so that the next server makes a new one; says so in one line, else empty.

    Call it while no server of ours works on it. Raises OSError where it cannot be put aside.
    """
    if not (home / FILE).exists():
        return ""
    with (home / DATABASE_LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        wrong = damage(home)
        if not wrong:
            return ""
        for end in _BESIDE:
            part = home / f"{FILE}{end}"
            if part.exists():
                part.replace(home / f"{DAMAGED}{end}")
    return f"Prefect's database was damaged ({wrong}) and is made anew, the old one is {home / DAMAGED}; {LOST}"


def mend_database(settings: Settings, home: Path) -> None:
    """Before a run's own server: as ``mend``, said on standard error and in the journal."""
    try:
        said = mend(home)
        if said:
            Terminal(stderr=True, highlight=False, soft_wrap=True, markup=False).print(said)
            journal.note(settings.data, "database", said)
    except OSError as error:
        raise unusable(home, error) from None
