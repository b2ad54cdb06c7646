"""Days and aggregates of the open store: computed anew for touched days, and for all when the reporting zone changes.

Every function works inside the caller's transaction. ``touched (product, day)`` is the temporary list of days of one
channel whose aggregates are to be computed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa

from earful.warehouse.aggregates.confirm import judge_days
from earful.warehouse.aggregates.coverage import LandedWindow, Span, by_day, covered, union
from earful.warehouse.aggregates.pending import invalidate_base, mark
from earful.warehouse.days import last_day_over, local_day, shifts, utc_naive
from earful.warehouse.statements import run, text

_SHIFTS = pa.schema([("starts_at", pa.timestamp("us")), ("ends_at", pa.timestamp("us")), ("shift", pa.int64())])
_COVER = pa.schema([("day", pa.date32()), ("complete", pa.bool_()), ("covered_share", pa.float64())])
_ASKED = pa.schema([("row_no", pa.int64()), ("day_from", pa.date32()), ("day_to", pa.date32())])


def clear_touched(con: duckdb.DuckDBPyConnection) -> None:
    """Start an empty list of touched days."""
    con.execute("create or replace temp table touched (product varchar not null, day date not null)")


def load_shifts(con: duckdb.DuckDBPyConnection, zone: ZoneInfo, table: str) -> None:
    """Fill the temporary table ``shifts`` with the clock's shifts that hold every created_at of a table of ours.

    A local day is ``created_at + shift``, so DuckDB needs neither its ICU extension nor a session zone.
    """
    first, last = con.execute(f"select min(created_at), max(created_at) from {table}").fetchall()[0]
    found = shifts(zone, first.replace(tzinfo=UTC), last.replace(tzinfo=UTC)) if first is not None else []
    columns = (
        [utc_naive(s.starts_at) for s in found],
        [utc_naive(s.ends_at) for s in found],
        [s.seconds for s in found],
    )
    _load(con, "shifts", pa.table([pa.array(c, f.type) for c, f in zip(columns, _SHIFTS, strict=True)], schema=_SHIFTS))


def recompute(
    con: duckdb.DuckDBPyConnection, channel: str, now: datetime, asked: Mapping[str, date] = MappingProxyType({})
) -> None:
    """The aggregates of the channel's touched days, from posts; then the days from there on are judged (see confirm).

    ``asked`` gives for products the first day that was asked for: a day that came again as it was may be confirmed.
    """
    first, last = con.execute("select min(day), max(day) from touched").fetchall()[0]
    since = dict(asked)
    if first is not None:
        mark(con, "select day from touched")
        run(
            con,
            "aggregates/recompute",
            {"channel": channel, "now": utc_naive(now), "first_day": first, "last_day": last},
        )
        for product, day in con.execute("select product, min(day) from touched group by product").fetchall():
            since[product] = min(day, since.get(product, day))
    for product, day in sorted(since.items()):
        judge_days(con, channel, product, day)


def answers(con: duckdb.DuckDBPyConnection, channel: str, product: str) -> list[LandedWindow]:
    """What landed for a channel and product, in the order it landed."""
    rows = con.execute(
        "select asked_from, asked_to, reached, until, capped, missing from coverage"
        " where status = 'ok' and channel = $channel and product = $product order by landed_at, rowid",
        {"channel": channel, "product": product},
    ).fetchall()
    return [_answer(*row) for row in rows]


def condensed(con: duckdb.DuckDBPyConnection, channel: str, product: str) -> list[LandedWindow]:
    """Answers that cover and refuse what all those that landed do, the first that covered anything first.

    Few however many nights there were, for coverage.covered and coverage.find_watermark.
    """
    rows = con.execute(text("aggregates/answers"), {"channel": channel, "product": product}).fetchall()
    return [_answer(*row) for row in rows]


def last_day_of(con: duckdb.DuckDBPyConnection, channel: str) -> date | None:
    """The last day (included) that a channel is meant to bring; None while it goes on. See landing/channel_end.py."""
    rows = con.execute("select last_day from channels where channel = $channel", {"channel": channel}).fetchall()
    return rows[0][0] if rows else None


def cover(
    con: duckdb.DuckDBPyConnection,
    zone: ZoneInfo,
    key: tuple[str, str, str],
    found: Iterable[LandedWindow],
    asked: Iterable[Span],
) -> None:
    """Coverage of the days that the spans ``asked`` touch; a day whose completeness changes becomes a touched day.

    Days after the channel's last day are left out. ``key`` is (channel, source, product), ``found`` everything that
    landed for it.
    """
    solid = covered(found)
    last = last_day_of(con, key[0]) or date.max
    days = {d.day: d for start, end in union(asked) for d in by_day(zone, solid, start, end) if d.day <= last}
    columns = (list(days), [d.complete for d in days.values()], [d.share for d in days.values()])
    _load(con, "cover", pa.table([pa.array(c, f.type) for c, f in zip(columns, _COVER, strict=True)], schema=_COVER))
    run(con, "aggregates/cover", dict(zip(("channel", "source", "product"), key, strict=True)))


def set_watermark(con: duckdb.DuckDBPyConnection, channel: str, product: str, at: datetime | None) -> None:
    """Write down where the next night asks from; None: nothing is covered."""
    key = {"channel": channel, "product": product}
    con.execute("delete from watermarks where channel = $channel and product = $product", key)
    if at is not None:
        con.execute("insert into watermarks values ($channel, $product, $at)", {**key, "at": utc_naive(at)})


def rezone(con: duckdb.DuckDBPyConnection, zone: ZoneInfo, now: datetime) -> None:
    """Every day, coverage and aggregate of the store in another reporting time zone."""
    load_shifts(con, zone, "posts")
    rows = con.execute(
        "select coverage.rowid, asked_from, least(asked_to, landed_at), last_day from coverage left join channels"
        " using (channel)"
    ).fetchall()
    days = [
        (row, local_day(zone, _aware(start)), min(last_day_over(zone, _aware(end)), last or date.max))
        for row, start, end, last in rows
    ]
    columns = list(zip(*days, strict=True)) or [(), (), ()]
    _load(con, "asked", pa.table([pa.array(c, f.type) for c, f in zip(columns, _ASKED, strict=True)], schema=_ASKED))
    run(con, "aggregates/rezone")
    invalidate_base(con)
    clear_touched(con)
    keys = con.execute("select distinct channel, source, product from coverage where status = 'ok'").fetchall()
    for key in keys:
        found = con.execute(
            "select asked_from, least(asked_to, landed_at) from coverage"
            " where status = 'ok' and channel = $channel and source = $source and product = $product",
            dict(zip(("channel", "source", "product"), key, strict=True)),
        ).fetchall()
        spans = [(start.replace(tzinfo=UTC), end.replace(tzinfo=UTC)) for start, end in found]
        cover(con, zone, key, answers(con, key[0], key[2]), spans)
    firsts: dict[str, dict[str, date]] = {
        channel: {} for (channel,) in con.execute("select channel from posts group by 1").fetchall()
    }
    for channel, product, day in con.execute(
        "select channel, product, min(day) from coverage_daily group by all"
    ).fetchall():
        firsts.setdefault(channel, {})[product] = day
    for channel, asked in firsts.items():
        clear_touched(con)
        con.execute(
            "insert into touched select distinct product, day from posts where channel = $channel", {"channel": channel}
        )
        recompute(con, channel, now, asked)


def _answer(
    asked_from: datetime,
    asked_to: datetime,
    reached: datetime | None,
    until: datetime | None,
    capped: bool,
    missing: list[dict[str, datetime]] | None,
) -> LandedWindow:
    came = _aware(reached) if reached else None
    return LandedWindow(_aware(asked_from), _aware(asked_to), came, _aware(until or asked_to), capped, _spans(missing))


def _spans(missing: list[dict[str, datetime]] | None) -> tuple[Span, ...]:
    return tuple((_aware(span["start"]), _aware(span["end"])) for span in missing or ())


def _aware(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC)


def _load(con: duckdb.DuckDBPyConnection, name: str, table: object) -> None:
    con.register("loading", table)
    try:
        con.execute(f"create or replace temp table {name} as select * from loading")
    finally:
        con.unregister("loading")
