"""Scripts: how many letters of which script each text has."""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import numpy.typing as npt

#: Scripts that are distinguished. "other": letters of any other script, such as Armenian.
NAMES = (
    "none", "latin", "other", "greek", "cyrillic", "hebrew", "arabic", "devanagari", "tamil", "telugu", "thai",
    "hangul", "kana", "han",
)  # fmt: skip

# Blocks of the Unicode standard, after compatibility normalisation (no presentation forms, no half width).
_BLOCKS = {
    "greek": ((0x370, 0x3FF), (0x1F00, 0x1FFF)),
    "cyrillic": ((0x400, 0x52F),),
    "hebrew": ((0x590, 0x5FF),),
    "arabic": ((0x600, 0x6FF), (0x750, 0x77F), (0x8A0, 0x8FF)),
    "devanagari": ((0x900, 0x97F),),
    "tamil": ((0xB80, 0xBFF),),
    "telugu": ((0xC00, 0xC7F),),
    "thai": ((0xE00, 0xE7F),),
    "hangul": ((0x1100, 0x11FF), (0x3130, 0x318F), (0xA960, 0xA97F), (0xAC00, 0xD7FF)),
    "kana": ((0x3040, 0x30FF), (0x31F0, 0x31FF)),
    "han": ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x2FFFF)),
}
_END = 0x30000
_LETTERS = re.compile(r"[^\W\d_]+")
_LATIN = re.compile(r"[A-Za-zªºÀ-ÖØ-öø-\u02b8\u1e00-\u1eff]+")


def letters(texts: list[str]) -> npt.NDArray[np.int64]:
    """Letters of each text (row) by script (column, in the order of NAMES); "none" counts all that is no letter."""
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32)
    row = np.repeat(np.arange(len(texts)) * len(NAMES), [len(text) for text in texts])
    counts = np.bincount(row + _table()[np.minimum(codes, _END)], minlength=len(texts) * len(NAMES))
    return counts.reshape(len(texts), len(NAMES))


@cache
def _table() -> npt.NDArray[np.uint8]:
    """Script of each code point below _END; what follows holds no living script."""
    every = "".join(map(chr, range(_END)))
    table = np.zeros(_END + 1, np.uint8)
    for letters_, name in ((_LETTERS, "other"), (_LATIN, "latin")):
        for run in letters_.finditer(every):
            table[run.start() : run.end()] = NAMES.index(name)
    for name, blocks in _BLOCKS.items():
        for low, high in blocks:
            block = table[low : high + 1]
            block[block != 0] = NAMES.index(name)
    return table
