"""The kernel's last steps: "but", sums, shares and Python's rounding."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from earful.sentiment.vader.kernel.bits import plain
from earful.sentiment.vader.kernel.table import Bools, Floats, Ints, Words

# Texts with more hits than this look equal values up instead of comparing all.
_FEW = 64
_MIX = np.uint64(0x9E3779B97F4A7C15)
_EMPTY, _NEVER = np.int32(-1), np.int32(-2)  # heaps without a place


@njit(nogil=True)
def but_check(values: Floats, places: Ints, ints: Bools, found: int, but: int) -> None:
    """Halves what comes before the first "but" and weighs what comes after it 1.5 times, as the package's loop does it.

    The loop walks the list while it changes it, and changes not the place it has come to but the first place that
    holds an equal value: of two equal values, an earlier one may be changed twice and a later one not at all.
    """
    if found <= _FEW:
        _but_check_few(values, places, ints, found, but)
        return
    left, right = np.empty(found, np.int32), np.empty(found, np.int32)
    size = 1024
    while not _but_check_many(
        values,
        values.view(np.uint64),
        places,
        ints,
        found,
        but,
        np.empty(size, np.uint64),
        np.empty(size, np.int32),
        left,
        right,
    ):
        size *= 4


@plain
def _but_check_few(values: Floats, places: Ints, ints: Bools, found: int, but: int) -> None:
    for k in range(found):
        first = 0
        while values[first] != values[k]:
            first += 1
        _weigh(values, places, ints, first, but)


@plain
def _weigh(values: Floats, places: Ints, ints: Bools, k: int, but: int) -> None:
    if places[k] < but:
        values[k] *= 0.5
        ints[k] = False
    elif places[k] > but:
        values[k] *= 1.5
        ints[k] = False


@plain
def _but_check_many(
    values: Floats,
    bits: Words,
    places: Ints,
    ints: Bools,
    found: int,
    but: int,
    keys: Words,
    tops: Ints,
    left: Ints,
    right: Ints,
) -> bool:
    """The same for many hits, in n log n: a heap of places for each value, its top the first of them.

    keys, tops: a table of open addressing of the values that will be looked up. Returns False, with nothing changed,
    where it is too small.
    """
    used = 0
    tops[:] = _NEVER
    for k in range(found):
        slot = _slot(bits[k], keys, tops)
        used += tops[slot] == _NEVER
        if 2 * used > tops.size:
            return False
        keys[slot], tops[slot] = bits[k], _EMPTY
    for k in range(found):
        # No place is changed before the loop comes to it, so the values looked up are those at the start.
        slot = _slot(bits[k], keys, tops)
        left[k] = right[k] = _EMPTY
        first = _merge(tops[slot], k, left, right)
        tops[slot] = _merge(left[first], right[first], left, right)
        _weigh(values, places, ints, first, but)
        slot = _slot(bits[first], keys, tops)
        if tops[slot] != _NEVER:
            left[first] = right[first] = _EMPTY
            tops[slot] = _merge(tops[slot], first, left, right)
    return True


@plain
def _slot(key: np.uint64, keys: Words, tops: Ints) -> int:
    slot = np.intp((key * _MIX) >> np.uint64(32)) & (tops.size - 1)
    while tops[slot] != _NEVER and keys[slot] != key:
        slot = (slot + 1) & (tops.size - 1)
    return slot


@plain
def _merge(a: int, b: int, left: Ints, right: Ints) -> int:
    """Two skew heaps (Sleator and Tarjan 1986) made one; a heap is its top, -1 where empty."""
    if a < 0:
        return b
    if b < 0:
        return a
    top, b = min(a, b), max(a, b)
    a = top
    while right[a] >= 0:
        under = right[a]
        right[a] = left[a]
        left[a] = min(under, b)
        a, b = min(under, b), max(under, b)
    right[a] = left[a]
    left[a] = b
    return top


@plain
def python_sum(values: Floats, places: Ints, ints: Bools, found: int, but: int, compensated: bool) -> float:
    """What sum() gives for the package's list of valences: from Python 3.12 on it carries rounding errors along."""
    total = 0.0
    if not compensated:
        for k in range(found):
            total += values[k]
        return total
    # Ints are added plainly, and so is the first float.
    floats = False
    zero = _first_zero(values, places, found, but)
    errors = 0.0
    for k in range(found):
        value = values[k]
        floats = floats or 0 <= zero < places[k]
        if ints[k] or not floats:
            floats = not ints[k] or floats
            total += value
            continue
        new = total + value
        if abs(total) >= abs(value):
            errors += (total - new) + value
        else:
            errors += (value - new) + total
        total = new
    if errors != 0.0 and math.isfinite(errors):
        total += errors
    return total


@plain
def _first_zero(values: Floats, places: Ints, found: int, but: int) -> int:
    """Where but_check made a float of the first 0 in the list; -1 where it did not."""
    if but < 0:
        return -1
    zero = 0
    while zero < found and places[zero] == zero and values[zero] != 0:
        zero += 1
    return zero if zero != but else -1


@plain
def punctuation_emphasis(exclamations: int, questions: int) -> float:
    """What "!" (up to four) and "?" (from two on) add."""
    emphasis = min(exclamations, 4) * 0.292
    if questions > 3:
        return emphasis + 0.96
    if questions > 1:
        return emphasis + questions * 0.18
    return emphasis


@plain
def shares(values: Floats, found: int, count: int, emphasis: float) -> tuple[float, float, float]:
    """Negative, neutral and positive share of a text of count tokens, not rounded; zeros where it has none."""
    if count == 0:
        return 0.0, 0.0, 0.0
    positive = negative = 0.0
    neutral = count
    for k in range(found):
        if values[k] > 0:
            positive += values[k] + 1
            neutral -= 1
        elif values[k] < 0:
            negative += values[k] - 1
            neutral -= 1
    if positive > abs(negative):
        positive += emphasis
    elif positive < abs(negative):
        negative -= emphasis
    total = positive + abs(negative) + neutral
    return abs(negative / total), abs(neutral / total), abs(positive / total)


@plain
def compound(total: float, emphasis: float) -> float:
    """The normalised sum, not rounded."""
    if total > 0:
        total += emphasis
    elif total < 0:
        total -= emphasis
    normal = total / math.sqrt(total * total + 15)
    return min(max(normal, -1.0), 1.0)


@plain
def python_round(x: float, scale: float) -> float:
    """Python's round() of a float in [-1, 1] to as many decimals as scale (a power of ten) has zeros.

    Python rounds the exact binary value. The product with the scale is off by up to half a bit, which matters next to
    a tie only; there its error is found exactly (Dekker 1971) and decides.
    """
    product = x * scale
    below = math.floor(product)
    nearest = np.rint(product)
    if abs(product - below - 0.5) < 1e-6:
        big = 134217729.0 * x
        high = big - (big - x)
        beyond = (product - below - 0.5) + ((high * scale - product) + (x - high) * scale)
        if beyond > 0:
            nearest = below + 1.0
        elif beyond < 0:
            nearest = below
        else:
            nearest = below if below % 2 == 0 else below + 1.0
    return math.copysign(nearest / scale, x)
