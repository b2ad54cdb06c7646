"""A night that is moved into place while the file is being opened is met by nobody."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pytest

from earful.warehouse import WarehouseError, query
from earful.warehouse.reading import opening
from earful.warehouse.reading.opening import open_published


def night(path: Path, number: int) -> Path:
    with duckdb.connect(path) as con:
        con.execute(f"create table nights as select {number} as night")
    return path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    night(tmp_path / "2.duckdb", 2)
    return night(tmp_path / "earful.duckdb", 1)


def replaced_once(monkeypatch: pytest.MonkeyPatch, path: Path, *, fails: bool) -> list[Path]:
    """While the file is opened for the first time, the next night takes its place; DuckDB then fails, or does not."""
    real, opened = opening._opened, list[Path]()

    def opening_of(file: Path) -> duckdb.DuckDBPyConnection:
        opened.append(file)
        con = real(file)
        if len(opened) == 1:
            shutil.copy(path.with_name("2.duckdb"), path.with_name("aside"))
            path.with_name("aside").replace(path)
            if fails:
                con.close()
                raise duckdb.IOException("Checksum mismatch")
        return con

    monkeypatch.setattr(opening, "_opened", opening_of)
    return opened


@pytest.mark.parametrize("fails", [False, True])
def test_a_file_that_is_replaced_while_it_is_opened_is_opened_again(
    monkeypatch: pytest.MonkeyPatch, path: Path, fails: bool
) -> None:
    opened = replaced_once(monkeypatch, path, fails=fails)
    with open_published(path) as con:
        assert con.execute("from nights").fetchall() == [(2,)]
    assert opened == [path, path]


def test_a_file_that_stays_is_opened_once_and_one_that_is_broken_is_told(
    monkeypatch: pytest.MonkeyPatch, path: Path
) -> None:
    with open_published(path) as con:
        assert con.execute("from nights").fetchall() == [(1,)]
    path.write_bytes(b"no database" * 1000)
    with pytest.raises(duckdb.IOException):
        open_published(path)
    monkeypatch.setattr(opening, "_TRIES", 0)
    with pytest.raises(duckdb.IOException, match="was replaced each time"):
        open_published(path)


def test_questions_go_through_it(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    replaced_once(monkeypatch, path, fails=True)
    assert query(path, "from nights").rows == ((2,),)
    with pytest.raises(WarehouseError):
        query(path.with_name("none.duckdb"), "from nights")


def test_every_opening_is_of_the_night_that_is_there(path: Path) -> None:
    with open_published(path) as before, open_published(path) as again:
        night(path.with_name("aside"), 3).replace(path)
        with open_published(path) as after, open_published(path.with_name("2.duckdb")) as other:
            found = [
                con.execute("select night from main.nights").fetchall()[0][0] for con in (after, again, before, other)
            ]
    assert found == [3, 1, 1, 2], "whoever has a file open keeps it"
    assert query(path, "from nights").rows == ((3,),)


def test_a_client_of_its_own_in_the_same_process_is_in_nobodys_way(path: Path) -> None:
    with duckdb.connect(path, read_only=True) as theirs, open_published(path) as ours:
        assert theirs.execute("from nights").fetchall() == ours.execute("from nights").fetchall()
        theirs.execute("set threads = 1")
        with pytest.raises(duckdb.InvalidInputException, match="locked"):
            ours.execute("set threads = 1")


def test_threads_open_it_at_once(path: Path) -> None:
    def asked(_: int) -> object:
        with open_published(path) as con:
            return con.execute("from nights").fetchall()[0][0]

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(asked, range(40))) == {1}


@pytest.mark.parametrize(
    "name", ["memory.duckdb", "temp.duckdb", 'o\'day "x".duckdb', "main.duckdb", "a.b.duckdb", ".x"]
)
def test_a_file_of_any_name_is_opened(path: Path, name: str) -> None:
    place = path.rename(path.with_name(name))
    with duckdb.connect(place) as con:
        con.execute("create view twice as select 2 * night as twice from nights")
    assert query(place, "from twice").rows == ((2,),)


@pytest.mark.parametrize(
    "way", ["from read_csv('/etc/passwd')", "attach '{other}'", "copy nights to '{out}'", "insert into nights values (9)",
            "create table more (a int)", "set temp_directory = '/tmp'", "load httpfs", "drop table nights"],
)  # fmt: skip
def test_there_is_no_way_out(path: Path, way: str) -> None:
    out = path.with_name("out.csv")
    with pytest.raises(WarehouseError):
        query(path, way.format(other=path.with_name("2.duckdb"), out=out))
    assert not out.exists()


def test_what_does_not_fit_goes_beside_the_file(path: Path) -> None:
    answer = query(path, "select current_setting('temp_directory')")
    assert answer.rows == ((f"{path}.tmp",),)
