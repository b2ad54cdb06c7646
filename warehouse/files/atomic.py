"""Files that others read or that must not be read by others: written aside, kept by the disk, moved into place."""

from __future__ import annotations

import errno
import os
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from earful.warehouse.waiting import Patience, lock_holder

#: Whoever holds the lock writes a small file; longer than that only a stopped process takes. Seconds.
_LOCK_WAIT = 60.0


@contextmanager
def private() -> Iterator[None]:
    """Files that are made in here, by DuckDB too, are for this user alone (0600). The mask is the whole process's."""
    mask = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(mask)


def real(path: Path) -> Path:
    """The file itself where ``path`` is a link to it, there or not yet.

    Who moves a new file onto a link replaces the link, and the old file stays where it was, with all its words.
    """
    return Path(os.path.realpath(path))


def sync(path: Path) -> None:
    """Ask the disk to keep a file or folder: a rename that outlives a power cut must not lead to an empty file."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def exclusive(folder: Path, wait: float = _LOCK_WAIT, waiting: Callable[[str], None] | None = None) -> Iterator[bool]:
    """Hold the lock under which files of this folder are made from others in it; the system ends it with the process.

    Who reads what has just been replaced, and writes what it made of it last, would bring back what was erased. So it
    is read and written under one lock: what is written last was read last. False where the file system knows no locks.
    Raises OSError after ``wait`` seconds, and names who has it; ``waiting`` is called with a line to show before.
    """
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield _take(handle, folder, Patience(wait, waiting))
    finally:
        os.close(handle)


def _take(handle: int, folder: Path, patience: Patience) -> bool:
    while (taken := try_lock(handle)) is False:
        if patience.over():
            said = f"{lock_holder(handle)} has been writing there for too long: end it, and run this again"
            raise OSError(errno.EAGAIN, said, str(folder)) from None
        patience.pause(folder, partial(lock_holder, handle))
    return bool(taken)


def try_lock(handle: int) -> bool | None:
    """Lock an open file or folder until it is closed, or its process dead: False where another has it.

    None where the file system knows no locks.
    """
    import fcntl  # noqa: PLC0415 - not there on Windows, where the published file can be read all the same

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


def remove_left(path: Path) -> None:
    """Remove what killed writers of this file left beside it. Only under the lock under which the file is written."""
    path = real(path)
    left = re.compile(re.escape(f".{path.name}.") + "[a-z0-9_]{8}")  # as tempfile names them
    if path.parent.is_dir():
        for each in path.parent.iterdir():
            if left.fullmatch(each.name):
                each.unlink(missing_ok=True)


def write_whole(path: Path, text: str, *, mode: int = 0o644, replace: bool = True) -> None:
    """Write a small file so that nobody ever sees a part of it: aside, kept by the disk, then moved into place.

    ``replace`` False: FileExistsError where one is there already, even if it was made meanwhile. A link stays one: the
    file that it leads to is written. Raises OSError; what was there is then as it was.
    """
    path = real(path)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    aside = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            os.fchmod(file.fileno(), mode)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if replace:
            aside.replace(path)
        else:
            _link(aside, path)
    finally:
        aside.unlink(missing_ok=True)
    sync(path.parent)


def _link(aside: Path, path: Path) -> None:
    try:
        path.hardlink_to(aside)
    except FileExistsError:
        raise
    except OSError:
        # A file system without hard links (exFAT, some shares): a rename, with a small chance that two meet.
        if path.exists():
            raise FileExistsError(path) from None
        aside.rename(path)
