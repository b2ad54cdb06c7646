"""The locked fastapi and Prefect get along: the real server starts, and ``earful up`` deploys and runs a backfill."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import httpx
import pytest


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def up(tmp_path_factory):
    """``earful up`` on the sample source; gives the API's address and the folder."""
    home = tmp_path_factory.mktemp("up")
    anchor = datetime.now(UTC).date()
    (home / "earful.toml").write_text(
        'time_zone = "Europe/Berlin"\n[schedule]\nnightly = "30 3 * * *"\n[[products]]\nslug = "northwind"\nname = "Northwind"\n'
        f'[[channels]]\nname = "reviews"\nconnector = "sample"\ndays = 5\nanchor = {anchor}\n'
    )
    port = free_port()
    env = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT", "EARFUL"))}
    with (home / "up.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "flows.cli", "up", "--port", str(port)], cwd=home, env=env, stdout=log, stderr=log
        )
        try:
            deadline = time.monotonic() + 240
            while "Ctrl-C ends" not in (home / "up.log").read_text():
                assert process.poll() is None, (home / "up.log").read_text()
                assert time.monotonic() < deadline, "earful up did not come up"
                time.sleep(0.3)
            yield f"http://127.0.0.1:{port}/api", home, process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                process.wait(60)


def test_nightly_has_its_schedule_and_backfill_its_form(up):
    api, _, _ = up
    nightly = httpx.get(f"{api}/deployments/name/nightly/nightly").json()
    (schedule,) = nightly["schedules"]
    assert schedule["schedule"]["cron"] == "30 3 * * *"
    assert schedule["schedule"]["timezone"] == "Europe/Berlin"
    assert schedule["active"]
    backfill = httpx.get(f"{api}/deployments/name/backfill/backfill").json()
    assert backfill["schedules"] == []
    properties = backfill["parameter_openapi_schema"]["properties"]
    assert properties["first_day"]["format"] == "date"
    assert "northwind" in str(properties["products"])


def test_a_backfill_started_as_the_form_does_lands_and_publishes(up):
    api, home, _ = up
    deployment = httpx.get(f"{api}/deployments/name/backfill/backfill").json()
    day = datetime.now(UTC).date() - timedelta(days=10)
    run = httpx.post(
        f"{api}/deployments/{deployment['id']}/create_flow_run",
        json={"parameters": {"first_day": str(day), "last_day": str(day + timedelta(days=2)), "products": ["northwind"]},
              "state": {"type": "SCHEDULED"}},
    ).json()  # fmt: skip
    deadline = time.monotonic() + 180
    state = run["state"]
    while state["type"] not in {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}:
        assert time.monotonic() < deadline, state
        time.sleep(1)
        state = httpx.get(f"{api}/flow_runs/{run['id']}").json()["state"]
    assert state["type"] == "COMPLETED", state["message"]
    import duckdb

    with duckdb.connect(str(home / "earful-data" / "earful.duckdb"), read_only=True) as con:
        days, posts = con.execute("select count(distinct day), sum(posts) from daily").fetchone()
    assert days >= 3
    assert posts > 20


def test_ending_it_leaves_no_process_behind(up):
    _, home, process = up
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 0
    left = [pid for pid in os.listdir("/proc") if pid.isdigit() and str(home).encode() in _environment(pid)]
    assert left == []


def _environment(pid):
    try:
        with open(f"/proc/{pid}/environ", "rb") as file:
            return file.read()
    except OSError:
        return b""
