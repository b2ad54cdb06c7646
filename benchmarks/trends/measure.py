"""``python -m benchmarks.trends``: how many planted drops and recoveries the detector finds, and what rivals find.

Everything runs through the code that judges the user's days (earful.warehouse.trends): daily sums in, alarms out. All
methods are calibrated to one false alarm a slice-year on series in which nothing happens, and measured on others.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from benchmarks.trends.rivals import Rival, alarms, available
from benchmarks.trends.series import World, simulate
from earful.warehouse.trends.detector import Measured, Series
from earful.warehouse.trends.episodes import evidence
from earful.warehouse.trends.rules import Floats, Rules, limit, share_tested
from earful.warehouse.trends.verdicts import assess

VOLUMES = (5, 15, 50, 150, 500)
SIZES = (0.07, 0.11, 0.19)
#: Days that a planted change lasts, and in which it must be found.
LASTS = 28
#: Days at the start of a series in which nothing can be judged yet.
WARM = 70
RULES = Rules()
OURS = "earful"
#: Alarms a slice-year as shipped: [alarms] per_year over the 60 slices of a configuration like the demo's.
SHIPPED = RULES.per_year / 60


@dataclass(frozen=True, slots=True)
class Judged:
    """A world judged by every method: measured by ours, scored by the rivals; days x series of the planted change."""

    at: np.ndarray
    ours: Measured
    rivals: dict[str, tuple[Floats, Floats]]


@dataclass(frozen=True, slots=True)
class Found:
    """Alarms down and up of one method, series x days."""

    down: np.ndarray
    up: np.ndarray


def judge(world: World, seed: int, rivals: dict[str, Rival]) -> Judged:
    """Simulate and measure."""
    series, at, mean = simulate(world, seed)
    mean = np.where(series.live, mean, np.nan)
    scores = {name: (rival(mean), rival(-mean)) for name, rival in rivals.items()}
    return Judged(at, assess(series, RULES), scores)


def find(judged: Judged, method: str, threshold: float) -> Found:
    """One method's alarms; ours by a budget of so many false alarms a slice-year, rivals by their threshold."""
    if method != OURS:
        down, up = judged.rivals[method]
        return Found(alarms(down, threshold, RULES.cool_down), alarms(up, threshold, RULES.cool_down))
    m = judged.ours
    h = limit(np.ones(1), threshold, share_tested(m.start, RULES.window))
    told = evidence(m.z, m.start, h, RULES)
    return Found(told.alarm & (told.signal < 0), told.alarm & (told.signal > 0))


def rate(judged: Sequence[Judged], method: str, threshold: float) -> float:
    """False alarms a slice-year, down and up together, in worlds without a change."""
    raised = years = 0.0
    for each in judged:
        found = find(each, method, threshold)
        raised += float(found.down[:, WARM:].sum() + found.up[:, WARM:].sum())
        years += found.down[:, WARM:].size / 365
    return raised / years


def calibrate(judged: Sequence[Judged], method: str) -> float:
    """The threshold at which a method raises one false alarm a slice-year."""
    if method == OURS:
        low, high, rises = 0.05, 20.0, True
    else:
        scores = np.concatenate([np.ravel(s) for j in judged for s in j.rivals[method]])
        low, high, rises = 0.0, float(np.nanmax(scores[np.isfinite(scores)])), False
    for _ in range(24):
        middle = (low * high) ** 0.5 if rises else (low + high) / 2
        if (rate(judged, method, middle) > 1) == rises:
            high = middle
        else:
            low = middle
    return low if rises else high


def recall(judged: dict[tuple[float, int, int], Judged], method: str, threshold: float, size: float) -> dict[str, Any]:
    """Share of planted changes of a size that are found while they last, in their direction, and the median delay."""
    shares, delays = [], []
    for per_day in VOLUMES:
        hits = []
        for sign in (-1, 1):
            each = judged[size, sign, per_day]
            found = find(each, method, threshold)
            told = found.down if sign < 0 else found.up
            day = np.arange(told.shape[1])
            inside = told & (day >= each.at[:, None]) & (day < each.at[:, None] + LASTS)
            hits.append(inside.any(axis=1))
            delays.append((inside.argmax(axis=1) - each.at)[inside.any(axis=1)])
        shares.append(float(np.concatenate(hits).mean()))
    every = np.concatenate(delays)
    return {
        "recall": round(float(np.mean(shares)), 3),
        "by_volume": dict(zip(map(str, VOLUMES), (round(s, 2) for s in shares), strict=True)),
        "median_delay": float(np.median(every)) if len(every) else None,
    }


def mix_shifts(series: int, seed: int) -> dict[str, Any]:
    """Mix-only shifts: the angry forum writes 75% of the posts instead of 30%, and nobody's mood changes.

    The mean falls by 0.09 all the same. Shares of series with a drop told within the 28 days: with the shift; in the
    same series without it (chance); and with it by the same detector without the split into channels.
    """
    told: dict[str, dict[str, list[float]]] = {"shipped": {}, "one_a_slice_year": {}}
    for per_day in VOLUMES:
        base = World(series, 200, per_day, forum=0.3, forum_after=0.3, paired=(0.3, 0.75))
        for name, world in (("chance", base), ("shift", replace(base, forum_after=0.75))):
            simulated, at, _ = simulate(world, seed + per_day)
            day = np.arange(world.days)
            inside = (day >= at[:, None]) & (day < at[:, None] + LASTS)
            for split, given in ((name, simulated), (f"{name}_without_split", merged(simulated))):
                judged = Judged(at, assess(given, RULES), {})
                for budget, per_year in (("shipped", SHIPPED), ("one_a_slice_year", 1.0)):
                    drops = (find(judged, OURS, per_year).down & inside).any(axis=1)
                    told[budget].setdefault(split, []).append(float(drops.mean()))
    return {b: {k: round(float(np.mean(v)), 4) for k, v in each.items()} for b, each in told.items()}


