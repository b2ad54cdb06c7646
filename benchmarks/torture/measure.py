"""``python -m benchmarks.torture --rounds 20``: faults on a running `earful up`, after which one night makes all whole.

`earful up` has a night every minute, from a service on loopback that has new reviews each round; its folder is a disk
of its own (a tmpfs: needs the right to mount). Each round takes the next of the faults, in a shuffled order, and waits
until a night that began after it is published. Where `earful up` itself ends it is started again, as a service manager
would. Its alerts (failed nights; reviews of yesterday that come late and angry) go to a webhook that refuses some and
takes some without an answer, each once; at the end it is waited until none is left to send (a refused one waits five
minutes). Then all of it is stopped, and compared with a clean run of the same service's reviews. The
clock that is set is that of `earful up` and its children (clock.py), not the machine's: needs a C compiler.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.torture.clock import Clock
from benchmarks.torture.desk import Desk, telling
from benchmarks.torture.faults import FAULTS
from benchmarks.torture.service import Reviews, serving
from benchmarks.torture.world import LateError, World
from earful.flows.datafolder import journal
from earful.warehouse.reading.opening import open_published

#: Of the disk: Prefect's database, store and published file of some thousand posts, several times over. Bytes.
DISK = 400 << 20
#: What must be as after a clean run, and the columns that tell when something came instead of what.
TABLES = ("posts", "post_topics", "daily", "daily_topic", "daily_version")
TIMES = frozenset({"first_seen_at", "updated_at"})
#: A message that was refused waits five minutes for the next night. Seconds.
LAST_ALERT = 1_200.0


def main() -> int:
    """Measure and say; 1 where anything is not as it must be, or a fault did not happen."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.torture", description=__doc__.split("\n\n", 1)[0])
    parser.add_argument("--json", action="store_true", help="one object on standard output")
    parser.add_argument("--rounds", type=int, default=20, help="faults (default 20)")
    parser.add_argument("--seed", type=int, default=15)
    parser.add_argument("--only", default="", help="only these faults, apart by commas")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="earful-torture-") as folder:
        found = measure(Path(folder), arguments.rounds, arguments.seed, arguments.only)
    print(json.dumps(found) if arguments.json else "\n".join(f"{key}: {value}" for key, value in found.items()))
    return int(bool(found["wrong"]))


def measure(folder: Path, rounds: int, seed: int, only: str = "") -> dict[str, Any]:
    """All figures, as plain values."""
    began, draw = time.monotonic(), random.Random(seed)
    names = [name.strip() for name in only.split(",")] if only else list(FAULTS)
    order: list[str] = []
    while len(order) < rounds:
        order += draw.sample(names, len(names))
    wrong, fired, waits = list[str](), Counter[str](), list[float]()
    reviews, desk = Reviews(), Desk()
    with serving(reviews) as url, telling(desk) as address, _disk(folder / "disk") as disk:
        world = World(disk / "home", url, address, Clock(folder / "clock"))
        first = world.run("run", "--json")  # the first night: the database is made, the old reviews come
        if first.returncode:
            raise SystemExit(f"the first night failed: {first.stderr}")
        try:
            for name in order[:rounds]:
                said, seconds = _round(world, reviews, name, draw)
                fired[name] += not said
                wrong += said
                waits.append(seconds)
            wrong += _last_alerts(world)
            status = json.loads(world.run("status", "--json").stdout)
        finally:
            world.stop()
            world.run("alerts", "send")  # what the last night, ended in order, had still to send
            _print_log(folder / "up.log", wrong)
        time.sleep(5)
        orphans = world.pids("any")
        events = journal.events(world.data)
        gaps, at_work = _gaps(world), _left_at_work(world)
        told = desk.figures(world.outbox())
        identical = _rows(world) == _clean(folder, url, world)
    checks = {
        "gaps": gaps == 0, "alerts": bool(told["alerts"]), "lost alerts": not told["alerts_lost"],
        "doubled alerts": not told["alerts_doubled"], "identical": identical, "orphans": not orphans,
        "runs left at work": at_work == 0, "restarts": any(e.restart for e in events),
    }  # fmt: skip
    wrong += [f"{name} is not as it must be" for name, good in checks.items() if not good]
    return {
        "rounds": rounds, "fired": dict(sorted(fired.items())), "gaps": gaps, "identical": identical,
        **told, "orphans": len(orphans), "left_at_work": at_work, "restarts_seen": status["restarts"],
        "up_started": world.starts, "seconds_to_whole_max": round(max(waits, default=0.0)),
        "seconds_to_whole_mean": round(sum(waits) / max(len(waits), 1)),
        "seconds": round(time.monotonic() - began), "wrong": wrong,
    }  # fmt: skip


def _round(world: World, reviews: Reviews, name: str, draw: random.Random) -> tuple[list[str], float]:
    """One fault and its end; what was wrong, and how long it took until a night was whole again."""
    try:
        world.wait("`earful up`", lambda: bool(world.pids("worker")))
        reviews.reveal()
        happened = FAULTS[name](world, draw)
        after, since = time.monotonic(), datetime.now(UTC)
        world.wait(f"a night after {name}", lambda: world.night_since(since), 400)
    except LateError as error:
        return [f"{name}: {error}"], 0.0
    return ([] if happened else [f"{name}: did not happen"]), time.monotonic() - after


def _last_alerts(world: World) -> list[str]:
    """Wait until every message was taken; what is wrong."""
    try:
        world.wait("the last alert", world.nothing_waits, LAST_ALERT)
    except LateError as error:
        return [str(error)]
    return []


def _gaps(world: World) -> int:
    with open_published(world.data / "earful.duckdb") as con:
        rows = con.execute("select coalesce(sum(days), 0) from coverage_gaps").fetchall()
    return int(rows[0][0])


def _left_at_work(world: World) -> int:
    """Runs that Prefect still thinks to be at work; after a stop in order there is none."""
    with closing(sqlite3.connect(world.data / "prefect" / "prefect.db")) as con:
        old = (datetime.now(UTC) - timedelta(minutes=2)).strftime("%Y-%m-%d %H:%M:%S")
        sql = "select count(*) from flow_run where state_type in ('RUNNING', 'CANCELLING') and start_time < ?"
        return int(con.execute(sql, (old,)).fetchone()[0])


def _rows(world: World) -> dict[str, list[tuple[Any, ...]]]:
    found = {}
    with open_published(world.data / "earful.duckdb") as con:
        for table in TABLES:
            columns = [name for name, *_ in con.execute(f"describe {table}").fetchall() if name not in TIMES]
            found[table] = con.execute(f"select {', '.join(columns)} from {table} order by all").fetchall()
    return found


def _clean(folder: Path, url: str, tortured: World) -> dict[str, list[tuple[Any, ...]]]:
    """What one run, never disturbed, publishes; with the same secret, so that pseudonyms are the same."""
    world = World(folder / "clean", url)
    world.data.mkdir()
    shutil.copy(tortured.data / "author.secret", world.data)
    done = world.run("run", "--json")
    if done.returncode:
        raise SystemExit(f"the clean run failed: {done.stderr}")
    return _rows(world)


def _print_log(log: Path, wrong: list[str]) -> None:
    if wrong and log.exists():
        print(log.read_text("utf-8", "replace")[-6000:], file=sys.stderr)


@contextmanager
def _disk(at: Path) -> Iterator[Path]:
    at.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(at)], check=True)
    try:
        yield at
    finally:
        subprocess.run(["umount", "-l", str(at)], check=False)
