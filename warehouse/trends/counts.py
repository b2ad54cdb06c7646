"""Counts of a day beside the usual number for its weekday: posts, and negative posts; and channels that fell silent.

Counts jump and trickle, and some sources more than others: the usual number is of medians, its growth is followed, and
a day's distance from it is measured in a negative binomial's own unit (Anscombe 1948), whose overdispersion is the
source's own. So 21 posts where 3 are usual are as rare as they are, and 150 where 100 are usual are nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from earful.warehouse.trends.rules import Bools, Floats, Ints, Rules

#: A weekday differs from the others by so much of what the medians of eight such days say.
_WEEKDAY = 0.7
#: Of the growth between the window's older and newer half, so much is taken to go on to the day itself: half of the 17
#: days by 28 that lie between the newer half's middle and the day.
_GROWTH = 0.15
#: Least overdispersion (standard deviation of the rate, as a share of it): no product is written about so evenly.
_LEAST = 0.15
#: And the most for which the transformation holds (k > 3/4).
_MOST = 1.0
_MAD = 1.4826  # median absolute deviation to standard deviation, of a normal
#: A usual number is never less than this: of none, nothing could be so many times as many.
_RARE = 0.1

#: Silence is news once that many posts would have come on days as usual.
SILENCE = 12.0


@dataclass(frozen=True, slots=True)
class Counted:
    """Slices x days. ``expected``: usual count, ``low``, ``high``: its 95% range; ``z`` nan without enough days."""

    expected: Floats
    low: Floats
    high: Floats
    z: Floats
    days: Floats
    #: Counts of the days that the usual number comes from, together.
    past: Floats


@dataclass(frozen=True, slots=True)
class Silence:
    """Slices x days.

    ``row``: complete days in a row without any post where some were expected, ``missed``: how many posts were;
    ``reported``: whether that is news.
    """

    row: Ints
    missed: Floats
    reported: Bools


def measure(counts: Floats, live: Bools, rules: Rules, unusual: Bools | None = None) -> Counted:
    """Measure counts of complete days by the `window` days that end `lag` days before; slices x days.

    ``unusual``: slices x days that are in no usual number, though they count where there must be enough days.
    """
    usual_days = live if unusual is None else live & ~unusual
    y = np.where(usual_days, np.log1p(counts), np.nan)
    past = _past(y, rules)
    level = _median(past)
    half = rules.window // 2
    older, newer = _median(past[..., :half]), _median(past[..., half:])
    growth = np.where(np.isfinite(older) & np.isfinite(newer), newer - older, 0.0)
    level = np.where(np.isfinite(newer), newer + _GROWTH * growth, level)
    middle = _median(past)
    same = _median(np.stack([_shift(y, 7 * k) for k in range(1, rules.window // 7 + 1)], axis=-1))
    usual = level + np.where(np.isfinite(same), _WEEKDAY * (same - middle), 0.0)
    expected = np.maximum(np.expm1(usual), _RARE)
    # The source's own overdispersion, of past days beside what was usual then: in units in which Poisson's is 1.
    error = np.where(usual_days, 2 * (np.sqrt(counts + 0.375) - np.sqrt(expected + 0.375)), np.nan)
    scale = (_MAD * _median(_past(np.abs(error), rules))) ** 2
    typical = np.maximum(np.expm1(middle), 1.0)
    spread = np.sqrt(np.maximum((np.nan_to_num(scale, nan=1.0) - 1.0) / typical, 0.0))
    k = 1 / np.clip(spread, _LEAST, _MOST) ** 2
    days = _sum(live.astype(np.float64), rules)
    known = live & (days >= rules.least_days) & np.isfinite(middle) & np.isfinite(scale)
    unit = 2 * np.sqrt(k - 0.5)
    centre = _stable(expected, k)
    z = np.where(known, (_stable(counts, k) - centre) * unit, np.nan)
    low, high = (_unstable(centre + side * 1.96 / unit, k) for side in (-1, 1))
    return Counted(expected, low, high, z, days, _sum(np.where(usual_days, counts, 0.0), rules))


def by_scorer(counts: Floats, live: Bools, code: Ints, rules: Rules, unusual: Bools | None = None) -> Counted:
    """As measure(), each day beside the days of its own ``code`` (slices x days; 0 is beside none)."""
    versions = np.unique(code[code > 0])
    if len(versions) == 1 and bool((code > 0).all()):
        return measure(counts, live, rules, unusual)
    parts = [(code == v, measure(counts, live & (code == v), rules, unusual)) for v in versions]
    nothing = np.full(counts.shape, np.nan)
    whole = Counted(nothing, nothing, nothing, nothing, np.zeros(counts.shape), np.zeros(counts.shape))
    for own, part in parts:
        values = (np.where(own, getattr(part, f.name), getattr(whole, f.name)) for f in fields(Counted))
        whole = Counted(*values)
    return whole


def silence(posts: Floats, live: Bools, counted: Counted, rules: Rules) -> Silence:
    """Which slices have no posts though some were to come."""
    expected = np.where(counted.days >= rules.least_days, counted.expected, 0.0)
    slices, days = posts.shape
    row, missed = np.zeros((slices, days), dtype=np.int64), np.zeros((slices, days))
    for day in range(days):
        quiet = live[:, day] & (posts[:, day] == 0) & (expected[:, day] >= 1)
        before = (row[:, day - 1], missed[:, day - 1]) if day else (0, 0.0)
        held = ~live[:, day]  # an incomplete day says nothing either way
        row[:, day] = np.where(quiet, before[0] + 1, np.where(held, before[0], 0))
        missed[:, day] = np.where(quiet, before[1] + expected[:, day], np.where(held, before[1], 0.0))
    return Silence(row, missed, (missed >= SILENCE) & (row > 0) & live)


def _stable(counts: Floats, k: Floats) -> Floats:
    """Anscombe's transformation of negative binomial counts with exponent ``k``: its variance is 1 / (4 k - 2)."""
    found: Floats = np.arcsinh(np.sqrt((counts + 0.375) / (k - 0.75)))
    return found


def _unstable(value: Floats, k: Floats) -> Floats:
    found: Floats = np.sinh(np.maximum(value, 0.0)) ** 2 * (k - 0.75) - 0.375
    return np.maximum(found, 0.0)


def _past(y: Floats, rules: Rules) -> Floats:
    """Slices x days x window: the window's values before each day, nan where there are none."""
    padded = np.pad(y, ((0, 0), (rules.window + rules.lag - 1, 0)), constant_values=np.nan)
    return sliding_window_view(padded, rules.window, axis=1)[:, : y.shape[1]]


def _sum(x: Floats, rules: Rules) -> Floats:
    found: Floats = np.nansum(_past(np.nan_to_num(x), rules), axis=-1)
    return found


def _shift(y: Floats, days: int) -> Floats:
    return np.pad(y, ((0, 0), (days, 0)), constant_values=np.nan)[:, : y.shape[1]]


def _median(values: Floats) -> Floats:
    """Median over the last axis, nan left out; nan where there is nothing. Numpy's own is slow here."""
    there = np.isfinite(values).sum(axis=-1)
    ordered = np.sort(values, axis=-1)  # nan last
    low, high = np.maximum(there - 1, 0) // 2, np.minimum(there // 2, values.shape[-1] - 1)
    both = np.take_along_axis(ordered, np.stack([low, high], axis=-1), axis=-1)
    found: Floats = both.mean(axis=-1)
    return np.where(there > 0, found, np.nan)
