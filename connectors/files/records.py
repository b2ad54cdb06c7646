"""Text files as records: bytes of any known encoding become UTF-8, cut into records that know their physical line.

A record is one CSV row (quotes and line ends as in RFC 4180) or one line of JSON. Cutting happens on whole blocks of
bytes with numpy; only a block whose quotes are not well-formed is gone through record by record.
"""

from __future__ import annotations

import codecs
import gzip
import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np
import pyarrow as pa

from earful.connectors.errors import Fatal
from earful.connectors.files import encodings
from earful.connectors.files.encodings import Encoding
from earful.connectors.files.values.arrays import Mask, Positions
from earful.connectors.post import Rejected

#: Bytes read at a time.
BLOCK = 8 << 20
#: No honest record is longer (bytes). A quote that has not closed by then never will.
LONGEST = 16 << 20

#: A packed file may unpack to so many bytes, and to so many times its size. Reviews pack to a third, one text in every
#: row under ids of their own to a twentieth.
UNPACKED, UNPACKED_TIMES = 64 << 20, 300

_LF, _CR, _QUOTE = 10, 13, 34


@dataclass(frozen=True, slots=True)
class Records:
    """Some records of a file in their order, blank lines left out.

    ``data`` is valid UTF-8, one record a line or more, none blank; ``lines`` has each record's first physical line
    (from 1). ``refused`` holds the lines between that are no records at all.
    """

    data: bytes
    lines: Positions
    refused: tuple[Rejected, ...]


#: Rows looked at to learn what a file is like.
SAMPLE = 100

#: Given the columns that a file has, names those to read; raises Fatal when it lacks one that is needed.
Choose = Callable[[Sequence[str]], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of one file: the chosen columns under the file's names, each row's line (Parquet: its number, from 1)."""

    table: pa.Table
    lines: Positions
    refused: tuple[Rejected, ...] = ()


class _Bounded:
    """What is unpacked, up to what an honest table of the packed file's size may come to. Raises Fatal for more."""

    def __init__(self, file: gzip.GzipFile, path: Path) -> None:
        self._file, self._name = file, path.name
        self._left = max(UNPACKED, UNPACKED_TIMES * path.stat().st_size)

    def read(self, size: int = BLOCK) -> bytes:
        found = self._file.read(size)
        self._left -= len(found)
        if self._left < 0:
            raise Fatal(f"{self._name}: unpacks to over {UNPACKED_TIMES} times its size, so not a table of posts")
        return found


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """The file's bytes, unpacked when it is gzip (by its first bytes). Raises Fatal for whatever the disk refuses."""
    try:
        with path.open("rb") as plain:
            packed = plain.read(2) == b"\x1f\x8b"
            plain.seek(0)
            if packed:
                with gzip.GzipFile(fileobj=plain) as unpacked:
                    yield cast("BinaryIO", _Bounded(unpacked, path))
            else:
                yield plain
    except (OSError, EOFError, zlib.error) as error:
        why = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise Fatal(f"{path.name}: cannot be read ({why}); put a whole copy in its place") from None


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


def records(path: Path, encoding: Encoding, delimiter: str | None) -> Iterator[Records]:
    """All records of a text file, about a block at a time. ``delimiter`` is CSV's; None: a line is a record.

    Raises Fatal for a line of over LONGEST bytes: no text table has one.
    """
    name = path.name
    line, rest = 1, b""
    for block, final in _last_known(blocks(path, encoding)):
        data = rest + block
        ends = _line_ends(data, final, lone_cr=delimiter is not None)
        cut = _cut(data, ends, delimiter, final)
        if cut is None:
            raise Fatal(f"{name}:{line + len(ends)}: a line of over {LONGEST >> 20} MB, so not a table of posts")
        starts, stops, _ = cut
        rest = data[int(stops[-1]) :] if len(stops) else data
        lines = line + np.searchsorted(ends, starts)
        line += int(np.searchsorted(ends, len(data) - len(rest)))
        yield _sound(name, data, lines, cut)


def _last_known(parts: Iterator[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Each part, and whether it is the last."""
    held = next(parts, b"")
    for part in parts:
        yield held, False
        held = part
    yield held, True


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


Cut = tuple[Positions, Positions, Mask]


def _cut(data: bytes, ends: Positions, delimiter: str | None, final: bool) -> Cut | None:
    """Starts and stops (behind the line end) of the whole records in data, and which of them are broken lines.

    None: there is a single line longer than LONGEST.
    """
    stops = ends if delimiter is None else _even_ends(data, ends, delimiter, final)
    if stops is None or (len(data) - (int(stops[-1]) + 1 if len(stops) else 0) > LONGEST and not final):
        return _cut_one_by_one(data, ends, delimiter, final)
    stops = stops + 1
    if final and len(data) > (stops[-1] if len(stops) else 0):
        stops = np.append(stops, np.int64(len(data)))
    starts = np.concatenate(([np.int64(0)], stops[:-1])) if len(stops) else stops
    return starts, stops, np.zeros(len(stops), dtype=np.bool_)


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


@lru_cache(maxsize=8)
def _record(delimiter: str) -> re.Pattern[bytes]:
    d = re.escape(delimiter).encode()
    field = rb'(?:"[^"]*+(?:""[^"]*+)*+"(?=[%b\r\n]|\Z)|(?!")[^%b\r\n]*+)' % (d, d)
    return re.compile(rb"%b(?:%b%b)*+(?:\r\n|\n|\r|\Z)" % (field, d, field))


def _cut_one_by_one(data: bytes, ends: Positions, delimiter: str | None, final: bool) -> Cut | None:
    """As _cut, where some quote is open, or closed in mid-field: that line is broken, and the next starts afresh."""
    starts: list[int] = []
    stops: list[int] = []
    broken: list[bool] = []
    at = 0
    while at < len(data):
        match = _record(delimiter).match(data, at) if delimiter else None
        if match and (final or match.end() < len(data)):
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
        at = stop
    return np.array(starts, dtype=np.int64), np.array(stops, dtype=np.int64), np.array(broken, dtype=np.bool_)


def _sound(name: str, data: bytes, lines: Positions, cut: Cut) -> Records:
    """The records without the blank, the broken and the undecodable ones."""
    starts, stops, broken = cut
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
    if not out.any():
        return Records(data[: int(stops[-1])] if len(stops) else b"", lines, ())
    kept = np.flatnonzero(~out)
    return Records(b"".join([data[starts[i] : stops[i]] for i in kept]), lines[kept], tuple(refused))


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
