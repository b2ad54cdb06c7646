"""Reddit over PRAW: one authorised client, and what can go wrong with it in the caller's words."""

from __future__ import annotations

import configparser
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx
import praw
import requests
from praw.exceptions import PRAWException
from prawcore.exceptions import OAuthException, PrawcoreException, RequestException

from earful.connectors.errors import Fatal, PullError, Retriable
from earful.connectors.limits import Limits
from earful.connectors.reddit.http import BoundedRequestor, Unreached, reason_of
from earful.connectors.reddit.questions import ListingRefused
from earful.connectors.toolkit.web import Spacing, retry_after

#: What PRAW and prawcore raise besides their own errors when an answer is not what they expect: prawcore 4 fails with
#: KeyError on a 401 without WWW-Authenticate and on a redirect without Location, with ValueError on a Retry-After date,
#: with TypeError or OverflowError on a token's expires_in. Nothing of ours runs inside those calls but reddit/http.py.
_ODD = (LookupError, ValueError, TypeError, AttributeError, AssertionError, ArithmeticError, RecursionError)
#: The codes of a refused token: RFC 6749 (4.1.2.1, 5.2). Others are not shown: a code may be what we sent.
_OAUTH_ERRORS = frozenset(
    {
        "invalid_request",
        "invalid_client",
        "invalid_grant",
        "unauthorized_client",
        "unsupported_grant_type",
        "unsupported_response_type",
        "invalid_scope",
        "access_denied",
        "server_error",
        "temporarily_unavailable",
    }
)
_PASSING = frozenset({"server_error", "temporarily_unavailable"})
#: Why Reddit forbids a subreddit, as far as it is known.
_REASONS = frozenset({"private", "quarantined", "banned", "gold_only", "gated", "employees_only"})
_WRONG_ADDRESS = (
    httpx.InvalidURL,
    requests.exceptions.InvalidURL,
    requests.exceptions.MissingSchema,
    requests.exceptions.InvalidSchema,
)
_TRIES = 3
_LONGEST_CURSOR = 200  # a cursor is a post's name, or a short opaque word

T = TypeVar("T")
_CREDENTIALS = "check the client id and secret, and the user name and password of a script application"


@dataclass(frozen=True, slots=True)
class Credentials:
    """An application's credentials, with an account's for a script application; else it reads only what is public."""

    client_id: str = field(repr=False)
    client_secret: str = field(repr=False)
    username: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Listing:
    """One answer of a listing: its children as received, and the cursor of the next answer (None at the end).

    ``lost``: it says that it goes on, but not with a cursor that could be one.
    """

    children: list[Any]
    after: str | None
    lost: bool = False


