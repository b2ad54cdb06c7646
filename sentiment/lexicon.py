"""The words that VADER knows: the package's own lexicon and emoji, and the same with words of ours laid over it."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from types import MappingProxyType

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer


@dataclass(frozen=True)
class Lexicon:
    """A word list. Immutable: the mappings given are copied.

    words: lower-case word -> valence, usually in [-4, 4]. A word that holds white space or a capital letter is never
        found: VADER looks single tokens up in lower case.
    emojis: emoji -> the words it stands for. VADER looks single characters up, so longer sequences are never found.
    name: short, for people; not part of the hash.

    Raises ValueError where a valence is not a finite number, or where a single ASCII character is taken for an emoji
    (it would rewrite ordinary text).
    """

    words: Mapping[str, float]
    emojis: Mapping[str, str]
    name: str

    def __post_init__(self) -> None:
        words = {word: float(valence) for word, valence in self.words.items()}
        for word, valence in words.items():
            if not math.isfinite(valence):
                raise ValueError(f"lexicon {self.name}: the valence of {word!r} is {valence}; give a number, -4 to 4")
        for emoji in self.emojis:
            if len(emoji) == 1 and emoji.isascii():
                raise ValueError(f"lexicon {self.name}: {emoji!r} is no emoji; take it out of the emoji list")
        object.__setattr__(self, "words", MappingProxyType(words))
        object.__setattr__(self, "emojis", MappingProxyType(dict(self.emojis)))

    def __hash__(self) -> int:
        return hash(self.hash)

    def __reduce__(self) -> tuple[type[Lexicon], tuple[dict[str, float], dict[str, str], str]]:
        return Lexicon, (dict(self.words), dict(self.emojis), self.name)

    @classmethod
    def vader(cls) -> Lexicon:
        """The installed package's own, read by the package: of duplicate lines the last wins. Always one object."""
        return _vader()

    @cached_property
    def hash(self) -> str:
        """Ten hex digits of the contents (SHA-256), whatever their order; part of ``scorer_version``."""
        digest = hashlib.sha256()
        for table in (self.words, self.emojis):
            for key in sorted(table):
                digest.update(f"{key}\t{table[key]!r}\n".encode())
            digest.update(b"\n")
        return digest.hexdigest()[:10]


@cache
def _vader() -> Lexicon:
    analyzer = SentimentIntensityAnalyzer()
    return Lexicon(analyzer.lexicon, analyzer.emojis, "vader")
