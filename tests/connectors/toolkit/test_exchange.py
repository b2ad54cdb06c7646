"""One answer within limits: time, size, coding, redirects, whatever bytes come. Real sockets, served by a process."""

from __future__ import annotations

import gzip
import threading
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from pulling import quick_web
from replay import Request, Response, answer, serve

from benchmarks.limits.answers import ANSWERS
from benchmarks.limits.service import Served, serving
from earful.connectors.errors import Fatal, Retriable
from earful.connectors.limits import REDIRECTS, Limits
from earful.connectors.toolkit.body import opened
from earful.connectors.toolkit.deadline import MOST_ADDRESSES, TooLarge
from earful.connectors.toolkit.exchange import Allowance, Exchange, NoAnswer

pytestmark = pytest.mark.process  # its service is a process of its own

SMALL = Limits(timeout=0.6, answer_seconds=1.2, answer_mb=1)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(ANSWERS, str(tmp_path_factory.mktemp("served"))) as running:
        yield running


def trouble(url: str, limits: Limits = SMALL) -> str:
    """What Web says of it after one try."""
    with pytest.raises(Retriable) as caught:
        quick_web("shop", limits=limits, tries=1).get(url)
    return str(caught.value)


@pytest.mark.parametrize(
    "name",
    ["trickle-head", "trickle-body", "trickle-chunks", "trickle-informational"],
)
def test_a_byte_now_and_then_does_not_hold_it(served: Served, name: str) -> None:
    assert trouble(served.urls[name]) == "shop: no whole answer from 127.0.0.1 in 1.2 s; try again later"


@pytest.mark.parametrize("name", ["silence", "silence-in-the-body"])
def test_silence_has_its_own_limit(served: Served, name: str) -> None:
    assert "(ReadTimeout)" in trouble(served.urls[name])


@pytest.mark.parametrize(
    "name", ["gzip-bomb", "plain-endless", "chunks-endless", "gigabyte-announced", "values-by-the-million"]
)
def test_an_answer_has_a_largest_size(served: Served, name: str) -> None:
    patient = Limits(timeout=10, answer_seconds=60, answer_mb=1)
    assert trouble(served.urls[name], patient) == "shop: an answer of 127.0.0.1 has over 1 MB; try again later"


@pytest.mark.parametrize("name", ["informational-flood", "trailers-endless", "head-of-megabytes"])
def test_what_comes_besides_the_body_is_bounded_too(served: Served, name: str) -> None:
    patient = Limits(timeout=10, answer_seconds=60, answer_mb=1)
    assert trouble(served.urls[name], patient) in {
        "shop: an answer of 127.0.0.1 has over 1 MB; try again later",
        "shop: no answer from 127.0.0.1 (RemoteProtocolError); try again later",
    }


@pytest.mark.parametrize("name", ["brotli-bomb", "deflate-bomb", "zstd-bomb", "gzip-in-gzip", "gzip-that-is-none"])
def test_a_coding_that_was_not_asked_for_is_not_opened(served: Served, name: str) -> None:
    limits = Limits(timeout=5, answer_mb=4)  # the bombs themselves have 1 MB at most
    assert trouble(served.urls[name], limits) == "shop: no answer from 127.0.0.1 (DecodingError); try again later"


def test_a_bomb_is_never_in_memory() -> None:
    """Half a gigabyte in 64 kB pieces as httpcore hands them on; httpx's own decoder makes 64 MB of each."""
    packed = gzip.compress(b" " * (64 << 20))
    pieces = [packed[at : at + 65536] for at in range(0, len(packed), 65536)]
    tracemalloc.start()
    try:
        with pytest.raises(TooLarge):
            opened(pieces, "gzip", 1 << 20)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < 4 << 20


def test_gzip_is_asked_for_and_opened() -> None:
    body = b'{"text": "' + b"never mind " * 50_000 + b'"}'
    heard: list[Request] = []

    def handler(request: Request) -> Response:
        heard.append(request)
        return Response(200, gzip.compress(body), {"Content-Encoding": "gzip"})

    with serve(handler) as server:
        assert quick_web("shop").get(server.url).content == body
        assert (
            trouble(server.url, Limits(answer_mb=0.1))
            == "shop: an answer of 127.0.0.1 has over 0.1 MB; try again later"
        )
    assert heard[0].headers["accept-encoding"] == "gzip"


def test_gzip_cut_short_is_no_answer() -> None:
    with serve(lambda _: Response(200, gzip.compress(b"x" * 9000)[:-12], {"Content-Encoding": "gzip"})) as server:
        assert "(DecodingError)" in trouble(server.url)


def test_an_answer_too_slow_or_too_large_is_not_asked_for_again(served: Served) -> None:
    for name in ("trickle-body", "plain-endless"):
        web = quick_web("shop", limits=SMALL)
        with pytest.raises(Retriable):
            web.get(served.urls[name])
        assert web.requests == 1


def test_all_tries_together_have_the_time_of_one_answer(served: Served) -> None:
    """Silence is worth asking again, but not four times over."""
    web = quick_web("shop", limits=Limits(timeout=0.2, answer_seconds=0.5))
    with pytest.raises(Retriable, match=r"no whole answer from 127\.0\.0\.1 in 0\.5 s"):
        web.get(served.urls["silence"])
    assert web.requests == 3


@pytest.mark.parametrize("name", ["redirect-other-port", "redirect-other-name", "redirect-other-scheme"])
def test_a_redirect_stays_on_its_host(served: Served, name: str) -> None:
    assert trouble(served.urls[name]) == "shop: 127.0.0.1 sent us to another host, port or scheme; try again later"
    assert served.strays == 0


