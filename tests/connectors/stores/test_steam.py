# Long because: one connector, from a review to what is claimed as covered.

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from one_product import checked
from pulling import CONTEXT, ids, pulled, quick_web, rejected, rows, spoiled, window
from pydantic import ValidationError
from recordings import recording
from replay import Response, Server, answer, serve
from steam_stand_in import WEB_API, SteamStandIn, recorded_reviews

from earful.connectors.base import Asked, Connector, Coverage, Product
from earful.connectors.errors import Fatal, Retriable, Skippable
from earful.connectors.post import Post, page
from earful.connectors.stores.steam import LANGUAGES, SteamConnector, SteamOptions, post_from_review

GAME = Product("quest", "Quest", ids={"steam": ("440",)})
JANUARY = window("2026-01-01", "2026-02-01")
NEWEST = datetime(2026, 1, 31, tzinfo=UTC)


def review(number: int, created: datetime = NEWEST, updated: datetime | None = None, **more: Any) -> dict[str, Any]:
    """A review as Steam sends it, with made-up content."""
    return {
        "recommendationid": str(number),
        "author": {"steamid": f"7656119{number:010}", "num_reviews": 3, "playtime_forever": 700},
        "language": "schinese",
        "review": "The last patch broke the save files.",
        "timestamp_created": int(created.timestamp()),
        "timestamp_updated": int((updated or created).timestamp()),
        "voted_up": False,
        "votes_up": 4,
        "votes_funny": 4294967295,
        "weighted_vote_score": "0.52",
        "comment_count": 0,
        "steam_purchase": True,
        "received_for_free": False,
        "written_during_early_access": False,
        **more,
    }


def reviews(count: int, step: timedelta = timedelta(hours=1)) -> list[dict[str, Any]]:
    """Reviews ``step`` apart, newest first, from NEWEST back."""
    return [review(n, NEWEST - n * step) for n in range(count)]


def connector(server: Server, **options: Any) -> SteamConnector:
    made = SteamOptions.model_validate({"base_url": server.url, "spacing": 0, **options})
    return SteamConnector(made, CONTEXT, quick_web("steam"))


def cursors(server: Server) -> list[str]:
    """The cursors asked for, in order."""
    return [json.loads(r.query["input_json"])["cursor"] for r in server.requests]


def listed(found: list[Any], cursor: str = "", total: int | None = None) -> Response:
    """A page of the web API's list."""
    summary = {"num_reviews": len(found)}
    told = {"reviews": found, "cursor": cursor, "query_summary": summary}
    return answer({"response": told if total is None else {**told, "total_matching": total}})


def test_it_is_a_connector() -> None:
    made: type[Connector] = SteamConnector
    assert (made.source, made.needs, made.seekable) == ("steam", "steam", False)


def test_a_review_becomes_a_post() -> None:
    edited = NEWEST + timedelta(days=1)
    assert post_from_review(review(7, NEWEST, edited), CONTEXT, "quest", "440") == Post(
        source="steam",
        channel="the_channel",
        post_id="7",
        kind="review",
        product="quest",
        created_at=NEWEST,
        edited_at=edited,
        author=CONTEXT.author("steam", "76561190000000007"),
        text="The last patch broke the save files.",
        recommended=False,
        likes=4,
        url="https://store.steampowered.com/app/440",
        language_hint="zh",
        reply_count=0,
    )


def test_what_is_not_known_stays_empty() -> None:
    post = post_from_review(review(7), CONTEXT, "quest", "440")
    assert (post.rating, post.edited_at, post.market, post.app_version) == (None, None, "", None)
    answered = post_from_review(review(7, developer_response="Fixed in 1.2"), CONTEXT, "quest", "440")
    assert answered.reply_count == 1


def test_a_vote_counter_below_zero_is_no_number_of_votes() -> None:
    assert post_from_review(review(7, votes_up=4294967295), CONTEXT, "quest", "440").likes is None


def test_languages_are_iso_and_unknown_ones_stay() -> None:
    assert all(len(code) == 2 for code in LANGUAGES.values())
    for sent, kept in (("brazilian", "pt"), ("koreana", "ko"), ("klingon", "klingon"), ("", None), (3, None)):
        assert post_from_review(review(7, language=sent), CONTEXT, "quest", "440").language_hint == kept


def test_a_score_sent_as_a_number_or_not_at_all_does_not_matter() -> None:
    for score in (0, 0.5, "0.5", None):
        post_from_review(review(7, weighted_vote_score=score, comment_count="3"), CONTEXT, "quest", "440")


