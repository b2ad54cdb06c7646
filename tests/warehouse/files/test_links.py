"""Files behind links: the file is replaced, not the link, and nothing is lost that was written through the link."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from landing import T0, put, row, span

from earful.warehouse import WarehouseError, open_store, publish, query, rewrite
from earful.warehouse.files.atomic import write_whole
from earful.warehouse.store.migrate import known, migrate, newest


@pytest.fixture
def linked(tmp_path: Path) -> tuple[Path, Path]:
    """A link, and the store with one post that it leads to."""
    (tmp_path / "far").mkdir()
    link, store = tmp_path / "store.duckdb", tmp_path / "far" / "real.duckdb"
    link.symlink_to(store)
    with open_store(link, time_zone="UTC") as opened:  # makes it
        put(opened, row("p1", T0), window=span(0, 1))
    return link, store


def names(folder: Path) -> list[str]:
    return sorted(f.name for f in folder.iterdir())


@pytest.mark.slow
def test_a_store_is_made_rewritten_and_published_where_the_links_lead(linked: tuple[Path, Path]) -> None:
    link, store = linked
    shown = link.with_name("earful.duckdb")
    shown.symlink_to(store.with_name("shown.duckdb"))
    inode = store.stat().st_ino
    with open_store(link, time_zone="UTC") as opened:
        assert publish(opened, shown).path == shown
        publish(opened, shown)
        rewrite(opened, datetime.now(UTC))
    assert link.is_symlink()
    assert shown.is_symlink()
    assert store.stat().st_ino != inode
    assert names(store.parent) == ["real.base.duckdb", "real.duckdb", "shown.duckdb"]
    assert query(shown, "select count(*) from posts").rows == ((1,),)


def test_two_names_of_one_store_are_one_store(linked: tuple[Path, Path]) -> None:
    link, store = linked
    with (
        open_store(store, time_zone="UTC"),
        pytest.raises(WarehouseError, match="in use by this process"),
        open_store(link, time_zone="UTC", wait=0),
    ):
        pass


@pytest.mark.process
def test_what_was_written_through_the_link_and_not_checkpointed_is_kept(linked: tuple[Path, Path]) -> None:
    link, store = linked
    killed = "import duckdb, os, sys; c = duckdb.connect(sys.argv[1]); c.execute(sys.argv[2]); os._exit(9)"
    note = "insert into meta values ('through', 'the link')"
    subprocess.run([sys.executable, "-c", killed, str(store), note], check=False)
    # Where DuckDB before 2.0 leaves it.
    store.with_name("real.duckdb.wal").rename(link.with_name("store.duckdb.wal"))
    with open_store(link, time_zone="UTC") as opened:
        assert opened.con.execute("select value from meta where key = 'through'").fetchall() == [("the link",)]
    assert not link.with_name("store.duckdb.wal").exists()


def test_a_link_onto_a_disk_that_is_not_there_is_refused(tmp_path: Path) -> None:
    link = tmp_path / "store.duckdb"
    link.symlink_to(tmp_path / "not mounted" / "store.duckdb")
    with (
        pytest.raises(WarehouseError, match="whose folder is not there: mount the disk"),
        open_store(link, time_zone="UTC"),
    ):
        pass
    assert names(tmp_path) == ["store.duckdb"]


def test_a_migrated_store_stays_behind_its_link(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    link, store = tmp_path / "store.duckdb", tmp_path / "far" / "real.duckdb"
    with duckdb.connect(store) as con:
        migrate(con, store, known()[:1])
        con.execute("insert into meta values ('time_zone', 'UTC')")
    link.symlink_to(store)
    with open_store(link, time_zone="UTC"):
        pass
    assert link.is_symlink()
    with duckdb.connect(store, read_only=True) as con:
        assert con.execute("select max(number) from migrations").fetchall() == [(newest(),)]


def test_what_steps_left_beside_the_link_goes(linked: tuple[Path, Path]) -> None:
    link, _ = linked
    for name in (".store.duckdb.rewriting", "store.base.duckdb"):
        link.with_name(name).write_text("words")
    link.with_name("store.duckdb.tmp").mkdir()
    (link.with_name("store.duckdb.tmp") / "duckdb_temp_block-1.block").write_text("words")
    with open_store(link, time_zone="UTC"):
        pass
    assert names(link.parent) == ["far", "store.duckdb"]


@pytest.mark.parametrize("there", [True, False])
def test_a_small_file_is_written_where_its_link_leads(tmp_path: Path, there: bool) -> None:
    (tmp_path / "far").mkdir()
    link, file = tmp_path / "page", tmp_path / "far" / "page"
    link.symlink_to(file)
    if there:
        file.write_text("old")
    write_whole(link, "new")
    assert link.is_symlink()
    assert file.read_text() == "new"
    assert names(file.parent) == ["page"]
