"""The input: the posts of an episode's days and of those before it, in groups that are alike in all but their value."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Names:
    """What the codes of Posts stand for, by dimension; ``market`` holds markets after their channel ("shop de")."""

    topic: tuple[str, ...]
    channel: tuple[str, ...]
    market: tuple[str, ...]
    version: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Posts:
    """Posts of complete days, one group a row; a group may be one post.

    ``now``: of the episode's days, else of the days before. ``day``: any whole number that tells days apart. ``n``,
    ``total``, ``squares``: posts of the group, sum of their values and of the squares. ``channel``, ``market``,
    ``version``: index into ``names``, -1 where a post has none (every post has a channel). ``topics``: rows x topics,
    True where the posts name it; a post may name several.
    """

    now: Bools
    day: Ints
    n: Floats
    total: Floats
    squares: Floats
    channel: Ints
    market: Ints
    version: Ints
    topics: Bools
    names: Names

    def side(self, *, now: bool) -> Posts:
        """The posts of the episode, or those before it."""
        rows = self.now if now else ~self.now
        return Posts(
            self.now[rows], self.day[rows], self.n[rows], self.total[rows], self.squares[rows], self.channel[rows],
            self.market[rows], self.version[rows], self.topics[rows], self.names,
        )  # fmt: skip

    @property
    def cell(self) -> Ints:
        """Channel and market of every row as one code."""
        return self.channel * (len(self.names.market) + 1) + self.market + 1
