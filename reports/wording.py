"""Numbers, days and foreign texts as the page writes them. The sentence of a change is what_changed.sql's."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

#: Longest text of a post on the page, in characters.
LONGEST = 280

_JOINERS = "\u200d\ufe0e\ufe0f"  # zero width joiner and the two variation selectors: they belong to their neighbours
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\s]+")  # control characters and white space


def shown(page: str) -> str:
    """A whole page or digest with a blank for every control character but line feed and tab, whoever's name has one."""
    return _CONTROL.sub(" ", page)


def signed(value: float | None, digits: int = 2) -> str:
    """A score or a change with its sign: +0.12, −0.03, 0.00; a dash for none."""
    if value is None:
        return "–"
    rounded = round(value, digits)
    if rounded == 0:
        return f"{0:.{digits}f}"
    return f"{rounded:+.{digits}f}".replace("-", "−")


def count(value: float | None) -> str:
    """A whole number with thousands marked: 14,236; a dash for none."""
    return "–" if value is None else f"{round(value):,}"


def share(value: float | None) -> str:
    """A share as whole per cent: a little is not nothing (<1%), nearly all is not all (>99%), less than 0 is −33%."""
    if value is None:
        return "–"
    if 0 < value < 0.005:
        return "<1%"
    if 0.995 <= value < 1:
        return ">99%"
    return f"{round(100 * value)}%".replace("-", "−")


def stars(value: float | None) -> str:
    """A mean rating of 1..5: 4.3; a dash for none."""
    return "–" if value is None else f"{value:.1f}"


def some_stars(value: float) -> str:
    """One post's stars: 1 star, 4 stars, 3.5 stars."""
    return f"{round(value, 1):g} star{'' if value == 1 else 's'}"


def day(value: date | None) -> str:
    """A day, the same in every country: 3 Nov 2026."""
    return "–" if value is None else f"{value.day} {value:%b %Y}"


def weekday(value: date | None) -> str:
    """A day with its weekday: Tue 3 Nov 2026."""
    return "–" if value is None else f"{value:%a} {day(value)}"


