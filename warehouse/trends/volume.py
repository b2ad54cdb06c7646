"""Verdicts about how much is written: floods, by the usual number for the weekday, and channels that fell silent.

Counts jump and trickle, so everything is medians of logarithms: one spike neither sets off the next nor hides it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from earful.warehouse.trends.rules import Bools, Floats, Ints, Rules

#: A weekday differs from the others by so much of what the medians of eight such days say.
_WEEKDAY = 0.7
#: Least spread of log counts, beside that of counting: no product is written about so evenly.
_LEAST = 0.15
_MAD = 1.4826  # median absolute deviation to standard deviation, of a normal


@dataclass(frozen=True, slots=True)
class Volume:
    """Slices x days. ``expected``: usual posts, ``low``, ``high``: its 95% range; ``z`` nan without enough days."""

    expected: Floats
    low: Floats
    high: Floats
    z: Floats
    days: Floats
    #: -1 fewer, +1 a flood, 0.
    signal: Ints
    #: Posts of the days that the usual number comes from.
    past_posts: Floats
    #: Complete days in a row without any post where some were expected, how many were, and whether that is news.
    silent: Ints
    missed: Floats
    reported: Bools


#: A flood is so many times the usual posts, and so many robust standard deviations above it.
FLOOD, FLOOD_Z = 2.0, 5.0
#: Fewer posts in all than this are no flood.
FLOOD_POSTS = 30.0
#: Silence is news once that many posts would have come on days as usual.
SILENCE = 12.0


def measure(posts: Floats, live: Bools, rules: Rules) -> Volume:
    """Judge counts of complete days by the `window` days that end `lag` days before; slices x days."""
    y = np.where(live, np.log1p(posts), np.nan)
    level, days = _level(y, rules)
    same = _median(_stack([_shift(y, 7 * k) for k in range(1, rules.window // 7 + 1)]))
    usual = level + np.where(np.isfinite(same), _WEEKDAY * (same - level), 0.0)
    error = y - usual
    scale = _MAD * _median(_past(np.abs(error), rules))
    expected = np.expm1(usual)
    spread = np.sqrt(np.nan_to_num(scale) ** 2 + _LEAST**2 + 1 / np.maximum(expected, 1.0))
    known = (days >= rules.least_days) & np.isfinite(error) & np.isfinite(scale)
    z = np.where(known, error / spread, np.nan)
    flood = known & (posts >= FLOOD * expected) & (z >= FLOOD_Z) & (posts >= FLOOD_POSTS)
    thin = known & (posts > 0) & (posts * FLOOD <= expected) & (z <= -FLOOD_Z)
    signal = flood.astype(np.int64) - thin.astype(np.int64)
    silent, missed = _silence(posts, live, np.where(days >= rules.least_days, expected, 0.0))
    reported = (missed >= SILENCE) & (silent > 0) & live
    past_posts = np.nansum(_past(np.where(live, posts, np.nan), rules), axis=-1)
    low, high = np.expm1(usual - 1.96 * spread), np.expm1(usual + 1.96 * spread)
    return Volume(expected, np.maximum(low, 0.0), high, z, days, signal, past_posts, silent, missed, reported)


def _silence(posts: Floats, live: Bools, expected: Floats) -> tuple[Ints, Floats]:
    """Silent complete days in a row up to each day, and the posts that would have been usual on them."""
    slices, days = posts.shape
    row, missed = np.zeros((slices, days), dtype=np.int64), np.zeros((slices, days))
    for day in range(days):
        quiet = live[:, day] & (posts[:, day] == 0) & (expected[:, day] >= 1)
        before = (row[:, day - 1], missed[:, day - 1]) if day else (0, 0.0)
        held = ~live[:, day]  # an incomplete day says nothing either way
        row[:, day] = np.where(quiet, before[0] + 1, np.where(held, before[0], 0))
        missed[:, day] = np.where(quiet, before[1] + expected[:, day], np.where(held, before[1], 0.0))
    return row, missed


def _level(y: Floats, rules: Rules) -> tuple[Floats, Floats]:
    past = _past(y, rules)
    return _median(past), np.isfinite(past).sum(axis=-1).astype(np.float64)


def _past(y: Floats, rules: Rules) -> Floats:
    """Slices x days x window: the window's values before each day, nan where there are none."""
    padded = np.pad(y, ((0, 0), (rules.window + rules.lag - 1, 0)), constant_values=np.nan)
    return sliding_window_view(padded, rules.window, axis=1)[:, : y.shape[1]]


def _shift(y: Floats, days: int) -> Floats:
    return np.pad(y, ((0, 0), (days, 0)), constant_values=np.nan)[:, : y.shape[1]]


def _stack(parts: list[Floats]) -> Floats:
    return np.stack(parts, axis=-1)


def _median(values: Floats) -> Floats:
    """Median over the last axis, nan left out; nan where there is nothing. Numpy's own is slow here."""
    there = np.isfinite(values).sum(axis=-1)
    ordered = np.sort(values, axis=-1)  # nan last
    low, high = np.maximum(there - 1, 0) // 2, np.minimum(there // 2, values.shape[-1] - 1)
    both = np.take_along_axis(ordered, np.stack([low, high], axis=-1), axis=-1)
    found: Floats = both.mean(axis=-1)
    return np.where(there > 0, found, np.nan)
