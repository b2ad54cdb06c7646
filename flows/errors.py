"""Mistakes and mishaps that end a command: one line for a person, and the exit code that goes with it."""

from __future__ import annotations

import traceback
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the command line imports this first of all
    from earful.connectors.outsiders import Outsider


class Exit(IntEnum):
    """Exit codes of ``earful``; the README lists them."""

    OK = 0
    BUG = 1  # something we did not foresee
    USAGE = 2  # the command line or earful.toml is wrong
    PARTIAL = 3  # some channels failed, or an alert was not taken; the rest landed, the next night closes the gap
    WAREHOUSE = 4  # the store is locked, newer than this earful, unreadable, or the disk is full
    UNREADY = 5  # `earful check`, `alerts test`: a channel or target cannot work; `earful up`: a part did not start
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


def bug(error: BaseException, outsider: Outsider | None = None) -> str:
    """A mistake in code for a person: its kind and the line where it happened, never its own words.

    Those may quote what a service sent, or a post. ``outsider``: whose connector was at work, if not ours. Of the lines
    that are ours or theirs the innermost says whose mistake it is.
    """
    kind = type(error).__name__
    for frame, line in reversed(list(traceback.walk_tb(error.__traceback__))):
        file, module = Path(frame.f_code.co_filename).resolve(), str(frame.f_globals.get("__name__"))
        if outsider and module.partition(".")[0] == outsider.module:
            where = f"{kind} in {file.name}:{line}"
            return f"a bug in the connector of package {outsider.package} ({where}); report it there"
        if any(file.is_relative_to(_ROOT / floor) for floor in _FLOORS):
            return f"a bug in earful ({kind} in {file.relative_to(_ROOT).as_posix()}:{line}); {REPORT}"
    return f"a bug in earful ({kind}); {REPORT}"
