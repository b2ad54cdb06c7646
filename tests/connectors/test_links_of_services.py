"""Each connector knows its own links, ours and other packages' alike, and no connector takes another's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from types import new_class
from typing import Any

import pytest
from outsiders import QUIET, installed, package

from earful.connectors.links import HasLinks, Linked, address, spoken, steps
from earful.connectors.registry import CONNECTORS, connector_class, whose

DOCS = (Path(__file__).parents[2] / "docs" / "connectors.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("link", "connector", "ids", "name", "options"),
    [
        ("https://apps.apple.com/de/app/acme-notes/id123", "app_store_rss", {"app_store": "123"}, "Acme Notes", ["de"]),
        ("https://apps.apple.com/app/id123?l=en", "app_store_rss", {"app_store": "123"}, "", ["us"]),
        ("apps.apple.com/GB/app/acme/id123#reviews", "app_store_rss", {"app_store": "123"}, "Acme", ["gb"]),
        ("https://apps.apple.com/jp/app/%E3%83%A1%E3%83%A2/id9", "app_store_rss", {"app_store": "9"}, "メモ", ["jp"]),
        ("http://itunes.apple.com/fr/app/acme/id123?mt=8", "app_store_rss", {"app_store": "123"}, "Acme", ["fr"]),
        ("https://store.steampowered.com/app/440/Team_Fortress_2/", "steam", {"steam": "440"}, "Team Fortress 2", None),
        ("https://store.steampowered.com/app/440", "steam", {"steam": "440"}, "", None),
        ("https://steamcommunity.com/app/440/reviews/?p=1", "steam", {"steam": "440"}, "", None),
        (
            "https://play.google.com/store/apps/details?hl=de&id=com.acme.app",
            "google_play_api",
            {"google_play": "com.acme.app"},
            "com.acme.app",
            None,
        ),
        ("https://www.reddit.com/r/AcmeNotes/", "reddit", {"reddit": "AcmeNotes"}, "AcmeNotes", None),
        ("old.reddit.com/r/acme/comments/1abc/a_title/", "reddit", {"reddit": "acme"}, "acme", None),
    ],
)
def test_a_link_names_its_product(link: str, connector: str, ids: object, name: str, options: list[str] | None) -> None:
    found = whose(link)
    assert found.connector == connector
    assert found.linked is not None
    assert found.linked.ids == ids
    assert found.linked.name == name
    assert found.linked.options == ({} if options is None else {"countries": options})


@pytest.mark.parametrize(
    "link",
    [
        "https://apps.apple.com/de/charts/iphone",
        "https://apps.apple.com/de/app/acme/id",
        "https://apps.apple.com",
        "https://apps.apple.com.example.org/de/app/acme/id123",
        "https://example.org/?u=https://apps.apple.com/de/app/acme/id123",
        "https://store.steampowered.com/app/acme",
        "https://store.steampowered.com/sub/440",
        "https://play.google.com/store/apps/details?id=acme",
        "https://play.google.com/store/apps/dev?id=com.acme.app",
        "https://www.reddit.com/u/acme",
        "https://www.reddit.com/r/",
        "file:///etc/passwd",
        "https://[",
        "",
    ],
)
def test_other_addresses_are_nobodys_and_what_could_be_given_is_said(link: str) -> None:
    found = whose(link)
    assert (found.connector, found.linked, found.broken) == ("", None, ())
    assert [whose(each).connector for each in found.examples] == [
        "reddit", "app_store_rss", "google_play_api", "steam",
    ]  # fmt: skip


def test_each_connector_takes_its_own_examples_alone() -> None:
    kinds: list[Any] = [connector_class(name) for name in CONNECTORS]
    with_links = [kind for kind in kinds if hasattr(kind, "links")]
    assert len(with_links) == 4
    for kind in with_links:
        for link in kind.links:
            takers = [each for each in with_links if each.of_link(link) is not None]
            assert takers == [kind]


def test_a_name_is_written_as_one_would_write_it() -> None:
    assert spoken("acme-notes") == "Acme Notes"
    assert spoken("McAcme_iOS") == "McAcme iOS"
    parts = address(" WWW.Example.org/a%20b//c ", "example.org")
    assert parts is not None
    assert steps(parts) == ["a b", "c"]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "site"
    with installed(folder):
        yield folder


def test_a_package_brings_links_of_its_own(site: Path) -> None:
    body = """
    links = ("https://library.example/shelf/7",)

    @classmethod
    def of_link(cls, link):
        from earful.connectors.links import Linked, address, steps
        parts = address(link, "library.example")
        return Linked({"library": steps(parts)[1]}) if parts else None
"""
    package(site, "library", {"quiet": "Quiet"}, QUIET + body)
    found = whose("https://library.example/shelf/9")
    assert found.connector == "quiet"
    assert found.linked == Linked({"library": "9"})
    assert "https://library.example/shelf/7" in whose("https://example.org").examples
    broken = whose("https://library.example/")
    assert broken.broken == ("connector 'quiet' of package library 1.0 failed (IndexError)",)
    assert len(broken.examples) == 4


def test_the_docs_show_a_connector_with_links() -> None:
    (code,) = re.findall(r"```text\n(    links: .*?)```", DOCS, re.DOTALL)
    names: dict[str, object] = {}
    made = "from earful.connectors.links import *\nfrom earful.connectors.links import steps\nfrom typing import ClassVar\n"
    exec(f"{made}class Forum:\n{code}", names)
    forum: Any = names["Forum"]
    (link,) = forum.links
    assert forum.of_link(link) == Linked({"forum": "acme"}, "Acme")
    assert forum.of_link("https://forum.example/u/acme") is None
    made_one: object = new_class("Made", (forum,))()
    assert isinstance(made_one, HasLinks)
