"""All products at a glance: score, stars and volume of each as lines on the same scales, beside its newest numbers."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from earful.reports import wording
from earful.reports.charts.spark import Span, Spark, draw
from earful.reports.data import Published, QueryRows
from earful.warehouse.constants import ENOUGH_POSTS

#: Twelve weeks: a quarter fits, and a week is wide enough to be seen.
GLANCE_DAYS = 84

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """One product: its row of today.sql, that day's row of glance.sql (None without a complete day), and its lines."""

    head: Row
    week: Row | None
    score: Spark
    stars: Spark | None
    posts: Spark


@dataclass(frozen=True, slots=True)
class Glance:
    """``lines`` in the order of today.sql; ``newest`` is the newest complete day of any of them.

    ``scores`` and ``stars`` are the scales that they share.
    """

    lines: list[Line]
    newest: date | None
    scores: tuple[float, float]
    stars: tuple[float, float] | None
    answer: QueryRows


def glance(file: Published, today: QueryRows, changed: QueryRows, until: date) -> Glance:
    """What is to be drawn of all products of ``today``. ``until`` is the local day of publishing."""
    last = max((row["last_day"] for row in today.rows if row["last_day"]), default=until)
    first = last - timedelta(days=GLANCE_DAYS - 1)
    # A product's newest complete day may lie before what is drawn; its week is told all the same.
    oldest = min([first, *(row["day"] for row in today.rows if row["day"])])
    answer = file.ask("glance", since=oldest - timedelta(days=1), until=until)
    by_product: dict[str, list[Row]] = defaultdict(list)
    for row in answer.rows:
        by_product[row["product"]].append(row)
    drawn = [row for row in answer.rows if row["day"] >= first]
    scores = _scale([row["mean_7d"] for row in drawn if row["scored_7d"] >= ENOUGH_POSTS], 10) or (-0.1, 0.1)
    stars = _scale([row["stars_7d"] for row in drawn if row["ratings_7d"] >= ENOUGH_POSTS], 2)
    bad: dict[str, list[tuple[date, date]]] = defaultdict(list)
    for row in changed.rows:
        if row["told"] and row["answer"] is None:
            bad[row["product"]].append((row["first_day"], row["last_day"]))
    lines = [
        _line(row, by_product[row["product"]], bad[row["product"]], first, last, scores, stars) for row in today.rows
    ]
    newest = max((row["day"] for row in today.rows if row["day"]), default=None)
    return Glance(lines, newest, scores, stars, answer)


def _scale(values: Iterable[float | None], steps: int) -> tuple[float, float] | None:
    """The scale that holds the values and ends on a whole step; None without any."""
    known = [value for value in values if value is not None]
    if not known:
        return None
    low, high = math.floor(min(known) * steps) / steps, math.ceil(max(known) * steps) / steps
    return (low, high) if low < high else (low - 1 / steps, high + 1 / steps)


def _line(
    head: Row, rows: Sequence[Row], bad: Sequence[tuple[date, date]], first: date, last: date,
    scores: tuple[float, float], stars: tuple[float, float] | None,
) -> Line:  # fmt: skip
    # Behind the last complete day there is no week that ends on a complete one.
    known = [row for row in rows if head["day"] and first <= row["day"] <= head["day"]]
    gaps = [row["day"] for row in rows if not row["complete"] and row["day"] >= first]
    most = max((row["posts_a_day"] for row in known if row["posts_a_day"]), default=1.0)

    def spark(
        what: str,
        field: str,
        scale: tuple[float, float],
        said: Callable[[float], str],
        *,
        zero: float | None = None,
        filled: bool = False,
    ) -> Spark:
        values = [(row["day"], row[field]) for row in known]
        words = f"{what}, {_words(values, said)}"
        return draw(values, Span(first, last, *scale), words, zero=zero, gaps=gaps, bad=bad, filled=filled)

    rated = stars is not None and any(row["stars_7d"] is not None for row in known)
    return Line(
        head=head,
        week=next((row for row in rows if row["day"] == head["day"]), None),
        score=spark("score, 7-day mean", "mean_7d", scores, wording.signed, zero=0.0),
        stars=spark("stars, 7-day mean", "stars_7d", stars, wording.stars) if rated and stars else None,
        posts=spark("posts a day, 7-day mean", "posts_a_day", (0.0, most), wording.count, filled=True),
    )


def topic_lines(rows: Sequence[Row], last: date) -> dict[str, Spark]:
    """Each topic's mean by week, all on one scale, from rows of topic_weeks.sql. ``last`` is the newest day shown."""
    scale = _scale([row["mean_compound"] for row in rows if row["scored"] >= ENOUGH_POSTS], 5) or (-1.0, 1.0)
    # A week is drawn on its Monday.
    span = Span(last - timedelta(days=GLANCE_DAYS + 6), last, *scale)
    by_topic: dict[str, list[tuple[date, float | None]]] = defaultdict(list)
    for row in rows:
        by_topic[row["topic"]].append((row["week"], row["mean_compound"]))
    return {
        topic: draw(values, span, f"mean score by week, {_words(values, wording.signed)}", zero=0.0, step=7)
        for topic, values in by_topic.items()
    }


def _words(values: Sequence[tuple[date, float | None]], said: Callable[[float], str]) -> str:
    known = [(value, day) for day, value in values if value is not None]
    if not known:
        return "unknown"
    (low, _), (high, _), (end, day) = min(known), max(known), known[-1]
    return (
        f"{wording.day(known[0][1])} to {wording.day(day)}: between {said(low)} and {said(high)}, ends at {said(end)}"
    )
