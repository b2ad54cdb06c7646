"""Words and phrases of two counted by the people who say them (needs numba): what words/plain.sql does, in one pass.

Words are numbers of a dictionary (tokens_compiled.py), -1 where a phrase ends.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from earful.warehouse.publishing.tokens_compiled import Hashes, Ints, Numbers, compiled

Flags = npt.NDArray[np.bool_]

#: Places in which phrases are counted roughly first: most are said once or twice, and never get a number.
_SKETCH = 1 << 23
_LEAST = 3
_MIX = np.uint64(0x9E3779B97F4A7C15)
#: Means are added in units of 1e-15, exactly: thousands of millions of them, and what is left below.
_UNIT, PART = 1e15, 1_000_000


def _pairs_of(words: Numbers, says: Flags, in_two: Flags, begins: Ints) -> tuple[Numbers, Hashes]:
    """For each word the number of the phrase that it begins (-1: of none that counts), and each phrase's two words.

    Those that are there fewer than three times are in no term of three people, and left out.
    """
    rough = np.zeros(_SKETCH, np.uint8)
    for row in range(len(begins) - 1):
        for i in range(begins[row], begins[row + 1] - 1):
            if is_pair(words[i], words[i + 1], says, in_two):
                slot = place(words[i], words[i + 1]) & np.uint64(_SKETCH - 1)
                if rough[slot] < _LEAST:
                    rough[slot] += 1
    slots, size = np.full(1 << 12, -1, np.int32), 0
    keys, counts = np.zeros(1 << 10, np.uint64), np.zeros(1 << 10, np.int32)
    pairs = np.full(len(words), -1, np.int32)
    for row in range(len(begins) - 1):
        for i in range(begins[row], begins[row + 1] - 1):
            if not is_pair(words[i], words[i + 1], says, in_two):
                continue
            mixed = place(words[i], words[i + 1])
            if rough[mixed & np.uint64(_SKETCH - 1)] < _LEAST:
                continue
            key = (np.uint64(words[i]) << np.uint64(32)) | np.uint64(words[i + 1])
            mask = np.uint64(len(slots) - 1)
            slot = (mixed >> np.uint64(20)) & mask
            while slots[slot] >= 0 and keys[slots[slot]] != key:
                slot = (slot + np.uint64(1)) & mask
            number = int(slots[slot])
            if number < 0:
                if size == len(keys):
                    more_keys, more_counts = np.zeros(2 * size, np.uint64), np.zeros(2 * size, np.int32)
                    more_keys[:size], more_counts[:size] = keys, counts
                    keys, counts = more_keys, more_counts
                number = size
                keys[number], slots[slot] = key, number
                size += 1
                if 2 * size > len(slots):
                    slots = np.full(4 * len(slots), -1, np.int32)
                    mask = np.uint64(len(slots) - 1)
                    for each in range(size):
                        first, second = keys[each] >> np.uint64(32), keys[each] & np.uint64(0xFFFFFFFF)
                        slot = (place(np.int64(first), np.int64(second)) >> np.uint64(20)) & mask
                        while slots[slot] >= 0:
                            slot = (slot + np.uint64(1)) & mask
                        slots[slot] = each
            counts[number] += 1
            pairs[i] = number
    return pairs, keys[:size].copy()


def _is_pair(word: int, follows: int, says: Flags, in_two: Flags) -> bool:
    """Both may stand in a phrase, and one of the two says something by itself."""
    return word >= 0 and follows >= 0 and in_two[word] and in_two[follows] and (says[word] or says[follows])


def _place(word: int, follows: int) -> np.uint64:
    mixed = ((np.uint64(word) << np.uint64(32)) | np.uint64(follows)) * _MIX
    mixed ^= mixed >> np.uint64(29)
    mixed *= _MIX
    return mixed ^ (mixed >> np.uint64(32))


def _count_window(
    rows: tuple[Flags, Ints, Ints, Ints],
    texts: tuple[Numbers, Numbers, Ints, Flags],
    sides: tuple[int, int],
    least: float,
    room: tuple[Ints, Ints, Ints, Ints, Ints],
) -> Ints:
    """The terms of one window whose log-likelihood ratio may reach ``least``, one row each.

    Its columns: number, people now, people before; then the sum of people's means, now and before, in units of 1e-15:
    of each the part above and below PART.

    rows: whether now, author, score in ten thousandths and text of each post, those of an author on one side together.
    texts: words, phrases, where each text's begin, and whether a word may stand alone. A phrase's number is that of the
    phrase after all words. sides: people now and before. room: arrays by term, zero before and after.
    """
    is_now, author, score, text = rows
    words, pairs, begins, alone = texts
    people, high, low, times, total = room
    size = len(alone)
    terms, found = np.empty(1 << 12, np.int64), 0
    own, mine = np.empty(1 << 10, np.int64), 0
    for at in range(len(author)):
        row = text[at]
        side = 0 if is_now[at] else 1
        for i in range(begins[row], begins[row + 1]):
            for which in range(2):
                if which == 0:
                    term = np.int64(words[i])
                    if term < 0 or not alone[term]:
                        continue
                else:
                    term = np.int64(pairs[i])
                    if term < 0:
                        continue
                    term += size
                if times[term] == 0:
                    if mine == len(own):
                        own = np.append(own, np.empty(mine, np.int64))
                    own[mine] = term
                    mine += 1
                times[term] += 1
                total[term] += score[at]
        if at + 1 < len(author) and author[at + 1] == author[at] and is_now[at + 1] == is_now[at]:
            continue
        # All of an author's posts of a side: one voice, its mean held to fifteen decimals.
        for k in range(mine):
            term = own[k]
            if people[2 * term] + people[2 * term + 1] == 0:
                if found == len(terms):
                    terms = np.append(terms, np.empty(found, np.int64))
                terms[found] = term
                found += 1
            mean = float(total[term]) / (float(times[term]) * 1e4)
            units = np.int64(math.floor(abs(mean) * _UNIT + 0.5))
            units = units if mean >= 0 else -units
            place_of = 2 * term + side
            people[place_of] += 1
            part = units // PART
            high[place_of] += part
            low[place_of] += units - part * PART
            times[term], total[term] = 0, 0
        mine = 0
    n, m = float(sides[0]), float(sides[1])
    kept, numbers = 0, np.empty((found, 7), np.int64)
    for k in range(found):
        term = terms[k]
        a, b = people[2 * term], people[2 * term + 1]
        if a + b >= _LEAST and abs(ratio(float(a), float(b), n, m)) >= least:
            numbers[kept, 0], numbers[kept, 1], numbers[kept, 2] = term, a, b
            numbers[kept, 3], numbers[kept, 4] = high[2 * term], low[2 * term]
            numbers[kept, 5], numbers[kept, 6] = high[2 * term + 1], low[2 * term + 1]
            kept += 1
        for place_of in range(2 * term, 2 * term + 2):
            people[place_of], high[place_of], low[place_of] = 0, 0, 0
    return numbers[:kept]


def _ratio(a: float, b: float, n: float, m: float) -> float:
    """As in words/score.sql, to about its last digits."""
    e = (a + b) / (n + m)
    if e >= 1 or n == 0 or m == 0:
        return 0.0
    found = 0.0
    for part, whole in ((a, n), (b, m)):
        if part > 0:
            found += part * math.log(part / (whole * e))
        if part < whole:
            found += (whole - part) * math.log((whole - part) / (whole * (1 - e)))
    return 2 * found


is_pair = compiled(_is_pair)
place = compiled(_place)
ratio = compiled(_ratio)
pairs_of = compiled(_pairs_of)
count_window = compiled(_count_window)
