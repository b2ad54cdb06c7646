"""Who may come in: by the server's credential, by the user's own, or by a cookie that one of them was exchanged for."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from earful.flows.server.guard.asgi import Asked, OwnResponse, Receive, Refused, whole
from earful.flows.server.guard.logins import OPENED_LIFE, SESSION_LIFE, TOKEN_LIFE, Logins, page
from earful.flows.server.guard.origins import Origins

#: Where a browser logs in, and where `earful up` and `earful open` get a token for it.
LOGIN, TOKEN = "/earful/login", "/earful/token"
#: The largest body of the login form, in bytes.
LARGEST_FORM = 4_096

_PAGE = {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": (
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
}


@dataclass(frozen=True)
class Access:
    """Who may come in, and under which addresses.

    ``credential`` is what earful's own processes send; ``own`` the one that the user has set, for browsers on other
    machines and Prefect's own commands; ``cookie`` the cookie's name, with the port in it: browsers send a host's
    cookies to all its ports.
    """

    origins: Origins
    credential: str = field(repr=False)
    cookie: str
    own: str | None = field(default=None, repr=False)
    logins: Logins = field(default_factory=Logins, repr=False)

    def is_good(self, given: str) -> bool:
        """Whether it is the server's credential or the user's own; wrong tries at the latter are counted.

        Raises Refused after too many of them.
        """
        found = given.encode("utf-8", "replace")
        if hmac.compare_digest(found, self.credential.encode()):
            return True
        if self.own is None:
            return False
        if not self.logins.may_try():
            raise Refused(429, "too many wrong credentials; wait a minute")
        if hmac.compare_digest(found, self.own.encode()):
            return True
        self.logins.note_wrong()
        return False

    def header_is_good(self, asked: Asked) -> bool:
        """Whether the Authorization header is Prefect's for one of the credentials: Basic, all of it in base64."""
        scheme, _, encoded = (asked.one("authorization") or "").partition(" ")
        if scheme.lower() != "basic":
            return False
        try:
            given = base64.b64decode(encoded.strip(), validate=True).decode("utf-8")
        except (binascii.Error, ValueError):
            return False
        return self.is_good(given)

    def cookie_is_good(self, asked: Asked) -> bool:
        """Whether one of the cookies is a session of this server."""
        pairs = (pair.strip().partition("=") for line in asked.headers.get("cookie", []) for pair in line.split(";"))
        return any(name == self.cookie and self.logins.knows(value) for name, _, value in pairs)

    async def login(self, asked: Asked, receive: Receive) -> OwnResponse:
        """LOGIN: a token in the address, or the form. Raises Refused."""
        if asked.method == "POST":
            return await self._form(asked, receive)
        tokens = parse_qs(asked.scope.get("query_string", b"").decode("ascii", "replace")).get("token", [])
        if not tokens or asked.method != "GET":
            return self.how(200)
        session = self.logins.exchange(tokens[0])
        return self._let_in(asked, session) if session else self.how(403, "This address was used, or is too old.")

    def how(self, status: int, said: str = "These pages are for the person who runs earful.") -> OwnResponse:
        """The page that says how to get in."""
        return OwnResponse(status, page(said, form=self.own is not None), _PAGE)

    def give_token(self, asked: Asked) -> OwnResponse:
        """TOKEN: for a credential and not for a cookie, so that what a browser holds cannot make more of itself."""
        if "authorization" not in asked.headers:
            raise Refused(403, "only for earful's own commands")
        life = OPENED_LIFE if asked.scope.get("query_string") == b"life=short" else TOKEN_LIFE
        said = json.dumps({"token": self.logins.make_token(life)}).encode()
        return OwnResponse(200, said, {"content-type": "application/json"})

    async def _form(self, asked: Asked, receive: Receive) -> OwnResponse:
        if self.own is None:
            raise Refused(404, "no credential of your own is set for this server")
        if asked.media_type != "application/x-www-form-urlencoded":
            raise Refused(415, "not the form of this server")
        if "origin" not in asked.headers:
            raise Refused(403, "no origin given")
        form = parse_qs((await whole(receive, LARGEST_FORM)).decode("utf-8", "replace"))
        if not self.is_good(form.get("credential", [""])[0].strip()):
            return self.how(403, "That is not the credential of this server.")
        return self._let_in(asked, self.logins.make_session())

    def _let_in(self, asked: Asked, session: str) -> OwnResponse:
        secure = "; Secure" if (asked.origin or "").startswith("https:") else ""
        cookie = f"{self.cookie}={session}; Path=/; HttpOnly; SameSite=Strict; Max-Age={SESSION_LIFE:.0f}{secure}"
        headers = {"set-cookie": cookie, "referrer-policy": "no-referrer"}
        if asked.one("sec-fetch-site") in {None, "same-origin", "none"}:
            return OwnResponse(303, b"", {**headers, "location": "/"})
        # Led here by a link of another site: a browser would follow a redirect without the new cookie.
        return OwnResponse(200, page("Logged in.", form=False, onward=True), {**_PAGE, **headers})
