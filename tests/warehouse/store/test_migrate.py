"""From every earlier schema to today's, on a copy: the store is as it was until the copy is whole."""

from __future__ import annotations

import hashlib
from pathlib import Path

import duckdb
import pytest
from landing import DAY, T0, put, row

from earful.warehouse import WarehouseError, open_store
from earful.warehouse.store import store as store_module
from earful.warehouse.store.migrate import Migration, known, migrate, missing

SCHEMAS = range(1, len(known()))


def earlier(path: Path, migrations: int, posts: int = 300) -> None:
    """A store as a version with so many migrations left it."""
    with duckdb.connect(path, config={"storage_compatibility_version": "v1.4.0"}) as con:
        migrate(con, path, known()[:migrations])
        con.execute("insert into meta values ('time_zone', 'UTC')")
        con.execute(
            "insert into posts (channel, product, post_id, source, kind, market, created_at, day, scored, compound, capped,"
            " scorer_version, first_seen_at, updated_at, content_hash)"
            " select 'rd', 'orbit', 'old' || i, 'reddit', 'post', '', $at, $at, true, 0.5, false, 'v0', $at, $at, i"
            " from range($posts) as numbers(i)",
            {"at": T0.replace(tzinfo=None), "posts": posts},
        )
        con.execute(
            "insert into texts select channel, product, post_id, source, day, '', 'words of ' || post_id, created_at from posts"
        )


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("schema", SCHEMAS)
def test_from_every_earlier_schema(tmp_path: Path, schema: int) -> None:
    path = tmp_path / "store.duckdb"
    earlier(path, schema)
    with open_store(path, time_zone="UTC") as store:
        had = store.con.execute("select number from migrations order by 1").fetchall()
        assert [n for (n,) in had] == [m.number for m in known()]
        assert put(store, row("old7", T0, 0.1), row("new", T0)).new == 1
        assert store.con.execute("select posts from daily").fetchall() == [(301,)]
        assert store.con.execute("select count(*) from texts").fetchall() == [(301,)]
    assert sorted(f.name for f in tmp_path.iterdir()) == ["store.duckdb"]
    assert path.stat().st_mode & 0o777 == 0o600


def test_edits_of_before_are_told_of_as_changed_days(tmp_path: Path) -> None:
    path = tmp_path / "store.duckdb"
    earlier(path, 9, posts=3)
    with duckdb.connect(path) as con:
        con.execute(
            "insert into revisions by name select 'rd' as channel, 'orbit' as product, 'old' || i as post_id, $at as day,"
            " $later as seen_at, 0.5 as old_compound, if(i = 0, null, -0.5) as new_compound, 'edited' as reason,"
            " true as text_changed, if(i = 2, $later, $at) as old_seen_at from range(3) as numbers(i)",
            {"at": T0.replace(tzinfo=None), "later": (T0 + DAY).replace(tzinfo=None)},
        )
    with open_store(path, time_zone="UTC") as store:
        told = "select day, reason, posts, scored_before, scored_after, compound_sum_before, compound_sum_after from day_changes"
        # The third was seen in one answer with what it had been before: no number changed.
        assert store.con.execute(told).fetchall() == [(T0.date(), "edited", 2, 2, 1, 1.0, -0.5)]


def test_what_a_store_has_had_counts_and_not_its_highest_number(tmp_path: Path) -> None:
    assert [m.number for m in missing(frozenset({1, known()[-1].number}))] == [m.number for m in known()[1:-1]]


@pytest.mark.parametrize("fault", ["script", "rows", "killed"])
def test_a_failed_migration_leaves_the_store_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    path = tmp_path / "store.duckdb"
    earlier(path, 1)
    with duckdb.connect(path) as con:  # the log of the last writes is in the file
        con.execute("checkpoint")
    before = digest(path)
    real = migrate

    def broken(con: duckdb.DuckDBPyConnection, place: Path) -> int:
        number = real(con, place)
        if fault == "killed":
            raise KeyboardInterrupt
        script = "delete from posts" if fault == "rows" else "create table half (a int); create table half (a int)"
        return real(con, place, (*known(), Migration(9999, "broken", script))) + number

    with monkeypatch.context() as patched:
        patched.setattr(store_module, "migrate", broken)
        with pytest.raises((WarehouseError, KeyboardInterrupt)) as caught, open_store(path, time_zone="UTC"):
            pass
    assert "\n" not in str(caught.value)
    assert digest(path) == before
    assert sorted(f.name for f in tmp_path.iterdir()) == ["store.duckdb"]
    with open_store(path, time_zone="UTC") as store:
        assert store.con.execute("select count(*) from posts").fetchall() == [(300,)]
