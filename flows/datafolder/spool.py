"""The spool: a private folder for one run's pulled posts, gone when the run ends, however it ends."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from earful.flows.datafolder.folders import unusable
from earful.flows.datafolder.living import exclusive, hold, lives
from earful.flows.process import signals

_FLOW_RUN = "flow-run"
_WHO = "who"


@dataclass(frozen=True, slots=True)
class Swept:
    """Leftovers of killed runs that were removed, and folders of runs that are at work."""

    removed: int
    at_work: int
    #: Prefect's ids of the runs that were killed.
    flow_runs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AtWork:
    """A run that is at work: its kind, its process, and when it began (UTC)."""

    kind: str
    process: int
    began: datetime


@contextmanager
def spool_folder(data: Path, run_id: str, flow_run: str | None = None, kind: str = "run") -> Iterator[Path]:
    """The run's folder, which holds Prefect's id of it, and for whoever waits for it, who it is.

    Leftovers of runs that were killed go first: they hold text, which retention must reach.
    """
    base = data / "spool"
    try:
        base.mkdir(mode=0o700, parents=True, exist_ok=True)
        with exclusive(base):
            _sweep(base)
            folder = base / run_id
            # Held as long as the run lives, and let go by the system however it dies.
            lock = hold(folder)
    except OSError as error:
        raise unusable(base, error) from None
    forget = signals.at_end(partial(_remove_texts, folder))
    try:
        _note(folder / _FLOW_RUN, flow_run)
        _note(folder / _WHO, f"{os.getpid()} {datetime.now(UTC).isoformat()} {kind}")
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        forget()
        os.close(lock)


def _remove_texts(folder: Path) -> None:
    """All but Prefect's id of the run: the next run tells Prefect, since this process had no time to."""
    for each in folder.iterdir():
        if each.name != _FLOW_RUN:
            each.unlink(missing_ok=True)


def sweep(data: Path) -> Swept:
    """Remove what killed runs left. A folder whose run is at work stays, and is counted."""
    base = data / "spool"
    if not base.is_dir():
        return Swept(0, 0)
    with exclusive(base):
        return _sweep(base)


def remove_texts(data: Path) -> None:
    """Remove the posts that dead runs have pulled; Prefect's ids of the runs stay, for the next start to tell it."""
    for folder in _folders(data):
        if not lives(folder):
            with suppress(OSError):  # its next run is faster
                _remove_texts(folder)


def living(data: Path) -> frozenset[str]:
    """The ids of the runs that are at work."""
    return frozenset(f.name for f in _folders(data) if lives(f))


def at_work(data: Path) -> list[AtWork]:
    """The runs that are at work, as far as they have said who they are; the earliest first."""
    found = []
    for folder in _folders(data):
        with suppress(FileNotFoundError):  # it has just begun, or ended
            process, began, kind = (folder / _WHO).read_text().split(" ", 2)
            if lives(folder):
                found.append(AtWork(kind, int(process), datetime.fromisoformat(began)))
    return sorted(found, key=lambda run: run.began)


def _folders(data: Path) -> list[Path]:
    base = data / "spool"
    return list(base.iterdir()) if base.is_dir() else []


def _note(file: Path, said: str | None) -> None:
    if said:
        try:
            file.write_text(said)
        except OSError as error:
            raise unusable(file.parent, error) from None


def _sweep(base: Path) -> Swept:
    removed = at_work = 0
    flow_runs: list[str] = []
    for folder in sorted(base.iterdir()):
        if lives(folder):
            at_work += 1
            continue
        note = folder / _FLOW_RUN
        if note.is_file():
            flow_runs.append(note.read_text())
        if folder.is_dir():
            shutil.rmtree(folder, ignore_errors=True)
        else:
            folder.unlink(missing_ok=True)
        removed += 1
    return Swept(removed, at_work, tuple(flow_runs))
