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
from flows.folders import unusable
from flows.waiting import say_waiting
from warehouse.disk import turn

_FLOW_RUN = "flow-run"


@dataclass(frozen=True, slots=True)
class Swept:
    """Leftovers of killed runs that were removed, and folders of runs that are at work."""

    removed: int
    at_work: int
    #: Prefect's ids of the runs that were killed.
    flow_runs: tuple[str, ...] = ()


@contextmanager
def spool_folder(data: Path, run_id: str, flow_run: str | None = None) -> Iterator[Path]:
    """The run's folder, which holds Prefect's id of it.

    Leftovers of runs that were killed go first: they hold text, which retention must reach.
    """
    base = data / "spool"
    try:
        base.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _turn(base):
            _sweep(base)
            folder = base / run_id
            folder.mkdir(mode=0o700)
            lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            # Held as long as the run lives, and let go by the system however it dies.
            _lock(lock)
    except OSError as error:
        raise unusable(base, error) from None
    try:
        _note(folder, flow_run)
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


def living(data: Path) -> frozenset[str]:
    """The ids of the runs that are at work."""
    base = data / "spool"
    return frozenset(f.name for f in base.iterdir() if _lives(f)) if base.is_dir() else frozenset()


def _lives(folder: Path) -> bool:
    try:
        lock = os.open(folder, os.O_RDONLY)
    except FileNotFoundError:
        return False  # its run ended meanwhile
    try:
        return not _lock(lock)
    finally:
        os.close(lock)


def _lock(handle: int) -> bool:
    """Whether the lock was free (it is held now). Where a file system knows no locks, every run counts as at work."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _note(folder: Path, flow_run: str | None) -> None:
    if flow_run:
        try:
            (folder / _FLOW_RUN).write_text(flow_run)
        except OSError as error:
            raise unusable(folder, error) from None


@contextmanager
def _turn(base: Path) -> Iterator[None]:
    """One at a time: a folder that has just been made and is not locked yet is no leftover."""
    try:
        with turn(base, waiting=say_waiting):
            yield
    except BlockingIOError as error:
        raise UserError(f"{base}: {error.strerror}", Exit.WAREHOUSE) from None


def _sweep(base: Path) -> Swept:
    removed = at_work = 0
    flow_runs: list[str] = []
    for folder in sorted(base.iterdir()):
        if _lives(folder):
            at_work += 1
            continue
        note = folder / _FLOW_RUN
        if note.is_file():
            flow_runs.append(note.read_text())
        if folder.is_dir():
            shutil.rmtree(folder, ignore_errors=True)
        else:
            folder.unlink(missing_ok=True)
        removed += 1
    return Swept(removed, at_work, tuple(flow_runs))
