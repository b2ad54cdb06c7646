"""What an erasure costs at size: the transaction, and the store written anew. Publishing is benchmarks.scale's.

``python -m benchmarks.erase --posts N --json``: one object. Times are wall-clock seconds, ``rewrite_cpu_s`` is CPU
seconds. That no byte is left is the business of tests/warehouse/privacy/test_erase.py.
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from earful.warehouse import Authors, erase, open_store, rewrite
from earful.warehouse.aggregates.recompute import clear_touched, recompute
from earful.warehouse.statements import run_text


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.erase", description=__doc__)
    parser.add_argument("--posts", type=int, default=1_000_000)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder), given.posts)
    print(json.dumps(found) if given.json else "\n".join(f"{name:16} {value}" for name, value in found.items()))


#: The author who is erased, with one post in the middle of the store.
MARK = "QXJ7WKZV3Y" * 3
NOW = datetime(2026, 1, 2, tzinfo=UTC)
SQL = Path(__file__).parent / "sql" / "erase_posts.sql"


def measure(folder: Path, posts: int) -> dict[str, float | bool | int]:
    store_path = folder / "store.duckdb"
    with open_store(store_path, time_zone="UTC") as store:
        with store.transaction() as con:
            clear_touched(con)
            run_text(con, SQL.read_text(encoding="utf-8"), {"posts": posts, "mark": MARK})
        for channel in range(8):
            with store.transaction() as con:
                recompute(con, f"channel_{channel}", NOW)
        store.con.execute("checkpoint")
    before = store_path.stat().st_size
    with open_store(store_path, time_zone="UTC") as store:
        took, _ = timed(lambda: erase(store, Authors((MARK,)), kind="author", why="benchmark", now=NOW))
        rewriting, cpu = timed(lambda: rewrite(store, NOW))
    return {
        "posts": posts,
        "erase_s": round(took, 2),
        "rewrite_s": round(rewriting, 2),
        "rewrite_cpu_s": round(cpu, 2),
        "store_mb": round(before / 1e6, 1),
        "rewritten_mb": round(store_path.stat().st_size / 1e6, 1),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 0),
    }


def timed(step: Callable[[], object]) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    step()
    return time.perf_counter() - wall, time.process_time() - cpu


if __name__ == "__main__":
    main()
