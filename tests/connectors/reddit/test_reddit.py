"""The Reddit connector, on generated listings: what becomes a post, which posts come, what is claimed as covered."""

# Long because: one connector on generated listings, from a post to what is claimed as covered.

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from one_product import frame_of
from reddit_fake import (
    DAY,
    NAMED,
    NOW,
    OWNER,
    TOKEN_PATH,
    Fake,
    drain,
    listing,
    made,
    minutes,
    pulled,
    thing,
    token,
)
from replay import Request, Response, serve

from earful.connectors.base import Context, Coverage, Product, Window
from earful.connectors.reddit.posts import LONGEST_QUERY, search_queries

# --- what a post becomes ----------------------------------------------------------------------------------------------


def test_submission_and_comment_become_posts() -> None:
    created, edited = NOW - timedelta(hours=1), NOW - timedelta(minutes=30)
    fake = Fake(
        {
            "/r/acme/new": [thing(1, created, edited=edited.timestamp(), score=-3)],
            "/r/acme/comments/": [thing(2, created, "t1", author=None)],
        }
    )
    got = pulled(fake)
    post, comment = got.rows
    assert got.coverage == Coverage.whole(DAY)
    assert (post["post_id"], post["kind"], post["title"], post["text"]) == ("t3_n1", "post", "Title 1", "Text 1")
    assert (post["source"], post["channel"], post["product"], post["market"]) == ("reddit", "reddit", "acme", "")
    assert (post["created_at"], post["edited_at"]) == (created, edited)
    assert post["created_at"].tzinfo is not None
    assert (post["likes"], post["reply_count"]) == (-3, 2)
    assert post["url"] == "https://www.reddit.com/comments/n1/"
    assert post["author"] == Context("reddit", b"key", {}).author("reddit", "somebody")
    assert (comment["post_id"], comment["kind"], comment["title"], comment["text"]) == (
        "t1_n2",
        "comment",
        "",
        "Comment 2",
    )
    frame = frame_of(got.pages[1])
    assert frame["author"].isna().all()
    assert frame["edited_at"].isna().all()
    assert frame["reply_count"].isna().all()


def test_addresses_hold_neither_a_name_nor_a_title() -> None:
    now = NOW - timedelta(hours=1)
    personal = {"subreddit": "u_somebody", "permalink": "/r/u_somebody/comments/n1/x/"}
    fake = Fake(
        {
            "/r/acme/new": [
                thing(1, now, title="acme", **personal),
                thing(2, now, title="acme", permalink="/user/somebody/comments/n2/x/"),
            ],
            "/r/acme/comments/": [thing(3, now, "t1", permalink=None)],
        }
    )
    assert [row["url"] for row in pulled(fake).rows] == [
        "https://www.reddit.com/comments/n1/",
        "https://www.reddit.com/comments/n2/",
        "https://www.reddit.com/comments/n0/_/n3/",
    ]


def test_tombstones_are_told_and_never_land() -> None:
    now = NOW - timedelta(hours=1)
    fake = Fake(
        {
            "/r/acme/new": [
                thing(1, now, selftext="[deleted]", author=None),
                thing(2, now, selftext="[removed]"),
                thing(3, now, selftext="", removed_by_category="moderator"),
                thing(4, now, title="[deleted by user]", selftext="", author="[deleted]"),
                thing(5, now, selftext="[ Removed by Reddit in response to a copyright notice. ]"),
                thing(6, now, author="[deleted]", title="The account is gone, the post is not"),
                thing(7, now, selftext="they [removed] my post", removed_by_category=None, banned_by=None),
                thing(8, now, banned_by="somebody"),
            ],
            "/r/acme/comments/": [
                thing(11, now, "t1", body="[removed]", author="[deleted]"),
                thing(12, now, "t1", body="[deleted]", author=None, created_utc=None),
                thing(13, now, "t1"),
            ],
        }
    )
    got = pulled(fake)
    assert got.ids == ["t3_n6", "t3_n7", "t1_n13"]
    assert frame_of(got.pages[0])["author"].isna().tolist() == [True, False]
    assert got.gone == ["t3_n1", "t3_n2", "t3_n3", "t3_n4", "t3_n5", "t3_n8", "t1_n11", "t1_n12"]
    assert not got.rejected


def test_bad_items_are_set_aside_by_id_and_the_rest_goes_on() -> None:
    now = NOW - timedelta(hours=1)
    bad = [thing(n, now) for n in range(1, 9)]
    bad[0]["data"]["created_utc"] = None
    bad[1]["data"]["created_utc"] = 1e30
    bad[2]["data"]["title"] = None
    bad[3]["data"]["selftext"] = ["x"]
    del bad[4]["data"]["id"], bad[4]["data"]["name"]
    bad[5] = {"kind": "t5", "data": {"id": "n6", "name": "t5_n6"}}
    bad[6] = {"kind": "t3", "data": None}
    bad[7]["data"]["created_utc"] = 0.0  # 1970: no time of a post
    got = pulled(Fake({"/r/acme/new": [*bad, thing(9, now)]}, {}), listings=("new",))
    assert got.ids == ["t3_n9"]
    assert [r.item for r in got.rejected] == [
        "t3_n1",
        "t3_n2",
        "t3_n3",
        "t3_n4",
        "r/acme/new, item 5",
        "t5_n6",
        "r/acme/new, item 7",
        "t3_n8",
    ]
    assert "somebody" not in str(got.rejected)


