"""Messages that wait, for who only looks: without waiting for the store, and without migrating it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from earful.warehouse.store.store import Store


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
            return _waiting(con)
    except duckdb.Error:
        return None


def waiting_in(store: Store) -> tuple[Waiting, ...]:
    """The same, for who has the store open."""
    return _waiting(store.con)


def _waiting(con: duckdb.DuckDBPyConnection) -> tuple[Waiting, ...]:
    rows = con.execute(
        "select target, count(*), min(queued_at), max_by(error, tried_at) from alert_outbox"
        " where status in ('due', 'sending') group by target order by target"
    ).fetchall()
    return tuple(Waiting(str(t), int(n), since.replace(tzinfo=UTC), error) for t, n, since, error in rows)
