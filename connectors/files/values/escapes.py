r"""Words of an escaped export (line ends, quotes and codes with a backslash, HTML) as they were meant."""

from __future__ import annotations

import html
import re
import unicodedata

import pyarrow as pa
import pyarrow.compute as pc

from earful.connectors.toolkit.markup import MARKED, words_of_markup

_ENTITY = r"&(?:#\d{2,6}|#x[0-9a-fA-F]{2,5}|[A-Za-z]{2,8}\d?);"
#: Excel's own spelling of control characters (ECMA-376, ST_Xstring), which programs that read its XML themselves leave
#: as it is; a carriage return above all.
_EXCEL = r"_x00[01][0-9A-Fa-f]_"
#: Nobody types these: Excel's spelling, a code of four digits, a quote escaped within a word, an entity.
_CERTAIN = rf"{_EXCEL}|\\u[0-9a-fA-F]{{4}}|[A-Za-z]\\['’\"]|\\\"|{_ENTITY}"
#: What shows that a column's line ends are escaped: a code or quote, an empty line, one that begins with a capital.
_ESCAPED = r"\\u[0-9a-fA-F]{4}|[A-Za-z]\\['’\"]|\\n(?:\\r)?\\n|[\w.!?,)](?:\\r)?\\n(?:[A-Z0-9]|\W|$)"
_LINE = r"\\n"
#: Exports that escape the backslash as well write two of them.
_UNICODE = re.compile(r"\\{1,2}u([0-9a-fA-F]{4})")
_MARKS = re.compile(r"\\{1,2}(['’\"/])")
_LINES = re.compile(r"\\r\\n|\\n|\\r|\\t")
_EXCEL_LINE = re.compile(r"(?:_x000[Dd]_|\r)?(?:_x000[Aa]_|\n)|_x000[Dd]_")
_PATH = re.compile(r"[A-Za-z]:\\|(?<!\S)\\\\(?!u[0-9a-fA-F]{4})\w")


def escaped(values: pa.Array) -> bool:
    """Whether some of a column's words show that it is an escaped export, so that its line ends are escaped, too."""
    held = pc.match_substring(values, "\\")
    if not pc.any(held).as_py():
        return False
    return bool(pc.any(pc.match_substring_regex(values.filter(held), _ESCAPED)).as_py())


def spoken(values: pa.Array, *, lines: bool) -> pa.Array:
    """A column of words without escapes and tags, composed (NFC); ``lines``: its line ends are escaped, see escaped().

    Most columns hold no escape and are given back as they are.
    """
    plain = pc.fill_null(pc.string_is_ascii(values), True)
    odd = pc.match_substring_regex(values, rf"{_CERTAIN}|{_LINE}")
    if pc.any(pc.match_substring(values, "<")).as_py():
        odd = pc.or_(odd, pc.match_substring_regex(values, MARKED))
    look = pc.fill_null(pc.or_(odd, pc.invert(plain)), False)
    if not pc.any(look).as_py():
        return values
    read = [unescaped(text, lines=lines) for text in values.filter(look).to_pylist()]
    return pc.replace_with_mask(values, look, pa.array(read, values.type))


def unescaped(text: str, *, lines: bool) -> str:
    """One text of such a column."""
    if "\\" in text and not _PATH.search(text):
        if _UNICODE.search(text):
            text = _UNICODE.sub(lambda found: chr(int(found[1], 16)), text)
            # Halves of a pair are joined; one alone is left as the mark of what is lost.
            text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        text = _MARKS.sub(r"\1", text)
        if lines:
            text = _LINES.sub(lambda found: "\t" if found[0] == r"\t" else "\n", text)
    if "_x00" in text:
        text = _EXCEL_LINE.sub("\n", text).replace("_x0009_", "\t")
        text = re.sub(_EXCEL, "", text)
    text = words_of_markup(text)
    if "&" in text:
        text = re.sub(_ENTITY, lambda found: html.unescape(found[0]).replace("\xa0", " "), text)
    return unicodedata.normalize("NFC", text)
