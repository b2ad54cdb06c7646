"""``python -m benchmarks.incidents``: which real and planted events are told, how soon, and what else is told.

Three tables, all at the default settings and by the code that judges the user's days: the recorded incidents (all
products together and each alone), the same series with the incidents taken out, and simulated product-years.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.incidents import recorded
from benchmarks.incidents.simulated import Product, changed, quiet
from earful.warehouse.trends.rules import Rules

VOLUMES = (2.0, 5.0, 15.0, 50.0, 150.0, 500.0)
#: What is planted: name -> change of the share of contented authors, times the posts, days from an earlier wave.
PLANTED = {
    "score and stars -0.1": (-0.08, 1.0, 0),
    "score and stars -0.2": (-0.16, 1.0, 0),
    "score and stars -0.4": (-0.32, 1.0, 0),
    "posts x2": (0.0, 2.0, 0),
    "posts x4": (0.0, 4.0, 0),
    "posts x4, 40 days after a wave of x10": (0.0, 4.0, 40),
    "score and stars -0.2, 40 days after a wave of x10": (-0.16, 1.0, 40),
}


def simulated(years: int, seed: int, say: Callable[[str], None]) -> dict[str, Any]:
    """False alarms a product-year with their 95% interval (Poisson), and what was found of what was planted.

    ``years``: product-years without anything, over all volumes; a tenth of that for each thing planted.
    """
    rules = Rules()
    false: dict[str, float] = {}
    total = 0
    for volume in VOLUMES:
        say(f"nothing happens, {volume:g} posts a day")
        alarms = sum(len(a) for a in quiet(max(years // len(VOLUMES), 1), volume, seed, rules))
        false[f"{volume:g}"] = round(alarms / max(years // len(VOLUMES), 1), 2)
        total += alarms
    judged = max(years // len(VOLUMES), 1) * len(VOLUMES)
    rows: dict[str, Any] = {}
    for name, (change, rush, wave) in PLANTED.items():
        say(name)
        found: dict[str, list[int | None]] = {}
        for volume in VOLUMES:
            each = Product(volume, change=change, rush=rush, wave=wave)
            found[f"{volume:g}"] = changed(max(years // 10 // len(VOLUMES), 1), each, seed + 1, rules)
        days = [d for per in found.values() for d in per if d is not None]
        rows[name] = {
            "recall": round(float(np.mean([d is not None for per in found.values() for d in per])), 3),
            "by_volume": {v: round(sum(d is not None for d in per) / len(per), 2) for v, per in found.items()},
            "median_delay": float(np.median(days)) if days else None,
        }
    half = 1.96 * math.sqrt(total + 1)
    return {
        "product_years": judged,
        "budget": rules.per_year,
        "false_alarms_per_product_year": round(total / judged, 3),
        "interval": [round(max(total - half, 0) / judged, 3), round((total + half) / judged, 3)],
        "by_volume": false,
        "planted": rows,
    }


def measure(years: int, seed: int, say: Callable[[str], None], *, real: bool = True) -> dict[str, Any]:
    """All three tables."""
    out: dict[str, Any] = {}
    if real:
        with tempfile.TemporaryDirectory() as folder:
            say("all products together")
            out.update(recorded.measure(Path(folder) / "all", tuple(recorded.PRODUCTS)))
            out["alone"] = {}
            for product in recorded.PRODUCTS:
                say(f"{product} alone")
                out["alone"][product] = recorded.measure(Path(folder) / product, (product,))
            say("without the incidents")
            out["without_incidents"] = recorded.quiet(Path(folder) / "quiet", tuple(recorded.PRODUCTS))
    out["simulated"] = simulated(years, seed, say)
    return out


def main() -> int:
    """Measure and say."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.incidents", description=__doc__.split("\n\n", 1)[0])
    parser.add_argument("--json", action="store_true", help="one object on standard output")
    parser.add_argument("--years", type=int, default=2000, help="simulated product-years (2000)")
    parser.add_argument("--seed", type=int, default=1, help="of the simulation (1)")
    parser.add_argument("--simulated", action="store_true", help="the simulation alone")
    arguments = parser.parse_args()
    if not arguments.simulated and not recorded.ROOT.is_dir():
        print(f"{recorded.ROOT} is not there: only --simulated can be measured", file=sys.stderr)
        return 2
    found = measure(
        arguments.years, arguments.seed, lambda what: print(f"... {what}", file=sys.stderr),
        real=not arguments.simulated,
    )  # fmt: skip
    print(json.dumps(found, indent=None if arguments.json else 2))
    return 0
