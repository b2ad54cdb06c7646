"""The compiled way to number words (needs numba): the same answers as sentiment/text/words.py, read byte by byte."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

_SEED, _PRIME = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)  # FNV-1a, 64 bits


def slots(words: list[str]) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int32]]:
    """Hashes and numbers of the words in a table of open addressing, a power of two, at most a quarter full.

    64 bits tell words apart without a look at their letters; that ours do not meet is checked here.
    """
    size = 1 << (4 * len(words) + 1).bit_length()
    hashes, numbers = np.zeros(size, np.uint64), np.full(size, -1, np.int32)
    seen: dict[int, str] = {}
    for number, word in enumerate(words):
        value = int(_SEED)
        for byte in word.encode():
            value = (value ^ byte) * int(_PRIME) % 2**64
        assert value not in seen, f"{word} and {seen[value]} have one hash"
        seen[value] = word
        slot = (value ^ value >> 32) % size
        while numbers[slot] >= 0:
            slot = (slot + 1) % size
        hashes[slot], numbers[slot] = value, number
    return hashes, numbers


def _number_rows(
    data: npt.NDArray[np.uint8],
    bounds: npt.NDArray[np.int64],
    table: npt.NDArray[np.uint8],
    hashes: npt.NDArray[np.uint64],
    numbers: npt.NDArray[np.int32],
    ids: npt.NDArray[np.int64],
    row: npt.NDArray[np.int64],
    start: npt.NDArray[np.int64],
    end: npt.NDArray[np.int64],
) -> int:
    """Write number, row, first byte and end of every word; their count is handed back. Releases the GIL."""
    mask = np.uint64(len(hashes) - 1)
    count = 0
    for r in range(len(bounds) - 1):
        i, stop = bounds[r], bounds[r + 1]
        while i < stop:
            if table[data[i]] == 0:
                i += 1
                continue
            first, value = i, _SEED
            while i < stop:
                byte = data[i]
                letter = table[byte]
                if letter != 0:
                    value = (value ^ np.uint64(letter)) * _PRIME
                    i += 1
                    if byte >= 0x80:
                        # The further bytes of a letter; capitals of Latin-1 are small letters 0x20 further.
                        while i < stop and data[i] & 0xC0 == 0x80:
                            more = data[i]
                            if byte == 0xC3 and more <= 0x9E and more != 0x97:
                                more |= 0x20
                            value = (value ^ np.uint64(more)) * _PRIME
                            i += 1
                elif byte == 0x27 and i + 1 < stop and table[data[i + 1]] != 0:
                    i += 1
                elif (
                    byte == 0xE2
                    and i + 3 < stop
                    and data[i + 1] == 0x80
                    and data[i + 2] == 0x99
                    and table[data[i + 3]] != 0
                ):
                    i += 3
                else:
                    break
            slot = (value ^ (value >> np.uint64(32))) & mask
            while numbers[slot] >= 0 and hashes[slot] != value:
                slot = (slot + np.uint64(1)) & mask
            ids[count], row[count], start[count], end[count] = numbers[slot], r, first, i
            count += 1
    return count


try:
    number_rows = njit(nogil=True, cache=True)(_number_rows)
except RuntimeError:  # nowhere to keep the compiled code: it is compiled once a process
    number_rows = njit(nogil=True)(_number_rows)
