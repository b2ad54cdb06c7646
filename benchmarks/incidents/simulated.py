"""Simulated products with words, stars and counts: what is planted is known, and what else is told is a false alarm.

Days as in benchmarks/trends/series.py (two channels of different tempers, moods that linger, weekdays, spikes): every
author is contented or annoyed, words and stars are drawn from what such authors write and give on Steam and in the App
Store, so that the metrics move together as they do. Counts are negative binomial with a level that wanders; some
products had a wave of many posts before. Judged by the code that judges the user's days.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from benchmarks.trends.series import ANNOYED, CONTENTED
from earful.warehouse.trends.detector import Series
from earful.warehouse.trends.drafts import VERDICTS
from earful.warehouse.trends.metrics import MEANS, METRICS
from earful.warehouse.trends.rules import Floats, Rules, Ruling
from earful.warehouse.trends.series import Loaded, MeanSeries, Slice
from earful.warehouse.trends.series import Product as Judged
from earful.warehouse.trends.verdicts import draft, judge

#: Stars 1 to 5 that contented and annoyed authors give.
_STARS = (np.array([0.02, 0.02, 0.06, 0.20, 0.70]), np.array([0.55, 0.18, 0.14, 0.08, 0.05]))
_WEEK = np.array([0.95, 0.9, 0.92, 0.97, 1.0, 1.13, 1.13])
_TOPICS = 6
_NEGATIVE = -0.05
WARM = 70


@dataclass(frozen=True, slots=True)
class Product:
    """A product's days and what is planted in them.

    ``change``: of the share of contented authors, ``rush``: times the usual posts; both from day ``at`` on for
    ``lasts`` days. ``wave``: an earlier rush of ten times the posts, so many days before.
    """

    per_day: float
    days: int = 365 + WARM
    at: int = -1
    change: float = 0.0
    rush: float = 1.0
    lasts: int = 14
    wave: int = 0
    contented: float = 0.65
    wander: float = 0.03
    stays: float = 0.5
    level_wander: float = 0.10
    overdispersion: float = 0.2
    spikes: float = 0.004


def simulate(p: Product, seed: int) -> Loaded:
    """A product of two channels and six topics, a tenth of the posts each."""
    rng = np.random.default_rng(seed)
    day = np.arange(p.days)
    inside = (day >= p.at) & (day < p.at + p.lasts) if p.at >= 0 else np.zeros(p.days, np.bool_)
    rate = p.per_day * _WEEK[(day + rng.integers(0, 7)) % 7] * np.exp(_ar(rng, p.days, p.level_wander, 0.97))
    rate = rate * rng.gamma(1 / p.overdispersion**2, p.overdispersion**2, p.days)
    rate = np.where(rng.random(p.days) < p.spikes, rate * rng.uniform(1.5, 3, p.days), rate)
    if p.wave and p.at >= 0:
        start = p.at - p.wave
        rate = np.where((day >= start) & (day < start + 10), rate * 10, rate)
    rate = np.where(inside, rate * p.rush, rate)
    mood = p.contented + _ar(rng, p.days, p.wander, p.stays) + np.where(inside, p.change, 0.0)
    names = ("posts", "negative", "total", "squares", "stars", "stars2", "ones")
    grids = {name: np.zeros((2, p.days)) for name in names}
    topics = {name: np.zeros((_TOPICS, p.days)) for name in ("posts", "total", "squares")}
    for channel, share in enumerate((0.6, 0.4)):
        n = rng.poisson(rate * share)
        at = np.repeat(day, n)
        contented = rng.random(len(at)) < np.clip(mood[at] + (0.1, -0.15)[channel], 0, 1)
        pick = rng.integers(0, 100, len(at))
        score = np.where(contented, np.array(CONTENTED)[pick], np.array(ANNOYED)[pick])
        star = np.where(contented, rng.choice(5, len(at), p=_STARS[0]), rng.choice(5, len(at), p=_STARS[1])) + 1.0
        topic = rng.integers(0, 10, len(at))
        one = np.ones(len(at))
        for name, values in zip(
            names, (one, score <= _NEGATIVE, score, score**2, star, star**2, star == 1), strict=True
        ):
            grids[name][channel] = np.bincount(at, values, p.days)
        for i in range(_TOPICS):
            of = topic == i
            for name, values in (("posts", np.ones(len(at))), ("total", score), ("squares", score**2)):
                topics[name][i] += np.bincount(at[of], values[of], p.days)
    return _loaded(grids, topics, p.days)


def _ar(rng: np.random.Generator, days: int, spread: float, stays: float) -> Floats:
    shocks = rng.standard_normal(days) * spread * np.sqrt(1 - stays**2)
    out: Floats = np.zeros(days)
    out[0] = rng.standard_normal() * spread
    for i in range(1, days):
        out[i] = stays * out[i - 1] + shocks[i]
    return out


def _loaded(grids: dict[str, Floats], topics: dict[str, Floats], days: int) -> Loaded:
    slices = (Slice("p", "product", "", "", "", ""), Slice("p", "channel", "a", "", "", ""),
              Slice("p", "channel", "b", "", "", ""),
              *(Slice("p", "topic", "", "", f"t{i}", "") for i in range(_TOPICS)))  # fmt: skip
    wide = {"sentiment": np.arange(3 + _TOPICS), "stars": np.arange(3), "one_star": np.arange(3)}
    names = {"sentiment": ("posts", "total", "squares"), "stars": ("posts", "stars", "stars2"),
             "one_star": ("posts", "ones", "ones")}  # fmt: skip
    means = []
    for mean in MEANS:
        if mean.name not in wide:
            continue
        parts = []
        for name in names[mean.name]:
            rows = [grids[name][0], grids[name][1], grids[name][0], grids[name][1]]
            if mean.name == "sentiment":
                rows += list(topics[name])
            parts.append(np.array(rows))
        cells = len(parts[0])
        first = np.array([0, 2, 3, *range(4, cells)])
        live = np.ones((len(first), days), np.bool_)
        n, total, squares = parts
        series = Series(first, n, total, squares, live, np.ones(live.shape, np.int64), np.arange(cells))
        by_slice = [np.add.reduceat(x, first, axis=0) for x in (n, total)]
        means.append(MeanSeries(mean, wide[mean.name], series, *by_slice))
    live = np.ones((len(slices), days), np.bool_)

    def count(name: str) -> Floats:
        none = np.zeros((_TOPICS, days))
        return np.concatenate([grids[name].sum(axis=0)[None], grids[name], none])

    counts = {"volume": count("posts"), "negative": count("negative")}
    day_0 = date(2024, 1, 1)
    products = (Judged("p", day_0, day_0 + timedelta(days=days - 1), 0, len(slices)),)
    return Loaded(products, 0, day_0, slices, tuple(means), counts, live, live, np.ones(live.shape, np.int64))


def alarms(p: Product, seed: int, rules: Rules) -> list[tuple[int, str, str, str]]:
    """Day, metric, verdict and kind of slice of every alarm told after the warming up."""
    d = draft(simulate(p, seed), rules)
    c = judge(d, Ruling(rules))
    rows = np.nonzero(c["alarm"] & (c["day"] >= WARM))[0]
    return sorted(
        (
            int(c["day"][r]),
            METRICS[int(c["metric"][r])],
            VERDICTS[int(c["verdict"][r])],
            d.loaded.slices[int(c["slice_no"][r])].kind,
        )
        for r in rows.tolist()
    )


def quiet(products: int, per_day: float, seed: int, rules: Rules) -> list[list[tuple[int, str, str, str]]]:
    """Alarms of products to which nothing happens, a year each."""
    return [alarms(Product(per_day), seed * 100_003 + i, rules) for i in range(products)]


def changed(products: int, p: Product, seed: int, rules: Rules) -> list[int | None]:
    """Days until a change was told, None where it was not."""
    out: list[int | None] = []
    for i in range(products):
        at = 200 + i % 40
        days = [d for d, *_ in alarms(replace(p, at=at), seed * 100_003 + i, rules) if -1 <= d - at < 28]
        out.append(min(days) - at if days else None)
    return out
