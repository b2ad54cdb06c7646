"""Files as batches of columns: CSV, JSON lines and Parquet through Arrow, each row with its line, none lost."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.json
import pyarrow.parquet

from earful.connectors.errors import Fatal
from earful.connectors.files.cast import cast_or_null
from earful.connectors.files.encodings import Encoding
from earful.connectors.files.read_json import array, lines
from earful.connectors.files.records import SAMPLE, Batch, Choose, Records, blocks, detect, opened, records
from earful.connectors.files.values.arrays import Positions, mask
from earful.connectors.post import Rejected

#: Most rows of a batch, and so of a page.
PAGE = 50_000

_DELIMITERS = ",;\t|"
_HEAD = 1 << 16  # bytes in which a header ends
_SEP = re.compile(r'"?sep=([^\r\n])"?\r?\n')
_SUFFIXES = {
    "csv": "csv",
    "tsv": "csv",
    "txt": "csv",
    "jsonl": "jsonl",
    "ndjson": "jsonl",
    "json": "jsonl",
    "parquet": "parquet",
}
_MAGIC = (
    (b"PK\x03\x04", "a ZIP or Excel file"),
    (b"\xd0\xcf\x11\xe0", "an old Excel file"),
    (b"%PDF", "a PDF"),
    (b"SQLite format 3", "an SQLite file"),
)


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that could be opened: its format, and how its text is encoded (None for Parquet)."""

    path: Path
    format: str
    encoding: Encoding | None
    delimiter: str | None = None


def look(path: Path, fmt: str, encoding: str, delimiter: str) -> Opened:
    """Find out how to read a file: format and encoding where they are "auto". Raises Fatal for no table at all."""
    with opened(path) as file:
        head = file.read(16)
    if not head:
        raise Fatal(f"{path.name}: is empty; expected a table with a header")
    found = next((what for magic, what in _MAGIC if head.startswith(magic)), None)
    if found:
        raise Fatal(f"{path.name}: is {found}; expected CSV, JSON lines or Parquet: export it again as one of those")
    if fmt == "auto":
        fmt = _format(path, head)
    if fmt == "parquet":
        return Opened(path, fmt, None)
    return Opened(path, fmt, detect(path, encoding), None if delimiter == "auto" else delimiter)


def _format(path: Path, head: bytes) -> str:
    if head.startswith(b"PAR1"):
        return "parquet"
    ending = path.name.lower().removesuffix(".gz").rpartition(".")[2]
    begins = head.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \r\n\t")[:1]
    if ending in ("json", "jsonl", "ndjson") and begins == b"[":
        return "json"
    return _SUFFIXES.get(ending) or ("jsonl" if begins == b"{" else "csv")


def batches(file: Opened, choose: Choose) -> Iterator[Batch]:
    """The rows of a file in its order, at most PAGE at a time. Raises Fatal where it is not what it should be."""
    if file.encoding is None:
        found = _parquet(file.path, choose)
    elif file.format == "csv":
        found = _csv(file.path, file.encoding, file.delimiter, choose)
    elif file.format == "json":
        found = array(file.path, file.encoding, choose)
    else:
        found = lines(file.path, file.encoding, choose)
    for batch in found:
        if not len(batch.lines) and not batch.refused:
            continue
        yield replace(batch, table=batch.table.slice(0, PAGE), lines=batch.lines[:PAGE])
        for at in range(PAGE, len(batch.lines), PAGE):
            yield Batch(batch.table.slice(at, PAGE), batch.lines[at : at + PAGE])


def _csv(path: Path, encoding: Encoding, delimiter: str | None, choose: Choose) -> Iterator[Batch]:
    delimiter = delimiter or _delimiter(path, encoding)
    header: list[str] | None = None
    chosen: list[int] = []
    for part in records(path, encoding, delimiter):
        if header is not None:
            yield _csv_batch(path.name, part, delimiter, header, chosen)
        elif len(part.lines) or part.refused:
            header, body = _header(path.name, part, delimiter)
            wanted = choose(tuple(header))
            if _trailing(path, encoding, delimiter, len(header)):
                header.append("")
            chosen = [header.index(name) for name in wanted]
            yield _csv_batch(path.name, body, delimiter, header, chosen)
    if header is None:
        raise Fatal(f"{path.name}: has no header; expected a first line with the columns' names")


def _delimiter(path: Path, encoding: Encoding) -> str:
    """The delimiter that cuts the first line into the most columns."""
    text = _head(path, encoding)
    if named := _SEP.match(text):
        return named[1]
    return max(_DELIMITERS, key=lambda d: len(_first_row(text, d)))


def _first_row(text: str, delimiter: str) -> list[str]:
    try:
        return next((row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if row), [])
    except csv.Error:
        return []


