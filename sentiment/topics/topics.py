"""Topics: what a sentence is about, by phrases that people can read, change and have explained.

The shipped phrases are in topics.toml (its head explains the notation); earful.toml may add phrases and topics.
A sentence may have several topics or none. Matching works on whole words of all sentences at once (phrases.py).
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import chain
from pathlib import Path
from typing import Annotated, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import AfterValidator, BaseModel, ConfigDict

from earful.sentiment.text.phrases import Phrases, parse
from earful.sentiment.text.sentences import split
from earful.sentiment.text.words import Ints, Numbered


def _checked(phrases: tuple[str, ...]) -> tuple[str, ...]:
    for phrase in phrases:
        parse(phrase)
    return phrases


PhraseList = Annotated[tuple[str, ...], AfterValidator(_checked)]


class Topic(BaseModel):
    """A topic's rules, as in topics.toml and under [topics.NAME] of earful.toml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str = ""
    include: PhraseList = ()
    exclude: PhraseList = ()
    enabled: bool = True

    def plus(self, other: Topic) -> Topic:
        """The topic with another's phrases added; the other's title and switch count where they are given."""
        return Topic(
            title=other.title or self.title,
            include=tuple(dict.fromkeys(self.include + other.include)),
            exclude=tuple(dict.fromkeys(self.exclude + other.exclude)),
            enabled=other.enabled,
        )


class Match(NamedTuple):
    """One reason why a text has a topic."""

    topic: str
    sentence: str
    found: str  # the words in the sentence
    phrase: str  # the rule, as it is written


@dataclass(frozen=True)
class Topics:
    """Topics by name, in a fixed order: topic_index counts names."""

    rules: Mapping[str, Topic]

    @classmethod
    def load(cls, extra: Mapping[str, Topic | Mapping[str, object]] | None = None) -> Topics:
        """The shipped topics with the configuration's laid over them: phrases are added, new names are new topics.

        Raises pydantic.ValidationError for a phrase that cannot be read, ValueError for a topic without phrases.
        """
        rules = dict(_shipped())
        for name, given in (extra or {}).items():
            topic = given if isinstance(given, Topic) else Topic.model_validate(given)
            rules[name] = rules[name].plus(topic) if name in rules else topic
            if rules[name].enabled and not rules[name].include:
                raise ValueError(f"topics.{name}: has no include phrases; give at least one")
        return cls({name: topic for name, topic in rules.items() if topic.enabled})

    @property
    def names(self) -> tuple[str, ...]:
        """Names in the order that topic_index counts."""
        return tuple(self.rules)

    def title(self, name: str) -> str:
        """A topic's name for people."""
        return self.rules[name].title or name.replace("_", " ").capitalize()

    @cached_property
    def hash(self) -> str:
        """Eight hexadecimal digits of names and phrases: stored scores say by which rules their topics were found."""
        said = repr([(name, sorted(t.include), sorted(t.exclude)) for name, t in self.rules.items()])
        return hashlib.sha256(said.encode()).hexdigest()[:8]

    def match(self, sentences: pa.Array) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int16]]:
        """Pairs (index of a sentence, index of a topic in names), each once, in that order. Null has no topic."""
        found = self._found(self._phrases.vocabulary.number(sentences))
        pairs = np.unique(found.row * len(self.rules) + found.topic)
        sentence, topic = np.divmod(pairs, max(len(self.rules), 1))
        return sentence.astype(np.int32), topic.astype(np.int16)

    def explain(self, text: str) -> list[Match]:
        """Why a text has its topics: every match, by sentence and place."""
        sentences, _ = split(pa.array([text], pa.large_string()))
        words = self._phrases.vocabulary.number(sentences)
        found = self._found(words)
        return [
            Match(self.names[topic], sentences[sentence].as_py(), words.between(first, last), self._rule(phrase))
            for sentence, topic, first, last, phrase in zip(*(column.tolist() for column in found), strict=True)
        ]

    def _found(self, words: Numbered) -> _Found:
        """Matches of include phrases that no exclude phrase of the topic touches, by place."""
        phrases = self._phrases
        first, last, phrase = phrases.follow(words.id, words.row)
        topic = phrases.topic[phrase]
        bad = phrases.exclude[phrase]
        keep = ~bad
        if bad.any():
            taken = np.unique(_cover(first[bad], last[bad], topic[bad], len(words.id))[0])
            place, of = _cover(first[keep], last[keep], topic[keep], len(words.id))
            touched = np.zeros(int(keep.sum()), np.bool_)
            touched[of[np.isin(place, taken)]] = True
            keep[keep] = ~touched
        order = np.flatnonzero(keep)
        order = order[np.lexsort((phrase[order], last[order], first[order]))]
        return _Found(words.row[first[order]], topic[order], first[order], last[order], phrase[order])

    @cached_property
    def _phrases(self) -> Phrases:
        listed = [
            (i, exclude, parse(phrase))
            for i, topic in enumerate(self.rules.values())
            for exclude, phrases in ((False, topic.include), (True, topic.exclude))
            for phrase in phrases
        ]
        return Phrases.of(listed)

    def _rule(self, phrase: int) -> str:
        return list(chain.from_iterable((*t.include, *t.exclude) for t in self.rules.values()))[phrase]


class _Found(NamedTuple):
    row: Ints  # of the sentences
    topic: Ints
    first: Ints  # number of the first word of the match
    last: Ints  # and of its last
    phrase: Ints


@cache
def _shipped() -> dict[str, Topic]:
    read = tomllib.loads(Path(__file__).with_name("topics.toml").read_text("utf-8"))
    return {name: Topic.model_validate(topic) for name, topic in read.items()}


def _cover(first: Ints, last: Ints, topic: Ints, total: int) -> tuple[Ints, Ints]:
    """Every (topic, word) that the matches cover, as one number, and which match it is from."""
    length = last - first + 1
    of = np.repeat(np.arange(len(first)), length)
    step = np.arange(len(of)) - np.repeat(np.cumsum(length) - length, length)
    return topic[of] * total + first[of] + step, of
