"""``earful upgrade-check``."""

from __future__ import annotations

import json as jsonlib
from dataclasses import asdict
from pathlib import Path

from earful.flows.config.settings import load
from earful.flows.datafolder.temporary import private_temporary_files
from earful.flows.errors import Exit, UserError
from earful.flows.process.terminal import Terminal
from earful.warehouse import try_upgrade


def run_check(config: Path | None, *, json: bool) -> int:
    """Try it on a copy, which is gone afterwards. Raises UserError or WarehouseError where it would fail."""
    settings = load(config)
    if not settings.store.exists():
        raise UserError(f"{settings.store}: is not there yet; `earful run` makes it", Exit.WAREHOUSE)
    with private_temporary_files(settings.data):
        done = try_upgrade(settings.store, time_zone=settings.time_zone)
    if json:
        print(jsonlib.dumps({"ok": True, **asdict(done)}))  # noqa: T201
        return Exit.OK
    out = Terminal(highlight=False, soft_wrap=True, markup=False)
    if done.migrations:
        out.print(
            f"{len(done.migrations)} migrations went well on a copy, in {done.seconds:.1f} s: "
            f"{', '.join(done.migrations)}"
        )
        out.print("the next run does them to the store, by way of a copy; `earful backup` before it is a way back")
    else:
        out.print(f"the store is of this version: {done.rows:,} rows opened on a copy, in {done.seconds:.1f} s")
    return Exit.OK
