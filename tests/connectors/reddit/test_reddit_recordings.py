"""The Reddit connector on recorded answers of the real service."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from prawcore.sessions import FiniteRetryStrategy
from recordings import recording
from reddit_fake import (
    OWNER,
    THE,
    TOKEN_PATH,
    always,
    fails,
    listing,
    pulled,
    token,
)
from replay import Interaction, Replay, Request, Response, cassette

from earful.connectors.base import Coverage, Product, Window
from earful.connectors.errors import Fatal, PullError, Retriable


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    # prawcore pauses for some seconds before its own retries; the retries themselves stay.
    monkeypatch.setattr(FiniteRetryStrategy, "_sleep_seconds", lambda self: None)


# --- recordings of the real service -----------------------------------------------------------------------------------


def played(name: str, path: str | None = None, number: int = 0) -> Callable[[Request], Response]:
    """The recorded answers of a cassette; with ``path``, its GET answers from ``number`` on are given there."""
    interactions = cassette(recording(name))
    if path is None:
        return Replay(interactions, loose=True)
    gets = [i for i in interactions if i.request.method != "POST"][number:]
    moved = [Interaction(Request("GET", path), i.response) for i in gets]
    first = Interaction(Request("POST", TOKEN_PATH), token())
    posts = [i for i in interactions if i.request.method == "POST" and i.request.path == TOKEN_PATH]
    return Replay([*(posts or [first]), *moved], loose=True)


def recorded(name: str, number: int = 0) -> list[dict[str, Any]]:
    """The children of a cassette's listing, as they lie in the file."""
    gets = [i for i in cassette(recording(name)) if i.request.method == "GET"]
    children: list[dict[str, Any]] = json.loads(gets[number].response.body)["data"]["children"]
    return children


def when(child: dict[str, Any]) -> datetime:
    return datetime.fromtimestamp(child["data"]["created_utc"], UTC)


def whole(children: list[dict[str, Any]]) -> Window:
    """From one second after the oldest (so that the reading ends there) to after the newest."""
    times = sorted(map(when, children))
    return Window(times[0] + timedelta(seconds=1), times[-1] + timedelta(seconds=1))


@pytest.mark.parametrize(
    ("name", "listings", "subreddit"),
    [
        ("reddit/praw_TestSubredditListings.test_new.json", "new", "askreddit"),
        ("reddit/asyncpraw_TestSubredditListings.test_new.json", "new", "askreddit"),
        ("reddit/praw_TestSubredditListings.test_comments.json", "comments", "askreddit"),
        ("reddit/asyncpraw_TestSubredditListings.test_comments.json", "comments", "askreddit"),
    ],
)
def test_recorded_listings_come_whole(name: str, listings: str, subreddit: str) -> None:
    children = recorded(name)
    window = whole(children)
    product = Product("ask", "Ask", ids={"reddit": (subreddit,)})
    got = pulled(played(name), product, window, listings=(listings,))
    there = {c["data"]["name"]: c["data"] for c in children if when(c) >= window.start}
    # Notices of moderators and of AutoModerator are no opinions: 2 and 3 of the comments.
    wanted = {
        name: data
        for name, data in there.items()
        if not data.get("distinguished") and data["author"] != "AutoModerator"
    }
    assert len(wanted) >= 90
    assert sorted(got.ids) == sorted(wanted)
    out = len(there) - len(wanted)
    assert (out > 0) == (listings == "comments")
    assert got.coverage == Coverage.whole(window, f"left out: {out} by moderators and bots" if out else "")
    assert not got.rejected
    for row in got.rows:
        data = wanted[row["post_id"]]
        assert row["created_at"].timestamp() == data["created_utc"]
        assert row["likes"] == data["score"]
        assert (row["text"] == data["body"]) if listings == "comments" else (row["title"] == data["title"])
        assert row["url"].startswith("https://www.reddit.com/")
        assert len(row["author"]) == 32


def test_recorded_comments_of_2023() -> None:
    name = "reddit/praw_TestSubredditStreams.test_comments__with_continue_after_id.json"
    children = recorded(name)
    window = whole(children)
    product = Product("the", "The", include=("the",))
    got = pulled(played(name, "/r/test/comments/"), product, window, subreddits=("test",), listings=("comments",))
    wanted = {c["data"]["name"] for c in children if when(c) >= window.start and THE.search(c["data"]["body"])}
    assert 0 < len(wanted) < 100
    assert set(got.ids) == wanted
    assert got.coverage == Coverage.whole(window)


