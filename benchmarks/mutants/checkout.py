"""A copy of the checkout in which a fault is tried, and the tests that are nearest to a file."""

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
from functools import cache
from pathlib import Path

#: What a file's tests are where their names do not say so; parts of file names. The first that fits.
_TESTED_BY = (
    ("sql/landing/rescore", ("warehouse/test_rescore",)),
    (
        "sql/landing/",
        ("warehouse/test_bounds", "warehouse/test_land", "warehouse/test_revisions", "warehouse/test_order"),
    ),
    ("sql/aggregates/recompute", ("warehouse/test_bounds", "warehouse/test_views", "warehouse/test_order")),
    ("sql/aggregates/confirm_", ("warehouse/test_bounds", "warehouse/test_confirm")),
    ("sql/aggregates/cover", ("warehouse/test_store", "warehouse/test_confirm", "warehouse/test_coverage")),
    ("sql/aggregates/answers", ("warehouse/test_answers", "warehouse/test_store")),
    ("sql/privacy/erase_", ("warehouse/test_erase", "flows/test_forget")),
    ("sql/aggregates/rezone", ("warehouse/test_confirm", "warehouse/test_store", "warehouse/test_days")),
    ("sql/publishing/near_copies/", ("warehouse/test_guards.", "warehouse/test_guards_growth")),
    ("sql/publishing/words/", ("warehouse/test_emerging_words",)),
    ("sql/publishing/base/", ("warehouse/test_rows", "warehouse/test_publish", "warehouse/test_base")),
    ("sql/reading/", ("reports/test_questions", "warehouse/test_frames")),
    ("sql/trends/", ("warehouse/test_trends_rows", "warehouse/test_trends_judged", "warehouse/test_trends_blocks")),
    ("warehouse/trends/replay", ("warehouse/test_trends_rows", "flows/test_backtest_command")),
    (
        "warehouse/trends/",
        ("warehouse/test_trends_rows", "warehouse/test_trends_judged", "warehouse/test_trends_blocks"),
    ),
    ("publishing/views/level", ("warehouse/test_trends_level",)),
    ("reports/sql/digest", ("reports/test_questions", "flows/test_digest")),
    ("reports/digest", ("flows/test_digest",)),
    ("reports/", ("reports/test_questions", "reports/test_page.", "reports/test_page_landed")),
    ("connectors/files", ("connectors/test_files",)),
)
#: Slow, and about something else than what is counted: crashes, servers, browsers, growth, packages.
_OTHER = re.compile(
    r"killed|server|browser|growth|wheel|full_disk|parallel|redact|readme|own_csv|flows/test_(flows|real|cli)"
)
#: How many test files count as near; seconds after which a run is broken off and the fault counts as noticed; how often
#: a run is tried that something kills.
_NEAR, _PATIENCE, _TRIES = 4, 900, 3
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


def nearest(root: Path, file: str) -> list[str]:
    """The test files nearest to a file, the nearest first: those listed, then those that name it most often."""
    listed = next((parts for part, parts in _TESTED_BY if part in file), ())
    tests = _tests(root)
    first = [name for part in listed for name in tests if f"tests/{part}" in name]
    stem = re.escape(Path(file).stem)
    named = sorted(((len(re.findall(rf"\b{stem}\b", text)), name) for name, text in tests.items()), reverse=True)
    more = [name for count, name in named if count and name not in first]
    return list(dict.fromkeys([*first, *more]))[:_NEAR] or others(root, file, ())[:_NEAR]


def others(root: Path, file: str, without: Sequence[str]) -> list[str]:
    """The other tests of the file's floor and of those above that read what it makes, the short ones first."""
    floors = {"connectors": ("connectors",), "reports": ("reports",), "flows": ("flows",)}
    own = floors.get(file.split("/", 1)[0], ("warehouse", "reports"))
    tests = _tests(root)
    found = [name for name in tests if name.split("/")[1] in own and name not in without]
    return sorted(found, key=lambda name: ("test_base" in name, len(tests[name])))


@cache
def _tests(root: Path) -> dict[str, str]:
    """Test file to text, those left out that are about something else."""
    names = {p.relative_to(root).as_posix(): p for p in sorted((root / "tests").glob("*/test_*.py"))}
    return {name: p.read_text("utf-8") for name, p in names.items() if not _OTHER.search(name)}


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

    def test(self, tests: Sequence[str]) -> Found:
        """Run tests until the first that fails."""
        begin = time.monotonic()
        options = [
            "-n0",
            "-x",
            "-q",
            "-rfE",
            "--tb=short",
            "--hypothesis-seed=0",
            "-m",
            "not browser",
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
