"""Words of a whole Arrow string column at once, straight from its UTF-8 bytes, as numbers of a vocabulary.

A word is a run of letters and digits, in small letters; an apostrophe within is left out ("can't" is "cant"). Signs,
emoji and hyphens part words. Two ways, same answers: numpy and Arrow, and a compiled loop where numba is installed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import pairwise
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from earful.sentiment.compiled import compile_it

_KERNEL = "earful.sentiment.text.words_compiled"
#: Bytes a second that numpy reads (measured on one core), and the seconds of it that are worth the compiler.
_RATE, WORTH = 50e6, 0.08

Engine = Literal["auto", "numba", "numpy"]

Ints = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]

#: Bytes that numpy reads at a time, so that its arrays stay in the processor's cache.
_ROUND = 1 << 20


class Numbered(NamedTuple):
    """Words in order: ``id`` is the place in the vocabulary (-1: not in it), ``row`` the text that a word is from.

    start, end: bytes of ``data``.
    """

    id: Ints
    row: Ints
    start: Ints
    end: Ints
    data: Bytes

    def between(self, first: int, last: int) -> str:
        """The text from one word to another, as it was written."""
        return self.data[self.start[first] : self.end[last]].tobytes().decode()


@dataclass(frozen=True)
class Vocabulary:
    """Words that matter, numbered in their order. They are spelt as ``spell`` gives them."""

    words: tuple[str, ...]
    _table: dict[str, tuple[npt.NDArray[np.uint64], npt.NDArray[np.int32]]] = field(
        default_factory=dict, repr=False, compare=False
    )

    def number(self, texts: pa.Array, engine: Engine = "auto") -> Numbered:
        """All words of all texts. Null has none. "auto" compiles only for many texts; then it stays compiled."""
        data, bounds = raw(texts)
        if compile_it(engine, lambda: len(data) / _RATE, WORTH, _KERNEL):
            return self._compiled(data, bounds)
        parts = []
        for first, last in pairwise(_rounds(bounds)):
            low = bounds[first]
            row, start, end, spelt = _read(data[low : bounds[last]], bounds[first : last + 1] - low)
            found = pc.fill_null(pc.index_in(spelt, value_set=self._array), -1).to_numpy(zero_copy_only=False)
            parts.append((found.astype(np.int64), row + first, start + low, end + low))
        found, row, start, end = (np.concatenate(column) for column in zip(*parts, strict=True))
        return Numbered(found, row, start, end, data)

    def _compiled(self, data: Bytes, bounds: Ints) -> Numbered:
        from earful.sentiment.text.words_compiled import number_rows, slots  # noqa: PLC0415 - numba may be missing, and takes 0.5 s

        if "slots" not in self._table:
            self._table["slots"] = slots(list(self.words))
        room = len(data) // 2 + len(bounds)
        found, row, start, end = (np.empty(room, np.int64) for _ in range(4))
        count = number_rows(data, bounds, _letters(), *self._table["slots"], found, row, start, end)
        return Numbered(found[:count], row[:count], start[:count], end[:count], data)

    @cached_property
    def _array(self) -> pa.Array:
        return pa.array(self.words, pa.large_string())


def spell(texts: Iterable[str]) -> list[tuple[str, ...]]:
    """The words of each text, as a vocabulary has them."""
    data, bounds = raw(pa.array(texts, pa.large_string()))
    row, _, _, spelt = _read(data, bounds)
    words = spelt.to_pylist()
    edges = np.searchsorted(row, np.arange(len(bounds)))
    return [tuple(words[a:b]) for a, b in pairwise(edges.tolist())]


def raw(texts: pa.Array) -> tuple[Bytes, Ints]:
    """The bytes of all texts end to end, and where each starts; one more at the end. Null is empty."""
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    if not pa.types.is_large_string(texts.type):
        texts = texts.cast(pa.large_string())
    if texts.null_count:
        texts = pc.fill_null(texts, "")
    _, offsets, buffer = texts.buffers()
    if offsets is None or not len(texts):
        return np.empty(0, np.uint8), np.zeros(1, np.int64)
    bounds = np.frombuffer(offsets, np.int64)[texts.offset : texts.offset + len(texts) + 1]
    data = np.frombuffer(buffer, np.uint8)[bounds[0] : bounds[-1]] if buffer else np.empty(0, np.uint8)
    return data, bounds - bounds[0]


def _rounds(bounds: Ints) -> list[int]:
    cuts = np.flatnonzero(np.diff(bounds[1:] // _ROUND)) + 1
    return [0, *cuts.tolist(), len(bounds) - 1]


def _read(data: Bytes, bounds: Ints) -> tuple[Ints, Ints, Ints, pa.Array]:
    """Row, start, end and spelling of every word."""
    letters = _letters()[data]
    if (data >= 0x80).any():
        _spread(data, letters)
    dropped = _apostrophes(data, bounds, letters)
    inside = letters != 0
    border = np.zeros(len(data) + 1, np.bool_)
    border[bounds] = True
    border[1:-1] |= inside[1:] != inside[:-1]
    edges = np.flatnonzero(border)
    begins = inside[edges[:-1]] if len(edges) > 1 else np.zeros(0, np.bool_)
    start, end = edges[:-1][begins], edges[1:][begins]

    kept, length = inside, end - start
    if dropped.size:
        kept = inside.copy()
        kept[dropped] = False
        length = length - (np.searchsorted(dropped, end) - np.searchsorted(dropped, start))
    offsets = np.concatenate(([0], np.cumsum(length)))
    spelt = pa.LargeStringArray.from_buffers(len(start), pa.py_buffer(offsets), pa.py_buffer(letters[kept]))
    count = np.diff(np.searchsorted(start, bounds))
    return np.repeat(np.arange(len(count)), count), start, end, spelt


@cache
def _letters() -> Bytes:
    """What each byte becomes in a word; 0 for bytes that part words."""
    table = np.zeros(256, np.uint8)
    for letter in b"abcdefghijklmnopqrstuvwxyz0123456789":
        table[letter] = table[ord(chr(letter).upper())] = letter
    # First bytes of letters: U+00C0 to U+07FF, and most scripts of three bytes, but not the signs of U+2000 to U+2FFF.
    for first in (*range(0xC3, 0xE0), 0xE0, 0xE1, *range(0xE3, 0xEF)):
        table[first] = first
    return table


def _spread(data: Bytes, letters: Bytes) -> None:
    """Give the further bytes of a character the fate of its first, and Latin-1 capitals their small letters."""
    further = np.flatnonzero(data & 0xC0 == 0x80)
    for _ in range(3):
        letters[further] = np.where(letters[further - 1] != 0, data[further], 0)
    latin = np.flatnonzero(data[:-1] == 0xC3) + 1
    capital = latin[(data[latin] <= 0x9E) & (data[latin] != 0x97)]
    letters[capital] |= 0x20


def _apostrophes(data: Bytes, bounds: Ints, letters: Bytes) -> Ints:
    """Make apostrophes within words part of them, and say which bytes those are."""
    straight = np.flatnonzero(data[1:-1] == ord("'")) + 1
    straight = straight[(letters[straight - 1] != 0) & (letters[straight + 1] != 0)]
    straight = straight[_within(bounds, straight, 1)]
    curly = np.flatnonzero(data[:-3] == 0xE2)
    curly = curly[(curly > 0) & (data[curly + 1] == 0x80) & (data[curly + 2] == 0x99)]
    curly = curly[(letters[curly - 1] != 0) & (letters[curly + 3] != 0)]
    curly = curly[_within(bounds, curly, 3)]
    dropped = np.sort(np.concatenate((straight, curly, curly + 1, curly + 2)))
    letters[dropped] = ord("'")
    return dropped


def _within(bounds: Ints, at: Ints, length: int) -> npt.NDArray[np.bool_]:
    """Whether the bytes before and after a sign are of its text."""
    row = np.searchsorted(bounds, at, "right")
    return (bounds[row - 1] < at) & (at + length < bounds[row])
