"""How work grows with its input, told from the processor time of this process: never a number of seconds.

Columnar work runs in compiled code, where calls cannot be counted. A ratio of two times of one machine holds on a slow
one too; what disturbs a time only makes it longer, so the least of several, taken by turns, is the work's own.
"""

from __future__ import annotations

import time
from collections.abc import Callable

#: Below this (seconds) a time is mostly the clock's and the call's own; the small input then counts as this much.
_FLOOR = 0.001


def growth(work: Callable[[int], Callable[[], object]], size: int, times: int, rounds: int = 3) -> float:
    """How many times the work grows where the input grows ``times`` times: about that where linear, its square if not.

    ``work(n)`` prepares an input of size n, uncounted, and gives what is to be measured.
    """
    small, large = work(size), work(size * times)
    small()  # what only the first call does: compiling, tables
    least = [float("inf"), float("inf")]
    for _ in range(rounds):
        for i, run in enumerate((small, large)):
            begin = time.process_time()
            run()
            least[i] = min(least[i], time.process_time() - begin)
    return least[1] / max(least[0], _FLOOR)