@pytest.mark.parametrize(
    ("bad", "item", "reason"),
    [
        (review(7, recommendationid=None), "a review of app 440", "no id"),
        (review(7, timestamp_created=None), "7", "no time of writing"),
        (review(7, timestamp_created="soon"), "7", "no time of writing"),
        (review(7, timestamp_created=2**60), "7", "no time of writing"),
        (review(7, voted_up=None), "7", "no verdict (voted_up)"),
        (review(7, voted_up=1), "7", "no verdict (voted_up)"),
        (review(7, review=None), "7", "no text (review)"),
        ([], "a review of app 440", "no id"),
    ],
)
def test_what_cannot_be_a_post_is_skipped(bad: object, item: str, reason: str) -> None:
    with pytest.raises(Skippable) as caught:
        post_from_review(bad, CONTEXT, "quest", "440")
    assert (caught.value.item, caught.value.reason) == (item, reason)


@given(spoiled(review(7)))
def test_whatever_comes_is_a_post_or_skipped(bad: object) -> None:
    try:
        post = post_from_review(bad, CONTEXT, "quest", "440")
    except Skippable as skipped:
        assert skipped.reason  # noqa: PT017 - either end is right, this one needs a reason
        return
    made = page([post])
    assert len(made.posts) + len(made.rejected) == 1


def test_the_whole_list_over_several_pages() -> None:
    with serve(SteamStandIn({"440": reviews(250)})) as server:
        pages, coverage = pulled(connector(server).pull([Asked(GAME, JANUARY)]))
    assert ids(pages) == [str(n) for n in range(250)]
    assert coverage == Coverage.whole(JANUARY)
    assert len(set(cursors(server))) == len(server.requests) == 4  # the last page is empty: the documented end
    assert all("+" in c for c in cursors(server)[1:])  # came back as sent: encoded on the way


def test_what_is_asked_for() -> None:
    with serve(SteamStandIn({"440": reviews(1)})) as server:
        pulled(connector(server).pull([Asked(GAME, JANUARY)]))
        pulled(
            connector(server, language="german", purchase_type="steam", off_topic=False).pull([Asked(GAME, JANUARY)])
        )
    assert json.loads(server.requests[0].query["input_json"]) == {
        "appid": 440,
        "filter": 2,
        "languages": ["all"],
        "review_type": 0,
        "purchase_type": 1,
        "num_per_page": 100,
        "filter_offtopic_activity": False,
        "cursor": "*",
    }
    assert json.loads(server.requests[2].query["input_json"]) == {
        "appid": 440,
        "filter": 2,
        "languages": ["german"],
        "review_type": 0,
        "purchase_type": 0,
        "num_per_page": 100,
        "filter_offtopic_activity": True,
        "cursor": "*",
    }
    assert {r.path for r in server.requests} == {WEB_API}


@pytest.mark.parametrize("interface", ["auto", "web_api"])
def test_a_configuration_that_names_the_interface_that_is_left_goes_on(interface: str) -> None:
    with serve(SteamStandIn({"440": reviews(1)})) as server:
        pages, _ = pulled(connector(server, interface=interface).pull([Asked(GAME, JANUARY)]))
    assert ids(pages) == ["0"]


def test_it_stops_at_a_page_older_than_the_window() -> None:
    with serve(SteamStandIn({"440": reviews(2000)})) as server:
        pages, coverage = pulled(connector(server).pull([Asked(GAME, JANUARY)]))
    assert coverage == Coverage.whole(JANUARY)
    assert len(ids(pages)) == 30 * 24 + 1
    assert len(server.requests) == 9


def test_an_old_review_edited_in_the_window_comes() -> None:
    old = review(1, datetime(2020, 5, 1, tzinfo=UTC), NEWEST)
    untouched = review(2, datetime(2020, 5, 1, tzinfo=UTC))
    with serve(SteamStandIn({"440": [untouched, old]})) as server:
        pages, _ = pulled(connector(server).pull([Asked(GAME, JANUARY)]))
    assert ids(pages) == ["1"]
    assert rows(pages)["edited_at"][0] == NEWEST


def test_a_cursor_that_repeats_ends_the_list() -> None:
    with serve(lambda _: listed(reviews(2), "*", total=2)) as server:
        _, coverage = pulled(connector(server).pull([Asked(GAME, JANUARY)]))
    assert coverage == Coverage.whole(JANUARY)
    assert len(server.requests) == 1


