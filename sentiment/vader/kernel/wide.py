"""Tokens with characters beyond ASCII, and tokens that begin right behind an emoji: decoded one character at a time."""

from __future__ import annotations

import numpy as np

from earful.sentiment.vader.kernel.bits import plain
from earful.sentiment.vader.kernel.table import LOWER_BYTE, OTHER_BYTE, SPACE_BYTE, UPPER_BYTE, Bytes, Ints, byte_kinds
from earful.sentiment.vader.kernel.unicode import CASED, CASELESS, IGNORABLE, NOT_UPPER, SPACE, UPPER

_KINDS = byte_kinds()
_SIGMA, _FINAL_SIGMA, _DOT_ABOVE = 0x3A3, 0x3C2, 0x307


@plain
def scan(buf: Bytes, pos: int, end: int, points: Ints) -> tuple[int, int, int, int]:
    """Any token: its end, where to go on, the emoji that ended it or 0, kinds of bytes seen."""
    seen = 0
    while pos < end:
        if buf[pos] < 0x80:
            kind = _KINDS[buf[pos]]
            if kind == SPACE_BYTE:
                return pos, pos + 1, 0, seen
            seen |= kind
            pos += 1
            continue
        point, after = _decode(buf, pos, end)
        flags = points[point]
        if flags > 0xFF:
            return pos, after, flags >> 8, seen
        if flags & SPACE:
            return pos, after, 0, seen
        seen |= OTHER_BYTE
        if flags & UPPER:
            seen |= UPPER_BYTE
        elif flags & NOT_UPPER:
            seen |= LOWER_BYTE
        pos = after
    return pos, pos, 0, seen


@plain
def lower_case(
    buf: Bytes, start: int, stop: int, points: Ints, lower: Ints, longest: int, ascii_only: bool, out: Bytes
) -> int:
    """Writes a token to out as str.lower has it; its size in bytes, 0 where it cannot be in the table."""
    size = 0
    cased = False  # whether the last character that is not ignorable is
    pos = start
    while pos < stop:
        point, pos = _decode(buf, pos, stop)
        small = point
        if point == _SIGMA and cased and not _cased_next(buf, pos, stop, points):
            small = np.int64(_FINAL_SIGMA)
        elif point < CASELESS:
            small = np.int64(lower[point])
        if not points[point] & IGNORABLE:
            cased = points[point] & CASED != 0
        if small < 0:  # İ
            out[size] = ord("i")
            size += 1
            small = np.int64(_DOT_ABOVE)
        if small < 0x80:
            out[size] = small
            size += 1
        elif ascii_only:
            return 0
        else:
            size = _encode(small, out, size)
        if size > longest:
            return 0
    return size


@plain
def _cased_next(buf: Bytes, pos: int, stop: int, points: Ints) -> bool:
    while pos < stop:
        point, pos = _decode(buf, pos, stop)
        if not points[point] & IGNORABLE:
            return points[point] & CASED != 0
    return False


@plain
def _decode(buf: Bytes, pos: int, end: int) -> tuple[int, int]:
    """The code point at pos and where the next begins. Broken UTF-8 gives some code point, and never reads past end."""
    lead = np.int64(buf[pos])
    if lead < 0x80:
        return lead, pos + 1
    size = 2 if lead < 0xE0 else 3 if lead < 0xF0 else 4
    if pos + size > end:
        return np.int64(0xFFFD), end
    point = lead & (0x7F >> size)
    for at in range(pos + 1, pos + size):
        point = point << 6 | (np.int64(buf[at]) & 0x3F)
    return min(point, np.int64(0x10FFFF)), pos + size


@plain
def _encode(point: int, out: Bytes, size: int) -> int:
    """Writes a code point beyond ASCII in UTF-8; the size then."""
    if point < 0x800:
        out[size] = 0xC0 | point >> 6
    elif point < 0x10000:
        out[size] = 0xE0 | point >> 12
    else:
        out[size] = 0xF0 | point >> 18
        size += 1
        out[size] = 0x80 | point >> 12 & 0x3F
    if point >= 0x800:
        size += 1
        out[size] = 0x80 | point >> 6 & 0x3F
    out[size + 1] = 0x80 | point & 0x3F
    return size + 2
