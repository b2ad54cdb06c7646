"""What became of posts: Reddit's own word is needed to call one gone; an absence is none."""

from __future__ import annotations

from typing import Any

import pytest
from recordings import recording
from reddit_fake import ENV, NOW, Fake, listing, made, thing
from replay import Replay, Request, Response, answer, cassette, serve

from earful.connectors.base import Rechecked, Rechecks
from earful.connectors.errors import Retriable
from earful.connectors.reddit.connector import RedditConnector
from earful.connectors.reddit.posts import rechecked
from earful.connectors.sample.connector import SampleConnector

IDS = [f"t3_n{i}" for i in range(1, 8)]


def test_what_reddit_says_and_what_it_leaves_out() -> None:
    children: list[Any] = [
        thing(1, NOW),
        thing(2, NOW, selftext="[deleted]", author="[deleted]"),
        thing(3, NOW, removed_by_category="moderator"),
        thing(4, NOW, author="[deleted]"),
        thing(99, NOW, selftext="[removed]"),  # nobody asked
        {"kind": "t5", "data": {"name": "t5_x"}},
        {"kind": "t3", "data": None},
        "garbage",
        {"kind": "t3", "data": {"name": "t3_n5"}},  # no word about the author: it stands
    ]
    assert rechecked(IDS, children) == Rechecked(
        frozenset(IDS),
        gone=frozenset({"t3_n2", "t3_n3"}),
        unnamed=frozenset({"t3_n4"}),
        missing=frozenset({"t3_n6", "t3_n7"}),
    )


def test_a_hundred_ids_a_request_in_their_order() -> None:
    asked: list[list[str]] = []

    def handler(request: Request) -> Response:
        if request.path != "/api/info/":
            return Fake()(request)
        ids = request.query["id"].split(",")
        asked.append(ids)
        return listing([thing(int(i[4:]), NOW) for i in ids])

    ids = [f"t3_n{i}" for i in range(250)]
    with serve(handler) as server:
        answers = list(made(server.url).recheck(ids))
    assert asked == [ids[:100], ids[100:200], ids[200:]]
    assert [len(a.asked) for a in answers] == [100, 100, 50]
    assert not any(a.gone or a.missing for a in answers)


def test_an_allowance_used_up_ends_it_and_keeps_what_came() -> None:
    def handler(request: Request) -> Response:
        if request.path != "/api/info/":
            return Fake()(request)
        body = listing([thing(int(i[4:]), NOW, removed_by_category="deleted") for i in request.query["id"].split(",")])
        return Response(
            200,
            body.body,
            {**body.headers, "x-ratelimit-remaining": "0", "x-ratelimit-used": "99", "x-ratelimit-reset": "500"},
        )

    with serve(handler) as server:
        answers = made(server.url).recheck([f"t3_n{i}" for i in range(150)])
        assert len(next(answers).gone) == 100
        with pytest.raises(Retriable) as caught:
            next(answers)
    assert caught.value.retry_after == 500


def test_an_empty_or_broken_answer_takes_nothing_away() -> None:
    with serve(lambda r: listing([]) if r.path == "/api/info/" else Fake()(r)) as server:
        (found,) = made(server.url).recheck(IDS)
    assert (found.gone, found.unnamed, found.missing) == (frozenset(), frozenset(), frozenset(IDS))
    sleeps: list[float] = []
    with (
        serve(lambda r: answer({"error": "?"}) if r.path == "/api/info/" else Fake()(r)) as server,
        pytest.raises(Retriable),
    ):
        list(made(server.url, sleep=sleeps.append).recheck(IDS))


def test_the_recorded_answers_of_the_real_service() -> None:
    interactions = cassette(recording("reddit/praw_TestReddit.test_info.json"))
    asked = [i.request.query["id"].split(",") for i in interactions if i.request.method == "GET"]
    with serve(Replay(interactions, loose=True)) as server:
        connector = made(server.url)
        answers = [a for ids in asked for a in connector.recheck(ids)]
    posts = [frozenset(i for i in a.asked if i[:2] in {"t1", "t3"}) for a in answers]
    assert [len(a.gone) for a in answers] == [5, 6, 6]
    assert [len(a.unnamed) for a in answers] == [1, 0, 0]
    # Subreddits (t5) are nothing of ours; of what is, three things are in no answer: nothing follows from that.
    assert sum(len(a.missing & p) for a, p in zip(answers, posts, strict=True)) == 3


def test_who_can_be_asked_is_seen_from_the_class() -> None:
    assert issubclass(RedditConnector, Rechecks)
    assert not issubclass(SampleConnector, Rechecks)
    assert ENV
