"""SIGINT and SIGTERM: one line, 130 or 143, nothing left, whatever the command is at.

While a service lets a run wait: server/test_server_browser.py, which has such a run.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from running import wait_for

ROOT = Path(__file__).parents[3]
Process = subprocess.Popen[bytes]
MAIN = "from earful.flows.cli.entry import main; main()"
CONFIG = """
[[products]]
slug = "northwind"
name = "Northwind"
ids = { steam = "440" }
[[channels]]
name = "steam"
connector = "steam"
"""
pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(not Path("/proc").is_dir(), reason="no /proc here: what a process is at cannot be seen"),
]


def start(home: Path, *arguments: str, code: str = MAIN) -> Process:
    """A process of ours: the command line, or ``code``, with a folder for the system's temporary files."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT", "EARFUL"))}
    (home / "system-tmp").mkdir(exist_ok=True)
    env |= {"PYTHONPATH": str(ROOT), "TMPDIR": str(home / "system-tmp")}
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments], cwd=home, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def caught(process: Process) -> bool:
    """Whether its main has begun: Python catches SIGINT by itself, SIGTERM only by ours."""
    found = next(
        line for line in Path(f"/proc/{process.pid}/status").read_text().splitlines() if line.startswith("SigCgt:")
    )
    return bool(int(found.split()[1], 16) >> (signal.SIGTERM - 1) & 1)


def cpu_seconds(process: Process) -> float:
    user, system = Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def at_work_on(process: Process, file: Path) -> Callable[[], bool]:
    """Whether it has had the file open for 0.4 s of CPU: by then all else that it does with it is done."""
    opened: list[float] = []

    def ready() -> bool:
        if not opened:
            with suppress(FileNotFoundError):  # closed while we look
                held = [link.readlink() for link in Path(f"/proc/{process.pid}/fd").iterdir()]
                if file.resolve() in held:
                    opened.append(cpu_seconds(process))
            return False
        return cpu_seconds(process) > opened[0] + 0.4

    return ready


def ended(process: Process, number: int) -> tuple[int, str, list[str]]:
    """Send the signal; exit code, standard output, the lines of standard error."""
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    return process.returncode, out.decode(), err.decode().splitlines()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_while_duckdb_works_on_a_query(published: Path, tmp_path: Path, number: int, code: int) -> None:
    """Was: "a bug: RuntimeError: Query interrupted"."""
    (tmp_path / "earful.toml").write_text(f'[paths]\ndata = "{published.parent}"\n{CONFIG}')
    long = "select count(*) from range(10000000) a, range(1000000) b where a.range % 7 = b.range % 11"
    process = start(tmp_path, "sql", long)
    wait_for(process, "the query", at_work_on(process, published))
    assert ended(process, number) == (code, "", ["earful: stopped; nothing was lost, run it again"])


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_in_the_first_moment(tmp_path: Path, number: int, code: int) -> None:
    (tmp_path / "earful.toml").write_text(CONFIG)
    process = start(tmp_path, "run", "--json")
    wait_for(process, "the first line of main", lambda: caught(process))
    status, out, err = ended(process, number)
    assert (status, len(err)) == (code, 1)
    assert json.loads(out) == {"ok": False, "error": err[0].removeprefix("earful: "), "exit_code": code}


#: A main thread that cannot be interrupted, with a child and a file: the second thread has to end it all.
DEAF = """
import signal, subprocess, sys, time
from pathlib import Path
from earful.flows.process import signals
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # ignored where the tests run under nohup
signals.install()
kept = Path("left")
kept.touch()
signals.at_end(kept.unlink)
with signals.held():
    child = subprocess.Popen(["sleep", "600"], start_new_session=True)
    signals.child(child.pid)
said = False
while True:
    try:
        said = said or not print(child.pid, flush=True)
        time.sleep(600)
    except KeyboardInterrupt:
        print("a library's last words", file=sys.stderr, flush=True)
"""


@pytest.mark.parametrize(("first", "second", "code"), [("INT", "TERM", 130), ("TERM", "INT", 143), ("HUP", "HUP", 129)])
def test_a_main_thread_that_does_not_follow_is_ended_and_a_second_signal_changes_nothing(
    tmp_path: Path, first: str, second: str, code: int
) -> None:
    process = start(tmp_path, code=DEAF)
    assert process.stdout is not None
    child = int(process.stdout.readline())
    process.send_signal(signal.Signals[f"SIG{first}"])
    time.sleep(0.3)
    assert ended(process, signal.Signals[f"SIG{second}"]) == (
        code,
        "",
        ["earful: stopped; nothing was lost, run it again"],
    )
    assert not Path(f"/proc/{child}").exists()
    assert not (tmp_path / "left").exists()


def test_a_command_that_was_through_keeps_its_exit_code_and_its_words(tmp_path: Path) -> None:
    """A signal while threads of the command still hang: they are not waited for."""
    code = (
        "import threading, time; from earful.flows.process import signals; signals.install();"
        "threading.Thread(target=time.sleep, args=(600,)).start(); print('done'); signals.leave(3)"
    )
    process = start(tmp_path, code=code)
    assert process.communicate(timeout=60) == (b"done\n", b"")
    assert process.returncode == 3


def test_under_nohup_a_closed_terminal_changes_nothing(tmp_path: Path) -> None:
    code = (
        "import signal, sys; from earful.flows.process import signals; signal.signal(signal.SIGHUP, signal.SIG_IGN);"
        "signals.install(); print('on', flush=True); signal.raise_signal(signal.SIGHUP); signals.leave(0)"
    )
    process = start(tmp_path, code=code)
    assert process.communicate(timeout=60) == (b"on\n", b"")
    assert process.returncode == 0
