"""Columns of grades (stars, survey answers, yes and no) and of counts, read as their file was found to write them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from earful.connectors.files.cast import trimmed, whole
from earful.connectors.files.values.arrays import cast_or_null
from earful.connectors.files.values.marks import yes_or_no
from earful.connectors.files.values.numbers import Separators, graded
from earful.connectors.files.values.profile import ColumnFacts
from earful.connectors.files.values.scales import Scale

GRADES = ("rating", "nps", "recommended")
_KINDS = {"rating": pa.float64(), "nps": pa.int64(), "recommended": pa.bool_()}


def grades(name: str, values: pa.Array, found: ColumnFacts, words: Mapping[str, str]) -> tuple[pa.Array, str]:
    """The column, null where a value is none, and why a value is none. Each distinct value is read once.

    ``words`` are the configured values by what stands in the cell, in small letters.
    """
    scale = found.nps if name == "nps" else found.rating
    reads: dict[str, Callable[[str], float | bool | None]] = {
        "rating": lambda said: _stars(said, scale),
        "nps": lambda said: _answer(said, scale),
        "recommended": lambda said: None if name in found.questions and not words else yes_or_no(said),
    }
    why = {"nps": "is no whole number 0..10", "recommended": "is neither yes nor no"}
    said = why.get(name) or f"is no number of stars on {scale.low}..{scale.high}"
    kind = _KINDS[name]
    if not len(values) or values.null_count == len(values):
        return pa.nulls(len(values), kind), said
    distinct = values.dictionary_encode()
    written = [_said(value, words) for value in distinct.dictionary.to_pylist()]
    read = [reads[name](value) if value else None for value in written]
    return pa.array(read, kind).take(distinct.indices), said


def _said(value: object, words: Mapping[str, str]) -> str:
    said = "" if value is None else str(value).strip()
    return words.get(said.lower(), said)


def _stars(said: str, scale: Scale) -> float | None:
    read = graded(said)
    if read is None:
        return None
    value, top = read
    if top is None or top == scale.high:
        return scale.stars(value)
    return Scale(1 if top <= 10 else 0, int(top)).stars(value)  # "8/10" names its own scale


def _answer(said: str, scale: Scale) -> int | None:
    read = graded(said)
    if read is None or scale.ask or read[1] not in (None, 10.0) or read[0] != int(read[0]):
        return None
    return int(read[0]) if scale.low <= read[0] <= scale.high else None


def counts(values: pa.Array, low: int, high: int, marks: Separators | None) -> tuple[pa.Array, str]:
    """Whole numbers low..high, null where a value is none, and why."""
    why = "is no whole number"
    if not pa.types.is_string(values.type):
        return whole(values, low, high), why
    written = trimmed(values)
    plain = pc.match_substring_regex(written, r"^[+-]?\d{1,18}$")
    unsigned = (
        pc.replace_substring_regex(written, r"^\+", "") if pc.any(pc.starts_with(written, "+")).as_py() else written
    )
    out = cast_or_null(pc.if_else(plain, unsigned, None), pa.int64())
    odd = pc.and_(pc.invert(plain), pc.not_equal(written, ""))
    if pc.any(odd).as_py():
        left = pc.if_else(odd, written, None).dictionary_encode()
        marks = marks or Separators()
        read = [marks.count(value) for value in left.dictionary.to_pylist()]
        fits = [n if n is not None and low <= n <= high else None for n in read]
        out = pc.coalesce(out, pa.array(fits, pa.int64()).take(left.indices))
    return pc.if_else(pc.and_(pc.greater_equal(out, low), pc.less_equal(out, high)), out, None), why
