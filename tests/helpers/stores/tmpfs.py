"""Small disks for tests: a tmpfs of so many MB, where this user may mount one; else the test is skipped and says why."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_disk(at: Path, megabytes: float, *, read_only: bool = False) -> Iterator[Path]:
    """A disk of that size, mounted on the new folder ``at``."""
    at.mkdir()
    how = f"size={int(megabytes * 1024)}k" + (",ro" if read_only else "")
    try:
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", how, "tmpfs", str(at)], capture_output=True, check=False
        )
    except OSError as error:
        pytest.skip(f"no mount command here ({error.strerror})")
    if mounted.returncode:
        pytest.skip("needs the right to mount a tmpfs (root on Linux)")
    try:
        yield at
    finally:
        subprocess.run(["umount", "-l", str(at)], check=False)


def fill(disk: Path, leave: int) -> Path:
    """A file that takes all the room but ``leave`` bytes."""
    ballast = disk / "ballast"
    free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
    with ballast.open("wb") as file:
        file.write(b"\0" * max(0, free - leave))
    return ballast
