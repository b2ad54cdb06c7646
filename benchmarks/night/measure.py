"""``python -m benchmarks.night``: what a night costs, beside the script that one would write instead.

14,236 recorded Steam reviews, and eight copies of them (each made distinct by one word and by id), as a CSV file that a
``files`` channel reads; on each the real ``earful run`` in a process of its own, with Prefect, store, published file
and page, and the script (benchmarks/night/naive.py). They are run in turns, all in one run; CPU seconds are those of
the process with all its children (Prefect's server is one), so that a busy machine matters little. Medians of the
rounds; every single figure is under ``runs``.

- marginal: posts a CPU second between the two sizes, ours over the script's.
- later_night: CPU seconds of the script on all of it, over ours of a night for which a file with 14,236 more reviews
  lies beside the larger one. later_night_grown: the same where the one file has grown instead.
- quiet_night: CPU seconds of a night that brings nothing, on the larger store over on the demo's.
- ratio_many_to_one: CPU seconds of a first night with 33 products in the small file, over one with one product.
- extra_mb: most memory of the process tree in the larger first night, above that in the demo's quiet night.
- requests_many_to_one, bytes_many_to_one: requests to a loopback Reddit, bytes read of the small file (counted in the
  process as they come from the system), each with 33 products over with one.
- stages: where our CPU seconds go, from runs of their own with clocks around functions (see profile.py).
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from replay import serve

from benchmarks.night.process_tree import COMMAND, Cost, cost
from benchmarks.night.world import (
    PRODUCTS,
    WORDS,
    Listing,
    configure,
    configure_reddit,
    rows,
    shown,
    slug,
    write,
)
from benchmarks.real import STEAM

Runs = dict[str, list[Cost]]


def main() -> int:
    """Measure and say."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", 1)[0])
    parser.add_argument("--json", action="store_true", help="one object on standard output")
    parser.add_argument("--rounds", type=int, default=3, help="how often everything is run, in turns (default 3)")
    parser.add_argument("--posts", type=int, help="reviews in the small file (default: all 14,236)")
    parser.add_argument("--copies", type=int, default=8, help=f"copies in the larger one, at most {len(WORDS) - 2}")
    parser.add_argument("--small", action="store_true", help="1,500 reviews, 3 copies, one round: it works, no more")
    parser.add_argument("--folder", type=Path, help="where to work; needs 2 GB (default: temporary)")
    given = parser.parse_args()
    if not STEAM.exists():
        print("the recordings are not at ../shared/recordings; only developers and CI have them", file=sys.stderr)
        return 2
    if given.small:
        given.posts, given.copies, given.rounds = given.posts or 1_500, 3, 1
    if not 2 <= given.copies <= len(WORDS) - 2:
        parser.error(f"--copies: found {given.copies}; allowed: 2 to {len(WORDS) - 2}")
    with tempfile.TemporaryDirectory(dir=given.folder, prefix="earful-night-") as folder:
        found = Night(Path(folder), given.posts, given.copies).measure(given.rounds)
    print(json.dumps(found) if given.json else shown(found))
    return 0


