"""What chance does: Student's t without a statistics library, and how far days differ beyond the noise of sampling."""

from __future__ import annotations

import math

import numpy as np

from earful.warehouse.causes.posts import Floats, Ints

#: So many days' worth of belief in the usual wander of a part's daily mean (Rules.tau of the detector).
_PRIOR_DAYS, _TAU = 10.0, 0.04
#: Days that may wander together, for the long-run variance (Bartlett's weights).
_LAGS = 4


def p_value(t: float, freedom: float) -> float:
    """Two-sided, of Student's t with so many degrees of freedom (Wallace 1959: within 0.02 standard deviations)."""
    if not math.isfinite(t):
        return 1.0
    root = math.sqrt(freedom * math.log1p(t * t / freedom))
    return math.erfc((8 * freedom + 1) / (8 * freedom + 3) * root / math.sqrt(2))


def quantile(freedom: float) -> float:
    """How many standard errors a 95% interval reaches: the inverse of p_value() at 0.05."""
    z = 1.959964 * (8 * freedom + 3) / (8 * freedom + 1)
    return math.sqrt(freedom * math.expm1(z * z / freedom))


def day_variance(day: Ints, n: Floats, residual: Floats, variance: float) -> float:
    """The variance of a part's daily mean beyond that of sampling posts: moods, threads, people who write alike.

    By moments over the days, shrunk to the detector's usual wander. ``residual``: sums of the rows, less what was
    expected; ``variance``: of one post.
    """
    if not len(day):
        return _TAU**2
    _, at = np.unique(day, return_inverse=True)
    by_day, sums = np.bincount(at, n), np.bincount(at, residual)
    sums = sums - by_day * sums.sum() / by_day.sum()
    weight = by_day**2 / (by_day**2).mean()
    # Each day's square of the sum is n * variance + n^2 * tau^2.
    found = (sums**2 - by_day * variance).sum() / (by_day**2).sum()
    days = weight.sum()
    return max(float((found * days + _TAU**2 * _PRIOR_DAYS) / (days + _PRIOR_DAYS)), 0.0)


def share_dispersion(day: Ints, n: Floats, has: Floats) -> float:
    """How many times wider a share of the posts lies from day to day than by chance; 1 at least.

    ``n``: posts of the rows; ``has``: those of them that have it.
    """
    if not len(day):
        return 1.0
    _, at = np.unique(day, return_inverse=True)
    by_day, with_it = np.bincount(at, n), np.bincount(at, has)
    share = with_it.sum() / by_day.sum()
    noise = by_day * share * (1 - share)
    if share in (0.0, 1.0):
        return 1.0
    found = ((with_it - share * by_day) ** 2 / noise).sum()
    return max(1.0, float((found + _PRIOR_DAYS) / (len(by_day) + _PRIOR_DAYS)))


def long_run_variance(by_day: Floats, weight: Floats) -> float:
    """The variance that a mean over days has, times the days; ``by_day`` in order, each with its weight (posts)."""
    if len(by_day) < 2:
        return 0.0
    apart = (by_day - np.average(by_day, weights=weight)) * weight / weight.mean()
    products = float((apart**2).mean())
    for lag in range(1, min(_LAGS, len(by_day) - 1) + 1):
        products += 2 * (1 - lag / (_LAGS + 1)) * float((apart[lag:] * apart[:-lag]).sum() / len(by_day))
    return max(products, float((apart**2).mean()) / 2)


def evenness(day: Ints, n: Floats) -> float:
    """1 / days where each day has as many posts; more where a few days have most."""
    by_day = np.bincount(np.unique(day, return_inverse=True)[1], n)
    return float((by_day**2).sum() / by_day.sum() ** 2)
