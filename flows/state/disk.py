"""How large earful's files are, and the day on which the disk is full if it goes on like this."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from earful.flows.config.settings import Settings

#: Later than that nobody plans. Days.
FAR = 3650


@dataclass(frozen=True, slots=True)
class Disk:
    """Bytes. ``a_day``: what earful's files grow by, None while unknown; ``full``: None: not within FAR days."""

    store: int
    published: int
    prefect: int
    backups: int
    free: int
    a_day: float | None
    full: date | None


def measure(
    settings: Settings, prefect_home: Path, backups: Path | None, posts: int, posts_28d: int, now: datetime
) -> Disk:
    """Sizes of the data folder's parts.

    Growth is what a post takes now, times the posts of the last 28 days: the store never shrinks by itself, and what is
    published grows with it. ``posts``: all in the published file.
    """
    data = settings.data
    store = _size(data / "store.duckdb") + _size(data / "store.duckdb.wal") + _size(data / "store.base.duckdb")
    published = _size(settings.published) + _size(settings.page)
    found = os.statvfs(data if data.is_dir() else settings.root)
    free = found.f_bavail * found.f_frsize
    # Of a few posts a file is mostly its own tables.
    a_day = (store + published) / posts * posts_28d / 28 if posts >= 1000 and posts_28d else None
    days = free / a_day if a_day else None
    full = now.astimezone(settings.zone).date() + timedelta(days=int(days)) if days and days < FAR else None
    return Disk(store, published, _tree(prefect_home), _tree(backups) if backups else 0, free, a_day, full)


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0


def _tree(folder: Path) -> int:
    return sum(_size(each) for each in folder.rglob("*") if each.is_file()) if folder.is_dir() else 0
