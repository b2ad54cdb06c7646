"""A copy of the checkout in which a fault is tried."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

#: Seconds after which a run is broken off and the fault counts as noticed; how often a killed run is tried.
_PATIENCE, _TRIES = 900, 3
#: Errors of a database that takes the statement for none: such a fault is none.
_INVALID = re.compile(
    r"duckdb\.(duckdb\.)?_?(Binder|Parser|Catalog|NotImplemented)\w*Exception|(Binder|Parser|Catalog) Error:"
)


@dataclass(frozen=True, slots=True)
class Found:
    """``state``: noticed, unnoticed, invalid or equivalent; ``by``: the test that failed."""

    state: str
    by: str = ""
    seconds: float = 0.0
    suspected: bool = False


class Checkout:
    """A copy of a checkout; one fault at a time is in it."""

    def __init__(self, root: Path, copy: Path) -> None:
        left_out = shutil.ignore_patterns(".venv", ".git", "__pycache__", "*.egg-info", "build", "dist", "data")
        shutil.copytree(root, copy / "earful", ignore=left_out, symlinks=True)
        if (root.parent / "shared").is_dir():
            (copy / "shared").symlink_to(root.parent / "shared")
        self.root, self._temporary = copy / "earful", copy / "tmp"
        self._clean: set[str] = set()
        self._world = ""
        # Compiled code is kept by what the source says, not by its time: a fault may be put in and out within a second.
        command = [sys.executable, "-m", "compileall", "-q", "--invalidation-mode", "checked-hash", "."]
        subprocess.run(command, cwd=self.root, check=True, capture_output=True)

    @contextmanager
    def holding(self, file: str, text: str) -> Iterator[None]:
        """The copy with another text in a file."""
        path = self.root / file
        before = path.read_text("utf-8")
        path.write_text(text, "utf-8")
        try:
            yield
        finally:
            path.write_text(before, "utf-8")

    def test(self, tests: Sequence[str], marked: str = "") -> Found:
        """Run tests until the first that fails. ``marked``: only those with these marks, as in pytest's ``-m``."""
        begin = time.monotonic()
        options = [
            "-n0",
            "-x",
            "-q",
            "-rfE",
            "--tb=short",
            "--hypothesis-seed=0",
            "-m",
            f"not browser and ({marked})" if marked else "not browser",
            f"--basetemp={self._temporary}",
        ]
        # Killed from outside (for want of memory, by somebody's hand) says nothing of the fault: once more.
        for _ in range(_TRIES):
            done = self._python("-m", "pytest", *options, *tests)
            shutil.rmtree(self._temporary, ignore_errors=True)
            if done is None or done[0] >= 0:
                break
        seconds = time.monotonic() - begin
        if done is None:
            return Found("noticed", "", seconds)
        code, said = done
        failed = re.search(r"^(?:FAILED|ERROR) (\S+)", said, re.MULTILINE)
        if code in (0, 5):
            return Found("unnoticed", "", seconds)
        if failed is None:
            raise RuntimeError(f"pytest ended with {code} and no failed test:\n{said[-2000:]}")
        return Found("invalid" if _INVALID.search(said) else "noticed", failed[1], seconds)

    def passes_without(self, test: str) -> None:
        """Raise RuntimeError where a test fails in the copy as it is: what it says of a fault would mean nothing."""
        name = test.split("[", 1)[0]
        if not name or name in self._clean:
            return
        found = self.test([name])
        if found.state != "unnoticed":
            raise RuntimeError(f"{test} fails in a copy of the checkout without any fault")
        self._clean.add(name)

    def world_is_the_same(self) -> bool:
        """Whether the file published of the small world, its page and its digest are as without the fault."""
        if not self._world:
            done = subprocess.run(
                [sys.executable, "-m", "benchmarks.mutants.world"], cwd=Path(__file__).parents[2],
                capture_output=True, text=True, check=True,
            )  # fmt: skip
            self._world = done.stdout.strip()
        done_here = self._python("-m", "benchmarks.mutants.world")
        return done_here is not None and done_here[0] == 0 and done_here[1].strip() == self._world

    def _python(self, *arguments: str) -> tuple[int, str] | None:
        """Exit code and output, None where the time was over. The copy comes first for subprocesses too."""
        there = {"PYTHONPATH": str(self.root), "PYTHONDONTWRITEBYTECODE": "1"}
        process = subprocess.Popen(
            [sys.executable, *arguments], cwd=self.root, env={**os.environ, **there}, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, start_new_session=True,
        )  # fmt: skip
        try:
            said, _ = process.communicate(timeout=_PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            process.communicate()
            return None
        return process.returncode, said
