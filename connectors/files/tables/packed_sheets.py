"""What an Excel workbook unpacks to, found out before it is read: two cells far apart would take all memory."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from copy import copy
from pathlib import Path

from earful.connectors.errors import Fatal
from earful.connectors.files.tables import packed

#: A sheet is held as a whole, 32 bytes for each cell between its first and its last, empty ones too. No more cells.
MOST_CELLS = 20_000_000
#: A workbook's parts may unpack to so many bytes in all: a sheet of MOST_CELLS comes to about this.
MOST_BYTES = 512 << 20

_CHUNK = 1 << 20
#: No tag of a sheet is longer.
_TAG = 1 << 20
#: A cell that holds something, with its place; a row's number.
_CELL = re.compile(rb"""<(?:\w+:)?c\b(?:[^>]*?\br\s*=\s*["']([A-Z]{1,3})(\d{1,7})["'])?[^>]*(?<!/)>""")
_ROW = re.compile(rb"""<(?:\w+:)?row\b[^>]*?\br\s*=\s*["'](\d{1,7})["']""")
#: A ">" inside an attribute: whoever writes that hides what follows.
_HIDDEN = re.compile(rb"""<(?:\w+:)?(?:c|row)\b[^>]*=\s*(?:"[^"<>]*>|'[^'<>]*>)""")
_BEGIN = re.compile(rb"<(?:\w+:)?row\b")


def refuse_bombs(name: str, source: Path | io.BytesIO, size: int) -> None:
    """Raises Fatal where a workbook of ``size`` bytes is none, unpacks to too much, or has cells too far apart."""
    left = min(MOST_BYTES, max(packed.UNPACKED, packed.UNPACKED_TIMES * size))
    with zipfile.ZipFile(source) as book:
        if "xl/workbook.xml" not in book.namelist():
            raise Fatal(f"{name}: is a document or workbook of another kind; save it as .xlsx")
        for part in book.infolist():
            if part.flag_bits & 1 or part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise Fatal(f"{name}: is locked, or packed in an unusual way; save it as .xlsx without a password")
            reach = _Reach()
            for chunk in _unpacked(book, part):
                left -= len(chunk)
                if left < 0:
                    raise Fatal(f"{name}: unpacks beyond measure, so not a table of posts; save the table as CSV")
                reach.add(chunk)
                if reach.cells > MOST_CELLS:
                    raise Fatal(f"{name}: its cells are spread over more than {MOST_CELLS:,}; save the table as CSV")


def _unpacked(book: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """What a part unpacks to, whatever size it claims."""
    claim = copy(part)
    claim.file_size = 1 << 60
    with book.open(claim) as file:
        while chunk := file.read(_CHUNK):
            yield chunk


class _Reach:
    """How far the cells of a sheet reach that hold something, from its text piece by piece."""

    def __init__(self) -> None:
        self._row = self._column = self._row_named = self._in_row = self._most_in_row = 1
        self._placeless = self._odd = False
        self._rest = b""

    @property
    def cells(self) -> int:
        """Cells between the sheet's first and the last that holds something, at most."""
        if self._odd:
            return MOST_CELLS + 1
        if not self._placeless:
            return self._row * self._column
        # Cells that do not say where they are stand in their row, one behind the other.
        return max(self._row, self._row_named) * (self._column + self._most_in_row)

    def add(self, chunk: bytes) -> None:
        """The next piece."""
        data = self._rest + chunk
        begin = data.rfind(b"<")
        self._rest = data[begin:] if begin >= 0 else data
        self._odd |= len(self._rest) > _TAG or _HIDDEN.search(data) is not None
        places = set(_CELL.findall(data))
        for letters, digits in places:
            if not letters:
                self._placeless = True
                continue
            self._row = max(self._row, int(digits))
            self._column = max(self._column, _number(letters))
        self._row_named = max(self._row_named, *map(int, _ROW.findall(data)), 1)
        if self._placeless:
            for number, part in enumerate(_BEGIN.split(data)):
                self._in_row = (0 if number else self._in_row) + part.count(b"<c")
                self._most_in_row = max(self._most_in_row, self._in_row)


def _number(letters: bytes) -> int:
    found = 0
    for each in letters:
        found = 26 * found + each - 64
    return found