def test_a_cursor_that_repeats_too_early_is_a_cap() -> None:
    found = reviews(4)
    answers = [listed(found[:2], "a", total=9), listed(found[2:], "a", total=9)]
    with serve(lambda _: answers.pop(0)) as server:
        _, coverage = pulled(connector(server).pull([Asked(GAME, JANUARY)]))
    assert coverage == Coverage(
        NEWEST - timedelta(hours=3), JANUARY.end, True, "app 440: Steam counts 9 reviews and listed 4"
    )


def test_reviews_that_all_repeat_end_the_list() -> None:
    count = iter(range(100))
    with serve(lambda _: listed(reviews(3), f"c{next(count)}")) as server:
        pages, coverage = pulled(connector(server).pull([Asked(GAME, JANUARY)]))
    assert ids(pages) == ["0", "1", "2"]
    assert len(server.requests) == 2
    assert coverage == Coverage(
        NEWEST - timedelta(hours=2), JANUARY.end, True, "app 440: the list ended without saying so"
    )


def test_an_empty_page_that_comes_too_early_is_asked_for_again() -> None:
    found = reviews(4)
    answers = [listed(found[:2], "a", total=4), listed([], "a"), listed(found[2:], "b"), listed([], "b")]
    with serve(lambda _: answers.pop(0)) as server:
        pages, coverage = pulled(connector(server).pull([Asked(GAME, JANUARY)]))
    assert ids(pages) == ["0", "1", "2", "3"]
    assert cursors(server) == ["*", "a", "a", "b"]
    assert coverage == Coverage.whole(JANUARY)


def test_an_empty_page_that_stays_is_said() -> None:
    with serve(lambda r: listed(reviews(2) if '"*"' in r.query["input_json"] else [], "a", total=50)) as server:
        _, coverage = pulled(connector(server).pull([Asked(GAME, JANUARY)]))
    assert cursors(server) == ["*", "a", "a", "a"]
    assert coverage == Coverage(
        NEWEST - timedelta(hours=1), JANUARY.end, True, "app 440: Steam counts 50 reviews and listed 2"
    )


def test_a_count_a_little_ahead_of_the_list_is_no_cap_but_is_said() -> None:
    with serve(lambda r: listed(reviews(99) if '"*"' in r.query["input_json"] else [], "a", total=100)) as server:
        _, coverage = pulled(connector(server).pull([Asked(GAME, JANUARY)]))
    assert coverage == Coverage.whole(JANUARY, "app 440: Steam counts 100 reviews and listed 99")


def test_no_reviews_claim_nothing() -> None:
    nothing = answer({"response": {"query_summary": {"num_reviews": 0}, "total_matching": 0}})
    left = [nothing, answer({"response": {}}), listed([], "*", total=0)]
    with serve(lambda _: left.pop(0)) as server:
        for _ in range(3):
            pages, coverage = pulled(connector(server).pull([Asked(GAME, JANUARY)]))
            assert pages == []
            assert coverage == Coverage.none(JANUARY, "app 440: no reviews listed")
    assert left == []


def test_one_bad_review_does_not_lose_the_rest() -> None:
    found = [*reviews(2), review(5, voted_up=None), "junk"]
    with serve(lambda r: listed(found if '"*"' in r.query["input_json"] else [], "a")) as server:
        pages, coverage = pulled(connector(server).pull([Asked(GAME, JANUARY)]))
    assert ids(pages) == ["0", "1"]
    assert rejected(pages) == [("5", "no verdict (voted_up)"), ("a review of app 440", "no id")]
    assert coverage == Coverage.whole(JANUARY)


def test_a_page_that_cannot_be_read_claims_nothing() -> None:
    found = [review(n, timestamp_created=None) for n in range(3)]
    with serve(lambda r: listed(found if '"*"' in r.query["input_json"] else [], "a")) as server:
        pages, coverage = pulled(connector(server).pull([Asked(GAME, JANUARY)]))
    assert len(rejected(pages)) == 3
    assert coverage.reached is None


def test_several_apps_of_a_product() -> None:
    both = Product("quest", "Quest", ids={"steam": ("1", "2")})
    stand_in = SteamStandIn({"1": [review(10)], "2": [review(20)]})
    with serve(stand_in) as server:
        pages, coverage = pulled(connector(server).pull([Asked(both, JANUARY)]))
    assert ids(pages) == ["10", "20"]
    assert coverage == Coverage.whole(JANUARY)


