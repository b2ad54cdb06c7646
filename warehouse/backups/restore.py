"""Restore: a backup, checked whole, becomes the store.

The store is built aside at the backup's schema, brought to today's, and moved into place while the present one is held.
What was erased here since the backup was made stays erased: the present store's lists of what is kept out are taken
over and applied.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from earful.warehouse.aggregates.pending import invalidate_base
from earful.warehouse.backups.manifest import (
    LARGEST,
    LARGEST_SECRET,
    ROWS_A_BYTE,
    ListedTable,
    Manifest,
    columns_at,
    read_manifest,
)
from earful.warehouse.backups.unpack import Kept, check, check_sizes, damaged, opened_backup, read
from earful.warehouse.errors import FullDiskError, WarehouseError, explain, explained
from earful.warehouse.files.atomic import private, real, sync
from earful.warehouse.files.workfolder import MANIFEST, SECRET, remove_dead, restore_folder, working_folder
from earful.warehouse.privacy.erase import erase_listed
from earful.warehouse.privacy.rewrite import swap
from earful.warehouse.statements import count, file_literal, quoted, settle
from earful.warehouse.store.migrate import migrate
from earful.warehouse.store.store import CONFIG, Store, make_folders, open_store

#: What says which posts, authors and products stay out, and what was erased: restoring an older state must not undo it.
_KEPT = ("tombstones", "forgotten_authors", "forgotten_products", "excluded_authors", "erasures", "secrets")


@dataclass(frozen=True, slots=True)
class Restored:
    """A restored store: its rows, posts left out since they had been erased here, and the backup's date (aware UTC).

    ``secret`` is the content of the backup's author.secret, None where it has none.
    """

    rows: int
    erased: int
    made_at: datetime
    secret: bytes | None


def restore(
    store_path: Path,
    source: Path,
    *,
    time_zone: str,
    wait: float = 30.0,
    waiting: Callable[[str], None] | None = None,
    approve: Callable[[bytes | None], None] | None = None,
) -> Restored:
    """Put a backup's store in place of the present one, if any. Checked whole before anything is changed.

    First the manifest, then room on the disk, sizes and hashes of all that it lists, then columns, types and rows of
    every table, which are loaded aside; only then is the present store opened. ``waiting`` is called with a line to
    show where another process has it, as by open_store.

    ``approve`` is called with the content of the backup's author.secret (None: it has none) once its files are known to
    be whole and before anything is changed; what it raises ends the restore.

    Raises WarehouseError in one line: no backup, damaged (which file), of a newer schema, the store in use, a full
    disk. The present store is then as it was, to the byte, and where there was none, there is none.
    """
    named, store_path, source = store_path.absolute(), real(store_path), source.absolute()
    with opened_backup(source) as kept:
        manifest = read_manifest(read(kept, MANIFEST, LARGEST), source, datetime.now(UTC))
        total = check_sizes(kept, manifest.files)
        make_folders(store_path.parent)
        aside = restore_folder(store_path)
        remove_dead(aside)
        with explained(store_path), working_folder(aside, wait, waiting) as work:
            _require_room(work, source, total, packed=kept.packed)
            folder = _whole_files(kept, manifest, work)
            secret = _secret(kept, manifest)
            if approve is not None:
                approve(secret)
            fresh = work / store_path.name
            with closing(_create(fresh)) as con:
                rows = _load(con, fresh, folder, manifest, source)
                was_there = store_path.exists()
                # Where there is no store, an empty one is made, to be held: nobody else lands into it meanwhile, and a
                # log that an earlier one left behind is not taken for the new one's.
                with open_store(named, time_zone=time_zone, wait=wait, waiting=waiting) as store:
                    if not was_there and not _empty(store):
                        raise WarehouseError(
                            f"{store_path} was made by another step meanwhile; nothing was restored:"
                            " run this again to replace it"
                        )
                    held = store_path.stat().st_ino
                    try:
                        erased = _finish(con, fresh, store.con, manifest.made_at)
                        swap(store, fresh)
                    except BaseException:
                        if not was_there and store_path.stat().st_ino == held:
                            _remove(store)
                        raise
    return Restored(rows, erased, manifest.made_at, secret)


def _require_room(work: Path, source: Path, total: int, *, packed: bool) -> None:
    """Refuse to begin what cannot end: what is unpacked, and the store that is made of it, which is no smaller."""
    found = os.statvfs(work)
    free, need = found.f_bavail * found.f_frsize, total * (2 if packed else 1)
    if free < need:
        raise FullDiskError(
            f"{work.parent}: {free / 1e6:,.1f} MB free, {need / 1e6:,.1f} MB needed to restore {source};"
            " nothing was restored: free space there"
        )


def _whole_files(kept: Kept, manifest: Manifest, work: Path) -> Path:
    """The folder that holds every table's file, each of the size and with the hash that are listed."""
    if not kept.packed:
        for each in manifest.files:
            check(kept, each, None)
        return kept.source
    folder = work / "unpacked"
    folder.mkdir(mode=0o700)
    for each in manifest.tables.values():
        check(kept, each, folder / each.file)
    return folder


