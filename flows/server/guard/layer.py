"""The layer around Prefect's server that lets the user in and nobody else. Plain ASGI, without prefect.

Prefect 3.8.8 by itself answers every origin, asks nobody for a credential and takes a body without a content type, so
that any page in the user's browser could have it run a command. What each stop is for is in docs/security.md; each can
be switched off for a test, and nowhere else.
"""

from __future__ import annotations

import json

from earful.flows.server.guard.access import LOGIN, TOKEN, Access
from earful.flows.server.guard.asgi import (
    SAFE,
    App,
    Asked,
    Message,
    OwnResponse,
    Receive,
    Refused,
    Scope,
    Send,
    headers_of,
    whole,
)
from earful.flows.server.guard.in_band import first_message_first

#: The largest body of a request, in bytes: twice the largest that Prefect's own parts send, a batch of logs of 4 MB.
LARGEST_BODY = 8_000_000
#: Open to whoever may ask at all; says that the server is there, and nothing else.
HEALTH = "/api/health"

STOPS = frozenset({"host", "fetch_site", "origin", "media_type", "credential", "body", "cors", "framing"})

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
#: Headers of every answer. Prefect 3.8.8's UI loads Amplitude's code and asks its servers for settings at every page,
#: analytics switched off or not: pages may talk to their own server alone.
_ALWAYS = {
    "content-security-policy": "connect-src 'self'; frame-ancestors 'none'",
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "referrer-policy": "same-origin",
}


