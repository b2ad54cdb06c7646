"""What an upgrade would do to a store: seen without opening it for writing, and tried on a copy."""

from __future__ import annotations

import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import duckdb

from earful.warehouse.errors import WarehouseError, explain, explained, store_holder
from earful.warehouse.statements import count, quoted
from earful.warehouse.store.migrate import Migration, applied, missing
from earful.warehouse.store.store import open_store


@dataclass(frozen=True, slots=True)
class Upgrade:
    """``migrations``: names of those to come, in order; ``rows``: of all tables, as after them; ``seconds`` it took."""

    migrations: tuple[str, ...]
    rows: int
    seconds: float


def held_by(path: Path) -> str:
    """Which process has the store open, "" for none."""
    try:
        duckdb.connect(path, read_only=True).close()
    except duckdb.IOException as error:
        return store_holder(str(error)) if "Could not set lock" in str(error) else ""
    except duckdb.Error:
        return ""  # not a store: others say so
    return ""


def missing_migrations(path: Path) -> tuple[Migration, ...]:
    """Those that this version would run. Raises WarehouseError: in use, no store, of a newer earful."""
    try:
        with duckdb.connect(path, read_only=True) as con:
            return missing(applied(con, path))
    except duckdb.Error as error:
        raise explain(error, path) from error


def try_upgrade(path: Path, *, time_zone: str) -> Upgrade:
    """Migrate a copy, among the temporary files, and count what is in it; the store is read and nothing else.

    Raises WarehouseError in one line: in use, too little room, a migration that fails or loses rows of a table.
    """
    path = path.absolute()
    began = time.monotonic()
    size = path.stat().st_size
    free = shutil.disk_usage(path.parent).free
    if free < 3 * size:
        raise WarehouseError(f"{path.parent}: {free / 1e6:,.0f} MB free, {3 * size / 1e6:,.0f} MB needed for the trial")
    with explained(path), tempfile.TemporaryDirectory(prefix="upgrade-") as folder:
        copy = Path(folder) / path.name
        with duckdb.connect(path, read_only=True) as con:  # nobody writes meanwhile
            coming = missing(applied(con, path))
            before = _rows(con)
            shutil.copyfile(path, copy)
            copy.chmod(0o600)
            wal = path.with_name(f"{path.name}.wal")
            if wal.exists():
                shutil.copyfile(wal, copy.with_name(wal.name))
        with open_store(copy, time_zone=time_zone, wait=0) as store:
            after = _rows(store.con)
    for table, rows in before.items():
        if table in KEPT and after.get(table) != rows:
            raise WarehouseError(
                f"{path}: upgraded, {table} would have {after.get(table, 0):,} of {rows:,} rows; the store is as it "
                "was: keep the earful that you have, and report it"
            )
    return Upgrade(tuple(m.name for m in coming), sum(after.values()), time.monotonic() - began)


#: What no upgrade may lose; others are worked out anew.
KEPT = frozenset({"posts", "texts", "revisions", "coverage", "runs", "daily"})


def _rows(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    names = con.execute("select table_name from duckdb_tables() where not internal and not temporary").fetchall()
    return {name: count(con, f"select count(*) from {quoted(name)}") for (name,) in names}
