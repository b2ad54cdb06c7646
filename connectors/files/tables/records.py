"""Text files as records: bytes of any known encoding become UTF-8, cut into records that know their physical line.

A record is one CSV row (quotes and line ends as in RFC 4180) or one line of JSON. Cutting happens on whole blocks of
bytes with numpy; only a block whose quotes are not well-formed is gone through record by record.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from earful.connectors.errors import Fatal
from earful.connectors.files.tables import encodings
from earful.connectors.files.tables.encodings import Encoding
from earful.connectors.files.tables.mended import mended
from earful.connectors.files.tables.packed import opened
from earful.connectors.files.values.arrays import Mask, Positions
from earful.connectors.post import Rejected

#: Bytes read at a time.
BLOCK = 8 << 20
#: No honest record is longer (bytes). A quote that has not closed by then never will.
LONGEST = 16 << 20

_LF, _CR, _QUOTE = 10, 13, 34


@dataclass(frozen=True, slots=True)
class Records:
    """Some records of a file in their order, blank lines left out.

    ``data`` is valid UTF-8, one record a line or more, none blank; ``lines`` has each record's first physical line
    (from 1), ``starts`` where in ``data`` it begins. ``refused`` holds the lines between that are no records at all.
    ``escaped``: so many records were written with a backslash before their quotes (here they are doubled).
    """

    data: bytes
    lines: Positions
    starts: Positions
    refused: tuple[Rejected, ...] = ()
    escaped: int = 0

    def slice(self, first: int, end: int | None = None) -> Records:
        """The records from number ``first`` to before ``end``, without what was refused between them."""
        starts = self.starts[first:end]
        if not len(starts):
            return Records(b"", self.lines[:0], self.starts[:0])
        stop = int(self.starts[end]) if end is not None and end < len(self.starts) else len(self.data)
        return Records(self.data[int(starts[0]) : stop], self.lines[first:end], starts - starts[0])


#: Rows looked at to learn what a file is like.
SAMPLE = 100


class TooLong(Fatal):
    """A line of over LONGEST bytes."""

    def __init__(self, name: str, line: int) -> None:
        super().__init__(f"{name}:{line}: a line of over {LONGEST >> 20} MB, so not a table of posts")
        self.line = line


def detect(path: Path, asked: str) -> Encoding:
    """The encoding of a text file, see encodings.detect."""
    with opened(path) as file:
        return encodings.detect(file, asked, BLOCK)


def blocks(path: Path, encoding: Encoding) -> Iterator[bytes]:
    """The file in UTF-8, block by block. What cannot be decoded comes out as bytes that are not UTF-8."""
    decoder = None
    if encoding.codec != "utf-8":
        # Both handlers leave lone surrogates where the bytes were wrong; written out they are no UTF-8.
        broken = "surrogatepass" if encoding.codec.startswith("utf-") else "surrogateescape"
        decoder = codecs.getincrementaldecoder(encoding.codec)(broken)
    with opened(path) as file:
        file.read(encoding.skip)
        while raw := file.read(BLOCK):
            yield raw if decoder is None else decoder.decode(raw).encode("utf-8", "surrogatepass")
        if decoder is not None:
            try:
                decoder.decode(b"", final=True)
            except UnicodeDecodeError:
                yield b"\xff"  # half a character at the very end: its record is refused, not shortened


def records(
    path: Path, encoding: Encoding, delimiter: str | None, *, escapes: bool = False, blanks: bool = False
) -> Iterator[Records]:
    """All records of a text file, about a block at a time. ``delimiter`` is CSV's; None: a line is a record.

    ``escapes``: a quote inside quotes is written with a backslash before it, else it is doubled; a record that fits
    only the other way is read in that. ``blanks``: see mended. Raises TooLong for a line of over LONGEST bytes.
    """
    parts = mended(blocks(path, encoding), delimiter, blanks=blanks)
    yield from _records(path.name, parts, delimiter, escapes)


def records_of(name: str, data: bytes, delimiter: str, *, whole: bool, escapes: bool = False) -> Records:
    """The records of a file's first bytes (UTF-8); without the last, which may be cut, unless this is the whole."""
    return next(_records(name, iter([(data, whole)]), delimiter, escapes))