def test_lone_surrogates_and_nul_do_not_sink_the_page() -> None:
    got = pulled(Fake({"/r/acme/new": [thing(1, DAY.start, title="a\ud800b\x00c", selftext="😀")]}))
    assert (got.rows[0]["title"], got.rows[0]["text"]) == ("a\ufffdbc", "😀")


def test_lone_surrogates_in_ids_do_not_leave_the_connector() -> None:
    bad = [thing(n, DAY.start, name=f"t3_\ud800{n}") for n in (1, 2)]
    bad[0]["data"]["title"] = None
    bad[1]["data"]["removed_by_category"] = "deleted"
    got = pulled(Fake({"/r/acme/new": [*bad, thing(3, DAY.start)]}))
    assert (got.ids, got.gone, [r.item for r in got.rejected]) == (["t3_n3"], ["t3_\ufffd2"], ["t3_\ufffd1"])


# --- which posts ------------------------------------------------------------------------------------------------------


def test_other_subreddits_must_name_the_product() -> None:
    now = NOW - timedelta(hours=1)
    elsewhere = {"subreddit": "gadgets"}
    fake = Fake(
        {
            "/r/acme/new": [thing(1, now)],
            "/r/gadgets/new": [
                thing(2, now, **elsewhere),
                thing(3, now, title="ACME is slow", **elsewhere),
                thing(4, now, selftext="my acme broke", **elsewhere),
            ],
            "/r/gadgets/comments/": [thing(5, now, "t1", **elsewhere), thing(6, now, "t1", body="Acme!", **elsewhere)],
        }
    )
    got = pulled(fake, subreddits=("r/gadgets", "/r/Acme/"))
    assert got.ids == ["t3_n1", "t3_n3", "t3_n4", "t1_n6"]
    assert pulled(fake, NAMED, subreddits=("gadgets", "acme")).ids == ["t3_n3", "t3_n4", "t1_n6"]


def test_each_post_comes_once_and_by_window() -> None:
    items = [
        thing(1, DAY.end),  # too new: the end is open
        thing(2, DAY.end - timedelta(seconds=1)),
        thing(3, DAY.start),
        thing(4, DAY.start - timedelta(seconds=1), edited=DAY.start.timestamp()),
        thing(5, DAY.start - timedelta(seconds=2)),
    ]
    fake = Fake({"/r/acme/new": items, "/r/all/search/": items})
    got = pulled(fake, listings=("new",), search=True)
    assert got.ids == ["t3_n2", "t3_n3", "t3_n4"]
    assert got.coverage == Coverage.whole(DAY)


def test_search_asks_for_the_terms_as_phrases() -> None:
    product = Product("acme", "Acme", include=("acme app", 'the "one"'))
    fake = Fake({"/r/all/search/": [thing(1, DAY.start, title="Acme App down", subreddit="x")]})
    with serve(fake) as server:
        connector = made(server.url, listings=(), search=True)
        assert drain(connector, product, DAY).ids == ["t3_n1"]
        query = server.requests[-1].query
    assert query["q"] == '"acme app" OR "acmeapp" OR "the one"'
    assert (query["sort"], query["t"], query["restrict_sr"]) == ("new", "all", "False")
    with serve(fake) as server:
        drain(made(server.url, listings=(), search=True, search_in="subreddits", subreddits=("b",)), product, DAY)
        assert (server.requests[-1].path, server.requests[-1].query["restrict_sr"]) == ("/r/b/search/", "True")


def test_long_term_lists_become_several_queries() -> None:
    terms = [f"acme product number {n}" for n in range(60)]
    queries = search_queries(terms)
    assert len(queries) > 1
    assert all(len(q) <= LONGEST_QUERY for q in queries)
    assert [t for q in queries for t in q.split(" OR ")] == [f'"{t}"' for t in terms]
    assert search_queries([" ", '"']) == []


# --- paging and coverage ----------------------------------------------------------------------------------------------


def test_paging_stops_at_the_first_answer_older_than_the_window() -> None:
    with serve(Fake({"/r/acme/new": minutes(1000)})) as server:
        got = drain(made(server.url, listings=("new",)), OWNER, Window(NOW - timedelta(minutes=250), NOW))
        assert [r.query.get("after") for r in server.requests[1:]] == [None, "t3_n100", "t3_n200"]
        assert {r.query["limit"] for r in server.requests[1:]} == {"100"}
    assert len(got.ids) == len(set(got.ids)) == 250
    assert got.coverage == Coverage.whole(Window(NOW - timedelta(minutes=250), NOW))


