"""A thin product by week: with few posts a day a mean says little, with a week's and its interval it says something."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import timedelta

from earful.reports.charts.marks import Channel
from earful.reports.charts.paint import Data, Form, Frame, Row, Spec, at, colour, layer, other_end
from earful.warehouse.constants import ENOUGH_POSTS

#: Fewer posts have no interval that means anything; the week's mean stands alone.
FEWEST = 5


def thin(days: Iterable[Row]) -> bool:
    """Whether the complete days (rows of trend.sql) have too few posts each to be judged, and so drawn, as days."""
    posts = [day["posts"] for day in days if day["complete"]]
    return bool(posts) and sum(posts) / len(posts) < ENOUGH_POSTS


def half(scored: int, spread: float | None) -> float | None:
    """Half of the 95% interval of a mean of ``scored`` posts by Student's t; None for fewer than FEWEST."""
    if scored < FEWEST or spread is None:
        return None
    return quantile(scored - 1) * spread / math.sqrt(scored)


def quantile(freedom: int) -> float:
    """The 97.5% quantile of Student's t, by Cornish and Fisher's expansion: within 2% from 4 degrees of freedom on."""
    z = 1.959964
    return z + (z**3 + z) / (4 * freedom) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)


def layers(rows: Sequence[Row], shown: Frame, form: Form, x: Channel, y: Channel, data: Data) -> list[Spec]:
    """The weeks of weeks.sql: means as points, joined by a line where weeks follow each other, and their intervals."""
    points: list[Row] = []
    reach: list[Row] = []
    for row in rows:
        # The middle of the week's part that is shown.
        middle = min(max(row["week"] + timedelta(days=3), shown.first), shown.last)
        here = {"at": at(middle, 12), "score": shown.clamp(row["mean_compound"])}
        points.append(here)
        margin = half(row["scored"], row["spread"])
        if margin is not None:
            low, high = (shown.clamp(row["mean_compound"] + sign * margin) for sign in (-1, 1))
            reach.append({"at": here["at"], "low": low, "high": high})
    data |= {"weeks": points, "week reach": reach, "week line": _joined(rows, points)}
    rule = {"type": "rule", "color": colour("line"), "strokeWidth": 1.5}
    dot = {"type": "circle", "color": colour("line"), "opacity": 1, "size": 3 * form.dot}
    path = {"type": "line", "color": colour("line"), "strokeWidth": 1.2}
    return [
        layer("week line", {**path, "invalid": "break-paths-show-path-domains"}, x=x("at"), y=y("score")),
        layer("week reach", rule, x=x("at"), y=y("low"), y2=other_end("high")),
        layer("weeks", dot, x=x("at"), y=y("score")),
    ]


def _joined(rows: Sequence[Row], points: Sequence[Row]) -> list[Row]:
    """The points with an empty one where a week is missing, so that the line breaks there."""
    line: list[Row] = []
    for n, (row, point) in enumerate(zip(rows, points, strict=True)):
        if n and row["week"] - rows[n - 1]["week"] > timedelta(days=7):
            line.append({"at": at(rows[n - 1]["week"] + timedelta(days=10), 12), "score": None})
        line.append(dict(point))
    return line
