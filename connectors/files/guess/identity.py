"""Whether a column tells rows apart for good, or an id has to be made of the rows."""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

from earful.connectors.files.guess.looks import Look
from earful.connectors.files.values.ids import rounded

#: Of rows with an id that another has, so many may be the same post again, or an edit of it.
_AGAIN = 0.02


def why_not(look: Look, words: Look | None) -> str:
    """Why the values are no ids of rows; "" where they are. ``words``: the column of texts.

    Ids that count rows, that a spreadsheet rounded, and that stand beside other words each time.
    """
    if look.share < 0.995:
        return f"is empty in {look.rows - look.filled} rows"
    numbers = re.compile(r"\d+")
    if (
        all(numbers.fullmatch(each) for each in look.sample)
        and pc.all(pc.match_substring_regex(look.written, r"^\d{1,18}$")).as_py()
    ):
        found = look.written.cast(pa.int64())
        low, high = pc.min(found).as_py(), pc.max(found).as_py()
        if low in (0, 1) and high - low + 1 == look.distinct == look.filled:
            return "counts the rows"
    if bool(pc.any(pa.array(rounded(look.written, whole_column=_all_rounded(look)))).as_py()):
        return "was rounded by a spreadsheet"
    if look.unique < 0.98 and words is not None and look.filled == look.rows:
        pairs = pa.table({"id": look.written, "words": pc.fill_null(words.values.cast(pa.string()), "")})
        different = pairs.group_by(["id", "words"]).aggregate([]).num_rows
        if different > look.distinct * (1 + _AGAIN) + 2:
            return f"stands in several rows with other words ({look.distinct} values in {look.filled} rows)"
    if look.unique < 0.5:
        return f"comes again ({look.distinct} values in {look.filled} rows)"
    return ""


def _all_rounded(look: Look) -> bool:
    long = [each for each in look.sample if re.fullmatch(r"\d{16,}", each)]
    return len(long) > 1 and all(re.fullmatch(r"\d{15}0+", each) for each in long)
