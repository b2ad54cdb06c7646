"""Which covered days of the open store are complete: thin ones are suspect until they are confirmed (see thin_days).

A doubted day is confirmed when its answer, asked for again, stayed the same: at least 19 of 20 of its posts were known,
and then it was seen whole again, either

- in two later looks of the nightly, SPACING apart, so that an hour or a night without service does not count, or
- in one look of a backfill, which a person started.

So the nightly asks for a suspect day again by itself while it is younger than ASKED_FOR; older ones wait in
coverage_gaps for a person. Everything here is computed anew from posts, coverage and runs, so the order of landings
does not matter, and a landing that is repeated (same run, same time) is no second look.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa

from earful.warehouse.aggregates.coverage import LandedWindow, Span, overlap, union
from earful.warehouse.aggregates.pending import mark
from earful.warehouse.aggregates.thin_days import LOOKBACK, Counted, judge
from earful.warehouse.days import bounds
from earful.warehouse.statements import run, text

#: Looks of the nightly confirm when they are at least so far apart.
SPACING = timedelta(hours=12)
LOOKS = 2
#: The nightly asks again for suspect days of so many days ago at most.
ASKED_FOR = timedelta(days=14)

_JUDGED = pa.schema(
    [("day", pa.date32()), ("usual", pa.float64()), ("doubt", pa.string()), ("suspect", pa.bool_())],
)


def judge_days(con: duckdb.DuckDBPyConnection, channel: str, product: str, since: date) -> None:
    """Judge the days of a channel and product from ``since`` on, inside the caller's transaction.

    Later days are held against earlier ones, so all of them are judged, but only those that come out otherwise than
    they stand are written, with ``complete`` in every aggregate.
    """
    key = {"channel": channel, "product": product}
    rows = con.execute(text("aggregates/confirm_read"), {**key, "first": _before(since)}).fetchall()
    known = {row[0]: Counted(*row) for row in rows}
    judged = judge(known.values(), since, _Looks(con, channel, product).confirm)
    changed = [d for d in judged if d != known[d.day]]
    if not changed:
        return
    columns = ([d.day for d in changed], [d.usual for d in changed], [d.doubt for d in changed],
               [d.suspect for d in changed])  # fmt: skip
    table = pa.table([pa.array(c, f.type) for c, f in zip(columns, _JUDGED, strict=True)], schema=_JUDGED)
    con.register("judged", table)
    try:
        run(con, "aggregates/confirm_write", key)
        # Most days are judged as they were: only what is usual for them is new.
        if any(d.suspect != known[d.day].suspect for d in changed):
            run(con, "aggregates/confirm_carry", key)
        mark(con, "select day from judged")
    finally:
        con.unregister("judged")


def _before(since: date) -> date:
    """Where history begins for a day; the calendar's first day has none before it."""
    return since - LOOKBACK if since - date.min > LOOKBACK else date.min


@dataclass(frozen=True)
class _Looks:
    """Who saw which days of a channel and product whole, read when first asked: most days are not doubted."""

    con: duckdb.DuckDBPyConnection
    channel: str
    product: str

    def confirm(self, day: date) -> bool:
        """Whether the answer of a doubted day was confirmed."""
        begin, end = bounds(self._zone, day)
        looks = [(at, by_hand) for at, by_hand, spans in self._seen if overlap(spans, [(begin, end)]) == [(begin, end)]]
        if not looks:
            return False
        settled = max(looks[0][0], self._settled(day) or looks[0][0])
        if any(by_hand and at > settled for at, by_hand in looks):
            return True
        found, last = 0, settled
        for at, _ in looks:
            if at >= last + SPACING:
                found, last = found + 1, at
        return found >= LOOKS

    def _settled(self, day: date) -> datetime | None:
        key = {"channel": self.channel, "product": self.product, "day": day}
        found: datetime | None = self.con.execute(text("aggregates/confirm_settled"), key).fetchall()[0][0]
        return found

    @cached_property
    def _seen(self) -> list[tuple[datetime, bool, list[Span]]]:
        """When a run saw what, in order; whether a person had started it."""
        spans: dict[tuple[datetime, str, bool], list[Span]] = defaultdict(list)
        key = {"channel": self.channel, "product": self.product}
        for run_id, at, by_hand, reached, until, missing in self.con.execute(
            text("aggregates/confirm_looks"), key
        ).fetchall():
            came = (_aware(reached), _aware(until))
            holes = tuple((_aware(m["start"]), _aware(m["end"])) for m in missing or ())
            spans[at, run_id, by_hand] += LandedWindow(*came, *came, False, holes).covered
        return [(at, by_hand, union(spans[at, run_id, by_hand])) for at, run_id, by_hand in sorted(spans)]

    @cached_property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.con.execute("select value from meta where key = 'time_zone'").fetchall()[0][0])


def _aware(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC)
