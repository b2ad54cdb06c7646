"""The reference scorer that tests and benchmarks hold the nightly one (columnar.py) against; its caps are defined here.

Language gate, then vaderSentiment itself, once per distinct text.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.metadata import version
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from earful.sentiment.language.gate import GATE, languages
from earful.sentiment.language.nothing import says_nothing
from earful.sentiment.scorer import SCHEMA, Scored

#: Characters (code points) of title and text that are scored. VADER looks at all words again for every word that its
#: lexicon holds, so its time grows with the square of the text: 5,000 characters made to hurt take it 0.6 s.
CAP = 5_000
#: Emoji that are scored: the text ends before the next one. VADER writes each out in words: 5,000 characters of 😂 are
#: 20,000 words and take it 73 s; 300 take 0.2 s, and their compound is 1.0 as well.
EMOJI_CAP = 300

# Blank to the eye though not to str.isspace: Hangul fillers and the empty Braille cell.
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800")


class _Score(NamedTuple):
    """One distinct text: the columns of SCHEMA."""

    language: str | None
    scored: bool
    unscored_reason: str | None
    compound: float | None = None
    positive: float | None = None
    neutral: float | None = None
    negative: float | None = None
    vader_compound: float | None = None
    capped: bool = False


class PlainScorer:
    """earful.sentiment.scorer.Scorer by the package itself. Safe to share between threads."""

    @property
    def version(self) -> str:
        """Package, way of scoring and gate: ``vader-3.3.2/plain/gate-3``."""
        return f"vader-{version('vaderSentiment')}/plain/{GATE}"

    def score(self, page: pa.Table) -> pa.Table:
        """Scores of a page's posts: a table of SCHEMA, one row a post, in order.

        Reads title and text (null counts as empty), joined by a newline where both hold something. Raises KeyError
        where the page lacks one of the two.
        """
        texts = _joined(_strings(page["title"]), _strings(page["text"])).dictionary_encode()
        distinct = [cap(text) for text in texts.dictionary.to_pylist()]
        results = _scores(distinct)
        table = pa.table(
            [pa.array(column, f.type) for column, f in zip(_columns(results), SCHEMA, strict=True)], schema=SCHEMA
        )
        return table.take(texts.indices)

    def score_page(self, page: pa.Table) -> Scored:
        """The scores of a page; this scorer looks for no topics."""
        return Scored(self.score(page), None)


def _columns(results: list[_Score]) -> list[tuple[object, ...]]:
    return list(zip(*results, strict=True)) or [() for _ in SCHEMA]


def _strings(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    # large_string: a page of long texts may hold over 2 GiB, where string offsets end.
    return pc.fill_null(array.cast(pa.large_string()), "")


def _joined(titles: pa.Array, texts: pa.Array) -> pa.Array:
    both = pc.binary_join_element_wise(titles, texts, pa.scalar("\n", pa.large_string()))
    no_title = pc.equal(pc.utf8_trim_whitespace(titles), "")
    no_text = pc.equal(pc.utf8_trim_whitespace(texts), "")
    joined = pc.if_else(no_title, texts, pc.if_else(no_text, titles, both))
    # One character over the cap is kept, so that cap can tell a cut text from one that fits.
    return pc.utf8_slice_codeunits(joined, 0, CAP + 1)


def cap(text: str) -> tuple[str, bool]:
    """The part of a text that is scored, and whether that is not all of it."""
    capped = len(text) > CAP
    text = text[:CAP]
    if len(text) > EMOJI_CAP:
        for n, emoji in enumerate(_emoji().finditer(text)):
            if n == EMOJI_CAP:
                return text[: emoji.start()], True
    return text, capped


def _scores(texts: list[tuple[str, bool]]) -> list[_Score]:
    silent = says_nothing(pa.array([text for text, _ in texts], pa.large_string())).tolist()
    spoken = [text for (text, _), nothing in zip(texts, silent, strict=True) if not (nothing or blank(text))]
    codes = iter(languages(spoken))
    results = []
    for (text, capped), nothing in zip(texts, silent, strict=True):
        if nothing or blank(text):
            results.append(_Score(None, False, "says nothing" if nothing else "no text", capped=capped))
            continue
        code = next(codes)
        if code != "en":
            results.append(_Score(code, False, "language", capped=capped))
            continue
        s = _vader().polarity_scores(text)
        results.append(_Score(code, True, None, s["compound"], s["pos"], s["neu"], s["neg"], s["compound"], capped))
    return results


def blank(text: str) -> bool:
    """Whether nobody sees anything: white space, control and format characters, fillers."""
    return all(c.isspace() or c in _BLANK or not c.isprintable() for c in text)


@cache
def _vader() -> SentimentIntensityAnalyzer:
    return SentimentIntensityAnalyzer()


@cache
def _emoji() -> re.Pattern[str]:
    # VADER looks single characters up, so the longer sequences of its list never match as such.
    return re.compile("[" + "".join(re.escape(e) for e in _vader().emojis if len(e) == 1) + "]")
