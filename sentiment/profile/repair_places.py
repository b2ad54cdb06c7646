"""Where in a column's bytes a repair may have something to do: cheap, never missing a place, seldom naming one in vain.

A repair's expression costs a microsecond a text and most texts need no repair, so these passes over the raw UTF-8
decide which texts it sees. Each compares whole columns to single bytes and looks closer at the few places found.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Bytes = npt.NDArray[np.uint8]
Places = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]

# What follows the full stop of a name rather than of a sentence: domains, files, platforms.
_ENDINGS = """
com org net edu gov io co uk de fr nl eu ca au jp cn ru br tv gg fm ly ai dev app info biz html htm php asp aspx js ts
css json xml csv pdf doc docx xls xlsx ppt txt md log cfg ini toml yml yaml exe dll bat sh py jar apk ipa dmg iso zip
rar gz tar jpg jpeg png gif svg bmp webp mp wav avi mkv mov
"""
_LONGEST = max(map(len, _ENDINGS.split()))
_NAMES = np.array([int.from_bytes(word.encode(), "big") for word in _ENDINGS.split()])
# Stops in a row that are looked at; before a longer run anything may stand.
_RUN = 8

#: The signs that end or open something: glued to the words on both sides they hide both.
STOPS = b'.,;:!?/()[]"'


def _table(wanted: bytes | range) -> Mask:
    table = np.zeros(256, np.bool_)
    table[list(wanted)] = True
    return table


_HIGH = _table(range(0x80, 0x100))
_LETTER = _HIGH | _table(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_WORD = _LETTER | _table(b"0123456789")
_STOP = _table(STOPS)


def _kept(places: Places, wanted: Mask) -> Places:
    kept: Places = places[wanted]
    return kept


@dataclass(frozen=True)
class Column:
    """The bytes of a string column, rows one after the other: row i is raw[ends[i]:ends[i + 1]]."""

    raw: Bytes
    ends: npt.NDArray[np.int64]
    valid: Mask | None

    @classmethod
    def of(cls, texts: pa.Array) -> Column:
        """Of a string or large_string array, sliced or not."""
        _, offsets, data = texts.buffers()
        if not len(texts) or data is None:
            return cls(np.zeros(0, np.uint8), np.zeros(len(texts) + 1, np.int64), None)
        width = np.int64 if pa.types.is_large_string(texts.type) else np.int32
        ends = np.frombuffer(offsets, width)[texts.offset : texts.offset + len(texts) + 1].astype(np.int64)
        valid = texts.is_valid().to_numpy(zero_copy_only=False) if texts.null_count else None
        return cls(np.frombuffer(data, np.uint8)[ends[0] : ends[-1]], ends - ends[0], valid)

    def rows(self, places: Places) -> Mask:
        """By row: whether a place lies in it (false for null)."""
        found = np.zeros(len(self.ends) - 1, np.bool_)
        if len(places):
            found[np.searchsorted(self.ends, places, "right") - 1] = True
            if self.valid is not None:
                found &= self.valid
        return found

    def at(self, places: Places, shift: int) -> Bytes:
        """The bytes beside places; beyond the column's ends, those at its ends."""
        beside: Bytes = self.raw[np.clip(places + shift, 0, len(self.raw) - 1)]
        return beside

    def one_of(self, wanted: bytes) -> Places:
        """Where one of a few bytes is."""
        found = self.raw == wanted[0]
        for each in wanted[1:]:
            found |= self.raw == each
        return np.flatnonzero(found)

    @cached_property
    def high(self) -> Places:
        """Where characters beyond ASCII begin."""
        return np.flatnonzero(self.raw >= 0xC2)

    def led(self, *leads: bytes) -> Places:
        """Where a character begins with one of these bytes (the first two or three of its UTF-8)."""
        places = self.high
        first, second, third = (self.at(places, i) for i in range(3))
        found = np.zeros(len(places), np.bool_)
        for lead in leads:
            same = (first == lead[0]) & (second == lead[1])
            found |= same & (third == lead[2]) if len(lead) > 2 else same
        return _kept(places, found)


def entities(column: Column) -> Places:
    """An ampersand before a letter or #."""
    places = column.one_of(b"&")
    after = column.at(places, 1)
    return _kept(places, _LETTER[after] | (after == ord("#")))


def invisible(column: Column) -> Places:
    """U+00AD, U+200B to U+200F, U+2060 to U+2064, U+FE00 to U+FE0F, U+FEFF, U+1F3FB to U+1F3FF."""
    thirds = (bytes((0xE2, 0x80, third)) for third in range(0x8B, 0x90))
    return column.led(b"\xc2\xad", *thirds, b"\xe2\x81", b"\xef\xb8", b"\xef\xbb", b"\xf0\x9f\x8f")


