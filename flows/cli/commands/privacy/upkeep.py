"""``earful upkeep``: what the daily flow does, now and in this process."""

from __future__ import annotations

import json as jsonlib
from pathlib import Path

from earful.flows.config.settings import load
from earful.flows.errors import Exit
from earful.flows.jobs.upkeep import keep_up
from earful.flows.process.terminal import Terminal


def run_upkeep(config: Path | None, *, json: bool) -> int:
    """Keep up and say what was done; PARTIAL where a service did not answer."""
    done = keep_up(load(config))
    if json:
        print(jsonlib.dumps(done.json()))  # noqa: T201
    else:
        out = Terminal(highlight=False, soft_wrap=True)
        for line in filter(None, (done.headline(), done.caveat)):
            out.print(line, markup=False)
        out.print(f"store rewritten: {done.before / 1e6:,.1f} MB before, {done.after / 1e6:,.1f} MB now")
    return Exit.OK if done.ok else Exit.PARTIAL
