# Long because: one connector, from an entry to what is claimed as covered.

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
from replay import Handler, Request, Response, Server, answer, serve

from earful.connectors.base import Asked, Connector, Coverage, Product, Window
from earful.connectors.errors import Fatal, Retriable, Skippable
from earful.connectors.post import Post, page
from earful.connectors.stores.app_store_rss import AppStoreRssConnector, AppStoreRssOptions, post_from_entry

PRODUCT = Product("acme", "Acme", ids={"app_store": ("123",)})
JANUARY = window("2026-01-01", "2026-02-01")
TOO_DEEP = Response(200, b"CustomerReviews RSS page depth is limited to 10")


def entry(number: int, updated: str | None = "2026-01-05T10:11:12-07:00", **more: Any) -> dict[str, Any]:
    """A review as the feed sends it, with made-up content."""
    sent: dict[str, Any] = {
        "author": {
            "uri": {"label": f"https://itunes.apple.com/us/reviews/id{number}"},
            "name": {"label": f"Reviewer {number}"},
            "label": "",
        },
        "im:version": {"label": "1.2.3"},
        "im:rating": {"label": "2"},
        "id": {"label": str(number)},
        "title": {"label": "Broken since the update"},
        "content": {"label": "It crashes when I open it.", "attributes": {"type": "text"}},
        "link": {"attributes": {"rel": "related", "href": "https://itunes.apple.com/us/review?id=123&type=Purple"}},
        "im:voteSum": {"label": "-1"},
        "im:contentType": {"attributes": {"term": "Application", "label": "Application"}},
        "im:voteCount": {"label": "3"},
    }
    if updated is not None:
        sent["updated"] = {"label": updated}
    return sent | more


def feed(entries: Any = None, last: int | None = None) -> Response:
    """A page of a feed. ``last`` is the number of the last page in its links."""
    href = f"https://itunes.apple.com/us/rss/customerreviews/page={last}/id=1/xml?urlDesc=/customerreviews/page=1/id=1"
    links = [{"attributes": {"rel": "last", "href": href if last else ""}}]
    inside: dict[str, Any] = {"author": {"name": {"label": "iTunes Store"}}, "link": links}
    if entries is not None:
        inside["entry"] = entries
    return answer({"feed": inside})


def full(number: int, newest: datetime, step: timedelta = timedelta(hours=1)) -> list[dict[str, Any]]:
    """Fifty reviews, newest first, ``step`` apart; ``number`` is the page's, from 1."""
    first = (number - 1) * 50
    return [entry(1000 + first + n, (newest - (first + n) * step).isoformat()) for n in range(50)]


def listing(pages: dict[int, Response], country: str = "us") -> Handler:
    """Pages of one app's feed by number, empty pages otherwise, and the answer to a page too deep."""

    def handler(request: Request) -> Response:
        parts = request.path.strip("/").split("/")
        assert parts[1:3] == ["rss", "customerreviews"]
        assert parts[-1] == "json"
        number = int(parts[3].removeprefix("page="))
        if number > 10:
            return TOO_DEEP
        return pages.get(number, feed()) if parts[0] == country else feed()

    return handler


def connector(server: Server, **options: Any) -> AppStoreRssConnector:
    made = AppStoreRssOptions.model_validate({"base_url": server.url + "/", "spacing": 0, **options})
    return AppStoreRssConnector(made, CONTEXT, quick_web("app_store"))


def asked(server: Server) -> list[str]:
    return [r.path for r in server.requests]


def test_it_is_a_connector() -> None:
    made: type[Connector] = AppStoreRssConnector
    assert made.source == "app_store"
    assert made.overlap == timedelta(days=3)
    assert not made.seekable


def test_a_review_becomes_a_post() -> None:
    post = post_from_entry(entry(7), CONTEXT, "acme", "gb")
    assert post == Post(
        source="app_store",
        channel="the_channel",
        post_id="7",
        kind="review",
        product="acme",
        market="gb",
        created_at=datetime(2026, 1, 5, 17, 11, 12, tzinfo=UTC),
        raw_created="2026-01-05T10:11:12-07:00",
        author=CONTEXT.author("app_store", "Reviewer 7"),
        title="Broken since the update",
        text="It crashes when I open it.",
        rating=2,
        app_version="1.2.3",
        likes=-1,
        url="https://itunes.apple.com/us/review?id=123&type=Purple",
    )


def test_an_author_without_a_name_is_known_by_the_address() -> None:
    post = post_from_entry(entry(7, author={"uri": {"label": "there"}}), CONTEXT, "acme", "us")
    assert post.author == CONTEXT.author("app_store", "there")
    assert post_from_entry(entry(7, author=None), CONTEXT, "acme", "us").author is None


