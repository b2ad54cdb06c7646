"""``earful status``: a screen, an object, or a line for Nagios."""

from __future__ import annotations

import json as jsonlib
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

from earful.flows.config.settings import Settings, load
from earful.flows.errors import Exit, UserError
from earful.flows.process.control import escaped
from earful.flows.process.terminal import Terminal
from earful.flows.state.status import Status, behind, status

#: Nagios's own codes.
_UNKNOWN = 3
_WORDS = ("OK", "WARNING", "CRITICAL")


def show_status(config: Path | None, *, nagios: bool, json: bool) -> int:
    """Show it; UNREADY where there is something to do, or Nagios's codes."""
    if nagios:
        return _nagios(config)
    settings = load(config)
    found = status(settings)
    if json:
        print(jsonlib.dumps(_object(found), default=_plain))  # noqa: T201
    else:
        _show(settings, found)
    return Exit.UNREADY if found.findings else Exit.OK


def _nagios(config: Path | None) -> int:
    try:
        found = status(load(config))
    except UserError as error:
        print(f"EARFUL UNKNOWN - {_one(str(error))}")  # noqa: T201
        return _UNKNOWN
    worst = max((finding.weight for finding in found.findings), default=0)
    said = "; ".join(finding.says for finding in found.findings) or "nights go on"
    figures = f"free={found.disk.free}B restarts={found.restarts} gap_days={found.published.gap_days}"
    print(f"EARFUL {_WORDS[worst]} - {_one(said)} | {figures}")  # noqa: T201
    return int(worst)


def _one(text: str) -> str:
    """One line, and no bar: what comes after one is figures."""
    return " ".join(escaped(text).replace("|", "/").split())


def _object(found: Status) -> dict[str, Any]:
    whole = asdict(found)
    whole["findings"] = [{"code": f.code, "weight": f.weight.name.lower(), "says": f.says} for f in found.findings]
    return {"ok": not found.findings, "restarts": found.restarts, **whole}


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def _show(settings: Settings, found: Status) -> None:
    out = Terminal(highlight=False, soft_wrap=True, markup=False)

    def line(name: str, said: str) -> None:
        out.print(f"{name:<11} {escaped(said)}")

    def at(moment: datetime | None) -> str:
        return f"{moment.astimezone(settings.zone):%Y-%m-%d %H:%M}" if moment else "-"

    up = found.up
    line("server", f"{up.address}{f', {up.trouble}' if up.trouble else ''}" if up.address else "not running")
    line("worker", f"heartbeat {at(up.heartbeat)}" if up.heartbeat else "-")
    for kind, when in sorted((up.coming or {}).items()):
        line("next", f"{kind} {at(when)}{', one is at work' if kind in up.at_work else ''}")
    for kind, run in sorted(found.published.runs.items()):
        line("last", f"{kind} {at(run.began)}, {run.status}{f': {run.error}' if run.error else ''}")
    for each in found.published.channels:
        waits = behind(each, found.at)
        said = f"{each.channel}/{each.product}  last landed {at(each.landed)}, complete to {each.complete_to or '-'}"
        line("channel", said + (f"; waits for: {waits}" if waits else ""))
    line("gaps", f"{found.published.gap_days} days to fetch, {found.published.lost_days} that cannot be had")
    if found.alerts is None:
        line("alerts", "not known while the store is in use")
    for alerts in found.alerts or ():
        line("alerts", f"{alerts.messages} for {alerts.target} wait since {at(alerts.since)}")
    disk = found.disk
    growth = f", {disk.a_day / 1e6:.1f} MB a day" if disk.a_day else ""
    full = f", full about {disk.full}" if disk.full else ""
    line("disk", f"store {disk.store / 1e6:.1f} MB, published {disk.published / 1e6:.1f} MB, Prefect "
                 f"{disk.prefect / 1e6:.1f} MB, backups {disk.backups / 1e6:.1f} MB; "
                 f"{disk.free / 1e9:,.1f} GB free{growth}{full}")  # fmt: skip
    if settings.backup.keep:
        line("backup", f"{at(found.backup.at)}, {found.backup.bytes / 1e6:.1f} MB" if found.backup else "none yet")
    else:
        line("backup", "none kept ([backup] keep)")
    line("restarts", f"{found.restarts} in seven days")
    for event in found.events[-5:]:
        line("event", f"{at(event.at)} {event.part}: {event.what}")
    line("versions", ", ".join(f"{name} {number}" for name, number in found.versions.items()))
    for finding in found.findings:
        line(_WORDS[finding.weight], f"{finding.code}: {finding.says}")
    if not found.findings:
        line("OK", "nights go on")
