"""Drives the guard without a network: requests and websockets as ASGI, around an app that is as open as Prefect's."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from earful.flows.server.guard.access import Access
from earful.flows.server.guard.asgi import Message, Receive, Scope, Send
from earful.flows.server.guard.layer import STOPS, Guard
from earful.flows.server.guard.logins import Logins
from earful.flows.server.guard.origins import Origins

PORT = 4200
CREDENTIAL = "earful:of-the-server"
OWN = "a credential of the user's own"
HERE = f"127.0.0.1:{PORT}"
ORIGIN = f"http://{HERE}"
COOKIE = f"earful_{PORT}"

Headers = Iterable[tuple[str, str]]


@dataclass
class OpenApp:
    """Answers every origin, does whatever it is told, and writes down what reached it."""

    reached: list[tuple[str, str, bytes]] = field(default_factory=list)
    schemes: list[str] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._socket(scope, receive, send)
            return
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        self.reached.append((scope["method"], scope["path"], body))
        self.schemes.append(scope["scheme"])
        headers = [(b"access-control-allow-origin", b"*"), (b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b'"inside"'})

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert (await receive())["type"] == "websocket.connect"
        await send({"type": "websocket.accept", "subprotocol": "prefect"})
        await send({"type": "websocket.send", "text": "said before anything was asked"})
        while (message := await receive())["type"] == "websocket.receive":
            self.reached.append(("WS", scope["path"], str(message.get("text")).encode()))
            await send({"type": "websocket.send", "text": "inside"})


@dataclass
class ServerAnswer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes


class Server:
    """A guard with all of its stops or some, its app, and a clock that stands until it is moved."""

    def __init__(
        self,
        stops: frozenset[str] = STOPS,
        *,
        own: str | None = None,
        public_url: str | None = None,
        any_address: bool = False,
    ) -> None:
        self.now = 1000.0
        self.app = OpenApp()
        self.logins = Logins(lambda: self.now)
        origins = Origins.of(["127.0.0.1", "localhost", "::1"], PORT, public_url, any_address=any_address)
        self.guard = Guard(self.app, Access(origins, CREDENTIAL, COOKIE, own, self.logins), stops)

    def cookie(self) -> tuple[str, str]:
        """The header of a browser that is logged in."""
        return ("cookie", f"other=1; {COOKIE}={self.logins.make_session()}")

    def ask(
        self,
        method: str = "GET",
        target: str = "/api/x",
        headers: Headers = (),
        body: bytes | list[bytes] | None = None,
        *,
        host: str | None = HERE,
        at: tuple[str, int] = ("127.0.0.1", PORT),
    ) -> ServerAnswer:
        """One request; a body that is a list comes in chunks, without a length."""
        sent = [("host", host)] if host is not None else []
        sent += list(headers)
        parts = body if isinstance(body, list) else [body or b""]
        if isinstance(body, list):
            sent.append(("transfer-encoding", "chunked"))
        elif body is not None:
            sent.append(("content-length", str(len(body))))
        path, _, query = target.partition("?")
        scope = _scope("http", path, sent, at) | {"method": method, "query_string": query.encode()}
        messages: list[Message] = [
            {"type": "http.request", "body": part, "more_body": i + 1 < len(parts)} for i, part in enumerate(parts)
        ]
        given = self._drive(scope, messages)
        start, *rest = given
        headers_back = {k.decode(): v.decode() for k, v in start["headers"]}
        return ServerAnswer(start["status"], headers_back, b"".join(m.get("body", b"") for m in rest))

    def socket(
        self,
        headers: Headers = (),
        said: Iterable[str] = (),
        *,
        path: str = "/api/events/in",
        host: str = HERE,
        subprotocols: Iterable[str] = ("prefect",),
    ) -> list[Message]:
        """All that a websocket is given back, to its end."""
        scope = _scope("websocket", path, [("host", host), *headers], ("127.0.0.1", PORT))
        scope["subprotocols"] = list(subprotocols)
        messages: list[Message] = [{"type": "websocket.connect"}]
        messages += [{"type": "websocket.receive", "text": text} for text in said]
        return self._drive(scope, [*messages, {"type": "websocket.disconnect", "code": 1000}])

    def _drive(self, scope: Scope, messages: list[Message]) -> list[Message]:
        given: list[Message] = []

        async def receive() -> Message:
            return messages.pop(0) if messages else {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            given.append(message)

        asyncio.run(self.guard(scope, receive, send))
        return given


def basic(credential: str) -> tuple[str, str]:
    """The header that Prefect 3.8.8 makes of PREFECT_API_AUTH_STRING."""
    return ("authorization", "Basic " + base64.b64encode(credential.encode()).decode())


def _scope(kind: str, path: str, headers: list[tuple[str, str]], at: tuple[str, int]) -> dict[str, Any]:
    return {
        "type": kind,
        "path": path,
        "scheme": "http" if kind == "http" else "ws",
        "headers": [(k.encode("latin-1"), v.encode("latin-1")) for k, v in headers],
        "server": at,
        "client": ("127.0.0.1", 50000),
        "query_string": b"",
    }
