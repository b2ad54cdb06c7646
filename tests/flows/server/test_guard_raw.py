"""The guard behind the real HTTP server: what a client of a stranger's making sends, byte by byte."""

from __future__ import annotations

import base64
import socket
from collections.abc import Iterator
from contextlib import suppress

import pytest
from guarded import CREDENTIAL
from hostile_pages import Naive, naive_server

from earful.flows.server.guard.layer import STOPS

#: A good credential: what is refused here is refused for nothing else.
AUTH = b"Authorization: Basic " + base64.b64encode(CREDENTIAL.encode()) + b"\r\n"


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[int, Naive]]:
    with naive_server(STOPS) as (port, app):
        yield port, app


def said(port: int, request: bytes) -> list[int]:
    """The status of each answer, until the server closes or has nothing more to say."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
        answer = b""
        with suppress(ConnectionError):  # it may close before all has been read
            line.sendall(request)
            with suppress(OSError):
                line.shutdown(socket.SHUT_WR)
            while part := line.recv(65536):
                answer += part
    return [int(line.split()[1]) for line in answer.split(b"\r\n") if line.startswith(b"HTTP/1.1 ")]


def test_a_plain_request_passes(served: tuple[int, Naive]) -> None:
    port, app = served
    assert said(port, b"GET /api/x HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n%s\r\n" % (port, AUTH)) == [200]
    assert app.hosts == {f"127.0.0.1:{port}"}


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"GET /api/x HTTP/1.0\r\n%(auth)s\r\n",
        b"GET /api/x HTTP/1.1\r\n%(auth)s\r\n",
        b"GET /api/x HTTP/1.1\r\nHost: evil.example\r\n%(auth)s\r\n",
        b"GET /api/x HTTP/1.1\r\nHost: %(host)s\r\nHost: evil.example\r\n%(auth)s\r\n",
        b"GET /api/x HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: %(host)s\r\nForwarded: host=%(host)s\r\n%(auth)s\r\n",
        b"GET http://%(host)s/api/x HTTP/1.1\r\nHost: evil.example\r\n%(auth)s\r\n",
        b"GET http://evil.example/api/x HTTP/1.1\r\nHost: %(host)s\r\n%(auth)s\r\n",
        b"GET /api/x HTTP/1.1\r\nHost : %(host)s\r\n%(auth)s\r\n",
        b"GET /api/x HTTP/1.1\r\nHost: %(host)s\r\n\x00X: y\r\n%(auth)s\r\n",
        b"GET /api/x HTTP/1.1\r\nHost: %(host)s\r\nX: %(long)s\r\n%(auth)s\r\n",
        b"GET /api/%(long)s HTTP/1.1\r\nHost: %(host)s\r\n%(auth)s\r\n",
        b"CONNECT evil.example:443 HTTP/1.1\r\nHost: %(host)s\r\n%(auth)s\r\n",
        b"TRACE /api/x HTTP/1.1\r\nHost: %(host)s\r\n%(auth)s\r\n",
        b"OPTIONS * HTTP/1.1\r\nHost: %(host)s\r\n%(auth)s\r\n",
        b"GET /api/x HTTP/1.1\r\nHost: %(host)s\r\n%(auth)s%(auth)s\r\n",
        b"GET /api/health HTTP/1.1\r\nHost: %(host)s\r\nOrigin: null\r\n\r\n",
        b"GET /api/health%%2f..%%2fflows HTTP/1.1\r\nHost: %(host)s\r\n\r\n",
        b"GET /api/%%68ealth/ HTTP/1.1\r\nHost: %(host)s\r\n\r\n",
        b"GET /earful/login/../../api/x HTTP/1.1\r\nHost: %(host)s\r\n\r\n",
        b"POST /api/x HTTP/1.1\r\nHost: %(host)s\r\nContent-Type: application/json\r\nContent-Length: 2\r\nContent-Length: 3\r\n%(auth)s\r\n{}}",
        b"POST /api/x HTTP/1.1\r\nHost: %(host)s\r\nContent-Type: application/json\r\nContent-Length: -2\r\n%(auth)s\r\n{}",
        b"POST /api/x HTTP/1.1\r\nHost: %(host)s\r\nContent-Type: application/json\r\nContent-Length: 99999999999999999999\r\n%(auth)s\r\n{}",
        b"POST /api/x HTTP/1.1\r\nHost: %(host)s\r\nContent-Type: application/json\r\nTransfer-Encoding: gzip\r\n%(auth)s\r\n{}",
        b"POST /api/x HTTP/1.1\r\nHost: %(host)s\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n%(auth)s\r\nzz\r\n{}\r\n0\r\n\r\n",
        b"POST /api/x HTTP/1.1\r\nHost: %(host)s\r\nTransfer-Encoding: chunked\r\n%(auth)s\r\n2\r\n{}\r\n0\r\n\r\n",
    ],
)  # fmt: skip
def test_none_of_these_reaches_the_app(served: tuple[int, Naive], request_bytes: bytes) -> None:
    port, app = served
    app.hosts.clear()
    app.bodies.clear()
    host = b"127.0.0.1:%d" % port
    answers = said(port, request_bytes % {b"host": host, b"auth": AUTH, b"long": b"x" * 200_000})
    assert all(status >= 400 for status in answers)
    assert (app.hosts, app.bodies) == (set(), [])


def test_a_second_request_is_no_part_of_the_first(served: tuple[int, Naive]) -> None:
    """With both lengths given, one server may see one request where another sees two."""
    port, app = served
    app.bodies.clear()
    app.hosts.clear()
    head = b"POST /api/health HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: application/json\r\n" % port
    inner = (
        b"POST /api/x HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
        % port
    )
    body = b"0\r\n\r\n" + inner
    answers = said(port, head + b"Content-Length: %d\r\nTransfer-Encoding: chunked\r\n\r\n%s" % (len(body), body))
    assert all(status >= 400 for status in answers)
    assert (app.hosts, app.bodies) == (set(), [])
