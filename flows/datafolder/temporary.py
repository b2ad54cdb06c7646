"""Temporary files of a run, of `earful up` and of its parts: inside the data folder, for this user alone, swept.

In the system's folder for them anything may read names and sizes, and what a killed process left stays. Here the next
start removes what dead processes left, and nothing of the living.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from uuid import uuid4

from earful.flows.datafolder.folders import unusable
from earful.flows.datafolder.living import exclusive, hold, lives
from earful.flows.process import signals

FOLDER = "tmp"
#: Where Python, and what else follows POSIX or Windows habits, looks for the place of temporary files.
VARIABLES = ("TMPDIR", "TEMP", "TMP")


@dataclass(frozen=True, slots=True)
class Temporary:
    """A folder, and the descriptor that holds it: a child that inherits it keeps the folder from being swept."""

    path: Path
    lock: int

    @property
    def environment(self) -> dict[str, str]:
        """What makes a child put its temporary files there."""
        return dict.fromkeys(VARIABLES, str(self.path))


@contextmanager
def private_folder(data: Path) -> Iterator[Temporary]:
    """A folder under ``<data>/tmp``, gone at the end. Raises UserError (WAREHOUSE) where it cannot be made."""
    base = data.absolute() / FOLDER
    try:
        base.mkdir(mode=0o700, parents=True, exist_ok=True)
        base.chmod(0o700)
        with exclusive(base):
            _sweep(base)
            folder = base / f"{os.getpid()}-{uuid4().hex[:8]}"
            lock = hold(folder)
    except OSError as error:
        raise unusable(base, error) from None
    remove = partial(shutil.rmtree, folder, ignore_errors=True)
    forget = signals.at_end(remove)
    try:
        yield Temporary(folder, lock)
    finally:
        remove()
        forget()
        os.close(lock)


@contextmanager
def private_temporary_files(data: Path) -> Iterator[None]:
    """Within, this process and its children put their temporary files into a private folder."""
    with private_folder(data) as made:
        before = {name: os.environ.get(name) for name in VARIABLES}, tempfile.tempdir
        os.environ.update(made.environment)
        tempfile.tempdir = str(made.path)  # it asks the environment once a process
        try:
            yield
        finally:
            variables, tempfile.tempdir = before
            for name, value in variables.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value


def _sweep(base: Path) -> None:
    for each in base.iterdir():
        if lives(each):
            continue
        if each.is_dir() and not each.is_symlink():
            shutil.rmtree(each, ignore_errors=True)
        else:
            each.unlink(missing_ok=True)
