"""A night that is moved into place while the file is being opened is met by nobody."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from warehouse import WarehouseError, opening, query
from warehouse.opening import open_published


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
    real, opened = duckdb.connect, list[Path]()

    def connect(file: Path, **how: Any) -> duckdb.DuckDBPyConnection:
        opened.append(file)
        con = real(file, **how)
        if len(opened) == 1:
            shutil.copy(path.with_name("2.duckdb"), path.with_name("aside"))
            path.with_name("aside").replace(path)
            if fails:
                con.close()
                raise duckdb.IOException("Checksum mismatch")
        return con

    monkeypatch.setattr(duckdb, "connect", connect)
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
