"""The compiled way to follow phrases (needs numba): the same matches as sentiment/text/phrases.py, word by word."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from numba import njit

from earful.sentiment.text.phrases import GAP

if TYPE_CHECKING:
    from earful.sentiment.text.words import Ints

    Flags = npt.NDArray[np.bool_]
    Bits = npt.NDArray[np.uint64]


def follow(
    column: Ints,
    row: Ints,
    opens: Ints,
    opens_at: Ints,
    bound_at: Ints,
    second: Bits,
    phrase: Ints,
    gap: Flags,
    wall: Flags,
    final: Flags,
    fits: Bits,
) -> tuple[Ints, Ints, Ints]:
    """First word, last word and phrase of every match, by first word."""
    room = len(column) // 8 + 64
    while True:
        found = tuple(np.empty(room, np.int64) for _ in range(3))
        # A state waits in at most GAP + 1 places at once.
        wait = np.empty(((GAP + 1) * len(phrase) + 1, 2), np.int64)
        count = follow_rows(
            column, row, opens, opens_at, bound_at, second, phrase, gap, wall, final, fits, wait, *found
        )
        if count <= room:
            first, last, of = (each[:count] for each in found)
            return first, last, of
        room = count


def _follow_rows(
    column: Ints,
    row: Ints,
    opens: Ints,
    opens_at: Ints,
    bound_at: Ints,
    second: Bits,
    phrase: Ints,
    gap: Flags,
    wall: Flags,
    final: Flags,
    fits: Bits,
    wait: Ints,
    firsts: Ints,
    lasts: Ints,
    phrases: Ints,
) -> int:
    """Write the matches as far as there is room; their count is handed back. Releases the GIL."""
    count = 0
    for i in range(len(column)):
        word = column[i]
        end = opens_at[word + 1]
        # Most words are not followed by a second word of any phrase that they open.
        if bound_at[word] < end and (
            i + 1 == len(column)
            or row[i + 1] != row[i]
            or not second[word, column[i + 1] >> 6] >> np.uint64(column[i + 1] & 63) & np.uint64(1)
        ):
            end = bound_at[word]
        for opening in range(opens_at[word], end):
            wait[0, 0], wait[0, 1] = i, opens[opening]
            waiting = 1
            while waiting > 0:
                waiting -= 1
                here, state = wait[waiting, 0], wait[waiting, 1]
                if final[state]:
                    if count < len(firsts):
                        firsts[count], lasts[count], phrases[count] = i, here, phrase[state]
                    count += 1
                    continue
                state += 1
                reach = here + 1 + (GAP if gap[state] else 0)
                here += 1
                while here <= reach and here < len(column) and row[here] == row[i]:
                    if fits[column[here], state >> 6] >> np.uint64(state & 63) & np.uint64(1):
                        wait[waiting, 0], wait[waiting, 1] = here, state
                        waiting += 1
                    if wall[column[here]]:
                        break
                    here += 1
    return count


try:
    follow_rows = njit(nogil=True, cache=True)(_follow_rows)
except RuntimeError:  # nowhere to keep the compiled code: it is compiled once a process
    follow_rows = njit(nogil=True)(_follow_rows)
