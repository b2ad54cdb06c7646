from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from landing import DAY, NOW, T0, named, put, row

from earful.warehouse import Store, WarehouseError, publish, query, register
from earful.warehouse.publishing.insights import TABLES
from earful.warehouse.publishing.publish import VIEWS, view_file
from earful.warehouse.statements import text
from earful.warehouse.store.migrate import newest


def test_every_published_table_view_and_column_has_a_comment(store: Store, tmp_path: Path) -> None:
    publish(store, tmp_path / "earful.duckdb")
    with duckdb.connect(tmp_path / "earful.duckdb", read_only=True) as con:
        things = con.execute(
            "select table_name, comment from duckdb_tables() where not internal"
            " union all select view_name, comment from duckdb_views() where not internal"
        ).fetchall()
        columns = con.execute(
            "select table_name, column_name, comment from duckdb_columns() where not internal"
        ).fetchall()
    assert len(things) == 22 + len(VIEWS) + len(TABLES)
    assert len(columns) > 150
    assert [name for name, comment in things if not comment] == []
    assert [(table, name) for table, name, comment in columns if not comment] == []


def test_every_view_file_is_published_and_says_its_grain() -> None:
    folder = Path(__file__).parents[3] / "warehouse" / "sql" / "publishing" / "views"
    assert {f.stem for f in folder.rglob("*.sql")} == set(VIEWS)
    assert [v for v in VIEWS if not text(view_file(v)).startswith("-- one row per ")] == []
    assert {f.stem for f in folder.with_name("insights").glob("*.sql")} == {"macros", *TABLES}
    assert [t for t in TABLES if not text(f"publishing/insights/{t}").startswith("-- one row per ")] == []


def test_what_is_published(store: Store, tmp_path: Path) -> None:
    register(store, [("orbit", "Orbit", True)], [("rd", "reddit", "reddit")])
    put(store, row("a", T0, text="some words"), row("b", T0, text="", compound=None))
    done = publish(store, tmp_path / "earful.duckdb", now=NOW)
    assert (done.rows, done.published_at, done.bytes) == (2, NOW, done.path.stat().st_size)
    assert done.path.stat().st_mode & 0o777 == 0o444
    assert query(done.path, "select key, value from meta where key <> 'earful_version' order by key").rows == (
        ("published_at", "2026-06-01 00:00:00"),
        ("schema_version", str(newest())),
        ("scorer_version", "v1"),
        ("time_zone", "Europe/Berlin"),
    )
    ((own_version,),) = query(done.path, "select value from meta where key = 'earful_version'").rows
    assert own_version
    assert query(done.path, "select post_id, text from posts order by 1").rows == (("a", "some words"), ("b", None))
    assert query(done.path, "from products").rows == (("orbit", "Orbit", True, True),)


@pytest.mark.process
def test_a_reader_keeps_the_old_file_and_the_next_one_gets_the_new(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "earful.duckdb"
    put(store, row("a", T0))
    publish(store, path)
    # As a POM: another process, which reads, waits, and reads again from the file it has open.
    code = (
        "import sys, duckdb\n"
        "con = duckdb.connect(sys.argv[1], read_only=True)\n"
        "print(con.execute('select count(*) from posts').fetchall()[0][0], flush=True)\n"
        "sys.stdin.readline()\n"
        "print(con.execute('select count(*), sum(length(text)) from posts').fetchall()[0], flush=True)\n"
    )
    reader = subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert reader.stdout is not None
    assert reader.stdout.readline() == "1\n"
    put(store, *(row(f"p{i}", T0 + DAY) for i in range(500)))
    publish(store, path)
    said, _ = reader.communicate("\n", timeout=30)
    assert said == "(1, 10)\n"
    assert query(path, "select count(*) from posts").rows == ((501,),)


def test_a_stale_log_beside_the_target_is_removed(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "earful.duckdb"
    publish(store, path)
    path.with_name("earful.duckdb.wal").write_bytes(b"left by a client")
    (tmp_path / ".earful.duckdb.publishing").write_bytes(b"left by a killed run")
    publish(store, path)
    assert sorted(f.name for f in tmp_path.iterdir()) == ["data", "earful.duckdb"]
    assert query(path, "select count(*) from posts").rows == ((0,),)


@pytest.mark.slow
def test_after_an_error_the_old_file_stays_and_nothing_else_is_left(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "earful.duckdb"
    put(store, row("a", T0))
    publish(store, path)
    before = path.read_bytes()
    store.con.execute("alter table texts rename to elsewhere")
    with pytest.raises(WarehouseError) as caught:
        publish(store, path)
    assert "\n" not in str(caught.value)
    assert path.read_bytes() == before
    assert sorted(f.name for f in tmp_path.iterdir()) == ["data", "earful.duckdb"]
    store.con.execute("alter table elsewhere rename to texts")
    put(store, row("b", T0))
    assert publish(store, path).rows == 2, "the store goes on working"


def test_publishing_where_nothing_can_be_written_is_one_line(store: Store, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(WarehouseError) as caught:
        publish(store, tmp_path / "file" / "earful.duckdb")
    assert "\n" not in str(caught.value)


def test_an_older_client_opens_it(store: Store, tmp_path: Path) -> None:
    """EARFUL_OLD_DUCKDB names a Python with duckdb 1.4 or 1.5 (a venv of its own)."""
    python = os.environ.get("EARFUL_OLD_DUCKDB")
    if not python:
        pytest.skip("needs EARFUL_OLD_DUCKDB: the path of a Python that has duckdb 1.4 or 1.5")
    put(store, row("a", T0, -0.5, nps=3, rating=1, topics=named(ads=-0.5)))
    path = publish(store, tmp_path / "earful.duckdb").path
    code = "import sys, duckdb\ncon = duckdb.connect(sys.argv[1], read_only=True)\n" + "\n".join(
        f"print('{view}', len(con.execute('select * from {view}').fetchall()))" for view in VIEWS + TABLES
    )
    run = subprocess.run([python, "-c", code, str(path)], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert {"daily_sentiment 1", "by_topic 1", "post_topics 1"} <= set(run.stdout.splitlines())
