"""A loopback HTTP server for tests: the real client libraries talk to it, it answers what a test or a recording says.

    def handler(request: Request) -> Response:
        return answer({"items": []}) if request.path == "/items" else Response(404)

    with serve(handler) as server:
        pull(server.url)
    assert [r.path for r in server.requests] == ["/items"]

``cassette(path)`` loads recorded conversations (betamax and vcr as JSON, vcrpy and R's vcr as YAML), and ``Replay``
plays them.
"""

from __future__ import annotations

import base64
import gzip
import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import yaml


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
    def json(self) -> Any:
        """The body read as JSON."""
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Response:
    """What goes out. ``delay`` is in seconds (client time-outs); ``drop`` closes the connection without an answer."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    drop: bool = False


Handler = Callable[[Request], Response]


def answer(payload: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
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
                self.wfile.write(response.body)

        do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = handle_one  # noqa: N815 - the base class's names

        def log_message(self, *args: Any) -> None:
            """Quiet: paths may hold user names."""

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False  # kept-alive connections of the client would hold the end of the test

        def handle_error(self, request: Any, client_address: Any) -> None:
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


@dataclass(frozen=True, slots=True)
class Interaction:
    """One recorded request with its answer. The recorded host is dropped: everything is served from one place."""

    request: Request
    response: Response


#: Of the recorded connection or coding, not of the answer: bodies are stored decoded, and lengths are counted anew.
_NOT_REPLAYED = frozenset(
    {"connection", "content-encoding", "content-length", "transfer-encoding", "set-cookie", "alt-svc", "nel"}
)


def cassette(path: Path) -> list[Interaction]:
    """The interactions of a cassette, in recorded order: JSON (betamax, vcr) or YAML (vcrpy, R's vcr) by its suffix."""
    text = path.read_text(encoding="utf-8")
    tape = json.loads(text) if path.suffix == ".json" else yaml.load(text, Loader=_yaml_loader())
    recorded = tape.get("interactions") or tape.get("http_interactions") or []
    return [_interaction(item) for item in recorded]


def cassettes(*paths: Path) -> list[Interaction]:
    """Several cassettes, one after the other."""
    return [interaction for path in paths for interaction in cassette(path)]


class Replay:
    """A handler that answers as recorded: by method and path, and the query where several share those.

    Of several fitting answers each is given once, in order; the last is given again and again. ``ignore`` names query
    parameters that do not matter; ``loose`` lets an answer whose query differs do where none fits exactly. What was
    never recorded is a test's mistake: AssertionError, which serve() raises.
    """

    def __init__(self, interactions: Iterable[Interaction], *, ignore: Iterable[str] = (), loose: bool = False) -> None:
        self._interactions = list(interactions)
        self._ignore = frozenset(ignore)
        self._loose = loose
        self._used: set[int] = set()

    def __call__(self, request: Request) -> Response:
        same = [
            (n, i)
            for n, i in enumerate(self._interactions)
            if i.request.method == request.method and i.request.path.rstrip("/") == request.path.rstrip("/")
        ]
        fitting = [(n, i) for n, i in same if self._query(i.request) == self._query(request)]
        fitting = fitting or (same if self._loose else [])
        if not fitting:
            raise AssertionError(f"nothing recorded for {request.method} {request.path} {sorted(request.query)}")
        number, chosen = next(((n, i) for n, i in fitting if n not in self._used), fitting[-1])
        self._used.add(number)
        return chosen.response

    def _query(self, request: Request) -> dict[str, str]:
        return {k: v for k, v in request.query.items() if k not in self._ignore}


def _interaction(item: Mapping[str, Any]) -> Interaction:
    asked, told = item["request"], item["response"]
    parts = urlsplit(asked["uri"])
    status = told["status"]
    headers = {str(k): _flat(v) for k, v in (told.get("headers") or {}).items()}
    return Interaction(
        Request(
            asked["method"].upper(),
            parts.path or "/",
            dict(parse_qsl(parts.query, keep_blank_values=True)),
            {str(k).lower(): _flat(v) for k, v in (asked.get("headers") or {}).items()},
            _body(asked.get("body")),
        ),
        Response(
            int(status["code"] if isinstance(status, Mapping) else status),
            _body(told.get("body")),
            {k: v for k, v in headers.items() if k.lower() not in _NOT_REPLAYED},
        ),
    )


def _flat(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _body(body: Any) -> bytes:
    if isinstance(body, Mapping):
        coded = body.get("base64_string")
        body = base64.b64decode(coded) if coded else body.get("string")
    if body is None:
        return b""
    if isinstance(body, list):  # asyncpraw's cassettes keep a form as pairs
        return "&".join(f"{k}={v}" for k, v in body).encode()
    raw = body if isinstance(body, bytes) else str(body).encode("utf-8", "surrogatepass")
    return gzip.decompress(raw) if raw.startswith(b"\x1f\x8b") else raw


def _yaml_loader() -> Any:
    # libyaml's loader is about ten times faster on cassettes of some megabytes, where the wheel has it.
    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)
