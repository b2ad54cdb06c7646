"""A flow under ``earful up``: what it is given of the environment, what reaches the disk, and that it dies with its worker.

A service that never answers holds the flow while it is looked at.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from replay import Request, Response, serve
from test_signals import ROOT, environment, wait_for

NAMED, OTHER = "marker-of-a-secret-that-is-named", "marker-of-a-secret-of-another-program"
CONFIG = """
[schedule]
nightly = "* * * * *"
[[products]]
slug = "northwind"
name = "Northwind"
ids = {{ steam = "440" }}
[[channels]]
name = "steam"
connector = "steam"
base_url = "{url}"
timeout = 200
[[channels]]
name = "reddit"
connector = "reddit"
subreddits = ["x"]
client_secret_env = "TEAM_REDDIT_SECRET"
enabled = false
"""


def processes(home: Path) -> set[Path]:
    return {p for p in Path("/proc").iterdir() if p.name.isdigit() and str(home).encode() in environment(p)}


def holding(folder: Path, text: str) -> list[Path]:
    return [f for f in folder.rglob("*") if f.is_file() and text.encode() in f.read_bytes()]


@pytest.mark.process
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="no /proc here: processes cannot be looked at")
def test_a_flow_gets_what_it_needs_leaves_no_environment_on_disk_and_dies_with_its_worker(tmp_path: Path) -> None:
    asked, go_on = threading.Event(), threading.Event()

    def late(_request: Request) -> Response:
        asked.set()
        go_on.wait(240)
        return Response(500)

    (tmp_path / "system-tmp").mkdir()
    env = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT", "EARFUL"))}
    env |= {"PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path / "system-tmp")}
    env |= {"TEAM_REDDIT_SECRET": NAMED, "AWS_SECRET_ACCESS_KEY": OTHER}
    with serve(late) as service, (tmp_path / "said").open("wb") as said:
        (tmp_path / "earful.toml").write_text(CONFIG.format(url=service.url))
        command = [sys.executable, "-c", "from earful.flows.cli.entry import main; main()", "up", "--port", free_port()]
        process = subprocess.Popen(command, cwd=tmp_path, env=env, stdout=subprocess.DEVNULL, stderr=said)
        try:
            wait_for(process, "a nightly's request", asked.is_set)
            parts = {p: environment(p) for p in processes(tmp_path) if int(p.name) != process.pid}
            flow = next(p for p in parts if b"prefect.engine" in (p / "cmdline").read_bytes())
            worker = next(p for p in parts if b"worker" in (p / "cmdline").read_bytes())
            assert [p for p in parts if OTHER.encode() in parts[p]] == []
            assert {p for p in parts if NAMED.encode() in parts[p]} == {flow, worker}
            assert f"TMPDIR={tmp_path}/earful-data/tmp/".encode() in parts[flow]
            assert holding(tmp_path, OTHER) == holding(tmp_path, NAMED) == []
            assert list((tmp_path / "system-tmp").iterdir()) == []

            os.kill(int(worker.name), signal.SIGKILL)
            assert process.wait(60) == 5
        finally:
            go_on.set()
            process.kill()
    assert (tmp_path / "said").read_text().count("\n") == 1
    assert "the worker ended by itself" in (tmp_path / "said").read_text()
    assert processes(tmp_path) == set()
    assert list((tmp_path / "earful-data" / "tmp").iterdir()) == []


def free_port() -> str:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])
