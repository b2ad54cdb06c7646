"""A product that is configured no more: out of shares and comparisons, its own history stays and can be asked for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from landing import DAY, HOUR, NOW, T0, named, put, row, span, viewed

from earful.connectors.base import Coverage
from earful.reports.data import Published
from earful.warehouse import Store, open_store, publish, query, register

NOON = T0 + 12 * HOUR
CHANNELS = [("rd", "reddit", "reddit"), ("app", "app_store", "app_store_rss")]
ALL = [("orbit", "Orbit", True), ("nova", "Nova", False), ("gone", "Gone", False), ("was", "Was", True)]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Four weeks of four products, two of which left the configuration since, as did a channel."""
    folder = tmp_path_factory.mktemp("untracked")
    with open_store(folder / "store.duckdb", time_zone="UTC") as store:
        register(store, ALL, CHANNELS, [("crashes", "Crashes")])
        for product, *_ in ALL:
            land(store, product)
        register(store, ALL[:2], CHANNELS[:1])
        yield publish(store, folder / "earful.duckdb", now=NOW).path


def land(store: Store, product: str) -> None:
    rows = [
        row(f"{product}{day}-{n}", NOON + day * DAY, 0.5 - n / 4, product=product, topics=named(crashes=-0.5))
        for day in range(28)
        for n in range(4)
    ]
    put(store, *rows, product=product, window=span(0, 28))


@pytest.mark.parametrize(
    "sql",
    [
        "select distinct product from share_of_voice",
        "select distinct product from level where comparison like 'competitor%'",
        "select other from level where other <> ''",
        "select product from this_week",
        "select product from weakness_radar",
        "select competitor from weakness_radar",
    ],
)
def test_shares_and_comparisons_leave_it_out(published: Path, sql: str) -> None:
    found = {product for (product,) in query(published, sql).rows}
    assert found
    assert found <= {"orbit", "nova"}


def test_the_share_is_that_among_the_products_that_are_left(published: Path) -> None:
    rows = query(published, "select distinct share, products, comparable from share_of_voice").rows
    assert rows == ((0.5, 2, True),)


def test_its_own_history_stays(published: Path) -> None:
    for table in ("daily", "trend", "daily_sentiment", "posts", "coverage_daily"):
        found = {product for (product,) in query(published, f"select distinct product from {table}").rows}
        assert found == {"orbit", "nova", "gone", "was"}, table
    assert query(published, "select product from products where not tracked order by 1").rows == (("gone",), ("was",))
    assert query(published, "select channel from channels where not tracked").rows == (("app",),)


@pytest.mark.parametrize("name", ["today", "freshness", "digest_week", "voice"])
def test_page_and_digest_tell_of_it_no_more(published: Path, name: str) -> None:
    with Published(published) as file:
        rows = file.ask(name, until=date(2026, 3, 29), most=100).rows
    assert {row["product_name"] for row in rows} == {"Orbit", "Nova"}


def test_configured_again_it_counts_again(tmp_path: Path) -> None:
    with open_store(tmp_path / "store.duckdb", time_zone="UTC") as store:
        for products in (ALL, ALL[:1], ALL[1:3]):
            register(store, products, [])
        found = store.con.execute("select product from products where tracked order by 1").fetchall()
    assert found == [("gone",), ("nova",)]


def test_a_channel_that_is_configured_no_more_is_asked_for_nothing(tmp_path: Path) -> None:
    """Was: commands to ask again for channels that the configuration has no more."""
    sql = "select channel, tracked, fetchable, command is null from freshness join coverage_gaps using (channel)"

    def told(store: Store) -> dict[str, list[bool]]:
        rows = viewed(store, sql, "freshness", "coverage_gaps")
        return {channel: rest for channel, *rest in (each.values() for each in rows)}

    with open_store(tmp_path / "store.duckdb", time_zone="UTC") as store:
        register(store, ALL[:1], CHANNELS)
        for channel, source, _ in CHANNELS:
            missing = Coverage(T0, T0 + 7 * DAY, missing=(span(2, 3),))
            post = row("a" + channel, NOON, channel=channel, source=source)
            put(store, post, channel=channel, source=source, coverage=missing)
        assert told(store) == {"rd": [True, True, False], "app": [True, True, False]}
        register(store, ALL[:1], CHANNELS[:1])
        assert told(store) == {"rd": [True, True, False], "app": [False, False, True]}
        register(store, ALL[:1], CHANNELS)
        assert told(store) == {"rd": [True, True, False], "app": [True, True, False]}