@pytest.mark.parametrize(
    ("response", "kind", "says"),
    [
        (Response(400), Fatal, "answered 400"),
        (Response(404), Fatal, "answered 404"),
        (Response(200, b"<html>"), Retriable, "no JSON"),
        (answer({"reviews": []}), Retriable, "without a list of reviews"),
        (answer(None), Retriable, "without a list of reviews"),
        (Response(503), Retriable, "answered 503"),
    ],
)
def test_troubles_are_named(response: Response, kind: type[Exception], says: str) -> None:
    with serve(lambda _: response) as server, pytest.raises(kind, match=says):
        pulled(connector(server).pull([Asked(GAME, JANUARY)]))


def test_too_many_requests_with_a_long_wait_is_left_to_the_scheduler() -> None:
    with serve(lambda _: Response(429, headers={"Retry-After": "300"})) as server, pytest.raises(Retriable) as caught:
        pulled(connector(server).pull([Asked(GAME, JANUARY)]))
    assert caught.value.retry_after == 300
    assert len(server.requests) == 1


def test_a_failure_in_the_middle_keeps_the_pages_before() -> None:
    answers = [listed(reviews(2), "a"), *[Response(503)] * 4]
    with serve(lambda _: answers.pop(0)) as server:
        pages = iter(connector(server).pull([Asked(GAME, JANUARY)]))
        assert ids([next(pages)]) == ["0", "1"]
        with pytest.raises(Retriable):
            next(pages)


def test_ids_and_options_that_cannot_be_are_refused() -> None:
    with serve(SteamStandIn({})) as server:
        with pytest.raises(Fatal, match="is no Steam app id"):
            pulled(connector(server).pull([Asked(Product("q", "Q", ids={"steam": ("half-life",)}), JANUARY)]))
        _, coverage = pulled(connector(server).pull([Asked(Product("q", "Q"), JANUARY)]))
    assert coverage == Coverage.none(JANUARY, "q has no steam id")
    assert server.requests == []
    wrong: list[dict[str, object]] = [{"purchase_type": "free"}, {"interface": "v2"}, {"language": ""}, {"lang": "en"}]
    for bad in wrong:
        with pytest.raises(ValidationError):
            SteamOptions.model_validate(bad)


def test_check_asks_once() -> None:
    with serve(SteamStandIn({"440": reviews(1200)})) as server:
        health = checked(connector(server), GAME)
    assert (health.ok, health.says) == (True, "app 440: Steam answers, 1,200 reviews")
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("response", "says"),
    [
        (answer({"response": {}}), "lists no reviews; check the id"),
        (Response(503), "answered 503"),
        (Response(404), "has no list of reviews; check base_url"),
    ],
)
def test_check_says_what_is_wrong_after_one_request(response: Response, says: str) -> None:
    with serve(lambda _: response) as server:
        health = checked(connector(server), GAME)
    assert not health.ok
    assert says in health.says
    assert len(server.requests) == 1


def test_every_recorded_review_comes_through() -> None:
    recorded = recorded_reviews(recording("steam/steam_reviews.jsonl.gz"))
    games = Product("games", "Games", ids={"steam": tuple(recorded)})
    with serve(SteamStandIn(recorded)) as server:
        pages, coverage = pulled(connector(server).pull([Asked(games, window("2010-01-01", "2020-01-01"))]))
    expected = {r["recommendationid"]: r for found in recorded.values() for r in found}
    found = rows(pages)
    assert coverage.reached == datetime(2010, 1, 1, tzinfo=UTC)
    assert not coverage.capped
    assert rejected(pages) == []
    assert sum(len(r) for r in recorded.values()) == 14_236
    assert set(found["post_id"]) == set(expected)
    assert found["recommended"].sum() == sum(r["voted_up"] for r in expected.values())
    assert found["edited_at"].notna().sum() == sum(
        r["timestamp_updated"] > r["timestamp_created"] for r in expected.values()
    )
    assert found["reply_count"].sum() == sum(bool(r.get("developer_response")) for r in expected.values())
    assert set(found["language_hint"]) <= set(LANGUAGES.values())
    assert found["author"].str.fullmatch("[0-9a-f]{32}").all()
    texts = dict(zip(found["post_id"], found["text"], strict=True))
    assert all(texts[i] == r["review"].replace("\x00", "") for i, r in expected.items())


def test_the_recorded_answer_has_its_reviews_by_id() -> None:
    kept = json.loads(recording("steam/review_718090.json").read_text("utf-8"))
    with serve(lambda _: answer({"response": kept})) as server:
        pages, coverage = pulled(connector(server).pull([Asked(GAME, window("2010-01-01", "2020-01-01"))]))
    assert set(ids(pages)) == set(kept["reviews"])
    assert len(server.requests) == 1
    assert not coverage.capped
