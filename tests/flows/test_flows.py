"""The flows, run for real: sample source, DuckDB, Prefect's in-process server."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from replay import Response, serve

from earful.flows.cli.main import call
from earful.flows.night.pull import RunContext

pytestmark = pytest.mark.usefixtures("prefect_server")

TODAY = datetime.now(UTC).date()

SAMPLE = f"""
time_zone = "UTC"
[[products]]
slug = "northwind"
name = "Northwind"
ids = {{ app_store = "1" }}
[[channels]]
name = "reviews"
connector = "sample"
days = 20
anchor = {TODAY}
"""


def write(home, text=SAMPLE):
    (home / "earful.toml").write_text(text, "utf-8")


def run(capsys, *arguments):
    """One command line with --json: exit code, and the object on standard output."""
    code = call([*arguments, "--json"])
    out, err = capsys.readouterr()
    return code, json.loads(out) if out else None, err


def days_ago(days):
    return str(TODAY - timedelta(days=days))


def asked(said):
    """Channel, first day and the day after the last of each question, in order."""
    return sorted((b["channel"], b["asked_from"][:10], b["asked_to"][:10]) for b in said["brought"])


def test_a_night_lands_publishes_and_can_be_run_again(home, capsys):
    write(home)
    code, first, _ = run(capsys, "run")
    assert code == 0
    assert first["ok"]
    assert first["published"] == str(home / "earful-data" / "earful.duckdb")
    assert (home / "earful-data" / "earful.html").is_file()
    assert sum(b["new"] for b in first["brought"]) > 100
    assert not list((home / "earful-data" / "spool").iterdir())
    daily = "select day, posts, scored, compound_sum from daily where day < current_date - 1 order by all"
    before = run(capsys, "sql", daily)[1]
    code, second, _ = run(capsys, "run")
    assert code == 0
    assert run(capsys, "sql", daily)[1] == before
    # the second night asks from the watermark less the overlap, not from the start
    assert min(b["asked_from"] for b in second["brought"]) > min(b["asked_from"] for b in first["brought"])


def test_a_backfill_fills_days_before_the_first_night(home, capsys):
    write(home)
    run(capsys, "run")
    first = TODAY - timedelta(days=40)
    code, said, _ = run(
        capsys, "backfill", "--from", str(first), "--to", str(TODAY - timedelta(days=21)), "--product", "northwind"
    )
    assert code == 0
    assert sum(b["new"] for b in said["brought"]) > 100
    _, rows, _ = run(capsys, "sql", "select min(day) as first from daily")
    assert date.fromisoformat(rows["rows"][0]["first"][:10]) <= first + timedelta(days=2)


def test_a_preview_says_what_would_be_asked_and_asks_nobody(home, capsys, monkeypatch):
    write(home)
    day = TODAY - timedelta(days=3)
    code, said, _ = run(capsys, "backfill", "--from", str(day), "--to", str(day), "--preview")
    line = f"reviews: northwind; {day}; asked for just these days"
    assert (code, said) == (0, {"preview": True, "questions": 1, "asks": [line]})
    assert call(["backfill", "--from", str(day), "--to", str(day), "--preview"]) == 0
    assert "1 channel, 1 product" in capsys.readouterr().out
    assert run(capsys, "backfill", "--gaps", "--preview")[0] == 4, "nothing is published yet"
    assert run(capsys, "backfill", "--preview")[0] == 2
    assert run(capsys, "backfill", "--from", str(TODAY), "--to", str(day), "--preview")[0] == 2

    # And so the form's switch: a run that ends well, with the same lines.
    from earful.flows.backfill import backfill

    monkeypatch.setenv("EARFUL_CONFIG", str(home / "earful.toml"))
    state = backfill(first_day=day, last_day=day, preview=True, return_state=True)
    assert state.is_completed()
    assert state.message == f"preview: 1 channel, 1 product, {day}, in 1 question; nothing was pulled"
    refused = backfill(first_day=TODAY, last_day=day, preview=True, return_state=True)
    assert refused.is_failed()
    assert "is after the last" in str(refused.message)
    assert not (home / "earful-data" / "store.duckdb").exists()


def test_gaps_are_filled_as_far_as_they_can_be_and_then_there_are_none(home, capsys):
    """Two stretches around an outage, and days between two backfills that nobody asked for."""
    channel = f"""