def test_of_a_text_and_an_html_form_the_text_is_taken() -> None:
    both = [
        {"label": "<b>no</b>", "attributes": {"type": "html"}},
        {"label": "yes", "attributes": {"type": "text"}},
    ]
    assert post_from_entry(entry(7, content=both), CONTEXT, "acme", "us").text == "yes"
    assert post_from_entry(entry(7, content=None), CONTEXT, "acme", "us").text == ""


@pytest.mark.parametrize(
    ("bad", "item", "reason"),
    [
        (entry(7, None), "7", "no date"),
        (entry(7, ""), "7", "no date"),
        (entry(7, "2026-01-05T10:11:12"), "7", "the date has no time zone"),
        (entry(7, "yesterday"), "7", "the date cannot be read"),
        (entry(7, "0001-01-01T00:00:00+14:00"), "7", "the date cannot be read"),
        (entry(7, id={}), "a review in us", "no id"),
        ("no object", "a review in us", "no id"),
        (None, "a review in us", "no id"),
    ],
)
def test_what_cannot_be_a_post_is_skipped(bad: object, item: str, reason: str) -> None:
    with pytest.raises(Skippable) as caught:
        post_from_entry(bad, CONTEXT, "acme", "us")
    assert (caught.value.item, caught.value.reason) == (item, reason)


@pytest.mark.parametrize(
    ("label", "stars", "unread"),
    [("4", 4, 0), ("0", None, 1), ("", None, 0), (" ", None, 0), (None, None, 0), ("6", None, 1), ("good", None, 1), ("4.5", None, 1)],
)  # fmt: skip
def test_a_rating_that_cannot_be_read_costs_the_rating(label: str | None, stars: int | None, unread: int) -> None:
    post = post_from_entry(entry(7) | {"im:rating": {"label": label}}, CONTEXT, "acme", "us")
    made = page([post])
    assert made.posts["rating"].to_pylist() == [stars]
    assert made.unread == ({"acme": 1} if unread else {})
    assert not made.rejected


@given(spoiled(entry(7)))
def test_whatever_comes_is_a_post_or_skipped(bad: object) -> None:
    try:
        post = post_from_entry(bad, CONTEXT, "acme", "us")
    except Skippable as skipped:
        assert skipped.reason  # noqa: PT017 - either end is right, this one needs a reason
        return
    made = page([post])
    assert len(made.posts) + len(made.rejected) == 1


def test_one_short_page_is_the_whole_list() -> None:
    with serve(listing({1: feed([entry(1), entry(2)])})) as server:
        pages, coverage = pulled(connector(server).pull([Asked(PRODUCT, JANUARY)]))
    assert ids(pages) == ["1", "2"]
    assert coverage == Coverage.whole(JANUARY)
    assert asked(server) == [f"/us/rss/customerreviews/page={n}/id=123/sortby=mostrecent/json" for n in (1, 2)]


def test_the_feeds_own_last_page_saves_a_request() -> None:
    with serve(listing({1: feed([entry(1)], last=1)})) as server:
        _, coverage = pulled(connector(server).pull([Asked(PRODUCT, JANUARY)]))
    assert coverage == Coverage.whole(JANUARY)
    assert len(server.requests) == 1


def test_a_single_entry_comes_without_a_list() -> None:
    with serve(listing({1: feed(entry(1))})) as server:
        pages, _ = pulled(connector(server).pull([Asked(PRODUCT, JANUARY)]))
    assert ids(pages) == ["1"]


def test_the_app_itself_is_no_review() -> None:
    app = {"im:name": {"label": "Acme"}, "id": {"label": "https://itunes.apple.com/us/app/id123"}}
    with serve(listing({1: feed([app, entry(1)])})) as server:
        pages, _ = pulled(connector(server).pull([Asked(PRODUCT, JANUARY)]))
    assert ids(pages) == ["1"]
    assert rejected(pages) == []
    with serve(listing({1: feed(app)})) as server:
        pages, coverage = pulled(connector(server).pull([Asked(PRODUCT, JANUARY)]))
    assert (pages, coverage.reached) == ([], None)


def test_only_the_window_comes() -> None:
    entries = [
        entry(1, "2026-02-01T00:00:00+00:00"),  # the end is outside
        entry(2, "2026-01-31T23:59:59+00:00"),
        entry(3, "2026-01-01T01:00:00+01:00"),  # the start is inside, whatever the zone
        entry(4, "2025-12-31T23:59:59+00:00"),
    ]
    with serve(listing({1: feed(entries)})) as server:
        pages, _ = pulled(connector(server).pull([Asked(PRODUCT, JANUARY)]))
    assert ids(pages) == ["2", "3"]


