"""The kernel's reading half: from the UTF-8 bytes of a text to the codes of its tokens (kernel/table)."""

from __future__ import annotations

from typing import Any

import numpy as np

from earful.sentiment.vader.kernel.bits import (
    FIRST,
    LANES,
    among,
    high_zeros,
    inlined,
    load8,
    low_zeros,
    lower8,
    ones,
    plain,
)
from earful.sentiment.vader.kernel.find import find
from earful.sentiment.vader.kernel.table import (
    AFTER,
    APOSTROPHE_BYTE,
    BEFORE,
    LOWER_BYTE,
    NEGATION,
    NT,
    NUMBER,
    OTHER_BYTE,
    PUNCTUATION_BYTE,
    SCORED,
    SPACE_BYTE,
    UPPER,
    UPPER_BYTE,
    Bytes,
    Ints,
    Records,
    Table,
    Words,
    byte_kinds,
)
from earful.sentiment.vader.kernel.wide import lower_case, scan

#: Bytes that must be readable behind a text.
BEHIND = 32

_KINDS = byte_kinds()
_ZERO = np.uint64(0)
_NT = np.int32(NT << NUMBER | NEGATION)


@inlined
def tokens(
    buf: Bytes, pos: int, end: int, table: Table, codes: Ints, places: Ints, scratch: Bytes
) -> tuple[int, int, int, int, int]:
    """The codes of the text buf[pos:end]; buf must be readable BEHIND bytes past its end.

    codes: int32, zeros before and behind (BEFORE, AFTER); places: int32, the scored ones' indexes; both of capacity()
    elements. scratch: uint8, the text's bytes and room() more. Returns (tokens, scored ones, tokens in capitals, "!",
    "?"), or (elements, 0, -1, 0, 0) where emoji need more.
    """
    words, spread, shifts, text = table.words, table.spread, table.shifts, table.text
    count = BEFORE
    scored = capitals = exclamations = questions = 0
    tail = 0  # the emoji whose last word is still open: text right behind it is joined to it
    while pos < end:
        # Nearly all tokens: fewer than LANES printable ASCII characters, then white space (or the text's end).
        size = min(low_zeros(~among(buf, pos, 0, 33, 94) | 1 << LANES), end - pos)
        after = pos + size
        if size < LANES and tail == 0 and (after == end or _KINDS[buf[after]] == SPACE_BYTE):
            if size > 0:
                whole = (1 << size) - 1
                small = among(buf, pos, 0, 97, 26) & whole
                letters = among(buf, pos, 32, 97, 26) & whole
                word = letters | among(buf, pos, 0, 48, 10) & whole
                exclamations += ones(among(buf, pos, 0, 33, 1) & whole)
                questions += ones(among(buf, pos, 0, 63, 1) & whole)
                # What is printable and no letter or digit is punctuation: stripped where a word is left.
                first = low_zeros(word | 1 << LANES)
                width = 64 - high_zeros(word) - first
                is_word = width > 2
                start = pos + first * is_word
                width = width * is_word + size * (not is_word)
                long = np.uint64(0) - np.uint64(width > 8)
                last = lower8(load8(buf, max(start + width - 8, start))) & long
                key = lower8(load8(buf, start)) & FIRST[min(width, 8)]
                code = find(key, last, width, buf, start, words, spread, shifts, text)
                inner = word >> first
                if inner & (inner + 1) != 0 and code == 0 and _has_nt(buf, start, start + width):
                    code = _NT
                upper = (small == 0) & (letters != 0)
                codes[count] = code | upper
                places[scored] = count
                scored += code & SCORED != 0
                count += 1
                capitals += upper
            pos = after + 1
            continue

        # Something long, or beyond ASCII, or right behind an emoji.
        start = pos
        stop, pos, emoji, seen = scan(buf, pos, end, table.points)
        if stop > start or tail > 0:
            exclamations += _count(buf, start, stop, 33)
            questions += _count(buf, start, stop, 63)
            code = _last(table.emojis[tail], table.codes) if stop == start else 0
            if stop > start:
                code = _wide_code(buf, start, stop, seen, table.emojis[tail], table, scratch)
            codes[count] = code
            places[scored] = count
            scored += code & SCORED != 0
            count += 1
            capitals += code & UPPER
            tail = 0
        if emoji > 0:
            described = table.emojis[emoji]
            first, past = described["codes"], described["codes_stop"]
            if described["tail_stop"] > described["tail"]:
                past -= 1
                tail = emoji
            most = count + past - first + capacity(end - pos)
            if most > codes.size:
                return most, 0, -1, 0, 0
            for at in range(first, past):
                codes[count] = table.codes[at]
                places[scored] = count
                scored += codes[count] & SCORED != 0
                capitals += codes[count] & UPPER
                count += 1
            exclamations += described["exclamations"]
            questions += described["questions"]
    if tail > 0:
        codes[count] = _last(table.emojis[tail], table.codes)
        places[scored] = count
        scored += codes[count] & SCORED != 0
        capitals += codes[count] & UPPER
        count += 1
    for at in range(count, count + AFTER):
        codes[at] = 0
    return count - BEFORE, scored, capitals, exclamations, questions


