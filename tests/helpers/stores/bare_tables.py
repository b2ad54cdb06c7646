"""The store's tables in memory, and rows in them of which a test says only what it is about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import duckdb

from earful.warehouse.statements import quoted
from earful.warehouse.store.migrate import migrate

#: What stands in a column that may not be null and that nobody named, by the beginning of its type.
_PLAIN: Mapping[str, object] = {
    "VARCHAR": "", "BIGINT": 0, "UBIGINT": 0, "INTEGER": 0, "DOUBLE": 0.0, "BOOLEAN": False,
    "TIMESTAMP": datetime(2026, 1, 1), "DATE": date(2026, 1, 1),
}  # fmt: skip


@contextmanager
def bare_tables() -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to a new store in memory, migrated and empty."""
    with duckdb.connect(config={"threads": 1}) as con:
        migrate(con, Path("bare"))
        con.execute("set TimeZone = 'UTC'")
        yield con


@contextmanager
def undone(con: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """What is done within it is as if it never was: quicker than a new store for every test."""
    con.execute("begin")
    try:
        yield con
    finally:
        con.execute("rollback")


def add(con: duckdb.DuckDBPyConnection, table: str, *rows: Mapping[str, Any]) -> None:
    """Rows of a table by name; what may not be null and is not named is empty, zero or false."""
    columns = con.execute(f"describe {table}").fetchall()
    plain = {name: _PLAIN.get(kind, []) for name, kind, null, *_ in columns if null == "NO"}
    for names, alike in groupby(({**plain, **row} for row in rows), key=tuple):
        values = list(alike)
        row = f"({', '.join('?' for _ in names)})"
        con.execute(
            f"insert into {table} ({', '.join(map(quoted, names))}) values {', '.join(row for _ in values)}",
            [value for each in values for value in each.values()],
        )


def asked(con: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    """The rows of a query."""
    return con.execute(sql).fetchall()
