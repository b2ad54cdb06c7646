"""Sentences of reviews and posts: good enough to score the sentence that names a topic instead of the whole text.

Reviews are not prose: capitals, spaces and full stops are missing, emoji stand where a full stop would, lists come as
lines. The rules (the labelled list in tests/sentiment/test_sentences.py shows each at work):

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

_Ints = npt.NDArray[np.int64]
_Flags = npt.NDArray[np.bool_]
_Bytes = npt.NDArray[np.uint8]

#: Bytes of text looked at together.
_ROUND = 1 << 20
#: A line of fewer bytes was not wrapped by an editor: its end is meant.
_WRAPPED = 45

# What a character is to us: one bit each, so that several are asked for at once. All its bytes have its kind.
_LOWER, _UPPER, _DIGIT, _SPACE, _NEWLINE, _END, _CLOSER, _EMOJI = (1 << bit for bit in range(8))
_LETTER = _LOWER | _UPPER
_BLANK = _SPACE | _NEWLINE
_BULLETS = "•●▪‣◦"

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


def _ints(values: pa.Array) -> _Ints:
    array: _Ints = values.to_numpy(zero_copy_only=False).astype(np.int64)
    return array


def _split(text: pa.Buffer) -> tuple[pa.Array, _Ints]:
    """The sentences of one UTF-8 text, and the byte at which each starts."""
    size = len(text)
    # Line ends follow, so that looking ahead needs no care.
    padded = bytes(text) + b"\n" * (_KEY + 2)
    data = np.frombuffer(padded, np.uint8)
    kinds = np.frombuffer(bytearray(padded.translate(_ascii())), np.uint8)
    bullets = np.empty(0, np.int64) if padded.isascii() else _read_wide(data, kinds)
    _mark_smileys(data, kinds)
    places = np.concatenate(
        ([0], _line_starts(kinds), _after_ends(data, kinds), _after_emoji(data, kinds), bullets, [size])
    )
    places = np.unique(np.minimum(places, size))
    start, end = _past(kinds, _BLANK, places[:-1]), _back(kinds, _BLANK, places[1:])
    kept = start < end
    start, end = start[kept], end[kept]
    # Every other string is a sentence, those between are the gaps; take copies the sentences together.
    offsets = np.column_stack((start, end)).ravel()
    strings = pa.LargeStringArray.from_buffers(max(len(offsets) - 1, 0), pa.py_buffer(offsets), text)
    return strings.take(pa.array(np.arange(0, len(offsets), 2))), start


def _read_wide(data: _Bytes, kinds: _Bytes) -> _Ints:
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
def _ascii() -> bytes:
    return _table()[:128].tobytes() + bytes(128)


@cache
def _table() -> _Bytes:
    """Kind of each code point below _TABLE."""
    kinds = np.zeros(_TABLE, np.uint8)
    for code in range(0x2C00):
        c = chr(code)
        kinds[code] = (
            _LOWER if c.islower()
            else _UPPER if c.isupper()
            else _DIGIT if c.isdigit()
            else _SPACE if c.isspace()
            else 0
        )  # fmt: skip
    # Signs that stand where a face or a heart would.
    for low, high in ((0x2600, 0x27BF), (0x2B00, 0x2BFF), (0x1F000, 0x1F0FF), (0x1F1E6, _TABLE - 2)):
        kinds[low : high + 1] = _EMOJI
    for kind, signs in {
        _EMOJI: "\u200d\u20e3\ufe0e\ufe0f",
        _SPACE: "\u3000\u200b\ufeff",
        _NEWLINE: "\n\v\f\x85\u2028\u2029",
        _END: ".!?…‼⁇⁈⁉。！？",
        _CLOSER: "\"')]}”’»",
    }.items():
        kinds[[ord(s) for s in signs]] = kind
    return kinds


def _mark_smileys(data: _Bytes, kinds: _Bytes) -> None:
    """Give ":)", ";-(", ":D" and "<3" that stand alone the kind of an emoji."""
    eyes = np.flatnonzero((data >= ord(":")) & (data <= ord("=")))  # : ; < =
    eyes = eyes[(eyes == 0) | (kinds[eyes - 1] & (_BLANK | _END) > 0)]
    mouth = eyes + 1 + (data[eyes + 1] == ord("-"))
    shape = np.where(data[eyes] == ord("<"), data[mouth] == ord("3"), np.isin(data[mouth], _MOUTHS))
    good = shape & (kinds[mouth + 1] & (_BLANK | _END | _EMOJI) > 0)
    for offset in range(3):
        part = eyes[good] + offset
        kinds[part[part <= mouth[good]]] = _EMOJI


_MOUTHS = np.frombuffer(b")(DPp/|*]", np.uint8)
_WEAK = np.frombuffer(".…".encode(), np.uint8)


def _past(kinds: _Bytes, inside: int, at: _Ints) -> _Ints:
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


def _back(kinds: _Bytes, inside: int, at: _Ints) -> _Ints:
    """For each place the first of the run of kinds inside that ends before it; the place itself where none does."""
    for _ in range(2):
        at = at - ((at > 0) & (kinds[at - 1] & inside > 0))
    far = np.flatnonzero((at > 0) & (kinds[at - 1] & inside > 0))
    if far.size:
        flags = kinds & inside > 0
        edges = np.concatenate(([0], np.flatnonzero(flags[1:] != flags[:-1]) + 1))
        at[far] = edges[np.searchsorted(edges, at[far] - 1, "right") - 1]
    return at


def _line_starts(kinds: _Bytes) -> _Ints:
    """Starts of lines that start a sentence."""
    ends = np.flatnonzero(kinds & _NEWLINE > 0)
    after = kinds[_past(kinds, _SPACE, ends + 1)]
    length = np.diff(ends, prepend=-1) - 1
    wrapped = (length >= _WRAPPED) & (after & _LOWER > 0)
    return ends[~wrapped] + 1


def _after_ends(data: _Bytes, kinds: _Bytes) -> _Ints:
    """Starts of what follows a full stop, a mark or an ellipsis that ends a sentence."""
    signs = np.flatnonzero(kinds & _END > 0)
    if not signs.size:
        return signs
    breaks = np.flatnonzero(np.diff(signs) != 1)
    head, tail = np.concatenate(([0], breaks + 1)), np.append(breaks, len(signs) - 1)
    first, last = signs[head], signs[tail] + 1
    # Bytes of "." and "…"; every other sign has one that is none of these.
    marks = np.maximum.reduceat(~np.isin(data[signs], _WEAK), head)

    closed = _past(kinds, _CLOSER, last)
    spaced = _past(kinds, _SPACE, closed)
    following = _past(kinds, _SPACE | _EMOJI, spaced)
    kind, second = kinds[following], kinds[following + 1]
    gap = (following > closed) | (kinds[closed] & _NEWLINE > 0)
    # An emoji after the end is as good as a mark.
    strong = marks | (following > spaced)
    single = ~strong & (last - first == 1)

    small = kind & _LOWER > 0
    quoted = (closed > last) & small
    ends = gap & ~quoted & (strong | single | ~small)
    dots = np.flatnonzero(ends & single)
    ends[dots] = ~_stays(data, kinds, first[dots], kind[dots])

    glued = ~gap & (closed == last) & (kind & _LETTER > 0)
    capital = (kind & _UPPER > 0) & ((second & (_LOWER | _SPACE) > 0) | (data[following + 1] == ord("'")))
    dots = np.flatnonzero(glued & ~strong)
    before = np.maximum(first[dots] - 1, 0)
    word = (kinds[before] & (_LOWER | _CLOSER) > 0) & (kinds[np.maximum(before - 1, 0)] & (_LETTER | _DIGIT) > 0)
    word &= before > 0  # the first letter of all has none before it, whatever text it is in
    starter = np.isin(_key_after(data, kinds, following[dots]), _keys(_STARTERS))
    glued[dots] = np.where(single[dots], word & (capital[dots] | starter), capital[dots])
    inner = np.flatnonzero(glued)
    if inner.size:
        glued[inner] = ~_in_address(data, kinds, first[inner])
    found: _Ints = following[ends | glued]
    return found


def _stays(data: _Bytes, kinds: _Bytes, dot: _Ints, after: _Bytes) -> _Flags:
    """Whether a single dot before a space is part of an abbreviation, an initial or a list's number."""
    key, length = _key_before(data, kinds, dot)
    token = dot - length
    end = kinds[np.maximum(dot - 1, 0)]
    initial = (length == 1) & (end & _UPPER > 0) & (key != ord("i"))
    line = (token == 0) | (kinds[np.maximum(_back(kinds, _SPACE, token) - 1, 0)] & _NEWLINE > 0)
    number = (length <= 2) & (kinds[token] & end & _DIGIT > 0) & line
    maybe = np.isin(key, _keys(_MAYBE)) & (after & (_UPPER | _NEWLINE) == 0)
    stays: _Flags = (length == 0) | np.isin(key, _keys(_ABBREVIATIONS)) | maybe | initial | number
    return stays


