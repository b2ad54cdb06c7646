"""What spans of time files cover: union of what touches, intersection over apps, the parts of a window."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from earful.connectors.base import Window

_DAY = timedelta(days=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: Days without a row that belong to the rhythm of any table (a long weekend), and the most that do of the slowest.
_FEW, _MOST = 3, 14
#: Days with rows that make a stretch.
_ALONE = 3


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open span [start, end) in UTC. ``loose``: its ends are a file's first and last row, not a promise."""

    start: datetime
    end: datetime
    loose: bool = False


def month_span(month: str, got: datetime, last: datetime | None) -> Span | None:
    """What the export of a month (YYYYMM, UTC) covers that was written on ``got`` and ends with a row of ``last``.

    Google adds to a month's export every day, so one that was written before the month was over covers no more than
    its newest row shows.
    """
    start = datetime(int(month[:4]), int(month[4:]), 1, tzinfo=UTC)
    end = (start + 31 * _DAY).replace(day=1)
    if got >= end:
        return Span(start, end)
    return Span(start, last + timedelta(microseconds=1)) if last and start <= last < end else None


def joined(spans: Iterable[Span]) -> list[Span]:
    """Spans in order, those that touch made one. Loose ends touch when no whole calendar day (UTC) lies between."""
    out: list[Span] = []
    for span in sorted(spans):
        before = out[-1] if out else None
        if before and (
            span.start <= before.end or (before.loose and span.loose and span.start.date() <= before.end.date() + _DAY)
        ):
            later = max(before, span, key=lambda s: s.end)
            out[-1] = Span(before.start, later.end, later.loose)
        else:
            out.append(span)
    return out


def common(one: Sequence[Span], other: Sequence[Span]) -> list[Span]:
    """What lies in a span of both."""
    found = []
    for a in one:
        for b in other:
            start, end = max(a.start, b.start), min(a.end, b.end)
            if start < end:
                found.append(Span(start, end, a.loose or b.loose))
    return joined(found)


def add_days(days: dict[int, list[int]], listed: Sequence[Sequence[int]], seen: datetime) -> None:
    """Add a file's days with rows (see tally.Tally.summary) to those of others; none later than its last moment."""
    last = (seen - _EPOCH) // timedelta(microseconds=1)
    for day, count, low, high in listed:
        if low > last:
            break
        until = min(high, last)
        before = days.get(day, [0, low, until])
        days[day] = [before[0] + count, min(before[1], low), max(before[2], until)]


def dense_stretches(days: Mapping[int, Sequence[int]]) -> list[Span]:
    """The stretches of which rows tell that they are whole, in order, by the rows' own rhythm.

    ``days``: day (any count) -> rows, first and last moment (microseconds since 1970). Two rows of a stretch are apart
    at most twice as many days as between three quarters of all rows and the row before, but not under 3 or over 14. A
    few old rows beside a dense month say nothing of the months between; neither do the first and the last row of all.
    Nor do a day or two with rows beside longer stretches: old ones that were edited.
    """
    numbers = sorted(days)
    if not numbers:
        return []
    steps = [(after - before) for before, after in pairwise(numbers)]
    quarter = (sum(int(days[each][0]) for each in numbers) - 1) // 4
    usual = sorted(steps, reverse=True)[quarter] if quarter < len(steps) else 0
    allowed = min(_MOST, max(_FEW, 2 * usual))
    found: list[tuple[int, Span]] = []
    begin, held = numbers[0], 0
    for before, after in [*pairwise(numbers), (numbers[-1], None)]:
        held += 1
        if after is None or after - before > allowed:
            first, last = (timedelta(microseconds=int(at)) for at in (days[begin][1], days[before][2] + 1))
            found.append((held, Span(_EPOCH + first, _EPOCH + last, loose=True)))
            begin, held = before if after is None else after, 0
    longer = [span for days_with_rows, span in found if days_with_rows >= _ALONE]
    return longer or [found[-1][1]]


def parts_in(window: Window, spans: Sequence[Span]) -> list[Span]:
    """What of the spans lies in the window, in order."""
    inside = (Span(max(s.start, window.start), min(s.end, window.end), s.loose) for s in spans)
    return sorted(s for s in inside if s.start < s.end)
