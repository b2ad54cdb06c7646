"""Prefect for real: ``earful up`` serves, schedules, deploys and runs a backfill; ``prefect.yaml`` deploys the same.

One ``earful up`` for all of them, in the order they stand, and for test_server_*.py after it.
"""

from __future__ import annotations

import base64
import json
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import httpx
import pytest
from our_server import clean_environment, content, earful, holding, wait_until

from earful.flows.config.settings import load
from earful.flows.server import prefect_settings
from earful.flows.server.guard import credential
from earful.flows.supervision.api import Api
from earful.flows.supervision.settle import Settled, settle

pytestmark = pytest.mark.process

ROOT = Path(__file__).parents[3]
#: Of our_server.py's configuration.
PRODUCTS, CHANNELS = ["northwind", "contoso"], ["reviews", "forum", "steam", "reddit"]
ENDED = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}


def test_nightly_has_its_schedule(up):
    (schedule,) = up.deployment("nightly")["schedules"]
    assert schedule["schedule"]["cron"] == "30 3 * * *"
    assert schedule["schedule"]["timezone"] == "Europe/Berlin"
    assert schedule["active"]


def test_upkeep_has_a_schedule_of_its_own(up):
    (schedule,) = up.deployment("upkeep")["schedules"]
    assert (schedule["schedule"]["cron"], schedule["schedule"]["timezone"]) == ("15 16 * * *", "Europe/Berlin")


def test_the_week_is_told_on_mondays(up):
    (schedule,) = up.deployment("digest")["schedules"]
    assert (schedule["schedule"]["cron"], schedule["schedule"]["timezone"]) == ("0 7 * * 1", "Europe/Berlin")


