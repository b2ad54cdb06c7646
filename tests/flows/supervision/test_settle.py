"""Runs that nobody works on, late ones and a missed night, on Prefect's own server: brought in line with the store."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from earful.flows.config.due import last_due
from earful.flows.config.settings import CONFIG_ENV, Settings, load
from earful.flows.supervision import runs
from earful.flows.supervision.api import Api
from earful.flows.supervision.pulse import feel
from earful.flows.supervision.settle import AGAIN, Settled, settle
from earful.flows.supervision.turns import Turns
from earful.warehouse import LOST, StoredRun

NOW = datetime.now(UTC)
BEFORE = NOW - timedelta(days=40)

CONFIG = """
time_zone = "Pacific/Auckland"
[schedule]
nightly = "15 4 * * *"
[[products]]
slug = "orbit"
name = "Orbit"
[[channels]]
name = "reviews"
connector = "sample"
"""


class World:
    """Prefect's server with our deployments, and what a test does there by hand."""

    def __init__(self, settings: Settings, url: str) -> None:
        self.settings, self.api = settings, Api(f"{url}/", None, timeout=60)
        self.kinds = {each.kind: each.id for each in runs.deployments(self.api).values()}

    def settle(self, *stored: StoredRun, nobody_works: bool = True) -> Settled:
        return settle(self.api, self.settings, list(stored), datetime.now(UTC), nobody_works=nobody_works)

    def run(self, kind: str, *states: str, due: datetime | None = None) -> str:
        at = {"state_details": {"scheduled_time": due.isoformat()}} if due else {}
        made = self.api.post(
            f"deployments/{self.kinds[kind]}/create_flow_run",
            {"state": {"type": "SCHEDULED", **at}, "parameters": {"first_day": "2026-01-01", "last_day": "2026-01-01"}},
        )
        for state in states:
            self.api.post(f"flow_runs/{made['id']}/set_state", {"state": {"type": state}, "force": True})
        return str(made["id"])

    def state(self, run: str) -> Any:
        return self.api.get(f"flow_runs/{run}")["state"]

    def nights(self) -> list[Any]:
        asked = {"flow_runs": {"deployment_id": {"any_": [self.kinds["nightly"]]}}}
        return [row for row in self.api.post("flow_runs/filter", asked) if not row["auto_scheduled"]]


def night(began: datetime, status: str = "ok", error: str | None = None) -> StoredRun:
    ended = None if error == LOST or status == "running" else began + timedelta(minutes=1)
    return StoredRun(f"{began:%Y%m%dT%H%M%S}-1", "nightly", began, ended, status, error)


