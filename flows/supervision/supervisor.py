"""Keeps server, worker and schedule of `earful up` going: what dies or hangs is started again, later each time."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from earful.flows.config.settings import Settings
from earful.flows.datafolder import journal
from earful.flows.errors import UserError
from earful.flows.supervision import database
from earful.flows.supervision.api import TIMEOUT, Api, SilentError
from earful.flows.supervision.part import Part
from earful.flows.supervision.pulse import LOOKS, Pulse, feel
from earful.flows.supervision.settle import Settled
from earful.flows.supervision.turns import Turns

#: Between two looks whether a process has ended, and between two at the API. Seconds.
TICK, LOOK = 1.0, 20.0
#: The wait before a start doubles from the first to the longest; so long without an end makes it forget. Seconds.
FIRST_WAIT, LONGEST_WAIT, FORGET = 1.0, 300.0, 600.0
#: A tick that took so much longer than it should: the machine slept, or we were stopped. Seconds.
SLEPT = 30.0
#: A clock set back by less is waited for: a server that is started again takes the night at work along. Seconds.
SET_BACK = 300.0
#: A part that hangs is given so long to end in order. Seconds.
HUNG_STOP = 3.0


@dataclass(frozen=True, slots=True)
class Starts:
    """How the parts come up. Each may raise UserError, ``settle`` and ``deploy`` anything of Prefect's as well.

    ``settle`` takes whether no worker is at work.
    """

    server: Callable[[], Part]
    worker: Callable[[], Part]
    deploy: Callable[[], object]
    settle: Callable[[bool], Settled]


class Backoff:
    """How long to wait before the next start of a part. Seconds of ``time.monotonic``."""

    def __init__(self) -> None:
        self._wait, self._last = 0.0, float("-inf")

    def next(self, now: float) -> float:
        """The wait before a start, which has become necessary now."""
        calm = now - self._last > FORGET
        self._wait = FIRST_WAIT if calm or not self._wait else min(self._wait * 2, LONGEST_WAIT)
        self._last = now
        return self._wait


class Supervisor:
    """``say``: what a person at the terminal, or the journal of the system, reads."""

    def __init__(self, settings: Settings, home: Path, api: Api, starts: Starts, say: Callable[[str], None]) -> None:
        self._settings, self._home, self._api, self._starts, self._say = settings, home, api, starts, say
        self.server: Part | None = None
        self.worker: Part | None = None
        self._backoffs = {"server": Backoff(), "worker": Backoff()}
        self._silence = 0.0  # seconds that the server has not answered for
        self._misses = 0  # looks that it did not answer: one is none
        self._still = 0.0  # seconds that the worker's heartbeat has been the same for
        self._heartbeat = ""
        self._turns = Turns(settings.zone)
        self._bare = 0  # looks at which a schedule had no run to come
        self._set_back = False  # whether Prefect holds runs that were scheduled from a time still to come

    def begin(self) -> None:
        """Bring all up for the first time. Raises UserError where the server does not come."""
        self._mend()
        self.server = self._starts.server()
        self._starts.deploy()
        self._settle(nobody_works=True)
        self.worker = self._starts.worker()

    def keep(self, sleep: Callable[[float], None] = time.sleep) -> None:
        """Watch for ever."""
        wall, looked = time.time(), time.monotonic()
        while True:
            sleep(TICK)
            now, began = time.time(), time.monotonic()
            gone, wall = now - wall - TICK, now
            if abs(gone) > SLEPT:
                self._woke(gone)
            elif self.server is None or self.server.dead():
                self.restart("server", self.server.how() if self.server else "is not there")
            elif self.worker is None or self.worker.dead():
                self.restart("worker", self.worker.how() if self.worker else "is not there")
            elif time.monotonic() - looked >= LOOK:
                self.look(datetime.now(UTC))
            else:
                continue
            # What took long just now was us; a clock that was set meanwhile was set all the same.
            looked = time.monotonic()
            gone = time.time() - now - (looked - began)
            if abs(gone) > SLEPT:
                self._woke(gone)
            wall = time.time()

    def look(self, now: datetime) -> None:
        """One look at the API, and what follows from it."""
        limit = self._settings.server.hung_seconds
        asked = time.monotonic()
        try:
            found = feel(self._api, self._settings, now)
            self._turns.tell(self._api)
        except SilentError as error:
            # Not the time by the clock: had we been stopped as well, nobody could have answered.
            self._silence += LOOK + min(time.monotonic() - asked, TIMEOUT)
            self._misses += 1
            if self._silence >= limit and self._misses > 1:
                self.restart("server", f"hung: {error}, for {self._silence:.0f} s")
            return
        self._silence, self._misses = 0.0, 0
        self._still = self._still + LOOK if found.heartbeat == self._heartbeat else 0.0
        self._heartbeat = found.heartbeat
        self._bare = self._bare + 1 if found.unscheduled else 0
        self._judge(found, limit)

    def _judge(self, found: Pulse, limit: float) -> None:
        if self._still >= limit:
            self.restart("worker", f"hung: no heartbeat for {self._still:.0f} s")
        elif found.hanging:
            self.restart("worker", f"hung: {found.hanging[0]} is an hour past its deadline")
        elif self._bare >= LOOKS:
            self.restart("server", f"hung: nothing schedules {', '.join(found.unscheduled)}")

    def restart(self, part: str, why: str) -> None:
        """Start a part again, with those that need it, as often as it takes; each time is an event."""
        while True:
            wait = self._backoffs[part].next(time.monotonic())
            self._event(part, f"{why}; started again in {wait:.0f} s", restart=True)
            self._stop(part)
            time.sleep(wait)
            try:
                self._start(part)
            except UserError as error:
                why = f"did not start: {error}"
                part = "server"
            except Exception as error:  # noqa: BLE001 - Prefect's, of any kind: its server may be dead again
                why = f"did not serve: {type(error).__name__} {' '.join(str(error).split())[:200]}"
                part = "server"
            else:
                break
        self._silence, self._misses, self._still, self._heartbeat, self._bare = 0.0, 0, 0.0, "", 0

    def stop(self) -> None:
        """End the parts, the worker first."""
        for each in (self.worker, self.server):
            if each is not None:
                each.stop()
        self.server = self.worker = None

    def _stop(self, part: str) -> None:
        # A flow does not outlive its worker, and can do nothing without the server.
        if self.worker is not None:
            self.worker.stop(HUNG_STOP)
            self.worker = None
        if part == "server" and self.server is not None:
            self.server.stop(HUNG_STOP)
            self.server = None

    def _start(self, part: str) -> None:
        if part == "server":
            anew = self._mend()
            self.server = self._starts.server()
            if anew or self._set_back:
                # Deployments that are made again lose their scheduled runs.
                self._starts.deploy()
                self._set_back = False
        self._settle(nobody_works=True)
        self.worker = self._starts.worker()

    def _mend(self) -> bool:
        """Look after Prefect's database; whether it is made anew."""
        said = database.mend(self._home)
        if said:
            self._event("database", said)
        return bool(said)

    def _settle(self, *, nobody_works: bool) -> None:
        for line in self._starts.settle(nobody_works).lines():
            self._event("schedule", line)

    def _woke(self, gone: float) -> None:
        """The machine slept, or its clock was set: what was to be done meanwhile is done once."""
        if gone > 0:
            self._event("clock", f"stood still for {gone:.0f} s: the machine slept, or its clock was set forward")
        else:
            self._event("clock", f"was set back by {-gone:.0f} s")
            if -gone >= SET_BACK:
                # Prefect's services sleep until the time that they had, and the runs that they scheduled are of then.
                self._set_back = True
                self.restart("server", "would wait for a time that the clock had")
                return
        try:
            self._settle(nobody_works=False)
        except (SilentError, UserError) as error:
            self._event("schedule", f"not looked after now: {error}")  # the server is looked at next
        self._silence, self._misses, self._still = 0.0, 0, 0.0

    def _event(self, part: str, what: str, *, restart: bool = False) -> None:
        self._say(f"{part:<11} {what}")
        try:
            journal.note(self._settings.data, part, what, restart=restart)
        except OSError as error:
            self._say(f"journal     not written: {error.strerror}")
