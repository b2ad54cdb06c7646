"""Sees to it that what `make quick` leaves out is marked: a test that starts a process is a ``process`` or a ``browser``.

Said by Python itself (an audit hook), so that it cannot be forgotten, whoever starts the process: a helper, a fixture,
our code. System tools (git, mount) are free; Python, our commands and browsers are not.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

MARKS = frozenset({"process", "browser"})
_HEAVY = ("python", "earful", "prefect", "chrom", "node", "sh", "bash")


class ProcessGuard:
    """Knows whether the test that runs may start processes, and which it started nevertheless."""

    def __init__(self) -> None:
        self._test = ""
        self._free = True
        self.caught: list[str] = []

    def begin(self, test: str, marks: Sequence[str]) -> None:
        """``test`` is set up and run from now on."""
        self._test, self._free = test, bool(MARKS & set(marks))
        self.caught.clear()

    def end(self) -> None:
        """No test runs: what is torn down or collected may do what it likes."""
        self._free = True

    def hear(self, event: str, args: tuple[Any, ...]) -> None:
        """An audit event. Raises RuntimeError where a test without a mark starts a process."""
        if self._free:
            return
        if event in {"os.fork", "os.forkpty"}:
            what = event
        elif event in {"subprocess.Popen", "os.posix_spawn"}:
            what = Path(str(args[0] or (args[1] or [""])[0])).name
            if not what.startswith(_HEAVY):
                return
        else:
            return
        self.caught.append(f"{self._test} starts a process ({what}): mark it with @pytest.mark.process")
        raise RuntimeError(self.caught[-1])


guard = ProcessGuard()
sys.addaudithook(guard.hear)
