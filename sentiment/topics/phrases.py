"""Phrases: the notation of topics.toml, and all phrases followed through all sentences at once.

Words become numbers by one hash lookup each, and the phrases that start at a word are followed word by word with numpy.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from earful.sentiment.text.words import Ints, Vocabulary, spell

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
        spelt = [(_spelling(a), inflected) for a, inflected in alternatives]
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
def _spelling(text: str) -> tuple[str, ...]:
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


_NONE = (np.empty(0, np.int64),) * 3


@dataclass(frozen=True)
class Phrases:
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
    def of(cls, listed: list[tuple[int, bool, tuple[Slot, ...]]]) -> Phrases:
        """From (number of the topic, whether it excludes, the phrase's slots)."""
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
