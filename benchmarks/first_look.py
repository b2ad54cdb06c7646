"""``python -m benchmarks.first_look --rows 10000 --json``: what ``earful try`` takes where nothing was compiled before.

A table of made-up reviews (20 to 60 words), tried in a process of its own with an empty cache of the compiler; beside
it ``earful demo``, likewise, as the machine's yardstick. CPU seconds are of the processes with their children.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

SAID = (
    "I use it every day and it does what it says", "The new update crashes when I open my notes", "Five stars from me",
    "Support never answered", "Great design and easy to use", "It drains the battery of my phone",
    "Please add a dark mode", "Too many ads between two pages", "The price went up again and it is not worth it",
    "Sync between my tablet and my laptop works well", "I lost all that I wrote last week and I am angry",
)  # fmt: skip


def main() -> int:
    """Measure and say."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.first_look", description=__doc__.split("\n\n", 1)[0])
    parser.add_argument("--json", action="store_true", help="one object on standard output")
    parser.add_argument("--rows", type=int, default=10_000, help="rows of the table (default 10,000)")
    found = measure(parser.parse_args().rows)
    print(json.dumps(found) if "--json" in sys.argv else "\n".join(f"{key}: {value}" for key, value in found.items()))
    return 0


def measure(rows: int) -> dict[str, Any]:
    """Seconds and CPU seconds of the two, and the one's CPU over the other's."""
    with tempfile.TemporaryDirectory(prefix="earful-first-look-") as made:
        folder = Path(made)
        write(folder / "reviews.csv", rows)
        tried, out = _run(folder, "try", "reviews.csv", "--json")
        demo, _ = _run(folder, "demo", "--json")
    (seen,) = json.loads(out)["pictures"]
    assert seen["totals"]["posts"] == rows
    return {
        "rows": rows,
        "try_cpu": tried[0], "try_seconds": tried[1], "demo_cpu": demo[0], "demo_seconds": demo[1],
        "ratio": round(tried[0] / demo[0], 3),
    }  # fmt: skip


def write(path: Path, rows: int) -> None:
    """The table: a year, each row a review of its own."""
    rng = random.Random(4)
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["Review ID", "Date", "Stars", "Review", "Version"])
        for number in range(rows):
            day = date(2025, 1, 1) + timedelta(days=365 * number // rows)
            text = ". ".join(rng.sample(SAID, rng.randint(3, 6)))
            table.writerow(
                [f"r{3 * number + 7}", f"{day} 12:00:00Z", rng.randint(1, 5), f"{text}. {number}", f"1.{day.month}"]
            )


def _run(folder: Path, *command: str) -> tuple[tuple[float, float], str]:
    """CPU seconds and seconds of one command, and what it printed."""
    env = {key: value for key, value in os.environ.items() if not key.startswith(("PREFECT", "EARFUL"))}
    env |= {"PYTHONPATH": str(Path(__file__).parent.parent), "NUMBA_CACHE_DIR": str(folder / f"numba-{command[0]}")}
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    start = "from earful.flows.cli.main import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", start, *command], cwd=folder, env=env, stdout=subprocess.PIPE, text=True, check=True
    )
    after, seconds = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic() - began
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return (round(cpu, 1), round(seconds, 1)), done.stdout


if __name__ == "__main__":
    sys.exit(main())
