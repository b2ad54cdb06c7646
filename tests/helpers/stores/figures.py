"""Statistics for tests, worked out post by post with the textbook's formula, for what SQL computes from sums."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

import pytest

Z = 1.959964
#: Two days of one product differ by so much in truth, whatever the number of posts (docs/trends.md).
WANDER = 0.04


def same(found: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
    """Every column of ``found`` is as wanted, in the same order; numbers to nine digits."""
    assert list(found) == list(wanted), "the columns"
    close = {k: pytest.approx(v, rel=1e-9, abs=1e-9) if isinstance(v, float) else v for k, v in wanted.items()}
    assert found == close


def share(part: float, whole: float) -> float | None:
    """part / whole, None where there is nothing to have a share of."""
    return part / whole if whole else None


def mean(values: Sequence[float]) -> float | None:
    """The mean, None of nothing."""
    return fmean(values) if values else None


def t975(degrees: float) -> float:
    """The 97.5% point of Student's t (Abramowitz and Stegun 26.7.5)."""
    return Z + sum(c / degrees ** (k + 1) for k, c in enumerate((2.372271, 2.8225, 2.55585, 1.589536)))


def wilson(p: float, n: float) -> tuple[float, float]:
    """Wilson's 95% interval of a share."""
    middle = (p + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z / (1 + Z * Z / n) * math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
    return middle - half, middle + half


def newcombe(p: tuple[float, float], q: tuple[float, float]) -> tuple[float, float]:
    """The 95% interval of p - q, each a share and the n it is of (Newcombe 1998, method 10)."""
    (l1, u1), (l2, u2) = wilson(*p), wilson(*q)
    gap = p[0] - q[0]
    return gap - math.hypot(p[0] - l1, u2 - q[0]), gap + math.hypot(u1 - p[0], q[0] - l2)


def adjusted_wald(answers: Sequence[int]) -> tuple[float, float]:
    """Middle and half width of the NPS interval in -1 to 1 (Sauro and Lewis)."""
    n = len(answers) + 3
    up, down = (sum(a >= 9 for a in answers) + 0.75) / n, (sum(a <= 6 for a in answers) + 0.75) / n
    return up - down, Z * math.sqrt((up + down - (up - down) ** 2) / n)


def nps(answers: Sequence[int]) -> float | None:
    """From -100 to 100, None without answers."""
    return 100 * (sum(a >= 9 for a in answers) - sum(a <= 6 for a in answers)) / len(answers) if answers else None


@dataclass(frozen=True)
class Change:
    """Means before and after on the same mix, posts of the strata that have two on both sides, variances of the means."""

    n: tuple[int, int]
    means: tuple[float, float]
    variances: tuple[float, float]
    degrees: tuple[int, int]

    @property
    def change(self) -> float:
        """After less before."""
        return self.means[1] - self.means[0]

    def margin(self, days: tuple[int, int], *, normal: bool = False) -> float:
        """Half of Welch's 95% interval, days wandering; ``normal``: by the normal distribution instead of t."""
        b, a = self.variances
        spread = sum(v**2 / d for v, d in zip(self.variances, self.degrees, strict=True))
        t = Z if normal else t975(max((a + b) ** 2 / spread if spread else 1e6, 1))
        return t * math.sqrt(a + b + sum(WANDER**2 / d for d in days))


def change(before: Mapping[Hashable, Sequence[float]], after: Mapping[Hashable, Sequence[float]]) -> Change | None:
    """Post-stratified: each stratum weighs by its posts of both sides; what has fewer than two on a side is left out."""
    used = sorted((s for s in before if len(before[s]) >= 2 and len(after.get(s, ())) >= 2), key=str)
    if not used:
        return None
    total = sum(len(before[s]) + len(after[s]) for s in used)
    weight = {s: (len(before[s]) + len(after[s])) / total for s in used}
    sides = (before, after)
    n = tuple(sum(len(side[s]) for s in used) for side in sides)
    pooled = [
        sum(sum((x - fmean(side[s])) ** 2 for x in side[s]) for s in used) / (size - len(used))
        for side, size in zip(sides, n, strict=True)
    ]
    return Change(
        (n[0], n[1]),
        tuple(sum(weight[s] * fmean(side[s]) for s in used) for side in sides),  # type: ignore[arg-type]
        tuple(v * sum(weight[s] ** 2 / len(side[s]) for s in used) for v, side in zip(pooled, sides, strict=True)),  # type: ignore[arg-type]
        (n[0] - len(used), n[1] - len(used)),
    )


def verdict(low: float, high: float, words: tuple[str, str, str] = ("worse", "no real change", "better")) -> str:
    """What an interval says: all of it below zero, around it, above it."""
    return words[0] if high < 0 else words[2] if low > 0 else words[1]
