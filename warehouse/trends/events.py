"""One thing that happened raises one alarm: slices of a product that move together are one episode.

A bad release moves the product, its channels, markets, topics and versions at once, and brings a flood of posts. The
first slice in which it is detected raises the alarm (the widest, where there are several on one day); what joins within
the cool-down, or while the change is still detected in the product as a whole, belongs to the same episode. A silent
channel is always reported by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from earful.warehouse.trends import drafts
from earful.warehouse.trends.drafts import Columns
from earful.warehouse.trends.metrics import METRICS
from earful.warehouse.trends.rules import Bools, Ints, Rules
from earful.warehouse.trends.series import Loaded, Slice

_COUNTS = ("volume", "negative")
#: By count: the direction in which more of it lies.
_UP = {"volume": 1, "negative": -1}
WIDEST_FIRST = ("product", "channel", "market", "topic", "version")


@dataclass(frozen=True, slots=True)
class Alarm:
    """A slice's own alarm. ``day``, ``last``: of its episode; ``since``: where its evidence begins; ``weight``: |z|."""

    slice_no: int
    kind: str
    metric: str
    day: int
    last: int
    since: int
    direction: int
    weight: float


#: (slice, metric, first day, direction) of an alarm.
Key = tuple[int, str, int, int]


@dataclass(frozen=True, slots=True)
class EpisodeEntry:
    """First day, metric and direction of an event, and whether this alarm is the one that raises it."""

    day: int
    metric: str
    direction: int
    raises: bool


@dataclass(slots=True)
class _Event:
    first: int
    direction: int
    metric: str
    until: int  # last day on which the change was detected in the product as a whole
    widest: int  # of the slices in which it was detected, as a place in WIDEST_FIRST


def fold(alarms: Sequence[Alarm], rules: Rules) -> dict[Key, EpisodeEntry]:
    """Of each alarm: the event that it belongs to, and whether it raises it."""
    out: dict[Key, EpisodeEntry] = {}
    events: list[_Event] = []

    def order(a: Alarm) -> tuple[int, int, int, float, int]:
        return a.day, METRICS.index(a.metric), WIDEST_FIRST.index(a.kind), -a.weight, a.slice_no

    for alarm in sorted(alarms, key=order):
        event = next((e for e in reversed(events) if _joins(alarm, e, rules)), None)
        raises = event is None
        if event is None:
            event = _Event(alarm.day, alarm.direction, alarm.metric, alarm.day, WIDEST_FIRST.index(alarm.kind))
            events.append(event)
        event.widest = min(event.widest, WIDEST_FIRST.index(alarm.kind))
        if alarm.kind == "product" and (alarm.metric in _COUNTS) == (event.metric in _COUNTS):
            event.until = max(event.until, alarm.last)
        key = alarm.slice_no, alarm.metric, alarm.day, alarm.direction
        out[key] = EpisodeEntry(event.first, event.metric, event.direction, raises)
    return out


def _joins(alarm: Alarm, event: _Event, rules: Rules) -> bool:
    soon = abs(alarm.day - event.first) < rules.cool_down
    near = soon or alarm.day <= event.until
    # What began in a narrow slice within the product's episode is of the same thing, however late it is enough.
    near = near or (alarm.kind != "product" and event.first <= alarm.since <= event.until)
    if event.metric == "silence":
        # Fewer posts come of a silent channel.
        return near and alarm.metric in ("silence", "volume") and alarm.direction == event.direction
    if alarm.metric == "silence":
        return False
    if alarm.metric == event.metric:
        return near and alarm.direction == event.direction
    if alarm.metric in _COUNTS:
        # More posts than usual come with whatever moved a mean, up or down, and negative ones with a flood; but a rush
        # in the middle of a long decline is news of its own.
        if WIDEST_FIRST.index(alarm.kind) < event.widest:
            return False
        if event.metric in _COUNTS:
            return soon and alarm.direction * _UP[alarm.metric] == event.direction * _UP[event.metric]
        # A flood comes with bad news; one that comes with good news is told beside it.
        return soon and event.direction < 0 and alarm.direction * _UP[alarm.metric] > 0
    # A moved mean is never hidden by a flood; words, stars and NPS that move the same way are one thing.
    return event.metric != "volume" and near and alarm.direction == event.direction


def tell(columns: Columns, loaded: Loaded, told: Bools, rules: Rules) -> None:
    """Fold the episodes of each product's rows, in place; the first row of an event that is told is its alarm.

    ``told``: of each row, whether it matters.
    """
    rows = np.nonzero(columns["episode"] >= 0)[0]
    slice_no = columns["slice_no"][rows]
    for product in loaded.products:
        own = rows[(slice_no >= product.whole) & (slice_no < product.end)]
        if len(own):
            _assign(columns, own, fold(_alarms(loaded.slices, columns, own), rules), told)


#: Of a verdict about a count of posts or a silence: its direction; of any other worse is -1 and better +1.
_DIRECTION = {drafts.WORSE: -1, drafts.BETTER: 1, drafts.FLOOD: 1, drafts.FEWER: -1, drafts.SILENT: -1}


def _alarms(slices: Sequence[Slice], columns: Columns, rows: Ints) -> list[Alarm]:
    """Every slice's own episodes, from its rows with a signal."""
    found: dict[Key, Alarm] = {}
    for row in rows.tolist():
        key = _key(columns, row)
        weight = abs(float(np.nan_to_num(columns["z"][row])))
        old = found.get(key)
        last = max(int(columns["day"][row]), old.last if old else 0)
        since = old.since if old else int(columns["since"][row])
        weight = max(weight, old.weight if old else 0)
        found[key] = Alarm(key[0], slices[key[0]].kind, key[1], key[2], last, since, key[3], weight)
    return list(found.values())


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


def _assign(columns: Columns, rows: Ints, events: Mapping[Key, EpisodeEntry], told: Bools) -> None:
    """Put a product's rows with a signal into their events. An event's alarm is its first row to be told, if any is.

    Of one day the widest slice comes first, as in the order of the slices.
    """
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
