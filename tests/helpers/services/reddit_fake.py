"""For the tests of the Reddit connector: a Reddit in short, generated listings, and a pull from end to end."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from one_product import frame_of
from one_product import pulled as pulled_one
from replay import Request, Response, answer, serve

from earful.connectors.base import Asked, Context, Coverage, Product, Window
from earful.connectors.errors import PullError
from earful.connectors.post import Page, Rejected
from earful.connectors.reddit.connector import RedditConnector
from earful.connectors.reddit.options import RedditOptions

ID, SECRET, PASSWORD, TOKEN = "the-client-id", "the-client-secret", "the-pass-word", "the-bearer-token"
ENV = {"REDDIT_CLIENT_ID": ID, "REDDIT_CLIENT_SECRET": SECRET, "RD_USER": "somebody", "RD_PASS": PASSWORD}
THE = re.compile(r"\bthe\b", re.IGNORECASE)
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
OWNER = Product("acme", "Acme", include=("acme",), ids={"reddit": ("acme",)})
NAMED = Product("acme", "Acme", include=("acme",))
DAY = Window(NOW - timedelta(days=1), NOW)
TOKEN_PATH = "/api/v1/access_token"


class Quick(RedditConnector):
    """The connector without the pause between requests."""

    spacing = 0.0


def token(**more: Any) -> Response:
    return answer({"access_token": TOKEN, "token_type": "bearer", "expires_in": 3600, "scope": "*", **more})


def thing(number: int, created: datetime, kind: str = "t3", **more: Any) -> dict[str, Any]:
    """A submission (t3) or comment (t1) with id ``n<number>``, as Reddit sends it, in short."""
    common = {
        "id": f"n{number}",
        "name": f"{kind}_n{number}",
        "subreddit": "acme",
        "author": "somebody",
        "created_utc": created.timestamp(),
        "edited": False,
        "score": number,
        "permalink": f"/r/acme/comments/n{number}/x/",
    }
    if kind == "t3":
        common |= {"title": f"Title {number}", "selftext": f"Text {number}", "num_comments": 2}
    else:
        common |= {"body": f"Comment {number}", "link_id": "t3_n0"}
    return {"kind": kind, "data": common | more}


def listing(children: list[Any], after: str | None = None) -> Response:
    return answer({"kind": "Listing", "data": {"children": children, "after": after, "before": None}})


@dataclass
class Fake:
    """Reddit's paging: lists by path, newest first, cut at ``ceiling``; ``first`` holds answers to give before."""

    lists: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    first: dict[str, list[Response]] = field(default_factory=dict)
    ceiling: int = 1000
    headers: dict[str, str] = field(default_factory=dict)

    def __call__(self, request: Request) -> Response:
        if self.first.get(request.path):
            return self.first[request.path].pop(0)
        if request.path == TOKEN_PATH:
            return token()
        assert request.headers["authorization"] == f"bearer {TOKEN}"
        items = self.lists.get(request.path, [])[: self.ceiling]
        names = [(item["data"] or {}).get("name") for item in items]
        start = names.index(request.query["after"]) + 1 if "after" in request.query else 0
        end = start + min(100, int(request.query["limit"]))
        return replace(listing(items[start:end], names[end - 1] if end < len(items) else None), headers=self.headers)


@dataclass
class Pulled:
    pages: list[Page]
    coverage: Coverage

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [{str(k): v for k, v in row.items()} for p in self.pages for row in frame_of(p).to_dict("records")]

    @property
    def ids(self) -> list[str]:
        return [row["post_id"] for row in self.rows]

    @property
    def gone(self) -> list[str]:
        return [name for p in self.pages for name in p.gone]

    @property
    def rejected(self) -> list[Rejected]:
        return [r for p in self.pages for r in p.rejected]


def made(url: str, sleep: Callable[[float], None] | None = None, **options: Any) -> RedditConnector:
    settings = RedditOptions(**{"reddit_url": url, "oauth_url": url, **options})
    context = Context("reddit", b"key", ENV)
    return Quick(settings, context, sleep=sleep or (lambda seconds: pytest.fail(f"slept {seconds} s")))


def drain(connector: RedditConnector, product: Product, window: Window) -> Pulled:
    return Pulled(*pulled_one(connector.pull([Asked(product, window)])))


def pulled(
    handler: Callable[[Request], Response], product: Product = OWNER, window: Window = DAY, **options: Any
) -> Pulled:
    with serve(handler) as server:
        return drain(made(server.url, **options), product, window)


def minutes(count: int, kind: str = "t3", newest: datetime = NOW, **more: Any) -> list[dict[str, Any]]:
    """``count`` items, one a minute, newest first, the newest one minute before ``newest``."""
    return [thing(n, newest - timedelta(minutes=n), kind, **more) for n in range(1, count + 1)]


def fails(handler: Callable[[Request], Response], product: Product = OWNER, **options: Any) -> PullError:
    with serve(handler) as server:
        sleeps: list[float] = []
        with pytest.raises(PullError) as caught:
            drain(made(server.url, sleep=sleeps.append, **options), product, DAY)
    message = str(caught.value)
    assert message.startswith("reddit: ")
    assert "\n" not in message
    assert not any(secret in message for secret in (ID, SECRET, PASSWORD, TOKEN))
    # The library's errors hold the request with its headers: they must not hang on ours.
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    return caught.value


def always(response: Response, path: str = "/r/acme/new") -> Callable[[Request], Response]:
    return lambda request: response if request.path == path else Fake()(request)
