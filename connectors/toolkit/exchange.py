"""One HTTP request and its answer within limits. Everything that a connector fetches goes through here.

``Web`` is for our own connectors; what PRAW and Google's client fetch comes here by their own hooks (reddit_http,
google_http). Not bounded here: the look-up of a name, which the system's resolver gives up after its own time, and the
speed of a proxy that is itself reached over TLS.
"""

from __future__ import annotations

import os
import ssl
import threading
import time
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import httpcore
import httpx

from earful.connectors.limits import OVERHEAD_BYTES, REDIRECTS, REQUEST_HEAD_BYTES, Limits
from earful.connectors.toolkit.body import ACCEPTED, Undecodable, opened
from earful.connectors.toolkit.deadline import Backend, Span, TooLarge, TooSlow, within

_MOVED = frozenset({301, 302, 303, 307, 308})
#: Of the coding and the connection: the body is decoded, and cookies are never kept.
_SPENT = frozenset({"content-encoding", "content-length", "transfer-encoding", "connection", "set-cookie"})


@dataclass(frozen=True, slots=True)
class Answered:
    """A whole answer. ``asked`` is the address that we asked; ``redirects`` says how often it led on."""

    status: int
    headers: httpx.Headers
    body: bytes
    asked: httpx.URL
    redirects: int


class NoAnswer(Exception):
    """No whole answer came. ``kind`` is one word, ``trouble`` names host and kind for a person, and quotes nothing.

    ``again`` says whether asking again at once is worth a try: not where that would take as long or as much again.
    """

    def __init__(self, kind: str, trouble: str, *, again: bool) -> None:
        super().__init__(trouble)
        self.kind = kind
        self.trouble = trouble
        self.again = again


class Allowance:
    """Seconds that the answers to one question may take together, however often it is asked. Waits are not counted."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.left = seconds


class Exchange:
    """Fetches within ``limits``; safe across threads."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._pools: dict[str | None, httpcore.ConnectionPool] = {}
        self._lock = threading.Lock()

    def fetch(
        self,
        method: str,
        url: httpx.URL,
        *,
        headers: Mapping[str, str],
        content: bytes = b"",
        follow: bool = True,
        allowance: Allowance | None = None,
    ) -> Answered:
        """The answer, whatever its status; redirects of a GET are followed on the same host where ``follow`` says so.

        Raises NoAnswer.
        """
        allowance = allowance or Allowance(self.limits.answer_seconds)
        began = time.monotonic()
        try:
            span = Span(allowance.left, self.limits.answer_bytes + OVERHEAD_BYTES)
            with within(span):
                return self._whole(method, url, _head(headers), content, follow and method == "GET", span)
        except TooSlow:
            trouble = f"no whole answer from {url.host} in {allowance.seconds:g} s"
            raise NoAnswer("TooSlow", trouble, again=False) from None
        except TooLarge:
            trouble = f"an answer of {url.host} has over {self.limits.answer_mb:g} MB"
            raise NoAnswer("TooLarge", trouble, again=False) from None
        except Undecodable:
            raise _broken(url, "DecodingError") from None
        except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise _broken(url, type(error).__name__) from None
        except (httpcore.ProxyError, httpcore.ConnectionNotAvailable) as error:
            raise _broken(url, type(error).__name__) from None
        finally:
            allowance.left -= time.monotonic() - began

    def close(self) -> None:
        """Give the connections back."""
        with self._lock:
            pools, self._pools = list(self._pools.values()), {}
        for pool in pools:
            pool.close()

    def _whole(
        self, method: str, asked: httpx.URL, head: list[tuple[bytes, bytes]], content: bytes, follow: bool, span: Span
    ) -> Answered:
        url = asked
        for redirects in range(REDIRECTS + 1):
            span.left()
            status, headers, body = self._once(method, url, head, content)
            if not (follow and status in _MOVED and "location" in headers):
                kept = httpx.Headers([(n, v) for n, v in headers.multi_items() if n.lower() not in _SPENT])
                return Answered(status, kept, body, asked, redirects)
            url = _next(asked, url, headers["location"])
        raise _broken(asked, "TooManyRedirects")

    def _once(
        self, method: str, url: httpx.URL, head: list[tuple[bytes, bytes]], content: bytes
    ) -> tuple[int, httpx.Headers, bytes]:
        target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        timeouts = dict.fromkeys(("connect", "read", "write", "pool"), self.limits.timeout)
        with self._pool(url).stream(
            method, target, headers=head, content=content or None, extensions={"timeout": timeouts}
        ) as response:
            headers = httpx.Headers(response.headers)
            said = headers.get("content-length", "")
            if said.isascii() and said.isdigit() and int(said[:20]) > self.limits.answer_bytes:
                raise TooLarge
            body = opened(response.iter_stream(), headers.get("content-encoding", ""), self.limits.answer_bytes)
            return response.status, headers, body

    def _pool(self, url: httpx.URL) -> httpcore.ConnectionPool:
        proxy = _proxy(url)
        with self._lock:
            if proxy not in self._pools:
                self._pools[proxy] = httpcore.ConnectionPool(
                    ssl_context=_trust(os.environ.get("SSL_CERT_FILE") or os.environ.get("REQUESTS_CA_BUNDLE")),
                    proxy=_as_proxy(proxy) if proxy else None,
                    max_connections=100,
                    keepalive_expiry=5.0,
                    network_backend=Backend(),
                )
            return self._pools[proxy]


