"""What a table's product is called, from a column of it or from the file's name."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path

from earful.connectors.files.guess.found import Found
from earful.connectors.files.guess.looks import Look
from earful.connectors.files.guess.words.names import word_lists

#: Products that a column may tell apart; more are items of a shop.
MOST = 12


@cache
def _words() -> tuple[frozenset[str], re.Pattern[str]]:
    """What file names say of the table and not of whom it is about: words, and a pattern for scripts without blanks."""
    spaced, unspaced = (
        [each.strip() for each in word_lists()["other"][name].split("|")]
        for name in ("in_file_names", "in_file_names_unspaced")
    )
    return frozenset(spaced), re.compile("|".join(map(re.escape, unspaced)))


def from_file(path: Path) -> str:
    """A product's name from a file's, without dates and words such as reviews and export; "" if none is left."""
    listed, unspaced = _words()
    stem = path.name
    while (suffix := Path(stem).suffix) and re.fullmatch(r"\.[A-Za-z]{1,8}\d?", suffix):
        stem = stem.removesuffix(suffix)
    stem = unspaced.sub(" ", unicodedata.normalize("NFKC", stem))
    kept = []
    for word in re.findall(r"[^\W_]+(?:['’&][^\W_]+)*", re.sub(r"(?<=[a-z])(?=[A-Z][a-z])", " ", stem)):
        plain = "".join(c for c in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(c))
        if plain.replace("ı", "i") not in listed and not re.fullmatch(r"\d+|v\d+|\d{4}q\d|id\d+|.", plain):
            kept.append(word)
    name = " ".join(kept[:4])
    if name.casefold() in ("app", "apps"):
        return ""
    return name if not name.islower() else name.title()


def take_products(look: Look | None, found: Found) -> None:
    """The names that a column of products holds, the commonest first; a doubt where they are more than MOST."""
    if look is None:
        return
    names = list(look.counts) if look.distinct <= MOST else []
    if len(names) == 1:
        found.products = names
        found.said.append(f"the product is {names[0]!r}, as {look.name!r} says in every row")
    elif names:
        found.products = names
        found.options["product_column"] = look.name
        found.said.append(f"product_column: {look.name!r}, which names {len(names)} products")
    else:
        found.doubts.append(
            f"{look.name!r} names {look.distinct} products, more than {MOST}: all rows are read as of one; "
            f'product_column = "{look.name}" tells them apart'
        )
