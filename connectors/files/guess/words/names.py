"""How well a column's name is one of the terms of terms.toml."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

#: Scripts that are written without blanks between words, or with endings that are words of their own.
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7af\u0e00-\u0e7f]")
#: Where a new word begins without a blank: userName, HTMLBody, 微博id.
_INSIDE = re.compile(
    r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])"
    r"|(?<=[\u3040-\u9fff\uac00-\ud7af])(?=[A-Za-z])|(?<=[A-Za-z])(?=[\u3040-\u9fff\uac00-\ud7af])"
)
#: A name of more words is a question of a survey.
_QUESTION = 5


def words_of(name: str) -> tuple[str, ...]:
    """The words of a name: without case and accents, parted at blanks, marks and capitals inside (userName)."""
    said = _INSIDE.sub(" ", unicodedata.normalize("NFKC", name))
    said = said.casefold()
    # Only Latin, Greek and Cyrillic letters lose their marks: in other scripts they are part of the letter.
    plain: list[str] = []
    for each in unicodedata.normalize("NFKD", said):
        if not (unicodedata.combining(each) and plain and plain[-1] < "\u0590"):
            plain.append(each)
    said = unicodedata.normalize("NFC", "".join(plain)).replace("ı", "i").replace("ł", "l").replace("ø", "o")
    return tuple(re.findall(r"(?:[^\W_]|[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u097f\u0e00-\u0e7f])+", said))


@cache
def word_lists() -> Mapping[str, Mapping[str, str]]:
    """The tables of terms.toml."""
    found: Mapping[str, Mapping[str, str]] = tomllib.loads(
        files("earful.connectors.files.guess.words").joinpath("terms.toml").read_text("utf-8")
    )
    return found


@dataclass(frozen=True, slots=True)
class _Term:
    """A term's words; ``open_end``: its last word may go on."""

    words: tuple[str, ...]
    open_end: bool


@dataclass(slots=True)
class _Terms:
    """The terms of a role, each where it is found fast: by its first word, or by its first letter if that may go on.

    ``whole``: terms that are the whole name or nothing; ``unspaced``: those of scripts without blanks.
    """

    whole: set[tuple[str, ...]] = field(default_factory=set)
    unspaced: list[str] = field(default_factory=list)
    by_word: dict[str, list[_Term]] = field(default_factory=dict)
    by_letter: dict[str, list[_Term]] = field(default_factory=dict)

    def near(self, words: tuple[str, ...]) -> Iterator[_Term]:
        """The terms that may stand among these words."""
        for word in dict.fromkeys(words):
            yield from self.by_word.get(word, ())
            yield from self.by_letter.get(word[0], ())


@cache
def _terms(role: str) -> _Terms:
    found = _Terms()
    of = word_lists()
    listed = of["against"].get(role[1:], "") if role.startswith("!") else of["names"].get(role, "")
    for term in map(str.strip, listed.split("|")):
        words, open_end = words_of(term), term.endswith("~")
        if not words:
            continue
        if term.startswith("="):
            found.whole.add(words)
        elif _UNSPACED.search(term):
            found.unspaced.append("".join(words))
        elif open_end and len(words) == 1:
            found.by_letter.setdefault(words[0][0], []).append(_Term(words, open_end))
        else:
            found.by_word.setdefault(words[0], []).append(_Term(words, open_end))
    return found


def strength(name: str, role: str) -> float:
    """From 0 (no term of the role is in the name) to 1 (the name is one).

    ``role``: a field of terms.toml; with "!" before it, its terms of [against]. Of a dotted name (review.body) the last
    part counts as the whole does.
    """
    best = _strength(words_of(name), role)
    if "." in name and not name.endswith("."):
        last = name.rpartition(".")[2]
        best = max(best, 0.95 * _strength(words_of(last), role))
    return best


@cache
def _strength(words: tuple[str, ...], role: str) -> float:
    terms, joined = _terms(role), "".join(words)
    if words in terms.whole:
        return 1.0
    best = 0.0
    if _UNSPACED.search(joined):
        best = max((0.4 + 0.6 * len(each) / len(joined) for each in terms.unspaced if each in joined), default=0.0)
    for term in terms.near(words):
        if at := _found(words, term.words, open_end=term.open_end):
            share = len(term.words) / len(words)
            # What a name ends or begins with says more than what stands inside it.
            edge = 0.0 if at == "inside" else 0.15
            score = 1.0 if share == 1 else min(0.95, 0.4 + 0.4 * share + edge)
            if share == 1 and words[-1] != term.words[-1]:
                score = 0.9
            best = max(best, score if len(words) <= _QUESTION or share == 1 else 0.45 + 0.05 * len(term.words))
    return best


def _found(words: tuple[str, ...], term: tuple[str, ...], *, open_end: bool) -> str:
    """Where in the words the term stands: "edge", "inside", or ""."""
    size = len(term)
    where = ""
    for at in range(len(words) - size + 1):
        part = words[at : at + size]
        if part[:-1] == term[:-1] and (part[-1] == term[-1] or (open_end and part[-1].startswith(term[-1]))):
            if at == 0 or at + size == len(words):
                return "edge"
            where = "inside"
    return where
