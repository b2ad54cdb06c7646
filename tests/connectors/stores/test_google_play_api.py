# Long because: one connector, from a review to what is claimed as covered.

from __future__ import annotations

import builtins
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given
from one_product import checked
from pulling import CONTEXT, ids, pulled, rejected, rows, spoiled
from pydantic import ValidationError
from replay import Request, Response, Server, answer, serve

from earful.connectors.base import Asked, Connector, Context, Coverage, Product, Window
from earful.connectors.errors import Fatal, Retriable, Skippable
from earful.connectors.post import Post, page
from earful.connectors.stores.google_play_api import GooglePlayApiConnector, GooglePlayApiOptions, post_from_review

NOW = datetime(2026, 1, 20, 3, 0, tzinfo=UTC)
NIGHT = Window(NOW - timedelta(days=3), NOW)
APP = Product("acme", "Acme", ids={"google_play": ("com.acme.app",)})
PATH = "/androidpublisher/v3/applications/com.acme.app/reviews"


def review(number: int, changed: datetime = NOW - timedelta(hours=1), **more: Any) -> dict[str, Any]:
    """A review as the API sends it, with made-up content."""
    comment = {
        "text": "Crashes\tIt crashes when I open it.",
        "lastModified": {"seconds": str(int(changed.timestamp())), "nanos": 713000000},
        "starRating": 2,
        "reviewerLanguage": "en",
        "device": "trltecan",
        "androidOsVersion": 21,
        "appVersionCode": 12345,
        "appVersionName": "1.2.3",
        "thumbsUpCount": 10,
        "thumbsDownCount": 3,
        "deviceMetadata": {"productName": "E5333", "deviceClass": "phone"},
        **more,
    }
    return {"reviewId": f"gp:{number}", "authorName": f"Reviewer {number}", "comments": [{"userComment": comment}]}


def listed(reviews: list[Any], token: str = "") -> Response:
    """A page of the API's list."""
    body: dict[str, Any] = {"reviews": reviews, "pageInfo": {"totalResults": 1000}}
    if token:
        body["tokenPagination"] = {"nextPageToken": token}
    return answer(body)


def refused(status: int, reason: str = "forbidden", headers: dict[str, str] | None = None) -> Response:
    """An error as Google sends it."""
    error = {"code": status, "message": "hush hush", "errors": [{"reason": reason, "message": "hush"}]}
    return answer({"error": error}, status, headers)


def connector(server: Server, context: Context = CONTEXT, **options: Any) -> GooglePlayApiConnector:
    given_options = {"api_endpoint": server.url, "anonymous": True, "spacing": 0, **options}
    return GooglePlayApiConnector(GooglePlayApiOptions.model_validate(given_options), context, now=lambda: NOW)


def in_turn(*responses: Response) -> Callable[[Request], Response]:
    """A handler that gives the responses one after the other, the last for ever."""
    left = list(responses)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


def test_it_is_a_connector() -> None:
    made: type[Connector] = GooglePlayApiConnector
    assert (made.source, made.needs, made.seekable) == ("google_play", "google_play", False)


def test_a_review_becomes_a_post() -> None:
    sent = review(7, datetime(2026, 1, 19, 12, 0, tzinfo=UTC))
    assert post_from_review(sent, CONTEXT, "acme") == Post(
        source="google_play",
        channel="the_channel",
        post_id="gp:7",
        kind="review",
        product="acme",
        market="en",
        created_at=datetime(2026, 1, 19, 12, 0, 0, 713000, tzinfo=UTC),
        author=CONTEXT.author("google_play", "Reviewer 7"),
        title="Crashes",
        text="It crashes when I open it.",
        rating=2,
        app_version="1.2.3",
        likes=10,
        language_hint="en",
        reply_count=0,
    )


@pytest.mark.parametrize(
    ("sent", "title", "text"),
    [
        ("\tFine", "", "Fine"),
        ("Fine", "", "Fine"),
        ("Good\tOne\ttwo", "Good", "One\ttwo"),
        ("", "", ""),
        (None, "", ""),
    ],
)
def test_the_text_is_a_title_a_tab_and_a_body(sent: object, title: str, text: str) -> None:
    post = post_from_review(review(7, text=sent), CONTEXT, "acme")
    assert (post.title, post.text) == (title, text)


def test_what_the_api_leaves_out_stays_empty() -> None:
    bare = {"reviewId": "x", "comments": [{"userComment": {"lastModified": {"seconds": "1768800000"}}}]}
    post = post_from_review(bare, CONTEXT, "acme")
    assert (post.market, post.language_hint, post.rating, post.author, post.likes) == ("", None, None, None, None)
    assert (post.text, post.app_version, post.created_at.microsecond) == ("", None, 0)