def test_it_stops_at_a_page_older_than_the_window() -> None:
    newest = datetime(2026, 1, 5, tzinfo=UTC)
    made = {n: feed(full(n, newest), last=10) for n in range(1, 11)}
    with serve(listing(made)) as server:
        pages, coverage = pulled(connector(server).pull([Asked(PRODUCT, JANUARY)]))
    assert len(server.requests) == 3  # 50 hours a page: the third is before January
    assert len(ids(pages)) == 4 * 24 + 1
    assert coverage == Coverage.whole(JANUARY)


def test_ten_full_pages_are_a_cap() -> None:
    newest = datetime(2026, 1, 31, tzinfo=UTC)
    made = {n: feed(full(n, newest), last=10) for n in range(1, 11)}
    with serve(listing(made)) as server:
        pages, coverage = pulled(connector(server).pull([Asked(PRODUCT, JANUARY)]))
    assert len(server.requests) == 10  # page 11 is never asked for
    assert len(ids(pages)) == 500
    assert coverage == Coverage(
        newest - timedelta(hours=499), JANUARY.end, True, "app 123 in us: the feed ends after 10 pages of 50"
    )


def test_ten_full_pages_that_reach_the_start_are_whole() -> None:
    start = datetime(2026, 1, 31, tzinfo=UTC) - timedelta(hours=495)
    made = {n: feed(full(n, datetime(2026, 1, 31, tzinfo=UTC))) for n in range(1, 11)}
    with serve(listing(made)) as server:
        asked_for = Window(start, JANUARY.end)
        _, coverage = pulled(connector(server).pull([Asked(PRODUCT, asked_for)]))
    assert coverage == Coverage.whole(asked_for)


def test_a_cap_above_the_window_covers_nothing() -> None:
    made = {n: feed(full(n, datetime(2026, 3, 31, tzinfo=UTC))) for n in range(1, 11)}
    with serve(listing(made)) as server:
        pages, coverage = pulled(connector(server).pull([Asked(PRODUCT, JANUARY)]))
    assert pages == []
    assert coverage.reached is None
    assert coverage.capped


def test_an_empty_page_after_a_full_one_may_be_a_fault() -> None:
    newest = datetime(2026, 1, 31, tzinfo=UTC)
    with serve(listing({1: feed(full(1, newest))})) as server:
        _, coverage = pulled(connector(server).pull([Asked(PRODUCT, JANUARY)]))
    assert coverage == Coverage(
        newest - timedelta(hours=49), JANUARY.end, True, "app 123 in us: page 2 came empty, the list may go on"
    )
    with serve(listing({1: feed(full(1, newest), last=1)})) as server:
        _, coverage = pulled(connector(server).pull([Asked(PRODUCT, JANUARY)]))
    assert coverage == Coverage.whole(JANUARY)


def test_an_empty_first_page_is_asked_for_again_and_then_claims_nothing() -> None:
    with serve(listing({})) as server:
        pages, coverage = pulled(connector(server).pull([Asked(PRODUCT, JANUARY)]))
    assert pages == []
    assert coverage == Coverage.none(JANUARY, "app 123 in us: no reviews listed")
    assert len(server.requests) == 2


def test_a_first_page_that_is_empty_for_a_moment_costs_nothing() -> None:
    answers = [feed(), feed([entry(1)], last=1)]
    with serve(lambda _: answers.pop(0)) as server:
        pages, coverage = pulled(connector(server).pull([Asked(PRODUCT, JANUARY)]))
    assert ids(pages) == ["1"]
    assert coverage == Coverage.whole(JANUARY)


def test_countries_are_markets_and_the_shortest_reach_counts() -> None:
    newest = datetime(2026, 1, 31, tzinfo=UTC)

    def handler(request: Request) -> Response:
        number = int(request.path.split("page=")[1].split("/")[0])
        country = request.path.split("/")[1]
        if country == "lu":
            return feed()
        step = timedelta(hours=1) if country == "us" else timedelta(minutes=30)
        entries = [e | {"id": {"label": country + e["id"]["label"]}} for e in full(number, newest, step)]
        return feed(entries, last=10)

    with serve(handler) as server:
        pages, coverage = pulled(connector(server, countries=["us", "DE", "lu", "us"]).pull([Asked(PRODUCT, JANUARY)]))
    found = rows(pages)
    assert found.groupby("market").size().to_dict() == {"de": 500, "us": 500}
    assert coverage.reached == newest - timedelta(minutes=30 * 499)
    assert coverage.capped
    assert "app 123 in lu: no reviews listed" in coverage.note


