"""The Reddit connector in trouble, and its set-up: the real PRAW against a loopback server."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import praw
import pytest
from one_product import checked
from prawcore.sessions import FiniteRetryStrategy
from pydantic import ValidationError
from reddit_fake import (
    DAY,
    ENV,
    ID,
    NAMED,
    OWNER,
    PASSWORD,
    SECRET,
    TOKEN,
    TOKEN_PATH,
    Fake,
    always,
    drain,
    fails,
    made,
    minutes,
)
from replay import Response, Server, answer, serve

from earful.connectors.base import Context, Coverage, Product
from earful.connectors.errors import Fatal, PullError, Retriable
from earful.connectors.reddit.connector import RedditConnector
from earful.connectors.reddit.options import RedditOptions
from earful.connectors.reddit.posts import subreddit_names


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    # prawcore pauses for some seconds before its own retries; the retries themselves stay.
    monkeypatch.setattr(FiniteRetryStrategy, "_sleep_seconds", lambda self: None)


# --- errors -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("response", "says"),
    [
        (answer({"reason": "private", "message": "Forbidden", "error": 403}, 403), "r/acme/new: the subreddit is priv"),
        (answer({"reason": "quarantined", "error": 403}, 403), "quarantined"),
        (answer({"reason": "banned", "error": 404}, 404), "banned"),
        (answer({"error": 404}, 404), "no such subreddit"),
        (Response(302, headers={"Location": "/subreddits/search?q=acme"}), "no such subreddit"),
        (Response(302), "no such subreddit"),
        (Response(403, b"<html>blocked</html>"), "forbids"),
        (Response(451), "legal"),
        (answer({"error": 400, "message": "Bad Request"}, 400), "400"),
        (Response(400, b"<html>bad</html>"), "400"),
        (Response(414), "414"),
        (Response(403, headers={"www-authenticate": 'Bearer realm="reddit", error="insufficient_scope"'}), "forbids"),
        (Response(401), "token"),
    ],
)
def test_what_asking_again_does_not_change_is_fatal(response: Response, says: str) -> None:
    error = fails(always(response))
    assert isinstance(error, Fatal)
    assert says in str(error)
    assert "acme" in str(error)


@pytest.mark.parametrize(
    ("response", "wait"),
    [
        (Response(429), None),
        (Response(429, headers={"Retry-After": "300"}), 300),
        (Response(429, headers={"x-ratelimit-remaining": "0", "x-ratelimit-used": "9", "x-ratelimit-reset": "99"}), 99),
        (Response(500), None),
        (Response(503, headers={"Retry-After": "5"}), 5),
        (Response(504), None),
        (Response(520), None),
        (Response(529), None),
        (Response(200, b"{"), None),
        (Response(200, b""), None),
        (Response(200, b"[]"), None),
        (answer({"kind": "Listing"}), None),
        (answer({"kind": "Listing", "data": {"children": None}}), None),
        (Response(drop=True), None),
    ],
)
def test_what_may_pass_is_retriable(response: Response, wait: float | None) -> None:
    error = fails(always(response))
    assert isinstance(error, Retriable)
    assert error.retry_after == wait


def test_retry_after_as_a_date_is_understood() -> None:
    error = fails(always(Response(429, headers={"Retry-After": "Wed, 21 Oct 2099 07:28:00 GMT"})))
    assert isinstance(error, Retriable)
    assert error.retry_after is not None
    assert error.retry_after > 1e6


def test_short_waits_are_honoured_and_the_pull_goes_on() -> None:
    busy = [Response(429, headers={"Retry-After": "7"}), Response(200, b"{"), *[Response(502)] * 2]
    fake = Fake({"/r/acme/new": minutes(3)}, {"/r/acme/new": busy})
    sleeps: list[float] = []
    with serve(fake) as server:
        got = drain(made(server.url, sleep=sleeps.append, listings=("new",)), OWNER, DAY)
        assert len(server.requests) == 6
    assert len(got.ids) == 3
    assert sleeps[0] == 7
    assert len(sleeps) == 2


def test_a_used_up_allowance_is_left_to_the_scheduler() -> None:
    spent = {"x-ratelimit-remaining": "0", "x-ratelimit-used": "1000", "x-ratelimit-reset": "480"}
    with serve(Fake({"/r/acme/new": minutes(500)}, headers=spent)) as server:
        with pytest.raises(Retriable, match="allowance") as caught:
            drain(made(server.url), OWNER, DAY)
        assert len(server.requests) == 2
    assert caught.value.retry_after == 480


def test_a_slow_answer_times_out() -> None:
    error = fails(always(Response(delay=0.4)), timeout=0.05)
    assert isinstance(error, Retriable)
    assert "ReadTimeout" in str(error)


def test_a_dead_host_is_retriable() -> None:
    with serve(Fake()) as server:
        url = server.url
    with pytest.raises(Retriable, match="no answer for r/acme/new"):
        drain(made(url), OWNER, DAY)


@pytest.mark.parametrize(
    ("response", "kind"),
    [
        (answer({"message": "Unauthorized", "error": 401}, 401), Fatal),
        (answer({"error": "invalid_grant"}), Fatal),
        (answer({"error": "unsupported_grant_type"}), Fatal),
        (Response(403, b"<html>blocked</html>"), Fatal),
        (Response(429), Retriable),
        (Response(503), Retriable),
        (Response(200, b"<html>"), Retriable),
        (answer({"token_type": "bearer"}), Retriable),
    ],
)
def test_token_failures(response: Response, kind: type[PullError]) -> None:
    error = fails(always(response, TOKEN_PATH))
    assert isinstance(error, kind)
    assert kind is Retriable or "client id and secret" in str(error)


def test_an_expired_token_is_renewed() -> None:
    stale = Response(401, headers={"www-authenticate": 'Bearer realm="reddit", error="invalid_token"'})
    with serve(Fake({"/r/acme/new": minutes(2)}, {"/r/acme/new": [stale]})) as server:
        assert len(drain(made(server.url, listings=("new",)), OWNER, DAY).ids) == 2
        assert [r.path for r in server.requests].count(TOKEN_PATH) == 2


def test_no_secret_reaches_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    fake = Fake({"/r/acme/new": minutes(1)}, {"/r/acme/comments/": [Response(500)] * 3})
    with serve(fake) as server, pytest.raises(Retriable) as caught:
        drain(made(server.url, username_env="RD_USER", password_env="RD_PASS"), OWNER, DAY)
    assert "/r/acme/new" in caplog.text
    for secret in (SECRET, PASSWORD, TOKEN, "somebody"):
        assert secret not in caplog.text
        assert secret not in str(caught.value)


# --- set-up -----------------------------------------------------------------------------------------------------------


def test_script_and_read_only_applications_ask_for_their_own_token() -> None:
    def asked(**options: Any) -> dict[str, str]:
        with serve(Fake()) as server:
            drain(made(server.url, **options), OWNER, DAY)
        return server.requests[0].form

    assert asked() == {"grant_type": "client_credentials"}
    assert asked(username_env="RD_USER", password_env="RD_PASS") == {
        "grant_type": "password",
        "username": "somebody",
        "password": PASSWORD,
    }


def test_neither_praw_ini_nor_praw_variables_change_anything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "praw.ini").write_text("[DEFAULT]\nreddit_url=http://127.0.0.1:1\nusername=x\npassword=y\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("praw_site", "nowhere")
    monkeypatch.setenv("praw_refresh_token", "x")
    monkeypatch.setattr(praw.config.Config, "CONFIG", None)
    with serve(Fake()) as server:
        with pytest.warns(UserWarning, match=r"praw\.ini"):
            drain(made(server.url), OWNER, DAY)
        assert server.requests[0].form == {"grant_type": "client_credentials"}
    (tmp_path / "praw.ini").write_text("garbage")
    monkeypatch.setattr(praw.config.Config, "CONFIG", None)
    with pytest.raises(Fatal, match=r"praw\.ini"):
        drain(made(server.url), OWNER, DAY)


def test_the_user_agent_and_spacing_are_ours() -> None:
    class Slow(RedditConnector):
        spacing = 0.05

    with serve(Fake()) as server:
        options = RedditOptions(reddit_url=server.url + "/", oauth_url=server.url + "/", user_agent="linux:acme:1 (x)")
        began = datetime.now(UTC)
        drain(Slow(options, Context("reddit", b"key", ENV)), OWNER, DAY)
        assert len(server.requests) == 3
        assert server.requests[0].path == TOKEN_PATH
        assert all(r.headers["user-agent"].startswith("linux:acme:1 (x)") for r in server.requests)
    assert datetime.now(UTC) - began >= timedelta(seconds=0.1)


@pytest.mark.parametrize(
    "options",
    [
        {"subreddits": ("https://www.reddit.com/r/acme",)},
        {"subreddits": ("a+b",)},
        {"listings": (), "search": False},
        {"listings": ("hot",)},
        {"username_env": "X"},
        {"reddit_url": "www.reddit.com"},
        {"user_agent": "bot"},
        {"client_secret": "x"},
        {"limit": 0},
    ],
)
def test_wrong_options_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        RedditOptions(**options)


def test_subreddit_names_are_made_bare() -> None:
    assert subreddit_names(["r/Acme", "/r/acme/", "acme", "u_some-body"]) == ("Acme", "u_some-body")


def test_nothing_to_read_is_an_error() -> None:
    with pytest.raises(Fatal, match="nothing to read for acme"):
        drain(made("http://127.0.0.1:1"), NAMED, DAY)
    with pytest.raises(Fatal, match=r"ids\.reddit"):
        drain(made("http://127.0.0.1:1"), Product("acme", "Acme", ids={"reddit": ("no such!",)}), DAY)


def test_check_says_whether_it_can_work() -> None:
    with serve(Fake()) as server:
        health = checked(made(server.url), OWNER)
        assert health.ok
        assert "1,000" in health.reaches_back
        assert "read-only" in health.says
        assert len(server.requests) == 2
    with serve(always(answer({"reason": "private"}, 403))) as server:
        health = checked(made(server.url), OWNER)
    assert not health.ok
    assert "private" in health.says
    with serve(always(Response(401), TOKEN_PATH)) as server:
        health = checked(made(server.url), OWNER)
        assert len(server.requests) == 1
    assert not health.ok
    assert SECRET not in health.says
    assert not checked(made("http://127.0.0.1:1"), NAMED).ok


def test_check_without_credentials_says_where_to_ask() -> None:
    connector = RedditConnector(RedditOptions(), Context("reddit", b"key", {"REDDIT_CLIENT_ID": ID}))
    health = checked(connector, OWNER)
    assert not health.ok
    for part in ("REDDIT_CLIENT_SECRET", "November 2025", "support.reddithelp.com", "everything else works"):
        assert part in health.says
    assert "REDDIT_CLIENT_ID" not in health.says
    assert ID not in health.says
    assert "\n" not in health.says
    with pytest.raises(Fatal, match="REDDIT_CLIENT_SECRET"):
        drain(connector, OWNER, DAY)


@pytest.fixture
def server() -> Iterator[Server]:
    with serve(Fake()) as running:
        yield running


def test_the_connector_serves_several_threads(server: Server) -> None:
    from concurrent.futures import ThreadPoolExecutor

    connector = made(server.url)
    with ThreadPoolExecutor(3) as pool:
        results = list(pool.map(lambda _: drain(connector, OWNER, DAY).coverage, range(3)))
    assert results == [Coverage(DAY.start, DAY.end, note="nothing at all in r/acme/new, r/acme/comments")] * 3
