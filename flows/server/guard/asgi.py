"""The little of ASGI that the guard needs: a request's headers, a whole body, an answer of our own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Asked:
    """A request or a websocket's opening: its headers by name, and the origin of our pages where it was asked."""

    scope: Scope
    headers: dict[str, list[str]]
    origin: str | None

    def one(self, name: str) -> str | None:
        """The header where it is there once; an empty text where it is there more than once, which nothing allows."""
        found = self.headers.get(name, [])
        return None if not found else found[0] if len(found) == 1 else ""

    @property
    def path(self) -> str:
        """As asked, with its percent signs resolved."""
        return str(self.scope["path"])

    @property
    def method(self) -> str:
        """Of a websocket GET, as its opening is."""
        return str(self.scope.get("method", "GET"))

    @property
    def has_body(self) -> bool:
        """Whether a body follows, or may."""
        return "transfer-encoding" in self.headers or self.headers.get("content-length", ["0"]) != ["0"]

    @property
    def media_type(self) -> str:
        """Of the body, without parameters; empty where none is given."""
        return (self.one("content-type") or "").split(";")[0].strip().lower()


class Refused(Exception):
    """The request goes no further."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


def headers_of(scope: Scope) -> dict[str, list[str]]:
    """By name, in lower case; each as often as it was sent."""
    found: dict[str, list[str]] = {}
    for name, value in scope["headers"]:
        found.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
    return found


async def whole(receive: Receive, largest: int) -> bytes:
    """The body, counted as it comes. Raises Refused past ``largest`` bytes."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise Refused(400, "the body ended early")
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > largest:
            raise Refused(413, f"a body may have {largest:,} bytes")
        if not message.get("more_body"):
            return b"".join(parts)


@dataclass(frozen=True)
class OwnResponse:
    """An answer of our own."""

    status: int
    body: bytes
    headers: dict[str, str]

    async def give(self, send: Send) -> None:
        """Send it."""
        pairs = [(k.encode(), v.encode("latin-1")) for k, v in self.headers.items()]
        pairs += [(b"cache-control", b"no-store"), (b"content-length", str(len(self.body)).encode())]
        await send({"type": "http.response.start", "status": self.status, "headers": pairs})
        await send({"type": "http.response.body", "body": self.body})
