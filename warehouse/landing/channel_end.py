"""Channels that end: a one-off export, an app that was taken down. Days after its last day are not asked of a channel.

So they have no row in ``coverage_daily``, no window of ``coverage`` reaches into them (``day_to``), and nothing that
reads these two finds them missing: completeness, gaps, verdicts. What was asked and what came of it stays as it was.
Posts of later days that are there already stay, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb

from earful.warehouse.aggregates.recompute import answers, clear_touched, cover, last_day_of, recompute
from earful.warehouse.days import last_day_over
from earful.warehouse.store.store import Store


def set_ends(store: Store, ends: Mapping[str, date | None], now: datetime) -> list[str]:
    """Record the last day of registered channels (included, reporting time zone; None: goes on).

    Where it changed, in one transaction each, the coverage of the days between the old and the new one is computed anew
    and so are their aggregates. Returns the names of these channels. The same again changes nothing.
    """
    changed = []
    for channel, end in ends.items():
        before = last_day_of(store.con, channel)
        if before == end:
            continue
        with store.transaction() as con:
            con.execute(
                "update channels set last_day = $end where channel = $channel", {"end": end, "channel": channel}
            )
            _cover_anew(con, store.zone, channel, min(d for d in (before, end) if d is not None), now)
        changed.append(channel)
    return changed


def _cover_anew(con: duckdb.DuckDBPyConnection, zone: ZoneInfo, channel: str, kept: date, now: datetime) -> None:
    """Coverage and aggregates of a channel after the day ``kept``, up to its present last day."""
    end = last_day_of(con, channel)
    key = {"channel": channel}
    rows = con.execute(
        "select rowid, source, product, asked_from, least(asked_to, landed_at), day_to, status from coverage"
        " where channel = $channel",
        key,
    ).fetchall()
    spans: dict[tuple[str, str], list[tuple[datetime, datetime]]] = {}
    for row, source, product, start, stop, day_to, status in rows:
        asked = start.replace(tzinfo=UTC), stop.replace(tzinfo=UTC)
        last = last_day_over(zone, asked[1])
        last = last if end is None else min(last, end)
        if last != day_to:
            con.execute("update coverage set day_to = $day where rowid = $row", {"day": last, "row": row})
        if status == "ok":
            spans.setdefault((source, product), []).append(asked)
    clear_touched(con)
    after = {**key, "kept": kept}
    con.execute(
        "insert into touched select distinct product, day from coverage_daily where channel = $channel and day > $kept",
        after,
    )
    con.execute("delete from coverage_daily where channel = $channel and day > $kept", after)
    for (source, product), found in spans.items():
        cover(con, zone, (channel, source, product), answers(con, channel, product), found)
    recompute(con, channel, now, {product: kept + timedelta(days=1) for _, product in spans})
    con.execute("drop table if exists temp.touched")
