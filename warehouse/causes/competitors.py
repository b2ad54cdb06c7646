"""Whether other products changed on the same days and channels: then it may be the store's doing."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from earful.warehouse.causes.chance import p_value
from earful.warehouse.causes.choose import ALPHA

#: Days wander when nothing happens (the detector's Rules.tau), and the posts that a comparison needs on each side.
_TAU, _LEAST = 0.04, 15


@dataclass(frozen=True, slots=True)
class Moved:
    """One product's change of the mean within the channels it has on both sides, with its 95% interval.

    ``p``: that chance does as much, times the products compared (Bonferroni). ``moved``: beyond chance, the way
    of the episode.
    """

    product: str
    n: float
    n_before: float
    mean: float
    mean_before: float
    change: float
    low: float
    high: float
    p: float
    moved: bool


#: (product, of the episode's days, channel, days, posts, sum, sum of squares), one a channel and side.
Sums = tuple[str, bool, str, int, float, float, float]


def others(sums: Iterable[Sums], sign: float) -> list[Moved]:
    """Every other product with enough posts on both sides; ``sign``: the direction of the episode."""
    sides: dict[str, dict[str, dict[bool, Sums]]] = defaultdict(lambda: defaultdict(dict))
    for each in sums:
        sides[each[0]][each[2]][each[1]] = each
    found = []
    for product, channels in sorted(sides.items()):
        both = [(c[True], c[False]) for _, c in sorted(channels.items()) if len(c) == 2]
        n, n_before = (sum(float(pair[side][4]) for pair in both) for side in (0, 1))
        if min(n, n_before) >= _LEAST:
            found.append((product, both, n, n_before))
    return [_moved(product, both, n, n_before, sign, len(found)) for product, both, n, n_before in found]


def _moved(product: str, both: list[tuple[Sums, Sums]], n: float, n_before: float, sign: float, tests: int) -> Moved:
    change = variance = 0.0
    for now, before in both:
        weight = (float(now[4]) / n + float(before[4]) / n_before) / 2
        change += weight * (_mean(now) - _mean(before))
        variance += weight**2 * (_noise(now) + _noise(before))
    days, days_before = (max(pair[side][3] for pair in both) for side in (0, 1))
    error = math.sqrt(variance + _TAU**2 * (1 / days + 1 / days_before))
    p = min(1.0, p_value(change / error, n - 1) * tests)
    mean, mean_before = (sum(float(pair[s][5]) for pair in both) / (n, n_before)[s] for s in (0, 1))
    return Moved(
        product, n, n_before, mean, mean_before, change, change - 1.96 * error, change + 1.96 * error,
        p, p <= ALPHA and change * sign > 0,
    )  # fmt: skip


def _mean(sums: Sums) -> float:
    return float(sums[5]) / float(sums[4])


def _noise(sums: Sums) -> float:
    """The variance of the mean; of few posts alike as of posts that differ by half a point."""
    n = float(sums[4])
    return (max(float(sums[6]) - float(sums[5]) ** 2 / n, 0.0) + 0.25) / n**2
