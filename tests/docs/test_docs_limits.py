"""docs/operations.md, "Limits": its table says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from benchmarks.limits.answers import ANSWERS
from earful.connectors import limits
from earful.connectors.reddit.options import RedditOptions
from earful.connectors.stores.app_store_rss import AppStoreRssOptions
from earful.connectors.stores.google_play_api import GooglePlayApiOptions
from earful.connectors.stores.steam import SteamOptions
from earful.connectors.toolkit.web import LONGEST_REQUEST_WAIT, WebOptions

TEXT = (Path(__file__).parents[2] / "docs" / "operations.md").read_text("utf-8")
SECTION = TEXT.split("## Limits", 1)[1].split("\n## ", 1)[0]


def rows() -> dict[str, tuple[str, list[float]]]:
    """By what a row is about: the option, and the numbers of its third column."""
    found = {}
    for line in SECTION.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 4 and cells[0] not in {"limit", "---"}:
            numbers = [float(n.replace(",", "")) for n in re.findall(r"[0-9][0-9,]*", cells[2])]
            found[cells[0].split(":")[0].split(",")[0]] = (cells[1].strip("`"), numbers)
    return found


def test_the_table_says_what_the_code_does() -> None:
    longest = limits.LONGEST_FIELD
    models = (AppStoreRssOptions, SteamOptions, GooglePlayApiOptions, RedditOptions)
    pages = [float(model.model_fields["pages"].default) for model in models]
    assert rows() == {
        "silence": ("timeout", [limits.SILENCE_SECONDS, GooglePlayApiOptions().timeout]),
        "a whole answer": ("answer_seconds", [limits.ANSWER_SECONDS]),
        "a decoded answer": ("answer_mb", [limits.ANSWER_MB]),
        "what comes besides the body": ("", [limits.OVERHEAD_BYTES / 2**20]),
        "pages of one listing": ("pages", pages),
        "items of one page": ("", [limits.ITEMS_TIMES]),
        "items of one pull that are set aside": ("", [limits.SET_ASIDE]),
        "redirects": ("", [limits.REDIRECTS]),
        "levels of JSON": ("", [limits.JSON_DEPTH]),
        "values in one JSON answer": ("", [limits.JSON_VALUES]),
        "a string in JSON": ("", [limits.JSON_STRING]),
        "a text": ("", [longest["text"], longest["title"]]),
        "an id": ("", [longest["post_id"]]),
        "an address": ("", [longest["url"], longest["app_version"], longest["raw_created"], longest["market"]]),
    }
    assert longest["market"] == longest["language_hint"]


def test_every_limit_of_an_answer_is_an_option_of_every_http_connector() -> None:
    for model in (AppStoreRssOptions, SteamOptions, GooglePlayApiOptions, RedditOptions):
        assert issubclass(model, WebOptions)
        changed = model.model_validate({"timeout": 3, "answer_seconds": 4, "answer_mb": 5, "pages": 6})
        assert changed.limits == limits.Limits(3, 4, 5)


def test_what_is_said_besides_the_table() -> None:
    assert f"gives {len(ANSWERS)} hostile answers" in SECTION
    assert f"each\n  at most {LONGEST_REQUEST_WAIT:g} s" in SECTION
