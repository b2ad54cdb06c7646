"""Phrases in overlay lists: the tables [[phrase]], [lists] and [misspelt] of a TOML file, read and checked."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from earful.sentiment.text.phrases import parse

#: Names that stand for the good and the bad words of the lexicon in a phrase.
GOOD, BAD = "GOOD", "BAD"

#: The name of the list of words that ".." does not pass.
WALL = "WALL"

#: A word that nobody writes and no lexicon has; with a valence behind it, the word that a phrase becomes.
COINED = "heard"


_LONG, _SHORT, _VOWELS = 7, 4, "aeiou"

# Slips that are words of their own, in English or in a language of its neighbours: found with the word lists of Debian.
_OWN = """
additive batter buttery cancell cashed cashes cashing charge comfortabel compete complet completa completi completo
complote connectin convenien convenint crushed crushes crushing deliver diferent disgustin downloadde expansive
favoriet favorita favoriti favorito freeing friezes frustrate garage garbege gerbage graphic horribla impassible
impressie impressivo incedible instal installe instill instilled laterally legging ligging logging lugging
notification noting poblem probleem rashes reliabel reliabla responsie responsiva responsivo servici servie sopped
stepped stoppe topped werking
"""
_OWN_WORDS = frozenset(_OWN.split())


@dataclass(frozen=True, slots=True)
class PhraseEntry:
    """Phrases of one meaning, their valence in [-4, 4], why they have it, and the group they belong to.

    ``alone``: a negation before the phrase does not concern it, for instance since it has one of its own.
    """

    phrases: tuple[str, ...]
    valence: float
    why: str
    group: str = ""
    alone: bool = False


@dataclass(frozen=True, slots=True)
class PhraseTable:
    """What a file says of phrases. ``lists``: words by the name in capitals that stands for them in phrases.

    ``misspelt``: what people mean, by what they write.
    """

    entries: tuple[PhraseEntry, ...] = ()
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    misspelt: Mapping[str, str] = field(default_factory=dict)

    @property
    def words(self) -> frozenset[str]:
        """All words of the phrases and of the lists that they name, and the misspelt ones."""
        parts = {a for entry in self.entries for p in entry.phrases for part in p.split() for a in part.split("|")}
        names = frozenset(a for a in parts if len(a) > 1 and a.isalpha() and a.isupper())
        spelt = {w for entry in self.entries for p in entry.phrases for slot in parse(p, names) for w in slot.words}
        return frozenset((spelt - names) | {w for words in self.lists.values() for w in words} | self.misspelt.keys())


def slips(word: str) -> set[str]:
    """How a word of seven letters or more is often written: a letter left out, doubled or for the next, another vowel.

    Of shorter words, from four letters on, only the last letter is doubled: too many of their slips are words.
    """
    if len(word) < _LONG:
        return {word + word[-1]} - _OWN_WORDS if len(word) >= _SHORT and word.isalpha() else set()
    found = set()
    for i, letter in enumerate(word):
        before, after = word[:i], word[i + 1 :]
        found |= {before + after, before + letter + letter + after}
        found |= {before + vowel + after for vowel in _VOWELS if letter in _VOWELS and i}
        if after:
            found.add(before + after[0] + letter + after[1:])
    for end, other in (("ing", "eing"), ("ly", "ley"), ("ful", "full")):
        if word.endswith(end):
            found.add(word.removesuffix(end) + other)
    return found - {word} - _OWN_WORDS


def coined(valence: float) -> str:
    """The made-up word of a valence; of 0 one that no lexicon has."""
    return f"{COINED}{valence:+g}" if valence else f"{COINED}0"


def check_valence(valence: Any, of: str, where: str, low: float, high: float) -> float:  # noqa: ANN401 - a file's
    """A valence as a number. Raises ValueError naming ``where`` and what it is ``of``."""
    if isinstance(valence, bool) or not isinstance(valence, int | float) or not math.isfinite(valence):
        raise ValueError(f"{where}: the valence of {of} is {valence!r}; give a number from {low:g} to {high:g}")
    if not low <= valence <= high:
        raise ValueError(f"{where}: the valence of {of} is {valence:g}; give a number from {low:g} to {high:g}")
    return float(valence)


def read_phrases(
    raw: Mapping[str, Any], where: str, low: float, high: float, known: frozenset[str] = frozenset()
) -> PhraseTable:
    """The tables of a file. ``raw`` has what is there of phrase, lists and misspelt; ``known``: lists of other files.

    Raises ValueError in one line: the file, the entry and what is allowed.
    """
    lists = _words_by_name(raw.get("lists", {}), f"{where}: lists", 'ANY = "app apps game"')
    for name in lists:
        if not name.isalpha() or not name.isupper() or name in {GOOD, BAD}:
            raise ValueError(f"{where}: lists: found {name!r}; give names in capitals, other than {GOOD} and {BAD}")
    names = frozenset({*lists, *known, GOOD, BAD})
    listed = raw.get("phrase", [])
    if not isinstance(listed, list):
        raise ValueError(f"{where}: phrase: write [[phrase]], once for each")
    entries = tuple(_entry(each, f"{where}: phrase[{i}]", names, low, high) for i, each in enumerate(listed))
    meant = _words_by_name(raw.get("misspelt", {}), f"{where}: misspelt", 'great = "graet gret"')
    return PhraseTable(entries, lists, _misspelt(meant))


def _misspelt(meant: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """What people mean by what they write: what the file lists, and the slips of the words it lists."""
    # In order, whatever order this process has for sets: it is in the scorer's version.
    slipped = {wrong: right for right in meant for wrong in sorted(slips(right))}
    return {
        **{wrong: right for wrong, right in slipped.items() if wrong not in meant},
        **{wrong: right for right, wrongs in meant.items() for wrong in wrongs},
    }


def phrases_to_toml(table: PhraseTable, quoted: Callable[[str], str]) -> list[str]:
    """The lines of a table as read_phrases reads them."""
    lines = []
    if table.lists:
        lines += ["", "[lists]", *(f"{name} = {quoted(' '.join(words))}" for name, words in table.lists.items())]
    for entry in table.entries:
        lines += ["", "[[phrase]]", *([f"group = {quoted(entry.group)}"] if entry.group else [])]
        lines += [f"valence = {entry.valence:g}", *(["alone = true"] if entry.alone else [])]
        lines += [f"phrases = [{', '.join(map(quoted, entry.phrases))}]", f"why = {quoted(entry.why)}"]
    wrongs: dict[str, list[str]] = {}
    for wrong, right in table.misspelt.items():
        wrongs.setdefault(right, []).append(wrong)
    if wrongs:
        lines += ["", "[misspelt]", *(f"{quoted(right)} = {quoted(' '.join(each))}" for right, each in wrongs.items())]
    return lines


def _words_by_name(raw: Any, where: str, example: str) -> dict[str, tuple[str, ...]]:  # noqa: ANN401 - a file's
    if not isinstance(raw, dict) or not all(isinstance(words, str) and words.split() for words in raw.values()):
        raise ValueError(f"{where}: write lines such as {example}")
    return {name: tuple(words.split()) for name, words in raw.items()}


def _entry(raw: Any, where: str, names: frozenset[str], low: float, high: float) -> PhraseEntry:  # noqa: ANN401 - a file's
    if not isinstance(raw, dict):
        raise ValueError(f"{where}: found {raw!r}; write [[phrase]] with valence, phrases and why")
    kinds = {"group": str, "valence": object, "phrases": list, "why": str, "alone": bool}
    for key, value in raw.items():
        if key not in kinds:
            raise ValueError(f"{where}.{key}: unknown key; allowed: {', '.join(kinds)}")
        if not isinstance(value, kinds[key]):
            wanted = {str: "a text in quotes", list: "a list of texts", bool: "true or false"}[kinds[key]]
            raise ValueError(f"{where}.{key}: found {value!r}; give {wanted}")
    for key in ("valence", "phrases", "why"):
        if key not in raw:
            raise ValueError(f"{where}.{key}: is missing")
    phrases = tuple(raw["phrases"])
    if not phrases or not all(isinstance(each, str) for each in phrases):
        raise ValueError(f"{where}.phrases: give a list of texts, at least one")
    for phrase in phrases:
        try:
            parse(phrase, names)
        except ValueError as error:
            raise ValueError(f"{where}.phrases: {error}") from None
    valence = check_valence(raw["valence"], repr(phrases[0]), where, low, high)
    return PhraseEntry(phrases, valence, raw["why"], raw.get("group", ""), raw.get("alone", False))
