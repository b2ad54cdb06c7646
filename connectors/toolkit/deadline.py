"""Sockets that mind what is left for the whole answer: time and bytes, whatever happens between two reads."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import httpcore

#: A name may lead to any number of addresses; each that is dead costs a time-out.
MOST_ADDRESSES = 4


class TooSlow(Exception):
    """The time for the whole answer is over."""


class TooLarge(Exception):
    """The answer has more bytes than it may."""


class Span:
    """What one exchange may still take: time until ``until`` (of time.monotonic) and bytes from the wire."""

    def __init__(self, seconds: float, wire_bytes: int) -> None:
        self._until = time.monotonic() + seconds
        self._bytes = wire_bytes

    def left(self, timeout: float | None = None) -> float:
        """Seconds left, at most ``timeout``. Raises TooSlow where none are."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise TooSlow
        return left if timeout is None else min(left, timeout)

    def took(self, data: bytes) -> bytes:
        """Count bytes off. Raises TooLarge where more came than may."""
        self._bytes -= len(data)
        if self._bytes < 0:
            raise TooLarge
        return data


class _Current(threading.local):
    """The exchange that this thread is in. A connection of the pool serves one after the other, each with its own."""

    span: Span | None = None


_current = _Current()


@contextmanager
def within(span: Span) -> Iterator[None]:
    """Every read, write and connect of this thread keeps to ``span`` until the block ends."""
    before = _current.span
    _current.span = span
    try:
        yield
    finally:
        _current.span = before


def _left(timeout: float | None) -> float | None:
    return timeout if _current.span is None else _current.span.left(timeout)


@contextmanager
def _in_time() -> Iterator[None]:
    """A time-out that the end of the whole answer caused is TooSlow; httpcore's own name is for silence."""
    try:
        yield
    except httpcore.TimeoutException:
        late = _current.span
        if late is not None:
            late.left()
        raise


class _Stream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        with _in_time():
            data = self._inner.read(max_bytes, _left(timeout))
        return data if _current.span is None else _current.span.took(data)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        with _in_time():
            # The time-out of a socket is for each send: in pieces, a reader that takes a byte a second is left too.
            for start in range(0, len(buffer), 16384):
                self._inner.write(buffer[start : start + 16384], _left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        with _in_time():
            return _Stream(self._inner.start_tls(ssl_context, server_hostname, _left(timeout)))

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - httpcore's
        return self._inner.get_extra_info(info)


class Backend(httpcore.SyncBackend):
    """httpcore's network with the limits of the exchange. Looking a name up is the system's, and not bounded here."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to the first of the name's addresses that answers. Raises httpcore's errors or TooSlow."""
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"{host} has no address ({type(error).__name__})") from None
        addresses = list(dict.fromkeys(str(address[0]) for *_, address in found))[:MOST_ADDRESSES]
        options = list(socket_options or ())
        for last, address in ((one == addresses[-1], one) for one in addresses):
            try:
                with _in_time():
                    inner = super().connect_tcp(address, port, _left(timeout), local_address, options)
                return _Stream(inner)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if last:
                    raise
        raise httpcore.ConnectError(f"{host} has no address")
