"""What the supervisor of `earful up` does when a part dies, hangs or does not come: parts and server are stand-ins."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from earful.flows.config.settings import Settings, parse
from earful.flows.datafolder import journal
from earful.flows.errors import Exit, UserError
from earful.flows.supervision import database, supervisor
from earful.flows.supervision.api import SilentError
from earful.flows.supervision.pulse import LOOKS, Pulse
from earful.flows.supervision.settle import Settled
from earful.flows.supervision.supervisor import LOOK, TICK, Backoff, Starts, Supervisor
from earful.flows.supervision.turns import Turns


class Stand:
    """A part that lives until it is told otherwise."""

    def __init__(self, name: str, done: list[str]) -> None:
        self.name, self.done, self.alive = name, done, True

    def dead(self) -> bool:
        return not self.alive

    def how(self) -> str:
        return "was killed by SIGKILL"

    def stop(self, _patience: float = 0) -> None:
        self.done.append(f"{self.name} stopped")


class EndError(Exception):
    """The test has seen enough."""


class World:
    """A supervisor with stand-ins: ``done`` is what it did, in order; ``pulse`` what the API says."""

    def __init__(self, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.done: list[str] = []
        self.refused: list[Exception] = []
        self.pulse: Pulse | SilentError = Pulse("now")
        self.looks = 0
        self.settings = _settings(data)
        self.settings.data.mkdir()
        monkeypatch.setattr(supervisor, "feel", self._feel)
        monkeypatch.setattr(Turns, "tell", lambda _self, _api: None)
        monkeypatch.setattr(time, "sleep", lambda seconds: self.done.append(f"waited {seconds:g}"))
        starts = Starts(self._start("server"), self._start("worker"), self._deploy, self._settle)
        api: Any = None
        self.supervisor = Supervisor(self.settings, data, api, starts, lambda _line: None)
        self.settled = Settled()

    def _start(self, name: str) -> Callable[[], Any]:
        def start() -> Stand:
            if self.refused:
                raise self.refused.pop(0)
            self.done.append(f"{name} started")
            return Stand(name, self.done)

        return start

    def _deploy(self) -> None:
        self.done.append("deployed")

    def _settle(self, nobody_works: bool) -> Settled:
        self.done.append("settled" if nobody_works else "settled beside a worker")
        return self.settled

    def _feel(self, _api: object, _settings: Settings, _now: datetime) -> Pulse:
        self.looks += 1
        if isinstance(self.pulse, SilentError):
            raise self.pulse
        return self.pulse

    def look(self, times: int = 1) -> None:
        for _ in range(times):
            self.supervisor.look(datetime.now(UTC))

    def events(self) -> list[str]:
        return [f"{each.part}: {each.what}" for each in journal.events(self.settings.data)]


def _settings(root: Path) -> Settings:
    raw = {
        "server": {"hung_seconds": 60},
        "products": [{"slug": "orbit", "name": "Orbit"}],
        "channels": [{"name": "reviews", "connector": "sample"}],
    }
    return parse(raw, root / "earful.toml")


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    made = World(tmp_path, monkeypatch)
    made.supervisor.begin()
    assert made.done == ["server started", "deployed", "settled", "worker started"]
    made.done.clear()
    yield made
    made.supervisor.stop()


def ticking(world: World, *steps: Callable[[], None]) -> Callable[[float], None]:
    """A sleep that, instead, does a step a tick, and ends after them."""
    left = list(steps)

    def sleep(_seconds: float) -> None:
        if not left:
            raise EndError
        left.pop(0)()

    return sleep


def kill(world: World, name: str) -> Callable[[], None]:
    def now() -> None:
        part: Any = getattr(world.supervisor, name)
        part.alive = False

    return now


def nothing() -> None:
    """A tick in which all is well."""


def test_a_killed_worker_is_started_again_after_its_runs_were_settled(world: World) -> None:
    with pytest.raises(EndError):
        world.supervisor.keep(ticking(world, nothing, kill(world, "worker"), nothing))
    assert world.done == ["worker stopped", "waited 1", "settled", "worker started"]
    (event,) = journal.events(world.settings.data)
    assert (event.part, event.restart) == ("worker", True)
    assert event.what == "was killed by SIGKILL; started again in 1 s"


def test_with_a_killed_server_its_worker_goes_and_comes(world: World) -> None:
    with pytest.raises(EndError):
        world.supervisor.keep(ticking(world, kill(world, "server")))
    stopped = ["worker stopped", "server stopped"]
    assert world.done == [*stopped, "waited 1", "server started", "settled", "worker started"]


def test_what_does_not_come_up_is_tried_again_later_each_time(world: World) -> None:
    world.refused = [UserError("no", Exit.UNREADY), RuntimeError("of Prefect's"), UserError("no", Exit.UNREADY)]
    world.supervisor.restart("server", "was killed by SIGKILL")
    assert [each for each in world.done if each.startswith("waited")] == [f"waited {n}" for n in (1, 2, 4, 8)]
    assert [each for each in world.done if "started" in each] == ["server started", "worker started"]
    assert "RuntimeError of Prefect's" in world.events()[2]


def test_the_wait_has_a_longest_and_is_forgotten_in_calm() -> None:
    backoff = Backoff()
    waits = [backoff.next(now) for now in range(12)]
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]
    assert backoff.next(11 + supervisor.FORGET + 1) == 1


def test_a_silent_server_is_started_again_when_it_was_silent_long_enough(world: World) -> None:
    world.pulse = SilentError("no answer (ReadTimeout)")
    world.look(2)
    assert world.done == []
    world.look()
    assert world.done[0] == "worker stopped"
    assert world.events() == ["server: hung: no answer (ReadTimeout), for 60 s; started again in 1 s"]


def test_a_server_that_answers_now_and_then_is_only_busy(world: World) -> None:
    for _ in range(5):
        world.pulse = SilentError("answered 503")
        world.look(2)
        world.pulse = Pulse(str(world.looks))
        world.look()
    assert (world.done, world.events()) == ([], [])


def test_a_worker_without_heartbeat_is_started_again(world: World) -> None:
    world.look(3)
    assert world.done == []
    world.look()
    assert world.done == ["worker stopped", "waited 1", "settled", "worker started"]
    assert "no heartbeat for 60 s" in world.events()[0]


def test_a_run_that_does_not_end_takes_its_worker_along(world: World) -> None:
    world.pulse = Pulse("now", hanging=("nightly",))
    world.look()
    assert world.done == ["worker stopped", "waited 1", "settled", "worker started"]
    assert "nightly is an hour past its deadline" in world.events()[0]


def test_a_schedule_without_a_run_to_come_restarts_the_server_but_not_at_once(world: World) -> None:
    for n in range(LOOKS - 1):
        world.pulse = Pulse(str(n), unscheduled=("nightly",))
        world.look()
    assert world.done == []
    world.pulse = Pulse("last", unscheduled=("nightly",))
    world.look()
    assert world.events() == ["server: hung: nothing schedules nightly; started again in 1 s"]


#: Prefect keeps the runs of the time that it had, and its services sleep until then: no night came for hours.
ANEW = [
    "worker stopped", "server stopped", "waited 1", "server started", "deployed", "settled", "worker started",
]  # fmt: skip


@pytest.mark.parametrize(("gone", "said"), [(7200.0, "stood still for 7199 s"), (-7200.0, "was set back by 7201 s")])
def test_after_sleep_the_missed_is_done_once(
    world: World, monkeypatch: pytest.MonkeyPatch, gone: float, said: str
) -> None:
    clock = iter([1e9, 1e9 + 1, 1e9 + 1 + gone, *(1e9 + 1 + gone for _ in range(5))])
    monkeypatch.setattr(time, "time", lambda: next(clock))
    world.settled = Settled(missed="the night of 2026-03-01 04:15 was missed: it is run now")
    with pytest.raises(EndError):
        world.supervisor.keep(ticking(world, nothing, nothing))
    assert world.done == (ANEW if gone < 0 else ["settled beside a worker"])
    assert [line.partition(": ")[0] for line in world.events()] == [
        "clock",
        *(["server"] if gone < 0 else []),
        "schedule",
    ]
    assert said in world.events()[0]


@pytest.mark.parametrize(("set_by", "said"), [(7200.0, "stood still for 7200 s"), (-7200.0, "was set back by 7200 s")])
def test_a_clock_that_is_set_during_a_look_was_set(
    world: World, monkeypatch: pytest.MonkeyPatch, set_by: float, said: str
) -> None:
    """Was: a look's time counts as our own, and with it went what the clock was set by."""
    wall, steady = [1e9], [50.0]
    monkeypatch.setattr(time, "time", lambda: wall[0])
    monkeypatch.setattr(time, "monotonic", lambda: steady[0])

    def look(_now: datetime) -> None:
        wall[0] += set_by + 8
        steady[0] += 8

    def tick() -> None:
        wall[0] += TICK
        steady[0] += LOOK

    monkeypatch.setattr(world.supervisor, "look", look)
    with pytest.raises(EndError):
        world.supervisor.keep(ticking(world, tick))
    assert world.done == (ANEW if set_by < 0 else ["settled beside a worker"])
    assert said in world.events()[0]