@pytest.fixture(scope="module")
def deployed(prefect_server: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The deployments, once for all tests of the file: to make them takes a second."""
    from prefect.settings import PREFECT_API_URL

    from earful.flows.deploy import deploy

    file = tmp_path_factory.mktemp("settle") / "earful.toml"
    file.write_text(CONFIG)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(CONFIG_ENV, str(file))
        settings = load()
        deploy(settings)
        url = PREFECT_API_URL.value()
        assert url
        made = World(settings, url)
        yield made
        for each in made.kinds.values():
            made.api._ask("DELETE", f"deployments/{each}", None)
        made.api.close()


@pytest.fixture
def world(deployed: World) -> Iterator[World]:
    """Without a run of an earlier test."""
    yield deployed
    asked = {"flow_runs": {"deployment_id": {"any_": list(deployed.kinds.values())}}}
    for run in deployed.api.post("flow_runs/filter", asked):
        deployed.api._ask("DELETE", f"flow_runs/{run['id']}", None)
    deployed.api.post(f"deployments/{deployed.kinds['nightly']}/resume_deployment", {})


def test_a_run_without_a_process_is_ended_and_frees_its_place(world: World) -> None:
    run = world.run("backfill", "PENDING", "RUNNING")
    assert runs.deployments(world.api)[world.kinds["backfill"]].slots == 0  # by force nothing is counted: as if leaked
    limit = runs.deployments(world.api)[world.kinds["backfill"]].limit
    world.api.patch(f"v2/concurrency_limits/{limit}", {"active_slots": 1})
    assert world.settle(nobody_works=False) == Settled()
    assert world.settle() == Settled(ended=1)
    assert world.state(run)["type"] == "CRASHED"
    assert runs.deployments(world.api)[world.kinds["backfill"]].slots == 0
    assert world.settle() == Settled()


def test_a_run_that_waits_for_its_turn_is_told_once_for_whom(world: World) -> None:
    def waits(kind: str) -> str:
        run = world.run(kind)
        state = {"type": "SCHEDULED", "name": "AwaitingConcurrencySlot"}
        world.api.post(f"flow_runs/{run}/set_state", {"state": state, "force": True})
        return run

    def told(run: str) -> list[str]:
        return [row["message"] for row in world.api.post("logs/filter", {"logs": {"flow_run_id": {"any_": [run]}}})]

    turns = Turns(world.settings.zone)
    turns.tell(world.api)
    first, second, night = world.run("backfill", "PENDING", "RUNNING"), waits("backfill"), waits("nightly")
    comes = world.run("backfill")  # it has not asked for its turn yet
    for _ in range(2):
        turns.tell(world.api)
        run = world.api.get(f"flow_runs/{first}")
        began = datetime.fromisoformat(run["start_time"]).astimezone(world.settings.zone)
        since = f"{run['name']}, at work since {began:%Y-%m-%d %H:%M}"
        assert told(second) == [f"waits for the end of {since}: one of its kind at a time; it begins by itself"]
        assert told(first) == told(night) == told(comes) == []
    runs.end(world.api, first, "COMPLETED", "done")
    turns.tell(world.api)
    assert len(told(second)) == 1, "nobody is before it any more"
    other = world.run("backfill", "PENDING", "RUNNING")
    turns.tell(world.api)
    assert f"waits for the end of {world.api.get(f'flow_runs/{other}')['name']}, " in told(second)[-1]
    assert len(told(second)) == 2


def test_what_was_being_cancelled_is_cancelled(world: World) -> None:
    run = world.run("backfill", "RUNNING", "CANCELLING")
    world.settle()
    assert world.state(run)["type"] == "CANCELLED"


@pytest.mark.parametrize(
    ("status", "error", "state"),
    [("ok", None, "COMPLETED"), ("failed", "disk full", "FAILED"), ("failed", LOST, "CRASHED")],
)
def test_the_store_knows_that_a_run_was_through(world: World, status: str, error: str | None, state: str) -> None:
    run = world.run("nightly", "RUNNING")
    assert world.settle(night(datetime.now(UTC), status, error), night(BEFORE)).ended == 1
    assert world.state(run)["type"] == state


def test_of_two_runs_of_the_store_nobody_knows_which_it_was(world: World) -> None:
    run = world.run("nightly", "RUNNING")
    world.settle(night(datetime.now(UTC)), night(datetime.now(UTC) - timedelta(seconds=90)))
    assert world.state(run)["type"] == "CRASHED"


def test_of_several_late_scheduled_runs_the_newest_is_enough(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    late = [world.run("nightly", due=NOW - timedelta(days=n)) for n in (3, 2, 1)]
    asked_for = world.run("backfill", due=NOW - timedelta(days=2))
    by_schedule(monkeypatch, late)
    assert world.settle(night(BEFORE)) == Settled(passed_over=2)
    assert [world.state(run)["type"] for run in late] == ["CANCELLED", "CANCELLED", "SCHEDULED"]
    assert world.state(asked_for)["type"] == "SCHEDULED"


def test_a_late_run_is_passed_over_where_one_has_begun_since(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    late = world.run("nightly", due=NOW - timedelta(hours=1))
    by_schedule(monkeypatch, [late])
    begun = world.run("nightly", "RUNNING")
    assert world.settle(night(BEFORE), nobody_works=False) == Settled(passed_over=1)
    assert (world.state(late)["type"], world.state(begun)["type"]) == ("CANCELLED", "RUNNING")


def test_a_missed_night_is_run_once(world: World) -> None:
    assert "was missed: it is run now" in world.settle(night(BEFORE)).missed
    assert world.settle(night(BEFORE)) == Settled()
    (made,) = world.nights()
    assert made["state"]["type"] == "SCHEDULED"


def test_no_night_was_missed_where_there_has_been_none_or_it_ran(world: World) -> None:
    due = last_due(world.settings, world.settings.schedule.nightly, NOW)
    assert world.settle() == Settled()
    assert world.settle(night(due + timedelta(seconds=5))) == Settled()
    assert world.settle(night(due + timedelta(seconds=5), "failed", "disk full")) == Settled()
    assert world.nights() == []


def test_a_night_of_a_clock_that_was_ahead_is_not_the_one_that_is_due(world: World) -> None:
    ahead = night(NOW + timedelta(hours=2))
    assert "was missed: it is run now" in world.settle(ahead, night(BEFORE)).missed
    assert world.settle(ahead, night(BEFORE)) == Settled()


def test_a_killed_night_is_run_again_but_not_for_ever(world: World) -> None:
    due = last_due(world.settings, world.settings.schedule.nightly, NOW)
    killed = [night(due + timedelta(seconds=n), "failed", LOST) for n in range(AGAIN)]
    assert "was killed: it is run now" in world.settle(*killed[:1]).missed
    for each in world.nights():
        world.api.post(f"flow_runs/{each['id']}/set_state", {"state": {"type": "CRASHED"}, "force": True})
    assert "is not begun again" in world.settle(*killed).missed
    assert len(world.nights()) == 1


def test_a_night_that_a_person_has_paused_is_not_missed(world: World) -> None:
    world.api.post(f"deployments/{world.kinds['nightly']}/pause_deployment", {})
    assert world.settle(night(BEFORE)) == Settled()


def test_the_pulse_tells_hanging_runs_and_bare_schedules(world: World) -> None:
    world.run("nightly", "RUNNING")
    world.run("backfill", "RUNNING")
    found = feel(world.api, world.settings, datetime.now(UTC))
    assert (found.heartbeat, found.hanging, found.unscheduled) == ("", (), ("digest", "nightly", "upkeep"))
    later = datetime.now(UTC) + timedelta(hours=6)
    assert feel(world.api, world.settings, later).hanging == ("nightly",)


def by_schedule(monkeypatch: pytest.MonkeyPatch, ids: list[str]) -> None:
    """As if the scheduler had made them; it does not run here."""
    read = runs._read

    def scheduled(rows: Any, known: Any) -> Any:
        return read([row | {"auto_scheduled": row["id"] in ids} for row in rows], known)

    monkeypatch.setattr(runs, "_read", scheduled)
