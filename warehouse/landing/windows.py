"""What is written down of an asked window: that it landed, failed, or is still being pulled. See coverage.py."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Literal

import duckdb

from earful.connectors.base import Coverage, Window
from earful.connectors.post import clean
from earful.warehouse.aggregates.coverage import union
from earful.warehouse.aggregates.recompute import last_day_of
from earful.warehouse.days import last_day_over, local_day, utc_naive
from earful.warehouse.privacy.erase import forgotten
from earful.warehouse.store.store import Store

#: run_id, channel, source, product.
Ids = tuple[str, str, str, str]


def land_failure(
    store: Store, *, run_id: str, channel: str, source: str, product: str, window: Window, error: str, now: datetime
) -> None:
    """Record that a window was asked for and failed, and why in one line. Nothing is covered, nothing else changes."""
    with store.transaction() as con:
        if not forgotten(con, product, now):
            add_coverage(con, store, (run_id, channel, source, product), window, now, "failed", error=clean(error))


def note_pending(store: Store, run_id: str, asked: Iterable[tuple[str, str, str, Window]], now: datetime) -> None:
    """Record windows (channel, source, product, window) that are still being pulled while others are published.

    Their days are not complete until the window lands or fails, which takes the record's place.
    """
    with store.transaction() as con:
        for channel, source, product, window in asked:
            if not forgotten(con, product, now):
                add_coverage(con, store, (run_id, channel, source, product), window, now, "pending")


def add_coverage(
    con: duckdb.DuckDBPyConnection,
    store: Store,
    ids: Ids,
    window: Window,
    now: datetime,
    status: Literal["ok", "failed", "pending"],
    *,
    coverage: Coverage | None = None,
    counts: Mapping[str, int] = MappingProxyType({}),
    error: str | None = None,
) -> None:
    """One coverage row, in place of one that said the window was still being pulled.

    What is claimed is cut to what was asked, and to ``now``: nobody has seen the future.
    """
    reached = until = None
    missing: list[dict[str, datetime]] = []
    if coverage is not None and coverage.reached is not None:
        reached, until = max(coverage.reached, window.start), min(coverage.until, window.end, now)
        if reached >= until:
            reached = until = None
        else:
            holes = [(max(w.start, reached), min(w.end, until)) for w in coverage.missing]
            missing = [{"start": utc_naive(start), "end": utc_naive(end)} for start, end in union(holes)]
    row = {
        **dict(zip(("run_id", "channel", "source", "product"), ids, strict=True)),
        "asked_from": utc_naive(window.start),
        "asked_to": utc_naive(window.end),
        "reached": utc_naive(reached) if reached else None,
        "until": utc_naive(until) if until else None,
        "capped": coverage is not None and coverage.capped,
        "note": coverage.note if coverage else "",
        **{
            name: counts.get(name, 0) for name in ("posts", "new", "changed", "unchanged", "gone", "rejected", "masked")
        },
        "status": status,
        "error": error,
        "landed_at": utc_naive(now),
        "day_from": local_day(store.zone, window.start),
        "day_to": min(last_day_over(store.zone, min(window.end, now)), last_day_of(con, ids[1]) or date.max),
        "missing": missing,
    }
    con.execute(
        "delete from coverage where status = 'pending' and run_id = $run_id and channel = $channel"
        " and product = $product and asked_from = $asked_from and asked_to = $asked_to",
        {name: row[name] for name in ("run_id", "channel", "product", "asked_from", "asked_to")},
    )
    names = ", ".join(row)
    con.execute(f"insert into coverage ({names}) values ({', '.join('$' + name for name in row)})", row)
