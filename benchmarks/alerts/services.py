"""Slack, Teams, a webhook, ntfy and mail on loopback: they fail as the real ones do, and remember what they took."""

from __future__ import annotations

import asyncio
import re
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any

from aiosmtpd.controller import Controller

from earful.connectors.testing.server import Request, Response, answer, serve

#: What becomes of a request that is not simply taken, and how often. ``late`` and ``cut`` have taken it all the same.
FAULTS = {"busy": 0.06, "error": 0.06, "hang": 0.01, "late": 0.01, "drop": 0.04, "cut": 0.05}
#: How long a service that hangs keeps silent: longer than an attempt waits. Seconds.
HANGS = 1.5
_ID = re.compile(r"earful alert ([0-9a-f]{12})")


@dataclass
class Services:
    """What came: (target, message's first twelve digits), in order; ``took``: those that a reader can see there."""

    faults: bool
    rng: Random
    came: list[tuple[str, str]] = field(default_factory=list)
    took: Counter[tuple[str, str]] = field(default_factory=Counter)
    fired: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)
    url: str = ""
    smtp: int = 0

    def met(self, target: str, message: str) -> str:
        """Note a request; which fault it meets, or ""."""
        with self.lock:
            self.came.append((target, message))
            drawn = self.rng.random()
            for kind, share in FAULTS.items() if self.faults else ():
                drawn -= share
                if drawn < 0:
                    self.fired[kind] += 1
                    break
            else:
                kind = ""
            if kind in {"", "cut", "late"}:
                self.took[target, message] += 1
            return kind

    def __call__(self, request: Request) -> Response:
        """Answer as the service of that path would."""
        target = request.path.split("/")[1] or "ntfy"
        found = _ID.search(request.body.decode()) or re.search(r'"id":"([0-9a-f]{12})', request.body.decode())
        assert found, "every message carries its id"
        return _answers(target, self.met(target, found[1]), self.rng)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: ANN401, ARG002, N802
        """A mail, as aiosmtpd gives it."""
        found = re.search(rb"X-Earful-Message: ([0-9a-f]{12})", envelope.content)
        assert found, "every mail carries its id"
        fault = self.met("mail", found[1].decode())
        if fault in {"hang", "late"}:
            await asyncio.sleep(HANGS)
        if fault in {"drop", "cut"}:
            server.transport.close()
        return {"busy": "451 later", "error": "554 no"}.get(fault, "250 taken")


def _answers(target: str, fault: str, rng: Random) -> Response:
    if fault == "busy":
        return Response(429, headers={"Retry-After": "0" if rng.random() < 0.5 else "3600"})
    if fault == "error":
        return answer({"ok": False, "error": "internal_error"}) if target == "bot" else Response(500)
    taken = {
        "slack": Response(200, b"ok"),
        "bot": answer({"ok": True, "ts": "1779.0042"}),
        "teams": Response(202, b"accepted"),
        "hook": Response(200, b'{"taken": true}'),
        "ntfy": Response(200, b'{"id": "x"}'),
    }[target]
    delay = HANGS if fault in {"hang", "late"} else 0.0
    if fault == "hang":
        return Response(503, delay=delay)
    return Response(taken.status, taken.body, taken.headers, delay, drop=fault == "drop", cut=fault == "cut")


@contextmanager
def serving(seed: int, *, faults: bool = True) -> Iterator[Services]:
    """All of them until the block ends."""
    services = Services(faults, Random(seed))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        services.smtp = free.getsockname()[1]
    mails = Controller(services, hostname="127.0.0.1", port=services.smtp)
    with serve(services) as http:
        services.url = http.url
        mails.start()
        try:
            yield services
        finally:
            mails.stop()


def addresses(services: Services) -> dict[str, str]:
    """What the variables of the configuration hold."""
    host = services.url.removeprefix("http://")
    return {
        "EARFUL_BENCH_SLACK": f"{services.url}/slack/a-part-that-is-secret",
        "EARFUL_BENCH_BOT": "xoxb-a-token-that-is-secret",
        "EARFUL_BENCH_TEAMS": f"{services.url}/teams/a-part-that-is-secret",
        "EARFUL_BENCH_HOOK": f"{services.url}/hook/a-part-that-is-secret",
        "EARFUL_BENCH_KEY": "a key that is secret too",
        "EARFUL_BENCH_NTFY": f"ntfy://{host}/ntfy",
        "EARFUL_BENCH_MAIL": f"mailto://127.0.0.1:{services.smtp}?from=e@example.org&to=p@example.org&mode=insecure",
    }


def configuration(services: Services) -> str:
    """An ``earful.toml`` with one target of each kind."""
    kinds = (
        ("slack", "slack", "SLACK", ""),
        ("bot", "slack_bot", "BOT", f'channel = "C024BE91L"\napi_url = "{services.url}/bot"\n'),
        ("teams", "teams", "TEAMS", ""),
        ("hook", "webhook", "HOOK", 'secret_env = "EARFUL_BENCH_KEY"\n'),
        ("ntfy", "ntfy", "NTFY", ""),
        ("mail", "mail", "MAIL", ""),
    )
    targets = "".join(
        f'[[alerts]]\nname = "{name}"\nkind = "{kind}"\nto_env = "EARFUL_BENCH_{env}"\nat_most = 1000\n{more}'
        for name, kind, env, more in kinds
    )
    return targets + (
        '[[products]]\nslug = "orbit"\nname = "Orbit"\n[[channels]]\nname = "shop"\nconnector = "files"\n'
        'paths = ["x.csv"]\ncolumns = { post_id = "id", created_at = "at", text = "text" }\n'
    )