class Night:
    """The files of one measurement, and what was run on them."""

    def __init__(self, folder: Path, posts: int | None, copies: int) -> None:
        self._folder = folder
        self._runs: Runs = defaultdict(list)
        self._small = write(folder / "files" / "small.csv", rows(posts, [0]))
        self._large = write(folder / "files" / "large.csv", rows(posts, range(copies)))
        self._more = write(folder / "files" / "more.csv", rows(posts, [copies]))
        self._grown = write(folder / "files" / "grown.csv", rows(posts, range(copies + 1)))
        self._posts = len(rows(posts, [0]))
        self._copies = copies

    def measure(self, rounds: int) -> dict[str, Any]:
        """All figures, as plain values."""
        # Compiled loops and what else is kept between processes: paid once in the life of an installation.
        self._night("warm", write(self._folder / "files" / "warm.csv", rows(10_000, [0])))
        self._script("warm", [self._large.with_name("warm.csv")])
        for number in range(rounds):
            print(f"... round {number + 1} of {rounds}", file=sys.stderr, flush=True)
            self._round(number)
        stages, read = self._profiles()
        return self._figures(stages, read, self._requests())

    def _round(self, number: int) -> None:
        pairs: list[list[Callable[[], None]]] = [
            [lambda: self._script("script_small", [self._small]), lambda: self._night("small", self._small)],
            [lambda: self._script("script_large", [self._large]), lambda: self._night("large", self._large)],
        ]
        for pair in pairs:
            for each in pair if number % 2 == 0 else reversed(pair):
                each()
        home = self._folder / "large"
        self._add("quiet_large", self._run(home))
        shutil.copytree(home, self._folder / "grown")
        later: list[Callable[[], None]] = [
            lambda: self._script("script_all", [self._large, self._more]),
            self._later,
        ]
        for each in later if number % 2 == 0 else reversed(later):
            each()
        shutil.copy(self._grown, self._folder / "grown" / "drop" / self._large.name)
        self._add("later_grown", self._run(self._folder / "grown"))
        shutil.rmtree(self._folder / "grown")
        self._demo()
        self._night("many", self._small, products=PRODUCTS)

    def _later(self) -> None:
        home = self._folder / "large"
        shutil.copy(self._more, home / "drop" / self._more.name)
        self._add("later", self._run(home))

    def _demo(self) -> None:
        folder = self._folder / "demo"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for name in ("demo", "quiet_demo"):
            self._add(name, cost([*COMMAND, "demo", str(folder / "home"), "--json"], folder))

    def _night(self, name: str, file: Path, products: int = 1) -> None:
        """A first night, in a folder made anew."""
        self._add(name, self._run(self._home(name, file, products)))

    def _home(self, name: str, file: Path, products: int) -> Path:
        home = self._folder / name
        shutil.rmtree(home, ignore_errors=True)
        configure(home, slugs=[slug(n) for n in range(products)], shared=products > 1)
        (home / "drop").mkdir()
        shutil.copy(file, home / "drop" / file.name)
        return home

    def _run(self, home: Path) -> Cost:
        return cost([*COMMAND, "run", "--config", str(home / "earful.toml"), "--json"], home)

    def _script(self, name: str, files: list[Path]) -> None:
        out = self._folder / "script" / "daily.duckdb"
        out.parent.mkdir(exist_ok=True)
        self._add(name, cost(["-m", "benchmarks.night.naive", str(out), *map(str, files)], out.parent))

    def _add(self, name: str, spent: Cost) -> None:
        self._runs[name].append(spent)
        print(f"    {name}: {spent.cpu_s:.1f} CPU s, {spent.mb:.0f} MB", file=sys.stderr, flush=True)

    def _profiles(self) -> tuple[dict[str, Any], dict[str, int]]:
        """Stages by night, and bytes read by night."""
        nights = {
            "first, small": self._home("one", self._small, 1),
            f"first, small, {PRODUCTS} products": self._home("many", self._small, PRODUCTS),
            "first, large": self._home("large", self._large, 1),
            "quiet, large": self._folder / "large",
        }
        found = {name: self._profiled(home) for name, home in nights.items()}
        shutil.copy(self._more, self._folder / "large" / "drop" / self._more.name)
        found["later, large"] = self._profiled(self._folder / "large")
        size = self._small.stat().st_size
        if found["first, small"]["bytes_read"] < size:
            raise RuntimeError("a first night read less than its file holds: its reads are no longer counted")
        return {n: f["stages"] for n, f in found.items()}, {n: f["bytes_read"] for n, f in found.items()}

    def _profiled(self, home: Path) -> dict[str, Any]:
        report = self._folder / "report.json"
        command = ["-m", "benchmarks.night.profile", str(report), str(home / "drop")]
        cost([*command, "run", "--config", str(home / "earful.toml"), "--json"], home)
        return dict(json.loads(report.read_text("utf-8")))

    def _requests(self) -> dict[str, int]:
        found = {}
        for name, products in (("one", 1), ("many", PRODUCTS)):
            listing = Listing(datetime.now(UTC))
            with serve(listing) as server:
                home = self._folder / f"reddit-{name}"
                configure_reddit(home, server.url, products)
                self._run(home)
            found[name] = listing.requests
        return found

    def _figures(self, stages: dict[str, Any], read: dict[str, int], requests: dict[str, int]) -> dict[str, Any]:
        cpu = {name: median(each.cpu_s for each in some) for name, some in self._runs.items()}
        mb = {name: median(each.mb for each in some) for name, some in self._runs.items()}
        more = self._posts * (self._copies - 1)
        ours, theirs = (more / (cpu[f"{who}large"] - cpu[f"{who}small"]) for who in ("", "script_"))
        one, many = read["first, small"], read[f"first, small, {PRODUCTS} products"]
        return {
            "posts": [self._posts, self._posts * self._copies],
            "marginal": round(ours / theirs, 2),
            "later_night": round(cpu["script_all"] / cpu["later"], 2),
            "later_night_grown": round(cpu["script_all"] / cpu["later_grown"], 2),
            "quiet_night": round(cpu["quiet_large"] / cpu["quiet_demo"], 2),
            "ratio_many_to_one": round(cpu["many"] / cpu["small"], 2),
            "extra_mb": round(mb["large"] - mb["quiet_demo"]),
            "requests_many_to_one": round(requests["many"] / requests["one"], 2),
            "bytes_many_to_one": round(many / one, 2),
            "marginal_posts_a_cpu_s": {"earful": round(ours), "script": round(theirs)},
            "cpu_s": {name: self._spread([each.cpu_s for each in some]) for name, some in self._runs.items()},
            "peak_mb": {name: self._spread([each.mb for each in some]) for name, some in self._runs.items()},
            "requests": requests,
            "bytes_read": {**read, "file": self._small.stat().st_size, "larger file": self._large.stat().st_size},
            "stages": stages,
            "runs": {name: [each.plain() for each in some] for name, some in self._runs.items()},
            "load": [round(each, 1) for each in os.getloadavg()],
            "python": sys.version.split()[0],
        }

    @staticmethod
    def _spread(values: list[float]) -> dict[str, float]:
        return {"median": round(median(values), 1), "least": round(min(values), 1), "most": round(max(values), 1)}
