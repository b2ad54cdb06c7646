"""The terminal says of a backfill what the pages do, and of a night what it always did."""

from __future__ import annotations

from test_pace import BERLIN, Clock, job

from earful.flows.backfilling.pace import Pace
from earful.flows.cli.commands.nights.display import Display


def shows(display: Display) -> str:
    (task,) = display._progress.tasks
    return task.description


def test_a_backfill_shows_days_and_the_time_left() -> None:
    clock = Clock()
    display = Display(quiet=True, pace=Pace(clock))
    jobs = [job("shop", 0), job("shop", 1)]
    display.planned(jobs, BERLIN)
    display.pulled(jobs[0], 5)
    assert shows(display) == "0 of 2 days, 0 of 2 questions done; time left not known yet; 5 posts so far"
    clock.now += 20
    display.done(jobs[0])
    assert shows(display) == "1 of 2 days, 1 of 2 questions done; about 20 seconds left; 5 posts so far"
    display.done(jobs[1])
    display.publishing()
    assert "; publishing; " in shows(display)


def test_a_night_shows_posts() -> None:
    display = Display(quiet=True)
    jobs = [job("shop", 0, 1, "a", "b"), job("forum")]
    display.planned(jobs, BERLIN)
    display.pulled(jobs[0], 5)
    display.pulled(jobs[1], 6)
    display.done(jobs[0])
    assert shows(display) == "pulling (11 posts)"
    assert display._progress.tasks[0].total == 3
    display.publishing()
    assert shows(display) == "publishing"
