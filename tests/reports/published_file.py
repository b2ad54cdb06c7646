"""A small published file for the page's tests: the contract's views as tables, filled from plain records."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

Row = dict[str, Any]

LAST = date(2026, 11, 22)  # the file is published in the night after it

COLUMNS = {
    "meta": "key varchar, value varchar",
    "products": "product varchar, name varchar, own boolean",
    "daily_sentiment": """day date, product varchar, product_name varchar, own boolean, posts bigint, scored bigint,
        unscored bigint, positive bigint, neutral bigint, negative bigint, mean_compound double, positive_share double,
        negative_share double, rating_count bigint, rating_mean double, recommend_share double, channels bigint,
        complete boolean, scorer_version varchar""",
    "trend": """day date, product varchar, product_name varchar, own boolean, posts bigint, scored bigint,
        mean_compound double, posts_7d bigint, scored_7d bigint, mean_7d double, days_7d bigint, posts_28d bigint,
        scored_28d bigint, mean_28d double, days_28d bigint, complete boolean""",
    "coverage_gaps": """product varchar, channel varchar, gap_from date, gap_to date, days bigint, reason varchar,
        command varchar""",
    "worst_posts": """day date, product varchar, product_name varchar, own boolean, channel varchar, source varchar,
        market varchar, compound double, rating tinyint, app_version varchar, title varchar, text varchar, url varchar,
        post_id varchar""",
    "nps_daily": """day date, product varchar, product_name varchar, nps_count bigint, promoters bigint,
        passives bigint, detractors bigint, nps double, nps_low double, nps_high double, complete boolean""",
    "by_version": """product varchar, product_name varchar, app_version varchar, first_day date, last_day date,
        posts bigint, scored bigint, mean_compound double, negative_share double, rating_count bigint,
        rating_mean double""",
    "by_market": """product varchar, product_name varchar, source varchar, market varchar, posts bigint, scored bigint,
        mean_compound double, rating_mean double, posts_before bigint, mean_before double, change double""",
    "freshness": """product varchar, product_name varchar, channel varchar, source varchar, last_landed_at timestamp,
        last_post_at timestamp, last_complete_day date, capped boolean, note varchar, posts_28d bigint, status varchar,
        error varchar""",
}


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
    nps: Sequence[Row] = ()
    markets: Sequence[Row] = ()
    versions: Sequence[Row] = ()
    worst: Sequence[Row] = ()
    channels: Sequence[Row] = field(default=({"channel": "store", "source": "app_store", "status": "ok"},))
    gaps: Sequence[Row] = ()


def publish(path: Path, products: Iterable[Product], **meta: str) -> Path:
    """The published file with these products."""
    told = {
        "published_at": "2026-11-23T01:14:00+00:00",
        "earful_version": "0.1.0",
        "schema_version": "1",
        "time_zone": "Europe/Berlin",
        "scorer_version": "vaderSentiment 3.3.2",
    } | meta
    with duckdb.connect(str(path)) as con:
        for table, columns in COLUMNS.items():
            con.execute(f"create table {table} ({columns})")
        _insert(con, "meta", [{"key": key, "value": value} for key, value in told.items()])
        for product in products:
            _insert(con, "products", [{"product": product.slug, "name": product.name, "own": product.own}])
            whose = {"product": product.slug, "product_name": product.name, "own": product.own}
            _insert(con, "trend", [whose | row for row in _trend(product.days)])
            _insert(con, "daily_sentiment", [whose | _daily(day) for day in product.days if day.posts])
            for table, rows in (
                ("nps_daily", product.nps),
                ("by_market", product.markets),
                ("by_version", product.versions),
                ("worst_posts", product.worst),
                ("freshness", product.channels),
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
        nps=[_nps(day.day, rng) for day in line[-60::4]] if slug == "orbit" else [],
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


def _nps(day: date, rng: random.Random) -> Row:
    promoters, passives, detractors = rng.randint(2, 9), rng.randint(1, 5), rng.randint(0, 4)
    return {
        "day": day, "nps_count": promoters + passives + detractors, "promoters": promoters, "passives": passives,
        "detractors": detractors, "complete": True,
    }  # fmt: skip


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
    names = [column.split()[0] for column in COLUMNS[table].split(",")]
    if rows:
        batch = pa.Table.from_pylist([{name: row.get(name) for name in names} for row in rows])
        con.register("batch", batch)
        con.execute(f"insert into {table} by name select * from batch")
        con.unregister("batch")
