"""``earful run`` by the configuration that ``earful try`` keeps gives the same numbers."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from tried_table import reviews, write

from benchmarks.same_results import compare
from earful.flows.cli.main import call

pytestmark = pytest.mark.usefixtures("prefect_server")

#: When it landed, and up to when it was asked, besides what same_results leaves out.
MOMENTS = frozenset({"landed_at", "last_landed_at", "asked_to", "ended_at", "day_to"})


def test_every_table_and_view_is_the_same(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EARFUL_AUTHOR_SECRET", "one secret of authors for both")
    write(home / "reviews.csv", reviews())
    assert call(["try", "reviews.csv", "--keep", "--folder", "tried", "--json"]) == 0
    (home / "other").mkdir()
    shutil.copy(home / "tried" / "earful.toml", home / "other")
    capsys.readouterr()
    assert call(["run", "--config", "other/earful.toml", "--json"]) == 0
    night = json.loads(capsys.readouterr().out)
    assert sum(line["new"] for line in night["brought"]) == len(reviews())

    tried, other = (home / name / "earful-data" / "earful.duckdb" for name in ("tried", "other"))
    found = compare(tried, other, MOMENTS)
    published_at = [each for each in found["differences"] if each["table"] == "meta"]
    assert found["differences"] == published_at
    assert {each["row"]["key"] for each in published_at} <= {"published_at"}
    assert found["tables"] > 40
    assert found["rows"] > len(reviews())

    before = compare(tried, tried, MOMENTS)["rows"]
    assert call(["run", "--config", "tried/earful.toml", "--json"]) == 0
    again = json.loads(capsys.readouterr().out)
    assert sum(line["new"] + line["changed"] for line in again["brought"]) == 0, "it goes on where the try ended"
    assert before > 0
    after = compare(tried, other, MOMENTS | {"new", "unchanged"})["differences"]
    assert {each["table"] for each in after} <= {"meta", "runs", "coverage"}
