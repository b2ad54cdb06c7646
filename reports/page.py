"""The page: one self-contained, script-free earful.html made from the published file."""

from __future__ import annotations

import os
import re
import tempfile
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import jinja2
from markupsafe import Markup

from reports import charts, words
from reports.data import Answer, Published, Unreadable

_HERE = Path(__file__).parent

#: Days in a chart. The views keep all; a longer line would be too dense to see a bad release in.
CHART_DAYS = 120
_TABLE_DAYS = 14
_MOST_MARKETS = 8
_MOST_VERSIONS = 6
_MOST_GAPS = 20
_WORST = 5


@dataclass(frozen=True, slots=True)
class _Chart:
    """A product's chart in both variants, and in words."""

    wide: charts.Drawing
    narrow: charts.Drawing
    words: str
    few_days: int
    incomplete_days: int


@dataclass(frozen=True, slots=True)
class _Section:
    """Everything the page says of one product. ``anchor`` is its id on the page; ``head`` its row of sql/today.sql."""

    anchor: str
    head: dict[str, Any]
    trend: Answer
    chart: _Chart | None
    shares: Answer
    nps: Answer
    markets: Answer
    versions: Answer
    worst: Answer


def write_page(published: Path, out: Path) -> Path:
    """Write the page about the ``published`` DuckDB file to ``out`` and return ``out``.

    Written aside and moved into place: who reads the old page is not disturbed, and nobody sees half a page. The
    page has mode 0644, since POMs open it; the published file holds the same texts and is as readable.
    Raises reports.data.Unreadable for a published file that is missing or not ours, OSError where ``out`` cannot
    be written.
    """
    html = render(published)
    out.parent.mkdir(parents=True, exist_ok=True)
    handle, aside = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.", suffix=".tmp")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(html)
            file.flush()
            os.fsync(file.fileno())
            os.fchmod(file.fileno(), 0o644)
        Path(aside).replace(out)
    except BaseException:
        Path(aside).unlink(missing_ok=True)
        raise
    return out


def render(published: Path) -> str:
    """The page about the ``published`` DuckDB file as HTML text. Raises reports.data.Unreadable."""
    with Published(published) as file:
        meta = file.meta()
        zone, at = _zone(meta, published), _published_at(meta, published)
        until = at.astimezone(zone).date()
        today = file.ask("today", until=until)
        freshness, gaps = file.ask("freshness"), file.ask("gaps", most=_MOST_GAPS)
        sections = _sections(file, today, until)
    return (
        _environment(zone)
        .get_template("page.html.j2")
        .render(
            meta=meta,
            published_at=at,
            until=until,
            today=today,
            freshness=freshness,
            gaps=gaps,
            sections=sections,
            has_posts=any(row["last_day"] for row in today.rows),
            few=words.FEW,
            chart_days=CHART_DAYS,
            table_days=_TABLE_DAYS,
            style=Markup((_HERE / "style.css").read_text(encoding="utf-8")),  # noqa: S704 - our own file
        )
    )


def _sections(file: Published, today: Answer, until: date) -> list[_Section]:
    last = max((row["last_day"] for row in today.rows if row["last_day"]), default=until)
    asks = {"since": last - timedelta(days=CHART_DAYS), "until": until}
    trends = [file.ask("trend", product=row["product"], **asks) for row in today.rows]
    every = [day for trend in trends for day in trend.rows]
    frame = charts.frame(every, min((day["day"] for day in every), default=last), last)
    return [
        _Section(
            anchor=f"product-{number}-" + re.sub(r"[^a-z0-9]+", "-", row["product"].lower()).strip("-"),
            head=row,
            trend=trend,
            chart=_chart(trend, frame) if trend.rows else None,
            shares=file.ask("shares", product=row["product"], until=until),
            nps=file.ask("nps", product=row["product"], until=until),
            markets=file.ask("markets", product=row["product"], most=_MOST_MARKETS),
            versions=file.ask("versions", product=row["product"], most=_MOST_VERSIONS),
            worst=file.ask("worst", product=row["product"], until=until, most=_WORST),
        )
        for number, (row, trend) in enumerate(zip(today.rows, trends, strict=True), 1)
    ]


def _chart(trend: Answer, frame: charts.Frame) -> _Chart:
    return _Chart(
        wide=charts.draw(trend.rows, frame, charts.WIDE),
        narrow=charts.draw(trend.rows, frame, charts.NARROW),
        words=charts.describe(trend.rows),
        few_days=sum(0 < day["scored"] < words.FEW for day in trend.rows),
        incomplete_days=sum(not day["complete"] for day in trend.rows),
    )


def _zone(meta: dict[str, str], published: Path) -> ZoneInfo:
    try:
        return ZoneInfo(meta["time_zone"])
    except (KeyError, ValueError, OSError):
        raise Unreadable(f"{published}: its meta table names no known time_zone; publish again") from None


def _published_at(meta: dict[str, str], published: Path) -> datetime:
    """When the file was published, aware; without a zone it is UTC, as all times of the file are."""
    try:
        at = datetime.fromisoformat(meta["published_at"])
    except (KeyError, ValueError):
        raise Unreadable(f"{published}: its meta table says no published_at; publish again") from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _web_link(url: str | None) -> str | None:
    """The address where it is one a browser may follow; never javascript: or data:."""
    return url if url and re.match(r"https?://[^\s]+$", url, re.IGNORECASE) else None


@cache
def _environment(zone: ZoneInfo) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        signed=words.signed,
        count=words.count,
        share=words.share,
        stars=words.stars,
        day=words.day,
        weekday=words.weekday,
        plural=words.plural,
        clip=words.clip,
        moment=partial(words.moment, zone=zone),
        web_link=_web_link,
        svg=lambda drawing: Markup(drawing.body),  # noqa: S704 - drawn from numbers and dates only
    )
    environment.globals.update(channel_state=words.channel_state, behind=words.behind)
    return environment
