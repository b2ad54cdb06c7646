"""``earful service``: the unit of systemd, and the cron line where there is none."""

from __future__ import annotations

from pathlib import Path

from earful.flows.config.settings import load
from earful.flows.errors import Exit
from earful.flows.process.terminal import Terminal
from earful.flows.service.install import install, running_systemd, service_of, start, state, uninstall


def run_install(config: Path | None, name: str, port: int, user: str | None, *, no_start: bool) -> int:
    """Write and start."""
    settings = load(config)
    out = _terminal()
    service = service_of(settings, name, port, user)
    for line in install(settings, service):
        out.print(line)
    if not running_systemd():
        out.print("without systemd, a night by cron (`crontab -e`; secrets are then what cron's environment has):")
        out.print(f"  {service.cron_line(settings.schedule.nightly)}")
    if no_start:
        out.print(f"to start it: systemctl {service.scope}daemon-reload && "
                  f"systemctl {service.scope}enable --now {service.name}")  # fmt: skip
        return Exit.OK
    for line in start(service):
        out.print(line)
    return Exit.OK


def run_status(config: Path | None, name: str, port: int, user: str | None) -> int:
    """Say how it is; UNREADY where it is not active."""
    active, lines = state(service_of(load(config), name, port, user))
    out = _terminal()
    for line in lines:
        out.print(line)
    return Exit.OK if active else Exit.UNREADY


def run_uninstall(config: Path | None, name: str, user: str | None) -> int:
    """Stop and remove."""
    settings = load(config)
    out = _terminal()
    for line in uninstall(settings, service_of(settings, name, 4200, user)):
        out.print(line)
    return Exit.OK


def _terminal() -> Terminal:
    return Terminal(highlight=False, soft_wrap=True, markup=False)
