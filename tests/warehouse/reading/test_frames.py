"""``warehouse.read``: frames with types that can be trusted, and no way out."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from landing import DAY, NOW, T0, put, row

from earful import warehouse
from earful.warehouse import Store, WarehouseError, open_store, publish


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One published file for all: it is read only."""
    folder = tmp_path_factory.mktemp("frames")
    with open_store(folder / "store.duckdb", time_zone="Europe/Berlin") as store:
        put(store, *(row(f"p{i}", T0 + i * DAY, rating=4 if i else None) for i in range(5)), row("u", T0, None))
        put(store, row("o", T0 + DAY, product="other"), product="other")
        return publish(store, folder / "earful.duckdb").path


def test_frames_hold_days_moments_and_missing_values(path: Path) -> None:
    with warehouse.read(path) as earful:
        assert earful.time_zone == "Europe/Berlin"
        daily, trend, posts = earful.daily(), earful.trend("orbit"), earful.posts(["orbit"])
    assert len(daily) == 6
    assert str(daily["day"].dtype) == "datetime64[s]"
    assert str(daily["updated_at"].dtype) == "datetime64[us, UTC]"
    assert str(daily["posts"].dtype) == "int64[pyarrow]"
    assert list(trend["day"]) == sorted(trend["day"])
    assert str(trend["mean_compound"].dtype) == "double[pyarrow]"
    first = posts[posts["post_id"] == "p0"].iloc[0]
    assert first["rating"] is pd.NA
    assert first["created_at"] == pd.Timestamp(T0)
    assert posts.set_index("post_id")["compound"].isna()["u"]
    weekly = trend.set_index("day")["posts"].astype("int64").resample("7D").sum()
    assert weekly.sum() == 6


def test_filters_are_by_product_and_by_days_both_included(path: Path) -> None:
    with warehouse.read(str(path)) as earful:
        some = earful.posts("orbit", date(2026, 3, 3), date(2026, 3, 4))
        assert list(some["post_id"]) == ["p1", "p2"]
        assert set(earful.daily(["orbit", "other"], first=date(2026, 3, 3))["product"]) == {"orbit", "other"}
        none = earful.daily("nobody")
        assert len(none) == 0
        assert "mean_compound" in none.columns


def test_verdicts_are_those_of_the_table(path: Path) -> None:
    with warehouse.read(path) as earful:
        whole, some = earful.verdicts(), earful.verdicts("orbit", date(2026, 3, 3), date(2026, 3, 3))
    sql = "select count(*), count(*) filter (product = 'orbit' and day = date '2026-03-03') from verdicts"
    expected = warehouse.query(path, sql)
    assert (len(whole), len(some)) == expected.rows[0]
    assert len(some) > 0
    assert set(some["product"]) == {"orbit"}
    assert {"day", "metric", "verdict", "change_low", "change_high", "n", "alarm"} <= set(whole.columns)


def test_errors_are_one_line_and_nothing_leaves(path: Path, tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match="is not there yet"):
        warehouse.read(tmp_path / "nowhere.duckdb")
    (tmp_path / "x.duckdb").write_text("no database")
    with pytest.raises(WarehouseError, match="not a DuckDB file"):
        warehouse.read(tmp_path / "x.duckdb")
    with warehouse.read(path) as earful:
        for sql in ("set enable_external_access = true", "copy posts to 'x.csv'", "delete from posts"):
            with pytest.raises(duckdb.Error):
                earful._con.execute(sql)


def test_a_file_of_an_older_earful_says_what_it_lacks(path: Path, tmp_path: Path) -> None:
    old = tmp_path / "old.duckdb"
    with duckdb.connect(str(old)) as con:
        con.execute(f"attach '{path}' as new (read_only)")
        con.execute("create table meta as from new.meta")
    with warehouse.read(old) as earful, pytest.raises(WarehouseError, match="has no verdicts: publish it again"):
        earful.verdicts()


def test_one_process_may_have_the_file_open_twice(path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with warehouse.read(path) as one, warehouse.read(path) as two:
        assert len(one.daily()) == len(two.daily()) == 6
        zone = "select current_setting('TimeZone'), current_setting('lock_configuration')"
        assert warehouse.query(path, zone).rows == (("UTC", True),)
        with pytest.raises(WarehouseError):
            warehouse.query(path, "from read_csv('/etc/passwd')")
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: warehouse.query(path, zone).rows, range(64))) == {(("UTC", True),)}


@pytest.mark.slow
def test_one_process_reads_as_often_as_it_likes(store: Store, tmp_path: Path) -> None:
    """Two of one file, one of another, and one of the next night, all open at once."""
    put(store, row("a", T0))
    path = publish(store, tmp_path / "earful.duckdb", now=NOW).path
    other = publish(store, tmp_path / "other.duckdb", now=NOW).path
    with warehouse.read(path) as first, warehouse.read(path) as second, warehouse.read(other) as third:
        put(store, row("b", T0))
        publish(store, path, now=NOW)
        with warehouse.read(path) as fourth:
            assert [len(earful.posts()) for earful in (first, second, third, fourth)] == [1, 1, 1, 2]
        assert warehouse.query(path, "select count(*) from posts").rows == ((2,),)
        first.close()
        assert len(second.posts()) == 1
