"""Sentences of reviews and posts: good enough to score the sentence that names a topic instead of the whole text.

Reviews are not prose: capitals, spaces and full stops are missing, emoji stand where a full stop would, lists come as
lines. The rules (the labelled list in tests/sentiment/text/test_sentences.py shows each at work):

- ``!``, ``?`` and runs with one of them end a sentence; ``...`` does where no small letter follows; one ``.`` does
  unless it belongs to a number, an address, an abbreviation, an initial or a list's number;
- quotes, brackets and emoji after the end belong to the sentence that ended; ``"Why?" she asked`` goes on;
- without a space an end counts where it cannot be an address or a name: ``good.But``, ``good.but``, ``wow!Love it``;
- emoji and smileys before a capital end a sentence ("Love it 😍 Works well");
- a line's end is a sentence's end, except within a wrapped paragraph (long line, small letter next); bullets start one.

Everything is decided at the few candidate places with numpy over all texts at once; time is linear in the text.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from earful.sentiment.text.characters import (
    BLANK,
    CLOSER,
    DIGIT,
    EMOJI,
    END,
    LETTER,
    LOWER,
    NEWLINE,
    SPACE,
    UPPER,
    Bytes,
    Flags,
    Ints,
    ascii_kinds,
    back,
    mark_smileys,
    past,
    read_wide,
)

#: Bytes of text looked at together.
_ROUND = 1 << 20
#: A line of fewer bytes was not wrapped by an editor: its end is meant.
_WRAPPED = 45

# Never the end of a sentence.
_ABBREVIATIONS = (
    "mr mrs ms dr prof st vs e.g i.e eg ie cf approx fig ver incl excl esp resp ca al gen col sgt capt rev hon"
)
# The end of a sentence only where a capital or a new line follows.
_MAYBE = "etc inc ltd co corp a.m p.m u.s u.k no nr vol dept est pg pp min max sec hr hrs avg jr sr u.s.a ph.d"
# Words that start a sentence after a dot without a space; none of them ends an address.
_STARTERS = (
    "but and the this that these there then they please very also not when what why love great would will was "
    "have has had just only you your if after now since every each some i i'm i've it's don't can't its we"
)
# "I ❤️ NY": the emoji is the verb.
_SUBJECTS = "i we you u they"
_KEY = 7  # letters of a word that are compared


def split(texts: pa.Array) -> tuple[pa.Array, npt.NDArray[np.int32]]:
    """Sentences of all texts in order, and for each the index of its text.

    Sentences are trimmed and never empty; a null or blank text has none. Type of the sentences: large_string.
    """
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    texts = pc.fill_null(texts.cast(pa.large_string()), "")
    sentences, parents = [pa.array([], pa.large_string())], [np.empty(0, np.int32)]
    for first, last in _rounds(texts):
        part = texts.slice(first, last - first)
        # A blank line between two texts ends whatever is before it.
        lists = pa.LargeListArray.from_arrays(pa.array([0, len(part)], pa.int64()), part)
        found, starts = _split(pc.binary_join(lists, pa.scalar("\n\n", part.type))[0].as_buffer())
        begins = np.concatenate(([0], np.cumsum(_ints(pc.binary_length(part)) + 2)))
        sentences.append(found)
        parents.append((first + np.searchsorted(begins, starts, "right") - 1).astype(np.int32))
    return pa.concat_arrays(sentences), np.concatenate(parents)


def _rounds(texts: pa.Array) -> list[tuple[int, int]]:
    """Ranges of texts of about _ROUND bytes together."""
    if not len(texts):
        return []
    ends = np.cumsum(_ints(pc.binary_length(texts)))
    cuts = np.flatnonzero(np.diff(ends // _ROUND)) + 1
    edges = [0, *cuts.tolist(), len(texts)]
    return list(pairwise(edges))


def _ints(values: pa.Array) -> Ints:
    array: Ints = values.to_numpy(zero_copy_only=False).astype(np.int64)
    return array


def _split(text: pa.Buffer) -> tuple[pa.Array, Ints]:
    """The sentences of one UTF-8 text, and the byte at which each starts."""
    size = len(text)
    # Line ends follow, so that looking ahead needs no care.
    padded = bytes(text) + b"\n" * (_KEY + 2)
    data = np.frombuffer(padded, np.uint8)
    kinds = np.frombuffer(bytearray(padded.translate(ascii_kinds())), np.uint8)
    bullets = np.empty(0, np.int64) if padded.isascii() else read_wide(data, kinds)
    mark_smileys(data, kinds)
    places = np.concatenate(
        ([0], _line_starts(kinds), _after_ends(data, kinds), _after_emoji(data, kinds), bullets, [size])
    )
    places = np.unique(np.minimum(places, size))
    start, end = past(kinds, BLANK, places[:-1]), back(kinds, BLANK, places[1:])
    kept = start < end
    start, end = start[kept], end[kept]
    # Every other string is a sentence, those between are the gaps; take copies the sentences together.
    offsets = np.column_stack((start, end)).ravel()
    strings = pa.LargeStringArray.from_buffers(max(len(offsets) - 1, 0), pa.py_buffer(offsets), text)
    return strings.take(pa.array(np.arange(0, len(offsets), 2))), start


_WEAK = np.frombuffer(".…".encode(), np.uint8)


def _line_starts(kinds: Bytes) -> Ints:
    """Starts of lines that start a sentence."""
    ends = np.flatnonzero(kinds & NEWLINE > 0)
    after = kinds[past(kinds, SPACE, ends + 1)]
    length = np.diff(ends, prepend=-1) - 1
    wrapped = (length >= _WRAPPED) & (after & LOWER > 0)
    return ends[~wrapped] + 1


def _after_ends(data: Bytes, kinds: Bytes) -> Ints:
    """Starts of what follows a full stop, a mark or an ellipsis that ends a sentence."""
    signs = np.flatnonzero(kinds & END > 0)
    if not signs.size:
        return signs
    breaks = np.flatnonzero(np.diff(signs) != 1)
    head, tail = np.concatenate(([0], breaks + 1)), np.append(breaks, len(signs) - 1)
    first, last = signs[head], signs[tail] + 1
    # Bytes of "." and "…"; every other sign has one that is none of these.
    marks = np.maximum.reduceat(~np.isin(data[signs], _WEAK), head)

    closed = past(kinds, CLOSER, last)
    spaced = past(kinds, SPACE, closed)
    following = past(kinds, SPACE | EMOJI, spaced)
    kind, second = kinds[following], kinds[following + 1]
    gap = (following > closed) | (kinds[closed] & NEWLINE > 0)
    # An emoji after the end is as good as a mark.
    strong = marks | (following > spaced)
    single = ~strong & (last - first == 1)

    small = kind & LOWER > 0
    quoted = (closed > last) & small
    ends = gap & ~quoted & (strong | single | ~small)
    dots = np.flatnonzero(ends & single)
    ends[dots] = ~_stays(data, kinds, first[dots], kind[dots])

    glued = ~gap & (closed == last) & (kind & LETTER > 0)
    capital = (kind & UPPER > 0) & ((second & (LOWER | SPACE) > 0) | (data[following + 1] == ord("'")))
    dots = np.flatnonzero(glued & ~strong)
    before = np.maximum(first[dots] - 1, 0)
    word = (kinds[before] & (LOWER | CLOSER) > 0) & (kinds[np.maximum(before - 1, 0)] & (LETTER | DIGIT) > 0)
    word &= before > 0  # the first letter of all has none before it, whatever text it is in
    starter = np.isin(_key_after(data, kinds, following[dots]), _keys(_STARTERS))
    glued[dots] = np.where(single[dots], word & (capital[dots] | starter), capital[dots])
    inner = np.flatnonzero(glued)
    if inner.size:
        glued[inner] = ~_in_address(data, kinds, first[inner])
    found: Ints = following[ends | glued]
    return found


def _stays(data: Bytes, kinds: Bytes, dot: Ints, after: Bytes) -> Flags:
    """Whether a single dot before a space is part of an abbreviation, an initial or a list's number."""
    key, length = _key_before(data, kinds, dot)
    token = dot - length
    end = kinds[np.maximum(dot - 1, 0)]
    initial = (length == 1) & (end & UPPER > 0) & (key != ord("i"))
    line = (token == 0) | (kinds[np.maximum(back(kinds, SPACE, token) - 1, 0)] & NEWLINE > 0)
    number = (length <= 2) & (kinds[token] & end & DIGIT > 0) & line
    maybe = np.isin(key, _keys(_MAYBE)) & (after & (UPPER | NEWLINE) == 0)
    stays: Flags = (length == 0) | np.isin(key, _keys(_ABBREVIATIONS)) | maybe | initial | number
    return stays


