from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from email.utils import format_datetime

import httpx
import pytest
from pulling import quick_web
from replay import Handler, Request, Response, answer, serve

from earful.connectors.errors import Fatal, Retriable
from earful.connectors.limits import Limits
from earful.connectors.toolkit.web import Spacing, Web, json_body, retry_after, shared_spacing

NOW = datetime(2026, 1, 5, 10, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("raw", "seconds"),
    [
        ("120", 120.0),
        ("0", 0.0),
        ("-3", 0.0),
        ("Mon, 05 Jan 2026 10:01:30 GMT", 90.0),
        ("Mon, 05 Jan 2026 09:00:00 GMT", 0.0),  # already over
        ("Mon, 05 Jan 2026 12:01:30 +0200", 90.0),
        ("soon", None),
        ("inf", None),
        ("nan", None),
        ("", None),
    ],
)
def test_retry_after_in_seconds_or_as_a_date(raw: str, seconds: float | None) -> None:
    assert retry_after({"retry-after": raw}, now=lambda: NOW) == seconds
    assert retry_after({"Retry-After": raw}, now=lambda: NOW) == seconds


def test_no_retry_after_is_none() -> None:
    assert retry_after({}) is None


def in_turn(*responses: Response) -> Handler:
    """A handler that gives the responses one after the other, the last for ever."""
    left = list(responses)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


def test_a_server_error_then_success() -> None:
    with serve(in_turn(Response(503), Response(502), answer({"ok": 1}))) as server:
        web = quick_web("shop")
        assert web.get(server.url + "/x").json() == {"ok": 1}
    assert len(server.requests) == 3
    assert web.requests == 3


def test_the_wait_that_the_service_asked_for_is_waited() -> None:
    waits: list[float] = []
    soon = format_datetime(datetime.now(UTC), usegmt=True)
    with serve(
        in_turn(Response(429, headers={"Retry-After": "7"}), Response(503, headers={"Retry-After": soon}), answer([]))
    ) as server:
        quick_web("shop", sleep=waits.append).get(server.url + "/x")
    assert waits[0] == 7.0
    assert waits[1] < 2.0
    assert len(waits) == 2


def test_waits_without_a_wish_grow_and_are_not_the_same() -> None:
    waits: list[float] = []
    with serve(in_turn(Response(500))) as server, pytest.raises(Retriable):
        quick_web("shop", sleep=waits.append, tries=4).get(server.url + "/x")
    assert len(waits) == 3
    assert all(2**n * 0.5 <= wait <= 2**n for n, wait in enumerate(waits, 1))


def test_a_wait_too_long_is_left_to_the_caller() -> None:
    with serve(in_turn(Response(429, headers={"Retry-After": "900"}))) as server, pytest.raises(Retriable) as caught:
        quick_web("shop").get(server.url + "/x")
    assert caught.value.retry_after == 900.0
    assert len(server.requests) == 1


def test_tries_can_be_set_for_one_request() -> None:
    with serve(in_turn(Response(503))) as server, pytest.raises(Retriable, match="answered 503; try again later"):
        quick_web("shop").get(server.url + "/x", tries=1)
    assert len(server.requests) == 1


def test_a_dropped_connection_is_tried_again() -> None:
    with serve(in_turn(Response(drop=True), answer({"ok": 1}))) as server:
        assert quick_web("shop").get(server.url + "/x").json() == {"ok": 1}


def test_nobody_there_is_retriable() -> None:
    with serve(in_turn(answer({}))) as server:
        url = server.url
    with pytest.raises(Retriable, match=r"^shop: no answer from 127\.0\.0\.1 \(ConnectError\); try again later$"):
        quick_web("shop", tries=2).get(url + "/x")


def test_a_time_out_is_retriable() -> None:
    with serve(in_turn(Response(delay=0.5))) as server, pytest.raises(Retriable, match="ReadTimeout"):
        quick_web("shop", tries=1, limits=Limits(timeout=0.05)).get(server.url + "/x")


def test_redirects_in_a_circle_are_retriable() -> None:
    with (
        serve(in_turn(Response(302, headers={"Location": "/x"}))) as server,
        pytest.raises(Retriable, match="TooManyRedirects"),
    ):
        quick_web("shop", tries=1).get(server.url + "/x")


