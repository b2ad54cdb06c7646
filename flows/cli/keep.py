"""``earful backup``, ``restore`` and ``export``: what leaves earful's folder, and comes back."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Group, Parameter

from earful.flows.cli.options import Config, Json

app = App()

_GROUP = Group("Keep and hand on", sort_key=5)


@app.command(group=_GROUP)
def backup(
    target: Annotated[Path, Parameter(help="A new folder, or a new file where the name ends in .zip.")],
    *,
    with_secret: Annotated[
        bool, Parameter(negative="", show_default=False, help="The secret of author pseudonyms as well.")
    ] = False,
    config: Config = None,
    json: Json = False,
) -> int:
    """Write the whole store as Parquet, with counts and hashes; holds kept texts, so only you can read it."""
    from earful.flows.cli.commands.keep.backup import run_backup

    return run_backup(config, target, with_secret=with_secret, json=json)


@app.command(group=_GROUP)
def restore(
    source: Annotated[Path, Parameter(help="What `earful backup` wrote.")],
    *,
    yes: Annotated[
        bool, Parameter(name=["--yes", "-y"], negative="", show_default=False, help="Do it without asking.")
    ] = False,
    config: Config = None,
    json: Json = False,
) -> int:
    """Put a backup in place of the store, after checking it; what was erased since stays erased. Publishes."""
    from earful.flows.cli.commands.keep.backup import run_restore

    return run_restore(config, source, yes=yes, json=json)


@app.command(group=_GROUP)
def export(
    file: Annotated[Path, Parameter(help="The file to write; .csv or .parquet says the format.")],
    *,
    from_: Annotated[date | None, Parameter(name=["--from"], help="First day, in the reporting time zone.")] = None,
    to: Annotated[date | None, Parameter(name=["--to"], help="Last day, included.")] = None,
    product: Annotated[str | None, Parameter(help="Only this product.")] = None,
    posts: Annotated[bool, Parameter(negative="", help="The posts instead of the daily numbers.")] = False,
    format: Annotated[Literal["csv", "parquet"] | None, Parameter(help="Else seen from the name.")] = None,  # noqa: A002
    config: Config = None,
    json: Json = False,
) -> int:
    """Write days of the published file for other tools: CSV (safe to open in a spreadsheet) or Parquet."""
    from earful.flows.cli.commands.keep.export import export_days

    return export_days(config, file, from_, to, product, format, posts=posts, json=json)


@app.command(group=_GROUP)
def digest(
    *,
    quiet: Annotated[bool, Parameter(name=["--quiet", "-q"], negative="", help="Only files and sending.")] = False,
    config: Config = None,
    json: Json = False,
) -> int:
    """Write the week in words, as markdown and as HTML mail; sent where [digest] names a target."""
    from earful.flows.cli.commands.keep.digest import make_digest

    return make_digest(config, quiet=quiet, json=json)
