"""``earful try LINK``: services on loopback, asked as the link says; what needs credentials says so before anything is written."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from replay import Handler, Request, Response, answer, serve
from steam_stand_in import SteamStandIn

from earful.connectors.links import Linked
from earful.connectors.stores.app_store_rss import AppStoreRssConnector
from earful.connectors.stores.steam import SteamConnector
from earful.flows.cli.main import call

NOW = datetime.now(UTC).replace(microsecond=0)


def at(monkeypatch: pytest.MonkeyPatch, connector: Any, url: str) -> None:
    """The connector's links lead to the stand-in."""
    read: Callable[[str], Linked | None] = connector.of_link

    def of_link(link: str) -> Linked | None:
        linked = read(link)
        return replace(linked, options={**linked.options, "base_url": url, "spacing": 0}) if linked else None

    monkeypatch.setattr(connector, "of_link", of_link)


def entry(number: int, country: str) -> dict[str, Any]:
    said = {
        "id": str(number), "updated": (NOW - timedelta(days=number)).isoformat(), "title": "Crashes", "im:rating": "1",
        "content": f"It crashes when I open it in {country}", "im:version": "2.0",
    }  # fmt: skip
    return {
        "author": {"name": {"label": f"Reviewer {number}"}},
        **{key: {"label": value} for key, value in said.items()},
    }


def app_store(asked: list[str]) -> Handler:
    def handle(request: Request) -> Response:
        asked.append(request.path)
        country = request.path.split("/")[1]
        found = [entry(number, country) for number in range(1, 21)] if "page=1/" in request.path else []
        return answer({"feed": {"entry": found, "link": []}})

    return handle


@pytest.mark.usefixtures("no_page")
def test_the_app_store_in_the_country_of_the_link(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    with serve(app_store(asked)) as server:
        at(monkeypatch, AppStoreRssConnector, server.url)
        code = call(["try", "https://apps.apple.com/de/app/acme-notes/id123", "--keep", "--json"])
        said = json.loads(capsys.readouterr().out)
    assert code == 0
    assert {path.split("/")[1] for path in asked} == {"de"}
    assert all("/id=123/" in path for path in asked)
    (seen,) = said["pictures"]
    assert (seen["product"], seen["totals"]["posts"], seen["totals"]["stars"]) == ("acme-notes", 20, 1.0)
    assert seen["unit"] == "day"
    kept = tomllib.loads((home / "earful-try-acme-notes" / "earful.toml").read_text("utf-8"))
    assert kept["products"] == [{"slug": "acme-notes", "name": "Acme Notes", "ids": {"app_store": "123"}}]
    assert (kept["channels"][0]["connector"], kept["channels"][0]["countries"]) == ("app_store_rss", ["de"])
    assert "retention" not in kept


@pytest.mark.usefixtures("no_page")
def test_a_first_look_at_steam_is_short_and_says_so(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def review(number: int) -> dict[str, Any]:
        at = int((NOW - timedelta(hours=number)).timestamp())
        return {
            "recommendationid": str(number), "author": {"steamid": str(number)}, "language": "english", "voted_up": True,
            "review": f"Lovely game, I like it, number {number}", "timestamp_created": at, "timestamp_updated": at,
        }  # fmt: skip

    with serve(SteamStandIn({"440": [review(number) for number in range(1, 2_300)]})) as server:
        at(monkeypatch, SteamConnector, server.url)
        assert call(["try", "https://store.steampowered.com/app/440/Team_Fortress_2/"]) == 0
    shown = capsys.readouterr().out
    assert "Team Fortress 2: 2,000 posts" in shown
    assert "(--keep writes it)" in shown
    assert "# For a first look" in shown
    assert "pages = 20" in shown
    assert not (home / "earful-try-team-fortress-2" / "earful.toml").exists()


@pytest.mark.parametrize(
    ("link", "says"),
    [
        ("https://play.google.com/store/apps/details?id=com.acme.app", "GOOGLE_APPLICATION_CREDENTIALS is not set"),
        ("https://www.reddit.com/r/acme/", "REDDIT_CLIENT_ID and REDDIT_CLIENT_SECRET not set"),
    ],
)
def test_what_needs_credentials_says_so(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, link: str, says: str
) -> None:
    for name in ("GOOGLE_APPLICATION_CREDENTIALS", "REDDIT_CLIENT_ID", "REDDIT_CLIENT_SECRET"):
        monkeypatch.delenv(name, raising=False)
    assert call(["try", link]) == 5
    err = capsys.readouterr().err
    assert says in err
    assert err.count("\n") == 1
    assert list(home.iterdir()) == []


def test_a_service_that_lists_nothing_says_so(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve(lambda _: answer({"feed": {"link": []}})) as server:
        at(monkeypatch, AppStoreRssConnector, server.url)
        assert call(["try", "https://apps.apple.com/us/app/id123"]) == 5
    assert "lists no reviews" in capsys.readouterr().err
    assert list(home.iterdir()) == []
