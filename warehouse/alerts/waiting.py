"""Messages that wait, for who only looks: without waiting for the store, and without migrating it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits at one target: how many messages, since when (aware UTC), and why the last attempt failed."""

    target: str
    messages: int
    since: datetime
    error: str | None


def waiting(path: Path) -> tuple[Waiting, ...] | None:
    """By target; None where nobody can tell now: the store is in use, of an older earful or unreadable."""
    try:
        with duckdb.connect(path, read_only=True) as con:
            rows = con.execute(
                "select target, count(*), min(queued_at), max_by(error, tried_at) from alert_outbox"
                " where status in ('due', 'sending') group by target order by target"
            ).fetchall()
    except duckdb.Error:
        return None
    return tuple(Waiting(str(t), int(n), since.replace(tzinfo=UTC), error) for t, n, since, error in rows)
