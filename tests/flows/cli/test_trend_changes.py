"""``earful trend`` of one product says what changed in the days that it shows, with what explains it; on the demo."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from earful.flows.cli.main import call
from earful.warehouse import query

pytestmark = pytest.mark.slow


def said(demo_folder: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert call(["trend", *arguments, "--config", str(demo_folder / "earful.toml")]) == 0
    return capsys.readouterr().out


def test_the_sentence_of_a_change_stands_below_the_days_it_reaches_into(
    demo_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ((sentence, last_day),) = query(
        next(demo_folder.glob("*/earful.duckdb")), "select sentence, last_day from what_changed where told"
    ).rows
    assert " explains " in str(sentence)
    assert str(sentence) in said(demo_folder, capsys, "notes", "--days", "60")
    assert str(sentence) not in said(demo_folder, capsys, "notes", "--days", "5"), f"over since {last_day}"
    assert str(sentence) not in said(demo_folder, capsys, "tasks", "--days", "60")
    (change,) = changed(said(demo_folder, capsys, "notes", "--days", "60", "--json"))
    assert change["sentence"] == sentence
    assert change["causes"]
    assert changed(said(demo_folder, capsys, "notes", "--days", "5", "--json")) == []


def changed(text: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(text)["changed"]
    return found
