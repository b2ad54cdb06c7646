"""The faults of benchmarks.torture; each says whether it really happened."""

from __future__ import annotations

import errno
import os
import random
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from benchmarks.torture.world import World

#: For how long a stopped flow, and a whole machine that sleeps, stand still. Seconds.
FLOW_STOPPED, ASLEEP, FULL = 10, 45, 30
#: How far the clock is set ahead. Seconds.
AHEAD = 2 * 3600


#: A night may end before it is hit: the next one is waited for, so many times.
_TRIES = 5


def _kill(what: str) -> Callable[[World, random.Random], bool]:
    def fault(world: World, draw: random.Random) -> bool:
        for _ in range(_TRIES):
            world.wait(f"a {what} to kill", lambda: bool(world.pids(what)))
            time.sleep(draw.uniform(0, 5))
            found = world.pids(what)
            for pid in found:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            if found:
                return True
        return False

    return fault


def _hang(what: str) -> Callable[[World, random.Random], bool]:
    def fault(world: World, _: random.Random) -> bool:
        since = datetime.now(UTC)
        world.wait(f"a {what} to stop", lambda: bool(world.pids(what)))
        for pid in world.pids(what):
            os.kill(pid, signal.SIGSTOP)
        world.wait(f"a hung {what} to be seen", lambda: world.events(since, what, "hung") > 0)
        return True

    return fault


def _stop_flow(world: World, _: random.Random) -> bool:
    world.wait("a flow to stop", lambda: bool(world.pids("flow")))
    found = world.pids("flow")
    for pid in found:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP)
    time.sleep(FLOW_STOPPED)
    for pid in found:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)
    return bool(found)


def _sleep(world: World, _: random.Random) -> bool:
    """Everything stands still, and goes on: what a machine's sleep is for those that slept."""
    since = datetime.now(UTC)
    found = world.pids("any")
    for pid in found:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP)
    time.sleep(ASLEEP)
    for pid in found:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)
    world.wait("its sleep to be noticed", lambda: world.events(since, "clock") > 0, 60)
    return True


def _set_clock(world: World, _: random.Random) -> bool:
    """The clock is ahead for some nights, and is set right: what a machine does that wakes up without the time."""
    if world.clock is None:
        return False
    began = datetime.now(UTC)
    world.wait("a night by the right clock", lambda: world.night_since(began), 400)
    since = datetime.now(UTC)
    world.clock.set(AHEAD)
    try:
        world.wait("the clock to be seen ahead", lambda: world.events(since, "clock", "forward") > 0, 120)
        ahead = since + timedelta(seconds=AHEAD)
        world.wait("a night by the wrong clock", lambda: world.night_since(ahead, ahead + timedelta(hours=1)), 400)
    finally:
        right = datetime.now(UTC)
        world.clock.set(0)
    world.wait("the clock to be seen set back", lambda: world.events(right, "clock", "set back") > 0, 120)
    return True


def _fill_disk(world: World, draw: random.Random) -> bool:
    world.wait("a flow whose disk is filled", lambda: bool(world.pids("flow")))
    time.sleep(draw.uniform(0, 4))
    ballast = world.home / "ballast"
    fired = False
    with ballast.open("wb", buffering=0) as file:
        end = time.monotonic() + FULL
        while time.monotonic() < end:
            try:
                file.write(b"\0" * (1 << 16))
            except OSError as error:
                fired = fired or error.errno == errno.ENOSPC
                time.sleep(0.2)
    ballast.unlink()
    return fired


def _damage(world: World, draw: random.Random) -> bool:
    since = datetime.now(UTC)
    file = world.data / "prefect" / "prefect.db"
    world.wait("Prefect's database", file.exists)
    with file.open("r+b") as raw:
        raw.seek(4096)
        raw.write(draw.randbytes(max(4096, file.stat().st_size // 2)))
    for pid in world.pids("server"):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    world.wait("its damage to be seen", lambda: world.events(since, "database", "made anew") > 0)
    return True


FAULTS: dict[str, Callable[[World, random.Random], bool]] = {
    "kill-server": _kill("server"),
    "kill-worker": _kill("worker"),
    "kill-flow": _kill("flow"),
    "kill-up": _kill("up"),
    "stop-server": _hang("server"),
    "stop-worker": _hang("worker"),
    "stop-and-continue-flow": _stop_flow,
    "fill-the-disk": _fill_disk,
    "damage-the-database": _damage,
    "sleep": _sleep,
    "set-the-clock": _set_clock,
}
