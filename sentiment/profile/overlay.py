"""Overlay lists: TOML files of words and phrases with a valence and a reason, laid over VADER's lexicon."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from earful.sentiment.lexicon import Lexicon
from earful.sentiment.profile.phrase_table import PhraseTable, check_valence, coined, phrases_to_toml, read_phrases

#: VADER's scale; also the bounds of an overlay's valences.
LOW, HIGH = -4.0, 4.0

#: Further lists that come with earful and are used where the configuration names them.
LISTS = ("games",)

_KEYS = {"entry", "emoji", "phrase", "lists", "misspelt"}


class OverlayError(ValueError):
    """An overlay list that cannot be used: one line with the file, the entry and what is allowed."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Some words of one meaning: their valence in [-4, 4], why they have it, and the group they belong to."""

    words: tuple[str, ...]
    valence: float
    why: str
    group: str = ""


@dataclass(frozen=True, slots=True)
class Overlay:
    """Words, emoji and phrases with valences. A later overlay wins over an earlier one."""

    entries: tuple[Entry, ...] = ()
    emoji: Mapping[str, float] = field(default_factory=dict)
    heard: PhraseTable = field(default_factory=PhraseTable)

    @property
    def words(self) -> dict[str, float]:
        """Every word with its valence; of a repeated word the last counts."""
        return {word: entry.valence for entry in self.entries for word in entry.words}

    def only(self, *groups: str) -> Overlay:
        """The entries of some groups, words and phrases; the emoji are a group, and so are the "misspelt" words."""
        kept = tuple(entry for entry in self.entries if entry.group in groups)
        phrases = tuple(entry for entry in self.heard.entries if entry.group in groups)
        heard = PhraseTable(phrases, self.heard.lists, self.heard.misspelt if "misspelt" in groups else {})
        return Overlay(kept, self.emoji if "emoji" in groups else {}, heard)

    @property
    def groups(self) -> tuple[str, ...]:
        """All groups, in order."""
        given = [*(entry.group for entry in self.entries), *(entry.group for entry in self.heard.entries)]
        return tuple(dict.fromkeys([*given, "emoji", "misspelt"]))

    def over(self, lexicon: Lexicon, name: str) -> Lexicon:
        """A lexicon with this laid over it. Valence 0 takes a word out: a word at 0 would still count in capitals."""
        # An emoji becomes one made-up word, which no text has, in place of its description's words. It comments on the
        # whole of what was said, so the words before it must not negate it: VADER looks back over three tokens.
        made = {sign: _coined(sign) for sign in self.emoji}
        ours = {**self.words, **{made[sign]: valence for sign, valence in self.emoji.items()}}
        ours |= {coined(entry.valence): entry.valence for entry in self.heard.entries if entry.valence}
        words = {word: valence for word, valence in {**lexicon.words, **ours}.items() if ours.get(word) != 0}
        read_as = {sign: f"emoji emoji emoji {word}" for sign, word in made.items()}
        return Lexicon(words, {**lexicon.emojis, **read_as}, name)


def read_overlay(path: Path) -> Overlay:
    """The overlay in a TOML file; its phrases may name the lists of heard.toml.

    Raises OverlayError in one line, OSError where the file cannot be read.
    """
    return _parse(path.read_text("utf-8-sig"), str(path), frozenset(product().heard.lists))


@cache
def product() -> Overlay:
    """The lists for product feedback that come with earful: words (``overlay.toml``), phrases (``heard.toml``)."""
    return replace(_shipped("overlay.toml"), heard=_shipped("heard.toml").heard)


@cache
def shipped(name: str) -> Overlay:
    """One of the further lists that come with earful (``LISTS``). Raises OverlayError for an unknown name."""
    if name not in LISTS:
        raise OverlayError(f"there is no list {name!r}; there are: {', '.join(LISTS)}")
    return _shipped(f"{name}.toml")


