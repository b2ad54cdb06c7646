"""What the file system says of a file, and the digest of its bytes: whether it is the one that was read."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

#: Two writes so close together may bear the same time: FAT keeps even seconds, network file systems their own clock.
RACY_NS = 3_000_000_000


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the file system says of a file. Times in nanoseconds since 1970."""

    size: int
    modified: int
    changed: int
    inode: int

    @classmethod
    def of(cls, path: Path) -> Stamp:
        """Of the file that a link leads to. Raises OSError."""
        found = path.stat()
        return cls(found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)

    def settled(self, looked: int) -> bool:
        """Whether a change after ``looked`` would show in the times."""
        return max(self.modified, self.changed) < looked - RACY_NS


def digest_of(path: Path) -> str:
    """The SHA-256 of a file's bytes. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass(frozen=True, slots=True)
class Taken:
    """A file's stamp and digest, taken at ``looked`` (nanoseconds since 1970), before it is read."""

    stamp: Stamp
    digest: str
    looked: int

    @property
    def at(self) -> datetime:
        """When, aware."""
        return datetime.fromtimestamp(self.looked / 1e9, UTC)

    def moved(self, path: Path) -> bool:
        """Whether the file is another one by now."""
        try:
            return Stamp.of(path) != self.stamp
        except OSError:
            return True


class Takes:
    """What was taken of files in one run; of a file that several products are read from once."""

    def __init__(self) -> None:
        self._taken: dict[tuple[Path, Stamp], Taken] = {}

    def of(self, path: Path) -> Taken | None:
        """None where the file cannot be read: reading it says what is wrong."""
        looked = time.time_ns()
        try:
            stamp = Stamp.of(path)
            if (path, stamp) not in self._taken:
                self._taken[path, stamp] = Taken(stamp, digest_of(path), looked)
        except OSError:
            return None
        return self._taken[path, stamp]
