"""The addresses under which a server of ours may be asked: what Host and Origin of a request may say."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Origins:
    """``by_host``: what a Host header may say, and the one origin of the pages that are served under it.

    ``any_address``: also the bare IP address that a request came in at, for a server that listens on several. No name
    that an attacker owns can stand for it: a browser that was sent here by a changed name still sends the name.
    """

    by_host: dict[str, str]
    any_address: bool = False

    @classmethod
    def of(
        cls, names: Iterable[str], port: int, public_url: str | None = None, *, any_address: bool = False
    ) -> Origins:
        """For plain HTTP at ``port`` under each of these names, and for a proxy's address in front of it."""
        urls = [f"http://{bracketed(name)}:{port}" for name in names]
        by_host: dict[str, str] = {}
        for url in [*urls, *([public_url] if public_url else [])]:
            scheme, netloc = urlsplit(url)[:2]
            host, number = _parts(netloc.lower()) or ("", None)
            usual = _DEFAULT_PORTS[scheme]
            origin = f"{scheme}://{host}" + ("" if number in {None, usual} else f":{number}")
            if number in {None, usual}:
                by_host[host] = by_host[f"{host}:{usual}"] = origin
            else:
                by_host[f"{host}:{number}"] = origin
        return cls(by_host, any_address)

    def origin(self, host: str, came_in_at: tuple[str, int] | None) -> str | None:
        """The origin of the pages under this Host, or None where it is none of ours."""
        host = host.lower()
        known = self.by_host.get(host)
        if known or not self.any_address or came_in_at is None:
            return known
        found = _parts(host)
        if not found or (found[1] or 80) != came_in_at[1]:
            return None
        try:
            asked, at = (ipaddress.ip_address(text.strip("[]").split("%")[0]) for text in (found[0], came_in_at[0]))
        except ValueError:
            return None
        if isinstance(at, ipaddress.IPv6Address) and at.ipv4_mapped:
            at = at.ipv4_mapped
        return f"http://{host.removesuffix(':80')}" if asked == at else None


def bracketed(host: str) -> str:
    """A host as addresses write it: IPv6 in brackets."""
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches it."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _parts(netloc: str) -> tuple[str, int | None] | None:
    """Host (IPv6 in its brackets) and port of a Host header; None where it is none."""
    host, colon, port = netloc.rpartition(":")
    if not colon or netloc.endswith("]"):
        return netloc, None
    if not port.isascii() or not port.isdigit() or len(port) > 5 or (":" in host and not host.endswith("]")):
        return None
    return host, int(port)
