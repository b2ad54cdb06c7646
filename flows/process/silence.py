"""Loggers of libraries that tell addresses, kept quiet while they work."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def silent(*names: str) -> Iterator[None]:
    """No line from these loggers: they tell addresses, and a webhook's path is as secret as a password."""
    known = logging.Logger.manager.loggerDict
    below = [name for name in known if name.startswith(tuple(f"{n}." for n in names))]
    before = [(logger, logger.level) for logger in map(logging.getLogger, (*names, *below))]
    for logger, _ in before:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in before:
            logger.setLevel(level)
