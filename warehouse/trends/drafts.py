"""Rows of one product before judging: what was measured, one value a row in every column. Days count from the first."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from earful.warehouse.trends.counts import Counted, Silence
from earful.warehouse.trends.detector import Measured
from earful.warehouse.trends.metrics import METRICS
from earful.warehouse.trends.rules import Bools, Ints
from earful.warehouse.trends.series import ALWAYS, Loaded, MeanSeries

VERDICTS = (
    "no real change", "worse", "better", "not enough posts", "not enough history", "incomplete day", "flood", "fewer",
    "silent",
)  # fmt: skip
NONE, WORSE, BETTER, FEW, NEW, PART, FLOOD, FEWER, SILENT = range(len(VERDICTS))

#: Column name to values, all of one length.
Columns = dict[str, NDArray[Any]]
#: Where rows lie in slices x days.
Places = tuple[Ints, Ints]


def of_mean(loaded: Loaded, judged: MeanSeries, m: Measured) -> tuple[Columns, Places]:
    """Rows about a mean.

    Every slice-day with posts that have the metric; of sentiment also the product's and its channels' asked days
    without any.
    """
    tested, shown = m.start >= 0, loaded.shown[judged.wide, None]
    asked = judged.n > 0
    if judged.mean.name == METRICS[0]:
        always = np.array([loaded.slices[i].kind in ALWAYS for i in judged.wide])[:, None]
        asked = asked | (loaded.asked[judged.wide] & always)
    at = np.nonzero(asked & shown)
    known = np.isfinite(m.z)
    with np.errstate(divide="ignore", invalid="ignore"):
        own_mean = judged.total / judged.n
    change = np.where(known, m.mean - m.baseline, np.nan)
    columns = {
        "span_from": m.start,
        "n": np.where(tested, m.n, judged.n),
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
        "verdict": np.select([~judged.series.live, ~tested, ~known], [PART, FEW, NEW], NONE),
    }
    return _rows(judged.mean.name, at, columns, judged.wide), (at[0], at[1])


def of_counts(loaded: Loaded, metric: str, wide: Ints, c: Counted) -> tuple[Columns, Places]:
    """Rows about the number of posts, all or negative ones, of the slices ``wide`` on days they were asked about."""
    counts, live = loaded.counts[metric][wide], loaded.live[wide]
    known = np.isfinite(c.z)
    at = np.nonzero(loaded.asked[wide])
    nothing = np.full(counts.shape, np.nan)
    columns = {
        "span_from": np.where(live, np.arange(counts.shape[1]), -1),
        "n": counts,
        "mean": counts,
        "baseline": np.where(known, c.expected, np.nan),
        "baseline_n": np.where(known, c.past, 0),
        "baseline_days": c.days,
        "change": np.where(known, counts - c.expected, np.nan),
        "change_low": np.where(known, counts - c.high, np.nan),
        "change_high": np.where(known, counts - c.low, np.nan),
        "within": nothing,
        "mix": nothing,
        "z": c.z,
        "verdict": np.select([~live, ~known], [PART, NEW], NONE),
    }
    return _rows(metric, at, columns, wide), (at[0], at[1])


def of_silence(loaded: Loaded, wide: Ints, c: Counted, s: Silence) -> Columns:
    """Rows about channels that are silent and should not be."""
    channel = np.array([loaded.slices[i].kind == "channel" for i in wide])
    reported: Bools = s.reported & channel[:, None]
    nothing = np.full(reported.shape, np.nan)
    columns = {
        "span_from": np.arange(reported.shape[1]) - s.row + 1,
        "n": np.zeros(reported.shape),
        "mean": np.zeros(reported.shape),
        "baseline": s.missed,
        "baseline_n": c.past,
        "baseline_days": c.days,
        "change": -s.missed,
        "change_low": nothing,
        "change_high": nothing,
        "within": nothing,
        "mix": nothing,
        "z": nothing,
        "verdict": np.full(reported.shape, SILENT),
    }
    return _rows("silence", np.nonzero(reported), columns, wide)


def _rows(metric: str, at: tuple[NDArray[np.intp], ...], columns: Columns, wide: Ints) -> Columns:
    size = len(at[0])
    none = np.full(size, -1, dtype=np.int64)
    return {
        "slice_no": wide[at[0]],
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
