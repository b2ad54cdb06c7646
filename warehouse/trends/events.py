"""One thing that happened raises one alarm: slices of a product that move together are one episode.

A bad release moves the product, its channels, markets, topics and versions at once, and brings a flood of posts. The
first slice in which it is detected raises the alarm (the widest, where there are several on one day); what joins within
the cool-down, or while the change is still detected in the product as a whole, belongs to the same episode. A silent
channel is always reported by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from earful.warehouse.trends.rules import Rules

_FIRST = ("sentiment", "silence", "volume")
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


def fold(alarms: Sequence[Alarm], rules: Rules) -> dict[Key, EpisodeEntry]:
    """Of each alarm: the event that it belongs to, and whether it raises it."""
    out: dict[Key, EpisodeEntry] = {}
    events: list[_Event] = []

    def order(a: Alarm) -> tuple[int, int, int, float, int]:
        return a.day, _FIRST.index(a.metric), WIDEST_FIRST.index(a.kind), -a.weight, a.slice_no

    for alarm in sorted(alarms, key=order):
        event = next((e for e in reversed(events) if _joins(alarm, e, rules)), None)
        raises = event is None
        if event is None:
            event = _Event(alarm.day, alarm.direction, alarm.metric, alarm.day)
            events.append(event)
        if alarm.kind == "product" and alarm.metric == event.metric:
            event.until = max(event.until, alarm.last)
        key = alarm.slice_no, alarm.metric, alarm.day, alarm.direction
        out[key] = EpisodeEntry(event.first, event.metric, event.direction, raises)
    return out


def _joins(alarm: Alarm, event: _Event, rules: Rules) -> bool:
    near = alarm.day - event.first < rules.cool_down or alarm.day <= event.until
    # What began in a narrow slice within the product's episode is of the same thing, however late it is enough.
    near = near or (alarm.kind != "product" and event.first <= alarm.since <= event.until)
    if alarm.metric == event.metric:
        return near and alarm.direction == event.direction
    # More posts than usual come with whatever moved the mean, up or down; a moved mean is never hidden by a flood.
    # Fewer posts come of a silent channel.
    if event.metric == "silence":
        return near and alarm.metric == "volume" and alarm.direction == event.direction
    return near and event.metric == "sentiment" and alarm.metric == "volume"
