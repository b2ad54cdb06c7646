"""A small published file for the page's tests: the contract's views as tables, filled from plain records."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pyarrow as pa
from published_story import story

import earful
from earful import warehouse
from earful.warehouse import open_store

Row = dict[str, Any]

LAST = date(2026, 11, 22)  # the file is published in the night after it

#: The views and tables that the page reads.
READ = (
    "meta", "products", "topics", "posts", "daily_sentiment", "trend", "coverage_gaps", "worst_posts", "by_version",
    "by_market", "by_topic", "freshness", "verdicts", "what_changed", "episode_causes", "level", "emerging_words", "releases",
    "release_effect", "weakness_radar", "nps_summary", "nps_topics", "share_of_voice", "calibration", "robust_daily",
    "bursts", "recovery", "spam_episodes", "this_week", "alarm_answers", "incidents", "daily", "daily_topic",
)  # fmt: skip


@cache
def columns() -> dict[str, dict[str, str]]:
    """Columns and types of what the page reads, as an empty store publishes it."""
    with TemporaryDirectory() as folder:
        published = Path(folder) / "earful.duckdb"
        with open_store(Path(folder) / "store.duckdb", time_zone="UTC") as store:
            warehouse.publish(store, published)
        with duckdb.connect(str(published), read_only=True) as con:
            found: dict[str, dict[str, str]] = {}
            for table, column, kind in con.execute(
                "select table_name, column_name, data_type from duckdb_columns() order by table_name, column_index"
            ).fetchall():
                found.setdefault(table, {})[column] = kind
    return {table: found[table] for table in READ}


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a product: ``mean`` is of the ``scored`` among the ``posts``."""

    day: date
    posts: int
    scored: int
    mean: float | None
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Product:
    """A product with its days (oldest first, without holes) and rows of the other views, product columns left out."""

    slug: str
    name: str
    own: bool = True
    days: Sequence[Day] = ()
    markets: Sequence[Row] = ()
    versions: Sequence[Row] = ()
    worst: Sequence[Row] = ()
    channels: Sequence[Row] = field(default=({"channel": "store", "source": "app_store", "status": "ok"},))
    gaps: Sequence[Row] = ()
    more: Mapping[str, Sequence[Row]] = field(default_factory=dict)  # rows of any other view


def publish(path: Path, products: Iterable[Product], **meta: str) -> Path:
    """The published file with these products."""
    told = {
        "published_at": "2026-11-23T01:14:00+00:00",
        "earful_version": earful.__version__,
        "schema_version": "1",
        "time_zone": "Europe/Berlin",
        "scorer_version": "vaderSentiment 3.3.2",
    } | meta
    with duckdb.connect(str(path)) as con:
        for table, fields in columns().items():
            typed = ", ".join('"' + name + '" ' + kind for name, kind in fields.items())
            con.execute(f"create table {table} ({typed})")
        _insert(con, "meta", [{"key": key, "value": value} for key, value in told.items()])
        for product in products:
            _insert(con, "products", [{"product": product.slug, "name": product.name, "own": product.own}])
            whose = {"product": product.slug, "product_name": product.name, "own": product.own}
            _insert(con, "trend", [whose | row for row in _trend(product.days)])
            _insert(con, "daily_sentiment", [whose | _daily(day) for day in product.days if day.posts])
            for table, rows in (
                *product.more.items(),
                ("by_market", product.markets),
                ("by_version", product.versions),
                ("worst_posts", product.worst),
                ("freshness", [{"tracked": True, **row} for row in product.channels]),
                ("coverage_gaps", product.gaps),
            ):
                _insert(con, table, [whose | row for row in rows])
    path.chmod(0o444)
    return path


