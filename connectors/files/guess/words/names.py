"""How well a column's name is one of the terms of terms.toml."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
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


@cache
def _terms(role: str) -> tuple[tuple[tuple[str, ...], bool, bool, str], ...]:
    """Each term's words, whether its last word may go on, whether it is the whole name or nothing.

    And, where its script has no blanks, the term itself.
    """
    found = []
    of = word_lists()
    listed = of["against"].get(role[1:], "") if role.startswith("!") else of["names"].get(role, "")
    for term in map(str.strip, listed.split("|")):
        words = words_of(term)
        if words:
            unspaced = "".join(words) if _UNSPACED.search(term) else ""
            found.append((words, term.endswith("~"), term.startswith("="), unspaced))
    return tuple(found)


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
    best, joined = 0.0, "".join(words)
    for term, open_end, alone, unspaced in _terms(role):
        if alone:
            best = 1.0 if words == term else best
        elif unspaced:
            if unspaced in joined:
                best = max(best, 0.4 + 0.6 * len(unspaced) / len(joined))
        elif at := _found(words, term, open_end=open_end):
            share = len(term) / len(words)
            # What a name ends or begins with says more than what stands inside it.
            edge = 0.0 if at == "inside" else 0.15
            score = 1.0 if share == 1 else min(0.95, 0.4 + 0.4 * share + edge)
            if share == 1 and open_end and words[-1] != term[-1]:
                score = 0.9
            best = max(best, score if len(words) <= _QUESTION or share == 1 else 0.45 + 0.05 * len(term))
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
