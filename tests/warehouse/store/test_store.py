from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import threading
import time
from pathlib import Path

import duckdb
import pytest
from landing import AGGREGATES, DAY, HOUR, T0, aggregates, named, put, row, rows_of, span

from earful.warehouse import Store, WarehouseError, land_failure, open_store
from earful.warehouse.store.migrate import Migration, known, migrate, newest


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_only_this_user_can_read_it(store: Store) -> None:
    put(store, row("a", T0))
    wal = store.path.with_name("store.duckdb.wal")
    assert (mode(store.path), mode(store.path.parent)) == (0o600, 0o700)
    assert wal.exists(), "the landing went through the log, which holds texts too"
    assert mode(wal) == 0o600


def test_a_folder_that_was_there_keeps_its_mode(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir(mode=0o755)
    with open_store(tmp_path / "shared" / "store.duckdb", time_zone="UTC"):
        pass
    assert mode(tmp_path / "shared") == 0o755


def test_migrations_are_recorded_and_run_once(tmp_path: Path) -> None:
    path = tmp_path / "store.duckdb"
    for _ in range(2):
        with open_store(path, time_zone="UTC") as store:
            found = store.con.execute("select number, name from migrations").fetchall()
            assert found == [(m.number, m.name) for m in known()]
    assert len({m.number for m in known()}) == len(known()), "a number is used once"


def test_a_store_from_before_topics_keeps_its_posts_and_takes_topics(tmp_path: Path) -> None:
    path = tmp_path / "store.duckdb"
    with duckdb.connect(path) as con:
        migrate(con, path, known()[:1])
        con.execute("insert into meta values ('time_zone', 'UTC')")
        con.execute(
            "insert into posts (channel, product, post_id, source, kind, market, created_at, day, scored, compound, capped,"
            " scorer_version, first_seen_at, updated_at, content_hash)"
            " values ('rd', 'orbit', 'old', 'reddit', 'post', '', $at, $at, true, 0.5, false, 'v0', $at, $at, 1)",
            {"at": T0.replace(tzinfo=None)},
        )
    with open_store(path, time_zone="UTC") as store:
        assert rows_of(store, "post_topics") == []
        put(store, row("new", T0, topics=named(ads=-0.5)))
        assert store.con.execute("select posts, scorer_version from daily").fetchall() == [(2, "mixed")]
        assert store.con.execute("select topic, posts from daily_topic").fetchall() == [("ads", 1)]


def test_a_migration_that_fails_leaves_no_trace(tmp_path: Path) -> None:
    path = tmp_path / "store.duckdb"
    with open_store(path, time_zone="UTC") as store:
        broken = Migration(newest() + 1, "broken", "create table half (a int); create table half (a int);")
        with pytest.raises(duckdb.CatalogException):
            migrate(store.con, path, (*known(), broken))
        names = {n for (n,) in store.con.execute("select table_name from duckdb_tables()").fetchall()}
        assert "half" not in names
        assert store.con.execute("select max(number) from migrations").fetchall() == [(newest(),)]


def test_a_store_of_a_newer_schema_is_refused_and_untouched(tmp_path: Path) -> None:
    path = tmp_path / "store.duckdb"
    with open_store(path, time_zone="UTC") as store:
        store.con.execute("insert into migrations values (999, 'tomorrow', now()::timestamp)")
    before = hashlib.sha256(path.read_bytes()).digest(), path.stat().st_mtime_ns
    with (
        pytest.raises(WarehouseError, match=r"has schema 999, this earful knows \d+ at most: update"),
        open_store(path, time_zone="Europe/Berlin"),
    ):
        pass
    assert (hashlib.sha256(path.read_bytes()).digest(), path.stat().st_mtime_ns) == before


@pytest.mark.parametrize(
    ("case", "says"),
    [("garbage", "is not a DuckDB file"), ("foreign", "but not earful's store"), ("folder", "directory")],
)
def test_what_is_no_store_is_refused_and_untouched(tmp_path: Path, case: str, says: str) -> None:
    path = tmp_path / "x.duckdb"
    if case == "garbage":
        path.write_text("not a database\n" * 1000)
    elif case == "foreign":
        with duckdb.connect(path) as con:
            con.execute("create table theirs (a int)")
    else:
        path.mkdir()
    before = path.read_bytes() if path.is_file() else b""
    with pytest.raises(WarehouseError, match=says) as caught, open_store(path, time_zone="UTC"):
        pass
    assert "\n" not in str(caught.value)
    assert (path.read_bytes() if path.is_file() else b"") == before


def test_an_unknown_time_zone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match="'Mars/Olympus' is no time zone"):
        open_store(tmp_path / "store.duckdb", time_zone="Mars/Olympus").__enter__()
    assert not (tmp_path / "store.duckdb").exists()


