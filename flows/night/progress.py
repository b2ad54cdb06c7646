"""Who sees how far a run is: nobody in a worker (its log says it), a rich display on the command line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol
from zoneinfo import ZoneInfo

from earful.flows.night.plan import Job
from earful.flows.night.summary import Brought, Summary


class Listener(Protocol):
    """Called at a run's steps, from several threads."""

    def planned(self, jobs: Sequence[Job], zone: ZoneInfo) -> None:
        """These will be asked for, each a window for each of its products; days are those of the reporting ``zone``."""

    def pulled(self, job: Job, posts: int) -> None:
        """So many posts of a job have come so far."""

    def landed(self, line: Brought) -> None:
        """A job is done for one product, well or badly."""

    def done(self, job: Job) -> None:
        """A job is done for all its products."""

    def publishing(self) -> None:
        """All landed; the published file is being written."""

    def ended(self, outcome: Summary | Exception) -> None:
        """The run's own end, before Prefect has written down its own."""


class Silent:
    """Tells nobody."""

    def planned(self, jobs: Sequence[Job], zone: ZoneInfo) -> None:
        """Nothing."""

    def pulled(self, job: Job, posts: int) -> None:
        """Nothing."""

    def landed(self, line: Brought) -> None:
        """Nothing."""

    def done(self, job: Job) -> None:
        """Nothing."""

    def publishing(self) -> None:
        """Nothing."""

    def ended(self, outcome: Summary | Exception) -> None:
        """Nothing."""


class Both:
    """Tells two."""

    def __init__(self, one: Listener, other: Listener) -> None:
        self._two = (one, other)

    def planned(self, jobs: Sequence[Job], zone: ZoneInfo) -> None:
        """Both."""
        for each in self._two:
            each.planned(jobs, zone)

    def pulled(self, job: Job, posts: int) -> None:
        """Both."""
        for each in self._two:
            each.pulled(job, posts)

    def landed(self, line: Brought) -> None:
        """Both."""
        for each in self._two:
            each.landed(line)

    def done(self, job: Job) -> None:
        """Both."""
        for each in self._two:
            each.done(job)

    def publishing(self) -> None:
        """Both."""
        for each in self._two:
            each.publishing()

    def ended(self, outcome: Summary | Exception) -> None:
        """Both."""
        for each in self._two:
            each.ended(outcome)


class Keeping(Silent):
    """Remembers how the run ended: its outcome counts, even where Prefect could not write it down."""

    outcome: Summary | Exception | None = None

    def ended(self, outcome: Summary | Exception) -> None:
        """Remember."""
        self.outcome = outcome


#: The command line puts its own here before it calls a flow, and a backfill one of its own beside that.
listener: Listener = Silent()