def _records(name: str, parts: Iterator[tuple[bytes, bool]], delimiter: str | None, escapes: bool) -> Iterator[Records]:
    line, rest = 1, b""
    for block, final in parts:
        data = rest + block
        ends = _line_ends(data, final, lone_cr=delimiter is not None)
        cut = _cut(data, ends, delimiter, final, escapes and b"\\" in data)
        if cut is None:
            raise TooLong(name, line + len(ends))
        starts, stops = cut.starts, cut.stops
        rest = data[int(stops[-1]) :] if len(stops) else data
        lines = line + np.searchsorted(ends, starts)
        line += int(np.searchsorted(ends, len(data) - len(rest)))
        yield _sound(name, data, lines, cut, delimiter)


def _line_ends(data: bytes, final: bool, *, lone_cr: bool) -> Positions:
    """Where lines end: the offset of each LF, and of each CR that no LF follows."""
    array = np.frombuffer(data, dtype=np.uint8)
    found = np.flatnonzero(array == _LF)
    if lone_cr and b"\r" in data:
        returns = np.flatnonzero(array == _CR)
        if not final:
            returns = returns[returns < len(data) - 1]  # its LF may be the next block's first byte
        following = np.append(array, np.uint8(0))[returns + 1]
        found = np.union1d(found, returns[following != _LF])
    return found.astype(np.int64)


@dataclass(frozen=True, slots=True)
class _Cut:
    """Starts and stops (behind the line end) of whole records; which are broken lines, which have escaped quotes."""

    starts: Positions
    stops: Positions
    broken: Mask
    escaped: Mask


def _cut(data: bytes, ends: Positions, delimiter: str | None, final: bool, escapes: bool) -> _Cut | None:
    """The whole records in data. None: there is a single line longer than LONGEST."""
    stops = ends if delimiter is None else None if escapes else _even_ends(data, ends, delimiter, final)
    if stops is None or (len(data) - (int(stops[-1]) + 1 if len(stops) else 0) > LONGEST and not final):
        return _cut_one_by_one(data, ends, delimiter, final, escapes)
    stops = stops + 1
    if final and len(data) > (stops[-1] if len(stops) else 0):
        stops = np.append(stops, np.int64(len(data)))
    starts = np.concatenate(([np.int64(0)], stops[:-1])) if len(stops) else stops
    none = np.zeros(len(stops), dtype=np.bool_)
    return _Cut(starts, stops, none, none)


def _even_ends(data: bytes, ends: Positions, delimiter: str, final: bool) -> Positions | None:
    """The line ends outside quotes, by counting quotes; None unless every quote stands where RFC 4180 has it."""
    if b'"' not in data:
        return ends
    array = np.frombuffer(data, dtype=np.uint8)
    quotes = np.flatnonzero(array == _QUOTE)
    openers, closers = quotes[::2], quotes[1::2]
    if final and len(openers) != len(closers):
        return None
    edges = np.array([ord(delimiter), _LF, _CR, _QUOTE], dtype=np.uint8)  # beside a quote: "" is one that was meant
    before = array[openers[openers > 0] - 1]
    after = array[closers[closers < len(data) - 1] + 1]
    if not (np.isin(before, edges).all() and np.isin(after, edges).all()):
        return None
    outside: Positions = ends[np.searchsorted(quotes, ends) % 2 == 0]
    return outside


@lru_cache(maxsize=16)
def _field(delimiter: str, *, escapes: bool) -> bytes:
    d = re.escape(delimiter).encode()
    inside = rb'[^"\\]*+(?:(?:\\.|"")[^"\\]*+)*+' if escapes else rb'[^"]*+(?:""[^"]*+)*+'
    return rb'(?:"%b"(?=[%b\r\n]|\Z)|(?!")[^%b\r\n]*+)' % (inside, d, d)


@lru_cache(maxsize=16)
def _record(delimiter: str, *, escapes: bool) -> re.Pattern[bytes]:
    d, field = re.escape(delimiter).encode(), _field(delimiter, escapes=escapes)
    return re.compile(rb"%b(?:%b%b)*+(?:\r\n|\n|\r|\Z)" % (field, d, field), re.DOTALL)


