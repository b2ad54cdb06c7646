"""The numbers of touched days (aggregates/recompute.sql): any posts, by plain Python, beside days and channels that stay."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import duckdb
import pytest
from bare_tables import add, asked, bare_tables

from earful.warehouse.statements import run

NOW = datetime(2026, 3, 9, 4)
BEFORE = datetime(2026, 3, 1)
#: What is to be computed of channel rd, a day twice.
TOUCHED = [("orbit", 2), ("orbit", 4), ("orbit", 2), ("nova", 3)]
#: Product, channel and day to whether it is complete and suspect; what is not here is neither.
COVERED = {
    ("orbit", "rd", 2): (True, False), ("orbit", "rd", 4): (False, True), ("orbit", "st", 2): (False, True),
    ("nova", "rd", 2): (True, True), ("nova", "st", 3): (True, True), ("orbit", "rd", 3): (True, True),
}  # fmt: skip
TABLES = {"daily": "market", "daily_version": "app_version", "daily_topic": "topic"}


@pytest.fixture(scope="module")
def tables() -> Iterator[duckdb.DuckDBPyConnection]:
    with bare_tables() as opened:
        opened.execute("create temp table touched (product varchar, day date)")
        yield opened


def post(drawn: random.Random, product: str, channel: str, day: int) -> dict[str, Any]:
    """Of scores, stars and answers those on a bound are likely."""
    scored = drawn.random() < 0.8
    score = drawn.choice([0.05, -0.05, 0.0499, -0.0499, 0.0, 0.8125, -0.9999])
    named = [
        {"topic": name, "compound": drawn.choice([0.05, -0.05, 0.0, 0.5, -0.25]), "sentences": 1}
        for name in ("ads", "ui")
    ]
    return {
        "product": product, "channel": channel, "day": date(2026, 3, day), "post_id": str(drawn.random()),
        "source": drawn.choice(["reddit", "steam"]), "market": drawn.choice(["", "de", "us"]),
        "app_version": drawn.choice([None, "1.0"]), "author": drawn.choice([None, "x", "y", "z"]),
        "rating": drawn.choice([None, 1.0, 1.4999, 1.5, 4.5]), "nps": drawn.choice([None, 0, 6, 7, 8, 9, 10]),
        "recommended": drawn.choice([None, True, False]), "likes": drawn.choice([None, -4, 0, 1, 7]), "scored": scored,
        "compound": score if scored else None, "vader_compound": drawn.choice([score, 0.25, None]) if scored else None,
        "topics": drawn.sample(named, drawn.randrange(3)) if scored else None, "scorer_version": drawn.choice(["v1", "v1", "v2"]),
    }  # fmt: skip


def whole(value: float) -> int:
    return round(value * 10000)


def numbers(posts: list[dict[str, Any]], scores: list[int | None]) -> dict[str, Any]:
    """What is counted of posts whose scores, or those of what they say about a topic, are these (ten-thousandths)."""
    said = [s for s in scores if s is not None]
    stars = [whole(p["rating"]) for p in posts if p["rating"] is not None]
    nps = [p["nps"] for p in posts if p["nps"] is not None]
    thumbs = [p["recommended"] for p in posts if p["recommended"] is not None]
    weights = [(1 + max(p["likes"] or 0, 0), s) for p, s in zip(posts, scores, strict=True) if s is not None]
    versions = {p["scorer_version"] for p in posts}
    return {
        "source": max(p["source"] for p in posts), "posts": len(posts), "scored": len(said), "unscored": len(posts) - len(said),
        "positive": sum(s >= 500 for s in said), "neutral": sum(-500 < s < 500 for s in said),
        "negative": sum(s <= -500 for s in said), "compound_sum": sum(said) / 1e4,
        "compound_sq_sum": sum(s * s for s in said) / 1e8, "mean_compound": sum(said) / 1e4 / len(said) if said else None,
        "vader_compound_sum": sum(whole(p["vader_compound"] or 0) for p in posts) / 1e4, "rating_count": len(stars),
        "rating_sum": sum(stars) / 1e4, "rating_sq_sum": sum(s * s for s in stars) / 1e8,
        "one_star": sum(s < 15000 for s in stars), "nps_count": len(nps), "nps_promoters": sum(n >= 9 for n in nps),
        "nps_passives": sum(n in {7, 8} for n in nps), "nps_detractors": sum(n <= 6 for n in nps),
        "recommend_count": len(thumbs), "recommend_yes": sum(thumbs), "likes_weight": sum(w for w, _ in weights),
        "likes_weighted_sum": sum(w * s for w, s in weights) / 1e4, "authors": len({p["author"] for p in posts} - {None}),
        "scorer_version": versions.pop() if len(versions) == 1 else "mixed", "updated_at": NOW,
    }  # fmt: skip


def expected(posts: list[dict[str, Any]], table: str) -> list[dict[str, Any]]:
    """The rows of a table for the touched days of channel rd."""
    groups: dict[tuple[str, int, str], list[tuple[dict[str, Any], int | None]]] = defaultdict(list)
    for p in posts:
        key = (p["product"], p["day"].day)
        if p["channel"] != "rd" or key not in TOUCHED:
            continue
        own = None if p["compound"] is None else whole(p["compound"])
        if table == "daily_topic":
            for topic in p["topics"] or []:
                groups[(*key, topic["topic"])].append((p, whole(topic["compound"])))
        else:
            groups[(*key, p[TABLES[table]] or "")].append((p, own))
    out = []
    for (product, day, part), found in groups.items():
        complete, suspect = COVERED.get((product, "rd", day), (False, False))
        values = numbers([p for p, _ in found], [s for _, s in found])
        values |= {
            "day": date(2026, 3, day),
            "product": product,
            "channel": "rd",
            TABLES[table]: part,
            "complete": complete,
        }
        if table == "daily":
            values["suspect"] = suspect
        if table == "daily_topic":
            values["post_compound_sum"] = sum(whole(p["compound"]) for p, _ in found) / 1e4
        out.append(values)
    return out


def ordered(rows: list[dict[str, Any]], part: str) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: (row["product"], row["day"], row[part]))


@pytest.mark.parametrize("seed", range(3))
def test_touched_days_have_the_numbers_of_their_posts_and_all_others_stay(
    con: duckdb.DuckDBPyConnection, seed: int
) -> None:
    drawn = random.Random(seed)
    spans = [
        (product, channel, day) for product in ("orbit", "nova") for channel in ("rd", "st") for day in (1, 2, 3, 4, 5)
    ]
    # One day has no posts any more.
    posts = [
        post(drawn, *span) for span in spans if span != ("nova", "rd", 3) or seed for _ in range(drawn.randrange(4, 14))
    ]
    add(con, "posts", *posts)
    stale = [
        {"product": p, "channel": c, "day": date(2026, 3, d), "updated_at": BEFORE, "posts": 99} for p, c, d in spans
    ]
    for table, part in TABLES.items():
        add(con, table, *({**row, part: "stale"} for row in stale))
    for (product, channel, day), (complete, suspect) in COVERED.items():
        ids = {"product": product, "channel": channel, "day": date(2026, 3, day)}
        add(con, "coverage_daily", {**ids, "complete": complete, "suspect": suspect})
    con.executemany("insert into touched values (?, ?)", [(p, date(2026, 3, d)) for p, d in TOUCHED])
    days = {"first_day": date(2026, 3, 2), "last_day": date(2026, 3, 4)}
    run(con, "aggregates/recompute", {"channel": "rd", "now": NOW, **days})
    for table, part in TABLES.items():
        columns = [name for name, *_ in asked(con, f"describe {table}")]
        rows = [
            dict(zip(columns, row, strict=True))
            for row in asked(con, f"select * from {table} where updated_at = '{NOW}'")
        ]
        assert ordered(rows, part) == ordered(expected(posts, table), part), table
        left = asked(
            con,
            f"select product, channel, extract(day from day) from {table} where updated_at = '{BEFORE}' order by all",
        )
        assert left == sorted(s for s in spans if s[1] == "st" or (s[0], s[2]) not in TOUCHED), table
        assert asked(con, f"select distinct {part}, posts from {table} where updated_at = '{BEFORE}'") == [
            ("stale", 99)
        ]