def _after_emoji(data: _Bytes, kinds: _Bytes) -> _Ints:
    """Starts of what follows emoji that end a sentence without a mark: a capital."""
    faces = np.flatnonzero(kinds & _EMOJI > 0)
    if not faces.size:
        return faces
    wide = _EMOJI | _SPACE
    start = np.unique(_back(kinds, wide, faces))
    end = _past(kinds, wide, start)
    ended = (kinds[np.maximum(start - 1, 0)] & (_LETTER | _DIGIT | _CLOSER) > 0) & (start > 0)
    subject = np.isin(_key_before(data, kinds, start)[0], _keys(_SUBJECTS))
    return end[ended & ~subject & (kinds[end] & _UPPER > 0)]


def _in_address(data: _Bytes, kinds: _Bytes, at: _Ints) -> _Flags:
    """Whether a place lies in something like https://example.com/a.b?c=d, www.example.com or a@example.com."""
    blanks = np.flatnonzero(kinds & _BLANK > 0)
    place = np.searchsorted(blanks, at)
    start, end = np.where(place > 0, blanks[place - 1] + 1, 0), blanks[place]
    www = (data[start] | 32 == ord("w")) & (data[start + 1] | 32 == ord("w")) & (data[start + 2] | 32 == ord("w"))
    colons = np.flatnonzero(data[:-2] == ord(":"))
    colons = colons[(data[colons + 1] == ord("/")) & (data[colons + 2] == ord("/"))]
    marks = np.sort(np.concatenate((colons, np.flatnonzero(data == ord("@")))))
    within: _Flags = www | (np.searchsorted(marks, start) < np.searchsorted(marks, end))
    return within


