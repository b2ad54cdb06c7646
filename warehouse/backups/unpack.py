"""Read a backup's files from its folder or .zip: what its manifest lists, to the byte, and nothing else.

Neither the .zip nor the folder is trusted: no name in it becomes a path, no size is trusted before the manifest is
read, a link leads nowhere, and what nobody lists (a file of 6 GB packed to 6 MB, or what a file manager adds) stays
where it is.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO, Protocol

from earful.warehouse.backups.manifest import Listed
from earful.warehouse.errors import WarehouseError
from earful.warehouse.files.workfolder import MANIFEST

_CHUNK = 1 << 20
#: The index of a .zip is read into memory at once. A backup's takes 100 bytes a table.
_LARGEST_INDEX = 16 << 20
#: What zipfile raises for one that is not whole, depending on the byte that is wrong.
_BROKEN = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError,
    ValueError, OverflowError, LookupError,
)  # fmt: skip


class Kept(Protocol):
    """The files of a backup. Methods raise WarehouseError in one line where a file is missing or not whole."""

    #: What the user named.
    source: Path
    #: Whether the files have to be copied before DuckDB can read them.
    packed: bool

    def size(self, name: str) -> int:
        """The size of a file in bytes, as it says itself."""

    def open(self, name: str) -> IO[bytes]:
        """A file for reading; the caller closes it."""


@contextmanager
def opened_backup(source: Path) -> Iterator[Kept]:
    """The backup at ``source``, a folder or a .zip. Raises WarehouseError where it is neither."""
    with _readable(source):
        folder, there = source.is_dir(), source.is_file()
    if folder:
        yield _Folder(source)
        return
    if not there:
        raise WarehouseError(f"{source} is not there: give the folder or .zip that `earful backup` wrote")
    with _readable(source):
        file = source.open("rb")
    with file:
        yield _Zip(source, file)


@contextmanager
def _readable(source: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise WarehouseError(f"{source} cannot be read ({error.strerror}): give this user the right to") from None


def damaged(source: Path, what: str) -> WarehouseError:
    """The one line for a backup that is not as it was written."""
    return WarehouseError(f"{source} is damaged: {what}; nothing was restored")


def read(kept: Kept, name: str, most: int) -> bytes:
    """A small file of the backup. Raises WarehouseError where it has more than ``most`` bytes, or is not whole."""
    if kept.size(name) > most:
        raise damaged(kept.source, f"{name} has more than {most:,} bytes")
    with _whole(kept, name), kept.open(name) as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise damaged(kept.source, f"{name} has more than {most:,} bytes")
    return content


def check_sizes(kept: Kept, listed: list[Listed]) -> int:
    """That every listed file is there and says the size that the manifest says; the sum of all in bytes."""
    total = 0
    for each in listed:
        size = kept.size(each.file)
        if each.bytes is not None and size != each.bytes:
            raise damaged(kept.source, f"{each.file} has {size:,} bytes and should have {each.bytes:,}")
        total += size
    return total


def check(kept: Kept, listed: Listed, target: Path | None) -> None:
    """That a file has the size and the hash that the manifest says; copied to ``target`` on the way, unless None.

    Never copies more than the size. Raises WarehouseError; an OSError is of the target.
    """
    size, digest = kept.size(listed.file), hashlib.sha256()
    left = size
    with kept.open(listed.file) as file, _maybe(target) as out:
        while left:
            with _whole(kept, listed.file):
                some = file.read(min(left, _CHUNK))
            if not some:
                break
            left -= len(some)
            digest.update(some)
            if out is not None:
                out.write(some)
        with _whole(kept, listed.file):
            more = file.read(1)
    if left or more or digest.hexdigest() != listed.sha256:
        raise damaged(kept.source, f"{listed.file} is not as it was written")


class _Folder:
    packed = False

    def __init__(self, source: Path) -> None:
        self.source = source

    def size(self, name: str) -> int:
        with self.open(name) as file:
            return os.fstat(file.fileno()).st_size

    def open(self, name: str) -> IO[bytes]:
        try:
            # Not blocking: the opening of a pipe waits for somebody who writes into it.
            handle = os.open(self.source / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except FileNotFoundError:
            raise _missing(self.source, name) from None
        except OSError as error:
            if error.errno == errno.ELOOP:
                raise damaged(self.source, f"{name} is a link") from None
            raise damaged(self.source, f"{name} cannot be read ({error.strerror})") from None
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise damaged(self.source, f"{name} is no file")
        return os.fdopen(handle, "rb")


class _Zip:
    packed = True

    def __init__(self, source: Path, file: BinaryIO) -> None:
        self.source = source
        with self._broken():
            self._zip = zipfile.ZipFile(_Bounded(file))
        self._members: dict[str, list[zipfile.ZipInfo]] = {}
        for each in self._zip.infolist():
            self._members.setdefault(each.filename, []).append(each)

    def size(self, name: str) -> int:
        return self._member(name).file_size

    def open(self, name: str) -> IO[bytes]:
        with self._broken():
            return self._zip.open(self._member(name))

    def _member(self, name: str) -> zipfile.ZipInfo:
        found = self._members.get(name, [])
        if not found:
            raise _missing(self.source, name)
        if len(found) > 1:
            raise damaged(self.source, f"{name} is in it {len(found)} times")
        if found[0].flag_bits & 1:
            raise damaged(self.source, f"{name} is encrypted")
        # The others want memory that the file itself chooses.
        if found[0].compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise damaged(self.source, f"{name} is not compressed as `earful backup` and common programs do (deflate)")
        return found[0]

    @contextmanager
    def _broken(self) -> Iterator[None]:
        try:
            yield
        except _BROKEN:
            raise damaged(self.source, "not a whole .zip") from None


class _Bounded:
    """A file of which nobody reads more at once than an index may take: a size in a broken .zip can be any number."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.seek, self.tell, self.close = file.seek, file.tell, file.close

    def read(self, size: int = -1) -> bytes:
        if size > _LARGEST_INDEX:
            raise zipfile.BadZipFile
        return self._file.read(size)

    def seekable(self) -> bool:
        return True


@contextmanager
def _whole(kept: Kept, name: str) -> Iterator[None]:
    """Errors of reading a file are damage of that file."""
    try:
        yield
    except (OSError, *_BROKEN):
        raise damaged(kept.source, f"{name} is not as it was written") from None


@contextmanager
def _maybe(target: Path | None) -> Iterator[IO[bytes] | None]:
    if target is None:
        yield None
        return
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        yield out


def _missing(source: Path, name: str) -> WarehouseError:
    if name == MANIFEST:
        return WarehouseError(f"{source} is no backup of earful: it has no {MANIFEST}")
    return damaged(source, f"{name} is missing")
