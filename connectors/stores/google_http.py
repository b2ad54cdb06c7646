"""What Google's client fetches, its tokens too, within every channel's limits: an ``http`` object of ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httplib2
import httpx
from google.auth.exceptions import GoogleAuthError
from googleapiclient.errors import HttpError

from earful.connectors.errors import Fatal, PullError, Retriable
from earful.connectors.limits import Limits
from earful.connectors.toolkit.body import Unreadable, read_json
from earful.connectors.toolkit.exchange import Allowance, Answered, Exchange, NoAnswer
from earful.connectors.toolkit.web import retry_after

#: What google-auth raises besides its own errors where a token is not what it expects: ValueError, TypeError and
#: OverflowError on expires_in, AttributeError on a list. Nothing of ours runs inside that call but google_http.
_ODD = (LookupError, ValueError, TypeError, AttributeError, ArithmeticError, RecursionError, OSError)
_BUSY = frozenset({408, 429, 500, 502, 503, 504})
#: What a list without reviews may hold: an empty object is an answer.
_BESIDES = frozenset({"pageInfo", "tokenPagination"})
_BUSY_REASONS = ("rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "RATE_LIMIT_EXCEEDED")


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
        raise Retriable(
            f"google_play_api: {answer.asked.host} answered {answer.status} to the sign-in, without a token; try again "
            "later",
            retry_after=retry_after(answer.headers),
        )


class Play:
    """The API's list of reviews by Google's client; its troubles named by what the caller does about them."""

    def __init__(self, reviews: Any, http: Any) -> None:  # noqa: ANN401 - Google's client builds its classes at run time
        self._reviews = reviews
        self._http = http

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def list(self, package: str, most: int, token: str = "") -> Mapping[str, Any]:
        """One page of an app's reviews. Raises Retriable or Fatal."""
        request = self._reviews.list(packageName=package, maxResults=most, **({"token": token} if token else {}))
        request.postproc = lambda _, content: content  # read below, within limits
        self._http.begin()
        try:
            content = request.execute(num_retries=0)
        except Refused as error:
            raise _trouble(error.answer.status, error.answer.headers, error.answer.body, package) from None
        except HttpError as error:
            raise _trouble(error.resp.status, {}, b"", package) from None
        except GoogleAuthError as error:
            if getattr(error, "retryable", False):
                raise Retriable("google_play_api: Google's sign-in does not answer; try again later") from None
            raise Fatal(
                "google_play_api: Google refuses the service account's key; make a new one in the Cloud console"
            ) from None
        except _ODD as error:
            kind = type(error).__name__
            raise Retriable(f"google_play_api: Google's answer makes no sense ({kind}); try again later") from None
        try:
            answer = read_json(content)
        except Unreadable:
            raise Retriable("google_play_api: Google answered something that is no JSON; try again later") from None
        if not isinstance(answer, dict) or ("reviews" not in answer and answer.keys() - _BESIDES):
            # An object without any of the API's words is no week without reviews: a proxy's page of maintenance, say.
            raise Retriable("google_play_api: Google answered without a list of reviews; try again later")
        return answer


def _trouble(status: int, headers: Mapping[str, str], content: bytes, package: str) -> PullError:
    if status in _BUSY or (status == 403 and any(r.encode() in content for r in _BUSY_REASONS)):
        wait = retry_after(headers)
        return Retriable(f"google_play_api: Google answered {status} for {package}; try again later", retry_after=wait)
    if status in (401, 403):
        return Fatal(
            f"google_play_api: Google answered {status} for {package}; in the Play Console, under Users and "
            "permissions, give the service account 'View app information' and 'Reply to reviews' for this app"
        )
    if status == 404:
        return Fatal(f"google_play_api: Google knows no app {package} (404); check the package name")
    if status < 400 or status >= 500:
        return Retriable(f"google_play_api: Google answered {status} for {package}; try again later")
    return Fatal(f"google_play_api: Google answered {status} for {package}; check the options of the channel")
