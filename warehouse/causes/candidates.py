"""Which parts of the episode's posts are looked at as causes, and their numbers before any choice is made."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from earful.warehouse.causes.chance import day_variance, share_dispersion
from earful.warehouse.causes.expected import Expected
from earful.warehouse.causes.posts import Bools, Floats, Posts

#: Posts that a part, and what is beside it, needs in the episode.
LEAST = 5
#: Two parts whose posts are the same to this correlation cannot be told apart.
_ALIKE = 0.95
#: A topic surges where its share of the posts has grown by so many standard errors, a mix where it has moved so far.
SURGE = 3.3


@dataclass(frozen=True, slots=True)
class Candidate:
    """One part: a value of a dimension. ``has``: which groups of the episode are of it, as 0 and 1.

    ``n``, ``n_before``, ``share``, ``share_before``, ``mean``, ``mean_before``: its posts (mean: nan without any).
    Of topics: ``effect``, what it usually adds to a post; ``mix``, what came of its being named more or less often, and
    ``share_variance``, of its share of the posts by chance. ``level_variance``: of what its posts were expected to be.
    ``wander``: variance of its daily mean beyond sampling. ``beside``: of a version, all posts that name
    one, as ``has``: it is compared with them, not with those of other channels. ``same_as``: parts with the same posts.
    """

    dimension: str
    value: str
    has: Floats
    n: float
    n_before: float
    share: float
    share_before: float
    mean: float
    mean_before: float
    effect: float = 0.0
    mix: float = 0.0
    share_variance: float = 0.0
    level_variance: float = 0.0
    wander: float = 0.0
    beside: Floats | None = None
    same_as: tuple[str, ...] = field(default=())

    @property
    def surges(self) -> bool:
        """It is far more of the posts than before: a topic beyond chance, a version that was a quarter at most."""
        if self.dimension == "topic":
            return bool(self.share - self.share_before > SURGE * self.share_variance**0.5)
        return self.dimension == "version" and self.share_before < self.share / 4


def candidates(before: Posts, now: Posts, expected: Expected) -> list[Candidate]:
    """All that can be tested, those that cannot be told apart as one: a new version first, else the widest."""
    found = [*_topics(before, now, expected)]
    for dimension in ("channel", "market", "version"):
        found += _values(dimension, before, now, expected)
    return told_apart(found, now)


def _topics(before: Posts, now: Posts, expected: Expected) -> list[Candidate]:
    out, total, total_before = [], now.n.sum(), before.n.sum()
    for k, name in enumerate(now.names.topic):
        one = _part("topic", name, now.topics[:, k], before.topics[:, k], before, now, expected)
        usual = float((now.n * expected.cell_share[:, k]).sum() / total)
        if max(one.n, usual * total) < LEAST:
            continue
        spread = share_dispersion(before.day, before.n, before.n * before.topics[:, k])
        pooled = (one.n + one.n_before) / (total + total_before)
        chance = pooled * (1 - pooled) * spread * (1 / total + 1 / total_before)
        effect = float(expected.effect[k])
        shift = one.share - usual
        out.append(
            replace(
                one, effect=effect, mix=effect * shift, share_before=usual,
                share_variance=chance, level_variance=float(expected.effect_variance[k]),
            )
        )  # fmt: skip
    return out


def _values(dimension: str, before: Posts, now: Posts, expected: Expected) -> list[Candidate]:
    here, there = getattr(now, dimension), getattr(before, dimension)
    out, total = [], now.n.sum()
    beside = (here >= 0).astype(np.float64) if dimension == "version" else None
    if beside is not None and (beside.all() or total - now.n @ beside < LEAST):
        beside = None
    for code, name in enumerate(getattr(now.names, dimension)):
        one = _part(dimension, name, here == code, there == code, before, now, expected)
        # A channel that is all of it is no part of it; one that is new is mix.
        if one.n < LEAST or total - one.n < LEAST or (dimension != "version" and not one.n_before):
            continue
        # Where it is all that names a version, there is no other to compare it with.
        apart = beside is not None and float(now.n @ beside) - one.n >= LEAST
        posts = one.n_before if dimension != "version" else expected.n
        out.append(replace(one, level_variance=expected.variance / max(posts, 1.0), beside=beside if apart else None))
    return out


def _part(
    dimension: str, name: str, here: Bools, there: Bools, before: Posts, now: Posts, expected: Expected
) -> Candidate:
    n, n_before = float(now.n[here].sum()), float(before.n[there].sum())
    residual = before.total - before.n * expected.value_before
    return Candidate(
        dimension, name, here.astype(np.float64), n, n_before,
        n / float(now.n.sum()), n_before / float(before.n.sum()),
        float(now.total[here].sum()) / n if n else np.nan,
        float(before.total[there].sum()) / n_before if n_before else np.nan,
        wander=day_variance(before.day[there], before.n[there], residual[there], expected.variance),
    )  # fmt: skip


def told_apart(found: list[Candidate], now: Posts) -> list[Candidate]:
    """Of parts that hold the same posts the first, with the names of the others."""
    out: list[Candidate] = []
    taken: set[int] = set()
    order = sorted(range(len(found)), key=lambda i: (found[i].dimension != "version" or found[i].n_before > 0, i))
    for i in order:
        if i in taken:
            continue
        same = [j for j in order if j != i and j not in taken and _alike(found[i].has, found[j].has, now.n)]
        taken.update(same)
        names = tuple(f"{found[j].dimension} {found[j].value}" for j in same)
        out.append(replace(found[i], same_as=names))
    return out


def _alike(one: Floats, other: Floats, n: Floats) -> bool:
    total = n.sum()
    if total == 0:  # no post counted now: nothing tells the two apart, and nothing tells them alike
        return False
    a, b = one - (n @ one) / total, other - (n @ other) / total
    spread = float((n @ a**2) * (n @ b**2))
    return spread > 0 and float(n @ (a * b)) / spread**0.5 > _ALIKE
