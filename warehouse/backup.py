"""Backup: every table of the store as Parquet, with a manifest of counts and hashes, in a folder or one .zip.

Restore checks all of it before it touches anything, builds a store aside at the backup's schema, brings it to today's,
and moves it into place. What was erased here since the backup was made stays erased: the present store's lists of what
is kept out are taken over and applied. The secret of author pseudonyms is in a backup only when asked for.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import duckdb

from warehouse.disk import private, real, sync
from warehouse.erase import erase_listed
from warehouse.errors import WarehouseError, explained
from warehouse.migrate import known, migrate, newest
from warehouse.rewrite import swap
from warehouse.statements import count
from warehouse.store import STORAGE, make_folders, open_store
from warehouse.takeout import quoted
from warehouse.unpublished import forget_base

MANIFEST, SECRET = "manifest.json", "author.secret"
_FORMAT = 1
_FILE = re.compile(r"[a-z0-9_]+\.parquet")
#: What says which posts, authors and products stay out, and what was erased: restoring an older state must not undo it.
_KEPT = ("tombstones", "forgotten_authors", "forgotten_products", "erasures", "secrets")


@dataclass(frozen=True, slots=True)
class BackedUp:
    """A backup: where, how many tables and rows, its size in bytes, whether it holds the secret."""

    path: Path
    tables: int
    rows: int
    bytes: int
    secret: bool


@dataclass(frozen=True, slots=True)
class Restored:
    """A restored store: its rows, posts left out since they had been erased here, and the backup's date (aware UTC).

    ``secret`` is the content of the backup's author.secret, None where it has none.
    """

    rows: int
    erased: int
    made_at: datetime
    secret: bytes | None


def back_up(
    store_path: Path, target: Path, *, time_zone: str, secret: bytes | None = None, wait: float = 30.0
) -> BackedUp:
    """Write a backup to a new folder, or to a new file where the name ends in .zip; for its owner only.

    Written aside and moved into place. Raises WarehouseError: something is there already, the disk is full, the store
    is in use; nothing is left then.
    """
    target = target.absolute()
    if target.exists():
        raise WarehouseError(f"{target} is there already: give a new name")
    aside = target.with_name(f".{target.name}.writing")
    packed = target.with_name(f".{target.name}.packing")
    with explained(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(mode=0o700)
        try:
            rows = _write(store_path, aside, time_zone, secret, wait)
            size = sum(file.stat().st_size for file in aside.iterdir())
            tables = len(list(aside.glob("*.parquet")))
            if target.suffix == ".zip":
                _pack(aside, packed)
                packed.rename(target)
            else:
                aside.rename(target)
            sync(target.parent)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
            packed.unlink(missing_ok=True)
    return BackedUp(target, tables, rows, size, secret is not None)


def _write(store_path: Path, folder: Path, time_zone: str, secret: bytes | None, wait: float) -> int:
    tables: dict[str, Any] = {}
    with open_store(store_path, time_zone=time_zone, wait=wait) as store:
        names = [
            name
            for (name,) in store.con.execute(
                "select table_name from duckdb_tables() where not internal and not temporary"
                " and database_name = current_database() and table_name <> 'migrations' order by 1"
            ).fetchall()
        ]
        for name in names:
            file = folder / f"{name}.parquet"
            store.con.execute(f"copy {quoted(name)} to '{_escaped(file)}' (format parquet, compression zstd)")
            file.chmod(0o600)
            rows = count(store.con, f"select count(*) from {quoted(name)}")
            tables[name] = {"file": file.name, "rows": rows, "bytes": file.stat().st_size, "sha256": _hash(file)}
            sync(file)
    if secret is not None:
        _write_private(folder / SECRET, secret)
    manifest = {
        "earful_backup": _FORMAT,
        "schema": newest(),
        "earful_version": _version(),
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "time_zone": time_zone,
        "secret_sha256": hashlib.sha256(secret).hexdigest() if secret is not None else None,
        "tables": tables,
    }
    _write_private(folder / MANIFEST, json.dumps(manifest, indent=1).encode())
    return sum(table["rows"] for table in tables.values())


def restore(store_path: Path, source: Path, *, time_zone: str, wait: float = 30.0) -> Restored:
    """Put a backup's store in place of the present one, if any. Checked whole before anything is changed.

    Raises WarehouseError in one line: no backup, damaged (which file), of a newer schema, the store in use, a full
    disk. The present store is then as it was.
    """
    store_path = real(store_path)
    make_folders(store_path.parent)
    with explained(source), _unpacked(source, store_path.parent) as folder:
        manifest = _manifest(folder, source)
        _check(folder, manifest, source)
        made_at = datetime.fromisoformat(manifest["made_at"])
        secret = (folder / SECRET).read_bytes() if manifest.get("secret_sha256") else None
        aside = store_path.with_name(f".{store_path.name}.restoring")
        try:
            if store_path.exists():
                with open_store(store_path, time_zone=time_zone, wait=wait) as store:
                    rows, erased = _build(aside, folder, manifest, store.con, made_at)
                    swap(store.con, store_path, aside)
            else:
                rows, erased = _build(aside, folder, manifest, None, made_at)
                aside.replace(store_path)
                sync(store_path.parent)
        finally:
            for each in (aside, aside.with_name(aside.name + ".wal")):
                each.unlink(missing_ok=True)
    return Restored(rows, erased, made_at, secret)


def _build(
    aside: Path, folder: Path, manifest: dict[str, Any], present: duckdb.DuckDBPyConnection | None, made_at: datetime
) -> tuple[int, int]:
    """The backup as a store of today's schema in ``aside``; its rows, and posts left out since they were erased."""
    aside.unlink(missing_ok=True)
    with private():
        con = duckdb.connect(aside, config={"storage_compatibility_version": STORAGE})
    try:
        con.execute("set TimeZone = 'UTC'")
        migrate(con, aside, tuple(m for m in known() if m.number <= manifest["schema"]))
        rows = _load(con, folder, manifest)
        migrate(con, aside)
        # A base that lies beside the store is of another state.
        forget_base(con)
        erased = 0
        if present is not None:
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
        con.execute(f"insert into {quoted(name)} by name from read_parquet('{_escaped(folder / table['file'])}')")
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
            if not _FILE.fullmatch(table["file"]):
                raise ValueError(table["file"])
    except (ValueError, KeyError, TypeError, AttributeError):
        raise WarehouseError(f"{source} is damaged: {MANIFEST} cannot be read; nothing was restored") from None
    if form > _FORMAT or schema > newest():
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
        if _hash(file) != expected:
            raise WarehouseError(f"{source} is damaged: {name} is not as it was written; nothing was restored")


@contextmanager
def _unpacked(source: Path, beside: Path) -> Iterator[Path]:
    """The backup as a folder; a .zip is unpacked into a private one beside the store, gone afterwards."""
    if source.is_dir():
        yield source
        return
    if not source.is_file():
        raise WarehouseError(f"{source} is not there: give the folder or .zip that `earful backup` wrote")
    folder = beside / ".backup.unpacking"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    try:
        try:
            with zipfile.ZipFile(source) as packed:
                for name in packed.namelist():
                    if name in {MANIFEST, SECRET} or _FILE.fullmatch(name):
                        packed.extract(name, folder)
        except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError):
            raise WarehouseError(f"{source} is damaged: not a whole .zip; nothing was restored") from None
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _pack(folder: Path, target: Path) -> None:
    target.unlink(missing_ok=True)
    # Parquet is compressed already.
    with (
        os.fdopen(os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as out,
        zipfile.ZipFile(out, "w") as packed,
    ):
        for file in sorted(folder.iterdir()):
            packed.write(file, file.name)
    sync(target)


def _write_private(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _escaped(path: Path) -> str:
    return str(path).replace("'", "''")


def _version() -> str:
    try:
        return version("earful")
    except PackageNotFoundError:
        return "unknown"
