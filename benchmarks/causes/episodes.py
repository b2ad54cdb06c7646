"""Made episodes: 56 days of posts and the days of a fall that was planted, with what it was planted in.

Posts come by two to four channels of different tempers, in markets, of the app's last versions, on twelve topics that
overlap; days, channels and topics have moods of their own, and the forum's posts come in threads. Scores are drawn from
real ones (see benchmarks/trends/series.py). What a cause does is the difference between the same draws with and
without it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from benchmarks.causes.world import (
    Drawn,
    Habits,
    World,
    draw,
    expected_score,
    make_world,
    market_of,
    score_of,
)
from earful.warehouse.causes.posts import Bools, Floats, Ints, Posts
from earful.warehouse.trends.rules import Rules, limit

KINDS = ("topic", "two topics", "market", "version", "channel mix", "none")
_BASELINE, _APART, _MOST_A_DAY = 56, 3, 400
RULES = Rules()
#: What was planted makes most of the change: an alarm that luck raised has no cause to be found.
_MOSTLY = (0.6, 1.6)
_LIMIT = float(limit(np.array([60.0]), RULES.per_year, np.ones(1))[0])


@dataclass(frozen=True, slots=True)
class Cause:
    """What was planted: a part, by dimension and value, and what it did, as shares of the change.

    ``share``: in the posts as drawn (the same draws with it less those without) of the change as it came out.
    ``planted``: in the mean of all luck. ``best``: ``share`` as somebody would estimate it who knows the world, what
    was planted, and what every post was expected to score without it; what is left is the luck of these posts.
    """

    dimension: str
    value: str
    share: float
    planted: float
    best: float


@dataclass(frozen=True, slots=True)
class Episode:
    """The posts, what was planted, and what came of it."""

    kind: str
    posts: Posts
    causes: tuple[Cause, ...]
    scored: int
    z: float


def episodes(kind: str, count: int, seed: int, habits: Habits) -> list[Episode]:
    """So many of a kind, each from 30 to 3,000 posts by a draw that is even on a logarithmic scale.

    Where a cause cannot raise an alarm with so few posts (a market that is a tenth of 30), the episode has more.
    """
    rng = np.random.default_rng([seed, KINDS.index(kind)])
    out: list[Episode] = []
    while len(out) < count:
        posts = int(np.exp(np.log(30) + np.log(100) * (len(out) + rng.random()) / count))
        made = None
        while made is None:
            tried = (_episode(kind, posts, rng, habits) for _ in range(20))
            made = next((each for each in tried if each is not None), None)
            posts = min(posts + posts // 4, 3000)
        out.append(made)
    return out


def _episode(kind: str, posts: int, rng: np.random.Generator, habits: Habits) -> Episode | None:
    """One episode; None where no fall that was tried would have raised an alarm."""
    days = max(int(rng.integers(1, 15)), posts // _MOST_A_DAY + 1)
    world = make_world(rng, posts / days, days, habits)
    before = draw(world, np.arange(_BASELINE), old=True)
    now = draw(world, np.arange(_BASELINE + _APART, _BASELINE + _APART + days), old=False)
    if len(now.day) < 30 or len(before.day) < 100:
        return None
    tried = (_planted(kind, world, before, now) for _ in range(5))
    return next((made for made in tried if made is not None), None)


def _planted(kind: str, world: World, before: Drawn, now: Drawn) -> Episode | None:
    plan = _Plan(kind, world, now)
    planted = plan.apply(now, plan.every)
    score = score_of(world, before, np.zeros(len(before.day)))
    after = score_of(world, *planted)
    if not _alarms(score, after, planted[0].day):
        return None
    z = float((after.mean() - score.mean()) / (after.var() / len(after) + score.var() / len(score)) ** 0.5)
    causes = () if kind == "none" else _shares(plan, now, score, expected_score(world, before, np.zeros(len(score))))
    if causes and not _MOSTLY[0] < sum(cause.share for cause in causes) < _MOSTLY[1]:
        return None
    return Episode(kind, _posts(world, before, score, planted[0], after), causes, len(after), z)


def _shares(plan: _Plan, now: Drawn, score: Floats, usual: Floats) -> tuple[Cause, ...]:
    """What each cause did. Of two that overlap in a post, each is charged the mean of coming first and coming last.

    ``score``, ``usual``: of the posts before, as drawn and in the mean of all luck.
    """
    mixed = plan.kind == "channel mix"
    worlds = {some: plan.apply(now, some) for some in {(), plan.every, *((cause,) for cause in plan.every)}}
    mean_of = {some: expected_score(plan.world, *made) for some, made in worlds.items()}
    # Whose posts they are is known for each; what the change of that mix did is what is to be expected of them.
    drawn = mean_of if mixed else {some: score_of(plan.world, *made) for some, made in worlds.items()}
    after, whole = score_of(plan.world, *worlds[plan.every]), mean_of[plan.every] - mean_of[()]
    change, change_of_mean = after.mean() - score.mean(), mean_of[plan.every].mean() - usual.mean()
    out = []
    for i, cause in enumerate(plan.every):
        did, does = (_charged(each, plan.every, i) for each in (drawn, mean_of))
        part = np.divide(does, whole, out=np.zeros(len(does)), where=np.abs(whole) > 1e-12)
        best = does if mixed else part * (after - mean_of[()])
        shares = did.mean() / change, does.mean() / change_of_mean, best.mean() / change
        out.append(Cause(*plan.name(cause), *map(float, shares)))
    return tuple(out)


def _charged(worlds: dict[tuple[int, ...], Floats], every: tuple[int, ...], i: int) -> Floats:
    """Of each post what cause i did to it: Shapley's value, of one or of two."""
    first = worlds[(every[i],)] - worlds[()]
    found: Floats = first if len(every) == 1 else (first + worlds[every] - worlds[(every[1 - i],)]) / 2
    return found


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

    def __init__(self, kind: str, world: World, now: Drawn) -> None:
        rng = world.rng
        self.kind, self.world = kind, world
        gap = world.habits.gap
        self._fall = float(rng.uniform(0.3, 0.7)) / gap
        self._more = float(rng.uniform(0.05, 0.6))
        self.every: tuple[int, ...] = (0,)
        if kind in ("topic", "two topics"):
            first = int(rng.integers(len(world.names.topic)))
            self.every = (first,) if kind == "topic" else (first, int(world.together[first]))
        elif kind == "market":
            self.every = (int(rng.integers(len(world.names.market))),)
        elif kind == "version":
            self.every = (int(rng.integers(2, 4)),)
        elif kind == "channel mix":
            self.every = (int(np.argmin(world.temper)),)
        self._even = float(rng.uniform(0.15, 0.5)) / gap
        self._named = self._topics(now) if kind in ("topic", "two topics") else now.topics

    def name(self, cause: int) -> tuple[str, str]:
        """Dimension and value of a cause."""
        names = self.world.names
        if self.kind in ("topic", "two topics"):
            return "topic", names.topic[cause]
        if self.kind == "channel mix":
            return "channel mix", names.channel[cause]
        return self.kind, (names.market if self.kind == "market" else names.version)[cause]

    def apply(self, now: Drawn, causes: tuple[int, ...]) -> tuple[Drawn, Floats]:
        """The posts with these causes alone, and how much less contented their authors are."""
        less: Floats = np.zeros(len(now.day))
        for cause in causes:
            if self.kind in ("topic", "two topics"):
                now, fall = self._topic(now, cause)
                less = less + fall
            elif self.kind == "market":
                less += self._fall * (now.market == cause)
            elif self.kind == "version":
                less += self._fall * (now.version == cause)
            elif self.kind == "channel mix":
                now = self._mixed(now, cause)
            elif causes:
                less += self._even
        return now, less

    def _topics(self, now: Drawn) -> Bools:
        """More posts name them. Of two, who writes of the first often writes of the second as well."""
        topics = now.topics.copy()
        for topic in self.every:
            first = topic == self.every[0]
            coins = np.random.default_rng(topic).random((2, len(now.day)))
            topics[:, topic] |= coins[0] < self._more * (1 if first else 0.7)
            if not first:
                topics[:, topic] |= topics[:, self.every[0]] & (coins[1] < 0.4)
        return topics

    def _topic(self, now: Drawn, topic: int) -> tuple[Drawn, Floats]:
        """Those that name it are angry: "login is broken". Which posts name it is the same beside the other topic."""
        topics, here = now.topics.copy(), self._named[:, topic]
        topics[:, topic] = here
        fall: Floats = here.astype(np.float64) * self._fall
        return replace(now, topics=topics, cut=now.cut + here), fall

    def _mixed(self, now: Drawn, channel: int) -> Drawn:
        """The least contented channel writes most of the posts: so many of the others' are replaced by its own."""
        moved = np.random.default_rng(channel).random(len(now.day)) < 0.3 + 0.65 * self._more
        to = np.where(moved, channel, now.channel)
        market = np.where(moved, market_of(self.world, channel, now.luck), now.market)
        version = np.where(moved & (channel > 0), -1, now.version)
        return replace(now, channel=to, market=market, version=version)


def _posts(world: World, before: Drawn, score: Floats, now: Drawn, after: Floats) -> Posts:
    def both(name: str) -> np.ndarray:
        return np.concatenate([getattr(before, name), getattr(now, name)])

    value = np.concatenate([score, after])
    side = np.arange(len(value)) >= len(score)
    return Posts(
        side, both("day"), np.ones(len(value)), value, value**2, both("channel"), both("market"), both("version"),
        both("topics"), world.names,
    )  # fmt: skip