def test_a_deleted_account_is_no_author_and_an_answer_is_counted() -> None:
    sent = review(7) | {"authorName": "A Google user"}
    sent["comments"].append({"developerComment": {"text": "Fixed", "lastModified": {"seconds": "1"}}})
    post = post_from_review(sent, CONTEXT, "acme")
    assert (post.author, post.reply_count) == (None, 1)


@pytest.mark.parametrize(
    ("bad", "item", "reason"),
    [
        (review(7) | {"reviewId": ""}, "a review", "no id"),
        (review(7) | {"comments": []}, "gp:7", "no comment by its user"),
        (review(7) | {"comments": [{"developerComment": {"text": "Hello"}}]}, "gp:7", "no comment by its user"),
        (review(7, lastModified={}), "gp:7", "no time of writing (lastModified)"),
        (review(7, lastModified={"seconds": "soon"}), "gp:7", "no time of writing (lastModified)"),
        ("junk", "a review", "no id"),
    ],
)
def test_what_cannot_be_a_post_is_skipped(bad: object, item: str, reason: str) -> None:
    with pytest.raises(Skippable) as caught:
        post_from_review(bad, CONTEXT, "acme")
    assert (caught.value.item, caught.value.reason) == (item, reason)


@given(spoiled(review(7)))
def test_whatever_comes_is_a_post_or_skipped(bad: object) -> None:
    try:
        post = post_from_review(bad, CONTEXT, "acme")
    except Skippable as skipped:
        assert skipped.reason  # noqa: PT017 - either end is right, this one needs a reason
        return
    made = page([post])
    assert len(made.posts) + len(made.rejected) == 1


def test_pages_follow_the_token() -> None:
    first, second = [review(n) for n in range(100)], [review(n) for n in range(100, 120)]
    with serve(in_turn(listed(first, "t+/1="), listed(second))) as server:
        pages, coverage = pulled(connector(server).pull([Asked(APP, NIGHT)]))
    assert ids(pages) == [f"gp:{n}" for n in range(120)]
    assert coverage == Coverage.whole(NIGHT)
    assert [r.path for r in server.requests] == [PATH, PATH]
    assert [r.query.get("token") for r in server.requests] == [None, "t+/1="]
    assert {r.query["maxResults"] for r in server.requests} == {"100"}
    assert all("authorization" not in r.headers for r in server.requests)


def test_only_the_window_comes_and_older_pages_are_not_asked_for() -> None:
    answers = [
        listed([review(1, NOW), review(2), review(3, NIGHT.start), review(4, NIGHT.start - timedelta(seconds=2))], "a"),
        listed([review(5, NIGHT.start - timedelta(days=1))], "b"),
    ]
    with serve(lambda _: answers.pop(0)) as server:
        pages, coverage = pulled(connector(server).pull([Asked(APP, NIGHT)]))
    assert ids(pages) == ["gp:2", "gp:3"]
    assert coverage == Coverage.whole(NIGHT)
    assert len(server.requests) == 2


def test_only_the_last_seven_days_are_covered() -> None:
    month = Window(NOW - timedelta(days=30), NOW)
    with serve(in_turn(listed([review(1)]))) as server:
        pages, coverage = pulled(connector(server).pull([Asked(APP, month)]))
    assert ids(pages) == ["gp:1"]
    assert coverage == Coverage(NOW - timedelta(days=7), NOW, True, "com.acme.app: Google serves the last 7 days only")


def test_a_window_older_than_a_week_is_not_covered_at_all() -> None:
    before = Window(NOW - timedelta(days=30), NOW - timedelta(days=10))
    with serve(in_turn(listed([review(1)]))) as server:
        pages, coverage = pulled(connector(server).pull([Asked(APP, before)]))
    assert ids(pages) == []
    assert coverage == Coverage.none(before, "com.acme.app: Google serves the last 7 days only")


def test_a_week_without_reviews_is_an_answer() -> None:
    with serve(in_turn(answer({}))) as server:
        pages, coverage = pulled(connector(server).pull([Asked(APP, NIGHT)]))
    assert (pages, coverage) == ([], Coverage.whole(NIGHT))


