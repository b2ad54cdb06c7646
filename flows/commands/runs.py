"""``earful run`` and ``earful backfill``: the flows, called in this process, with a display for a person."""

from __future__ import annotations

import json as jsonlib
import os
from collections.abc import Callable
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from flows import prefect_env, progress
from flows.errors import Exit, UserError
from flows.folders import make_data_folder
from flows.gaps import read_gaps, wanted
from flows.plan import Job
from flows.settings import CONFIG_ENV, Settings, load
from flows.summary import Brought, Summary


def run_nightly(config: Path | None, products: list[str], channels: list[str], *, json: bool, verbose: bool) -> int:
    """``earful run``."""
    prepare(config, quiet=not verbose)

    def flow() -> Any:  # noqa: ANN401 - Prefect's state, whose type would import prefect here
        from flows.nightly import nightly

        return nightly(products=tuple(products), channels=tuple(channels), return_state=True)

    return report(carry_out(flow, quiet=json or verbose), json=json)


def run_backfill(
    config: Path | None,
    first: date,
    last: date,
    products: list[str],
    channels: list[str],
    *,
    json: bool,
    verbose: bool,
) -> int:
    """``earful backfill``."""
    prepare(config, quiet=not verbose)

    def flow() -> Any:  # noqa: ANN401 - as above
        from flows.backfill import backfill

        return backfill(first, last, products=tuple(products), channels=tuple(channels), return_state=True)

    return report(carry_out(flow, quiet=json or verbose), json=json)


def run_gaps(config: Path | None, products: list[str], channels: list[str], *, json: bool, verbose: bool) -> int:
    """``earful backfill --gaps``: says what it will ask for, then does exactly that."""
    settings = prepare(config, quiet=not verbose)
    found = wanted(settings, read_gaps(settings.published), products, channels)
    if not json:
        out = Console(highlight=False)
        for gap in found:
            out.print(f"  {gap}", markup=False, soft_wrap=True)
        if not found:
            out.print("no gap that could be filled: `select * from coverage_gaps` shows those that cannot")
            return Exit.OK
        out.print(f"asking for {len(found)} {'gap' if len(found) == 1 else 'gaps'}")

    def flow() -> Any:  # noqa: ANN401 - as above
        from flows.backfill import backfill_gaps

        return backfill_gaps(products=tuple(products), channels=tuple(channels), return_state=True)

    return report(carry_out(flow, quiet=json or verbose), json=json)


def prepare(config: Path | None, *, quiet: bool) -> Settings:
    """The checked settings, named in the environment for the flow; Prefect's own settings beside them."""
    settings = load(config)
    os.environ[CONFIG_ENV] = str(settings.file)
    make_data_folder(settings)
    prefect_env.prepare(settings.data, quiet=quiet)
    return settings


def carry_out(flow: Callable[[], Any], *, quiet: bool) -> Summary:
    """Call a flow and give its summary. Raises the error that ended it before there was one."""
    if quiet:
        state = flow()
    else:
        with Display() as display:
            progress.listener = display
            try:
                state = flow()
            finally:
                progress.listener = progress.Silent()
    outcome = state.result(raise_on_failure=False)
    if isinstance(outcome, Summary):
        return outcome
    if isinstance(outcome, BaseException):
        raise outcome
    raise UserError(f"the run ended {state.name}: {state.message or 'no reason given'}", Exit.BUG)


def report(summary: Summary, *, json: bool) -> int:
    """Show a summary; PARTIAL where a channel failed."""
    if json:
        print(jsonlib.dumps(summary.json()))  # noqa: T201
    else:
        show(summary)
    return Exit.OK if summary.ok else Exit.PARTIAL


def show(summary: Summary) -> None:
    """The summary as a person reads it."""
    out = Console(highlight=False)
    table = Table(box=None, pad_edge=False)
    table.add_column("channel", no_wrap=True)
    table.add_column("product", no_wrap=True)
    for name in ("posts", "new", "changed", "unscored", "set aside"):
        table.add_column(name, justify="right")
    said: list[str] = []
    for (channel, product), lines in groupby(summary.brought, key=lambda b: (b.channel, b.product)):
        parts = list(lines)  # a long span came in pieces; a person wants one line
        numbers = (sum(getattr(b, name) for b in parts) for name in ("posts", "new", "changed", "unscored", "rejected"))
        table.add_row(channel, product, *(f"{n:,}" for n in numbers))
        said += dict.fromkeys(f"[red]{_plain(b.error)}[/]" for b in parts if b.error)
        said += dict.fromkeys(f"{channel}/{product}: {_plain(b.note)}" for b in parts if b.note and not b.error)
    out.print(table)
    for line in said:
        out.print(f"  {line}", soft_wrap=True)
    seconds = (summary.ended_at - summary.started_at).total_seconds()
    out.print(f"[bold]{_plain(summary.headline())}[/] in {seconds:.0f} s")
    out.print(f"published  {summary.published}", markup=False, soft_wrap=True)
    out.print(f"page       {summary.page}", markup=False, soft_wrap=True)


class Display:
    """A rich progress display that listens to a run; threads may talk to it at once."""

    def __init__(self) -> None:
        self._progress = Progress(
            SpinnerColumn(), TextColumn("{task.description}"), BarColumn(24), MofNCompleteColumn(), TimeElapsedColumn(),
            console=Console(stderr=True), transient=True,
        )  # fmt: skip
        self._jobs = self._progress.add_task("starting Prefect", total=None)
        self._posts: dict[Job, int] = {}

    def __enter__(self) -> Display:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def planned(self, jobs: int) -> None:
        """So many windows will be asked for."""
        self._progress.update(self._jobs, description="pulling", total=jobs)

    def pulled(self, job: Job, posts: int) -> None:
        """So many posts of a job have come so far."""
        self._posts[job] = posts
        total = sum(list(self._posts.values()))
        self._progress.update(self._jobs, description=f"pulling ({total:,} posts)")

    def landed(self, line: Brought) -> None:
        """A job is done, well or badly."""
        self._progress.update(self._jobs, advance=1)
        if line.status == "failed":
            self._progress.console.print(f"[yellow]{line.channel}/{line.product} failed[/]")

    def publishing(self) -> None:
        """All landed; the published file is being written."""
        self._progress.update(self._jobs, description="publishing")


def _plain(text: str) -> str:
    return text.replace("[", r"\[")