def quotes(column: Column) -> Places:
    """A > that only white space or another > parts from the line's begin; here: any that no letter stands before."""
    places = column.one_of(b">")
    return _kept(places, ~_WORD[column.at(places, -1)] | np.isin(places, column.ends))


def code(column: Column) -> Places:
    """A backtick, a tab, or four spaces in a row."""
    space = column.raw == ord(" ")
    pairs = space[:-1] & space[1:]
    return np.concatenate([column.one_of(b"`\t"), np.flatnonzero(pairs[:-2] & pairs[2:])])


def markup(column: Column) -> Places:
    """A bracket before a letter, / or *."""
    places = column.one_of(b"[<")
    after = column.at(places, 1)
    return _kept(places, _LETTER[after] | (after == ord("/")) | (after == ord("*")))


def links(column: Column) -> Places:
    """:// or www."""
    colon = column.one_of(b":")
    colon = colon[(column.at(colon, 1) == ord("/")) & (column.at(colon, 2) == ord("/"))]
    dot = column.one_of(b".")
    for back in (1, 2, 3):
        dot = dot[column.at(dot, -back) | 0x20 == ord("w")]
    return np.concatenate([colon, dot])


def mentions(column: Column) -> Places:
    """An @ before a letter or digit; u/ or r/ with nothing of a word before it."""
    sign = column.one_of(b"@")
    slash = column.one_of(b"/")
    before, more = column.at(slash, -1), column.at(slash, -2)
    first = np.isin(slash - 1, column.ends)
    slash = slash[((before == ord("u")) | (before == ord("r"))) & (~_WORD[more] | first)]
    return np.concatenate([sign[_WORD[column.at(sign, 1)]], slash])


def apostrophes(column: Column) -> Places:
    """What is typed instead of an apostrophe."""
    return np.concatenate(
        [
            column.led(b"\xe2\x80\x98", b"\xe2\x80\x99", b"\xe2\x80\xb2", b"\xca\xbc", b"\xef\xbc\x87", b"\xc2\xb4"),
            column.one_of(b"`"),
        ]
    )


def punctuation(column: Column) -> Places:
    """Quotation marks, dashes and stops beyond ASCII."""
    general = (bytes((0xE2, 0x80, third)) for third in (0x93, 0x94, 0x95, 0x9C, 0x9D, 0x9E, 0x9F, 0xA6))
    return column.led(*general, b"\xc2\xab", b"\xc2\xbb", b"\xef\xbc", b"\xe3\x80\x81", b"\xe3\x80\x82")


def glued(column: Column) -> Places:
    """Stops with two letters (or a character beyond ASCII) on both sides, the dots of names apart: exact, not a guess.

    Of a run of stops, the last. Not "e.g.", "U.S.", "1.5", "D:", and not example.com.
    """
    raw = column.raw
    letter = ((raw | 0x20) - ord("a") < 26) | (raw >= 0x80)
    places = np.flatnonzero(letter[1:] & ~letter[:-1] & (raw[:-1] > ord(" ")))
    places = places[_STOP[raw[places]]]
    places = places[_LETTER[column.at(places, 2)]]
    begin = places.copy()
    for _ in range(_RUN):
        begin -= _STOP[column.at(begin, -1)] & _STOP[raw[begin]]
    before = column.at(begin, -1)
    sound = (_LETTER[before] & _LETTER[column.at(begin, -2)]) | (_STOP[before] & (places - begin == _RUN))
    row = np.searchsorted(column.ends, places, "right")
    sound &= (begin - 2 >= column.ends[row - 1]) & (places + 2 < column.ends[row])
    sound &= ~((begin == places) & (raw[places] == ord(".")) & _names(column, places + 1))
    return _kept(places, sound)


def _names(column: Column, places: Places) -> Mask:
    """Whether the word that begins there is one of those that end a name."""
    key = np.zeros(len(places), np.int64)
    inside = np.ones(len(places), np.bool_)
    for i in range(_LONGEST + 1):
        byte = column.at(places, i)
        inside &= _LETTER[byte] & (places + i < len(column.raw))
        key = np.where(inside, (key << 8) | (byte | 0x20), key)
    return np.isin(key, _NAMES)


def emoji(column: Column) -> Places:
    """A sign of U+203C to U+2BFF or beyond U+FFFF before a letter or digit."""
    places = column.high
    first, second = column.at(places, 0), column.at(places, 1)
    three = (first == 0xE2) & (second <= 0xAF) & _WORD[column.at(places, 3)]
    return _kept(places, three | ((first >= 0xF0) & _WORD[column.at(places, 4)]))
