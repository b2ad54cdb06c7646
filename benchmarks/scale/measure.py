"""``python -m benchmarks.scale --posts N``: what a night, a question and a landing cost on a store of N posts.

The store is generated: three years of 20 products in 8 channels (see scale_store). On it, and on a store of 10,000
posts, the same night is run in turns, each in a process of its own on copies of the files: 10,000 new posts in 160
landings (every product in every channel), retention, verdicts, publishing. CPU seconds are those of the process with
all its threads, so that a busy machine does not matter; wall clock and peak memory beside them.

- nightly_ratio: CPU of the night on N posts / on 10,000 (medians).
- query_ms: a year's trend of one product from the published file, fresh connection each time, wall clock, median.
- land_ratio: CPU of landing a million scored posts from Parquet / of inserting the same file into a bare table with the
  same primary key (medians, in turns).
- peak_mb: peak resident memory of the night's process on N posts.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import duckdb

from benchmarks.scale.store import CHANNELS, PRODUCTS, Size, build, million, night
from earful.warehouse import apply_retention, finish_run, land, open_store, publish, start_run

NEW_POSTS = 10_000
SMALL = Size(10_000, 1)
#: Files of a store that a night changes, and the one it publishes.
_FILES = ("store.duckdb", "store.base.duckdb", "earful.duckdb")
_STEPS = ("build", "night", "land", "bare")


def main() -> int:
    """Measure and say."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__.split("\n\n", 1)[0])
    parser.add_argument("--json", action="store_true", help="one object on standard output")
    parser.add_argument("--posts", type=int, default=10_000_000, help="posts in the large store (default 10,000,000)")
    parser.add_argument("--days", type=int, default=1095, help="days they are spread over (default 1095)")
    parser.add_argument("--rounds", type=int, default=2, help="nights on each store, in turns (default 2)")
    parser.add_argument("--landed", type=int, default=1_000_000, help="posts of the large landing (default 1,000,000)")
    parser.add_argument("--folder", type=Path, help="where to work; needs about 600 bytes a post (default: temporary)")
    parser.add_argument("--step", choices=_STEPS, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    size = Size(arguments.posts, arguments.days)
    if arguments.step:
        print(json.dumps(_step(arguments.step, arguments.folder, size)))
        return 0
    with tempfile.TemporaryDirectory(dir=arguments.folder, prefix="earful-scale-") as folder:
        found = measure(Path(folder), size, rounds=arguments.rounds, landed=arguments.landed)
    print(json.dumps(found) if arguments.json else "\n".join(f"{key}: {value}" for key, value in found.items()))
    return 0


def measure(folder: Path, size: Size, *, rounds: int, landed: int) -> dict[str, Any]:
    """All figures, as plain values."""
    sizes = {"small": SMALL, "large": size}
    for name, each in sizes.items():
        _apart("build", folder / name, each)
    nights: dict[str, list[dict[str, Any]]] = {name: [] for name in sizes}
    for _ in range(rounds):
        for name, each in sizes.items():
            work = folder / "work"
            work.mkdir()
            for file in _FILES:
                shutil.copy(folder / name / file, work / file)
            nights[name].append(_apart("night", work, each))
            if name == "large":
                questions = ask(work / "earful.duckdb", each.last_day)
            shutil.rmtree(work)
    landings = land_million(folder / "landing", landed, rounds) if landed else {}
    cpu = {name: median(n["cpu_s"] for n in some) for name, some in nights.items()}
    return {
        "posts": size.posts,
        "days": size.days,
        "nightly_ratio": cpu["large"] / cpu["small"],
        "query_ms": questions["median_ms"],
        "land_ratio": landings.get("ratio"),
        "peak_mb": max(n["peak_mb"] for n in nights["large"]),
        "nightly_cpu_s": cpu,
        "nights": nights,
        "query": questions,
        "landing": landings,
        "store_mb": nights["large"][0]["store_mb"],
        "published_mb": nights["large"][0]["published_mb"],
        "duckdb": duckdb.__version__,
        "python": sys.version.split()[0],
    }


def _apart(step: str, folder: Path, size: Size) -> dict[str, Any]:
    """A step in a process of its own, for its CPU and its memory."""
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "benchmarks.scale", "--step", step, "--folder", str(folder)]
    command += ["--posts", str(size.posts), "--days", str(size.days)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, cwd=Path(__file__).parents[2])
    return dict(json.loads(done.stdout))


def _step(step: str, folder: Path, size: Size) -> dict[str, Any]:
    if step == "build":
        build(folder / "store.duckdb", size)
        with open_store(folder / "store.duckdb", time_zone="UTC") as store:
            publish(store, folder / "earful.duckdb", now=size.now)
        return {}
    if step == "night":
        return one_night(folder, size)
    return one_landing(folder, bare=step == "bare")


