"""``earful run``, ``backfill`` and ``up``: the nights and what fills their gaps."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from cyclopts import App, Group, Parameter

from earful.flows.cli.options import Config, Night
from earful.flows.process.importing import importing

app = App()

_GROUP = Group("Nights", sort_key=2)
_ALL = Night()

Browser = Annotated[
    bool | None,
    Parameter(
        name="--open", negative="--no-open", show_default=False, help="A browser; where there is a display otherwise."
    ),
]


@app.command(group=_GROUP)
def run(*, night: Night = _ALL) -> int:
    """Run one night now: everything new since the last, landed and published."""
    with importing():
        from earful.flows.cli.commands.nights.runs import run_nightly

    return run_nightly(night.config, night.products, night.channels, json=night.json, verbose=night.verbose)


@app.command(group=_GROUP)
def backfill(
    *,
    from_: Annotated[
        date | None, Parameter(name=["--from"], help="First day, in the reporting time zone.", show_default=False)
    ] = None,
    to: Annotated[date | None, Parameter(name=["--to"], help="Last day, included.", show_default=False)] = None,
    gaps: Annotated[
        bool,
        Parameter(
            negative="",
            show_default=False,
            help="All that coverage_gaps says can be fetched; with --from and --to, of those days alone.",
        ),
    ] = False,
    preview: Annotated[
        bool, Parameter(negative="", show_default=False, help="Only say what would be asked; nothing is pulled.")
    ] = False,
    night: Night = _ALL,
) -> int:
    """Pull days again: fills gaps, never doubles a post."""
    from earful.flows.errors import UserError

    which = "which days? give --from and --to, or --gaps for all that is missing and can be fetched"
    if (from_ is None) != (to is None) or not (gaps or from_):
        raise UserError(which)
    if preview:
        from earful.flows.cli.commands.nights.preview import show_preview

        return show_preview(night.config, from_, to, night.products, night.channels, gaps=gaps, json=night.json)
    with importing():
        from earful.flows.cli.commands.nights.runs import run_backfill, run_gaps

    if gaps:
        return run_gaps(night.config, from_, to, night.products, night.channels, json=night.json, verbose=night.verbose)
    if from_ is None or to is None:
        raise UserError(which)
    return run_backfill(night.config, from_, to, night.products, night.channels, json=night.json, verbose=night.verbose)


@app.command(group=_GROUP)
def up(
    *,
    host: Annotated[
        str,
        Parameter(help="Address the UI listens on; one that others reach needs EARFUL_SERVER_CREDENTIAL."),
    ] = "127.0.0.1",
    port: int = 4200,
    open_: Browser = None,
    config: Config = None,
) -> int:
    """Start server, worker and deployments; an address that logs a browser in is shown. Ctrl-C ends all of it."""
    with importing():
        from earful.flows.cli.commands.nights.up import run_up

    return run_up(config, host, port, browser=open_)


@app.command(name="open", group=_GROUP)
def open_(*, open_: Browser = None, config: Config = None) -> int:
    """An address that logs a browser into the running `earful up`, once; opened where there is a display."""
    from earful.flows.cli.commands.nights.open_ui import open_ui

    return open_ui(config, browser=open_)