class Guard:
    """An ASGI app around another one. ``stops`` is all of them except in tests that show what each is for."""

    def __init__(self, app: App, access: Access, stops: frozenset[str] = STOPS) -> None:
        self._app = app
        self._access = access
        self._stops = stops

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, websocket or life of the server."""
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._app(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = self._read(scope)
        try:
            answer = await self._own_answer(asked, receive)
            if answer is None and asked.has_body:
                receive = await self._bounded(asked, receive)
        except Refused as refused:
            answer = self._refusal(asked, refused)
        if answer is not None:
            await answer.give(self._closed_to_others(send, ours=True))
            return
        if asked.origin:  # a proxy in front of us speaks TLS, and Prefect writes links of its own
            scope = {**scope, "scheme": asked.origin.partition(":")[0]}
        await self._app(scope, receive, self._closed_to_others(send, ours=False))

    async def _own_answer(self, asked: Asked, receive: Receive) -> OwnResponse | None:
        """None where the app is to answer. Raises Refused."""
        self._check(asked)
        if asked.path == LOGIN and asked.method in {"GET", "HEAD", "POST"}:
            return await self._access.login(asked, receive)
        if not (asked.path == HEALTH and asked.method in SAFE and not asked.has_body):
            self._require_credential(asked)
        if asked.path == TOKEN and asked.method == "POST":
            return self._access.give_token(asked)
        return None

    def _check(self, asked: Asked) -> None:
        """All that the request line and the headers tell, but who asks. Raises Refused."""
        self._check_host(asked)
        if asked.method not in _METHODS:
            raise Refused(405, "no such method")
        self._check_site(asked, may_lead=asked.method in {"GET", "HEAD"} and not asked.path.startswith("/api"))
        is_json = asked.media_type == "application/json"
        if "media_type" in self._stops and asked.has_body and asked.path != LOGIN and not is_json:
            raise Refused(415, "a body must be application/json")
        if "cors" in self._stops and asked.method == "OPTIONS":
            raise Refused(403, "no other origin may ask")

    def _check_host(self, asked: Asked) -> None:
        if "host" in self._stops and asked.origin is None:
            raise Refused(421, "this is not an address of this server")
        if not asked.path.startswith("/"):
            raise Refused(400, "no path of this server")

    def _check_site(self, asked: Asked, *, may_lead: bool) -> None:
        """Whose page asks, as far as the browser says it. ``may_lead``: a page of another site may lead here."""
        site = asked.one("sec-fetch-site")
        if "fetch_site" in self._stops and site not in {None, "same-origin", "none"}:
            leads = asked.one("sec-fetch-mode") == "navigate" and asked.one("sec-fetch-dest") == "document"
            if not (may_lead and leads):
                raise Refused(403, "asked by a page of another site")
        ours = asked.origin or f"http://{asked.one('host')}"
        if "origin" in self._stops and asked.one("origin") not in {None, ours}:
            raise Refused(403, "asked by a page of another origin")

    def _require_credential(self, asked: Asked) -> None:
        if "credential" not in self._stops:
            return
        if "authorization" in asked.headers:
            if self._access.header_is_good(asked):
                return
        elif self._access.cookie_is_good(asked):
            # A browser names the origin of whatever has side effects, and of every websocket.
            acts = asked.method not in SAFE or asked.scope["type"] == "websocket"
            if "origin" in self._stops and acts and "origin" not in asked.headers:
                raise Refused(403, "no origin given")
            return
        raise Refused(401, "not logged in; `earful open` gives an address that logs a browser in")

    async def _bounded(self, asked: Asked, receive: Receive) -> Receive:
        """The same body, read to its end first: counted as it comes, whatever its Content-Length says."""
        if "body" not in self._stops:
            return receive
        stated = asked.one("content-length") or ""
        if stated.isascii() and stated.isdigit() and int(stated) > LARGEST_BODY:
            raise Refused(413, f"a body may have {LARGEST_BODY:,} bytes")
        body = await whole(receive, LARGEST_BODY)
        given = False

        async def replay() -> Message:
            nonlocal given
            if given:
                return await receive()
            given = True
            return {"type": "http.request", "body": body, "more_body": False}

        return replay

    def _closed_to_others(self, send: Send, *, ours: bool) -> Send:
        """What leaves: nothing that opens it to other origins, and what keeps browsers from framing or guessing.

        ``ours``: an answer of the guard's own, whose headers stay as they are.
        """

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [(k.decode("latin-1").lower(), v) for k, v in message.get("headers", [])]
                if "cors" in self._stops:
                    headers = [(k, v) for k, v in headers if not k.startswith("access-control-")]
                if "framing" in self._stops:
                    there = {k for k, _ in headers} if ours else set()
                    added = {k: v for k, v in _ALWAYS.items() if k not in there}
                    headers = [(k, v) for k, v in headers if k not in added]
                    headers += [(k, v.encode()) for k, v in added.items()]
                message = {**message, "headers": [(k.encode("latin-1"), v) for k, v in headers]}
            await send(message)

        return answer

    def _refusal(self, asked: Asked, refused: Refused) -> OwnResponse:
        shows = "text/html" in (asked.one("accept") or "") and asked.method in {"GET", "HEAD"}
        if refused.status == 401 and shows and not asked.path.startswith("/api"):
            return self._access.how(401)
        headers = {"content-type": "application/json"}
        if asked.has_body:
            headers["connection"] = "close"  # what is still to come of it is not read
        return OwnResponse(refused.status, json.dumps({"exception_message": f"earful: {refused}"}).encode(), headers)

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = self._read(scope)
        in_band = False
        try:
            self._check_host(asked)
            self._check_site(asked, may_lead=False)
            # Of browsers only our own pages have websockets, and those have the cookie.
            in_band = "credential" in self._stops and not asked.headers.keys() & {"authorization", "cookie", "origin"}
            if not in_band:
                self._require_credential(asked)
            elif not scope.get("subprotocols"):
                raise Refused(403, "no credential, and none to come")
        except Refused:
            await receive()
            await send({"type": "websocket.close", "code": 1008})  # not accepted yet: answered with 403
            return
        if in_band:
            receive, send = first_message_first(receive, send, self._is_good)
        await self._app(scope, receive, send)

    def _is_good(self, given: str) -> bool:
        try:
            return self._access.is_good(given)
        except Refused:
            return False

    def _read(self, scope: Scope) -> Asked:
        asked = Asked(scope, headers_of(scope), None)
        server = scope.get("server")
        at = (str(server[0]), int(server[1])) if server and server[1] is not None else None
        return Asked(scope, asked.headers, self._access.origins.origin(asked.one("host") or "", at))