def one_night(folder: Path, size: Size) -> dict[str, Any]:
    """A night as flows.night.work has it, but for pulling and scoring: CPU and wall seconds by step, peak memory."""
    spooled = night(size, NEW_POSTS, folder / "spool")
    path = folder / "store.duckdb"
    steps: dict[str, float] = {}
    wall, at = time.perf_counter(), time.process_time()
    begun = at

    def lap(name: str) -> None:
        nonlocal at
        now = time.process_time()
        steps[name] = round(now - at, 3)
        at = now

    with open_store(path, time_zone="UTC") as store:
        start_run(store, "the-night", "nightly", size.now)
    lap("begin")
    for landing in spooled:
        with open_store(path, time_zone="UTC") as store:
            land(store, landing)
    lap("land")
    with open_store(path, time_zone="UTC") as store:
        apply_retention(store, {f"source_{c}": float(size.kept_days) for c in range(CHANNELS)}, size.now)
        finish_run(store, "the-night", "ok", size.now)
        lap("retention")
        published = publish(store, folder / "earful.duckdb", now=size.now)
        lap("publish")
    lap("close")
    if published.rows != size.posts + NEW_POSTS:
        raise RuntimeError(f"{published.rows} posts published of {size.posts + NEW_POSTS}")
    return {
        "cpu_s": time.process_time() - begun,
        "wall_s": time.perf_counter() - wall,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "cpu_s_by_step": steps,
        "store_mb": path.stat().st_size / 1e6,
        "published_mb": published.bytes / 1e6,
    }


def ask(published: Path, last: date, repeat: int = 3) -> dict[str, float]:
    """A year's trend of every product in turn, each from a fresh connection. Milliseconds on the wall clock."""
    took, cpu = [], []
    for product in [f"product-{p}" for p in range(PRODUCTS)] * repeat:
        begin, begun = time.perf_counter(), time.process_time()
        with duckdb.connect(published, read_only=True) as con:
            rows = con.execute(
                "select day, posts, mean_7d, mean_28d from trend where product = $product and day >= $day order by day",
                {"product": product, "day": last - timedelta(days=365)},
            ).fetchall()
        took.append(1e3 * (time.perf_counter() - begin))
        cpu.append(1e3 * (time.process_time() - begun))
        if not rows:
            raise RuntimeError(f"{product} has no trend")
    took.sort()
    return {
        "median_ms": median(took),
        "cpu_median_ms": median(cpu),
        "p95_ms": took[int(0.95 * len(took))],
        "questions": len(took),
    }


def land_million(folder: Path, posts: int, rounds: int) -> dict[str, Any]:
    """The landing of one large Parquet file beside the insert of the same into a bare table with the same key."""
    folder.mkdir()
    million(folder / "posts.parquet", posts)
    size = Size(posts, 1)
    ours, bare = [], []
    for _ in range(rounds):
        ours.append(_apart("land", folder, size))
        bare.append(_apart("bare", folder, size))
    return {
        "posts": posts,
        "ratio": median(o["cpu_s"] for o in ours) / median(b["cpu_s"] for b in bare),
        "wall_ratio": median(o["wall_s"] for o in ours) / median(b["wall_s"] for b in bare),
        "ours": ours,
        "bare": bare,
    }


def one_landing(folder: Path, *, bare: bool) -> dict[str, Any]:
    """One landing of the file, by us or by DuckDB alone, into an empty database."""
    target = folder / "target.duckdb"
    for old in folder.glob("target*"):
        old.unlink()
    file = folder / "posts.parquet"
    if bare:
        con = duckdb.connect(target)
        con.execute(f"create table posts as select * from read_parquet('{file}') limit 0")
        con.execute("alter table posts add primary key (channel, product, post_id)")
        begin, wall = time.process_time(), time.perf_counter()
        con.execute(f"insert into posts select * from read_parquet('{file}')")
        con.close()
        landed = 0
    else:
        from benchmarks.scale.store import landing_of

        with open_store(target, time_zone="UTC"):
            pass
        begin, wall = time.process_time(), time.perf_counter()
        with open_store(target, time_zone="UTC") as store:
            landed = land(store, landing_of(file)).new
    took = {"cpu_s": time.process_time() - begin, "wall_s": time.perf_counter() - wall, "landed": landed}
    if not bare:
        with open_store(target, time_zone="UTC") as store:
            rows, summed = store.con.execute(
                "select (select count(*) from posts), (select sum(posts) from daily)"
            ).fetchall()[0]
        if not rows == summed == landed:
            raise RuntimeError(f"{landed} landed, {rows} stored, {summed} in the aggregates")
    return {**took, "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}
