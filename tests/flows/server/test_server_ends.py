"""A part of `earful up` that is killed comes again, and by a signal all of it ends; nobody is left, and nothing that names it."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import duckdb
import pytest
from our_server import NAMED, OTHER, Command, begun, holding, processes, wait_until
from running import environment, wait_for

from earful.flows.datafolder import journal
from earful.flows.server import prefect_settings
from earful.flows.server.guard import credential

pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(not Path("/proc").is_dir(), reason="no /proc here: processes cannot be looked at"),
]


def nothing_is_left(home: Path) -> None:
    """No process, no address, no credential, no temporary file."""
    assert processes(home) == set()
    data = home / "earful-data"
    assert not (data / "prefect" / prefect_settings.SERVER_URL).exists()
    assert not (data / "prefect" / credential.FILE).exists()
    assert list((data / "tmp").iterdir()) == []
    assert list((home / "system-tmp").iterdir()) == []


@pytest.mark.parametrize("whole", [False, True], ids=["while its server starts", "whole"])
def test_a_signal_leaves_nothing_behind(tmp_path: Path, whole: bool) -> None:
    """Of an `up` of its own: the shared one ends by its killed worker. `python -m benchmarks.signals`: at any moment."""
    with begun(tmp_path, "up", "--port", "0") as up:
        if whole:
            wait_for(up.process, "earful up", lambda: "Ctrl-C ends" in up.said()[0])
            assert (tmp_path / "earful-data" / "prefect" / prefect_settings.SERVER_URL).exists()
            assert (tmp_path / "earful-data" / "prefect" / credential.FILE).exists()
            assert len(processes(tmp_path)) >= 3  # itself, its server, its worker
        else:
            wait_for(up.process, "the server's process", lambda: len(processes(tmp_path)) > 1)
        up.process.send_signal(signal.SIGTERM)
        assert up.process.wait(60) == 143
        assert up.said()[1].startswith("earful: stopped, with its server, its worker and the runs they were at; ")
        assert up.said()[1].count("\n") == 1
        nothing_is_left(tmp_path)


def test_a_run_that_is_cancelled_in_the_pages_ends_as_cancelled(up: Command) -> None:
    """And at no moment as crashed, which Prefect's automations would tell people of."""
    data, deployment = up.home / "earful-data", up.deployment("nightly")["id"]
    asked = {"parameters": {"channels": ["steam"]}, "state": {"type": "SCHEDULED"}}
    run = up.ask(f"deployments/{deployment}/create_flow_run", asked)["id"]
    wait_for(up.process, "a nightly's request", up.late.asked.is_set)
    up.ask(f"flow_runs/{run}/set_state", {"state": {"type": "CANCELLING"}})  # what the button does
    wait_for(up.process, "the end", lambda: not list((data / "spool").iterdir()))
    states = wait_until("the run's end", lambda: ended(up, run))
    assert states == ("CANCELLED", "Cancelled")
    every = up.ask(f"flow_run_states/?flow_run_id={run}", method="GET")
    assert [state["name"] for state in every if state["type"] in {"CRASHED", "FAILED", "COMPLETED"}] == []
    with duckdb.connect(str(data / "store.duckdb"), read_only=True) as store:
        newest = store.execute("select status, error from runs order by started_at desc limit 1").fetchall()
    assert newest == [("failed", "stopped")]
    up.late.forget()


def ended(up: Command, run: str) -> tuple[str, str] | None:
    """Type and name of the run's state, where that is an end."""
    state = up.ask(f"flow_runs/{run}", method="GET")["state"]
    return None if state["type"] in {"PENDING", "RUNNING", "CANCELLING"} else (state["type"], state["name"])


def test_a_flow_gets_what_it_needs_leaves_no_environment_on_disk_and_dies_with_its_worker(up: Command) -> None:
    """What a flow is given, what reaches the disk, a new worker, and the end: no test of `up` can come after it."""
    home = up.home
    mine = Path("/proc") / str(up.process.pid)
    deployment = up.deployment("nightly")["id"]
    asked = {"parameters": {"channels": ["steam"]}, "state": {"type": "SCHEDULED"}}
    up.ask(f"deployments/{deployment}/create_flow_run", asked)
    wait_for(up.process, "a nightly's request", up.late.asked.is_set)
    parts = {p: environment(p) for p in processes(home) if int(p.name) != up.process.pid}
    flow = next(p for p in parts if b"prefect.engine" in (p / "cmdline").read_bytes())
    worker = next(p for p in parts if b"worker" in (p / "cmdline").read_bytes())
    assert [p for p in parts if OTHER.encode() in parts[p]] == []
    assert {p for p in parts if NAMED.encode() in parts[p]} == {flow, worker}
    assert f"TMPDIR={home}/earful-data/tmp/".encode() in parts[flow]
    assert holding(home, OTHER.encode(), NAMED.encode()) == []
    assert list((home / "system-tmp").iterdir()) == []

    os.kill(int(worker.name), signal.SIGKILL)
    wait_for(up.process, "another worker", lambda: bool(processes(home) - {worker} - parts.keys() - {mine}))
    up.late.go_on.set()
    wait_for(up.process, "the end of the flow", lambda: not flow.exists())
    killed, *_ = journal.events(home / "earful-data")
    assert (killed.part, killed.restart) == ("worker", True)
    assert killed.what.startswith("was killed by SIGKILL; ")
    runs = up.ask("flow_runs/filter", {"flow_runs": {"deployment_id": {"any_": [deployment]}}})
    assert "CRASHED" in {run["state"]["type"] for run in runs}

    up.process.send_signal(signal.SIGTERM)
    assert up.process.wait(60) == 143
    nothing_is_left(home)
