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
    found = [] if bare == name else [_joined([(gap, _bare(c)) for gap, c in letters])]
    if len(name) < _SHORT or not name[0].isascii():
        return found
    # Another form of the name, or the name in two words.
    found.append(f"{_joined(letters)}s")
    found += [_joined(letters[:at]) + r"[\s.\-_/]" + _joined(letters[at:]) for at in range(1, len(letters))]
    for at in range(1, len(letters)):
        before, here, behind = letters[:at], letters[at], letters[at + 1 :]
        found.append(_joined([*before, here, here, *behind]))
        if behind and here[1] != behind[0][1]:
            found.append(_joined([*before, (here[0], behind[0][1]), (behind[0][0], here[1]), *behind[1:]]))
        if len(name) >= _LONG:
            # The gap before a letter is still there where that letter lacks, is another, or has one before it.
            start = _joined(before) + (spelling.GAP if here[0] else "")
            found += [start + _joined(behind), f"{start}[^\\s@]{_joined(behind)}"]
            found += [
                f"{start}[^\\s@]{_joined([(False, here[1]), *behind])}",
                f"{_joined(before)}[^\\s@]{_joined(letters[at:])}",
            ]
    if len(name) > _SHORT:
        found += [f"{_joined(letters)}[a-z0-9]{{1,{_MORE}}}", f"[a-z0-9]{{1,{_MORE}}}{_joined(letters)}"]
    return found


def _joined(letters: Sequence[tuple[bool, str]]) -> str:
    return "".join((spelling.GAP if gap else "") + spelling.escaped(c) for gap, c in letters)


def _bare(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def shown(found: Counter[str], most: int = 5) -> dict[str, int]:
    """The commonest, those of one count by the alphabet."""
    return dict(sorted(found.items(), key=lambda each: (-each[1], each[0]))[:most])
