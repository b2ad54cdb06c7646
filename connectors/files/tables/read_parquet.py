"""Parquet as batches of columns, in the file's own types; what is text there is text in valid UTF-8."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet

from earful.connectors.errors import Fatal
from earful.connectors.files.tables.packed import is_plain, whole
from earful.connectors.files.tables.records import Batch, Choose
from earful.connectors.files.values.arrays import Positions, cast_or_null, mask
from earful.connectors.post import Rejected


def table(path: Path, size: int, choose: Choose) -> Iterator[Batch]:
    """The rows of a Parquet file, ``size`` at a time; one that is packed is unpacked into memory."""
    at = 1
    try:
        with pa.parquet.ParquetFile(path if is_plain(path) else io.BytesIO(whole(path))) as file:
            wanted = list(choose(file.schema_arrow.names))
            for got in file.iter_batches(batch_size=size, columns=wanted):
                lines = np.arange(at, at + got.num_rows, dtype=np.int64)
                at += got.num_rows
                yield _batch(path.name, pa.table(got).select(wanted), lines)
    except (pa.ArrowException, OSError) as error:
        why = " ".join(str(error).split())[:120]
        raise Fatal(f"{path.name}: cannot be read as Parquet ({why}); put a whole copy in its place") from None


def _batch(name: str, table: pa.Table, lines: Positions) -> Batch:
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
