"""``earful doctor``."""

from __future__ import annotations

import json as jsonlib
from dataclasses import asdict
from pathlib import Path

from earful.flows.errors import Exit
from earful.flows.process.terminal import Terminal
from earful.flows.state.doctor import examine


def run_doctor(config: Path | None, port: int, *, json: bool) -> int:
    """Try everything; UNREADY where something is wrong."""
    found = examine(config, port)
    ok = all(each.ok for each in found)
    if json:
        print(jsonlib.dumps({"ok": ok, "tried": [asdict(each) for each in found]}))  # noqa: T201
    else:
        out = Terminal(highlight=False, soft_wrap=True, markup=False)
        for each in found:
            out.print(f"{'ok ' if each.ok else 'NO '} {each.name:<14} {each.says}")
    return Exit.OK if ok else Exit.UNREADY
