"""Files that others read or that must not be read by others: written aside, kept by the disk, moved into place."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


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
