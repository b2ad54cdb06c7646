"""The proofs of the warehouse, bounded: the commands under benchmarks/ run them at full size."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import hostile
from benchmarks.crash import trials as crash
from benchmarks.readers import measure as readers

ROOT = Path(__file__).parents[2]


@pytest.mark.process
@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills processes that it forks")
def test_killed_anywhere_and_run_again_it_is_a_clean_history(tmp_path: Path) -> None:
    found = crash.measure(tmp_path, trials=3, seed=11, variants=("cursor first", "append only"))
    assert found["identical"] == found["trials"] == 3, found["differing"]
    assert found["killed"] > 0
    assert found["controls_caught"] == found["controls"] == 2, found["caught_after_trials"]


@pytest.mark.process
def test_readers_see_whole_nights_and_no_error(tmp_path: Path) -> None:
    found = readers.measure(tmp_path, readers=3, publishes=3)
    assert found["errors"] == []
    assert found["torn"] == []
    assert found["went_back"] == 0
    assert found["queries"] >= 3
    assert found["nights_seen"] > 1


def test_hostile_rows_stop_nothing_and_change_nobody(tmp_path: Path) -> None:
    found = hostile.measure(tmp_path, rows=3000, seed=7)
    assert found["stopped"] == []
    assert found["lost"] == 0
    assert found["landed"] + found["set_aside"] == 3000
    assert found["set_aside"] > 500
    assert found["without_reason"] == 0
    assert not found["good_changed"]


@pytest.mark.process
def test_a_hostile_answer_holds_nobody_and_says_no_secret() -> None:
    # By its command: it forks its service, which a process with the threads of other tests must not.
    command = [sys.executable, "-m", "benchmarks.limits", "--only", "echo-with-success", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, timeout=300)
    assert done.stdout, done.stderr
    found = json.loads(done.stdout)
    assert found["ended_in_time"] == found["scenarios"] == 4, found["late"]
    assert found["honest_unpublished"] == []
    assert found["markers"] == []
    assert found["bug_lines"] == []
    assert found["strays"] == 0
