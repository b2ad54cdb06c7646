"""Ids as files have them: those that a spreadsheet rounded, those that only count rows, and ids made of a row."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

#: What an id is made of where a row has none: what stays when the row comes again in another export. Counts of likes
#: and replies change; the author is left out, so that nobody who has the store can try names.
MADE_OF = ("created_at", "kind", "market", "title", "text", "rating", "nps", "recommended", "app_version")
#: A spreadsheet keeps 15 digits.
_DIGITS = 15
#: 5.70306E+17, as a spreadsheet shows a number of 18 digits.
_FLOAT = r"^-?\d([.,]\d+)?[eE]\+?\d{2}$"
#: In fewer rows than this a count of rows is no sign.
_ROWS = 3
ROUNDED = 'its id was rounded by a spreadsheet; export ids as text, or say id = "row"'
#: Names of columns that hold people, without case, blanks and marks.
_PEOPLE = frozenset(
    {
        "user", "username", "useraccount", "author", "authorname", "name", "fullname", "firstname", "lastname",
        "nickname", "nick", "reviewer", "reviewername", "customer", "customername", "displayname", "handle",
        "screenname", "email",
        "emailaddress", "mail", "nombre", "nom", "nome", "usuario", "utilisateur", "utente", "benutzer", "benutzername",
        "nutzer", "kunde", "verfasser", "autor", "auteur", "autore",
    }
)  # fmt: skip


def holds_people(column: str) -> bool:
    """Whether a column's name says that it holds names of people."""
    return "".join(c for c in column.casefold() if c.isalnum()) in _PEOPLE


@dataclass(frozen=True, slots=True)
class SeenIds:
    """What the ids of one file say, or of several.

    ``long``: of more digits than a spreadsheet keeps; ``zeros`` of those end in zeros behind that; ``counters``: files
    whose ids are 1..n (or 0..n-1) and nothing else.
    """

    rows: int = 0
    whole: int = 0
    low: int | None = None
    high: int | None = None
    long: int = 0
    zeros: int = 0
    counters: int = 0

    def __add__(self, other: SeenIds) -> SeenIds:
        lows = [each for each in (self.low, other.low) if each is not None]
        highs = [each for each in (self.high, other.high) if each is not None]
        return SeenIds(
            self.rows + other.rows, self.whole + other.whole, min(lows, default=None), max(highs, default=None),
            self.long + other.long, self.zeros + other.zeros, self.counters + other.counters,
        )  # fmt: skip

    @classmethod
    def of(cls, ids: pa.Array) -> SeenIds:
        """Of some rows, as text without blanks at the ends; empty ones count for nothing."""
        ids = ids.filter(pc.not_equal(ids, ""))
        long = ids.filter(pc.match_substring_regex(ids, rf"^\d{{{_DIGITS + 1},}}$"))
        zeros = int(pc.sum(_zeros(long)).as_py() or 0)
        short = ids.filter(pc.match_substring_regex(ids, r"^\d{1,9}$")).cast(pa.int64())
        low, high = (pc.min(short).as_py(), pc.max(short).as_py()) if len(short) else (None, None)
        return cls(len(ids), len(short), low, high, len(long), zeros)

    def whole_file(self) -> SeenIds:
        """These, as all of one file."""
        counts = self.low in (0, 1) and self.rows == self.whole >= _ROWS and self.high == self.low + self.rows - 1
        return SeenIds(self.rows, self.whole, self.low, self.high, self.long, self.zeros, int(counts))

    @property
    def rounded(self) -> bool:
        """Whether a spreadsheet went over them: more of the long ones end in zeros than chance has it (one in ten)."""
        return self.zeros >= 2 and self.zeros * 2 >= self.long

    @property
    def objection(self) -> str:
        """Why they are no ids, or ""."""
        if self.counters < 2:
            return ""
        return (
            f"the ids only count rows (1, 2, 3, ...) in {self.counters} files, so posts of one would replace those of "
            'another; say id = "row", or name the column that holds real ids'
        )

    def plain(self) -> list[Any]:
        """For JSON."""
        return [self.rows, self.whole, self.low, self.high, self.long, self.zeros, self.counters]


def _zeros(long: pa.Array) -> pa.Array:
    return pc.and_(pc.match_substring_regex(long, rf"^\d{{{_DIGITS}}}0+$"), pc.greater(pc.binary_length(long), _DIGITS))


def rounded(ids: pa.Array, seen: SeenIds) -> pa.Array:
    """Which ids a spreadsheet rounded."""
    found = pc.match_substring_regex(ids, _FLOAT)
    return pc.or_(found, _zeros(ids)) if seen.rounded else found


class MadeIds:
    """Ids made of rows, for one file: of equal rows in it the second has another one than the first."""

    def __init__(self) -> None:
        self._met: Counter[str] = Counter()

    def of(self, columns: Mapping[str, pa.Array], names: Sequence[str] = MADE_OF) -> pa.Array:
        """By the columns as they stand in the file, as text."""
        rows = zip(*(columns[name].to_pylist() for name in names), strict=True)
        made = []
        for row in rows:
            digest = hashlib.sha256("\x1f".join(row).encode("utf-8", "replace")).hexdigest()[:32]
            self._met[digest] += 1
            again = self._met[digest]
            made.append(f"row-{digest}" if again == 1 else f"row-{digest}-{again}")
        return pa.array(made, pa.string())
