"""The proofs of the warehouse, bounded: the commands under benchmarks/ run them at full size."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from benchmarks import hostile
from benchmarks.crash import run as crash_run
from benchmarks.crash import trials as crash
from benchmarks.limits import measure as limits
from benchmarks.limits import night as limits_night
from benchmarks.readers import measure as readers


@pytest.mark.process
@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills processes that it forks")
def test_killed_anywhere_and_run_again_it_is_a_clean_history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Every kind of operation but a backfill and a publish alone; the command has them, and three more controls.
    history = tuple(each for each in crash_run.HISTORY if each.kind not in {"backfill", "publish"} and each.day < 19)
    monkeypatch.setattr(crash, "HISTORY", history)
    found = crash.measure(tmp_path, trials=3, seed=11, variants=("cursor first",))
    assert found["identical"] == found["trials"] == 3, found["differing"]
    assert found["killed"] > 0
    assert found["controls_caught"] == found["controls"] == 1, found["caught_after_trials"]


@pytest.mark.process
def test_readers_see_whole_nights_and_no_error(tmp_path: Path) -> None:
    found = readers.measure(tmp_path, readers=2, publishes=2)
    assert found["errors"] == []
    assert found["torn"] == []
    assert found["went_back"] == 0
    assert found["queries"] >= 2
    assert found["nights_seen"] > 1


@pytest.mark.slow
def test_hostile_rows_stop_nothing_and_change_nobody(tmp_path: Path) -> None:
    found = hostile.measure(tmp_path, rows=3000, seed=7)
    assert found["stopped"] == []
    assert found["lost"] == 0
    assert found["landed"] + found["set_aside"] == 3000
    assert found["set_aside"] > 500
    assert found["without_reason"] == 0
    assert not found["good_changed"]


@pytest.mark.process
def test_a_hostile_answer_holds_nobody_and_says_no_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """The command gives each of its nights a process of its own; here both are carried out in this one.

    The honest night is what the other is compared with: nobody looks at its page.
    """

    def here(file: Path) -> dict[str, Any]:
        capfd.readouterr()
        with monkeypatch.context() as patch:
            if file.parent.name == "honest-too":
                patch.setattr(limits_night, "write_page", lambda *_: None)
            night = limits_night.night(file)
        return night | {"ended": True, "terminal": "".join(capfd.readouterr())}

    monkeypatch.setattr(limits, "apart", here)
    with mock.patch.dict(os.environ):  # the secrets of the nights
        found = limits.measure(tmp_path, ["echo-with-success"], jobs=1)
    assert found["ended_in_time"] == found["scenarios"] == 4, found["late"]
    assert found["honest_unpublished"] == []
    assert found["markers"] == []
    assert found["bug_lines"] == []
    assert found["strays"] == 0
