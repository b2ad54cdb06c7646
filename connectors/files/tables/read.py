"""Files as batches of columns: what a file is, and its rows as they come, each with its line, none lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from earful.connectors.errors import Fatal
from earful.connectors.files.tables import read_csv, read_parquet, sheets
from earful.connectors.files.tables.batch import Batch, Choose
from earful.connectors.files.tables.encodings import Encoding
from earful.connectors.files.tables.packed import opened
from earful.connectors.files.tables.read_json import array, objects
from earful.connectors.files.tables.records import detect

#: Most rows of a batch, and so of a page.
PAGE = 50_000

_SUFFIXES = {
    "csv": "csv",
    "tsv": "csv",
    "jsonl": "jsonl",
    "ndjson": "jsonl",
    "json": "jsonl",
    "parquet": "parquet",
}
_PACKED = (".gz", ".zst")
_MAGIC = (
    (b"\xd0\xcf\x11\xe0", "an old Excel file, or one with a password: save it as .xlsx without a password"),
    (b"%PDF", "a PDF: export the table itself"),
    (b"SQLite format 3", "an SQLite file: export the table as CSV"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"Rar!", "a RAR archive: unpack it"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive: unpack it"),
    (b"\x00\x00\x00\x01Bud1", "notes of a Mac on its folder"),
    (b"{\\rtf", "a text document: export the table as CSV"),
)
_READ = "expected CSV, JSON, Excel (.xlsx) or Parquet"


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that could be opened: its format, and how its text is encoded (None for Parquet and Excel).

    ``delimiter``, ``sheet`` and ``skip`` as configured (None: as found). ``columns``: of all headers of a file, where
    later ones have more, see layout.LaterColumns.
    """

    path: Path
    format: str
    encoding: Encoding | None
    delimiter: str | None = None
    sheet: str | None = None
    skip: int | None = None
    columns: tuple[str, ...] = ()


def look(
    path: Path, fmt: str, encoding: str, delimiter: str, sheet: str | None = None, skip: int | None = None
) -> Opened:
    """Find out how to read a file: format and encoding where they are "auto". Raises Fatal for no table at all."""
    with opened(path) as file:
        head = file.read(16)
    if not head:
        raise Fatal(f"{path.name}: is empty; expected a table with a header")
    if what := foreign(head):
        raise Fatal(f"{path.name}: is {what}; {_READ}")
    if fmt == "auto":
        fmt = _format(path, head)
    if fmt in ("json", "jsonl"):
        fmt = "json" if _begins(head) == b"[" else "jsonl"
    if fmt in ("parquet", "xlsx"):
        return Opened(path, fmt, None, None, sheet, skip)
    return Opened(path, fmt, detect(path, encoding), None if delimiter == "auto" else delimiter, sheet, skip)


def foreign(head: bytes) -> str:
    """What a file is by its first bytes, where that is no table; else ""."""
    return next((what for magic, what in _MAGIC if head.startswith(magic)), "")


def _format(path: Path, head: bytes) -> str:
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"PK\x03\x04"):
        return "xlsx"
    name = path.name.lower()
    ending = next((name.removesuffix(end) for end in _PACKED if name.endswith(end)), name).rpartition(".")[2]
    return _SUFFIXES.get(ending) or ("jsonl" if _begins(head) == b"{" or _begins(head, 2) in (b"[{", b"[[") else "csv")


def _begins(head: bytes, most: int = 1) -> bytes:
    return head.translate(None, b"\xef\xbb\xbf\xff\xfe\x00 \r\n\t\x1e")[:most]


def batches(file: Opened, choose: Choose) -> Iterator[Batch]:
    """The rows of a file in its order, at most PAGE at a time. Raises Fatal where it is not what it should be."""
    if file.format == "xlsx":
        found = sheets.table(file.path, file.sheet, file.skip, file.columns, choose)
    elif file.encoding is None:
        found = read_parquet.table(file.path, PAGE, choose)
    elif file.format == "csv":
        found = read_csv.table(file.path, file.encoding, file.delimiter, file.skip, file.columns, choose)
    elif file.format == "json":
        found = array(file.path, file.encoding, choose)
    else:
        found = objects(file.path, file.encoding, choose)
    for batch in found:
        if not (len(batch.lines) or batch.refused or batch.left_out or batch.said or batch.delimiter):
            continue
        yield replace(batch, table=batch.table.slice(0, PAGE), lines=batch.lines[:PAGE])
        for at in range(PAGE, len(batch.lines), PAGE):
            yield Batch(batch.table.slice(at, PAGE), batch.lines[at : at + PAGE])
