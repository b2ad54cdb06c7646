"""Whatever a service answers is the service's fault: every hostile answer of benchmarks.limits to every connector.

The benchmark lands and publishes beside them; here each pull alone must end with a coverage or as Retriable or Fatal.
"""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow.compute as pc
import pytest
from one_product import checked
from prawcore.sessions import FiniteRetryStrategy
from pulling import pulled, quick_web

from benchmarks.limits.answers import ANSWERS
from benchmarks.limits.honest import SERVICES
from benchmarks.limits.secrets import credentials, variable
from benchmarks.limits.service import Served, serving
from earful.connectors.base import Asked, Connector, Context, Coverage, Product, Window
from earful.connectors.errors import Fatal, PullError, Retriable
from earful.connectors.limits import LONGEST_FIELD, Limits
from earful.connectors.post import Page
from earful.connectors.reddit.connector import RedditConnector
from earful.connectors.reddit.options import RedditOptions
from earful.connectors.stores.app_store_rss import AppStoreRssConnector, AppStoreRssOptions
from earful.connectors.stores.google_play_api import GooglePlayApiConnector, GooglePlayApiOptions
from earful.connectors.stores.steam import SteamConnector, SteamOptions

pytestmark = pytest.mark.process  # its service is a process of its own

NOW = datetime.now(UTC)
NIGHT = Window(NOW - timedelta(days=3), NOW + timedelta(hours=1))
APP = Product(
    "acme",
    "Acme",
    include=("acme",),
    ids={"app_store": ("1",), "steam": ("1",), "google_play": ("com.acme.app",), "reddit": ("acme",)},
)
LIMITS = {"timeout": 0.3, "answer_seconds": 0.6, "answer_mb": 2, "pages": 4}


class Quick(RedditConnector):
    """The connector without the pause between requests."""

    spacing = 0.0


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(ANSWERS, str(tmp_path_factory.mktemp("served"))) as running:
        yield running


@pytest.fixture(scope="module")
def secrets(served: Served) -> tuple[dict[str, str], list[bytes]]:
    return credentials(served.urls)


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FiniteRetryStrategy, "_sleep_seconds", lambda self: None)
    monkeypatch.setattr("google.auth._exponential_backoff.time.sleep", lambda _: None)


def made(service: str, url: str, name: str, env: dict[str, str], **more: Any) -> Connector:
    """The connector for an answer, with nothing to wait for between its tries."""
    given = LIMITS | more
    context = Context("the_channel", b"key", env)
    if service == "reddit":
        reddit = {"reddit_url": url, "oauth_url": url, "username_env": "RD_USER", "password_env": "RD_PASS"}
        options = RedditOptions.model_validate(reddit | {"listings": ("new",)} | given)
        return Quick(options, context, sleep=lambda _: None)
    if service == "google_play_api":
        play = {"api_endpoint": url, "spacing": 0, "credentials_env": variable(name)}
        return GooglePlayApiConnector(GooglePlayApiOptions.model_validate(play | given), context)
    limits = Limits(given["timeout"], given["answer_seconds"], given["answer_mb"])
    if service == "steam":
        steam = SteamOptions.model_validate({"base_url": url} | given)
        return SteamConnector(steam, context, quick_web("steam", limits=limits))
    feed = AppStoreRssOptions.model_validate({"base_url": url} | given)
    return AppStoreRssConnector(feed, context, quick_web("app_store", limits=limits))


def ends(connector: Connector) -> tuple[list[Page], Coverage] | PullError:
    """How a pull ends. Anything but a coverage or a PullError is raised."""
    try:
        return pulled(connector.pull([Asked(APP, NIGHT)]))
    except (Retriable, Fatal) as error:
        return error


def lines(outcome: tuple[list[Page], Coverage] | PullError) -> list[str]:
    """Every word that a pull says beside its posts."""
    if isinstance(outcome, PullError):
        return [str(outcome)]
    pages, coverage = outcome
    return [coverage.note, *(f"{r.item}: {r.reason}" for page in pages for r in page.rejected)]