def moment(value: datetime | None, zone: ZoneInfo) -> str:
    """A moment in the reporting time zone, to the minute: 3 Nov 2026 02:14. Naive means UTC, as the file stores it."""
    if value is None:
        return "–"
    local = (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(zone)
    return f"{day(local.date())} {local:%H:%M}"


def plural(number: float, one: str, many: str = "") -> str:
    """A count with its word: 1 day, 14 days."""
    return f"{count(number)} {one if number == 1 else many or one + 's'}"


def clip(text: str | None, longest: int = LONGEST) -> str:
    """A text on one line, cut to ``longest`` characters where it is longer, with an ellipsis.

    Cuts between words where one ends near, else between characters as people see them: an accent or a joined
    emoji is not torn from what it belongs to.
    """
    line = _UNSEEN.sub(" ", text or "").strip()
    if len(line) <= longest:
        return line
    end = longest - 1
    space = line.rfind(" ", end - 30, end + 1)
    if space > 0:
        end = space
    else:
        start = end
        while end > start - 30 and (_belongs(line[end]) or line[end - 1] == "\u200d"):
            end -= 1
    return line[:end].rstrip() + "…"


def _belongs(character: str) -> bool:
    return character in _JOINERS or unicodedata.category(character).startswith("M")


#: What the note of a channel begins with that asks something.
ASKED = "asked of "


#: What a note says where nobody can tell whether days are whole, up to its end.
NOT_KNOWN = re.compile(r"not known whether whole: [^;]*")


def channel_state(
    status: str, capped: bool | None, note: str | None, error: str | None, brought_to: date | None = None
) -> tuple[str, str]:
    """How a channel's last request for posts went: (good | partial | bad, a phrase).

    ``brought_to``: the day with which what it brought ends, where that is before the last one that it was asked for.
    """
    if status == "failed":
        return "bad", "the last request failed" + (f": {clip(error, 200)}" if error else "")
    if status == "pending":
        return "partial", "still waited for when this was published"
    if note and note.startswith(ASKED):
        return "partial", f"a question is open, until then a field is empty: {clip(note, 300)}"
    if note and (open_ := NOT_KNOWN.search(note)):
        return "partial", clip(open_[0], 300)
    if brought_to is not None:
        return "partial", f"nothing after {day(brought_to)}" + (f" ({clip(note, 200)})" if note else "")
    if capped:
        return "partial", "the source gave less than was asked" + (f": {clip(note, 200)}" if note else "")
    return "good", "answered" + (f" ({clip(note, 200)})" if note else "")


def behind(last_complete: date | None, today: date, ended_on: date | None = None) -> str:
    """How far a channel's last complete day is from the last day that can be complete, in words.

    That is yesterday, or the channel's own last day where it has ended.
    """
    last = today - timedelta(days=1)
    ended = ended_on is not None and ended_on <= last
    said = [f"ended {day(ended_on)}"] if ended else []
    if last_complete is None:
        return ", ".join([*said, "no complete day yet"])
    late = (min(last, ended_on or last) - last_complete).days
    return ", ".join([*said, *([f"{plural(late, 'day')} behind"] if late > 0 else [])])


#: A day after one of the words by which what_changed.sql's sentence gives days; a version that looks like one is left.
_DAY_SAID = re.compile(r"\b(from|on|to|since) (\d{4}-\d\d-\d\d)(?= to \d{4}-| on\.|[.:])")
_MINUS = re.compile(r"(?<=[ (])-(?=\d)")


def readable(sentence: str) -> str:
    """A sentence of what_changed as the page and the digest write it: its days as 3 Nov 2026, its minus signs true."""

    def said(found: re.Match[str]) -> str:
        try:
            return f"{found[1]} {day(date.fromisoformat(found[2]))}"
        except ValueError:
            return found[0]

    return _MINUS.sub("−", _DAY_SAID.sub(said, sentence))


_VERDICTS = {"flood": "a flood of posts", "fewer": "fewer posts", "silent": "no posts any more"}


def verdict(value: str) -> str:
    """A verdict of an episode in words that stand alone."""
    return _VERDICTS.get(value, value)


def interval(low: float | None, high: float | None, digits: int = 2) -> str:
    """A 95% interval: −0.12 to +0.03; a dash where it is not known."""
    return "–" if low is None or high is None else f"{signed(low, digits)} to {signed(high, digits)}"


def decimal(value: float | None, digits: int = 2) -> str:
    """A number without a sign of its own where it is not negative: 0.71; a dash for none."""
    return "–" if value is None else f"{value:.{digits}f}".replace("-", "−")


_NAMES = re.compile(r"(?<![\w/@.])(@|/?u/)[\w.-]{2,}")


def nameless(text: str | None) -> str:
    """A quoted text without the user names it addresses: @… and u/… instead. Mail addresses go whole."""
    text = re.sub(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", "…@…", text or "")
    return _NAMES.sub(lambda found: found[1] + "…", text)


_WAVES = {"copies": "a wave of copied posts", "author": "a burst of alike posts by one author"}


def spam_wave(row: Mapping[str, Any]) -> str:
    """A row of spam_episodes as a sentence: what it is, how much of the days it makes, the mean without and with it."""
    days = day(row["first_day"])
    if row["last_day"] != row["first_day"]:
        days = f"{days} to {day(row['last_day'])}"
    what = (
        f"{_WAVES.get(row['reason'], 'a wave of advertising')} ({plural(row['posts'], 'post')}, {days}:"
        f" {share(row['share'])} of the channel's posts of these days)"
    )
    if row["mean_compound"] is None:
        return f"{what}. None of these days' posts has a score."
    if row["mean_without"] is None:
        return f"{what}. No other post of these days has a score; with it the mean is {signed(row['mean_compound'])}."
    return f"{what}. Without it the mean is {signed(row['mean_without'])}, with it {signed(row['mean_compound'])}."
