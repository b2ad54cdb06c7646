"""Whatever people write, no target takes it for more than words: no ping, no link, no markup, no template."""

from __future__ import annotations

import html
import json
import re
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earful.flows.alerts.targets import slack, teams, webhook
from earful.flows.alerts.targets.markup import BREAK, Outgoing, harmless, html_body, plain
from earful.flows.alerts.words import to_send
from earful.flows.config.alerts import AlertSettings
from earful.reports.alerts import Alert, Quote

#: What each would do in some target, and what must not be found in what is sent there.
HOSTILE = [
    "<!channel> look", "<!here|here>", "<!everyone>", "<@U024BE7LH>", "<#C024BE7LR|general>", "@channel", "@everyone @here",
    "<https://evil.example|our bank>", "[our bank](https://evil.example)", "![x](http://evil.example/x.png)",
    "https://evil.example/login", "HTTPS://EVIL.EXAMPLE", "evil.example/login", "www.evil.example", "javascript:alert(1)",
    "data:text/html;base64,AAAA", "slack://channel?id=1", "tel:+490000000", "mailto:eve@evil.example", "file:///etc/passwd",
    "<a href=//evil.example>x</a>", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<at>Ann</at>",
    "{{DATE(2026-01-01T00:00:00Z, SHORT)}}", "${body}", "&lt;!channel&gt;", "&#60;!channel&#62;", "```\ncode", "*bold* _it_ ~no~",
    "a\u202ecod.exe", "\x1b]8;;http://evil.example\x07x", "one\r\nBcc: eve@evil.example", ":rotating_light: :x:",
    "<!subteam^S0|@team>", "<!date^1392734382^{date}^https://evil.example|x>", "10.0.0.1/login",
    "\u200b<!channel>", "<\u200b!channel>", "h\u200bttps://evil.example", "](https://evil.example)", "#general",
]  # fmt: skip
PING = re.compile(r"<[!@#a-z/]|@(?:channel|here|everyone)|\{\{|\$\{", re.IGNORECASE)
LINK = re.compile(r"[a-z]{2,}://\S|\bwww\.\w|evil\.example|\]\(|(?:javascript|mailto|tel|data):\S", re.IGNORECASE)


def out(text: str, title: str = "Orbit: worse") -> Outgoing:
    target = AlertSettings(name="ops", kind="slack", to_env="EARFUL_TEST_TO")
    alert = Alert(title, f"Orbit ({text}): worse.", (Quote(text, "shop", date(2026, 5, 12), None),), {"n": 3})
    return to_send(target, "0123456789abcdef", alert, datetime(2026, 5, 20, tzinfo=UTC))


def texts(value: object) -> list[str]:
    """Every text in a payload but for what we wrote ourselves."""
    if isinstance(value, dict):
        return [t for key, each in value.items() if key != "$schema" for t in texts(each)]
    if isinstance(value, list):
        return [t for each in value for t in texts(each)]
    return [value] if isinstance(value, str) else []


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_words_are_words_everywhere(hostile: str) -> None:
    made = out(hostile, title=f"{hostile}: worse")
    for said in (*texts(slack.payload(made)), *texts(teams.payload(made)), plain(made)):
        assert not PING.search(said), said
        assert not LINK.search(said), said
        assert not re.search(r"[\x00-\x09\x0b-\x1f\u202e]", said), said
    shown = html_body(made)
    assert not re.search(r"<(?!/?(?:p|blockquote|br|small)>)", shown), shown
    assert not LINK.search(html.unescape(re.sub(r"<[^>]*>", "", shown))), shown
    assert "\n" not in made.alert.title
    assert "\r" not in plain(made)


def test_in_slack_foreign_words_are_no_markup() -> None:
    made = slack.payload(out("*bold* <!channel>"))
    kinds = {json.dumps(b.get("text", {}).get("type")) for b in made["blocks"] if "bold" in json.dumps(b)}
    assert kinds == {'"plain_text"'}
    assert f"{BREAK}*{BREAK}bold" in made["text"]
    assert "&lt;" in made["text"]


def test_a_webhook_gets_the_words_as_they_are_but_for_persons() -> None:
    made = webhook.payload(out("<b>mail me</b> at ann.smith@example.org https://example.org/x"))
    assert made["quotes"][0]["text"] == "<b>mail me</b> at [email] https://example.org/x"


@given(st.text(max_size=60))
def test_words_stay_readable(text: str) -> None:
    """What has no address and no control character is the same to the eye."""
    said = harmless(text)
    if "[link]" not in said and not re.search(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]", text):
        assert said.replace(BREAK, "") == text.replace(BREAK, "")
    assert not PING.search(said)


@pytest.mark.parametrize("text", ["Mean -0.01 over 496 posts", "1.8.2", "n = 3 < 5", "it's 5:30", "5 & 6", "a, b; c."])
def test_numbers_and_sentences_are_not_touched(text: str) -> None:
    assert harmless(text) == text