@pytest.mark.parametrize("name", ANSWERS)
def test_every_connector_ends_well(
    served: Served, secrets: tuple[dict[str, str], list[bytes]], name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    env, marks = secrets
    with ThreadPoolExecutor(len(SERVICES)) as pool:
        connectors = [made(service, served.urls[name], name, env) for service in SERVICES]
        outcomes = list(pool.map(ends, connectors))
        checks = list(pool.map(lambda c: checked(c, APP), connectors)) if name.startswith(("echo", "wrong")) else []
    said = [line for outcome in outcomes for line in lines(outcome)] + [health.says for health in checks]
    for line in [*said, *capfd.readouterr()]:
        assert not any(mark.decode() in line for mark in marks), line
        assert "trouble" not in line  # what the error pages say
    for outcome in outcomes:
        if isinstance(outcome, PullError):
            assert "\n" not in str(outcome)
            assert len(str(outcome)) < 400
        else:
            for page in outcome[0]:
                assert all(len(r.item) <= LONGEST_FIELD["post_id"] for r in page.rejected)
                for field, longest in LONGEST_FIELD.items():
                    assert (pc.max(pc.utf8_length(page.posts[field])).as_py() or 0) <= longest
    assert served.strays == 0


@pytest.mark.parametrize("service", SERVICES)
def test_pages_without_an_end_are_read_to_the_limit_and_said(
    served: Served, secrets: tuple[dict[str, str], list[bytes]], service: str
) -> None:
    """Ever-new cursors with ever-new posts."""
    connector = made(service, served.urls["endless-pages"], "endless-pages", secrets[0], answer_mb=9, answer_seconds=9)
    outcome = ends(connector)
    assert not isinstance(outcome, PullError), outcome
    pages, coverage = outcome
    assert sum(len(page.posts) for page in pages) == 200  # four pages of fifty
    assert coverage.capped
    assert coverage.reached is not None
    assert coverage.reached > NIGHT.start
    assert any(words in coverage.note for words in ("limit of 4 pages", "ends after 200 items")), coverage.note


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("name", ["zero-dates-among-new", "old-dates-among-new", "old-dates-at-ends"])
def test_an_old_date_among_new_ones_is_no_proof_that_all_was_read_back_to_it(
    served: Served, secrets: tuple[dict[str, str], list[bytes]], service: str, name: str
) -> None:
    """Read to the limit of pages, all of the last hours but one item a page: nothing before is claimed."""
    if (service, name) == ("reddit", "old-dates-at-ends"):
        pytest.skip("Reddit's listings are in order of creation: an older last item ends the reading")
    outcome = ends(made(service, served.urls[name], name, secrets[0], answer_mb=9, answer_seconds=9))
    assert not isinstance(outcome, PullError), outcome
    pages, coverage = outcome
    assert sum(len(page.posts) for page in pages) == 4 * 49
    assert sum(len(page.rejected) for page in pages) == (4 if name.startswith("zero") else 0)
    assert coverage.capped
    assert coverage.reached is not None
    assert coverage.reached > NOW - timedelta(hours=5)


@pytest.mark.parametrize("service", SERVICES)
def test_an_object_of_other_words_is_no_empty_list(
    served: Served, secrets: tuple[dict[str, str], list[bytes]], service: str
) -> None:
    name = "other-words"
    assert isinstance(ends(made(service, served.urls[name], name, secrets[0], answer_seconds=9)), Retriable)


@pytest.mark.parametrize("service", SERVICES)
def test_a_page_that_brings_nothing_new_ends_the_list(
    served: Served, secrets: tuple[dict[str, str], list[bytes]], service: str
) -> None:
    name = "same-page-for-ever"
    options: dict[str, Any] = {"answer_mb": 9, "answer_seconds": 9, "pages": 10}
    outcome = ends(made(service, served.urls[name], name, secrets[0], **options))
    assert not isinstance(outcome, PullError), outcome
    pages, coverage = outcome
    assert sum(len(page.posts) for page in pages) == 50
    assert coverage.capped
    assert coverage.note


@pytest.mark.parametrize("service", SERVICES)
def test_pages_without_anything_end_too(
    served: Served, secrets: tuple[dict[str, str], list[bytes]], service: str
) -> None:
    name = "empty-pages-for-ever"
    outcome = ends(made(service, served.urls[name], name, secrets[0], answer_seconds=9, pages=10))
    assert not isinstance(outcome, PullError), outcome
    assert outcome[0] == []


@pytest.mark.parametrize(
    ("service", "name"),
    [
        *((service, "gzip-bomb") for service in SERVICES),
        ("reddit", "gzip-bomb-token"),
        ("google_play_api", "gzip-bomb-token"),
    ],
)
def test_a_bomb_is_in_no_ones_memory(
    served: Served, secrets: tuple[dict[str, str], list[bytes]], service: str, name: str
) -> None:
    """1 GiB of blanks; at 0fe0825 an answer of half of that took 2 GB. PRAW and Google's client are among who fetches."""
    connector = made(service, served.urls[name], name, secrets[0], timeout=10, answer_seconds=60)
    connector.check([APP])  # what a library loads at its first use is no part of the answer
    tracemalloc.start()
    try:
        outcome = ends(connector)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert isinstance(outcome, Retriable), outcome
    assert most < 24 << 20  # of the answer, 2 MB are allowed


@pytest.mark.parametrize("service", SERVICES)
def test_a_word_of_ten_megabytes_is_cut_and_said(
    served: Served, secrets: tuple[dict[str, str], list[bytes]], service: str
) -> None:
    name = "title-url-author-of-1-mb"
    outcome = ends(made(service, served.urls[name], name, secrets[0], answer_mb=16, answer_seconds=30))
    assert not isinstance(outcome, PullError), outcome
    pages, coverage = outcome
    assert sum(len(page.posts) for page in pages) == 3
    if service != "steam":  # which has no titles
        assert "3 titles or texts cut at 1,000 and 40,000 characters" in coverage.note


def test_the_key_of_a_service_account_is_among_what_is_looked_for(secrets: tuple[dict[str, str], list[bytes]]) -> None:
    env, marks = secrets
    key = json.loads(env[variable("deep-json")])
    assert any(mark.decode() in key["private_key"] for mark in marks)
    assert any(mark.decode() in env["REDDIT_CLIENT_SECRET"] for mark in marks)
