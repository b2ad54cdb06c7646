"""What the page's captions and terms define, on a store of which each number is known: a gap in it, and an old end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from landing import DAY, HOUR, T0, put, row, span, viewed

from earful.connectors.base import Coverage
from earful.warehouse import Store, open_store, register

#: By number, the days of 70 of which nobody knows whether they are whole; there are posts all the same.
GAP = range(60, 63)
LAST = (T0 + 69 * DAY).date()
SCORES = (0.05, 0.0499, -0.0499, -0.05, None)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Five reviews a day on days 0 to 69, each with a score on or beside a bound; another channel ended on day 9."""
    with open_store(tmp_path_factory.mktemp("defined") / "store.duckdb", time_zone="UTC") as made:
        register(made, [("orbit", "Orbit", True)], [("rd", "reddit", "x"), ("old", "reddit", "x")])
        posts = [
            row(
                f"{d}-{n}", T0 + d * DAY + n * HOUR, score, market="us", app_version="1.0", kind="review", rating=n + 1,
            )
            for d in range(70)
            for n, score in enumerate(SCORES)
        ]  # fmt: skip
        asked = span(0, 70)
        put(made, *posts, window=asked, coverage=Coverage(asked.start, asked.end, missing=(span(60, 63),)))
        old = [row(f"old-{d}", T0 + d * DAY, 0.9, channel="old") for d in range(10)]
        put(made, *old, channel="old", window=span(0, 10))
        yield made


def test_positive_and_negative_begin_at_the_bounds_that_the_page_names(store: Store) -> None:
    (found,) = viewed(
        store, "select sum(positive) as p, sum(neutral) as z, sum(negative) as n, sum(unscored) as u from daily where channel = 'rd'"
    )  # fmt: skip
    assert found == {"p": 70, "z": 140, "n": 70, "u": 70}


def test_markets_are_of_the_28_days_to_the_newest_post_incomplete_ones_too(store: Store) -> None:
    (market,) = viewed(store, "select posts, posts_before from by_market where market = 'us'", "by_market")
    assert market == {"posts": 5 * 28, "posts_before": 5 * 28}
    (gone,) = viewed(
        store,
        "select count(*) as days from coverage_daily where complete and day between date '2026-05-01' and date '2026-05-03'",
    )
    assert gone == {"days": 0}


def test_versions_are_over_all_days(store: Store) -> None:
    (version,) = viewed(
        store, "select first_day, last_day, posts from by_version where app_version = '1.0'", "by_version"
    )
    assert version == {"first_day": T0.date(), "last_day": LAST, "posts": 5 * 70}


def test_a_channel_s_posts_are_of_the_28_days_to_the_product_s_newest_one(store: Store) -> None:
    found = viewed(store, "select channel, posts_28d from freshness", "freshness")
    assert {r["channel"]: r["posts_28d"] for r in found} == {"rd": 5 * 28, "old": 0}
