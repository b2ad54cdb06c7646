"""Verdicts of a product's slices, metrics and days: measured, judged under one budget, folded into episodes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from earful.warehouse.trends import counts, detector, drafts
from earful.warehouse.trends.budget import limits
from earful.warehouse.trends.detector import spread
from earful.warehouse.trends.drafts import Columns, Places
from earful.warehouse.trends.episodes import Evidence, evidence
from earful.warehouse.trends.events import Alarm, EpisodeEntry, Key, fold
from earful.warehouse.trends.material import Moved, matters
from earful.warehouse.trends.metrics import COUNTS, METRICS
from earful.warehouse.trends.rules import Bools, Floats, Ints, Rules, Ruling, limit, share_tested
from earful.warehouse.trends.series import ALWAYS, Loaded, MeanSeries, Slice


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
    """One product measured."""

    product: str
    first_day: date
    slices: tuple[Slice, ...]
    columns: Columns
    tests: tuple[Test, ...]

    @property
    def judged(self) -> Bools:
        """Days on which anything of the product had a test."""
        return np.asarray(np.logical_or.reduce([np.isfinite(t.z).any(axis=0) for t in self.tests]))

    def tested_lately(self, days: int) -> int:
        """Slices, each metric by itself, that had a test in the last ``days`` days."""
        return sum(int(np.isfinite(t.z[:, -days:]).any(axis=1).sum()) for t in self.tests)


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
    h = limit(np.ones(1), 1.0, share_tested(first.start, rules.window))
    return _whole_spans(_unusual(evidence(first.z, first.start, h, rules), rules), first.start)


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
    """Measure one product."""
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

    for mean in loaded.means:
        add(*_mean(loaded, mean, rules))
    wide = np.array([i for i, s in enumerate(loaded.slices) if s.kind in ALWAYS], np.int64)
    for metric in COUNTS:
        found, test = _count(loaded, metric, wide, rules)
        rows, places = drafts.of_counts(loaded, metric, wide, found)
        add(rows, replace(test, places=places))
        if metric == "volume":
            quiet = counts.silence(loaded.counts[metric][wide], loaded.live[wide], found, rules)
            add(drafts.of_silence(loaded, wide, found, quiet))
    together = {name: np.concatenate([c[name] for c in columns]) for name in columns[0]}
    return Draft(loaded.product, loaded.first_day, loaded.slices, together, tuple(tests))


def _mean(loaded: Loaded, judged: MeanSeries, rules: Rules) -> tuple[Columns, Test]:
    mean = judged.mean
    own = replace(rules, tau=mean.tau)
    prepared = detector.prepare(judged.series, own)
    stood = stood_out(detector.measure(prepared), own)
    # The product as a whole decides for all of its slices.
    m = detector.measure(prepared, stood | stood[0])
    m = replace(m, z=np.where(loaded.shown[judged.wide, None], m.z, np.nan))
    rows, places = drafts.of_mean(loaded, judged, m)
    moved = Moved(np.nan_to_num(m.within * m.n), np.nan_to_num(np.where(np.isfinite(m.within), m.n, 0.0)), judged.n[0])
    return rows, Test(mean.name, mean.worse, judged.wide, m.z, m.z, m.start, slice(0), places, moved)


def _count(loaded: Loaded, metric: str, wide: Ints, rules: Rules) -> tuple[counts.Counted, Test]:
    values, live = loaded.counts[metric][wide], loaded.live[wide]
    day = np.broadcast_to(np.arange(values.shape[1]), values.shape)
    # How many are negative hangs on who scored them; of several scorers in one day nothing can be said.
    code = loaded.scorer[wide] if metric == "negative" else np.ones(values.shape, np.int64)
    found = counts.by_scorer(values, live, code, rules)
    z, alone = _spread(found.z, None, rules)
    h = limit(np.ones(1), 1.0, np.ones(1))
    unusual = _unusual(evidence(z, day, np.broadcast_to(h, z.shape), rules, alone), rules)
    found = counts.by_scorer(values, live, code, rules, unusual | unusual[0])
    z, alone = _spread(found.z, unusual, rules)
    start = np.where(np.isfinite(z), day, -1)
    known = np.isfinite(z)
    moved = Moved(np.where(known, values, 0.0), np.where(known, found.expected, 0.0), values[0])
    none = (np.zeros(0, np.int64), np.zeros(0, np.int64))
    return found, Test(metric, 1, wide, z, alone, start, slice(0), none, moved)


def _spread(z: Floats, unusual: Bools | None, rules: Rules) -> tuple[Floats, Floats]:
    """The z in units of how it wanders over days together, and of how it lies on single days."""
    usual = z if unusual is None else np.where(unusual, np.nan, z)
    return z / np.sqrt(spread(usual, rules)), z / np.sqrt(spread(usual, rules, lags=0))


def judge(all_drafts: Sequence[Draft], rules: Ruling) -> Iterator[Draft]:
    """The drafts with their verdicts, alarms and episodes, each by the rules of its product."""
    for each in all_drafts:
        yield _judge(each, rules.of(each.product))


def _judge(each: Draft, rules: Rules) -> Draft:
    columns = {name: values.copy() for name, values in each.columns.items()}
    kinds = np.array([s.kind for s in each.slices])
    told = np.zeros(len(columns["day"]), np.bool_)
    all_limits = limits([(kinds[t.wide] == "product", t.z, t.start) for t in each.tests], rules)
    for test, h in zip(each.tests, all_limits, strict=True):
        found = evidence(test.z, test.start, h, rules, test.alone)
        if test.metric == "negative":
            # Fewer negative posts than usual are told by the mean, or by all posts; by themselves they are no news.
            found = found.only(test.worse)
        at, signal = test.places, found.signal[test.places]
        up, down = (drafts.FLOOD, drafts.FEWER) if test.metric == "volume" else (drafts.WORSE, drafts.BETTER)
        verdict = columns["verdict"][test.rows]
        worse = signal == test.worse
        columns["verdict"][test.rows] = np.select([(signal != 0) & worse, signal != 0], [up, down], verdict)
        columns["cusum"][test.rows] = np.where(np.isfinite(test.z[at]), found.cusum[at], np.nan)
        columns["cusum_limit"][test.rows] = h[at]
        columns["since"][test.rows] = found.since[at]
        columns["episode"][test.rows] = found.episode[at]
        told[test.rows] = matters(test.metric, test.moved, found, at, rules)
    told |= columns["verdict"] == drafts.SILENT
    _silences(columns, rules)
    _assign_events(columns, fold(list(_alarms(each.slices, columns)), rules), told)
    return replace(each, columns=columns)


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


#: Of a verdict about a count of posts or a silence: its direction; of any other worse is -1 and better +1.
_DIRECTION = {drafts.WORSE: -1, drafts.BETTER: 1, drafts.FLOOD: 1, drafts.FEWER: -1, drafts.SILENT: -1}


def _alarms(slices: Sequence[Slice], columns: Columns) -> Iterable[Alarm]:
    """Every slice's own episodes, from its rows with a signal."""
    rows = np.nonzero(columns["episode"] >= 0)[0]
    found: dict[Key, Alarm] = {}
    for row in rows.tolist():
        key = _key(columns, row)
        weight = abs(float(np.nan_to_num(columns["z"][row])))
        old = found.get(key)
        last = max(int(columns["day"][row]), old.last if old else 0)
        since = old.since if old else int(columns["since"][row])
        weight = max(weight, old.weight if old else 0)
        found[key] = Alarm(key[0], slices[key[0]].kind, key[1], key[2], last, since, key[3], weight)
    return found.values()


