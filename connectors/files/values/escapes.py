r"""Words of an escaped export (line ends, quotes and codes with a backslash, HTML entities) as they were meant."""

from __future__ import annotations

import html
import re
import unicodedata

import pyarrow as pa
import pyarrow.compute as pc

#: Nobody types these: a code of four digits, a quote escaped within a word, an entity.
_CERTAIN = r"\\u[0-9a-fA-F]{4}|[A-Za-z]\\['’\"]|\\\"|&(?:amp|quot|apos|lt|gt|nbsp|#\d{2,6}|#x[0-9a-fA-F]{2,5});"
#: A line end as an escape; in a text that has others it stands for one. `C:\new` alone is a path.
_LINE = r"(?:^|[^\\:\w])\\n|[\w.!?,)](?:\\r)?\\n|\\n\\n"
_UNICODE = re.compile(r"\\u([0-9a-fA-F]{4})")
_MARKS = re.compile(r"\\(['’\"/])")
_LINES = re.compile(r"\\r\\n|\\n|\\r|\\t")
_ENTITY = re.compile(r"&(?:amp|quot|apos|lt|gt|nbsp|#\d{2,6}|#x[0-9a-fA-F]{2,5});")
_PATH = re.compile(r"[A-Za-z]:\\|\\\\")


def spoken(values: pa.Array) -> pa.Array:
    """A column of words without escapes, composed (NFC). Most columns hold none and are given back as they are."""
    plain = pc.fill_null(pc.string_is_ascii(values), True)
    odd = pc.match_substring_regex(values, rf"{_CERTAIN}|{_LINE}")
    look = pc.fill_null(pc.or_(odd, pc.invert(plain)), False)
    if not pc.any(look).as_py():
        return values
    read = [unescaped(text) for text in values.filter(look).to_pylist()]
    return pc.replace_with_mask(values, look, pa.array(read, values.type))


def unescaped(text: str) -> str:
    """One text."""
    if "\\" in text and not _PATH.search(text):
        if _UNICODE.search(text):
            text = _UNICODE.sub(lambda found: chr(int(found[1], 16)), text)
            # Halves of a pair are joined; one alone is left as the mark of what is lost.
            text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        text = _MARKS.sub(r"\1", text)
        if re.search(_LINE, text):
            text = _LINES.sub(lambda found: "\t" if found[0] == r"\t" else "\n", text)
    if "&" in text and _ENTITY.search(text):
        text = _ENTITY.sub(lambda found: html.unescape(found[0]).replace("\xa0", " "), text)
    return unicodedata.normalize("NFC", text)
