"""What is erased is out of every table and every byte, its days are those of a store that never had it, and it stays out."""

# Long because: what is erased is looked for in every place by the same means.

from __future__ import annotations

import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from erasing import AUTHOR, POST, TEXT, contains, erased, fill, marked
from landing import DAY, NOW, T0, aggregates, put, row, span

from earful.warehouse import (
    AllOf,
    Authors,
    Posts,
    Store,
    WarehouseError,
    apply_retention,
    channels_of,
    count_erasure,
    open_store,
    publish,
    query,
    rewrite,
    unfinished,
    unname,
)
from earful.warehouse.statements import text as sql_text


def two(tmp_path: Path, **more: Any) -> Any:
    return open_store(tmp_path / "clean" / "store.duckdb", time_zone="Europe/Berlin", **more)


@pytest.mark.parametrize(
    ("what", "posts", "texts"),
    [(Posts("rd", (POST,)), 2, 2), (Authors((AUTHOR,)), 4, 4), (AllOf("other"), 26, 26)],
)
def test_the_rest_is_what_a_store_without_it_would_hold(
    store: Store, tmp_path: Path, what: Posts | Authors | AllOf, posts: int, texts: int
) -> None:
    fill(store)
    expected = count_erasure(store, what)
    assert count_erasure(store, what) == expected
    done = erased(store, what)
    assert done == expected
    assert (done.posts, done.texts) == (posts, texts)
    with two(tmp_path) as clean:
        if isinstance(what, AllOf):
            fill(clean, products=("orbit",))
        elif isinstance(what, Authors):
            fill(clean, also=False)
        else:
            for product in ("orbit", "other"):
                fill(clean, also=False, products=(product,))
                put(clean, row("a2", T0 + 3 * DAY, 0.9, author=AUTHOR, product=product), product=product)
        assert aggregates(store) == aggregates(clean)
        assert aggregates(store)["daily_topic"]
    # Every table that tells of posts or products, those of later migrations too.
    for table, _ in store.con.execute(sql_text("privacy/post_tables")).fetchall():
        left = store.con.execute(f"select * from {table}").fetchall()
        assert not any(POST in map(str, r) for r in left if not isinstance(what, AllOf)), table
    if isinstance(what, AllOf):
        for (table,) in store.con.execute(sql_text("privacy/product_tables")).fetchall():
            assert store.con.execute(f"select count(*) from {table} where product = 'other'").fetchall() == [(0,)], (
                table
            )


@pytest.mark.slow
def test_the_bytes_are_in_the_files_before_and_in_none_after(store: Store, tmp_path: Path) -> None:
    folder, file = store.path.parent, tmp_path / "data" / "earful.duckdb"
    # Uncompressed, so that the search below proves something: compressed words would not be found before either.
    store.con.execute("set force_compression = 'uncompressed'")
    fill(store)
    publish(store, file)
    store.con.execute("checkpoint")
    # The lock of an open store is lost when anybody closes a handle on it, so the bytes are read by another process.
    assert grep(folder, TEXT, AUTHOR, POST) == {TEXT, AUTHOR, POST}
    erased(store, Authors((AUTHOR,)))
    publish(store, file)
    store.con.execute("checkpoint")
    assert grep(folder, TEXT), "DuckDB overwrites freed blocks now: is rewriting still needed?"
    size = rewrite(store, NOW)
    assert size.after <= size.before
    assert unfinished(store) == 0
    store.con.execute("checkpoint")
    assert grep(folder, TEXT, AUTHOR, POST) == set()
    assert store.con.execute("select count(*) from posts").fetchall() == [(48,)]
    # The audit tells counts, and nothing that leads to anybody.
    assert query(file, "select kind, why, posts, texts, days from erasures").rows == (("post", "asked for", 4, 4, 4),)


