"""Proxies of a company: services are asked through them, our own server never is."""

from __future__ import annotations

import ipaddress
import os
from importlib.util import find_spec

import httpx

from flows.errors import Exit, UserError
from flows.settings import Settings

#: What is never asked through a proxy.
LOOPBACK = ("127.0.0.1", "localhost", "::1")
#: Connectors that ask nobody.
_LOCAL = frozenset({"files", "sample"})
_PROXIES = ("ALL_PROXY", "all_proxy", "HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy")


def spare_loopback() -> None:
    """Add loopback to NO_PROXY, of this process and of those it starts; entries that are there stay.

    httpx, requests and websockets read both spellings, and the lower one alone where both are there. Entries go that
    httpx cannot read (``fd00::/8``, ``[::1]``): it would refuse to start over them, and they say nothing to it.
    """
    found = {name: os.environ.get(name, "") for name in ("no_proxy", "NO_PROXY")}
    for name, value in found.items():
        entries = [e.strip() for e in (value or found["NO_PROXY"] or found["no_proxy"]).split(",") if e.strip()]
        if "*" not in entries:
            entries = [e for e in entries if _readable(e)]
            os.environ[name] = ",".join([*entries, *(e for e in LOOPBACK if e not in entries)])


def set_aside_unusable(settings: Settings) -> None:
    """Take a proxy out of the environment that httpx could not speak to: it would refuse to start, for loopback too.

    Such are SOCKS proxies without the package for them, and what is no address. Raises UserError (UNREADY) where a
    channel would then ask its service past the proxy.
    """
    for name in _PROXIES:
        why = _unusable(os.environ.get(name, ""))
        if not why:
            continue
        network = [c.name for c in settings.channels if c.enabled and c.connector not in _LOCAL]
        if network:
            raise UserError(
                f"{name}: {why}, and {network[0]} would be asked without it; give an "
                "http:// proxy, or write socks5:// and `pip install 'httpx[socks]' 'requests[socks]'`",
                Exit.UNREADY,
            )
        del os.environ[name]


def _unusable(address: str) -> str:
    """Why a proxy cannot be used; empty where it can. Never its address: a password may be in it."""
    url = address if "://" in address else f"http://{address}"
    try:
        scheme = httpx.URL(url).scheme
    except httpx.InvalidURL:
        return "not the address of a proxy"
    if scheme in {"http", "https"} or (scheme in {"socks5", "socks5h"} and find_spec("socksio")):
        return ""
    return f"a {scheme}:// proxy cannot be used here"


def _readable(entry: str) -> bool:
    """Whether httpx can read an entry of NO_PROXY."""
    try:
        ipaddress.ip_address(entry)
    except ValueError:
        pass
    else:
        return True
    try:
        httpx.URL(entry if "://" in entry else f"all://*{entry}")
    except httpx.InvalidURL:
        return False
    return True
