"""The usual days of a made product, and what its posts score."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.trends.series import ANNOYED, CONTENTED
from earful.warehouse.causes.posts import Bools, Floats, Ints, Names

TOPICS = (
    "crashes", "login", "billing", "speed", "battery", "ads", "sync", "support", "design", "updates", "privacy",
    "features",
)  # fmt: skip
_SCORES = np.array([ANNOYED, CONTENTED])
#: How far contented and annoyed posts lie apart.
GAP = float(np.mean(CONTENTED) - np.mean(ANNOYED))


@dataclass(frozen=True, slots=True)
class World:
    """A product's usual days."""

    rng: np.random.Generator
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
    """Posts before anything is planted; ``luck``, ``pick``: the draws that a score is made of."""

    day: Ints
    channel: Ints
    market: Ints
    version: Ints
    topics: Bools
    mood: Floats
    luck: Floats
    pick: Ints


def make_world(rng: np.random.Generator, per_day: float, days: int) -> World:
    """A product with so many posts a day."""
    channels = int(rng.integers(2, 5))
    names = Names(
        TOPICS,
        ("shop", "forum", "steam", "tickets")[:channels],
        ("shop de", "shop fr", "shop gb", "shop us"),
        ("4.0", "4.1", "4.2", "4.3"),
    )
    return World(
        rng, per_day, days, names,
        rng.dirichlet(np.array([6.0, 4.0, 3.0, 2.0])[:channels]),
        np.clip(rng.normal(np.array([0.78, 0.45, 0.7, 0.3])[:channels], 0.06), 0.1, 0.9),
        rng.dirichlet(np.array([2.0, 2.0, 3.0, 5.0])), rng.normal(0, 0.05, 4),
        np.exp(rng.uniform(np.log(0.01), np.log(0.2), len(TOPICS))), rng.normal(-0.15, 0.18, len(TOPICS)),
        (np.arange(len(TOPICS)) + rng.integers(1, len(TOPICS))) % len(TOPICS),
    )  # fmt: skip


def draw(world: World, days: Ints, *, old: bool) -> Drawn:
    """The posts of some days; ``old``: before the newest version is out."""
    rng, span = world.rng, len(days)
    rate = world.per_day * rng.gamma(16.0, 1 / 16.0, span)
    # Shares of channels and topics wander from day to day.
    share = world.channel_share * rng.gamma(40.0, 1 / 40.0, (span, len(world.channel_share)))
    count = rng.poisson(rate)
    at = np.repeat(np.arange(span), count)
    n = len(at)
    bounds = np.cumsum(share / share.sum(axis=1, keepdims=True), axis=1)
    channel = np.minimum((rng.random(n)[:, None] > bounds[at]).sum(axis=1), len(world.channel_share) - 1)
    often = world.topic_share * rng.gamma(10.0, 0.1, (span, len(TOPICS)))
    topics = rng.random((n, len(TOPICS))) < often[at]
    follows = topics & (rng.random((n, len(TOPICS))) < 0.15)
    rows, which = np.nonzero(follows)
    topics[rows, world.together[which]] = True
    luck = rng.random(n)
    market = np.where(channel == 0, market_of(world, 0, rng.random(n)), -1)
    released = np.clip(days // 20, 0, 2) if old else np.full(span, 2)
    version = np.where(channel == 0, np.clip(released[at] - (rng.random(n) < 0.3), 0, 3), -1)
    if not old:
        version = np.where((channel == 0) & (rng.random(n) < 0.55), 3, version)
    moods = 0.03 / GAP
    mood = (
        rng.normal(0, moods, span)[at]
        + rng.normal(0, moods, (span, len(world.channel_share)))[at, channel]
        + (topics * rng.normal(0, moods, (span, len(TOPICS)))[at]).sum(axis=1)
    )
    threads = np.cumsum(rng.random(n) < 0.25)
    mood += np.where(channel == 1, rng.normal(0, 0.12, int(threads[-1]) + 1 if n else 1)[threads], 0.0)
    return Drawn(days[at], channel, market, version, topics, mood, luck, rng.integers(0, 100, n))


def market_of(world: World, channel: int, uniform: Floats) -> Ints:
    """The market of a post, by its draw; only the shop says one."""
    if channel:
        return np.full(len(uniform), -1)
    return np.minimum(np.searchsorted(np.cumsum(world.market_share), uniform), 3)


def _level(world: World, drawn: Drawn, less: Floats) -> Floats:
    level = world.temper[drawn.channel] + np.where(drawn.market >= 0, world.market_temper[drawn.market], 0.0)
    found: Floats = np.clip(level + drawn.topics @ world.topic_effect + drawn.mood - less, 0.0, 1.0)
    return found


def expected_score(world: World, drawn: Drawn, less: Floats) -> Floats:
    """What the posts score in the mean of all luck."""
    return _level(world, drawn, less) * GAP + float(np.mean(ANNOYED))


def score_of(world: World, drawn: Drawn, less: Floats) -> Floats:
    """What the posts score; ``less``: how much less often their authors are contented."""
    contented = (drawn.luck < _level(world, drawn, less)).astype(np.int64)
    found: Floats = np.round(_SCORES[contented, drawn.pick], 4)
    return found
