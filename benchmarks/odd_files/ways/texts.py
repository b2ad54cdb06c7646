"""Ways of writing words: escapes, entities, damaged characters, odd letters, things that look like something else."""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Callable

from benchmarks.odd_files.draft import ANY, CELLS, CSV, LOST, TEXT_SHAPES, Draft, Way, words

_TEXT = words("text")


def _each(
    name: str,
    change: Callable[[str], str],
    known: Callable[[str], str] | None = None,
    scripts: str = "",
    shapes: frozenset[str] = ANY,
    *,
    title: bool = True,
    tricky: bool = True,
) -> Way:
    """All words changed; ``known``: what they were meant as, "" for as they were."""

    def apply(draft: Draft) -> None:
        for field in ("title", "text") if title else ("text",):
            if not draft.has(field):
                continue
            meant = [str(said) for said in draft.known[field]]
            draft.cells[field] = [change(said) if said else said for said in meant]
            draft.known[field] = [known(said) if known and said else said for said in meant]

    return Way(f"text: {name}", CELLS, apply, _TEXT, shapes, scripts=words(scripts), tricky=tricky)


def _kept(name: str, change: Callable[[str], str], scripts: str = "", *, title: bool = True) -> Way:
    """Odd words that are meant so: they come as they stand."""
    return _each(name, change, change, scripts, title=title)


def _some(name: str, value: str, known: object = None, shapes: frozenset[str] = ANY) -> Way:
    """Every fifth text is this one."""

    def apply(draft: Draft) -> None:
        for number in range(3, draft.size, 5):
            draft.cells["text"][number] = value
            draft.known["text"][number] = value if known is None else known

    return Way(f"text: {name}", CELLS, apply, _TEXT, shapes)


def _before(sign: str) -> Callable[[str], str]:
    return lambda said: sign + said


def _moji(codec: str, times: int = 1) -> Callable[[str], str]:
    """UTF-8 that was read as another encoding, and written as UTF-8 again. What cannot be stays as it was."""

    def change(said: str) -> str:
        for _ in range(times):
            try:
                said = said.encode().decode(codec)
            except UnicodeDecodeError:
                return said
        return said

    return change


def _escaped(said: str) -> str:
    return said.replace('"', '\\"').replace("\n", "\\n").replace("'", "\\'")


def _codes(said: str) -> str:
    return said.encode("ascii", "backslashreplace").decode().replace("\\x", "\\u00")


def _pairs(said: str) -> str:
    r"""\u2019, and what lies beyond 16 bits as two halves."""
    units = said.encode("utf-16-be")
    codes = [int.from_bytes(units[i : i + 2], "big") for i in range(0, len(units), 2)]
    return "".join(chr(code) if code < 128 else f"\\u{code:04x}" for code in codes)


def _full_width(said: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in said)


def _bold(said: str) -> str:
    return "".join(chr(ord(c) + 0x1D3BF) if c.isascii() and c.isupper() else c for c in said)


def _entities(said: str) -> str:
    return html.escape(said).encode("ascii", "xmlcharrefreplace").decode()


def _one_emoji_cut(draft: Draft) -> None:
    """One text ends in the middle of an emoji, cut to so many bytes: its row may be set aside."""
    draft.cells["text"][4] = draft.known["text"][4] = "Love it CUTHERE"
    draft.known["text"][4] = LOST
    draft.spoilt.add(4)
    for file in draft.files:
        file.on_bytes.append(lambda data: data.replace(b"CUTHERE", "😍".encode()[:2]))


_LINES_END = "first line\r\nsecond line"
WAYS = (
    _each("HTML entities", _entities, scripts="en de fr emoji"),
    _each("ampersands as entities", html.escape),
    _each("quotes and line ends with a backslash", _escaped, scripts="en de fr"),
    _each("codes with a backslash", _pairs, scripts="de fr ru pl ja", tricky=False),
    _each("codes with a backslash, emoji", _pairs, scripts="en emoji de", tricky=False),
    _each("decomposed letters", lambda said: unicodedata.normalize("NFD", said), scripts="de fr pl cs tr ko"),
    _each("read as Latin-1", _moji("latin-1"), scripts="de fr es"),
    _each("read as cp1252", _moji("cp1252"), scripts="en de fr emoji"),
    _each("read as cp1252, twice", _moji("cp1252", 2), scripts="de fr es"),
    _each("read as cp1252, Cyrillic", _moji("latin-1"), scripts="ru"),
    _kept("in a line of its own each", lambda said: said.replace(" ", "\n"), title=False),
    _kept("with tabs", lambda said: said.replace(" ", "\t")),
    _kept("with hard blanks", lambda said: said.replace(" ", "\u00a0"), scripts="en de fr"),
    _kept("with line separators", lambda said: said.replace(" ", "\u2028"), scripts="en de ja", title=False),
    _kept("with zero width joiners", lambda said: said.replace(" ", "\u200d "), scripts="en hi emoji"),
    _kept("with marks of direction", lambda said: f"\u200f{said}\u200e", scripts="ar he en"),
    _kept("in quotes", lambda said: f'"{said}"'),
    _kept("with vertical tabs and form feeds", lambda said: said.replace(" ", "\x0b\x0c"), title=False),
    _kept("in full width", _full_width, scripts="en ja zh"),
    _kept("in bold letters of mathematics", _bold, scripts="en"),
    _kept("begins with =", _before("="), title=False),
    _kept("begins with #", _before("#"), title=False),
    _some("some empty", "", ""),
    _some("some NULL", "NULL", "", TEXT_SHAPES),
    _some("some N/A that people typed", "N/A"),
    _some("some are paths", r"C:\new\table.txt is empty"),
    _some("line ends of Windows within", _LINES_END, shapes=ANY - {"xlsx"}),
    _some("some of 100,000 letters", "lorem ipsum " * 8_000),
    _some("some hold a whole table", 'id,text\n1,"a, b"\n2,"c ""d"""\n'),
    _some("some hold JSON", '{"a": [1, 2, {"b": "\\n"}], "c": null}'),
    _some("some hold HTML", "<p>Great&nbsp;app</p><br/>", "Great app"),
    _some("some hold NUL", "be\x00fore", "before", TEXT_SHAPES),
    Way("text: an emoji is cut", CELLS, _one_emoji_cut, _TEXT | {"codec"}, CSV, ground="bytes of another encoding"),
)
