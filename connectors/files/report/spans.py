"""What spans of time files cover: union of what touches, intersection over apps, the parts of a window."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from earful.connectors.base import Window

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open span [start, end) in UTC."""

    start: datetime
    end: datetime


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
    """Spans in order, those that touch made one."""
    out: list[Span] = []
    for span in sorted(spans):
        if out and span.start <= out[-1].end:
            out[-1] = Span(out[-1].start, max(out[-1].end, span.end))
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
                found.append(Span(start, end))
    return joined(found)


def parts_in(window: Window, spans: Sequence[Span]) -> list[Span]:
    """What of the spans lies in the window, in order."""
    inside = (Span(max(s.start, window.start), min(s.end, window.end)) for s in spans)
    return sorted(s for s in inside if s.start < s.end)
