"""What an alert says, from the published file alone: a title, sentences, two quotes, and the same as plain data.

All texts are plain: what a target's markup takes for more than words is its sender's to make harmless.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from earful.reports import wording
from earful.reports.data import Published

#: Quotes in one alert.
QUOTES = 2
#: Longest post that is quoted, and longest sentence, in characters.
_LONGEST_POST = 600
_LONGEST_SENTENCE = 2_000


@dataclass(frozen=True, slots=True)
class Asked:
    """What is told of: an alert of the store (see warehouse/alerts), by its own words."""

    kind: str
    product: str
    subject: str
    first_day: date
    last_day: date
    detail: str
    what: str


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a post, without the names that they address. ``rating`` in stars, where it has some."""

    text: str
    channel: str
    day: date
    rating: float | None


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert in words. ``text`` begins with what became of it where it is an update; ``data`` are plain values."""

    title: str
    text: str
    quotes: tuple[Quote, ...] = ()
    data: dict[str, Any] = field(default_factory=dict)


#: What an update says before the sentence.
_UPDATES = {
    "new": "",
    "grown": "It has spread. ",
    "again": "It is back. ",
    "ended": "It is over. ",
    "withdrawn": "Taken back: with the posts and corrections that came since, this no longer stands. ",
}
_TITLES = {
    "grown": "spreads", "again": "is back", "ended": "over", "withdrawn": "taken back",
}  # fmt: skip
_BY_KIND = {
    "worse": "worse", "better": "better", "silent": "silent", "spam": "spam?", "failed_night": "a night failed",
    "backlog": "a channel is behind",
}  # fmt: skip
_FIGURES = (
    "metric", "verdict", "slice_kind", "channel", "market", "topic", "app_version", "ongoing", "days", "n", "value",
    "baseline", "change", "change_low", "change_high",
)  # fmt: skip


def compose(published: Callable[[], Published], asked: Asked, quoted: Collection[str]) -> Alert:
    """The alert in words; quotes come from the channels in ``quoted`` alone.

    ``published`` gives the open file, and is not called for what the store alone knows of. Raises
    earful.reports.data.Unreadable for a published file that is missing or not ours. What it no longer holds is told by
    name and days.
    """
    data: dict[str, Any] = {
        "kind": asked.kind, "update": asked.what, "product": asked.product or None, "episode": None,
        "first_day": asked.first_day.isoformat(), "last_day": asked.last_day.isoformat(),
    }  # fmt: skip
    if asked.kind in {"failed_night", "backlog"}:
        return _of_the_pipeline(asked, data)
    file = published()
    named = file.ask("alert_name", product=asked.product).rows
    name = wording.clip(str(named[0]["name"]) if named else asked.product, 80)
    if asked.kind == "spam":
        return _of_spam(file, asked, name, data)
    rows = file.ask("alert_episode", episode=asked.subject).rows
    data["episode"] = asked.subject
    if not rows:
        days = _days(asked.first_day, asked.last_day)
        said = f"{name}: {_BY_KIND[asked.kind]}, {days}."
        return Alert(_title(name, asked), _UPDATES[asked.what] + said, (), data)
    row = rows[0]
    data |= {key: row[key] for key in _FIGURES} | {
        "product_name": row["product_name"], "own": row["own"], "causes": list(row["causes"] or []),
        "first_day": row["first_day"].isoformat(), "last_day": row["last_day"].isoformat(),
        "alarm_day": row["alarm_day"].isoformat(), "sentence": row["sentence"],
    }  # fmt: skip
    sentence = wording.clip(wording.readable(str(row["sentence"])), _LONGEST_SENTENCE)
    quotes = _quotes(file, asked, row, quoted) if asked.what in {"new", "grown", "again"} else ()
    title = _title(name, asked, wording.verdict(str(row["verdict"])))
    return Alert(title, _UPDATES[asked.what] + sentence, quotes, data)


def _title(name: str, asked: Asked, verdict: str = "") -> str:
    said = verdict or _BY_KIND[asked.kind]
    return f"{name}: {said}" + (f" ({_TITLES[asked.what]})" if asked.what in _TITLES else "")


def _days(first: date, last: date) -> str:
    return wording.day(first) if first == last else f"{wording.day(first)} to {wording.day(last)}"


def _of_the_pipeline(asked: Asked, data: dict[str, Any]) -> Alert:
    """Of nights and channels: the store's own words, which need no published file; it may be what is missing."""
    detail = wording.clip(asked.detail, _LONGEST_SENTENCE)
    if asked.kind == "failed_night":
        title = f"earful: {_BY_KIND[asked.kind]}"
        said = f"The night of {wording.day(asked.last_day)} (UTC) failed: {detail or 'no reason recorded'}."
        if asked.what == "ended":
            title, said = (
                "earful: nights are well again",
                "The last night ended well; what was missing has been asked for.",
            )
    else:
        title = f"{asked.product}: {_BY_KIND[asked.kind]}"
        said = f"{asked.product}: {detail}. The page's Coverage says why; a channel that brings no more gets an `end`."
        if asked.what == "ended":
            title, said = f"{asked.product}: a channel has caught up", f"{asked.product}: {detail}; it has caught up."
    data["sentence"] = said
    update = _UPDATES[asked.what] if asked.what != "ended" else ""
    return Alert(title, update + said, (), data | {"detail": detail})


def _of_spam(file: Published, asked: Asked, name: str, data: dict[str, Any]) -> Alert:
    rows = file.ask(
        "alert_spam", product=asked.product, channel=asked.detail, first=asked.first_day, last=asked.last_day
    ).rows
    said = f"{name}, {asked.detail}: a wave of posts taken for spam, {_days(asked.first_day, asked.last_day)}."
    if rows:
        said = f"{name}, {asked.detail}: {wording.spam_wave(rows[0])}"
        data |= {key: rows[0][key] for key in ("channel", "reason", "posts", "share", "mean_compound", "mean_without")}
    data["sentence"] = said
    return Alert(_title(name, asked), _UPDATES[asked.what] + said, (), data)


def _quotes(file: Published, asked: Asked, row: dict[str, Any], quoted: Collection[str]) -> tuple[Quote, ...]:
    """Of different people, none twice alike."""
    if row["metric"] == "silence":
        return ()
    found = file.ask(
        "alert_quotes", episode=asked.subject, product=asked.product, verdict=str(row["verdict"]),
        first=row["first_day"], last=row["last_day"], channel=row["channel"], market=row["market"], topic=row["topic"],
        version=row["app_version"], longest=_LONGEST_POST, most=40,
    )  # fmt: skip
    out: dict[str, Quote] = {}
    for one in found.rows:
        text = wording.clip(wording.nameless(" ".join(filter(None, [one["title"], one["text"]]))))
        if one["channel"] in quoted:
            out.setdefault(text.lower()[:40], Quote(text, one["channel"], one["day"], one["rating"]))
    return tuple(out.values())[:QUOTES]


def summary(alerts: Collection[Alert], most: int = 20) -> Alert:
    """What a day's limit held back, in one: a line each, the most urgent first as they come."""
    lines = [f"{wording.clip(each.text, 240)}" for each in list(alerts)[:most]]
    if len(alerts) > most:
        lines.append(f"and {len(alerts) - most} more: the page and `earful alerts list` have them all")
    title = f"earful: {wording.plural(len(alerts), 'more alert')}"
    data = {"kind": "summary", "update": "new", "product": None, "episode": None, "alerts": [a.data for a in alerts]}
    return Alert(title, "\n".join(lines), (), data)
