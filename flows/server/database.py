"""Prefect's database of a new folder: made from a prepared schema, not by the hundred migrations that lead to it.

Only where all is as it was prepared for: Prefect's own SQLite file, none there yet, and the migrations of the installed
Prefect ending where the schema does. Everywhere else Prefect migrates, as it would without this.
"""

from __future__ import annotations

import logging
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib.resources import files
from pathlib import Path

_LOG = logging.getLogger(__name__)

#: Beside the database, and only while one is made; a killed server leaves it to the next, which holds the same lock.
UNFINISHED = "prefect.db.unfinished"
#: What SQLite keeps beside a database. Such a file of one that is gone would be taken for the new one's.
_BESIDE = ("-wal", "-shm", "-journal")
_REVISION = re.compile(r'^(down_)?revision(?:: str)? = (?:"(\w+)"|None)$', re.MULTILINE)


@contextmanager
def ready() -> Iterator[None]:
    """Within: the database of Prefect's settings is made where it can be, and is not migrated where it needs nothing.

    Call it while no other server makes or changes the database, and start Prefect's server inside.
    """
    from prefect.settings import (  # noqa: PLC0415 - takes seconds, and reads the environment
        PREFECT_API_DATABASE_CONNECTION_URL,
        PREFECT_API_DATABASE_MIGRATE_ON_START,
        PREFECT_HOME,
        temporary_settings,
    )

    file = Path(PREFECT_HOME.value()) / "prefect.db"
    ours = PREFECT_API_DATABASE_CONNECTION_URL.value() == f"sqlite+aiosqlite:///{file}"
    if not (ours and PREFECT_API_DATABASE_MIGRATE_ON_START.value()):
        yield
        return
    wanted = installed_head()
    place(file, wanted)
    if wanted is None or head(file) != wanted:
        yield
        return
    # To find that nothing is to be done, Alembic would import all migrations.
    with temporary_settings({PREFECT_API_DATABASE_MIGRATE_ON_START: False}):
        yield


def place(file: Path, wanted: str | None) -> bool:
    """Make the database from the prepared schema, whole or not at all; says whether it did.

    ``wanted``: the revision that the installed Prefect asks for. A database that is there is never touched, and what
    cannot be made is left to Prefect, which says what is wrong with the folder.
    """
    beside = [file.with_name(file.name + end) for end in _BESIDE]
    if file.exists() or any(each.exists() for each in beside):
        return False
    script = schema()
    if wanted is None or script_head(script) != wanted:
        _LOG.debug("Prefect's migrations end at %s, the prepared schema at %s", wanted, script_head(script))
        return False
    unfinished = file.with_name(UNFINISHED)
    try:
        _remove(unfinished)
        os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        with closing(sqlite3.connect(unfinished)) as con:
            con.executescript(f"begin;\n{script}\ncommit;")
            con.execute("pragma journal_mode = wal")  # as Prefect has it: several connections at once cannot change it
        os.link(unfinished, file)  # fails where somebody else has made one meanwhile
        return True
    except (OSError, sqlite3.Error) as error:
        _LOG.debug("Prefect's database could not be made from the prepared schema: %s", error)
        return False
    finally:
        _remove(unfinished)


def schema() -> str:
    """The prepared schema: an SQL script that makes an empty database of Prefect's what its migrations would."""
    return files("earful.flows").joinpath("sql", "server", "prefect.sql").read_text("utf-8")


def script_head(script: str) -> str | None:
    """The revision that an SQL script of that kind leads to."""
    found = re.search(r"""insert into "?alembic_version"? values *\('(\w+)'\)""", script, re.IGNORECASE)
    return found[1] if found else None


def head(file: Path) -> str | None:
    """The revision that a database is at; None where it cannot be told."""
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=rw", uri=True)) as con:
            found = [str(row[0]) for row in con.execute("select version_num from alembic_version")]
    except sqlite3.Error as error:
        _LOG.debug("%s: no revision can be read: %s", file, error)
        return None
    return found[0] if len(found) == 1 else None


def installed_head() -> str | None:
    """The revision that the installed Prefect's migrations of SQLite lead to; None where it cannot be told.

    Read from their text: Alembic would import a hundred modules for it.
    """
    folder = files("prefect.server.database").joinpath("_migrations", "versions", "sqlite")
    made: set[str] = set()
    passed: set[str] = set()
    for each in folder.iterdir() if folder.is_dir() else ():
        if not each.name.endswith(".py"):
            continue
        found = dict(_REVISION.findall(each.read_text("utf-8")))
        if found.keys() != {"", "down_"} or not found[""]:
            return None  # written in another way than all until now: not ours to guess
        made.add(found[""])
        passed.add(found["down_"])
    ends = made - passed
    return ends.pop() if len(ends) == 1 else None


def _remove(unfinished: Path) -> None:
    for end in ("", *_BESIDE):
        unfinished.with_name(unfinished.name + end).unlink(missing_ok=True)