def test_the_second_of_the_windows_start_is_read_whole() -> None:
    start = NOW - timedelta(minutes=100)
    items = [*minutes(100), thing(101, start), thing(102, start), thing(103, start - timedelta(seconds=1))]
    got = pulled(Fake({"/r/acme/new": items}), listings=("new",), window=Window(start, NOW))
    assert len(got.ids) == 102
    assert got.coverage == Coverage.whole(Window(start, NOW))


def test_the_ceiling_is_told_as_coverage() -> None:
    fake = Fake({"/r/acme/new": minutes(5000), "/r/acme/comments/": minutes(30, "t1")})
    window = Window(NOW - timedelta(days=3), NOW)
    got = pulled(fake, window=window)
    assert len(got.ids) == 1030
    assert got.coverage.capped
    assert (got.coverage.reached, got.coverage.until) == (NOW - timedelta(minutes=1000), NOW)
    assert "r/acme/new ends after 1000 items" in got.coverage.note


@pytest.mark.parametrize(("ceiling", "capped"), [(899, False), (900, True), (983, True)])
def test_a_listing_that_ends_near_the_ceiling_was_cut(ceiling: int, capped: bool) -> None:
    fake = Fake({"/r/acme/new": minutes(5000)}, ceiling=ceiling)
    coverage = pulled(fake, listings=("new",), window=Window(NOW - timedelta(days=3), NOW)).coverage
    assert coverage.capped is capped
    assert coverage.reached == NOW - (timedelta(minutes=ceiling) if capped else timedelta(days=3))


def test_reached_is_the_latest_of_the_cut_listings() -> None:
    seconds = [thing(9000 + n, NOW - timedelta(seconds=n), "t1") for n in range(1, 1500)]
    fake = Fake({"/r/acme/new": minutes(1500), "/r/acme/comments/": seconds})
    coverage = pulled(fake, window=Window(NOW - timedelta(days=3), NOW)).coverage
    assert coverage.reached == NOW - timedelta(seconds=1000)
    assert "r/acme/new" in coverage.note
    assert "r/acme/comments" in coverage.note


def test_a_window_beyond_reach_is_not_covered() -> None:
    window = Window(NOW - timedelta(days=30), NOW - timedelta(days=20))
    got = pulled(Fake({"/r/acme/new": minutes(3000)}), listings=("new",), window=window)
    assert not got.ids
    assert got.coverage.reached is None
    assert got.coverage.capped


def test_own_limit_counts_as_a_cut() -> None:
    got = pulled(Fake({"/r/acme/new": minutes(500)}), listings=("new",), limit=150)
    assert len(got.ids) == 150
    assert (got.coverage.capped, got.coverage.reached) == (True, NOW - timedelta(minutes=150))


def test_a_search_is_cut_earlier() -> None:
    got = pulled(Fake({"/r/all/search/": minutes(3000, title="acme")}, ceiling=244), NAMED, listings=(), search=True)
    assert (got.coverage.capped, got.coverage.reached) == (True, NOW - timedelta(minutes=244))


def test_one_old_item_out_of_order_does_not_end_the_reading() -> None:
    items = minutes(150)
    items.insert(3, thing(999, NOW - timedelta(days=400), stickied=True))
    got = pulled(Fake({"/r/acme/new": items}), listings=("new",))
    assert len(got.ids) == 150
    assert got.coverage == Coverage.whole(DAY)


@pytest.mark.parametrize("empty", [False, True])
def test_a_listing_that_goes_nowhere_is_a_cut(empty: bool) -> None:
    turn = iter(range(10_000))

    def handler(request: Request) -> Response:
        if request.path == TOKEN_PATH:
            return token()
        number = next(turn)
        if empty and number:  # new cursors for ever, without an item
            return listing([], f"t3_x{number}")
        return listing(minutes(5), "t3_same")

    with serve(handler) as server:
        got = drain(made(server.url, listings=("new",)), OWNER, DAY)
        assert len(server.requests) <= 5
    assert got.ids == [f"t3_n{n}" for n in range(1, 6)]
    assert (got.coverage.capped, got.coverage.reached) == (True, NOW - timedelta(minutes=5))


def test_nothing_is_claimed_of_the_future_and_emptiness_is_noted() -> None:
    before = datetime.now(UTC)
    window = Window(before - timedelta(days=1), before + timedelta(days=1))
    got = pulled(Fake(), window=window)
    assert before <= got.coverage.until <= datetime.now(UTC)
    assert (got.coverage.capped, got.coverage.reached) == (False, window.start)
    assert got.coverage.note == "nothing at all in r/acme/new, r/acme/comments"
