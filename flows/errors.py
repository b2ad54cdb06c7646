"""Mistakes and mishaps that end a command: one line for a person, and the exit code that goes with it."""

from __future__ import annotations

from enum import IntEnum


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
