"""What is covered: unions of half-open spans, completeness by local day, the watermark. Pure; times are aware UTC."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from earful.warehouse.days import bounds, days_touched

#: Half-open [start, end).
Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class LandedWindow:
    """One landed window: [asked_from, asked_to) was asked for, [reached, until) came (reached None: nothing).

    Of what came, the stretches in ``missing`` did not.
    """

    asked_from: datetime
    asked_to: datetime
    reached: datetime | None
    until: datetime
    capped: bool
    missing: tuple[Span, ...] = ()

    @property
    def covered(self) -> list[Span]:
        """The spans that were seen whole, as a union; none where nothing came."""
        if self.reached is None or self.reached >= self.until:
            return []
        came = (self.reached, self.until)
        return without([came], self.missing) if self.missing else [came]

    @property
    def refused(self) -> list[Span]:
        """What the service did not bring though it brought later moments: older than it lists, or an outage."""
        solid = self.covered
        # Nearly every night came whole: no look at it in detail.
        if not solid or (not self.missing and solid[0][0] <= self.asked_from):
            return []
        return without([(self.asked_from, self.until)], solid)


def union(spans: Iterable[Span]) -> list[Span]:
    """The same moments as disjoint spans in order; spans that touch become one."""
    out: list[Span] = []
    for start, end in sorted(spans):
        if start >= end:
            continue
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], end))
        else:
            out.append((start, end))
    return out


def overlap(left: Sequence[Span], right: Sequence[Span]) -> list[Span]:
    """The moments in both of two unions."""
    out: list[Span] = []
    i = j = 0
    while i < len(left) and j < len(right):
        start, end = max(left[i][0], right[j][0]), min(left[i][1], right[j][1])
        if start < end:
            out.append((start, end))
        if left[i][1] <= right[j][1]:
            i += 1
        else:
            j += 1
    return out


def without(spans: Iterable[Span], others: Iterable[Span]) -> list[Span]:
    """The moments of ``spans`` that are in none of ``others``, as a union."""
    out: list[Span] = []
    taken = union(others)
    for start, end in union(spans):
        at = start
        for begin, finish in taken:
            if finish <= at or begin >= end:
                continue
            if begin > at:
                out.append((at, begin))
            at = max(at, finish)
        if at < end:
            out.append((at, end))
    return out


def covered(answers: Iterable[LandedWindow]) -> list[Span]:
    """Everything that was seen whole, as a union."""
    return union(span for answer in answers for span in answer.covered)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a channel stands with a product, for the plan of the next night.

    ``watermark``: up to here nothing that was asked for is missing, None where nothing is covered. ``asked``: the
    moments that were answered, in full or in part. ``suspect``: days of late with improbably few posts, unconfirmed.
    """

    watermark: datetime | None = None
    asked: tuple[Span, ...] = ()
    suspect: tuple[Span, ...] = ()


def asked(answers: Sequence[LandedWindow]) -> list[Span]:
    """The moments that need not be asked for the first time: an answer brought something, or two brought nothing.

    A window that came back empty-handed may have met an hour without service, so it counts from the second time on.
    """
    empty = [[(a.asked_from, a.asked_to)] for a in answers if not a.covered]
    return union([*((a.asked_from, a.asked_to) for a in answers if a.covered), *_twice(empty)])


def find_watermark(answers: Sequence[LandedWindow]) -> datetime | None:
    """Where the next night asks from: up to here nothing that was asked for is missing. ``answers`` as they landed.

    It starts at the end of the first window that covered anything, and moves to the end of the unbroken coverage around
    it. So:

    - a window that starts later leaves a hole, and the watermark before it, until a landing covers the hole;
      then it jumps to the end of what lies behind;
    - older windows, filled in later, do not move it back;
    - a capped first answer counts from where it reached: what lies before is a gap, not a reason to wait;
    - a later hole that the service itself did not bring (its limit, its outage) holds the watermark once, so that the
      next night asks again (a listing may be short by accident). A hole refused twice is given up: asking for ever
      would not bring it. It stays a gap of coverage, for coverage_gaps to tell.
    """
    first = next((answer.covered[0] for answer in answers if answer.covered), None)
    if first is None:
        return None
    solid = union([*covered(answers), *_twice(answer.refused for answer in answers)])
    return next(end for start, end in solid if start <= first[0] < end)


def _twice(unions: Iterable[list[Span]]) -> list[Span]:
    """The moments in at least two of several unions."""
    once: list[Span] = []
    twice: list[Span] = []
    for spans in unions:
        if not spans:
            continue
        twice += overlap(once, spans)
        once = union([*once, *spans])
    return union(twice)


@dataclass(frozen=True, slots=True)
class DayCover:
    """How much of one local day is covered: ``share`` of its hours, 0 to 1."""

    day: date
    complete: bool
    share: float


def by_day(zone: ZoneInfo, solid: Sequence[Span], start: datetime, end: datetime) -> Iterator[DayCover]:
    """The days that [start, end) touches, and how much of each whole day the union ``solid`` covers.

    A day that the zone skipped (the date line moved) has no hours and is left out.
    """
    at = 0
    for day in days_touched(zone, start, end):
        begin, finish = bounds(zone, day)
        if begin >= finish:
            continue
        while at < len(solid) and solid[at][1] <= begin:
            at += 1
        seen, k = timedelta(0), at
        while k < len(solid) and solid[k][0] < finish:
            seen += min(solid[k][1], finish) - max(solid[k][0], begin)
            k += 1
        yield DayCover(day, seen == finish - begin, seen / (finish - begin))
