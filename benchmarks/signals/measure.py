"""``python -m benchmarks.signals --signals N``: SIGINT and SIGTERM at random moments, and what they leave.

``run``, ``backfill``, ``page``, ``restore`` and ``up`` take turns. Each runs in a process of its own, in a copy of the
state before it, and is sent SIGINT or SIGTERM, in turn, at a moment drawn uniformly from the time it usually takes,
beginning with the first line of ``main`` (seen in /proc: SIGTERM is caught from then on). ``up`` starts a nightly every
minute, and its usual time is taken to be until shortly after the first of them. Then:

- exit code 130 or 143 and one line on standard error; or, where it had finished, 0 and none;
- no process of that folder is left, and no file in the folders of temporary files, the system's or ours;
- the published file is the one of before or that of a clean run, and the same command again (``run`` after ``up``)
  ends well and leaves file and store as a clean run does, times of landing aside.

The service on loopback answers slowly enough that a pull takes seconds.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.signals.left import digest, files_in, free_port, processes_of, until_caught
from benchmarks.signals.service import serving
from earful.flows.process.signals import CODES

ROOT = Path(__file__).parents[2]
COMMANDS = ("run", "backfill", "page", "restore", "up")
SIGNALS = (signal.SIGINT, signal.SIGTERM)
CONFIG = """
[schedule]
nightly = "* * * * *"
[[products]]
slug = "orbit"
name = "Orbit"
ids = {{ steam = "440" }}
[[products]]
slug = "nova"
name = "Nova"
ids = {{ steam = "570" }}
[[channels]]
name = "sample"
connector = "sample"
start = 2026-01-01
end = 2026-01-20
[[channels]]
name = "steam"
connector = "steam"
base_url = "{url}"
spacing = 0
start = 2026-02-01
end = 2026-02-28
"""


def main() -> int:
    """Measure and say; 1 where anything is not as it must be."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.signals", description=__doc__.split("\n\n", 1)[0])
    parser.add_argument("--json", action="store_true", help="one object on standard output")
    parser.add_argument("--signals", type=int, default=200, help="how many (default 200)")
    parser.add_argument("--seed", type=int, default=12)
    parser.add_argument("--commands", default=",".join(COMMANDS), help="only these, apart by commas")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="earful-signals-") as folder:
        found = measure(Path(folder), arguments.signals, arguments.seed, tuple(arguments.commands.split(",")))
    print(json.dumps(found) if arguments.json else "\n".join(f"{key}: {value}" for key, value in found.items()))
    return int(bool(found["wrong"]))


@dataclass
class Trial:
    """One signal, and what came of it."""

    command: str
    number: int
    at: float
    code: int
    lines: list[str]
    seconds: float
    orphans: int
    left: list[str]
    wrong: list[str] = field(default_factory=list)


