"""The history of posts in numbers: what changed, when, why; days that changed; reviews that recovered."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from landing import DAY, HOUR, NOW, T0, aggregates, published, put, row, rows_of, span, wipe

from earful.connectors.post import Rejected
from earful.warehouse import Store, open_store, publish

NOON = T0 + 12 * HOUR


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with open_store(tmp_path_factory.mktemp("revisions") / "store.duckdb", time_zone="UTC") as opened:
        yield opened


def review(number: int, rating: int, compound: float, *, edited: float | None = None, **more: Any) -> dict[str, Any]:
    """A review of the first day's noon, edited so many days later."""
    at = None if edited is None else NOON + edited * DAY
    words = more.pop("text", f"{rating} stars, day {edited}")
    return row(f"r{number}", NOON, compound, rating=rating, edited_at=at, kind="review", text=words, **more)


def told(store: Store) -> list[Any]:
    return store.con.execute(
        "select post_id, old_rating, new_rating, old_compound, new_compound, text_changed, reason,"
        " old_written_at, new_written_at, seen_at from revisions order by post_id, new_written_at"
    ).fetchall()


def naive(moment: datetime) -> datetime:
    return moment.replace(tzinfo=None)


def test_a_change_keeps_its_history_in_numbers(store: Store) -> None:
    put(store, review(1, 1, -0.6), now=NOW)
    put(store, review(1, 4, 0.5, edited=3), now=NOW + DAY)
    put(store, review(1, 5, 0.7, edited=5), now=NOW + 2 * DAY)
    assert told(store) == [
        ("r1", 1, 4, -0.6, 0.5, True, "edited", naive(NOON), naive(NOON + 3 * DAY), naive(NOW + DAY)),
        ("r1", 4, 5, 0.5, 0.7, True, "edited", naive(NOON + 3 * DAY), naive(NOON + 5 * DAY), naive(NOW + 2 * DAY)),
    ]
    assert store.con.execute("select rating_sum, compound_sum from daily").fetchall() == [(5, 0.7)]


def test_several_versions_in_one_answer_are_several_versions(store: Store) -> None:
    """As monthly exports hold them: the old row in one file, the edited one in the next."""
    put(store, review(1, 5, 0.7, edited=5), review(1, 1, -0.6), review(1, 1, -0.6))
    assert [(r[1], r[2]) for r in told(store)] == [(1, 5)]
    once = rows_of(store, "revisions", "")
    put(store, review(1, 5, 0.7, edited=5), review(1, 1, -0.6), now=NOW + DAY)
    assert rows_of(store, "revisions", "") == once, "the same again is nothing new"


def test_a_version_that_comes_late_takes_its_place(store: Store) -> None:
    put(store, review(1, 1, -0.6), now=NOW)
    put(store, review(1, 5, 0.7, edited=5), now=NOW + DAY)
    put(store, review(1, 3, 0.0, edited=2), now=NOW + 2 * DAY)
    assert [(r[1], r[2]) for r in told(store)] == [(1, 3), (3, 5)]
    assert store.con.execute("select rating from posts").fetchall() == [(5,)]


def test_one_post_has_a_history_in_each_product_and_channel(store: Store) -> None:
    """The same number in another product or channel is another post: its versions are not taken among these."""
    edits = {("orbit", "rd"): (1, 5, 3), ("nova", "rd"): (2, 4, 1), ("orbit", "app"): (4, 2, 5)}
    for at in range(3):
        for (product, channel), ratings in edits.items():
            edited = None if at == 0 else float(at) + len(channel) / 8
            each = review(1, ratings[at], ratings[at] / 10, edited=edited, product=product, channel=channel)
            put(store, each, product=product, channel=channel, now=NOW + at * DAY)
    found = store.con.execute(
        "select product, channel, old_rating, new_rating from revisions order by product, channel, new_written_at"
    ).fetchall()
    assert found == [(*which, old, new) for which, ratings in sorted(edits.items()) for old, new in pairwise(ratings)]


def test_likes_and_scores_are_no_revision_and_gone_posts_leave_none(store: Store) -> None:
    put(store, review(1, 1, -0.6, text="x"))
    put(store, review(1, 1, -0.6, likes=9, text="x"))
    put(store, review(1, 1, -0.2, text="x"), scorer_version="v2")
    assert told(store) == []
    put(store, review(1, 2, -0.2, edited=1))
    assert len(told(store)) == 1
    put(store, gone=("r1",), rejected=(Rejected("r2", "no date"),))
    assert told(store) == []


VERSIONS = [(None, 1, -0.6), (1, 2, -0.3), (2, 1, -0.5), (4, 4, 0.4), (6, 5, 0.8)]


@pytest.mark.slow
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_order_split_and_repetition_tells_the_same_history(shared: Store, data: st.DataObject) -> None:
    """Versions of three reviews in landings of random cut, permuted and repeated: each with its own time."""
    landings = []
    for n in range(data.draw(st.integers(2, 5))):
        picked = data.draw(st.lists(st.tuples(st.integers(1, 3), st.sampled_from(VERSIONS)), min_size=1, max_size=6))
        landings.append((NOW + n * DAY, [review(i, stars, c, edited=e) for i, (e, stars, c) in picked]))
    repeated = data.draw(st.lists(st.sampled_from(landings), max_size=3))
    found = []
    for order in (landings, data.draw(st.permutations([*landings, *repeated]))):
        wipe(shared)
        for now, rows in order:
            put(shared, *rows, now=now)
        found.append((rows_of(shared, "revisions", ""), aggregates(shared), rows_of(shared, "posts", "updated_at")))
    assert found[0] == found[1]