def test_the_scheduler_schedules_the_nights(up):
    """With a SQLAlchemy that Prefect does not get along with all looks well, but no run is ever scheduled."""
    deployment = up.deployment("nightly")["id"]
    coming = {"deployments": {"id": {"any_": [deployment]}}, "flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}}}
    runs = wait_until("a scheduled night", lambda: up.ask("flow_runs/filter", coming))
    at = {datetime.fromisoformat(r["expected_start_time"]).astimezone(ZoneInfo("Europe/Berlin")) for r in runs}
    assert {(t.hour, t.minute) for t in at} == {(3, 30)}


def assert_form(deployment):
    """Two dates to pick, and lists to choose from, none of them required."""
    schema = deployment["parameter_openapi_schema"]
    assert schema["required"] == ["first_day", "last_day"]
    fields = schema["properties"]
    assert fields["first_day"]["format"] == fields["last_day"]["format"] == "date"
    assert_lists(fields)


def assert_lists(fields):
    """The configured products and channels to choose from."""
    for name, offered in (("products", PRODUCTS), ("channels", CHANNELS)):
        # An array at the top: as `list | None` the form would ask for a type first.
        assert fields[name]["type"] == "array"
        assert fields[name]["items"]["enum"] == offered


def test_backfill_has_its_form_and_no_schedule(up):
    backfill = up.deployment("backfill")
    named = backfill["parameter_openapi_schema"]["properties"]
    titles = ["First day", "Last day", "Products", "Channels", "Only what is missing", "Score again", "Preview only"]
    assert [field["title"] for field in named.values()] == titles
    assert backfill["schedules"] == []
    assert_form(backfill)


def test_the_gaps_can_be_filled_from_the_ui_without_naming_days(up):
    gaps = up.deployment("backfill-gaps")
    assert gaps["schedules"] == []
    schema = gaps["parameter_openapi_schema"]
    assert schema.get("required", []) == []
    assert set(schema["properties"]) == {"products", "channels"}
    assert_lists(schema["properties"])


def test_the_pages_may_talk_to_their_own_server_alone(up):
    page = httpx.get(f"{up.base}/", follow_redirects=True, timeout=30, auth=up.auth)
    assert page.headers["content-type"].startswith("text/html")
    assert page.headers["content-security-policy"] == "connect-src 'self'; frame-ancestors 'none'"
    assert up.ask("../ui-settings", method="GET")["api_url"] == "/api"


def test_a_run_by_hand_finds_the_server(up):
    assert prefect_settings.running_server(up.home / "earful-data" / "prefect") == up.api


def test_without_the_credential_nothing_is_told(up):
    for path in ("deployments/filter", "flow_runs/filter", "admin/version", "../ui-settings", "../openapi.json"):
        answer = httpx.post(f"{up.api}/{path}", json={}, timeout=30)
        assert answer.status_code == 401
        assert httpx.get(f"{up.api}/{path}", timeout=30).status_code == 401
    assert httpx.get(f"{up.api}/health", timeout=30).json() is True


def test_the_credential_is_in_one_file_and_no_command_line(up):
    kept = up.home / "earful-data" / "prefect" / credential.FILE
    assert kept.stat().st_mode & 0o777 == 0o600
    assert not [line for line in Path("/proc").glob("[0-9]*/cmdline") if up.credential.encode() in content(line)]


def test_a_second_one_for_the_folder_is_refused_in_one_line(up):
    second = earful(up.home, "up", "--port", "0")
    assert (second.returncode, second.stdout) == (2, "")
    assert second.stderr.count("\n") == 1
    assert f"runs here already at {up.base}" in second.stderr


def test_a_port_in_use_is_said_in_one_line(up, tmp_path):
    (tmp_path / "earful.toml").write_bytes((up.home / "earful.toml").read_bytes())
    second = earful(tmp_path, "up", "--port", str(httpx.URL(up.api).port))
    assert (second.returncode, second.stdout) == (2, "")
    assert second.stderr.count("\n") == 1
    assert "--port" in second.stderr


def test_a_run_that_nobody_works_on_is_ended_and_gives_its_slot_back(up):
    """What a server finds again whose worker was killed: a run still at work, in the only slot of its kind."""

    def slots():
        return up.deployment("backfill")["global_concurrency_limit"]["active_slots"]

    pool = f"{up.api}/work_pools/earful"
    assert httpx.patch(
        pool, json={"is_paused": True}, timeout=30, auth=up.auth
    ).is_success  # the worker keeps its hands off
    deployment = up.deployment("backfill")["id"]
    asked = {"first_day": "2026-01-01", "last_day": "2026-01-01"}
    run = up.ask(f"deployments/{deployment}/create_flow_run", {"parameters": asked, "state": {"type": "SCHEDULED"}})
    up.ask(f"flow_runs/{run['id']}/set_state", {"state": {"type": "PENDING"}})
    assert slots() == 1
    api = Api(f"{up.api}/", up.credential)
    settings = load(up.home / "earful.toml")
    for ended in (1, 0):
        assert settle(api, settings, [], datetime.now(UTC), nobody_works=True) == Settled(ended)
    assert slots() == 0
    assert up.ask(f"flow_runs/{run['id']}", method="GET")["state"]["type"] == "CRASHED"
    assert httpx.patch(pool, json={"is_paused": False}, timeout=30, auth=up.auth).is_success


def test_a_backfill_started_as_the_form_does_lands_and_publishes(up):
    first = datetime.now(UTC).date() - timedelta(days=10)
    last = first + timedelta(days=2)
    asked = {"first_day": str(first), "last_day": str(last), "products": ["northwind"], "channels": ["reviews"]}
    deployment = up.deployment("backfill")["id"]
    run = started(up, deployment, asked)
    with duckdb.connect(str(up.home / "earful-data" / "earful.duckdb"), read_only=True) as con:
        whole = con.execute("select distinct product, channel, day from daily where complete order by day").fetchall()
    assert whole == [("northwind", "reviews", first + timedelta(days=n)) for n in range(3)]
    brought = up.ask("artifacts/filter", {"flow_runs": {"id": {"any_": [run["id"]]}}})
    assert {(a["key"], a["type"]) for a in brought} == {
        ("backfill-channels", "table"),
        ("backfill-progress", "progress"),
        ("backfill-summary", "markdown"),
    }


def test_the_digest_of_what_was_published_is_written(up):
    """Runs after the backfill above."""
    run = started(up, up.deployment("digest")["id"], {})
    told = (up.home / "earful-data" / "earful-digest.md").read_text("utf-8")
    assert told.startswith("# earful, ")
    (artifact,) = up.ask("artifacts/filter", {"flow_runs": {"id": {"any_": [run["id"]]}}})
    assert artifact["key"] == "digest"
    # What Prefect keeps, `forget` does not reach: the headline and the place, none of the terms that people wrote.
    subject, _, where = artifact["data"].partition("\n\n")
    assert subject == f"**{told.splitlines()[0].removeprefix('# ')}**"
    assert where == f"In `{up.home}/earful-data/earful-digest.md` and `{up.home}/earful-data/earful-digest.html`."


def started(up, deployment, asked):
    """A run of a deployment that was completed."""
    run = up.ask(f"deployments/{deployment}/create_flow_run", {"parameters": asked, "state": {"type": "SCHEDULED"}})

    def ended():
        state = up.ask(f"flow_runs/{run['id']}", method="GET")["state"]
        return state if state["type"] in ENDED else None

    state = wait_until("the run", ended)
    assert state["type"] == "COMPLETED", state["message"]
    return run


@pytest.fixture
def own_deployments_after(up, monkeypatch):
    """Those of `earful up` again: the tests that come after are of them."""
    yield
    from prefect.settings import PREFECT_API_AUTH_STRING, PREFECT_API_URL, temporary_settings

    from earful.flows.deploy import deploy

    monkeypatch.setenv("EARFUL_CONFIG", str(up.home / "earful.toml"))
    with temporary_settings({PREFECT_API_URL: up.api, PREFECT_API_AUTH_STRING: up.credential}):
        deploy(load())
    assert up.deployment("backfill")["pull_steps"] is None


@pytest.mark.usefixtures("own_deployments_after")
def test_prefect_s_own_command_deploys_from_the_checkout(up):
    env = clean_environment(
        PWD=str(ROOT),
        PREFECT_HOME=str(up.home / "own"),
        PREFECT_API_URL=up.api,
        PREFECT_API_AUTH_STRING=up.credential,
        PREFECT_SERVER_ANALYTICS_ENABLED="false",
        EARFUL_CONFIG=str(up.home / "earful.toml"),
    )
    command = [sys.executable, "-m", "prefect", "--no-prompt", "deploy", "--all"]
    deployed = subprocess.run(command, check=False, cwd=ROOT, env=env, capture_output=True, text=True, timeout=240)
    assert deployed.returncode == 0, deployed.stdout + deployed.stderr
    backfill, gaps = up.deployment("backfill"), up.deployment("backfill-gaps")
    assert gaps["entrypoint"] == "earful.flows.backfill.backfill_gaps"
    assert backfill["entrypoint"] == "earful.flows.backfill.backfill"
    assert_form(backfill)
    (step,) = backfill["pull_steps"]
    assert list(step.values()) == [{"directory": str(ROOT)}]


def test_the_files_have_the_modes_that_the_docs_say(up):
    """Runs after a backfill and a digest: everything is there that lies there while ``earful up`` runs."""
    documented: dict[str, int] = {}
    for line in (ROOT / "docs" / "operations.md").read_text("utf-8").splitlines():
        if found := re.match(r"\| (`[^|]+) \| (0\d{3}) \|", line):
            documented |= {name.strip("` "): int(found[2], 8) for name in found[1].split(",")}
    there = {each.name: each.stat().st_mode & 0o777 for each in (up.home / "earful-data").iterdir()}
    assert there == {name: mode for name, mode in documented.items() if name in there}
    assert documented.keys() - there.keys() <= {"store.duckdb.wal", "store.duckdb.tmp", "events.jsonl", "alerts.lock"}


def test_a_run_by_hand_beside_it_uses_its_credential(up):
    """Runs near the end: the runs of all tests above are in the database by then. A day is enough."""
    day = str(datetime.now(UTC).date() - timedelta(days=10))
    ran = earful(up.home, "backfill", "--from", day, "--to", day, "--channel", "reviews", "--json")
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout)["ok"] is True
    runs = up.ask("flow_runs/filter", {"flow_runs": {"deployment_id": {"is_null_": True}}})
    assert [r["state"]["type"] for r in runs if r["flow_id"]]


def test_the_credential_is_in_no_other_file(up):
    """Not in Prefect's database, its logs, the results, the published file, or what is left of temporary files."""
    secret = up.credential.partition(":")[2].encode()
    encoded = base64.b64encode(up.credential.encode())
    assert len(holding(up.home, b"")) > 10
    assert holding(up.home, secret, encoded) == [up.home / "earful-data" / "prefect" / credential.FILE]
