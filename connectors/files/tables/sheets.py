"""Excel workbooks (.xlsx) as batches of columns: which sheet, and its cells as a table of text has them."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path

import numpy as np
import pyarrow as pa
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from earful.connectors.errors import Fatal
from earful.connectors.files.tables import layout, packed
from earful.connectors.files.tables.layout import Layout, Row, loose
from earful.connectors.files.tables.packed_sheets import refuse_bombs
from earful.connectors.files.tables.records import Batch, Choose
from earful.connectors.post import Rejected, clean

#: Rows that are made a batch at a time.
ROWS = 5_000

_HEAD = layout.DEEPEST + 40
_WHOLE = 2.0**53

Cell = int | float | str | bool | time | date | datetime | timedelta


def table(path: Path, sheet: str | None, skip: int | None, columns: Sequence[str], choose: Choose) -> Iterator[Batch]:
    """The rows of a workbook's sheet: the one of that name, else the first that has the columns asked for.

    ``columns``: of all its headers, where a first try raised layout.LaterColumns. Row numbers are the sheet's own.
    Raises Fatal for no workbook, no such sheet, or one that is too large.
    """
    name = path.name
    try:
        source: Path | io.BytesIO = path if packed.is_plain(path) else io.BytesIO(packed.whole(path))
        refuse_bombs(name, source, packed.on_disk(path).stat().st_size)
        with CalamineWorkbook.from_object(source) as book:
            found, its, said = _sheet(name, book, sheet, skip, choose)
            yield from _batches(name, found, its, choose, columns, said)
    except (CalamineError, OSError, zipfile.BadZipFile, zlib.error, EOFError) as error:
        why = " ".join(str(error).split())[:120] or type(error).__name__
        raise Fatal(f"{name}: cannot be read as Excel ({why}); put a whole copy in its place") from None


def _sheet(
    name: str, book: CalamineWorkbook, asked: str | None, skip: int | None, choose: Choose
) -> tuple[CalamineSheet, Layout, tuple[str, ...]]:
    """The sheet to read, its layout, and what is said of both."""
    told = [each for each in book.sheets_metadata if each.typ == SheetTypeEnum.WorkSheet]
    shown = [each.name for each in told if each.visible == SheetVisibleEnum.Visible]
    names = [each.name for each in told]
    if asked is not None and asked not in names:
        held = ", ".join(map(repr, names[:10]))
        raise Fatal(f"{name}: has no sheet {asked!r}; its sheets: {held}; mend sheet")
    first: Fatal | None = None
    for each in [asked] if asked is not None else shown or names:
        sheet = book.get_sheet_by_name(each)
        try:
            found = layout.find(name, list(islice(_rows(sheet), _HEAD)), choose, skip)
        except Fatal as error:
            # Of an empty sheet nothing is to be said while there are others.
            if first is None or sheet.start is not None:
                first = first if first is not None and "has no header" not in str(first) else error
            continue
        others = ", ".join(repr(other) for other in names if other != each)
        read = f"sheet {each!r} is read" + (f", not {others}; sheet says another" if others and asked is None else "")
        return sheet, found, (read, *layout.says(found))
    raise first or Fatal(f"{name}: has no sheet with cells; expected a table with a header")


def _rows(sheet: CalamineSheet) -> Iterator[Row]:
    """The rows that are not empty, with their numbers in the sheet."""
    if sheet.start is None:
        return
    for number, values in enumerate(sheet.iter_rows(), 1):
        found = [_text(value) for value in values]
        if any(found):
            yield Row(number, found)


def _text(value: Cell) -> str:
    """A cell as a table of text has it: days and times in ISO 8601, numbers as they are, true and false."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if value.is_integer() and abs(value) < _WHOLE:
            return str(int(value))
        # Beyond that no number is exact any more: it must not pass for an id.
        return f"{value:.15E}" if abs(value) >= _WHOLE else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(" ")
    return str(value) if isinstance(value, int | timedelta) else value.isoformat()


def _batches(
    name: str,
    sheet: CalamineSheet,
    found: Layout,
    choose: Choose,
    every: Sequence[str],
    said: tuple[str, ...],
) -> Iterator[Batch]:
    known = list(every) or list(found.names)
    wanted = list(choose(known))
    names, places = list(found.names), _places(found.names, wanted)
    previews = layout.previews(names) if found.qualtrics else {}
    why = dict.fromkeys(found.above, layout.ABOVE) | dict.fromkeys(found.parts, layout.PART)
    rows = _rows(sheet)
    while some := list(islice(rows, ROWS)):
        columns: list[list[str]] = [[] for _ in wanted]
        lines: list[int] = []
        left: list[Rejected] = []
        for row in some:
            reason = ""
            if row.line <= found.last:
                reason = why.get(row.line, "")
            elif not set(known).isdisjoint(row.cells) and layout.is_header(row.cells, frozenset(map(loose, known))):
                now = layout.section(known, row.cells)
                reason = layout.AGAIN if now == names else layout.OTHER
                if now != names:
                    known = layout.with_later(f"{name}:{row.line}", known, now, wanted, choose)
                    names, places = now, _places(now, wanted)
                    said = (*said, f"another header from row {row.line} on")
            elif any(row.cells[at].strip().lower() in marks for at, marks in previews.items()):
                reason = layout.PREVIEW
            else:
                lines.append(row.line)
                for values, at in zip(columns, places, strict=True):
                    values.append("" if at is None else row.cells[at])
            if reason:
                left.append(Rejected(f"{name}:{row.line}", reason))
        table = pa.table({n: pa.array(values, pa.string()) for n, values in zip(wanted, columns, strict=True)})
        yield Batch(table, np.array(lines, dtype=np.int64), (), tuple(left), said)
        said = ()


def _places(names: Sequence[str], wanted: Sequence[str]) -> list[int | None]:
    return [names.index(n) if n in names else None for n in wanted]
