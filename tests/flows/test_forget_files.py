"""``earful forget`` reaches every file: through links, beside killed steps, beside living ones."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from forgetting import POST, TEXT, found, landed_data

from flows.cli import call
from warehouse import query

FILES = ("store.duckdb", "store.base.duckdb", "earful.duckdb", "earful.html")


@pytest.fixture
def data(home: Path) -> Path:
    """A folder with one author's post among others, published, with its page."""
    return landed_data(home)


def test_files_that_were_moved_and_linked_are_the_ones_that_are_written(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    large = tmp_path / "large disk"
    large.mkdir()
    for name in FILES:
        (data / name).rename(large / name)
        (data / name).symlink_to(large / name)
    assert found(large, TEXT) == {TEXT}
    assert call(["forget", "--post", POST, "--yes", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["posts"] == 1
    assert all((data / name).is_symlink() for name in FILES)
    assert found(large, TEXT, POST) == set()
    assert sorted(f.name for f in large.iterdir()) == sorted(FILES)
    assert query(data / "earful.duckdb", "select count(*) from posts").rows == ((9,),)


def test_a_restored_store_stays_behind_its_link(
    data: Path, tmp_path: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(["backup", "kept"]) == 0
    large = tmp_path / "large disk"
    large.mkdir()
    (data / "store.duckdb").rename(large / "store.duckdb")
    (data / "store.duckdb").symlink_to(large / "store.duckdb")
    assert call(["restore", "kept", "--yes"]) == 0
    (large / "store.duckdb").unlink()
    assert call(["restore", "kept", "--yes"]) == 0  # the link leads nowhere yet
    assert (data / "store.duckdb").is_symlink()
    assert (large / "store.duckdb").stat().st_mode & 0o777 == 0o600
