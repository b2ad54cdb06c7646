"""Which days changed after they had been published: every change of a stored number is told once, and nothing else."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from landing import DAY, HOUR, NOW, T0, published, put, row, rows_of, span, wipe

from earful.warehouse import Posts, Store, erase, open_store

NOON = T0 + 12 * HOUR


def review(name: str, rating: int, compound: float, at: datetime = NOON, **more: Any) -> dict[str, Any]:
    return row(name, at, compound, rating=rating, kind="review", text=f"{rating} stars", **more)


def revised(store: Store, folder: Path) -> list[tuple[Any, ...]]:
    names = "day, seen_on, reason, posts, mean_before, mean_after, day_effect"
    found = published(store, folder, f"select {names} from revised_days order by seen_on, day, reason")
    return [
        (f["day"].day, f["seen_on"].day, *list(f.values())[2:6], f["day_effect"] and round(f["day_effect"], 4))
        for f in found
    ]


@pytest.mark.slow
def test_an_edit_that_is_dated_anew_is_told_for_both_days(store: Store, tmp_path: Path) -> None:
    put(store, review("p", 1, -0.5), row("q", NOON, 0.1), row("z", NOON + 2 * DAY, 0.1))
    put(store, review("p", 5, 0.8, NOON + 2 * DAY), now=NOW + DAY)
    first = [(2, 2, "moved", 1, -0.5, None, 0.3), (4, 2, "moved", 1, None, 0.8, 0.35)]
    assert revised(store, tmp_path) == first
    # Moved on, it takes nothing of that along.
    put(store, review("p", 4, 0.3, NOON + 3 * DAY), now=NOW + 2 * DAY)
    later = [(4, 3, "moved", 1, 0.8, None, -0.35), (5, 3, "moved", 1, None, 0.3, None)]
    assert [r[:6] for r in revised(store, tmp_path)] == [r[:6] for r in first + later]


def test_a_move_into_a_day_that_had_no_numbers_yet_is_told_for_the_old_day_only(store: Store, tmp_path: Path) -> None:
    put(store, review("p", 1, -0.5), row("q", NOON, 0.1))
    put(store, review("p", 5, 0.8, NOON + 8 * DAY), now=NOW + DAY, window=span(7, 9))
    assert [r[:3] for r in revised(store, tmp_path)] == [(2, 2, "moved")]


def test_an_older_version_beside_or_after_its_newer_one_changed_no_number(store: Store, tmp_path: Path) -> None:
    newer = review("p", 5, 0.8, edited_at=NOON + DAY)
    put(store, review("p", 1, -0.5), newer)
    put(store, review("q", 5, 0.8, edited_at=NOON + DAY), now=NOW)
    put(store, review("q", 1, -0.5), now=NOW + DAY)
    assert len(rows_of(store, "revisions", "")) == 2
    assert [r for r in revised(store, tmp_path) if r[2] == "edited"] == []


def test_gone_at_a_recheck_and_forgotten_are_told_and_of_the_forgotten_only_the_count(
    store: Store, tmp_path: Path
) -> None:
    put(store, *(row(f"p{n}", NOON, n / 10) for n in range(5)))
    checked = NOW + DAY
    erase(store, Posts("rd", ("p1",)), kind="gone", why="deleted there", now=checked, for_good=False)
    erase(store, Posts("rd", ("p2",)), kind="post", why="asked for", now=NOW + 2 * DAY)
    assert revised(store, tmp_path) == [
        (2, 2, "deleted", 1, 0.1, None, round(0.7 / 3 - 0.8 / 4, 4)),
        (2, 3, "erased", 1, None, None, None),
    ]
    kept = store.con.execute("select compound_sum_before from day_changes where reason = 'erased'").fetchall()
    assert kept == [(0.0,)]


@pytest.mark.slow
def test_stars_that_went_down_and_up_again_without_a_date_of_the_edit(store: Store, tmp_path: Path) -> None:
    for night, stars in enumerate((5, 1, 5, 5)):
        put(store, review("p", stars, 0.8 if stars > 3 else -0.5), now=NOW + night * DAY)
    told = "select old_rating, new_rating, seen_at from revisions order by seen_at"
    naive = NOW.replace(tzinfo=None)
    assert store.con.execute(told).fetchall() == [(5, 1, naive + DAY), (1, 5, naive + 2 * DAY)]
    (back,) = published(store, tmp_path, "select low_since, recovered_at, days_to_recover from recovered")
    assert tuple(back.values()) == (naive + DAY, naive + 2 * DAY, 1.0)
    assert [(r[0], r[2], r[4], r[5]) for r in revised(store, tmp_path)] == [
        (2, "edited", 0.8, -0.5), (2, "edited", -0.5, 0.8),
    ]  # fmt: skip


def test_rows_that_one_answer_dates_alike_are_no_history(store: Store) -> None:
    for night in range(3):
        put(store, review("p", 1, -0.5), review("p", 5, 0.8), now=NOW + night * DAY)
    assert rows_of(store, "revisions", "") == []
    assert store.con.execute("select rating from posts").fetchall() == [(5,)]


@pytest.mark.parametrize("order", [(0, 1, 2), (1, 0, 2), (2, 1, 0), (1, 2, 0)])
def test_answers_that_date_a_post_alike_count_by_when_they_were_given(store: Store, order: tuple[int, ...]) -> None:
    stars = (1, 5, 3)
    for night in order:
        put(store, review("p", stars[night], stars[night] / 10, likes=night), now=NOW + night * timedelta(hours=6))
    assert store.con.execute("select rating_sum, compound_sum, likes_weight from daily").fetchall() == [(3, 0.3, 3)]
    assert store.con.execute("select old_rating, new_rating from revisions order by seen_at").fetchall() == [
        (1, 5), (5, 3),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with open_store(tmp_path_factory.mktemp("revised") / "store.duckdb", time_zone="UTC") as opened:
        yield opened


#: Post, day, score in tenths (None: unscored), stars, days from its writing to its edit.
SEEN = st.tuples(
    st.integers(0, 5), st.integers(0, 6), st.one_of(st.none(), st.integers(-9, 9)), st.integers(1, 5), st.integers(0, 9)
)


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.lists(SEEN, max_size=4), st.sets(st.integers(0, 5), max_size=1)), min_size=2, max_size=6))
def test_what_is_told_of_a_day_adds_up_to_its_numbers(shared: Store, nights: list[Any]) -> None:
    """After the first night, which covers every day: scored posts and the sum of scores, day by day, night by night."""
    wipe(shared)
    by_day = "select day, sum(scored), sum(compound_sum) from daily group by day"
    told = (
        "select day, sum(scored_after - scored_before), sum(compound_sum_after - compound_sum_before)"
        " from day_changes where seen_at = $at group by day"
    )
    before: dict[Any, tuple[int, float]] = {}
    for number, (seen, gone) in enumerate(nights):
        now = NOW + number * DAY
        rows = [
            row(
                f"p{i}", T0 + day * DAY + HOUR, None if tenths is None else tenths / 10, rating=stars, kind="review",
                text=f"{stars} stars", edited_at=T0 + day * DAY + HOUR + edited * HOUR if edited else None,
                scored=tenths is not None,
            )
            for i, day, tenths, stars, edited in seen
        ]  # fmt: skip
        put(shared, *rows, now=now, gone=tuple(f"p{i}" for i in gone) if number else ())
        after = {day: (n, s) for day, n, s in shared.con.execute(by_day).fetchall()}
        if number:
            changes = {d: (n, s) for d, n, s in shared.con.execute(told, {"at": now.replace(tzinfo=None)}).fetchall()}
            for day in before.keys() | after.keys() | changes.keys():
                (n0, s0), (n1, s1), (dn, ds) = (x.get(day, (0, 0.0)) for x in (before, after, changes))
                assert (n1 - n0, round(s1 - s0, 4)) == (dn, round(ds, 4)), day
        before = after
