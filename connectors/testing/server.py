"""A loopback HTTP server for tests of connectors: the real client talks to it, it answers what a test says.

``serve(handler)`` runs one for the length of a block; ``server.requests`` are those that came, in order.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True, slots=True)
class Request:
    """What came in. ``query`` and ``form`` keep the last of repeated keys; header names are lower case."""

    method: str
    path: str  # without the query
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def form(self) -> dict[str, str]:
        """The body read as an HTML form."""
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))

    @property
    def json(self) -> Any:  # noqa: ANN401 - whatever came
        """The body read as JSON."""
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Response:
    """What goes out. ``delay`` is in seconds (client time-outs); ``drop`` closes the connection without an answer.

    ``cut``: the connection closes after half of the body, whose whole length was announced.
    """

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    drop: bool = False
    cut: bool = False


Handler = Callable[[Request], Response]


def answer(payload: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer."""
    return Response(status, json.dumps(payload).encode(), {"Content-Type": "application/json", **(headers or {})})


@dataclass
class Server:
    """A running server: its address (no slash at the end), and every request so far, in order of arrival."""

    url: str
    requests: list[Request] = field(default_factory=list)
    errors: list[BaseException] = field(default_factory=list)  # what the test's handler raised


@contextmanager
def serve(handler: Handler) -> Iterator[Server]:
    """Serve ``handler`` on a free loopback port until the block ends.

    An exception in the handler is answered with 500 and raised again at the end of the block: an assertion inside a
    handler fails its test.
    """
    state = Server("")
    lock = threading.Lock()

    class Answering(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_one(self) -> None:
            parts = urlsplit(self.path)
            request = Request(
                self.command,
                parts.path,
                dict(parse_qsl(parts.query, keep_blank_values=True)),
                {k.lower(): v for k, v in self.headers.items()},
                self.rfile.read(int(self.headers.get("Content-Length") or 0)),
            )
            try:
                with lock:
                    state.requests.append(request)
                    response = handler(request)
            except Exception as error:  # noqa: BLE001 - raised again in serve()
                state.errors.append(error)
                response = Response(500, b"the test's handler failed")
            if response.delay:
                time.sleep(response.delay)
            if response.drop:
                self.close_connection = True
                return
            self.send_response_only(response.status)  # no Date or Server of our own beside recorded ones
            for name, value in response.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(response.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(response.body[: len(response.body) // 2] if response.cut else response.body)
            self.close_connection = self.close_connection or response.cut

        do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = handle_one  # noqa: N815 - the base class's names

        def log_message(self, *args: object) -> None:
            """Quiet: paths may hold user names."""

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False  # kept-alive connections of the client would hold the end of the test

        def handle_error(self, request: object, client_address: object) -> None:
            """A client that went away (a time-out under test) is no news."""

    server = Quiet(("127.0.0.1", 0), Answering)
    state.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)
        if state.errors:  # rather than what the client made of the 500
            raise state.errors[0]