def _after_emoji(data: Bytes, kinds: Bytes) -> Ints:
    """Starts of what follows emoji that end a sentence without a mark: a capital."""
    faces = np.flatnonzero(kinds & EMOJI > 0)
    if not faces.size:
        return faces
    wide = EMOJI | SPACE
    start = np.unique(back(kinds, wide, faces))
    end = past(kinds, wide, start)
    ended = (kinds[np.maximum(start - 1, 0)] & (LETTER | DIGIT | CLOSER) > 0) & (start > 0)
    subject = np.isin(_key_before(data, kinds, start)[0], _keys(_SUBJECTS))
    return end[ended & ~subject & (kinds[end] & UPPER > 0)]


def _in_address(data: Bytes, kinds: Bytes, at: Ints) -> Flags:
    """Whether a place lies in something like https://example.com/a.b?c=d, www.example.com or a@example.com."""
    blanks = np.flatnonzero(kinds & BLANK > 0)
    place = np.searchsorted(blanks, at)
    start, end = np.where(place > 0, blanks[place - 1] + 1, 0), blanks[place]
    www = (data[start] | 32 == ord("w")) & (data[start + 1] | 32 == ord("w")) & (data[start + 2] | 32 == ord("w"))
    colons = np.flatnonzero(data[:-2] == ord(":"))
    colons = colons[(data[colons + 1] == ord("/")) & (data[colons + 2] == ord("/"))]
    marks = np.sort(np.concatenate((colons, np.flatnonzero(data == ord("@")))))
    within: Flags = www | (np.searchsorted(marks, start) < np.searchsorted(marks, end))
    return within


