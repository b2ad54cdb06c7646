"""Processes that a test started: waiting for one, and what it was given."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from pathlib import Path

Process = subprocess.Popen[bytes]


def wait_for(process: Process, what: str, ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 180
    while not ready():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline, what
        time.sleep(0.01)


def environment(process: Path) -> bytes:
    try:
        return (process / "environ").read_bytes()
    except OSError:
        return b""  # not ours, or gone meanwhile
