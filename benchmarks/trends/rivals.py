"""What others do with a series of daily means, as ``python -m benchmarks.trends`` compares it: alarms by a threshold.

Each rival gives a score for every series and day, down and up; an alarm is a day whose score reaches the threshold,
with the same cool-down as ours. Means of days that are not complete are left out. Thresholds are calibrated like ours,
to one false alarm a slice-year. Two look at the whole series at once, days to come included, since that is how their
libraries work: they are shown better than a nightly job could do.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from itertools import pairwise

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from earful.warehouse.trends.rules import Floats

#: Series x days of means (nan: no complete day) to series x days of scores, high where the mean fell.
Rival = Callable[[Floats], Floats]


def fixed(mean: Floats) -> Floats:
    """Mean of the past 7 days less today's: "alert me when it falls by more than 0.10"."""
    return _past(mean, 7)[0] - mean


def classic(mean: Floats) -> Floats:
    """Today's distance from the mean of the past 28 days, in their standard deviations."""
    centre, spread = _past(mean, 28)
    return (centre - mean) / spread


def seasonal(mean: Floats) -> Floats:
    """Residual of a robust STL of the whole series (statsmodels), period 7, in robust standard deviations."""
    from statsmodels.tsa.seasonal import STL

    out = np.full(mean.shape, np.nan)
    for row, series in enumerate(mean):
        residual = STL(_filled(series), period=7, robust=True).fit().resid
        spread = 1.4826 * np.median(np.abs(residual - np.median(residual)))
        out[row] = -residual / max(spread, 1e-6)
    return np.where(np.isfinite(mean), out, np.nan)


def changepoints(mean: Floats) -> Floats:
    """Penalty up to which a kernel changepoint search over the whole series (ruptures, linear) keeps a step down there.

    The step counts on its first day.
    """
    import ruptures

    out = np.full(mean.shape, -np.inf)
    for row, series in enumerate(mean):
        whole = _filled(series)
        whole = (whole - whole.mean()) / max(whole.std(), 1e-6)
        search = ruptures.KernelCPD(kernel="linear", min_size=3).fit(whole.reshape(-1, 1))
        for penalty in PENALTIES:
            ends = [0, *search.predict(pen=float(penalty))]
            means = [whole[a:b].mean() for a, b in pairwise(ends)]
            for at, before, after in zip(ends[1:-1], means, means[1:], strict=False):
                out[row, at] = penalty if after < before else -np.inf
    return out


PENALTIES = np.geomspace(2, 60, 24)


def available() -> tuple[dict[str, Rival], list[str]]:
    """The rivals that can run here by name, and the names of those whose library is missing."""
    found: dict[str, Rival] = {"fixed threshold": fixed, "classic z": classic}
    missing = []
    for name, package, rival in (
        ("STL residual", "statsmodels", seasonal),
        ("changepoints", "ruptures", changepoints),
    ):
        if find_spec(package):
            found[name] = rival
        else:
            missing.append(f"{name} ({package})")
    return found, missing


def alarms(score: Floats, threshold: float, cool_down: int) -> np.ndarray:
    """Series x days: days on which the score reaches the threshold, none within the cool-down after another."""
    told = score >= threshold
    out = np.zeros(told.shape, dtype=np.bool_)
    last = np.full(len(told), -cool_down)
    for day in range(told.shape[1]):
        fresh = told[:, day] & (day - last >= cool_down)
        out[:, day] = fresh
        last = np.where(fresh, day, last)
    return out


def _past(mean: Floats, days: int) -> tuple[Floats, Floats]:
    """Mean and standard deviation of the ``days`` before each day, of those that are there."""
    padded = np.pad(mean, ((0, 0), (days, 0)), constant_values=np.nan)[:, :-1]
    windows = sliding_window_view(padded, days, axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        there = np.isfinite(windows).sum(axis=-1)
        centre = np.nansum(windows, axis=-1) / there
        spread = np.sqrt(np.nansum((windows - centre[..., None]) ** 2, axis=-1) / np.maximum(there - 1, 1))
    enough = there >= days // 2
    return np.where(enough, centre, np.nan), np.where(enough & (spread > 0), spread, np.nan)


def _filled(series: Floats) -> Floats:
    """Holes filled in on a line between their neighbours."""
    there = np.isfinite(series)
    days = np.arange(len(series))
    return np.interp(days, days[there], series[there])