def test_the_most_helpful_widen_without_a_claim() -> None:
    newest = datetime(2026, 1, 31, tzinfo=UTC)

    def handler(request: Request) -> Response:
        number = int(request.path.split("page=")[1].split("/")[0])
        if "mosthelpful" in request.path:  # old and new mixed
            return feed([entry(1, "2026-01-02T00:00:00+00:00"), *full(number, newest)[1:]], last=10)
        return feed(full(number, newest), last=10)

    with serve(handler) as server:
        pages, coverage = pulled(connector(server, sorts=["mostrecent", "mosthelpful"]).pull([Asked(PRODUCT, JANUARY)]))
    assert len(server.requests) == 20
    assert "1" in ids(pages)
    assert coverage.reached == newest - timedelta(hours=499)
    with serve(handler) as server:
        _, coverage = pulled(connector(server, sorts=["mosthelpful"]).pull([Asked(PRODUCT, JANUARY)]))
    assert coverage.reached is None


def test_reviews_without_dates_are_set_aside_and_claim_nothing() -> None:
    with serve(listing({1: feed([entry(1, None), entry(2, None)])})) as server:
        pages, coverage = pulled(connector(server).pull([Asked(PRODUCT, JANUARY)]))
    assert rejected(pages) == [("1", "no date"), ("2", "no date")]
    assert ids(pages) == []
    assert coverage == Coverage.none(JANUARY, "app 123 in us: a whole page of reviews without a date that can be read")


def test_one_bad_review_does_not_lose_the_rest() -> None:
    with serve(listing({1: feed([entry(1), entry(2, None), 17, entry(3)], last=1)})) as server:
        pages, coverage = pulled(connector(server).pull([Asked(PRODUCT, JANUARY)]))
    assert ids(pages) == ["1", "3"]
    assert rejected(pages) == [("2", "no date"), ("a review in us", "no id")]
    assert coverage == Coverage.whole(JANUARY)


def test_an_edit_comes_again_under_its_id_with_a_later_date() -> None:
    before, after = entry(1, "2026-01-05T00:00:00-07:00"), entry(1, "2026-01-09T00:00:00-07:00")
    answers = [feed(before, last=1), feed(after, last=1)]
    with serve(lambda _: answers.pop(0)) as server:
        first, _ = pulled(connector(server).pull([Asked(PRODUCT, JANUARY)]))
        second, _ = pulled(connector(server).pull([Asked(PRODUCT, JANUARY)]))
    assert ids(first) == ids(second) == ["1"]
    assert rows(first)["created_at"][0] < rows(second)["created_at"][0]


def test_several_apps_of_a_product() -> None:
    both = Product("acme", "Acme", ids={"app_store": ("1", "2")})

    def handler(request: Request) -> Response:
        return feed([entry(10 if "id=1/" in request.path else 20)], last=1)

    with serve(handler) as server:
        pages, _ = pulled(connector(server).pull([Asked(both, JANUARY)]))
    assert ids(pages) == ["10", "20"]


@pytest.mark.parametrize(
    ("response", "kind", "says"),
    [
        (Response(403), Retriable, "answered 403, too many requests"),
        (Response(404), Fatal, "answered 404; check the ids"),
        (Response(200, b"<html>"), Retriable, "no JSON"),
        (answer({"error": 1}), Retriable, "without a feed"),
        (answer([]), Retriable, "without a feed"),
        (Response(503), Retriable, "answered 503"),
    ],
)
def test_troubles_are_named(response: Response, kind: type[Exception], says: str) -> None:
    with serve(lambda _: response) as server, pytest.raises(kind, match=says):
        pulled(connector(server).pull([Asked(PRODUCT, JANUARY)]))


def test_busy_for_a_moment_then_fine() -> None:
    answers = [Response(429, headers={"Retry-After": "0"}), Response(503), feed([entry(1)], last=1)]
    with serve(lambda _: answers.pop(0)) as server:
        pages, _ = pulled(connector(server).pull([Asked(PRODUCT, JANUARY)]))
    assert ids(pages) == ["1"]


def test_a_long_wait_is_left_to_the_scheduler() -> None:
    with serve(lambda _: Response(429, headers={"Retry-After": "600"})) as server, pytest.raises(Retriable) as caught:
        pulled(connector(server).pull([Asked(PRODUCT, JANUARY)]))
    assert caught.value.retry_after == 600


