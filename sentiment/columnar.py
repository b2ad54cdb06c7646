"""The scorer that runs at night: a page at a time, each step once per distinct text, no Python object a row.

Gate, repairs, phrases, bare VADER and the profile's own score, and the topics, in that order. PlainScorer
(sentiment/plain.py) does the gate and bare VADER a text at a time; the tests hold the two against each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from earful.sentiment.language.gate import Guesser, judged, languages, stated
from earful.sentiment.language.gate import version as gate_version
from earful.sentiment.language.nothing import says_nothing
from earful.sentiment.lexicon import Lexicon
from earful.sentiment.profile.profile import Profile
from earful.sentiment.profile.repairs import repair
from earful.sentiment.reading import Ints, Mask, blanks, capped, join, strings
from earful.sentiment.scorer import SCHEMA, TOPICS, Scored
from earful.sentiment.text.sentences import split
from earful.sentiment.topics.topics import Topics
from earful.sentiment.vader.polarity import Scores, polarity

Floats = NDArray[np.float64]

#: Names of this module that do the work, with the phase each belongs to: benchmarks/scoring.py puts a clock on them.
PHASES = (
    ("gate", "judged"),
    ("repairs", "repair"),
    ("phrases", "_heard"),
    ("score", "polarity"),
    ("topics", "split"),
    ("topics", "_matches"),
)


@dataclass(frozen=True, slots=True)
class _Page:
    """A page's distinct texts. A case is a distinct text under one lexicon (a product may have words of its own)."""

    texts: pa.Array  # large_string, distinct, capped
    capped: Mask  # by text
    language: pa.Array  # by text; null where there is nothing to read
    english: Ints  # texts that are scored
    lexicons: tuple[Lexicon, ...]
    case_text: Ints  # by case
    case_lexicon: Ints  # by case, index of lexicons
    row_case: Ints  # by row of the page

    @property
    def place(self) -> Ints:
        """By text: its place in ``english``, -1 where it is not scored."""
        place = np.full(len(self.texts), -1, np.int64)
        place[self.english] = np.arange(len(self.english))
        return place