def test_a_body_that_is_not_what_it_says_is_retriable() -> None:
    broken = Response(200, b"no gzip at all", {"Content-Encoding": "gzip"})
    with serve(in_turn(broken)) as server, pytest.raises(Retriable, match="DecodingError"):
        quick_web("shop", tries=1).get(server.url + "/x")


@pytest.mark.parametrize(
    "url", ["ftp://example.org/x?key=hush", "nowhere?key=hush", "http://me:hush@ex:port/x?key=hush"]
)
def test_no_address_is_fatal_and_tells_no_secret(url: str) -> None:
    with pytest.raises(Fatal, match="is not an address") as caught:
        quick_web("shop").get(url)
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize("status", [429, 503])
def test_no_message_holds_the_query(status: int) -> None:
    with serve(in_turn(Response(status))) as server, pytest.raises(Retriable) as caught:
        quick_web("shop", tries=1).get(server.url + "/x", {"key": "hush"})
    assert server.requests[0].query == {"key": "hush"}
    assert "hush" not in str(caught.value)
    assert "?" not in str(caught.value)


def test_it_names_itself() -> None:
    with serve(in_turn(answer({}))) as server:
        quick_web("shop").get(server.url)
    assert server.requests[0].headers["user-agent"].startswith("earful")


def test_spacing_is_shared_between_threads() -> None:
    spacing = Spacing(0.05)
    turns: list[float] = []
    start = threading.Barrier(4)

    def caller() -> None:
        start.wait()
        spacing.wait()
        turns.append(time.monotonic())

    threads = [threading.Thread(target=caller) for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    turns.sort()
    assert turns[-1] - turns[0] >= 0.145  # three gaps, whichever thread came first


def test_no_spacing_never_sleeps(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("earful.connectors.toolkit.web.time.sleep", slept.append)
    for _ in range(1000):
        Spacing(0).wait()
    assert slept == []


def reply(status: int, body: bytes = b"{}", headers: dict[str, str] | None = None) -> httpx.Response:
    request = httpx.Request("GET", "https://example.org/list?key=hush")
    return httpx.Response(status, content=body, headers=headers, request=request)


def test_json_of_a_good_answer() -> None:
    assert json_body("shop", reply(200, b'{"a": [1]}')) == {"a": [1]}


@pytest.mark.parametrize(
    ("response", "kind", "says"),
    [
        (reply(404), Fatal, "shop: example.org/list answered 404; check the ids and the options of the channel"),
        (reply(501), Retriable, "shop: example.org/list answered 501; try again later"),
        (reply(204, b""), Retriable, "shop: example.org/list answered 204; try again later"),
        (
            reply(200, b"<html>"),
            Retriable,
            "shop: example.org/list answered something that is no JSON; try again later",
        ),
        (
            reply(200, b"[" * 200_000),
            Retriable,
            "shop: example.org/list answered something that is no JSON; try again later",
        ),
        (
            reply(200, b"\xff\xfe\x00"),
            Retriable,
            "shop: example.org/list answered something that is no JSON; try again later",
        ),
    ],
)
def test_json_of_a_bad_answer(response: httpx.Response, kind: type[Exception], says: str) -> None:
    with pytest.raises(kind) as caught:
        json_body("shop", response)
    assert str(caught.value) == says


def test_a_web_that_nobody_holds_gives_its_connections_back() -> None:
    with serve(lambda _request: answer({})) as server:
        web = Web("shop")
        web.get(server.url)
        exchange = web._exchange
        assert exchange._pools
        del web
        assert not exchange._pools


def test_requests_are_counted_over_threads() -> None:
    def handler(_: Request) -> Response:
        return answer({})

    with serve(handler) as server:
        web = quick_web("shop")
        threads = [threading.Thread(target=lambda: [web.get(server.url) for _ in range(5)]) for _ in range(4)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
    assert web.requests == 20 == len(server.requests)


def test_channels_of_one_host_share_its_spacing_and_other_hosts_do_not() -> None:
    assert shared_spacing("one.example", 0.05) is shared_spacing("one.example", 0.05)
    assert shared_spacing("one.example", 0.05) is not shared_spacing("two.example", 0.05)
    with serve(lambda _request: answer({})) as server:
        first, second = Web("a", spacing=0.05), Web("b", spacing=0.05)
        begin = time.monotonic()
        for _ in range(3):
            first.get(server.url)
            second.get(server.url)
        assert time.monotonic() - begin >= 5 * 0.05
