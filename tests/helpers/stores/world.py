"""One world for the tests of what is published: a generated store, always the same, with what small cases lack.

Two own products and competitors with three channels in common, in Berlin time; posts older than every window; values on
every bound (0.05 and -0.05, 15 posts, the first and the last day of a window); other counts of days on both sides of a
comparison; lists longer than their limits; one id in two products; thumbs and stars given and taken back; a product
whose days are complete and that nobody writes about. Tests work out from ``World.posts`` and ``World.complete``, in
plain Python, what the published file has to say.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from landing import put
from world_posts import (
    FAILED,
    LAST,
    LAUNCHES,
    MISSING,
    PRODUCTS,
    SOURCES,
    TOPICS,
    WHOLE,
    ZONE,
    Post,
    day,
    moment,
    plain_posts,
    reviews_by_night,
    special_posts,
    window,
)  # fmt: skip

from earful.connectors.base import Coverage
from earful.warehouse import Store, land_failure, open_store, publish, query, register

__all__ = ["LAST", "LAUNCHES", "NOW", "PRODUCTS", "TOPICS", "Post", "World", "build", "day", "moment"]

NOW = moment(LAST + 1, 3)


@dataclass(slots=True)
class World:
    """The published file, its store, and what was landed.

    ``posts``: every post as it is now, with its local ``day``. ``complete``: each (day, product, channel) that was
    covered whole. ``asked``: those and the ones that failed or did not come.
    """

    path: Path
    store: Path
    posts: list[Post] = field(default_factory=list)
    complete: set[tuple[date, str, str]] = field(default_factory=set)
    asked: set[tuple[date, str, str]] = field(default_factory=set)

    def of(self, product: str, channel: str | None = None, whole: bool = False) -> list[Post]:
        """The posts of a product, of one channel or all; ``whole``: of days that their channel covers whole only."""
        return [
            p
            for p in self.posts
            if p["product"] == product
            and channel in (None, p["channel"])
            and (not whole or (p["day"], product, p["channel"]) in self.complete)
        ]

    def days(self, product: str, channel: str | None = None) -> set[date]:
        """The days that a channel (or any) covers whole for a product."""
        return {d for d, p, c in self.complete if p == product and channel in (None, c)}

    def last_day(self, product: str) -> date:
        """The last day that any channel covers whole for a product."""
        return max(self.days(product))

    def ask(self, sql: str) -> list[dict[str, Any]]:
        """The rows of a query on the published file."""
        answer = query(self.path, sql, limit=100_000)
        return [dict(zip(answer.columns, values, strict=True)) for values in answer.rows]


def build(folder: Path) -> World:
    """Land the world, night by night, and publish it."""
    world = World(folder / "earful.duckdb", folder / "store.duckdb")
    plain = [*plain_posts(random.Random(12)), *special_posts()]
    reviews = reviews_by_night()
    with open_store(world.store, time_zone=str(ZONE)) as store:
        register(
            store,
            [(slug, name, own) for slug, (name, own) in PRODUCTS.items()],
            [(channel, source, source) for channel, source in SOURCES.items()],
            list(TOPICS.items()),
            [(product, day(d), name, version) for product, d, name, version in LAUNCHES],
            [("orbit", day(111), "Login"), ("nova", day(40), "Late"), ("nova", day(40), "Early")],
        )
        for (product, channel), spans in WHOLE.items():
            mine = [p for p in [*plain, *(p for p, _ in reviews)] if (p["product"], p["channel"]) == (product, channel)]
            for first, end in spans:
                _land(store, world, product, channel, (first, end), [p for p in mine if _in(p, first, end)])
        for (product, channel), (first, end) in FAILED.items():
            asked: dict[str, Any] = {"product": product, "channel": channel, "source": SOURCES[channel]}
            land_failure(store, run_id="failed", error="503", window=window(first, end), now=NOW, **asked)
            world.asked |= {(day(d), product, channel) for d in range(first, end)}
        states = [p for p, _ in reviews]
        for night in (0, 1):
            states = [p | edits[night] for p, (_, edits) in zip(states, reviews, strict=True)]
            _again(store, states, NOW + timedelta(days=night + 1))
        publish(store, world.path, now=NOW + timedelta(days=3))
    world.posts = [*plain, *states]
    return world


def _in(post: Post, first: int, end: int) -> bool:
    return bool(day(first) <= post["day"] < day(end))


def _land(store: Store, world: World, product: str, channel: str, span: tuple[int, int], posts: Iterable[Post]) -> None:
    asked = window(*span)
    out = MISSING.get((product, channel), (0, 0))
    lost = (window(*out),) if span[0] <= out[0] < out[1] <= span[1] else ()
    where = {"product": product, "channel": channel, "source": SOURCES[channel]}
    put(store, *posts, window=asked, coverage=Coverage(asked.start, asked.end, missing=lost), now=NOW, **where)
    every = set(range(*span))
    world.asked |= {(day(d), product, channel) for d in every}
    world.complete |= {(day(d), product, channel) for d in every - (set(range(*out)) if lost else set())}


def _again(store: Store, states: list[Post], now: datetime) -> None:
    """A later night: the reviews as they are by then, in a window of the last day that is asked for again."""
    for product, channel in sorted({(p["product"], p["channel"]) for p in states}):
        mine = [p for p in states if (p["product"], p["channel"]) == (product, channel)]
        put(
            store, *mine, window=window(LAST, LAST + 1), now=now, run_id="again", product=product, channel=channel,
            source=SOURCES[channel],
        )  # fmt: skip
