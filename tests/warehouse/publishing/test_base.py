"""The published file built on a kept base holds what one written anew holds; nothing taken away lingers in either."""

# Long because: every change and every harm goes through the same two publishes, on the kept base and anew.

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from landing import DAY, HOUR, NOW, T0, put, row, span

from earful.warehouse import Store, WarehouseError, apply_retention, open_store, publish
from earful.warehouse.publishing import base as base_module
from earful.warehouse.publishing.base import path_of

#: A DuckDB file: three headers of 4 KB, then blocks.
HEADERS, BLOCK = 12_288, 262_144

TABLES = (
    "daily", "daily_version", "daily_topic", "coverage_daily", "posts", "post_topics", "posts_with_words", "revisions",
)  # fmt: skip


def contents(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    with duckdb.connect(path, read_only=True) as con:
        return {name: con.execute(f"select * from {name} order by all").fetchall() for name in TABLES}


def anew(store: Store, folder: Path) -> dict[str, list[tuple[Any, ...]]]:
    """What a file holds that is published without a base to build on."""
    kept = path_of(store.path)
    aside = kept.with_name("aside")
    kept.replace(aside)
    path = publish(store, folder / "anew.duckdb", now=NOW).path
    aside.replace(kept)
    return contents(path)


def inode(store: Store) -> int:
    return path_of(store.path).stat().st_ino


def week(store: Store) -> None:
    for day in range(7):
        put(
            store,
            *(row(f"p{day}-{i}", T0 + day * DAY, i / 10, rating=i % 5 + 1) for i in range(4)),
            window=span(day, day + 1),
        )
        put(store, row(f"bare{day}", T0 + day * DAY, None, text="", author=None), window=span(day, day + 1))


def more(store: Store) -> None:
    put(store, row("new", T0 + 7 * DAY), window=span(7, 8))


def edited(store: Store) -> None:
    put(store, row("p1-1", T0 + DAY, -0.7, edited_at=T0 + 9 * DAY, likes=4), window=span(0, 10))


def moved(store: Store) -> None:
    put(store, row("bare2", T0 + 5 * DAY, None, text="", author=None, edited_at=T0 + 9 * DAY), window=span(0, 10))


def far_back(store: Store) -> None:
    for back in range(0, 400, 5):
        put(store, row(f"back{back}", T0 - back * DAY), window=span(-back, 1 - back))


def aged(store: Store) -> None:
    assert apply_retention(store, {"reddit": 30}, NOW + timedelta(days=31)) != {"reddit": 0}


@pytest.mark.slow
@pytest.mark.parametrize("change", [more, edited, moved, far_back, aged], ids=lambda c: c.__name__)
def test_a_change_is_published_as_if_all_were_written_anew(
    store: Store, tmp_path: Path, change: Callable[[Store], None]
) -> None:
    path = tmp_path / "earful.duckdb"
    week(store)
    publish(store, path, now=NOW)
    before, old = inode(store), contents(path)
    change(store)
    publish(store, path, now=NOW)
    assert contents(path) != old
    assert contents(path) == anew(store, tmp_path)
    if change is not far_back:  # too many spans of days: all of it, in one go
        assert inode(store) == before, "the base was built on"
    assert store.con.execute("select count(*) from unpublished").fetchall() == [(0,)]


@pytest.mark.slow
def test_the_work_of_a_publish_follows_the_change(store: Store, tmp_path: Path) -> None:
    """Counted in days written anew, on a store of two years."""
    for month in range(24):
        put(store, *(row(f"m{month}-{i}", T0 - month * 30 * DAY - i * DAY) for i in range(28)), window=span(-800, 1))
    publish(store, tmp_path / "earful.duckdb", now=NOW)
    put(store, row("new", T0 - 3 * DAY), row("old", T0 - 700 * DAY), window=span(-800, 1))
    days = store.con.execute("select distinct day from unpublished order by 1").fetchall()
    assert len(days) == 2
    assert [(last - first).days for first, last in base_module._spans(store.con)] == [0, 0]


@pytest.mark.slow
def test_words_past_their_retention_are_in_no_published_byte(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "earful.duckdb"
    words = "a sentence that nobody keeps for ever"
    put(store, *(row(f"p{i}", T0 + i * DAY, text=f"{words} {i}") for i in range(7)))
    publish(store, path, now=NOW)
    assert words.encode() in path.read_bytes()
    assert words.encode() not in path_of(store.path).read_bytes(), "the base never holds words"
    aged(store)
    publish(store, path, now=NOW)
    assert words.encode() not in path.read_bytes() + path_of(store.path).read_bytes()
    assert len(contents(path)["posts"]) == 7


@pytest.mark.slow
def test_an_erased_post_is_in_no_published_byte(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "earful.duckdb"
    secret = "id-of-what-is-erased"
    week(store)
    put(store, row(secret, T0 + DAY, None, text="", author="author-of-what-is-erased"))
    publish(store, path, now=NOW)
    assert secret.encode() in path_of(store.path).read_bytes()
    before = inode(store)
    put(store, gone=(secret,))
    publish(store, path, now=NOW)
    assert inode(store) != before, "written anew"
    everything = path.read_bytes() + path_of(store.path).read_bytes()
    assert secret.encode() not in everything
    assert b"author-of-what-is-erased" not in everything


@pytest.mark.slow
def test_an_author_taken_off_a_post_is_in_no_published_byte(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "earful.duckdb"
    put(store, row("p", T0, None, text="", author="somebody-who-left"), row("q", T0))
    publish(store, path, now=NOW)
    assert b"somebody-who-left" in path.read_bytes()
    put(store, row("p", T0, None, text="", author=None, edited_at=T0 + DAY))
    publish(store, path, now=NOW)
    assert b"somebody-who-left" not in path.read_bytes() + path_of(store.path).read_bytes()


def lost(base: Path) -> None:
    base.unlink()


def garbage(base: Path) -> None:
    base.write_bytes(b"not a database" * 1000)


def cut(base: Path) -> None:
    base.write_bytes(base.read_bytes()[: base.stat().st_size // 2])


def foreign(base: Path) -> None:
    base.unlink()
    with duckdb.connect(base) as con:
        con.execute("create table theirs (a int)")


def folder(base: Path) -> None:
    base.unlink()
    base.mkdir()


def unfinished(base: Path) -> None:
    base.with_name(f".{base.name}.new").write_bytes(b"left by a killed run")


@pytest.mark.slow
@pytest.mark.parametrize("harm", [lost, garbage, cut, foreign, folder, unfinished], ids=lambda c: c.__name__)
def test_a_base_that_is_not_ours_is_written_anew(store: Store, tmp_path: Path, harm: Callable[[Path], None]) -> None:
    path = tmp_path / "earful.duckdb"
    week(store)
    publish(store, path, now=NOW)
    harm(path_of(store.path))
    more(store)
    publish(store, path, now=NOW)
    assert contents(path) == anew(store, tmp_path)
    assert not path_of(store.path).with_name(".store.base.duckdb.new").exists()


def flipped(base: Path, whole: bytes) -> Iterator[int]:
    """The base, damaged by 64 bytes in each block in turn."""
    for at in range(HEADERS + 64, len(whole), BLOCK):
        base.write_bytes(whole[:at] + bytes(64 * [0xA5]) + whole[at + 64 :])
        yield at


def checksum_known(store: Store) -> None:
    assert store.con.execute("select count(*) from meta where key = 'base_crc'").fetchall() == [(1,)]


def checksum_unknown(store: Store) -> None:
    store.con.execute("delete from meta where key = 'base_crc'")


@pytest.mark.slow
@pytest.mark.parametrize("knows", [checksum_known, checksum_unknown], ids=lambda c: c.__name__)
def test_no_damaged_block_of_the_base_is_published_or_stops_a_publish(
    store: Store, tmp_path: Path, knows: Callable[[Store], None]
) -> None:
    path, base = tmp_path / "earful.duckdb", path_of(store.path)
    put(store, *(row(f"p{i}", T0 + i * HOUR, text="", title="") for i in range(160)))
    publish(store, path, now=NOW)
    right, whole = contents(path), base.read_bytes()
    meta = store.con.execute("select * from meta").fetchall()
    blocks = 0
    for _ in flipped(base, whole):
        knows(store)
        publish(store, path, now=NOW)
        assert contents(path) == right
        with duckdb.connect(path, read_only=True) as con:
            for (name,) in con.execute("select table_name from duckdb_tables()").fetchall():
                con.execute(f"from {name}").fetchall()
        store.con.execute("delete from meta")
        store.con.executemany("insert into meta values (?, ?)", meta)
        blocks += 1
    assert blocks > 4


@pytest.mark.slow
def test_a_base_that_was_broken_when_its_checksum_was_taken_is_written_anew(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, base = tmp_path / "earful.duckdb", path_of(store.path)
    monkeypatch.setattr(base_module, "_checksum", lambda _: "as it was")
    put(store, *(row(f"p{i}", T0 + i * HOUR, text="", title="") for i in range(160)))
    publish(store, path, now=NOW)
    right, whole = contents(path), base.read_bytes()
    # The posts' own block: nothing but the filling of the new file reads it.
    at = whole.index(b"p100")
    base.write_bytes(whole[:at] + bytes(64 * [0xA5]) + whole[at + 64 :])
    publish(store, path, now=NOW)
    assert contents(path) == right
    assert base.read_bytes() != whole


def test_a_folder_with_files_in_the_place_of_the_base_is_named(store: Store, tmp_path: Path) -> None:
    (base := path_of(store.path)).mkdir()
    (base / "theirs").touch()
    with pytest.raises(WarehouseError, match=f"^{re.escape(str(base))} is a folder that cannot be removed"):
        publish(store, tmp_path / "earful.duckdb", now=NOW)
    assert (base / "theirs").exists()


@pytest.mark.slow
def test_a_store_put_back_from_a_copy_does_not_build_on_the_newer_base(tmp_path: Path) -> None:
    here, copy, path = tmp_path / "store.duckdb", tmp_path / "copy.duckdb", tmp_path / "earful.duckdb"
    with open_store(here, time_zone="UTC") as store:
        week(store)
        publish(store, path, now=NOW)
    shutil.copy(here, copy)
    with open_store(here, time_zone="UTC") as store:
        more(store)
        publish(store, path, now=NOW)
    shutil.copy(copy, here)
    with open_store(here, time_zone="UTC") as store:
        put(store, row("other", T0 + 3 * DAY), window=span(3, 4))
        publish(store, path, now=NOW)
        assert contents(path) == anew(store, tmp_path)
    assert "new" not in {p[2] for p in contents(path)["posts"]}


@pytest.mark.slow
def test_a_change_that_nobody_marked_is_found_by_counting(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "earful.duckdb"
    week(store)
    publish(store, path, now=NOW)
    store.con.execute("delete from posts where post_id = 'bare3'")
    assert publish(store, path, now=NOW).rows == 34
    assert contents(path)["posts"] == anew(store, tmp_path)["posts"]


@pytest.mark.slow
def test_another_time_zone_is_another_base(tmp_path: Path) -> None:
    here, path = tmp_path / "store.duckdb", tmp_path / "earful.duckdb"
    for zone in ("UTC", "Pacific/Auckland"):
        with open_store(here, time_zone=zone) as store:
            put(store, *(row(f"p{i}", T0 + i * DAY / 3) for i in range(21)))
            publish(store, path, now=NOW)
            assert contents(path) == anew(store, tmp_path)


@pytest.mark.slow
def test_killed_between_the_base_and_the_store(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "earful.duckdb"
    week(store)
    publish(store, path, now=NOW)
    before = inode(store)
    more(store)
    note = base_module._note

    def killed(store: Store, base_next: str | None = None, **more: str | None) -> None:
        if base_next is None:
            raise KeyboardInterrupt
        note(store, base_next=base_next, **more)

    with monkeypatch.context() as patched:
        patched.setattr(base_module, "_note", killed)
        with pytest.raises(KeyboardInterrupt):
            publish(store, path, now=NOW)
    edited(store)
    publish(store, path, now=NOW)
    assert inode(store) == before, "the base that the killed publish left is built on"
    assert contents(path) == anew(store, tmp_path)


@pytest.mark.slow
def test_what_a_killed_publish_left_aside_goes_though_the_base_need_not_be_written(
    store: Store, tmp_path: Path
) -> None:
    week(store)
    publish(store, tmp_path / "earful.duckdb", now=NOW)
    before, aside = inode(store), path_of(store.path).with_name(".store.base.duckdb.new")
    aside.write_bytes(b"pseudonyms")
    publish(store, tmp_path / "earful.duckdb", now=NOW)
    assert not aside.exists()
    assert inode(store) == before
