"""``earful run`` by the configuration that ``earful try`` keeps gives the same numbers."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from kept_try import MASKED, Tried, found

from benchmarks.same_results import compare
from earful.flows.cli.main import call

pytestmark = pytest.mark.usefixtures("prefect_server")

#: When it landed, and up to when it was asked, besides what same_results leaves out.
MOMENTS = frozenset({"landed_at", "last_landed_at", "asked_to", "ended_at", "day_to"})


def test_every_table_and_view_is_the_same(
    gone_on: Tried, home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EARFUL_AUTHOR_SECRET", gone_on.author_secret)
    shutil.copy(gone_on.home / "reviews.csv", home)
    (home / "other").mkdir()
    shutil.copy(gone_on.folder / "earful.toml", home / "other")
    assert call(["run", "--config", "other/earful.toml", "--json"]) == 0
    night = json.loads(capsys.readouterr().out)
    assert sum(line["new"] for line in night["brought"]) == len(gone_on.rows)
    assert MASKED in night["brought"][0]["note"]
    assert found(home / "other" / "earful-data") == set()

    tried, other = (folder / "earful-data" / "earful.duckdb" for folder in (gone_on.folder, home / "other"))
    compared = compare(tried, other, MOMENTS)
    unlike: dict[str, list[dict[str, Any]]] = {"meta": [], "coverage": []}
    for each in compared["differences"]:
        unlike[each["table"]].append(each["row"])
    assert {row["key"] for row in unlike["meta"]} <= {"published_at"}
    # Of a product without a post the last days before now are asked.
    moments = [row.pop("asked_from") for row in unlike["coverage"]]
    assert all(row == unlike["coverage"][0] for row in unlike["coverage"])
    assert {row["product"] for row in unlike["coverage"]} <= {"two"}
    assert not moments or max(moments) - min(moments) < timedelta(minutes=30)
    assert compared["tables"] > 40
    assert compared["rows"] > len(gone_on.rows)

    assert call(["run", "--config", str(gone_on.folder / "earful.toml"), "--json"]) == 0
    again = json.loads(capsys.readouterr().out)
    assert sum(line["new"] + line["changed"] for line in again["brought"]) == 0, "it goes on where the try ended"
    # Nothing is masked a second time: a gap's reason, which is the note of its coverage, says it of new posts.
    after = compare(tried, other, MOMENTS | {"new", "unchanged", "reason"})["differences"]
    assert {each["table"] for each in after} <= {"meta", "runs", "coverage"}
