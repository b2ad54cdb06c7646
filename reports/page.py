"""The page: one self-contained earful.html made from the published file. It is whole where no script runs."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo

import jinja2
from markupsafe import Markup

from earful.reports import wording
from earful.reports.charts.kept import Kept, kept
from earful.reports.data import Published
from earful.reports.glance import glance
from earful.reports.glossary import TERMS
from earful.reports.sections import CHART_DAYS, anchors, sections
from earful.reports.standing import Standing
from earful.warehouse.constants import CONSTANTS, ENOUGH_POSTS
from earful.warehouse.files.atomic import exclusive, remove_left, write_whole

_HERE = Path(__file__).parent / "templates"

_TABLE_DAYS = 14
_MOST_GAPS = 20
_MOST_CHANGES = 12
#: Changes told with all their words on the first screen; of the rest their first sentence.
_IN_FULL = 2
_MOST_CHANNELS = 16
#: Views that questions about each product ask, and that cost the same for one product as for all.
_HELD = ("what_changed", "level", "recovery", "share_of_voice", "by_market", "by_topic", "by_version", "trend")


def write_page(
    published: Path,
    out: Path,
    *,
    stale_hours: int | None = None,
    standing: Standing | None = None,
    waiting: Callable[[str], None] | None = None,
) -> Path:
    """Write the page about the ``published`` DuckDB file to ``out`` and return ``out``.

    ``stale_hours``: older than that it says so in the browser; None: it has no script.
    ``standing``: how nights and channels stand, for a section of its own.

    Written aside and moved into place: who reads the old page is not disturbed, and nobody sees half a page. The
    page has mode 0644, since POMs open it; the published file holds the same texts and is as readable.
    Two that write it at once wait for each other, each reading what is published by then: a page never brings back
    what was erased while it was made. ``waiting`` is called with a line to show where another holds the lock. Raises
    earful.reports.data.Unreadable for a published file that is missing or not ours, OSError where ``out`` cannot be
    written.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    with exclusive(out.parent, waiting=waiting) as alone:
        if alone:
            remove_left(out)
        write_whole(out, render(published, stale_hours, standing, kept(out)))
    return out


def render(
    published: Path,
    stale_hours: int | None = None,
    standing: Standing | None = None,
    charts: Kept = MappingProxyType({}),
) -> str:
    """The page about the ``published`` DuckDB file as HTML text, see write_page. ``charts``: drawn before.

    Raises earful.reports.data.Unreadable.
    """
    script = (_HERE / "stale.js").read_text(encoding="utf-8")
    with Published(published) as file:
        file.hold(*_HELD)
        meta = file.meta()
        zone, at = file.zone(), file.published_at()
        until = at.astimezone(zone).date()
        today = file.ask("today", until=until)
        changed = file.ask("changed", until=until, most=_MOST_CHANGES)
        state, whole, told = file.ask("state"), file.ask("whole"), file.ask("told", until=until)
        freshness, gaps = file.ask("freshness"), file.ask("gaps", most=_MOST_GAPS)
        voice, trust = file.ask("voice", until=until), file.ask("trust", most=_MOST_CHANNELS)
        lines = glance(file, today, changed, until)
        products = sections(file, today, until, charts)
    return wording.shown(
        _environment(zone)
        .get_template("page.html.j2")
        .render(
            meta=meta,
            published_at=at,
            until=until,
            today=today,
            glance=lines,
            changed=changed,
            anchors=anchors(today),
            state=state,
            whole=whole,
            told=told,
            freshness=freshness,
            gaps=gaps,
            voice=voice,
            trust=trust,
            sections=products,
            has_posts=any(row["last_day"] for row in today.rows),
            in_full=_IN_FULL,
            few=ENOUGH_POSTS,
            chart_days=CHART_DAYS,
            table_days=_TABLE_DAYS,
            standing=standing,
            stale_hours=stale_hours,
            stale_script=Markup(script),  # noqa: S704 - our own file
            # What the page's policy lets run: these bytes and no others.
            stale_hash=f"sha256-{b64encode(sha256(script.encode()).digest()).decode()}",
            style=Markup((_HERE / "style.css").read_text(encoding="utf-8")),  # noqa: S704 - our own file
        )
    )


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
        signed=wording.signed,
        count=wording.count,
        share=wording.share,
        stars=wording.stars,
        day=wording.day,
        weekday=wording.weekday,
        plural=wording.plural,
        some_stars=wording.some_stars,
        clip=wording.clip,
        readable=wording.readable,
        nameless=wording.nameless,
        decimal=wording.decimal,
        verdict=wording.verdict,
        spam_wave=wording.spam_wave,
        moment=partial(wording.moment, zone=zone),
        web_link=_web_link,
        svg=lambda drawing: Markup(drawing.body),  # noqa: S704 - drawn from numbers and dates only
    )
    environment.globals.update(
        channel_state=wording.channel_state,
        behind=wording.behind,
        interval=wording.interval,
        threshold=f"{CONSTANTS['compound_threshold']:g}",
        terms=TERMS,
    )
    return environment