def _key_before(data: Bytes, kinds: Bytes, end: Ints) -> tuple[Ints, Ints]:
    """The word that ends before a place, as a number that _keys knows (0: too long), and its length up to _KEY + 1."""
    key, length = np.zeros(len(end), np.int64), np.zeros(len(end), np.int64)
    going = np.ones(len(end), np.bool_)
    for k in range(_KEY + 1):
        at = np.maximum(end - 1 - k, 0)
        going &= (end > k) & ((kinds[at] & (LETTER | DIGIT) > 0) | (data[at] == ord(".")))
        if k < _KEY:
            key += np.where(going, _lower(data[at]) << (8 * k), 0)
        length += going
    return np.where(length <= _KEY, key, 0), length


def _key_after(data: Bytes, kinds: Bytes, start: Ints) -> Ints:
    """The word that starts at a place, as a number that _keys knows; 0 where it is too long."""
    key = np.zeros(len(start), np.int64)
    going = np.ones(len(start), np.bool_)
    for k in range(_KEY + 1):
        at = np.minimum(start + k, len(data) - 1)
        going &= (kinds[at] & LETTER > 0) | (data[at] == ord("'"))
        key = np.where(going, (key << 8) | _lower(data[at]), key)
    return np.where(going, 0, key)


def _lower(data: Bytes) -> Ints:
    small: Ints = data.astype(np.int64)
    return small + 32 * ((small >= ord("A")) & (small <= ord("Z")))


@cache
def _keys(words: str) -> Ints:
    return np.array([int.from_bytes(w.encode("ascii"), "big") for w in words.split()], np.int64)
