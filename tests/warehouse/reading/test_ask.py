from __future__ import annotations

from pathlib import Path

import pytest
from landing import DAY, T0, put, row

from earful.warehouse import WarehouseError, open_store, publish, query


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One published file for all: it is read only."""
    folder = tmp_path_factory.mktemp("ask")
    with open_store(folder / "store.duckdb", time_zone="Europe/Berlin") as store:
        put(store, *(row(f"p{i}", T0 + i * DAY) for i in range(5)))
        return publish(store, folder / "earful.duckdb").path


def test_a_query_and_its_limit(path: Path) -> None:
    whole = query(path, "select post_id, compound from posts order by 1")
    assert (whole.columns, whole.types, len(whole.rows), whole.more) == (
        ("post_id", "compound"), ("VARCHAR", "DOUBLE"), 5, False,
    )  # fmt: skip
    cut = query(path, "select post_id from posts order by 1", limit=2)
    assert (cut.rows, cut.more) == ((("p0",), ("p1",)), True)
    assert query(path, "select post_id from posts", limit=5).more is False


def test_the_lists(path: Path) -> None:
    tables = {name: (kind, comment) for kind, name, comment in query(path, ".tables").rows}
    assert tables["trend"][0] == "table"
    assert tables["freshness"][0] == "view"
    assert tables["posts_with_words"][0] == "table"
    assert str(tables["trend"][1]).startswith("One row per calendar day x product")
    columns = query(path, ".schema trend;")
    assert columns.columns == ("column", "type", "comment")
    assert ("day", "DATE", "Calendar day in the reporting time zone.") in columns.rows


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("select sentiment from trend", 'Referenced column "sentiment" not found'),
        ("from trends", 'Table with name trends does not exist! Did you mean "trend"?'),
        ("selec 1", "syntax error"),
        (".schema", ".schema needs one name"),
        (".schema nope", "no table or view 'nope'"),
        (".help", ".help is not known"),
        ("delete from products", "read-only"),
        ("from read_csv('/etc/passwd')", "disabled by configuration"),
        ("copy posts to 'x.csv'", "disabled by configuration"),
        ("attach 'x.duckdb'", "disabled"),
        ("set enable_external_access = true", ""),
        ("set lock_configuration = false", ""),
    ],
)
def test_mistakes_and_ways_out_are_one_line(path: Path, sql: str, says: str) -> None:
    with pytest.raises(WarehouseError) as caught:
        query(path, sql)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "LINE 1" not in str(caught.value)


def test_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match="is not there yet: run `earful run`"):
        query(tmp_path / "earful.duckdb", "select 1")


def test_a_file_that_is_no_database_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "x.duckdb").write_text("no database")
    with pytest.raises(WarehouseError, match="is not a DuckDB file"):
        query(tmp_path / "x.duckdb", "select 1")
