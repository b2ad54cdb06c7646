"""Made episodes: 56 days of posts and the days of a fall that was planted, with what it was planted in.

Posts come by two to four channels of different tempers, in markets, of the app's last versions, on twelve topics that
overlap; days, channels and topics have moods of their own, and the forum's posts come in threads. Scores are drawn from
real ones (see benchmarks/trends/series.py). What a cause does is the difference between the same draws with and
without it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.causes.world import (
    GAP,
    TOPICS,
    Drawn,
    World,
    draw,
    expected_score,
    make_world,
    market_of,
    score_of,
)
from earful.warehouse.causes.posts import Floats, Ints, Posts
from earful.warehouse.trends.rules import Rules, limit

KINDS = ("topic", "two topics", "market", "version", "channel mix", "none")
_BASELINE, _APART, _MOST_A_DAY = 56, 3, 400
RULES = Rules()
#: What was planted makes most of the change: an alarm that luck raised has no cause to be found.
_MOSTLY = (0.6, 1.6)
_LIMIT = float(limit(np.array([60.0]), RULES.per_year, np.ones(1))[0])


@dataclass(frozen=True, slots=True)
class Cause:
    """What was planted: a part, by dimension and value; and what it did, as a share of the change as it came out."""

    dimension: str
    value: str
    share: float


@dataclass(frozen=True, slots=True)
class Episode:
    """The posts, what was planted, and what came of it."""

    kind: str
    posts: Posts
    causes: tuple[Cause, ...]
    scored: int
    z: float


def episodes(kind: str, count: int, seed: int) -> list[Episode]:
    """So many of a kind, each from 30 to 3,000 posts by a draw that is even on a logarithmic scale.

    Where a cause cannot raise an alarm with so few posts (a market that is a tenth of 30), the episode has more.
    """
    rng = np.random.default_rng([seed, KINDS.index(kind)])
    out: list[Episode] = []
    while len(out) < count:
        posts = int(np.exp(np.log(30) + np.log(100) * (len(out) + rng.random()) / count))
        made = None
        while made is None:
            tried = (_episode(kind, posts, rng) for _ in range(20))
            made = next((each for each in tried if each is not None), None)
            posts = min(posts + posts // 4, 3000)
        out.append(made)
    return out


def _episode(kind: str, posts: int, rng: np.random.Generator) -> Episode | None:
    """One episode; None where no fall that was tried would have raised an alarm."""
    days = max(int(rng.integers(1, 15)), posts // _MOST_A_DAY + 1)
    world = make_world(rng, posts / days, days)
    before = draw(world, np.arange(_BASELINE), old=True)
    now = draw(world, np.arange(_BASELINE + _APART, _BASELINE + _APART + days), old=False)
    if len(now.day) < 30 or len(before.day) < 100:
        return None
    tried = (_planted(kind, world, before, now) for _ in range(5))
    return next((made for made in tried if made is not None), None)


def _planted(kind: str, world: World, before: Drawn, now: Drawn) -> Episode | None:
    plan = _Plan(kind, world)
    planted = plan.apply(now, plan.every)
    score = score_of(world, before, np.zeros(len(before.day)))
    after, plain = score_of(world, *planted), score_of(world, *plan.apply(now, ()))
    if not _alarms(score, after, planted[0].day):
        return None
    z = float((after.mean() - score.mean()) / (after.var() / len(after) + score.var() / len(score)) ** 0.5)
    if kind == "channel mix":
        # Whose posts they are is known for each; what the change of it did is what is to be expected of them.
        after_mix, plain_mix = (expected_score(world, *p) for p in (planted, plan.apply(now, ())))
        share = (after_mix.mean() - plain_mix.mean()) / (after.mean() - score.mean())
        if not _MOSTLY[0] < share < _MOSTLY[1]:
            return None
        mix = (Cause(*plan.name(plan.every[0]), float(share)),)
        return Episode(kind, _posts(world, before, score, planted[0], after), mix, len(after), z)
    both = [score_of(world, *plan.apply(now, (cause,))).mean() for cause in plan.every]
    whole = after.mean() - plain.mean()
    causes = []
    for i, cause in enumerate(plan.every):
        # Of two that overlap, each is charged the mean of coming first and coming last.
        alone = both[i] - plain.mean()
        last = whole if len(both) == 1 else after.mean() - both[1 - i]
        causes.append(Cause(*plan.name(cause), float((alone + last) / 2 / (after.mean() - score.mean()))))
    if kind == "none":
        causes = []
    elif not _MOSTLY[0] < sum(cause.share for cause in causes) < _MOSTLY[1]:
        return None
    return Episode(kind, _posts(world, before, score, planted[0], after), tuple(causes), len(after), z)


def _alarms(score: Floats, after: Floats, day: Ints) -> bool:
    """Whether the detector's rules raise an alarm for these days (docs/trends.md), with the limit of 60 slices."""
    evidence, waiting = 0.0, []
    for each in np.unique(day):
        waiting.append(after[day == each])
        span = np.concatenate(waiting)
        if len(span) < RULES.floor:
            waiting = waiting[-RULES.pool_days + 1 :]
            continue
        noise = span.var() / len(span) + score.var() / len(score) + RULES.tau**2 * (1 / len(waiting) + 1 / _BASELINE)
        z = (score.mean() - span.mean()) / noise**0.5
        evidence = max(0.0, evidence + min(z, RULES.clip) - RULES.allowance)
        if z >= RULES.single or evidence >= _LIMIT:
            return True
        waiting = []
    return False


