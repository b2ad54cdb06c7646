"""Backup: every table of the store as Parquet, with a manifest of counts and hashes, in a folder or one .zip.

The secret of author pseudonyms is in it only when asked for. Restoring is in restore.py.
"""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from earful import __version__
from earful.warehouse.backups.manifest import FORMAT
from earful.warehouse.errors import WarehouseError, explained
from earful.warehouse.files.atomic import sync
from earful.warehouse.files.workfolder import (
    MANIFEST,
    PACKED,
    SECRET,
    backup_folder,
    remove_dead_backups,
    working_folder,
)
from earful.warehouse.statements import count, literal, quoted
from earful.warehouse.store.migrate import applied, newest
from earful.warehouse.store.store import open_store


@dataclass(frozen=True, slots=True)
class BackedUp:
    """A backup: where, how many tables and rows, its size in bytes, whether it holds the secret."""

    path: Path
    tables: int
    rows: int
    bytes: int
    secret: bool


def back_up(
    store_path: Path,
    target: Path,
    *,
    time_zone: str,
    secret: bytes | None = None,
    wait: float = 30.0,
    waiting: Callable[[str], None] | None = None,
) -> BackedUp:
    """Write a backup to a new folder, or to a new file where the name ends in .zip; for its owner only.

    Written aside and moved into place. Waits for the store as open_store does, and says so. Raises WarehouseError:
    something is there already, the disk is full, the store is in use; nothing is left then.
    """
    target = target.absolute()
    if target.exists():
        raise WarehouseError(f"{target} is there already: give a new name")
    with explained(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        remove_dead_backups(target.parent)
        with working_folder(backup_folder(target), wait, waiting) as aside:
            rows = _write(store_path, aside, time_zone, secret, wait, waiting)
            files = sorted(aside.iterdir())
            size = sum(file.stat().st_size for file in files)
            if target.suffix == ".zip":
                _pack(files, aside / PACKED)
                (aside / PACKED).rename(target)
            else:
                aside.rename(target)
            sync(target.parent)
    tables = sum(file.suffix == ".parquet" for file in files)
    return BackedUp(target, tables, rows, size, secret is not None)


def _write(
    store_path: Path,
    folder: Path,
    time_zone: str,
    secret: bytes | None,
    wait: float,
    waiting: Callable[[str], None] | None,
) -> int:
    tables: dict[str, Any] = {}
    with open_store(store_path, time_zone=time_zone, wait=wait, waiting=waiting) as store:
        # While we hold the store: what is erased after that is not in the backup's past.
        made_at = datetime.now(UTC)
        migrations = sorted(applied(store.con, store_path))
        names = [
            name
            for (name,) in store.con.execute(
                "select table_name from duckdb_tables() where not internal and not temporary"
                " and database_name = current_database() and table_name <> 'migrations' order by 1"
            ).fetchall()
        ]
        for name in names:
            file = folder / f"{name}.parquet"
            store.con.execute(f"copy {quoted(name)} to {literal(file)} (format parquet, compression zstd)")
            file.chmod(0o600)
            rows = count(store.con, f"select count(*) from {quoted(name)}")
            tables[name] = {"file": file.name, "rows": rows, "bytes": file.stat().st_size, "sha256": hash_of(file)}
            sync(file)
    if secret is not None:
        _write_private(folder / SECRET, secret)
    manifest = {
        "earful_backup": FORMAT,
        "schema": newest(),
        "migrations": migrations,
        "earful_version": __version__,
        "made_at": made_at.isoformat(timespec="seconds"),
        "time_zone": time_zone,
        "secret_sha256": hashlib.sha256(secret).hexdigest() if secret is not None else None,
        "secret_bytes": len(secret) if secret is not None else None,
        "tables": tables,
    }
    _write_private(folder / MANIFEST, json.dumps(manifest, indent=1).encode())
    return sum(table["rows"] for table in tables.values())


def _pack(files: list[Path], target: Path) -> None:
    # Parquet is compressed already.
    with (
        os.fdopen(os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as out,
        zipfile.ZipFile(out, "w") as packed,
    ):
        for file in files:
            packed.write(file, file.name)
    sync(target)


def _write_private(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())


def hash_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
