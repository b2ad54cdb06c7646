"""Temporary files of runs: for this user alone, inside the data folder, swept when their process is dead."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from earful.flows.datafolder.temporary import private_folder, private_temporary_files

#: Makes its folder and a file in it, says where, and waits to be killed.
HOLDING = """
import sys, tempfile
from pathlib import Path
from earful.flows.datafolder.temporary import private_temporary_files
with private_temporary_files(Path(sys.argv[1])):
    handle, name = tempfile.mkstemp()
    print(name, flush=True)
    sys.stdin.read()
"""


def holding(data: Path, code: str = HOLDING) -> tuple[subprocess.Popen[str], str]:
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(data)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    return process, process.stdout.readline().strip()


def test_they_lie_in_the_data_folder_for_this_user_alone(tmp_path: Path) -> None:
    before = tempfile.gettempdir(), os.environ.get("TMPDIR")
    with private_temporary_files(tmp_path / "data"):
        with tempfile.NamedTemporaryFile() as file:
            assert file.name.startswith(str(tmp_path / "data" / "tmp"))
        (folder,) = (tmp_path / "data" / "tmp").iterdir()
        assert os.environ["TMPDIR"] == os.environ["TEMP"] == os.environ["TMP"] == str(folder)
        assert [f.stat().st_mode & 0o777 for f in (folder, folder.parent)] == [0o700, 0o700]
    assert (tempfile.gettempdir(), os.environ.get("TMPDIR")) == before
    assert not list((tmp_path / "data" / "tmp").iterdir())


@pytest.mark.process
def test_the_next_start_removes_what_the_dead_left_and_nothing_of_the_living(tmp_path: Path) -> None:
    alive, its = holding(tmp_path)
    dead, others = holding(tmp_path)
    dead.kill()
    dead.wait()
    try:
        assert Path(others).exists()
        (tmp_path / "tmp" / "stray").write_text("from somewhere")
        with private_folder(tmp_path) as made:
            assert Path(its).exists()
            assert {f.name for f in (tmp_path / "tmp").iterdir()} == {made.path.name, Path(its).parent.name}
    finally:
        alive.communicate("", timeout=60)
    assert not list((tmp_path / "tmp").iterdir())


@pytest.mark.process
def test_a_child_that_inherits_the_lock_keeps_the_folder(tmp_path: Path) -> None:
    """Parts of `earful up` outlive one that was killed by seconds."""
    code = HOLDING.replace(
        "    sys.stdin.read()",
        "    child = subprocess.Popen(['sleep', '600'], pass_fds=[made.lock])\n    print(child.pid, flush=True); sys.stdin.read()",
    ).replace("private_temporary_files(Path(sys.argv[1])):", "private_folder(Path(sys.argv[1])) as made:")
    code = code.replace("import private_temporary_files", "import private_folder").replace(
        "import sys", "import subprocess, sys"
    )
    parent, its = holding(tmp_path, code.replace("tempfile.mkstemp()", "tempfile.mkstemp(dir=made.path)"))
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    try:
        with private_folder(tmp_path):
            assert Path(its).exists()
    finally:
        os.kill(child, signal.SIGKILL)