def same_place(one: httpx.URL, other: httpx.URL) -> bool:
    """Whether two addresses have the same scheme, host and port."""
    return (one.scheme, one.raw_host, _port(one)) == (other.scheme, other.raw_host, _port(other))


def _port(url: httpx.URL) -> int | None:
    return url.port or {"http": 80, "https": 443}.get(url.scheme)


def _next(asked: httpx.URL, url: httpx.URL, location: str) -> httpx.URL:
    """Where a redirect leads. Without a user and password: it is the service's, not ours, to say who we are."""
    try:
        found = url.join(location).copy_with(fragment=None, username=None, password=None)
    except (httpx.InvalidURL, ValueError, TypeError):
        raise _broken(asked, "BadRedirect") from None
    if not same_place(asked, found):
        raise NoAnswer("Elsewhere", f"{asked.host} sent us to another host, port or scheme", again=False)
    return found


def _broken(url: httpx.URL, kind: str) -> NoAnswer:
    return NoAnswer(kind, f"no answer from {url.host} ({kind})", again=True)


def _head(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    """Our request's headers as bytes. Raises httpcore.LocalProtocolError: a token of the service may be in them."""
    spent = {"accept-encoding", "host", "content-length", "connection", "transfer-encoding"}
    try:
        head = [(n.encode("ascii"), v.encode("latin-1")) for n, v in headers.items() if n.lower() not in spent]
    except UnicodeEncodeError:
        raise httpcore.LocalProtocolError("a header that cannot be sent") from None
    if sum(len(n) + len(v) for n, v in head) > REQUEST_HEAD_BYTES:
        raise httpcore.LocalProtocolError("headers too long to be sent")
    return [*head, (b"Accept-Encoding", ACCEPTED.encode())]


def _proxy(url: httpx.URL) -> str | None:
    """The proxy that the environment names for an address; none for this machine's own addresses."""
    host = url.host
    if host in {"localhost", "::1"} or host.startswith("127.") or urllib.request.proxy_bypass(host):
        return None
    found = urllib.request.getproxies()
    return found.get(url.scheme) or found.get("all")


def _as_proxy(address: str) -> httpcore.Proxy:
    try:
        proxy = httpx.Proxy(address if "://" in address else f"http://{address}")
    except (ValueError, httpx.InvalidURL):
        raise httpcore.ProxyError("the proxy of the environment is no address") from None
    if proxy.url.scheme not in {"http", "https"}:
        raise httpcore.ProxyError("a proxy over HTTP is all that we can use")
    at = httpcore.URL(scheme=proxy.url.raw_scheme, host=proxy.url.raw_host, port=proxy.url.port, target=b"/")
    return httpcore.Proxy(at, auth=proxy.raw_auth)


@lru_cache(maxsize=4)
def _trust(bundle: str | None) -> ssl.SSLContext:
    """Whom we trust over TLS: the bundle that the environment names (a company's own), else certifi's."""
    if not bundle:
        return httpx.create_ssl_context(trust_env=False)
    try:
        return ssl.create_default_context(cafile=bundle)
    except (OSError, ValueError):
        said = "SSL_CERT_FILE (or REQUESTS_CA_BUNDLE) names no file of certificates that can be used"
        raise NoAnswer("Certificates", said, again=False) from None