HOLD = """
import sys, time, duckdb
con = duckdb.connect(sys.argv[1])
print("holding", flush=True)
time.sleep(float(sys.argv[2]))
"""


def hold(path: Path, seconds: float) -> subprocess.Popen[str]:
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(path), str(seconds)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "holding\n"
    return process


@pytest.mark.process
def test_a_second_process_waits_and_then_is_told_who_holds_it(tmp_path: Path) -> None:
    path = tmp_path / "store.duckdb"
    with open_store(path, time_zone="UTC"):
        pass
    holder = hold(path, 60)
    try:
        began = time.monotonic()
        with pytest.raises(WarehouseError) as caught, open_store(path, time_zone="UTC", wait=0.5):
            pass
        assert time.monotonic() - began >= 0.5
        assert re.search(rf"in use by process {holder.pid} \(python[\d.]*\): wait", str(caught.value))
        assert "\n" not in str(caught.value)
    finally:
        holder.kill()
        holder.wait()
    with open_store(path, time_zone="UTC", wait=5) as store:
        put(store, row("a", T0))


@pytest.mark.process
def test_a_second_process_goes_on_when_the_first_has_ended(tmp_path: Path) -> None:
    path = tmp_path / "store.duckdb"
    with open_store(path, time_zone="UTC"):
        pass
    holder = hold(path, 0.5)
    with open_store(path, time_zone="UTC", wait=30) as store:
        assert store.time_zone == "UTC"
    assert holder.wait() == 0


def test_threads_exclude_each_other_too(tmp_path: Path) -> None:
    path = tmp_path / "store.duckdb"
    said: list[str] = []

    def second() -> None:
        try:
            with open_store(path, time_zone="UTC", wait=0.1):
                said.append("opened")
        except WarehouseError as error:
            said.append(str(error))

    with open_store(path, time_zone="UTC"):
        thread = threading.Thread(target=second)
        thread.start()
        thread.join()
    second()
    assert said == [f"{path} is in use by this process: end the other step first, then run this again", "opened"]


def test_another_reporting_zone_gives_every_day_anew(tmp_path: Path) -> None:
    rows = [
        row(f"p{i}", T0 + i * 5 * HOUR, (i % 9 - 4) / 10, app_version="1.0", topics=named(ads=i / 50))
        for i in range(40)
    ]

    def fill(store: Store) -> None:
        put(store, *rows, window=span(0, 7))
        put(store, {**rows[3], "compound": 0.9, "edited_at": T0 + 8 * DAY}, window=span(7, 9.5))
        land_failure(
            store, run_id="r", channel="rd", source="reddit", product="orbit", window=span(10, 12), error="x", now=T0
        )

    path = tmp_path / "store.duckdb"
    with open_store(path, time_zone="America/Los_Angeles") as store:
        fill(store)
        elsewhere = aggregates(store)
    with open_store(path, time_zone="Asia/Tokyo") as store:
        moved = {
            name: rows_of(store, name)
            for name in (*AGGREGATES, "posts", "post_topics", "texts", "revisions", "coverage")
        }
        moved_at = store.con.execute("select max(updated_at) from daily").fetchall()
    with open_store(path, time_zone="Asia/Tokyo") as store:
        again = store.con.execute("select max(updated_at) from daily").fetchall()
    with open_store(tmp_path / "fresh.duckdb", time_zone="Asia/Tokyo") as store:
        fill(store)
        fresh = {
            name: rows_of(store, name)
            for name in (*AGGREGATES, "posts", "post_topics", "texts", "revisions", "coverage")
        }
    assert moved == fresh
    assert moved["daily"] != elsewhere["daily"]
    assert moved_at == again, "nothing is computed anew when the zone stays"
