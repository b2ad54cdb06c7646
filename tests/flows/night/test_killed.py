"""A run that is killed outright leaves no server, no texts and no run that seems to go on."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

ROOT = Path(__file__).parents[3]
CONFIG = """
[[products]]
slug = "northwind"
name = "Northwind"
[[channels]]
name = "reviews"
connector = "sample"
days = 20
"""


def earful(home, *arguments):
    env = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT", "EARFUL"))}
    env["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    command = [sys.executable, "-c", "from earful.flows.cli.main import main; main()", *arguments]
    return subprocess.Popen(command, cwd=home, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def running_for(home):
    """Processes whose environment names the folder: ours, and those that ours have started."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            if f"EARFUL_CONFIG={home}".encode() in Path(f"/proc/{pid}/environ").read_bytes():
                found.append(int(pid))
        except OSError:
            continue  # not ours, or gone meanwhile
    return found


@pytest.mark.process
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="no /proc here: which processes are left cannot be asked")
def test_a_killed_run_leaves_nothing_that_the_next_does_not_clear(tmp_path):
    (tmp_path / "earful.toml").write_text(CONFIG)
    data = tmp_path / "earful-data"
    first = earful(tmp_path, "run")
    deadline = time.monotonic() + 180
    while not list(data.glob("spool/*/flow-run")):
        assert first.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert running_for(tmp_path)
    first.send_signal(signal.SIGKILL)
    first.communicate()
    deadline = time.monotonic() + 60
    while running_for(tmp_path):
        assert time.monotonic() < deadline, "the server outlives its run"
        time.sleep(0.2)
    assert list((data / "spool").iterdir())

    second = earful(tmp_path, "run")
    assert second.communicate(timeout=240)[1].decode().count("Traceback") == 0
    assert second.returncode == 0
    assert not list((data / "spool").iterdir())
    with duckdb.connect(data / "earful.duckdb", read_only=True) as con:
        states = [row[0] for row in con.execute("select status from runs order by started_at").fetchall()]
    assert states in (["failed", "ok"], ["ok"])  # killed after it was down in the store, or before
    with sqlite3.connect(data / "prefect" / "prefect.db") as prefect:
        assert prefect.execute("select state_type from flow_run order by created").fetchall() == [
            ("CRASHED",),
            ("COMPLETED",),
        ]
    prefect.close()
