"""The regression: what the posts of an episode are, less what was expected, by its parts and by a change of all."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from earful.warehouse.causes.candidates import Candidate
from earful.warehouse.causes.chance import evenness, p_value
from earful.warehouse.causes.expected import Expected
from earful.warehouse.causes.posts import Floats, Posts

#: The spread of few posts is drawn to that of the posts before, by so many.
PRIOR = 15.0
#: Columns whose products are conditioned worse cannot be told apart.
_SINGULAR = 1e9
#: A change takes as much from all posts alike (0), or more where there is more to lose, by the distance from one
#: standard deviation below the mean (1): posts of an angry channel cannot fall as far as praise.
_BY_ROOM = (0.0, 0.5, 1.0)
#: How large a change of all posts alike may be, where it is tested whether a part's own is any other (a standard
#: deviation): nearly any, but for a few dozen posts.
EVEN = 0.25


@dataclass(frozen=True, slots=True)
class Estimate:
    """A contribution to the change beside the others chosen: within and mix, its standard error, degrees of freedom.

    ``misfit``: squares that are left, see Model.
    """

    within: float
    mix: float
    error: float
    freedom: float
    misfit: float = math.inf

    @property
    def contribution(self) -> float:
        """Within and mix."""
        return self.within + self.mix

    def p(self, sign: float) -> float:
        """That chance does as much in the direction of ``sign``."""
        t = sign * self.contribution / self.error if self.error > 0 else 0.0
        two_sided = p_value(t, self.freedom)
        return two_sided / 2 if t > 0 else 1 - two_sided / 2

    def sure(self, sign: float) -> float:
        """Standard errors in the direction of ``sign``."""
        return sign * self.contribution / self.error if self.error > 0 else 0.0


class Model:
    """Least squares of the posts of an episode, less what was expected of each, on the parts and an even change.

    Column 0 is the constant, column i + 1 candidate i, then what versions are compared within. All are scaled by the
    room that a post has (see _BY_ROOM), the way that fits best. Sums of products are taken once. ``sign``: the
    direction of the whole change.
    """

    def __init__(self, found: Sequence[Candidate], now: Posts, expected: Expected, sign: float) -> None:
        self.found, self.sign = found, sign
        self._expected, self._now = expected, now
        self._n, self._total, self._day = now.n, float(now.n.sum()), now.day
        self._left = now.total / now.n - expected.value
        self._inner = np.maximum(now.squares - now.total**2 / now.n, 0.0)
        first = next((c.beside for c in found if c.beside is not None), None)
        self._beside = None if first is None else len(found) + 1
        columns = np.column_stack([np.ones(len(now.n)), *(c.has for c in found), *([] if first is None else [first])])
        apart = np.clip(-sign * (expected.value - expected.mean) / math.sqrt(expected.variance), -0.9, None)
        self._columns = [columns * (1 + room * apart)[:, None] for room in _BY_ROOM]
        weighted = [each * now.n[:, None] for each in self._columns]
        self._gram = [w.T @ c for w, c in zip(weighted, self._columns, strict=True)]
        self._moment = [w.T @ self._left for w in weighted]
        self._squares = float(now.n @ self._left**2)

    def estimate(self, i: int, others: Sequence[int], even_within: float) -> Estimate:
        """What candidate i contributes beside the others.

        ``even_within``: how large an even change may be (a standard deviation): the estimate is drawn to that of none
        as far as the posts leave it open. Its error is that of an even change of any size.
        """
        one = self.found[i]
        if one.n < 1 or self._total - one.n < 1:
            return Estimate(0.0, one.mix, math.sqrt(self._own_error(one, 0.0)), max(one.n_before - 1, 2.0))
        beside = [self._beside] if self._beside and one.beside is not None else []
        columns = [0, *beside, *(j + 1 for j in others), i + 1]
        room, solved, left = self._best(columns)
        basis, gram = self._columns[room][:, columns], self._gram[room][np.ix_(columns, columns)]
        if np.linalg.cond(gram) > _SINGULAR:
            return Estimate(0.0, one.mix, math.inf, 2.0)
        drawn = gram.copy()
        drawn[0, 0] += self._expected.variance / even_within**2
        solved = np.asarray(np.linalg.solve(drawn, self._moment[room][columns]), np.float64)
        weight = np.zeros(len(columns))
        weight[-1] = float(self._n @ basis[:, -1]) / self._total
        has = one.has > 0
        # How much each post weighs in the contribution (White 1980), and how its days wander.
        pull = basis @ (np.linalg.inv(gram) @ weight)
        variance = float((self._n * pull**2) @ self._spread(basis @ solved, has))
        variance += one.share**2 * one.wander * evenness(self._day[has], self._n[has])
        variance += self._own_error(one, float(solved[-1]))
        return Estimate(float(weight @ solved), one.mix, math.sqrt(variance), max(one.n - 1, 2.0), left)

    def any_of(self, some: Sequence[int]) -> Estimate:
        """What posts of any of these topics contribute, against those of none: no matter which of them does it."""
        has = np.max([self.found[i].has for i in some], axis=0)
        one = replace(
            self.found[some[0]], has=has, n=float(self._n @ has), share=float(self._n @ has) / self._total,
            effect=0.0, level_variance=0.0, wander=max(self.found[i].wander for i in some), mix=0.0,
        )  # fmt: skip
        alone = Model([one], self._now, self._expected, self.sign).estimate(0, (), EVEN)
        own = sum(self._own_error(self.found[i], 0.0) for i in some)
        mix = sum(self.found[i].mix for i in some)
        return Estimate(alone.within, mix, math.sqrt(alone.error**2 + own), alone.freedom, alone.misfit)

    def _own_error(self, one: Candidate, gamma: float) -> float:
        """What is not known of the posts before, and how a topic's share of the posts wanders, as a variance."""
        if one.dimension != "topic":
            return one.share**2 * one.level_variance
        effect = one.effect + gamma / 2  # the mean of what it added before and adds now
        return one.share_before**2 * one.level_variance + effect**2 * one.share_variance

    def _spread(self, fitted: Floats, has: np.ndarray) -> Floats:
        """The variance of each group's posts: of the part and of the others, drawn to the usual one where few."""
        scatter = self._inner + self._n * (self._left - fitted) ** 2
        prior, n = PRIOR * self._expected.variance, float(self._n[has].sum())
        near = (float(scatter[has].sum()) + prior) / (n + PRIOR)
        far = (float(scatter[~has].sum()) + prior) / (self._total - n + PRIOR)
        return np.where(has, near, far)

    def _best(self, columns: list[int]) -> tuple[int, Floats, float]:
        """Of the ways to scale by room the one that fits best, the solution, and the misfit.

        The misfit is the squares that are left, with the even change at a price, or without it (Schwarz 1978). Where
        two channels are all there is, "one fell" and "the other rose beside all" fit alike; without it only the first.
        """
        tried = [(room, *self._solve(columns, room)) for room in range(len(_BY_ROOM))]
        room, solved, squares = min(tried, key=lambda each: each[2])
        price = self._expected.variance * math.log(max(self._total, 2.0))
        without = min(self._solve(columns[1:], other)[1] for other in range(len(_BY_ROOM)))
        more = price * (self._beside in columns)
        return room, solved, more + min(squares + price, without)

    def _solve(self, columns: list[int], room: int) -> tuple[Floats, float]:
        moment = self._moment[room][columns]
        solved = np.asarray(
            np.linalg.lstsq(self._gram[room][np.ix_(columns, columns)], moment, rcond=None)[0], np.float64
        )
        return solved, self._squares - float(moment @ solved)
