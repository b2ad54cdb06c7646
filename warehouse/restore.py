"""Restore: a backup, checked whole, becomes the store.

The store is built aside at the backup's schema, brought to today's, and moved into place while the present one is held.
What was erased here since the backup was made stays erased: the present store's lists of what is kept out are taken
over and applied.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from warehouse.backup import FORMAT, escaped, hash_of
from warehouse.disk import private, real, sync
from warehouse.erase import erase_listed
from warehouse.errors import WarehouseError, explained
from warehouse.migrate import known, migrate, newest
from warehouse.rewrite import swap
from warehouse.statements import count
from warehouse.store import STORAGE, Store, make_folders, open_store
from warehouse.takeout import quoted
from warehouse.unpublished import forget_base
from warehouse.working import MANIFEST, SECRET, TABLE, remove_dead, restore_folder, working_folder

#: What says which posts, authors and products stay out, and what was erased: restoring an older state must not undo it.
_KEPT = ("tombstones", "forgotten_authors", "forgotten_products", "erasures", "secrets")


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
    approve: Callable[[bytes | None], None] | None = None,
) -> Restored:
    """Put a backup's store in place of the present one, if any. Checked whole before anything is changed.

    ``approve`` is called with the content of the backup's author.secret (None: it has none) once the backup is known to
    be whole and before anything is changed; what it raises ends the restore.

    Raises WarehouseError in one line: no backup, damaged (which file), of a newer schema, the store in use, a full
    disk. The present store is then as it was, and where there was none, there is none.
    """
    named, store_path = store_path.absolute(), real(store_path)
    make_folders(store_path.parent)
    aside = restore_folder(store_path)
    remove_dead(aside)
    with explained(source), working_folder(aside, wait) as work:
        folder = _unpacked(source, work / "unpacked")
        manifest = _manifest(folder, source)
        _check(folder, manifest, source)
        made_at = datetime.fromisoformat(manifest["made_at"])
        secret = (folder / SECRET).read_bytes() if manifest.get("secret_sha256") else None
        if approve is not None:
            approve(secret)
        fresh = work / store_path.name
        was_there = store_path.exists()
        # Where there is no store, an empty one is made, to be held: nobody else lands into it meanwhile, and a log that
        # an earlier one left behind is not taken for the new one's.
        with open_store(named, time_zone=time_zone, wait=wait) as store:
            if not was_there and not _empty(store):
                raise WarehouseError(
                    f"{store_path} was made by another step meanwhile; nothing was restored:"
                    " run this again to replace it"
                )
            held = store_path.stat().st_ino
            try:
                rows, erased = _build(fresh, folder, manifest, store.con, made_at)
                swap(store.con, store_path, fresh)
            except BaseException:
                if not was_there and store_path.stat().st_ino == held:
                    _remove(store)
                raise
    return Restored(rows, erased, made_at, secret)


def _empty(store: Store) -> bool:
    return not any(count(store.con, f"select count(*) from {name}") for name in ("posts", "runs", "coverage"))


def _remove(store: Store) -> None:
    # While we still hold it, so that nobody else's goes.
    with suppress(duckdb.Error):
        store.con.execute("checkpoint")
    for each in (store.path, store.path.with_name(store.path.name + ".wal")):
        each.unlink(missing_ok=True)


def _build(
    aside: Path, folder: Path, manifest: dict[str, Any], present: duckdb.DuckDBPyConnection, made_at: datetime
) -> tuple[int, int]:
    """The backup as a store of today's schema in ``aside``; its rows, and posts left out since they were erased."""
    with private():
        con = duckdb.connect(aside, config={"storage_compatibility_version": STORAGE})
    try:
        con.execute("set TimeZone = 'UTC'")
        migrate(con, aside, tuple(m for m in known() if m.number <= manifest["schema"]))
        rows = _load(con, folder, manifest)
        migrate(con, aside)
        # A base that lies beside the store is of another state.
        forget_base(con)
        con.execute("begin")
        _keep(con, present)
        erased = erase_listed(con, made_at, datetime.now(UTC))
        con.execute("commit")
        con.execute("checkpoint")
    finally:
        con.close()
    sync(aside)
    return rows, erased


def _load(con: duckdb.DuckDBPyConnection, folder: Path, manifest: dict[str, Any]) -> int:
    total = 0
    for name, table in manifest["tables"].items():
        # A migration may have put rows of its own into a table.
        con.execute(f"delete from {quoted(name)}")
        con.execute(f"insert into {quoted(name)} by name from read_parquet('{escaped(folder / table['file'])}')")
        rows = count(con, f"select count(*) from {quoted(name)}")
        if rows != table["rows"]:
            raise WarehouseError(
                f"{folder}: {table['file']} has {rows} rows and should have {table['rows']}; not restored"
            )
        total += rows
    return total


def _keep(con: duckdb.DuckDBPyConnection, present: duckdb.DuckDBPyConnection) -> None:
    for name in _KEPT:
        con.register("theirs", present.sql(f"from {quoted(name)}").to_arrow_table())
        try:
            con.execute(f"insert into {quoted(name)} from theirs except from {quoted(name)}")
        finally:
            con.unregister("theirs")


def _manifest(folder: Path, source: Path) -> dict[str, Any]:
    file = folder / MANIFEST
    if not file.is_file():
        raise WarehouseError(f"{source} is no backup of earful: it has no {MANIFEST}")
    try:
        manifest: dict[str, Any] = json.loads(file.read_text("utf-8"))
        form, schema, _ = manifest["earful_backup"], manifest["schema"], datetime.fromisoformat(manifest["made_at"])
        for table in manifest["tables"].values():
            if not TABLE.fullmatch(table["file"]):
                raise ValueError(table["file"])
    except (ValueError, KeyError, TypeError, AttributeError):
        raise WarehouseError(f"{source} is damaged: {MANIFEST} cannot be read; nothing was restored") from None
    if form > FORMAT or schema > newest():
        raise WarehouseError(
            f"{source} has schema {schema}, this earful knows {newest()} at most: update earful; nothing was restored"
        )
    return manifest


def _check(folder: Path, manifest: dict[str, Any], source: Path) -> None:
    listed = [(table["file"], table["sha256"]) for table in manifest["tables"].values()]
    if manifest.get("secret_sha256"):
        listed.append((SECRET, manifest["secret_sha256"]))
    for name, expected in listed:
        file = folder / name
        if not file.is_file():
            raise WarehouseError(f"{source} is damaged: {name} is missing; nothing was restored")
        if hash_of(file) != expected:
            raise WarehouseError(f"{source} is damaged: {name} is not as it was written; nothing was restored")


def _unpacked(source: Path, folder: Path) -> Path:
    """The backup as a folder: ``source`` itself, or what is in the .zip, in ``folder``."""
    if source.is_dir():
        return source
    if not source.is_file():
        raise WarehouseError(f"{source} is not there: give the folder or .zip that `earful backup` wrote")
    folder.mkdir(mode=0o700)
    try:
        with zipfile.ZipFile(source) as packed:
            for name in packed.namelist():
                if name in {MANIFEST, SECRET} or TABLE.fullmatch(name):
                    packed.extract(name, folder)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError):
        raise WarehouseError(f"{source} is damaged: not a whole .zip; nothing was restored") from None
    return folder
