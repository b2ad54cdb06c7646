"""Words of texts, and their numbers (needs numba): what the regular expressions of sql/publishing find.

Texts are UTF-8, in small letters, end to end; ``kinds`` says for each code point whether it is a letter or a number
(letters.py). A dictionary of words is a tuple of arrays that grows: slots of open addressing, hash of each word, the
byte at which each starts in ``pool`` (one more at the end), ``pool`` with the bytes of all words, and their number.
Words with one hash are told apart by their bytes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

_SEED, _PRIME = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)  # FNV-1a, 64 bits

Ints = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.int32]
Hashes = npt.NDArray[np.uint64]
Bytes = npt.NDArray[np.uint8]
Dictionary = tuple[Numbers, Hashes, Ints, Bytes, int]

LETTER, NUMBER = 1, 2


def dictionary() -> Dictionary:
    """One without any word."""
    return np.full(1 << 12, -1, np.int32), np.zeros(1 << 10, np.uint64), np.zeros(1 << 10, np.int64), _no_bytes(), 0


def _no_bytes() -> Bytes:
    return np.zeros(1 << 14, np.uint8)


def compiled(function: Any) -> Any:  # noqa: ANN401 - numba's decorator has no types
    """The function, compiled and kept between processes where there is a place for it."""
    try:
        return njit(nogil=True, cache=True)(function)
    except RuntimeError:  # nowhere to keep the compiled code: it is compiled once a process
        return njit(nogil=True)(function)


def _kind_of(data: Bytes, at: int, kinds: Bytes) -> tuple[int, int]:
    """Kind and width in bytes of the character at a place."""
    first = np.int64(data[at])
    if first < 0x80:
        return kinds[first], 1
    if first < 0xE0:
        return kinds[((first & 0x1F) << 6) | (data[at + 1] & 0x3F)], 2
    if first < 0xF0:
        return kinds[((first & 0x0F) << 12) | ((data[at + 1] & 0x3F) << 6) | (data[at + 2] & 0x3F)], 3
    code = (
        ((first & 0x07) << 18)
        | (np.int64(data[at + 1] & 0x3F) << 12)
        | (np.int64(data[at + 2] & 0x3F) << 6)
        | (data[at + 3] & 0x3F)
    )
    return (kinds[code] if code < len(kinds) else 0), 4


def _hash_of(data: Bytes, start: int, end: int) -> np.uint64:
    value = _SEED
    for i in range(start, end):
        value = (value ^ np.uint64(data[i])) * _PRIME
    return value


def _run_of(data: Bytes, at: int, stop: int, kinds: Bytes, wanted: int) -> int:
    """The end of the run of characters of a wanted kind that begins at a place."""
    while at < stop:
        kind, width = kind_of(data, at, kinds)
        if kind & wanted == 0:
            break
        at += width
    return at


def _plain_words(data: Bytes, bounds: Ints, kinds: Bytes, most: int) -> tuple[Hashes, Numbers, Numbers, Ints]:
    """The first ``most`` words of each text: hash, first byte and end of each, and where each text's words begin.

    A word is a run of letters and numbers. Of the last array there is one more, at the end.
    """
    room = len(data) // 2 + len(bounds)
    hashes, firsts, ends = np.empty(room, np.uint64), np.empty(room, np.int32), np.empty(room, np.int32)
    begins, count = np.zeros(len(bounds), np.int64), 0
    for row in range(len(bounds) - 1):
        at, stop = bounds[row], bounds[row + 1]
        while at < stop and count - begins[row] < most:
            end = run_of(data, at, stop, kinds, LETTER | NUMBER)
            if end > at:
                hashes[count], firsts[count], ends[count] = hash_of(data, at, end), at, end
                count += 1
                at = end
            else:
                at += kind_of(data, at, kinds)[1]
        begins[row + 1] = count
    return hashes[:count], firsts[:count], ends[:count], begins


def _spoken_words(data: Bytes, bounds: Ints, kinds: Bytes) -> tuple[Hashes, Numbers, Numbers, Ints]:
    """As plain_words, but all of them, as people say them; an end of 0 stands where a sentence or a part of one ends.

    A word is a number with dots (4.2.0), or a run of letters and numbers, with what follows an apostrophe. Links and
    addresses are left out: of what stands between blanks, all from http:// on, or all of it around an @.
    """
    room = len(data) + len(bounds)
    hashes, firsts, ends = np.zeros(room, np.uint64), np.zeros(room, np.int32), np.zeros(room, np.int32)
    begins, count = np.zeros(len(bounds), np.int64), 0
    for row in range(len(bounds) - 1):
        at, stop = bounds[row], bounds[row + 1]
        while at < stop:
            if blank(data[at]):
                if data[at] == 0x0A and count > begins[row] and ends[count - 1] > 0:
                    count += 1
                at += 1
                continue
            past = at
            while past < stop and not blank(data[past]):
                past += 1
            kept = link_at(data, at, past)
            while at < kept:
                end = version_end(data, at, kept)
                if end == at:
                    end = run_of(data, at, kept, kinds, LETTER | NUMBER)
                    if end > at and end < kept and data[end] == 0x27:
                        more = run_of(data, end + 1, kept, kinds, LETTER)
                        end = more if more > end + 1 else end
                if end > at:
                    hashes[count], firsts[count], ends[count] = hash_of(data, at, end), at, end
                    count += 1
                    at = end
                    continue
                if mark(data[at]) and count > begins[row] and ends[count - 1] > 0:
                    count += 1
                at += kind_of(data, at, kinds)[1]
            at = past
        begins[row + 1] = count
    return hashes[:count], firsts[:count], ends[:count], begins


def _numbered(
    data: Bytes, found: Hashes, firsts: Numbers, ends: Numbers, known: Dictionary
) -> tuple[Numbers, Dictionary]:
    """The number of each word found (-1 for an end of 0), and the dictionary with those that are new."""
    slots, hashes, starts, pool, words = known
    numbers = np.full(len(found), -1, np.int32)
    for k in range(len(found)):
        length = np.int64(ends[k]) - firsts[k]
        if length <= 0:
            continue
        value, number = found[k], -1
        mask = np.uint64(len(slots) - 1)
        slot = (value ^ (value >> np.uint64(32))) & mask
        while slots[slot] >= 0:
            each = slots[slot]
            first = starts[each]
            if hashes[each] == value and starts[each + 1] - first == length:
                same = True
                for i in range(length):
                    same &= pool[first + i] == data[firsts[k] + i]
                if same:
                    number = each
                    break
            slot = (slot + np.uint64(1)) & mask
        if number >= 0:
            numbers[k] = number
            continue
        if words + 2 > len(hashes):
            more_hashes, more_starts = np.zeros(2 * len(hashes), np.uint64), np.zeros(2 * len(hashes), np.int64)
            more_hashes[:words], more_starts[: words + 1] = hashes[:words], starts[: words + 1]
            hashes, starts = more_hashes, more_starts
        first = starts[words]
        if first + length > len(pool):
            more_pool = np.zeros(2 * (first + length), np.uint8)
            more_pool[:first] = pool[:first]
            pool = more_pool
        for i in range(length):
            pool[first + i] = data[firsts[k] + i]
        hashes[words], starts[words + 1], slots[slot], numbers[k] = value, first + length, words, words
        words += 1
        if 2 * words > len(slots):
            slots = np.full(4 * len(slots), -1, np.int32)
            mask = np.uint64(len(slots) - 1)
            for each in range(words):
                slot = (hashes[each] ^ (hashes[each] >> np.uint64(32))) & mask
                while slots[slot] >= 0:
                    slot = (slot + np.uint64(1)) & mask
                slots[slot] = each
    return numbers, (slots, hashes, starts, pool, words)


def _blank(byte: int) -> bool:
    return byte == 0x20 or 0x09 <= byte <= 0x0D


def _mark(byte: int) -> bool:
    """Whether it ends a sentence or a part of one: . ! ? ; : , ( or )."""
    return byte in (0x2E, 0x21, 0x3F, 0x3B, 0x3A, 0x2C, 0x28, 0x29)


def _link_at(data: Bytes, start: int, end: int) -> int:
    """Where a link or an address begins in [start, end), which has no blanks; the end where there is none."""
    for i in range(start + 1, end - 1):
        if data[i] == 0x40:
            return start
    for i in range(start, end - 7):
        if data[i] == 0x68 and data[i + 1] == 0x74 and data[i + 2] == 0x74 and data[i + 3] == 0x70:
            at = i + 5 if data[i + 4] == 0x73 else i + 4
            if at + 3 < end and data[at] == 0x3A and data[at + 1] == 0x2F and data[at + 2] == 0x2F:
                return i
    return end


def _version_end(data: Bytes, start: int, stop: int) -> int:
    """The end of a number with dots that begins at a place; the place itself where there is none."""
    at, dots = start, 0
    while True:
        first = at
        while at < stop and 0x30 <= data[at] <= 0x39:
            at += 1
        if at == first:
            return start
        if at + 1 < stop and data[at] == 0x2E and 0x30 <= data[at + 1] <= 0x39:
            dots += 1
            at += 1
        else:
            return at if dots else start


kind_of = compiled(_kind_of)
hash_of = compiled(_hash_of)
run_of = compiled(_run_of)
blank = compiled(_blank)
mark = compiled(_mark)
link_at = compiled(_link_at)
version_end = compiled(_version_end)
plain_words = compiled(_plain_words)
spoken_words = compiled(_spoken_words)
numbered = compiled(_numbered)