def steady(count: int, *, last: date = LAST, posts: int = 40, mean: float = 0.1, complete: bool = True) -> list[Day]:
    """``count`` days alike, ending on ``last``; one post in ten is unscored."""
    first = last - timedelta(days=count - 1)
    return [Day(first + timedelta(days=n), posts, posts - posts // 10, mean, complete) for n in range(count)]


def five(days: int = 120) -> list[Product]:
    """Five products as a busy team would have them: a bad release, an outage, few posts, long names, full tables."""
    names = [
        ("orbit", "Orbit Mail", True, 90, 0.21),
        ("lumen", "Lumen Calendar for Teams and Families", True, 35, 0.12),
        ("tern", "Tern", True, 6, 0.05),
        ("bigmail", "BigMail", False, 400, 0.02),
        ("daybook", "Daybook", False, 18, 0.16),
    ]
    return [_busy(*name, days=days, seed=seed) for seed, name in enumerate(names)]


def _busy(slug: str, name: str, own: bool, posts: int, mean: float, *, days: int, seed: int) -> Product:
    rng = random.Random(seed)
    line = []
    for back in range(days - 1, -1, -1):
        day = LAST + timedelta(days=1) - timedelta(days=back)
        n = max(0, round(rng.gauss(posts, posts**0.5) * (0.7 if day.weekday() > 4 else 1)))
        scored = round(n * 0.85)
        dip = 0.25 if slug == "orbit" and 20 <= back < 26 else 0
        value = max(-1.0, min(1.0, rng.gauss(mean - dip, 0.45 / max(scored, 1) ** 0.5))) if scored else None
        complete = back > 0 and not (slug == "orbit" and 60 <= back < 64)
        line.append(Day(day, n if complete else n // 3, scored if complete else scored // 3 or 1, value, complete))
    return Product(
        slug,
        name,
        own,
        line,
        markets=[_market(code, n, rng) for n, code in enumerate(["us", "gb", "de", "fr", "jp", "br", ""])],
        versions=[_version(n, rng) for n in range(12)] if own else [],
        worst=[_worst(n) for n in range(8)],
        channels=_channels(slug),
        gaps=[
            {
                "channel": "reddit", "gap_from": date(2026, 9, 21), "gap_to": date(2026, 9, 24), "days": 4,
                "reason": "never asked",
                "command": f"earful backfill --from 2026-09-21 --to 2026-09-24 --product {slug} --channel reddit",
            }
        ] if slug == "orbit" else [],
        more=story(slug, rng) if posts >= 18 else {},
    )  # fmt: skip


def _channels(slug: str) -> list[Row]:
    landed = datetime(2026, 11, 23, 1, 12)
    fine = {
        "last_landed_at": landed,
        "last_post_at": landed,
        "last_complete_day": LAST,
        "capped": False,
        "status": "ok",
    }
    rows: list[Row] = [
        {"channel": "app_store_rss", "source": "app_store", "posts_28d": 812, **fine},
        {
            "channel": "reddit",
            "source": "reddit",
            "posts_28d": 1650,
            **fine,
            "capped": True,
            "note": "Reddit lists about 1,000 items",
        },
    ]
    if slug == "orbit":
        rows.append(
            {
                "channel": "google_play_api", "source": "google_play", "posts_28d": 96, **fine, "status": "failed",
                "last_complete_day": LAST - timedelta(days=2),
                "error": "the service answered 401; check GOOGLE_APPLICATION_CREDENTIALS",
            }
        )  # fmt: skip
    return rows


def _market(code: str, n: int, rng: random.Random) -> Row:
    mean, before = rng.gauss(0.1, 0.1), rng.gauss(0.1, 0.1)
    return {
        "source": "app_store" if code else "reddit", "market": code, "posts": 400 // (n + 1),
        "scored": 380 // (n + 1) if n < 6 else 9, "mean_compound": mean, "rating_mean": 3.9 if code else None,
        "posts_before": 390 // (n + 1), "mean_before": before, "change": mean - before,
    }  # fmt: skip


def _version(n: int, rng: random.Random) -> Row:
    return {
        "app_version": f"7.{n}.{n % 3}", "first_day": LAST - timedelta(days=130 - 10 * n),
        "last_day": LAST - timedelta(days=max(0, 90 - 9 * n)), "posts": 20 * n + 4, "scored": 18 * n + 4,
        "mean_compound": rng.gauss(0.1, 0.1), "negative_share": 0.3, "rating_count": 12 * n + 2, "rating_mean": 3.7,
    }  # fmt: skip


def _worst(n: int) -> Row:
    words = "Since the update the app loses my drafts, signs me out twice a day and support has not answered. "
    return {
        "day": LAST - timedelta(days=n), "channel": "app_store_rss", "source": "app_store", "market": "us",
        "compound": -0.95 + n / 100, "rating": 1, "app_version": "7.9.0", "title": "Worst release in years",
        "text": words * (n + 1), "url": f"https://example.com/review/{n}", "post_id": f"r{n}",
    }  # fmt: skip


def _daily(day: Day) -> Row:
    positive, negative = day.scored // 2, day.scored // 4
    return {
        "day": day.day, "posts": day.posts, "scored": day.scored, "unscored": day.posts - day.scored,
        "positive": positive, "negative": negative, "neutral": day.scored - positive - negative,
        "mean_compound": day.mean, "positive_share": positive / day.scored if day.scored else None,
        "negative_share": negative / day.scored if day.scored else None,
        "rating_count": day.posts // 2, "rating_mean": 3.64 if day.posts // 2 else None, "channels": 1,
        "complete": day.complete, "scorer_version": "vaderSentiment 3.3.2",
    }  # fmt: skip


def _trend(days: Sequence[Day]) -> Iterable[Row]:
    for at, day in enumerate(days):
        row: Row = {
            "day": day.day, "posts": day.posts, "scored": day.scored, "mean_compound": day.mean,
            "complete": day.complete,
        }  # fmt: skip
        for span in (7, 28):
            window = [d for d in days[max(0, at - span + 1) : at + 1] if d.complete]
            scored = sum(d.scored for d in window)
            total = sum(d.scored * d.mean for d in window if d.mean is not None)
            row |= {
                f"posts_{span}d": sum(d.posts for d in window), f"scored_{span}d": scored, f"days_{span}d": len(window),
                f"mean_{span}d": total / scored if scored else None,
            }  # fmt: skip
        yield row


def _insert(con: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Row]) -> None:
    """Rows into a table, by name; keys the table has no column for are left out, columns without a key are null."""
    if rows:
        given = [name for name in columns()[table] if any(name in row for row in rows)]
        con.register("batch", pa.Table.from_pylist([{name: row.get(name) for name in given} for row in rows]))
        con.execute(f"insert into {table} by name select * from batch")
        con.unregister("batch")
