"""What explains that there are more posts, or fewer: the parts whose share of the posts moved beyond chance.

Where all grew alike no part explains it. A post that is of several named parts counts for each in equal shares, which
is Shapley's value of "there is a post of one of them": the named parts and the rest add up to the change.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from earful.warehouse.causes.candidates import LEAST, Candidate, told_apart
from earful.warehouse.causes.chance import share_dispersion
from earful.warehouse.causes.choose import ALPHA, MATERIAL, MOST
from earful.warehouse.causes.posts import Bools, Floats, Posts
from earful.warehouse.causes.split import Part, Split

_REACH = 1.96


def split_growth(posts: Posts, days: int, days_before: int) -> Split | None:
    """Split the change of posts a day; ``days``, ``days_before``: complete days of both sides, those without posts too.

    None where a side has no day, or where nothing changed. Of ``posts`` only ``n`` is read, not what they say.
    """
    before, now = posts.side(now=False), posts.side(now=True)
    if not days or not days_before:
        return None
    growth = _Growth(before, now, days, days_before)
    if not growth.change:
        return None
    found = told_apart(_candidates(before, now), now)
    held = [(growth.of_now(c), growth.of_before(c)) for c in found]
    named: list[int] = []
    p_of = [1.0] * len(found)
    while len(named) < MOST:
        left_now, left_before = (
            ~np.any([held[i][side] for i in named], axis=0) if named else np.ones(len(side_of.n), np.bool_)
            for side, side_of in ((0, now), (1, before))
        )
        tried = [i for i in range(len(found)) if i not in named]
        for i in tried:
            p_of[i] = min(1.0, growth.p(*held[i], left_now, left_before) * (len(found) - len(named)))
        made = {i: growth.contribution(held[i][0] & left_now, held[i][1] & left_before) for i in tried}
        passed = [i for i in tried if p_of[i] <= ALPHA and made[i] / growth.change >= MATERIAL]
        if not passed:
            break
        named.append(max(passed, key=lambda i: made[i] / growth.change))
    times_now, times_before = (
        np.sum([held[i][side] for i in named], axis=0) if named else np.zeros(len(side_of.n))
        for side, side_of in ((0, now), (1, before))
    )
    parts = [
        growth.part(
            each, p_of[i], i in named,
            held[i][0] / np.maximum(times_now + (i not in named), 1),
            held[i][1] / np.maximum(times_before + (i not in named), 1),
        )
        for i, each in enumerate(found)
    ]  # fmt: skip
    # A part that another explains once it is counted is not named any more.
    parts = [replace(part, named=part.named and part.share >= MATERIAL) for part in parts]
    parts.sort(key=lambda part: (not part.named, -part.share, part.dimension, part.value))
    half = growth.half(np.ones(len(now.n)), np.ones(len(before.n)))
    left = growth.change - sum(part.contribution for part in parts if part.named)
    total, total_before = float(now.n.sum()), float(before.n.sum())
    rest_half = growth.half((times_now == 0).astype(float), (times_before == 0).astype(float))
    ends = _ends(left, rest_half, growth.change)
    rest = Part(
        "rest", "", total, total_before, 1.0, 1.0, math.nan, math.nan, 0.0, left, left - rest_half, left + rest_half,
        *ends, 1.0, False,
    )  # fmt: skip
    return Split(growth.change, growth.change - half, growth.change + half, total, total_before, tuple(parts), rest)


class _Growth:
    """The posts of both sides, by the day."""

    def __init__(self, before: Posts, now: Posts, days: int, days_before: int) -> None:
        self._before, self._now, self._days, self._days_before = before, now, days, days_before
        self.change = self.contribution(np.ones(len(now.n), np.bool_), np.ones(len(before.n), np.bool_))
        self._sign = math.copysign(1.0, self.change)

    def of_now(self, one: Candidate) -> Bools:
        """Which rows of the episode are of the part."""
        return _rows(one, self._now)

    def of_before(self, one: Candidate) -> Bools:
        """Which rows before are of the part."""
        return _rows(one, self._before)

    def contribution(self, now: Floats | Bools, before: Floats | Bools) -> float:
        """Posts a day of these rows, less those before; a row may count in part."""
        return float(self._now.n @ now) / self._days - float(self._before.n @ before) / self._days_before

    def p(self, now: Bools, before: Bools, left_now: Bools, left_before: Bools) -> float:
        """That chance moves its share of the posts that are left as far, in the direction of the change."""
        all_now, all_before = float(self._now.n @ left_now), float(self._before.n @ left_before)
        if not all_now or not all_before:
            return 1.0
        part, part_before = float(self._now.n @ (now & left_now)), float(self._before.n @ (before & left_before))
        pooled = (part + part_before) / (all_now + all_before)
        wide = share_dispersion(
            self._before.day[left_before], self._before.n[left_before], (self._before.n * before)[left_before]
        )
        # A post before and after that nobody wrote: shares of 0 and 1 are not known for sure.
        pooled = min(max(pooled, 1 / (all_now + all_before)), 1 - 1 / (all_now + all_before))
        error = math.sqrt(pooled * (1 - pooled) * wide * (1 / all_now + 1 / all_before))
        apart = part / all_now - part_before / all_before
        return math.erfc(self._sign * apart / error / math.sqrt(2)) / 2

    def half(self, now: Floats, before: Floats) -> float:
        """Half of the 95% interval of contribution(): counts scatter as those of the days before, Poisson at least."""
        by_day = np.bincount(np.unique(self._before.day, return_inverse=True)[1], self._before.n * before)
        by_day = np.concatenate([by_day, np.zeros(max(self._days_before - len(by_day), 0))])
        mean = float(by_day.mean())
        wide = max(float(by_day.var()) / mean, 1.0) if mean else 1.0
        # Of a part that nobody wrote one post may come.
        count, count_before = max(float(self._now.n @ now), 1.0), max(float(self._before.n @ before), 1.0)
        return _REACH * math.sqrt(wide * (count / self._days**2 + count_before / self._days_before**2))

    def part(self, one: Candidate, p: float, named: bool, now: Floats, before: Floats) -> Part:
        """The part with what it makes of the change."""
        made, half = self.contribution(now, before), self.half(now, before)
        return Part(
            one.dimension, one.value, one.n, one.n_before, one.share, one.share_before, one.n / self._days,
            one.n_before / self._days_before, 0.0, made, made - half, made + half,
            *_ends(made, half, self.change), p, named, one.same_as,
        )  # fmt: skip


def _ends(made: float, half: float, change: float) -> tuple[float, float, float]:
    share, reach = made / change, half / abs(change)
    return share, share - reach, share + reach


def _rows(one: Candidate, posts: Posts) -> Bools:
    names = getattr(posts.names, one.dimension)
    place = names.index(one.value)
    found: Bools = posts.topics[:, place] if one.dimension == "topic" else getattr(posts, one.dimension) == place
    return found


def _candidates(before: Posts, now: Posts) -> list[Candidate]:
    """Every value with enough posts on one of the sides that is not all of both."""
    total, total_before = float(now.n.sum()), float(before.n.sum())
    out = []
    for dimension in ("topic", "channel", "market", "version"):
        for value in getattr(now.names, dimension):
            blank = Candidate(dimension, value, np.zeros(0), 0, 0, 0, 0, math.nan, math.nan)
            here, there = _rows(blank, now), _rows(blank, before)
            n, n_before = float(now.n @ here), float(before.n @ there)
            if max(n, n_before) < LEAST or (n == total and n_before == total_before):
                continue
            out.append(
                replace(
                    blank, has=here.astype(np.float64), n=n, n_before=n_before, share=n / max(total, 1.0),
                    share_before=n_before / max(total_before, 1.0),
                )
            )  # fmt: skip
    return out