class RedditClient:
    """One thread's client. ``patience`` is the longest wait in seconds that Reddit may ask for before we give up."""

    def __init__(
        self,
        credentials: Credentials,
        *,
        user_agent: str,
        reddit_url: str,
        oauth_url: str,
        limits: Limits,
        patience: float,
        spacing: Spacing,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._patience = patience
        self._sleep = sleep
        # Everything is named, so that neither a praw.ini in the current folder nor a praw_... variable can change it.
        try:
            self._reddit = praw.Reddit(
                "DEFAULT",
                requestor_class=BoundedRequestor,
                requestor_kwargs={"spacing": spacing, "limits": limits, "patience": patience},
                client_id=credentials.client_id,
                client_secret=credentials.client_secret,
                username=credentials.username,
                password=credentials.password,
                refresh_token=None,
                redirect_uri=None,
                user_agent=user_agent,
                reddit_url=reddit_url,
                oauth_url=oauth_url,
                ratelimit_seconds=int(patience),
                timeout=max(1, int(limits.timeout)),
                check_for_updates=False,
                check_for_async=False,
            )
        except configparser.Error:
            raise Fatal("reddit: PRAW cannot read its praw.ini; earful needs none: move that file away") from None

    @property
    def _requestor(self) -> BoundedRequestor:
        core: Any = self._reddit._core  # noqa: SLF001 - PRAW has no public way to its own requestor
        requestor = core.requestor
        assert isinstance(requestor, BoundedRequestor)
        return requestor

    def authorize(self) -> None:
        """Get a token: one request. Raises Fatal for credentials that Reddit does not take, else Retriable."""
        self._tried(self._reddit.auth.scopes, "the token", lambda scopes: isinstance(scopes, set))

    def listing(self, path: str, params: Mapping[str, str | int], what: str) -> Listing:
        """One answer of a listing. ``what`` names it in errors. Raises Fatal or Retriable.

        The raw payload, not PRAW's objects: one child without an id makes PRAW refuse all hundred, and a missing
        attribute of its objects is another request.
        """
        payload = self._tried(
            lambda: self._reddit.request(method="GET", path=path, params=dict(params)), what, _is_listing
        )
        data = payload["data"]
        after = data.get("after")
        usable = isinstance(after, str) and 0 < len(after) <= _LONGEST_CURSOR
        return Listing(data["children"], after if usable else None, lost=bool(after) and not usable)

    def close(self) -> None:
        """Give the connections back."""
        self._requestor.close()

    def _tried(self, ask: Callable[[], T], what: str, fits: Callable[[T], bool]) -> T:
        # prawcore repeats 5xx and lost connections twice by itself, and sleeps as the x-ratelimit headers say. What is
        # left to repeat here are 429, answers that make no sense, and failures of the token request.
        self._requestor.begin()
        for attempt in range(1, _TRIES + 1):
            self._mind_the_limit(what)
            trouble: PullError
            try:
                answer = ask()
                if fits(answer):
                    return answer
                trouble, again = Retriable(f"reddit: the answer for {what} makes no sense; try again later"), True
            except (PrawcoreException, PRAWException, *_ODD) as error:
                trouble, again = explain(error, self._requestor.last, what, self._requestor.until_reset)
            # Raised outside the except block: the library's errors hold the request with its headers and token.
            if not isinstance(trouble, Retriable) or not again or attempt == _TRIES:
                raise trouble
            wait = trouble.retry_after
            if wait is None:
                wait = random.uniform(0.5, 1.0) * 2**attempt
            if wait > self._patience:
                raise trouble
            self._sleep(wait)
        raise AssertionError("unreachable")  # pragma: no cover

    def _mind_the_limit(self, what: str) -> None:
        # prawcore sleeps up to ten minutes when the allowance is used up; more than our patience is the scheduler's.
        wait = self._requestor.until_reset
        if wait is not None and wait > self._patience:
            raise Retriable(
                f"reddit: the allowance of requests is used up before {what}; it is renewed in {wait:.0f} s",
                retry_after=wait,
            )


def explain(
    error: Exception, answer: requests.Response | None, what: str, reset: float | None = None
) -> tuple[PullError, bool]:
    """PRAW's error in the caller's words, and whether asking again at once (after the wait) is worth a try.

    ``answer`` is the last HTTP answer, None where none came; ``reset`` the seconds until the allowance is renewed, if
    it is used up. No message holds a header, a body or an address, and of what Reddit says only codes that are known.
    """
    if isinstance(error, RequestException):
        name = type(error.original_exception).__name__
        if isinstance(error.original_exception, _WRONG_ADDRESS):
            return Fatal(f"reddit: reddit_url or oauth_url is no address ({name})"), False
        kind = str(error.original_exception) if isinstance(error.original_exception, Unreached) else name
        return Retriable(f"reddit: no answer for {what} ({kind}); try again later"), False
    status = answer.status_code if answer is not None else 0
    wait = retry_after(answer.headers) if answer is not None else None
    if wait is None and answer is not None:
        wait = reset
    token = answer is not None and urlsplit(answer.url).path.endswith("/access_token")
    if status == 429:
        return Retriable(f"reddit: too many requests (429) at {what}", retry_after=wait), True
    if status >= 500 or status == 408:
        return Retriable(f"reddit: {what} answered {status}; try again later", retry_after=wait), token
    if isinstance(error, OAuthException):
        # An error inside a 200 answer: invalid_grant (password or second factor), unsupported_grant_type, or a number.
        code: object = error.error
        known = code if isinstance(code, str) and code in _OAUTH_ERRORS else ""
        if isinstance(code, int) or known in _PASSING:
            shown = known or (f"error {code}" if code in range(400, 600) else "an error")
            return Retriable(f"reddit: the token request failed with {shown}; try again later"), True
        return Fatal(f"reddit: no token ({known or 'an error without a known code'}): {_CREDENTIALS}"), False
    if status < 300:
        return Retriable(
            f"reddit: the answer for {what} makes no sense ({type(error).__name__}); try again later"
        ), True
    if token and status < 400:
        return Retriable(f"reddit: no token, Reddit answered {status}; try again later"), False
    if token:
        return Fatal(f"reddit: no token, Reddit answered {status}: {_CREDENTIALS}, and the user agent"), False
    refused = Fatal if status == 401 else ListingRefused
    return refused(f"reddit: {what}: {_refusal(status, answer)}"), False


def _refusal(status: int, answer: requests.Response | None) -> str:
    reason = _reason(answer)
    if status == 401:
        return f"Reddit refuses the token (401): {_CREDENTIALS}"
    if reason == "private":
        return "the subreddit is private (403): take it out of subreddits, or use an account that is a member"
    if reason == "quarantined":
        return "the subreddit is quarantined (403): take it out of subreddits, or opt in with the script's account"
    if reason == "banned":
        return f"the subreddit is banned ({status}): take it out of subreddits"
    if status == 403:
        return (
            f"Reddit forbids it ({reason or '403'}): the subreddit is private or quarantined, or the application "
            "may not read; open it in a browser, then take it out of subreddits or check the application"
        )
    if status == 404 or 300 <= status < 400:
        return f"there is no such subreddit ({status}): check its name in subreddits or in the product's reddit ids"
    if status == 451:
        return "not available for legal reasons (451): take it out of subreddits"
    return f"Reddit answered {status}, and asking again changes nothing"


def _reason(answer: requests.Response | None) -> str:
    reason = reason_of(answer)
    return reason if isinstance(reason, str) and reason in _REASONS else ""


def _is_listing(answer: object) -> bool:
    data = answer.get("data") if isinstance(answer, dict) else None
    return isinstance(data, dict) and isinstance(data.get("children"), list)