def test_which_days_changed_when_why_and_by_how_much(store: Store, tmp_path: Path) -> None:
    put(store, review(1, 1, -0.6), review(2, 5, 0.6), review(3, 3, 0.0), review(4, 3, 0.2), now=NOW, window=span(-1, 7))
    put(store, review(1, 4, 0.4, edited=3), review(3, 3, -0.3, edited=3, text="worse"), now=NOW + DAY)
    put(store, review(5, 2, -0.4), now=NOW + 2 * DAY)
    put(store, gone=("r4",), now=NOW + 3 * DAY)
    names = "day, product, seen_on, reason, posts, mean_before, mean_after, day_mean, day_effect"
    found = published(store, tmp_path, f"select {names} from revised_days order by seen_on")
    assert [(f["seen_on"], f["reason"], f["posts"]) for f in found] == [
        (date(2026, 6, 2), "edited", 2), (date(2026, 6, 3), "late", 1), (date(2026, 6, 4), "deleted", 1),
    ]  # fmt: skip
    assert {f["day"] for f in found} == {date(2026, 3, 2)}
    # Now: 0.4, 0.6, -0.3, -0.4. The edits brought +0.7; the late one -0.4; the deleted one took 0.2 away.
    edited, late, deleted = found
    assert (edited["mean_before"], edited["mean_after"]) == pytest.approx((-0.3, 0.05))
    assert edited["day_effect"] == pytest.approx(0.3 / 4 - (0.3 - 0.7) / 4)
    assert (late["mean_before"], late["mean_after"]) == (None, -0.4)
    assert late["day_effect"] == pytest.approx(0.3 / 4 - 0.7 / 3)
    assert (deleted["mean_before"], deleted["mean_after"]) == (0.2, None)
    assert deleted["day_effect"] == pytest.approx(0.3 / 4 - 0.5 / 5)
    assert all(f["day_mean"] == pytest.approx(0.075) for f in found)


def test_the_first_answer_of_a_day_and_the_same_again_change_no_day(store: Store) -> None:
    put(store, review(1, 1, -0.6))
    put(store, review(1, 1, -0.6), now=NOW + DAY)
    assert rows_of(store, "day_changes") == rows_of(store, "revisions") == []


@pytest.mark.slow
def test_reviews_that_recovered(store: Store, tmp_path: Path) -> None:
    put(
        store,
        review(1, 1, -0.6, market="de"), review(2, 1, -0.6), review(3, 4, 0.5), review(4, 2, -0.2), review(5, 3, 0.0),
        row("thumb", NOON, -0.5, kind="review", recommended=False), row("post", NOON, 0.1, rating=1, kind="post"),
        window=span(0, 7),
    )  # fmt: skip
    put(
        store,
        review(1, 2, -0.4, edited=2, market="de"),
        review(2, 5, 0.8, edited=3, reply_count=1),
        review(3, 1, -0.7, edited=3),
        review(4, 4, 0.3, edited=1),
        row("thumb", NOON, 0.5, kind="review", recommended=True, edited_at=NOON + 10 * DAY),
        row("post", NOON, 0.4, rating=5, kind="post", edited_at=NOON + DAY),
        now=NOW + DAY,
    )
    put(store, review(1, 5, 0.7, edited=9, market="de"), review(4, 1, -0.5, edited=8), now=NOW + 2 * DAY)
    names = "post_id, rating_before, rating_now, recommended_now, days_to_recover, answered, market"
    found = published(store, tmp_path, f"select {names} from recovered order by post_id")
    assert [tuple(f.values()) for f in found] == [
        ("r1", 1, 5, None, 2.0, False, "de"),
        ("r2", 1, 5, None, 3.0, True, ""),
        ("thumb", None, None, True, 10.0, False, ""),
    ]
    (line,) = published(store, tmp_path, "from recovery")
    assert (line["changed"], line["recovered"], line["recovered_share"]) == (5, 3, 3 / 5)
    assert (line["stars_gained"], line["median_days"], line["answered"]) == (4.0, 3.0, 1)


def test_an_edit_that_the_service_dates_anew(store: Store, tmp_path: Path) -> None:
    """Google's API gives the time of the change as the only one: the day moves, the history does not."""
    later = NOON + 4 * DAY
    put(store, review(1, 1, -0.6))
    put(store, row("r1", later, 0.6, rating=5, kind="review", text="fixed"), now=NOW + DAY)
    (found,) = published(store, tmp_path, "select day, low_since, recovered_at, days_to_recover from recovered")
    assert tuple(found.values()) == (date(2026, 3, 6), naive(NOON), naive(later), 4.0)


@pytest.mark.slow
def test_no_digest_of_words_is_published(store: Store, tmp_path: Path) -> None:
    put(store, review(1, 1, -0.6))
    put(store, review(1, 4, 0.5, edited=3), now=NOW + timedelta(days=1))
    publish(store, tmp_path / "earful.duckdb")
    columns = published(store, tmp_path, "select column_name as name from duckdb_columns() where not internal")
    assert not [c for c in columns if "hash" in c["name"]]