class _Plan:
    """What is planted and where."""

    def __init__(self, kind: str, world: World) -> None:
        rng = world.rng
        self._kind, self._world = kind, world
        self._fall = float(rng.uniform(0.3, 0.7)) / GAP
        self._more = float(rng.uniform(0.05, 0.6))
        self.every: tuple[int, ...] = (0,)
        if kind in ("topic", "two topics"):
            first = int(rng.integers(len(TOPICS)))
            self.every = (first,) if kind == "topic" else (first, int(world.together[first]))
        elif kind == "market":
            self.every = (int(rng.integers(len(world.names.market))),)
        elif kind == "version":
            self.every = (int(rng.integers(2, 4)),)
        elif kind == "channel mix":
            self.every = (int(np.argmin(world.temper)),)
        self._even = float(rng.uniform(0.15, 0.5)) / GAP

    def name(self, cause: int) -> tuple[str, str]:
        """Dimension and value of a cause."""
        names = self._world.names
        if self._kind in ("topic", "two topics"):
            return "topic", names.topic[cause]
        if self._kind == "channel mix":
            return "channel mix", names.channel[cause]
        return self._kind, (names.market if self._kind == "market" else names.version)[cause]

    def apply(self, now: Drawn, causes: tuple[int, ...]) -> tuple[Drawn, Floats]:
        """The posts with these causes alone, and how much less contented their authors are."""
        less: Floats = np.zeros(len(now.day))
        for cause in causes:
            if self._kind in ("topic", "two topics"):
                now, fall = self._topic(now, cause, first=cause == self.every[0])
                less = less + fall
            elif self._kind == "market":
                less += self._fall * (now.market == cause)
            elif self._kind == "version":
                less += self._fall * (now.version == cause)
            elif self._kind == "channel mix":
                now = self._mixed(now, cause)
            elif causes:
                less += self._even
        return now, less

    def _topic(self, now: Drawn, topic: int, *, first: bool) -> tuple[Drawn, Floats]:
        """More posts name it, and they are angry: "login is broken". Of two, who writes of one often writes of both."""
        rng = np.random.default_rng(topic)
        coins = rng.random((2, len(now.day)))
        topics = now.topics.copy()
        more = self._more * (1 if first else 0.7)
        topics[:, topic] |= coins[0] < more
        if not first:
            # Who is angry about the first often is about the second as well.
            topics[:, topic] |= topics[:, self.every[0]] & (coins[1] < 0.4)
        # Of the scores of annoyed authors those below: who is cut off does not wrap it in praise.
        pick = np.where(topics[:, topic], now.pick * 7 // 10, now.pick)
        drawn = Drawn(now.day, now.channel, now.market, now.version, topics, now.mood, now.luck, pick)
        fall: Floats = topics[:, topic].astype(np.float64) * self._fall
        return drawn, fall

    def _mixed(self, now: Drawn, channel: int) -> Drawn:
        """The least contented channel writes most of the posts: so many of the others' are replaced by its own."""
        moved = np.random.default_rng(channel).random(len(now.day)) < 0.3 + 0.65 * self._more
        to = np.where(moved, channel, now.channel)
        market = np.where(moved, market_of(self._world, channel, now.luck), now.market)
        version = np.where(moved & (channel > 0), -1, now.version)
        return Drawn(now.day, to, market, version, now.topics, now.mood, now.luck, now.pick)


def _posts(world: World, before: Drawn, score: Floats, now: Drawn, after: Floats) -> Posts:
    def both(name: str) -> np.ndarray:
        return np.concatenate([getattr(before, name), getattr(now, name)])

    value = np.concatenate([score, after])
    side = np.arange(len(value)) >= len(score)
    return Posts(
        side, both("day"), np.ones(len(value)), value, value**2, both("channel"), both("market"), both("version"),
        both("topics"), world.names,
    )  # fmt: skip
