"""For ``earful check`` of files whose rows name their products: how many name none, and what nearly names one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from earful.connectors.base import Product
from earful.connectors.files.values.arrays import Mask
from earful.connectors.toolkit.matching import Texts
from earful.connectors.toolkit.near_misses import near_misses, shown


class Names:
    """Counts over one pass of a file."""

    def __init__(self) -> None:
        self._unnamed = 0
        self._near: dict[str, Counter[str]] = {}

    def add(self, texts: Texts, products: Sequence[Product], naming: Sequence[Mask], good: Mask) -> None:
        """The next rows: their words, which of them name each product, and which could land."""
        self._unnamed += int((good & ~np.logical_or.reduce(naming)).sum())
        for product, named in zip(products, naming, strict=True):
            self._near.setdefault(product.slug, Counter()).update(near_misses(product, texts, named))

    def summary(self) -> Mapping[str, object]:
        """As plain values: rows that name none of the products; by product, what nearly names it and in how many."""
        near = {slug: shown(found) for slug, found in self._near.items() if found}
        return {"unnamed": self._unnamed, "near_misses": near}


def lines_of(found: Mapping[str, object]) -> list[str]:
    """``summary`` for a terminal."""
    said = []
    if unnamed := found.get("unnamed"):
        said.append(f"  {unnamed} {'row names' if unnamed == 1 else 'rows name'} none of the products")
    near = found.get("near_misses")
    for slug, words in near.items() if isinstance(near, Mapping) else ():
        told = ", ".join(f"{word!r} {count}" for word, count in words.items())
        said.append(f"  nearly {slug}, and not taken for it: {told} (include = [...] takes what is meant)")
    return said
