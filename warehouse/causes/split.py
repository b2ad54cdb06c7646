"""The split: which parts differ from chance, chosen step by step and then estimated together, and what is left."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from earful.warehouse.causes.candidates import Candidate, candidates
from earful.warehouse.causes.chance import day_variance, evenness, p_value, quantile
from earful.warehouse.causes.choose import ALPHA, EVEN_FOUND, MATERIAL, choose
from earful.warehouse.causes.expected import Expected, expect
from earful.warehouse.causes.mixes import mix_parts
from earful.warehouse.causes.model import PRIOR, Estimate, Model
from earful.warehouse.causes.posts import Posts


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the change. ``contribution`` = ``within`` + ``mix``, with its 95% interval ``low`` to ``high``.

    ``within``: its posts have other values than expected; ``mix``: it has another share of the posts. ``share``: of the
    whole change, with its interval. ``p``: that chance does as much, after Holm's correction over all parts tested.
    ``named``: it differs from chance, and is a tenth of the change at least. ``same_as``: parts with the same posts.
    """

    dimension: str
    value: str
    n: float
    n_before: float
    posts_share: float
    posts_share_before: float
    mean: float
    mean_before: float
    within: float
    mix: float
    low: float
    high: float
    share: float
    share_low: float
    share_high: float
    p: float
    named: bool
    same_as: tuple[str, ...] = ()

    @property
    def contribution(self) -> float:
        """Its part in the change."""
        return self.within + self.mix


@dataclass(frozen=True, slots=True)
class Split:
    """The change of a mean: ``change`` is the sum of the named parts and ``rest``. ``parts``: all that was tested."""

    change: float
    low: float
    high: float
    n: float
    n_before: float
    parts: tuple[Part, ...]
    rest: Part

    @property
    def named(self) -> tuple[Part, ...]:
        """Those that differ from chance, the largest part of the change first."""
        return tuple(part for part in self.parts if part.named)


def split_mean(posts: Posts) -> Split | None:
    """Split the change of the mean; None where a side has no post."""
    before, now = posts.side(now=False), posts.side(now=True)
    if not before.n.sum() or not now.n.sum():
        return None
    expected = expect(before, now)
    found = candidates(before, now, expected)
    mixes = mix_parts(before, now, expected)
    n = float(now.n.sum())
    change = float(now.total.sum()) / n - expected.mean
    model = Model(found, now, expected, math.copysign(1.0, change))
    chosen, p_of = choose(model, change, mixes)
    final = [model.estimate(i, [j for j in chosen if j != i], EVEN_FOUND) for i in range(len(found))]
    parts = [
        *(_part(c, final[i], change, p_of[i]) for i, c in enumerate(found)),
        *(_part(m.candidate, m.estimate, change, p_of[len(found) + i]) for i, m in enumerate(mixes)),
    ]
    parts.sort(key=lambda part: (not part.named, -part.share, part.dimension, part.value))
    variance = _variance(before, now, expected)
    rest = _rest(change, variance, [p for p in parts if p.named], n, expected)
    half = quantile(max(n - 1, 1)) * math.sqrt(variance)
    return Split(change, change - half, change + half, n, expected.n, tuple(parts), rest)


def _variance(before: Posts, now: Posts, expected: Expected) -> float:
    """Of the whole change: by sampling, and by the wander of days when nothing happens."""
    n = float(now.n.sum())
    mean = float(now.total.sum()) / n
    scatter = float((now.squares - 2 * mean * now.total + now.n * mean**2).sum())
    spread = float(before.squares.sum()) / expected.n - expected.mean**2
    residual = before.total - before.n * expected.value_before
    wander = day_variance(before.day, before.n, residual, expected.variance)
    moods = wander * sum(evenness(side.day, side.n) for side in (before, now))
    return (scatter + PRIOR * spread) / (n + PRIOR) / n + spread / expected.n + moods


def _part(one: Candidate, made: Estimate, change: float, p: float) -> Part:
    contribution = made.contribution
    share, reach = contribution / change if change else 0.0, quantile(made.freedom)
    error = made.error if math.isfinite(made.error) else 0.0
    half = reach * error / abs(change) if change else 0.0
    named = p <= ALPHA and share >= MATERIAL
    return Part(
        one.dimension, one.value, one.n, one.n_before, one.share, one.share_before, one.mean, one.mean_before,
        made.within, made.mix, contribution - reach * error, contribution + reach * error,
        share, share - half, share + half, p, named, one.same_as,
    )  # fmt: skip


def _rest(change: float, variance: float, named: Sequence[Part], n: float, expected: Expected) -> Part:
    """What no named part explains."""
    left = change - sum(part.contribution for part in named)
    half = quantile(max(n - 1, 1)) * math.sqrt(variance)
    share = left / change if change else 0.0
    share_half = half / abs(change) if change else 0.0
    p = p_value(left / math.sqrt(variance), max(n - 1, 1)) if variance > 0 else 1.0
    return Part(
        "rest", "", n, expected.n, 1.0, 1.0, math.nan, math.nan, left, 0.0, left - half, left + half,
        share, share - share_half, share + share_half, p, False,
    )  # fmt: skip
