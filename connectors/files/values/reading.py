"""Columns of ratings, answers, counts and votes as the columns of a page: null where a cell is no such value."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from earful.connectors.files.values.cast import trimmed
from earful.connectors.files.values.ids import SeenIds
from earful.connectors.files.values.numbers import Marks, Said, counted, rated
from earful.connectors.files.values.scale import (
    Scale,
    Seen,
    Stars,
    Survey,
    nps_asks,
    seen_in_counts,
    seen_in_numbers,
    seen_in_ratings,
    stars_of,
)

#: Fields whose columns are looked at whole before any row is read.
SURVEYED = ("post_id", "rating", "nps", "likes", "reply_count")
#: So many different texts of a column are looked at: one with more is no scale, and its convention is known by then.
MOST_TEXTS = 20_000

_YES = (
    "true", "yes", "1", "y", "t", "recommended", "recommend", "positive", "pos", "up", "thumbs up", "thumbsup", "like",
    "ja", "oui", "sí", "si", "sì", "sim", "da", "да", "tak", "kyllä", "はい", "是", "네", "👍", "+1",
)  # fmt: skip
_NO = (
    "false", "no", "0", "n", "f", "not recommended", "do not recommend", "not recommend", "negative", "neg", "down",
    "thumbs down", "thumbsdown", "dislike", "nein", "non", "não", "nao", "ne", "нет", "nie", "nej", "nei", "ei", "nee",
    "いいえ", "否", "아니요", "👎", "-1",
)  # fmt: skip
#: Skin tones of a thumb, and the mark that asks for the coloured glyph.
_TONES = "[\U0001f3fb-\U0001f3ff\ufe0f]"

#: Field -> what a cell says, in lower case -> what it means.
Words = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Reading:
    """How the columns of a channel's files are read, decided by all of them.

    ``scales``: as configured, by field. ``words``: what the configuration says that a cell means.
    """

    stars: Stars = field(default_factory=Stars)
    nps_asks: str = ""
    marks: Mapping[str, Marks] = field(default_factory=dict)
    words: Words = field(default_factory=dict)
    ids: SeenIds = field(default_factory=SeenIds)

    @classmethod
    def of(cls, survey: Survey, scales: Mapping[str, Scale], words: Words) -> Reading:
        """Decided by what the columns say, where the configuration does not."""
        seen = survey.seen
        return cls(
            stars_of(seen.get("rating", Seen()), scales.get("rating"), survey.cells),
            "" if "nps" in scales else nps_asks(seen.get("nps", Seen())),
            {name: seen[name].marks for name in ("likes", "reply_count") if name in seen},
            words,
            survey.ids,
        )

    @property
    def name(self) -> str:
        """The same for the same way to read."""
        marks = {name: [each.thousands, each.decimal] for name, each in self.marks.items()}
        return json.dumps([str(self.stars.scale), bool(self.nps_asks), marks, self.ids.rounded], sort_keys=True)

    @property
    def says(self) -> list[str]:
        """What was decided, in words, where it is not what everybody would take for granted."""
        said = [self.stars.says] if self.stars.says else []
        for name, marks in self.marks.items():
            if set(marks.thousands) & {".", ","}:
                said.append(f"{name} written with {' and '.join(sorted(marks.thousands))} for thousands")
        return said

    @property
    def asks(self) -> list[str]:
        """What could not be decided: the columns are left out until the configuration says."""
        return [each for each in (self.stars.asks, self.nps_asks) if each]

    def meant(self, name: str, values: pa.Array) -> pa.Array:
        """The column with the configured words put in place of what they stand for."""
        words = self.words.get(name)
        if not words:
            return values
        said = trimmed(values)
        at = pc.index_in(pc.utf8_lower(said), value_set=pa.array(list(words)))
        return pc.coalesce(pa.array(list(words.values()), pa.string()).take(at), said)

    def rating(self, values: pa.Array) -> pa.Array:
        """Stars, 1..5 (float64)."""
        return _by_distinct(self.meant("rating", values), self._stars, pa.float64())

    def _stars(self, said: Said) -> float | None:
        return self.stars.of(said)

    def nps(self, values: pa.Array) -> pa.Array:
        """Answers 0..10 (int64)."""
        if self.nps_asks:
            return pa.nulls(len(values), pa.int64())
        return _by_distinct(self.meant("nps", values), _answer, pa.int64())

    def count(self, name: str, values: pa.Array) -> pa.Array:
        """Whole numbers (int64)."""
        values = self.meant(name, values)
        marks = self.marks.get(name, Marks())
        if _is_text(values):
            return _mapped(trimmed(values), lambda text: counted(text, marks), pa.int64())
        return _by_distinct(values, _whole, pa.int64())

    def recommended(self, values: pa.Array) -> pa.Array:
        """Yes or no."""
        values = self.meant("recommended", values)
        if pa.types.is_boolean(values.type):
            return values
        said = pc.replace_substring_regex(pc.utf8_lower(trimmed(values)), _TONES, "")
        yes, no = (pc.is_in(said, value_set=pa.array(words)) for words in (_YES, _NO))
        return pc.if_else(pc.or_(yes, no), yes, None)


def plain_ratings(values: pa.Array) -> pa.Array:
    """Ratings as they stand (float64), null for what names its own scale."""
    return _by_distinct(values, lambda said: said.value if said.of is None else None, pa.float64())


def _answer(said: Said) -> int | None:
    fits = said.value == int(said.value) and 0 <= said.value <= 10 and said.of in (None, 10)
    return int(said.value) if fits else None


def _whole(said: Said) -> int | None:
    return int(said.value) if said.value == int(said.value) and abs(said.value) <= 2**53 else None


def _is_text(values: pa.Array) -> bool:
    return bool(pa.types.is_string(values.type) or pa.types.is_large_string(values.type))


def _mapped(values: pa.Array, read: Callable[[str], object], kind: pa.DataType) -> pa.Array:
    """Each different text read once."""
    coded = values.dictionary_encode()
    return pa.array([read(text) if text else None for text in coded.dictionary.to_pylist()], kind).take(coded.indices)


def _by_distinct(values: pa.Array, read: Callable[[Said], object], kind: pa.DataType) -> pa.Array:
    if pa.types.is_boolean(values.type):
        return pa.nulls(len(values), kind)
    if _is_text(values):
        return _mapped(values, lambda text: read(said) if (said := rated(text)) else None, kind)
    numbers = values.cast(pa.float64())
    numbers = pc.if_else(pc.is_finite(numbers), numbers, None)
    coded = numbers.dictionary_encode()
    return pa.array([read(Said(value)) for value in coded.dictionary.to_pylist()], kind).take(coded.indices)


class Surveying:
    """One pass over the columns of one file that are decided by all that they say."""

    def __init__(self, words: Words) -> None:
        self._reading = Reading(words=words)
        self._texts: dict[str, Counter[str]] = {}
        self._numbers: dict[str, Seen] = {}
        self._ids = SeenIds()

    def add(self, name: str, values: pa.Array) -> None:
        """A batch of a column."""
        if name == "post_id":
            self._ids += SeenIds.of(trimmed(values))
            return
        values = self._reading.meant(name, values)
        if pa.types.is_boolean(values.type):
            return
        if not _is_text(values):
            self._numbers[name] = self._numbers.get(name, Seen()) + seen_in_numbers(values)
            return
        said = self._texts.setdefault(name, Counter())
        for each in trimmed(values).value_counts().to_pylist():
            if each["values"] in said or len(said) < MOST_TEXTS:
                said[each["values"]] += each["counts"]

    def survey(self) -> Survey:
        """What was seen."""
        found = Survey(dict(self._numbers), ids=self._ids.whole_file())
        for name, said in self._texts.items():
            look = seen_in_ratings if name in ("rating", "nps") else seen_in_counts
            found.seen[name] = found.seen.get(name, Seen()) + look(said)
        return found
