"""How an attempt ended, and one way to post JSON within limits of time and size."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from earful.connectors.limits import Limits
from earful.connectors.toolkit.exchange import Answered, Exchange, NoAnswer
from earful.connectors.toolkit.web import retry_after, user_agent
from earful.flows.config.alerts import AlertSettings

#: An answer of a chat is a word or a small object. MB.
_LARGEST = 0.25
#: Kinds of NoAnswer after which nothing can have arrived.
_NOT_SENT = frozenset(
    {"ConnectError", "ConnectTimeout", "PoolTimeout", "LocalProtocolError", "ProxyError", "Certificates"}
)


@dataclass(frozen=True, slots=True)
class Aim:
    """One target: as configured, its address (or token), and the key that its messages are signed with, or ""."""

    settings: AlertSettings
    address: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """The target has it; ``thread`` is its own id of the message, where it gives one."""

    thread: str | None = None


@dataclass(frozen=True, slots=True)
class NotTaken:
    """The target has not taken it, or nobody knows (``sure`` False). ``why`` quotes nothing that came.

    ``wait``: seconds that the target asked for, or None.
    """

    why: str
    sure: bool = True
    wait: float | None = None


def post(address: str, body: bytes, headers: Mapping[str, str], seconds: float) -> Answered | NotTaken:
    """The whole answer to a POST of JSON, whatever its status; redirects are not followed, an address is a secret."""
    try:
        url = httpx.URL(address)
    except httpx.InvalidURL:
        return NotTaken("its address cannot be read")
    if url.scheme not in {"http", "https"} or not url.host:
        return NotTaken("its address is none of http or https")
    exchange = Exchange(Limits(timeout=seconds, answer_seconds=seconds, answer_mb=_LARGEST))
    head = {"User-Agent": user_agent(), "Content-Type": "application/json; charset=utf-8", **headers}
    try:
        return exchange.fetch("POST", url, headers=head, content=body, follow=False)
    except NoAnswer as error:
        # Its words name the host, which is part of the address.
        return NotTaken(f"no whole answer ({error.kind})", sure=error.kind in _NOT_SENT)
    finally:
        exchange.close()


def refused(answer: Answered, reason: str = "") -> NotTaken:
    """What a status that is no success means."""
    why = f"answered {answer.status}" + (f" ({reason})" if reason else "")
    return NotTaken(why, wait=retry_after(answer.headers))


def as_json(value: object) -> bytes:
    """Compact, keys in order: the same bytes for the same values."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True, default=str).encode(
        "utf-8", "replace"
    )


def known(body: bytes, codes: frozenset[str]) -> str:
    """The body, or its ``error``, where it is one of the service's own words; nothing else of it is shown."""
    text = body[:4096].decode("utf-8", "replace").strip()
    try:
        found = json.loads(text)
    except ValueError:
        found = text
    said = found.get("error") if isinstance(found, dict) else found
    return said if isinstance(said, str) and said in codes else ""
