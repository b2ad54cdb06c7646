"""``benchmarks.same_results``: what differs is named, what is of the run is not."""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb
import pytest

from benchmarks.same_results import compare, main


def published(path: Path, *statements: str) -> Path:
    with duckdb.connect(str(path)) as con:
        con.execute("create table meta (key varchar, value varchar)")
        con.execute("create table daily (day date, posts bigint, mean double, updated_at timestamp)")
        con.execute("insert into daily values ('2026-03-01', 3, 0.1, now()), ('2026-03-02', 4, null, now())")
        con.execute("insert into daily values ('2026-03-03', 5, 'nan', now()), ('2026-03-04', 3, 0.3, now())")
        con.execute("create view twice as select day, 2 * mean as mean from daily")
        for statement in statements:
            con.execute(statement)
    return path


def test_the_same_is_the_same_whenever_it_was_computed(tmp_path: Path) -> None:
    old = published(tmp_path / "old.duckdb")
    later = "update daily set mean = 0.1 + 1e-16, updated_at = '2020-01-01' where day = '2026-03-01'"
    new = published(tmp_path / "new.duckdb", later)
    found = compare(old, new)
    assert found["differences"] == []
    assert (found["tables"], found["rows"]) == (3, 8)


@pytest.mark.parametrize(
    ("statement", "table", "what"),
    [
        ("update daily set mean = 0.1 + 1e-11 where day = '2026-03-01'", "daily", "mean"),
        ("update daily set mean = 'nan' where day = '2026-03-01'", "daily", "mean"),
        ("update daily set mean = 0.0 where mean is null", "daily", "1 rows and 0"),
        ("update daily set posts = 4 where day = '2026-03-04'", "daily", "1 rows and 0"),
        ("insert into daily select * from daily where posts = 5", "daily", "1 rows and 2"),
        ("delete from daily where posts = 5", "daily", "1 rows and 0"),
        ("create table more (x int)", "more", "is new"),
        ("drop view twice", "twice", "is gone"),
        ("alter table daily add column stars double", "daily", "columns"),
        ("alter table daily alter posts type integer", "daily", "columns"),
    ],
)  # fmt: skip
def test_every_difference_is_named(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    statement: str,
    table: str,
    what: str,
) -> None:
    old, new = published(tmp_path / "old.duckdb"), published(tmp_path / "new.duckdb", statement)
    found = compare(old, new)["differences"]
    assert (table, what) in {(d["table"], d["what"]) for d in found}
    assert {d["table"] for d in found} <= {table, "twice"}
    monkeypatch.setattr(sys, "argv", ["same_results", str(old), str(new)])
    assert main() == 1
    assert f"{table}: " in capsys.readouterr().out


def test_integers_that_became_fractions_are_compared_as_such(tmp_path: Path) -> None:
    old = published(tmp_path / "old.duckdb")
    wider = "alter table daily alter posts type double"
    new = published(tmp_path / "new.duckdb", wider, "update daily set posts = posts + 0.5 where day = '2026-03-04'")
    found = [(d["table"], d["what"]) for d in compare(old, new)["differences"] if d["table"] == "daily"]
    assert found == [("daily", "columns"), ("daily", "posts")]
