"""``earful backfill --preview``: what a backfill would ask, without Prefect and without a question to anybody."""

from __future__ import annotations

import json as jsonlib
from datetime import UTC, date, datetime
from pathlib import Path

from earful.flows.config.settings import load
from earful.flows.errors import Exit
from earful.flows.night.gaps import NOTHING, gap_jobs, read_gaps, within
from earful.flows.night.plan import asked, backfill_jobs, headline
from earful.flows.process.terminal import Terminal


def show_preview(
    config: Path | None,
    first: date | None,
    last: date | None,
    products: list[str],
    channels: list[str],
    *,
    gaps: bool,
    json: bool,
) -> int:
    """Say it, a line a channel. ``gaps``: only what is missing, of these days or of all.

    Raises UserError for what cannot be asked, and WarehouseError where gaps are wanted and nothing was published yet.
    """
    settings, now = load(config), datetime.now(UTC)
    days = (first, last) if first and last else None
    jobs = backfill_jobs(settings, *days, now, products, channels) if days else []
    if gaps:
        found = read_gaps(settings.published)
        jobs = gap_jobs(settings, within(found, *days) if days else found, now, products, channels)
    lines = asked(settings, jobs)
    if json:
        print(jsonlib.dumps({"preview": True, "questions": len(jobs), "asks": lines}))  # noqa: T201
        return Exit.OK
    out = Terminal(highlight=False, soft_wrap=True)
    for line in lines:
        out.print(f"  {line}", markup=False)
    out.print(f"{headline(settings, jobs) if jobs else NOTHING}; nothing was pulled", markup=False)
    return Exit.OK
