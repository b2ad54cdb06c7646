"""What stands in a cell where there is no value, and the words of yes and no."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

#: Databases and their tools write these for "nothing"; nobody types them as a comment.
_DATABASE = ("NULL", "null", "Null", "\\N", "NaN", "nan", "NAN", "#N/A", "<NA>")
#: People type these too: in a title or a text they are words, anywhere else they are no value.
_TYPED = ("None", "none", "NONE", "N/A", "n/a", "-", "--")
_IN_TEXT, _ELSEWHERE = pa.array(_DATABASE), pa.array(_DATABASE + _TYPED)
#: Fields in which a mark may be a value: NA is Namibia, "-" may be an id.
_NEVER = frozenset({"post_id", "market", "language_hint", "kind"})

_YES = frozenset(
    [
        "true",
        "yes",
        "1",
        "1.0",
        "y",
        "t",
        "+1",
        "recommended",
        "positive",
        "pos",
        "up",
        "thumbs_up",
        "thumbsup",
        "like",
        "liked",
        "👍",
        "✓",
        "✔",
        "ja",
        "oui",
        "si",
        "sí",
        "sim",
        "tak",
        "да",
        "evet",
        "はい",
        "是",
        "推荐",
        "recommandé",
        "empfohlen",
    ]
)
_NO = frozenset(
    [
        "false",
        "no",
        "0",
        "0.0",
        "n",
        "f",
        "-1",
        "-1.0",
        "not_recommended",
        "negative",
        "neg",
        "down",
        "thumbs_down",
        "thumbsdown",
        "dislike",
        "disliked",
        "👎",
        "✗",
        "✘",
        "nein",
        "non",
        "não",
        "nao",
        "nie",
        "нет",
        "hayır",
        "いいえ",
        "否",
        "不推荐",
    ]
)


def without_marks(values: pa.Array, field: str) -> tuple[pa.Array, int]:
    """Strings with "" where a mark of nothing stands, and in how many rows one did. Other types as they are.

    A cell such as ="00123", which keeps spreadsheets from making a number of it, is what stands in its quotes.
    """
    if not pa.types.is_string(values.type):
        return values, 0
    if pc.any(pc.starts_with(values, '="')).as_py():
        values = pc.replace_substring_regex(values, r'^="((?:[^"]|"")*)"$', r"\1")
    if field in _NEVER:
        return values, 0
    if field in ("title", "text"):
        marked = pc.is_in(values, value_set=_IN_TEXT)
    else:
        marked = pc.is_in(pc.utf8_trim_whitespace(values), value_set=_ELSEWHERE)
    count = pc.sum(marked).as_py() or 0
    return (pc.if_else(marked, "", values), count) if count else (values, 0)


def yes_or_no(value: str) -> bool | None:
    """Of a word, a thumb or a number whether it says yes; None for any other."""
    said = "_".join(value.lower().replace("-", " -").replace("- ", " ").split()).strip("_")
    said = said.translate({0x1F3FB + i: None for i in range(5)} | {0xFE0F: None})  # a thumb's colour is no answer
    if said in _YES:
        return True
    return False if said in _NO else None
