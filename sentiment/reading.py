"""What is read of posts: title and text as one column of strings, within the caps, and which of them are blank."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from earful.sentiment.lexicon import Lexicon
from earful.sentiment.plain import CAP, EMOJI_CAP, blank, cap

Mask = NDArray[np.bool_]
Ints = NDArray[np.int64]


def strings(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    """A column as one large_string array, null as ""."""
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    # large_string: a page of long texts may hold over 2 GiB, where string offsets end.
    array = array.cast(pa.large_string())
    return pc.fill_null(array, "") if array.null_count else array


def join(columns: Sequence[pa.Array]) -> pa.Array:
    """What is scored of a post: its non-blank parts (title, text), a newline between them."""
    columns = [strings(c) for c in columns]
    joined = columns[-1]
    for before in reversed(columns[:-1]):
        no_before, no_joined = (pc.equal(pc.utf8_trim_whitespace(c), "") for c in (before, joined))
        if not pc.all(no_before).as_py():
            both = pc.binary_join_element_wise(before, joined, pa.scalar("\n", pa.large_string()))
            joined = pc.if_else(no_before, joined, pc.if_else(no_joined, before, both))
    return joined


def capped(texts: pa.Array) -> tuple[pa.Array, Mask]:
    """The part of each text that is scored, and whether that is not all of it; texts is large_string without nulls.

    Only texts long enough to be over a cap are looked at. The emoji cap holds whatever engine scores: without numba
    5,000 emoji take the package 73 s, and scores must not depend on what is installed.
    """
    length = pc.binary_length(texts).to_numpy(zero_copy_only=False)
    cut = np.zeros(len(texts), np.bool_)
    over = np.flatnonzero(length > CAP)
    if len(over):
        long = texts.take(pa.array(over))
        cut[over] = pc.utf8_length(long).to_numpy(zero_copy_only=False) > CAP
        texts = _put(texts, over, pc.utf8_slice_codeunits(long, 0, CAP))
    # An emoji has two bytes (©) or more: so many bytes beyond one a character there are, if there are so many emoji.
    wide = np.flatnonzero(length > 2 * EMOJI_CAP)
    if len(wide):
        some = texts.take(pa.array(wide))
        extra = pc.subtract(pc.binary_length(some), pc.utf8_length(some)).to_numpy(zero_copy_only=False)
        wide = wide[extra > EMOJI_CAP]
    if len(wide):
        count = pc.count_substring_regex(texts.take(pa.array(wide)), _emoji()).to_numpy(zero_copy_only=False)
        wide = wide[count > EMOJI_CAP]
        cut[wide] = True
        ends = [cap(text)[0] for text in texts.take(pa.array(wide)).to_pylist()]
        texts = _put(texts, wide, pa.array(ends, pa.large_string()))
    return texts, cut


def _put(texts: pa.Array, at: Ints, others: pa.Array) -> pa.Array:
    """The texts with others in some places (in ascending order)."""
    if not len(at):
        return texts
    where = np.zeros(len(texts), np.bool_)
    where[at] = True
    return pc.replace_with_mask(texts, pa.array(where), others)


@cache
def _emoji() -> str:
    """Any of the emoji that VADER looks up, for RE2."""
    return "[" + "".join(f"\\x{{{ord(e):x}}}" for e in Lexicon.vader().emojis if len(e) == 1) + "]"


def blanks(texts: pa.Array) -> Mask:
    """By text: whether nobody sees anything in it."""
    found: Mask = ~pc.match_substring_regex(texts, "[!-~]").to_numpy(zero_copy_only=False)
    rest = np.flatnonzero(found)
    found[rest] = [blank(text) for text in texts.take(pa.array(rest)).to_pylist()]
    return found
