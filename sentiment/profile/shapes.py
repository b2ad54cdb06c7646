"""Repairs of shapes: stretched words, repeated emoji, verdicts in stars and in figures.

"sloooow" is slow, a row of one emoji is no more than two of it, "★★☆☆☆" is "2 out of 5", "7/10" is "7 out of 10", and
"the 👍 button" names a sign without meaning it. What such a verdict weighs is said by the phrases (heard.toml).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

import numpy as np
import pyarrow as pa
from vaderSentiment.vaderSentiment import BOOSTER_DICT, NEGATE

from earful.sentiment.lexicon import Lexicon
from earful.sentiment.profile.overlay import product
from earful.sentiment.profile.repair_places import Column, Places

#: Emoji of one kind in a row that are read: more are the same, only longer.
_ROW = 2
#: Runs of letters in one word that are looked at, and letters of the longest.
_RUNS, _LONGEST = 3, 60

_RUN = re.compile(r"([^\W\d_])\1{2,}")
_REPEATED = re.compile(r"([\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff])\1{2,}")
# Glyphs in a row, spaces between them or not: full and empty ones.
_STARS = re.compile(r"(?:[★⭐🌟✭✮][ \t]?)+(?:[☆✩✰][ \t]?)*|(?:[☆✩✰][ \t]?){5}")
_FULL = frozenset("★⭐🌟✭✮")
_GRUDGING = re.compile(
    r"\s*[★⭐]{1,2}\s*(?:only|just|because|bc|cos|until|till|if|for|would|never|no|not|too|since|due|why|can'?t|won'?t|doesn'?t)\b",
    re.IGNORECASE,
)
#: An emoji that is spoken of, for RE2: "the 👍 button", "what does 🔥 mean".
_SIGN = r"(?:[\x{1f300}-\x{1faff}★⭐❤])+"
_NAMED = (
    "buttons?|icons?|emojis?|emoticons?|stickers?|symbols?|signs?|reactions?|keys?|tabs?|packs?|filters?|means?|stands?"
    "|shows?|hides|opens|marks|appears|next|to|does"
)
MENTIONED = (
    (rf"(?i)\b(the|a|an|this|that|your|my|with|of|add|no)\s+{_SIGN}\s*({_NAMED})\b", r"\1 \2"),
    (rf"(?i)\b(tap|press|click|hit|type|send|insert|find|mean|does|do)(\s+the|\s+an?)?\s+{_SIGN}", r"\1\2"),
)
#: "2/10", "4.5 / 5", "95/100" as "so many out of 5 or 10", for RE2: no part of a date, a version or a longer fraction.
FIGURES = (
    (r"(^|[^\w./-])(\d{1,2})(?:[.,]\d)? ?/ ?(10|5)($|[^\w/.,-]|[.,](?:\D|$))", r"\1\2 out of \3\4"),
    (r"(^|[^\w./-])(\d{1,2})\d ?/ ?100($|[^\w/.,-]|[.,](?:\D|$))", r"\1\2 out of 10\3"),
)


def per_text(change: Callable[[str], str]) -> Callable[[pa.Array], pa.Array]:
    """A change of single texts as one of a column; only for the few texts that need it."""
    return lambda texts: pa.array([None if t is None else change(t) for t in texts.to_pylist()], texts.type)


def stretched(column: Column) -> Places:
    """Three equal letters (of ASCII) in a row."""
    raw = column.raw | 0x20
    same = raw[1:] == raw[:-1]
    places = np.flatnonzero(same[1:] & same[:-1])
    found: Places = places[raw[places] - ord("a") < 26]
    return found


def unstretch(text: str) -> str:
    """A text whose stretched words are those that the lexicon has, where it has one that they may be."""
    pieces, done = [], 0
    for run in _RUN.finditer(text):
        if run.start() < done:
            continue
        start, end = run.span()
        while start > done and text[start - 1].isalpha():
            start -= 1
        while end < len(text) and text[end].isalpha():
            end += 1
        pieces += [text[done:start], _short(text[start:end])]
        done = end
    return "".join([*pieces, text[done:]])


def _short(word: str) -> str:
    runs = list(_RUN.finditer(word))
    if len(runs) > _RUNS or len(word) > _LONGEST:
        return word
    # Each run as two letters or one, the fewest letters taken away first.
    for choice in range(1 << len(runs)):
        short, done = "", 0
        for i, run in enumerate(runs):
            short += word[done : run.start()] + run[1] * (1 if choice >> i & 1 else 2)
            done = run.end()
        short += word[done:]
        if short.lower() in _known():
            return short
    return word


def repeated(column: Column) -> Places:
    """The same emoji (of four bytes, or of three) three times."""
    raw = column.raw
    places = column.high
    found = np.zeros(len(places), np.bool_)
    for size, lead in ((4, raw[places] >= 0xF0), (3, raw[places] == 0xE2)):
        some = places[lead]
        some = some[some + 3 * size <= len(raw)]
        same = np.ones(len(some), np.bool_)
        for i in range(2 * size):
            same &= raw[some + i] == raw[some + i + size]
        found |= np.isin(places, some[same])
    return places[found]


def unrepeat(text: str) -> str:
    """A text with at most two of an emoji in a row."""
    return _REPEATED.sub(lambda m: m[0] if m[1] in _STAR_GLYPHS else m[1] * _ROW, text)


def emoji(column: Column) -> Places:
    """Emoji: the first bytes of signs of four bytes, stars and hearts of three."""
    return column.led(b"\xf0\x9f", b"\xe2\xad\x90", b"\xe2\x98\x85", b"\xe2\x9d\xa4")


def stars(column: Column) -> Places:
    """The glyphs of stars."""
    return column.led(b"\xe2\x98\x85", b"\xe2\x98\x86", b"\xe2\xad\x90", b"\xf0\x9f\x8c", b"\xe2\x9c")


def read_stars(text: str) -> str:
    """A text with verdicts in the place of rows of stars.

    One or two full stars beside words are decoration, unless a longer row stands in the text too ("from ★★★★★ to ★") or
    the text begins with them and goes on as who takes stars away does ("★ only because there is no zero").
    """
    bare = (
        not re.search(r"\w", text)
        or _GRUDGING.match(text)
        or any(sum(not c.isspace() for c in row[0]) > _ROW for row in _STARS.finditer(text))
    )

    def verdict(match: re.Match[str]) -> str:
        row = [c for c in match[0] if not c.isspace()]
        full = sum(c in _FULL for c in row)
        if len(row) == full and full < 3 and not bare:
            return match[0]
        return f" {min(full, 5)} out of 5 "

    return _STARS.sub(verdict, text)


def figures(column: Column) -> Places:
    """A slash between digits, or spaces and digits."""
    places = column.one_of(b"/")
    before, after = column.at(places, -1), column.at(places, 1)
    digit = (after >= ord("0")) & (after <= ord("9"))
    sound = (digit | (after == ord(" "))) & ((before == ord(" ")) | ((before >= ord("0")) & (before <= ord("9"))))
    found: Places = places[sound]
    return found


_STAR_GLYPHS = _FULL | frozenset("☆✩✰")


@cache
def _known() -> frozenset[str]:
    """Words that a stretched one may be: all that a score hangs on."""
    lists = (Lexicon.vader().words, product().words, BOOSTER_DICT, NEGATE)
    return frozenset(word for each in lists for word in each if word.isalpha()) | _COMMON


_COMMON_WORDS = """
so too no please why all very really this the app ever never update fix it my oh yes now forever always long late hello
hey what again ages hours minutes want need like much many more way what come stop wait everything nothing every still
"""
_COMMON = frozenset(_COMMON_WORDS.split())
