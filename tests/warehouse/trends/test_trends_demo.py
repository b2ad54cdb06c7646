"""The demo, judged: the bad release is found within two days, by its topic first, and nothing else raises an alarm."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from earful.warehouse import QueryResult, open_store, query
from earful.warehouse.trends import forget_judged, update_verdicts

ANCHOR = date(2026, 11, 24)
RELEASE = ANCHOR - timedelta(days=21)


@pytest.fixture
def demo(demo_folder: Path) -> Path:
    return demo_folder / "data" / "earful.duckdb"


@pytest.mark.slow
def test_judged_again_every_bit_is_the_same(demo_folder: Path, tmp_path: Path) -> None:
    again = tmp_path / "store.duckdb"
    shutil.copy(demo_folder / "data" / "store.duckdb", again)
    with open_store(again, time_zone="UTC") as store:
        assert update_verdicts(store) == 0
        before = store.con.execute("from verdicts order by all").fetchall()
        store.con.execute("delete from verdicts where day > '2026-10-01'")
        forget_judged(store)
        assert update_verdicts(store) > 0
        assert store.con.execute("from verdicts order by all").fetchall() == before


def rows(answer: QueryResult) -> list[dict[str, object]]:
    return [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]


def test_the_bad_release_is_the_only_alarm_and_within_two_days(demo: Path) -> None:
    (alarm,) = rows(query(demo, "select product, day, episode from verdicts where alarm"))
    assert alarm["product"] == "notes"
    assert isinstance(alarm["day"], date)
    assert RELEASE <= alarm["day"] <= RELEASE + timedelta(days=1)


def test_what_changed_says_it_in_words(demo: Path) -> None:
    (row,) = rows(query(demo, "from what_changed where told"))
    assert (row["product"], row["slice_kind"], row["verdict"], row["metric"]) == (
        "notes",
        "product",
        "worse",
        "sentiment",
    )
    assert isinstance(row["first_day"], date)
    assert RELEASE <= row["first_day"] <= RELEASE + timedelta(days=1)
    assert isinstance(row["change_high"], float)
    assert row["change_high"] < 0
    assert isinstance(row["topics"], list)
    assert row["topics"][0] == "login"
    assert isinstance(row["versions"], list)
    assert "4.2.0" in row["versions"]
    assert str(row["sentence"]).startswith("Lumen Notes: worse from ")


def test_its_topic_is_first_in_what_moved_it(demo: Path) -> None:
    first = rows(query(demo, "select value from what_moved where dimension = 'topic' order by contribution limit 1"))
    assert first == [{"value": "login"}]
    (sums,) = rows(query(demo, "select sum(contribution) as c from what_moved where dimension = 'channel'"))
    (change,) = rows(query(demo, "select change as c from what_changed where told"))
    assert isinstance(sums["c"], float)
    assert isinstance(change["c"], float)
    assert abs(sums["c"] - change["c"]) < 0.05


def test_incomplete_days_and_days_with_few_posts_never_alarm(demo: Path) -> None:
    (row,) = rows(
        query(
            demo,
            "select count(*) filter (where verdict = 'incomplete day') as part,"
            " count(*) filter (where alarm and (n < 15 or verdict in ('incomplete day', 'not enough posts'))) as wrong"
            " from verdicts",
        )
    )
    assert row["part"]
    assert row["wrong"] == 0