def _secret(kept: Kept, manifest: Manifest) -> bytes | None:
    if manifest.secret is None:
        return None
    content = read(kept, SECRET, LARGEST_SECRET)
    if hashlib.sha256(content).hexdigest() != manifest.secret.sha256:
        raise damaged(kept.source, f"{SECRET} is not as it was written")
    try:
        if content.decode("utf-8").split():
            return content
    except ValueError:
        pass  # said below
    raise damaged(kept.source, f"{SECRET} holds no secret")


def _create(fresh: Path) -> duckdb.DuckDBPyConnection:
    """A new file to build the store in; what does not fit into memory goes to a folder beside it, with the rest."""
    with private():
        con = duckdb.connect(fresh, config={**CONFIG, "temp_directory": str(fresh.with_name("spilled"))})
    settle(con)
    return con


def _empty(store: Store) -> bool:
    return not any(count(store.con, f"select count(*) from {name}") for name in ("posts", "runs", "coverage"))


def _remove(store: Store) -> None:
    # While we still hold it, so that nobody else's goes.
    with suppress(duckdb.Error):
        store.con.execute("checkpoint")
    for each in (store.path, store.path.with_name(store.path.name + ".wal")):
        each.unlink(missing_ok=True)


def _load(con: duckdb.DuckDBPyConnection, fresh: Path, folder: Path, manifest: Manifest, source: Path) -> int:
    """The backup's tables as a store of today's schema, not yet without what was erased since; their rows."""
    migrate(con, fresh, manifest.migrations)
    expected = columns_at(manifest.migrations)
    for name, table in manifest.tables.items():
        with _readable(source, table.file):
            _check_columns(con, folder / table.file, table, expected[name], source)
    for name, table in manifest.tables.items():
        with _readable(source, table.file):
            # A migration may have put rows of its own into a table.
            con.execute(f"delete from {quoted(name)}")
            con.execute(f"insert into {quoted(name)} by name from {_rows(folder / table.file)}")
            rows = count(con, f"select count(*) from {quoted(name)}")
        if rows != table.rows:
            raise damaged(source, f"{table.file} has {rows:,} rows and should have {table.rows:,}")
    with _readable(source, "what it holds"):
        migrate(con, fresh)
        # A base that lies beside the store is of another state.
        invalidate_base(con)
        con.execute("checkpoint")
    return sum(table.rows for table in manifest.tables.values())


def _check_columns(
    con: duckdb.DuckDBPyConnection, file: Path, table: ListedTable, expected: tuple[tuple[str, str], ...], source: Path
) -> None:
    """Before a row is read: a missing column would come as nulls, and a few bytes can say any number of rows."""
    found = con.execute(f"describe select * from {_rows(file)}").fetchall()
    if tuple((name, kind) for name, kind, *_ in found) != expected:
        raise damaged(source, f"{table.file} does not have the columns of its table")
    rows = count(con, f"select sum(num_rows) from parquet_file_metadata({file_literal(file)})")
    if rows != table.rows:
        raise damaged(source, f"{table.file} has {rows:,} rows and should have {table.rows:,}")
    if rows > file.stat().st_size * ROWS_A_BYTE:
        raise damaged(source, f"{table.file} says that it has more rows than its bytes can hold")


def _rows(file: Path) -> str:
    # A folder called "day=1" above it must not become a column.
    return f"read_parquet({file_literal(file)}, hive_partitioning = false)"


@contextmanager
def _readable(source: Path, what: str) -> Iterator[None]:
    """What DuckDB cannot read or put into a table is damage, unless it lacks room. Its own words may quote a row."""
    try:
        yield
    except (duckdb.Error, ValueError, OverflowError) as error:
        said = explain(error, source)
        if isinstance(said, FullDiskError) or isinstance(error, duckdb.OutOfMemoryException):
            raise  # explained with the store's path
        raise damaged(source, f"{what} cannot be read as the store's tables") from None


def _finish(con: duckdb.DuckDBPyConnection, fresh: Path, present: duckdb.DuckDBPyConnection, made_at: datetime) -> int:
    """Delete what was erased here since, and close the new store, kept by the disk; the posts that were left out."""
    con.execute("begin")
    _keep(con, present)
    _keep_alerts(con, present)
    erased = erase_listed(con, made_at, datetime.now(UTC))
    con.execute("commit")
    con.execute("checkpoint")
    con.close()
    sync(fresh)
    return erased


def _keep(con: duckdb.DuckDBPyConnection, present: duckdb.DuckDBPyConnection) -> None:
    for name in _KEPT:
        con.register("theirs", present.sql(f"from {quoted(name)}").to_arrow_table())
        try:
            con.execute(f"insert into {quoted(name)} from theirs except from {quoted(name)}")
        finally:
            con.unregister("theirs")


def _keep_alerts(con: duckdb.DuckDBPyConnection, present: duckdb.DuckDBPyConnection) -> None:
    """What has been told here stays as it is: an older outbox would tell it all once more."""
    if not count(present, "select count(*) from alerts"):
        return
    for name in ("alerts", "alert_outbox"):
        con.execute(f"delete from {quoted(name)}")
        con.register("theirs", present.sql(f"from {quoted(name)}").to_arrow_table())
        try:
            con.execute(f"insert into {quoted(name)} from theirs")
        finally:
            con.unregister("theirs")
