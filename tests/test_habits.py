"""What outlives us: CI, pre-commit and the Makefile say the same, and docs/decisions has an index."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from marks import ProcessGuard, guard

ROOT = Path(__file__).parent.parent
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
WORKFLOW = ROOT / ".github" / "workflows" / "ci.yml"
VERSIONS = ["3.11", "3.12", "3.13"]


def recipe(target: str) -> list[str]:
    """The commands of a target of the Makefile, ``@`` and folder left out."""
    found = re.search(rf"^{target}:.*\n((?:\t.*\n)+)", MAKEFILE, re.MULTILINE)
    assert found, f"the Makefile has no {target}"
    return [line.strip().removeprefix("@").replace("$(BIN)/", "") for line in found[1].splitlines()]


def jobs() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(WORKFLOW.read_text("utf-8"))["jobs"]
    return found


def steps(job: dict[str, Any]) -> list[str]:
    return [step["run"] for step in job["steps"] if "run" in step]


def test_ci_calls_what_the_makefile_has() -> None:
    called = [target for job in jobs().values() for run in steps(job) for target in re.findall(r"\bmake ([\w-]+)", run)]
    assert set(called) == {"quick", "build"}
    for target in called:
        assert recipe(target)
    assert ".ci/run" in [run for job in jobs().values() for run in steps(job)]


def test_ci_runs_every_python_that_we_claim() -> None:
    assert jobs()["tests"]["strategy"]["matrix"]["python-version"] == VERSIONS
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["requires-python"] == ">=3.11,<3.14"
    assert "Python 3.11 to 3.13" in (ROOT / "README.md").read_text("utf-8")


def test_ci_installs_wheel_and_sdist_away_from_the_checkout_and_names_no_host() -> None:
    text = WORKFLOW.read_text("utf-8")
    assert not re.search(r"https?://|--(extra-)?index-url|--find-links|\.org|\.com", text)
    wheel, sdist = (next(run for run in steps(jobs()["package"]) if end in run) for end in ("*.whl", "*.tar.gz"))
    assert "earful demo" in wheel
    assert all('cd "$RUNNER_TEMP"' in run for run in (wheel, sdist))


def test_ci_s_own_script_ends_with_make_test_and_nothing_else() -> None:
    lines = [line for line in (ROOT / ".ci" / "run").read_text("utf-8").splitlines() if line.strip()]
    assert lines[-1] == "make test"
    assert [line for line in lines if re.search(r"\bmake\b", line) and not line.startswith("#")] == ["make test"]


def test_pre_commit_runs_make_lint_s_commands_with_the_lock_s_versions() -> None:
    (repository,) = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))["repos"]
    assert repository["repo"] == "local"  # nothing is fetched, so no version stands here beside the lock's
    entries = [hook["entry"] for hook in repository["hooks"]]
    # The hook takes the whole checkout, as the target does, whichever files were changed.
    assert [entry.removeprefix(".venv/bin/") for entry in entries] == [
        command.removesuffix(" .") for command in recipe("lint")
    ]
    lock = (ROOT / "requirements-dev.txt").read_text("utf-8")
    for entry in entries:
        tool = entry.split()[0].removeprefix(".venv/bin/")
        assert re.search(rf"^{tool}==\S+ \\$", lock, re.MULTILINE), tool


@pytest.mark.skipif(shutil.which("make") is None, reason="needs make")
def test_make_test_is_quick_without_its_marks() -> None:
    said = {
        target: subprocess.run(
            ["make", "--no-print-directory", "-n", "-o", "lint", target],
            cwd=ROOT, capture_output=True, text=True, check=True,
        ).stdout.strip().splitlines()[-1]
        for target in ("quick", "test")
    }  # fmt: skip
    everything, _, marks = said["quick"].partition(" -m ")[2].partition(" -m ")
    assert said["test"].endswith(everything.strip())
    assert marks == '"not process and not browser and not slow"'
    markers = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["pytest"]["ini_options"]["markers"]
    assert {marker.partition(":")[0] for marker in markers} == {"process", "browser", "slow"}


def test_a_test_without_a_mark_may_start_no_process() -> None:
    for program in (["python3", "-c", ""], ["sh", "-c", "true"], ["/usr/bin/chromium"]):
        with pytest.raises(RuntimeError, match=r"test_without_a_mark.*@pytest\.mark\.process"):
            subprocess.run(program, check=False)
    # Told again by the fixture that runs after every test, where the code under test swallowed the error.
    assert len(guard.caught) == 3
    guard.caught.clear()
    subprocess.run(["true"], check=True)


def test_a_marked_test_may_and_a_fork_counts() -> None:
    marked, unmarked = ProcessGuard(), ProcessGuard()
    marked.begin("t", ["slow", "process"])
    marked.hear("subprocess.Popen", ("python3", ["python3"], None, None))
    marked.hear("os.fork", ())
    assert not marked.caught
    unmarked.begin("t", ["slow"])
    with pytest.raises(RuntimeError, match=r"os\.fork"):
        unmarked.hear("os.fork", ())
    unmarked.end()
    unmarked.hear("os.fork", ())


def test_every_decision_is_in_the_index_and_has_its_four_parts() -> None:
    folder = ROOT / "docs" / "decisions"
    index = (folder / "README.md").read_text("utf-8")
    pages = {file.name: file.read_text("utf-8") for file in folder.glob("*.md") if file.name != "README.md"}
    assert set(re.findall(r"^\| \[[^\]]+\]\(([\w-]+\.md)\)", index, re.MULTILINE)) == set(pages)
    for name, text in pages.items():
        parts = re.findall(r"^\*\*(Context|Decision|What else was tried|Consequence)\b", text, re.MULTILINE)
        assert parts == ["Context", "Decision", "What else was tried", "Consequence"], name
    assert "docs/decisions/README.md" in (ROOT / "CONTRIBUTING.md").read_text("utf-8")


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "examples/README.md", "docs/decisions"])
def test_links_inside_the_checkout_lead_somewhere(page: str) -> None:
    at = ROOT / page
    for file in sorted(at.glob("*.md")) if at.is_dir() else [at]:
        for target in re.findall(r"\]\(([^)#\s]+)", file.read_text("utf-8")):
            if "://" not in target:
                assert (file.parent / target).exists(), f"{file.relative_to(ROOT)}: {target}"


def test_files_that_a_decision_names_exist() -> None:
    for file in (ROOT / "docs" / "decisions").glob("*.md"):
        for name in re.findall(
            r"`((?:tests|connectors|sentiment|warehouse|flows|reports)/[\w./-]+)`", file.read_text("utf-8")
        ):
            assert (ROOT / name).exists(), f"{file.name}: {name}"


def test_contributing_starts_with_make_quick_and_its_targets_exist() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    targets = re.findall(r"^make (\w+)", text, re.MULTILINE)
    assert targets[0] == "quick"
    for target in targets:
        assert recipe(target)
