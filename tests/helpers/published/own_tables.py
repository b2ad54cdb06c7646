"""A published file of nothing but the tables that a test gives: for one question of a report, in milliseconds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from earful.reports.data import Published

Row = dict[str, Any]


def own_tables(path: Path, tables: Mapping[str, Sequence[Row]]) -> Published:
    """Write the rows of each table and open them; each table has the columns of its first row. A context manager."""
    with duckdb.connect(str(path)) as con:
        for name, rows in tables.items():
            drawn = pa.Table.from_pylist(list(rows))
            con.register("drawn", drawn)
            con.execute(f'create table "{name}" as from drawn')
            con.unregister("drawn")
    return Published(path)
