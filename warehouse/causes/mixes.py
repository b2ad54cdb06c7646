"""What came of channels, and of markets within them, having other shares of the posts (Kitagawa 1955)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from earful.warehouse.causes.candidates import SURGE, Candidate
from earful.warehouse.causes.chance import long_run_variance
from earful.warehouse.causes.expected import Expected
from earful.warehouse.causes.model import Estimate
from earful.warehouse.causes.posts import Floats, Posts


@dataclass(frozen=True, slots=True)
class Mix:
    """A mix as a part: of channels (``value``: the one whose coming or going makes most of it), or of markets.

    ``surges``: it has moved further than days do by themselves.
    """

    candidate: Candidate
    estimate: Estimate
    surges: bool


def mix_parts(before: Posts, now: Posts, expected: Expected) -> list[Mix]:
    """The mix of channels and that of markets, where there are several."""
    total, total_before, size = float(now.n.sum()), float(before.n.sum()), len(now.names.channel)
    posts, posts_before = np.bincount(now.channel, now.n, size), np.bincount(before.channel, before.n, size)
    sums, sums_before = np.bincount(now.channel, now.total, size), np.bincount(before.channel, before.total, size)
    old = posts_before > 0
    # A channel that is new has the level of its posts now: all of its coming is mix.
    level = np.where(old, sums_before, sums) / np.maximum(np.where(old, posts_before, posts), 1)
    share, share_before = posts / total, posts_before / total_before
    by_channel = (share - share_before) * (level - expected.mean)
    whole, of_channels = float((now.n @ expected.cell_mean) / total) - expected.mean, float(by_channel.sum())
    out = []
    if size > 1 and of_channels:
        # More of one channel is less of the others: the one that grew is named, if it pulls in the direction.
        grown = by_channel * np.sign(of_channels) + np.where(share > share_before, 2.0, 0.0)
        at = int(np.argmax(np.where(by_channel * of_channels > 0, grown, -1.0)))
        candidate = Candidate(
            "channel mix", now.names.channel[at], np.zeros(0), float(posts[at]), float(posts_before[at]),
            float(share[at]), float(share_before[at]), float(sums[at] / max(posts[at], 1)), float(level[at]),
        )  # fmt: skip
        # Nor is the level of a channel with few posts known to the last digit.
        unsure = float(((share - share_before) ** 2 * expected.variance / np.maximum(posts_before, 1)).sum())
        out.append(_mix(candidate, _wander(before, now, level[before.channel]), of_channels, unsure))
    if len(now.names.market) > 1 and abs(whole - of_channels) > 1e-9:
        means = np.bincount(before.cell, before.total) / np.maximum(np.bincount(before.cell, before.n), 1)
        candidate = Candidate(
            "market mix", "", np.zeros(0), total, total_before, 1.0, 1.0, float(now.total.sum()) / total, expected.mean
        )
        predicted = means[before.cell] - level[before.channel]
        out.append(_mix(candidate, _wander(before, now, predicted), whole - of_channels, 0.0))
    return out


def _mix(candidate: Candidate, wander: tuple[float, float], mix: float, unsure: float) -> Mix:
    variance, freedom = wander
    return Mix(
        candidate, Estimate(0.0, mix, math.sqrt(variance + unsure), freedom), abs(mix) > SURGE * math.sqrt(variance)
    )


def _wander(before: Posts, now: Posts, predicted: Floats) -> tuple[float, float]:
    """How far the mix wanders by itself over so many days, by the days before: the variance, degrees of freedom."""
    _, at = np.unique(before.day, return_inverse=True)
    weight = np.bincount(at, before.n).astype(np.float64)
    by_day = np.bincount(at, before.n * predicted) / weight
    days = float(len(np.unique(now.day)))
    variance = long_run_variance(by_day, weight) * (1 / days + 1 / len(by_day))
    # The posts of a thin episode are drawn more coarsely than those of the days before.
    apart = (predicted - np.average(predicted, weights=before.n)) ** 2
    variance = max(variance, float(np.average(apart, weights=before.n)) / float(now.n.sum()))
    return variance, max(len(by_day) - 1.0, 1.0)
