"""The store of a data folder as jobs open it, and the name of what a job does in it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import AbstractContextManager
from datetime import datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

from earful.flows.config.settings import Settings
from earful.flows.datafolder.spool import AtWork, at_work
from earful.flows.errors import Exit, UserError
from earful.flows.process.waiting import say_waiting
from earful.warehouse import Store, open_store

#: Who finds the store held by another run waits this long before giving up. Seconds.
STORE_WAIT = 900.0


def opened(settings: Settings, wait: float | None = None, *, new: bool = False) -> AbstractContextManager[Store]:
    """The store, waiting for another run to let go of it (STORE_WAIT seconds where none are given), and saying so.

    ``new``: it is made where it is not there yet; else that is a UserError.
    """
    if not new and not settings.store.exists():
        raise UserError(f"{settings.store}: is not there yet; `earful run` makes it", Exit.WAREHOUSE)
    seconds = STORE_WAIT if wait is None else wait

    def say(line: str) -> None:
        say_waiting(named(line, at_work(settings.data), settings.zone))

    return open_store(settings.store, time_zone=settings.time_zone, wait=seconds, waiting=say)


def named(line: str, runs: Iterable[AtWork], zone: ZoneInfo) -> str:
    """A line of earful.warehouse.waiting in which a process that is a run of ours is called so, with its beginning."""
    for run in runs:
        called = f"{run.kind} of {run.began.astimezone(zone):%Y-%m-%d %H:%M}"
        line = re.sub(rf"\bprocess {run.process}( \(([^)]*)\))?(?!\d)", rf"process {run.process} ({called})", line)
    return line


def new_run_id(now: datetime) -> str:
    """When it began (UTC), and what tells it from others of that second: "20260630T041500-1f0c9a3e"."""
    return f"{now:%Y%m%dT%H%M%S}-{uuid4().hex[:8]}"