[[channels]]
name = "talk"
connector = "sample"
kind = "comment"
start = {TODAY - timedelta(days=9)}
anchor = {TODAY}
outage_days_ago = 7
"""
    write(home, SAMPLE.replace("days = 20", f"start = {TODAY - timedelta(days=5)}") + channel)
    assert run(capsys, "backfill", "--gaps")[0] == 4, "nothing is published yet"
    run(capsys, "run")
    old = str(TODAY - timedelta(days=20))
    run(capsys, "backfill", "--from", old, "--to", old, "--channel", "reviews")
    fetchable = "select channel, gap_from, gap_to, days, fetchable from coverage_gaps order by channel"
    reviews, talk = run(capsys, "sql", fetchable)[1]["rows"]
    assert (reviews["channel"], reviews["days"], reviews["fetchable"]) == ("reviews", 14, True)
    assert (talk["channel"], talk["days"], talk["fetchable"]) == ("talk", 3, True)
    assert talk["gap_from"][:10] == str(TODAY - timedelta(days=7))

    # Of some days alone: the outage is not among them, and what is there is not asked for again.
    some = ["--from", str(TODAY - timedelta(days=12)), "--to", str(TODAY - timedelta(days=10))]
    only = f"reviews: northwind; {some[1]} to {some[3]} (3 days); asked for just these days"
    assert run(capsys, "backfill", "--gaps", *some, "--preview")[1]["asks"] == [only]
    assert len(run(capsys, "backfill", "--gaps", "--preview")[1]["asks"]) == 2
    code, said, _ = run(capsys, "backfill", "--gaps", *some)
    assert (code, asked(said)) == (0, [("reviews", days_ago(12), days_ago(9))])
    assert run(capsys, "backfill", "--gaps", *some, "--preview")[1]["asks"] == []
    assert call(["backfill", "--gaps", *some]) == 0
    assert "no gap of these days that could be filled" in capsys.readouterr().out

    code, said, _ = run(capsys, "backfill", "--gaps")
    assert code == 0
    assert asked(said) == [
        ("reviews", days_ago(19), days_ago(12)), ("reviews", days_ago(9), days_ago(5)),
        ("talk", days_ago(7), days_ago(4)),
    ]  # fmt: skip
    (left,) = run(capsys, "sql", fetchable)[1]["rows"]
    assert (left["channel"], left["fetchable"]) == ("talk", False), "an outage that came back twice"
    assert run(capsys, "backfill", "--gaps")[1]["brought"] == [], "and then there is nothing to do"
    assert call(["backfill", "--gaps"]) == 0
    assert "no gap that could be filled" in capsys.readouterr().out
    assert call(["backfill", "--gaps", "--from", old]) == 2
    assert call(["backfill", "--from", old]) == 2


def test_one_dead_host_fails_alone_and_the_rest_lands(home, capsys, monkeypatch):
    from earful.connectors.stores import app_store_rss
    from earful.connectors.toolkit.web import Web

    # Nobody sits the pauses out: noted instead, they are what the retries are told by.
    pauses: list[float] = []
    waits: list[float] = []
    monkeypatch.setattr(app_store_rss, "Web", partial(Web, sleep=pauses.append))
    monkeypatch.setattr(RunContext, "pause", lambda _self, seconds: waits.append(seconds))
    # A port that nothing listens on any more.
    with serve(lambda _request: Response(404)) as gone:
        dead = gone.url
    write(
        home, SAMPLE + f'[[channels]]\nname = "apple"\nconnector = "app_store_rss"\nbase_url = "{dead}"\nspacing = 0\n'
    )
    code, said, _ = run(capsys, "run")
    assert code == 3
    # three pulls of four requests each, and longer pauses every time
    assert waits == [5, 10]
    assert [1 <= p <= 2 for p in pauses[::3]] == [2 <= p <= 4 for p in pauses[1::3]] == [True] * 3
    assert [4 <= p <= 8 for p in pauses[2::3]] == [True] * 3
    by_channel = {b["channel"]: b for b in said["brought"]}
    assert by_channel["apple"]["status"] == "failed"
    assert "no answer from 127.0.0.1" in by_channel["apple"]["error"]
    assert by_channel["reviews"]["new"] > 100
    assert "failed: apple/northwind" in said["headline"]
    # nothing is claimed of the failed window, so the next night asks for all of it again
    _, rows, _ = run(capsys, "sql", "select status, error from coverage where channel = 'apple'")
    assert rows["rows"][0]["status"] == "failed"


def test_retry_after_is_honoured_by_the_task(home, capsys, monkeypatch):
    waits: list[float] = []
    monkeypatch.setattr(RunContext, "pause", lambda _self, seconds: waits.append(seconds))
    from earful.connectors.errors import Retriable
    from earful.connectors.sample.connector import SampleConnector

    pull, asked = SampleConnector.pull, []

    def flaky(self, shares):
        asked.append(shares)
        if len(asked) == 1:
            raise Retriable("sample: busy", retry_after=42)
        return pull(self, shares)

    monkeypatch.setattr(SampleConnector, "pull", flaky)
    write(home)
    code, said, _ = run(capsys, "run")
    assert code == 0
    assert waits == [42]
    assert len(asked) == 2
    assert said["ok"]


def test_artifacts_show_what_each_channel_brought(home, capsys):
    write(home)
    _, said, _ = run(capsys, "run")
    table, summary = artifact("nightly-channels"), artifact("nightly-summary")
    assert {row["channel"] for row in json.loads(table)} == {"reviews"}
    assert said["headline"] in summary


def artifact(key):
    """The newest artifact's data, as the UI asks for it."""
    from prefect.client.orchestration import get_client

    with get_client(sync_client=True) as client:
        answer = client.request("GET", "/artifacts/{key}/latest", path_params={"key": key})
    return answer.json()["data"]


def test_the_forms_offer_the_configured_products_and_channels(home, monkeypatch):
    write(home)
    monkeypatch.setenv("EARFUL_CONFIG", str(home / "earful.toml"))
    from prefect.utilities.callables import parameter_schema

    from earful.flows.backfill import backfill

    schema = parameter_schema(backfill.fn).model_dump_for_openapi()
    assert schema["required"] == ["first_day", "last_day"]
    assert schema["properties"]["first_day"]["format"] == "date"
    assert '"enum": ["northwind"]' in json.dumps(schema["properties"]["products"])
    assert '"enum": ["reviews"]' in json.dumps(schema["properties"]["channels"])
