"""What matters, what belongs together, and what a replay found: each rule met exactly, and missed by the least there is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from earful.warehouse.trends.episodes import Evidence
from earful.warehouse.trends.events import Alarm, EpisodeEntry, fold
from earful.warehouse.trends.material import Moved, matters
from earful.warehouse.trends.replay import Happened, Outcome, Raised, Replay, _outcome
from earful.warehouse.trends.rules import Rules
from earful.warehouse.trends.verdicts import Draft

RULES = Rules(score=0.25, stars=0.5, one_star=0.125, nps=8.0, people=4.0, times=2.0, posts=8.0, cool_down=7)
FIRST = date(2026, 3, 2)


def mattered(metric: str, moved: float, weight: float, posts: float, days: int, *, narrow: bool) -> bool:
    """Of a slice whose evidence began ``days`` - 1 days before day 3, with so much in all since; far more before and after.

    Beside it lies its product as a whole, with ``posts``.
    """
    shape = (2, 6)
    sums = (np.full(shape, 1e6), np.full(shape, 1e6), np.full(shape, 1e6))
    since = 4 - days
    for values, total in zip(sums, (moved, weight, posts), strict=True):
        values[:, since:4] = 0.0
        values[:, since] = total
    own = 1 if narrow else 0
    if narrow:
        sums[0][0], sums[1][0] = 7.0, 7.0  # another slice's
        sums[2][1] = 7.0
    signal = np.zeros(shape, np.int64)
    signal[own, 3] = -1
    none = np.full(shape, -1, np.int64)
    began = none.copy()
    began[own, 3] = since
    found = Evidence(np.zeros(shape), signal, began, none, signal != 0)
    at = (np.array([own, own]), np.array([2, 3]))
    without, answer = matters(metric, Moved(*sums, np.array([0, 0])), found, at, [RULES, RULES]).tolist()
    assert not without, "never without a signal"
    return bool(answer)


#: Metric, change, posts a day and the product's; whether the slice is narrower; the answer.
MEANS: list[tuple[str, float, float, float, bool, bool]] = [
    ("sentiment", 0.25, 1, 1, False, True),
    ("sentiment", -0.25, 1, 1, False, True),
    ("sentiment", 0.2499, 1, 1, False, False),
    ("sentiment", -0.125, 64, 64, False, True),  # as if 4 people a day went from -1 to 1
    ("sentiment", 0.125, 63.9, 63.9, False, False),
    ("sentiment", 0.25, 1, 2, True, True),  # half of the posts: half as much of the product's own mean
    ("sentiment", 0.25, 1, 2.01, True, False),
    ("sentiment", 0.2499, 1, 1.5, True, False),
    ("sentiment", 0.25, 1, 0, True, True),  # no share is above 1
    ("stars", 0.5, 1, 1, False, True),
    ("stars", 0.4999, 1, 1, False, False),
    ("stars", 0.25, 64, 64, False, True),
    ("stars", 0.25, 63, 63, False, False),
    ("one_star", 0.125, 1, 1, False, True),
    ("one_star", 0.124, 1, 1, False, False),
    ("one_star", 0.0625, 64, 64, False, True),
    ("one_star", 0.0625, 63, 63, False, False),
    ("nps", -8.0, 1, 1, False, True),
    ("nps", 7.99, 1, 1, False, False),
    ("nps", 4.0, 200, 200, False, True),
    ("nps", 4.0, 199, 199, False, False),
]


@pytest.mark.parametrize("days", [1, 2])
@pytest.mark.parametrize(("metric", "change", "n", "of", "narrow", "answer"), MEANS)
def test_a_mean_matters_by_its_change_and_its_posts(
    metric: str, change: float, n: float, of: float, narrow: bool, answer: bool, days: int
) -> None:
    assert mattered(metric, change * n * days, n * days, of * days, days, narrow=narrow) is answer


def test_a_mean_without_posts_does_not_matter() -> None:
    assert mattered("sentiment", 5.0, 0.0, 1.0, 1, narrow=False) is False


@pytest.mark.parametrize(
    ("count", "usual", "days", "answer"),
    [
        (16, 8, 1, True), (17, 9, 1, False), (15, 7.5, 1, False), (4, 12, 1, True), (8, 16, 1, True), (9, 17, 1, False),
        (0, 7.9, 1, False), (32, 16, 2, True), (31, 15.5, 2, False), (24, 10, 2, False), (16, 32, 2, True),
    ],
)  # fmt: skip
@pytest.mark.parametrize("metric", ["volume", "negative"])
def test_a_count_matters_by_how_many_times_the_usual_and_how_many_posts(
    metric: str, count: float, usual: float, days: int, answer: bool
) -> None:
    assert mattered(metric, count, usual, 1.0, days, narrow=True) is answer


def alarm(metric: str, day: int, direction: int = -1, kind: str = "channel", slice_no: int = 1, **more: Any) -> Alarm:
    values = {"last": day, "since": day, "weight": 3.0, **more}
    return Alarm(slice_no=slice_no, kind=kind, metric=metric, day=day, direction=direction, **values)


SENTIMENT, SILENCE = alarm("sentiment", 10), alarm("silence", 10)
PRODUCT = alarm("sentiment", 10, kind="product", slice_no=0, last=20)
GOOD = alarm("sentiment", 10, 1)
FLOOD, BAD = alarm("volume", 10, 1), alarm("negative", 10)
#: The first alarm, a later one of another slice, and whether they are one event.
PAIRS = [
    (SENTIMENT, alarm("sentiment", 16), True), (SENTIMENT, alarm("sentiment", 17), False),
    (SENTIMENT, alarm("sentiment", 11, 1), False), (SENTIMENT, alarm("stars", 16), True),
    (SENTIMENT, alarm("stars", 17), False), (SENTIMENT, alarm("stars", 11, 1), False),
    (SENTIMENT, alarm("silence", 11), False),
    # A flood comes with bad news, and in no wider slice than it.
    (SENTIMENT, alarm("volume", 16, 1), True), (SENTIMENT, alarm("volume", 17, 1), False),
    (SENTIMENT, alarm("volume", 11, -1), False), (SENTIMENT, alarm("volume", 11, 1, "product"), False),
    (SENTIMENT, alarm("negative", 11, -1), True), (SENTIMENT, alarm("negative", 11, 1), False),
    (GOOD, alarm("volume", 11, 1), False), (GOOD, alarm("sentiment", 11, 1), True),
    # What began within the episode joins it, however late, where it is narrow.
    (SENTIMENT, alarm("sentiment", 30, since=10), True), (SENTIMENT, alarm("sentiment", 30, since=9), False),
    (SENTIMENT, alarm("sentiment", 30, since=11), False), (SENTIMENT, alarm("sentiment", 30, kind="product", since=10), False),
    # As long as it is detected in the product as a whole.
    (PRODUCT, alarm("stars", 20, kind="product"), True), (PRODUCT, alarm("stars", 21, kind="product"), False),
    (PRODUCT, alarm("stars", 20), True), (PRODUCT, alarm("stars", 21), False), (PRODUCT, alarm("stars", 40, since=20), True),
    (PRODUCT, alarm("stars", 40, since=21), False), (PRODUCT, alarm("volume", 17, 1), False),
    (PRODUCT, alarm("volume", 16, 1), True),
    # No flood hides a mean; more negative posts come with it.
    (FLOOD, alarm("sentiment", 11), False), (FLOOD, alarm("sentiment", 11, 1), False), (FLOOD, alarm("negative", 16), True),
    (FLOOD, alarm("negative", 17), False), (FLOOD, alarm("negative", 11, 1), False), (FLOOD, alarm("volume", 11, -1), False),
    (FLOOD, alarm("volume", 16, 1), True), (FLOOD, alarm("negative", 11, -1, "product"), False),
    (BAD, alarm("sentiment", 16), True), (BAD, alarm("sentiment", 11, 1), False), (BAD, alarm("volume", 16, 1), True),
    (BAD, alarm("volume", 11, -1), False),
    # Fewer posts come of a silent channel.
    (SILENCE, alarm("volume", 16, -1), True), (SILENCE, alarm("volume", 17, -1), False),
    (SILENCE, alarm("volume", 11, 1), False), (SILENCE, alarm("silence", 16), True), (SILENCE, alarm("sentiment", 11), False),
]  # fmt: skip


@pytest.mark.parametrize(("first", "later", "together"), PAIRS)
def test_what_happened_at_once_is_one_event(first: Alarm, later: Alarm, together: bool) -> None:
    later = replace(later, slice_no=9)
    found = fold([later, first], RULES)
    own = EpisodeEntry(first.day, first.metric, first.direction, True)
    assert found[first.slice_no, first.metric, first.day, first.direction] == own
    joined = replace(own, raises=False) if together else EpisodeEntry(later.day, later.metric, later.direction, True)
    assert found[9, later.metric, later.day, later.direction] == joined


def test_of_one_day_the_widest_slice_raises_the_alarm_then_the_surest() -> None:
    """Of one metric after another; an event goes on as what its product shows of its own kind."""

    def raising(*alarms: Alarm) -> list[int]:
        return [slice_no for (slice_no, *_), entry in fold(alarms, RULES).items() if entry.raises]

    assert raising(SENTIMENT, replace(PRODUCT, weight=1.0)) == [0]
    assert raising(SENTIMENT, replace(SENTIMENT, slice_no=2, weight=3.5)) == [2]
    assert raising(replace(SENTIMENT, slice_no=2), SENTIMENT) == [1]
    assert raising(alarm("stars", 10, kind="product", slice_no=0), SENTIMENT) == [1]
    whole = alarm("sentiment", 12, kind="product", slice_no=0, last=30)
    flood = alarm("volume", 12, 1, "channel", slice_no=3, last=40)
    later = alarm("stars", 30, slice_no=4)
    assert raising(SENTIMENT, whole, flood, later) == [1]
    assert raising(SENTIMENT, flood, later) == [1, 4], "a flood does not make the bad news last"
    told = alarm("volume", 13, 1, "product", slice_no=0, last=40)
    assert raising(SENTIMENT, whole, told, alarm("stars", 31, slice_no=4)) == [1, 4]
    # A flood of the product is no longer wider than what was detected in the product since.
    assert raising(SENTIMENT, told) == [1, 0]


def raised(day: int, product: str = "orbit") -> Raised:
    return Raised(product, FIRST + timedelta(day), "worse", "sentiment", "product", "", 20, -0.2, -3.0)


@pytest.mark.parametrize(
    ("alarms", "found"),
    [
        ([raised(8), raised(9), raised(10)], 9), ([raised(8), raised(24)], 24), ([raised(8), raised(25)], None),
        ([raised(10, "luna")], None), ([raised(11), raised(10)], 11), ([], None),
    ],
)  # fmt: skip
def test_an_alarm_from_the_day_before_to_a_fortnight_after_has_found_it(
    alarms: list[Raised], found: int | None
) -> None:
    incident = Happened("orbit", FIRST + timedelta(10), "down")
    outcome = _outcome(incident, alarms, [])
    alarm = next((a for a in alarms if a.day == FIRST + timedelta(found or -1)), None)
    assert outcome == Outcome(incident, alarm, found and found - 10, "" if found else "the product has no posts")
    assert Replay(1.0, 1.0, tuple(alarms), (outcome,)).others == len(alarms) - (found is not None)


@pytest.mark.parametrize(
    ("happened", "tested", "note"),
    [
        (10, 10, ""), (10, 24, ""), (10, 25, "not enough history or posts to judge these days"),
        (10, 9, "not enough history or posts to judge these days"), (4, 18, "outside of the days that are there"),
        (5, 5, ""), (30, 30, ""), (31, 30, "outside of the days that are there"), (3, 5, "outside of the days that are there"),
    ],
)  # fmt: skip
@pytest.mark.parametrize(("block_from", "product_from"), [(5, 0), (0, 5)])
def test_why_an_incident_was_not_found(
    happened: int, tested: int, note: str, block_from: int, product_from: int
) -> None:
    """Days 5 to 30 are there, by the block or by the product, of which one was tested; the arrays begin on day 3."""
    product = SimpleNamespace(name="orbit", first_day=FIRST + timedelta(product_from), last_day=FIRST + timedelta(30))
    other = SimpleNamespace(name="luna", first_day=FIRST, last_day=FIRST + timedelta(99))

    class Judged:
        loaded = SimpleNamespace(products=(other, product))
        first_day = FIRST + timedelta(3)

        def judged(self, of: object) -> list[bool]:
            return [n + 3 == tested or of is other for n in range(200)]

    block: Any = SimpleNamespace(first=FIRST + timedelta(block_from))
    outcome = _outcome(Happened("orbit", FIRST + timedelta(happened), "down"), [], [(block, [cast("Draft", Judged())])])
    assert (outcome.alarm, outcome.note) == (None, note)
