r"""One normal form for product terms and texts: however a name was typed, it is found; and its pattern for RE2.

Curly and straight quotes, the kinds of hyphens, HTML entities, composed and decomposed letters, full width, capitals
and invisible characters meet in ``normal``. ``loose`` is the pattern of a term in it: its words may be joined, hyphened
or apart (``AcmeNotes``, ``acme-notes``, ``acme notes``), the apostrophe of a possessive may lack.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

_ENTITY = r"&(?:#\d{2,6}|#x[0-9a-fA-F]{2,5}|[A-Za-z]{2,8}\d?);"
#: Python's escapes, which RE2 lacks, are spelt out here. What cp1252 has in the C1 controls is among them.
_QUOTES = "[\u2018\u2019\u201a\u201b\u2032\u2035\u02bb\u02bc\u02b9\u00b4\u0091\u0092\u275b\u275c\ua78c\uff07]"
#: Not the em dash, which parts clauses.
_HYPHENS = "[\u2010-\u2013\u2212\u2043\ufe58\ufe63\uff0d\u0096]"
_INVISIBLE = "[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff]"
_TRADE_MARKS = "[\u2122\u00ae\u00a9\u2120]"

#: Between two words of a name.
GAP = r"(?:\s+|[-_])?"
_APOSTROPHE = "['`]"
_PARTS = re.compile(r"\s+|(?<=[^\W_])[-_]+(?=[^\W_])")
#: Where a new word begins inside of one: AcmeNotes, ABCNews, Office365. Not 1Password.
_CAMEL = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[^\W\d_]{2})(?=\d)")

#: Scripts that put no blank between words, or (Hangul) add endings to a name without one.
_UNPARTED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Hangul}\x{30fc}"
_UNPARTED_NAMES = ("CJK", "HIRAGANA", "THAI", "LAO", "KHMER", "MYANMAR")


def normal(values: pa.Array) -> pa.Array:
    """Texts (strings; null is "") in the normal form. What is plain ASCII costs no more than its small letters."""
    values = pc.fill_null(values, "")
    odd = _odd(values)
    plain = pc.ascii_lower(values)
    if not pc.any(odd).as_py():
        return plain
    said = _without_entities(values.filter(odd))
    for what, by in ((_QUOTES, "'"), (_HYPHENS, "-"), (_INVISIBLE, ""), (_TRADE_MARKS, " ")):
        said = pc.replace_substring_regex(said, what, by)
    said = pc.utf8_lower(pc.utf8_normalize(said, form="NFKC"))
    for what, by in (("\u00df", "ss"), ("\u03c2", "\u03c3")):
        said = pc.replace_substring(said, what, by)
    return pc.replace_with_mask(plain, odd, pc.utf8_normalize(said, form="NFC"))


def written(values: pa.Array) -> pa.Array:
    """Texts as they were written: composed (NFC), entities as the characters that they stand for."""
    values = pc.fill_null(values, "")
    odd = _odd(values)
    if not pc.any(odd).as_py():
        return values
    said = pc.utf8_normalize(_without_entities(values.filter(odd)), form="NFC")
    return pc.replace_with_mask(values, odd, said)


def _odd(values: pa.Array) -> pa.Array:
    return pc.or_(pc.invert(pc.string_is_ascii(values)), pc.match_substring_regex(values, _ENTITY))


def _without_entities(values: pa.Array) -> pa.Array:
    found = pc.match_substring_regex(values, _ENTITY)
    if not pc.any(found).as_py():
        return values
    # Some exports escape twice.
    spoken = [_unescaped(_unescaped(text)) for text in values.filter(found).to_pylist()]
    return pc.replace_with_mask(values, found, pa.array(spoken, values.type))


def _unescaped(text: str) -> str:
    return re.sub(_ENTITY, lambda found: html.unescape(found[0]), text)


def normal_of(term: str) -> str:
    """One term in the normal form, without blanks around it."""
    if term.isascii() and "&" not in term:
        return term.lower().strip()  # as below, and most terms are of these
    return str(normal(pa.array([term], pa.string()))[0].as_py()).strip()


def words(term: str) -> list[str]:
    """The words of a term in the normal form, as its blanks, hyphens and capitals part them."""
    # Capitals tell words apart, so they are looked at before the normal form takes them.
    cased = re.sub(_HYPHENS, "-", unicodedata.normalize("NFKC", re.sub(_INVISIBLE, "", term)))
    parts = [normal_of(word) for part in _PARTS.split(cased) for word in _CAMEL.split(part)]
    return [part for part in parts if part] or [normal_of(term)]


def joined(term: str) -> str:
    """A term in the normal form without what may stand between and in its words: what names are compared by."""
    return re.sub(r"['`\s_-]", "", normal_of(term)) or normal_of(term)


def best_words(terms: Iterable[str], others: Iterable[str]) -> dict[str, list[str]]:
    """The words of each term: ``acmenotes`` is two where another spelling of the product (``others``) says so."""
    terms = list(terms)
    parted: dict[str, list[str]] = {}
    for each in (*terms, *others):
        found = words(each)
        if len(found) > len(parted.get(joined(each), [])):
            parted[joined(each)] = found
    return {term: parted[joined(term)] for term in terms}


def loose(parts: Sequence[str]) -> str:
    """The pattern of a name of these words in a text of the normal form, without its edges."""
    inner = range(1, len(parts) - 1)
    return GAP.join("(?:&|and)" if n in inner and part in {"&", "and"} else _word(part) for n, part in enumerate(parts))


def _word(part: str) -> str:
    found = "".join(
        rf"{_APOSTROPHE}?" if c in "'`" else rf"\s*{c}\s*" if c == "&" and 0 < n < len(part) - 1 else escaped(c)
        for n, c in enumerate(part)
    )
    # Lowe's for Lowes; the other way round, the apostrophe above may lack.
    if len(part) > 3 and part.endswith("s") and part[-2].isalpha():
        found = rf"{found[:-1]}{_APOSTROPHE}?s"
    return found


def strict(term: str) -> str:
    """The pattern of a term as it is written, capitals too; blanks match any run of white space."""
    return r"\s+".join("".join(map(escaped, word)) for word in unicodedata.normalize("NFC", term).split())


def escaped(char: str) -> str:
    """A character as RE2 takes it for itself."""
    return f"\\{char}" if char.isascii() and not char.isalnum() and char != "_" else char


def edges(first: str, last: str, *, wide: bool) -> tuple[str, str]:
    """What stands before and behind a name that begins with ``first`` and ends with ``last``, each one group.

    ``wide`` False is quick, right for texts of ASCII, and for others finds at least all that is there.
    """
    if not wide:
        return _narrow(first, "^"), _narrow(last, "$")
    return _wide(first, "^", before=True), _wide(last, "$", before=False)


def _narrow(char: str, end: str) -> str:
    return f"({end}|[^A-Za-z0-9])" if char.isascii() else "()"


def _wide(char: str, end: str, *, before: bool) -> str:
    name = unicodedata.name(char, "")
    if name.startswith(_UNPARTED_NAMES) or (name.startswith("HANGUL") and not before):
        return "()"
    if name.startswith("KATAKANA"):
        return rf"({end}|[^\p{{Katakana}}\x{{30fc}}])"
    return rf"({end}|[^\pL\pN\pM]|[{_UNPARTED}])"


def spellings(term: str, hints: Mapping[str, Sequence[str]]) -> list[str]:
    """The ways to write a name of several words that a search finds apart: as it stands, apart, in one."""
    parts = hints.get(term) or words(term)
    found: dict[str, str] = {}
    whole = " ".join(term.split())
    several = len(parts) > 1 and all(part.isalnum() for part in parts)
    for each in (whole, " ".join(parts), "".join(parts)) if several else (whole,):
        found.setdefault(each.casefold(), each)
    return list(found.values())
