"""Proxies of a company: services are asked through them, our own server never is."""

from __future__ import annotations

import ipaddress
import os
import ssl
from importlib.util import find_spec

import httpx

from earful.flows.config.settings import Settings
from earful.flows.errors import Exit, UserError

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


def require_authorities(settings: Settings) -> None:
    """That the file of certificates which the environment names can be used, as toolkit/exchange.py and httpx do.

    Raises UserError (UNREADY): every request would fail for it, those to our own server too.
    """
    name = next((each for each in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE") if os.environ.get(each)), "")
    if not name or (name != "SSL_CERT_FILE" and not _network(settings)):
        return
    try:
        ssl.create_default_context(cafile=os.environ[name])
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        said = "it holds no certificate" if isinstance(error, ssl.SSLError) else getattr(error, "strerror", "no path")
        raise UserError(
            f"{name}: {os.environ[name]!a} cannot be used ({said}); name a file of PEM certificates, or unset it",
            Exit.UNREADY,
        ) from None


def set_aside_unusable(settings: Settings) -> None:
    """Take a proxy out of the environment that httpx could not speak to: it would refuse to start, for loopback too.

    Such are SOCKS proxies without the package for them, and what is no address. Raises UserError (UNREADY) where a
    channel would then ask its service past the proxy, and as require_authorities does.
    """
    require_authorities(settings)
    for name in _PROXIES:
        why = _unusable(os.environ.get(name, ""))
        if not why:
            continue
        network = _network(settings)
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


def _network(settings: Settings) -> list[str]:
    """The channels that ask a service."""
    return [c.name for c in settings.channels if c.enabled and c.connector not in _LOCAL]
