"""The folder of all that earful writes: nothing is begun that cannot end, and no small file is ever seen in part."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
from tmpfs import fill, small_disk

from earful.flows.cli.main import call
from earful.flows.config.settings import parse
from earful.flows.datafolder.folders import make_data_folder, probe, require_room
from earful.flows.datafolder.secret import SECRET_ENV, author_secrets
from earful.flows.errors import Exit, UserError
from earful.flows.server import prefect_settings
from earful.warehouse import WarehouseError, open_store
from earful.warehouse.files.atomic import write_whole

RAW = {"products": [{"slug": "a", "name": "A"}], "channels": [{"name": "s", "connector": "sample"}]}


def settings(folder):
    return parse({**RAW, "paths": {"data": "data"}}, folder / "earful.toml")


@pytest.fixture(autouse=True)
def _no_secret_given(monkeypatch):
    monkeypatch.delenv(SECRET_ENV, raising=False)


def test_the_secret_is_made_once_for_all_and_for_its_owner_alone(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        keys = {found.present for found in pool.map(lambda _: author_secrets(tmp_path), range(32))}
    (key,) = keys
    assert len(key) == 64
    assert [f.name for f in tmp_path.iterdir()] == ["author.secret"]
    assert stat.S_IMODE((tmp_path / "author.secret").stat().st_mode) == 0o600


def test_prefects_folder_is_for_its_owner_alone_where_it_is_made(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "environ", {k: v for k, v in os.environ.items() if not k.startswith("PREFECT")})
    (tmp_path / "theirs").mkdir(mode=0o755)
    prefect_settings.prepare(tmp_path / "data")
    assert os.environ["PREFECT_HOME"] == str(tmp_path / "data" / "prefect")
    os.environ["PREFECT_HOME"] = str(tmp_path / "theirs")
    prefect_settings.prepare(tmp_path / "data")
    modes = {name: stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("data", "data/prefect", "theirs")}
    assert modes == {"data": 0o755, "data/prefect": 0o700, "theirs": 0o755}


def test_a_secret_that_others_could_read_is_closed_to_them(tmp_path):
    (tmp_path / "author.secret").write_text("abc\n")
    (tmp_path / "author.secret").chmod(0o644)
    assert author_secrets(tmp_path).present == b"abc"
    assert stat.S_IMODE((tmp_path / "author.secret").stat().st_mode) == 0o600


def test_an_empty_secret_is_not_taken_for_one(tmp_path):
    (tmp_path / "author.secret").touch()
    with pytest.raises(UserError, match="is empty; restore it from a backup"):
        author_secrets(tmp_path)


def test_a_full_disk_leaves_no_empty_secret(tmp_path):
    with small_disk(tmp_path / "disk", 1) as disk:
        fill(disk, 0)
        with pytest.raises(UserError, match=r"disk is full.*paths\.data") as caught:
            author_secrets(disk)
        assert caught.value.code == Exit.WAREHOUSE
        assert [f.name for f in disk.iterdir()] == ["ballast"]


@pytest.mark.parametrize("leave", [0, 16 << 10])
def test_a_store_that_finds_no_room_says_so_and_opens_once_there_is(tmp_path, leave):
    with small_disk(tmp_path / "disk", 4) as disk:
        ballast = fill(disk, leave)
        with (
            pytest.raises(WarehouseError, match=r"disk with .* is full"),
            open_store(disk / "s.duckdb", time_zone="UTC"),
        ):
            pass
        ballast.unlink()
        with open_store(disk / "s.duckdb", time_zone="UTC") as store:
            assert store.con.execute("select count(*) from posts").fetchall() == [(0,)]


@pytest.mark.parametrize("replace", [True, False])
def test_a_write_that_fails_changes_nothing(tmp_path, replace):
    with small_disk(tmp_path / "disk", 1) as disk:
        (disk / "old").write_text("old")
        fill(disk, 0)
        with pytest.raises(OSError, match="No space left"):
            write_whole(disk / "old", "new" * 10_000, replace=replace)
        assert (disk / "old").read_text() == "old"
        assert sorted(f.name for f in disk.iterdir()) == ["ballast", "old"]


def test_without_replace_the_first_stays(tmp_path):
    write_whole(tmp_path / "a", "one", replace=False)
    with pytest.raises(FileExistsError):
        write_whole(tmp_path / "a", "two", replace=False)
    assert (tmp_path / "a").read_text() == "one"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_full_disk_is_found_by_the_probe(tmp_path):
    with small_disk(tmp_path / "disk", 1) as disk:
        probe(disk)
        assert not list(disk.iterdir())
        fill(disk, 8 << 10)
        with pytest.raises(UserError, match="disk is full"):
            probe(disk)
        assert [f.name for f in disk.iterdir()] == ["ballast"]


def test_a_disk_with_too_little_room_is_refused_with_both_numbers(tmp_path):
    with small_disk(tmp_path / "disk", 6) as disk:
        here = settings(disk)
        make_data_folder(here)
        require_room(here, None)
        home = here.data / "prefect"
        home.mkdir()
        with pytest.raises(UserError, match=r"6\.3 MB free, 17 MB needed .*paths\.data"):
            require_room(here, home)


def test_a_read_only_folder_ends_every_command_that_writes_in_one_line_before_prefect(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with small_disk(tmp_path / "disk", 1, read_only=True) as disk:
        (tmp_path / "earful.toml").write_text(
            f'paths.data = "{disk}"\n[[products]]\nslug = "a"\nname = "A"\n[[channels]]\nname = "s"\nconnector = "sample"\n'
        )
        for command in (["run"], ["backfill", "--from", "2026-01-01", "--to", "2026-01-02"], ["up"]):
            assert call(command) == 4
            out, err = capsys.readouterr()
            assert out == ""
            assert err.count("\n") == 1
            assert "read-only" in err
            assert "paths.data" in err
        for command in (["init", str(disk)], ["demo", str(disk)], ["demo", str(disk / "new")]):
            assert call(command) == 4
            out, err = capsys.readouterr()
            assert (out, err.count("\n")) == ("", 1)
            assert "read-only" in err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission_is_said(tmp_path):
    (tmp_path / "data").mkdir(mode=0o500)
    with pytest.raises(UserError, match="no permission to write there"):
        make_data_folder(settings(tmp_path))
