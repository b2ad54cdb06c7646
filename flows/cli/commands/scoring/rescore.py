"""``earful rescore``: the job rescoring.py, with a bar for a person and its outcome as a table."""

from __future__ import annotations

import json as jsonlib
from dataclasses import asdict
from pathlib import Path

from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from earful.flows.config.settings import load
from earful.flows.errors import Exit
from earful.flows.jobs.rescoring import ScoredAgain, score_again
from earful.flows.process.terminal import Terminal


def run_rescore(config: Path | None, *, json: bool) -> int:
    """Carry it out and say what was done."""
    settings = load(config)
    err = Terminal(stderr=True)  # in a file or a pipe a display leaves empty lines
    bar = Progress(
        SpinnerColumn(), TextColumn("{task.description}"), BarColumn(24), MofNCompleteColumn(), TimeElapsedColumn(),
        console=err, transient=True, disable=json or not err.is_terminal,
    )  # fmt: skip
    task = bar.add_task("scoring again", total=None, visible=False)
    with bar:
        done = score_again(settings, lambda posts, of: bar.update(task, completed=posts, total=of, visible=True))
    if json:
        said = {
            "versions": list(done.versions), "rescored": [asdict(each) for each in done.found],
            "page": str(done.page) if done.page else None, "masked": done.masked, "finished": done.left,
        }  # fmt: skip
        print(jsonlib.dumps(said))  # noqa: T201
    else:
        _show(done)
    return Exit.OK


def _show(done: ScoredAgain) -> None:
    out = Terminal(highlight=False, soft_wrap=True)
    if done.found:
        table = Table(box=None, pad_edge=False)
        for name in ("channel", "product"):
            table.add_column(name, no_wrap=True)
        for name in ("posts", "changed", "words gone", "days", "mixed days"):
            table.add_column(name, justify="right")
        for each in done.found:
            numbers = (each.posts, each.changed, each.gone, each.days, each.mixed)
            table.add_row(each.channel, each.product, *(f"{n:,}" for n in numbers))
        out.print(table)
    for line in done.lines():
        out.print(line, markup=False)
