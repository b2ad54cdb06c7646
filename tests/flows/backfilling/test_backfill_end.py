"""The end of a backfill: what its artifact, its JSON and the terminal say is what the published file has."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from earful.flows.cli.main import call

pytestmark = pytest.mark.usefixtures("prefect_server", "no_page")

CONFIG = """
time_zone = "Europe/Berlin"
[[products]]
slug = "spoon"
name = "Spoon"
[[channels]]
name = "export"
connector = "files"
paths = ["*.csv"]
covers = [".."]
start = 2026-03-01
end = 2026-03-20
[[channels]]
name = "gone"
connector = "files"
paths = ["nowhere/*.csv"]
start = 2026-03-01
"""
#: What no artifact may hold: words of posts and who wrote them.
WORDS, AUTHOR = "terrible crash xyzzy", "j.doe-plugh"


def write(home: Path, *rows: tuple[str, str, str]) -> None:
    lines = [f"{i},{at},{text} {WORDS if 'bad' in text else ''},{AUTHOR}" for i, at, text in rows]
    (home / "in.csv").write_text("\n".join(["post_id,created_at,text,author", *lines]))


def backfilled(capsys: Any, *arguments: str) -> tuple[int, Any]:
    code = call(["backfill", "--from", "2026-03-02", "--to", "2026-03-04", *arguments, "--json"])
    return code, json.loads(capsys.readouterr().out)


def artifacts() -> dict[str, str]:
    """What Prefect's pages show of the newest run, by the artifacts' names."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.sorting import ArtifactSort

    with get_client(sync_client=True) as client:
        found = client.read_artifacts(sort=ArtifactSort.CREATED_DESC)
    newest = found[0].flow_run_id
    return {str(each.key): str(each.data) for each in found if each.flow_run_id == newest}


def means(home: Path) -> dict[date, float]:
    with duckdb.connect(str(home / "earful-data" / "earful.duckdb"), read_only=True) as con:
        return dict(con.execute("select day, mean_compound from daily_sentiment").fetchall())


def test_a_backfill_says_what_came_what_changed_and_what_did_not_come(home: Path, capsys: Any) -> None:
    (home / "earful.toml").write_text(CONFIG)
    around = (("0", "2026-03-01 10:00", "bad"), ("c", "2026-03-09 10:00", "bad"))
    write(home, ("a", "2026-03-02 10:00", "good and great"), ("b", "2026-03-03 10:00", "bad"), *around)
    code, first = backfilled(capsys)
    assert code == 3, "one channel has no files"
    before = means(home)
    # An edit, a new post on a day that had none, one beside the days asked for; 2 March stays as it was.
    write(
        home, ("a", "2026-03-02 10:00", "good and great"), ("b", "2026-03-03 10:00", "love it"),
        ("d", "2026-03-04 10:00", "bad"), ("e", "2026-03-05 10:00", "bad"), *around,
    )  # fmt: skip
    code, second = backfilled(capsys)
    after = means(home)

    (export,) = (line for line in second["brought"] if line["channel"] == "export")
    assert [(d["day"], d["posts"], d["new"], d["changed"]) for d in export["by_day"]] == [
        ("2026-03-02", 1, 0, 0), ("2026-03-03", 1, 0, 1), ("2026-03-04", 1, 1, 0)
    ]  # fmt: skip
    told = {date.fromisoformat(c["day"]): (c["before"]["mean"], c["after"]["mean"]) for c in second["days"]["changed"]}
    days = {date(2026, 3, 3), date(2026, 3, 4)}
    assert told == {day: (before.get(day), after[day]) for day in days}
    assert {c["before"]["mean"] for c in first["days"]["changed"]} == {None}

    shown = artifacts()
    assert set(shown) == {"backfill-channels", "backfill-progress", "backfill-summary"}
    report = shown["backfill-summary"]
    assert "| export | 2026-03-03 | 1 | 0 | 1 |" in report
    old, new = told[date(2026, 3, 3)]
    assert f"| spoon | 2026-03-03 | {old:+.4f} | {new:+.4f} | 1 | 1 |" in report
    assert f"| spoon | 2026-03-04 | - | {after[date(2026, 3, 4)]:+.4f} | 0 | 1 |" in report
    assert "2026-03-02 |" not in report.partition("Whose mean changed")[2]
    assert "2026-03-05" not in report, "nobody asked for it"
    assert "- gone (spoon), 2026-03-02 to 2026-03-04: files: 'nowhere/*.csv' matches no file" in report
    assert report.partition("What did not come")[2].count("\n- ") == 2, (
        "the other channel came whole, which has one note"
    )
    for text in shown.values():
        assert not any(word in text for word in ("xyzzy", "plugh", "love it"))

    # And a third, of which nothing is new, for a person.
    assert call(["backfill", "--from", "2026-03-02", "--to", "2026-03-04", "--channel", "export"]) == 0
    out = capsys.readouterr().out
    assert out.split().count("2026-03-03") == 1, out
    assert "mean before" not in out
    assert "No product's mean changed" in artifacts()["backfill-summary"]
    assert "Nothing: every channel answered" in artifacts()["backfill-summary"]


def test_a_night_says_nothing_of_days(home: Path, capsys: Any) -> None:
    (home / "earful.toml").write_text(CONFIG)
    write(home, ("a", "2026-03-02 10:00", "good and great"))
    assert call(["run", "--channel", "export", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["days"] is None
    assert "by_day" not in said["brought"][0]
    assert "Whose mean" not in artifacts()["nightly-summary"]
