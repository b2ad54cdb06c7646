"""The kinds of characters that ``sentences`` asks for: one bit each, a byte of kinds for every byte of UTF-8 text.

Read for all texts at once with numpy, emoji and smileys too, and the runs of one kind followed to either side.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]

# What a character is to us: one bit each, so that several are asked for at once. All its bytes have its kind.
LOWER, UPPER, DIGIT, SPACE, NEWLINE, END, CLOSER, EMOJI = (1 << bit for bit in range(8))
LETTER = LOWER | UPPER
BLANK = SPACE | NEWLINE
_BULLETS = "•●▪‣◦"


def read_wide(data: Bytes, kinds: Bytes) -> Ints:
    """Give all bytes of the characters beyond ASCII their kind; the places of bullets are handed back."""
    first = np.flatnonzero(data >= 0xC0)
    lead = data[first]
    # From two, three and four bytes; what is missing is looked up and not used.
    second, third, fourth = (data[first + k].astype(np.int64) & 0x3F for k in (1, 2, 3))
    short = ((lead.astype(np.int64) & 0x1F) << 6) | second
    long = ((lead.astype(np.int64) & 0x0F) << 12) | (second << 6) | third
    code = np.where(lead < 0xE0, short, np.where(lead < 0xF0, long, ((long & 0x7FFF) << 6) | fourth))
    kind = _table()[np.minimum(code, _TABLE - 1)]
    for k, least in enumerate((0xC0, 0xC0, 0xE0, 0xF0)):
        wide = lead >= least
        kinds[first[wide] + k] = kind[wide]
    return first[np.isin(code, [ord(bullet) for bullet in _BULLETS])]


_TABLE = 0x1FB00  # code points that have a kind: emoji start at U+1F000, and nothing of interest follows


@cache
def ascii_kinds() -> bytes:
    """The kind of each byte below 128, as a table for ``bytes.translate``; the others have none."""
    return _table()[:128].tobytes() + bytes(128)


@cache
def _table() -> Bytes:
    """Kind of each code point below _TABLE."""
    kinds = np.zeros(_TABLE, np.uint8)
    for code in range(0x2C00):
        c = chr(code)
        kinds[code] = (
            LOWER if c.islower()
            else UPPER if c.isupper()
            else DIGIT if c.isdigit()
            else SPACE if c.isspace()
            else 0
        )  # fmt: skip
    # Signs that stand where a face or a heart would.
    for low, high in ((0x2600, 0x27BF), (0x2B00, 0x2BFF), (0x1F000, 0x1F0FF), (0x1F1E6, _TABLE - 2)):
        kinds[low : high + 1] = EMOJI
    for kind, signs in {
        EMOJI: "\u200d\u20e3\ufe0e\ufe0f",
        SPACE: "\u3000\u200b\ufeff",
        NEWLINE: "\n\v\f\x85\u2028\u2029",
        END: ".!?…‼⁇⁈⁉。！？",
        CLOSER: "\"')]}”’»",
    }.items():
        kinds[[ord(s) for s in signs]] = kind
    return kinds


def mark_smileys(data: Bytes, kinds: Bytes) -> None:
    """Give ":)", ";-(", ":D" and "<3" that stand alone the kind of an emoji."""
    eyes = np.flatnonzero((data >= ord(":")) & (data <= ord("=")))  # : ; < =
    eyes = eyes[(eyes == 0) | (kinds[eyes - 1] & (BLANK | END) > 0)]
    mouth = eyes + 1 + (data[eyes + 1] == ord("-"))
    shape = np.where(data[eyes] == ord("<"), data[mouth] == ord("3"), np.isin(data[mouth], _MOUTHS))
    good = shape & (kinds[mouth + 1] & (BLANK | END | EMOJI) > 0)
    for offset in range(3):
        part = eyes[good] + offset
        kinds[part[part <= mouth[good]]] = EMOJI


_MOUTHS = np.frombuffer(b")(DPp/|*]", np.uint8)


def past(kinds: Bytes, inside: int, at: Ints) -> Ints:
    """For each place the first one from there on that is not of the kinds inside (line ends at the end never are)."""
    at = np.minimum(at, len(kinds) - 1)
    for _ in range(2):
        at = at + (kinds[at] & inside > 0)
    far = np.flatnonzero(kinds[at] & inside > 0)
    if far.size:
        flags = kinds & inside > 0
        edges = np.append(np.flatnonzero(flags[1:] != flags[:-1]) + 1, len(flags) - 1)
        at[far] = edges[np.searchsorted(edges, at[far], "right")]
    return at


def back(kinds: Bytes, inside: int, at: Ints) -> Ints:
    """For each place the first of the run of kinds inside that ends before it; the place itself where none does."""
    for _ in range(2):
        at = at - ((at > 0) & (kinds[at - 1] & inside > 0))
    far = np.flatnonzero((at > 0) & (kinds[at - 1] & inside > 0))
    if far.size:
        flags = kinds & inside > 0
        edges = np.concatenate(([0], np.flatnonzero(flags[1:] != flags[:-1]) + 1))
        at[far] = edges[np.searchsorted(edges, at[far] - 1, "right") - 1]
    return at
