"""Who sees how far a run is: nobody in a worker (its log says it), a rich display on the command line."""

from __future__ import annotations

from typing import Protocol

from earful.flows.night.plan import Job
from earful.flows.night.summary import Brought, Summary


class Listener(Protocol):
    """Called at a run's steps, from several threads."""

    def planned(self, jobs: int) -> None:
        """So many windows will be asked for, one for each product of each job."""

    def pulled(self, job: Job, posts: int) -> None:
        """So many posts of a job have come so far."""

    def landed(self, line: Brought) -> None:
        """A job is done for one product, well or badly."""

    def publishing(self) -> None:
        """All landed; the published file is being written."""

    def ended(self, outcome: Summary | Exception) -> None:
        """The run's own end, before Prefect has written down its own."""


class Silent:
    """Tells nobody."""

    def planned(self, jobs: int) -> None:
        """Nothing."""

    def pulled(self, job: Job, posts: int) -> None:
        """Nothing."""

    def landed(self, line: Brought) -> None:
        """Nothing."""

    def publishing(self) -> None:
        """Nothing."""

    def ended(self, outcome: Summary | Exception) -> None:
        """Nothing."""


class Keeping(Silent):
    """Remembers how the run ended: its outcome counts, even where Prefect could not write it down."""

    outcome: Summary | Exception | None = None

    def ended(self, outcome: Summary | Exception) -> None:
        """Remember."""
        self.outcome = outcome


#: The command line puts its own here before it calls a flow.
listener: Listener = Silent()
