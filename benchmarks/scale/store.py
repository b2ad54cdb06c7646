"""A store of any size and a night for it, made in seconds and always the same: what benchmarks.scale measures on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from earful.connectors.base import Coverage, Window
from earful.warehouse import Landing, open_store
from earful.warehouse.aggregates.recompute import clear_touched, recompute
from earful.warehouse.landing.rows import SCHEMA
from earful.warehouse.statements import run_text

SQL = Path(__file__).parents[1] / "sql"
SCORER = "vaderSentiment 3.3.2"
CHANNELS, PRODUCTS, TOPICS = 8, 20, 12
FIRST_DAY = date(2023, 1, 1)


@dataclass(frozen=True, slots=True)
class Size:
    """So many posts over so many days; words are kept of the last ``kept_days``."""

    posts: int
    days: int
    kept_days: int = 90

    @property
    def last_day(self) -> date:
        """The last day with posts."""
        return FIRST_DAY + timedelta(days=self.days - 1)

    @property
    def now(self) -> datetime:
        """When the night after the last day begins (UTC)."""
        return datetime.combine(self.last_day, time(), UTC) + timedelta(days=2)


def build(path: Path, size: Size) -> None:
    """Write a store of that size: generated posts, and their aggregates as the landing computes them."""
    with open_store(path, time_zone="UTC") as store:
        run_text(
            store.con,
            (SQL / "scale_posts.sql").read_text(encoding="utf-8"),
            {
                "posts": size.posts,
                "days": size.days,
                "products": PRODUCTS,
                "channels": CHANNELS,
                "topics": TOPICS,
                "first_day": FIRST_DAY,
                "last_day": size.last_day,
                "kept_days": size.kept_days,
                "scorer_version": SCORER,
            },
        )
        for channel in range(CHANNELS):
            with store.transaction() as con:
                clear_touched(con)
                name = {"channel": f"channel_{channel}"}
                con.execute(
                    "insert into touched select distinct product, day from posts where channel = $channel", name
                )
                recompute(con, name["channel"], size.now)
        store.con.execute("checkpoint")


def night(size: Size, posts: int, folder: Path) -> list[Landing]:
    """The landings of the night after the store's last day, spooled in ``folder`` as a run spools them.

    ``posts`` new posts of that day, and a few of the day before again, spread over all channels and products.
    """
    folder.mkdir(parents=True, exist_ok=True)
    day = size.last_day + timedelta(days=1)
    start = datetime.combine(day, time(), UTC)
    window = Window(start - timedelta(hours=12), size.now)
    landings = []
    pairs = [(c, p) for c in range(CHANNELS) for p in range(PRODUCTS)]
    for at, (channel, product) in enumerate(pairs):
        new = posts // len(pairs) + (at < posts % len(pairs))
        file = folder / f"{at:05d}.parquet"
        pq.write_table(frame(channel, product, new, start, seed=at), file)
        landings.append(
            Landing(
                run_id="the-night",
                channel=f"channel_{channel}",
                source=f"source_{channel}",
                product=f"product-{product}",
                window=window,
                coverage=Coverage.whole(window),
                scorer_version=SCORER,
                now=size.now,
                rows=[file],
            )
        )
    return landings


def million(file: Path, posts: int) -> None:
    """A Parquet file of so many scored posts of one channel and product over a year, as a backfill brings them."""
    start = datetime.combine(FIRST_DAY, time(), UTC)
    with pq.ParquetWriter(file, pa.schema([(f.name, f.type) for f in SCHEMA])) as out:
        step = 100_000
        for at, begin in enumerate(range(0, posts, step)):
            out.write_table(frame(0, 0, min(step, posts - begin), start, seed=at, days=365))


def landing_of(file: Path) -> Landing:
    """The landing of such a file."""
    window = Window(datetime.combine(FIRST_DAY, time(), UTC), datetime.combine(FIRST_DAY, time(), UTC) + timedelta(365))
    return Landing(
        run_id="backfill",
        channel="channel_0",
        source="source_0",
        product="product-0",
        window=window,
        coverage=Coverage.whole(window),
        scorer_version=SCORER,
        now=window.end + timedelta(days=1),
        rows=[file],
    )


def frame(channel: int, product: int, posts: int, start: datetime, *, seed: int, days: int = 1) -> Any:  # noqa: ANN401
    """Scored posts of one channel and product in the days from ``start``, as an Arrow table of rows.SCHEMA."""
    draw = np.random.default_rng(seed)
    begin = np.datetime64(start.replace(tzinfo=None), "us")
    created = begin + draw.integers(0, days * 86_400_000_000, posts).astype("timedelta64[us]")
    compound = np.round(draw.uniform(-1, 1, posts), 4)
    ids = [f"new{seed:04d}{n:07d}" for n in draw.permutation(posts)]
    words = draw.integers(0, 2**62, posts)
    values: dict[str, Any] = {
        "source": f"source_{channel}",
        "channel": f"channel_{channel}",
        "post_id": ids,
        "kind": "review",
        "product": f"product-{product}",
        "market": "us" if channel % 2 == 0 else "",
        "created_at": pa.array(created).cast(pa.timestamp("us")).cast(pa.timestamp("us", "UTC")),
        "author": [f"{w:032x}" for w in words],
        "title": [f"Title of {i}" for i in ids],
        "text": [
            f"Since the update {w} crashes, and {w % 977} is slow; support said nothing of {i}"
            for w, i in zip(words, ids, strict=True)
        ],
        "rating": draw.integers(1, 6, posts) if channel < 4 else None,
        "app_version": "9.1" if channel < 4 else None,
        "likes": draw.integers(0, 40, posts),
        "url": [f"https://example.org/product-{product}/posts/{i}" for i in ids],
        "language_hint": "en",
        "reply_count": draw.integers(0, 3, posts),
        "language": "en",
        "scored": True,
        "compound": compound,
        "positive": 0.2,
        "neutral": 0.7,
        "negative": 0.1,
        "vader_compound": compound,
        "capped": False,
        "topics": [
            [{"topic": f"topic-{(w + 5 * i) % TOPICS}", "compound": 0.25, "sentences": 1} for i in range(w % 3)]
            for w in words.tolist()
        ],
    }
    return pa.table({f.name: _column(values.get(f.name), f.type, posts) for f in SCHEMA})


def _column(value: Any, kind: Any, n: int) -> Any:  # noqa: ANN401
    if value is None:
        return pa.nulls(n, kind)
    if isinstance(value, str | float | bool):
        return pa.array([value] * n, kind)
    return pa.array(value, kind) if isinstance(value, list) else pa.array(value).cast(kind)
