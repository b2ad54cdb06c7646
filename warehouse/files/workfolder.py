"""Folders in which backups and restores work: locked while their process lives, removed by others once it is dead.

They hold words, and a secret where one is packed, which no retention and no `earful forget` reaches.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from earful.warehouse.errors import WarehouseError
from earful.warehouse.files.atomic import try_lock
from earful.warehouse.waiting import Patience, lock_holder

MANIFEST, SECRET, PACKED = "manifest.json", "author.secret", "packed.zip"
#: The name of a table's file in a backup.
TABLE = re.compile(r"[a-z0-9_]+\.parquet")


def backup_folder(target: Path) -> Path:
    """Where a backup is written before it is moved to ``target``."""
    return target.with_name(f".{target.name}.writing")


def restore_folder(store: Path) -> Path:
    """Where a backup is unpacked and the store is built that takes the place of ``store``."""
    return store.with_name(f".{store.name}.restoring")


@contextmanager
def working_folder(path: Path, wait: float, waiting: Callable[[str], None] | None = None) -> Iterator[Path]:
    """A new private folder, locked, and gone at the end unless it was moved. What a dead process left there goes first.

    Raises WarehouseError where another process works there for longer than ``wait`` seconds; ``waiting`` is called with
    a line to show, as by open_store.
    """
    patience = Patience(wait, waiting)
    while isinstance(handle := _make(path), str):
        if patience.over():
            raise WarehouseError(
                f"{path} is in use by another backup or restore, {handle}: wait for it to end, and run this again"
            )
        patience.pause(path, partial(_other, handle))
    try:
        yield path
    finally:
        if _is(path, handle):
            shutil.rmtree(path, ignore_errors=True)
        os.close(handle)


def remove_dead(path: Path) -> None:
    """Remove a working folder whose process is dead; that of a living one stays, and what is not to be had as well."""
    with suppress(OSError):
        try:
            handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        except NotADirectoryError:
            path.unlink()  # an earlier earful built the store in a file of this name
            return
        try:
            if try_lock(handle) and _is(path, handle):
                shutil.rmtree(path, ignore_errors=True)
        finally:
            os.close(handle)


def remove_dead_backups(folder: Path) -> None:
    """Remove from ``folder`` what killed backups left there; a folder with anything else in it is not ours."""
    for each in folder.glob(".*.writing"):
        with suppress(OSError):
            if each.is_dir() and all(_ours(file.name) for file in each.iterdir()):
                remove_dead(each)


def _ours(name: str) -> bool:
    return name in {MANIFEST, SECRET, PACKED} or TABLE.fullmatch(name) is not None


def _other(holder: str) -> str:
    return f"another backup or restore, {holder}"


def _make(path: Path) -> int | str:
    """The folder's locked handle, the folder being empty; who holds it, while another does."""
    while True:
        path.mkdir(mode=0o700, exist_ok=True)
        try:
            handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        except FileNotFoundError:
            continue  # removed as a dead one's, before it was locked
        if try_lock(handle) is False:  # None: a file system without locks, where nobody removes it either
            holder = lock_holder(handle)
            os.close(handle)
            return holder
        if not _is(path, handle):
            os.close(handle)
            continue
        if not any(path.iterdir()):
            return handle
        # Emptied by removing it: a new one has the rights that we give it.
        shutil.rmtree(path)
        os.close(handle)


def _is(path: Path, handle: int) -> bool:
    """Whether the path still leads to the folder that is open: it may have been moved, or removed and made anew."""
    try:
        found, held = path.stat(follow_symlinks=False), os.fstat(handle)
    except FileNotFoundError:
        return False
    return (found.st_dev, found.st_ino) == (held.st_dev, held.st_ino)
