"""Days of posts as they come: two channels of different tempers, threads, weekdays, spikes, outages, moods that linger.

Scores are drawn from real ones: the compounds of the product profile on the 11,148 English reviews among the recorded
Steam reviews, as a hundred quantiles each of those who recommend the game and of those who do not. A level is a mixture
of the two, and a change of level is another mixture, as with real posts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from earful.warehouse.trends.detector import Series
from earful.warehouse.trends.rules import Floats

CONTENTED = (
    -0.987, -0.96, -0.919, -0.868, -0.818, -0.767, -0.7, -0.66, -0.596, -0.542, -0.459, -0.382, -0.307, -0.236, -0.147,
    -0.052, 0.0, 0.0, 0.0, 0.0, 0.0, 0.103, 0.178, 0.226, 0.291, 0.331, 0.358, 0.382, 0.413, 0.44, 0.457, 0.487, 0.506,
    0.519, 0.55, 0.571, 0.586, 0.599, 0.624, 0.625, 0.637, 0.649, 0.663, 0.68, 0.691, 0.71, 0.726, 0.735, 0.749, 0.759,
    0.766, 0.778, 0.789, 0.798, 0.808, 0.817, 0.827, 0.832, 0.84, 0.848, 0.853, 0.86, 0.868, 0.874, 0.88, 0.886, 0.891,
    0.897, 0.903, 0.908, 0.913, 0.918, 0.922, 0.926, 0.931, 0.935, 0.938, 0.942, 0.945, 0.949, 0.952, 0.955, 0.957,
    0.96, 0.963, 0.966, 0.969, 0.971, 0.974, 0.977, 0.979, 0.982, 0.984, 0.986, 0.988, 0.99, 0.992, 0.994, 0.996, 0.998,
)  # fmt: skip
ANNOYED = (
    -0.998, -0.996, -0.994, -0.988, -0.984, -0.979, -0.976, -0.971, -0.961, -0.952, -0.942, -0.934, -0.925, -0.92,
    -0.912, -0.893, -0.871, -0.861, -0.852, -0.844, -0.838, -0.829, -0.814, -0.808, -0.786, -0.766, -0.757, -0.746,
    -0.735, -0.717, -0.688, -0.676, -0.649, -0.636, -0.613, -0.589, -0.58, -0.547, -0.542, -0.516, -0.498, -0.478,
    -0.459, -0.447, -0.421, -0.399, -0.382, -0.341, -0.324, -0.309, -0.296, -0.258, -0.23, -0.207, -0.168, -0.142,
    -0.09, -0.061, -0.052, -0.004, 0.0, 0.0, 0.0, 0.039, 0.103, 0.141, 0.165, 0.219, 0.251, 0.297, 0.331, 0.362, 0.414,
    0.459, 0.493, 0.519, 0.544, 0.581, 0.625, 0.645, 0.681, 0.721, 0.77, 0.787, 0.815, 0.827, 0.842, 0.855, 0.869,
    0.895, 0.906, 0.921, 0.932, 0.948, 0.955, 0.962, 0.976, 0.979, 0.988, 0.997,
)  # fmt: skip

_WEEK = np.array([0.95, 0.9, 0.92, 0.97, 1.0, 1.13, 1.13])
#: Share of contented authors, by channel: reviews, forum.
_TEMPER = np.array([0.75, 0.45])


@dataclass(frozen=True, slots=True)
class World:
    """What a simulated product's days are like. Shares and rates are of posts and days."""

    series: int
    days: int
    per_day: float
    #: Share of posts from the forum, before and after a mix-only shift.
    forum: float = 0.4
    forum_after: float = 0.4
    #: Scores are drawn for whichever of the two mixes has more posts, so that both worlds of a pair draw the same.
    paired: tuple[float, float] | None = None
    #: Change of the mean from day ``at`` on, for ``lasts`` days; one day for each series.
    change: float = 0.0
    lasts: int = 28
    #: Wander of a day's mean (standard deviation), and how much of it stays to the next day.
    wander: float = 0.04
    stays: float = 0.5
    #: Posts of the forum come in threads of so many, whose moods differ by so much.
    thread: float = 4.0
    thread_mood: float = 0.12
    spikes: float = 0.02
    outages: float = 0.02
    outage_days: int = 2