def test_ids_and_options_that_cannot_be_are_refused() -> None:
    with serve(listing({})) as server:
        wrong = Product("acme", "Acme", ids={"app_store": ("com.acme",)})
        with pytest.raises(Fatal, match=r"'com\.acme' is no App Store id \(a number\)"):
            pulled(connector(server).pull([Asked(wrong, JANUARY)]))
        _, coverage = pulled(connector(server).pull([Asked(Product("other", "Other"), JANUARY)]))
    assert coverage == Coverage.none(JANUARY, "other has no app_store id")
    assert server.requests == []
    wrong_options: list[dict[str, object]] = [
        {"countries": ["usa"]},
        {"countries": []},
        {"sorts": ["newest"]},
        {"spacing": -1},
        {"contries": ["us"]},
    ]
    for bad in wrong_options:
        with pytest.raises(ValidationError):
            AppStoreRssOptions.model_validate(bad)


def test_check_asks_once() -> None:
    with serve(listing({1: feed([entry(1)])})) as server:
        health = checked(connector(server), PRODUCT)
    assert (health.ok, health.says) == (True, "app 123 in us: the feed answers with 1 entries")
    assert health.reaches_back == "about 500 reviews a country and order"
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("response", "says"),
    [(feed(), "lists no reviews"), (Response(503), "answered 503"), (Response(404), "answered 404")],
)
def test_check_says_what_is_wrong_after_one_request(response: Response, says: str) -> None:
    with serve(lambda _: response) as server:
        health = checked(connector(server), PRODUCT)
    assert not health.ok
    assert says in health.says
    assert len(server.requests) == 1


def test_check_without_an_id_asks_nothing() -> None:
    with serve(listing({})) as server:
        assert checked(connector(server), Product("other", "Other")).says.startswith("other has no app_store id")
    assert server.requests == []


def recorded(request: Request) -> Response:
    """The recorded pages, and for those not recorded what the recorded service says of such."""
    country, number, app = (request.path.split("/")[1], *(p.split("=")[1] for p in request.path.split("/")[4:6]))
    number = request.path.split("page=")[1].split("/")[0]
    app = request.path.split("/id=")[1].split("/")[0]
    if int(number) > 10:
        return Response(200, recording("app_store_rss/555731861_us_11.json").read_bytes())
    name = f"app_store_rss/{app}_{country}_{number}.json"
    known = {
        "100000000_gb_1",
        "1510826067_gb_1",
        "1510826067_gb_2",
        "497799835_cn_5",
        "497799835_cn_10",
        "497799835_fr_1",
    }
    if f"{app}_{country}_{number}" not in known:
        name = "app_store_rss/empty_page.json"
    return Response(200, recording(name).read_bytes(), {"Content-Type": "text/javascript"})


@pytest.mark.parametrize(
    ("app", "country", "reviews", "requests"),
    [
        ("1510826067", "gb", 4, 1),  # four reviews; the feed says that page 1 is the last
        ("497799835", "fr", 50, 2),  # the feed says that six pages are there, the second came empty
        ("100000000", "gb", 0, 2),  # an unknown app
    ],
)
def test_recorded_feeds_of_2021_have_no_dates(app: str, country: str, reviews: int, requests: int) -> None:
    recording("app_store_rss/empty_page.json")
    with serve(recorded) as server:
        pages, coverage = pulled(
            connector(server, countries=[country]).pull(
                [Asked(Product("x", "X", ids={"app_store": (app,)}), window("2020-01-01", "2022-01-01"))]
            )
        )
    assert len(server.requests) == requests
    assert ids(pages) == []
    assert [reason for _, reason in rejected(pages)] == ["no date"] * reviews
    assert coverage.reached is None


@pytest.mark.parametrize("name", ["497799835_cn_10", "497799835_cn_5", "497799835_fr_1", "1510826067_gb_1"])
def test_recorded_reviews_given_a_date_are_read_whole(name: str) -> None:
    entries = json.loads(recording(f"app_store_rss/{name}.json").read_text("utf-8"))["feed"]["entry"]
    country = name.split("_")[1]
    posts = [
        post_from_entry(e | {"updated": {"label": "2021-01-30T09:26:10-07:00"}}, CONTEXT, "x", country) for e in entries
    ]
    assert len({p.post_id for p in posts}) == len(entries)
    assert all(p.rating and p.author and p.text and p.title and p.app_version and p.likes is not None for p in posts)
    made = page(posts)
    assert len(made.posts) == len(entries)


def test_the_recorded_answer_to_page_11_is_the_end() -> None:
    deep = recording("app_store_rss/555731861_us_11.json").read_bytes()
    with serve(lambda _: Response(200, deep)) as server:
        _, coverage = pulled(connector(server).pull([Asked(PRODUCT, JANUARY)]))
    assert coverage.reached is None
