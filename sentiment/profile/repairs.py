"""Repairs: what stands between a text as people type it and a lexicon that looks up whole ASCII words.

Each is one named normalisation with one line of why (``REPAIRS``), can be switched on and off, and touches only texts
that need it: a pass over the column's bytes finds the candidates, all else is handed through. The expressions are
RE2's (pyarrow), or Python's without anything to backtrack into: linear in the text, whatever the text is.

A repair that would leave nothing of a text (a post that is all quotation, or one bare link) leaves it as it was.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from earful.sentiment.profile import repair_places, shapes
from earful.sentiment.profile.repair_places import Column, Places

#: Raised whenever a repair may give another text; part of every profile's version.
REVISION = "repairs-2"

_Change = Callable[[pa.Array], pa.Array]


@dataclass(frozen=True, slots=True)
class Repair:
    """One normalisation and why it is there. ``find`` gives the places that ``change`` may concern."""

    name: str
    why: str
    find: Callable[[Column], Places]
    change: _Change


def repair(texts: pa.Array | pa.ChunkedArray, names: Sequence[str]) -> pa.Array:
    """The texts after the named repairs, carried out in the order of ``REPAIRS`` (not of ``names``); null stays null.

    Takes and gives string or large_string of the same length; a chunked column comes back as one array. Raises
    ValueError for a name that is not in ``REPAIRS``.
    """
    unknown = [name for name in names if name not in REPAIRS]
    if unknown:
        raise ValueError(f"{unknown[0]!r} is no repair; there are: {', '.join(REPAIRS)}")
    if isinstance(texts, pa.ChunkedArray):
        # large_string: one array of string ends at 2 GiB.
        texts = texts.cast(pa.large_string()).combine_chunks() if texts.nbytes >= 2**31 else texts.combine_chunks()
    chosen = [each for name, each in REPAIRS.items() if name in names]
    needed = np.zeros(len(texts), np.bool_)
    column = Column.of(texts)
    if len(column.raw):
        for each in chosen:
            needed |= column.rows(each.find(column))
    if not needed.any():
        return texts
    # Only the texts that some repair may concern are copied into the working set, and that goes back once.
    mask = pa.array(needed)
    work = texts.filter(mask)
    for each in chosen:
        work = _repaired(work, each)
    return pc.replace_with_mask(texts, mask, work)


def _repaired(texts: pa.Array, each: Repair) -> pa.Array:
    column = Column.of(texts)
    needed = column.rows(each.find(column))
    if not needed.any():
        return texts
    mask = pa.array(needed)
    before = texts.filter(mask)
    after = each.change(before)
    after = pc.if_else(pc.equal(pc.utf8_trim_whitespace(after), ""), before, after)
    return pc.replace_with_mask(texts, mask, after)


def _swap(*steps: tuple[str, str]) -> _Change:
    """Replacements by RE2, one after the other."""

    def change(texts: pa.Array) -> pa.Array:
        for pattern, replacement in steps:
            texts = pc.replace_substring_regex(texts, pattern, replacement)
        return texts

    return change


def _each(change: Callable[[str], str]) -> _Change:
    """A Python function, for few texts."""
    return lambda texts: pa.array([change(text) for text in texts.to_pylist()], texts.type)


_ENTITY = re.compile(r"&(?:amp;)*+(?:(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});)?")


def _entities(text: str) -> str:
    # "&amp;#39;" was escaped twice on its way; what HTML does not know ("&foo;") stays as it is.
    return _ENTITY.sub(lambda found: html.unescape(f"&{found[1]};") if found[1] else "&", text)


# A quoted line is "> " and words. Without the space (">be me") it is one only where a blank line follows, as in
# Markdown: people also tell stories in lines that begin with ">". And ">:(" is a face.
_QUOTES = (
    (r"(?m)^ {0,3}> [> ]*[\pL\"'“‘*_\[][^\n]*(?:\n|\z)", "\n"),
    (r"(?m)^ {0,3}>[\pL\"'“‘*_\[][^\n]*(?:\n {0,3}>[^\n]*)*(?:\n[ \t\r]*(?:\n|\z)|\z)", "\n"),
)

# Indented lines are code where they look like it: some people indent their paragraphs.
_CODE = (
    (r"(?s)```.*?```", " "),
    (r"`[^`\n]+`", " "),
    (r"(\A|\n[ \t\r]*\n)(?: {4}|\t)[^\n]*(?:[;{}=<>$\\|_]|\w\.\w|\w\()[^\n]*(?:\n(?: {4}|\t)[^\n]*)*", r"\1"),
)

_MARKUP = (
    (
        r"(?i)\[/?(?:b|i|u|s|h[1-6]|hr|o?list|\*|quote|url|img|code|spoiler|strike|noparse|table|tr|td|th)(?:=[^\[\]\n]*)?\]",
        " ",
    ),
    (r"(?i)</?(?:a|b|i|u|s|p|br|hr|em|h[1-6]|li|ul|ol|div|span|font|strong|small|blockquote)(?:\s[^<>\n]*)?/?>", " "),
)


def _glued(texts: pa.Array) -> pa.Array:
    """A space behind every place that repair_places.glued finds: by bytes, since a third of all texts has one."""
    column = Column.of(texts)
    behind = repair_places.glued(column) + 1
    ends = column.ends + np.searchsorted(behind, column.ends)
    narrow = ends.astype(np.int64 if pa.types.is_large_string(texts.type) else np.int32)
    data = np.insert(column.raw, behind, ord(" "))
    return pa.Array.from_buffers(texts.type, len(texts), [None, pa.py_buffer(narrow), pa.py_buffer(data)])


# The blocks emoji come from, roughly: enough to know where a space belongs.
_EMOJI = r"[\x{203c}-\x{21ff}\x{2300}-\x{27bf}\x{2b00}-\x{2bff}\x{1f000}-\x{1faff}]"

#: Every repair by name, in the order in which they are carried out.
REPAIRS: Mapping[str, Repair] = MappingProxyType(
    {
        each.name: each
        for each in (
            Repair(
                "entities",
                'web exports carry &amp;, &#39; and &gt;: "don&#39;t" does not negate and "&gt;" hides a quotation',
                repair_places.entities,
                _each(_entities),
            ),
            Repair(
                "invisible",
                'variation selectors, skin tones, zero-width and soft signs hide a known sign: "❤\ufe0f" scores 0',
                repair_places.invisible,
                _swap(
                    (
                        r"[\x{00ad}\x{200b}-\x{200f}\x{2060}-\x{2064}\x{fe00}-\x{fe0f}\x{feff}\x{1f3fb}-\x{1f3ff}]+",
                        "",
                    )
                ),
            ),
            Repair("quotes", "quoted lines (>) are what somebody else said", repair_places.quotes, _swap(*_QUOTES)),
            Repair("code", "code blocks and `inline code` are output, not opinion", repair_places.code, _swap(*_CODE)),
            Repair(
                "markup",
                "a tag hides the word it is glued to: [h1]Great[/h1], bad<br>",
                repair_places.markup,
                _swap(*_MARKUP),
            ),
            Repair(
                "links",
                "addresses are no words, and their ? and ! count as emphasis",
                repair_places.links,
                _swap((r"(?i)\b(?:https?://|www\.)[^\s<>\"]+", " ")),
            ),
            Repair(
                "mentions",
                "names are no words: @lovely_day, u/angry_bird, r/mildlyinfuriating",
                repair_places.mentions,
                _swap(
                    (
                        r"(^|[\s(\[\"',.])(?:@[A-Za-z0-9]\w*(?:\.bsky\.social|@[A-Za-z0-9][\w.-]*\w)?|/?[ur]/[A-Za-z0-9_-]{2,30})\b",
                        r"\1 ",
                    )
                ),
            ),
            Repair(
                "apostrophes",
                'phones type ’ where the lexicon has \': "don’t" does not negate',
                repair_places.apostrophes,
                _swap((r"[’‘ʼ′＇]", "'"), (r"(\pL)[`´](\pL)", r"\1'\2")),
            ),
            Repair(
                "punctuation",
                "only ASCII signs are taken off a word's ends: “great” and good… are unknown words",
                repair_places.punctuation,
                _swap(
                    (r"[“”„«»‟]", '"'),
                    (r"…", "..."),
                    (r"[—–―]", " - "),
                    (r"！", "! "),
                    (r"？", "? "),
                    (r"[，。、]", ", "),
                ),
            ),
            Repair(
                "mentioned",
                "an emoji that is spoken of says nothing: tap the 👍 button, what does 🔥 mean",
                shapes.emoji,
                _swap(*shapes.MENTIONED),
            ),
            Repair(
                "stars",
                "rows of ★ and ☆ are a verdict, and no word: ★★☆☆☆ is read as 2 out of 5",
                shapes.stars,
                shapes.per_text(shapes.read_stars),
            ),
            Repair(
                "figures",
                "10/10 and 2/5 are verdicts: read as 10 out of 10",
                shapes.figures,
                _swap(*shapes.FIGURES),
            ),
            Repair(
                "repeated",
                "😡😡😡😡😡 is one feeling, and outweighs all words: at most two of a kind in a row are read",
                shapes.repeated,
                shapes.per_text(shapes.unrepeat),
            ),
            Repair(
                "stretched",
                "sloooow and greeeat are no words of a lexicon",
                shapes.stretched,
                shapes.per_text(shapes.unstretch),
            ),
            Repair(
                "glued",
                'a missing space hides two words: "good.but", "slow/buggy"; names such as example.com stay whole',
                repair_places.glued,
                _glued,
            ),
            Repair(
                "emoji_space",
                "the word after an emoji is glued to the emoji's description: 👍great is read as up+great",
                repair_places.emoji,
                _swap((rf"({_EMOJI})([\pL\pN])", r"\1 \2")),
            ),
        )
    }
)
