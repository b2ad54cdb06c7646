"""What Google's client fetches, its tokens too, within every channel's limits: an ``http`` object of ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httplib2
import httpx

from connectors.body import Unreadable, read_json
from connectors.errors import Fatal, Retriable
from connectors.exchange import Allowance, Answered, Exchange, NoAnswer
from connectors.limits import Limits


class Refused(Exception):
    """The API answered with something else than success."""

    def __init__(self, answer: Answered) -> None:
        super().__init__(answer.status)
        self.answer = answer


class BoundedHttp:
    """What googleapiclient and google-auth use of an httplib2.Http. Raises PullError or Refused, which neither catches.

    Only google-auth posts (for its tokens); what it reads is checked before. Of the API's own answers neither library
    sees one that is no success, but for the 401 that asks for a new token: googleapiclient writes them to the log.
    """

    def __init__(self, limits: Limits) -> None:
        self._exchange = Exchange(limits)
        self._allowance = Allowance(limits.answer_seconds)

    def begin(self) -> None:
        """A new question: its answers, tokens included, may take the channel's answer_seconds together."""
        self._allowance = Allowance(self._allowance.seconds)

    def request(
        self,
        uri: str,
        method: str = "GET",
        body: bytes | str | None = None,
        headers: Mapping[str, str] | None = None,
        **_: Any,  # noqa: ANN401 - redirections and connection_type, which are not the library's to choose here
    ) -> tuple[httplib2.Response, bytes]:
        """The answer as httplib2 gives it. Redirects of a GET are followed on the same host."""
        content = body.encode() if isinstance(body, str) else body or b""
        try:
            url = httpx.URL(uri)
            named = {str(n): str(v) for n, v in (headers or {}).items()}
            answer = self._exchange.fetch(method, url, headers=named, content=content, allowance=self._allowance)
        except httpx.InvalidURL:
            raise Fatal("google_play_api: api_endpoint or the key's token_uri is no address; correct it") from None
        except NoAnswer as error:
            raise Retriable(f"google_play_api: {error.trouble}; try again later") from None
        token = method != "GET"
        if not token and answer.status != httpx.codes.UNAUTHORIZED and not 200 <= answer.status < 300:
            raise Refused(answer)
        if token:
            _mind_the_token(answer)
        response = httplib2.Response({n.lower(): v for n, v in answer.headers.items()} | {"status": str(answer.status)})
        return response, answer.body

    def close(self) -> None:
        """Give the connections back."""
        self._exchange.close()


def _mind_the_token(answer: Answered) -> None:
    """Raise Retriable for what is neither a token nor an OAuth error: google-auth calls that a refused key."""
    try:
        found = read_json(answer.body)
    except Unreadable:
        found = None
    said = found if isinstance(found, dict) else {}
    wanted = "access_token" if answer.status == httpx.codes.OK else "error"
    if not isinstance(said.get(wanted), str):
        host = answer.asked.host
        raise Retriable(f"google_play_api: {host} answered {answer.status} to the sign-in, without a token; try later")
