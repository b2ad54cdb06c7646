"""``earful run`` and ``earful backfill``: the flows, called in this process, with a display for a person."""

from __future__ import annotations

import json as jsonlib
import os
from datetime import UTC, date, datetime
from importlib import import_module
from itertools import groupby
from pathlib import Path
from typing import Any

from rich.table import Table

from earful.flows.backfilling.pace import Pace
from earful.flows.cli.commands.nights.days import show_days
from earful.flows.cli.commands.nights.display import Display
from earful.flows.config.settings import CONFIG_ENV, Settings, load
from earful.flows.datafolder.folders import make_data_folder, require_room
from earful.flows.datafolder.secret import author_secrets
from earful.flows.datafolder.temporary import private_temporary_files
from earful.flows.errors import Exit, UserError
from earful.flows.night import progress
from earful.flows.night.gaps import read_gaps, wanted, within
from earful.flows.night.plan import backfill_jobs
from earful.flows.night.summary import Summary
from earful.flows.process import signals
from earful.flows.process.importing import importing
from earful.flows.process.terminal import Terminal
from earful.flows.server import prefect_settings
from earful.flows.server.proxies import set_aside_unusable
from earful.flows.server.short_lived import given, serving
from earful.flows.supervision.database import mend_database

#: What a run says that a signal has stopped.
STOPPED = "stopped; what had landed stays, the next run closes the gap"


def run_nightly(config: Path | None, products: list[str], channels: list[str], *, json: bool, verbose: bool) -> int:
    """``earful run``."""
    settings = prepare(config, quiet=not verbose)
    asked = {"products": tuple(products), "channels": tuple(channels)}
    return report(carry_out(settings, "nightly:nightly", asked, quiet=json or verbose), json=json)


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
    settings = prepare(config, quiet=not verbose)
    asked = {"first_day": first, "last_day": last, "products": tuple(products), "channels": tuple(channels)}
    return report(carry_out(settings, "backfill:backfill", asked, quiet=json or verbose), json=json)


def run_gaps(
    config: Path | None,
    first: date | None,
    last: date | None,
    products: list[str],
    channels: list[str],
    *,
    json: bool,
    verbose: bool,
) -> int:
    """``earful backfill --gaps``: says what it will ask for, then does exactly that; of all days, or of first..last."""
    settings = prepare(config, quiet=not verbose)
    found = wanted(settings, read_gaps(settings.published), products, channels)
    asked: dict[str, Any] = {"products": tuple(products), "channels": tuple(channels)}
    flow = "backfill:backfill_gaps"
    if first and last:
        backfill_jobs(settings, first, last, datetime.now(UTC), products, channels)  # refuses what cannot be asked
        found = within(found, first, last)
        asked |= {"first_day": first, "last_day": last, "only_missing": True}
        flow = "backfill:backfill"
    if not json:
        out = Terminal(highlight=False)
        for gap in found:
            out.print(f"  {gap}", markup=False, soft_wrap=True)
        if not found:
            days = " of these days" if first else ""
            out.print(f"no gap{days} that could be filled: `select * from coverage_gaps` shows those that cannot")
            return Exit.OK
        out.print(f"asking for {len(found)} {'gap' if len(found) == 1 else 'gaps'}")
    return report(carry_out(settings, flow, asked, quiet=json or verbose), json=json)


def prepare(config: Path | None, *, quiet: bool) -> Settings:
    """The checked settings, named in the environment for the flow; Prefect's own settings beside them.

    The data folder is there, can be written, and has room: nothing is begun that could only fail.
    """
    settings = load(config)
    os.environ[CONFIG_ENV] = str(settings.file)
    make_data_folder(settings)
    author_secrets(settings.data)
    set_aside_unusable(settings)
    prefect_settings.prepare(settings.data, quiet=quiet)
    if not given():
        home = prefect_settings.prefect_home(settings.data)
        require_room(settings, home)
        mend_database(settings, home)
    return settings


def carry_out(settings: Settings, name: str, parameters: dict[str, Any], *, quiet: bool) -> Summary:
    """Call a flow (``MODULE:FUNCTION`` of this floor) and give its summary. Raises the error that ended it."""
    signals.say(STOPPED)
    pace = Pace() if name.startswith("backfill:") else None
    with private_temporary_files(settings.data), Display(quiet=quiet, pace=pace) as display, serving() as server:
        module, _, function = name.partition(":")
        with importing():  # takes seconds, while the server comes up
            flow = getattr(import_module(f"earful.flows.{module}"), function)
        server.wait()
        progress.listener = display
        try:
            state = flow(**parameters, return_state=True)
            outcome = display.outcome or state.result(raise_on_failure=False)
        except Exception as error:  # noqa: BLE001 - Prefect's own, of any kind: its server is gone, or could not write
            outcome = display.outcome or server.mishap() or _full(settings) or error
        finally:
            progress.listener = progress.Silent()
    if isinstance(outcome, Summary):
        return outcome
    if isinstance(outcome, BaseException):
        raise outcome
    raise UserError(f"the run ended without a result: {outcome!r}", Exit.BUG)


def _full(settings: Settings) -> UserError | None:
    """Whether it is the disk that is to blame."""
    try:
        require_room(settings, None)
    except UserError as error:
        return error
    return None


def report(summary: Summary, *, json: bool) -> int:
    """Show a summary; PARTIAL where a channel failed."""
    if json:
        print(jsonlib.dumps(summary.json()))  # noqa: T201
    else:
        show(summary)
    return Exit.OK if summary.ok else Exit.PARTIAL


def show(summary: Summary) -> None:
    """The summary as a person reads it."""
    out = Terminal(highlight=False)
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
        said += dict.fromkeys(f"[red]{_without_markup(b.error)}[/]" for b in parts if b.error)
        said += dict.fromkeys(
            f"{channel}/{product}: {_without_markup(b.note)}" for b in parts if b.note and not b.error
        )
    out.print(table)
    if summary.days is not None:
        said = [_without_markup(line) for line in show_days(out, summary)]
    for line in said:
        out.print(f"  {line}", soft_wrap=True)
    seconds = (summary.ended_at - summary.started_at).total_seconds()
    out.print(f"[bold]{_without_markup(summary.headline())}[/] in {seconds:.0f} s")
    for note in (*summary.notes, *summary.untold):
        out.print(_without_markup(note), soft_wrap=True)
    out.print(f"published  {summary.published}", markup=False, soft_wrap=True)
    out.print(f"page       {summary.page}", markup=False, soft_wrap=True)


def _without_markup(text: str) -> str:
    return text.replace("[", r"\[")
