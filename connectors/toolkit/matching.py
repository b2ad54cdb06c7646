"""Which product a free text is about: whole words or phrases, whatever the case, exclusions first."""

from __future__ import annotations

import re
from functools import lru_cache

from earful.connectors.base import Product


@lru_cache(maxsize=1024)
def _pattern(terms: tuple[str, ...]) -> re.Pattern[str]:
    # \b fails beside signs ("C++"), so the edges are "no letter or digit there". Blanks match any run of white space.
    body = "|".join(r"\s+".join(re.escape(w) for w in term.casefold().split()) for term in terms)
    return re.compile(rf"(?<!\w)(?:{body})(?!\w)")


def mentions(product: Product, *texts: str | None) -> bool:
    """Whether any of the texts names the product by one of its include terms, after its exclude terms are cut out.

    "acme anvils broke" with include "acme" and exclude "acme anvils" is no mention; "acme beats acme anvils" is one.
    """
    terms = tuple(t for t in (product.include or (product.name,)) if t.strip())
    if not terms:
        return False
    out = tuple(t for t in product.exclude if t.strip())
    for text in texts:
        if not text:
            continue
        folded = text.casefold()
        if out:
            folded = _pattern(out).sub("\x1f", folded)
        if _pattern(terms).search(folded):
            return True
    return False
