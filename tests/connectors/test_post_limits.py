"""What a post may hold, what a message may say, and where a list must end: limits besides those of an answer."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from one_product import frame_of
from one_product import pulled as pulled_one
from pulling import any_json, spoiled
from reddit_fake import ID, NOW, SECRET, TOKEN_PATH, Fake, always, fails, listing, minutes, pulled, thing
from replay import Request, Response, answer

from earful.connectors.errors import Fatal, Retriable, Skippable
from earful.connectors.limits import ITEMS_TIMES, LONGEST_FIELD
from earful.connectors.post import Page, Post, Rejected, page
from earful.connectors.reddit.posts import read, rechecked
from earful.connectors.toolkit.listing import telling_of_cuts
from earful.connectors.toolkit.web import not_flooded, retry_after


def post(**more: Any) -> Post:
    given_fields = {"post_id": "1", "created_at": NOW, "text": "words", **more}
    return Post(source="s", channel="c", kind="review", product="p", **given_fields)


def test_each_field_has_its_longest() -> None:
    long = {name: "x" * (longest + 1) for name, longest in LONGEST_FIELD.items() if name != "post_id"}
    made = page([post(**long), post(post_id="2")])
    row = frame_of(made).iloc[0]
    assert len(row["text"]) == LONGEST_FIELD["text"]
    assert len(row["title"]) == LONGEST_FIELD["title"]
    assert row["market"] == ""  # a column without nulls
    assert all(row.isna()[name] for name in ("app_version", "url", "language_hint", "raw_created"))
    assert made.cut == {"p": 2}
    assert page([post(post_id="2")]).cut == {}


def test_as_long_as_it_may_be_nothing_is_cut() -> None:
    long = {name: "x" * longest for name, longest in LONGEST_FIELD.items()}
    made = page([post(**long)])
    assert {name: made.posts[name][0].as_py() for name in long} == long
    assert made.cut == {}


def test_an_id_too_long_sets_its_post_aside_under_a_short_name() -> None:
    made = page([post(post_id="x" * 10**6)], [Rejected("y" * 10**6, "why")], ["z" * 10**6, "fine"])
    longest = LONGEST_FIELD["post_id"]
    assert [len(r.item) for r in made.rejected] == [longest, longest]
    assert made.rejected[1].reason == "the id has over 200 characters"
    assert made.gone == ("fine",)
    assert len(made.posts) == 0


@pytest.mark.parametrize("count", [10**30, -(10**30), 2**63])
def test_a_count_that_no_column_holds_is_left_out(count: int) -> None:
    made = page([post(likes=count, reply_count=count)])
    assert frame_of(made).isna().iloc[0][["likes", "reply_count"]].all()


def test_the_note_counts_what_was_cut_over_all_pages() -> None:
    from earful.connectors.base import Coverage, Pull, SharedPages, Window

    window = Window(datetime(2026, 1, 1, tzinfo=UTC), NOW)

    def pages(cuts: list[int], note: str) -> SharedPages:
        for cut in cuts:
            yield Page(page([]).posts, cut={"acme": cut, "other": 7})
        return {"acme": Coverage.whole(window, note)}

    def noted(cuts: list[int], note: str = "") -> str:
        return pulled_one(telling_of_cuts(Pull(pages(cuts, note)), "steam"))[1].note

    assert noted([0, 0], "as it was") == "as it was"
    assert noted([1]) == "1 title or text cut at 1,000 and 40,000 characters"
    assert noted([2, 1], "and more") == "and more; 3 titles or texts cut at 1,000 and 40,000 characters"


def test_a_page_with_far_more_than_was_asked_for_is_none() -> None:
    assert len(not_flooded("shop", [0] * ITEMS_TIMES * 50, 50)) == 100
    with pytest.raises(Retriable, match=r"^shop: a page of 101 items instead of 50; try again later$"):
        not_flooded("shop", [0] * 101, 50)


@given(st.text(max_size=40) | st.from_regex(r"[A-Z][a-z]{2}, \d{1,9} [A-Z][a-z]{2} \d{1,9} \d+:\d+:\d+ [+-]\d{1,9}"))
def test_no_wait_that_a_service_asks_for_is_an_error(raw: str) -> None:
    wait = retry_after({"retry-after": raw})
    assert wait is None or wait >= 0


# --- Reddit -----------------------------------------------------------------------------------------------------------


@given(spoiled(thing(1, NOW)) | spoiled(thing(1, NOW, "t1")) | any_json)
def test_whatever_a_child_is_it_is_found_or_skipped(child: Any) -> None:
    try:
        found = read(child, where="here", channel="c", author=lambda name: name)
    except Skippable as skipped:
        assert skipped.reason  # noqa: PT017 - either end is right, this one needs a reason
        return
    made = page([found.post] if found.post else [])
    assert len(made.posts) + len(made.rejected) == (found.post is not None)


@given(st.lists(spoiled(thing(1, NOW)) | any_json, max_size=4))
def test_whatever_is_answered_to_a_recheck_nothing_follows_but_of_what_was_asked(children: list[Any]) -> None:
    found = rechecked(["t3_n1", "t3_n2"], children)
    assert found.gone | found.unnamed | found.missing <= found.asked


@pytest.mark.parametrize(
    ("error", "says"),
    [
        ("invalid_grant", "no token (invalid_grant)"),
        (f"{ID}:{SECRET}", "no token (an error without a known code)"),
        ("server_error", "failed with server_error"),
        (503, "failed with error 503"),
        (8675309, "failed with an error;"),
        ([SECRET], "without a known code"),
        ({SECRET: 1}, "without a known code"),
    ],
)
def test_of_a_refused_token_only_a_known_code_is_said(error: object, says: str) -> None:
    assert says in str(fails(always(answer({"error": error, "error_description": SECRET}), TOKEN_PATH)))


@pytest.mark.parametrize("reason", ["private", "some_secret_123", SECRET.replace("-", "_"), 5, [SECRET]])
def test_of_a_closed_subreddit_only_a_known_reason_is_said(reason: object) -> None:
    error = fails(always(answer({"reason": reason, "message": SECRET}, 403)))
    assert isinstance(error, Fatal)
    assert (str(reason) in str(error)) == (reason == "private")


def test_a_cursor_that_cannot_be_one_is_said_as_cut() -> None:
    def handler(request: Request) -> Response:
        if request.path != "/r/acme/new":
            return Fake()(request)
        return answer({"kind": "Listing", "data": {"children": minutes(3), "after": {"x": 1}}})

    got = pulled(handler, listings=("new",))
    assert len(got.ids) == 3
    assert got.coverage.capped
    assert "ends after 3 items" in got.coverage.note


def test_a_listing_that_repeats_its_page_is_said_as_cut() -> None:
    asked: list[str] = []

    def handler(request: Request) -> Response:
        if request.path != "/r/acme/new":
            return Fake()(request)
        asked.append(request.query.get("after", ""))
        return listing(minutes(5), f"t3_x{len(asked)}")

    got = pulled(handler, listings=("new",))
    assert len(asked) == 2
    assert len(got.ids) == 5
    assert got.coverage.capped


@pytest.mark.parametrize(
    "headers",
    [
        {"x-ratelimit-remaining": "1e400", "x-ratelimit-used": "5", "x-ratelimit-reset": "9"},
        {"x-ratelimit-remaining": "5", "x-ratelimit-used": "-5", "x-ratelimit-reset": "9"},
        {"x-ratelimit-remaining": "5", "x-ratelimit-used": "9", "x-ratelimit-reset": "nan"},
        {"x-ratelimit-remaining": "", "x-ratelimit-used": "x", "x-ratelimit-reset": "-1"},
        {"x-ratelimit-remaining": "598.5", "x-ratelimit-used": "2", "x-ratelimit-reset": "0"},
    ],
)
def test_an_odd_allowance_is_not_minded(headers: dict[str, str]) -> None:
    got = pulled(Fake({"/r/acme/new": minutes(150)}, headers=headers), listings=("new",))
    assert len(got.ids) == 150