def merged(series: Series) -> Series:
    """The same series with each slice as one cell."""
    n, total, squares = (np.add.reduceat(x, series.first, axis=0) for x in (series.n, series.total, series.squares))
    every = np.arange(len(series.first))
    return replace(series, first=every, n=n, total=total, squares=squares, base=every)


def outage_alarms(series: int, budget: float, seed: int) -> int:
    """Alarms on days of an outage, in worlds with five times the usual outages."""
    raised = 0
    for per_day in VOLUMES:
        world = World(series, 300, per_day, outages=0.1)
        simulated, _, _ = simulate(world, seed + per_day)
        m = assess(simulated, RULES)
        told = evidence(m.z, m.start, limit(np.ones(1), budget, share_tested(m.start, RULES.window)), RULES)
        raised += int((told.alarm & ~simulated.live).sum())
    return raised


def measure(series: int, say: Callable[[str], None], *, rivals: bool = True) -> dict[str, Any]:
    """The whole comparison; ``series`` simulated products for each volume, size and direction."""
    methods, missing = available() if rivals else ({}, [])
    say("calibrating on series in which nothing happens")
    quiet = [judge(World(series * 2, 300, v), 100 + v, methods) for v in VOLUMES]
    say("series to check the rate of false alarms on")
    fresh = [judge(World(series * 2, 300, v), 900 + v, methods) for v in VOLUMES]
    planted = {}
    for size in SIZES:
        for sign in (-1, 1):
            say(f"changes of {sign * size:+.2f}")
            for v in VOLUMES:
                world = World(series, 200, v, change=sign * size, lasts=LASTS)
                planted[size, sign, v] = judge(world, 10_000 + 1000 * sign + round(size * 100) * 10 + v, methods)
    table: dict[str, Any] = {}
    for name in (OURS, *methods):
        threshold = calibrate(quiet, name)
        table[name] = {
            "threshold": round(threshold, 3),
            "false_alarms_per_slice_year": round(rate(fresh, name, threshold), 2),
            **{f"{size:.2f}": recall(planted, name, threshold, size) for size in SIZES},
        }
    say("mix-only shifts and outages")
    budget = table[OURS]["threshold"]
    mixes = mix_shifts(series * 4, 50_000)
    return {
        "recall_011": table[OURS]["0.11"]["recall"],
        "recall_019": table[OURS]["0.19"]["recall"],
        "false_alarms_per_slice_year": table[OURS]["false_alarms_per_slice_year"],
        "mix_false_drops": mixes["shipped"]["shift"],
        "mix_shifts": mixes,
        "outage_alarms": outage_alarms(series, budget, 70_000),
        "at_the_formula": {
            "false_alarms_per_slice_year": round(rate(fresh, OURS, 1.0), 2),
            **{f"{size:.2f}": recall(planted, OURS, 1.0, size) for size in SIZES},
        },
        "budget_kept": {
            str(b): round(rate([*quiet, *fresh], OURS, b) / b, 2) for b in (0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0)
        },
        "in_the_wild_010": _wild(quiet, planted) if "fixed threshold" in methods else None,
        "methods": table,
        "missing": missing,
        "series": series,
        "volumes": VOLUMES,
    }


def _wild(quiet: Sequence[Judged], planted: dict[tuple[float, int, int], Judged]) -> dict[str, Any]:
    """The fixed threshold as people set it: 0.10."""
    return {
        "false_alarms_per_slice_year": round(rate(quiet, "fixed threshold", 0.10), 1),
        **{f"{size:.2f}": recall(planted, "fixed threshold", 0.10, size)["recall"] for size in SIZES},
    }


def main() -> int:
    """Measure and say."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.trends", description=__doc__.split("\n\n", 1)[0])
    parser.add_argument("--json", action="store_true", help="one object on standard output")
    parser.add_argument("--series", type=int, default=100, help="series for each volume, size and direction (100)")
    arguments = parser.parse_args()
    found = measure(arguments.series, lambda what: print(f"... {what}", file=sys.stderr))
    if arguments.json:
        print(json.dumps(found))
        return 0
    for name in found["missing"]:
        print(f"left out, its library is not installed: {name}", file=sys.stderr)
    print("| method, at one false alarm a slice-year | 0.07 | 0.11 | 0.19 | days until found (0.11) | measured rate |")
    print("|---|---|---|---|---|---|")
    for name, row in found["methods"].items():
        cells = [f"{row[f'{size:.2f}']['recall']:.0%}" for size in SIZES]
        delay = row["0.11"]["median_delay"]
        print(f"| {name} | {' | '.join(cells)} | {'-' if delay is None else f'{delay:.0f}'} | "
              f"{row['false_alarms_per_slice_year']:.2f} |")  # fmt: skip
    print()
    print("| posts a day | 0.07 | 0.11 | 0.19 |\n|---|---|---|---|")
    for v in map(str, VOLUMES):
        cells = [f"{found['methods'][OURS][f'{size:.2f}']['by_volume'][v]:.0%}" for size in SIZES]
        print(f"| {v} | {' | '.join(cells)} |")
    print()
    for name in ("mix_shifts", "outage_alarms", "at_the_formula", "budget_kept",
                 "in_the_wild_010"):  # fmt: skip
        print(f"{name}: {found[name]}")
    return 0
