"""Ways to spoil a table's Parquet file under its right hash."""

from __future__ import annotations

import io
import random

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.restore.backup import EITHER, REFUSED, RESTORED, Backup


def parquet_flipped(backup: Backup, draw: random.Random) -> str:
    """Broken Parquet under its right hash: DuckDB itself meets it."""
    name = draw.choice(backup.tables())
    content = bytearray(backup.get(f"{name}.parquet"))
    for _ in range(draw.choice((1, 2, 5))):
        content[draw.randrange(4, len(content))] = draw.randrange(256)
    backup.replace_table(name, bytes(content))
    return EITHER


def parquet_rows(backup: Backup, draw: random.Random) -> str:
    """Fewer or more rows, told in the manifest or not."""
    name, table = _some_rows(backup, draw)
    other = draw.choice((table.slice(1), table.slice(0, 0), pa.concat_tables([table, table])))
    told = draw.random() < 0.5
    backup.replace_table(name, _parquet(other), other.num_rows if told else None)
    return EITHER if told else REFUSED


def parquet_columns(backup: Backup, draw: random.Random) -> str:
    name, table = _some_rows(backup, draw)
    at = draw.randrange(table.num_columns)
    column = table.field(at).name
    more = table.append_column("more", pa.array([1] * table.num_rows))
    renamed = table.rename_columns([f"{c}_x" if c == column else c for c in table.column_names])
    typed = table.set_column(at, column, pa.array([b"x"] * table.num_rows, pa.binary()))
    without = table.drop_columns([column]) if table.num_columns > 1 else renamed
    backup.replace_table(name, _parquet(draw.choice((more, renamed, typed, without))))
    return REFUSED


def parquet_nulls(backup: Backup, draw: random.Random) -> str:
    name, table = _some_rows(backup, draw)
    at = draw.randrange(table.num_columns)
    found = table.field(at)
    nulls = table.set_column(at, found.name, pa.nulls(table.num_rows, found.type))
    backup.replace_table(name, _parquet(nulls))
    return EITHER


def parquet_packed_otherwise(backup: Backup, draw: random.Random) -> str:
    name, table = _some_rows(backup, draw)
    how = draw.choice(("snappy", "gzip", "none", "zstd"))
    backup.replace_table(name, _parquet(table, how, draw.choice((1, 7, 100_000))))
    return RESTORED


def parquet_bomb(backup: Backup, draw: random.Random) -> str:
    """Three million rows in some hundred bytes, the manifest saying so too or not."""
    name, rows = draw.choice(backup.tables()), 3_000_000
    schema = pq.read_schema(io.BytesIO(backup.get(f"{name}.parquet")))
    nothing = pa.table({field.name: pa.nulls(rows, field.type) for field in schema})
    told = draw.random() < 0.5
    backup.replace_table(name, _parquet(nothing, rows=rows), rows if told else None)
    return REFUSED


def _parquet(table: pa.Table, compression: str = "zstd", rows: int = 100_000) -> bytes:
    out = io.BytesIO()
    pq.write_table(table, out, compression=compression, row_group_size=rows)
    return out.getvalue()


def _some_rows(backup: Backup, draw: random.Random) -> tuple[str, pa.Table]:
    """A table that has rows, as DuckDB wrote it."""
    found = backup.manifest["tables"]
    name = draw.choice([name for name in sorted(found) if found[name]["rows"]])
    return name, pq.read_table(io.BytesIO(backup.get(f"{name}.parquet")))
