"""What the services of benchmarks.limits are asked, and what they answer when they are honest."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

SERVICES = ("app_store_rss", "steam", "google_play_api", "reddit")
#: Reddit's and Google's access token. It is a secret like those of the environment.
TOKEN = "mark-token-5e1f0c"


@dataclass(frozen=True, slots=True)
class Rec:
    """A review or post as the service would tell of it."""

    id: str
    text: str
    when: datetime
    title: str = "A title"
    author: str = "Somebody"
    url: str = "https://example.org/1"
    likes: Any = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """A request. ``token``: it asks for an access token; else for a page of posts, ``page`` counted from 0."""

    service: str
    token: bool
    page: int
    path: str
    head: str
    body: str

    def payload(self, recs: list[Rec], cursor: str = "") -> Any:  # noqa: ANN401 - as the service builds it
        """These posts as the service lists them; ``cursor`` leads to the next page where there is one."""
        return _PAYLOAD[self.service](recs, cursor)

    @property
    def honest(self) -> Any:  # noqa: ANN401
        """The payload of an honest answer: a few posts of the last days, or a token."""
        if self.token:
            return {"access_token": TOKEN, "token_type": "bearer", "expires_in": 3600, "scope": "*"}
        if self.page:
            return self.payload([])
        return self.payload(recs(5))


def recs(count: int, first: int = 0, **more: Any) -> list[Rec]:  # noqa: ANN401
    """Posts of the last days with ids of their own; ``more`` goes into each."""
    now = datetime.now(UTC)
    made = [
        Rec(f"{1000 + n}", f"It crashes when I open it, acme, {n}.", now - timedelta(minutes=10 + n))
        for n in range(first, first + count)
    ]
    return [replace(one, **more) for one in made]


def body_of(payload: Any) -> bytes:  # noqa: ANN401
    """A payload as JSON; lone surrogates stay escapes."""
    return json.dumps(payload).encode()


def http(body: bytes, status: str = "200 OK", length: int | None = None, **headers: str) -> bytes:
    """A whole answer. ``length`` is what Content-Length says, -1: it is left out. ``_`` in a header's name is ``-``."""
    lines = [f"HTTP/1.1 {status}", "Connection: close"]
    if length != -1:
        lines.append(f"Content-Length: {len(body) if length is None else length}")
    if "Content_Type" not in headers:
        lines.append("Content-Type: application/json")
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


Answer = Callable[[Asked], Iterable[bytes]]


class Reset(Exception):
    """Raised by an answer: the connection is reset instead of closed."""


def honestly(asked: Asked) -> Iterator[bytes]:
    """The honest answer."""
    yield http(body_of(asked.honest))


def _app_store(recs: list[Rec], _: str) -> Any:  # noqa: ANN401
    def label(value: object) -> dict[str, object]:
        return {"label": value}

    entries = [
        {
            "id": label(r.id),
            "updated": label(r.when.isoformat()),
            "author": {"name": label(r.author), "uri": label(r.url)},
            "title": label(r.title),
            "content": {"label": r.text, "attributes": {"type": "text"}},
            "im:rating": label("2"),
            "im:version": label("1.0"),
            "im:voteSum": label(r.likes),
            "link": {"attributes": {"href": r.url}},
        }
        for r in recs
    ]
    return {"feed": {"entry": entries}}


def _steam(recs: list[Rec], cursor: str) -> Any:  # noqa: ANN401
    reviews = [
        {
            "recommendationid": r.id,
            "timestamp_created": int(r.when.timestamp()),
            "timestamp_updated": int(r.when.timestamp()),
            "voted_up": True,
            "review": r.text,
            "language": "english",
            "author": {"steamid": r.author},
            "votes_up": r.likes,
        }
        for r in recs
    ]
    return {"response": {"reviews": reviews, "cursor": cursor}}


def _google(recs: list[Rec], cursor: str) -> Any:  # noqa: ANN401
    reviews = [
        {
            "reviewId": r.id,
            "authorName": r.author,
            "comments": [
                {
                    "userComment": {
                        "text": f"{r.title}\t{r.text}",
                        "lastModified": {"seconds": str(int(r.when.timestamp())), "nanos": 0},
                        "starRating": 2,
                        "reviewerLanguage": "en",
                        "appVersionName": "1.0",
                        "thumbsUpCount": r.likes,
                    }
                }
            ],
        }
        for r in recs
    ]
    return {"reviews": reviews} | ({"tokenPagination": {"nextPageToken": cursor}} if cursor else {})


def _reddit(recs: list[Rec], cursor: str) -> Any:  # noqa: ANN401
    children = [
        {
            "kind": "t3",
            "data": {
                "id": r.id,
                "name": f"t3_{r.id}",
                "subreddit": "acme",
                "author": r.author,
                "created_utc": r.when.timestamp(),
                "edited": False,
                "score": r.likes,
                "title": r.title,
                "selftext": r.text,
                "num_comments": 2,
                "permalink": r.url,
            },
        }
        for r in recs
    ]
    return {"kind": "Listing", "data": {"children": children, "after": cursor or None, "before": None}}


_PAYLOAD: dict[str, Callable[[list[Rec], str], Any]] = {
    "app_store_rss": _app_store,
    "steam": _steam,
    "google_play_api": _google,
    "reddit": _reddit,
}


def only_lists(answer: Answer) -> Answer:
    """The answer where posts are asked for; an honest token."""
    return lambda asked: honestly(asked) if asked.token else answer(asked)


def only_tokens(answer: Answer) -> Answer:
    """The answer where a token is asked for (Reddit, Google); the others have no credentials, and answer like that."""
    return lambda asked: (
        answer(asked) if asked.token or asked.service in {"steam", "app_store_rss"} else honestly(asked)
    )
