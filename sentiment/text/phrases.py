"""Phrases: the notation of topics.toml and heard.toml, and all phrases followed through all texts at once.

Words become numbers by one hash lookup each, and the phrases that start at a word are followed word by word: by numpy,
or by a compiled loop where numba is installed (phrases_compiled.py). Same answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from earful.sentiment.compiled import compile_it
from earful.sentiment.text.words import Engine, Ints, Vocabulary, spell

#: Most words that ".." stands for.
GAP = 3

_KERNEL = "earful.sentiment.text.phrases_compiled"
#: Words a second that numpy follows (measured on one core), and the seconds of it that are worth the compiler.
_RATE, WORTH = 12e6, 0.08


class Slot(NamedTuple):
    """One place of a phrase: the words (and names of word lists) that fit, and whether others may come before it."""

    words: frozenset[str]
    gap: bool


@cache
def parse(phrase: str, lists: frozenset[str] = frozenset()) -> tuple[Slot, ...]:
    """A phrase in the notation of topics.toml; ``lists`` are names that stand for lists of words.

    Raises ValueError: one line with the phrase and what is wrong.
    """
    slots: list[Slot] = []
    gap = False
    for part in phrase.split():
        if part == "..":
            if not slots or gap:
                raise ValueError(f"{phrase!r}: '..' stands between two words")
            gap = True
            continue
        alternatives = [(a.removesuffix("~"), a.endswith("~")) for a in part.split("|")]
        spelt = [((a,) if a in lists else spelling(a), inflected) for a, inflected in alternatives]
        unknown = [
            a for a, _ in alternatives if lists and len(a) > 1 and a.isalpha() and a.isupper() and a not in lists
        ]
        if unknown:
            raise ValueError(f"{phrase!r}: there is no list {unknown[0]}; there are: {', '.join(sorted(lists))}")
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
def spelling(text: str) -> tuple[str, ...]:
    """The words of one text, as words.spell gives them."""
    # Most words are plain: the way of whole columns would cost half a second for all phrases.
    plain = text.replace("'", "") if re.fullmatch(r"[^\W_]+(?:'[^\W_]+)*", text) else ""
    return (plain.lower(),) if plain.isascii() and plain.isalnum() else spell([text])[0]


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
    """All phrases as one table of steps: state s of a phrase waits for the words of one slot.

    Words that fit the same slots, since they are there by the same lists only, are one column of ``fits``. Its rows are
    columns and its bits states: what the words of one place fit lies together, whichever phrases are followed there.
    """

    vocabulary: Vocabulary
    column: Ints  # by word; the last, -1, is for words that are not known
    topic: Ints  # by phrase
    exclude: npt.NDArray[np.bool_]  # by phrase
    phrase: Ints  # by state
    gap: npt.NDArray[np.bool_]  # by state: may other words come before it
    wall: npt.NDArray[np.bool_]  # by column: words that a gap does not pass
    final: npt.NDArray[np.bool_]  # by state: is it the phrase's last
    fits: npt.NDArray[np.uint64]  # column, state // 64: bit state % 64; the last column is for words that are not known
    opens: Ints  # states that start a phrase, grouped by the column that opens them
    opens_at: Ints  # by column: where its group starts; two more at the end
    bound_at: Ints  # by column: where, in its group, those begin whose second word has to be the next one
    second: npt.NDArray[np.uint64]  # column, column // 64: whether the next word's column is the second of such a one

    @classmethod
    def of(
        cls,
        listed: list[tuple[int, bool, tuple[Slot, ...]]],
        lists: Mapping[str, Iterable[str]] | None = None,
        wall: str = "",
    ) -> Phrases:
        """From (number of the topic, whether it excludes, the phrase's slots), and the lists that slots name.

        ``wall``: the name of a list of words over which no gap reaches.
        """
        states = [(p, k, slot, len(slots)) for p, (_, _, slots) in enumerate(listed) for k, slot in enumerate(slots)]
        named = lists or {}
        within: dict[str, list[str]] = {}  # word -> names of the lists that hold it
        for name in sorted(named):
            for word in named[name]:
                within.setdefault(word, []).append(name)
        known = sorted({w for _, _, slot, _ in states for w in slot.words if w not in named})
        # A column for each word that phrases spell out, and one for each set of lists that hold any other word.
        columns: dict[tuple[str, tuple[str, ...]], int] = {}
        for word in known:
            columns[word, tuple(within.get(word, ()))] = len(columns)
        others = sorted(within.keys() - set(known))
        of_others = [columns.setdefault(("", tuple(within[word])), len(columns)) for word in others]
        by_list: dict[str, list[int]] = {name: [] for name in named}
        number = {}
        for (word, names), i in columns.items():
            if word:
                number[word] = i
            for name in names:
                by_list[name].append(i)
        pairs = [
            column * len(states) + s
            for s, (_, _, slot, _) in enumerate(states)
            for w in slot.words
            for column in (by_list[w] if w in by_list else (number[w],))
        ]
        pair = np.sort(np.array(pairs, np.int64))
        pair = pair[np.append(True, pair[1:] != pair[:-1])] if len(pair) else pair
        column, state = np.divmod(pair, max(1, len(states)))
        fits = _bits(len(columns) + 1, len(states), column, state)
        final = np.array([k == n - 1 for _, k, _, n in states], np.bool_)
        gap = np.array([slot.gap for _, _, slot, _ in states], np.bool_)
        bound = ~final & ~np.append(gap[1:], False)
        opening = np.array([k == 0 for _, k, _, _ in states], np.bool_)[state]
        opened, opens = column[opening], state[opening]
        order = np.lexsort((bound[opens], opened))
        opened, opens = opened[order], opens[order]
        return cls(
            Vocabulary((*known, *others)),
            np.array([*range(len(known)), *of_others, len(columns)], np.int64),
            np.array([t for t, _, _ in listed], np.int64),
            np.array([e for _, e, _ in listed], np.bool_),
            np.array([p for p, _, _, _ in states], np.int64),
            gap,
            np.isin(np.arange(len(columns) + 1), by_list.get(wall, [])),
            final,
            fits,
            opens,
            np.searchsorted(opened, np.arange(len(columns) + 2)),
            np.searchsorted(opened * 2 + bound[opens], np.arange(len(columns) + 2) * 2 + 1),
            _second(len(columns) + 1, opened[bound[opens]], opens[bound[opens]], column, state),
        )

    def follow(self, ids: Ints, row: Ints, engine: Engine = "auto") -> tuple[Ints, Ints, Ints]:
        """First word, last word and phrase of every match of every phrase, in any order."""
        column = self.column[ids]
        if compile_it(engine, lambda: len(ids) / _RATE, WORTH, _KERNEL):
            from earful.sentiment.text.phrases_compiled import follow  # noqa: PLC0415 - numba may be missing

            return follow(
                column, row, self.opens, self.opens_at, self.bound_at, self.second,
                self.phrase, self.gap, self.wall, self.final, self.fits,
            )  # fmt: skip
        at = np.flatnonzero((np.diff(self.opens_at) > 0)[column])
        # Most words open many phrases whose second word has to be the next one: where no such phrase has it, none is.
        count = np.where(self._go_on(column, row, at), self.opens_at[column[at] + 1], self.bound_at[column[at]])
        count -= self.opens_at[column[at]]
        first = np.repeat(at, count)
        step = np.arange(len(first)) - np.repeat(np.cumsum(count) - count, count)
        state = self.opens[np.repeat(self.opens_at[column[at]], count) + step]
        here = first
        found: list[tuple[Ints, Ints, Ints]] = []
        while first.size:
            done = self.final[state]
            found.append((first[done], here[done], self.phrase[state[done]]))
            first, here, state = self._next(column, row, first[~done], here[~done] + 1, state[~done] + 1)
        starts, ends, phrases = (np.concatenate(each) for each in zip(_NONE, *found, strict=True))
        return starts, ends, phrases

    def _go_on(self, column: Ints, row: Ints, at: Ints) -> npt.NDArray[np.bool_]:
        """Whether the word behind these is the second of a phrase that they open, the next one to the first."""
        within = at + 1 < len(column)
        behind = np.where(within, at + 1, at)
        within &= row[behind] == row[at]
        bits = self.second[column[at], column[behind] >> 6] >> (column[behind] & 63).astype(np.uint64)
        within &= (bits & np.uint64(1)).astype(np.bool_)
        return within

    def _next(self, column: Ints, row: Ints, first: Ints, here: Ints, state: Ints) -> tuple[Ints, Ints, Ints]:
        """First word, place and state of those whose state fits the word here, or one that a gap lets them reach."""
        passed = [_NONE]
        for _ in range(GAP + 1):
            within = here < len(column)
            within[within] = row[here[within]] == row[first[within]]
            first, here, state = first[within], here[within], state[within]
            bits = self.fits[column[here], state >> 6] >> (state & 63).astype(np.uint64)
            fits = (bits & np.uint64(1)).astype(np.bool_)
            passed.append((first[fits], here[fits], state[fits]))
            wait = self.gap[state] & ~self.wall[column[here]]
            first, here, state = first[wait], here[wait] + 1, state[wait]
            if not first.size:
                break
        firsts, places, states = (np.concatenate(each) for each in zip(*passed, strict=True))
        return firsts, places, states


def _bits(rows: int, bits: int, row: Ints, bit: Ints) -> npt.NDArray[np.uint64]:
    """A table of bits, 64 to a number, in which these are set."""
    table = np.zeros((rows, bits // 64 + 1), np.uint64)
    np.bitwise_or.at(table, (row, bit >> 6), np.left_shift(np.uint64(1), (bit & 63).astype(np.uint64)))
    return table


def _second(columns: int, opened: Ints, opens: Ints, column: Ints, state: Ints) -> npt.NDArray[np.uint64]:
    """By column that opens a state and by column that fits the next state: whether there is such a state."""
    order = np.argsort(state, kind="stable")
    column, state = column[order], state[order]
    start = np.searchsorted(state, opens + 1)
    count = np.searchsorted(state, opens + 1, "right") - start
    at = np.repeat(start - (np.cumsum(count) - count), count) + np.arange(count.sum())
    return _bits(columns, columns, np.repeat(opened, count), column[at])
