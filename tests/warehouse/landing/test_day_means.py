"""What a landing says of its days, and means before and after one: as whoever asks the published file counts them."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from landing import DAY, HOUR, T0, published, put, row

from earful.warehouse import CameOn, DayMean, Store, changed_means, day_means

FIRST = date(2026, 3, 2)  # of T0, in Berlin too
NEXT = FIRST + timedelta(1)


def test_a_landing_counts_its_posts_by_local_day(store: Store) -> None:
    # 23:30 UTC is the next day in Berlin.
    one, late = row("a", T0 + HOUR), row("b", T0 + 23.5 * HOUR)
    assert put(store, one, late).by_day == (CameOn(FIRST, 1, 1, 0), CameOn(NEXT, 1, 1, 0))
    again = put(
        store, row("a", T0 + HOUR, likes=3, edited_at=T0 + 2 * HOUR, text="other words"), late, row("c", T0 + HOUR)
    )
    assert again.by_day == (CameOn(FIRST, 2, 1, 1), CameOn(NEXT, 1, 0, 0))
    assert sum(each.posts for each in again.by_day) == again.posts
    assert put(store).by_day == ()


def test_a_post_that_was_dated_anew_came_on_the_day_that_it_has_now(store: Store) -> None:
    put(store, row("a", T0 + HOUR))
    moved = put(store, row("a", T0 + DAY + HOUR, edited_at=T0 + DAY + 2 * HOUR, text="other words"))
    assert moved.by_day == (CameOn(NEXT, 1, 0, 1),)


def test_means_are_those_of_the_published_days(store: Store, tmp_path: Path) -> None:
    """Over channels and markets, unscored posts left out, to the last bit."""
    put(
        store,
        row("a", T0, 0.1234, market="de"),
        row("b", T0, -0.9999, market="us"),
        row("u", T0, None),
        row("c", T0 + DAY, 0.7),
    )
    put(store, row("a", T0, 0.3333, channel="shop"), channel="shop")
    put(store, row("n", T0 + 2 * DAY, None))
    found = day_means(store, [("orbit", FIRST, FIRST + timedelta(9))])
    told = published(store, tmp_path, "select product, day, scored, mean_compound from daily_sentiment where posts > 0")
    assert {key: (each.scored, each.mean) for key, each in found.items()} == {
        (r["product"], r["day"]): (r["scored"], r["mean_compound"]) for r in told
    }
    assert found["orbit", FIRST].scored == 3
    assert found["orbit", FIRST + timedelta(2)] == DayMean(0, None)


def test_only_what_was_asked_for_is_read(store: Store) -> None:
    put(store, row("a", T0), row("b", T0 + DAY), row("c", T0 + 2 * DAY))
    assert set(day_means(store, [("orbit", NEXT, NEXT)])) == {("orbit", NEXT)}
    assert day_means(store, [("other", FIRST, NEXT)]) == {}
    assert day_means(store, []) == {}
    twice = day_means(store, [("orbit", FIRST, NEXT), ("orbit", NEXT, NEXT)])
    assert [each.scored for each in twice.values()] == [1, 1], "spans that overlap count no post twice"


def test_what_changed_is_what_has_another_mean(store: Store) -> None:
    asked = [("orbit", FIRST, FIRST + timedelta(9))]
    put(store, row("a", T0, 0.5), row("b", T0 + DAY, 0.5))
    before = day_means(store, asked)
    assert changed_means(before, before) == []
    # One more of the same mean changes nothing; another's day moves, and a day begins.
    put(store, row("a2", T0, 0.5), row("b2", T0 + DAY, 0.1), row("c", T0 + 2 * DAY, -0.2))
    moved, begun = changed_means(before, day_means(store, asked))
    assert (moved.day, moved.before, moved.after) == (NEXT, DayMean(1, 0.5), DayMean(2, 0.3))
    assert abs(moved.size - 0.2) < 1e-12
    assert (begun.day, begun.before, begun.after, begun.size) == (
        FIRST + timedelta(2),
        DayMean(),
        DayMean(1, -0.2),
        0.0,
    )
    (away,) = changed_means({("orbit", FIRST): DayMean(1, 0.5)}, {})
    assert (away.after, away.size) == (DayMean(), 0.0)
    (come,) = changed_means({}, {("orbit", FIRST): DayMean(1, 0.5)})
    assert (come.before, come.after.mean, come.size) == (DayMean(), 0.5, 0.0)
