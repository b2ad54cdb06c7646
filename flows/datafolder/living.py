"""Folders that belong to a process as long as it lives: it holds a lock, which the system lets go however it ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from earful.flows.errors import Exit, UserError
from earful.flows.process.waiting import say_waiting
from earful.warehouse.files import atomic


def lives(folder: Path) -> bool:
    """Whether a process holds the folder."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except FileNotFoundError:
        return False  # its process ended meanwhile
    try:
        return not lock(handle)
    finally:
        os.close(handle)


def lock(handle: int) -> bool:
    """Whether the lock was free (it is held now). Where a file system knows no locks, every process counts as alive."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def hold(folder: Path) -> int:
    """Make the folder, for this user alone, and hold it; gives the descriptor whose end lets go of it."""
    folder.mkdir(mode=0o700)
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    lock(handle)
    return handle


@contextmanager
def exclusive(base: Path) -> Iterator[None]:
    """One at a time: a folder that has just been made and is not locked yet is no leftover.

    Whoever waits says for whom. Raises UserError (WAREHOUSE) where another does not let go.
    """
    try:
        with atomic.exclusive(base, waiting=say_waiting):
            yield
    except BlockingIOError as error:
        raise UserError(f"{base}: {error.strerror}", Exit.WAREHOUSE) from None
