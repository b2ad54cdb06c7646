"""Where a table begins: which row holds the columns' names, what stands above it, what else belongs to it.

Works on rows of cells, however a file was cut into them. Names that the channel asks for decide; where they do not,
the shape of the rows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from earful.connectors.errors import Fatal
from earful.connectors.files.tables.records import Choose

#: Rows in which the columns' names are looked for.
DEEPEST = 60
#: Rows below the header by which columns of numbers and days are known.
_BELOW = 20

ABOVE, PART, AGAIN, OTHER, PREVIEW = (
    "above the header",
    "part of the header",
    "the header once more",
    "a header with other columns or another order",
    "a preview of the survey, no answer",
)

_IMPORT_ID = re.compile(r"""^\s*\{\s*["']+ImportId["']+\s*:""")
_DIGIT = re.compile(r"\d")
_FIRST_DIGIT = re.compile(r"^\s*[-+]?\d")
#: Names that Qualtrics gives its columns, loosely.
_QUALTRICS = {"responseid", "recordeddate", "distributionchannel"}
#: Columns that tell Qualtrics' previews, and what they hold then, as words and as numbers.
PREVIEWS = {
    "status": ("survey preview", "offline survey preview", "survey test", "1", "2", "17"),
    "distributionchannel": ("preview",),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A row's cells, and its line (in a sheet: its number), from 1."""

    line: int
    cells: Sequence[str]


@dataclass(frozen=True, slots=True)
class Layout:
    """A table's names, and the line of the last row that belongs to its header.

    ``above``: the lines over the header that are not blank; ``parts``: those below the names that belong to them.
    """

    names: tuple[str, ...]
    line: int
    last: int
    above: tuple[int, ...] = ()
    parts: tuple[int, ...] = ()
    qualtrics: bool = False


def loose(name: str) -> str:
    """A name to compare: without case, blanks, underscores and hyphens."""
    return re.sub(r"[\s_\-]+", "", name.casefold())


def find(name: str, rows: Sequence[Row], choose: Choose, skip: int | None) -> Layout:
    """The layout of a table, from its first rows that are not blank.

    The header is the first row that has the columns asked for; behind ``skip`` lines, where that is given, it is the
    first row. Raises Fatal, with what the likeliest row lacks, where there is none.
    """
    behind = [row for row in rows if row.line > (skip or 0)]
    if not behind:
        raise Fatal(f"{name}: has no header" + (f" behind {skip} lines; mend skip" if skip else NO_HEADER))
    refused: dict[int, Fatal] = {}
    for at, row in enumerate(behind[:DEEPEST] if skip is None else behind[:1]):
        names = _names(row)
        if not any(names) or any(ord(c) < 32 for n in names for c in n if c not in "\t\r\n"):
            refused[at] = Fatal(f"{name}: its first line is binary data or blank; expected the columns' names")
            continue
        parts = _parts(behind, at)
        # A name may stand in the second row alone.
        names = [
            own or next((p.cells[i].strip() for p in parts if i < len(p.cells)), "") for i, own in enumerate(names)
        ]
        try:
            choose(names)
        except Fatal as error:
            refused[at] = error
            continue
        return Layout(
            tuple(names),
            row.line,
            max([row.line, *(each.line for each in parts)]),
            tuple(each.line for each in rows if each.line < row.line),
            tuple(each.line for each in parts),
            any(map(_has_import_ids, parts)) or {loose(n) for n in names} >= _QUALTRICS,
        )
    # Only of what stands above all numbers: a message must not show what somebody wrote.
    words = next((at for at, row in enumerate(behind) if any(map(_FIRST_DIGIT.match, row.cells))), len(behind))
    raise refused[max(range(min(words, len(refused))), key=lambda at: sum(map(bool, _names(behind[at]))), default=0)]


NO_HEADER = "; expected a first line with the columns' names"


def _names(row: Row) -> list[str]:
    return [cell.strip() for cell in row.cells]


def _has_import_ids(row: Row) -> bool:
    filled = [cell for cell in row.cells if cell.strip()]
    return bool(filled) and 2 * sum(bool(_IMPORT_ID.match(cell)) for cell in filled) > len(filled)


def _parts(rows: Sequence[Row], at: int) -> list[Row]:
    """The rows below the names that belong to them: Qualtrics' questions and import ids.

    Else a row or two without a digit where the rows below have numbers and days, in two columns or more.
    """
    below = rows[at + 1 : at + 4 + _BELOW]
    for number, row in enumerate(below[:3]):
        if _has_import_ids(row):
            return list(below[: number + 1])
    found: list[Row] = []
    while len(found) < 2 and len(below) > len(found) and _is_part(below[len(found)], below[len(found) + 1 :]):
        found.append(below[len(found)])
    return found


def _is_part(row: Row, below: Sequence[Row]) -> bool:
    if not any(_names(row)) or any(_FIRST_DIGIT.match(cell) for cell in row.cells):
        return False
    numbers = 0
    for i, cell in enumerate(row.cells):
        filled = [other.cells[i] for other in below if i < len(other.cells) and other.cells[i].strip()]
        if len(filled) > 1 and all(map(_FIRST_DIGIT.match, filled)):
            if _DIGIT.search(cell):
                return False
            numbers += 1
    return numbers > 1


def is_header(cells: Sequence[str], known: frozenset[str]) -> bool:
    """Whether a row is a header again: no cell begins with a digit, and at least half are names, two or more.

    ``known``: the names so far, loosely.
    """
    filled = [cell for cell in cells if cell.strip()]
    hits = sum(loose(cell) in known for cell in filled)
    return hits > 1 and 2 * hits >= len(filled) and not any(_FIRST_DIGIT.match(cell) for cell in filled)


def watched(rows: Sequence[Row], positions: Sequence[int]) -> int | None:
    """A column, of those at ``positions``, whose cells all begin with a digit: a header again shows in it."""
    for at in positions:
        filled = [row.cells[at] for row in rows[:_BELOW] if at < len(row.cells) and row.cells[at].strip()]
        if filled and all(map(_FIRST_DIGIT.match, filled)) and not any(c.startswith(("-", "+", " ")) for c in filled):
            return at
    return None


def says(found: Layout) -> tuple[str, ...]:
    """What of a layout is worth a line each."""
    said = [f"the columns' names are in line {found.line}, with lines above it"] if found.above else []
    said += [f"the header has {1 + len(found.parts)} lines"] if found.parts else []
    return (*said, *(["laid out as Qualtrics does it"] if found.qualtrics else []))


def previews(names: Sequence[str]) -> dict[int, tuple[str, ...]]:
    """Where the columns stand that tell Qualtrics' previews, and what they hold then."""
    return {at: PREVIEWS[loose(name)] for at, name in enumerate(names) if loose(name) in PREVIEWS}


def section(first: Sequence[str], names: Sequence[str]) -> list[str]:
    """A later header's names, those that are loosely names of the first in its spelling."""
    spelled: dict[str, str] = {}
    for name in first:
        spelled.setdefault(loose(name), name)
    return [spelled.get(loose(name), name.strip()) for name in names]


class LaterColumns(Fatal):
    """A header in mid-file names columns that are asked for and that the first one lacks: ``names`` has all."""

    def __init__(self, message: str, names: Sequence[str]) -> None:
        super().__init__(message)
        self.names = tuple(names)


def with_later(
    where: str, known: Sequence[str], names: Sequence[str], wanted: Sequence[str], choose: Choose
) -> list[str]:
    """The names of all headers so far, with those of a later one.

    Raises LaterColumns where columns are asked for that the earlier ones lack, Fatal where one stands there twice.
    """
    if twice := next((n for n in wanted if list(names).count(n) > 1), None):
        raise Fatal(f"{where}: the header that stands there has two columns {twice!r}; rename one of them")
    every = list(dict.fromkeys([*known, *(n for n in names if n)]))
    if set(every) - set(known) and set(choose(every)) - set(wanted):
        raise LaterColumns(f"{where}: the header that stands there has other columns; make two files of it", every)
    return every
