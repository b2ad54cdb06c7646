"""``make real``: the nightly flow on real input, in one run into one warehouse, over loopback.

The 14,236 recorded Steam reviews through the ``steam`` connector, three official Play Console exports through
``files``, and recorded Reddit listings through PRAW: the services are played by a loopback server, everything else is
what runs at night.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import shutil
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from replay import Request, Response, answer, cassette, serve
from steam_stand_in import WEB_API, SteamStandIn

ROOT = Path(__file__).parent.parent.parent / "shared" / "recordings"
STEAM = ROOT / "steam" / "steam_reviews.jsonl.gz"
PLAY = ROOT / "google_play_console"
REDDIT = (
    ROOT / "reddit" / "asyncpraw_TestSubredditListings.test_new.json",
    ROOT / "reddit" / "asyncpraw_TestSubredditListings.test_comments.json",
)
#: Games with fewer reviews are one product together: a POM's page has a handful of products, not 29.
OWN_PRODUCT = 1000
OTHERS = "other-games"


def steam_reviews() -> list[dict[str, Any]]:
    """Every recorded Steam review, as received."""
    with gzip.open(STEAM, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def product_of(counts: Counter[str], appid: str) -> str:
    """The product slug that a game belongs to in this run."""
    return f"game-{appid}" if counts[appid] >= OWN_PRODUCT else OTHERS


class Services:
    """Steam and Reddit as the recordings answer."""

    def __init__(self) -> None:
        reviews: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for review in steam_reviews():
            reviews[review["appid"]].append(review)
        self._steam = SteamStandIn(reviews)
        self._reddit = {i.request.path.rstrip("/"): i.response for path in REDDIT for i in cassette(path)}

    def __call__(self, request: Request) -> Response:
        if request.path == WEB_API:
            return self._steam(request)
        if request.query.get("after"):  # the recording has one page of 100; the listing ends there
            return answer({"kind": "Listing", "data": {"children": [], "after": None, "before": None}})
        recorded = self._reddit.get(request.path.rstrip("/"))
        return recorded or answer({"message": "Not Found", "error": 404}, 404)


@contextmanager
def prepared(folder: Path) -> Iterator[Path]:
    """A configuration in ``folder`` and the services running; gives the configuration's path."""
    counts = Counter(r["appid"] for r in steam_reviews())
    games: dict[str, list[str]] = defaultdict(list)
    for appid in counts:
        games[product_of(counts, appid)].append(appid)
    products = "".join(
        f'[[products]]\nslug = "{slug}"\nname = "{slug}"\nids = {{ steam = {json.dumps(sorted(ids))} }}\n\n'
        for slug, ids in sorted(games.items())
    )
    exports = json.dumps(str(PLAY / "reviews_*.csv"))
    with serve(Services()) as server:
        file = folder / "earful.toml"
        file.write_text(
            f"""time_zone = "Europe/Berlin"

[retention]
default = 36500
by_source = {{ reddit = 36500 }}

{products}
[[products]]
slug = "kiwix"
name = "Kiwix"
ids = {{ google_play = "org.kiwix.kiwixmobile" }}

[[products]]
slug = "askreddit"
name = "AskReddit"
own = false
ids = {{ reddit = "askreddit" }}

[[channels]]
name = "steam"
connector = "steam"
products = {json.dumps(sorted(games))}
start = 2013-01-01
base_url = "{server.url}"
spacing = 0

[[channels]]
name = "play_console"
connector = "files"
preset = "play_console"
products = ["kiwix"]
start = 2013-01-01
paths = [{exports}]

[[channels]]
name = "reddit"
connector = "reddit"
products = ["askreddit"]
start = 2013-01-01
client_id_env = "EARFUL_REAL_ID"
client_secret_env = "EARFUL_REAL_SECRET"
reddit_url = "{server.url}"
oauth_url = "{server.url}"
""",
            "utf-8",
        )
        os.environ.setdefault("EARFUL_REAL_ID", "id-of-make-real")
        os.environ.setdefault("EARFUL_REAL_SECRET", "secret-of-make-real")
        yield file


def main() -> int:
    """Run the nightly on the recordings in ./earful-real, made anew."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.real", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--json", action="store_true", help="one object on standard output")
    parser.add_argument("--folder", type=Path, default=Path("earful-real"))
    arguments = parser.parse_args()
    if not STEAM.exists():
        print("the recordings are not at ../shared/recordings; only developers and CI have them", file=sys.stderr)
        return 2
    from earful.flows.cli.main import call

    shutil.rmtree(arguments.folder, ignore_errors=True)
    arguments.folder.mkdir(parents=True)
    with prepared(arguments.folder) as file:
        return call(["run", "--config", str(file), *(["--json"] if arguments.json else [])])


if __name__ == "__main__":
    sys.exit(main())
