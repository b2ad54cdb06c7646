"""``earful page``: the page again from the published file, and into a browser."""

from __future__ import annotations

import json as jsonlib
import webbrowser
from pathlib import Path

from earful.flows.config.settings import load
from earful.flows.errors import Exit
from earful.flows.jobs.page import make_page
from earful.flows.process.terminal import Terminal


def run_page(config: Path | None, *, show: bool, json: bool) -> int:
    """Write the page and say where it is; ``show`` opens it."""
    settings = load(config)
    page = make_page(settings, "the old page is as it was")
    opened = show and webbrowser.open(page.absolute().as_uri())
    if json:
        print(jsonlib.dumps({"page": str(page), "bytes": page.stat().st_size, "opened": opened}))  # noqa: T201
        return Exit.OK
    out = Terminal(highlight=False, soft_wrap=True)
    out.print(f"page       {page}", markup=False)
    if show and not opened:
        out.print("there is no browser here: open the file in one", style="dim")
    return Exit.OK
