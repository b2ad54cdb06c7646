"""The dead man's switch: an address that is asked when a night begins and ends: who watches it sees that none came.

As healthchecks.io and its like have it: ``<address>/start``, ``<address>`` when all went well, ``<address>/fail``.
"""

from __future__ import annotations

import os
from typing import Literal

import httpx

from earful.connectors.limits import Limits
from earful.connectors.toolkit.exchange import Exchange, NoAnswer
from earful.connectors.toolkit.web import user_agent
from earful.flows.config.settings import Settings

#: A night does not wait longer for who watches it. Seconds.
PING_SECONDS = 10.0


def ping(settings: Settings, what: Literal["start", "success", "fail"]) -> str:
    """Ask the address that ``schedule.ping_env`` names; what went wrong, in one line, or "". It holds up no night."""
    name = settings.schedule.ping_env
    if name is None:
        return ""
    address = os.environ.get(name, "").strip()
    if not address:
        return f"schedule.ping_env: {name} is not set; nobody is told that this night began or ended"
    said = f"schedule.ping_env: the address in {name}"
    try:
        url = httpx.URL(address)
        path = url.path.rstrip("/") + ("" if what == "success" else f"/{what}")
        url = url.copy_with(path=path or "/")
    except (httpx.InvalidURL, ValueError):
        return f"{said} cannot be read"
    if url.scheme not in {"http", "https"} or not url.host:
        return f"{said} is none of http or https"
    exchange = Exchange(Limits(timeout=PING_SECONDS, answer_seconds=PING_SECONDS, answer_mb=0.25))
    try:
        answer = exchange.fetch("GET", url, headers={"User-Agent": user_agent()}, follow=False)
    except NoAnswer as error:
        return f"{said} gave no whole answer to {what} ({error.kind})"
    finally:
        exchange.close()
    return "" if 200 <= answer.status < 300 else f"{said} answered {answer.status} to {what}"
