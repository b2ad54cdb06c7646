"""Values on a bound: a score of exactly 0.05, a version dated as its tombstone, the oldest of eight weekdays."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from landing import DAY, HOUR, NOW, T0, named, put, row, span

from earful.connectors.base import Coverage
from earful.warehouse import Store, open_store

NOON = T0 + 12 * HOUR


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "store.duckdb", time_zone="UTC") as opened:
        yield opened


def ask(store: Store, sql: str) -> list[tuple[Any, ...]]:
    return store.con.execute(sql).fetchall()


#: One post for each score around the two bounds: three are positive, three negative, three neither.
SCORES = (-0.0501, -0.05, -0.0499, -0.9, 0.0, 0.0499, 0.05, 0.0501, 0.9)


def test_a_score_of_exactly_five_hundredths_is_on_a_side(store: Store) -> None:
    rows = [row(f"p{n}", NOON, score, app_version="1.0", topics=named(login=score)) for n, score in enumerate(SCORES)]
    put(store, *rows, row("unscored", NOON, None))
    for name in ("daily", "daily_topic"):
        assert ask(store, f"select positive, neutral, negative, scored from {name}") == [(3, 3, 3, 9)], name
    assert ask(store, "select positive, neutral, negative from daily_version where app_version = '1.0'") == [(3, 3, 3)]


def test_a_topic_counts_its_own_answers(store: Store) -> None:
    """Stars, thumbs, answers to a survey and votes of the posts that name the topic, on their bounds."""
    answers: list[dict[str, Any]] = [
        {"recommended": True}, {"recommended": True, "likes": 3}, {"recommended": False}, {"rating": 1}, {"rating": 4},
        *({"nps": n} for n in (0, 6, 7, 8, 9, 10, 10)), {"likes": -4},
    ]  # fmt: skip
    on_topic = [row(f"t{n}", NOON, 0.5, topics=named(login=-0.25), **given) for n, given in enumerate(answers)]
    others = [row(f"o{n}", NOON, 0.5, author="one", recommended=True, rating=5, nps=10, likes=7) for n in range(4)]
    put(store, *on_topic, *others)
    columns = (
        "posts, rating_count, rating_sum, nps_count, nps_promoters, nps_passives, nps_detractors, recommend_count,"
        " recommend_yes, likes_weight, likes_weighted_sum, authors"
    )
    n = len(answers)
    # Each post weighs 1, and 1 more for each like; likes below zero (a forum's votes) weigh nothing.
    topic = (n, 2, 5, 7, 3, 2, 2, 3, 2, n + 3, -0.25 * (n + 3), n)
    assert ask(store, f"select {columns} from daily_topic") == [topic]
    more = (n + 4, 6, 25, 11, 7, 2, 2, 7, 6, n + 3 + 4 * 8, 0.5 * (n + 3 + 4 * 8), n + 1)
    assert ask(store, f"select {columns} from daily") == [more]
    assert ask(store, "select compound_sum, post_compound_sum from daily_topic") == [(-0.25 * n, 0.5 * n)]


def test_a_version_dated_as_its_tombstone_stays_out(store: Store) -> None:
    """A post may be edited in the second in which it goes; only what was written after that is there again."""
    put(store, gone=("a", "b", "c"), now=NOW)
    landed = put(
        store,
        row("a", T0, edited_at=NOW),
        row("b", T0, edited_at=NOW + HOUR),
        row("c", T0, edited_at=NOW - HOUR),
        now=NOW + DAY,
    )
    assert ask(store, "select post_id from posts") == [("b",)]
    assert (landed.posts, landed.gone) == (1, 2)


def test_all_eight_weekdays_say_what_is_usual(store: Store) -> None:
    """The oldest of them lies on the first day that is read: without it, or with it at zero, another number is usual."""
    weekdays = [80, 10, 20, 30, 40, 50, 60, 70]
    counts = {7 * week: n for week, n in enumerate(weekdays)}
    rows = [
        row(f"p{day}-{n}", T0 + day * DAY + n * HOUR / 4, 0.1) for day in range(56) for n in range(counts.get(day, 6))
    ]
    put(store, *rows, window=span(0, 56), now=T0 + 57 * DAY)
    # What another channel brought, and what was said of another product, is no part of it.
    for more in ({"channel": "shop", "source": "app_store"}, {"product": "nova"}):
        other = [row(f"o{day}-{n}", T0 + day * DAY, 0.1, **more) for day in range(7, 57, 7) for n in range(9)]
        came = Coverage(T0 + 30 * DAY, T0 + 57 * DAY, capped=True)
        put(store, *other, window=span(0, 57), coverage=came, now=T0 + 57 * DAY, **more)
    today = [row(f"p56-{n}", T0 + 56 * DAY + n * HOUR / 4, 0.1) for n in range(50)]
    put(store, *today, window=span(56, 57), now=T0 + 58 * DAY, run_id="night")
    # The interquartile mean: without the two lowest and the two highest.
    expected = sum(sorted(weekdays)[2:6]) / 4
    own = "channel = 'rd' and product = 'orbit'"
    assert ask(store, f"select usual from coverage_daily where {own} order by day desc limit 1") == [(expected,)]


#: Weeks of 40 posts a day, then a day of 4.
HISTORY = 35


@pytest.mark.slow
def test_looks_of_another_channel_or_product_confirm_nothing(store: Store) -> None:
    """A thin day is confirmed by being asked again itself, not by what else is asked for the same days."""
    history = [row(f"p{day}-{n}", T0 + day * DAY + n * HOUR / 2, 0.1) for day in range(HISTORY) for n in range(40)]
    put(store, *history, window=span(0, HISTORY), now=T0 + HISTORY * DAY + 4 * HOUR, run_id="first")
    thin = [row(f"thin-{n}", T0 + HISTORY * DAY + n * HOUR, 0.1) for n in range(4)]
    asked = {"window": span(HISTORY, HISTORY + 1)}
    put(store, *thin, **asked, now=T0 + (HISTORY + 1) * DAY + 4 * HOUR, run_id="night")
    for night in range(2, 5):
        now = T0 + (HISTORY + night) * DAY + 4 * HOUR
        put(store, **asked, now=now, run_id=f"{night} elsewhere", channel="shop", source="app_store")
        put(store, **asked, now=now, run_id=f"{night} of another", product="nova")
        # The day's own pull asks for another day: what was asked of this one must be judged anew.
        next_day = span(HISTORY + night - 1, HISTORY + night)
        put(store, window=next_day, now=now, run_id=f"{night} next")
        late = row(f"late-{night}", T0 + (HISTORY - 1) * DAY, 0.1)
        put(store, late, window=span(HISTORY - 1, HISTORY), now=now, run_id=f"{night} before")
    day = (T0 + HISTORY * DAY).date()
    where = f"from coverage_daily where channel = 'rd' and product = 'orbit' and day = date '{day}'"
    assert ask(store, f"select complete, suspect, doubt {where}") == [(False, True, "4 posts where about 40 are usual")]


def test_a_deleted_post_takes_its_own_score_from_its_day(store: Store) -> None:
    """An unscored one takes none; the day's other posts, and those of other channels, stay out of it."""
    put(store, row("scored", NOON, -0.25), row("plain", NOON + DAY, None), row("stays", NOON, 0.5), now=NOW)
    put(store, row("plain", NOON + DAY, 0.75, channel="shop", source="app_store"), channel="shop", source="app_store")
    put(store, gone=("scored", "plain"), now=NOW + DAY)
    columns = "day, posts, scored_before, scored_after, compound_sum_before, compound_sum_after"
    found = ask(store, f"select {columns} from day_changes where reason = 'deleted' order by day")
    assert found == [(T0.date(), 1, 1, 0, -0.25, 0.0), ((T0 + DAY).date(), 1, 0, 0, 0.0, 0.0)]
    assert ask(store, "select channel, post_id from posts order by all") == [("rd", "stays"), ("shop", "plain")]