def _cut_one_by_one(data: bytes, ends: Positions, delimiter: str | None, final: bool, escapes: bool) -> _Cut | None:
    """As _cut, where some quote is open, or closed in mid-field: that line is broken, and the next starts afresh."""
    starts: list[int] = []
    stops: list[int] = []
    broken: list[bool] = []
    escaped: list[bool] = []
    ways = [(way, _record(delimiter, escapes=way)) for way in (escapes, not escapes)] if delimiter else []
    at = 0
    while at < len(data):
        fits = ((way, pattern.match(data, at)) for way, pattern in ways)
        way, match = next(((w, m) for w, m in fits if m and (final or m.end() < len(data))), (False, None))
        if match:
            stop, bad = match.end(), False
        elif not final and len(data) - at <= LONGEST:
            break  # the rest of it may be in the next block
        else:
            following = int(np.searchsorted(ends, at))
            if following == len(ends) and not final:
                return None
            stop, bad = (int(ends[following]) + 1 if following < len(ends) else len(data)), delimiter is not None
        starts.append(at)
        stops.append(stop)
        broken.append(bad)
        escaped.append(way and b'\\"' in data[at:stop])
        at = stop
    which = (np.array(each, dtype=np.bool_) for each in (broken, escaped))
    return _Cut(np.array(starts, dtype=np.int64), np.array(stops, dtype=np.int64), *which)


def _sound(name: str, data: bytes, lines: Positions, cut: _Cut, delimiter: str | None) -> Records:
    """The records without the blank, the broken and the undecodable ones, quotes inside quotes doubled."""
    starts, stops, broken = cut.starts, cut.stops, cut.broken
    array = np.frombuffer(data, dtype=np.uint8)
    size = stops - starts
    # A record of one or two bytes that are all line end; a last line without one may be shorter, never blank.
    blank = (size <= 2) & np.isin(array[stops - 1], (_LF, _CR)) & np.isin(array[starts], (_LF, _CR))
    undecodable = _undecodable(data[: int(stops[-1])] if len(stops) else b"", starts) & ~broken
    refused = [
        Rejected(f"{name}:{lines[i]}", "a quote is not closed, or closed in mid-field") for i in np.flatnonzero(broken)
    ]
    refused += [Rejected(f"{name}:{lines[i]}", "bytes of another encoding") for i in np.flatnonzero(undecodable)]
    out = blank | broken | undecodable
    if not out.any() and not cut.escaped.any():
        return Records(data[: int(stops[-1])] if len(stops) else b"", lines, starts)
    kept = np.flatnonzero(~out)
    parts = [data[starts[i] : stops[i]] for i in kept]
    if delimiter is not None:
        parts = [_doubled(one, delimiter) if cut.escaped[i] else one for i, one in zip(kept, parts, strict=True)]
    ends = np.cumsum([len(one) for one in parts], dtype=np.int64)
    behind = np.concatenate((np.zeros(1, dtype=np.int64), ends[:-1])) if len(ends) else ends
    return Records(b"".join(parts), lines[kept], behind, tuple(refused), int(cut.escaped[kept].sum()))


def _doubled(record: bytes, delimiter: str) -> bytes:
    """A record whose quotes inside quotes have a backslash before them, with doubled ones."""
    return _quoted(delimiter).sub(
        lambda found: _PAIR.sub(_plain, found[0]) if found[0].startswith(b'"') else found[0], record
    )


_PAIR = re.compile(rb'\\(["\\])')


def _plain(found: re.Match[bytes]) -> bytes:
    return b'""' if found[1] == b'"' else b"\\"


@lru_cache(maxsize=8)
def _quoted(delimiter: str) -> re.Pattern[bytes]:
    return re.compile(rb"(?<![^%b\r\n])" % re.escape(delimiter).encode() + _field(delimiter, escapes=True), re.DOTALL)


def _undecodable(data: bytes, starts: Positions) -> Mask:
    """Which records hold bytes that are not UTF-8."""
    bad = np.zeros(len(starts), dtype=np.bool_)
    at, view = 0, memoryview(data)
    while at < len(data):
        try:
            codecs.utf_8_decode(view[at:], "strict", True)
            break
        except UnicodeDecodeError as error:
            i = int(np.searchsorted(starts, at + error.start, side="right")) - 1
            bad[i] = True
            at = int(starts[i + 1]) if i + 1 < len(starts) else len(data)
    return bad
