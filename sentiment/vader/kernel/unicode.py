"""What the running Python makes of every character: white space, upper case, lower case.

Asked of Python itself, so that the newer Unicode of a newer Python is followed.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

# Bits of Characters.flags.
SPACE, UPPER, NOT_UPPER, CASED, IGNORABLE = 1, 2, 4, 8, 16
#: From this code point on there is neither white space nor a letter of two cases (a test asks the running Python).
CASELESS = 0x20000

_SIGMA = "Σ"
_DOTTED_I = 0x130  # the one character whose lower case is two: i and a dot above


class Characters(NamedTuple):
    """flags: one byte a code point, all of Unicode. lower: lower case of the code points under CASELESS; -1 for İ.

    SPACE as str.split sees it; UPPER makes str.isupper true and NOT_UPPER (lower and title case) makes it false; CASED
    and IGNORABLE as str.lower sees them around a Σ that may end a word (IGNORABLE ones are never marked CASED).
    """

    flags: npt.NDArray[np.uint8]
    lower: npt.NDArray[np.int32]


@cache
def characters() -> Characters:
    """The tables of the running Python; built once, in about 0.1 s."""
    flags = np.zeros(0x110000, np.uint8)
    cased = [chr(point) for point in range(CASELESS)]
    flags[:CASELESS] |= np.array([SPACE * c.isspace() for c in cased], np.uint8)
    flags[:CASELESS] |= np.array([UPPER if c.isupper() else 0 for c in cased], np.uint8)
    flags[:CASELESS] |= np.array(
        [NOT_UPPER if not c.isupper() and (c.islower() or c.istitle()) else 0 for c in cased], np.uint8
    )
    points = np.arange(0x110000, dtype="<u4")
    points[_DOTTED_I] = ord("i")
    ends_after = _before_sigma(points, "")
    ends_past = _before_sigma(points, "A")
    flags[ends_after] |= CASED
    flags[ends_past & ~ends_after] |= IGNORABLE
    # A Σ alone is lower-cased to σ: one space after every character keeps them apart.
    spaced = np.full((CASELESS, 2), ord(" "), "<u4")
    spaced[:, 0] = points[:CASELESS]
    lower = _points(_text(spaced).lower()).reshape(-1, 2)[:, 0].astype(np.int32)
    lower[_DOTTED_I] = -1
    flags[_DOTTED_I] |= CASED
    return Characters(flags, lower)


def _before_sigma(points: npt.NDArray[np.uint32], first: str) -> npt.NDArray[np.bool_]:
    """Whether a Σ after ``first`` and this character is lower-cased as one that ends a word."""
    words = np.full((len(points), 4), ord(" "), "<u4")
    words[:, 0] = ord(first or " ")
    words[:, 1] = points
    words[:, 2] = ord(_SIGMA)
    ends: npt.NDArray[np.bool_] = _points(_text(words).lower()).reshape(-1, 4)[:, 2] == ord("ς")
    return ends


def _text(points: npt.NDArray[np.uint32]) -> str:
    return points.tobytes().decode("utf-32-le", "surrogatepass")


def _points(text: str) -> npt.NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
