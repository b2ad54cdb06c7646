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
from earful.flows.state.lines import WELL, WORDS, findings, lines
from earful.flows.state.status import Status, status

#: Nagios's own codes.
_UNKNOWN = 3


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
    said = "; ".join(finding.says for finding in found.findings) or WELL
    figures = f"free={found.disk.free}B restarts={found.restarts} gap_days={found.published.gap_days}"
    print(f"EARFUL {WORDS[worst]} - {_one(said)} | {figures}")  # noqa: T201
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
    for name, said in [*lines(settings, found), *findings(found)]:
        out.print(f"{name:<11} {escaped(said)}")
