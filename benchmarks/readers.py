"""``python -m benchmarks.readers``: readers that query without pause while night after night is published.

Each reader is a process that opens the published file anew for every question, as POMs do, and asks for numbers of
several tables in one query that agree in a whole night only. The writer lands one more post a night and publishes;
how long each publish takes is compared with publishes that nobody reads.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from multiprocessing.synchronize import Event
from pathlib import Path
from statistics import median
from typing import Any

import duckdb

from benchmarks.scale_store import SCORER, frame
from connectors.base import Coverage, Window
from warehouse import Landing, land, open_store, publish

START = datetime(2026, 3, 1, tzinfo=UTC)
DAY = timedelta(days=1)
#: Every night has three posts more. All of it in one query, so that one open file answers it.
_ASKED = """
    select
        (select count(*) from posts),
        (select sum(posts) from daily),
        (select sum(posts) from daily_sentiment),
        (select count(*) from posts_with_words),
        3 * (select count(*) from coverage)
"""


def main() -> int:
    """Measure and say; 1 on an error, a torn night, or no question asked during the publishes."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", 1)[0])
    parser.add_argument("--json", action="store_true", help="one object on standard output")
    parser.add_argument("--readers", type=int, default=50)
    parser.add_argument("--publishes", type=int, default=100)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="earful-readers-") as folder:
        found = measure(Path(folder), arguments.readers, arguments.publishes)
    print(json.dumps(found) if arguments.json else "\n".join(f"{key}: {value}" for key, value in found.items()))
    return int(bool(found["errors"] or found["torn"]) or found["nights_seen"] < 2)


def measure(folder: Path, readers: int, publishes: int) -> dict[str, Any]:
    """All figures, as plain values."""
    context = multiprocessing.get_context("spawn")
    path = folder / "earful.duckdb"
    alone = [_night(folder, path, n) for n in range(5)]
    over = context.Event()
    answers: Any = context.Queue()
    processes = [context.Process(target=_read, args=(path, over, answers)) for _ in range(readers)]
    for process in processes:
        process.start()
    first = [answers.get(timeout=600) for _ in range(readers)]  # each says when it has had its first answer
    amid = [_night(folder, path, n) for n in range(5, 5 + publishes)]
    over.set()
    told = [answers.get(timeout=600) for _ in range(readers)]
    for process in processes:
        process.join()
    return {
        "readers": len(first),
        "publishes": publishes,
        "queries": sum(t["queries"] for t in told),
        "errors": [e for t in told for e in t["errors"]][:5],
        "torn": [x for t in told for x in t["torn"]][:5],
        "went_back": sum(t["went_back"] for t in told),
        "nights_seen": len({n for t in told for n in t["nights"]}),
        "publish_cpu_ms_alone": 1e3 * median(a[0] for a in alone),
        "publish_cpu_ms_read": 1e3 * median(a[0] for a in amid),
        "publish_wall_ms_alone": 1e3 * median(a[1] for a in alone),
        "publish_wall_ms_read": 1e3 * median(a[1] for a in amid),
    }


def _night(folder: Path, path: Path, number: int) -> tuple[float, float]:
    """Land three posts and publish; CPU and wall seconds of the publish."""
    start = START + number * DAY
    window = Window(start, start + DAY)
    with open_store(folder / "store.duckdb", time_zone="UTC") as store:
        land(
            store,
            Landing(
                run_id=f"night-{number}", channel="channel_0", source="source_0", product="product-0", window=window,
                coverage=Coverage.whole(window), scorer_version=SCORER, now=window.end,
                rows=frame(0, 0, 3, start, seed=number),
            ),
        )  # fmt: skip
        cpu, wall = time.process_time(), time.perf_counter()
        publish(store, path, now=window.end)
        return time.process_time() - cpu, time.perf_counter() - wall


def _read(path: Path, over: Event, answers: Any) -> None:  # noqa: ANN401 - a queue
    errors: list[str] = []
    torn: list[str] = []
    nights: list[int] = []
    queries = went_back = 0
    while not over.is_set() or not queries:
        try:
            with duckdb.connect(path, read_only=True) as con:
                found = con.execute(_ASKED).fetchall()[0]
        except duckdb.Error as error:
            errors.append(str(error).splitlines()[0])
        else:
            night = int(found[0]) // 3
            if len({int(x) for x in found}) != 1:
                torn.append(str(found))
            went_back += bool(nights and night < nights[-1])
            if not nights or nights[-1] != night:
                nights.append(night)
        queries += 1
        if queries == 1:
            answers.put("ready")
    answers.put({"queries": queries, "errors": errors, "torn": torn, "went_back": went_back, "nights": nights})


if __name__ == "__main__":
    sys.exit(main())
