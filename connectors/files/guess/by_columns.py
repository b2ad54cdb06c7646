"""A guess from the columns of a table, where it is none that is known."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from earful.connectors.errors import Fatal
from earful.connectors.files.guess.found import Found
from earful.connectors.files.guess.grades import grades_of
from earful.connectors.files.guess.identity import why_not
from earful.connectors.files.guess.looks import Look
from earful.connectors.files.guess.products import take_products
from earful.connectors.files.guess.scores import assigned, named
from earful.connectors.files.guess.table import Table
from earful.connectors.files.guess.times import reading
from earful.connectors.files.guess.words.names import strength, word_lists, words_of
from earful.connectors.files.values.clocks import clock_beside

#: Fields of which a column that fits nearly as well is named.
_CONTESTED = {"created_at": 0.75, "text": 0.75, "rating": 0.85, "nps": 0.85}


def by_columns(table: Table, zone: str, files: Sequence[str]) -> Found:
    """The guess. Raises Fatal where no column is one of times, or none one of words, stars or answers."""
    looks = [
        Look(name, values, table.questions.get(name, ""))
        for name, values in table.columns.items()
        if name not in table.twice
    ]
    survey = any(strength(each, "survey") >= 0.6 for each in table.columns)
    survey = survey or any(strength(each.partition(".")[0], "survey") > 0 for each in files)
    chosen, fits = assigned(looks)
    grades = grades_of(chosen, looks, survey=survey)
    _needed(table, looks, chosen)
    found = Found()
    columns: dict[str, Any] = {}
    _times(chosen, fits, looks, zone, table, found, columns)
    both = _both_sides(chosen, [look for _, look in fits.get("text", ())])
    for role in ("text", "title"):
        if role == "text" and both:
            columns[role] = [look.name for look in both]
            found.said.append(
                f"text: {both[0].name!r} and {both[1].name!r}, read as one: what is liked and what is not"
            )
        elif role in chosen:
            columns[role] = chosen[role].name
            found.said.append(f"{role}: {chosen[role].name!r}, {_why(chosen[role], role)}")
    columns |= grades.columns
    found.options |= grades.options
    found.said += grades.said
    found.doubts += grades.doubts
    _ids(chosen, found, columns)
    for role in ("author", "app_version", "market", "language_hint", "likes", "reply_count", "url"):
        if role in chosen:
            columns[role] = chosen[role].name
            found.said.append(f"{role}: {chosen[role].name!r}, by its name")
    take_products(chosen.get("product"), found)
    _contested(chosen, fits, found, {look.name for look in both})
    if table.all_columns:
        found.doubts.append(
            f"of {table.all_columns} columns the first {len(looks)} are looked at; columns names others"
        )
    found.doubts += [f"column {name!r} stands there twice and is left out; rename one" for name in table.twice]
    if table.encoding:
        found.options["encoding"] = table.encoding
        found.said.append(f"encoding: {table.encoding}, in which its names are words")
    found.options["kind"] = _kind(columns, survey=survey)
    found.options["columns"] = columns
    return found


def _needed(table: Table, looks: Sequence[Look], chosen: dict[str, Look]) -> None:
    shown = ", ".join(repr(look.name[:40]) for look in looks[:20]) + (", ..." if len(looks) > 20 else "")
    name = table.opened.path.name
    if "created_at" not in chosen:
        called = [look.name for look in looks if look.filled and strength(look.name, "created_at") >= 0.8]
        none = f"; no time can be read in {', '.join(map(repr, called[:3]))}" if called else ""
        raise Fatal(
            f"{name}: no column of dates or times was found among {shown}{none}; name one in columns.created_at, "
            "with time_format, or give all rows one by constants.created_at"
        )
    if not chosen.keys() & {"text", "title", "rating", "nps", "recommended"}:
        raise Fatal(
            f"{name}: no column of words, stars or answers was found among {shown}; name one in columns "
            "(text, rating, nps or recommended)"
        )


def _times(
    chosen: dict[str, Look],
    fits: dict[str, list[tuple[float, Look]]],
    looks: Sequence[Look],
    zone: str,
    table: Table,
    found: Found,
    columns: dict[str, Any],
) -> None:
    look = chosen["created_at"]
    columns["created_at"] = look.name
    how = reading(look, [each for each in looks if each is not look], zone, table.zone, files=table.files)
    clock = _clock(look, looks)
    if clock:
        columns["created_at"] = [look.name, clock.name]
        if "time_format" in how.options:
            # Both are read with a blank between by a format; without a form of the clock none can be made.
            form = _clock_form(clock)
            how.options["time_format"] += f" {form}" if form else ""
    found.options |= how.options
    beside = f" with the time of day in {clock.name!r}" if clock else ""
    found.said.append("; ".join([f"created_at: {look.name!r}{beside}, {_why(look, 'created_at')}", *how.said]))
    found.doubts += how.doubts
    edited = chosen.get("edited_at")
    # One format holds for both.
    if edited and ("time_format" not in how.options or edited.order == look.order):
        columns["edited_at"] = edited.name
        found.said.append(f"edited_at: {edited.name!r}, by its name")
    used = {look.name, edited.name if edited else ""}
    found.dates += [each.name for _, each in fits.get("created_at", ()) if each.name not in used]


def _clock(look: Look, looks: Sequence[Look]) -> Look | None:
    """The column of times of day beside a column of days."""
    if look.has_clock and not look.midnight:
        return None
    clocks = [each for each in looks if each is not look and each.clock > 0.9 and each.share >= 0.9 * look.share]
    by_name = clock_beside(look.name, [each.name for each in clocks])
    if by_name is not None:
        return next(each for each in clocks if each.name == by_name)
    known = [each for each in clocks if strength(each.name, "clock") >= 0.5]
    return known[0] if len(known) == 1 else None


def _clock_form(clock: Look) -> str:
    forms = set()
    for each in clock.sample:
        half = re.search(r"( ?)[AaPp][Mm]$", each)
        seconds = each.count(":") == 2
        forms.add(f"{'%I' if half else '%H'}:%M{':%S' if seconds else ''}{half[1] + '%p' if half else ''}")
    return forms.pop() if len(forms) == 1 else ""


def _ids(chosen: dict[str, Look], found: Found, columns: dict[str, Any]) -> None:
    """An id of the table's own, else one made of the rows, pinned by name."""
    look = chosen.get("post_id")
    words = chosen.get("text") or chosen.get("title")
    why = "no column tells the rows apart" if look is None else why_not(look, words)
    if look is not None and not why:
        columns["post_id"] = look.name
        found.said.append(f"post_id: {look.name!r}, another value in every row")
        return
    found.options["id"] = "row"
    found.said.append(f"post_id: made of the row, as {why if look is None else f'{look.name!r} {why}'}")