def _key_before(data: _Bytes, kinds: _Bytes, end: _Ints) -> tuple[_Ints, _Ints]:
    """The word that ends before a place, as a number that _keys knows (0: too long), and its length up to _KEY + 1."""
    key, length = np.zeros(len(end), np.int64), np.zeros(len(end), np.int64)
    going = np.ones(len(end), np.bool_)
    for k in range(_KEY + 1):
        at = np.maximum(end - 1 - k, 0)
        going &= (end > k) & ((kinds[at] & (_LETTER | _DIGIT) > 0) | (data[at] == ord(".")))
        if k < _KEY:
            key += np.where(going, _lower(data[at]) << (8 * k), 0)
        length += going
    return np.where(length <= _KEY, key, 0), length


def _key_after(data: _Bytes, kinds: _Bytes, start: _Ints) -> _Ints:
    """The word that starts at a place, as a number that _keys knows; 0 where it is too long."""
    key = np.zeros(len(start), np.int64)
    going = np.ones(len(start), np.bool_)
    for k in range(_KEY + 1):
        at = np.minimum(start + k, len(data) - 1)
        going &= (kinds[at] & _LETTER > 0) | (data[at] == ord("'"))
        key = np.where(going, (key << 8) | _lower(data[at]), key)
    return np.where(going, 0, key)


def _lower(data: _Bytes) -> _Ints:
    small: _Ints = data.astype(np.int64)
    return small + 32 * ((small >= ord("A")) & (small <= ord("Z")))


@cache
def _keys(words: str) -> _Ints:
    return np.array([int.from_bytes(w.encode("ascii"), "big") for w in words.split()], np.int64)
