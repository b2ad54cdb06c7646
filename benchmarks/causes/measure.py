"""``python -m benchmarks.causes``: whether the causes that are named are those that were planted, and their shares.

A cause counts as found where every planted part is named and nothing that was not planted is ("right"); of an even fall
nothing may be named. Shares are of the change as it came out, luck included: what the cause did to these posts (the
same draws with it less those without) over the change; of topics that overlap in a post, Shapley's value there.

``best_within_10_points`` is how often somebody would come so near who knows the world and what was planted, and only
not how the luck of these posts would have fallen without it: no method can do more. ``sure_to_10_points``: shares whose
own 95% interval is no wider than 10 points to each side, ``sure_within_10_points``: how many of those are so near.
``planted_within_10_points`` compares with the share in the mean of all luck. ``--fresh`` draws other products.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from benchmarks.causes.episodes import KINDS, Episode, episodes
from benchmarks.causes.world import FRESH, TUNED, Habits
from earful.warehouse.causes.split import Part, split_mean

#: Shares are to be so near to what was planted.
NEAR = 0.1


def measure(count: int, seed: int, habits: Habits = TUNED) -> dict[str, Any]:
    """``count`` episodes, as many of each kind; the figures, by kind and by the episode's posts too."""
    each = {kind: count // len(KINDS) + (i < count % len(KINDS)) for i, kind in enumerate(KINDS)}
    made = [_one(episode) for kind in KINDS for episode in episodes(kind, each[kind], seed, habits)]
    planted = [m for m in made if m["kind"] != "none"]
    bounds = (30, 100, 300, 1000, 3001)
    return {
        "episodes": len(made),
        "seed": seed,
        **_figures(planted),
        "nothing_named": _mean([m["right"] for m in made if m["kind"] == "none"]),
        "by_kind": {kind: _figures([m for m in made if m["kind"] == kind]) for kind in KINDS},
        "by_posts": {
            f"{low} to {high - 1}": _figures([m for m in planted if low <= m["posts"] < high])
            for low, high in pairwise(bounds)
        },
    }


def _one(episode: Episode) -> dict[str, Any]:
    split = split_mean(episode.posts)
    assert split is not None
    planted = {(c.dimension, c.value) for c in episode.causes}
    named = {name: part for part in split.named for name in [_name(part, planted)]}
    found = [(c, named[c.dimension, c.value]) for c in episode.causes if (c.dimension, c.value) in named]
    return {
        "kind": episode.kind,
        "posts": episode.scored,
        "right": named.keys() == planted,
        "all_planted": planted <= named.keys(),
        "only_planted": named.keys() <= planted,
        "signed": [part.share - cause.share for cause, part in found],
        "planted_errors": [abs(part.share - cause.planted) for cause, part in found],
        "best_errors": [abs(cause.best - cause.share) for cause, _ in found],
        "covered": [part.share_low <= cause.share <= part.share_high for cause, part in found],
        "sure": [part.share_high - part.share_low <= 2 * NEAR for _, part in found],
        "named": sorted(" ".join(name) for name in named),
        "planted": sorted(" ".join(name) for name in planted),
        "z": episode.z,
        "split": split,
    }


def _name(part: Part, planted: set[tuple[str, str]]) -> tuple[str, str]:
    """The part, by the name of what was planted where the two hold the same posts and are said as one."""
    for dimension, value in planted:
        if f"{dimension} {value}" in part.same_as:
            return dimension, value
    return part.dimension, part.value


def _figures(made: Sequence[dict[str, Any]]) -> dict[str, Any]:
    signed, planted, best, sure = (
        np.array([e for m in made for e in m[name]]) for name in ("signed", "planted_errors", "best_errors", "sure")
    )
    near = np.abs(signed) <= NEAR
    return {
        "n": len(made),
        "right": _mean([m["right"] for m in made]),
        "all_planted_named": _mean([m["all_planted"] for m in made]),
        "nothing_else_named": _mean([m["only_planted"] for m in made]),
        "shares": len(signed),
        "share_error_median": round(float(np.median(np.abs(signed))), 3) if len(signed) else None,
        "bias": round(float(np.mean(signed)), 3) if len(signed) else None,
        "share_within_10_points": _mean(near),
        "share_covered": _mean([c for m in made for c in m["covered"]]),
        "best_within_10_points": _mean(best <= NEAR),
        "planted_within_10_points": _mean(planted <= NEAR),
        "sure_to_10_points": _mean(sure),
        "sure_within_10_points": _mean(near[sure.astype(bool)]),
    }


def _mean(values: Sequence[bool] | np.ndarray) -> float | None:
    return round(float(np.mean(values)), 3) if len(values) else None


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.causes", description=__doc__)
    parser.add_argument("--episodes", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--fresh", action="store_true", help="of the generator that the method was not tuned on")
    parser.add_argument("--json", action="store_true", help="one object")
    args = parser.parse_args(arguments)
    found = measure(args.episodes, args.seed, FRESH if args.fresh else TUNED)
    if args.json:
        print(json.dumps(found))
        return 0
    for name, value in found.items():
        if not isinstance(value, dict):
            print(f"{name}: {value}")
    for title in ("by_kind", "by_posts"):
        for name, figures in found[title].items():
            print(f"{name:>14}: " + ", ".join(f"{k} {v}" for k, v in figures.items()))
    return 0
