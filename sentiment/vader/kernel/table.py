"""A lexicon as arrays for the kernel: a hash table of every word that a rule looks for, and the emoji as tokens."""

from __future__ import annotations

import string
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from vaderSentiment.vaderSentiment import BOOSTER_DICT, NEGATE, SPECIAL_CASES, SentiText

from earful.sentiment.lexicon import Lexicon
from earful.sentiment.vader.kernel.unicode import characters

Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int32]
Words = npt.NDArray[np.uint64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Records = npt.NDArray[np.void]

# A token's code: six bits of what the rules ask of it, and the word's number above them. SCORED: a token with a valence
# of its own, in the lexicon and no booster; and "but".
UPPER, SCORED, LEXICON, BOOSTER, NEGATION, PHRASE_END = 1, 2, 4, 8, 16, 32
NUMBER = 6
#: Codes of no token (0) before a text's first and behind its last, so that rules need not look where it ends.
BEFORE, AFTER = 3, 2

#: Words that rules name, by number; 0 is every word not in the table, 1 every such word with "n't" in it.
NAMED = (
    "",
    "n't",
    "no",
    "or",
    "nor",
    "least",
    "at",
    "very",
    "never",
    "so",
    "this",
    "without",
    "doubt",
    "but",
    "kind",
    "of",
)
UNKNOWN, NT, NO, OR, NOR, LEAST, AT, VERY, NEVER, SO, THIS, WITHOUT, DOUBT, BUT, KIND, OF = range(len(NAMED))

# Bits of byte_kinds().
UPPER_BYTE, LOWER_BYTE, PUNCTUATION_BYTE, APOSTROPHE_BYTE, MARK_BYTE, SPACE_BYTE, OTHER_BYTE = 1, 2, 4, 8, 16, 32, 64

# Odd 64-bit numbers without pattern (from the golden ratio and the square root of 2).
MIX_FIRST, MIX_LAST = 0x9E3779B97F4A7C15, 0x6A09E667F3BCC909
_FACTOR, _MASK = 0xBB67AE8584CAA73B, 0xFFFFFFFFFFFFFFFF


#: One word that a rule looks for (half a cache line): its first eight bytes and its last eight (0 where it has no more
#: than eight), how many it has, its code, where all its bytes are in Table.text, and where in Table.words the next word
#: is whose hash is the same (0 where none).
WORD = np.dtype([("first", "u8"), ("last", "u8"), ("size", "i4"), ("code", "i4"), ("text", "i4"), ("next", "i4")])
#: One emoji: its description as tokens (Table.codes[codes:codes_stop]); the last of them as bytes
#: (Table.text[tail:tail_stop]), to which text right behind the emoji is joined, none where the description ends in
#: white space; how many "!" and "?" it has.
EMOJI = np.dtype(
    [(name, np.int32) for name in ("codes", "codes_stop", "tail", "tail_stop", "exclamations", "questions")]
)
#: A special case or a phrase that boosts: the numbers of its two or three words (-1 before two), its value, and whether
#: that is an int in the package.
PHRASE = np.dtype(
    [("one", np.int32), ("two", np.int32), ("three", np.int32), ("value", np.float64), ("is_int", np.bool_)], align=True
)


class Table(NamedTuple):
    """All that the kernel knows of a lexicon.

    words: WORD by slot, zeros where the slot is empty. A word's slot is
        (hash * spread[hash >> shifts[0]]) >> shifts[1], with hash = first * MIX_FIRST ^ last * MIX_LAST, all modulo
        2 ** 64: spread is chosen so that no two words meet. Only words of the same hash (a lexicon may hold some) share
        a slot; the further ones are behind the last slot.
    text: the words' bytes, and the emoji's. valence, boost: by word number.
    points: code point -> emoji above 8 bits (0 where none), and unicode.Characters.flags.
    lower: unicode.Characters.lower.
    emojis: EMOJI by number, from 1. codes: tokens of their descriptions.
    longest: bytes of the longest word. tail: bytes of the longest last word of an emoji.
    ascii_only: whether all words are ASCII.
    """

    words: Records
    spread: Words
    shifts: Words
    text: Bytes
    valence: Floats
    boost: Floats
    points: Ints
    lower: Ints
    emojis: Records
    codes: Ints
    longest: int
    tail: int
    ascii_only: bool


@lru_cache(maxsize=16)
def table(lexicon: Lexicon) -> Table:
    """The table of a lexicon, with the package's boosters, negations and special cases; about 0.1 s, kept."""
    numbers = {word: number for number, word in enumerate(_fixed(), start=2)}
    for word in lexicon.words:
        if word and len(word.split()) == 1:
            numbers.setdefault(word, len(numbers) + 2)
    words = _words(numbers, lexicon)
    hashed, spread, shifts = _spread(words)
    points, emojis, codes, tails = _emojis(lexicon, numbers, words)
    text = "".join(numbers).encode()
    emojis["tail"] += len(text)
    emojis["tail_stop"] += len(text)
    return Table(
        words=hashed,
        spread=spread,
        shifts=shifts,
        text=np.frombuffer(text + tails, np.uint8),
        valence=np.array([0.0, 0.0, *(lexicon.words.get(word, 0.0) for word in numbers)]),
        boost=np.array([0.0, 0.0, *(BOOSTER_DICT.get(word, 0.0) for word in numbers)]),
        points=points << 8 | characters().flags,
        lower=characters().lower,
        emojis=emojis,
        codes=codes,
        longest=int(words["size"].max()),
        tail=int((emojis["tail_stop"] - emojis["tail"]).max()),
        ascii_only=all(map(str.isascii, numbers)),
    )


def _fixed() -> list[str]:
    """The words that are not a lexicon's: they have the same number, from 2 on, whatever the lexicon."""
    of_phrases = [word for phrase in (*SPECIAL_CASES, *BOOSTER_DICT) if " " in phrase for word in phrase.split()]
    return list(dict.fromkeys([*NAMED[2:], *of_phrases, *(w for w in BOOSTER_DICT if " " not in w), *NEGATE]))


def _words(numbers: dict[str, int], lexicon: Lexicon) -> Records:
    words = np.zeros(len(numbers) + 2, WORD)
    ends = {phrase.split()[-1] for phrase in (*SPECIAL_CASES, *BOOSTER_DICT) if " " in phrase}
    words[NT]["code"] = NT << NUMBER | NEGATION
    at = 0
    for word, number in numbers.items():
        text = word.encode()
        code = (
            number << NUMBER
            | SCORED * (word == NAMED[BUT] or (word in lexicon.words and word not in BOOSTER_DICT))
            | LEXICON * (word in lexicon.words)
            | BOOSTER * (word in BOOSTER_DICT)
            | NEGATION * (word in NEGATE or "n't" in word)
            | PHRASE_END * (word in ends)
        )
        first = int.from_bytes(text[:8], "little")
        last = int.from_bytes(text[-8:], "little") if len(text) > 8 else 0
        words[number] = first, last, len(text), code, at, 0
        at += len(text)
    return words


def _spread(words: Records) -> tuple[Records, Words, Words]:
    """Words by slot, spread and shifts (see Table): hash and displace (Belazzougui, Botelho, Dietzfelbinger 2009)."""
    bits = max(len(words), 8).bit_length() + 1
    bucket_shift, slot_shift = 64 - (bits - 3), 64 - bits
    with np.errstate(over="ignore"):
        hashes = (words["first"] * np.uint64(MIX_FIRST) ^ words["last"] * np.uint64(MIX_LAST)).tolist()
    same: dict[int, list[int]] = {}
    for number in range(2, len(words)):
        same.setdefault(hashes[number], []).append(number)
    buckets: dict[int, list[int]] = {}
    for value in same:
        buckets.setdefault(value >> bucket_shift, []).append(value)
    spread = np.ones(1 << (bits - 3), np.uint64)
    slots: dict[int, int] = {}  # slot -> hash
    # The fullest buckets first, while there is room.
    for bucket in sorted(buckets, key=lambda b: (-len(buckets[b]), b)):
        factor = 1
        while True:
            factor = (factor * _FACTOR) & _MASK
            taken = {(value * factor & _MASK) >> slot_shift: value for value in buckets[bucket]}
            if len(taken) == len(buckets[bucket]) and slots.keys().isdisjoint(taken):
                break
        slots.update(taken)
        spread[bucket] = factor
    hashed = np.zeros((1 << bits) + len(words), WORD)
    behind = 1 << bits
    for slot, value in slots.items():
        for number in same[value]:
            hashed[slot] = words[number]
            if number != same[value][-1]:
                hashed[slot]["next"] = behind
                slot, behind = behind, behind + 1
    return hashed[:behind], spread, np.array([bucket_shift, slot_shift], np.uint64)


def phrases() -> tuple[Records, int]:
    """PHRASE of all special cases, then of all phrases that boost; and how many the former are."""
    numbers = {word: number for number, word in enumerate(_fixed(), start=2)}
    both = [
        (phrase, value) for cases in (SPECIAL_CASES, BOOSTER_DICT) for phrase, value in cases.items() if " " in phrase
    ]
    rows = [([-1, *(numbers[word] for word in phrase.split())][-3:], value) for phrase, value in both]
    special = sum(" " in phrase for phrase in SPECIAL_CASES)
    return np.array([(*row, value, isinstance(value, int)) for row, value in rows], PHRASE), special


def byte_kinds() -> Bytes:
    """What each byte is; MARK is "!" or "?", OTHER is part of a character beyond ASCII."""
    kinds = np.full(256, OTHER_BYTE, np.uint8)
    for char in map(chr, range(128)):
        kinds[ord(char)] = (
            UPPER_BYTE * char.isupper()
            | LOWER_BYTE * char.islower()
            | PUNCTUATION_BYTE * (char in string.punctuation)
            | APOSTROPHE_BYTE * (char == "'")
            | MARK_BYTE * (char in "!?")
            | SPACE_BYTE * char.isspace()
        )
    return kinds


def _emojis(lexicon: Lexicon, numbers: dict[str, int], words: Records) -> tuple[Ints, Records, Ints, bytes]:
    # polarity_scores looks single characters up: longer emoji of the list are never found.
    found = {ord(emoji): words for emoji, words in lexicon.emojis.items() if len(emoji) == 1}
    points = np.zeros(0x110000, np.int32)
    emojis = np.zeros(len(found) + 1, EMOJI)
    codes: list[int] = []
    tails = b""
    for number, (point, description) in enumerate(found.items(), start=1):
        points[point] = number
        tokens = description.split()
        tail = tokens[-1].encode() if tokens and not description[-1].isspace() else b""
        marks = description.count("!"), description.count("?")
        emojis[number] = len(codes), len(codes) + len(tokens), len(tails), len(tails) + len(tail), *marks
        # The package's own way to strip a token of punctuation.
        strip = SentiText._strip_punc_if_word  # noqa: SLF001
        codes += [_code(strip(token), numbers, words) for token in tokens]
        tails += tail
    return points, emojis, np.array(codes, np.int32), tails


def _code(token: str, numbers: dict[str, int], words: Records) -> int:
    number = numbers.get(token.lower(), NT if "n't" in token.lower() else UNKNOWN)
    return int(words[number]["code"]) | UPPER * token.isupper()
