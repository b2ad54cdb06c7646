"""A backup or restore that is killed leaves nothing for good; one that lives is left alone; no store, no gap in the lock."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from landing import T0, put, row

from earful.warehouse import WarehouseError, back_up, open_store, restore
from earful.warehouse.files.workfolder import backup_folder, restore_folder, working_folder

#: Where another process finds what pytest found, the helpers of the tests too.
PATHS = os.pathsep.join(path for path in sys.path if path)
#: The package has a function of this name.
restoring = import_module("earful.warehouse.backups.restore")
BEGIN = """
import os, sys
from pathlib import Path
sys.path[:0] = sys.argv[1].split(os.pathsep)
home = Path(sys.argv[2])
from importlib import import_module
from earful.warehouse import back_up, open_store, restore
from landing import T0, put, row
backup, restoring = import_module("earful.warehouse.backups.backup"), import_module("earful.warehouse.backups.restore")
def die(*_): os.kill(os.getpid(), 9)
def after(function):
    def both(*args):
        function(*args)
        die()
    return both
"""


def killed(home: Path, code: str) -> None:
    done = subprocess.run([sys.executable, "-c", BEGIN + code, PATHS, str(home)], check=False, timeout=120)
    assert done.returncode == -9


def run(home: Path, code: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", BEGIN + code, PATHS, str(home)])


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """it's a folder with a store, and two backups of it elsewhere."""
    home = tmp_path / "it's"
    with open_store(home / "store.duckdb", time_zone="UTC") as store:
        put(store, row("p", T0), row("q", T0))
    for name in ("b", "b.zip"):
        back_up(home / "store.duckdb", tmp_path / name, time_zone="UTC", secret=b"s3cret")
    return home


def posts(home: Path) -> list[str]:
    with open_store(home / "store.duckdb", time_zone="UTC") as store:
        return [each for (each,) in store.con.execute("select post_id from posts order by 1").fetchall()]


@pytest.mark.process
@pytest.mark.parametrize("name", ["b", "b.zip"])
def test_what_a_killed_restore_left_goes_when_the_store_is_next_opened(home: Path, name: str) -> None:
    code = f"""
restoring._load = after(restoring._load)
restore(home / "store.duckdb", home.parent / "{name}", time_zone="UTC")
"""
    killed(home, code)
    assert (restore_folder(home / "store.duckdb") / "store.duckdb").exists()
    assert (restore_folder(home / "store.duckdb") / "unpacked").exists() == (name == "b.zip")
    assert posts(home) == ["p", "q"]
    assert [f.name for f in home.iterdir()] == ["store.duckdb"]


def test_what_a_living_restore_works_in_stays(home: Path) -> None:
    with working_folder(restore_folder(home / "store.duckdb"), 0) as work:
        (work / "unpacked").mkdir()
        assert work.stat().st_mode & 0o777 == 0o700
        assert posts(home) == ["p", "q"]
        assert (work / "unpacked").exists()
        with pytest.raises(WarehouseError, match=r"in use by another backup or restore") as caught:
            restore(home / "store.duckdb", home.parent / "b", time_zone="UTC", wait=0)
        assert "\n" not in str(caught.value)
        assert (work / "unpacked").exists()
    assert [f.name for f in home.iterdir()] == ["store.duckdb"]


@pytest.mark.process
@pytest.mark.parametrize(("name", "dies"), [("n", "_write_private"), ("n.zip", "_write_private"), ("n.zip", "_pack")])
def test_what_a_killed_backup_left_goes_before_the_next_one(home: Path, name: str, dies: str) -> None:
    kept = home.parent / "kept"
    code = f"""
backup.{dies} = after(backup.{dies})
back_up(home / "store.duckdb", home.parent / "kept" / "{name}", time_zone="UTC", secret=b"s3cret")
"""
    killed(home, code)
    assert (backup_folder(kept / name) / "author.secret").exists()
    not_ours = kept / ".letter.writing"
    not_ours.mkdir()
    (not_ours / "dear.txt").write_text("x")
    with working_folder(backup_folder(kept / "living"), 0) as living:
        (living / "posts.parquet").write_text("x")
        back_up(home / "store.duckdb", kept / "other", time_zone="UTC")
        assert sorted(f.name for f in kept.iterdir()) == [".letter.writing", ".living.writing", "other"]


@pytest.mark.process
def test_what_a_killed_backup_left_beside_the_store_goes_with_the_next_opening(home: Path) -> None:
    killed(
        home, 'backup._pack = die\nback_up(home / "store.duckdb", home / "n.zip", time_zone="UTC", secret=b"s3cret")'
    )
    assert (home / ".n.zip.writing" / "author.secret").exists()
    assert posts(home) == ["p", "q"]
    assert [f.name for f in home.iterdir()] == ["store.duckdb"]


@pytest.mark.process
def test_a_log_without_its_store_is_not_taken_for_the_restored_ones(home: Path) -> None:
    code = """
opened = open_store(home / "store.duckdb", time_zone="UTC")
store = opened.__enter__()
put(store, row("late", T0))
die()
"""
    killed(home, code)
    (home / "store.duckdb").unlink()
    assert sorted(f.name for f in home.iterdir()) == ["store.duckdb.tmp", "store.duckdb.wal"]
    assert restore(home / "store.duckdb", home.parent / "b.zip", time_zone="UTC").rows > 0
    assert posts(home) == ["p", "q"]
    assert [f.name for f in home.iterdir()] == ["store.duckdb"]


@pytest.mark.process
def test_a_night_that_comes_while_a_missing_store_is_restored_lands_after_it(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "store.duckdb").unlink()
    finish, night = restoring._finish, []

    def slow(*args: object) -> object:
        finished = finish(*args)
        night.append(
            run(home, 'with open_store(home / "store.duckdb", time_zone="UTC") as s: put(s, row("night", T0))')
        )
        with pytest.raises(subprocess.TimeoutExpired):
            night[0].wait(3)
        return finished

    monkeypatch.setattr(restoring, "_finish", slow)
    restore(home / "store.duckdb", home.parent / "b", time_zone="UTC")
    assert night[0].wait(60) == 0
    assert posts(home) == ["night", "p", "q"]


def test_a_store_that_was_made_while_a_missing_one_was_to_be_restored_stays(home: Path) -> None:
    (home / "store.duckdb").unlink()

    with open_store(home / "elsewhere.duckdb", time_zone="UTC") as store:
        put(store, row("night", T0))
    open_ours = restoring.open_store

    def late(path: Path, **more: object) -> object:
        (home / "elsewhere.duckdb").rename(path)
        return open_ours(path, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(restoring, "open_store", late)
        with pytest.raises(
            WarehouseError, match=r"made by another step meanwhile; nothing was restored: run this again"
        ):
            restore(home / "store.duckdb", home.parent / "b", time_zone="UTC")
    assert posts(home) == ["night"]


def test_where_there_was_no_store_a_failed_restore_leaves_none(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "store.duckdb").unlink()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    for step in ("_load", "swap"):
        with monkeypatch.context() as patch:
            patch.setattr(restoring, step, full)
            with pytest.raises(WarehouseError, match="disk"):
                restore(home / "store.duckdb", home.parent / "b", time_zone="UTC")
        assert list(home.iterdir()) == []
    restore(home / "store.duckdb", home.parent / "b", time_zone="UTC")
    assert posts(home) == ["p", "q"]
