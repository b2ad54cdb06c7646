"""``earful alerts``: targets are tried, messages listed, what waits is sent; exit codes and JSON say the same."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from outbox_rows import put_alert
from replay import Response, serve

from earful.flows.cli.main import call
from earful.flows.config.settings import Settings
from earful.flows.deploy import _after_quiet_hours

Configured = Callable[[str], Settings]
TWO = """
[[alerts]]
name = "ops"
kind = "slack"
to_env = "EARFUL_TEST_TO"
[[alerts]]
name = "tickets"
kind = "webhook"
to_env = "EARFUL_TEST_HOOK"
secret_env = "EARFUL_TEST_KEY"
"""


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any]]:
    code = call(["alerts", *arguments, "--json"])
    found = json.loads(capsys.readouterr().out)
    assert isinstance(found, dict)
    return code, found


def test_targets_are_tried(
    configured: Configured, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    config = ["--config", str(configured(TWO).file)]
    with serve(lambda r: Response(200, b"ok") if r.path == "/slack" else Response(403)) as both:
        monkeypatch.setenv("EARFUL_TEST_TO", f"{both.url}/slack")
        monkeypatch.setenv("EARFUL_TEST_HOOK", f"{both.url}/hook")
        monkeypatch.delenv("EARFUL_TEST_KEY", raising=False)
        _, unset = told(capsys, "test", "--target", "tickets", *config)
        monkeypatch.setenv("EARFUL_TEST_KEY", "a key of the team's own")
        code, found = told(capsys, "test", *config)
        assert call(["alerts", "test", *config]) == 5
    assert unset["targets"] == [
        {"target": "tickets", "kind": "webhook", "taken": False, "why": "EARFUL_TEST_KEY is not set"}
    ]
    assert code == 5
    assert found["targets"] == [
        {"target": "ops", "kind": "slack", "taken": True, "why": None},
        {"target": "tickets", "kind": "webhook", "taken": False, "why": "answered 403"},
    ]
    said = capsys.readouterr().out.splitlines()
    assert said == [
        "ops (slack) took it; look whether it is shown there", "tickets (webhook) did not take it: answered 403",
    ]  # fmt: skip
    hook = next(r for r in both.requests if r.path == "/hook")
    assert (hook.json["kind"], hook.json["title"]) == ("test", "earful: a test")


def test_what_waits_is_sent_and_listed(
    configured: Configured, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = configured(TWO.split('[[alerts]]\nname = "tickets"', maxsplit=1)[0])
    config = ["--config", str(settings.file)]
    put_alert(settings)
    answers = [Response(500), Response(200, b"ok")]
    with serve(lambda _: answers.pop(0)) as slack:
        monkeypatch.setenv("EARFUL_TEST_TO", f"{slack.url}/services/waits")
        code, failed = told(capsys, "send", *config)
        assert (code, failed["sent"], failed["waiting"]) == (3, 0, 1)
        _, listed = told(capsys, "list", *config)
        (row,) = listed["messages"]
        assert (row["status"], row["error"], row["attempts"]) == ("due", "answered 500", 1)
        put_alert(settings, number=1)
        code, done = told(capsys, "send", *config)
        assert (code, done["sent"], done["waiting"], done["failed"]) == (0, 1, 1, [])
    assert call(["alerts", "list", "--days", "999", *config]) == 0
    said = capsys.readouterr().out
    assert "delivered" in said
    assert "waits" in said
    assert "services/waits" not in said


def test_without_targets_it_says_what_to_do(configured: Configured, capsys: pytest.CaptureFixture[str]) -> None:
    settings = configured("")
    for command in ("test", "send"):
        assert call(["alerts", command, "--config", str(settings.file)]) == 2
        assert "no [[alerts]] in" in capsys.readouterr().err
    assert call(["alerts", "list", "--config", str(settings.file)]) == 0
    assert "no alert in the last 14 days" in capsys.readouterr().out
    assert call(["alerts", "test", "--target", "x", "--config", str(configured(TWO).file)]) == 2
    assert "alerts: found 'x'; configured: ops, tickets" in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize(
    ("quiet", "cron"),
    [((), None), (("22:00-07:00",), "0 7 * * *"), (("22:00-07:45", "20:00-10:30", "01:00-07:15"), "45 7,10 * * *")],
)
def test_earful_up_sends_when_quiet_hours_are_over(
    configured: Configured, quiet: tuple[str, ...], cron: str | None
) -> None:
    targets = [
        f'[[alerts]]\nname = "t{n}"\nkind = "slack"\nto_env = "X"\nquiet = "{each}"' for n, each in enumerate(quiet)
    ]
    assert _after_quiet_hours(configured("\n".join(targets))) == cron
