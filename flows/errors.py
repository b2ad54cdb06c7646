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


def bug(error: BaseException) -> str:
    """A mistake of ours for a person: its kind and the line of ours where it happened, never its own words.

    Those may quote what a service sent, or a post.
    """
    # Resolved: in a checkout the floors are links.
    files = [(Path(frame.filename).resolve(), frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    places = [
        f" in {file.relative_to(_ROOT).as_posix()}:{line}"
        for file, line in files
        if any(file.is_relative_to(_ROOT / floor) for floor in _FLOORS)
    ]
    return f"a bug in earful ({type(error).__name__}{places[-1] if places else ''}); {REPORT}"
