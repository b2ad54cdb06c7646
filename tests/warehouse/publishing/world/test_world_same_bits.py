"""What publishing says of one store is the same to the last bit, in whatever order DuckDB comes upon its rows."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from world import NOW, World

from earful.warehouse import causes, open_store, publish
from earful.warehouse.publishing import insights
from earful.warehouse.publishing.publish import VIEWS, view_file
from earful.warehouse.statements import run

#: Of the store, what is read while the published file is filled.
READ = ("daily_robust", "post_pairs", "launches")
#: Kept of what was computed before; empty here, so that it is computed again.
KEPT = ("window_terms", "kept_causes")


def said(con: duckdb.DuckDBPyConnection, name: str) -> list[str]:
    """The rows in words, in which 0.0 and -0.0 differ, as well as floats in their last bit."""
    return sorted(repr(row) for row in con.execute(f"from {name}").fetchall())


def names(con: duckdb.DuckDBPyConnection) -> list[str]:
    found = con.execute(
        "select table_name from information_schema.tables where table_catalog = current_database() order by 1"
    )
    return [str(name) for (name,) in found.fetchall()]


@pytest.mark.parametrize("seed", [1, 2])
def test_the_order_of_rows_makes_no_difference(world: World, seed: int) -> None:
    """All that is computed, computed again from the same tables with their rows shuffled."""
    with duckdb.connect() as con:
        con.execute(f"attach '{world.path}' as was (read_only)")
        con.execute(f"attach '{world.store}' as store_was (read_only)")
        con.execute("attach ':memory:' as shuffled_store")
        # As `publish` sets it.
        con.execute("set TimeZone = 'UTC'")
        con.execute("use was")
        every = names(con)
        computed = {*insights.TABLES, *VIEWS}
        con.execute("use memory")
        shuffle = f"order by hash(t::varchar || '{seed}')"
        for name in every:
            if name not in computed:
                con.execute(f"create table {name} as select t.* from was.{name} as t {shuffle}")
        for name in READ:
            con.execute(f"create table shuffled_store.{name} as select t.* from store_was.{name} as t {shuffle}")
        for name in KEPT:
            con.execute(f"create table shuffled_store.{name} as select t.* from store_was.{name} as t limit 0")
        for view in VIEWS:
            run(con, view_file(view))
        insights.fill(con, "shuffled_store")
        causes.fill(con, "shuffled_store")
        differ = {name for name in sorted(computed) if said(con, name) != said(con, f"was.{name}")}
    assert differ == set()


@pytest.mark.slow
def test_publishing_twice_is_the_same_to_the_last_bit(world: World, tmp_path: Path) -> None:
    """The second time from the base that the first left, and once more from none."""
    with open_store(world.store, time_zone="Europe/Berlin") as store:
        again = publish(store, tmp_path / "again.duckdb", now=NOW).path
        store.path.with_name(f"{store.path.stem}.base{store.path.suffix}").unlink()
        anew = publish(store, tmp_path / "anew.duckdb", now=NOW).path
    rows = []
    for path in (world.path, again, anew):
        with duckdb.connect(str(path), read_only=True) as con:
            rows.append({name: said(con, name) for name in names(con) if name != "meta"})
    assert rows[0] == rows[1] == rows[2]
