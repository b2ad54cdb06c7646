"""The spool: a private folder for one run's pulled posts, gone when the run ends, however it ends."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flows.errors import Exit, UserError


@dataclass(frozen=True, slots=True)
class Swept:
    """Leftovers of killed runs that were removed, and folders of runs that are at work."""

    removed: int
    at_work: int


@contextmanager
def spool_folder(data: Path, run_id: str) -> Iterator[Path]:
    """The run's folder. Leftovers of runs that were killed go first: they hold text, which retention must reach."""
    base = data / "spool"
    try:
        base.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _turn(base):
            _sweep(base)
            folder = base / run_id
            folder.mkdir(mode=0o700)
            lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            # Held as long as the run lives, and let go by the system however it dies.
            fcntl.flock(lock, fcntl.LOCK_EX)
    except OSError as error:
        raise UserError(f"{base}: cannot be used: {error.strerror}", Exit.WAREHOUSE) from None
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def sweep(data: Path) -> Swept:
    """Remove what killed runs left. A folder whose run is at work stays, and is counted."""
    base = data / "spool"
    if not base.is_dir():
        return Swept(0, 0)
    with _turn(base):
        return _sweep(base)


@contextmanager
def _turn(base: Path) -> Iterator[None]:
    """One at a time: a folder that has just been made and is not locked yet is no leftover."""
    lock = os.open(base, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _sweep(base: Path) -> Swept:
    removed = at_work = 0
    for folder in sorted(base.iterdir()):
        try:
            lock = os.open(folder, os.O_RDONLY)
        except FileNotFoundError:
            continue  # its run ended meanwhile
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            at_work += 1
        else:
            if folder.is_dir():
                shutil.rmtree(folder, ignore_errors=True)
            else:
                folder.unlink(missing_ok=True)
            removed += 1
        finally:
            os.close(lock)
    return Swept(removed, at_work)
