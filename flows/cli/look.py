"""``earful trend``, ``alarms``, ``backtest`` and ``sql``: the published file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import App, Group, Parameter

from earful.flows.cli.options import Config, Json

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
    from earful.flows.cli.commands.look.look import show_trend

    return show_trend(config, product, days, json=json)


@app.command(group=_GROUP)
def backtest(
    *,
    budget: Annotated[
        list[float] | None, Parameter(negative="", help="Alarms a year; may be given again. 1, 4, 12 and 52 otherwise.")
    ] = None,
    incidents: Annotated[
        Path | None, Parameter(help="TOML with [[incidents]]: product, day, name; beside those of earful.toml.")
    ] = None,
    days: Annotated[int, Parameter(help="How many days back from the newest.")] = 365,
    config: Config = None,
    json: Json = False,
) -> int:
    """Replay the past: which alarms each budget would have raised, and which known incidents they would have found."""
    from earful.flows.cli.commands.look.backtest import run_backtest

    return run_backtest(config, budget or [], incidents, days, json=json)


alarms = App(name="alarms", group=_GROUP, help="List alarms, and answer them: known, expected or wrong.")
app.command(alarms)

_Episode = Annotated[str, Parameter(help="Its name, as `earful alarms` shows it, in quotes.")]
_Why = Annotated[str, Parameter(help="The reason, in quotes; it stands on the page and in the digest.")]


@alarms.default
def list_(
    *,
    days: Annotated[int, Parameter(help="How many days back from the newest.")] = 365,
    config: Config = None,
    json: Json = False,
) -> int:
    """List the alarms and what was answered to them."""
    from earful.flows.cli.commands.look.alarms import list_alarms

    return list_alarms(config, days, json=json)


@alarms.command
def known(episode: _Episode, why: _Why, *, config: Config = None, json: Json = False) -> int:
    """It happened, and we know of it: a note from now on, no news."""
    from earful.flows.cli.commands.look.alarms import write_answer

    return write_answer(config, episode, "known", why, json=json)


@alarms.command
def expected(episode: _Episode, why: _Why, *, config: Config = None, json: Json = False) -> int:
    """It was to come (a launch, a campaign): a note from now on, no news."""
    from earful.flows.cli.commands.look.alarms import write_answer

    return write_answer(config, episode, "expected", why, json=json)


@alarms.command
def wrong(episode: _Episode, why: _Why, *, config: Config = None, json: Json = False) -> int:
    """Nothing had happened: a note from now on, and counted beside the budget."""
    from earful.flows.cli.commands.look.alarms import write_answer

    return write_answer(config, episode, "wrong", why, json=json)


@alarms.command
def reopen(episode: _Episode, *, config: Config = None, json: Json = False) -> int:
    """Take the answer back: it is news again."""
    from earful.flows.cli.commands.look.alarms import reopen_alarm

    return reopen_alarm(config, episode, json=json)


@app.command(group=_GROUP)
def sql(
    query: Annotated[str, Parameter(help='A query, ".tables", or ".schema NAME".')],
    *,
    limit: Annotated[int, Parameter(help="Most rows to show; 0 for all.")] = 100,
    config: Config = None,
    json: Json = False,
) -> int:
    """Query the published file."""
    from earful.flows.cli.commands.look.look import run_sql

    return run_sql(config, query, limit, json=json)


@app.command(group=_GROUP)
def page(
    *,
    open_: Annotated[bool, Parameter(name="--open", negative="", help="Open it in a browser.")] = False,
    config: Config = None,
    json: Json = False,
) -> int:
    """Write the page again from the published file, as every run does."""
    from earful.flows.cli.commands.look.page import run_page

    return run_page(config, show=open_, json=json)