def _header(name: str, part: Records, delimiter: str) -> tuple[list[str], Records]:
    """The names in the first record, and the records behind it."""
    first = int(part.lines[0]) if len(part.lines) else 0
    if not first or any(int(r.item.rpartition(":")[2]) < first for r in part.refused):
        raise Fatal(f"{name}: its first line cannot be read; expected the columns' names")
    text = io.StringIO(part.data.decode(), newline="")
    try:
        # Excel's own first line says what parts the columns; the names are in the next.
        skipped = 1 if _SEP.match(part.data[:16].decode("utf-8", "replace")) else 0
        rows = csv.reader(text, delimiter=delimiter)
        names = [n.strip() for n in list(islice(rows, 1 + skipped))[skipped]]
    except (csv.Error, IndexError):
        names = []
    if not any(names) or any(ord(c) < 32 for n in names for c in n if c not in "\t\r\n"):
        raise Fatal(f"{name}: its first line is binary data or blank; expected the columns' names")
    behind = len(part.data) - len(text.read().encode())
    return names, Records(part.data[behind:], part.lines[1 + skipped :], part.refused)


def _head(path: Path, encoding: Encoding) -> str:
    """The first _HEAD bytes, the same however the file is cut into blocks."""
    head = b""
    for block in blocks(path, encoding):
        head += block[:_HEAD]
        if len(head) >= _HEAD:
            break
    return head[:_HEAD].decode("utf-8", "replace")


def _trailing(path: Path, encoding: Encoding, delimiter: str, columns: int) -> bool:
    """Whether the rows end with a delimiter of their own, which the header lacks."""
    head = _head(path, encoding)
    text = io.StringIO(_SEP.sub("", head, count=1), newline="")
    try:
        found = [row for row in islice(csv.reader(text, delimiter=delimiter), 1 + SAMPLE) if row]
    except csv.Error:
        return False
    # The last may be cut.
    rows = found[1 : -1 if len(head.encode()) >= _HEAD - 4 else None]
    return bool(rows) and all(len(row) == columns + 1 and not row[-1].strip() for row in rows)


def _csv_batch(name: str, part: Records, delimiter: str, header: list[str], chosen: list[int]) -> Batch:
    ragged: list[tuple[int, int]] = []  # number among the records (from 0), columns it has

    def set_aside(row: pa.csv.InvalidRow) -> str:
        ragged.append((row.number - 1, row.actual_columns))
        return "skip"

    keys = [str(i) for i in range(len(header))]
    wanted = [keys[i] for i in chosen]
    names = [header[i] for i in chosen]
    if not len(part.lines):
        return Batch(pa.table({n: pa.array([], pa.string()) for n in names}), part.lines, part.refused)
    table = pa.csv.read_csv(
        pa.BufferReader(part.data),
        # One thread and one block, as only then Arrow numbers the rows it refuses.
        read_options=pa.csv.ReadOptions(use_threads=False, column_names=keys, block_size=len(part.data) + 1),
        parse_options=pa.csv.ParseOptions(
            delimiter=delimiter, newlines_in_values=True, invalid_row_handler=set_aside, ignore_empty_lines=False
        ),
        convert_options=pa.csv.ConvertOptions(
            column_types=dict.fromkeys(wanted, pa.string()), include_columns=wanted, strings_can_be_null=False
        ),
    )
    good = np.ones(len(part.lines), dtype=np.bool_)
    good[[number for number, _ in ragged]] = False
    if table.num_rows != int(good.sum()):
        raise Fatal(f"{name}:{part.lines[0]}: rows from here on cannot be separated; check the quotes and line ends")
    refused = tuple(
        Rejected(f"{name}:{part.lines[number]}", f"{has} columns where the header has {len(header)}")
        for number, has in ragged
    )
    return Batch(table.rename_columns(names), part.lines[good], part.refused + refused)


def _parquet(path: Path, choose: Choose) -> Iterator[Batch]:
    at = 1
    try:
        with pa.parquet.ParquetFile(path) as file:
            wanted = list(choose(file.schema_arrow.names))
            for got in file.iter_batches(batch_size=PAGE, columns=wanted):
                lines = np.arange(at, at + got.num_rows, dtype=np.int64)
                at += got.num_rows
                yield _parquet_batch(path.name, pa.table(got).select(wanted), lines)
    except (pa.ArrowException, OSError) as error:
        why = " ".join(str(error).split())[:120]
        raise Fatal(f"{path.name}: cannot be read as Parquet ({why}); put a whole copy in its place") from None


def _parquet_batch(name: str, table: pa.Table, lines: Positions) -> Batch:
    """Text columns as valid strings: Parquet has categories, bytes and broken UTF-8 under the same name."""
    bad = np.zeros(len(lines), dtype=np.bool_)
    for i, column in enumerate(table.columns):
        kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
        if not (_is_text(kind) or _is_bytes(kind)):
            continue
        raw = column.cast(kind).combine_chunks().cast(pa.binary())
        string = cast_or_null(raw, pa.string())
        bad |= mask(pc.and_(pc.is_null(string), pc.is_valid(raw)))
        table = table.set_column(i, table.column_names[i], string)
    if not bad.any():
        return Batch(table, lines)
    refused = tuple(Rejected(f"{name}:{line}", "bytes of another encoding") for line in lines[bad])
    return Batch(table.filter(pa.array(~bad)), lines[~bad], refused)


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _is_bytes(kind: pa.DataType) -> bool:
    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_binary_view(kind))
