"""What benchmarks.night runs on: the recorded Steam reviews as CSV files, copies of them, and configurations of ours.

A copy differs from the original in each review's id and in one word at the end of its text; days and authors stay.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from replay import Request, Response, answer

from benchmarks.real import steam_reviews

COLUMNS = ("post_id", "created_at", "edited_at", "author", "text", "recommended", "likes", "product")
#: The word that a copy's texts end with; the first is the original.
WORDS = ("", "alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel", "india", "juliet", "kilo")
#: Products in the one file.
PRODUCTS = 33
#: Posts in the listing of the loopback Reddit.
LISTED = 300


def rows(posts: int | None, copies: Sequence[int], products: int = PRODUCTS) -> list[list[Any]]:
    """The rows of so many reviews (None: all), for each of the copies. ``product`` is one of so many, evenly."""
    reviews = steam_reviews()[:posts]
    found = []
    for copy in copies:
        for number, review in enumerate(reviews):
            created, updated = int(review["timestamp_created"]), int(review["timestamp_updated"])
            found.append([
                review["recommendationid"] + (f"-{copy}" if copy else ""), _time(created),
                _time(updated) if updated > created else "", review["author"]["steamid"],
                f"{review['review']} {WORDS[copy]}" if copy else review["review"], review["voted_up"],
                int(review["votes_up"]), slug(number % products),
            ])  # fmt: skip
    return found


def slug(number: int) -> str:
    """A product's value in the column ``product``."""
    return f"desk-{number:02d}"


def _time(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def write(file: Path, table: Sequence[Sequence[Any]]) -> Path:
    """A CSV file with a header."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([COLUMNS, *table])
    return file


def configure(folder: Path, *, slugs: Sequence[str], shared: bool) -> Path:
    """``earful.toml`` for files in ``folder``/drop. ``shared``: by the column ``product``; else all are one's."""
    products = "".join(f'[[products]]\nslug = "{each}"\nname = "{each}"\n\n' for each in slugs)
    file = folder / "earful.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(
        f"""time_zone = "UTC"

[retention]
default = 36500

{products}[[channels]]
name = "export"
connector = "files"
source = "steam"
kind = "review"
start = 2013-01-01
paths = ["drop/*.csv"]
{'product_column = "product"' if shared else ""}
""",
        "utf-8",
    )
    return file


def configure_reddit(folder: Path, url: str, products: int) -> Path:
    """``earful.toml`` for one subreddit's listing, of which each product is named in some posts."""
    listed = "".join(
        f'[[products]]\nslug = "{slug(n)}"\nname = "{slug(n)}"\ninclude = ["{slug(n)}"]\n\n' for n in range(products)
    )
    file = folder / "earful.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(
        f"""time_zone = "UTC"

{listed}[[channels]]
name = "reddit"
connector = "reddit"
subreddits = ["desks"]
client_id_env = "EARFUL_NIGHT_ID"
client_secret_env = "EARFUL_NIGHT_SECRET"
reddit_url = "{url}"
oauth_url = "{url}"
""",
        "utf-8",
    )
    return file


class Listing:
    """A subreddit's listings over loopback, by 100; counts its requests."""

    def __init__(self, now: datetime) -> None:
        self.requests = 0
        self._now = now.timestamp()

    def __call__(self, request: Request) -> Response:
        self.requests += 1
        if request.path.endswith("/access_token"):
            return answer({"access_token": "t", "token_type": "bearer", "expires_in": 3600, "scope": "*"})
        kind = "t1" if "comments" in request.path else "t3"
        begin = int(request.query.get("after", f"{kind}_0").rpartition("_")[2])
        names = range(begin, min(begin + 100, LISTED))
        after = f"{kind}_{begin + 100}" if begin + 100 < LISTED else None
        children = [{"kind": kind, "data": self._data(kind, n)} for n in names]
        return answer({"kind": "Listing", "data": {"children": children, "after": after, "before": None}})

    def _data(self, kind: str, number: int) -> dict[str, Any]:
        said = f"I like {slug(number % PRODUCTS)}, number {number}"
        words = {"title": said, "selftext": "", "num_comments": 0} if kind == "t3" else {"body": said}
        return {
            "id": f"{number}", "name": f"{kind}_{number}", "subreddit": "desks", "author": "somebody", "score": 1,
            "created_utc": self._now - 60 * number, "edited": False, "permalink": f"/r/desks/comments/{number}/x/",
            **({"link_id": "t3_0"} if kind == "t1" else {}), **words,
        }  # fmt: skip


def shown(found: dict[str, Any]) -> str:
    """The figures for a person: one a line."""
    return "\n".join(f"{key}: {json.dumps(value)}" for key, value in found.items())
