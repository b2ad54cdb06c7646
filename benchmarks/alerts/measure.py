"""Alerts under faults and kills: each is delivered, and none is sent again once its success was committed.

``python -m benchmarks.alerts --episodes 500 --json``: nights land episodes and send them to six targets (Slack's
webhook and bot, Teams, a signed webhook, ntfy, mail) whose services fail, hang, ask for patience and die in
mid-answer; each night is killed (SIGKILL) at a random moment until the kills are used up, then nights run to their end
until nothing waits. ``alerts_lost``: messages that no service has, or that the store does not call delivered.
``alerts_doubled``: requests for a message that the store had called delivered before the night began. ``seen_twice``:
messages that a reader sees more than once, each because the answer to an earlier attempt was not known (a kill, a
time-out, a cut answer). A fault of a kind that never fired, or no kill that hit a night at work, fails the trial.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import select
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.alerts.night import night
from benchmarks.alerts.services import FAULTS, Services, addresses, configuration, serving
from earful.warehouse import open_store, publish, register

#: A night that begins is killed after so long at most. Seconds.
_LONGEST_LIFE = 3.0
_TARGETS = 6


def measure(episodes: int, kills: int, *, seed: int = 1, most_nights: int = 400) -> dict[str, Any]:
    """Run the trial; its figures. ``ok`` says whether everything held."""
    folder = Path(tempfile.mkdtemp(prefix="earful-alerts-"))
    try:
        with serving(seed) as services:
            return _trial(folder, services, episodes, kills, Random(seed), most_nights)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _trial(
    folder: Path, services: Services, episodes: int, kills: int, rng: Random, most_nights: int
) -> dict[str, Any]:
    config = folder / "earful.toml"
    config.write_text(configuration(services))
    data = folder / "earful-data"
    with open_store(data / "store.duckdb", time_zone="UTC") as store:
        register(store, [("orbit", "Orbit", True)], [("shop", "files", "files")])
        publish(store, data / "earful.duckdb")
    # Forked from a process that has all imported and has opened nothing.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["benchmarks.alerts.night", "earful.flows.alerts.targets.by_apprise"])
    doubled = hit = nights = 0
    waiting = 1
    while (waiting or hit < kills) and nights < most_nights:
        done = _delivered(data)
        before = len(services.came)
        killed = _night(
            context, config, nights, episodes, services, rng.uniform(0.0, _LONGEST_LIFE) if hit < kills else None
        )
        hit += killed
        nights += 1
        doubled += sum(each in done for each in services.came[before:])
        waiting = _waiting(data, episodes)
        if not waiting and hit < kills:
            break  # everything went out before all kills were used
    return _figures(data, services, episodes, nights, hit, doubled)


def _night(
    context: Any,  # noqa: ANN401
    config: Path,
    number: int,
    episodes: int,
    services: Services,
    life: float | None,
) -> bool:
    """One night, killed after ``life`` seconds; whether it was at work then."""
    gate, begins = os.pipe()
    # The pipe's end is handed over by multiprocessing.
    writer = multiprocessing.reduction.DupFd(begins)
    process = context.Process(target=_begin, args=(config, number, episodes, addresses(services), writer))
    process.start()
    os.close(begins)
    try:
        select.select([gate], [], [], 60)
        if life is None:
            process.join(300)
        else:
            process.join(life)
        if process.is_alive() and process.pid:
            os.kill(process.pid, signal.SIGKILL)
            process.join()
        return bool(process.exitcode == -signal.SIGKILL)
    finally:
        os.close(gate)


def _begin(config: Path, number: int, episodes: int, environment: dict[str, str], writer: Any) -> None:  # noqa: ANN401
    night(config, number, episodes, environment, writer.detach())


def _rows(data: Path, query: str) -> list[tuple[Any, ...]]:
    with open_store(data / "store.duckdb", time_zone="UTC") as store:
        return store.con.execute(query).fetchall()


def _delivered(data: Path) -> set[tuple[str, str]]:
    """What the store calls delivered."""
    return set(_rows(data, "select target, left(message, 12) from alert_outbox where status = 'delivered'"))


def _waiting(data: Path, episodes: int) -> int:
    """Messages that are still to be sent, those of episodes that have not landed among them."""
    ((left, there),) = _rows(
        data,
        "select count(*) filter (where status <> 'delivered'), count(distinct alert) from alert_outbox",
    )
    return int(left) + episodes * _TARGETS - int(there)


def _figures(data: Path, services: Services, episodes: int, nights: int, hit: int, doubled: int) -> dict[str, Any]:
    done = _delivered(data)
    secret = [e for e in addresses(services).values() if e in str(_rows(data, "from alert_outbox"))]
    lost = episodes * _TARGETS - sum(services.took[each] > 0 for each in done)
    fired = {kind: services.fired[kind] for kind in FAULTS}
    found = {
        "episodes": episodes, "messages": len(done), "requests": len(services.came), "nights": nights, "kills": hit,
        "faults": fired, "alerts_lost": lost, "alerts_doubled": doubled,
        "seen_twice": sum(number > 1 for number in services.took.values()),
        "secrets_kept": len(secret),
    }  # fmt: skip
    ok = not lost and not doubled and not secret and hit > 0 and all(fired.values())
    return found | {"ok": ok}


def main() -> int:
    """Parse, measure, print; 1 where something did not hold."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--episodes", type=int, default=500)
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    began = time.monotonic()
    found = measure(asked.episodes, asked.kills, seed=asked.seed)
    found["seconds"] = round(time.monotonic() - began, 1)
    if asked.json:
        print(json.dumps(found))
    else:
        for name, value in found.items():
            print(f"{name:16} {value}")
    return 0 if found["ok"] else 1


if __name__ == "__main__":
    sys.exit(main())