@plain
def capacity(size: int) -> int:
    """Codes that a text of so many bytes may need, but for its emoji: every other byte a token, and one at its end."""
    return size // 2 + 2 + BEFORE + AFTER


@plain
def room(table: Table) -> int:
    """Bytes that scratch needs beside the text's: a word in lower case, an emoji's last word, and some behind."""
    return table.longest + 16 + table.tail + BEHIND


@plain
def _last(emoji: Any, codes: Ints) -> int:
    return codes[emoji["codes_stop"] - 1]


@inlined
def _count(buf: Bytes, start: int, stop: int, byte: int) -> int:
    count = 0
    for at in range(start, stop):
        count += buf[at] == byte
    return count


@inlined
def _ascii_code(
    buf: Bytes,
    start: int,
    stop: int,
    seen: int,
    words: Records,
    spread: Words,
    shifts: Words,
    text: Bytes,
    longest: int,
) -> int:
    """The code of the ASCII token buf[start:stop] in which these kinds of bytes were seen."""
    if seen & PUNCTUATION_BYTE:
        start, stop = _strip_punc_if_word(buf, start, stop)
    size = stop - start
    code = np.int32(0)
    if size <= longest:
        first, last = lower8(load8(buf, start)) & FIRST[min(size, 8)], _ZERO
        if size > 8:
            last = lower8(load8(buf, stop - 8))
        code = find(first, last, size, buf, start, words, spread, shifts, text)
    if code == 0 and seen & APOSTROPHE_BYTE and _has_nt(buf, start, stop):
        code = _NT
    return code | (seen & (UPPER_BYTE | LOWER_BYTE) == UPPER_BYTE)


@inlined
def _strip_punc_if_word(buf: Bytes, start: int, stop: int) -> tuple[int, int]:
    first, last = start, stop
    while first < last and _KINDS[buf[first]] & PUNCTUATION_BYTE:
        first += 1
    while first < last and _KINDS[buf[last - 1]] & PUNCTUATION_BYTE:
        last -= 1
    characters = 0
    for at in range(first, min(last, first + 12)):
        characters += buf[at] & 0xC0 != 0x80
    return (first, last) if characters > 2 else (start, stop)


@plain
def _has_nt(buf: Bytes, start: int, stop: int) -> bool:
    for at in range(start + 1, stop - 1):
        if buf[at] == 39 and buf[at - 1] | 32 == 110 and buf[at + 1] | 32 == 116:
            return True
    return False


@plain
def _wide_code(buf: Bytes, start: int, stop: int, seen: int, emoji: Any, table: Table, scratch: Bytes) -> int:
    """The code of any token, joined to the last word of the emoji before it, if there is one."""
    words, spread, shifts, text = table.words, table.spread, table.shifts, table.text
    if emoji["tail_stop"] > emoji["tail"]:
        begin = size = table.longest + 16
        for at in range(emoji["tail"], emoji["tail_stop"]):
            scratch[size] = text[at]
            size += 1
        for at in range(start, stop):
            scratch[size] = buf[at]
            size += 1
        buf, start, stop = scratch, begin, size
        seen = scan(buf, start, stop, table.points)[3]
    if not seen & OTHER_BYTE:
        return _ascii_code(buf, start, stop, seen, words, spread, shifts, text, table.longest)
    if seen & PUNCTUATION_BYTE:
        start, stop = _strip_punc_if_word(buf, start, stop)
    code = np.int32(0)
    size = lower_case(buf, start, stop, table.points, table.lower, table.longest, table.ascii_only, scratch)
    if size > 0:
        first, last = load8(scratch, 0) & FIRST[min(size, 8)], _ZERO
        if size > 8:
            last = load8(scratch, size - 8)
        code = find(first, last, size, scratch, 0, words, spread, shifts, text)
    if code == 0 and seen & APOSTROPHE_BYTE and _has_nt(buf, start, stop):
        code = _NT
    return code | (seen & (UPPER_BYTE | LOWER_BYTE) == UPPER_BYTE)
