"""A whole night without Prefect: what it finds is told, what it cannot tell is said, and who watches it is asked."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from replay import Response, serve

from earful.flows.alerts.deliver import deliver
from earful.flows.config.settings import Settings, load
from earful.flows.datafolder.store import opened
from earful.flows.errors import UserError
from earful.flows.first.alone import night_alone
from earful.flows.night import progress
from earful.flows.night.summary import Summary

CONFIG = """
[schedule]
ping_env = "EARFUL_TEST_PING"
[[alerts]]
name = "ops"
kind = "slack"
to_env = "EARFUL_TEST_TO"
what = ["worse", "failed_night"]
[[products]]
slug = "spoon"
name = "Spoon"
[[channels]]
name = "reviews"
connector = "files"
paths = ["reviews.csv"]
columns = { post_id = "id", created_at = "at", text = "text", rating = "stars" }
"""
Nightly = Callable[[], Summary]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Sixty days of good reviews, and bad ones from five days ago on."""
    today = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
    rng = Random(5)
    with (tmp_path / "reviews.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "at", "text", "stars"])
        for age in range(60, 0, -1):
            for n in range(12):
                bad = age <= 5 and rng.random() < 0.8
                words = (
                    "terrible crash, it is awful and I hate it"
                    if bad
                    else rng.choice(["great app", "lovely and fast", "it is okay"])
                )
                rows.writerow(
                    [
                        f"{age}-{n}",
                        (today - timedelta(days=age, minutes=n)).isoformat(),
                        f"{words} {age} {n}",
                        1 if bad else 4,
                    ]
                )
    (tmp_path / "earful.toml").write_text(CONFIG)
    return load(tmp_path / "earful.toml")


def test_a_night_tells_who_is_to_know(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    slack_answers = [Response(503)]
    with (
        serve(lambda _: slack_answers.pop() if slack_answers else Response(200, b"ok")) as slack,
        serve(lambda _: Response(200, b"OK")) as watcher,
    ):
        monkeypatch.setenv("EARFUL_TEST_TO", f"{slack.url}/services/night")
        monkeypatch.setenv("EARFUL_TEST_PING", f"{watcher.url}/0f3c-uuid")
        first = night_alone(settings, progress.Silent())
        assert first.untold == ("ops did not take an alert: answered 503; it is tried again by the next run",)
        assert not first.ok
        assert not first.failed
        assert first.headline().endswith("; not every alert was taken")
        assert Path(first.published).exists()
        assert deliver(settings).waiting == 1
        assert len(slack.requests) == 1, "the wait that was noted is not over"
        with opened(settings) as store:
            store.con.execute("update alert_outbox set retry_at = null")
        third = night_alone(settings, progress.Silent())
        assert deliver(settings).sent_line == ""
    assert [r.path.removeprefix("/0f3c-uuid") for r in watcher.requests] == ["/start", "/fail", "/start", ""]
    assert third.ok
    assert "1 alert sent" in third.notes
    texts = [r.json["blocks"][1]["text"]["text"] for r in slack.requests]
    assert len(texts) == 2
    assert texts[0] == texts[1]
    assert texts[0].startswith("Spoon: worse from ")


def test_a_night_that_fails_tells_of_it(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with (
        serve(lambda _: Response(200, b"ok")) as slack,
        serve(lambda _: Response(404)) as watcher,
    ):
        monkeypatch.setenv("EARFUL_TEST_TO", f"{slack.url}/services/night")
        monkeypatch.setenv("EARFUL_TEST_PING", f"{watcher.url}/gone/")

        def fails(*_: object) -> None:
            raise UserError("the disk of the page is full")

        monkeypatch.setattr("earful.flows.first.alone.publish_file", fails)
        with pytest.raises(UserError):
            night_alone(settings, progress.Silent())
        monkeypatch.undo()
        monkeypatch.setenv("EARFUL_TEST_TO", f"{slack.url}/services/night")
        monkeypatch.setenv("EARFUL_TEST_PING", f"{watcher.url}/gone/")
        well = night_alone(settings, progress.Silent())
    assert [r.path for r in watcher.requests] == ["/gone/start", "/gone/fail", "/gone/start", "/gone"]
    texts = [r.json["blocks"][1]["text"]["text"] for r in slack.requests]
    assert "failed: the disk of the page is full." in texts[0]
    assert any(t.startswith("The last night ended well") for t in texts[1:])
    assert any(t.startswith("Spoon: worse") for t in texts[1:])
    assert [n for n in well.notes if "ping_env" in n] == [
        "schedule.ping_env: the address in EARFUL_TEST_PING answered 404 to start",
        "schedule.ping_env: the address in EARFUL_TEST_PING answered 404 to success",
    ]
    assert well.ok
