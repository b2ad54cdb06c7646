"""``python -m benchmarks``: every measurement and proof of this folder, one table and one JSON file (``make bench``).

Each runs as its own command, in a process of its own, one after the other. Bounded sizes unless ``--whole`` is given;
the bounded ones show that a measurement works and which way a figure goes, they are not the docs' figures. Ends with 1
where one of them did, with what it said: a proof that does not hold, or a measurement that could not be made.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.table import RUNS, Run, figure

ROOT = Path(__file__).parent.parent
#: What a command ends with that has nothing to measure here (no recordings, no numba), and says so in a line.
_NOTHING_HERE = 2


def main() -> int:
    """Run, show, write; 1 where one failed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.split("\n\n", 1)[0])
    parser.add_argument("--whole", action="store_true", help="the sizes of the docs' figures: hours")
    parser.add_argument("--only", nargs="*", default=[], metavar="NAME", help="parts of names, e.g. scoring")
    parser.add_argument("--out", type=Path, metavar="FILE.json", help="write everything that was found there")
    parser.add_argument("--json", action="store_true", help="the same object on standard output instead of the table")
    given = parser.parse_args()
    runs = [run for run in RUNS if not given.only or any(part in run.name for part in given.only)]
    if not runs:
        print(f"no measurement is called {' or '.join(given.only)}: {', '.join(r.name for r in RUNS)}", file=sys.stderr)
        return 2
    found: dict[str, Any] = {"commit": commit(), "python": platform.python_version(), "whole": given.whole, "runs": []}
    for number, run in enumerate(runs, 1):
        print(f"... {number} of {len(runs)}: {run.name}", file=sys.stderr, flush=True)
        found["runs"].append(measure(run, whole=given.whole))
        if given.out:  # after each, since the whole sizes take hours
            given.out.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    if given.json:
        print(json.dumps(found))
    else:
        show(found)
    return int(any(run["state"] == "failed" for run in found["runs"]))


def commit() -> str:
    """The checkout's commit; "and changes" where files differ from it; "unknown" without git."""
    asked = [
        subprocess.run(["git", *what], cwd=ROOT, capture_output=True, text=True, check=False)
        for what in (("rev-parse", "--short=12", "HEAD"), ("status", "--porcelain"))
    ]
    if any(done.returncode for done in asked):
        return "unknown"
    return asked[0].stdout.strip() + (" and changes" if asked[1].stdout.strip() else "")


def measure(run: Run, *, whole: bool) -> dict[str, Any]:
    """One measurement: command, exit code, CPU seconds of its processes, figures by label, and all that it printed.

    ``state``: "measured", "failed" (it ended with another code than 0, or printed no figures), or "left out".
    """
    arguments = run.arguments(whole=whole)
    before = _cpu()
    done = subprocess.run(
        [sys.executable, "-m", *arguments], cwd=ROOT, capture_output=True, text=True, check=False, env=os.environ
    )
    cpu = _cpu() - before
    said = done.stderr.strip().splitlines()[-1:] or [""]
    try:
        told = json.loads(done.stdout)
        figures = {label: figure(told, place) for label, place in run.figures.items()}
    except (ValueError, LookupError, TypeError) as error:
        told, figures = None, {}
        said = [f"{said[0] or 'no line on standard error'} ({type(error).__name__} in its figures: {error})"]
    measured = done.returncode == 0 and told is not None
    left_out = done.returncode == _NOTHING_HERE and not done.stdout.strip() and "usage:" not in done.stderr
    return {
        "name": run.name,
        "command": " ".join(["python", "-m", *arguments]),
        "exit_code": done.returncode,
        "state": "measured" if measured else "left out" if left_out else "failed",
        "says": "" if measured else said[0],
        "cpu_s": round(cpu, 1),
        "figures": figures,
        "found": told,
    }


def show(found: dict[str, Any]) -> None:
    """One table: a row a figure, the command under the name of its measurement."""
    table = Table(title=f"commit {found['commit']}, Python {found['python']}", box=None, title_justify="left")
    for name, justify in (("measurement", "left"), ("CPU s", "right"), ("figure", "left"), ("", "right")):
        table.add_column(name, justify=justify)  # type: ignore[arg-type]
    for run in found["runs"]:
        rows = [(label, _number(value)) for label, value in run["figures"].items()]
        if run["state"] != "measured":
            rows.append((f"{run['state']}: {run['says']}"[:300], f"exit {run['exit_code']}"))
        for at, (label, value) in enumerate(rows):
            table.add_row(*((run["name"], f"{run['cpu_s']:.0f}") if at == 0 else ("", "")), label, value)
    out = Console(width=None if sys.stdout.isatty() else 120, highlight=False, markup=False)
    out.print(table)
    for run in found["runs"]:
        out.print(run["command"], soft_wrap=True)


def _number(value: float | int | None) -> str:
    if value is None:
        return "-"
    return f"{value:,}" if isinstance(value, int) else f"{value:,.3g}" if abs(value) < 1000 else f"{value:,.0f}"


def _cpu() -> float:
    spent: Sequence[float] = resource.getrusage(resource.RUSAGE_CHILDREN)[:2]
    return sum(spent)


if __name__ == "__main__":
    sys.exit(main())
