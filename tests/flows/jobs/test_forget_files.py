"""``earful forget`` reaches every file: through links, beside killed steps, beside living ones."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from forgetting import NOW, POST, TEXT, found, landed_data

import earful.reports.digest
import earful.reports.page
from earful.flows.cli.main import call
from earful.flows.config.settings import load
from earful.flows.datafolder.store import opened
from earful.flows.jobs.erasure import finish
from earful.warehouse import AllOf, erase, query

FILES = ("store.duckdb", "store.base.duckdb", "earful.duckdb", "earful.html")


@pytest.fixture
def data(home: Path) -> Path:
    """A folder with one author's post among others, published, with its page."""
    return landed_data(home)


@pytest.mark.slow
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


@pytest.mark.slow
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


#: Writes page or digest and is killed when all of it is on the disk, before it is in its place.
KILLED = """
import os, signal, sys
from pathlib import Path
import earful.warehouse.files.atomic
from earful.reports.digest import write_digest
from earful.reports.page import write_page
earful.warehouse.files.atomic.os.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL)
data = Path(sys.argv[1])
published = data / "earful.duckdb"
write_page(published, data / "earful.html") if sys.argv[2] == "page" else write_digest(published, data)
"""


def kill_while_writing(data: Path, what: str) -> None:
    ended = subprocess.run([sys.executable, "-c", KILLED, str(data), what], cwd=Path(__file__).parents[3], check=False)
    assert ended.returncode == -signal.SIGKILL


def left(data: Path) -> list[Path]:
    return [f for f in data.iterdir() if f.name.startswith(".earful")]


@pytest.mark.slow
@pytest.mark.process
def test_what_killed_writers_of_page_and_digest_left_is_erased_too(data: Path) -> None:
    kill_while_writing(data, "page")
    kill_while_writing(data, "digest")
    page, digest = sorted(left(data), key=lambda f: TEXT not in f.read_text("utf-8"))
    assert TEXT in page.read_text("utf-8")
    assert "orbit" in digest.read_text("utf-8").lower()
    assert call(["forget", "--post", POST, "--yes"]) == 0
    assert left(data) == []
    assert found(data, TEXT) == set()


@pytest.mark.slow
@pytest.mark.process
def test_a_run_clears_what_killed_writers_left(data: Path) -> None:
    from earful.flows.night.run import clear_killed

    kill_while_writing(data, "page")
    assert len(left(data)) == 1
    clear_killed(load())
    assert left(data) == []


def forget_all(settings: Any) -> None:
    with opened(settings) as store:
        erase(store, AllOf("orbit"), kind="product", why="asked for", now=NOW)
        finish(settings, store)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("module", "name", "command"),
    [(earful.reports.page, "render", "page"), (earful.reports.digest, "digest", "digest")],
)
def test_a_page_or_digest_being_made_brings_nothing_back(
    data: Path, monkeypatch: pytest.MonkeyPatch, module: Any, name: str, command: str
) -> None:
    assert call(["digest"]) == 0
    made, slow = getattr(module, name), True
    forgetting = Thread(target=forget_all, args=(load(),))

    def read_then_wait(*asked: Any) -> Any:
        nonlocal slow
        read = made(*asked)
        if slow:
            slow = False
            forgetting.start()
            # As long as it takes where nothing keeps the two apart.
            forgetting.join(timeout=8)
        return read

    monkeypatch.setattr(module, name, read_then_wait)
    assert call([command]) == 0
    forgetting.join()
    files = [data / "earful.html", data / "earful-digest.md", data / "earful-digest.html"]
    assert [f.name for f in files if TEXT in f.read_text("utf-8") or "rbit" in f.read_text("utf-8")] == []


@pytest.mark.slow
def test_a_forgotten_product_leaves_the_digest(data: Path) -> None:
    assert call(["digest"]) == 0
    files = [data / "earful-digest.md", data / "earful-digest.html"]
    assert ["rbit" in f.read_text("utf-8") for f in files] == [True, True]
    forget_all(load())
    assert ["rbit" in f.read_text("utf-8") for f in files] == [False, False]


@pytest.mark.slow
def test_without_a_digest_none_is_made(data: Path) -> None:
    forget_all(load())
    assert not list(data.glob("earful-digest*"))
