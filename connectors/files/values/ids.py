"""Ids of rows: what is none (rounded, counted, a person's name), and one made of a row's content."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from earful.connectors.files.values.arrays import Mask, mask

#: What an id of the row is made of, in this order. Not what changes while the row is the same (edited_at, likes,
#: reply_count), and not the author, whom an id must not tell.
CONTENT = (
    *("created_at", "title", "text", "rating", "nps", "recommended", "kind", "market", "app_version", "url"),
    "language_hint",
)
WAY_OUT = 'set id = "row" for an id made of the row'
ROUNDED = f"its id was rounded by a spreadsheet: export it as text, or {WAY_OUT}"
ADDRESS = f"its id is an e-mail address: {WAY_OUT}"
_NAMES = frozenset(
    [
        "user",
        "username",
        "author",
        "authorname",
        "name",
        "reviewer",
        "reviewername",
        "nickname",
        "nick",
        "screenname",
        "handle",
        "email",
        "login",
        "fullname",
        "firstname",
        "customer",
        "customername",
        "autor",
        "benutzer",
        "benutzername",
        "nutzername",
        "nom",
        "auteur",
        "usuario",
        "nombre",
        "utente",
    ]
)
#: Counted ids whose rows are compared between files.
SAMPLE = 20


def looks_like_id(column: str) -> bool:
    """Whether a column of that name holds the ids of rows."""
    said = "".join(c for c in column.casefold() if c.isalnum())
    kinds = (
        "",
        "review",
        "post",
        "response",
        "answer",
        "tweet",
        "comment",
        "record",
        "submission",
        "respondent",
        "row",
    )
    return said in {f"{kind}{word}" for kind in kinds for word in ("id", "uuid", "guid")}


def names_people(column: str) -> bool:
    """Whether a column of that name holds people and not rows."""
    return "".join(c for c in column.casefold() if c.isalnum()) in _NAMES


def rounded(ids: pa.Array, *, whole_column: bool) -> Mask:
    """Which ids have lost digits: 5.70306E+17, and 15 digits with zeros where the whole column has such."""
    found: Mask = np.zeros(len(ids), dtype=np.bool_)
    lowered = pc.match_substring(ids, "+")
    if pc.any(lowered).as_py():
        found |= mask(pc.match_substring_regex(ids, r"^\d([.,]\d+)?[eE]\+\d+$"))
    if whole_column:
        found |= mask(pc.match_substring_regex(ids, r"^\d{15}0+$"))
    return found


def addresses(ids: pa.Array) -> Mask:
    """Which ids are e-mail addresses."""
    held = pc.match_substring(ids, "@")
    return mask(pc.match_substring_regex(ids, r"^[^@\s]+@[^@\s]+\.[^@\s]+$") if pc.any(held).as_py() else held)


class RowIds:
    """Ids of one file's rows: 32 hex digits of SHA-256 over CONTENT and how many equal rows stood above it.

    So overlapping exports double nothing, and of equal rows as many stay as stand in the file that has the most.
    """

    def __init__(self) -> None:
        self._met: Counter[bytes] = Counter()

    def of(self, columns: Mapping[str, pa.Array], good: Mask) -> pa.Array:
        """An id for each good row, "" for the others; ``columns``: as they stand in the file, as text.

        Not as they are read: another scale or zone, set later, would make the same rows other posts.
        """
        at = pa.array(np.flatnonzero(good))
        parts = [columns[name].take(at) for name in CONTENT]
        made = self._made(pc.binary_join_element_wise(*parts, "\x1f").to_pylist()) if len(at) else []
        return pc.replace_with_mask(
            pa.array([""] * len(good), pa.string()), pa.array(good), pa.array(made, pa.string())
        )

    def _made(self, rows: Sequence[str]) -> list[str]:
        made = []
        for row in rows:
            content = hashlib.sha256(row.encode()).digest()[:16]
            again = self._met[content]
            self._met[content] += 1
            made.append(hashlib.sha256(content + str(again).encode()).hexdigest()[:32] if again else content.hex())
        return made
