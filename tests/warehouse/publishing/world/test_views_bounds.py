"""Views on the bounds of their rules, each alone on a few rows in stand-in tables."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import duckdb
import pytest

from earful.warehouse.statements import run_text, text

DAY = date(2026, 5, 1)
NOON = datetime(2026, 5, 1, 12)


def view(con: duckdb.DuckDBPyConnection, name: str) -> None:
    run_text(con, text(f"publishing/views/{name}").partition("\ncomment on ")[0])


@pytest.mark.parametrize(("named", "rest", "margin"), [(5, 5, True), (4, 6, False), (6, 4, False), (9, 9, True)])
def test_an_impact_has_an_interval_from_five_posts_in_either_part(named: int, rest: int, margin: bool) -> None:
    with duckdb.connect() as con:
        con.execute("create table products as select 'a' as product, 'A' as name, true as own")
        con.execute("create table topics as select 'pay' as topic, 'Pay' as title")
        con.execute(
            "create table posts_with_words as select 'a' as product, ?::date as day, n / 10.0 as compound,"
            " case when n < ? then [{'topic': 'pay', 'compound': 0.1}] end as topics from range(?) as t(n)",
            [DAY, named, named + rest],
        )
        con.execute("create table posts_without_words as from posts_with_words limit 0")
        con.execute(
            "create table daily as select product, day, count(*) as scored, sum(compound) as compound_sum,"
            " sum(compound * compound) as compound_sq_sum from posts_with_words group by all"
        )
        con.execute(
            "create table daily_topic as select product, day, 'pay' as topic, count(*) as posts, sum(compound) as compound_sum,"
            " sum(compound) as post_compound_sum, 0 as negative, 0 as rating_sum, 0 as rating_count"
            " from posts_with_words where topics is not null group by all"
        )
        view(con, "by_topic")
        ((posts, low, high),) = con.execute("select posts, impact_low, impact_high from by_topic").fetchall()
    assert posts == named
    assert (low is not None, high is not None) == (margin, margin)


@pytest.mark.parametrize(
    ("status", "until", "last_day", "early"),
    [
        ("ok", timedelta(days=-1, hours=-12, microseconds=-1), None, True),
        ("ok", timedelta(days=-1, hours=-12), None, False),
        ("failed", timedelta(days=-9), None, False),
        ("ok", timedelta(days=-9), DAY - timedelta(8), True),
        ("ok", timedelta(days=-9), DAY - timedelta(9), False),
    ],
)
def test_what_was_brought_ends_early(status: str, until: timedelta, last_day: date | None, early: bool) -> None:
    """More than a day before the last day that was asked for; not of a pull that failed, nor where the channel ended."""
    with duckdb.connect() as con:
        con.execute("create table products as select 'a' as product, 'A' as name, true as tracked")
        con.execute("create table channels as select 'c' as channel, ?::date as last_day, true as tracked", [last_day])
        con.execute("create table daily (product varchar, channel varchar, day date, posts bigint)")
        con.execute("create table posts (product varchar, channel varchar, day date, created_at timestamp)")
        con.execute(
            "create table coverage_daily (product varchar, channel varchar, day date, complete boolean, suspect boolean,"
            " doubt varchar)"
        )
        con.execute(
            "create table coverage (product varchar, channel varchar, source varchar, asked_from timestamp, asked_to timestamp,"
            " reached timestamp, until timestamp, landed_at timestamp, status varchar, capped boolean, note varchar, error varchar)"
        )
        for state, asked_to in (("ok", NOON - timedelta(days=20)), (status, NOON)):
            con.execute(
                "insert into coverage values ('a', 'c', 's', $first, $asked, $first, $until, $asked, $status, false, null, null)",
                {"first": NOON - timedelta(days=40), "asked": asked_to, "until": NOON + until, "status": state},
            )
        view(con, "quality/freshness")
        ((found, shown),) = con.execute("select ends_early, status from freshness").fetchall()
    assert (found, shown) == (early, status)