def test_an_edited_review_comes_again_under_its_id() -> None:
    answers = [listed([review(1, NOW - timedelta(hours=9))]), listed([review(1, NOW - timedelta(hours=2))])]
    with serve(lambda _: answers.pop(0)) as server:
        first, _ = pulled(connector(server).pull([Asked(APP, NIGHT)]))
        second, _ = pulled(connector(server).pull([Asked(APP, NIGHT)]))
    assert ids(first) == ids(second) == ["gp:1"]
    assert rows(second)["created_at"][0] - rows(first)["created_at"][0] == timedelta(hours=7)


def test_a_token_that_repeats_is_a_cap() -> None:
    answers = [listed([review(1, NOW - timedelta(hours=1))], "a"), listed([review(2, NOW - timedelta(hours=5))], "a")]
    with serve(in_turn(*answers)) as server:
        _, coverage = pulled(connector(server).pull([Asked(APP, NIGHT)]))
    assert len(server.requests) == 2
    assert coverage.capped
    assert coverage.reached == NOW - timedelta(hours=5) + timedelta(milliseconds=713)
    assert "repeated a page token" in coverage.note


def test_one_bad_review_does_not_lose_the_rest() -> None:
    with serve(in_turn(listed([review(1), review(2, starRating=9), None, review(3)]))) as server:
        pages, coverage = pulled(connector(server).pull([Asked(APP, NIGHT)]))
    assert ids(pages) == ["gp:1", "gp:2", "gp:3"]
    assert rejected(pages) == [("a review", "no id")]
    assert [dict(one.unread) for one in pages] == [{"acme": 1}]
    assert coverage == Coverage.whole(NIGHT)


def test_a_page_that_cannot_be_read_claims_nothing() -> None:
    with serve(in_turn(listed([review(1, lastModified=None)]))) as server:
        _, coverage = pulled(connector(server).pull([Asked(APP, NIGHT)]))
    assert coverage.reached is None


def test_several_packages_of_a_product() -> None:
    both = Product("acme", "Acme", ids={"google_play": ("com.a", "com.b")})
    with serve(lambda r: listed([review(1 if "com.a/" in r.path else 2)])) as server:
        pages, _ = pulled(connector(server).pull([Asked(both, NIGHT)]))
    assert ids(pages) == ["gp:1", "gp:2"]


@pytest.mark.parametrize(
    ("response", "kind", "says"),
    [
        (refused(401), Fatal, "answered 401 .* Users and permissions, give the service account 'View app information'"),
        (refused(403), Fatal, "answered 403 .* 'Reply to reviews'"),
        (refused(404), Fatal, r"knows no app com\.acme\.app \(404\); check the package name"),
        (refused(400), Fatal, "answered 400"),
        (refused(403, "rateLimitExceeded"), Retriable, "answered 403"),
        (refused(429), Retriable, "answered 429"),
        (refused(503), Retriable, "answered 503"),
        (Response(502, b"<html>"), Retriable, "answered 502"),
        (Response(200, b"<html>"), Retriable, "no JSON"),
        (Response(200, b"\xff"), Retriable, "no JSON"),
        (answer([1]), Retriable, "without a list"),
        (Response(drop=True), Retriable, "no answer"),
        (Response(delay=1.0), Retriable, "no answer"),
    ],
)
def test_troubles_are_named(response: Response, kind: type[Exception], says: str) -> None:
    with serve(in_turn(response)) as server, pytest.raises(kind, match=says) as caught:
        pulled(connector(server, timeout=0.2).pull([Asked(APP, NIGHT)]))
    assert "hush" not in str(caught.value)


def test_the_wait_that_google_asks_for_is_handed_on() -> None:
    with serve(in_turn(refused(429, headers={"Retry-After": "1800"}))) as server, pytest.raises(Retriable) as caught:
        pulled(connector(server).pull([Asked(APP, NIGHT)]))
    assert caught.value.retry_after == 1800
    assert len(server.requests) == 1


def test_a_failure_in_the_middle_keeps_the_pages_before() -> None:
    with serve(in_turn(listed([review(1)], "a"), refused(503))) as server:
        pages = iter(connector(server).pull([Asked(APP, NIGHT)]))
        assert ids([next(pages)]) == ["gp:1"]
        with pytest.raises(Retriable):
            next(pages)


def key_for(server: Server) -> dict[str, str]:
    """A service account's key as Google issues it, made here, that signs in at the loopback server."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return {
        "type": "service_account",
        "client_email": "earful@acme.example",
        "private_key_id": "1",
        "private_key": pem.decode(),
        "token_uri": server.url + "/token",
    }


def signing_in(request: Request) -> Response:
    """Google's sign-in, and the list of reviews for whoever signed in."""
    if request.path == "/token":
        assert request.form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
        return answer({"access_token": "the-token", "expires_in": 3600, "token_type": "Bearer"})
    assert request.headers["authorization"] == "Bearer the-token"
    return listed([review(1)])


