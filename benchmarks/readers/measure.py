"""``python -m benchmarks.readers``: readers that query without pause while night after night is published.

Each reader is a process that opens the published file anew for every question, as POMs do, and asks for numbers of
several tables in one query that agree in a whole night only. The writer lands one more post a night and publishes;
how long each publish takes is compared with publishes that nobody reads. ``reopened`` counts the times that the file
was replaced while DuckDB was opening it, and the reader opened it again (see earful.warehouse.reading.opening).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.scale.store import SCORER, frame
from earful.connectors.base import Coverage, Window
from earful.warehouse import Landing, land, open_store, publish

START = datetime(2026, 3, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def main() -> int:
    """Measure and say; 1 on an error, a torn night, or no question asked during the publishes."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.readers", description=__doc__.split("\n\n", 1)[0])
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
    path = folder / "earful.duckdb"
    alone = [_night(folder, path, n) for n in range(5)]
    command = [sys.executable, "-m", "benchmarks.readers.reader", str(path)]
    processes = [
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
        )
        for _ in range(readers)
    ]
    ready = [_line(process) for process in processes]  # each has had its first answer
    amid = [_night(folder, path, n) for n in range(5, 5 + publishes)]
    for process in processes:
        assert process.stdin is not None
        process.stdin.close()
    told = [json.loads(_line(process)) for process in processes]
    for process in processes:
        process.wait()
    return {
        "readers": sum(r == "ready\n" for r in ready),
        "publishes": publishes,
        "queries": sum(t["queries"] for t in told),
        "errors": [e for t in told for e in t["errors"]][:5],
        "torn": [x for t in told for x in t["torn"]][:5],
        "went_back": sum(t["went_back"] for t in told),
        "reopened": sum(t["reopened"] for t in told),
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


def _line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()
