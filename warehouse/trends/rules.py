"""The numbers of the trend detector in one place, and how they were chosen. docs/trends.md has the measurements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from earful.warehouse.constants import ENOUGH_POSTS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Rules:
    """Limits of the detector; days are calendar days, scores are compound in [-1, 1]."""

    #: Scored posts that a verdict needs. A day with fewer is pooled with the days before it, `pool_days` at most.
    floor: int = ENOUGH_POSTS
    pool_days: int = 7
    #: What `pool_days` days together need: products with a review a day are judged by the week.
    week_floor: int = 5
    #: A day is compared with the `window` days that end `lag` days before it.
    window: int = 56
    lag: int = 3
    #: Complete days, from the first with a post on, and scored posts that a baseline needs.
    least_days: int = 28
    least_posts: int = 30
    #: How far a day's mean wanders from the baseline when nothing happens, beside the noise of sampling posts.
    tau: float = 0.04
    #: CUSUM (Page 1954): allowance in standard errors, and the most that one day may add or take.
    allowance: float = 0.5
    clip: float = 4.0
    #: One day so many standard errors away is an alarm by itself.
    single: float = 4.5
    #: Days after an alarm in which the same slice raises no other of the same direction.
    cool_down: int = 7
    #: So long after its alarm a change is an episode and in no baseline; what lasts longer becomes the new one.
    unusual_days: int = 21
    #: What matters: least changes of a mean, in the metric's own unit; or so many posts a day as if they had gone from
    #: the metric's one end to the other.
    score: float = 0.05
    stars: float = 0.2
    one_star: float = 0.06
    nps: float = 10.0
    people: float = 25.0
    #: A count matters that is so many times the usual, and so many posts a day away from it.
    times: float = 2.0
    posts: float = 10.0
    #: False alarms a year of a product, over all of its slices and metrics.
    per_year: float = 1.0


@dataclass(frozen=True, slots=True)
class Ruling:
    """The rules of all products, and those of products that have their own."""

    usual: Rules
    own: Mapping[str, Rules] = field(default_factory=dict)

    def of(self, product: str) -> Rules:
        """The product's."""
        return self.own.get(product, self.usual)


#: Values of Rules by name, all floats: per_year, score, stars, one_star, nps, people, times, posts.
Asked = Mapping[str, float]


def ruling(asked: Asked, by_product: Mapping[str, Asked]) -> Ruling:
    """The default rules with what was asked of all products, and of single ones beside that."""
    usual = _with(Rules(), asked)
    return Ruling(usual, {product: _with(usual, own) for product, own in by_product.items() if own})


def _with(rules: Rules, asked: Asked) -> Rules:
    known = {"per_year", "score", "stars", "one_star", "nps", "people", "times", "posts"}
    values: dict[str, Any] = {name: value for name, value in asked.items() if name in known}
    return replace(rules, **values)


#: Of the formula below; fitted in docs/trends.md.
_BASE, _SHARE, _SLOPE = 5.5, 0.8, 0.75
#: No limit is lower, and no slice is taken to be tested more seldom than this share of days.
_LOWEST, _SELDOM = 2.5, 4 / 56


def limit(slices: Floats, per_year: float | Floats, tested: Floats) -> Floats:
    """The CUSUM's limit that keeps to about ``per_year`` false alarms over so many slices.

    h = 5.5 + ln(0.8 * slices / per_year) / 0.75 + ln(tested) / 0.75, where ``tested`` is the share of days on which
    the slice has a test at all: who looks every third day errs a third as often, and may look more sharply.
    """
    rate = _SHARE * np.maximum(slices, 1) / per_year * np.clip(tested, _SELDOM, 1.0)
    return np.maximum(_BASE + np.log(rate) / _SLOPE, _LOWEST)


def share_tested(start: Ints, window: int) -> Floats:
    """Slices x days: share of the past ``window`` days with a test, or of the days since the slice's first one."""
    tested = start >= 0
    up = np.pad(np.cumsum(tested, axis=1), ((0, 0), (window, 0)))
    began = np.where(tested.any(axis=1), tested.argmax(axis=1), 0)
    age = np.maximum(np.arange(start.shape[1]) - began[:, None] + 1, 1)
    return np.asarray((up[:, window:] - up[:, :-window]) / np.minimum(age, window), dtype=np.float64)
