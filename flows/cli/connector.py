"""``earful connector new``: a connector of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import App, Group, Parameter

from earful.flows.cli.options import Json

app = App()

_GROUP = Group("To extend", sort_key=8)

connector = App(name="connector", help="Write connectors of your own.", group=_GROUP)
app.command(connector)


@connector.command
def new(
    name: Annotated[str, Parameter(help="What channels call it in earful.toml: a-z, 0-9 and _.")],
    *,
    folder: Annotated[Path | None, Parameter(help="The new folder; else earful-NAME here.", show_default=False)] = None,
    json: Json = False,
) -> int:
    """Write a package with a connector that works, its recorded answer and its tests, for you to fill in."""
    from earful.flows.cli.commands.start.connector import new_package

    return new_package(name, folder, json=json)
