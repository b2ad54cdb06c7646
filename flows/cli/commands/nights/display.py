"""How far a run is, on the terminal of who waits for it."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from earful.flows.backfilling.pace import Pace
from earful.flows.night import progress
from earful.flows.night.plan import Job
from earful.flows.night.summary import Brought
from earful.flows.process.terminal import Terminal


class Display(progress.Keeping):
    """A rich progress display that listens to a run; threads may talk to it at once.

    ``begins`` is shown first; ``pace``, of a backfill, says the rest in place of posts and windows.
    """

    def __init__(self, *, quiet: bool, begins: str = "starting Prefect", pace: Pace | None = None) -> None:
        err = Terminal(stderr=True)  # in a file or a pipe a display leaves empty lines
        self._progress = Progress(
            SpinnerColumn(), TextColumn("{task.description}"), BarColumn(24), MofNCompleteColumn(), TimeElapsedColumn(),
            console=err, transient=True, disable=quiet or not err.is_terminal,
        )  # fmt: skip
        self._jobs = self._progress.add_task(begins, total=None)
        self._posts: dict[Job, int] = {}
        self._pace = pace

    def __enter__(self) -> Display:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def planned(self, jobs: Sequence[Job], zone: ZoneInfo) -> None:
        """So many windows will be asked for, one for each product of each job."""
        if self._pace is not None:
            self._pace.planned(jobs, zone)
        self._progress.update(self._jobs, description="pulling", total=sum(len(job.shares) for job in jobs))

    def pulled(self, job: Job, posts: int) -> None:
        """So many posts of a job have come so far."""
        self._posts[job] = posts
        if self._pace is not None:
            self._pace.pulled(job, posts)
        total = sum(list(self._posts.values()))
        self._describe(f"pulling ({total:,} posts)")

    def landed(self, line: Brought) -> None:
        """A job is done for one product, well or badly."""
        self._progress.update(self._jobs, advance=1)
        if line.status == "failed" and not self._progress.disable:
            self._progress.console.print(f"[yellow]{line.channel}/{line.product} failed[/]")

    def done(self, job: Job) -> None:
        """A job is done for all its products."""
        if self._pace is not None:
            self._pace.done(job)
            self._describe("")

    def publishing(self) -> None:
        """What has landed is being published."""
        if self._pace is not None:
            self._pace.publishing()
        self._describe("publishing")

    def _describe(self, otherwise: str) -> None:
        said = otherwise if self._pace is None else self._pace.line()
        self._progress.update(self._jobs, description=said)
