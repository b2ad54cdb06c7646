"""Our connectors run the suite that outsiders run: earful.connectors.testing."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar

import pytest
from prawcore.sessions import FiniteRetryStrategy
from pulling import CONTEXT

from earful.connectors.base import Connector, Product, Window
from earful.connectors.files.connector import FilesConnector
from earful.connectors.files.options import FilesOptions
from earful.connectors.reddit.connector import RedditConnector
from earful.connectors.reddit.options import RedditOptions
from earful.connectors.registry import CONNECTORS, connector_class
from earful.connectors.sample.connector import SampleConnector, SampleOptions
from earful.connectors.stores.app_store_rss import AppStoreRssConnector, AppStoreRssOptions
from earful.connectors.stores.google_play_api import GooglePlayApiConnector, GooglePlayApiOptions
from earful.connectors.stores.steam import SteamConnector, SteamOptions
from earful.connectors.testing import Point, Request, Response, Sent, Setup, StandIn, Subject, answer, points
from earful.connectors.toolkit.web import WebOptions

ACME = Product(
    "acme",
    "Acme",
    include=("acme",),
    ids={"app_store": ("1",), "steam": ("1",), "google_play": ("com.acme.app",), "reddit": ("acme",)},
)


def seconds(moment: datetime) -> int:
    return int(moment.timestamp())


class AppStore(StandIn):
    product = ACME
    per_page = 50

    def connect(self, setup: Setup) -> Connector:
        options = AppStoreRssOptions.model_validate({"base_url": setup.url, "spacing": 0, **_at_most(10, setup)})
        return AppStoreRssConnector(options, setup.context, setup.web("app_store"))

    def item(self, post: Sent) -> object:
        said = {
            "id": post.id,
            "updated": (post.edited or post.created).isoformat(),
            "title": post.title,
            "content": post.text,
            "im:rating": "2",
        }
        author = {"name": {"label": post.author}}
        return {"author": author, **{key: {"label": value} for key, value in said.items()}}

    def page(self, items: Sequence[object], following: int | None) -> object:
        return {"feed": {"entry": list(items)}}

    def number(self, request: Request) -> int:
        found = re.search(r"/page=([0-9]+)/", request.path)
        assert found
        return int(found[1]) - 1


class Steam(StandIn):
    product = ACME

    def connect(self, setup: Setup) -> Connector:
        options = SteamOptions.model_validate({"base_url": setup.url, "spacing": 0, **setup.options})
        return SteamConnector(options, setup.context, setup.web("steam"))

    def item(self, post: Sent) -> object:
        return {
            "recommendationid": post.id,
            "author": {"steamid": post.author},
            "language": "english",
            "review": post.text,
            "timestamp_created": seconds(post.created),
            "timestamp_updated": seconds(post.edited or post.created),
            "voted_up": False,
        }

    def page(self, items: Sequence[object], following: int | None) -> object:
        # Steam's list ends with an empty page, to which the last cursor leads.
        return {"response": {"reviews": list(items), "cursor": f"cursor-{following or 99}"}}

    def number(self, request: Request) -> int:
        cursor = json.loads(request.query["input_json"])["cursor"]
        return 0 if cursor == "*" else int(cursor.removeprefix("cursor-"))


class GooglePlay(StandIn):
    product = ACME

    def connect(self, setup: Setup) -> Connector:
        given = {"api_endpoint": setup.url, "anonymous": True, "spacing": 0, **setup.options}
        return GooglePlayApiConnector(GooglePlayApiOptions.model_validate(given), setup.context)

    def item(self, post: Sent) -> object:
        changed = {"seconds": str(seconds(post.edited or post.created)), "nanos": 0}
        said = {
            "text": f"{post.title}\t{post.text}",
            "lastModified": changed,
            "starRating": 2,
            "reviewerLanguage": "en",
        }
        return {"reviewId": post.id, "authorName": post.author, "comments": [{"userComment": said}]}

    def page(self, items: Sequence[object], following: int | None) -> object:
        leads = {"tokenPagination": {"nextPageToken": f"token-{following}"}} if following is not None else {}
        return {"reviews": list(items), **leads}

    def number(self, request: Request) -> int:
        return int(request.query.get("token", "token-0").removeprefix("token-"))


class Quick(RedditConnector):
    """The connector without the pause between requests."""

    spacing = 0.0


class Reddit(StandIn):
    product = ACME
    env: ClassVar[Mapping[str, str]] = {
        "REDDIT_CLIENT_ID": "the-client-id",
        "REDDIT_CLIENT_SECRET": "the-client-secret",
    }
    check_requests = 3  # prawcore repeats them by itself

    def connect(self, setup: Setup) -> Connector:
        urls = {"reddit_url": setup.url, "oauth_url": setup.url, "listings": ("new",)}
        return Quick(RedditOptions.model_validate({**urls, **setup.options}), setup.context, sleep=setup.pause)

    def item(self, post: Sent) -> object:
        data = {
            "id": post.id,
            "name": self.post_id(post),
            "subreddit": "acme",
            "author": post.author,
            "created_utc": post.created.timestamp(),
            "edited": post.edited.timestamp() if post.edited else False,
            "score": 3,
            "title": post.title,
            "selftext": post.text,
            "num_comments": 2,
            "permalink": f"/r/acme/comments/{post.id}/x/",
        }
        return {"kind": "t3", "data": data}

    def deleted(self, post: Sent) -> object | None:
        whole = self.item(post)
        assert isinstance(whole, dict)
        gone = {"author": "[deleted]", "selftext": "[deleted]", "removed_by_category": "deleted"}
        return {**whole, "data": {**whole["data"], **gone}}

    def page(self, items: Sequence[object], following: int | None) -> object:
        after = f"cursor-{following}" if following is not None else None
        return {"kind": "Listing", "data": {"children": list(items), "after": after, "before": None}}

    def number(self, request: Request) -> int:
        return int(request.query.get("after", "cursor-0").removeprefix("cursor-"))

    def post_id(self, post: Sent) -> str:
        return f"t3_{post.id}"

    def besides(self, request: Request) -> Response | None:
        if request.path != "/api/v1/access_token":
            return None
        return answer({"access_token": "the-bearer-token", "token_type": "bearer", "expires_in": 3600, "scope": "*"})


class Sample(Subject):
    product = ACME
    window = Window(datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 1, 9, tzinfo=UTC))

    def connect(self, setup: Setup) -> Connector:
        return SampleConnector(SampleOptions.model_validate({"anchor": "2026-02-01"}), setup.context)


class Files(Subject):
    product = ACME
    window = Window(datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 1, 9, tzinfo=UTC))

    def __init__(self, folder: Path) -> None:
        self.root = str(folder)
        rows = [
            f"{n},{self.window.start + n * timedelta(hours=3):%Y-%m-%dT%H:%M:%SZ},It crashes {n}." for n in range(30)
        ]
        (folder / "posts.csv").write_text("\n".join(["post_id,created_at,text", *rows]))

    def connect(self, setup: Setup) -> Connector:
        return FilesConnector(FilesOptions.model_validate({"paths": ["posts.csv"]}), setup.context)


def _at_most(most: int, setup: Setup) -> dict[str, object]:
    return {key: min(most, value) if key == "pages" else value for key, value in setup.options.items()}


OURS: dict[str, StandIn | Sample] = {
    "app_store_rss": AppStore(),
    "steam": Steam(),
    "google_play_api": GooglePlay(),
    "reddit": Reddit(),
    "sample": Sample(),
}


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two clients pause by themselves."""
    monkeypatch.setattr(FiniteRetryStrategy, "_sleep_seconds", lambda self: None)
    monkeypatch.setattr("google.auth._exponential_backoff.time.sleep", lambda _: None)


@pytest.mark.parametrize(
    "point", [pytest.param(p, id=f"{name}-{p}") for name, ours in OURS.items() for p in points(ours)]
)
def test_a_connector_of_ours(point: Point) -> None:
    point.run()


@pytest.mark.parametrize("number", range(8))
def test_files(number: int, tmp_path: Path) -> None:
    mine = points(Files(tmp_path))
    assert len(mine) == 8
    mine[number].run()


def test_every_connector_is_here() -> None:
    assert {*OURS, "files"} == set(CONNECTORS)
    for name, subject in OURS.items():
        made = subject.connect(Setup(CONTEXT, "http://127.0.0.1:9"))
        assert isinstance(made, connector_class(name))
        assert isinstance(subject, StandIn) == issubclass(connector_class(name).options_model, WebOptions)
