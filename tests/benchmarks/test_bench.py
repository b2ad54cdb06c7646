"""``make bench``: no measurement is left out, its command lines are those of the modules, its figures are found."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from benchmarks import __main__ as bench
from benchmarks.night import profile
from benchmarks.table import RUNS, Run, figure

FOLDER = Path(__file__).parents[2] / "benchmarks"


def package(name: str) -> str:
    """The text of a measurement that is a package."""
    return "\n".join(file.read_text("utf-8") for file in sorted((FOLDER / name).glob("*.py")))


def test_every_measurement_of_the_folder_is_in_the_table() -> None:
    commands = {
        file.stem
        for file in FOLDER.glob("*.py")
        if '"--json"' in (text := file.read_text("utf-8")) and "__name__ ==" in text
    }
    commands |= {file.parent.name for file in FOLDER.glob("*/__main__.py") if '"--json"' in package(file.parent.name)}
    assert len(commands) > 12
    # same_results measures nothing: it compares two files that it is given.
    assert {run.module for run in RUNS} == commands - {"__main__", "same_results"}
    names = [run.name for run in RUNS]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("run", RUNS, ids=lambda run: run.name)
def test_the_options_of_both_sizes_exist(run: Run) -> None:
    file = FOLDER / f"{run.module}.py"
    text = file.read_text("utf-8") if file.exists() else package(run.module)
    for whole in (False, True):
        options = re.findall(r"--[a-z-]+", " ".join(run.arguments(whole=whole)))
        assert "--json" in options
        assert all(f'"{option}"' in text for option in options), options
    assert run.figures


@pytest.mark.process
def test_a_measurement_is_run_and_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    run = Run("erase", "--posts 2000", "", {"peak memory, MB": "peak_mb", "posts": "posts"})
    told = bench.measure(run, whole=False)
    assert told["command"] == "python -m benchmarks.erase --json --posts 2000"
    assert (told["state"], told["exit_code"], told["figures"]["posts"]) == ("measured", 0, 2000)
    assert told["found"]["peak_mb"] == told["figures"]["peak memory, MB"] > 0
    assert told["cpu_s"] > 0
    bench.show({"commit": bench.commit(), "python": "3", "runs": [told]})
    out = capsys.readouterr().out
    assert "2,000" in out
    assert told["command"] in out
    assert re.search(r"commit [0-9a-f]{12}", out)


@pytest.mark.process
def test_what_cannot_be_measured_fails_and_says_why() -> None:
    wrong = bench.measure(Run("erase", "--posts many", "", {"posts": "posts"}), whole=False)
    assert (wrong["state"], wrong["exit_code"]) == ("failed", 2)
    assert "invalid int value: 'many'" in wrong["says"]
    renamed = bench.measure(Run("erase", "--posts 2000", "", {"posts": "number_of_posts"}), whole=False)
    assert renamed["state"] == "failed"
    assert "number_of_posts" in renamed["says"]


def test_a_figure_is_a_number_or_how_many() -> None:
    found = json.loads('{"a": {"b c": 0.5}, "wrong": ["x", "y"], "none": null}')
    assert figure(found, "a.b c") == 0.5
    assert figure(found, "wrong") == 2
    assert figure(found, "none") is None
    with pytest.raises(KeyError):
        figure(found, "a.d")


def test_a_name_that_is_none_is_said(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["benchmarks", "--only", "nothing-of-ours"])
    assert bench.main() == 2
    assert "scoring" in capsys.readouterr().err


def test_the_functions_that_a_nights_profile_times_are_there() -> None:
    timed = [(stage, holder, name) for stage, _, holder, name in profile.found()]
    assert {stage for stage, _, _ in timed} == set(profile.STAGES)
    assert all(callable(getattr(holder, name)) for _, holder, name in timed)
