"""Which days of a table are whole, by the rhythm of its own rows. Pure; days are counts from 1970.

A table does not say what it was asked for. What its rows can tell is where they come so often that a hole would show:

- How often rows come is taken from the days beside the place in question, by weekday: a shop that is closed on Sundays
  has no hole there. How unevenly they come is taken from the same days, one by one and seven together.
- Days without a row are a *hole* where so many are less likely than ALPHA, by the days before them or by those after
  (the zero class of a negative binomial distribution; few rows widen it).
- In a stretch of less than SHORT days between holes neither side alone tells enough: there the days on both sides tell
  together, without the first and the last, of which nobody knows how much came.
- A day is *known* to be whole where a hole of RESOLUTION days would show, by the days before it and by those after.
  Elsewhere the rows are too few, or come too unevenly: whether their days are whole is not known.
- A day in which one of several files begins or ends is not whole where it has improbably few rows (EDGE), nor are such
  days at the beginning of a stretch: old rows that were edited stand before what was asked for.

What that misses and what it costs is measured by benchmarks/coverage.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

#: Days without a row that are less likely than this are a hole.
ALPHA = 5e-4
#: Where a hole of so many days would not show, nothing is known.
RESOLUTION = 21
#: So few rows in a day of an edge are less likely than this: a part of it lacks.
EDGE = 0.01
#: Days beside a hole that say what is usual there, days beside a day that is to be known, and the fewest of both.
BESIDE, FAR, FEWEST = 28, 56, 3
#: A part of fewer days is too short to tell by one side of a silence: what lies on both sides tells.
SHORT = 14
#: No rows come more evenly than that: variance = mean + SPREAD * mean squared.
SPREAD = 0.04
#: A week of a burst counts for no more than so many times the median week.
BURST = 2
#: Rows that stand for each weekday before any is seen.
_PRIOR = 2.0
#: A longer silence is a hole whatever lies beside it.
_ALWAYS = 366
_WEEK = 7

Numbers = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days [first, last] without a hole. ``known``: their rows tell that none of them lacks any.

    ``after_hole``: a hole lies before it. Of the first day beside a hole nobody knows how much of it came.
    """

    first: int
    last: int
    known: bool
    after_hole: bool = False


def stretches(days: Mapping[int, int], edges: Collection[int] = ()) -> list[Stretch]:
    """The stretches of a table with so many rows by day, in order; what lies between them are holes.

    ``edges``: days in which one of several files begins or ends.
    """
    numbers = sorted(day for day, rows in days.items() if rows > 0)
    cuts = [at for at, (one, other) in enumerate(pairwise(numbers), 1) if other - one > _ALWAYS]
    found: list[Stretch] = []
    for low, high in pairwise([0, *cuts, len(numbers)]) if numbers else ():
        first, last = numbers[low], numbers[high - 1]
        rows = np.array([days.get(day, 0) for day in range(first, last + 1)], np.float64)
        series = _Series(rows, first)
        for start, stop in series.parts():
            known = series.known(start, stop)
            for at in series.partial(start, stop, {each - first for each in edges}):
                known[at - start] = False
            turns = [0, *(np.flatnonzero(known[1:] != known[:-1]) + 1), stop - start]
            begin, after = first + start, bool(found)
            for one, other in pairwise(int(each) for each in turns):
                found.append(Stretch(begin + one, begin + other - 1, bool(known[one]), after and one == 0))
    return found