class ColumnarScorer:
    """earful.sentiment.scorer.Scorer by VADER over whole columns. Safe to share between threads.

    ``profile``: default Profile.product(), without words for single products. ``topics``: default the shipped ones.
    ``gate``: the model that the language gate asks.
    """

    def __init__(
        self, profile: Profile | None = None, topics: Topics | None = None, gate: Guesser = "py3langid"
    ) -> None:
        self._profile = profile or Profile.product()
        self._topics = topics or Topics.load()
        self._gate = gate

    @property
    def version(self) -> str:
        """Package, profile, gate and topics, with the hashes of what people may change."""
        package = version("vaderSentiment")
        return f"vader-{package}/{self._profile.version}/{gate_version(self._gate)}/topics-{self._topics.hash}"

    def score(self, page: pa.Table) -> pa.Table:
        """Scores of a page's posts: a table of SCHEMA, one row a post, in order.

        Reads title and text (null counts as empty), joined by a newline where both hold something, product where
        products have words of their own, and language_hint where it is there. Raises KeyError where the page lacks one
        of the others.
        """
        read = self._read(page)
        return self._scores(read, _heard(self._profile, self._repaired(read)))

    def score_page(self, page: pa.Table) -> Scored:
        """Scores as ``score`` gives them, and the topics of the scored posts, in one pass over the page.

        Topics come by row and then in the order of the topics. A topic's compound is the mean over the sentences that
        name it, each scored for itself with the profile, so what is said about other things does not count.
        """
        read = self._read(page)
        repaired = self._repaired(read)
        return Scored(self._scores(read, _heard(self._profile, repaired)), self._topic_rows(read, repaired))

    def _read(self, page: pa.Table) -> _Page:
        encoded = join([strings(page["title"]), strings(page["text"])]).dictionary_encode()
        texts, cut = capped(encoded.dictionary)
        codes = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
        seen = np.flatnonzero(~blanks(texts) & ~says_nothing(texts))
        found = judged(texts.take(pa.array(seen)), self._gate)
        language, is_open = np.full(len(texts), None, dtype=object), np.zeros(len(texts), np.bool_)
        language[seen], is_open[seen] = found
        if is_open.any() and "language_hint" in page.column_names:
            # A text of which the source says in two languages is two, from here on.
            place, language, codes = _as_stated(page["language_hint"], codes, language, is_open)
            texts, cut = texts.take(pa.array(place)), cut[place]
        english = np.flatnonzero(language == "en")
        lexicons, of_row = self._lexicons(page)
        if len(lexicons) == 1:
            text = np.arange(len(texts))
            lexicon, row_case = np.zeros(len(texts), np.int64), codes
        else:
            cases, row_case = np.unique(codes * len(lexicons) + of_row, return_inverse=True)
            text, lexicon = np.divmod(cases, len(lexicons))
        return _Page(texts, cut, pa.array(language, pa.string()), english, lexicons, text, lexicon, row_case)

    def _lexicons(self, page: pa.Table) -> tuple[tuple[Lexicon, ...], Ints]:
        """The lexicons in use, the profile's first, and which one each row wants."""
        own = sorted(self._profile.extra_words)
        lexicons = (self._profile.lexicon(), *(self._profile.lexicon(product) for product in own))
        if not own:
            return lexicons, np.zeros(len(page), np.int64)
        wanted = pc.index_in(strings(page["product"]), value_set=pa.array(own, pa.large_string()))
        return lexicons, pc.fill_null(wanted, -1).to_numpy(zero_copy_only=False).astype(np.int64) + 1

    def _repaired(self, read: _Page) -> pa.Array:
        """The texts that are scored, after the profile's repairs; topics are looked for in their words."""
        return repair(read.texts.take(pa.array(read.english)), self._profile.repairs)

    def _scores(self, read: _Page, heard: pa.Array) -> pa.Table:
        bare = polarity(read.texts.take(pa.array(read.english)), Lexicon.vader())
        place = read.place[read.case_text]
        scored = place >= 0
        own = np.full((4, len(place)), np.nan)
        for i, lexicon in enumerate(read.lexicons):
            cases = np.flatnonzero(scored & (read.case_lexicon == i))
            if not len(cases):
                continue
            if lexicon == Lexicon.vader() and not self._profile.repairs:
                own[:, cases] = _stack(bare)[:, place[cases]]
            else:
                own[:, cases] = _stack(polarity(heard.take(pa.array(place[cases])), lexicon))
        vader = np.full(len(place), np.nan)
        vader[scored] = bare.compound[place[scored]]
        neg, neu, pos, compound = own
        text = pa.array(read.case_text)
        language = read.language.take(text)
        silent = pa.array(says_nothing(read.texts)).take(text)
        reason = pc.if_else(pc.is_null(language), pc.if_else(silent, "says nothing", "no text"), "language")
        cases = pa.table(
            [
                language,
                pa.array(scored),
                pc.if_else(pa.array(scored), pa.scalar(None, pa.string()), reason),
                *(pa.array(values, mask=~scored) for values in (compound, pos, neu, neg, vader)),
                pa.array(read.capped[read.case_text]),
            ],
            schema=SCHEMA,
        )
        return cases.take(pa.array(read.row_case))

    def _topic_rows(self, read: _Page, repaired: pa.Array) -> pa.Table:
        sentences, parent = split(repaired)
        sentence, topic = _matches(self._topics, sentences)
        place = read.place[read.case_text]
        found: list[tuple[Ints, Ints, Floats, Ints]] = []
        for i, lexicon in enumerate(read.lexicons):
            case_of = np.full(len(read.english), -1, np.int64)
            mine = np.flatnonzero((place >= 0) & (read.case_lexicon == i))
            case_of[place[mine]] = mine
            here = np.flatnonzero(case_of[parent[sentence]] >= 0)
            if not len(here):
                continue
            # A sentence with two topics is scored once.
            wanted, of = np.unique(sentence[here], return_inverse=True)
            heard = _heard(self._profile, sentences.take(pa.array(wanted)))
            compound = polarity(heard, lexicon).compound[of]
            found.append(_means(case_of[parent[sentence[here]]], topic[here], compound, len(self._topics.names)))
        return _by_row(found, read.row_case, self._topics.names)

    def compounds(self, texts: pa.Array, profiles: Mapping[str, Profile], *, gate: bool = True) -> dict[str, Floats]:
        """Compounds of the same texts by several profiles, under the names given, for an evaluation.

        NaN where a text is unscored, as at night; without ``gate`` every text is scored, in whatever language.
        """
        texts, _ = capped(strings(texts))
        wanted = np.flatnonzero(~blanks(texts) & ~says_nothing(texts)) if gate else np.arange(len(texts))
        if gate:
            wanted = wanted[np.asarray(languages(texts.take(pa.array(wanted)), self._gate), dtype=object) == "en"]
        some = texts.take(pa.array(wanted))
        out = {}
        for name, profile in profiles.items():
            compound = np.full(len(texts), np.nan)
            compound[wanted] = polarity(profile.apply(some), profile.lexicon()).compound
            out[name] = compound
        return out