@pytest.mark.parametrize(("set_by", "anew"), [(-300.0, True), (-299.0, False)])
def test_a_clock_that_was_set_back_by_little_ends_no_night(
    world: World, monkeypatch: pytest.MonkeyPatch, set_by: float, anew: bool
) -> None:
    wall = iter([1e9, 1e9 + TICK + set_by, *(1e9 + TICK + set_by for _ in range(5))])
    monkeypatch.setattr(time, "time", lambda: next(wall))
    with pytest.raises(EndError):
        world.supervisor.keep(ticking(world, nothing))
    assert world.done == (ANEW if anew else ["settled beside a worker"])
    assert world.events()[0] == f"clock: was set back by {-set_by:.0f} s"


def test_a_look_that_took_long_is_no_sleep(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    wall, steady = [1e9], [50.0]
    monkeypatch.setattr(time, "time", lambda: wall[0])
    monkeypatch.setattr(time, "monotonic", lambda: steady[0])

    def pass_by(seconds: float) -> None:
        wall[0] += seconds
        steady[0] += seconds

    monkeypatch.setattr(world.supervisor, "look", lambda _now: pass_by(90))
    with pytest.raises(EndError):
        world.supervisor.keep(ticking(world, *(lambda: pass_by(TICK) for _ in range(30))))
    assert (world.done, world.events()) == ([], [])


def test_a_damaged_database_is_made_anew_with_its_deployments(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "mend", lambda _home: "was damaged and is made anew")
    world.supervisor.restart("server", "was killed by SIGKILL")
    assert world.done[-4:] == ["server started", "deployed", "settled", "worker started"]
    assert world.events()[-1] == "database: was damaged and is made anew"


def test_a_journal_that_cannot_be_written_stops_nothing(world: World) -> None:
    (world.settings.data / journal.FILE).mkdir()
    world.supervisor.restart("worker", "was killed by SIGKILL")
    assert world.done[-1] == "worker started"
