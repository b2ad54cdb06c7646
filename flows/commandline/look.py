"""``earful trend`` and ``sql``: the published file."""

from __future__ import annotations

from typing import Annotated

from cyclopts import App, Group, Parameter

from flows.commandline.options import Config, Json

app = App()

_GROUP = Group("Look", sort_key=3)


@app.command(group=_GROUP)
def trend(
    product: Annotated[str | None, Parameter(help="Its slug; all products where left out.")] = None,
    *,
    days: Annotated[int, Parameter(help="How many days back from the newest.")] = 14,
    config: Config = None,
    json: Json = False,
) -> int:
    """Show a product's daily sentiment with its 7- and 28-day means."""
    from flows.commands.look import show_trend

    return show_trend(config, product, days, json=json)


@app.command(group=_GROUP)
def sql(
    query: Annotated[str, Parameter(help='A query, ".tables", or ".schema NAME".')],
    *,
    limit: Annotated[int, Parameter(help="Most rows to show; 0 for all.")] = 100,
    config: Config = None,
    json: Json = False,
) -> int:
    """Query the published file."""
    from flows.commands.look import run_sql

    return run_sql(config, query, limit, json=json)
