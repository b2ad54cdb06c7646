"""How well scores agree with what people said: accuracy, F1, AUC, correlation, by numpy alone."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from earful.sentiment.scorer import COMPOUND_THRESHOLD

Floats = NDArray[np.float64]
Classes = NDArray[np.int8]
Counts = NDArray[np.int64]

#: The three classes in the order of every matrix here.
CLASSES = ("negative", "neutral", "positive")


def classes(values: NDArray[Any], threshold: float = COMPOUND_THRESHOLD) -> Classes:
    """-1, 0 or 1 for each value: negative up to -threshold, positive from threshold on."""
    found: Classes = np.greater_equal(values, threshold).astype(np.int8) - np.less_equal(values, -threshold)
    return found


def confusion(truth: Classes, predicted: Classes) -> Counts:
    """Counts by (true class, predicted class), shape (3, 3), both in the order of CLASSES."""
    cells = 3 * (truth.astype(np.int64) + 1) + predicted + 1
    return np.bincount(cells, minlength=9).reshape(3, 3)


def accuracy(matrix: Counts) -> float:
    """Share on the diagonal, which is also F1 with micro average; NaN for no texts at all."""
    return _share(int(np.trace(matrix)), int(matrix.sum()))


def f1(matrix: Counts) -> Floats:
    """F1 of each class, 2 tp / (2 tp + fp + fn), shape (3,); NaN for a class that neither truth nor prediction has."""
    hits = np.diag(matrix)
    found = matrix.sum(axis=0) + matrix.sum(axis=1)
    each: Floats = np.divide(2.0 * hits, found, out=np.full(3, np.nan), where=found > 0)
    return each


def macro_f1(matrix: Counts) -> float:
    """Mean F1 of the classes that the truth has.

    A class that no person ever named is left out: its F1 would be 0 however good the scorer is (thumbs up or down
    know no neutral). Its predictions still count, as misses of the class that was right.
    """
    there = matrix.sum(axis=1) > 0
    return float(f1(matrix)[there].mean()) if there.any() else math.nan


def weighted_f1(matrix: Counts) -> float:
    """Mean F1 weighted by how often the truth has the class."""
    support = matrix.sum(axis=1)
    there = support > 0
    return float(np.average(f1(matrix)[there], weights=support[there])) if there.any() else math.nan


def auc(truth: Classes, scores: Floats) -> float:
    """Probability that a positive text scores above a negative one, ties half (area under the ROC curve).

    By ranks (Mann and Whitney 1947); neutral texts are left out. NaN where one of the two classes is missing.
    """
    sided = truth != 0
    positive = truth[sided] > 0
    n1 = int(positive.sum())
    n0 = len(positive) - n1
    if not n0 or not n1:
        return math.nan
    _, at, counts = np.unique(scores[sided], return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[at]
    return float((ranks[positive].sum() - n1 * (n1 + 1) / 2) / (n0 * n1))


def auc_gain(truth: Classes, before: Floats, after: Floats) -> tuple[float, float, float]:
    """Change of the AUC from one scorer to another on the same texts, with its 95% interval (low, high).

    The interval is that of DeLong, DeLong and Clarke-Pearson (1988), from each text's own share in the two areas.
    """
    good, bad = truth > 0, truth < 0
    n1, n0 = int(good.sum()), int(bad.sum())
    if n1 < 2 or n0 < 2:
        return math.nan, math.nan, math.nan
    of_good, of_bad = np.zeros(n1), np.zeros(n0)
    for sign, scores in ((-1, before), (1, after)):
        high, low = scores[good], scores[bad]
        of_good += sign * (_below(high, low) / n0)
        of_bad += sign * (1 - _below(low, high) / n1)
    change = float(of_good.mean())
    error = 1.959964 * math.sqrt(float(of_good.var(ddof=1)) / n1 + float(of_bad.var(ddof=1)) / n0)
    return change, change - error, change + error


def _below(values: Floats, others: Floats) -> Floats:
    """For each value how many others are below it, ties half."""
    ordered = np.sort(others)
    count: Floats = (np.searchsorted(ordered, values, "left") + np.searchsorted(ordered, values, "right")) / 2
    return count


def correlation(a: Floats, b: Floats) -> float:
    """Pearson's r; NaN where one of the two never changes."""
    a, b = a - a.mean() if len(a) else a, b - b.mean() if len(b) else b
    size = math.sqrt(float(a @ a) * float(b @ b))
    return float(a @ b) / size if size > 0 else math.nan


def gain(truth: Classes, before: Classes, after: Classes) -> tuple[float, float, float]:
    """Change of accuracy from one scorer to another on the same texts, with its 95% interval (low, high).

    The interval is Wald's for paired shares: only texts that one got right and the other wrong count.
    """
    n = len(truth)
    if not n:
        return math.nan, math.nan, math.nan
    won = int(((after == truth) & (before != truth)).sum())
    lost = int(((after != truth) & (before == truth)).sum())
    change = (won - lost) / n
    error = 1.959964 * math.sqrt(max(won + lost - (won - lost) ** 2 / n, 0.0)) / n
    return change, change - error, change + error


def _share(part: int, whole: int) -> float:
    return part / whole if whole else math.nan
