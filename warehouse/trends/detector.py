"""The detector: daily sums of many slices in, z and evidence out. Pure numpy, days along the second axis.

A slice is split into cells (channel and market for most): the change of its mean is split into *within*, what changed
inside the cells, and *mix*, what came of cells having other shares of the posts (Kitagawa 1955). Only within is tested.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from earful.warehouse.trends.rules import Bools, Floats, Ints, Rules

#: The baseline's variance weighs in a test's own as that of so many posts: a few posts alike are no certainty.
_PRIOR = 15.0
#: Past z is cut here where its spread is estimated; the mean of its square is then, for a standard normal, this.
_CUT, _CUT_MEAN = 2.5, 0.97756
#: So many days' worth of belief that z spreads as it should, and days that may wander together.
_PRIOR_DAYS, LAGS = 10.0, 4


@dataclass(frozen=True, slots=True)
class Series:
    """What is judged. Cells lie in the order of their slices; ``first[s]`` is the first cell of slice s.

    ``n``, ``total``, ``squares``: scored posts, sums of compound and of its square on complete days, cells x days.
    ``live``: the slice's day is complete, slices x days. ``scorer``: code of the scorer, slices x days; 0 for several.
    ``base``: for each cell the cell that its baseline comes from (itself, or a wider one).
    """

    first: Ints
    n: Floats
    total: Floats
    squares: Floats
    live: Bools
    scorer: Ints
    base: Ints

    @property
    def slice_of(self) -> Ints:
        """The slice of every cell."""
        return np.repeat(np.arange(len(self.first)), np.diff(np.append(self.first, len(self.n))))


@dataclass(frozen=True, slots=True)
class Measured:
    """Slices x days; nan where there is nothing to say. ``start``: first day of the pooled span, -1 without a test."""

    start: Ints
    n: Floats
    mean: Floats
    baseline: Floats
    baseline_n: Floats
    baseline_days: Floats
    se: Floats
    within: Floats
    z: Floats


def spans(n: Floats, live: Bools, rules: Rules) -> Ints:
    """For each slice and day the first day of the span that is tested on it, -1 where none is.

    A day with enough posts stands alone. Others are pooled with the untested days before them until there are enough
    posts, or a week is over that has `week_floor`; days that are not complete (their ``n`` is 0) are stepped over.
    """
    slices, days = n.shape
    before = _sums_before(n)
    out = np.full((slices, days), -1, dtype=np.int64)
    closed = np.full(slices, -1, dtype=np.int64)
    every = np.arange(slices)
    for day in range(days):
        begin = np.maximum(closed + 1, day - rules.pool_days + 1)
        alone = n[:, day] >= rules.floor
        begin = np.where(alone, day, begin)
        held = before[:, day + 1] - before[every, begin]
        week = (day - begin + 1 >= rules.pool_days) & (held >= rules.week_floor)
        enough = live[:, day] & (n[:, day] > 0) & ((held >= rules.floor) | week)
        out[enough, day] = begin[enough]
        closed[enough] = day
    return out


@dataclass(frozen=True, slots=True)
class _Sums:
    """Cells x days."""

    n: Floats
    total: Floats
    squares: Floats

    def scatter(self) -> Floats:
        """Sum of squared distances from the cell's own mean."""
        found: Floats = self.squares - self.total**2 / np.maximum(self.n, 1)
        return np.maximum(found, 0.0)


@dataclass(frozen=True, slots=True)
class Prepared:
    """What each day's test is about, the same whatever its baseline leaves out; see prepare()."""

    series: Series
    rules: Rules
    slice_of: Ints
    start: Ints
    #: Sums over the spans, of each cell; days with posts in them.
    now: _Sums
    length: Floats
    #: Complete days with posts, and complete days since the first of those, slices x days.
    written: Bools
    seen: Bools
    #: Scorer of the whole span, slices x days; 0 for several.
    code: Ints


def prepare(series: Series, rules: Rules) -> Prepared:
    """The spans that are tested, and their sums."""
    slice_of, by_slice = series.slice_of, _adder(series.first)
    start = spans(by_slice(series.n), series.live, rules)
    tested = start >= 0
    begin = np.where(tested, start, np.arange(start.shape[1]))
    own = tested[slice_of]
    now = _Sums(*(_span(x, begin[slice_of], own) for x in (series.n, series.total, series.squares)))
    n = by_slice(series.n)
    written = series.live & (n > 0)
    up = _sums_before(written)
    length = np.where(tested, up[:, 1:] - np.take_along_axis(up[:, :-1], begin, axis=1), 0.0)
    seen = series.live & np.logical_or.accumulate(written, axis=1)
    one_scorer = np.take_along_axis(series.scorer, begin, axis=1) == series.scorer
    code = np.where(one_scorer, series.scorer, 0)
    return Prepared(series, rules, slice_of, start, now, length, written, seen, code)