def _key(columns: Columns, row: int) -> Key:
    metric = METRICS[int(columns["metric"][row])]
    direction = _DIRECTION[int(columns["verdict"][row])]
    return int(columns["slice_no"][row]), metric, int(columns["episode"][row]), direction


def _code(event: EpisodeEntry) -> int:
    if event.metric == "volume":
        return drafts.FLOOD if event.direction > 0 else drafts.FEWER
    if event.metric == "silence":
        return drafts.SILENT
    return drafts.WORSE if event.direction < 0 else drafts.BETTER


def _assign_events(columns: Columns, events: Mapping[Key, EpisodeEntry], told: Bools) -> None:
    """Put each row with a signal into its event. Its alarm is the first row that is bad news and matters, if any is.

    Of one day the widest slice comes first, as in the order of the slices.
    """
    rows = np.nonzero(columns["episode"] >= 0)[0]
    order = rows[np.lexsort((columns["metric"][rows], columns["slice_no"][rows], columns["day"][rows]))]
    raised: set[tuple[int, str, int]] = set()
    for row in order.tolist():
        event = events[_key(columns, row)]
        name = (event.day, event.metric, event.direction)
        bad = int(columns["verdict"][row]) not in (drafts.BETTER, drafts.FEWER)
        if bad and told[row] and name not in raised:
            columns["alarm"][row] = True
            raised.add(name)
        columns["episode"][row] = event.day
        columns["detected_as"][row] = _code(event)
