"""What the page says of one product: every block with its answer, every chart with its marks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from earful.reports import wording
from earful.reports.charts import trend as charts
from earful.reports.charts import weeks
from earful.reports.charts.kept import Drawing, Kept
from earful.reports.charts.marks import Marks
from earful.reports.charts.paint import NARROW, WIDE, Frame
from earful.reports.charts.spark import Spark
from earful.reports.data import Published, QueryRows
from earful.reports.glance import GLANCE_DAYS, topic_lines
from earful.warehouse.constants import ENOUGH_POSTS

#: Days in a chart. The views keep all; a longer line would be too dense to see a bad release in.
CHART_DAYS = 120
_MOST_MARKETS = 8
_MOST_VERSIONS = 6
_MOST_RELEASES = 6
_MOST_TOPICS = 14
_MOST_WORDS = 8
_MOST_QUOTES = 4
_MOST_GAPS = 6
_MOST_MOVED = 8
_MOST_LEVELS = 9
_WORST = 3


@dataclass(frozen=True, slots=True)
class Chart:
    """A product's chart in both variants, and in words. ``marks`` says what is marked in it."""

    wide: Drawing
    narrow: Drawing
    words: str
    marks: Marks
    few_days: int
    incomplete_days: int


@dataclass(frozen=True, slots=True)
class Episode:
    """Something that really changed, what it is made of, the words and the posts that tell of it."""

    head: dict[str, Any]
    moved: QueryRows
    driver_words: QueryRows
    quotes: QueryRows


@dataclass(frozen=True, slots=True)
class Section:
    """Everything the page says of one product. ``anchor`` is its id on the page; ``head`` its row of today.sql."""

    anchor: str
    head: dict[str, Any]
    level: QueryRows
    trend: QueryRows
    judged: QueryRows
    incidents: QueryRows
    weeks: QueryRows
    chart: Chart | None
    episodes: QueryRows
    episode: Episode | None
    shares: QueryRows
    topics: QueryRows
    topic_weeks: QueryRows
    topic_lines: dict[str, Spark]
    driver_words: QueryRows
    quotes: QueryRows
    releases: QueryRows
    recovery: QueryRows
    nps: QueryRows
    nps_topics: QueryRows
    radar: QueryRows
    markets: QueryRows
    versions: QueryRows
    guards: QueryRows
    bursts: QueryRows
    spam: QueryRows
    worst: QueryRows


@dataclass(frozen=True, slots=True)
class Marked:
    """What is marked in a product's chart, and the answers that it is made of."""

    judged: QueryRows
    episodes: QueryRows
    releases: QueryRows
    incidents: QueryRows
    weeks: QueryRows
    marks: Marks


def anchors(today: QueryRows) -> dict[str, str]:
    """The id of every product's section."""
    return {
        row["product"]: f"product-{number}-" + re.sub(r"[^a-z0-9]+", "-", row["product"].lower()).strip("-")
        for number, row in enumerate(today.rows, 1)
    }


def sections(file: Published, today: QueryRows, until: date, kept: Kept) -> list[Section]:
    """One for each product of ``today``, in its order. ``until`` is the local day of publishing."""
    last = max((row["last_day"] for row in today.rows if row["last_day"]), default=until)
    since = last - timedelta(days=CHART_DAYS)
    trends = [file.ask("trend", product=row["product"], since=since, until=until) for row in today.rows]
    every = [day for trend in trends for day in trend.rows]
    shown = charts.frame(every, min((day["day"] for day in every), default=last), last)
    names = anchors(today)
    return [
        _section(file, names[row["product"]], row, trend, shown, since, until, kept)
        for row, trend in zip(today.rows, trends, strict=True)
    ]


def _section(
    file: Published,
    anchor: str,
    head: dict[str, Any],
    trend: QueryRows,
    shown: Frame,
    since: date,
    until: date,
    kept: Kept,
) -> Section:
    def ask(name: str, **values: Any) -> QueryRows:  # noqa: ANN401 - as Published.ask
        return file.ask(name, product=head["product"], until=until, **values)

    its = marked(file, head["product"], trend.rows, shown, since, until)
    topic_weeks = ask("topic_weeks", since=shown.last - timedelta(days=GLANCE_DAYS))
    marks, episodes = its.marks, its.episodes
    ours = [row for row in episodes.rows if row["metric"] == "sentiment"]
    return Section(
        anchor=anchor,
        head=head,
        level=ask("level", most=_MOST_LEVELS),
        trend=trend,
        judged=its.judged,
        incidents=its.incidents,
        weeks=its.weeks,
        chart=_chart(trend, shown, marks, kept) if trend.rows else None,
        episodes=episodes,
        episode=_episode(ask, ours[0]) if ours else None,
        shares=ask("shares"),
        topics=ask("topics", most=_MOST_TOPICS),
        topic_weeks=topic_weeks,
        topic_lines=topic_lines(topic_weeks.rows, shown.last),
        driver_words=ask("driver_words", episode="", most=_MOST_WORDS),
        quotes=ask("quotes", episode="", verdict="", longest=wording.LONGEST, most=_MOST_QUOTES),
        releases=its.releases,
        recovery=ask("recovery"),
        nps=ask("nps"),
        nps_topics=ask("nps_topics", most=_MOST_TOPICS),
        radar=ask("radar", most=_MOST_GAPS),
        markets=ask("markets", most=_MOST_MARKETS),
        versions=ask("versions", most=_MOST_VERSIONS),
        guards=ask("guards"),
        bursts=ask("bursts", most=3),
        spam=ask("spam", most=3),
        worst=ask("worst", most=_WORST),
    )


def marked(
    file: Published, product: str, rows: Sequence[dict[str, Any]], shown: Frame, since: date, until: date
) -> Marked:
    """What is marked in the chart of a product's days (``rows``)."""

    def ask(name: str, **values: Any) -> QueryRows:  # noqa: ANN401 - as Published.ask
        return file.ask(name, product=product, until=until, **values)

    judged, episodes = ask("judged", since=since), ask("episodes", since=since)
    releases = ask("releases", most=_MOST_RELEASES)
    incidents, by_week = ask("incidents", since=since), ask("weeks", since=since)
    drawn_by_week = by_week.rows if weeks.thin(rows) else ()
    drawn = tuple(row for row in releases.rows if shown.holds(row["day"]))
    marks = Marks(judged.rows, drawn, episodes.rows, incidents.rows, drawn_by_week)
    return Marked(judged, episodes, releases, incidents, by_week, marks)


def _episode(ask: Any, head: dict[str, Any]) -> Episode:  # noqa: ANN401 - as _section's own
    return Episode(
        head=head,
        moved=ask("moved", episode=head["episode"], most=_MOST_MOVED),
        driver_words=ask("driver_words", episode=head["episode"], most=_MOST_WORDS),
        quotes=ask(
            "quotes", episode=head["episode"], verdict=head["verdict"], longest=wording.LONGEST, most=_MOST_QUOTES
        ),
    )


def _chart(trend: QueryRows, shown: Frame, marks: Marks, kept: Kept) -> Chart:
    return Chart(
        wide=charts.draw(trend.rows, shown, WIDE, marks, kept),
        narrow=charts.draw(trend.rows, shown, NARROW, marks, kept),
        words=charts.describe(trend.rows, marks),
        marks=marks,
        few_days=sum(day["complete"] and 0 < day["scored"] < ENOUGH_POSTS for day in trend.rows),
        incomplete_days=sum(not day["complete"] for day in trend.rows),
    )
