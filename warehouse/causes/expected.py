"""What the posts of the episode would be like if nothing but their mix had changed, by the posts before it.

A post is expected to lie at the mean of its channel and market, and above or below it by what its topics usually add:
a linear regression on the topics' indicators within channels and markets. It is additive, so the split of a mean over
topics that overlap in one post is Shapley's: each topic's coefficient x how much more often it is named.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from earful.warehouse.causes.posts import Floats, Ints, Posts

#: A market with few posts before is drawn to its channel, by as many posts as this; topics to no effect at all.
_PRIOR_POSTS = 5.0
_RIDGE = 1.0


@dataclass(frozen=True, slots=True)
class Expected:
    """By the posts before. ``mean``: of all; ``variance``: of one post around its expectation; ``n``: posts.

    ``effect``, ``effect_variance``: by topic. ``cell_mean``, ``cell_share``: of each group of the episode the mean of
    its channel and market and the shares of the topics there. ``value``: what each of its groups is expected to be;
    ``value_before``: the same of the groups before.
    """

    mean: float
    variance: float
    n: float
    effect: Floats
    effect_variance: Floats
    cell_mean: Floats
    cell_share: Floats
    value: Floats
    value_before: Floats


def expect(before: Posts, now: Posts) -> Expected:
    """Learn from ``before``, say of ``now``."""
    cells, at = np.unique(np.concatenate([before.cell, now.cell]), return_inverse=True)
    at_before, at_now = at[: len(before.n)], at[len(before.n) :]
    # The channel of each cell.
    parent = np.zeros(len(cells), np.int64)
    parent[at] = np.concatenate([before.channel, now.channel])
    topics = before.topics.astype(np.float64)
    mean = _shrunk(before.total, before.n, at_before, parent)
    share = np.zeros((len(cells), topics.shape[1]))
    for k in range(topics.shape[1]):
        share[:, k] = _shrunk(before.n * topics[:, k], before.n, at_before, parent)
    apart = topics - share[at_before]
    left = before.total - before.n * mean[at_before]
    gram = (apart * before.n[:, None]).T @ apart + _RIDGE * np.eye(topics.shape[1])
    inverse = np.linalg.inv(gram)
    effect = inverse @ (apart.T @ left)
    value_before = mean[at_before] + apart @ effect
    scatter = before.squares - 2 * value_before * before.total + before.n * value_before**2
    n = float(before.n.sum())
    variance = max(float(scatter.sum()) / max(n - len(cells) - topics.shape[1], 1.0), 1e-6)
    # A channel or market that is new has no change of its own: its coming is mix (as in the detector).
    new = np.bincount(at_before, before.n, len(cells)) == 0
    if new.any():
        posts, sums = np.bincount(at_now, now.n, len(cells)), np.bincount(at_now, now.total, len(cells))
        mean = np.where(new, sums / np.maximum(posts, 1), mean)
        here = np.zeros(share.shape)
        for k in range(topics.shape[1]):
            here[:, k] = np.bincount(at_now, now.n * now.topics[:, k], len(cells))
        share = np.where(new[:, None], here / np.maximum(posts, 1)[:, None], share)
    value = mean[at_now] + (now.topics - share[at_now]) @ effect
    return Expected(
        float(before.total.sum()) / n, variance, n, effect, variance * np.diag(inverse), mean[at_now], share[at_now],
        value, value_before,
    )  # fmt: skip


def _shrunk(total: Floats, n: Floats, at: Ints, parent: Ints) -> Floats:
    """Means by cell, each drawn to that of its channel, and a channel's to that of all."""
    sums, posts = np.bincount(at, total, len(parent)), np.bincount(at, n, len(parent))
    wide_sums, wide = np.bincount(parent, sums), np.bincount(parent, posts)
    every = sums.sum() / max(posts.sum(), 1.0)
    channel = np.where(wide > 0, wide_sums / np.maximum(wide, 1.0), every)
    alone = np.bincount(parent) == 1
    drawn = (sums + _PRIOR_POSTS * channel[parent]) / (posts + _PRIOR_POSTS)
    return np.where(alone[parent] & (posts > 0), sums / np.maximum(posts, 1.0), drawn)
