"""Alerts against services on loopback that take them, refuse them, hang and die: each arrives, no success is repeated."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from outbox_rows import BAD, put_alert
from replay import Request, Response, answer, serve

from earful.flows.alerts import deliver as delivering
from earful.flows.alerts.deliver import deliver
from earful.flows.alerts.targets.attempt import NotTaken, Taken
from earful.flows.alerts.targets.markup import Outgoing
from earful.flows.alerts.words import Words, quotable
from earful.flows.config.settings import Settings
from earful.flows.datafolder.store import opened
from earful.warehouse.alerts.outbox import Message, Told

NOW = datetime(2026, 5, 21, 4, 30, tzinfo=UTC)
Configured = Callable[[str], Settings]


def at(moment: datetime = NOW) -> Callable[[], datetime]:
    return lambda: moment


def statuses(settings: Settings) -> list[tuple[Any, ...]]:
    with opened(settings) as store:
        return store.con.execute("select status, attempts from alert_outbox order by message").fetchall()


def target(kind: str, more: str = "", name: str = "ops") -> str:
    return f'[[alerts]]\nname = "{name}"\nkind = "{kind}"\nto_env = "EARFUL_TEST_TO"\n{more}'


def test_slack_webhook(configured: Configured, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = configured(target("slack", 'page_url = "https://share.example.org/earful.html"'))
    put_alert(settings)
    with serve(lambda _: Response(200, b"ok")) as slack:
        monkeypatch.setenv("EARFUL_TEST_TO", f"{slack.url}/services/T0/B0/abcdefghijklmnop")
        done = deliver(settings, now=at())
        assert (done.sent, done.failed, done.waiting) == (1, [], 0)
        assert deliver(settings, now=at()).sent == 0
    (request,) = slack.requests
    blocks = request.json["blocks"]
    assert blocks[0]["text"]["text"] == "Orbit: worse"
    assert blocks[1]["text"]["text"].startswith(
        "Orbit: worse from 11 May 2026 to 19 May 2026. Mean −0.01 over 496 posts"
    )
    assert {b["text"]["type"] for b in blocks if "text" in b and "the page" not in b["text"]["text"]} == {"plain_text"}
    assert [b["text"]["text"] for b in blocks if b["type"] == "section"][-1] == (
        "<https://share.example.org/earful.html|the page>"
    )
    quotes = [b["text"]["text"] for b in blocks if b.get("text", {}).get("text", "").startswith("\u201c")]
    assert len(quotes) == 2
    assert statuses(settings) == [("delivered", 1)]


def test_a_bot_puts_updates_into_the_thread(configured: Configured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EARFUL_TEST_TO", "xoxb-a-token-that-is-secret")
    with serve(lambda _: answer({"ok": True, "ts": "1779.0042"})) as slack:
        settings = configured(target("slack_bot", f'channel = "C024BE91L"\napi_url = "{slack.url}/api"'))
        put_alert(settings)
        deliver(settings, now=at())
        put_alert(settings, what="ended")
        deliver(settings, now=at())
    first, update = (r.json for r in slack.requests)
    assert [r.path for r in slack.requests] == ["/api/chat.postMessage"] * 2
    assert slack.requests[0].headers["authorization"] == "Bearer xoxb-a-token-that-is-secret"
    assert (first["channel"], "thread_ts" in first, update["thread_ts"]) == ("C024BE91L", False, "1779.0042")
    assert (first["parse"], first["link_names"]) == ("none", False)
    assert first["metadata"]["event_payload"]["message"] == "m000-opsnew"
    assert update["blocks"][1]["text"]["text"].startswith("It is over. Orbit: worse from")


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"ok": False, "error": "channel_not_found"}, "answered 200 (channel_not_found)"),
        ({"ok": False, "error": "the post said xoxb"}, "answered 200 (an error that it has not named)"),
    ],
)
def test_what_a_bot_is_refused_for_is_said_in_slacks_own_words_alone(
    configured: Configured, monkeypatch: pytest.MonkeyPatch, said: dict[str, Any], why: str
) -> None:
    monkeypatch.setenv("EARFUL_TEST_TO", "xoxb-a-token-that-is-secret")
    with serve(lambda _: answer(said)) as slack:
        settings = configured(target("slack_bot", f'channel = "C024BE91L"\napi_url = "{slack.url}/api"'))
        put_alert(settings)
        done = deliver(settings, now=at())
    assert done.failed == [f"ops did not take an alert: {why}; it is tried again by the next run"]
    assert statuses(settings) == [("due", 1)]


def test_teams(configured: Configured, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = configured(target("teams"))
    put_alert(settings)
    answers = [Response(200, b"Webhook message delivery failed with error: HTTP error 429"), Response(202)]
    with serve(lambda _: answers.pop(0)) as teams:
        monkeypatch.setenv("EARFUL_TEST_TO", f"{teams.url}/workflows/0123456789abcdef0123/triggers")
        assert deliver(settings, now=at()).failed
        assert deliver(settings, now=at(datetime(2026, 5, 22, 4, tzinfo=UTC))).sent == 1
    card = teams.requests[1].json["attachments"][0]["content"]
    assert card["type"] == "AdaptiveCard"
    assert {block["type"] for block in card["body"]} == {"RichTextBlock"}
    assert card["body"][0]["inlines"][0]["text"] == "Orbit: worse"
    assert "actions" not in card
    assert statuses(settings) == [("delivered", 2)]


def test_a_webhook_is_signed_and_says_the_same_at_every_attempt(
    configured: Configured, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = configured(target("webhook", 'secret_env = "EARFUL_TEST_KEY"'))
    monkeypatch.setenv("EARFUL_TEST_KEY", "a key of the team's own")
    put_alert(settings)
    answers = [Response(500), Response(200, b"{}", cut=True), Response(204)]
    with serve(lambda _: answers.pop(0)) as hook:
        monkeypatch.setenv("EARFUL_TEST_TO", f"{hook.url}/hook")
        for day in (21, 22, 23):
            deliver(settings, now=at(datetime(2026, 5, day, 4, tzinfo=UTC)))
    bodies = {request.body for request in hook.requests}
    assert len(hook.requests) == 3
    assert len(bodies) == 1
    assert statuses(settings) == [("delivered", 3)]
    request = hook.requests[0]
    stamp, signature = request.headers["earful-timestamp"], request.headers["earful-signature"]
    made = hmac.new(b"a key of the team's own", f"{stamp}.".encode() + request.body, hashlib.sha256).hexdigest()
    assert signature == f"v1={made}"
    assert abs(int(stamp) - datetime.now(UTC).timestamp()) < 600
    said = request.json
    assert (said["schema"], said["id"], said["alert"]) == (1, "m000-opsnew", "a0-ops")
    assert (said["kind"], said["update"], said["episode"], said["verdict"]) == ("worse", "new", BAD, "worse")
    assert said["n"] == 496
    assert said["change_low"] < said["change"] < said["change_high"] < 0
    assert said["causes"]
    assert said["link"] is None
    assert len(said["quotes"]) == 2
    assert {r.headers["idempotency-key"] for r in hook.requests} == {"m000-opsnew"}


def test_an_answer_that_does_not_come_is_not_waited_for(
    configured: Configured, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = configured(target("slack"))
    for number in range(5):
        put_alert(settings, number=number)
    monkeypatch.setattr(delivering, "ATTEMPT_SECONDS", 0.2)
    with serve(lambda _: Response(200, b"ok", delay=1.0)) as slack:
        monkeypatch.setenv("EARFUL_TEST_TO", f"{slack.url}/services/hangs")
        done = deliver(settings, now=at())
    assert done.failed == ["ops did not take an alert: no whole answer (TooSlow); it is tried again by the next run"]
    assert len(slack.requests) <= 3, "a target that hangs is left alone"
    assert statuses(settings) == [("sending", 1)] * 3 + [("due", 0)] * 2
    assert done.waiting == 5


def test_retry_after_is_obeyed(configured: Configured, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = configured(target("slack"))
    put_alert(settings)
    slept: list[float] = []
    monkeypatch.setattr("earful.flows.alerts.deliver.time.sleep", slept.append)
    answers = [Response(429, headers={"Retry-After": "7"}), Response(429, headers={"Retry-After": "7200"})]
    with serve(lambda _: answers.pop(0) if answers else Response(200, b"ok")) as slack:
        monkeypatch.setenv("EARFUL_TEST_TO", f"{slack.url}/services/busy")
        assert deliver(settings, now=at()).sent == 0
        assert slept == [7.0]
        assert deliver(settings, now=at(datetime(2026, 5, 21, 6, 29, tzinfo=UTC))).sent == 0
        assert len(slack.requests) == 2
        assert deliver(settings, now=at(datetime(2026, 5, 21, 6, 31, tzinfo=UTC))).sent == 1


def test_one_message_that_is_refused_for_ever_holds_up_no_other(
    configured: Configured, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = configured(target("webhook", 'secret_env = "EARFUL_TEST_KEY"'))
    monkeypatch.setenv("EARFUL_TEST_KEY", "a key of the team's own")
    for number in range(4):
        put_alert(settings, number=number)

    def judge(request: Request) -> Response:
        return Response(400) if request.json["id"] == "m000-opsnew" else Response(200)

    with serve(judge) as hook:
        monkeypatch.setenv("EARFUL_TEST_TO", f"{hook.url}/hook")
        done = deliver(settings, now=at())
    assert done.sent == 3
    assert done.failed == ["ops did not take an alert: answered 400; it is tried again by the next run"]


def test_quiet_hours_and_a_day_s_limit(configured: Configured, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = configured('time_zone = "UTC"\n' + target("slack", 'quiet = "22:00-07:00"\nat_most = 2'))
    for number in range(5):
        put_alert(settings, number=number)
    with serve(lambda _: Response(200, b"ok")) as slack:
        monkeypatch.setenv("EARFUL_TEST_TO", f"{slack.url}/services/quiet")
        night = deliver(settings, now=at())
        assert (night.sent, night.failed, night.waiting) == (0, [], 5)
        morning = deliver(settings, now=at(NOW.replace(hour=7)))
    assert (morning.sent, morning.waiting) == (3, 0)
    assert slack.requests[0].json["blocks"][0]["text"]["text"] == "earful: 3 more alerts"
    assert slack.requests[0].json["blocks"][1]["text"]["text"].count("Orbit: worse from") == 3


def test_a_secret_that_is_not_set_is_said_and_none_is_told(
    configured: Configured, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    settings = configured(target("slack"))
    monkeypatch.delenv("EARFUL_TEST_TO", raising=False)
    assert deliver(settings, now=at()).failed == []
    put_alert(settings)
    assert deliver(settings, now=at()).failed == ["ops: EARFUL_TEST_TO is not set, 1 not sent"]
    secret = "http://127.0.0.1:1/services/T0/very-secret-part-of-it"
    monkeypatch.setenv("EARFUL_TEST_TO", secret)
    with caplog.at_level(logging.DEBUG):
        done = deliver(configured(target("slack")), now=at())
    assert done.failed == [
        "ops did not take an alert: no whole answer (ConnectError); it is tried again by the next run"
    ]
    assert "very-secret" not in caplog.text
    with opened(settings) as store:
        for table in ("alerts", "alert_outbox", "alert_targets"):
            assert "very-secret" not in str(store.con.execute(f"from {table}").fetchall())


def test_two_runs_do_not_send_at_once(configured: Configured, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = configured(target("slack"))
    put_alert(settings)
    with serve(lambda _: Response(200, b"ok")) as slack:
        monkeypatch.setenv("EARFUL_TEST_TO", f"{slack.url}/services/twice")
        with delivering._alone(settings) as alone:
            assert alone
            assert deliver(settings, now=at()).sent == 0
        assert deliver(settings, now=at()).sent == 1


def test_words_of_sources_that_are_kept_for_days_only_are_not_quoted(
    configured: Configured, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = configured(target("webhook", 'secret_env = "EARFUL_TEST_KEY"'))
    assert quotable(settings) == ("shop", "play")
    monkeypatch.setenv("EARFUL_TEST_KEY", "a key of the team's own")
    settings = configured(target("webhook", 'secret_env = "EARFUL_TEST_KEY"\nquotes = false'))
    put_alert(settings)
    with serve(lambda _: Response(200)) as hook:
        monkeypatch.setenv("EARFUL_TEST_TO", f"{hook.url}/hook")
        deliver(settings, now=at())
    assert json.loads(hook.requests[0].body)["quotes"] == []


def test_what_the_published_file_no_longer_holds_is_told_by_name_and_days(
    configured: Configured, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = configured(target("slack"))
    put_alert(settings, subject="orbit 2026-05-11 gone", what="withdrawn")
    put_alert(settings, subject="orbit shop", kind="backlog", number=1)
    put_alert(settings, subject="a run", kind="failed_night", number=2)
    with serve(lambda _: Response(200, b"ok")) as slack:
        monkeypatch.setenv("EARFUL_TEST_TO", f"{slack.url}/services/words")
        assert deliver(settings, now=at()).sent == 3
    texts = [r.json["blocks"][1]["text"]["text"] for r in slack.requests]
    assert texts[1].startswith("Taken back: with the posts")
    assert texts[1].endswith("Orbit: worse, 11 May 2026 to 19 May 2026.")
    assert texts[0] == "The night of 19 May 2026 (UTC) failed: 3 days are missing."
    assert texts[2].startswith("orbit: 3 days are missing.")


def test_a_chart_goes_with_the_first_attempt_at_news_of_a_product(
    configured: Configured, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A target may refuse files: the words alone come again. Slack's webhook takes none, a night has no chart."""
    charts: list[bytes | None] = []

    def attempt(_aim: object, out: Outgoing, _seconds: float) -> Taken | NotTaken:
        charts.append(out.chart)
        return NotTaken("no files here") if out.chart else Taken()

    monkeypatch.setenv("EARFUL_TEST_TO", "ntfy://127.0.0.1:9/topic")
    monkeypatch.setattr(delivering, "sender_of", lambda _target: attempt)
    settings = configured(target("ntfy"))
    put_alert(settings)
    assert deliver(settings, now=at()).sent == 0
    assert deliver(settings, now=at(NOW + timedelta(minutes=6))).sent == 1
    first, second = charts
    assert first is not None
    assert first.startswith(b"\x89PNG")
    assert second is None

    words = Words(settings)
    told = Told("a", "worse", "orbit", BAD, NOW.date(), NOW.date(), "open", "", None, "new", NOW)
    message = Message("m", "new", 1, False, (told,))
    with words:
        ntfy = settings.alerts[0]
        assert words._chart(ntfy, message) is not None
        for other in (replace(message, attempts=2), replace(message, what="ended")):
            assert words._chart(ntfy, other) is None
        night = replace(message, told=(replace(told, kind="failed_night"),))
        assert words._chart(ntfy, night) is None
        assert words._chart(ntfy.model_copy(update={"chart": False}), message) is None
        assert words._chart(ntfy.model_copy(update={"kind": "slack"}), message) is None
