"""Temporary files of runs: for this user alone, inside the data folder, swept when their process is dead."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from earful.flows.datafolder.temporary import private_folder, private_temporary_files


@dataclass(frozen=True)
class Holder:
    """A process that says something and then lives until it is let go or killed: forked, since it needs what we have."""

    pid: int
    said: str
    _go: int

    def let_go(self) -> None:
        """To its end in order."""
        os.close(self._go)
        os.waitpid(self.pid, 0)

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self._go)


def holding(body: Callable[[], AbstractContextManager[object]]) -> Holder:
    """A process within ``body``'s context, which gives what it says."""
    says, say = os.pipe()
    waits, go = os.pipe()
    child = os.fork()
    if not child:
        os.close(go)
        try:
            with body() as said:
                os.write(say, f"{said}\n".encode())
                os.read(waits, 1)
        finally:
            os._exit(0)
    os.close(say)
    os.close(waits)
    with open(says) as lines:
        return Holder(child, lines.readline().strip(), go)


@contextmanager
def a_file(data: Path) -> Iterator[str]:
    """A temporary file of a command; gives its name."""
    with private_temporary_files(data):
        yield tempfile.mkstemp()[1]


@contextmanager
def a_file_and_a_child(data: Path) -> Iterator[str]:
    """A file in the folder of an `earful up` and a part of it that inherits the lock; gives both."""
    with private_folder(data) as made:
        child = subprocess.Popen(["sleep", "600"], pass_fds=[made.lock])
        yield f"{tempfile.mkstemp(dir=made.path)[1]} {child.pid}"


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
    alive, dead = holding(lambda: a_file(tmp_path)), holding(lambda: a_file(tmp_path))
    its = Path(alive.said)
    dead.kill()
    try:
        assert Path(dead.said).exists()
        (tmp_path / "tmp" / "stray").write_text("from somewhere")
        with private_folder(tmp_path) as made:
            assert its.exists()
            assert {f.name for f in (tmp_path / "tmp").iterdir()} == {made.path.name, its.parent.name}
    finally:
        alive.let_go()
    assert not list((tmp_path / "tmp").iterdir())


@pytest.mark.process
def test_a_child_that_inherits_the_lock_keeps_the_folder(tmp_path: Path) -> None:
    """Parts of `earful up` outlive one that was killed by seconds."""
    parent = holding(lambda: a_file_and_a_child(tmp_path))
    its, child = parent.said.split()
    parent.kill()
    try:
        with private_folder(tmp_path):
            assert Path(its).exists()
    finally:
        os.kill(int(child), signal.SIGKILL)