def test_recorded_search_keeps_edits() -> None:
    name = "reddit/asyncpraw_TestSubreddit.test_search.json"
    children = recorded(name)
    window = Window(datetime(2013, 1, 1, tzinfo=UTC), datetime(2020, 1, 1, tzinfo=UTC))
    product = Product("praw", "PRAW", include=("praw", "oauth"))
    got = pulled(played(name), product, window, listings=(), search=True)
    edited = {c["data"]["name"] for c in children if c["data"]["edited"]}
    assert edited
    assert len(got.ids) > len(children) / 2
    assert {row["post_id"] for p in got.pages for row in p.posts.to_pylist() if row["edited_at"] is not None} == (
        edited & set(got.ids)
    )
    assert got.coverage == Coverage.whole(window)


def test_recorded_mixed_answer_with_deletions() -> None:
    name = "reddit/praw_TestReddit.test_info.json"
    children = recorded(name)
    window = Window(datetime(2005, 1, 1, tzinfo=UTC), datetime(2020, 1, 1, tzinfo=UTC))
    moved = [c | {"data": c["data"] | {"subreddit": "acme"}} for c in children]
    got = pulled(always(listing(moved)), OWNER, window, listings=("new",))
    texts = {c["data"]["name"]: c["data"].get("selftext", c["data"].get("body")) for c in children if c["kind"] != "t5"}
    deleted = {n for n, text in texts.items() if text in {"[deleted]", "[removed]"}}
    assert deleted
    assert set(got.gone) == deleted
    assert set(got.ids) == set(texts) - deleted
    assert len(got.rejected) == sum(c["kind"] == "t5" for c in children)


@pytest.mark.parametrize(
    ("name", "kind", "says", "wait"),
    [
        ("reddit_errors/TestSession.test_request__forbidden.json", Fatal, "forbids", None),
        ("reddit_errors/TestSession.test_request__not_found.json", Fatal, "no such subreddit", None),
        ("reddit_errors/TestSession.test_request__unavailable_for_legal_reasons.json", Fatal, "legal", None),
        ("reddit/praw_TestAuthImplicit.test_implicit__with_invalid_token.json", Fatal, "401", None),
        ("reddit/praw_TestRedditorListings.test_saved__other_user.json", Fatal, "forbids", None),
        ("reddit/praw_TestReddit.test_bad_request_without_json_text_html_response.json", Fatal, "400", None),
        ("reddit_errors/TestSession.test_request__bad_gateway.json", Retriable, "502", None),
        ("reddit_errors/TestSession.test_request__service_unavailable.json", Retriable, "503", None),
        ("reddit_errors/TestSession.test_request__cloudflare_connection_timed_out.json", Retriable, "522", None),
        ("reddit_errors/TestSession.test_request__bad_json.json", Retriable, "no sense", None),
        ("reddit_errors/TestSession.test_request__too__many_requests__with_retry_headers.json", Retriable, "429", 4),
    ],
)
def test_recorded_failures(name: str, kind: type[PullError], says: str, wait: float | None) -> None:
    error = fails(played(name, "/r/acme/new"))
    assert isinstance(error, kind)
    assert says in str(error)
    if isinstance(error, Retriable):
        assert error.retry_after == wait


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("reddit_errors/TestAuthorizer.test_refresh__with_invalid_token.json", Fatal),
        ("reddit_errors/TestSession.test_request__too__many_requests__without_retry_headers.json", Retriable),
    ],
)
def test_recorded_token_failures(name: str, kind: type[PullError]) -> None:
    assert isinstance(fails(played(name)), kind)


def test_recorded_quarantine_is_fatal_until_opted_in() -> None:
    name = "reddit/praw_TestSubredditQuarantine.test_opt_in.json"
    assert isinstance(fails(played(name, "/r/acme/new")), Fatal)
    children = recorded(name, 1)
    newest = max(map(when, children)) + timedelta(seconds=1)
    # A hot listing is out of order: all that is asked here is that it is read, tombstones and all.
    window = Window(newest - timedelta(days=600), newest)
    product = Product("f", "F", ids={"reddit": ("ferguson",)})
    handler = played(name, "/r/ferguson/new", 1)
    got = pulled(handler, product, window, listings=("new",))
    assert len(got.ids) + len(got.gone) > 90
    assert not got.rejected
