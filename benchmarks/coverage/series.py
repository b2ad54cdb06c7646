"""Made-up exports: rows by day in one or more files, and which days they hold in full.

Rows come by chance (Poisson), or vary more with a level that wanders (negative binomial), with weekends closed or
quiet, growing or shrinking tenfold, with bursts. Interruptions of 1 to 60 days, all lengths equally likely by their
logarithm, are lost at midnight or within the day. Besides: exports of months side by side of which one is missing,
weekly exports of the last 90 days, surveys sent in waves, a few old rows that were edited beside the days asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
#: By day: rows, first and last moment in microseconds since 1970, as the connector keeps them.
Days = dict[int, list[int]]

#: The first day (counted from 1970) and the microseconds of one.
FIRST, DAY = 19_000, 86_400_000_000
LEVELS = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 200.0)
#: Interruptions a year, of the sources that have any.
A_YEAR = 2.0
LONGEST = 60


@dataclass(frozen=True, slots=True)
class Source:
    """A channel's files, and by day from FIRST on whether they hold all of it."""

    files: list[Days]
    whole: npt.NDArray[np.bool_]


def _shape(kind: str, days: int, rng: np.random.Generator) -> Numbers:
    at, shape = np.arange(days), np.ones(days)
    if kind in ("closed weekends", "quiet weekends"):
        shape[(at + rng.integers(7)) % 7 >= 5] = 0.0 if kind == "closed weekends" else 0.15
    if kind == "trend":
        shape *= np.exp(np.linspace(-1.15, 1.15, days) * rng.choice([-1, 1]))
    if kind == "bursts":
        for _ in range(max(1, rng.poisson(6 * days / 365))):
            begin = rng.integers(days)
            decay = np.exp(-np.maximum(at - begin, 0) / rng.uniform(2, 8))
            shape += rng.uniform(2, 12) * np.where(at >= begin, decay, 0)
    if kind == "poisson":
        return shape
    wander = np.zeros(days)
    for day in range(1, days):
        wander[day] = 0.98 * wander[day - 1] + rng.normal(0, 0.03)
    spread = rng.uniform(0.03, 0.2)
    varied: Numbers = shape * np.exp(wander) * rng.gamma(1 / spread, spread, days)
    return varied


def _lost(days: int, a_year: float, rng: np.random.Generator) -> tuple[Numbers, Numbers]:
    """By day the share that is lost of its beginning, and of its end."""
    begin, end = np.zeros(days), np.zeros(days)
    for _ in range(rng.poisson(a_year * days / 365)):
        first = int(rng.integers(1, days - 1))
        after = first + round(float(np.exp(rng.uniform(0, np.log(LONGEST)))))
        if rng.random() < 0.5:
            begin[first:after] = 1
            continue
        begin[first + 1 : after] = 1
        end[first] = rng.uniform()
        if after < days:
            begin[after] = max(begin[after], rng.uniform())
    return begin, end


def _table(rows: Counts, begin: Numbers, end: Numbers, *, dated: bool, rng: np.random.Generator) -> Days:
    """Days with rows, which come at any time of what is not lost of the day; ``dated``: the file holds no times."""
    found: Days = {}
    for day in np.flatnonzero(rows).tolist():
        count, midnight = int(rows[day]), (FIRST + day) * DAY
        times = [0.0] if dated else rng.uniform(begin[day], 1 - end[day], min(count, 50)).tolist()
        found[FIRST + day] = [count, midnight + int(min(times) * DAY), midnight + int(max(times) * DAY)]
    return found


def _steady(kind: str, level: float, rng: np.random.Generator) -> Source:
    days = int(rng.integers(60, 1000))
    begin, end = _lost(days, A_YEAR if rng.random() < 0.5 else 0.0, rng)
    rows = rng.binomial(rng.poisson(level * _shape(kind, days, rng)), np.maximum(1 - begin - end, 0))
    table = _table(rows, begin, end, dated=rng.random() < 0.5, rng=rng)
    return Source([table], (begin == 0) & (end == 0))


def _months(level: float, rng: np.random.Generator) -> Source:
    days, missing = 30 * int(rng.integers(6, 24)), int(rng.integers(1, 5))
    rows = rng.poisson(level * _shape("varied", days, rng))
    none = np.zeros(days)
    table = _table(rows, none, none, dated=rng.random() < 0.5, rng=rng)
    parts = [{day: held for day, held in table.items() if (day - FIRST) // 30 == at} for at in range(days // 30)]
    whole = np.arange(days) // 30 != missing
    return Source([part for at, part in enumerate(parts) if at != missing and part], whole)


def _weekly(level: float, rng: np.random.Generator) -> Source:
    days = 7 * int(rng.integers(20, 60))
    begin, end = _lost(days, A_YEAR if rng.random() < 0.5 else 0.0, rng)
    rows = rng.binomial(rng.poisson(level * _shape("varied", days, rng)), np.maximum(1 - begin - end, 0))
    table = _table(rows, begin, end, dated=False, rng=rng)
    parts = [
        {day: held for day, held in table.items() if last - 90 <= day - FIRST < last} for last in range(28, days + 1, 7)
    ]
    return Source([part for part in parts if part], (begin == 0) & (end == 0))


def _waves(level: float, rng: np.random.Generator) -> Source:
    days = 900
    rows, at = np.zeros(days, np.int64), 0
    while at < days:
        wave = rng.poisson(30 * level * np.exp(-np.arange(14) / 2.5))
        rows[at : at + 14] += wave[: days - at]
        at += int(rng.integers(60, 120))
    none = np.zeros(days)
    return Source([_table(rows, none, none, dated=True, rng=rng)], np.ones(days, np.bool_))


def _edited(level: float, rng: np.random.Generator) -> Source:
    """An export by the day of the edit: old rows beside the days asked for, more of them the younger they are."""
    old, asked = int(rng.integers(100, 900)), int(rng.integers(10, 90))
    rows = rng.poisson(level * _shape("varied", old + asked, rng))
    share = np.minimum(0.15, 0.3 / level) * np.exp((np.arange(old) - old) / rng.uniform(20, 150))
    rows[:old] = rng.binomial(rows[:old], share)
    none = np.zeros(old + asked)
    whole = np.arange(old + asked) >= old
    return Source([_table(rows, none, none, dated=rng.random() < 0.5, rng=rng)], whole)


#: By name: how a source of so many rows a day is drawn.
KINDS: dict[str, Callable[[float, np.random.Generator], Source]] = {
    **{
        kind: partial(_steady, kind)
        for kind in ("poisson", "varied", "closed weekends", "quiet weekends", "trend", "bursts")
    },
    "months, one missing": _months,
    "weekly, the last 90 days": _weekly,
    "waves of a survey": _waves,
    "old rows that were edited": _edited,
}
