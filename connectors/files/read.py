"""Files as batches of columns: CSV, JSON lines and Parquet through Arrow, each row with its line, none lost."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.json
import pyarrow.parquet

from earful.connectors.errors import Fatal
from earful.connectors.files.cast import cast_or_null, mask
from earful.connectors.files.records import Encoding, Positions, Records, blocks, detect, opened, records
from earful.connectors.post import Rejected, clean

#: Most rows of a batch, and so of a page.
PAGE = 50_000
#: JSON lines looked at to learn the columns and their types.
SAMPLE = 100

_DELIMITERS = ",;\t|"
_HEAD = 1 << 16  # bytes in which a header ends
_SUFFIXES = {"csv": "csv", "tsv": "csv", "txt": "csv", "jsonl": "jsonl", "ndjson": "jsonl", "parquet": "parquet"}
_MAGIC = (
    (b"PK\x03\x04", "a ZIP or Excel file"),
    (b"\xd0\xcf\x11\xe0", "an old Excel file"),
    (b"%PDF", "a PDF"),
    (b"SQLite format 3", "an SQLite file"),
)

#: Given the columns that a file has, names those to read; raises Fatal when it lacks one that is needed.
Choose = Callable[[Sequence[str]], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of one file: the chosen columns under the file's names, each row's line (Parquet: its number, from 1)."""

    table: pa.Table
    lines: Positions
    refused: tuple[Rejected, ...] = ()


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
    return _SUFFIXES.get(ending) or ("jsonl" if head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{") else "csv")


def batches(file: Opened, choose: Choose) -> Iterator[Batch]:
    """The rows of a file in its order, at most PAGE at a time. Raises Fatal where it is not what it should be."""
    if file.encoding is None:
        found = _parquet(file.path, choose)
    elif file.format == "csv":
        found = _csv(file.path, file.encoding, file.delimiter, choose)
    else:
        found = _jsonl(file.path, file.encoding, choose)
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
            wanted = choose(header)
            chosen = [header.index(name) for name in wanted]
            yield _csv_batch(path.name, body, delimiter, header, chosen)
    if header is None:
        raise Fatal(f"{path.name}: has no header; expected a first line with the columns' names")


def _delimiter(path: Path, encoding: Encoding) -> str:
    """The delimiter that cuts the first line into the most columns."""
    head = b""
    for block in blocks(path, encoding):
        head += block[:_HEAD]
        if len(head) >= _HEAD:
            break
    text = head.decode("utf-8", "replace")
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
        names = [n.strip() for n in next(csv.reader(text, delimiter=delimiter))]
    except csv.Error:
        names = []
    if not any(names) or any(ord(c) < 32 for n in names for c in n if c not in "\t\r\n"):
        raise Fatal(f"{name}: its first line is binary data or blank; expected the columns' names")
    behind = len(part.data) - len(text.read().encode())
    return names, Records(part.data[behind:], part.lines[1:], part.refused)


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


def _jsonl(path: Path, encoding: Encoding, choose: Choose) -> Iterator[Batch]:
    schema: pa.Schema | None = None
    before: tuple[Rejected, ...] = ()  # refused ahead of the first readable line
    for part in records(path, encoding, None):
        if schema is None:
            before += part.refused
            if not len(part.lines):
                continue
            sample = [_object(line) for line in part.data.split(b"\n", SAMPLE)[:SAMPLE]]
            seen = [found for found in sample if isinstance(found, dict)]
            if not seen:
                break
            schema = _types(seen, choose(list(dict.fromkeys(key for found in seen for key in found))))
            part = replace(part, refused=before)  # noqa: PLW2901 - the same part with what came before it
        yield _json_batch(path.name, part, schema)
    if schema is None:
        raise Fatal(f"{path.name}: no JSON object in its first lines; expected one object a line")


def _object(line: bytes) -> dict[str, object] | str:
    """A line's object, or why it is none."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return "not JSON"
    return found if isinstance(found, dict) else "not a JSON object"


def _types(sample: list[dict[str, object]], names: Sequence[str]) -> pa.Schema:
    """Arrow types for the chosen columns: what the sample has. A later row of another type is read on its own."""
    fields = []
    for name in names:
        kinds = {type(found[name]) for found in sample if found.get(name) is not None}
        only = kinds.pop() if len(kinds) == 1 else str
        fields.append(pa.field(name, {int: pa.int64(), float: pa.float64(), bool: pa.bool_()}.get(only, pa.string())))
    return pa.schema(fields)


def _json_batch(name: str, part: Records, schema: pa.Schema) -> Batch:
    if not len(part.lines):
        return Batch(schema.empty_table(), part.lines, part.refused)
    try:
        table = pa.json.read_json(
            pa.BufferReader(part.data),
            read_options=pa.json.ReadOptions(use_threads=False, block_size=len(part.data) + 1),
            parse_options=pa.json.ParseOptions(explicit_schema=schema, unexpected_field_behavior="ignore"),
        )
        if table.num_rows == len(part.lines):
            return Batch(table.select(schema.names), part.lines, part.refused)
    except pa.ArrowInvalid:
        # Some line is broken, has another type, or half a surrogate pair: Arrow refuses the block, so line by line.
        table = None
    columns: dict[str, list[str | None]] = {key: [] for key in schema.names}
    lines, refused = [], list(part.refused)
    for line, raw in zip(part.lines, part.data.split(b"\n"), strict=False):
        found = _object(raw)
        why = found if isinstance(found, str) else _nested(found, schema.names)
        if why or isinstance(found, str):
            refused.append(Rejected(f"{name}:{line}", why))
            continue
        lines.append(line)
        for key, values in columns.items():
            values.append(_cell_text(found.get(key)))
    table = pa.table({key: pa.array(values, pa.string()) for key, values in columns.items()})
    return Batch(table, np.array(lines, dtype=np.int64), tuple(refused))


def _nested(found: dict[str, object], names: Sequence[str]) -> str:
    return next((f"{key} holds a list or an object" for key in names if isinstance(found.get(key), list | dict)), "")


def _cell_text(value: object) -> str | None:
    if value is None:
        return None
    return clean(value) if isinstance(value, str) else json.dumps(value)


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
