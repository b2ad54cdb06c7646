"""Real posts of 107 days as one store: a support forum with two waves of advertising, and an app's reviews beside it.

The reviews are moved by some years, onto the forum's days, so that the two products can be compared: both on one
channel, the forum's posts on a second one too. Markets, authors, votes and NPS answers, which the recordings do not
have, follow from each post's id. Topics are words of the text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from hashlib import md5
from pathlib import Path
from typing import Any

import duckdb
from landing import named, put, row
from recordings import recording

import earful
from earful.connectors.base import Coverage, Window
from earful.warehouse import Posts, Store, erase, land_failure, open_store, publish, register

FIRST, UNTIL = date(2024, 10, 2), date(2025, 1, 17)
#: From here on every post of the forum is taken.
WHOLE_FROM = date(2024, 11, 6)
NOW = datetime(2025, 1, 17, 3, tzinfo=UTC)
#: From the reviews' first day that is taken to FIRST.
MOVED = FIRST - date(2016, 11, 12)
SHOP = {"channel": "shop", "source": "app_store", "kind": "review"}
FORUM = {"channel": "forum", "source": "reddit", "kind": "post"}
TOPICS = {
    "crashes": r"crash|freez|hang", "login": r"log ?in|sign|password|account", "ads": r"\bads?\b|advert|block",
    "speed": r"slow|fast|load|lag", "video": r"video|watch|youtube", "updates": r"updat|version|upgrade",
    "tabs": r"\btabs?\b|window|bookmark",
}  # fmt: skip


def build(folder: Path) -> Path:
    """Land it by weeks, some of them twice or cut short, and publish twice; the published file."""
    rows = list(_rows())
    # Ids are a channel's own: the same ones are those of other posts in another channel, and of another product.
    numbers = Counter[tuple[str, str]]()
    for each in rows:
        key = (each["product"], each["channel"])
        numbers[key] += 1
        each["post_id"] = str(numbers[key])
    with open_store(folder / "store.duckdb", time_zone="America/New_York") as store:
        register(
            store,
            [("browser", "Browser", True), ("player", "Player", False), ("quiet", "Quiet", True)],
            [("shop", "app_store", "app_store_rss"), ("forum", "reddit", "reddit")],
            [("login", "Login and account"), ("ads", "Advertising")],
            launches=[("browser", date(2024, 11, 26), "133", "133"), ("player", date(2025, 1, 4), "Big", None)],
            incidents=[("browser", date(2025, 1, 8), "advertising"), ("player", date(2024, 12, 27), "stars fell")],
        )
        for week in range(16):
            _land(store, rows, week)
        publish(store, folder / "earful.duckdb", now=NOW - timedelta(hours=1))
        gone = tuple(r["post_id"] for r in rows[100:160:7])
        for kind, why in (("post", "asked for"), ("author", "by the author's wish")):
            erase(store, Posts("forum", gone), kind=kind, why=why, now=NOW - timedelta(minutes=len(kind)))
        _land(store, rows, 14)
        return publish(store, folder / "earful.duckdb", now=NOW).path


def _land(store: Store, rows: list[dict[str, Any]], week: int) -> None:
    start = datetime(FIRST.year, FIRST.month, FIRST.day, 5, tzinfo=UTC) + timedelta(weeks=week)
    window = Window(start, min(start + timedelta(weeks=1), NOW))
    for product, channel in (("browser", FORUM), ("browser", SHOP), ("player", SHOP), ("quiet", FORUM)):
        own = [
            r for r in rows
            if r["product"] == product and r["channel"] == channel["channel"]
            and window.start <= r["created_at"] < window.end
        ]  # fmt: skip
        key = {"product": product, "channel": channel["channel"], "source": channel["source"]}
        if product == "player" and week == 5:
            land_failure(store, run_id=f"week-{week}", window=window, error="503", now=NOW, **key)
            continue
        cut = product == "browser" and channel is SHOP and week in (3, 9)
        coverage = (
            Coverage(window.start + timedelta(days=2), window.end, capped=True) if cut else Coverage.whole(window)
        )
        kept = [r for r in own if coverage.reached is None or r["created_at"] >= coverage.reached]
        put(store, *kept, window=window, coverage=coverage, now=NOW, run_id=f"week-{week}", **key)


def _rows() -> Iterator[dict[str, Any]]:
    forum, reviews = recording("incidents/firefox_support.parquet"), recording("incidents/youtube_ios.parquet")
    with duckdb.connect() as con:
        con.execute("set TimeZone = 'UTC'")
        posts = con.execute(
            "select post_id::varchar, created_at, coalesce(title, ''), coalesce(text, '') from read_parquet($file)"
            " where created_at >= $first::timestamptz and created_at < $until::timestamptz order by created_at, post_id",
            {"file": str(forum), "first": str(FIRST), "until": str(UNTIL)},
        ).fetchall()
        said = con.execute(
            "select post_id::varchar, created_on + $moved::integer, coalesce(title, ''), coalesce(text, ''),"
            " rating::double, app_version from read_parquet($file)"
            " where created_on + $moved::integer between $first::date and $last::date order by created_on, post_id",
            {"file": str(reviews), "moved": MOVED.days, "first": str(FIRST), "last": str(UNTIL - timedelta(days=1))},
        ).fetchall()
    # Of the first five weeks only every third: they are there to be compared with.
    posts = [post for post in posts if post[1].date() >= WHOLE_FROM or _seed(post[0]) % 3 == 0]
    scores = earful.score([f"{title}\n{text}" for _, _, title, text, *_ in (*posts, *said)])
    compounds = [
        None if not scored else float(x) for x, scored in zip(scores["compound"], scores["scored"], strict=True)
    ]
    for (post_id, at, title, text), compound in zip(posts, compounds, strict=False):
        seed = _seed(post_id)
        channel, product = (SHOP if seed % 3 == 0 else FORUM), ("quiet" if seed % 97 == 0 else "browser")
        if product == "quiet" and channel is SHOP:
            product = "browser"
        yield _row(post_id, at, title, text, compound, product, channel)
    for (post_id, on, title, text, stars, version), compound in zip(said, compounds[len(posts) :], strict=True):
        at = datetime(on.year, on.month, on.day, 6 + _seed(post_id) % 17, tzinfo=UTC)
        yield _row(post_id, at, title, text, compound, "player", SHOP) | {"rating": stars, "app_version": version}


def _row(
    post_id: str, at: datetime, title: str, text: str, compound: float | None, product: str, channel: dict[str, str]
) -> dict[str, Any]:
    seed, told = _seed(post_id), f"{title} {text}".lower()
    topics = (
        {name: compound for name, words in TOPICS.items() if re.search(words, told)} if compound is not None else {}
    )
    return row(
        post_id, at.astimezone(UTC), compound, **channel, product=product, title=title, text=text,
        author=f"author-{seed % 1500}", likes=seed % 5, language="en", market=("us", "de", "fr", "gb")[seed % 4],
        rating=float(1 + seed % 5) if channel is SHOP else None, app_version=f"13{at.month % 4}" if channel is SHOP else None,
        nps=seed % 11 if channel is FORUM and seed % 4 == 0 else None,
        topics=None if compound is None else named(**{name: float(each) for name, each in topics.items() if each is not None}),
    )  # fmt: skip


def _seed(post_id: str) -> int:
    return int(md5(post_id.encode(), usedforsecurity=False).hexdigest()[:8], 16)
