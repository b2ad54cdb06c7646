"""A command of ours with all its children: CPU seconds, wall clock, and the most memory that they had together."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType

ROOT = Path(__file__).parents[2]
#: The command ``earful``, with this interpreter.
COMMAND = ("-c", "from earful.flows.cli.entry import main; main()")


class Peak(threading.Thread):
    """The most memory of a process with all its descendants, looked at ten times a second. Linux only; else 0."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid, self._done, self.mb = pid, threading.Event(), 0.0
        self.start()

    def run(self) -> None:
        while not self._done.wait(0.1):
            self.mb = max(self.mb, sum(_own_mb(pid) for pid in _tree(self._pid)))

    def stop(self) -> None:
        self._done.set()
        self.join()


def _tree(pid: int) -> list[int]:
    found = [pid]
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += _tree(int(child))
    return found


def _own_mb(pid: int) -> float:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU seconds of a process with all children that it waited for, seconds on the clock, most memory of the tree."""

    cpu_s: float
    wall_s: float
    mb: float

    def plain(self) -> dict[str, float]:
        """Rounded, for JSON."""
        return {key: round(value, 2) for key, value in asdict(self).items()}


def cost(
    arguments: list[str], folder: Path, *, python: str = sys.executable, env: Mapping[str, str] = MappingProxyType({})
) -> Cost:
    """One process of Python in ``folder``, with ``env`` beside the clean environment.

    Raises RuntimeError with its last line where it fails.

    The CPU seconds are what the system accounts for the process and every child that has ended and was waited for, to
    any depth. Memory is what the tree really takes (PSS: pages shared by several processes count once), looked at ten
    times a second.
    """
    temporary = folder / "tmp"
    temporary.mkdir(parents=True, exist_ok=True)
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "EARFUL_"))}
    given = {
        **clean, "TMPDIR": str(temporary), "PYTHONPATH": str(ROOT),
        "EARFUL_NIGHT_ID": "an-id", "EARFUL_NIGHT_SECRET": "a-secret", **env,
    }  # fmt: skip
    said = folder / "terminal.txt"
    began = time.monotonic()
    with said.open("wb") as terminal:
        process = subprocess.Popen(
            [python, *arguments], stdout=terminal, stderr=subprocess.STDOUT, env=given, cwd=folder
        )
        peak = Peak(process.pid)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        peak.stop()
    if process.returncode:
        last = said.read_text("utf-8", "replace").strip().splitlines()[-1:] or ["nothing"]
        raise RuntimeError(f"{' '.join(arguments[:3])} ended with {process.returncode} and said: {last[0][:300]}")
    return Cost(usage.ru_utime + usage.ru_stime, time.monotonic() - began, peak.mb)
