"""How far a run is: what is done is counted, and a time is said only where every channel has shown how long it takes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from threading import Thread
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from earful.connectors.base import Window
from earful.flows.backfilling.pace import Pace
from earful.flows.night import progress
from earful.flows.night.plan import Job, Share
from earful.warehouse.days import days_touched

#: Midnight of 20 November in Berlin.
AT = datetime(2026, 11, 19, 23, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def job(channel: str, first: int = 0, days: int = 1, *products: str) -> Job:
    window = Window(AT + first * timedelta(1), AT + (first + days) * timedelta(1))
    return Job(channel, tuple(Share(product, window) for product in products or ("acme",)))


class Clock:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


def begun(*jobs: Job) -> tuple[Pace, Clock]:
    clock = Clock()
    pace = Pace(clock)
    pace.planned(jobs, BERLIN)
    return pace, clock


def test_questions_days_and_posts_are_counted() -> None:
    jobs = [job("shop", 0, 2, "a", "b"), job("shop", 2, 1), job("forum", 0, 3)]
    pace, _ = begun(*jobs)
    assert pace.line() == "0 of 3 days, 0 of 3 questions done; time left not known yet; 0 posts so far"
    pace.pulled(jobs[0], 7)
    pace.done(jobs[0])
    assert pace.line().startswith("0 of 3 days, 1 of 3 questions done; "), "the forum may yet bring some"
    pace.done(jobs[2])
    assert pace.line().startswith("2 of 3 days, 2 of 3 questions done; ")
    pace.pulled(jobs[1], 1_200)
    pace.pulled(jobs[1], 1_000)  # asked again
    assert pace.line().endswith("; 1,007 posts so far")
    pace.done(jobs[1])
    assert pace.line() == "3 of 3 days, 3 of 3 questions done; publishing; 1,007 posts so far"
    assert begun(job("shop"))[0].line().startswith("0 of 1 day, 0 of 1 question done; ")


def test_what_has_landed_may_be_published_while_the_rest_is_pulled() -> None:
    one, other = job("shop"), job("forum")
    pace, _ = begun(one, other)
    pace.publishing()
    assert "; publishing; " in pace.line()
    pace.pulled(other, 3)
    assert "; publishing; " not in pace.line()


def test_no_time_is_said_before_it_could_be_measured() -> None:
    """Nor from another channel's: one may be a file, the other a service that allows a request a minute."""

    def left(pace: Pace) -> float | None:
        return pace.seconds_left

    assert left(Pace()) is None
    assert not Pace().begun
    first, second, slow = job("shop", 0), job("shop", 1), job("forum")
    pace, clock = begun(first, second, slow)
    clock.now += 30
    pace.done(first)
    assert left(pace) is None
    assert "; time left not known yet; " in pace.line()
    pace.done(slow)
    assert left(pace) == 30
    clock.now += 30  # nothing came: it takes longer than it did
    assert left(pace) == 60
    assert "; about 60 seconds left; " in pace.line()
    pace.done(second)
    assert left(pace) == 0


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (1, "10 seconds"),
        (44, "40 seconds"),
        (89, "90 seconds"),
        (90, "2 minutes"),
        (3_600, "60 minutes"),
        (5_400, "2 hours"),
        (10**6, "278 hours"),
    ],
)
def test_times_are_as_coarse_as_they_are_known(seconds: float, said: str) -> None:
    jobs = [job("shop", 0), job("shop", 1)]
    pace, clock = begun(*jobs)
    clock.now += seconds
    pace.done(jobs[0])
    assert f"; about {said} left; " in pace.line()


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    each=st.lists(st.tuples(st.integers(1, 40), st.floats(0.1, 1_000)), min_size=1, max_size=4),
    part=st.floats(0, 1),
)
def test_where_channels_keep_their_pace_the_time_left_is_right(each: list[tuple[int, float]], part: float) -> None:
    """Within one question of the slowest: how much of the one that is being asked is through, nobody knows."""
    jobs = {n: [job(f"c{n}", day) for day in range(number)] for n, (number, _) in enumerate(each)}
    pace, clock = begun(*(one for of in jobs.values() for one in of))
    ends = max(number * takes for number, takes in each)
    at = part * ends
    clock.now += at
    for n, (number, takes) in enumerate(each):
        for one in jobs[n][: min(int(at / takes), number)]:
            pace.done(one)
    left = pace.seconds_left
    none_yet = any(at < takes * (1 - 1e-9) for _, takes in each)
    assert (left is None) >= none_yet
    if left is not None and left > 0:
        # so_far / done <= takes * (done + 1) / done, so of the slowest at most twice what is true.
        truth = ends - at
        assert left >= min(truth, 1e-6) * (1 - 1e-6)
        slowest = max(
            takes * (number - int(at / takes)) * (int(at / takes) + 1) / int(at / takes)
            for number, takes in each
            if int(at / takes) < number
        )
        assert left <= slowest * (1 + 1e-6)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    spans=st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 5), st.integers(1, 4)), min_size=1, max_size=8),
    over=st.integers(0, 8),
)
def test_a_day_is_done_when_nobody_is_asked_about_it_any_more(spans: Sequence[tuple[str, int, int]], over: int) -> None:
    jobs = list(dict.fromkeys(job(*span) for span in spans))
    pace, _ = begun(*jobs)
    for one in jobs[:over]:
        pace.done(one)

    def days(of: Sequence[Job]) -> set[date]:
        return {d for j in of for s in j.shares for d in days_touched(BERLIN, s.window.start, s.window.end)}

    asked, open_ = days(jobs), days(jobs[over:])
    assert pace.line().startswith(f"{len(asked - open_)} of {len(asked)} day")
    assert pace.share == min(over, len(jobs)) / len(jobs)


def test_nothing_is_lost_where_threads_tell_it_at_once() -> None:
    jobs = [job("shop", day) for day in range(400)]
    pace, _ = begun(*jobs)

    def tell(mine: Sequence[Job]) -> None:
        for one in mine:
            pace.pulled(one, 3)
            pace.line()
            pace.done(one)

    threads = [Thread(target=tell, args=(jobs[n::8],)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert pace.line() == "400 of 400 days, 400 of 400 questions done; publishing; 1,200 posts so far"


def test_two_listeners_hear_the_same() -> None:
    heard: list[tuple[str, str]] = []

    class Hears(progress.Silent):
        def __init__(self, name: str) -> None:
            self._name = name

        def __getattribute__(self, what: str) -> object:
            if what.startswith("_"):
                return object.__getattribute__(self, what)
            return lambda *_: heard.append((self._name, what))

    both = progress.Both(Hears("one"), Hears("other"))
    one = job("shop")
    both.planned([one], BERLIN)
    both.pulled(one, 1)
    both.done(one)
    both.publishing()
    both.ended(ValueError())
    assert heard == [
        (name, what) for what in ("planned", "pulled", "done", "publishing", "ended") for name in ("one", "other")
    ]