def measure(folder: Path, signals: int, seed: int, commands: tuple[str, ...] = COMMANDS) -> dict[str, Any]:
    """All figures, as plain values."""
    began, draw = time.monotonic(), random.Random(seed)
    with serving() as url:
        bench = Bench(folder, url, commands)
        trials = [
            bench.trial(commands[n % len(commands)], SIGNALS[n // len(commands) % 2], draw) for n in range(signals)
        ]
    ended = [t for t in trials if t.code]
    return {
        "signals": len(trials),
        "by_command": dict(Counter(t.command for t in trials)),
        "exit_codes": dict(sorted(Counter(t.code for t in trials).items())),
        "lines": dict(Counter(line for t in ended for line in t.lines)),
        "one_line": sum(len(t.lines) == 1 for t in ended),
        "stopped": len(ended),
        "finished_before": len(trials) - len(ended),
        "seconds_to_end_max": round(max((t.seconds for t in trials), default=0.0), 2),
        "orphans": sum(t.orphans for t in trials),
        "left_in_temp": sum(len(t.left) for t in trials),
        "state_equal": sum(not any("state" in w for w in t.wrong) for t in trials),
        "usual_seconds": {name: round(seconds, 1) for name, seconds in bench.usual.items()},
        "wrong": [
            f"{t.command}, {signal.Signals(t.number).name} at {t.at:.2f} s: {w}" for t in trials for w in t.wrong
        ],
        "seed": seed,
        "seconds": round(time.monotonic() - began, 1),
    }


class Bench:
    """The states before and after each command, and its usual seconds."""

    def __init__(self, folder: Path, url: str, commands: tuple[str, ...]) -> None:
        self._folder = folder
        self.temporary = folder / "system-tmp"
        self.temporary.mkdir()
        home = folder / "home"
        home.mkdir()
        (home / "earful.toml").write_text(CONFIG.format(url=url))
        self.before: dict[str, Path] = {}
        self.digests: dict[str, tuple[str, str]] = {}
        self.usual: dict[str, float] = {}
        self._clean(home, "run", "--channel", "sample")
        self.before["run"] = self.before["up"] = self._kept(home, "0")
        first = digest(home)
        self.usual["run"] = self._clean(home, *self._arguments("run"))
        self.digests["run"] = self.digests["up"] = (first, digest(home))
        self.before["backfill"] = self.before["page"] = self.before["restore"] = self._kept(home, "1")
        if {"backfill", "restore"} & set(commands):
            self.usual["backfill"] = self._clean(home, *self._arguments("backfill"))
            self._clean(home, "backup", str(folder / "backup"))
            self.digests["backfill"] = self.digests["restore"] = (self.digests["run"][1], digest(home))
        if "restore" in commands:
            other = self._kept(self.before["restore"], "restored")
            self.usual["restore"] = self._clean(other, *self._arguments("restore"))
        if "page" in commands:
            self.usual["page"] = self._clean(home, "page")
            self.digests["page"] = (self.digests["run"][1], self.digests["run"][1])
        if "up" in commands:
            self.usual["up"] = self._until_ready() + 25.0

    def _arguments(self, command: str) -> tuple[str, ...]:
        return {
            "run": ("run",),
            "backfill": ("backfill", "--from", "2026-01-21", "--to", "2026-01-31"),
            "page": ("page",),
            "restore": ("restore", str(self._folder / "backup"), "--yes"),
            "up": ("up", "--port", str(free_port())),
        }[command]

    def _kept(self, home: Path, name: str) -> Path:
        return Path(shutil.copytree(home, self._folder / name))

    def _start(self, home: Path, *arguments: str) -> subprocess.Popen[str]:
        env = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT", "EARFUL"))}
        env |= {"TMPDIR": str(self.temporary), "EARFUL_CONFIG": str(home / "earful.toml"), "PYTHONPATH": str(ROOT)}
        return subprocess.Popen(
            [sys.executable, "-c", "from earful.flows.cli.entry import main; main()", *arguments],
            cwd=home,
            env=env,
            text=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )

    def _clean(self, home: Path, *arguments: str) -> float:
        """A command that nobody disturbs, and its seconds."""
        began = time.monotonic()
        process = self._start(home, *arguments)
        said = process.communicate(timeout=300)[1]
        if process.returncode:
            raise RuntimeError(f"{arguments} ended with {process.returncode}: {said}")
        return time.monotonic() - began

    def _until_ready(self) -> float:
        """Seconds until `up` has started its worker."""
        home, began = self._kept(self.before["up"], "ready"), time.monotonic()
        process = self._start(home, *self._arguments("up"))
        log = home / "earful-data" / "prefect" / "worker.log"
        while not (log.exists() and log.stat().st_size):
            if process.poll() is not None or time.monotonic() - began > 240:
                raise RuntimeError(f"up did not start: {process.communicate()[1]}")
            time.sleep(0.1)
        seconds = time.monotonic() - began
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
        return seconds

    def trial(self, command: str, number: signal.Signals, draw: random.Random) -> Trial:
        """One signal, and what came of it."""
        home = self._kept(self.before[command], "trial")
        at = draw.uniform(0, self.usual[command])
        process = self._start(home, *self._arguments(command))
        until_caught(process)
        try:
            process.wait(at)
        except subprocess.TimeoutExpired:
            process.send_signal(number)
        began = time.monotonic()
        try:
            said = process.communicate(timeout=60)[1]
        except subprocess.TimeoutExpired:
            process.kill()
            said = f"{process.communicate()[1]}(did not end)\n"
        seconds = time.monotonic() - began
        left = [str(f) for place in (self.temporary, home / "earful-data" / "tmp") for f in files_in(place)]
        left += [str(f) for f in files_in(home / "earful-data" / "spool") if f.suffix == ".parquet"]
        orphans = processes_of(home)
        trial = Trial(command, number, at, process.returncode, said.splitlines(), seconds, orphans, left)
        trial.wrong = [*_wrong(trial), *self._compare(home, trial)]
        shutil.rmtree(home)
        for each in self.temporary.iterdir():
            shutil.rmtree(each, ignore_errors=True)
        return trial

    def _compare(self, home: Path, trial: Trial) -> Iterator[str]:
        if digest(home) not in self.digests[trial.command]:
            yield "state after the signal is neither that of before nor that of a clean run"
        again = "run" if trial.command == "up" else trial.command
        try:
            self._clean(home, *self._arguments(again))
        except RuntimeError as error:
            yield f"state cannot be gone on with: {error}"
            return
        if digest(home) != self.digests[trial.command][1]:
            yield "state after a clean run differs"


def _wrong(trial: Trial) -> Iterator[str]:
    if trial.code not in {0, CODES[signal.Signals(trial.number)]}:
        yield f"exit code {trial.code}"
    if trial.code == 0 and trial.lines:
        yield f"finished, and said {trial.lines}"
    if trial.code and (len(trial.lines) != 1 or not trial.lines[0].startswith("earful: stopped")):
        yield f"said {trial.lines}"
    if trial.seconds > 5:
        yield f"took {trial.seconds:.1f} s to end"
    if trial.orphans:
        yield f"left {trial.orphans} processes"
    if trial.left:
        yield f"left {trial.left}"