def measure(p: Prepared, unusual: Bools | None = None) -> Measured:
    """The test of every slice on every day, by the days before it alone.

    ``unusual``: slices x days that are in no baseline, though they count where a baseline must have enough days.
    """
    series, rules, now, length, code, slice_of = p.series, p.rules, p.now, p.length, p.code, p.slice_of
    by_slice, tested = _adder(series.first), p.start >= 0
    # The slice that the cell of a baseline lies in.
    parent = slice_of[series.base]
    usual = np.ones(tested.shape, np.bool_) if unusual is None else ~unusual
    own, base = series.scorer, series.base
    daily = (series.n[base], series.total[base], series.squares[base])
    # Every post of the past, those of days too thin for a test of their own as well: of a product with one review a
    # day they are all there is.
    past = _Sums(*(_past(np.where(usual[parent], x, 0.0), own[parent], code[slice_of], rules) for x in daily))
    home = parent[series.first]
    seen_days = _past(p.seen[home].astype(np.float64), own[home], code, rules)
    past_days = _past((usual & p.written)[home].astype(np.float64), own[home], code, rules)
    n, past_n = by_slice(now.n), by_slice(past.n)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean, baseline = by_slice(now.total) / n, by_slice(past.total) / past_n
        past_var = by_slice(past.scatter()) / np.maximum(past_n - 1, 1)
        var = (by_slice(now.scatter()) + _PRIOR * past_var) / (n + _PRIOR)
        within, noise = _within(now, past, (n, past_n), (var, past_var), slice_of)
        wander = rules.tau**2 * (1 / length + 1 / past_days)
        known = tested & (seen_days >= rules.least_days) & (past_n >= rules.least_posts) & (past_days > 0)
        within = np.where(known, by_slice(within), np.nan)
        raw = within / np.sqrt(by_slice(noise) + wander)
        # A day that stood out says how large what happened was, not how widely days lie when nothing happens.
        wide = spread(raw if unusual is None else np.where(unusual, np.nan, raw), rules)
        z = raw / np.sqrt(wide)
        se = np.sqrt(wide * (var / n + past_var / past_n + wander))
    return Measured(p.start, n, mean, baseline, past_n, past_days, se, within, z)


def _within(
    now: _Sums, past: _Sums, sums: tuple[Floats, Floats], var: tuple[Floats, Floats], slice_of: Ints
) -> tuple[Floats, Floats]:
    """Each cell's part of the change that lies within it, and that part's variance of sampling.

    Kitagawa: sum of (w + W) / 2 * (m - M) with w, W a cell's shares of the posts now and before. A cell without posts
    on one side has no change of its own: all of its coming or going is mix.
    """
    both = (now.n > 0) & (past.n > 0)
    weight = (now.n / sums[0][slice_of] + past.n / sums[1][slice_of]) / 2
    moved = weight * (now.total / now.n - past.total / past.n)
    noise = weight**2 * (var[0][slice_of] / now.n + var[1][slice_of] / past.n)
    return np.where(both, moved, 0.0), np.where(both, noise, 0.0)


def spread(z: Floats, rules: Rules, lags: int = LAGS) -> Floats:
    """How much wider than chance the slice's past z lay over several days together, as a variance; 1 at least.

    The long-run variance of past z with Bartlett's weights (Newey and West 1987): threads and moods that linger make
    days wander, and wander together, which a CUSUM would take for evidence. Shrunk to 1, with z cut against outliers.
    """
    known = np.isfinite(z)
    cut = np.clip(np.where(known, z, 0.0), -_CUT, _CUT)
    products = cut**2
    for lag in range(1, lags + 1):
        products[:, lag:] += 2 * (1 - lag / (lags + 1)) * cut[:, lag:] * cut[:, :-lag]
    count = _window(known.astype(np.float64), rules)
    found: Floats = (_PRIOR_DAYS + _window(products, rules) / _CUT_MEAN) / (_PRIOR_DAYS + count)
    return np.maximum(found, 1.0)


def _adder(first: Ints) -> Callable[[Floats], Floats]:
    """Sums over the cells of each slice."""
    return lambda x: np.add.reduceat(x, first, axis=0)


def _span(x: Floats, begin: Ints, tested: Bools) -> Floats:
    """Sums over the span that is tested on each day, 0 where none is."""
    up = _sums_before(x)
    return np.where(tested, up[:, 1:] - np.take_along_axis(up[:, :-1], begin, axis=1), 0.0)


def _window(x: Floats, rules: Rules) -> Floats:
    """Sums over the `window` days that end `lag` days before each day."""
    days = x.shape[1]
    up = _sums_before(x, rules.window + rules.lag - 1)
    found: Floats = up[:, rules.window : rules.window + days] - up[:, :days]
    return found


def _sums_before(x: Floats | Bools, more: int = 0) -> Floats:
    """Sums over the days before each day and, as the last column, over all; ``more`` days of nothing go ahead."""
    out = np.zeros((len(x), x.shape[1] + more + 1))
    np.cumsum(x, axis=1, out=out[:, more + 1 :])
    return out


def _past(x: Floats, code: Ints, wanted: Ints, rules: Rules) -> Floats:
    """As _window(), of the days that were scored by the version that scored the day itself."""
    only = int(code.max(initial=0))
    if only > 0 and bool((code == only).all()) and bool((wanted == only).all()):
        return _window(x, rules)  # nearly always: one version, and nothing to distinguish
    out = np.zeros_like(x)
    for version in np.unique(code[code > 0]):
        out = np.where(wanted == version, _window(np.where(code == version, x, 0.0), rules), out)
    return out
