"""``earful backfill --preview``: what a backfill would ask, without Prefect and without a question to anybody."""

from __future__ import annotations

import json as jsonlib
from datetime import UTC, date, datetime
from pathlib import Path

from earful.flows.config.settings import load
from earful.flows.errors import Exit
from earful.flows.night.plan import asked, backfill_jobs, headline
from earful.flows.process.terminal import Terminal


def show_preview(
    config: Path | None, first: date, last: date, products: list[str], channels: list[str], *, json: bool
) -> int:
    """Say it, a line a channel. Raises UserError for what cannot be asked."""
    settings = load(config)
    jobs = backfill_jobs(settings, first, last, datetime.now(UTC), products, channels)
    lines = asked(settings, jobs)
    if json:
        print(jsonlib.dumps({"preview": True, "questions": len(jobs), "asks": lines}))  # noqa: T201
        return Exit.OK
    out = Terminal(highlight=False, soft_wrap=True)
    for line in lines:
        out.print(f"  {line}", markup=False)
    out.print(f"{headline(settings, jobs)}; nothing was pulled", markup=False)
    return Exit.OK
