"""``earful page``: the page again from the published file, and into a browser."""

from __future__ import annotations

import json as jsonlib
import webbrowser
from pathlib import Path

from earful.flows.config.settings import load
from earful.flows.errors import Exit, UserError
from earful.flows.process.terminal import Terminal
from earful.flows.process.waiting import say_waiting
from earful.reports.data import Unreadable
from earful.reports.page import write_page


def make_page(config: Path | None, *, show: bool, json: bool) -> int:
    """Write the page and say where it is; ``show`` opens it."""
    settings = load(config)
    try:
        page = write_page(settings.published, settings.page, waiting=say_waiting)
    except Unreadable as error:
        raise UserError(str(error), Exit.WAREHOUSE) from None
    except OSError as error:
        raise UserError(
            f"{settings.page}: {error.strerror or error}; the old page is as it was", Exit.WAREHOUSE
        ) from None
    opened = show and webbrowser.open(page.absolute().as_uri())
    if json:
        print(jsonlib.dumps({"page": str(page), "bytes": page.stat().st_size, "opened": opened}))  # noqa: T201
        return Exit.OK
    out = Terminal(highlight=False, soft_wrap=True)
    out.print(f"page       {page}", markup=False)
    if show and not opened:
        out.print("there is no browser here: open the file in one", style="dim")
    return Exit.OK