def _as_stated(
    hints: pa.ChunkedArray, codes: Ints, language: NDArray[np.object_], is_open: Mask
) -> tuple[Ints, NDArray[np.object_], Ints]:
    """Texts whose language is open, one for each language that sources state of them.

    Returns the places of all texts, their languages, and by row of the page which of them it is.
    """
    encoded = strings(hints).dictionary_encode()
    said = np.array([None, *map(stated, encoded.dictionary.to_pylist())], dtype=object)
    hint = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64) + 1
    hint[~is_open[codes] | (said[hint] == None)] = 0  # noqa: E711 - by element
    # Every text once more as nobody states anything of it, so that none is lost and the order stays.
    keys, at = np.unique(
        np.concatenate([codes * len(said) + hint, np.arange(len(language)) * len(said)]), return_inverse=True
    )
    place, by = np.divmod(keys, len(said))
    return place, np.where(by > 0, said[by], language[place]), at[: len(codes)]


def _heard(profile: Profile, repaired: pa.Array) -> pa.Array:
    return profile.hear(repaired)


def _matches(topics: Topics, sentences: pa.Array) -> tuple[Ints, Ints]:
    sentence, topic = topics.match(sentences)
    return sentence.astype(np.int64), topic.astype(np.int64)


def _stack(scores: Scores) -> Floats:
    return np.stack([scores.neg, scores.neu, scores.pos, scores.compound])


def _means(case: Ints, topic: Ints, compound: Floats, topics: int) -> tuple[Ints, Ints, Floats, Ints]:
    """Case, topic, mean compound and number of sentences of each (case, topic).

    The mean is of whole ten-thousandths, rounded to one, half to even: the same in whatever order they are added.
    """
    keys, at = np.unique(case * topics + topic, return_inverse=True)
    count = np.bincount(at, minlength=len(keys))
    total = np.bincount(at, weights=np.rint(compound * 1e4), minlength=len(keys))
    mean = np.rint(total / count) / 1e4
    return keys // topics, keys % topics, mean, count


def _by_row(found: list[tuple[Ints, Ints, Floats, Ints]], row_case: Ints, names: Sequence[str]) -> pa.Table:
    """The means of the cases, repeated for every row of the page that has the case."""
    if not found:
        return TOPICS.empty_table()
    case, topic, mean, count = (np.concatenate(column) for column in zip(*found, strict=True))
    order = np.lexsort((topic, case))
    case, topic, mean, count = case[order], topic[order], mean[order], count[order]
    begin, end = np.searchsorted(case, row_case, "left"), np.searchsorted(case, row_case, "right")
    row = np.repeat(np.arange(len(row_case)), end - begin)
    at = np.arange(len(row)) - np.repeat(np.cumsum(end - begin) - (end - begin), end - begin) + begin[row]
    said = pa.array(list(names), pa.string()).take(pa.array(topic[at]))
    return pa.table([pa.array(row), said, pa.array(mean[at]), pa.array(count[at], pa.int32())], schema=TOPICS)
