"""A store that was written while this machine's clock was ahead, mended: nothing it claims lies after now.

A landing claims nothing after the time it bears (windows.py), so a claim passes now only where that time itself does:
the clock was ahead then, or it is behind now. Which of the two, posts tell: no service dates a post tomorrow.

When a run with a wrong clock really was, nobody knows, but it was after the landing before it. What it claims to have
seen since is taken back, and asked for again by the run that mends it; its posts stay. Where the clock is behind, what
is claimed is true and stays; until the clock is set, runs ask for what is new by the wrong time (flows/night/plan.py).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta

import duckdb

from earful.warehouse.aggregates.coverage import Span, find_watermark
from earful.warehouse.aggregates.recompute import clear_touched, condensed, cover, last_day_of, recompute, set_watermark
from earful.warehouse.days import bounds, last_day_over, local_day, utc_naive
from earful.warehouse.privacy.delete_rows import FOR_GOOD
from earful.warehouse.statements import count, one, run, text
from earful.warehouse.store.store import Store

#: A run waits up to 15 minutes for the store after it began, and clocks are set right by seconds: no sign of a wrong
#: one. What was claimed of so short a time is asked for again anyway (every service's overlap is a day or more).
TOLERANCE = timedelta(minutes=20)

WRONG = "asked for while this machine's clock was ahead"


def mend_clock(store: Store, now: datetime, witnesses: Collection[str]) -> str:
    """Take back what is claimed of times after ``now`` (aware), in one transaction; what was done in one line, or "".

    ``witnesses``: channels whose posts bear the time of another clock than this machine's.
    """
    latest = utc_naive(now + TOLERANCE)
    found, last = one(store.con, text("landing/clock_ahead"), {"latest": latest})
    if not found or not isinstance(last, datetime):
        return ""
    if _behind(store.con, latest, witnesses):
        return (
            f"this machine's clock ({now.astimezone(UTC):%Y-%m-%d %H:%M} UTC) is behind: posts and landings are dated"
            f" up to {last:%Y-%m-%d %H:%M}; nothing is taken back, set the clock"
        )
    with store.transaction() as con:
        claims = con.execute(text("landing/clock_claims"), {"latest": latest}).fetchall()
        since: dict[tuple[str, str, str], date] = {}
        at = utc_naive(now) - timedelta(microseconds=1)
        for row_no, channel, source, product, asked_from, asked_to, reached, until, status, known_to in claims:
            key = (channel, source, product)
            claimed = (asked_from, asked_to, reached, until)
            _take_back(con, store, row_no, channel, claimed, known_to if status == "ok" else None, at)
            first = local_day(store.zone, min(d for d in (known_to, until, asked_from, at) if d).replace(tzinfo=UTC))
            since[key] = min(first, since.get(key, first))
        for key, first in sorted(since.items()):
            _cover_anew(con, store, key, first, now)
        run(con, "landing/clock_settle", {"latest": latest, "at": at, "for_good": datetime.fromisoformat(FOR_GOOD)})
        con.execute("drop table if exists temp.touched")
    ahead = f"{_distance(last.replace(tzinfo=UTC) - now)} or more"
    if not claims:
        return f"this machine's clock was ahead by {ahead}: times that were written then are set to now"
    return (
        f"a run's clock was ahead by {ahead}: what it claims to have seen"
        f" since the run before is taken back and asked for again ({len(since)} channels and products); its posts stay,"
        " words that it dropped as past their retention cannot come back"
    )


def _behind(con: duckdb.DuckDBPyConnection, latest: datetime, witnesses: Collection[str]) -> bool:
    return bool(
        count(
            con,
            "select count(*) from posts where created_at > $latest and list_contains($channels, channel)",
            {"latest": latest, "channels": list(witnesses) or [""]},
        )
    )


def _take_back(
    con: duckdb.DuckDBPyConnection,
    store: Store,
    row_no: int,
    channel: str,
    claimed: tuple[datetime, datetime, datetime | None, datetime | None],
    known_to: datetime | None,
    at: datetime,
) -> None:
    """One coverage row: what it claims up to ``known_to`` stays, all else was asked for in vain."""
    asked_from, asked_to, reached, until = claimed
    row = {"row": row_no}
    if asked_from >= at:
        con.execute("delete from coverage where rowid = $row", row)  # of a time that nobody could ask for yet
        return
    whole = known_to is not None and reached is not None and until is not None and reached < known_to
    asked_to = min(asked_to, known_to) if whole and known_to else min(asked_to, at)
    last = last_day_over(store.zone, asked_to.replace(tzinfo=UTC))
    con.execute(
        "update coverage set asked_to = $asked_to, reached = $reached, until = $until, landed_at = $at,"
        " day_to = $day_to, status = case when $whole or status <> 'ok' then status else 'failed' end,"
        " error = case when $whole or status <> 'ok' then error else $error end,"
        " capped = capped and $whole where rowid = $row",
        {
            **row,
            "asked_to": asked_to,
            "reached": reached if whole else None,
            "until": min(until, known_to) if whole and until and known_to else None,
            "at": at,
            "day_to": min(last, last_day_of(con, channel) or date.max),
            "whole": whole,
            "error": WRONG,
        },
    )


def _cover_anew(
    con: duckdb.DuckDBPyConnection, store: Store, key: tuple[str, str, str], first: date, now: datetime
) -> None:
    """Coverage, watermark and aggregates of a channel and product from the day ``first`` on."""
    channel, _, product = key
    named = {"channel": channel, "product": product}
    clear_touched(con)
    after = {**named, "first": first}
    where = "from coverage_daily where channel = $channel and product = $product and day >= $first"
    con.execute(f"insert into touched select product, day {where}", after)
    con.execute(f"delete {where}", after)
    begin = bounds(store.zone, first)[0]
    rows = con.execute(
        "select asked_from, least(asked_to, landed_at) from coverage"
        " where status = 'ok' and channel = $channel and product = $product",
        named,
    ).fetchall()
    spans: list[Span] = [(max(start.replace(tzinfo=UTC), begin), end.replace(tzinfo=UTC)) for start, end in rows]
    found = condensed(con, channel, product)
    cover(con, store.zone, key, found, spans)
    set_watermark(con, channel, product, find_watermark(found))
    recompute(con, channel, now, {product: first})


def _distance(ahead: timedelta) -> str:
    hours = ahead / timedelta(hours=1)
    return f"{hours / 24:.1f} days" if hours >= 48 else f"{hours:.1f} hours"
