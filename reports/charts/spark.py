"""A line of a few words' size: how one number of a product went over twelve weeks. For the table of all products."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

WIDTH, HEIGHT = 120, 30
_AIR = 3  # above and below the line, so that its ends are not cut


@dataclass(frozen=True, slots=True)
class Span:
    """What all lines of one kind share: the days (both inclusive) and the values at the lower and upper edge."""

    first: date
    last: date
    low: float
    high: float

    def x(self, day: date) -> float:
        """Where the middle of a day lies, from the left."""
        days = (self.last - self.first).days + 1
        return WIDTH * ((day - self.first).days + 0.5) / days

    def y(self, value: float) -> float:
        """Where a value lies, from above; one beyond the scale at its edge."""
        inside = min(max(value, self.low), self.high)
        return HEIGHT - _AIR - (HEIGHT - 2 * _AIR) * (inside - self.low) / (self.high - self.low)


@dataclass(frozen=True, slots=True)
class Spark:
    """``body`` is an SVG without its outer tag, ``words`` says it to those who do not see it."""

    body: str
    words: str
    width: int = WIDTH
    height: int = HEIGHT


def draw(
    values: Sequence[tuple[date, float | None]],
    span: Span,
    words: str,
    *,
    zero: float | None = None,
    gaps: Iterable[date] = (),
    bad: Iterable[tuple[date, date]] = (),
    filled: bool = False,
    step: int = 1,
) -> Spark:
    """The line of ``values`` (oldest first, ``step`` days apart), broken where one is unknown or missing.

    ``zero``: a value that gets a rule. ``gaps``: days to shade as incomplete. ``bad``: spans of days to underline as
    an alarm. ``filled``: the area down to the lower edge is filled, for counts.
    """
    runs: list[list[tuple[date, float]]] = []
    for day, value in values:
        if value is None or not span.first <= day <= span.last:
            continue
        if runs and day - runs[-1][-1][0] == timedelta(days=step):
            runs[-1].append((day, value))
        else:
            runs.append([(day, value)])
    parts = _shades(gaps, span)
    if zero is not None and span.low < zero < span.high:
        parts.append(f'<path d="M0 {_n(span.y(zero))}H{WIDTH}" stroke="var(--zero)" stroke-dasharray="2 2"/>')
    for run in runs:
        points = [f"{_n(span.x(day))} {_n(span.y(value))}" for day, value in run]
        if filled:
            left, right = _n(span.x(run[0][0])), _n(span.x(run[-1][0]))
            parts.append(f'<path d="M{left} {HEIGHT}L{"L".join(points)}L{right} {HEIGHT}Z" fill="var(--band)"/>')
        parts.append(f'<path d="M{"L".join(points)}" fill="none" stroke="var(--line)" stroke-width="1.6"/>')
    if runs:
        day, value = runs[-1][-1]
        parts.append(
            f'<circle cx="{_n(min(span.x(day), WIDTH - 2.5))}" cy="{_n(span.y(value))}" r="2.5" fill="var(--line)"/>'
        )
    for first, last in bad:
        if last >= span.first and first <= span.last:
            begin, end = span.x(max(first, span.first)) - 0.7, span.x(min(last, span.last)) + 0.7
            parts.append(f'<path d="M{_n(begin)} {HEIGHT - 1.5}H{_n(end)}" stroke="var(--worse)" stroke-width="3"/>')
    return Spark("".join(parts), words)


def _shades(days: Iterable[date], span: Span) -> list[str]:
    a_day = WIDTH / ((span.last - span.first).days + 1)
    shown = [day for day in days if span.first <= day <= span.last]
    path = "".join(f"M{_n(span.x(day) - a_day / 2)} 0h{_n(a_day + 0.2)}V{HEIGHT}h-{_n(a_day + 0.2)}Z" for day in shown)
    return [f'<path d="{path}" fill="var(--gap)"/>'] if path else []


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
