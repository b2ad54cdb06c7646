"""``earful alerts``: who is told when something happens, and what was told."""

from __future__ import annotations

from typing import Annotated

from cyclopts import App, Group, Parameter

from earful.flows.cli.options import Config, Json

app = App()

_GROUP = Group("Who is told", sort_key=2)

alerts = App(name="alerts", group=_GROUP, help="Who is told: try targets, list messages, send what waits.")
app.command(alerts)


@alerts.command(name="test")
def try_(
    target: Annotated[list[str] | None, Parameter(name=["--target"], negative="", help="Only this one.")] = None,
    *,
    config: Config = None,
    json: Json = False,
) -> int:
    """Send a test message to every target of [[alerts]], and say which did not take it (exit code 5)."""
    from earful.flows.cli.commands.alerts.alerts import run_test

    return run_test(config, target or [], json=json)


@alerts.command(name="list")
def list_(
    *,
    days: Annotated[int, Parameter(help="So many days back; what waits is listed in any case.")] = 14,
    config: Config = None,
    json: Json = False,
) -> int:
    """List the messages of the last days and what waits, newest first: to whom, about what, how it went."""
    from earful.flows.cli.commands.alerts.alerts import run_list

    return run_list(config, days, json=json)


@alerts.command
def send(*, config: Config = None, json: Json = False) -> int:
    """Send what waits, as the end of a night does: after quiet hours, or by cron where `earful up` does not run."""
    from earful.flows.cli.commands.alerts.alerts import run_send

    return run_send(config, json=json)
