"""Migrations of the store: numbered SQL files, each run once, in order, in a transaction of its own, and recorded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path

import duckdb

from warehouse.errors import WarehouseError
from warehouse.statements import run_text

_NAME = re.compile(r"(\d{4})_(\w+)\.sql")


@dataclass(frozen=True, slots=True)
class Migration:
    """One file ``sql/migrations/NNNN_name.sql``."""

    number: int
    name: str
    script: str


@cache
def known() -> tuple[Migration, ...]:
    """The migrations this version ships, by number."""
    return tuple(sorted(_shipped(), key=lambda m: m.number))


def newest() -> int:
    """The schema version this code writes."""
    return known()[-1].number


def applied(con: duckdb.DuckDBPyConnection, path: Path) -> int:
    """The schema version of the open file, 0 for an empty one.

    Raises WarehouseError for a DuckDB file that is not a store, and for a store of a newer schema. Changes nothing.
    """
    tables = {name for (name,) in con.execute("select table_name from duckdb_tables() where not internal").fetchall()}
    if not tables:
        return 0
    if "migrations" not in tables:
        raise WarehouseError(f"{path} is a DuckDB file, but not earful's store: set another path in earful.toml")
    rows = con.execute("select coalesce(max(number), 0) from migrations").fetchall()
    number = int(rows[0][0])
    if number > newest():
        raise WarehouseError(
            f"{path} has schema {number}, this earful knows {newest()} at most: update earful; the file is untouched"
        )
    return number


def migrate(con: duckdb.DuckDBPyConnection, path: Path, migrations: tuple[Migration, ...] | None = None) -> int:
    """Bring the open store to the newest schema and return its number. A migration that fails leaves no trace."""
    at = applied(con, path)
    for migration in known() if migrations is None else migrations:
        if migration.number <= at:
            continue
        con.execute("begin")
        try:
            con.execute(
                "create table if not exists migrations"
                " (number integer not null, name varchar not null, applied_at timestamp not null)"
            )
            run_text(con, migration.script)
            now = datetime.now(UTC).replace(tzinfo=None)
            con.execute(
                "insert into migrations values ($n, $name, $now)",
                {"n": migration.number, "name": migration.name, "now": now},
            )
            con.execute("commit")
        except BaseException:
            con.execute("rollback")
            raise
        at = migration.number
    return at


def _shipped() -> Iterator[Migration]:
    for entry in files("warehouse").joinpath("sql", "migrations").iterdir():
        found = _NAME.fullmatch(entry.name)
        if found:
            yield Migration(int(found[1]), found[2], entry.read_text(encoding="utf-8"))
