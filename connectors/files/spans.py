"""What spans of time files cover: union of what touches, intersection over apps, the parts of a window."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from earful.connectors.base import Window

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open span [start, end) in UTC. ``loose``: its ends are a file's first and last row, not a promise."""

    start: datetime
    end: datetime
    loose: bool = False


#: A stretch without any row of more than so many days, and of more than so many times the usual one, is a hole: the
#: file does not show that it holds those days.
HOLE_DAYS, HOLE_TIMES = 7, 10
#: Days with rows, at least, of a stretch between holes: fewer are rows from somewhere else (old ones that were edited).
ALONE = 3


def ranges(days: Iterable[int]) -> list[list[int]]:
    """Day numbers as [first, last] of those that follow each other."""
    out: list[list[int]] = []
    for day in sorted(days):
        if out and day == out[-1][1] + 1:
            out[-1][1] = day
        else:
            out.append([day, day])
    return out


def shown(span: Span, days: Sequence[Sequence[int]]) -> list[Span]:
    """The parts of a loose span of which rows stand close enough to each other that the file may hold all of them.

    ``days``: ranges of days (numbers since 1970, UTC) with rows.
    """
    singles = sum(last - first for first, last in days)
    gaps = [after[0] - before[1] for before, after in pairwise(days)]
    # The middle of all steps from a day with rows to the next.
    steps = sorted([1] * singles + gaps)
    most = max(HOLE_DAYS, HOLE_TIMES * steps[len(steps) // 2]) if steps else HOLE_DAYS
    parts: list[list[Sequence[int]]] = []
    for each in days:
        if parts and each[0] - parts[-1][-1][1] <= most:
            parts[-1].append(each)
        else:
            parts.append([each])
    if len(parts) < 2:
        return [span]
    kept = [part for part in parts if sum(last - first + 1 for first, last in part) >= ALONE] or parts[-1:]
    found = [Span(_midnight(part[0][0]), _midnight(part[-1][1] + 1), loose=True) for part in kept]
    return [Span(max(s.start, span.start), min(s.end, span.end), loose=True) for s in found if s.start < span.end]


def _midnight(day: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + day * _DAY


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


def parts_in(window: Window, spans: Sequence[Span]) -> list[Span]:
    """The spans' parts of the window, in order."""
    inside = [Span(max(s.start, window.start), min(s.end, window.end)) for s in spans]
    return sorted(s for s in inside if s.start < s.end)
