"""``earful demo``: the real nightly on the built-in sample source, in a folder of its own, without network."""

from __future__ import annotations

import json as jsonlib
import shutil
import sys
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

from earful.flows.cli.commands.look.look import plain, trend_rows, trend_table
from earful.flows.cli.commands.nights import runs
from earful.flows.config.settings import FILE_NAME
from earful.flows.datafolder.folders import unusable
from earful.flows.errors import Exit
from earful.flows.process.terminal import Terminal
from earful.warehouse.files.atomic import write_whole

QUERY = "select day, mean_compound, mean_7d, posts from trend where product = 'notes' order by day desc limit 30"


def run_demo(folder: Path, *, json: bool, verbose: bool) -> int:
    """Run it; a second call in the same folder is one more night of the same story."""
    file = folder / FILE_NAME
    if not file.exists():
        # The sample's story (its bad release, its outage) hangs on this day, so that later nights add to the same one.
        today = datetime.now(UTC).date()
        text = files("earful.flows").joinpath("demo.toml").read_text("utf-8").replace("2026-01-01", today.isoformat())
        try:
            folder.mkdir(parents=True, exist_ok=True)
            write_whole(file, text)
        except OSError as error:
            raise unusable(file, error, "or name another folder") from None
    settings = runs.prepare(file, quiet=not verbose)

    summary = runs.carry_out(settings, "nightly:nightly", {}, quiet=json or verbose)
    rows = trend_rows(settings, "notes", 7)
    newest = trend_rows(settings, None, 1)
    if json:
        print(jsonlib.dumps({**summary.json(), "trend": plain(newest), "query": QUERY}))  # noqa: T201
        return Exit.OK if summary.ok else Exit.PARTIAL
    out = Terminal(highlight=False)
    runs.show(summary)
    out.print()
    out.print(trend_table(newest, "the newest complete day of every product (bars: 7-day mean)"))
    out.print()
    out.print(trend_table(rows, "Lumen Notes, day by day"))
    out.print()
    out.print("try:", markup=False)
    out.print(f'  {_earful()} sql --config {file} "{QUERY}"', markup=False, soft_wrap=True)
    return Exit.OK if summary.ok else Exit.PARTIAL


def _earful() -> str:
    """How the reader can call us: by the path of the virtual environment where that is not on the PATH."""
    beside = Path(sys.executable).parent / "earful"
    if shutil.which("earful") or not beside.exists():
        return "earful"
    try:
        return str(beside.relative_to(Path.cwd()))
    except ValueError:
        return str(beside)
