"""Scores against what people said: the evaluation of one labelled set, for any number of scorers side by side."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from earful.sentiment.evaluation import measures
from earful.sentiment.evaluation.measures import CLASSES, Counts, Floats, classes
from earful.sentiment.evaluation.truth import Truth

#: Worst misses kept in each direction (said good, scored bad; said bad, scored good).
WORST = 5


@dataclass(frozen=True, slots=True)
class Level:
    """Calibration at one level of the truth (a star, a label, a whole rating): what the scorer said there."""

    level: float
    texts: int
    mean: float  # of the compounds, [-1, 1]
    negative: float  # shares of the texts, adding up to 1
    neutral: float
    positive: float


@dataclass(frozen=True, slots=True)
class Miss:
    """A text on which the scorer is far from what people said."""

    row: int  # of the set, from 0
    value: float  # what people said, in the truth's own unit
    compound: float
    text: str


@dataclass(frozen=True, slots=True)
class Result:
    """One scorer on one labelled set."""

    name: str
    accuracy: float  # of three classes; equals F1 with micro average
    macro_f1: float  # over the classes that the truth has
    weighted_f1: float
    f1: tuple[float, float, float]  # negative, neutral, positive
    auc: float  # positive against negative texts
    r: float  # Pearson's, compound with the truth's value
    confusion: Counts  # (3, 3), rows the truth, columns the scorer, in the order of CLASSES
    levels: tuple[Level, ...]
    worst: tuple[Miss, ...]
    gain: tuple[float, float, float]  # accuracy less the first scorer's, and its 95% interval

    def as_json(self) -> dict[str, object]:
        """Plain values; null for what is undefined."""
        return {
            **{n: _number(getattr(self, n)) for n in ("accuracy", "macro_f1", "weighted_f1", "auc", "r")},
            "f1": {c: _number(v) for c, v in zip(CLASSES, self.f1, strict=True)},
            "gain": dict(zip(("accuracy", "low", "high"), map(_number, self.gain), strict=True)),
            "confusion": {
                c: dict(zip(CLASSES, row, strict=True)) for c, row in zip(CLASSES, self.confusion.tolist(), strict=True)
            },
            "calibration": [{n: getattr(level, n) for n in Level.__slots__} for level in self.levels],
            "worst": [{n: getattr(miss, n) for n in Miss.__slots__} for miss in self.worst],
        }


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All scorers on one labelled set; every number is over the same ``texts``."""

    kind: str
    said: str  # how the truth became classes
    texts: int  # labelled and scored
    unlabelled: int
    unscored: int  # labelled, but not scored (another language, no text): in no other number here
    counts: tuple[int, int, int]  # texts by true class, in the order of CLASSES
    results: tuple[Result, ...]

    def as_json(self) -> dict[str, object]:
        """Plain values: one object."""
        return {
            "kind": self.kind, "classes": self.said, "texts": self.texts, "unlabelled": self.unlabelled,
            "unscored": self.unscored, "truth": dict(zip(CLASSES, self.counts, strict=True)),
            "profiles": {r.name: r.as_json() for r in self.results},
        }  # fmt: skip


def evaluate(texts: pa.Array, truth: Truth, scored: Mapping[str, Floats]) -> Evaluation:
    """Measures for each scorer's compounds (by name, one a text, NaN where unscored).

    A text that any scorer left unscored is left out for all, so that they are compared on the same texts. Raises
    ValueError where no text is left, or no scorer is given.
    """
    if not scored:
        raise ValueError("there is no scorer to evaluate")
    finite = np.logical_and.reduce([np.isfinite(compounds) for compounds in scored.values()])
    rows = np.flatnonzero(truth.known & finite)
    if not len(rows):
        raise ValueError(
            f"none of {len(texts):,} texts is both labelled and scored ({int((~truth.known).sum()):,} are unlabelled, "
            f"{int((~finite).sum()):,} unscored: no text, or not English)"
        )
    wanted = truth.classes[rows]
    first = classes(next(iter(scored.values()))[rows])
    counts = np.bincount(wanted + 1, minlength=3).tolist()
    return Evaluation(
        kind=truth.kind,
        said=truth.said,
        texts=len(rows),
        unlabelled=int((~truth.known).sum()),
        unscored=int((truth.known & ~finite).sum()),
        counts=(counts[0], counts[1], counts[2]),
        results=tuple(_result(name, texts, truth, rows, compounds[rows], first) for name, compounds in scored.items()),
    )


def _result(
    name: str, texts: pa.Array, truth: Truth, rows: measures.Counts, compounds: Floats, first: measures.Classes
) -> Result:
    wanted, found = truth.classes[rows], classes(compounds)
    matrix = measures.confusion(wanted, found)
    each = measures.f1(matrix).tolist()
    return Result(
        name=name,
        accuracy=measures.accuracy(matrix),
        macro_f1=measures.macro_f1(matrix),
        weighted_f1=measures.weighted_f1(matrix),
        f1=(each[0], each[1], each[2]),
        auc=measures.auc(wanted, compounds),
        r=measures.correlation(truth.values[rows], compounds),
        confusion=matrix,
        levels=_levels(np.rint(truth.values[rows]), compounds, found),
        worst=_worst(texts, truth, rows, compounds),
        gain=measures.gain(wanted, first, found),
    )


def _levels(values: Floats, compounds: Floats, found: measures.Classes) -> tuple[Level, ...]:
    levels = []
    for value in np.unique(values):
        here = values == value
        n = int(here.sum())
        shares = (np.bincount(found[here] + 1, minlength=3) / n).tolist()
        levels.append(Level(float(value) + 0.0, n, float(compounds[here].mean()), *shares))
    return tuple(levels)


def _worst(texts: pa.Array, truth: Truth, rows: measures.Counts, compounds: Floats) -> tuple[Miss, ...]:
    """The texts furthest from what was said, WORST in each direction; texts on the right side are no misses."""
    expected = truth.expected[rows]
    kept = []
    for side in (1, -1):
        short = side * (expected - compounds)
        wrong = (side * expected > 0) & (side * compounds <= 0)
        seen: set[str] = set()
        for i in np.argsort(-short, kind="stable"):
            if len(seen) == WORST:
                break
            text = texts[int(rows[i])].as_py()
            if wrong[i] and text not in seen:
                seen.add(text)
                kept.append(Miss(int(rows[i]), float(truth.values[rows[i]]), float(compounds[i]), text))
    return tuple(kept)


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None
