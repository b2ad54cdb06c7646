"""``earful init TABLE``: a configuration that begins with what a table is guessed to be."""

from __future__ import annotations

from pathlib import Path

from earful.flows.cli.commands.start.setup import example, target_in, write
from earful.flows.cli.commands.start.try_show import show_guess
from earful.flows.config.settings import time_zones
from earful.flows.errors import Exit, UserError
from earful.flows.first.drafting import drafted
from earful.flows.process.terminal import Terminal


def write_guess(table: Path, folder: Path, zone: str, *, force: bool) -> int:
    """Write ``folder/earful.toml`` with a channel that reads the table, and say what was guessed and what is in doubt.

    ``zone``: of the days, and of times in the table that name none. Raises UserError where it cannot be guessed.
    """
    if zone not in time_zones():
        raise UserError(f"--time-zone: found {zone!r}; allowed: an IANA time zone such as Europe/Berlin")
    target = target_in(folder, force=force)
    draft, _ = drafted(str(table), folder, zone)
    write(target, draft.within(example()))
    out = Terminal(highlight=False, soft_wrap=True)
    show_guess(out, draft)
    out.print(f"wrote {target}", markup=False)
    here = "" if folder.absolute() == Path.cwd() else f" --config {target}"
    doubts = "look at what is in doubt in it, then " if draft.doubts else ""
    out.print(f"next: {doubts}`earful check{here}`, then `earful run{here}`", markup=False)
    return Exit.OK
