"""A night without Prefect, whose server takes ten seconds to start: the same steps, in this process, one by one."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import count
from pathlib import Path

from earful.connectors.errors import PullError, Retriable
from earful.flows.config.settings import Settings
from earful.flows.datafolder.temporary import private_temporary_files
from earful.flows.night import progress
from earful.flows.night.plan import Job, nightly_jobs
from earful.flows.night.pull import RunContext, late
from earful.flows.night.spooled import Came, Pulled
from earful.flows.night.steps import Log, attempt_pull, land_share, publish_file, write_night_page
from earful.flows.night.summary import Brought, Summary
from earful.flows.night.work import work
from earful.flows.process import signals
from earful.flows.process.deadline import Deadline
from earful.flows.process.redact import outgoing
from earful.flows.process.terminal import Terminal
from earful.warehouse import Store


def night_alone(settings: Settings, listener: progress.Listener) -> Summary:
    """One night of all products and channels, as ``earful run`` has it; nothing of it is in Prefect's pages.

    Raises UserError and WarehouseError, as a night in a flow does.
    """
    progress.listener = listener
    try:
        with private_temporary_files(settings.data):
            return work(
                "nightly",
                settings,
                lambda settings, standings, now, changed: nightly_jobs(settings, standings, now, changed=changed),
                AloneSteps(),
            )
    except BaseException:
        if signals.stopping():
            signals.end()  # a pull may wait for its service as long as it likes
        raise
    finally:
        progress.listener = progress.Silent()


class AloneSteps:
    """The steps by themselves; warnings go to standard error."""

    stops: tuple[type[BaseException], ...] = ()
    flow_run = None

    def __init__(self) -> None:
        self._log = logging.Logger("earful.first")
        self._log.addHandler(_Shown(logging.WARNING))

    @property
    def log(self) -> Log:
        """Warnings are for the person who waits; the rest is told by the listener."""
        return self._log

    def pull_all(
        self, run_context: RunContext, jobs: Sequence[Job], ends: Deadline
    ) -> Iterator[tuple[Job, Pulled | BaseException] | None]:
        """One after the other."""
        for number, job in enumerate(jobs):
            if ends.over:
                yield job, late(job, ends, run_context.again(job), asked=False)
                continue
            pull_ends = Deadline.of_pull(run_context.settings.channel(job.channel).pull_minutes)
            yield job, self._pull(run_context, job, f"{number:05d}", pull_ends if pull_ends.at < ends.at else ends)

    def _pull(self, run_context: RunContext, job: Job, name: str, deadline: Deadline) -> Pulled | BaseException:
        for attempt in count(1):
            try:
                return attempt_pull(run_context, job, name, deadline, attempt, self.log)
            except Retriable:
                continue  # it has waited
            except Exception as error:  # noqa: BLE001 - whatever it was, the run records it
                return error
        raise AssertionError("unreachable")

    def land(
        self,
        store: Store,
        run_id: str,
        began: datetime,
        run_context: RunContext,
        pulled: Pulled,
        came: Came,
        cut: PullError | None,
    ) -> Brought:
        """As it is."""
        return land_share(store, run_id, began, run_context, pulled, came, cut)

    def publish(self, store: Store, path: Path) -> Path:
        """As it is."""
        return publish_file(store, path).path

    def page(self, settings: Settings, _store: Store) -> Path:
        """As it is."""
        return write_night_page(settings, None, stands=False)

    def end_killed(self, flow_runs: Iterable[str]) -> None:
        """Nothing: a folder that Prefect's runs were at work in has a configuration, and is not tried in."""


class _Shown(logging.Handler):
    """Puts what is logged on standard error, without secrets and control characters."""

    def emit(self, record: logging.LogRecord) -> None:
        Terminal(stderr=True, highlight=False, soft_wrap=True, markup=False).print(outgoing(record.getMessage()))
