"""Who is told how far a run is: nobody in a worker (its log says it), a rich display on the command line."""

from __future__ import annotations

from typing import Protocol

from flows.plan import Job
from flows.summary import Brought


class Listener(Protocol):
    """Told of a run's steps, from several threads."""

    def planned(self, jobs: int) -> None:
        """So many windows will be asked for."""

    def pulled(self, job: Job, posts: int) -> None:
        """So many posts of a job have come so far."""

    def landed(self, line: Brought) -> None:
        """A job is done, well or badly."""

    def publishing(self) -> None:
        """All landed; the published file is being written."""


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


#: The command line puts its own here before it calls a flow.
listener: Listener = Silent()
