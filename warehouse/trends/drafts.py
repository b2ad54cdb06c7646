"""Rows of one product before judging: what was measured, one value a row in every column. Days count from the first."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from earful.warehouse.trends import volume
from earful.warehouse.trends.detector import Measured
from earful.warehouse.trends.rules import Bools, Ints
from earful.warehouse.trends.series import ALWAYS, Loaded

VERDICTS = (
    "no real change", "worse", "better", "not enough posts", "not enough history", "incomplete day", "flood", "fewer",
    "silent",
)  # fmt: skip
NONE, WORSE, BETTER, FEW, NEW, PART, FLOOD, FEWER, SILENT = range(len(VERDICTS))
METRICS = ("sentiment", "volume", "silence")

#: Column name to values, all of one length.
Columns = dict[str, NDArray[Any]]


def sentiment(loaded: Loaded, m: Measured) -> tuple[Columns, tuple[Ints, Ints]]:
    """Rows about the mean, and where they lie in slices x days.

    Every slice-day with posts has one; so have the product's and its channels' asked days without any.
    """
    tested, shown = m.start >= 0, loaded.shown[:, None]
    always = np.array([s.kind in ALWAYS for s in loaded.slices])[:, None]
    at = np.nonzero(((loaded.posts > 0) | (loaded.asked & always)) & shown)
    known = np.isfinite(m.z)
    with np.errstate(divide="ignore", invalid="ignore"):
        own_mean = loaded.total / loaded.scored
    change = np.where(known, m.mean - m.baseline, np.nan)
    columns = {
        "span_from": m.start,
        "n": np.where(tested, m.n, loaded.scored),
        "mean": np.where(tested, m.mean, own_mean),
        "baseline": np.where(known, m.baseline, np.nan),
        "baseline_n": np.where(tested, m.baseline_n, 0),
        "baseline_days": np.where(tested, m.baseline_days, 0),
        "change": change,
        "change_low": change - 1.96 * m.se,
        "change_high": change + 1.96 * m.se,
        "within": np.where(known, m.within, np.nan),
        "mix": change - m.within,
        "z": m.z,
        "verdict": np.select([~loaded.series.live, ~tested, ~known], [PART, FEW, NEW], NONE),
    }
    return _rows("sentiment", at, columns), (at[0], at[1])


def counts(loaded: Loaded, wide: Ints, v: volume.Volume) -> Columns:
    """Rows about the number of posts, of the slices ``wide`` that ``v`` is about, and of channels that fell silent."""
    posts, live = loaded.posts[wide], loaded.series.live[wide]
    known = np.isfinite(v.z)
    at = np.nonzero(loaded.asked[wide])
    columns = {
        "span_from": np.where(live, np.arange(posts.shape[1]), -1),
        "n": posts,
        "mean": posts,
        "baseline": np.where(known, v.expected, np.nan),
        "baseline_n": np.where(known, v.past_posts, 0),
        "baseline_days": v.days,
        "change": np.where(known, posts - v.expected, np.nan),
        "change_low": np.where(known, posts - v.high, np.nan),
        "change_high": np.where(known, posts - v.low, np.nan),
        "within": np.full(posts.shape, np.nan),
        "mix": np.full(posts.shape, np.nan),
        "z": v.z,
        "verdict": np.select([~live, ~known, v.signal > 0, v.signal < 0], [PART, NEW, FLOOD, FEWER], NONE),
    }
    rows = _rows("volume", at, columns)
    rows["slice_no"] = wide[at[0]]
    return rows


def silences(loaded: Loaded, wide: Ints, v: volume.Volume) -> Columns:
    """Rows about channels that are silent and should not be."""
    channel = np.array([loaded.slices[i].kind == "channel" for i in wide])
    reported: Bools = v.reported & channel[:, None]
    at = np.nonzero(reported)
    nothing = np.full(reported.shape, np.nan)
    start = np.arange(reported.shape[1]) - v.silent + 1
    columns = {
        "span_from": start,
        "n": np.zeros(reported.shape),
        "mean": np.zeros(reported.shape),
        "baseline": v.missed,
        "baseline_n": v.past_posts,
        "baseline_days": v.days,
        "change": -v.missed,
        "change_low": nothing,
        "change_high": nothing,
        "within": nothing,
        "mix": nothing,
        "z": nothing,
        "verdict": np.full(reported.shape, SILENT),
    }
    rows = _rows("silence", at, columns)
    rows["slice_no"] = wide[at[0]]
    return rows


def _rows(metric: str, at: tuple[NDArray[np.intp], ...], columns: Columns) -> Columns:
    size = len(at[0])
    none = np.full(size, -1, dtype=np.int64)
    return {
        "slice_no": at[0],
        "metric": np.full(size, METRICS.index(metric)),
        "day": at[1],
        **{name: values[at] for name, values in columns.items()},
        "cusum": np.full(size, np.nan),
        "cusum_limit": np.full(size, np.nan),
        "alarm": np.zeros(size, dtype=np.bool_),
        "since": none,
        "episode": none.copy(),
        "detected_as": none.copy(),
    }
