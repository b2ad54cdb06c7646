"""The backups that upkeep makes: one a day, tried out after it is written, the newest kept."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from earful.flows.config.settings import Settings
from earful.flows.datafolder.store import STORE_WAIT
from earful.flows.process.waiting import say_waiting
from earful.warehouse import WarehouseError, back_up, restore

_NAME = re.compile(r"earful-(\d{8}T\d{6})Z\.zip")
_TRIAL = ".trial"


@dataclass(frozen=True, slots=True)
class Backup:
    """One that was tried out. ``at`` is aware UTC."""

    path: Path
    at: datetime
    bytes: int


@dataclass(frozen=True, slots=True)
class Kept:
    """What a day's backup did; ``error``: or ""."""

    path: str = ""
    rows: int = 0
    bytes: int = 0
    removed: int = 0
    error: str = ""

    def line(self) -> str:
        """In a few words; empty where none is wanted."""
        if self.error:
            return f"backup failed: {self.error}"
        if not self.path:
            return ""
        return (
            f"backup of {self.rows:,} rows ({self.bytes / 1e6:,.1f} MB) written and tried out, {self.removed} removed"
        )


def backups(settings: Settings) -> list[Backup]:
    """Those that are there, oldest first."""
    found = []
    for file in sorted(settings.backups.iterdir()) if settings.backups.is_dir() else ():
        if name := _NAME.fullmatch(file.name):
            at = datetime.strptime(name[1], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
            found.append(Backup(file, at, file.stat().st_size))
    return found


def newest_backup(settings: Settings) -> Backup | None:
    """The newest, if any."""
    return max(backups(settings), key=lambda each: each.at, default=None)


def make_backup(settings: Settings, now: datetime) -> Kept:
    """Write one, restore it aside to see that it can be, and remove those above ``[backup] keep``.

    A failure leaves the older ones, and is told in ``error``. The secret of author pseudonyms is in none.
    """
    if not settings.backup.keep:
        return Kept()
    folder = settings.backups
    target = folder / f"earful-{now:%Y%m%dT%H%M%S}Z.zip"
    trial = folder / _TRIAL
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.rmtree(trial, ignore_errors=True)  # of a killed one
        done = back_up(settings.store, target, time_zone=settings.time_zone, wait=STORE_WAIT, waiting=say_waiting)
        try:
            tried = restore(trial / "store.duckdb", target, time_zone=settings.time_zone)
            if tried.rows != done.rows:
                raise WarehouseError(f"{target}: {tried.rows:,} of {done.rows:,} rows came back")
        except WarehouseError:
            target.unlink()  # what cannot be restored is no backup
            raise
        finally:
            shutil.rmtree(trial, ignore_errors=True)
        old = backups(settings)[: -settings.backup.keep]
        for each in old:
            each.path.unlink()
    except (WarehouseError, OSError) as error:
        return Kept(error=" ".join(str(error).split()))
    return Kept(str(target), done.rows, done.bytes, len(old))
