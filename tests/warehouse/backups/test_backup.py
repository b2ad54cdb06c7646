"""A backup is the whole store, checked to the hash; restoring is all or nothing and never undoes an erasure."""

from __future__ import annotations

import json
import shutil
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from erasing import AUTHOR, contains, fill
from landing import NOW, T0, aggregates, put, row

from earful.warehouse import (
    AllOf,
    Authors,
    Posts,
    Store,
    WarehouseError,
    back_up,
    erase,
    excluded_authors,
    leave_out,
    open_store,
    publish,
    restore,
)

ZONE = "Europe/Berlin"


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a store and its published file, made once; each test has a copy of its own."""
    data = tmp_path_factory.mktemp("filled") / "data"
    with open_store(data / "store.duckdb", time_zone=ZONE) as store:
        fill(store)
        publish(store, data / "earful.duckdb")
    return data


@pytest.fixture
def home(filled: Path, tmp_path: Path) -> Path:
    shutil.copytree(filled, tmp_path / "data")
    return tmp_path


def everything(path: Path) -> dict[str, Any]:
    with open_store(path, time_zone=ZONE) as store:
        return tables(store)


def tables(store: Store) -> dict[str, Any]:
    names = store.con.execute(
        "select table_name from duckdb_tables() where not internal and not temporary and table_name <> 'migrations'"
    ).fetchall()
    # (Which base belongs to the store is no part of what is backed up.)
    found = {name: store.con.execute(f"select * from {name}").fetchall() for (name,) in names}
    found["meta"] = [each for each in found["meta"] if not each[0].startswith("base")]
    return found


@pytest.mark.slow
@pytest.mark.parametrize("name", ["backup", "backup.zip"])
def test_what_comes_back_is_what_was_there(home: Path, name: str) -> None:
    before = everything(home / "data" / "store.duckdb")
    assert before["posts"]
    assert before["verdicts"]
    done = back_up(home / "data" / "store.duckdb", home / "kept" / name, time_zone=ZONE)
    assert done.rows >= sum(map(len, before.values())) > 100
    assert done.path.stat().st_mode & 0o077 == 0
    back = restore(home / "new" / "store.duckdb", home / "kept" / name, time_zone=ZONE)
    assert (back.rows, back.erased, back.secret) == (done.rows, 0, None)
    assert everything(home / "new" / "store.duckdb") == before
    assert (home / "new" / "store.duckdb").stat().st_mode & 0o777 == 0o600
    assert [f.name for f in (home / "new").iterdir()] == ["store.duckdb"]
    assert [f.name for f in (home / "kept").iterdir()] == [name]
    with open_store(home / "new" / "store.duckdb", time_zone=ZONE) as store:
        assert put(store, row("later", T0)).new == 1
    # Into a store that is there, over it.
    restore(home / "new" / "store.duckdb", home / "kept" / name, time_zone=ZONE)
    assert everything(home / "new" / "store.duckdb") == before


@pytest.mark.slow
def test_what_was_erased_since_stays_erased(home: Path, tmp_path: Path) -> None:
    path = home / "data" / "store.duckdb"
    back_up(path, home / "backup", time_zone=ZONE)
    later = datetime.now(UTC) + timedelta(minutes=1)
    with open_store(path, time_zone=ZONE) as store:
        erase(store, Authors((AUTHOR,)), kind="author", why="asked for", now=later)
        erase(store, Posts("rd", ("p3",)), kind="post", why="asked for", now=later)
        erase(store, AllOf("other"), kind="product", why="asked for", now=later)
        without = aggregates(store)
    assert restore(path, home / "backup", time_zone=ZONE).erased > 0
    with open_store(path, time_zone=ZONE) as store:
        assert aggregates(store) == without
        assert put(store, row("p3", T0), row("n", T0, author=AUTHOR), now=NOW).new == 0
        why = "select kind, why from erasures order by kind, why"
        assert store.con.execute(why).fetchall() == [
            ("author", "asked for"), ("post", "asked for"), ("post", "erased before, and in a restored backup"),
            ("product", "asked for"),
        ]  # fmt: skip


@pytest.mark.slow
def test_who_was_left_out_since_stays_out(home: Path) -> None:
    path = home / "data" / "store.duckdb"
    back_up(path, home / "backup", time_zone=ZONE)
    with open_store(path, time_zone=ZONE) as store:
        gone = leave_out(store, [AUTHOR], datetime.now(UTC) + timedelta(minutes=1)).posts
        without = aggregates(store)
    assert gone > 0
    assert restore(path, home / "backup", time_zone=ZONE).erased == gone
    with open_store(path, time_zone=ZONE) as store:
        assert aggregates(store) == without
        assert excluded_authors(store) == 1
        assert put(store, row("n", T0, author=AUTHOR), now=NOW).left_out == 1


@pytest.mark.slow
def test_the_secret_is_in_it_only_when_asked_for(home: Path) -> None:
    path = home / "data" / "store.duckdb"
    back_up(path, home / "without", time_zone=ZONE)
    back_up(path, home / "with.zip", time_zone=ZONE, secret=b"the-secret\n")
    assert contains(home / "without", "the-secret") == set()
    assert restore(home / "new" / "store.duckdb", home / "with.zip", time_zone=ZONE).secret == b"the-secret\n"


def spoil_a_byte(folder: Path) -> None:
    file = folder / "posts.parquet"
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def other_manifest(**more: Any) -> Any:
    def change(folder: Path) -> None:
        file = folder / "manifest.json"
        file.write_text(json.dumps({**json.loads(file.read_text()), **more}))

    return change


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        (spoil_a_byte, "posts.parquet is not as it was written"),
        (lambda f: (f / "texts.parquet").unlink(), "texts.parquet is missing"),
        (lambda f: (f / "manifest.json").unlink(), "no backup of earful"),
        (lambda f: (f / "manifest.json").write_text("{"), "manifest.json cannot be read"),
        (other_manifest(schema=9999, migrations=[1, 9999]), "update earful"),
        (other_manifest(earful_backup=3), "update earful"),
        (other_manifest(tables={"x": {"file": "../x.parquet", "rows": 1, "sha256": ""}}), "cannot be read"),
        (other_manifest(tables=[]), "cannot be read"),
        (other_manifest(made_at="yesterday"), "cannot be read"),
    ],
)
def test_a_damaged_or_newer_backup_is_refused_in_one_line_and_nothing_changes(home: Path, harm: Any, says: str) -> None:
    path = home / "data" / "store.duckdb"
    back_up(path, home / "backup", time_zone=ZONE)
    harm(home / "backup")
    before = path.read_bytes()
    for target in (path, home / "new" / "store.duckdb"):
        with pytest.raises(WarehouseError) as caught:
            restore(target, home / "backup", time_zone=ZONE)
        assert says in str(caught.value)
        assert "\n" not in str(caught.value)
    assert path.read_bytes() == before
    assert not (home / "new" / "store.duckdb").exists()


def test_wrong_counts_are_seen_though_every_hash_is_right(home: Path) -> None:
    path = home / "data" / "store.duckdb"
    back_up(path, home / "backup", time_zone=ZONE)
    manifest = json.loads((home / "backup" / "manifest.json").read_text())
    manifest["tables"]["posts"]["rows"] += 1
    (home / "backup" / "manifest.json").write_text(json.dumps(manifest))
    before = everything(path)
    with pytest.raises(WarehouseError, match="should have"):
        restore(path, home / "backup", time_zone=ZONE)
    assert everything(path) == before
    assert sorted(f.name for f in path.parent.iterdir()) == ["earful.duckdb", "store.base.duckdb", "store.duckdb"]


def test_no_zip_half_a_zip_and_a_name_that_is_taken(home: Path) -> None:
    path = home / "data" / "store.duckdb"
    back_up(path, home / "b.zip", time_zone=ZONE)
    with pytest.raises(WarehouseError, match="is there already"):
        back_up(path, home / "b.zip", time_zone=ZONE)
    (home / "half.zip").write_bytes((home / "b.zip").read_bytes()[:5000])
    with pytest.raises(WarehouseError, match="not a whole"):
        restore(path, home / "half.zip", time_zone=ZONE)
    with pytest.raises(WarehouseError, match="is not there: give the folder"):
        restore(path, home / "nowhere", time_zone=ZONE)
    with zipfile.ZipFile(home / "evil.zip", "w") as evil:
        evil.writestr("../evil.parquet", "x")
    with pytest.raises(WarehouseError, match="no backup of earful"):
        restore(path, home / "evil.zip", time_zone=ZONE)
    assert not (home / "evil.parquet").exists()
    assert not (path.parent / ".backup.unpacking").exists()


@pytest.mark.slow
def test_a_backup_of_an_older_schema_is_brought_to_todays(home: Path) -> None:
    import duckdb
    import pyarrow.parquet as pq

    from earful.warehouse.backups.backup import hash_of
    from earful.warehouse.store.migrate import known, migrate, newest

    old = home / "old.duckdb"
    folder = home / "backup"
    folder.mkdir()
    with duckdb.connect(str(old)) as con:
        migrate(con, old, tuple(m for m in known() if m.number <= 1))
        con.execute("insert into tombstones values ('rd', 'a', timestamp '2026-05-01')")
        con.execute(f"insert into meta values ('time_zone', '{ZONE}')")
        names = con.execute("select table_name from duckdb_tables() where table_name <> 'migrations'").fetchall()
        listed = {}
        for (name,) in names:
            con.execute(f"copy {name} to '{folder / name}.parquet'")
            file = folder / f"{name}.parquet"
            listed[name] = {"file": file.name, "rows": pq.read_metadata(file).num_rows, "sha256": hash_of(file)}
    manifest = {"earful_backup": 1, "schema": 1, "made_at": "2026-05-02T00:00:00+00:00", "tables": listed}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    restore(home / "new" / "store.duckdb", folder, time_zone=ZONE)
    with open_store(home / "new" / "store.duckdb", time_zone=ZONE) as store:
        assert store.con.execute("select max(number) from migrations").fetchall() == [(newest(),)]
        assert put(store, row("a", T0)).gone == 1