class _Series:
    """Rows by day, beside what each weekday brings of a usual day."""

    def __init__(self, rows: Numbers, first: int) -> None:
        self._rows = rows
        weekday, week = (first + np.arange(len(rows))) % _WEEK, np.arange(len(rows)) // _WEEK
        alive = np.bincount(week, self._rows)[week] > 0  # weeks without any row say nothing of weekdays
        by_weekday = np.bincount(weekday[alive], self._rows[alive], _WEEK)
        days = np.maximum(np.bincount(weekday[alive], minlength=_WEEK), 1)
        share = (by_weekday + _PRIOR) / (days * by_weekday.sum() / days.sum() + _PRIOR)
        self._open = (share * _WEEK / share.sum())[weekday]
        #: Rows and usual days of the week that begins with each day.
        self._weeks = [np.convolve(each, np.ones(_WEEK))[_WEEK - 1 :] for each in (self._rows, self._open)]

    def parts(self) -> list[tuple[int, int]]:
        """What lies between holes, as [start, stop)."""
        there = np.flatnonzero(self._rows > 0)
        apart = np.flatnonzero(np.diff(there) > 1)
        begin, end = there[apart] + 1, there[apart + 1]  # the silences
        expected = np.concatenate([[0.0], np.cumsum(self._open)])
        expected = expected[end] - expected[begin]
        holes = np.zeros(len(begin), np.bool_)
        while True:
            starts, stops = np.concatenate([[0], end[holes]]), np.concatenate([begin[holes], [len(self._rows)]])
            part = np.searchsorted(starts, begin, "right") - 1
            before = np.maximum(starts[part], begin - BESIDE), begin
            after = end, np.minimum(stops[np.minimum(part, len(stops) - 1)], end + BESIDE)
            long = [high - low >= FEWEST for low, high in (before, after)]
            shown = [
                enough & (self._silent(low, high, expected, end - begin) < ALPHA)
                for enough, (low, high) in zip(long, (before, after), strict=True)
            ]
            more = ~holes & (shown[0] | shown[1])
            for at in np.flatnonzero(~holes & ~more & (begin - starts[part] + stops[part] - end < SHORT)):
                inside = [starts[part[at]] + (part[at] > 0), stops[part[at]] - (part[at] + 1 < len(starts))]
                more[at] = self._hole_inside(int(begin[at]), int(end[at]), int(inside[0]), int(inside[1]), expected[at])
            if not more.any():
                return [(int(one), int(other)) for one, other in zip(starts, stops, strict=True)]
            holes |= more

    def _hole_inside(self, begin: int, end: int, start: int, stop: int, expected: float) -> bool:
        """Whether days [begin, end) without a row are improbable by what few days of their part lie on both sides."""
        beside = [at for at in range(start, stop) if not begin <= at < end]
        rows, usual = self._rows[beside], self._open[beside]
        if len(beside) < FEWEST or not rows.sum():
            return False
        level = rows.sum() / usual.sum()
        spread = max(float(_below(rows[None], level * usual[None])[0]), SPREAD) + 1 / rows.sum()
        return bool(np.exp(-np.log1p(spread * level * expected) / spread) < ALPHA)

    def known(self, start: int, stop: int) -> Flags:
        """By day of a part, whether a hole would show there."""
        length = stop - start
        if length < FEWEST:
            return np.zeros(length, np.bool_)
        # A side that is too short to tell anything takes in days of the other.
        at, least = np.arange(length), min(length, BESIDE // 2)
        back = np.maximum(0, at + 1 - FAR), np.maximum(at + 1, least)
        ahead = np.minimum(at, length - least), np.minimum(length, at + FAR)
        wanted = np.full(length, float(RESOLUTION))
        sides = [self._silent(start + low, start + high, wanted, wanted) < ALPHA for low, high in (back, ahead)]
        return _settled(sides[0] & sides[1])

    def partial(self, start: int, stop: int, edges: Collection[int]) -> list[int]:
        """Days of edges with improbably few rows: inside a part, and from its beginning on."""
        found = [at for at in edges if start < at < stop - 1 and self._few(at, start, stop)]
        at = start
        while at < stop - FEWEST and self._few(at, at, stop):
            found.append(at)
            at += 1
        return found

    def _few(self, at: int, start: int, stop: int) -> bool:
        """Whether so few rows as on a day are improbable, by the days of its part around it."""
        found = []
        for low, high in ((max(start, at - BESIDE), at), (at + 1, min(stop, at + 1 + BESIDE))):
            if high - low >= FEWEST:
                level, day, _ = self._beside(np.array([low]), np.array([high]))
                found.append(_at_most(int(self._rows[at]), float(level[0] * self._open[at]), float(day[0])))
        return bool(found) and max(found) < EDGE

    def _silent(self, low: Places, high: Places, expected: Numbers, length: Numbers | Places) -> Numbers:
        """How likely no row is on so many days, worth ``expected`` usual ones, beside the days [low, high)."""
        level, day, week = self._beside(low, high)
        spread = np.maximum(day / length, week)
        return np.exp(-np.log1p(spread * level * expected) / spread)

    def _beside(self, low: Places, high: Places) -> tuple[Numbers, Numbers, Numbers]:
        """Of days [low, high): rows of a usual day; how much more than by chance days fall below it, and weeks do."""
        at = low[:, None] + np.arange(max(int((high - low).max(initial=0)), 1))
        days = at < high[:, None]
        weeks = at + _WEEK - 1 < high[:, None]
        at = np.minimum(at, len(self._rows) - 1)
        rows, usual = self._rows[at] * days, self._open[at] * days
        of_weeks, usual_weeks = self._weeks[0][at] * weeks, self._weeks[1][at] * weeks
        count = weeks.sum(1)
        ordered = np.sort(np.where(weeks, of_weeks, np.inf), axis=1)
        middle = np.take_along_axis(ordered, np.maximum(count - 1, 0)[:, None] // 2, 1)
        # A burst counts for no more than twice the median week: what it brings says nothing of a day without it.
        level = np.minimum(of_weeks, BURST * middle).sum(1) / np.maximum(usual_weeks.sum(1), 1e-9)
        enough = count > _WEEK
        level = np.where(enough, level, rows.sum(1) / np.maximum(usual.sum(1), 1e-9))
        few = 1 / np.maximum(np.minimum(rows.sum(1), level * usual.sum(1)), 1.0)
        day = np.maximum(_below(rows, level[:, None] * usual), SPREAD) + few
        week = np.where(enough, np.maximum(_below(of_weeks, level[:, None] * usual_weeks), 0.0), 0.0) + few
        return level, day, week


def _below(rows: Numbers, mean: Numbers) -> Numbers:
    """How much more than by chance rows fall below their mean, as a share of the mean squared (half of a variance)."""
    short = (np.maximum(mean - rows, 0.0) ** 2).sum(1)
    spread: Numbers = (2 * short - mean.sum(1)) / np.maximum((mean**2).sum(1), 1e-9)
    return spread


def _settled(known: Flags) -> Flags:
    """Without the flicker of places where a hole only just shows: nothing shorter than a week stands alone."""
    turns = [0, *(np.flatnonzero(known[1:] != known[:-1]) + 1), len(known)]
    for start, stop in pairwise(turns):
        if stop - start < _WEEK and not known[start] and start > 0 and stop < len(known):
            known[start:stop] = True
    return known


def _at_most(rows: int, mean: float, spread: float) -> float:
    """How likely at most so many rows are (negative binomial: variance = mean + spread * mean squared)."""
    if rows >= mean:
        return 1.0
    each = np.arange(rows, dtype=np.float64)
    steps = np.log((each + 1 / spread) / (each + 1) * (spread * mean / (1 + spread * mean)))
    return float(np.exp(np.concatenate([[0.0], np.cumsum(steps)]) - np.log1p(spread * mean) / spread).sum())
