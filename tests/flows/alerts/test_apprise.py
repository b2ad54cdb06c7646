"""Mail and ntfy by Apprise: what a real SMTP server and a loopback ntfy get, take and refuse."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from replay import Response, serve

from earful.flows.alerts.deliver import aim_at
from earful.flows.alerts.targets import by_apprise
from earful.flows.alerts.targets.attempt import NotTaken, Taken
from earful.flows.alerts.words import to_send
from earful.flows.config.alerts import AlertSettings
from earful.reports.alerts import Alert, Quote

EVIL = 'Ann <b>@everyone</b> <!channel> [here](https://evil.example/x) evil.example & "co" ann@example.org'
ALERT = Alert(
    "Orbit: worse\nBcc: eve@example.org",
    "Orbit: worse from 2026-05-11.",
    (Quote(EVIL, "shop", date(2026, 5, 12), 1.0),),
)


class Inbox:
    """Takes every mail, or answers what the test says."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.answers: list[str] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.answers:
            return self.answers.pop(0)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 taken"


@pytest.fixture
def inbox() -> Iterator[tuple[Inbox, int]]:
    box = Inbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield box, port
    finally:
        controller.stop()


@pytest.fixture
def send(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], Taken | NotTaken]:
    def attempt(kind: str, address: str, chart: bytes | None = None) -> Taken | NotTaken:
        monkeypatch.setenv("EARFUL_TEST_TO", address)
        target = AlertSettings(name="ops", kind=kind, to_env="EARFUL_TEST_TO")  # type: ignore[arg-type]
        out = to_send(target, "0123456789abcdef", ALERT, datetime(2026, 5, 20, tzinfo=UTC))
        return by_apprise.send(aim_at(target), replace(out, chart=chart), 5.0)

    return attempt


def test_mail(inbox: tuple[Inbox, int], send: Callable[[str, str], Taken | NotTaken]) -> None:
    box, port = inbox
    address = f"mailto://127.0.0.1:{port}?from=earful@example.org&to=pom@example.org&mode=insecure"
    box.answers.append("451 not now")
    assert send("mail", address) == NotTaken("not taken; Apprise gives no reason", sure=False)
    assert send("mail", address) == Taken()
    (mail,) = box.mails
    assert mail["X-Earful-Message"] == "0123456789abcdef"
    assert mail["Bcc"] is None
    assert str(mail["Subject"]).startswith("Orbit: worse Bcc")
    body = mail.get_body(("html",))
    assert body is not None
    html = body.get_content()
    assert "Orbit: worse from 2026-05-11." in html
    assert "<b>" not in html.replace("<blockquote", "")
    assert "evil.example" not in html
    assert "ann@example.org" not in html
    assert "&lt;" in html


def test_ntfy(send: Callable[[str, str], Taken | NotTaken]) -> None:
    answers = [Response(500), Response(200, b"{}")]
    with serve(lambda _: answers.pop(0)) as ntfy:
        address = f"ntfy://{ntfy.url.removeprefix('http://')}/topic"
        assert send("ntfy", address) == NotTaken("not taken; Apprise gives no reason", sure=False)
        assert send("ntfy", address) == Taken()
    said = ntfy.requests[1].body.decode()
    assert "Orbit: worse from 2026-05-11." in said
    assert "earful alert 0123456789ab" in said
    assert "@everyone" not in said
    assert "evil.example/x" not in said


def test_a_chart_goes_with_it(inbox: tuple[Inbox, int], send: Callable[..., Taken | NotTaken]) -> None:
    """In one request with the words: what is taken is taken whole."""
    box, port = inbox
    address = f"mailto://127.0.0.1:{port}?from=earful@example.org&to=pom@example.org&mode=insecure"
    assert send("mail", address, b"\x89PNG picture") == Taken()
    (mail,) = box.mails
    (part,) = mail.iter_attachments()
    assert (part.get_content_type(), part.get_content()) == ("image/png", b"\x89PNG picture")
    body = mail.get_body(("html",))
    assert body is not None
    assert "Orbit: worse from 2026-05-11." in body.get_content()
    with serve(lambda _: Response(200, b"{}")) as ntfy:
        assert send("ntfy", f"ntfy://{ntfy.url.removeprefix('http://')}/topic", b"\x89PNG picture") == Taken()
    (request,) = ntfy.requests
    assert request.body == b"\x89PNG picture"
    said = str(request.query) + str(request.headers)
    assert "earful alert 0123456789ab" in said.replace("+", " ")


@pytest.mark.parametrize(
    ("kind", "address", "why"),
    [
        ("mail", "https://example.org/x", "its address does not begin with mailto:// or mailtos://"),
        ("apprise", "nonsense", "its address is none that Apprise knows"),
        ("ntfy", "ntfy://one/a ntfy://two/b", "its variable holds several addresses; a target has one"),
    ],
)
def test_an_address_that_cannot_be_used_is_said_and_not_shown(
    send: Callable[[str, str], Taken | NotTaken], kind: str, address: str, why: str
) -> None:
    outcome = send(kind, address)
    assert isinstance(outcome, NotTaken)
    assert outcome.why.startswith(why)
    assert "example.org" not in outcome.why
