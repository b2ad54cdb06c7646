"""Cells that spell "there is nothing": taken for empty, and counted."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

#: As databases (NULL, backslash N), pandas (NaN, <NA>, None), spreadsheets (#N/A) and people (N/A, -) write it;
#: whatever the case.
MARKS = (
    "null", "(null)", "\\n", "nan", "none", "n/a", "#n/a", "<na>", "<null>", "-", "--",
    "\N{EN DASH}", "\N{EM DASH}",
)  # fmt: skip
#: R's mark is a country, too.
_AND_NA = (*MARKS, "na")
_LONGEST = max(len(mark.encode()) for mark in MARKS)


def without_marks(values: pa.Array, field: str) -> tuple[pa.Array, int]:
    """Text in which cells that spell nothing are "", and how many did. Other types are left as they are."""
    if not (pa.types.is_string(values.type) or pa.types.is_large_string(values.type)):
        return values, 0
    # Most cells are longer than any mark: those are not looked at.
    short = pc.and_(pc.greater(pc.binary_length(values), 0), pc.less_equal(pc.binary_length(values), _LONGEST + 4))
    short = pc.fill_null(short, False)
    if not pc.any(short).as_py():
        return values, 0
    marks = MARKS if field in ("market", "kind", "language_hint") else _AND_NA
    said = pc.utf8_lower(pc.utf8_trim_whitespace(pc.if_else(short, values, "")))
    found = pc.is_in(said, value_set=pa.array(marks))
    many = int(pc.sum(found).as_py() or 0)
    return (pc.if_else(found, "", values), many) if many else (values, 0)
