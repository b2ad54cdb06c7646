"""Files as bytes, unpacked: gzip and Zstandard by their first bytes, members of ZIP archives under their own paths.

A member of an archive has the path archive/member. Nothing is ever written, and what is unpacked is bounded.
"""

from __future__ import annotations

import gzip
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO, cast

import pyarrow as pa

from earful.connectors.errors import Fatal

#: Bytes read at a time.
BLOCK = 8 << 20
#: A packed file may unpack to so many bytes, and to so many times its size. Reviews pack to a third, one text in every
#: row under ids of their own to a twentieth.
UNPACKED, UNPACKED_TIMES = 64 << 20, 300

_GZIP, _ZSTD, _ZIP = b"\x1f\x8b", b"\x28\xb5\x2f\xfd", (b"PK\x03\x04", b"PK\x05\x06")
#: What only documents hold that are ZIP archives themselves.
_DOCUMENT = {"[Content_Types].xml", "mimetype", "META-INF/manifest.xml"}
_BROKEN = (OSError, EOFError, zlib.error, zipfile.BadZipFile, pa.ArrowException)


class _Stream:
    """A file's bytes; of a packed one as many as an honest table of the packed size may come to. Raises Fatal."""

    def __init__(self, file: IO[bytes], name: str, most: int | None) -> None:
        self._file, self._name, self._left = file, name, most

    def read(self, size: int = BLOCK) -> bytes:
        try:
            found = self._file.read(size)
        except _BROKEN as error:
            raise _unreadable(self._name, error) from None
        if self._left is not None:
            self._left -= len(found)
            if self._left < 0:
                raise _too_much(self._name)
        return found


def _unreadable(name: str, error: Exception) -> Fatal:
    why = getattr(error, "strerror", None) or " ".join(str(error).split())[:120] or type(error).__name__
    return Fatal(f"{name}: cannot be read ({why}); put a whole copy in its place")


def _too_much(name: str) -> Fatal:
    return Fatal(f"{name}: unpacks to over {UNPACKED_TIMES} times its size, so not a table of posts")


def _most(packed: int) -> int:
    return max(UNPACKED, UNPACKED_TIMES * packed)


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """The file's bytes, unpacked. Raises Fatal for whatever the disk or the packing refuses."""
    with ExitStack() as stack:
        yield cast("BinaryIO", _opened(path, stack))


def _opened(path: Path, stack: ExitStack) -> _Stream:
    disk = on_disk(path)
    try:
        file: IO[bytes] = stack.enter_context(disk.open("rb"))
        size, most = disk.stat().st_size, None
        if disk != path:
            archive = stack.enter_context(zipfile.ZipFile(file))
            member = archive.getinfo(path.relative_to(disk).as_posix())
            file = stack.enter_context(archive.open(member))
            size, most = member.compress_size, _most(member.compress_size)
        head = file.read(4)
        file.seek(0)
        if head.startswith(_GZIP):
            file, most = cast("IO[bytes]", stack.enter_context(gzip.GzipFile(fileobj=file))), _most(size)
        elif head == _ZSTD:
            file, most = cast("IO[bytes]", stack.enter_context(pa.CompressedInputStream(file, "zstd"))), _most(size)
    except KeyError:
        raise Fatal(f"{path.name}: is no longer in {disk.name}; put it back, or start again") from None
    except _BROKEN as error:
        raise _unreadable(path.name, error) from None
    return _Stream(file, path.name, most)


def whole(path: Path) -> bytes:
    """All of it at once, unpacked. Raises Fatal as ``opened`` does."""
    with opened(path) as file:
        parts = []
        while part := file.read(BLOCK):
            parts.append(part)
    return b"".join(parts)


def is_plain(path: Path) -> bool:
    """Whether what stands on disk is the table itself. Raises OSError."""
    if on_disk(path) != path:
        return False
    with path.open("rb") as file:
        head = file.read(4)
    return not head.startswith(_GZIP) and head != _ZSTD


def on_disk(path: Path) -> Path:
    """The file that holds it: itself, or the archive that it is a member of."""
    if path.is_file():
        return path
    return next((each for each in path.parents if each.is_file()), path)


def is_archive(path: Path) -> bool:
    """Whether it is a ZIP archive that is no document. Raises Fatal where its list of contents cannot be read."""
    try:
        with path.open("rb") as file:
            if not file.read(4).startswith(_ZIP):
                return False
            with zipfile.ZipFile(file) as archive:
                return not _DOCUMENT.intersection(archive.namelist())
    except _BROKEN as error:
        raise _unreadable(path.name, error) from None


def members(path: Path) -> tuple[list[Path], list[tuple[str, str]]]:
    """The files of an archive, by name, and those that are not read, with the reason.

    Raises Fatal for one that is locked, that unpacks to too much, or is packed in a way whose unpacked size Python
    cannot bound.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            held = [each for each in archive.infolist() if not each.is_dir()]
    except _BROKEN as error:
        raise _unreadable(path.name, error) from None
    if any(each.flag_bits & 1 for each in held):
        raise Fatal(f"{path.name}: is locked with a password; unpack it and put the tables in its place")
    if odd := [each for each in held if each.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)]:
        raise Fatal(f"{path.name}: {odd[0].filename!r} is packed in an unusual way; pack it again as plain ZIP")
    if sum(each.file_size for each in held) > _most(path.stat().st_size):
        raise _too_much(path.name)
    files, aside = [], []
    for name in sorted({each.filename for each in held}):
        inside = PurePosixPath(name)
        if inside.is_absolute() or ".." in inside.parts or inside.as_posix() != name:
            aside.append((f"{path.name}: {name!r}", "a name that leads out of the archive"))
        else:
            files.append(path / name)
    return files, aside
