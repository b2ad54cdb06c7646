"""Mistakes and mishaps that end a command: one line for a person, and the exit code that goes with it."""

from __future__ import annotations

import traceback
from enum import IntEnum
from pathlib import Path


class Exit(IntEnum):
    """Exit codes of ``earful``; the README lists them."""

    OK = 0
    BUG = 1  # something we did not foresee
    USAGE = 2  # the command line or earful.toml is wrong
    PARTIAL = 3  # some channels failed; everything else landed, and the next night closes the gap
    WAREHOUSE = 4  # the store is locked, newer than this earful, unreadable, or the disk is full
    UNREADY = 5  # `earful check`: a channel cannot work; `earful up`: a part did not start
    HUNG_UP = 129  # SIGHUP, SIGINT (Ctrl-C) and SIGTERM, as shells count them
    STOPPED = 130
    TERMINATED = 143


class UserError(Exception):
    """Says what is wrong, where, and what to do, in one line."""

    def __init__(self, message: str, code: Exit = Exit.USAGE) -> None:
        super().__init__(message)
        self.code = code


#: Where a bug is reported, and what is never needed for it.
REPORT = "please report it in earful's issue tracker, without posts or names"
_ROOT = Path(__file__).resolve().parent.parent
_FLOORS = ("flows", "reports", "warehouse", "sentiment", "connectors")


def bug(error: BaseException, package: str = "") -> str:
    """A mistake of ours for a person: its kind and the line of ours where it happened, never its own words.

    Those may quote what a service sent, or a post. ``package``: the one whose connector was at work, if not ours; a
    mistake that was not made in a file of ours is then the package's.
    """
    frames = traceback.extract_tb(error.__traceback__)
    if package and frames and not any(Path(frames[-1].filename).is_relative_to(_ROOT / floor) for floor in _FLOORS):
        place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}"
        return f"a bug in the connector of package {package} ({type(error).__name__} in {place}); report it there"
    places = [
        f" in {Path(frame.filename).relative_to(_ROOT).as_posix()}:{frame.lineno}"
        for frame in frames
        if any(Path(frame.filename).is_relative_to(_ROOT / floor) for floor in _FLOORS)
    ]
    return f"a bug in earful ({type(error).__name__}{places[-1] if places else ''}); {REPORT}"
