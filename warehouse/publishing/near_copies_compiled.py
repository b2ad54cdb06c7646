"""Pairs of texts that say nearly the same (needs numba): what near_copies/plain.sql does, in compiled passes.

A different text of a product's day is an entry; entries are in order of product and day. Its shingles, hashes of runs
of three words, are sorted and different, and those of all entries lie end to end.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from earful.warehouse.publishing.tokens_compiled import Hashes, Ints, Numbers, compiled

Flags = npt.NDArray[np.bool_]

_BINS = 16
_MIX = np.uint64(0xD6E8FEB86659FD93)


def _combined(one: np.uint64, other: np.uint64) -> np.uint64:
    """DuckDB's hash of two values, from the hash of each (``combines`` in near_copies.py sees that it still is)."""
    one ^= one >> np.uint64(32)
    return (one * _MIX) ^ other


def _shingles_of(words: Numbers, begins: Ints, hashes: Hashes) -> tuple[Hashes, Hashes, Ints]:
    """Of each text a hash of its words, then its different shingles in order, and where each text's begin."""
    said, found = np.zeros(len(begins) - 1, np.uint64), np.empty(len(words), np.uint64)
    starts, count = np.zeros(len(begins), np.int64), 0
    for row in range(len(begins) - 1):
        first, last = begins[row], begins[row + 1]
        value = np.uint64(last - first)
        for i in range(first, last):
            value = combined(value, hashes[words[i]])
        said[row] = value
        some = np.empty(max(last - first - 2, 0), np.uint64)
        for i in range(len(some)):
            at = first + i
            some[i] = combined(combined(hashes[words[at]], hashes[words[at + 1]]), hashes[words[at + 2]])
        some.sort()
        for i in range(len(some)):
            if i == 0 or some[i] != some[i - 1]:
                found[count] = some[i]
                count += 1
        starts[row + 1] = count
    return said, found[:count].copy(), starts


def _bands_of(shingles: Hashes, starts: Ints, text: Ints, product: Ints) -> tuple[Hashes, Numbers]:
    """The bands of all entries, by two neighbouring bins' least shingles, and the entry of each."""
    bands, entries = np.empty(len(text) * (_BINS - 1), np.uint64), np.empty(len(text) * (_BINS - 1), np.int32)
    count = 0
    least, filled = np.zeros(_BINS, np.uint64), np.zeros(_BINS, np.bool_)
    for entry in range(len(text)):
        filled[:] = False
        for i in range(starts[text[entry]], starts[text[entry] + 1]):
            place = shingles[i] & np.uint64(_BINS - 1)
            if not filled[place]:  # they are in order: the first is the least
                least[place], filled[place] = shingles[i], True
        for place in range(_BINS - 1):
            if filled[place] and filled[place + 1]:
                value = combined(least[place] * _MIX, least[place + 1] * _MIX)
                bands[count] = combined(combined(value, np.uint64(product[entry])), np.uint64(place))
                entries[count] = entry
                count += 1
    return bands[:count], entries[:count]


def _candidates(bands: Hashes, entries: Numbers, order: Ints, day: Ints, no: Ints) -> Hashes:
    """Pairs to compare, first << 32 | second: each entry with the first of its band on its day and the two before."""
    found, count = np.empty(1 << 12, np.uint64), 0
    firsts, days = np.zeros(3, np.int64), np.full(3, -1, np.int64)
    for k in range(len(order)):
        at = order[k]
        if k == 0 or bands[at] != bands[order[k - 1]]:
            days[:] = -1
        entry = np.int64(entries[at])
        place = day[entry] % 3
        if days[place] != day[entry]:
            days[place], firsts[place] = day[entry], entry
        for each in range(3):
            if days[each] >= 0 and day[entry] - days[each] <= 2 and no[firsts[each]] < no[entry]:
                if count == len(found):
                    found = np.append(found, np.empty(count, np.uint64))
                found[count] = (np.uint64(firsts[each]) << np.uint64(32)) | np.uint64(entry)
                count += 1
    return found[:count]


def _alike(pairs: Hashes, shingles: Hashes, starts: Ints, text: Ints) -> Flags:
    """Whether at least 0.6 of the shingles of both together are in both."""
    found = np.zeros(len(pairs), np.bool_)
    for k in range(len(pairs)):
        a, b = text[np.int64(pairs[k] >> np.uint64(32))], text[np.int64(pairs[k] & np.uint64(0xFFFFFFFF))]
        i, j, both = starts[a], starts[b], 0
        sizes = (starts[a + 1] - i) + (starts[b + 1] - j)
        while i < starts[a + 1] and j < starts[b + 1]:
            if shingles[i] == shingles[j]:
                both += 1
                i += 1
                j += 1
            elif shingles[i] < shingles[j]:
                i += 1
            else:
                j += 1
        found[k] = 10 * both >= 6 * (sizes - both)
    return found


combined = compiled(_combined)
shingles_of = compiled(_shingles_of)
bands_of = compiled(_bands_of)
candidates = compiled(_candidates)
alike = compiled(_alike)