def grep(folder: Path, *needles: str) -> set[str]:
    found = subprocess.run(
        ["grep", "-raoFh", *(f"-e{needle}" for needle in needles), str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode < 2, found.stderr
    return set(found.stdout.split())


def test_nothing_brings_it_back(store: Store) -> None:
    fill(store)
    before = aggregates(store)
    erased(store, Posts("rd", (POST,)))
    erased(store, Authors((AUTHOR,)))
    without = aggregates(store)
    assert without != before
    # A replay, an edit made after, a new post of the author, another product's listing.
    fill(store)
    put(store, marked(edited_at=NOW + DAY, product="other"), product="other", now=NOW + 2 * DAY)
    landed = put(store, row("new", T0, author=AUTHOR), row("b", T0), now=NOW + 2 * DAY, window=span(0, 1))
    assert (landed.new, landed.gone) == (1, 1)
    erased(store, Posts("rd", ("b",)))
    assert aggregates(store) == without


def test_a_post_that_its_service_took_down_may_come_again_in_a_later_version(store: Store) -> None:
    put(store, row("a", T0))
    erased(store, Posts("rd", ("a",)), for_good=False)
    assert put(store, row("a", T0), now=NOW + DAY).gone == 1
    assert put(store, row("a", T0, edited_at=NOW + DAY), now=NOW + 2 * DAY).new == 1


def test_a_product_begins_anew_when_it_is_configured_again_but_not_by_a_run_at_work(store: Store) -> None:
    fill(store)
    erased(store, AllOf("other"))
    landed = put(store, row("p", T0, product="other"), product="other", now=NOW - timedelta(hours=1))
    assert (landed.posts, landed.watermark) == (0, None)
    assert store.con.execute("select count(*) from coverage where product = 'other'").fetchall() == [(0,)]
    assert put(store, row("p", T0, product="other"), product="other", now=NOW + timedelta(hours=1)).new == 1


def test_a_post_of_another_channel_of_the_same_id_stays(store: Store) -> None:
    put(store, row("x", T0))
    put(store, row("x", T0, channel="st", source="steam"), channel="st", source="steam")
    assert channels_of(store, "x") == ["rd", "st"]
    assert erased(store, Posts("st", ("x", "never seen"))).posts == 1
    assert channels_of(store, "x") == ["rd"]


def test_an_account_that_is_gone_leaves_its_posts_without_a_pseudonym(store: Store) -> None:
    put(store, *(row(f"p{i}", T0, author=AUTHOR if i else "b") for i in range(3)))
    assert store.con.execute("select sum(authors) from daily").fetchall() == [(2,)]
    assert unname(store, "rd", ("p0", "p9"), NOW).posts == 1
    assert store.con.execute("select sum(authors), sum(posts) from daily").fetchall() == [(1, 3)]
    assert unfinished(store) == 1


def test_what_a_listing_says_is_gone_and_what_is_past_retention_is_noted_as_unfinished(store: Store) -> None:
    put(store, row("a", T0), row("b", T0))
    put(store, gone=("a",))
    apply_retention(store, {"reddit": 2}, NOW + 3 * DAY)
    rows = store.con.execute("select kind, posts, texts from erasures").fetchall()
    assert rows == [("gone", 1, 1), ("text", 0, 1)]
    assert (unfinished(store), unfinished(store, asked_for=True)) == (2, 0)
    rewrite(store, NOW)
    assert unfinished(store) == 0


@pytest.mark.process
def test_a_rewritten_store_is_the_same_store_and_still_locked(store: Store, tmp_path: Path) -> None:
    fill(store)
    tables = [t for (t,) in store.con.execute("select table_name from duckdb_tables() where not temporary").fetchall()]
    before = {t: store.con.execute(f"select * from {t}").fetchall() for t in tables}
    schema = store.con.execute("select sql from duckdb_tables() union all select sql from duckdb_views() order by 1")
    ddl = [s for (s,) in schema.fetchall() if s]
    rewrite(store, NOW)
    assert {t: store.con.execute(f"select * from {t}").fetchall() for t in tables} == before
    schema = store.con.execute("select sql from duckdb_tables() union all select sql from duckdb_views() order by 1")
    assert [s for (s,) in schema.fetchall() if s] == ddl
    assert store.path.stat().st_mode & 0o777 == 0o600
    other = subprocess.run(
        [sys.executable, "-c", "import duckdb, sys; duckdb.connect(sys.argv[1])", str(store.path)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "Could not set lock" in other.stderr
    put(store, row("later", T0))
    assert [f.name for f in store.path.parent.glob(".*")] == []


#: Where another process finds what pytest found, the helpers of the tests too.
PATHS = [path for path in sys.path if path]

WAITING = """
import sys
sys.path[:0] = {path!r}
from pathlib import Path
import landing
from earful import warehouse
print("ready", flush=True)
with warehouse.open_store(Path(sys.argv[1]), time_zone="Europe/Berlin", wait=60) as store:
    landing.put(store, landing.row("theirs", landing.T0))
"""

KILLED = """
import sys, signal, os
from datetime import datetime, UTC
from pathlib import Path
sys.path[:0] = {path!r}
import landing
from earful import warehouse
from importlib import import_module
rewriting = import_module("earful.warehouse.privacy.rewrite")  # earful.warehouse.rewrite is the function
from erasing import AUTHOR, Authors, erased, fill
step = int(sys.argv[2])
def stop(n):
    if n == step:
        os.kill(os.getpid(), signal.SIGKILL)
real, replace, at = rewriting.sync, Path.replace, [0]
def sync(path):
    at[0] += 1; stop(2 * at[0]); real(path); stop(2 * at[0] + 1)
rewriting.sync = sync
def replaced(self, target):
    done = replace(self, target); stop(6); return done
with warehouse.open_store(Path(sys.argv[1]), time_zone="Europe/Berlin") as store:
    fill(store)
    erased(store, Authors((AUTHOR,)))
    stop(1)
    Path.replace = replaced
    warehouse.rewrite(store, landing.NOW)
    stop(7)
"""


@pytest.mark.process
@pytest.mark.parametrize("step", range(1, 8))
def test_killed_at_any_step_a_second_try_finishes(tmp_path: Path, step: int) -> None:
    path = tmp_path / "data" / "store.duckdb"
    run = subprocess.run(
        [sys.executable, "-c", KILLED.format(path=PATHS), str(path), str(step)], capture_output=True, check=False
    )
    assert run.returncode == -signal.SIGKILL, run.stderr
    with open_store(path, time_zone="Europe/Berlin") as store:
        assert unfinished(store) == (1 if step <= 3 else 0)
        if unfinished(store):
            rewrite(store, NOW)
        assert store.con.execute("select count(*) from posts").fetchall() == [(48,)]
        with two(tmp_path) as clean:
            fill(clean, also=False)
            assert aggregates(store) == aggregates(clean)
    assert sorted(f.name for f in path.parent.iterdir()) == ["store.duckdb"]
    assert contains(path.parent, TEXT, AUTHOR, POST) == set()


@pytest.mark.process
def test_a_writer_that_waited_writes_into_the_new_file(store: Store) -> None:
    """Another process opens the store over and over while it is rewritten: nothing it writes is lost."""
    fill(store)
    store.con.execute("checkpoint")
    writer = subprocess.Popen(
        [sys.executable, "-c", WAITING.format(path=PATHS), str(store.path)], stdout=subprocess.PIPE
    )
    assert writer.stdout is not None
    assert writer.stdout.readline() == b"ready\n"
    deadline = time.monotonic() + 60
    while writer.poll() is None:
        assert time.monotonic() < deadline
        rewrite(store, NOW)
    assert writer.returncode == 0
    rewrite(store, NOW)
    assert store.con.execute("select count(*) from posts where post_id = 'theirs'").fetchall() == [(1,)]


def test_a_full_disk_or_a_folder_in_the_way_leaves_the_store_as_it_was(store: Store) -> None:
    fill(store)
    erased(store, Authors((AUTHOR,)))
    (store.path.parent / ".store.duckdb.rewriting").mkdir()
    with pytest.raises(WarehouseError):
        rewrite(store, NOW)
    assert unfinished(store) == 1
    (store.path.parent / ".store.duckdb.rewriting").rmdir()
    rewrite(store, NOW)
    assert unfinished(store) == 0


def test_tombstones_from_before_keep_out_what_they_kept_out(tmp_path: Path) -> None:
    from earful.warehouse.store.migrate import known, migrate

    path = tmp_path / "store.duckdb"
    with duckdb.connect(str(path)) as con:
        migrate(con, path, tuple(m for m in known() if m.number < 4))
        con.execute("insert into tombstones values ('rd', 'a', timestamp '2026-05-01')")
        con.execute("insert into meta values ('time_zone', 'Europe/Berlin')")
    with open_store(path, time_zone="Europe/Berlin") as store:
        assert put(store, row("a", T0), row("b", T0)).new == 1
        assert store.con.execute("select post_id from posts").fetchall() == [("b",)]


def test_a_new_secret_counts_nobody_twice_and_brings_nobody_back(store: Store) -> None:
    put(store, row("a", T0, author="old-1"), row("b", T0, author="old-2"), row("f", T0, author="old-f"))
    erased(store, Authors(("old-f",)))
    landed = put(
        store,
        row("c", T0, author="new-1"),
        row("g", T0 + DAY, author="new-f"),
        aliases={"old-1": "new-1", "old-f": "new-f"},
    )
    assert landed.new == 1
    assert store.con.execute("select day, authors, posts from daily").fetchall() == [(T0.date(), 2, 3)]
    assert put(store, row("h", T0, author="new-f")).gone == 1