def _shipped(file: str) -> Overlay:
    return _parse(files("earful.sentiment.profile").joinpath(file).read_text("utf-8"), file)


def check_words(words: Mapping[str, Any], where: str) -> dict[str, float]:
    """Words and valences as the lexicon can hold them. Raises OverlayError naming ``where`` and the word."""
    checked = {}
    for word, valence in words.items():
        if not word or word != word.lower() or any(c.isspace() for c in word):
            raise OverlayError(f"{where}: found {word!r}; give single words in lower case, as a text would have them")
        try:
            checked[word] = check_valence(valence, repr(word), where, LOW, HIGH)
        except ValueError as error:
            raise OverlayError(str(error)) from None
    return checked


def to_toml(overlay: Overlay, said: str) -> str:
    """An overlay as a file that read_overlay reads; ``said`` becomes its comment."""
    lines = [f"# {line}".rstrip() for line in said.splitlines()]
    for entry in overlay.entries:
        lines += ["", "[[entry]]"]
        if entry.group:
            lines.append(f"group = {_quoted(entry.group)}")
        lines += [
            f"valence = {entry.valence:g}",
            f"words = {_quoted(' '.join(entry.words))}",
            f"why = {_quoted(entry.why)}",
        ]
    if overlay.emoji:
        lines += ["", "[emoji]", *(f"{_quoted(sign)} = {valence:g}" for sign, valence in overlay.emoji.items())]
    lines += phrases_to_toml(overlay.heard, _quoted)
    return "\n".join(lines) + "\n"


def _parse(text: str, where: str, known: frozenset[str] = frozenset()) -> Overlay:
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise OverlayError(f"{where}: not valid TOML: {error}") from None
    unknown = set(raw) - _KEYS
    if unknown:
        raise OverlayError(f"{where}: {min(unknown)}: unknown key; allowed: {', '.join(sorted(_KEYS))}")
    listed = raw.get("entry", [])
    if not isinstance(listed, list):
        raise OverlayError(f"{where}: entry: write [[entry]], once for each")
    entries = tuple(_entry(each, f"{where}: entry[{i}]") for i, each in enumerate(listed))
    emoji = raw.get("emoji", {})
    if not isinstance(emoji, dict):
        raise OverlayError(f'{where}: emoji: write [emoji] and lines such as "👍" = 2.0')
    for sign in emoji:
        if len(sign) != 1 or sign.isascii() or sign.isalnum():
            raise OverlayError(f"{where}: emoji: found {sign!r}; give one emoji of one character")
    try:
        heard = read_phrases(raw, where, LOW, HIGH, known)
    except ValueError as error:
        raise OverlayError(str(error)) from None
    return Overlay(entries, check_words(emoji, f"{where}: emoji"), heard)


def _entry(raw: Any, where: str) -> Entry:  # noqa: ANN401 - whatever the file holds
    if not isinstance(raw, dict):
        raise OverlayError(f"{where}: found {raw!r}; write [[entry]] with valence, words and why")
    for key, value in raw.items():
        if key not in {"group", "valence", "words", "why"}:
            raise OverlayError(f"{where}.{key}: unknown key; allowed: group, valence, words, why")
        if key != "valence" and not isinstance(value, str):
            raise OverlayError(f"{where}.{key}: found {value!r}; give a text in quotes")
    for key in ("valence", "words", "why"):
        if key not in raw:
            raise OverlayError(f"{where}.{key}: is missing")
    words = tuple(raw["words"].split())
    valences = check_words(dict.fromkeys(words, raw["valence"]), where)
    if not valences:
        raise OverlayError(f"{where}.words: is empty")
    return Entry(words, next(iter(valences.values())), raw["why"], raw.get("group", ""))


def _coined(sign: str) -> str:
    return unicodedata.name(sign, f"u{ord(sign):x}").lower().replace(" ", "_") + "_emoji"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in escaped) + '"'
