"""How a product's texts are scored: as bare VADER does, or repaired and with the words of product feedback."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import pyarrow as pa

from earful.sentiment.lexicon import Lexicon
from earful.sentiment.profile.heard import Heard
from earful.sentiment.profile.overlay import Entry, Overlay, OverlayError, check_words, product, read_overlay, shipped
from earful.sentiment.profile.repairs import REPAIRS, REVISION, repair

Name = Literal["vader", "product"]


@dataclass(frozen=True)
class Profile:
    """What is done to a text before it is scored (``repairs``, by name) and what is laid over VADER's lexicon.

    ``overlays`` are laid over one after the other, the last wins; ``extra_words`` (by product) over all of them, for
    that product alone. Immutable, safe to share between threads.
    """

    name: Name
    repairs: tuple[str, ...] = ()
    overlays: tuple[Overlay, ...] = ()
    extra_words: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        unknown = [each for each in self.repairs if each not in REPAIRS]
        if unknown:
            raise ValueError(f"{unknown[0]!r} is no repair; there are: {', '.join(REPAIRS)}")
        if self.name == "vader" and (self.repairs or self.overlays or any(self.extra_words.values())):
            raise ValueError(
                "the profile vader is the bare package, without repairs and words; use the profile product"
            )
        checked = {product: check_words(words, f"words of {product}") for product, words in self.extra_words.items()}
        object.__setattr__(self, "extra_words", MappingProxyType({p: w for p, w in checked.items() if w}))

    def __hash__(self) -> int:
        return hash(self.version)

    @classmethod
    def named(cls, name: Name) -> Profile:
        """The profile of that name as it comes: the bare package, or all repairs and our list."""
        return cls.vader() if name == "vader" else cls.product()

    @classmethod
    def vader(cls) -> Profile:
        """VaderSentiment as it is."""
        return cls("vader")

    @classmethod
    def product(
        cls,
        *,
        repairs: Sequence[str] | None = None,
        lists: Sequence[str] = (),
        files: Sequence[Path] = (),
        words: Mapping[str, float] = MappingProxyType({}),
        extra_words: Mapping[str, Mapping[str, float]] = MappingProxyType({}),
    ) -> Profile:
        """All repairs (or those named) and the list for product feedback; then what else is given, in this order.

        lists: further lists that come with earful (overlay.LISTS). files: overlay lists in TOML. words: for all
        products. extra_words: by product. Raises ValueError (OverlayError) in one line: an unknown repair, a list that
        is wrong or cannot be read.
        """
        overlays = [product(), *(shipped(each) for each in lists)]
        for file in files:
            try:
                overlays.append(read_overlay(file))
            except (OSError, UnicodeDecodeError) as error:
                reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
                raise OverlayError(f"{file}: cannot be read: {reason}") from None
        if words:
            entries = (Entry((w,), v, "from the configuration") for w, v in check_words(words, "words").items())
            overlays.append(Overlay(tuple(entries)))
        return cls("product", tuple(REPAIRS if repairs is None else repairs), tuple(overlays), extra_words)

    def for_product(self, slug: str) -> Profile:
        """The profile with the words of one product only, so that its version does not change with another's words."""
        return replace(self, extra_words={slug: self.extra_words.get(slug, {})})

    def apply(self, texts: pa.Array | pa.ChunkedArray) -> pa.Array:
        """The texts as they are scored, repaired and heard: same length and type, null stays null; one array."""
        return self.hear(self.repaired(texts))

    def repaired(self, texts: pa.Array | pa.ChunkedArray) -> pa.Array:
        """The texts after this profile's repairs; its words are still those of the text."""
        return repair(texts, self.repairs)

    def hear(self, texts: pa.Array) -> pa.Array:
        """Repaired texts with the words that phrases stand for (heard.py) in place of the phrases."""
        return self._heard.hear(texts)

    def lexicon(self, product: str | None = None) -> Lexicon:
        """VADER's lexicon with this profile's words over it, and those of a product; always the same object."""
        words = self.extra_words.get(product) if product is not None else None
        if not words:
            return self._lexicon
        if product not in self._of_products:
            entries = tuple(Entry((word,), valence, "from the configuration") for word, valence in words.items())
            self._of_products[product] = Overlay(entries).over(self._lexicon, f"{self.name}/{product}")
        return self._of_products[product]

    @cached_property
    def _lexicon(self) -> Lexicon:
        lexicon = Lexicon.vader()
        for overlay in self.overlays:
            lexicon = overlay.over(lexicon, self.name)
        return lexicon

    @cached_property
    def _heard(self) -> Heard:
        tables = [overlay.heard for overlay in self.overlays]
        lists: dict[str, tuple[str, ...]] = {}
        misspelt: dict[str, str] = {}
        for table in tables:
            lists |= table.lists
            misspelt |= table.misspelt
        entries = tuple(entry for table in tables for entry in table.entries)
        return Heard.of(entries, tuple(misspelt.items()), tuple(lists.items()), self._lexicon)

    @cached_property
    def _of_products(self) -> dict[str | None, Lexicon]:
        return {}

    @cached_property
    def version(self) -> str:
        """``vader``, or ``product-`` and eight hex digits of all that can change a score: repairs, words, phrases.

        For bare VADER the package's version says all there is to say.
        """
        if self.name == "vader":
            return "vader"
        parts = [REVISION, *(each for each in REPAIRS if each in self.repairs), self.lexicon().hash, self._heard.hash]
        parts += [f"{product}={self.lexicon(product).hash}" for product in sorted(self.extra_words)]
        return f"product-{hashlib.sha256(' '.join(parts).encode()).hexdigest()[:8]}"
