"""Migrations of the store: numbered SQL files, each run once, in order, in a transaction of its own, and recorded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path

import duckdb

from earful.warehouse.errors import WarehouseError
from earful.warehouse.statements import run_text

_NAME = re.compile(r"(\d{4})_(\w+)\.sql")


@dataclass(frozen=True, slots=True)
class Migration:
    """One file ``sql/store/migrations/NN/NNNN_name.sql``, in a folder of its ten."""

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


def applied(con: duckdb.DuckDBPyConnection, path: Path) -> frozenset[int]:
    """The numbers of the migrations that the open file has had; none for an empty one.

    The set, not the highest: migrations are written side by side, and one with a lower number may ship later.

    Raises WarehouseError for a DuckDB file that is not a store, and for a store of a newer schema (it has had one that
    this version does not ship). Changes nothing.
    """
    tables = {name for (name,) in con.execute("select table_name from duckdb_tables() where not internal").fetchall()}
    if not tables:
        return frozenset()
    if "migrations" not in tables:
        raise WarehouseError(f"{path} is a DuckDB file, but not earful's store: set another path in earful.toml")
    had = frozenset(int(number) for (number,) in con.execute("select number from migrations").fetchall())
    strange = sorted(had - {m.number for m in known()})
    if strange:
        raise WarehouseError(
            f"{path} has schema {strange[-1]}, this earful knows {newest()} at most: update earful;"
            " the file is untouched"
        )
    return had


def missing(had: frozenset[int], migrations: tuple[Migration, ...] | None = None) -> tuple[Migration, ...]:
    """Those of this version's migrations (or of ``migrations``) that are missing from a file which ``had`` some."""
    return tuple(m for m in (known() if migrations is None else migrations) if m.number not in had)


def migrate(con: duckdb.DuckDBPyConnection, path: Path, migrations: tuple[Migration, ...] | None = None) -> int:
    """Run the missing migrations, each in a transaction of its own and recorded; returns the newest number.

    A migration that fails leaves no trace.
    """
    had = applied(con, path)
    for migration in missing(had, migrations):
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
            # A disk that is full has rolled it back already; that is what is to be reported.
            with suppress(duckdb.Error):
                con.execute("rollback")
            raise
        had |= {migration.number}
    return max(had, default=0)


def _shipped() -> Iterator[Migration]:
    for ten in files("earful.warehouse").joinpath("sql", "store", "migrations").iterdir():
        for entry in ten.iterdir() if ten.is_dir() else ():
            found = _NAME.fullmatch(entry.name)
            if found:
                yield Migration(int(found[1]), found[2], entry.read_text(encoding="utf-8"))
