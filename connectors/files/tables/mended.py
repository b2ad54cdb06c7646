"""What of a text file's bytes is no part of its table: marks in mid-file, blanks before quotes that begin a cell."""

from __future__ import annotations

import re
from collections.abc import Iterator

_MARK = b"\xef\xbb\xbf"
#: What the mark of a file that was joined to another may be cut to by a block's end.
_CUT = tuple(end + part for end in (b"\n", b"\r") for part in (_MARK[:2], _MARK[:1], b""))


def mended(parts: Iterator[bytes], delimiter: str | None, *, blanks: bool) -> Iterator[tuple[bytes, bool]]:
    """Blocks of UTF-8, and whether each is the last; without marks at the beginning of lines, where files were joined.

    ``blanks``: behind the delimiter blanks stand before quotes that begin a cell, which they do not belong to.
    """
    held = b""
    for part, final in _last_known(parts):
        data = held + part if held else part
        at = len(data)
        if not final:
            # In whole lines, as a delimiter and its quote may be in two blocks.
            at = max(data.rfind(b"\n"), data.rfind(b"\r")) + 1 if blanks else at
            at -= len(next((each for each in _CUT if data[:at].endswith(each)), b""))
        held = data[at:]
        yield mend(data if at == len(data) else data[:at], delimiter, blanks=blanks), final


def mend(data: bytes, delimiter: str | None, *, blanks: bool) -> bytes:
    """As mended, of bytes that end where a line ends."""
    for end in (b"\n", b"\r"):
        if end + _MARK in data:
            data = data.replace(end + _MARK, end)
    if blanks and delimiter:
        mark = delimiter.encode()
        # An odd number of quotes: what is doubled is a quote of the words.
        data = re.sub(rb'%b +"(?=(?:"")*(?!"))' % re.escape(mark), lambda _: mark + b'"', data)
    return data


def _last_known(parts: Iterator[bytes]) -> Iterator[tuple[bytes, bool]]:
    held = next(parts, b"")
    for part in parts:
        yield held, False
        held = part
    yield held, True
