"""Topics: what a sentence is about, by phrases that people can read, change and have explained.

The shipped phrases are in topics.toml (its head explains the notation); earful.toml may add phrases and topics.
A sentence may have several topics or none. Matching works on whole words of all sentences at once: words become
numbers by one hash lookup each, and the phrases that start at a word are followed word by word with numpy.
"""

from __future__ import annotations

import hashlib
import re
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

from sentiment.sentences import split
from sentiment.words import Ints, Numbered, Vocabulary, spell

#: Most words that ".." stands for.
GAP = 3


class Slot(NamedTuple):
    """One place of a phrase: the words that fit, and whether others may come before it."""

    words: frozenset[str]
    gap: bool


@cache
def parse(phrase: str) -> tuple[Slot, ...]:
    """A phrase in the notation of topics.toml. Raises ValueError: one line with the phrase and what is wrong."""
    slots: list[Slot] = []
    gap = False
    for part in phrase.split():
        if part == "..":
            if not slots or gap:
                raise ValueError(f"{phrase!r}: '..' stands between two words")
            gap = True
            continue
        alternatives = [(a.removesuffix("~"), a.endswith("~")) for a in part.split("|")]
        spelt = [(_plain(a), inflected) for a, inflected in alternatives]
        if not all(found for found, _ in spelt):
            raise ValueError(f"{phrase!r}: {part!r} holds no word; a word has letters or digits")
        if len(spelt) > 1 and any(len(found) > 1 for found, _ in spelt):
            raise ValueError(f"{phrase!r}: {part!r} offers more than single words")
        # "log-in~" is two words, of which the last has forms.
        for i in range(max(len(found) for found, _ in spelt)):
            fits = chain.from_iterable(
                forms(found[i]) if inflected and i == len(found) - 1 else (found[i],) for found, inflected in spelt
            )
            slots.append(Slot(frozenset(fits), gap))
            gap = False
    if not slots or gap:
        raise ValueError(f"{phrase!r}: a phrase starts and ends with a word")
    return tuple(slots)


@cache
def _plain(text: str) -> tuple[str, ...]:
    # Most words are plain: the way of whole columns would cost half a second for all phrases.
    return (text.lower(),) if text.isascii() and text.isalnum() else spell([text])[0]


def forms(word: str) -> tuple[str, ...]:
    """A word with its regular forms: plural and third person, past, -ing; irregular ones are written out.

    Final consonants after one vowel are doubled and not (lagged, canceled and cancelled): a form that no one writes
    finds nothing.
    """
    vowels = "aeiou"
    if word.endswith("e"):
        found = [word + "s", word + "d", word[:-1] + "ing"]
    elif word.endswith("y") and word[-2:-1] not in vowels:
        found = [word[:-1] + "ies", word[:-1] + "ied", word + "ing"]
    else:
        found = [word + ("es" if re.search(r"(s|x|z|ch|sh)$", word) else "s"), word + "ed", word + "ing"]
        if re.search(r"[^aeiou][aeiou][^aeiouwxy]$", word):
            found += [word + word[-1] + "ed", word + word[-1] + "ing"]
    return (word, *found)


def _checked(phrases: tuple[str, ...]) -> tuple[str, ...]:
    for phrase in phrases:
        parse(phrase)
    return phrases


Phrases = Annotated[tuple[str, ...], AfterValidator(_checked)]


class Topic(BaseModel):
    """A topic's rules, as in topics.toml and under [topics.NAME] of earful.toml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str = ""
    include: Phrases = ()
    exclude: Phrases = ()
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
    def _phrases(self) -> _Phrases:
        listed = [
            (i, exclude, parse(phrase))
            for i, topic in enumerate(self.rules.values())
            for exclude, phrases in ((False, topic.include), (True, topic.exclude))
            for phrase in phrases
        ]
        return _Phrases.of(listed)

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


_NONE = (np.empty(0, np.int64),) * 3


@dataclass(frozen=True)
class _Phrases:
    """All phrases as one table of steps: state s of a phrase waits for the words of one slot."""

    vocabulary: Vocabulary
    topic: Ints  # by phrase
    exclude: npt.NDArray[np.bool_]  # by phrase
    phrase: Ints  # by state
    gap: npt.NDArray[np.bool_]  # by state: may other words come before it
    final: npt.NDArray[np.bool_]  # by state: is it the phrase's last
    fits: npt.NDArray[np.bool_]  # state, word: does the word fit; the last column is for words that are not known
    opens: Ints  # states that start a phrase, grouped by the word that opens them
    opens_at: Ints  # by word: where its group starts; one more at the end

    @classmethod
    def of(cls, listed: list[tuple[int, bool, tuple[Slot, ...]]]) -> _Phrases:
        states = [(p, k, slot, len(slots)) for p, (_, _, slots) in enumerate(listed) for k, slot in enumerate(slots)]
        known = sorted(set(chain.from_iterable(slot.words for _, _, slot, _ in states)))
        number = {word: i for i, word in enumerate(known)}
        fits = np.zeros((len(states), len(known) + 1), np.bool_)
        for s, (_, _, slot, _) in enumerate(states):
            fits[s, [number[w] for w in slot.words]] = True
        opening = sorted((number[w], s) for s, (_, k, slot, _) in enumerate(states) if k == 0 for w in slot.words)
        return cls(
            Vocabulary(tuple(known)),
            np.array([t for t, _, _ in listed], np.int64),
            np.array([e for _, e, _ in listed], np.bool_),
            np.array([p for p, _, _, _ in states], np.int64),
            np.array([slot.gap for _, _, slot, _ in states], np.bool_),
            np.array([k == n - 1 for _, k, _, n in states], np.bool_),
            fits,
            np.array([s for _, s in opening], np.int64),
            np.searchsorted(np.array([w for w, _ in opening], np.int64), np.arange(len(known) + 1)),
        )

    def follow(self, ids: Ints, row: Ints) -> tuple[Ints, Ints, Ints]:
        """First word, last word and phrase of every match of every phrase."""
        # No phrase starts with the word past the last, which is what -1 stands for.
        at = np.flatnonzero(np.append(np.diff(self.opens_at) > 0, np.False_)[ids])
        count = self.opens_at[ids[at] + 1] - self.opens_at[ids[at]]
        first = np.repeat(at, count)
        step = np.arange(len(first)) - np.repeat(np.cumsum(count) - count, count)
        state = self.opens[np.repeat(self.opens_at[ids[at]], count) + step]
        here = first
        found: list[tuple[Ints, Ints, Ints]] = []
        while first.size:
            done = self.final[state]
            found.append((first[done], here[done], self.phrase[state[done]]))
            first, here, state = self._next(ids, row, first[~done], here[~done] + 1, state[~done] + 1)
        starts, ends, phrases = (np.concatenate(column) for column in zip(_NONE, *found, strict=True))
        return starts, ends, phrases

    def _next(self, ids: Ints, row: Ints, first: Ints, here: Ints, state: Ints) -> tuple[Ints, Ints, Ints]:
        """First word, place and state of those whose state fits the word here, or one that a gap lets them reach."""
        passed = [_NONE]
        for _ in range(GAP + 1):
            within = here < len(ids)
            within[within] = row[here[within]] == row[first[within]]
            first, here, state = first[within], here[within], state[within]
            fits = self.fits[state, ids[here]]
            passed.append((first[fits], here[fits], state[fits]))
            wait = self.gap[state]
            first, here, state = first[wait], here[wait] + 1, state[wait]
            if not first.size:
                break
        firsts, places, states = (np.concatenate(column) for column in zip(*passed, strict=True))
        return firsts, places, states
