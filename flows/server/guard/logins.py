"""How a browser gets in: a token that works once, or the user's own credential, becomes a cookie of this server.

All of it lives in the server's memory. A cookie goes to every port of its host, so a program at another port of this
machine may see it; with the server ends whatever it could do with it.
"""

from __future__ import annotations

import hashlib
import html
import secrets
import time
from collections.abc import Callable

#: A token that a person copies out of the terminal, and one that goes straight to a browser. Seconds.
TOKEN_LIFE, OPENED_LIFE = 600.0, 60.0
#: A browser is asked to log in again after this, or when the server was started anew. Seconds.
SESSION_LIFE = 30 * 86_400.0
#: Wrong credentials of a person's own that are looked at in MINUTE seconds, over all who try.
TRIES, MINUTE = 10, 60.0
#: Most tokens and sessions at once; the oldest go first.
MOST = 1000


class Logins:
    """Tokens, sessions and wrong tries of one server.

    The former two are kept as hashes: how long it takes to look one up tells nothing.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._tokens: dict[bytes, float] = {}
        self._sessions: dict[bytes, float] = {}
        self._wrong: list[float] = []

    def make_token(self, life: float = TOKEN_LIFE) -> str:
        """A token that ``exchange`` takes once, within ``life`` seconds."""
        return self._make(self._tokens, life)

    def exchange(self, token: str) -> str | None:
        """A session for a token, which is used up by it; None for one that is unknown, used or too old."""
        end = self._tokens.pop(_hash(token), None)
        return self.make_session() if end is not None and self._clock() < end else None

    def make_session(self) -> str:
        """The value of a cookie that ``knows`` knows for SESSION_LIFE."""
        return self._make(self._sessions, SESSION_LIFE)

    def knows(self, session: str) -> bool:
        """Whether a cookie's value is a session of this server."""
        end = self._sessions.get(_hash(session))
        return end is not None and self._clock() < end

    def may_try(self) -> bool:
        """Whether another credential is looked at, after TRIES wrong ones within MINUTE seconds."""
        now = self._clock()
        self._wrong = [at for at in self._wrong if now - at < MINUTE]
        return len(self._wrong) < TRIES

    def note_wrong(self) -> None:
        """One more wrong credential."""
        self._wrong.append(self._clock())

    def _make(self, kept: dict[bytes, float], life: float) -> str:
        now = self._clock()
        for old in [key for key, end in kept.items() if end <= now]:
            del kept[old]
        while len(kept) >= MOST:
            del kept[next(iter(kept))]
        value = secrets.token_urlsafe(32)
        kept[_hash(value)] = now + life
        return value


def _hash(value: str) -> bytes:
    return hashlib.sha256(value.encode("utf-8", "replace")).digest()


def page(said: str, *, form: bool, onward: bool = False) -> bytes:
    """The only page that a browser gets without a cookie: how to get in. ``onward``: it has one now, and goes on."""
    refresh = '<meta http-equiv="refresh" content="0; url=/">' if onward else ""
    how = (
        '<form method="post" action="/earful/login"><label>Credential '
        '<input type="password" name="credential" autocomplete="current-password" autofocus></label> '
        "<button>Log in</button></form>"
        if form
        else "<p>On the machine where it runs, in the folder of its <code>earful.toml</code>:</p>"
        "<pre>earful open</pre><p>It gives an address that logs this browser in, once.</p>"
    )
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>earful</title>{refresh}'
        '<meta name="viewport" content="width=device-width"><style>body{font:1rem/1.5 sans-serif;max-width:34rem;'
        "margin:4rem auto;padding:0 1rem;color-scheme:light dark}</style></head><body><h1>earful</h1>"
        f'<p>{html.escape(said)}</p>{"" if onward else how}<p><a href="/">To the pages</a></p></body></html>'
    ).encode()
