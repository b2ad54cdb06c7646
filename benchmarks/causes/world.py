"""The usual days of a made product, and what its posts score; by two generators: one to tune on, one held out."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from benchmarks.trends.series import ANNOYED, CONTENTED
from earful.warehouse.causes.posts import Bools, Floats, Ints, Names

TOPICS = (
    "crashes", "login", "billing", "speed", "battery", "ads", "sync", "support", "design", "updates", "privacy",
    "features",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Habits:
    """What all products of a generator have in common. Each tuple by channel has an entry for every one there may be.

    ``scores``: a hundred quantiles each of annoyed and of contented authors. ``often``: from and to which share of the
    posts name a topic, ``matters``: mean and spread of what a topic does to how content its authors are. ``spread``:
    shapes of the gamma draws of a day's posts, channels and topics (the higher, the steadier); ``mood``: how far the
    moods of days lie apart, and of threads, which are the second channel's. ``week``: of posts, by weekday; ``grows``:
    of posts over the days, up to so many times.
    """

    topics: tuple[str, ...]
    channels: tuple[str, ...]
    weight: tuple[float, ...]
    temper: tuple[float, ...]
    markets: tuple[str, ...]
    market_weight: tuple[float, ...]
    scores: Floats
    often: tuple[float, float]
    matters: tuple[float, float]
    spread: tuple[float, float, float]
    mood: tuple[float, float]
    week: tuple[float, ...]
    grows: float

    @property
    def cut_means(self) -> Floats:
        """Means of the scores, by how often they were cut to the lower 70%."""
        cut = [np.arange(100) * 7**times // 10**times for times in range(3)]
        return np.array([[each[some].mean() for some in cut] for each in self.scores])

    @property
    def gap(self) -> float:
        """How far contented and annoyed posts lie apart."""
        return float(self.scores[1].mean() - self.scores[0].mean())


#: What the method was tuned on.
TUNED = Habits(
    TOPICS, ("shop", "forum", "steam", "tickets"), (6.0, 4.0, 3.0, 2.0), (0.78, 0.45, 0.7, 0.3),
    ("shop de", "shop fr", "shop gb", "shop us"), (2.0, 2.0, 3.0, 5.0), np.array([ANNOYED, CONTENTED]),
    (0.01, 0.2), (-0.15, 0.18), (16.0, 40.0, 10.0), (0.03, 0.12), (1.0,) * 7, 1.0,
)  # fmt: skip


def _made_scores() -> Floats:
    """Scores of short posts: many at 0, the rest by two smooth curves (Kumaraswamy's)."""
    u = (np.arange(80) + 0.5) / 80
    curves = [2 * (1 - (1 - u) ** (1 / b)) ** (1 / a) - 1 for a, b in ((1.1, 2.6), (3.4, 1.2))]
    return np.sort(np.array([np.concatenate([curve, np.zeros(20)]) for curve in curves]), axis=1).round(4)


#: Other products, drawn after the method stood: it was tuned on none of them.
FRESH = Habits(
    tuple(f"topic {n:02}" for n in range(18)), ("play", "board", "mail", "chat"), (9.0, 2.0, 2.0, 1.0),
    (0.66, 0.55, 0.25, 0.6), tuple(f"play {code}" for code in ("at", "br", "in", "it", "jp", "mx")),
    (6.0, 5.0, 3.0, 2.0, 2.0, 2.0), _made_scores(),
    (0.005, 0.12), (-0.08, 0.22), (9.0, 25.0, 6.0), (0.045, 0.18), (0.8, 0.85, 0.9, 0.95, 1.0, 1.2, 1.3), 1.5,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class World:
    """A product's usual days."""

    rng: np.random.Generator
    habits: Habits
    per_day: float
    days: int
    names: Names
    channel_share: Floats
    temper: Floats
    market_share: Floats
    market_temper: Floats
    topic_share: Floats
    topic_effect: Floats
    together: Ints


@dataclass(frozen=True, slots=True)
class Drawn:
    """Posts before anything is planted; ``luck``, ``pick``: the draws that a score is made of.

    ``cut``: how often what a post may score was cut to the lower 70%: who is cut off does not wrap it in praise.
    """

    day: Ints
    channel: Ints
    market: Ints
    version: Ints
    topics: Bools
    mood: Floats
    luck: Floats
    pick: Ints
    cut: Ints


def make_world(rng: np.random.Generator, per_day: float, days: int, habits: Habits) -> World:
    """A product with so many posts a day."""
    channels, topics, markets = int(rng.integers(2, 5)), len(habits.topics), len(habits.markets)
    names = Names(habits.topics, habits.channels[:channels], habits.markets, ("4.0", "4.1", "4.2", "4.3"))
    return World(
        rng, habits, per_day, days, names,
        rng.dirichlet(np.array(habits.weight[:channels])),
        np.clip(rng.normal(np.array(habits.temper[:channels]), 0.06), 0.1, 0.9),
        rng.dirichlet(np.array(habits.market_weight)), rng.normal(0, 0.05, markets),
        np.exp(rng.uniform(math.log(habits.often[0]), math.log(habits.often[1]), topics)),
        rng.normal(*habits.matters, topics),
        (np.arange(topics) + rng.integers(1, topics)) % topics,
    )  # fmt: skip


def draw(world: World, days: Ints, *, old: bool) -> Drawn:
    """The posts of some days; ``old``: before the newest version is out."""
    rng, habits, span, topic_count = world.rng, world.habits, len(days), len(world.habits.topics)
    of_posts, of_channels, of_topics = habits.spread
    rate = world.per_day * rng.gamma(of_posts, 1 / of_posts, span)
    rate *= np.array(habits.week)[days % 7] * habits.grows ** (days / 56 - 1)
    # Shares of channels and topics wander from day to day.
    share = world.channel_share * rng.gamma(of_channels, 1 / of_channels, (span, len(world.channel_share)))
    count = rng.poisson(rate)
    at = np.repeat(np.arange(span), count)
    n = len(at)
    bounds = np.cumsum(share / share.sum(axis=1, keepdims=True), axis=1)
    channel = np.minimum((rng.random(n)[:, None] > bounds[at]).sum(axis=1), len(world.channel_share) - 1)
    often = world.topic_share * rng.gamma(of_topics, 1 / of_topics, (span, topic_count))
    topics = rng.random((n, topic_count)) < often[at]
    follows = topics & (rng.random((n, topic_count)) < 0.15)
    rows, which = np.nonzero(follows)
    topics[rows, world.together[which]] = True
    luck = rng.random(n)
    market = np.where(channel == 0, market_of(world, 0, rng.random(n)), -1)
    released = np.clip(days // 20, 0, 2) if old else np.full(span, 2)
    version = np.where(channel == 0, np.clip(released[at] - (rng.random(n) < 0.3), 0, 3), -1)
    if not old:
        version = np.where((channel == 0) & (rng.random(n) < 0.55), 3, version)
    moods = habits.mood[0] / habits.gap
    mood = (
        rng.normal(0, moods, span)[at]
        + rng.normal(0, moods, (span, len(world.channel_share)))[at, channel]
        + (topics * rng.normal(0, moods, (span, topic_count))[at]).sum(axis=1)
    )
    threads = np.cumsum(rng.random(n) < 0.25)
    mood += np.where(channel == 1, rng.normal(0, habits.mood[1], int(threads[-1]) + 1 if n else 1)[threads], 0.0)
    return Drawn(days[at], channel, market, version, topics, mood, luck, rng.integers(0, 100, n), np.zeros(n, np.int64))


def market_of(world: World, channel: int, uniform: Floats) -> Ints:
    """The market of a post, by its draw; only the shop says one."""
    if channel:
        return np.full(len(uniform), -1)
    return np.minimum(np.searchsorted(np.cumsum(world.market_share), uniform), len(world.market_share) - 1)


def _level(world: World, drawn: Drawn, less: Floats) -> Floats:
    level = world.temper[drawn.channel] + np.where(drawn.market >= 0, world.market_temper[drawn.market], 0.0)
    found: Floats = np.clip(level + drawn.topics @ world.topic_effect + drawn.mood - less, 0.0, 1.0)
    return found


def expected_score(world: World, drawn: Drawn, less: Floats) -> Floats:
    """What the posts score in the mean of all luck."""
    annoyed, contented = world.habits.cut_means[:, drawn.cut]
    found: Floats = annoyed + _level(world, drawn, less) * (contented - annoyed)
    return found


def score_of(world: World, drawn: Drawn, less: Floats) -> Floats:
    """What the posts score; ``less``: how much less often their authors are contented."""
    contented = (drawn.luck < _level(world, drawn, less)).astype(np.int64)
    found: Floats = np.round(world.habits.scores[contented, drawn.pick * 7**drawn.cut // 10**drawn.cut], 4)
    return found
