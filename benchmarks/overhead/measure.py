"""``python -m benchmarks.overhead``: what Prefect and our imports cost beside the work itself.

Everything is run in turns in one run, each in a process of its own; CPU seconds are those of the process with all its
children (a server is one), so that a busy machine matters little; memory is what the tree really takes. Medians of the
rounds, every single figure under ``runs``.

- ratio: CPU seconds of the demo's first night in a new folder (``earful run``), over the same jobs called plainly.
- ratio_later: the same where Prefect's database is there already.
- idle_over_bare: a night of the demo that brings nothing, over a bare flow of as many tasks with the server that
  Prefect itself starts, on a database that is there.
- tree_mb: most memory of that idle night with its server. ready_s: seconds until ``earful up`` has its worker, on the
  clock, its database being there.
- cli_over_imports: the dearest of ``--help``, ``sql`` and (where there is one) ``status``, over
  ``python -c "import duckdb, cyclopts, rich"``.

``--before CHECKOUT`` runs another checkout, with its own .venv, in the same turns: its figures are under ``before``.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.night.process_tree import COMMAND, ROOT, Cost, cost

#: Of the demo's idle night: three pulls, eight landings, publish and page.
TASKS = 13
IMPORTS = ("-c", "import duckdb, cyclopts, rich")
#: A command line's CPU is a second: so many of each in a round.
CALLS = 3
#: A server that does not answer by then never will. Seconds.
LONGEST = 300


def main() -> int:
    """Measure and say."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.overhead", description=__doc__.split("\n\n", 1)[0])
    parser.add_argument("--json", action="store_true", help="one object on standard output")
    parser.add_argument("--rounds", type=int, default=3, help="how often everything is run, in turns (default 3)")
    parser.add_argument("--before", type=Path, metavar="CHECKOUT", help="measure this checkout of earful beside ours")
    given = parser.parse_args()
    if given.rounds < 1:
        parser.error(f"--rounds: found {given.rounds}; allowed: 1 or more")
    checkouts = {"now": ROOT} | ({"before": given.before.resolve()} if given.before else {})
    with tempfile.TemporaryDirectory(prefix="earful-overhead-") as folder:
        measured = {name: Checkout(Path(folder) / name, at) for name, at in checkouts.items()}
        bare = Bare(Path(folder) / "bare")
        for each in measured.values():
            each.prepare()
        bare.flow_once()
        for number in range(given.rounds):
            print(f"... round {number + 1} of {given.rounds}", file=sys.stderr, flush=True)
            for each in list(measured.values())[:: -1 if number % 2 else 1]:
                each.round()
                bare.round()
    found = measured.pop("now").figures(bare)
    found |= {name: each.figures(bare) for name, each in measured.items()}
    found |= {"load": [round(each, 1) for each in os.getloadavg()], "python": sys.version.split()[0]}
    print(json.dumps(found) if given.json else "\n".join(f"{key}: {value}" for key, value in found.items()))
    return 0


class Bare:
    """What there is without earful: a flow that does nothing, and the imports that any command of ours makes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.flow: list[Cost] = []
        self.imports: list[Cost] = []

    def round(self) -> None:
        """Each once, the imports as often as a command line."""
        self.flow.append(self.flow_once())
        self.imports += [cost([*IMPORTS], self._folder) for _ in range(CALLS)]

    def flow_once(self) -> Cost:
        """The flow; the first makes the database, and does not count."""
        settings = {
            "PREFECT_HOME": str(self._folder / "prefect"),
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": str(LONGEST),
        }
        return cost(["-m", "benchmarks.overhead.bare_flow", str(TASKS)], self._folder, env=settings)


class Checkout:
    """A checkout of earful, and what its commands cost."""

    def __init__(self, folder: Path, root: Path) -> None:
        self._folder, self._root = folder, root
        self._runs: dict[str, list[Cost]] = defaultdict(list)
        self._idle = self._home("idle")
        self._python = str(root / ".venv" / "bin" / "python") if root != ROOT else sys.executable
        self._commands = {"--help": ["--help"], "sql": ["sql", "select count(*) from daily"]}
        if (root / "flows" / "cli" / "commands" / "look" / "status.py").exists():
            self._commands["status"] = ["status"]

    def prepare(self) -> None:
        """Make the idle night's folder; what is compiled once and kept between processes is there afterwards."""
        self._earful(self._idle, "run", "--json")

    def round(self) -> None:
        """Every measurement once."""
        first, later, plain = (self._home(name) for name in ("first", "later", "plain"))
        shutil.copytree(self._idle / "data" / "prefect", later / "data" / "prefect")
        self._runs["first"].append(self._earful(first, "run", "--json"))
        night = [str(Path(__file__).with_name("plain_night.py")), str(plain / "earful.toml")]
        self._runs["plain"].append(self._cost(night, plain))
        self._runs["later"].append(self._earful(later, "run", "--json"))
        self._runs["idle"].append(self._earful(self._idle, "run", "--json"))
        self._runs["up"].append(self._up())
        for name, arguments in [*self._commands.items()] * CALLS:
            self._runs[name].append(self._earful(self._idle, *arguments))

    def figures(self, bare: Bare) -> dict[str, Any]:
        """All of them, as plain values."""
        cpu = {name: median(each.cpu_s for each in some) for name, some in self._runs.items()}
        flow, imports = (median(each.cpu_s for each in some) for some in (bare.flow, bare.imports))
        commands = {name: round(cpu[name] / imports, 2) for name in self._commands}
        runs = self._runs | {"bare flow": bare.flow, "imports": bare.imports}
        return {
            "ratio": round(cpu["first"] / cpu["plain"], 2),
            "ratio_later": round(cpu["later"] / cpu["plain"], 2),
            "idle_over_bare": round(cpu["idle"] / flow, 2),
            "tree_mb": round(median(each.mb for each in self._runs["idle"])),
            "ready_s": round(median(each.wall_s for each in self._runs["up"]), 1),
            "cli_over_imports": max(commands.values()),
            "commands_over_imports": commands,
            "cpu_s": {name: round(median(each.cpu_s for each in some), 2) for name, some in runs.items()},
            "runs": {name: [each.plain() for each in some] for name, some in runs.items()},
        }

    def _home(self, name: str) -> Path:
        """A new folder with the demo's configuration."""
        home = self._folder / name
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        text = (self._root / "flows" / "demo.toml").read_text("utf-8")
        (home / "earful.toml").write_text(text.replace("2026-01-01", time.strftime("%Y-%m-%d", time.gmtime())), "utf-8")
        return home

    def _earful(self, home: Path, *arguments: str) -> Cost:
        return self._cost([*COMMAND, *arguments], home)

    def _cost(self, arguments: list[str], home: Path) -> Cost:
        return cost(arguments, home, python=self._python, env={"PYTHONPATH": str(self._root)})

    def _up(self) -> Cost:
        """``earful up`` until it says that all of it runs."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "EARFUL_"))}
        command = [self._python, *COMMAND, "up", "--port", "0", "--no-open"]
        began = time.monotonic()
        with subprocess.Popen(
            command, cwd=self._idle, env=clean | {"PYTHONPATH": str(self._root)}, stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            ready = 0.0
            for line in process.stdout:
                if "Ctrl-C ends" in line:
                    ready = time.monotonic() - began
                    break
                if time.monotonic() - began > LONGEST:
                    break
            process.send_signal(signal.SIGTERM)
            process.stdout.read()
        if not ready:
            raise RuntimeError(f"earful up ended with {process.returncode} before it was ready")
        return Cost(0.0, ready, 0.0)
