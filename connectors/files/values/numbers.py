"""One cell as a number: 4,5, 4/5, ★★★★☆, "2 stars", "10 - Extremely likely", 1.000 and 1.2K.

Each function reads one text; columns read each distinct text once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

_FULL, _EMPTY = "★⭐🌟✭✮⭑", "☆✩⚝"
_NUMBER = r"[+-]?\d+(?:[.,]\d+)?"
#: In the languages that reviews are mostly written in.
_STAR = (
    r"stars?|sterne?n?|étoiles?|etoiles?|estrellas?|estrelas?|stell[ae]|sterren|ster|stjärnor|gwiazd\w*|звезд\w*"
    r"|星|별점?|점"
)
_OF = r"/|⁄|\bout\s+of\b|\bof\b|\bvon\b|\bsur\b|\bde\b|\bdi\b|\bvan\b|\baf\b|\bav\b|\bиз\b"
_PLAIN = re.compile(rf"({_NUMBER})")
_PART = re.compile(rf"({_NUMBER})\s*(?:{_STAR})?\s*(?:{_OF})\s*(\d+)\s*(?:{_STAR})?", re.IGNORECASE)
_STARS = re.compile(rf"({_NUMBER})\s*-?\s*(?:{_STAR})", re.IGNORECASE)
_PERCENT = re.compile(rf"({_NUMBER})\s*%")
#: A scale's ends are often labelled: "0 - Not at all likely", "10 (Extremely likely)", "Excellent (5)".
_LABELLED = re.compile(r"(\d+)\s*(?:[-\N{EN DASH}\N{EM DASH}:=]\s*|\()[^\W\d_].*", re.DOTALL)
_LABEL_FIRST = re.compile(r"[^\W\d_][^\d]*[(\-\N{EN DASH}\N{EM DASH}:=]\s*(\d+)\)?", re.DOTALL)
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:([.,' \u00a0\u202f\u2019])\d{3})(?:\1\d{3})*")
_SHORT = re.compile(rf"({_NUMBER})\s*([km])", re.IGNORECASE)
_TIMES = {"k": 1_000, "m": 1_000_000}


class Said(NamedTuple):
    """A number, and what it is out of where the cell says so (4/5: 5; 80%: 100)."""

    value: float
    of: int | None = None


def rated(text: str) -> Said | None:
    """A rating or an answer on a scale; None for anything else."""
    text = re.sub(r"(?<=\d)\s*½", ".5", text.strip()).replace("\ufe0f", "")
    glyphs = text.replace(" ", "")
    if glyphs and glyphs[0] in _FULL + _EMPTY:
        full, empty = sum(c in _FULL for c in glyphs), sum(c in _EMPTY for c in glyphs)
        half = glyphs.count("½") + glyphs.count("⯨")
        if full + empty + half != len(glyphs):
            return None
        return Said(full + half / 2, full + empty + half if empty else None)
    if whole := _PLAIN.fullmatch(text):
        return Said(_float(whole[1]))
    if part := _PART.fullmatch(text):
        return Said(_float(part[1]), int(part[2]))
    if percent := _PERCENT.fullmatch(text):
        return Said(_float(percent[1]), 100)
    for form in (_STARS, _LABELLED, _LABEL_FIRST):
        if found := form.fullmatch(text):
            return Said(_float(found[1]))
    return None


def _float(text: str) -> float:
    return float(text.replace(",", "."))


@dataclass(frozen=True, slots=True)
class Marks:
    """What the point and the comma mean in a column of counts; None: nothing says."""

    thousands: str = ""
    decimal: str = ""


def counted(text: str, marks: Marks) -> int | None:
    """A count of things: 987, 1.000 (by ``marks``), 1.2K, +3, 4.0; None for anything else."""
    text = text.strip()
    if short := _SHORT.fullmatch(text):
        value = round(_float(short[1]) * _TIMES[short[2].lower()], 3)
        return int(value) if value == int(value) else None
    if found := _THOUSANDS.fullmatch(text):
        mark = found[1]
        if mark in marks.thousands or mark not in ".,":
            return int(re.sub(r"[^\d+-]", "", text))
    if not _PLAIN.fullmatch(text):
        return None
    value = _float(text)
    return int(value) if value == int(value) and abs(value) <= 2**53 else None


def marks_of(said: Iterable[str]) -> Marks:
    """What point and comma mean in a column, by all that it says.

    In a column of whole numbers a mark before exactly three digits is one of thousands, unless the same mark stands
    before another number of digits anywhere: then it is the decimal one (4.0, 12.5).
    """
    thousands, decimal = set[str](), set[str]()
    for text in map(str.strip, said):
        if _SHORT.fullmatch(text):
            continue
        if found := _THOUSANDS.fullmatch(text):
            thousands.add(found[1])
        elif (whole := _PLAIN.fullmatch(text)) and (mark := re.search(r"[.,]", whole[1])):
            decimal.add(mark[0])
    return Marks("".join(sorted(thousands - decimal)), "".join(sorted(decimal)))
