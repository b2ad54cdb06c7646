"""What nearly names a product and is not taken for it: for ``earful check``, so that a term can be added.

One letter wrong, lacking, too many or two of them swapped; accents left out; a name in two words, or inside of a longer
one. Found by RE2, one pass a product; only what nearly is the name is shown, never the text around it.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from earful.connectors.base import Product
from earful.connectors.toolkit import spelling
from earful.connectors.toolkit.matching import Texts, batched, included

#: Of shorter names, everything is near; of those under _LONG, one letter makes another everyday word.
_SHORT, _LONG = 4, 6
#: Letters that a longer word has beside the name, at most.
_MORE = 12
#: Ways to write near misses of one pattern at most: RE2 refuses what is too large.
_MOST = 500
#: Not after what begins an address, a name of a person on a service, or a path.
_BEFORE, _BEHIND = r"(?:^|[^a-z0-9@/.])", r"(?:$|[^a-z0-9@])"


def near_misses(product: Product, texts: Texts, named: np.ndarray) -> Counter[str]:
    """What nearly names the product in texts that do not (``named`` False), in the normal form, and in how many."""
    rest = texts.normal.filter(pa.array(~named))
    counts: Counter[str] = Counter()
    for pattern in _patterns(product.name, product.slug, included(product)):
        near = pc.match_substring_regex(rest, pattern)
        if not pc.any(near).as_py():
            continue
        found = pc.struct_field(pc.extract_regex(rest.filter(near), pattern), "near")
        said = pc.utf8_trim_whitespace(pc.replace_substring_regex(found, r"\s+", " "))
        for each in pc.value_counts(said).to_pylist():
            counts[each["values"]] += each["counts"]
        rest = rest.filter(pc.invert(near))
    return counts


@lru_cache(maxsize=1024)
def _patterns(name: str, slug: str, terms: tuple[str, ...]) -> tuple[str, ...]:
    parts = spelling.best_words(terms, (name, slug))
    near = list(dict.fromkeys(each for term in terms for each in _near(parts[term])))
    return tuple(f"{_BEFORE}(?P<near>{'|'.join(some)}){_BEHIND}" for some in batched(near, _MOST))


def _near(parts: Sequence[str]) -> list[str]:
    """Patterns of what is near to a name of these words."""
    letters = [(n == 0 and at > 0, c) for at, part in enumerate(parts) for n, c in enumerate(re.sub(r"['`]", "", part))]
    name = "".join(c for _, c in letters)
    bare = _bare(name)
    gaps = [spelling.GAP if gap else "" for gap, _ in letters]
    found = []
    if bare != name:
        found.append("".join(gap + _escaped(_bare(c)) for gap, (_, c) in zip(gaps, letters, strict=True)))
    if len(name) < _SHORT or not name[0].isascii():
        return found
    own = [spelling.escaped(c) for c in name]
    each = [gap + c for gap, c in zip(gaps, own, strict=True)]
    whole = "".join(each)
    before = ["".join(each[:at]) for at in range(len(each) + 1)]
    behind = ["".join(each[at:]) for at in range(len(each) + 1)]
    # Another form of the name, or the name in two words.
    found.append(f"{whole}s")
    found += [f"{before[at]}[\\s.\\-_/]{behind[at]}" for at in range(1, len(each))]
    for at in range(1, len(each)):
        rest = behind[at + 1]
        found.append(before[at] + each[at] * 2 + rest)
        if rest and name[at] != name[at + 1]:
            found.append(before[at] + gaps[at] + own[at + 1] + gaps[at + 1] + own[at] + behind[at + 2])
        if len(name) >= _LONG:
            # The gap before a letter is still there where that letter lacks, is another, or has one before it.
            start = before[at] + gaps[at]
            found += [start + rest, f"{start}[^\\s@]{rest}"]
            found += [f"{start}[^\\s@]{own[at]}{rest}", f"{before[at]}[^\\s@]{behind[at]}"]
    if len(name) > _SHORT:
        found += [f"{whole}[a-z0-9]{{1,{_MORE}}}", f"[a-z0-9]{{1,{_MORE}}}{whole}"]
    return found


def _escaped(text: str) -> str:
    return "".join(map(spelling.escaped, text))


def _bare(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def shown(found: Counter[str], most: int = 5) -> dict[str, int]:
    """The commonest, those of one count by the alphabet."""
    return dict(sorted(found.items(), key=lambda each: (-each[1], each[0]))[:most])
