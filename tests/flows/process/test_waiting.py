"""Who waits for the store says so at once: for whom, for how long at most, and what to do."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from earful.flows.cli.main import call
from earful.flows.datafolder import store as data_store
from earful.warehouse import open_store, waiting

ROOT = Path(__file__).parents[3]
CONFIG = 'time_zone = "UTC"\n[[products]]\nslug = "orbit"\nname = "Orbit"\n[[channels]]\nname = "demo"\nconnector = "sample"\n'
HOLD = """
import sys
open("/proc/self/comm", "w").write("\\x1b[31mred")
import duckdb
con = duckdb.connect(sys.argv[1])
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("held")
    (folder / "earful.toml").write_text(CONFIG)
    with open_store(folder / "earful-data" / "store.duckdb", time_zone="UTC"):
        pass
    return folder


@pytest.fixture
def home(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture(scope="module")
def holder(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that has the store open, whose arguments hold a password, and whose name an escape sequence."""
    command = [sys.executable, "-c", HOLD, str(folder / "earful-data" / "store.duckdb"), "password=hunter2"]
    held = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert held.stdout is not None
    assert held.stdout.readline() == "held\n"
    yield held
    if held.stdin and not held.stdin.closed:
        held.stdin.close()
    held.wait(30)


@pytest.mark.process
@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("command", [["upkeep"], ["rescore"], ["forget", "--post", "p", "--channel", "demo", "--yes"]])
def test_a_command_that_gives_up_ends_in_one_line_that_names_the_process(
    holder: subprocess.Popen[str],
    command: list[str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(data_store, "STORE_WAIT", 1.0)
    assert call([*command, "--json"]) == 4
    out, err = capsys.readouterr()
    assert json.loads(out)["exit_code"] == 4
    said, end = err.strip().splitlines()
    assert re.search(rf"in use by process {holder.pid} \S+: waiting up to 1 s for it", said)
    assert f"in use by process {holder.pid} " in end


@pytest.mark.process
def test_a_command_says_at_once_for_whom_it_waits_and_goes_on_when_that_ends(
    home: Path, holder: subprocess.Popen[str]
) -> None:
    code = "from earful.flows.cli.main import main; main()"
    command = [sys.executable, "-c", code, "backup", "kept.zip", "--json"]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    waits = subprocess.Popen(command, cwd=home, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert waits.stderr is not None
    # It is there while the store is still held: nobody has let go yet.
    line = waits.stderr.readline()
    assert waits.poll() is None
    assert holder.stdin is not None
    holder.stdin.close()
    out, more = waits.communicate(timeout=120)
    assert waits.returncode == 0, more
    assert json.loads(out)["path"].endswith("kept.zip")
    assert more == ""
    assert f"process {holder.pid} (??31mred): waiting up to 15 minutes for it; to go on at once, end that" in line
    assert "hunter2" not in line


def test_the_docs_say_how_long_the_code_waits() -> None:
    assert data_store.STORE_WAIT == 900
    operations = (
        (ROOT / "docs" / "operations.md").read_text("utf-8").split("## Waiting for the store")[1].split("\n## ")[0]
    )
    assert "up to 15 minutes" in operations
    assert waiting.UNSAID == 0.5
    assert "half a second" in operations
    assert "once a minute" in operations
    assert waiting.AGAIN == 60
    warehouse = (ROOT / "docs" / "warehouse.md").read_text("utf-8")
    assert "waits up to 15 minutes" in " ".join(warehouse.split())
    assert "taken waits (30 seconds" not in warehouse
