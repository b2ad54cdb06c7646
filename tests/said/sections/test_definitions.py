"""What the page's captions and terms define, on a store of which each number is known: a gap in it, and an old end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
import said_sections
from landing import DAY, HOUR, T0, put, row, span, viewed
from said_clauses import lines

from earful.connectors.base import Coverage
from earful.reports.glossary import TERMS
from earful.warehouse import Store, open_store, publish, query, register

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


def before_reading(store: str) -> str:
    """A page up to its list of terms."""
    return said_sections.page(store).partition('aria-labelledby="reading-h"')[0]


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


def test_what_is_of_complete_days_and_what_is_of_all_posts(store: Store, tmp_path: Path) -> None:
    path = publish(store, tmp_path / "earful.duckdb", now=T0 + 90 * DAY).path
    found = query(
        path,
        "select t.posts_7d, t.days_7d, d.complete, (select sum(posts) from by_version where app_version <> '') as versions, v.verdict"
        " from trend as t join daily_sentiment as d using (product, day) join verdicts as v using (product, day)"
        " where day = date '2026-05-03' and slice_kind = 'product' and metric = 'sentiment'",
    )
    assert list(found.rows) == [(5 * 4, 4, False, 5 * 70, "incomplete day")], "days 60 to 62 are in no 7-day mean"


@pytest.mark.parametrize("store", ["few posts", "thin"])
def test_the_mean_of_few_posts_is_marked(store: str) -> None:
    text = lines(before_reading(store))
    counts = re.findall(r"n = ([\d,]*\d)(, few posts)?", text)
    assert {bool(few) for _, few in counts} == {True, False}
    assert all(bool(few) == (int(n.replace(",", "")) < 15) for n, few in counts), counts


def test_every_table_of_the_page_ends_with_its_sql() -> None:
    for store, least in (("whole", 18), ("long tables", 5)):
        html = before_reading(store)
        tables = html.split("<table")[1:]
        # What a product's heading or the next section begins ends what belongs to a table.
        ends = [re.split(r"<h2|<section|<h3", table)[0] for table in tables]
        without = [end for end in ends if 'class="source"' not in end]
        assert len(tables) >= least
        assert [re.sub(r"<[^>]+>", " ", end)[:80] for end in without] == []


def test_every_term_stands_on_the_page_where_it_is_explained() -> None:
    html = body = before_reading("whole")
    assert {term for term in TERMS if not re.search(rf"\b{re.escape(term)}\b", body, re.IGNORECASE)} == set()
    shown = dict(re.findall(r'<abbr title="([^"]*)">([^<]*)</abbr>', html))
    assert {unescape(title) for title in shown} <= {meaning.partition(". ")[0] for meaning in TERMS.values()}
    assert len(shown) > 9


def test_versions_are_over_all_days(store: Store) -> None:
    (version,) = viewed(
        store, "select first_day, last_day, posts from by_version where app_version = '1.0'", "by_version"
    )
    assert version == {"first_day": T0.date(), "last_day": LAST, "posts": 5 * 70}


def test_a_channel_s_posts_are_of_the_28_days_to_the_product_s_newest_one(store: Store) -> None:
    found = viewed(store, "select channel, posts_28d from freshness", "freshness")
    assert {r["channel"]: r["posts_28d"] for r in found} == {"rd": 5 * 28, "old": 0}
