"""Verdicts of every product, slice and day: measured, judged by one limit for all, folded into episodes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from earful.warehouse.trends import detector, drafts, volume
from earful.warehouse.trends.drafts import METRICS, Columns
from earful.warehouse.trends.episodes import evidence
from earful.warehouse.trends.events import Alarm, EpisodeEntry, Key, fold
from earful.warehouse.trends.rules import Bools, Floats, Ints, Rules, limit, share_tested
from earful.warehouse.trends.series import ALWAYS, Loaded, Slice


@dataclass(frozen=True, slots=True)
class Draft:
    """One product measured. Its alarms take a limit that depends on the slices of all products.

    ``z``, ``start``: slices x days; ``places``: where the rows of ``columns`` about the mean lie in them;
    ``counted``: slices that had a test in the past `window` days, by day.
    """

    product: str
    first_day: date
    slices: tuple[Slice, ...]
    columns: Columns
    places: tuple[Ints, Ints]
    z: Floats
    start: Ints
    counted: Ints


def assess(series: detector.Series, rules: Rules, wide: int | None = None) -> detector.Measured:
    """Measure twice: what stands out the first time is left out of the baselines of the second.

    Else the days of a bad release would be what its end is compared with: a recovery would look like a success, and the
    next bad release would be hidden. Only days before a day decide, so nothing is known before its time. What lasts is
    the new normal: an episode's days stand out for ``rules.unusual_days`` at most. Slice ``wide`` decides for all.
    """
    prepared = detector.prepare(series, rules)
    first = detector.measure(prepared)
    h = limit(np.ones(1), 1.0, share_tested(first.start, rules.window))
    found = evidence(first.z, first.start, h, rules)
    day = np.arange(first.z.shape[1])
    unusual = (found.signal != 0) & (day - found.episode < rules.unusual_days)
    if wide is not None:
        unusual |= unusual[wide]
    return detector.measure(prepared, unusual)


def draft(loaded: Loaded, rules: Rules) -> Draft:
    """Measure one product."""
    m = assess(loaded.series, rules, wide=0)
    m = replace(m, z=np.where(loaded.shown[:, None], m.z, np.nan))
    columns, places = drafts.sentiment(loaded, m)
    wide = np.array([i for i, s in enumerate(loaded.slices) if s.kind in ALWAYS])
    v = volume.measure(loaded.posts[wide], loaded.series.live[wide], rules)
    more = drafts.counts(loaded, wide, v), drafts.silences(loaded, wide, v)
    columns = {name: np.concatenate([columns[name], *(c[name] for c in more)]) for name in columns}
    counted = _recently(np.isfinite(m.z), rules.window).sum(axis=0)
    return Draft(loaded.product, loaded.first_day, loaded.slices, columns, places, m.z, m.start, counted)


def _recently(known: Bools, days: int) -> Bools:
    """True where it was on the day or one of the ``days`` - 1 before."""
    up = np.cumsum(np.pad(known, ((0, 0), (days, 0))), axis=1)
    return np.asarray(up[:, days:] > up[:, : known.shape[1]])


def slices_by_day(all_drafts: Sequence[Draft]) -> tuple[date, Ints]:
    """First day of all, and how many slices of all products are judged on each day from there."""
    first = min(d.first_day for d in all_drafts)
    ends = [(d.first_day - first).days + len(d.counted) for d in all_drafts]
    found = np.zeros(max(ends), dtype=np.int64)
    for each, end in zip(all_drafts, ends, strict=True):
        found[end - len(each.counted) : end] += each.counted
    return first, found


def judge(all_drafts: Sequence[Draft], rules: Rules) -> Iterator[Draft]:
    """The drafts with their verdicts, alarms and episodes."""
    if not all_drafts:
        return
    first, slices = slices_by_day(all_drafts)
    for each in all_drafts:
        offset = (each.first_day - first).days
        own = slices[offset : offset + len(each.counted)].astype(np.float64)
        h = limit(own, rules.per_year, share_tested(each.start, rules.window))
        yield _judge(each, h, rules)


def _judge(each: Draft, h: Floats, rules: Rules) -> Draft:
    found = evidence(each.z, each.start, h, rules)
    columns = {name: values.copy() for name, values in each.columns.items()}
    rows = columns["metric"] == METRICS.index("sentiment")
    at = each.places
    signal = found.signal[at]
    columns["verdict"][rows] = np.select(
        [signal < 0, signal > 0], [drafts.WORSE, drafts.BETTER], columns["verdict"][rows]
    )
    columns["cusum"][rows] = np.where(np.isfinite(each.z[at]), found.cusum[at], np.nan)
    columns["cusum_limit"][rows] = h[at]
    columns["since"][rows] = found.since[at]
    columns["episode"][rows] = found.episode[at]
    _runs(columns, rules)
    alarms = list(_alarms(each.slices, columns))
    _assign_events(columns, fold(alarms, rules))
    return replace(each, columns=columns)


def _runs(columns: Columns, rules: Rules) -> None:
    """Episodes of floods, droughts and silences: signals of one kind with no longer pause than the cool-down."""
    signals = np.isin(columns["verdict"], (drafts.FLOOD, drafts.FEWER, drafts.SILENT))
    rows = np.nonzero(signals)[0]
    order = rows[np.lexsort((columns["day"][rows], columns["verdict"][rows], columns["slice_no"][rows]))]
    last: tuple[int, int] | None = None
    begin = before = 0
    for row in order.tolist():
        key, day = (int(columns["slice_no"][row]), int(columns["verdict"][row])), int(columns["day"][row])
        if key != last or day - before > rules.cool_down:
            begin = day
        last, before = key, day
        columns["episode"][row] = begin
        columns["since"][row] = int(columns["span_from"][row]) if key[1] == drafts.SILENT else begin


_MEANS = {
    drafts.WORSE: ("sentiment", -1),
    drafts.BETTER: ("sentiment", 1),
    drafts.FLOOD: ("volume", 1),
    drafts.FEWER: ("volume", -1),
    drafts.SILENT: ("silence", -1),
}
_CODE = {meaning: code for code, meaning in _MEANS.items()}


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
    metric, direction = _MEANS[int(columns["verdict"][row])]
    return int(columns["slice_no"][row]), metric, int(columns["episode"][row]), direction


def _assign_events(columns: Columns, events: Mapping[Key, EpisodeEntry]) -> None:
    """Put each row with a signal into its event; the alarm is its first day in the slice that raised it."""
    for row in np.nonzero(columns["episode"] >= 0)[0].tolist():
        key = _key(columns, row)
        event = events[key]
        columns["alarm"][row] = event.raises and int(columns["day"][row]) == key[2]
        columns["episode"][row] = event.day
        columns["detected_as"][row] = _CODE[event.metric, event.direction]
