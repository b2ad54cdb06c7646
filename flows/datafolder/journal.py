"""What happened to `earful up` and its parts, in ``<data>/events.jsonl``: one JSON object a line, the newest last.

Written by whoever notices, read by ``earful status``. A restart that nobody sees is one that nobody mends.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from earful.warehouse.files.atomic import write_whole

FILE = "events.jsonl"
#: Lines that are kept when it is shortened, and from how many lines on it is.
KEEP, LONGEST = 500, 1000


@dataclass(frozen=True, slots=True)
class Event:
    """``at`` is aware UTC; ``part``: server, worker, schedule, database, clock, up; ``what``: one line."""

    at: datetime
    part: str
    what: str
    restart: bool = False


def note(data: Path, part: str, what: str, *, restart: bool = False, now: datetime | None = None) -> Event:
    """Append an event; one write, so that a kill leaves whole lines. Raises OSError (a full disk)."""
    event = Event(now or datetime.now(UTC), part, " ".join(what.split()), restart)
    line = json.dumps({"at": event.at.isoformat(), "part": part, "what": event.what, "restart": restart}) + "\n"
    with os.fdopen(os.open(data / FILE, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "r+b", buffering=0) as file:
        size = os.fstat(file.fileno()).st_size
        # A power cut may have left half a line before ours.
        torn = size > 0 and os.pread(file.fileno(), 1, size - 1) != b"\n"
        file.write(b"\n" * torn + line.encode())
    return event


def shorten(data: Path) -> int:
    """Keep the newest events where there are very many; says how many lines went. Raises OSError."""
    lines = _lines(data)
    if len(lines) <= LONGEST:
        return 0
    write_whole(data / FILE, "".join(f"{line}\n" for line in lines[-KEEP:]), mode=0o600)
    return len(lines) - KEEP


def events(data: Path, since: datetime | None = None) -> list[Event]:
    """All events, or those since a moment, oldest first. Lines that a crash tore are left out."""
    found = []
    for line in _lines(data):
        try:
            row = json.loads(line)
            event = Event(datetime.fromisoformat(row["at"]), str(row["part"]), str(row["what"]), bool(row["restart"]))
        except (ValueError, KeyError, TypeError):
            continue  # torn
        if since is None or event.at >= since:
            found.append(event)
    return found


def _lines(data: Path) -> list[str]:
    try:
        return (data / FILE).read_text("utf-8", "replace").splitlines()
    except FileNotFoundError:
        return []
