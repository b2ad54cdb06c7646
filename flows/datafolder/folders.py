"""The folder of everything earful writes: made, tried and found large enough before any work begins."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

from earful.flows.config.settings import Settings
from earful.flows.errors import Exit, UserError

#: Room that a run wants at least, in bytes: its landings and its spool beside the files below.
LANDING = 4 << 20
#: Prefect's own database: 3 MB and as much again in its log when it is made, half of that later (measured, 3.8.8).
PREFECT_NEW, PREFECT = 12 << 20, 6 << 20
_PROBE = 64 << 10  # more than a file system keeps for small files inside its own tables


def make_data_folder(settings: Settings) -> None:
    """Make the folder (others may enter it, since POMs read two of its files) and prove that it can be written.

    Raises UserError (WAREHOUSE) in one line that says what to do: no permission, read-only, full.
    """
    try:
        settings.data.mkdir(mode=0o755, parents=True, exist_ok=True)
    except OSError as error:
        raise unusable(settings.data, error) from None
    probe(settings.data)


def probe(folder: Path) -> None:
    """Write a small file, ask the disk to keep it, remove it. Raises UserError (WAREHOUSE) where that fails."""
    try:
        handle, name = tempfile.mkstemp(prefix=".probe-", dir=folder)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(b"\0" * _PROBE)
                file.flush()
                os.fsync(file.fileno())
        finally:
            Path(name).unlink()
    except OSError as error:
        raise unusable(folder, error) from None


def require_room(settings: Settings, prefect_home: Path | None) -> None:
    """Refuse to begin what cannot end: too little room for the new published file, the landings and Prefect's database.

    ``prefect_home`` None: Prefect's server is elsewhere. Raises UserError (WAREHOUSE).
    """
    wants = {settings.data: LANDING + sum(f.stat().st_size for f in (settings.published, settings.page) if f.exists())}
    if prefect_home is not None:
        wants[prefect_home] = PREFECT if (prefect_home / "prefect.db").exists() else PREFECT_NEW
    disks: dict[int, list[Path]] = {}
    for folder in wants:
        disks.setdefault(folder.stat().st_dev, []).append(folder)
    for folders in disks.values():
        found = os.statvfs(folders[0])
        free, need = found.f_bavail * found.f_frsize, sum(wants[f] for f in folders)
        if free < need:
            raise UserError(
                f"{folders[0]}: {free / 1e6:.1f} MB free, {need / 1e6:.0f} MB needed to begin; nothing was started: "
                "free space there, or set paths.data in earful.toml to a folder on another disk",
                Exit.WAREHOUSE,
            )


def unusable(
    path: Path, error: OSError, elsewhere: str = "or set paths.data in earful.toml to another folder"
) -> UserError:
    """What is wrong with a place that is to be written, and what to do, in one line."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        said = "the disk is full; nothing was lost: free space there and run it again,"
    elif error.errno == errno.EROFS:
        said = "the disk is read-only; mount it for writing,"
    elif error.errno in {errno.EACCES, errno.EPERM}:
        said = "no permission to write there; give it to this user,"
    else:
        said = f"cannot be written ({error.strerror or error}); mend that,"
    return UserError(f"{path}: {said} {elsewhere}", Exit.WAREHOUSE)
