"""What a published file says of a product at first sight: how it moved, what about, in which words, the worst posts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from earful.reports import wording
from earful.warehouse.constants import CONSTANTS
from earful.warehouse.reading.query import reading
from earful.warehouse.reading.worst_words import BadWord, worst_words

Unit = Literal["day", "week", "month", "quarter", "year"]
#: Up to so many days, a trend is shown by the unit: some thirty rows at most.
_UP_TO: tuple[tuple[int, Unit], ...] = ((31, "day"), (31 * 7, "week"), (31 * 31, "month"), (31 * 92, "quarter"))
_MOST_TOPICS, _MOST_WORDS, _MOST_POSTS = 8, 12, 4
#: Characters of a post.
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Picture:
    """All posts of one product. Means are VADER compounds in [-1, 1], stars 1 to 5, the NPS -100 to 100.

    ``trend``: one row a ``unit``, those without posts too, from ``since``: the first day, or, where 5% of the posts are
    spread over more than half of the time, the day after those. ``worst``: short texts as the page quotes them: masked,
    without user names. ``unscored``: posts without a score by reason and language.
    """

    product: str
    totals: dict[str, Any]
    unscored: list[dict[str, Any]]
    unit: Unit
    since: date | None
    trend: list[dict[str, Any]]
    topics: list[dict[str, Any]]
    words: list[BadWord]
    worst: list[dict[str, Any]]


def picture(published: Path, product: str) -> Picture:
    """Ask the published file. Raises WarehouseError for one that cannot be read."""
    with reading(published) as answers:

        def ask(name: str, **more: object) -> list[dict[str, Any]]:
            sql = files("earful.flows").joinpath("sql", "first", f"{name}.sql").read_text("utf-8")
            answer = answers(sql, {"product": product, **more})
            return [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]

        threshold = CONSTANTS["compound_threshold"]
        (totals,) = ask("totals", threshold=threshold)
        since = _since(totals["first_day"], totals["most_from"], totals["last_day"])
        unit = unit_of(since, totals["last_day"])
        unscored = ask("unscored")
        trend = ask("trend", unit=unit, since=since) if since else []
        topics = ask("topics", most=_MOST_TOPICS)
        worst = ask("worst", threshold=threshold, most=_MOST_POSTS)
    for post in worst:
        post["title"], post["text"] = (_quoted(post[name]) for name in ("title", "text"))
    words = worst_words(published, product, _MOST_WORDS)
    return Picture(product, totals, unscored, unit, since, trend, topics, words, worst)


def unit_of(first: date | None, last: date | None) -> Unit:
    """By what a trend over these days is shown."""
    days = (last - first).days + 1 if first and last else 1
    return next((unit for most, unit in _UP_TO if days <= most), "year")


def _since(first: date | None, most_from: date | None, last: date | None) -> date | None:
    if first and most_from and last and most_from - first > last - most_from:
        return most_from
    return first


def _quoted(text: str | None) -> str:
    return wording.clip(wording.nameless(text), LONGEST)