@pytest.mark.parametrize("form", ["path", "json"])
def test_a_service_account_signs_in(form: str, tmp_path: Path) -> None:
    with serve(signing_in) as server:
        key = json.dumps(key_for(server))
        (tmp_path / "key.json").write_text(key)
        context = replace(CONTEXT, env={"PLAY_KEY": "key.json" if form == "path" else key}, root=str(tmp_path))
        pages, _ = pulled(
            connector(server, context, anonymous=False, credentials_env="PLAY_KEY").pull([Asked(APP, NIGHT)])
        )
    assert ids(pages) == ["gp:1"]
    assert [r.path for r in server.requests] == ["/token", PATH]


def test_a_key_that_google_refuses_is_fatal() -> None:
    with serve(lambda _: answer({"error": "invalid_grant", "error_description": "hush"}, 400)) as server:
        context = replace(CONTEXT, env={"PLAY_KEY": json.dumps(key_for(server))})
        with pytest.raises(Fatal, match="refuses the service account's key") as caught:
            pulled(connector(server, context, anonymous=False, credentials_env="PLAY_KEY").pull([Asked(APP, NIGHT)]))
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("", r"\$PLAY_KEY is not set; put the path"),
        ("hush.json", r"the file that \$PLAY_KEY names cannot be read \(FileNotFoundError\)"),
        ("hush\x00", r"cannot be read \(ValueError\)"),
        ("{hush", r"what \$PLAY_KEY leads to is no JSON"),
        ('{"private_key": "hush"}', r"is no service account's key"),
        ('{"client_email": 1, "token_uri": 2, "private_key": "hush"}', r"is no service account's key"),
    ],
)
def test_a_key_that_is_none_is_fatal_and_not_told(value: str, says: str, tmp_path: Path) -> None:
    context = Context("c", b"s", {"PLAY_KEY": value}, root=str(tmp_path))
    made = GooglePlayApiConnector(GooglePlayApiOptions(credentials_env="PLAY_KEY"), context)
    with pytest.raises(Fatal, match=says) as caught:
        pulled(made.pull([Asked(APP, NIGHT)]))
    assert "hush" not in str(caught.value)
    health = checked(made, APP)
    assert not health.ok
    assert re.search(says, health.says)
    assert "hush" not in health.says


def test_without_the_library_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *args: Any, **kwargs: Any) -> Any:
        if name.startswith(("google", "httplib2")):
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    made = GooglePlayApiConnector(GooglePlayApiOptions(anonymous=True), CONTEXT)
    with pytest.raises(Fatal, match=re.escape("pip install 'earful[google]'")):
        pulled(made.pull([Asked(APP, NIGHT)]))
    assert "pip install 'earful[google]'" in checked(made, APP).says


def test_check_asks_once() -> None:
    with serve(in_turn(listed([review(1)]))) as server:
        health = checked(connector(server), APP)
    assert (health.ok, health.says, health.reaches_back) == (
        True,
        "com.acme.app: Google answers, with reviews",
        "7 days",
    )
    assert len(server.requests) == 1
    assert server.requests[0].query["maxResults"] == "1"


@pytest.mark.parametrize(
    ("response", "says"), [(refused(403), "permissions"), (refused(503), "answered 503"), (refused(404), "no app")]
)
def test_check_says_what_is_wrong_after_one_request(response: Response, says: str) -> None:
    with serve(in_turn(response)) as server:
        health = checked(connector(server), APP)
    assert not health.ok
    assert says in health.says
    assert len(server.requests) == 1


def test_no_id_asks_nothing() -> None:
    with serve(in_turn(listed([]))) as server:
        other = Product("other", "Other")
        _, coverage = pulled(connector(server).pull([Asked(other, NIGHT)]))
        assert checked(connector(server), other).says == "other has no google_play id; add it to the product's ids"
    assert coverage == Coverage.none(NIGHT, "other has no google_play id")
    assert server.requests == []


def test_options_that_cannot_be_are_refused() -> None:
    wrong: list[dict[str, object]] = [{"credentials_env": "{json}"}, {"timeout": 0}, {"credentials": "x"}]
    for bad in wrong:
        with pytest.raises(ValidationError):
            GooglePlayApiOptions.model_validate(bad)
