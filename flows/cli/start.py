"""``earful try``, ``init``, ``check`` and ``demo``: before the first night."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import App, Group, Parameter

from earful.flows.cli.options import Config, Json, Verbose
from earful.flows.process.importing import importing

app = App()

_GROUP = Group("To begin", sort_key=1)


@app.command(group=_GROUP)
def init(
    what: Annotated[Path, Parameter(help="The folder to write into, or a table that the channel is to read.")] = Path(),
    *,
    folder: Annotated[
        Path | None, Parameter(help="Where to write, beside a table; else here.", show_default=False)
    ] = None,
    time_zone: Annotated[str, Parameter(help="Of the days, and of times in a table that name none (IANA).")] = "UTC",
    force: Annotated[bool, Parameter(negative="", help="Overwrite an earful.toml that is there.")] = False,
) -> int:
    """Write a commented earful.toml to start from; with a table, one that reads it, as far as that can be guessed."""
    if what.is_file():
        from earful.flows.cli.commands.start.setup_guess import write_guess

        return write_guess(what, folder or Path(), time_zone, force=force)
    from earful.flows.cli.commands.start.setup import write_config

    return write_config(what, folder, time_zone, force=force)


@app.command(name="try", group=_GROUP)
def try_(
    what: str,
    *,
    folder: Annotated[
        Path | None, Parameter(help="Where page and DuckDB file go; else earful-try-NAME.", show_default=False)
    ] = None,
    keep: Annotated[
        bool, Parameter(negative="", show_default=False, help="Write the earful.toml that does the same every night.")
    ] = False,
    time_zone: Annotated[str, Parameter(help="Of the days, and of times in a table that name none (IANA).")] = "UTC",
    json: Json = False,
) -> int:
    """A first picture of a table (CSV, JSON, Excel, Parquet, a folder of them) or a link, without a configuration."""
    with importing():
        from earful.flows.cli.commands.start.try_run import run_try

    return run_try(what, folder, time_zone, keep=keep, json=json)


@app.command(group=_GROUP)
def check(*, config: Config = None, json: Json = False) -> int:
    """Say for every channel whether it can work: credentials, reachability, how far back it reaches."""
    with importing():
        from earful.flows.cli.commands.start.check import check_all

    return check_all(config, json=json)


@app.command(group=_GROUP)
def demo(folder: Path = Path("earful-demo"), *, json: Json = False, verbose: Verbose = False) -> int:
    """Run the real nightly on the built-in sample source, in a folder of its own, without network."""
    with importing():
        from earful.flows.cli.commands.start.demo import run_demo

    return run_demo(folder, json=json, verbose=verbose)
