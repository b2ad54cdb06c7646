"""The kernel's way to look a word up: a hash table without collisions (kernel/table), so one look is enough."""

from __future__ import annotations

from typing import Any

import numpy as np

from earful.sentiment.vader.kernel.bits import inlined, plain
from earful.sentiment.vader.kernel.table import MIX_FIRST, MIX_LAST, Bytes, Records, Words

_MIX_FIRST, _MIX_LAST = np.uint64(MIX_FIRST), np.uint64(MIX_LAST)


@inlined
def find(
    first: np.uint64,
    last: np.uint64,
    size: int,
    buf: Bytes,
    start: int,
    words: Records,
    spread: Words,
    shifts: Words,
    text: Bytes,
) -> int:
    """The code of a word given as its first and last eight bytes in lower case; 0 where there is none such.

    buf, start: the word in either case, for the bytes between in words of more than sixteen.
    """
    mixed = (first * _MIX_FIRST) ^ (last * _MIX_LAST)
    word = words[np.intp((mixed * spread[np.intp(mixed >> shifts[0])]) >> shifts[1])]
    if word["size"] > 16 or word["next"] > 0:
        return _find_among(word, first, last, size, buf, start, words, text)
    # No branch here: whether a word is found is a coin toss that the processor would guess wrong.
    return word["code"] * ((word["first"] == first) & (word["last"] == last) & (word["size"] == size))


@plain
def _find_among(
    word: Any, first: np.uint64, last: np.uint64, size: int, buf: Bytes, start: int, words: Records, text: Bytes
) -> int:
    """The same for the few words that the first and last eight bytes do not tell apart."""
    while True:
        same = word["first"] == first and word["last"] == last and word["size"] == size
        at = word["text"]
        for k in range(8, size - 8):
            if not same:
                break
            byte = buf[start + k]
            same = text[at + k] == (byte + 32 if 65 <= byte <= 90 else byte)
        if same:
            return word["code"]
        if word["next"] == 0:
            return np.int32(0)
        word = words[word["next"]]
