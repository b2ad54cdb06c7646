"""What PRAW fetches, within the limits of every other channel: its documented hook for requests (a requestor class)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import httpx
import requests
from prawcore import Requestor
from prawcore.exceptions import RequestException
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

from earful.connectors.errors import Retriable
from earful.connectors.limits import Limits
from earful.connectors.toolkit.body import Unreadable, read_json
from earful.connectors.toolkit.exchange import Allowance, Exchange, NoAnswer
from earful.connectors.toolkit.web import Spacing

_ALLOWANCE = ("x-ratelimit-remaining", "x-ratelimit-used", "x-ratelimit-reset")
#: Reddit counts requests in windows of ten minutes.
_LONGEST_RESET = 3600.0


class Unreached(requests.exceptions.ConnectionError):
    """No answer came: prawcore asks again, as after a lost connection. Says the kind of trouble in one word."""


class _Read(requests.Response):
    """An answer whose JSON is read within limits."""

    def json(self, **_: Any) -> Any:  # noqa: ANN401 - as in requests
        return read_json(self.content)


class _Adapter(BaseAdapter):
    """Sends what requests prepared; redirects are not followed: Reddit's own API has none."""

    def __init__(self, exchange: Exchange) -> None:
        super().__init__()
        self._exchange = exchange
        self.allowance = Allowance(exchange.limits.answer_seconds)

    def send(self, request: requests.PreparedRequest, *_: object, **__: object) -> requests.Response:
        """The whole answer, read. Raises NoAnswer."""
        body = request.body or b""
        headers = {str(n): v.decode("latin-1") if isinstance(v, bytes) else str(v) for n, v in request.headers.items()}
        answer = self._exchange.fetch(
            str(request.method),
            httpx.URL(str(request.url)),
            headers=headers,
            content=body if isinstance(body, bytes) else str(body).encode(),
            follow=False,
            allowance=self.allowance,
        )
        made = _Read()
        made.status_code = answer.status
        made.headers = CaseInsensitiveDict(answer.headers)
        made.url = str(request.url)
        made.request = request
        made.encoding = "utf-8"
        made._content = answer.body  # noqa: SLF001 - the one way to give requests a body that is already read
        return made

    def close(self) -> None:
        """Give the connections back."""
        self._exchange.close()


class BoundedRequestor(Requestor):
    """Spacing and limits of ours, and the last answer for the error's words.

    ``patience`` is the longest wait in seconds that Reddit may ask for. prawcore sleeps as the x-ratelimit headers say,
    before its own repetitions too: it sees them only where they are numbers and the wait is within that.
    """

    def __init__(self, *, spacing: Spacing, limits: Limits, patience: float, **settings: Any) -> None:  # noqa: ANN401 - prawcore's
        session = requests.Session()
        session.trust_env = False  # neither ~/.netrc nor REQUESTS_CA_BUNDLE as requests reads them: exchange minds both
        self._adapter = _Adapter(Exchange(limits))
        session.mount("https://", self._adapter)
        session.mount("http://", self._adapter)
        super().__init__(session=session, **settings)
        self.spacing = spacing
        self.patience = patience
        self.last: requests.Response | None = None
        self.until_reset: float | None = None

    def begin(self) -> None:
        """A new question: its answers may take the channel's answer_seconds together."""
        self._adapter.allowance = Allowance(self._adapter.allowance.seconds)

    def request(self, *args: Any, timeout: float | None = None, **kwargs: Any) -> requests.Response:  # noqa: ANN401, ARG002
        """Prawcore's request, with its fixed time-out left out. Raises Retriable where no repetition would help."""
        self.last = self.until_reset = None
        self.spacing.wait()
        kwargs["allow_redirects"] = False
        trouble: NoAnswer | None = None
        try:
            answer = super().request(*args, **kwargs)
        except RequestException as error:
            if not isinstance(error.original_exception, NoAnswer):
                raise
            trouble = error.original_exception
        if trouble is not None:
            # Outside the except block: the library's error holds the request with its headers and token.
            if not trouble.again:
                raise Retriable(f"reddit: {trouble.trouble}; try again later")
            raise RequestException(Unreached(trouble.kind), args, kwargs)
        self.last = answer
        self.until_reset = until_reset(answer.headers)
        _keep_or_drop(answer.headers, self.until_reset, self.patience)
        return answer


def until_reset(headers: Mapping[str, str]) -> float | None:
    """Seconds until the allowance is renewed, where it is used up; None while some is left or nothing is said."""
    try:
        left, reset = float(headers[_ALLOWANCE[0]]), float(headers[_ALLOWANCE[2]])
    except (KeyError, ValueError):
        return None
    return max(0.0, reset) if left < 1 and math.isfinite(reset) else None


def _keep_or_drop(headers: Any, wait: float | None, patience: float) -> None:  # noqa: ANN401 - requests' untyped dict
    """Leave the three headers in a form that prawcore can read, or not at all."""
    try:
        found = [float(headers[name]) for name in _ALLOWANCE]
    except (KeyError, ValueError):
        found = []
    fit = bool(found) and all(math.isfinite(n) and n >= 0 for n in found) and found[2] <= _LONGEST_RESET
    if not fit or (wait is not None and wait > patience):
        for name in _ALLOWANCE:
            headers.pop(name, None)
    else:
        headers.update({name: str(int(n)) for name, n in zip(_ALLOWANCE, found, strict=True)})


def reason_of(answer: requests.Response | None) -> object:
    """The ``reason`` that an answer's JSON gives, as it came: compare it, never show it."""
    try:
        payload = answer.json() if answer is not None else None
    except Unreadable:
        return None
    return payload.get("reason") if isinstance(payload, dict) else None
