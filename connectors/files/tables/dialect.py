"""How a CSV file is written, from its first rows: its delimiter, quotes inside quotes, where its header is."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from earful.connectors.errors import Fatal
from earful.connectors.files.tables import layout
from earful.connectors.files.tables.batch import Choose
from earful.connectors.files.tables.encodings import Encoding
from earful.connectors.files.tables.layout import Layout, Row
from earful.connectors.files.tables.mended import mend
from earful.connectors.files.tables.records import LONGEST, SAMPLE, Records, blocks, records_of

#: Where none of the first gives the columns asked for, the others are tried.
_DELIMITERS, _RARE = (",", ";", "\t", "|"), ("\x1f", "\x01", "^", "~", ":")
_HEAD = 1 << 16  # bytes that are looked at
_SEP = re.compile(rb'"?sep=([^\r\n])"?\r?\n')
_LINE_END = re.compile(rb"[\r\n]")


@dataclass(frozen=True, slots=True)
class Dialect:
    """A file's delimiter, whether backslashes stand before quotes inside quotes, its layout, its first rows.

    ``blanks``: blanks stand behind delimiters, before the quotes that begin a cell. ``said``: what of it was found out,
    a line each.
    """

    delimiter: str
    escapes: bool
    blanks: bool
    found: Layout
    rows: Sequence[Row]
    said: tuple[str, ...]


def dialect(path: Path, encoding: Encoding, delimiter: str | None, skip: int | None, choose: Choose) -> Dialect:
    """How the file is written; the way that fits most rows counts, of those that give the columns asked for.

    ``delimiter`` and ``skip`` as configured. Raises Fatal where none does, with what the likeliest lacks.
    """
    head, whole = _head(path, encoding)
    named = _SEP.match(head)
    asked = delimiter or (named[1].decode("utf-8", "replace") if named else None)
    cuts: dict[str, tuple[Records, bool, bool]] = {}
    rows: dict[str, list[Row]] = {}
    refused: list[Fatal] = []
    for tried in ((asked,),) if asked else (_DELIMITERS, _RARE):
        cuts |= {d: _cut(path.name, head, d, whole=whole) for d in tried}
        # Excel's own first line says what parts the columns; the names are in the next.
        rows |= {d: [row for row in _rows(cuts[d][0], d) if not (named and row.line == 1)] for d in tried}
        for d in sorted(tried, key=lambda each: _fit(rows[each]), reverse=True):
            try:
                found = layout.find(path.name, rows[d], choose, skip)
            except Fatal as error:
                refused.append(error)
                continue
            _, escapes, blanks = cuts[d]
            below = [row for row in rows[d] if row.line > found.last]
            said = ["quotes inside quotes have a backslash before them"] if escapes else []
            said += ["cells in quotes have a blank before them"] if blanks else []
            return Dialect(d, escapes, blanks, _as_wide(found, below), below, (*said, *layout.says(found)))
    firsts = [int(one.item.rpartition(":")[2]) for cut, *_ in cuts.values() for one in cut.refused]
    lines = [row.line for its in rows.values() for row in its]
    if firsts and min(firsts) < min(lines, default=min(firsts) + 1):
        raise Fatal(f"{path.name}: its first line cannot be read; expected the columns' names")
    raise refused[0]


def _as_wide(found: Layout, below: Sequence[Row]) -> Layout:
    """Rows may end with delimiters of their own, which the header lacks; or the header with one that they lack."""
    width = len(found.names)
    widths = {len(row.cells) for row in below[:SAMPLE]}
    if len(widths) != 1:
        return found
    more = min(widths) - width
    if more == -1 and not found.names[-1]:
        return replace(found, names=found.names[:-1])
    if more > 0 and not any(cell.strip() for row in below[:SAMPLE] for cell in row.cells[width:]):
        return replace(found, names=(*found.names, *[""] * more))
    return found


def _fit(rows: Sequence[Row]) -> tuple[float, int]:
    """How well a delimiter fits: the share of rows with as many cells as most have, and how many these are."""
    widths = [len(row.cells) for row in rows]
    usual = max(set(widths), key=lambda n: (widths.count(n), n), default=0)
    return (widths.count(usual) / len(widths) if usual > 1 else 0.0, usual)


def _head(path: Path, encoding: Encoding) -> tuple[bytes, bool]:
    """The first _HEAD bytes, more where the first line is longer, the same however the file is cut into blocks.

    And whether that is all of it.
    """
    head, most = b"", _HEAD
    for block in blocks(path, encoding):
        head += block
        while len(head) > most and most < LONGEST and not _LINE_END.search(head[:most]):
            most *= 2
        if len(head) > most:
            return head[:most], False
    return head, True


def _cut(name: str, head: bytes, delimiter: str, *, whole: bool) -> tuple[Records, bool, bool]:
    """A file's first records under a delimiter, whether quotes inside quotes are escaped, and behind blanks begin."""
    mark = re.escape(delimiter.encode())
    blanks = bool(re.search(rb'%b +"(?:"")*[^"]' % mark, head)) and not re.search(rb'%b"' % mark, head)
    head = mend(head, delimiter, blanks=blanks)
    cut = records_of(name, head, delimiter, whole=whole)
    if not cut.escaped:
        return cut, False, blanks
    return records_of(name, head, delimiter, whole=whole, escapes=True), True, blanks


def _rows(part: Records, delimiter: str) -> list[Row]:
    edges = [*part.starts.tolist(), len(part.data)]
    return [
        Row(line, cells(part.data[edges[i] : edges[i + 1]], delimiter)) for i, line in enumerate(part.lines.tolist())
    ]


def cells(record: bytes, delimiter: str) -> list[str]:
    """The cells of one record; a single one where it is none."""
    text = record.decode("utf-8", "replace")
    try:
        return next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])
    except csv.Error:
        return [text]
