"""The weekly digest: what a POM should know of the week, as markdown and as HTML mail, from the published file alone.

No words of posts are in it, only single terms: what has left in a mail cannot be erased.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import jinja2

from earful.reports import wording
from earful.reports.data import Published, Unreadable
from earful.warehouse.files.atomic import exclusive, remove_left, write_whole

_HERE = Path(__file__).parent / "templates"
_QUESTIONS = ("week", "changes", "judged", "releases", "words", "weak", "nps", "voice", "bursts", "spam", "gaps")
_DAY, _WEEK = timedelta(days=1), timedelta(days=7)
_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~])")


@dataclass(frozen=True, slots=True)
class Digest:
    """One week's digest. ``until`` is the day of its publishing, in the reporting zone; the week ends before it."""

    until: date
    subject: str
    markdown: str
    html: str


def digest(published: Path) -> Digest:
    """The digest of the ``published`` DuckDB file. Raises earful.reports.data.Unreadable."""
    with Published(published) as file:
        meta = file.meta()
        try:
            at = datetime.fromisoformat(meta["published_at"])
            zone = ZoneInfo(meta["time_zone"])
        except (KeyError, ValueError, OSError):
            raise Unreadable(f"{published}: its meta table says no published_at or time_zone; publish again") from None
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        until = at.astimezone(zone).date()
        answers = {name: file.ask(f"digest_{name}", until=until) for name in _QUESTIONS}
    # A product whose data ended weeks ago has a newest week too, which is not this one.
    recent = [row["last_day"] for row in answers["week"].rows if row["last_day"] >= until - _WEEK]
    last = max(recent, default=until - _DAY)
    changes = answers["changes"].rows
    alarms = sum(row["told"] and row["answer"] is None and not row["unknown"] for row in changes)
    judged = [row for row in answers["judged"].rows if row["judged_days"]]
    said = wording.plural(alarms, "alarm") if alarms else "no alarm" if judged else "not judged"
    subject = f"earful, {wording.day(last - _WEEK + _DAY)} to {wording.day(last)}: {said}"
    given = {
        "subject": subject, "until": until, "at": at, "zone": str(zone), "week_long": _WEEK,
        "judged_some": bool(judged),
        "unjudged": [row for row in answers["judged"].rows if not row["judged_days"]], **answers,
    }  # fmt: skip
    return Digest(
        until=until,
        subject=subject,
        markdown=_environment(html=False).get_template("digest.md.j2").render(given),
        html=wording.shown(_environment(html=True).get_template("digest.html.j2").render(given)),
    )


def files_of(folder: Path) -> tuple[Path, Path]:
    """Where the digest is, as markdown and as HTML."""
    return folder / "earful-digest.md", folder / "earful-digest.html"


def write_digest(published: Path, folder: Path, *, waiting: Callable[[str], None] | None = None) -> Digest:
    """Write the digest of the ``published`` file into ``folder``, each file aside and moved into place.

    Under the lock of whoever writes there, as the page, and ``waiting`` is called as for that. Raises
    earful.reports.data.Unreadable, or OSError; what was there before is then as it was.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with exclusive(folder, waiting=waiting) as alone:
        made = digest(published)
        for path, content in zip(files_of(folder), (made.markdown, made.html), strict=True):
            if alone:
                remove_left(path)
            write_whole(path, content)
    return made


def _between(low: float | None, high: float | None, digits: int = 2) -> str:
    return f"{wording.signed(low, digits)} to {wording.signed(high, digits)}"


def _points(share: float) -> str:
    return wording.signed(100 * share, 0)


def _markdown_text(text: object) -> str:
    """A text in markdown that means only itself, on one line."""
    return _SPECIAL.sub(r"\\\1", wording.clip(str(text), 1000))


@cache
def _environment(*, html: bool) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE),
        autoescape=html,  # noqa: S701 - markdown is no HTML: there the filter md escapes
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        signed=wording.signed, count=wording.count, share=wording.share, day=wording.day, plural=wording.plural,
        stars=wording.stars, md=_markdown_text, clip=wording.clip, points=_points,
        spam_wave=wording.spam_wave, readable=wording.readable,
    )  # fmt: skip
    environment.globals.update(between=_between)
    return environment