def simulate(world: World, seed: int) -> tuple[Series, np.ndarray, np.ndarray]:
    """Daily sums as the warehouse has them, the day of each series' change, and the mean of every day (nan: none).

    Each day's randomness hangs on (seed, series) and not on the change, so worlds that differ in the change alone are
    the same in all else. On days of an outage a third of the posts come, the angry ones first; they are not complete.
    """
    rng = np.random.default_rng(seed)
    s, d = world.series, world.days
    at = rng.integers(d - 70, d - 40, s)
    day = np.arange(d)
    inside = (day >= at[:, None]) & (day < at[:, None] + world.lasts)
    mood = _mood(rng, world)
    out_begin = rng.random((s, d)) < world.outages / world.outage_days
    out = out_begin | np.pad(out_begin, ((0, 0), (1, 0)))[:, :-1]
    rate = world.per_day * _WEEK[(day + rng.integers(0, 7, s)[:, None]) % 7]
    rate = rate * rng.gamma(16.0, 1 / 16.0, (s, d))
    rate = np.where(rng.random((s, d)) < world.spikes, rate * rng.uniform(3, 6, (s, d)), rate)
    share = np.where(inside, world.forum_after, world.forum)
    gap = float(np.mean(CONTENTED) - np.mean(ANNOYED))
    sums = np.zeros((3, s, 2, d))
    for channel in (0, 1):
        part = share if channel else 1 - share
        expected = np.where(out, rate / 3, rate) * part
        # The same uniform for both mixes: Poisson by its quantiles would be slow, so noise is scaled instead.
        n = np.maximum(np.rint(expected + np.sqrt(expected) * rng.standard_normal((s, d))), 0).astype(np.int64)
        level = _TEMPER[channel] + (mood + np.where(inside, world.change, 0.0) - 0.25 * out) / gap
        pool = n
        if world.paired:
            most = max(world.paired) if channel else 1 - min(world.paired)
            pool = np.maximum(n, np.rint(rate * most + 4 * np.sqrt(rate)).astype(np.int64))
        sums[:, :, channel, :] = _draw(rng, n, pool, level, world, threads=channel == 1)
    n, total, squares = (x.reshape(2 * s, d) for x in sums)
    with np.errstate(invalid="ignore"):
        mean = sums[1].sum(axis=1) / sums[0].sum(axis=1)
    whole = np.repeat(~out, 2, axis=0)
    series = Series(
        first=np.arange(0, 2 * s, 2),
        n=np.where(whole, n, 0.0),
        total=np.where(whole, total, 0.0),
        squares=np.where(whole, squares, 0.0),
        live=~out,
        scorer=np.ones((s, d), dtype=np.int64),
        base=np.arange(2 * s),
    )
    return series, at, mean


def _mood(rng: np.random.Generator, world: World) -> Floats:
    """First-order autoregressive wander of every day's mean."""
    shocks = rng.standard_normal((world.series, world.days)) * world.wander * np.sqrt(1 - world.stays**2)
    mood: Floats = np.zeros(shocks.shape)
    mood[:, 0] = shocks[:, 0]
    for day in range(1, world.days):
        mood[:, day] = world.stays * mood[:, day - 1] + shocks[:, day]
    return mood


def _draw(
    rng: np.random.Generator, n: np.ndarray, pool: np.ndarray, level: Floats, world: World, *, threads: bool
) -> Floats:
    """Number, sum and sum of squares of every series and day's scores: the first ``n`` of ``pool`` that are drawn."""
    flat = pool.ravel()
    cell = np.repeat(np.arange(flat.size), flat)
    share = level.ravel()[cell]
    if threads and len(cell):
        starts = rng.random(len(cell)) < 1 / world.thread
        starts |= np.concatenate([[True], cell[1:] != cell[:-1]])
        thread = np.cumsum(starts) - 1
        share = share + (rng.standard_normal(thread[-1] + 1) * world.thread_mood)[thread]
    contented = rng.random(len(cell)) < share
    pick = rng.integers(0, 100, len(cell))
    score = np.where(contented, np.array(CONTENTED)[pick], np.array(ANNOYED)[pick])
    taken = np.arange(len(cell)) - np.repeat(np.cumsum(flat) - flat, flat) < n.ravel()[cell]
    score, cell = score[taken], cell[taken]
    sums = (n.ravel(), np.bincount(cell, score, flat.size), np.bincount(cell, score**2, flat.size))
    return np.stack([np.asarray(x, dtype=np.float64).reshape(n.shape) for x in sums])
