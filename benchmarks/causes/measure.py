"""``python -m benchmarks.causes``: whether the causes that are named are those that were planted, and their shares.

A cause counts as found where every planted part is named and nothing that was not planted is ("right"); of an even fall
nothing may be named. Shares are of the change as it came out, luck
included: what the cause did to these posts (the mean of the same draws with it less that without it) over the change.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from benchmarks.causes.episodes import KINDS, Episode, episodes
from earful.warehouse.causes.split import Part, split_mean

#: Shares are to be so near to what was planted.
NEAR = 0.1


def measure(count: int, seed: int) -> dict[str, Any]:
    """``count`` episodes, as many of each kind; the figures, by kind and by the episode's posts too."""
    each = {kind: count // len(KINDS) + (i < count % len(KINDS)) for i, kind in enumerate(KINDS)}
    made = [_one(episode) for kind in KINDS for episode in episodes(kind, each[kind], seed)]
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
    planted = {(c.dimension, c.value): c.share for c in episode.causes}
    named = {name: part for part in split.named for name in [_name(part, planted)]}
    errors = [(named[name].share - share, named[name]) for name, share in planted.items() if name in named]
    return {
        "kind": episode.kind,
        "posts": episode.scored,
        "right": named.keys() == planted.keys(),
        "all_planted": planted.keys() <= named.keys(),
        "only_planted": named.keys() <= planted.keys(),
        "errors": [abs(error) for error, _ in errors],
        "signed": [error for error, _ in errors],
        "covered": [p.share_low <= p.share - error <= p.share_high for error, p in errors],
        "named": sorted(" ".join(name) for name in named),
        "planted": sorted(" ".join(name) for name in planted),
        "z": episode.z,
        "split": split,
    }


def _name(part: Part, planted: dict[tuple[str, str], float]) -> tuple[str, str]:
    """The part, by the name of what was planted where the two hold the same posts and are said as one."""
    for dimension, value in planted:
        if f"{dimension} {value}" in part.same_as:
            return dimension, value
    return part.dimension, part.value


def _figures(made: Sequence[dict[str, Any]]) -> dict[str, Any]:
    errors = [e for m in made for e in m["errors"]]
    return {
        "n": len(made),
        "right": _mean([m["right"] for m in made]),
        "all_planted_named": _mean([m["all_planted"] for m in made]),
        "nothing_else_named": _mean([m["only_planted"] for m in made]),
        "share_error_median": round(float(np.median(errors)), 3) if errors else None,
        "bias": round(float(np.mean([e for m in made for e in m["signed"]])), 3) if errors else None,
        "share_within_10_points": _mean([e <= NEAR for e in errors]),
        "share_covered": _mean([c for m in made for c in m["covered"]]),
    }


def _mean(values: Sequence[bool]) -> float | None:
    return round(float(np.mean(values)), 3) if values else None


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.causes", description=__doc__)
    parser.add_argument("--episodes", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="one object")
    args = parser.parse_args(arguments)
    found = measure(args.episodes, args.seed)
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
