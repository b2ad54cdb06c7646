"""HTTP for connectors: spacing, retries on what is worth retrying, plain errors. Limits of an answer: exchange."""

from __future__ import annotations

import math
import random
import threading
import time
import weakref
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
from pydantic import Field

from earful import __version__
from earful.connectors.base import Options
from earful.connectors.errors import Fatal, Retriable
from earful.connectors.limits import ANSWER_MB, ANSWER_SECONDS, ITEMS_TIMES, SILENCE_SECONDS, Limits
from earful.connectors.toolkit.body import Unreadable, read_json
from earful.connectors.toolkit.exchange import Allowance, Exchange, NoAnswer

#: A service that asks for more patience than this is left to the scheduler: the pull ends Retriable.
LONGEST_REQUEST_WAIT = 60.0
RETRIED = frozenset({408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524})


class WebOptions(Options):
    """Base of the parameters of a connector that reads a service over HTTP: its limits. See docs/operations.md."""

    timeout: float = Field(default=SILENCE_SECONDS, gt=0, le=3600)  # seconds of silence: connecting, and between bytes
    answer_seconds: float = Field(default=ANSWER_SECONDS, gt=0, le=3600)  # from sending to an answer's last byte
    answer_mb: float = Field(default=ANSWER_MB, gt=0, le=1024)  # largest decoded answer

    @property
    def limits(self) -> Limits:
        """What one answer may take."""
        return Limits(self.timeout, self.answer_seconds, self.answer_mb)


def user_agent() -> str:
    """How earful names itself to services."""
    return f"earful/{__version__} (social-sentiment mining)"


def retry_after(headers: Mapping[str, str], now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> float | None:
    """Seconds to wait according to Retry-After (seconds or an HTTP date, RFC 9110 10.2.3), or None."""
    raw = headers.get("retry-after") or headers.get("Retry-After")
    if not raw:
        return None
    try:
        seconds = float(raw)
    except ValueError:
        pass
    else:
        # float() also reads "nan" and "inf", which no caller can wait.
        return max(0.0, seconds) if math.isfinite(seconds) else None
    try:
        then = parsedate_to_datetime(raw)
        if then.tzinfo is None:
            then = then.replace(tzinfo=UTC)
        return max(0.0, (then - now()).total_seconds())
    except (ValueError, TypeError, IndexError, OverflowError):
        return None  # no date, or one that Python's calendar does not hold


class Spacing:
    """Lets one request through every ``seconds``, over all threads that share it."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._next = 0.0

    def wait(self) -> None:
        """Sleep until it is this caller's turn."""
        if self._seconds <= 0:
            return
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._next)
            self._next = turn + self._seconds
        if turn > now:
            time.sleep(turn - now)


_SHARED: dict[tuple[str, float], Spacing] = {}
_SHARING = threading.Lock()


def shared_spacing(place: str, seconds: float) -> Spacing:
    """The one Spacing for a place (host and port): a service counts requests over all channels."""
    with _SHARING:
        return _SHARED.setdefault((place, seconds), Spacing(seconds))


class Web:
    """A polite HTTP reader for one source."""

    def __init__(
        self,
        source: str,
        *,
        spacing: float = 0.0,
        tries: int = 4,
        limits: Limits | None = None,
        headers: Mapping[str, str] | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.source = source
        self.requests = 0
        self._tries = tries
        self._sleep = sleep
        self._seconds = spacing
        self._exchange = Exchange(limits or Limits())
        self._headers = {"User-Agent": user_agent(), "Accept": "*/*", **(headers or {})}
        # A connector has no end of its own: its connections are given back when nobody holds it any more.
        self._finalizer = weakref.finalize(self, self._exchange.close)
        self._counting = threading.Lock()

    def get(self, url: str, params: Mapping[str, Any] | None = None, *, tries: int | None = None) -> httpx.Response:
        """The answer to a GET, whatever its status among those not worth retrying.

        ``tries`` counts the first one; None means what the constructor was given. All of them together may take the
        channel's answer_seconds, waits not counted. Raises Retriable once tries or time are used up, or at once where
        the service asks for over LONGEST_REQUEST_WAIT seconds or the answer is too large; Fatal for an address that
        cannot be right. No message holds the query string (keys may be in it), nor anything that the service said.
        """
        tries = tries or self._tries
        asked = self._address(url, params)
        allowance = Allowance(self._exchange.limits.answer_seconds)
        for attempt in range(1, tries + 1):
            shared_spacing(_place(url), self._seconds).wait()
            with self._counting:
                self.requests += 1
            try:
                answer = self._exchange.fetch("GET", asked, headers=self._headers, allowance=allowance)
            except NoAnswer as error:
                wait: float | None = None
                trouble, again = error.trouble, error.again
            else:
                if answer.status not in RETRIED:
                    made = httpx.Response(
                        answer.status, headers=answer.headers, content=answer.body, request=httpx.Request("GET", asked)
                    )
                    made.history = [httpx.Response(httpx.codes.FOUND) for _ in range(answer.redirects)]
                    return made
                wait = retry_after(answer.headers)
                trouble, again = f"{asked.host} answered {answer.status}", True
            if attempt == tries or not again or (wait is not None and wait > LONGEST_REQUEST_WAIT):
                raise Retriable(f"{self.source}: {trouble}; try again later", retry_after=wait)
            # Full jitter: several channels that failed together must not come back together.
            self._sleep(wait if wait is not None else random.uniform(0.5, 1.0) * 2**attempt)
        raise AssertionError("unreachable")  # pragma: no cover

    def close(self) -> None:
        """Give the connections back."""
        self._finalizer()

    def _address(self, url: str, params: Mapping[str, Any] | None) -> httpx.URL:
        try:
            address = httpx.Request("GET", url, params=dict(params) if params else None).url
        except (httpx.InvalidURL, ValueError) as error:
            raise Fatal(f"{self.source}: {_bare(url)} is not an address ({error})") from None
        if address.scheme not in {"http", "https"} or not address.host:
            raise Fatal(f"{self.source}: {_bare(url)} is not an address (it begins with https:// or http://)")
        return address


def _place(url: str) -> str:
    try:
        return httpx.URL(url).netloc.decode("ascii", "replace")
    except httpx.InvalidURL:
        return ""  # get() says so in a moment


def json_body(source: str, answer: httpx.Response) -> object:
    """What a 200 answer holds, read as JSON.

    Raises Fatal for another 4xx (asking again changes nothing), Retriable for any other status and for a body that is
    no JSON: an error page with status 200 is a passing fault of a service that otherwise answers in JSON.
    """
    where = f"{answer.request.url.host}{answer.request.url.path}"
    if answer.status_code != httpx.codes.OK:
        said = f"{source}: {where} answered {answer.status_code}"
        if answer.is_client_error:
            raise Fatal(f"{said}; check the ids and the options of the channel")
        raise Retriable(f"{said}; try again later", retry_after=retry_after(answer.headers))
    try:
        return read_json(answer.content)
    except Unreadable:
        raise Retriable(f"{source}: {where} answered something that is no JSON; try again later") from None


def not_flooded(source: str, found: list[Any], asked: int) -> list[Any]:
    """The items of a page, if they are not far more than were asked for. Raises Retriable where they are."""
    if len(found) > ITEMS_TIMES * asked:
        raise Retriable(f"{source}: a page of {len(found):,} items instead of {asked}; try again later")
    return found


def _bare(url: str) -> str:
    """An address fit for a message: without query, fragment and user:password."""
    scheme, colon, rest = url.partition("?")[0].partition("#")[0].rpartition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}{colon}{host.rpartition('@')[2]}{slash}{path}"