def _both_sides(chosen: dict[str, Look], fits: Sequence[Look]) -> list[Look]:
    """The columns of what is liked and of what is not, where one of them is the text: half would be a wrong answer."""
    text = chosen.get("text")
    sides = {_side(look): look for look in reversed([look for look in fits if _written(look)]) if _side(look)}
    if text is None or len(sides) < 2 or text.name not in {look.name for look in sides.values()}:
        return []
    return [sides["for"], sides["against"]]


def _side(look: Look) -> str:
    """Which of the two a column holds by its name: "for", "against", or ""."""
    words = set(words_of(look.name))
    lists = {side: {each.strip() for each in word_lists()["sides"][side].split("|")} for side in ("for", "against")}
    against, pro = (bool(words & lists[side]) for side in ("against", "for"))
    return "against" if against else "for" if pro else ""


def _contested(
    chosen: dict[str, Look], fits: dict[str, list[tuple[float, Look]]], found: Found, read: set[str]
) -> None:
    """Columns that could have a role and have none; ``read``: those that are part of a text."""
    used = read | {look.name for look in chosen.values()}
    for role, near in _CONTESTED.items():
        its = fits.get(role, [])
        if role not in chosen or not its:
            continue
        best = next((score for score, look in its if look is chosen[role]), 0.0)
        others = [
            look.name
            for score, look in its
            if look.name not in used
            and (score >= near * best or (role == "text" and _written(look)))
            and named(look, role) > -0.4
        ]
        if others:
            shown = ", ".join(repr(each[:60]) for each in others[:4])
            one = "one, or several in a list" if role == "text" else "one"
            found.doubts.append(f"{role}: could be {shown}, too, and is not read (columns.{role} names {one})")


def _written(look: Look) -> bool:
    """Whether a column holds sentences, hardly one of them twice: what somebody wrote, whatever it is called."""
    return look.wordy >= 3 and look.unique >= 0.5 and look.share >= 0.2 and look.filled > 5


def _kind(columns: dict[str, Any], *, survey: bool) -> str:
    if "nps" in columns or survey:
        return "survey"
    return "review" if columns.keys() & {"rating", "recommended"} else "post"


def _why(look: Look, role: str) -> str:
    by_name = named(look, role) >= 0.4
    holds = {
        "created_at": f"{look.dated:.0%} of its values are times",
        "text": f"{look.wordy:.0f} words a value",
    }.get(role, "")
    return " and ".join(filter(None, ["by its name" if by_name else "", holds]))
