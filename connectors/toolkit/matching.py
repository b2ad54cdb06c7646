"""Which product a free text is about: whole words or phrases, however they were typed, exclusions first.

The one matcher, for tables of texts and for single ones. Texts are brought into their normal form once, whatever the
number of products; each product then costs one pass of RE2, whose time grows with the text and no faster.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from earful.connectors.base import Product
from earful.connectors.toolkit import spelling

#: Terms of one pattern at most.
MOST = 200
#: Between the texts of one post, and where an excluded phrase was: no part of any name.
_BETWEEN, _CUT = "\x1e", "\x1f"


@dataclass(frozen=True, slots=True)
class Pattern:
    """Terms as RE2 takes them: ``narrow`` finds all that there is in any text, ``wide`` is right beyond ASCII.

    Each finds some of the terms: RE2 refuses a pattern that is too large, and edges beyond ASCII are.
    """

    narrow: tuple[str, ...]
    wide: tuple[str, ...]

    @classmethod
    def of(cls, cores: Iterable[tuple[str, str]]) -> Pattern:
        """Of names: each with its pattern (without edges) and with what it looks like."""
        found = list(cores)
        return cls(_patterns(found, wide=False), _patterns(found, wide=True))

    def patterns(self, *, wide: bool) -> tuple[str, ...]:
        """Those for texts of one kind."""
        return self.wide if wide else self.narrow

    def matches(self, said: pa.Array, *, wide: bool) -> np.ndarray:
        """In which of the texts (a boolean each) one of the terms stands."""
        found = np.zeros(len(said), dtype=np.bool_)
        for pattern in self.patterns(wide=wide):
            found |= pc.match_substring_regex(said, pattern).to_numpy(zero_copy_only=False)
        return found


def _patterns(cores: Iterable[tuple[str, str]], *, wide: bool) -> tuple[str, ...]:
    by_edges: dict[tuple[str, str], list[str]] = {}
    for core, name in cores:
        by_edges.setdefault(spelling.edges(name[0], name[-1], wide=wide), []).append(core)
    return tuple(
        f"{before}(?:{'|'.join(some)}){behind}"
        for (before, behind), all_of_them in by_edges.items()
        for some in batched(all_of_them, MOST)
    )


def batched(items: Sequence[str], size: int) -> list[Sequence[str]]:
    """The items in order, so many at a time."""
    return [items[at : at + size] for at in range(0, len(items), size)]


@dataclass(frozen=True, slots=True)
class Terms:
    """What a product is found by. ``cuts``: the excluded phrases, taken out before."""

    include: Pattern
    cuts: Pattern
    exact: bool


def terms_of(product: Product) -> Terms:
    """The patterns of a product's terms; by its name where it has none to include."""
    return _terms(product.slug, product.name, product.include, product.exclude, product.exact)


def included(product: Product) -> tuple[str, ...]:
    """The terms that a product is found by."""
    return tuple(term for term in (product.include or (product.name,)) if term.strip())


@lru_cache(maxsize=1024)
def _terms(slug: str, name: str, include: tuple[str, ...], exclude: tuple[str, ...], exact: bool) -> Terms:
    include = included(Product(slug, name, include))
    exclude = tuple(term for term in exclude if term.strip())
    if exact:
        found, out = ([(spelling.strict(term), term.strip()) for term in each] for each in (include, exclude))
    else:
        parts = spelling.best_words((*include, *exclude), (name, slug))
        found, out = (
            [(spelling.loose(parts[term]), "".join(parts[term])) for term in each] for each in (include, exclude)
        )
    return Terms(Pattern.of(found), Pattern.of(out), exact)


class Texts:
    """The texts of posts, ready for any number of products. ``columns``: what each post says, a column a part."""

    def __init__(self, *columns: pa.Array) -> None:
        said = [pc.fill_null(_whole(column), "") for column in columns]
        self._said = pc.binary_join_element_wise(*said, _BETWEEN) if len(said) > 1 else said[0]

    @cached_property
    def normal(self) -> pa.Array:
        """In the normal form."""
        return spelling.normal(self._said)

    @cached_property
    def _written(self) -> pa.Array:
        return spelling.written(self._said)

    def naming(self, product: Product) -> np.ndarray:
        """Which posts (a boolean each) name the product by a term that is no part of an excluded phrase.

        "acme anvils broke" with include "acme" and exclude "acme anvils" is no mention; "acme beats acme anvils" is.
        """
        terms = terms_of(product)
        said = self._written if terms.exact else self.normal
        found = np.zeros(len(said), dtype=np.bool_)
        places = np.flatnonzero(terms.include.matches(said, wide=False))
        if len(places):
            few = said.take(pa.array(places))
            plain = pc.string_is_ascii(few).to_numpy(zero_copy_only=False)
            for wide, which in ((False, plain), (True, ~plain)):
                if which.any() and (wide or terms.cuts.narrow):
                    at = places[which]
                    found[at] = _names(few.filter(pa.array(which)), terms, wide=wide)
                else:
                    found[places[which]] = True
        return found


def _whole(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    return whole.cast(pa.string())


def _names(said: pa.Array, terms: Terms, *, wide: bool) -> np.ndarray:
    for pattern in terms.cuts.patterns(wide=wide):
        # Twice: two that share the blank between them are found one after the other.
        for _ in range(2):
            said = pc.replace_substring_regex(said, pattern, rf"\1{_CUT}\2")
    return terms.include.matches(said, wide=wide)


def mentions(product: Product, *texts: str | None) -> bool:
    """Whether any of the texts names the product, see Texts.naming. For many posts, Texts is far quicker."""
    if not texts:
        return False
    return bool(Texts(*(pa.array([text], pa.string()) for text in texts)).naming(product)[0])


def queries_of(product: Product) -> Sequence[str]:
    """What a service's search is asked for: each term in the spellings that it finds apart."""
    terms = included(product)
    if product.exact:
        return terms
    parts = spelling.best_words(terms, (product.name, product.slug))
    found: dict[str, str] = {}
    for each in (spelling.spellings(term, parts) for term in terms):
        for written in each:
            found.setdefault(written.casefold(), written)
    return list(found.values())
