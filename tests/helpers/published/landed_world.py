"""A store with more of everything than a report shows, and with dates on every bound of its questions; published.

Orbit (ours) has three channels, a bad week, releases and launches, bursts; Nova is its competitor; Lull (ours) is
written about so seldom that its last complete day has no post.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from landing import DAY, HOUR, T0, named, put, row, span

from earful.connectors.base import Coverage
from earful.warehouse import land_failure, open_store, publish, register

DAYS = 80
UNTIL = (T0 + DAYS * DAY).date()
#: The days of the bad week, by number.
BAD = range(70, 76)
SHOP = {"channel": "shop", "source": "app_store", "kind": "review"}
PLAY = {"channel": "play", "source": "google_play", "kind": "review"}
FORUM = {"channel": "rd", "source": "reddit"}
#: Channel, posts a day, mean on usual days and in the bad week.
CHANNELS = ((SHOP, 28, 0.3, -0.25), (PLAY, 14, 0.0, 0.35), (FORUM, 12, 0.3, 0.2))
#: What a topic adds to a post's score in the bad week.
TOPICS = {"ads": -0.3, "content": 0.3, "crashes": -0.1, "login": -0.35, "price": 0.12, "speed": 0.02, "updates": -0.2}
#: Product, day by number, name: on both ends of the digest's 28 days, two on one day, one name of two products.
LAUNCHES = (
    ("orbit", 50, "Before"), ("orbit", 51, "Too old"), ("orbit", 52, "Spring"), ("orbit", 52, "Autumn"),
    ("orbit", 60, "Alpha"), ("nova", 60, "Zeta"), ("nova", 62, "Spring"), ("orbit", 79, "Yesterday"),
    ("orbit", 80, "Today"), ("orbit", 90, "Some day"),
)  # fmt: skip
#: Product, first day and last by number, posts.
BURSTS = (
    ("orbit", 51, 52, 7), ("orbit", 53, 53, 6), ("orbit", 60, 62, 9), ("orbit", 66, 66, 6), ("nova", 64, 65, 8),
    ("orbit", 72, 72, 5), ("orbit", 73, 73, 5), ("nova", 78, 79, 6),
)  # fmt: skip
#: Two versions of one day, which no number puts in order.
EARLY = {("play", 10, 0): "beta", ("play", 10, 1): "alpha"}
_WORDS = ("crashed", "refused", "logged", "vanished", "charged", "stalled", "restarted", "blocked")


@dataclass(frozen=True, slots=True)
class World:
    """The published file, and the rows that were landed."""

    path: Path
    rows: tuple[dict[str, Any], ...]


def day(number: int) -> date:
    """The calendar day of a day's number."""
    return (T0 + number * DAY).date()


def orbit() -> list[dict[str, Any]]:
    """The usual posts of Orbit: reviews with stars, of nine versions; thumbs on one channel; two languages."""
    rng, out, topics = np.random.default_rng(7), [], list(TOPICS)
    for channel, a_day, usual, bad in CHANNELS:
        for d in range(DAYS):
            for i, noise in enumerate(rng.normal(0, 0.3, a_day)):
                topic = topics[(i + d) % len(topics)]
                mean = bad + TOPICS[topic] if d in BAD else usual
                score = round(float(np.clip(mean + noise, -0.99, 0.99)), 4)
                review = channel is not FORUM
                out.append(
                    row(
                        f"{channel['channel']}-{d}-{i}", T0 + d * DAY + i % 23 * HOUR, score, **channel,
                        topics=named(**{topic: score}), market=("us", "de", "fr")[i % 3] if review else "",
                        rating=min(5, max(1, round(3 + 2 * score))) if review else None,
                        recommended=score > 0 if channel is PLAY else None,
                        app_version=f"1.{d // 9}" if channel is SHOP else EARLY.get((channel["channel"], d, i)),
                        language="de" if channel is PLAY and i % 7 == 0 else "en", likes=i % 4,
                    )
                )  # fmt: skip
    return out


def nova() -> list[dict[str, Any]]:
    """Eight reviews a day of the competitor, of another version every tenth day."""
    return [
        row(
            f"nova-{d}-{i}", T0 + d * DAY + i * HOUR, 0.1 + i % 3 / 10, product="nova", **SHOP, market="us",
            rating=1 + (d + i) % 5, app_version=f"7.{d // 10}", topics=named(login=0.1 + i % 3 / 10),
        )
        for d in range(DAYS)
        for i in range(8)
    ]  # fmt: skip


def lull() -> list[dict[str, Any]]:
    """Two posts on most days from 30 to 77, none on 78, one on 79; scores on both bounds, some unscored."""
    scores = (0.05, -0.05, 0.0499, None, 0.8, -0.0499, -0.7)
    days = [d for d in range(30, 78) if d % 5] + [79]
    return [
        row(f"lull-{d}-{i}", T0 + d * DAY + (4 + 12 * i) * HOUR, scores[(2 * d + i) % 7], product="lull")
        for d in days
        for i in range(2 if d < 78 else 1)
    ]


def bursts() -> list[dict[str, Any]]:
    """The same words again and again, and one author on one day."""
    out = []
    for number, (product, first, last, count) in enumerate(BURSTS):
        text = " ".join(f"{word}{number}" for word in _WORDS)
        for n in range(count):
            d = first + n % (last - first + 1)
            out.append(
                row(f"burst-{number}-{n}", T0 + d * DAY + n * HOUR, -0.4, text=text, product=product, **SHOP,
                    market="us", rating=1)
            )  # fmt: skip
    at = T0 + 66 * DAY
    out += [row(f"loud-{n}", at + n * HOUR, 0.2, author="loud", text=f"again {n}", **SHOP) for n in range(6)]
    return out


def build(folder: Path) -> World:
    """Land all of it and publish in the night after the last day."""
    rows = orbit() + nova() + lull() + bursts()
    now = datetime(UNTIL.year, UNTIL.month, UNTIL.day, 3, tzinfo=UTC)
    with open_store(folder / "store.duckdb", time_zone="UTC") as store:
        register(
            store,
            [("orbit", "Orbit", True), ("nova", "Nova", False), ("lull", "Lull", True)],
            [("shop", "app_store", "app_store_rss"), ("play", "google_play", "files"), ("rd", "reddit", "reddit")],
            [("login", "Login and account")],
            launches=[(product, day(n), name, None) for product, n, name in LAUNCHES],
        )
        for product, channel in (*(("orbit", c[0]) for c in CHANNELS), ("nova", SHOP)):
            own = [r for r in rows if r["product"] == product and r["channel"] == channel["channel"]]
            put(
                store, *own, product=product, window=span(0, DAYS), now=now, channel=channel["channel"],
                source=channel["source"],
            )  # fmt: skip
        own = [r for r in rows if r["product"] == "lull"]
        for first, last, share in ((30, 74, 1.0), (74, 75, 0.5), (75, 79, 1.0), (79, 80, 0.5)):
            asked = span(first, last)
            came = Coverage(asked.end - share * (asked.end - asked.start), asked.end, capped=share < 1)
            inside = [r for r in own if asked.start <= r["created_at"] < asked.end]
            put(store, *inside, product="lull", window=asked, coverage=came, now=now, run_id=f"lull-{first}")
        land_failure(
            store, run_id="failed", product="lull", window=span(79, 80), error="503", now=now, channel="shop",
            source="app_store",
        )  # fmt: skip
        return World(publish(store, folder / "earful.duckdb", now=now).path, tuple(rows))


def before(number: int) -> date:
    """So many days before the day of publishing."""
    return UNTIL - timedelta(days=number)