@pytest.mark.parametrize("name", ["redirect-circle", "redirect-further"])
def test_redirects_have_an_end(served: Served, name: str) -> None:
    assert trouble(served.urls[name] + "/r/x") == "shop: no answer from 127.0.0.1 (TooManyRedirects); try again later"


def test_as_many_redirects_as_there_may_be_are_followed() -> None:
    def handler(request: Request) -> Response:
        number = int(request.query["n"])
        return answer({"ok": 1}) if number == REDIRECTS else Response(307, headers={"Location": f"/x?n={number + 1}"})

    with serve(handler) as server:
        got = quick_web("shop", tries=1).get(server.url + "/x", {"n": 0})
    assert got.json() == {"ok": 1}
    assert len(got.history) == REDIRECTS
    assert len(server.requests) == REDIRECTS + 1


def test_a_redirect_shares_time_and_size_with_what_it_leads_to(served: Served) -> None:
    assert "has over 1 MB" in trouble(served.urls["redirect-with-a-bomb"], Limits(timeout=9, answer_mb=1))


def test_a_redirect_cannot_say_who_we_are() -> None:
    def handler(request: Request) -> Response:
        there = request.headers["host"]
        return answer({}) if request.path == "/y" else Response(302, headers={"Location": f"http://me:pw@{there}/y"})

    with serve(handler) as server:
        quick_web("shop").get(server.url + "/x")
    assert "authorization" not in server.requests[1].headers


def test_nothing_that_a_service_says_is_quoted(served: Served) -> None:
    assert trouble(served.urls["redirect-nowhere"]) == "shop: no answer from 127.0.0.1 (BadRedirect); try again later"


def test_cookies_are_not_kept() -> None:
    with serve(lambda _: Response(200, b"{}", {"Set-Cookie": "a=1"})) as server:
        web = quick_web("shop")
        web.get(server.url)
        web.get(server.url)
    assert all("cookie" not in request.headers for request in server.requests)


def test_the_limit_is_of_each_answer_and_not_of_the_connection() -> None:
    """Connections are used again, and by other threads: what one answer took is no other's."""
    with serve(lambda _: Response(200, b"x" * 700_000)) as server:
        web = quick_web("shop", limits=SMALL)
        for _ in range(4):
            assert len(web.get(server.url).content) == 700_000
        threads = [threading.Thread(target=web.get, args=(server.url,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(server.requests) == 8


def test_a_header_that_cannot_be_sent_is_no_answer() -> None:
    exchange = Exchange(Limits())
    with serve(lambda _: answer({})) as server:
        for value in ("\u1234", "x" * 100_000, "a\r\nHost: evil.example"):
            with pytest.raises(NoAnswer) as caught:
                exchange.fetch("GET", httpx.URL(server.url), headers={"Authorization": value})
            assert caught.value.kind == "LocalProtocolError"
            assert value not in str(caught.value)
    assert server.requests == []


def test_a_name_with_many_dead_addresses_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    dead = [(2, 1, 6, "", (f"127.0.0.{n}", 9)) for n in range(2, 40)]
    monkeypatch.setattr("earful.connectors.toolkit.deadline.socket.getaddrinfo", lambda *_a, **_k: dead)

    def refuse(address: tuple[str, int], *_args: object, **_named: object) -> None:
        asked.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr("httpcore._backends.sync.socket.create_connection", refuse)
    with pytest.raises(NoAnswer, match="ConnectError"):
        Exchange(Limits()).fetch("GET", httpx.URL("http://many.example/"), headers={})
    assert len(asked) == MOST_ADDRESSES


def test_time_that_is_used_up_asks_nothing() -> None:
    with serve(lambda _: answer({})) as server:
        spent = Allowance(0)
        with pytest.raises(NoAnswer, match="in 0 s"):
            Exchange(Limits()).fetch("GET", httpx.URL(server.url), headers={}, allowance=spent)
    assert server.requests == []


def test_a_proxy_of_the_environment_is_not_asked_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with serve(lambda _: answer({"ok": 1})) as server:
        assert quick_web("shop").get(server.url).json() == {"ok": 1}


def test_a_proxy_of_the_environment_is_asked_for_the_world(monkeypatch: pytest.MonkeyPatch) -> None:
    with serve(lambda request: answer({"path": request.path})) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        assert quick_web("shop").get("http://shop.example/list").status_code == 200
    assert proxy.requests[0].headers["host"] == "shop.example"


@pytest.mark.parametrize("proxy", ["garbage://x", "socks5://127.0.0.1:9"])
def test_a_proxy_that_cannot_be_used_is_said(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    monkeypatch.setenv("http_proxy", proxy)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with pytest.raises(Retriable, match=r"no answer from shop\.example \(ProxyError\)"):
        quick_web("shop", tries=1).get("http://shop.example/list")


def test_a_handshake_that_never_ends_is_ended(tmp_path: Path) -> None:
    """TLS to a service that sends a byte of its hello now and then."""
    with serving({"hello": lambda _: []}, str(tmp_path)) as running:
        # It waits for a request's end, which a TLS hello does not have, and says nothing.
        url = running.urls["hello"].replace("http:", "https:")
        assert "no answer" in trouble(url) or "no whole answer" in trouble(url)


def test_an_address_that_is_none_stays_a_mistake_of_the_configuration() -> None:
    with pytest.raises(Fatal, match="is not an address"):
        quick_web("shop").get("https://")
