"""How a column of times is to be read: the order of day and month where the values leave it open, and the zone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from earful.connectors.files.guess.looks import Look
from earful.connectors.files.guess.words.names import word_lists, words_of
from earful.connectors.files.values.times import Order

_DAY = re.compile(
    r"^(?P<a>\d{1,2})(?P<mark>[./-])(?P<b>\d{1,2})(?P=mark)(?P<y>\d{4}|\d\d)"
    r"(?:(?P<gap>,? |T)(?P<h>\d{1,2})(?P<part>[:.])(?P<m>\d\d)(?P<s>(?P=part)\d\d)?(?P<half> ?[AaPp][Mm])?)?$"
)
#: Of steps from row to row so many go one way in a table that is sorted by time.
_SORTED, _UNSORTED = 0.95, 0.8
#: The two orders, each with the other.
_WAYS: tuple[tuple[Order, Order], ...] = (("dmy", "mdy"), ("mdy", "dmy"))
#: Letters of zones that mean one zone; others (EST, CST, IST) are shared by several.
_SURE = {"utc": "UTC", "gmt": "UTC"}
_SHARED = re.compile(r"\b(?:[ECMP][SD]T|CES?T|EES?T|BST|IST|JST|KST|MSK|AE[SD]T|BRT|SGT)\b")
_IANA = re.compile(
    r"\b(?:Africa|America|Asia|Atlantic|Australia|Europe|Indian|Pacific)/[A-Z][A-Za-z_]+(?:/[A-Za-z_]+)?"
)


@dataclass(slots=True)
class Reading:
    """Options, and what is said and doubted of them."""

    options: dict[str, Any] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)


def reading(look: Look, others: Sequence[Look], zone: str, stated: str | None, *, files: int = 1) -> Reading:
    """How ``look`` is to be read.

    ``others``: the table's other columns; ``zone``: of the reporting days; ``stated``: the zone that the table's
    header names; ``files``: how many it stands in.
    """
    found = Reading()
    if look.order == "?":
        _order(look, others, found)
    elif files > 1 and look.order and (form := form_of(look, look.order)) and "." not in form[:5]:
        # What one file shows of days and months holds for those of which no day is above 12.
        found.options["time_format"] = form
        found.said.append("day first" if look.order == "dmy" else "month first")
    _zone(look, zone, stated, found)
    return found


def _zone(look: Look, zone: str, stated: str | None, found: Reading) -> None:
    if look.has_zone:
        found.said.append("its values name their zone")
        return
    named = _named_zone(look.name)
    stated = named or stated
    if stated and _known(stated):
        found.options["time_zone"] = stated
        found.said.append(f"times of {stated}, as {'its name' if named else 'the header'} says")
        return
    if not look.has_clock or look.midnight:
        found.said.append(f"days of {zone}")
        return
    found.said.append(f"no zone is named: read as times of {zone}")
    shared = _SHARED.search(look.name)
    why = f"names {shared[0]}, which several zones share" if shared else "names no zone"
    found.doubts.append(f'created_at: {look.name!r} {why}; read as {zone}, time_zone = "Area/City" says another')


def _named_zone(name: str) -> str:
    if said := _IANA.search(name):
        return said[0]
    return next((_SURE[word] for word in words_of(name) if word in _SURE), "")


def _known(zone: str) -> bool:
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _order(look: Look, others: Sequence[Look], found: Reading) -> None:
    """Which is the day: what the whole column shows, else what the table's language and its clock make likely."""
    order, why, sure = _decided(look, others)
    form = form_of(look, order)
    words = "day first" if order == "dmy" else "month first"
    if form is None:
        found.doubts.append(
            f"created_at: {look.name!r} leaves open which is the day and which the month, in several forms; "
            'set time_format = "%d/%m/%Y" or the like'
        )
        return
    found.options["time_format"] = form
    found.said.append(f"{words}, {why}")
    if not sure:
        other = form_of(look, "mdy" if order == "dmy" else "dmy")
        found.doubts.append(
            f"created_at: {look.name!r} leaves open which is the day and which the month; read as {words} ({why}), "
            f'time_format = "{other}" reads it the other way'
        )


def _decided(look: Look, others: Sequence[Look]) -> tuple[Order, str, bool]:
    """The order, why, and whether the values show it."""
    for other in others:
        if other is not look and other.order in ("dmy", "mdy") and other.dated > 0.5:
            return other.order, f"as {other.name!r} has it", True
    days = [found for each in look.written.to_pylist()[:20_000] if (found := _DAY.match(each))]
    read = {order: [_day(each, order) for each in days] for order, _ in _WAYS}
    latest = datetime.now(UTC).replace(tzinfo=None) + timedelta(days=1)
    ahead = {order: sum(day is not None and day > latest for day in its) for order, its in read.items()}
    for order, way in _WAYS:
        if ahead[way] and not ahead[order]:
            return order, "as the other way some lie in the future", True
    run = {order: _sorted([day for day in its if day]) for order, its in read.items()}
    for order, way in _WAYS:
        if run[order] >= _SORTED and run[way] < _UNSORTED:
            return order, "as the rows are in the order of time then", True
    first, second = (len({found[name] for found in days}) for name in "ab")
    if first > 3 * second:
        return "dmy", "as the first number changes and the second hardly does", True
    if second > 3 * first:
        return "mdy", "as the second number changes and the first hardly does", True
    if any(found["half"] for found in days):
        return "mdy", "as is usual beside AM and PM", False
    names = {word for each in (look, *others) for word in words_of(each.name)}
    if names.intersection(each.strip() for each in word_lists()["other"]["day_first"].split("|")):
        return "dmy", "as is usual in the language of the names", False
    return "mdy", "as Google and Excel write it unless told otherwise", False


def _day(found: re.Match[str], order: str) -> datetime | None:
    day, month = (found["a"], found["b"]) if order == "dmy" else (found["b"], found["a"])
    year = int(found["y"]) + (2000 if len(found["y"]) == 2 else 0)
    try:
        return datetime(year, int(month), int(day))  # noqa: DTZ001 - only compared with others of the column
    except ValueError:
        return None


def _sorted(days: Sequence[datetime]) -> float:
    """The share of the steps between rows that go the commoner way; days that are equal go both."""
    steps = [(one <= other, one >= other) for one, other in pairwise(days)]
    if len(steps) < 5:
        return 0.0
    return max(sum(each[0] for each in steps), sum(each[1] for each in steps)) / len(steps)


def form_of(look: Look, order: Order) -> str | None:
    """The one format of strptime that all values have; None where they have several, or none that is known."""
    forms = set()
    for each in look.sample:
        found = _DAY.match(each)
        if not found:
            return None
        year, mark = ("%Y" if len(found["y"]) == 4 else "%y"), found["mark"]
        day = mark.join(("%d", "%m", year) if order == "dmy" else ("%m", "%d", year))
        clock = ""
        if found["h"]:
            half, part = found["half"], found["part"]
            clock = f"{found['gap']}{'%I' if half else '%H'}{part}%M{part + '%S' if found['s'] else ''}"
            clock += f"{' ' if half.startswith(' ') else ''}%p" if half else ""
        forms.add(day + clock)
    return forms.pop() if len(forms) == 1 else None
