"""Windows landed by processes that run at once, in any schedule: the whole's aggregates, to the last bit.

Each writer opens the store for one landing at a time, as the flows do, and waits a bounded time for the others. What
each asked for overlaps what the others ask for and is asked for twice; the schedules are drawn from seeds.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from landing import HOUR, T0, aggregates, named, put, row, rows_of

from earful.connectors.base import Window
from earful.warehouse import open_store, publish

ZONE = "Europe/Berlin"
WRITERS = 3
LENGTH = 5 * 24  # hours
EVERYTHING = Window(T0, T0 + LENGTH * HOUR)
#: Tables that no schedule may change; logs of runs and of coverage tell what was asked, in the order it was asked.
TABLES = ("posts", "texts", "post_topics", "watermarks")

# A process of its own that lands what it is told to, pausing as told. Line by line: when it is ready, when it is done.
_WRITER = """
import json, sys
from pathlib import Path
import test_parallel as me
print("ready", flush=True)
sys.stdin.readline()
print(json.dumps(me.write(Path({store!r}), json.loads({schedule!r}))), flush=True)
"""


def versions(seed: int) -> list[dict[str, Any]]:
    """Posts of five days, a third of them edited up to two days later: two versions under one key."""
    draw = random.Random(seed)
    out = []
    for number in range(60):
        created = T0 + draw.randrange(LENGTH * 60) * HOUR / 60
        for edited in (None, created + draw.randrange(1, 48) * HOUR) if number % 3 == 0 else (None,):
            compound = draw.choice([None, *(draw.randrange(-10000, 10001) / 10000 for _ in range(4))])
            more: dict[str, Any] = {
                "edited_at": edited,
                "rating": draw.choice([None, 1, 5]),
                "likes": draw.choice([None, 0, 7]),
            }
            if compound is not None:
                more["topics"] = named(ads=draw.randrange(-10000, 10001) / 10000)
            out.append(row(f"p{number}", created, compound, **more))
    return out


def shown(posts: list[dict[str, Any]], asked: Window) -> list[dict[str, Any]]:
    """What a service shows of a window: every version created or edited in it."""
    return [post for post in posts if asked.holds(post["created_at"], post["edited_at"])]


def schedules(seed: int) -> list[dict[str, Any]]:
    """Of each writer: its windows (hours). Together they hold everything; each overlaps others', one comes twice."""
    draw = random.Random(seed)
    cuts = sorted(draw.sample(range(1, LENGTH), 5))
    whole = list(zip([0, *cuts], [*cuts, LENGTH], strict=True))
    out = []
    for writer in range(WRITERS):
        a, b = sorted(draw.sample(range(LENGTH), 2))
        windows = [*whole[writer::WRITERS], (a, b), draw.choice(whole)]
        draw.shuffle(windows)
        # Longer than a waiting writer's own pause between two tries (0.1 s): else who has the store may keep it to the end.
        pauses = [0.15 + draw.random() / 10 for _ in windows]
        out.append({"seed": seed, "windows": windows, "pauses": pauses})
    return out


def write(store: Path, schedule: dict[str, Any]) -> list[list[float]]:
    """Land the windows of a schedule; for each, when the store was open for it (seconds of the machine's clock)."""
    posts = versions(schedule["seed"])
    held = []
    for (first, last), pause in zip(schedule["windows"], schedule["pauses"], strict=True):
        asked = Window(T0 + first * HOUR, T0 + last * HOUR)
        time.sleep(pause)
        with open_store(store, time_zone=ZONE, wait=120) as opened:
            begin = time.monotonic()
            put(opened, *shown(posts, asked), window=asked)
            held.append([begin, time.monotonic()])
    return held


def at_once(store: Path, plans: list[dict[str, Any]]) -> list[list[list[float]]]:
    """Run the writers at the same time, let go together; what each says."""
    codes = [_WRITER.format(store=str(store), schedule=json.dumps(plan)) for plan in plans]
    # The helpers of the tests are where pytest found them.
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *filter(None, sys.path)])}
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", code], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for code in codes
    ]
    try:
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in processes:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        said = [process.communicate(timeout=240)[0] for process in processes]
    finally:
        for process in processes:
            if process.poll() is None:
                process.kill()
                process.wait()
    assert [process.returncode for process in processes] == [0] * len(processes)
    return [json.loads(line) for line in said]


@pytest.mark.process
@pytest.mark.parametrize("seed", [1, 2])
def test_processes_at_once_give_what_one_gives(tmp_path: Path, seed: int) -> None:
    with open_store(tmp_path / "one.duckdb", time_zone=ZONE) as store:
        put(store, *shown(versions(seed), EVERYTHING), window=EVERYTHING)
        expected = aggregates(store), {name: keys_of(store, name) for name in TABLES}
    path = tmp_path / "store.duckdb"
    plans = schedules(seed)
    held = at_once(path, plans)

    with open_store(path, time_zone=ZONE) as store:
        assert (aggregates(store), {name: keys_of(store, name) for name in TABLES}) == expected
        asked = store.con.execute("select count(*) from coverage").fetchall()
        published = publish(store, tmp_path / "earful.duckdb")
        assert [(published.rows,)] == store.con.execute("select count(*) from posts").fetchall()
    assert asked[0][0] >= sum(len(plan["windows"]) for plan in plans), "no landing was lost"

    # They were at it together, and never two in the store at a time.
    spans = sorted((begin, end, writer) for writer, each in enumerate(held) for begin, end in each)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    order = [writer for _, _, writer in spans]
    assert sum(a != b for a, b in pairwise(order)) >= WRITERS, "they ran one after the other"


def keys_of(store: Any, name: str) -> list[tuple[Any, ...]]:
    """Rows of a table without when and by which run they came, which is the schedule's."""
    columns = [c[0] for c in store.con.execute(f"describe {name}").fetchall()]
    kept = [c for c in columns if c not in {"first_seen_at", "updated_at", "run_id"}]
    return [tuple(r) for r in store.con.execute(f"select {', '.join(kept)} from {name} order by all").fetchall()]


@pytest.mark.process
def test_of_many_writers_each_that_cannot_wait_is_told_who_holds_it(tmp_path: Path) -> None:
    path = tmp_path / "store.duckdb"
    with open_store(path, time_zone=ZONE) as store:
        put(store, row("a", T0))
        before = rows_of(store, "posts")
    code = (
        "import sys; from pathlib import Path; from earful.warehouse import open_store\n"
        f"with open_store(Path({str(path)!r}), time_zone={ZONE!r}):\n"
        "    print('holding', flush=True); sys.stdin.readline()\n"
    )
    holder = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    second = (
        "import sys, time; from pathlib import Path; from earful.warehouse import WarehouseError, open_store\n"
        "began = time.monotonic()\n"
        "try:\n"
        f"    with open_store(Path({str(path)!r}), time_zone={ZONE!r}, wait=1): print('opened')\n"
        "except WarehouseError as error: print(round(time.monotonic() - began, 2), error)\n"
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "holding\n"
        others = [subprocess.Popen([sys.executable, "-c", second], stdout=subprocess.PIPE, text=True) for _ in range(3)]
        said = [other.communicate(timeout=60)[0] for other in others]
        for line in said:
            waited, message = line.strip().split(" ", 1)
            assert float(waited) >= 1
            assert f"in use by process {holder.pid} (python" in message
            assert str(path) in message
    finally:
        holder.kill()
        holder.wait()
    with open_store(path, time_zone=ZONE, wait=10) as store:
        assert rows_of(store, "posts") == before, "the holder was killed, nothing was lost"
