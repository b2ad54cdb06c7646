"""VADER over the raw bytes of an Arrow string column, compiled by numba: the package's rules in the package's order.

A row is read once, left to right, into codes: a number a token, with what the rules ask of it (kernel/tokens, and
kernel/wide for what is not ASCII; kernel/find looks words up in the kernel/table of a lexicon). Then each token that
the lexicon holds gets its valence from its neighbours' codes (kernel/rules); sums and rounding follow (kernel/sums).
Work and memory are linear in the text.

The compiled code is kept beside this file, or where numba keeps such things for the user (NUMBA_CACHE_DIR names another
folder); where no folder can be written it is compiled once a process. Processes may compile at the same time.
"""

from __future__ import annotations

import hashlib
import pickle
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
from numba import njit

from earful.sentiment.vader.kernel.rules import valences
from earful.sentiment.vader.kernel.sums import (
    but_check,
    compound,
    punctuation_emphasis,
    python_round,
    python_sum,
    shares,
)
from earful.sentiment.vader.kernel.table import Bytes, Floats, Ints, Table, phrases
from earful.sentiment.vader.kernel.tokens import BEHIND, capacity, room, tokens

#: From Python 3.12 on sum() carries rounding errors along (Neumaier). The running Python is asked, not its version.
COMPENSATED = sum([1.0, 1e100, 1.0, -1e100]) == 2.0

_Kernel = Callable[[Bytes, npt.NDArray[np.int64], Table, bool, Floats, int, Ints, Ints, Bytes], None]

#: Bytes of work space that a thread keeps for its next call: fresh memory costs more than the work on it.
_KEPT = 32 << 20

_lock = threading.Lock()
_kept = threading.local()
_kernels: list[_Kernel] = []


def score_rows(
    text: Bytes,
    offsets: npt.NDArray[np.int64],
    table: Table,
    out: Floats,
    first: int = 0,
) -> None:
    """Scores rows: row i is text[offsets[i]:offsets[i + 1]], UTF-8; its four numbers go to out[:, first + i].

    In the order neg, neu, pos, compound. Releases the GIL, and may be called by several threads at once. Broken UTF-8
    gives some score, and no error.
    """
    # One type for all callers, or numba compiles anew: Arrow's buffers are read-only, some of them.
    text = text.view()
    text.setflags(write=False)
    if not _kernels:
        with _lock:
            if not _kernels:
                _kernels.append(_loaded(text, table))
    _kernels[0](text, offsets, table, COMPENSATED, out, first, *_work_space(offsets))


def _work_space(offsets: npt.NDArray[np.int64]) -> tuple[Ints, Ints, Bytes]:
    """Codes, places and bytes for the longest of the rows."""
    longest = int(np.diff(offsets).max(initial=0))
    space: tuple[Ints, Ints, Bytes] | None = getattr(_kept, "space", None)
    if space is None or len(space[2]) < longest + BEHIND:
        size = 1024 + longest + longest // 2
        space = np.zeros(size, np.int32), np.empty(size, np.int32), np.empty(size, np.uint8)
        if 9 * size <= _KEPT:
            _kept.space = space
    return space


def _loaded(text: Bytes, table: Table) -> _Kernel:
    """The kernel, from the folder where it is kept, or compiled."""
    offsets = np.zeros(1, np.int64)
    nothing = (text, offsets, table, COMPENSATED, np.empty((4, 0)), 0, *_work_space(offsets))
    try:
        kernel = _entry(_stamp(), cache=True)
        kernel(*nothing)
    except (RuntimeError, OSError, EOFError, pickle.UnpicklingError):
        # No folder to keep it in, a full disk, or a file cut short.
        kernel = _entry(_stamp(), cache=False)
        kernel(*nothing)
    return kernel


def _entry(stamp: int, *, cache: bool) -> _Kernel:
    # numba looks at this file only to see whether what it kept is still true. But it compares what a function encloses:
    # the stamp, which stands for all other files.
    @njit(nogil=True, cache=cache)
    def kernel(
        text: Bytes,
        offsets: npt.NDArray[np.int64],
        table: Table,
        compensated: bool,
        out: Floats,
        first: int,
        codes: Ints,
        places: Ints,
        copied: Bytes,
    ) -> None:
        if stamp >= 0:
            _score_rows(text, offsets, table, compensated, out, first, codes, places, copied)

    typed: _Kernel = kernel
    return typed


def _stamp() -> int:
    """A number that changes with anything that is compiled in."""
    digest = hashlib.sha256(repr(phrases()).encode())
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return int.from_bytes(digest.digest()[:6], "big")


@njit(nogil=True)
def _score_rows(
    text: Bytes,
    offsets: npt.NDArray[np.int64],
    table: Table,
    compensated: bool,
    out: Floats,
    first: int,
    codes: Ints,
    places: Ints,
    copied: Bytes,
) -> None:
    values, ints = np.empty(64), np.empty(64, np.bool_)
    scratch = np.empty(1024, np.uint8)
    for row in range(offsets.size - 1):
        start, stop = offsets[row], offsets[row + 1]
        size = stop - start
        source = text
        if stop + BEHIND > text.size:
            # The reader looks ahead: the last rows are read from a copy with room behind it.
            copied[:size] = text[start:stop]
            copied[size : size + BEHIND] = 0
            source = copied
            start, stop = 0, size
        if scratch.size < size + room(table):
            scratch = np.empty(2 * (size + room(table)), np.uint8)
        needed = capacity(size)
        while True:
            if needed > codes.size:
                codes, places = np.zeros(2 * needed, np.int32), np.empty(2 * needed, np.int32)
            count, scored, capitals, exclamations, questions = tokens(
                source, start, stop, table, codes, places, scratch
            )
            if capitals >= 0:
                break
            needed = count
        if scored > values.size:
            values, ints = np.empty(2 * scored), np.empty(2 * scored, np.bool_)
        found, but = valences(codes, places, scored, 0 < capitals < count, table.valence, table.boost, values, ints)
        if but >= 0:
            but_check(values, places, ints, found, but)
        emphasis = punctuation_emphasis(exclamations, questions)
        negative, neutral, positive = shares(values, found, count, emphasis)
        total = python_sum(values, places, ints, found, but, compensated)
        out[0, first + row] = python_round(negative, 1000.0)
        out[1, first + row] = python_round(neutral, 1000.0)
        out[2, first + row] = python_round(positive, 1000.0)
        out[3, first + row] = python_round(compound(total, emphasis), 10000.0)
