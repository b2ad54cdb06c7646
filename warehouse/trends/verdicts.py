"""Verdicts of products' slices, metrics and days: measured, judged under one budget each, folded into episodes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from earful.warehouse.trends import counts, detector, drafts
from earful.warehouse.trends.budget import limits
from earful.warehouse.trends.detector import spread
from earful.warehouse.trends.drafts import Columns, Places
from earful.warehouse.trends.episodes import Evidence, Question, evidence_of
from earful.warehouse.trends.events import tell
from earful.warehouse.trends.material import Moved, matters
from earful.warehouse.trends.metrics import COUNTS
from earful.warehouse.trends.rules import Bools, Floats, Ints, Rules, Ruling, limit, share_tested
from earful.warehouse.trends.series import ALWAYS, Loaded, MeanSeries, Product


@dataclass(frozen=True, slots=True)
class Test:
    """One metric of some slices, measured.

    ``rows``: where its rows stand in the columns, ``places``: and in slices x days.
    ``worse``: sign of z that is a change for the worse. ``z`` is gathered, ``alone`` is what one day is judged by.
    """

    metric: str
    worse: int
    wide: Ints
    z: Floats
    alone: Floats
    start: Ints
    rows: slice
    places: Places
    moved: Moved


@dataclass(frozen=True, slots=True)
class Draft:
    """Some products measured: rows of all of them, days counted from ``first_day``, slices as in ``loaded``."""

    loaded: Loaded
    columns: Columns
    tests: tuple[Test, ...]

    @property
    def first_day(self) -> date:
        """The day that is number 0."""
        return self.loaded.first_day

    def judged(self, product: Product) -> Bools:
        """Days on which anything of the product had a test."""
        return np.asarray(np.logical_or.reduce([t.any(axis=0) for t in self._tested(product)]))

    def tested_lately(self, days: int) -> int:
        """Slices, each metric by itself, that had a test in the last ``days`` days of their product."""
        found = 0
        for product in self.loaded.products:
            end = (product.last_day - self.first_day).days + 1
            found += sum(int(t[:, max(end - days, 0) : end].any(axis=1).sum()) for t in self._tested(product))
        return found

    def _tested(self, product: Product) -> Iterator[Bools]:
        for t in self.tests:
            yield np.isfinite(t.z[np.searchsorted(t.wide, product.whole) : np.searchsorted(t.wide, product.end)])


def assess(series: detector.Series, rules: Rules, unusual: Bools | None = None) -> detector.Measured:
    """Measure twice: what stands out the first time is left out of the baselines of the second.

    Else the days of a bad release would be what its end is compared with: a recovery would look like a success, and the
    next bad release would be hidden. Only days before a day decide, so nothing is known before its time. What lasts is
    the new normal: an episode's days stand out for ``rules.unusual_days`` at most. ``unusual``: days that stand out for
    every slice, whatever they hold themselves.
    """
    prepared = detector.prepare(series, rules)
    stood = stood_out(detector.measure(prepared), rules)
    return detector.measure(prepared, stood if unusual is None else stood | unusual)


def stood_out(first: detector.Measured, rules: Rules) -> Bools:
    """Slices x days that stand out by a first measurement."""
    (found,) = evidence_of([_question(first, rules)], rules)
    return _whole_spans(_unusual(found, rules), first.start)


def _question(first: detector.Measured, rules: Rules) -> Question:
    return Question(first.z, first.start, limit(np.ones(1), 1.0, share_tested(first.start, rules.window)), first.z)


def _unusual(found: Evidence, rules: Rules) -> Bools:
    day = np.arange(found.signal.shape[1])
    return np.asarray((found.signal != 0) & (day - found.episode < rules.unusual_days))


def _whole_spans(ends: Bools, start: Ints) -> Bools:
    """All days of the spans that end on the days marked."""
    slices, days = np.nonzero(ends)
    steps = np.zeros((ends.shape[0], ends.shape[1] + 1))
    np.add.at(steps, (slices, start[slices, days]), 1.0)
    np.add.at(steps, (slices, days + 1), -1.0)
    return np.asarray(np.cumsum(steps[:, :-1], axis=1) > 0)


def draft(loaded: Loaded, rules: Rules) -> Draft:
    """Measure some products."""
    columns: list[Columns] = []
    tests: list[Test] = []
    used = 0

    def add(rows: Columns, test: Test | None = None) -> None:
        nonlocal used
        size = len(rows["day"])
        if test is not None:
            tests.append(replace(test, rows=slice(used, used + size)))
        columns.append(rows)
        used += size

    wide = np.array([i for i, s in enumerate(loaded.slices) if s.kind in ALWAYS], np.int64)
    means = [_Mean(loaded, mean, rules) for mean in loaded.means]
    numbers = [_Count(loaded, metric, wide, rules) for metric in COUNTS]
    first = evidence_of([*(each.question() for each in means), *(each.question() for each in numbers)], rules)
    for mean, found in zip(means, first, strict=False):
        add(*mean.measured(found))
    for number, found in zip(numbers, first[len(means) :], strict=True):
        counted, test = number.measured(found)
        rows, places = drafts.of_counts(loaded, number.metric, wide, counted)
        add(rows, replace(test, places=places))
        if number.metric == "volume":
            quiet = counts.silence(loaded.counts["volume"][wide], loaded.live[wide], counted, rules)
            add(drafts.of_silence(loaded, wide, counted, quiet))
    together = {name: np.concatenate([c[name] for c in columns]) for name in columns[0]}
    return Draft(loaded, together, tuple(tests))


class _Mean:
    """A mean, measured twice: the second time without the days that stood out the first time (see assess)."""

    def __init__(self, loaded: Loaded, judged: MeanSeries, rules: Rules) -> None:
        self._loaded, self._judged = loaded, judged
        self._rules = replace(rules, tau=judged.mean.tau)
        self._prepared = detector.prepare(judged.series, self._rules)

    def question(self) -> Question:
        """Which days stand out, as a question."""
        return _question(detector.measure(self._prepared), self._rules)

    def measured(self, found: Evidence) -> tuple[Columns, Test]:
        """By what was found to stand out."""
        loaded, judged, mean = self._loaded, self._judged, self._judged.mean
        whole, stood = loaded.whole(judged.wide), _whole_spans(_unusual(found, self._rules), self._prepared.start)
        # The product as a whole decides for all of its slices.
        m = detector.measure(self._prepared, stood | stood[whole])
        m = replace(m, z=np.where(loaded.shown[judged.wide, None], m.z, np.nan))
        rows, places = drafts.of_mean(loaded, judged, m)
        known = np.isfinite(m.within)
        moved = Moved(np.nan_to_num(m.within * m.n), np.nan_to_num(np.where(known, m.n, 0.0)), judged.n, whole)
        return rows, Test(mean.name, mean.worse, judged.wide, m.z, m.z, m.start, slice(0), places, moved)


class _Count:
    """A count, measured twice in the same way."""

    def __init__(self, loaded: Loaded, metric: str, wide: Ints, rules: Rules) -> None:
        self.metric = metric
        self._wide, self._rules, self._whole = wide, rules, loaded.whole(wide)
        self._values, self._live = loaded.counts[metric][wide], loaded.live[wide]
        self._day = np.broadcast_to(np.arange(self._values.shape[1]), self._values.shape)
        # How many are negative hangs on who scored them; of several scorers in one day nothing can be said.
        self._code = loaded.scorer[wide] if metric == "negative" else np.ones(self._values.shape, np.int64)

    def question(self) -> Question:
        """Which days stand out, as a question."""
        z, alone = _spread(counts.by_scorer(self._values, self._live, self._code, self._rules).z, None, self._rules)
        h = limit(np.ones(1), 1.0, np.ones(1))
        return Question(z, self._day, np.broadcast_to(h, z.shape), alone)

    def measured(self, found: Evidence) -> tuple[counts.Counted, Test]:
        """By what was found to stand out; where the rows lie is left open."""
        unusual = _unusual(found, self._rules)
        counted = counts.by_scorer(self._values, self._live, self._code, self._rules, unusual | unusual[self._whole])
        z, alone = _spread(counted.z, unusual, self._rules)
        known = np.isfinite(z)
        start = np.where(known, self._day, -1)
        moved = Moved(
            np.where(known, self._values, 0.0), np.where(known, counted.expected, 0.0), self._values, self._whole
        )
        none = (np.zeros(0, np.int64), np.zeros(0, np.int64))
        return counted, Test(self.metric, 1, self._wide, z, alone, start, slice(0), none, moved)


def _spread(z: Floats, unusual: Bools | None, rules: Rules) -> tuple[Floats, Floats]:
    """The z in units of how it wanders over days together, and of how it lies on single days."""
    usual = z if unusual is None else np.where(unusual, np.nan, z)
    return z / np.sqrt(spread(usual, rules)), z / np.sqrt(spread(usual, rules, lags=0))


def judge(each: Draft, rules: Ruling) -> Columns:
    """The draft's rows with their verdicts, alarms and episodes, each by the rules of its product."""
    columns = {name: values.copy() for name, values in each.columns.items()}
    loaded, usual = each.loaded, rules.usual
    own = [rules.of(p.name) for p in loaded.products]
    number = np.repeat(np.arange(len(own)), [p.end - p.whole for p in loaded.products])
    rules_of = [own[i] for i in number.tolist()]
    kinds = np.array([s.kind for s in loaded.slices])
    told = np.zeros(len(columns["day"]), np.bool_)
    per_year = np.array([one.per_year for one in own])
    budgeted = [(number[t.wide], kinds[t.wide] == "product", t.z, t.start) for t in each.tests]
    all_limits = limits(budgeted, per_year, usual)
    questions = [Question(t.z, t.start, h, t.alone) for t, h in zip(each.tests, all_limits, strict=True)]
    for test, h, gathered in zip(each.tests, all_limits, evidence_of(questions, usual), strict=True):
        # Fewer negative posts than usual are told by the mean, or by all posts; by themselves they are no news.
        found = gathered.only(test.worse) if test.metric == "negative" else gathered
        at, signal = test.places, found.signal[test.places]
        up, down = (drafts.FLOOD, drafts.FEWER) if test.metric == "volume" else (drafts.WORSE, drafts.BETTER)
        verdict = columns["verdict"][test.rows]
        worse = signal == test.worse
        columns["verdict"][test.rows] = np.select([(signal != 0) & worse, signal != 0], [up, down], verdict)
        columns["cusum"][test.rows] = np.where(np.isfinite(test.z[at]), found.cusum[at], np.nan)
        columns["cusum_limit"][test.rows] = h[at]
        columns["since"][test.rows] = found.since[at]
        columns["episode"][test.rows] = found.episode[at]
        told[test.rows] = matters(test.metric, test.moved, found, at, [rules_of[i] for i in test.wide.tolist()])
    told |= columns["verdict"] == drafts.SILENT
    _silences(columns, usual)
    tell(columns, loaded, told, usual)
    return columns


def _silences(columns: Columns, rules: Rules) -> None:
    """Episodes of silences: with no longer pause than the cool-down."""
    rows = np.nonzero(columns["verdict"] == drafts.SILENT)[0]
    order = rows[np.lexsort((columns["day"][rows], columns["slice_no"][rows]))]
    last = -1
    begin = before = 0
    for row in order.tolist():
        key, day = int(columns["slice_no"][row]), int(columns["day"][row])
        if key != last or day - before > rules.cool_down:
            begin = day
        last, before = key, day
        columns["episode"][row] = begin
        columns["since"][row] = int(columns["span_from"][row])
