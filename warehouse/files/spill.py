"""What DuckDB writes beside a store where memory does not suffice: words in plain text, so private and never left."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path


def spill_of(path: Path) -> Path:
    """Where DuckDB spills of a database file go."""
    return path.with_name(path.name + ".tmp")


def clear_spill(path: Path) -> None:
    """Remove what killed processes left, and have the folder for this user only: DuckDB makes files that all may read.

    Only who has the store open for writing may: then no other process spills there.
    """
    folder = spill_of(path)
    if folder.is_symlink():
        # Somebody put it onto another disk: what it leads to is cleared, not the link.
        folder = folder.resolve()
    if folder.is_dir():
        for each in folder.iterdir():
            _remove(each)
        folder.chmod(0o700)
    keep_spill(path)


def keep_spill(path: Path) -> None:
    """Have the folder, with what this process has spilled."""
    spill_of(path).mkdir(mode=0o700, exist_ok=True)


def leave_spill(path: Path) -> None:
    """Remove the folder if nothing was spilled. Before the store is let go: the next to hold it makes it anew."""
    with suppress(OSError):
        spill_of(path).rmdir()


def _remove(each: Path) -> None:
    if each.is_dir() and not each.is_symlink():
        shutil.rmtree(each)
    else:
        each.unlink(missing_ok=True)
