"""Numbers as people write them: stars, answers of surveys, and counts with the file's own thousands."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

_NUMBER = r"([+-]?\d+(?:[.,]\d+)?)"
_OF = re.compile(rf"^\D*?{_NUMBER}\s*(?:/|out of|of|von|sur|de|su|из|av|van)\s*(\d+(?:[.,]0+)?)\D*$", re.IGNORECASE)
_PER_CENT = re.compile(rf"^{_NUMBER}\s?%$")
#: As Google's services name stars.
_NAMES = {"ONE": 1.0, "TWO": 2.0, "THREE": 3.0, "FOUR": 4.0, "FIVE": 5.0}
#: "10 - Extremely likely", "2 stars", "4.5": a number and words without another.
_LEADING = re.compile(rf"^{_NUMBER}(?:\s*[-–—:(*★⭐]\D*|\s+\D*)?$")
_GLYPHS = re.compile(r"^[★⭐🌟☆✩✭\s\ufe0f]+$")
_SUFFIX = re.compile(r"^([+-]?\d{1,3}(?:[.,]\d{1,2})?|\d+)\s*([kKmM])$")
_PLAIN = re.compile(r"^[+-]?\d{1,19}$")
_GROUPS = re.compile(r"^[+-]?\d{1,3}(?:([.,' \u00a0\u202f’])\d{3})(?:\1\d{3})*$")
#: As Amazon and its like say how many found it useful; "12 of 15 people" is two numbers and none.
_HELPFUL = re.compile(
    r"^(one|[+-]?\d[\d.,'\u00a0\u202f’]*[kKmM]?)\s+(?:(?:people|persons?|users?|customers?|likes?|votes?)\b|"
    r"(?:Personen|Kunden|Nutzer|personnes?|personas?|persone)\b)\D*$",
    re.IGNORECASE,
)
_BLANKS = re.compile(r"[' \u00a0\u202f’]")


def graded(value: str) -> tuple[float, float | None] | None:
    """A number of stars or points, and the top of its own scale where the value names one ("4/5", "80%", "★★★★☆")."""
    said = unicodedata.normalize("NFKC", value).strip()
    if _GLYPHS.match(said):
        full, none = sum(said.count(c) for c in "★⭐🌟"), sum(said.count(c) for c in "☆✩✭")
        return (float(full), 5.0) if 1 <= full + none <= 5 else None
    if found := _OF.match(said):
        top = _decimal(found[2])
        return (_decimal(found[1]), top) if top > 1 else None
    if said.upper() in _NAMES:
        return _NAMES[said.upper()], 5.0
    if found := _PER_CENT.match(said):
        return (_decimal(found[1]), 100.0)
    found = _LEADING.match(said)
    return (_decimal(found[1]), None) if found else None


def _decimal(written: str) -> float:
    return float(written.replace(",", "."))


def bare(value: str) -> str:
    """A count without the words behind it: "1,234 people found this helpful" is 1,234."""
    said = value.strip()
    if found := _HELPFUL.match(said):
        return "1" if found[1].lower() == "one" else found[1]
    return said


@dataclass(frozen=True, slots=True)
class Separators:
    """How a column of counts uses "." and ",": "thousands", "decimal", or "" where nothing tells."""

    dot: str = ""
    comma: str = ""

    def count(self, value: str) -> int | None:
        """A whole number as it is written; None for any other, and where a separator may mean either."""
        said = bare(value)
        if _PLAIN.match(said):
            return int(said)
        if found := _SUFFIX.match(said):
            return round(_decimal(found[1]) * {"k": 1_000, "m": 1_000_000}[found[2].lower()])
        said = _BLANKS.sub("", said) if _GROUPS.match(said) else said
        for mark, means in ((".", self.dot), (",", self.comma)):
            if means == "thousands":
                if mark in said and not re.match(rf"^[+-]?\d{{1,3}}(?:{re.escape(mark)}\d{{3}})+(?!\d)", said):
                    return None
                said = said.replace(mark, "")
        for mark, means in ((".", self.dot), (",", self.comma)):
            if means == "decimal":
                said = re.sub(rf"{re.escape(mark)}0*$", "", said)
        return int(said) if _PLAIN.match(said) else None


def separators(values: Iterable[str], decimal: str = "auto", *, plain: bool = False) -> Separators:
    """What "." and "," are in a column of whole numbers, from its values that have one (``plain``: others have none).

    1.234 is no whole number, so its dot parts thousands; 1.5, 0.000 and 1234.000 have a decimal dot. 1.000 alone may be
    either: thousands where other values of the column are written without a dot, else nothing is known. A column that
    shows both for one mark says nothing. ``decimal`` is the configured mark, and decides.
    """
    if decimal != "auto":
        return Separators("decimal", "thousands") if decimal == "." else Separators("thousands", "decimal")
    held = [bare(value) for value in values]
    found = {mark: _means(mark, held, plain=plain) for mark in ".,"}
    if found["."] == "decimal" == found[","]:
        return Separators()
    return Separators(found["."], found[","])


def _means(mark: str, values: list[str], *, plain: bool) -> str:
    other = "," if mark == "." else "."
    grouped = decimal = unclear = False
    for value in values:
        if mark not in value or _SUFFIX.match(value):
            continue
        body = value.lstrip("+-")
        if other in body:
            # Both marks: the last is the decimal one.
            last = body.rfind(mark) > body.rfind(other)
            grouped, decimal = grouped or not last, decimal or last
        elif re.match(rf"^[1-9]\d{{0,2}}(?:{re.escape(mark)}\d{{3}})+$", body):
            certain = body.count(mark) > 1 or not body.endswith("000")
            grouped, unclear = grouped or certain, unclear or not certain
        else:
            decimal = True
    if grouped and decimal:
        return ""
    if grouped or decimal:
        return "thousands" if grouped else "decimal"
    return "thousands" if unclear and plain else ""
