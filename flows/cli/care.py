"""``earful status``, ``doctor``, ``service`` and ``upgrade-check``: that it goes on while nobody looks."""

from __future__ import annotations

from typing import Annotated

from cyclopts import App, Group, Parameter

from earful.flows.cli.options import Config, Json

app = App()

_GROUP = Group("Keep it going", sort_key=6)

Name = Annotated[str, Parameter(help="The unit's name; one for each folder.")]
System = Annotated[
    bool, Parameter(negative="", show_default=False, help="Of the machine, with a user of its own; needs root.")
]
User = Annotated[str, Parameter(help="Whose processes the system's unit starts.")]


@app.command(group=_GROUP)
def status(
    *,
    nagios: Annotated[
        bool, Parameter(negative="", show_default=False, help="One line, and Nagios's exit codes: 0, 1, 2, 3.")
    ] = False,
    config: Config = None,
    json: Json = False,
) -> int:
    """One screen: server, nights, channels, disk, backups, and what is to be done. Exit code 0, or 5."""
    from earful.flows.cli.commands.care.status import show_status

    return show_status(config, nagios=nagios, json=json)


@app.command(group=_GROUP)
def doctor(
    *,
    port: Annotated[int, Parameter(help="Where `earful up` is to listen.")] = 4200,
    config: Config = None,
    json: Json = False,
) -> int:
    """Try each thing that breaks (zone, clock, disk, lock, port, proxy, keys), and say what to do. Exit 0, or 5."""
    from earful.flows.cli.commands.care.doctor import run_doctor

    return run_doctor(config, port, json=json)


@app.command(name="upgrade-check", group=_GROUP)
def upgrade_check(*, config: Config = None, json: Json = False) -> int:
    """Try on a copy what this version would do to the store; the store itself is only read."""
    from earful.flows.cli.commands.care.upgrade import run_check

    return run_check(config, json=json)


service = App(name="service", group=_GROUP, help="`earful up` as a service of systemd, or by cron.")
app.command(service)


@service.command
def install(
    *,
    name: Name = "earful",
    port: Annotated[int, Parameter(help="Where the UI listens, on 127.0.0.1.")] = 4200,
    system: System = False,
    user: User = "earful",
    no_start: Annotated[bool, Parameter(negative="", show_default=False, help="Write the files only.")] = False,
    config: Config = None,
) -> int:
    """Write the unit and an environment file for secrets (0600), and have systemd start it, at boot too."""
    from earful.flows.cli.commands.care.service import run_install

    return run_install(config, name, port, user if system else None, no_start=no_start)


@service.command(name="status")
def service_status(
    *,
    name: Name = "earful",
    port: Annotated[int, Parameter(help="As at its installation.")] = 4200,
    system: System = False,
    user: User = "earful",
    config: Config = None,
) -> int:
    """Say whether it is installed and active. Exit code 0, or 5."""
    from earful.flows.cli.commands.care.service import run_status

    return run_status(config, name, port, user if system else None)


@service.command
def uninstall(*, name: Name = "earful", system: System = False, user: User = "earful", config: Config = None) -> int:
    """Stop it and remove what `install` wrote; secrets that you have filled in stay."""
    from earful.flows.cli.commands.care.service import run_uninstall

    return run_uninstall(config, name, user if system else None)
