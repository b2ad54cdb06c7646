"""Suspect days in the store: flagged, left out, asked again, confirmed; and independent of the order of landings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from landing import DAY, HOUR, T0, aggregates, published, put, row, rows_of, span

from earful.connectors.base import Coverage
from earful.warehouse import Store, open_store, standing, start_run

#: Seven weeks of 40 posts a day, and then a night.
HISTORY = 49
USUAL = 40
THIN = date(2026, 3, 2) + timedelta(days=HISTORY)


@pytest.fixture
def store(tmp_path: Path) -> Any:
    with open_store(tmp_path / "store.duckdb", time_zone="UTC") as opened:
        yield opened


def posts(first: int, last: int, each: int = USUAL) -> list[dict[str, Any]]:
    """``each`` posts on every day of [first, last)."""
    return [
        row(f"p{day}-{n}", T0 + day * DAY + n * HOUR / 2, 0.1, app_version="1.0")
        for day in range(first, last)
        for n in range(each)
    ]


def history(store: Store) -> None:
    put(store, *posts(0, HISTORY), window=span(0, HISTORY), now=T0 + HISTORY * DAY + 4 * HOUR, run_id="first")


def night(store: Store, number: int, rows: Iterable[dict[str, Any]], run_id: str = "", hours: float = 4) -> None:
    """The night after day ``number``: it asks for the last three days."""
    now = T0 + (number + 1) * DAY + hours * HOUR
    window = span(number - 2, number + 1)
    put(store, *rows, window=window, now=now, run_id=run_id or f"night-{number}")


def state(store: Store, day: date = THIN) -> tuple[Any, ...]:
    found = store.con.execute(
        "select complete, suspect, doubt, covered_share from coverage_daily where day = $day", {"day": day}
    ).fetchall()
    return tuple(found[0])


def flags(store: Store, day: date = THIN) -> list[Any]:
    """``complete`` of the day in every aggregate that has it."""
    return [
        store.con.execute(f"select complete from {name} where day = $day", {"day": day}).fetchall()
        for name in ("daily", "daily_version")
    ]


@pytest.mark.slow
def test_a_thin_night_is_flagged_and_not_believed(store: Store, tmp_path: Path) -> None:
    history(store)
    night(store, HISTORY, posts(HISTORY - 2, HISTORY) + posts(HISTORY, HISTORY + 1, 4))
    assert state(store) == (False, True, "4 posts where about 40 are usual", 1.0)
    assert flags(store) == [[(False,)], [(False,)]]
    assert store.con.execute("select suspect from daily where day = $d", {"d": THIN}).fetchall() == [(True,)]
    (gap,) = published(store, tmp_path, "from coverage_gaps")
    assert (gap["gap_from"], gap["gap_to"], gap["fetchable"]) == (THIN, THIN, True)
    assert gap["reason"] == "suspected: 4 posts where about 40 are usual"
    (fresh,) = published(store, tmp_path, "from freshness")
    assert (fresh["suspect_days"], fresh["suspect_reason"]) == (1, "4 posts where about 40 are usual")
    assert fresh["last_complete_day"] == THIN - timedelta(days=1)
    last = published(store, tmp_path, "from trend order by day desc limit 1")[0]
    assert (last["day"], last["complete"], last["days_7d"]) == (THIN, False, 6)


def test_the_nightly_asks_again_by_itself_and_the_rest_comes(store: Store) -> None:
    history(store)
    night(store, HISTORY, posts(HISTORY, HISTORY + 1, 4))
    now = T0 + (HISTORY + 2) * DAY
    stands = standing(store, "rd", "orbit", now)
    assert stands.suspect == ((T0 + HISTORY * DAY, T0 + (HISTORY + 1) * DAY),)
    assert standing(store, "rd", "orbit", now + 20 * DAY).suspect == (), "not for ever"
    night(store, HISTORY + 1, posts(HISTORY, HISTORY + 2))
    assert state(store) == (True, False, None, 1.0)
    assert flags(store) == [[(True,)], [(True,)]]


def test_the_same_answer_in_two_later_nights_confirms(store: Store) -> None:
    thin = posts(HISTORY, HISTORY + 1, 4)
    history(store)
    night(store, HISTORY, thin)
    night(store, HISTORY, thin)
    night(store, HISTORY, thin)
    assert state(store)[:2] == (False, True), "the same landing again is no second look"
    night(store, HISTORY, thin, "an hour later", hours=5)
    night(store, HISTORY, thin, "and again", hours=6)
    assert state(store)[:2] == (False, True), "within one outage"
    night(store, HISTORY + 1, thin + posts(HISTORY + 1, HISTORY + 2))
    assert state(store)[:2] == (False, True)
    night(store, HISTORY + 2, thin + posts(HISTORY + 1, HISTORY + 3))
    assert state(store) == (True, False, "4 posts where about 40 are usual", 1.0)
    assert flags(store) == [[(True,)], [(True,)]]


def test_a_backfill_that_brings_the_same_confirms_at_once(store: Store) -> None:
    thin = posts(HISTORY, HISTORY + 1, 4)
    history(store)
    night(store, HISTORY, thin)
    start_run(store, "by hand", "backfill", T0)
    put(store, *thin, window=span(HISTORY, HISTORY + 1), now=T0 + (HISTORY + 1) * DAY + 5 * HOUR, run_id="by hand")
    assert state(store)[:2] == (True, False)


def test_a_backfill_that_brings_a_little_more_does_not(store: Store) -> None:
    history(store)
    night(store, HISTORY, posts(HISTORY, HISTORY + 1, 4))
    start_run(store, "by hand", "backfill", T0)
    more = posts(HISTORY, HISTORY + 1, 7)
    put(store, *more, window=span(HISTORY, HISTORY + 1), now=T0 + (HISTORY + 1) * DAY + 5 * HOUR, run_id="by hand")
    assert state(store)[:3] == (False, True, "7 posts where about 40 are usual")


def test_a_day_that_came_whole_but_was_covered_in_part_is_a_gap_and_no_suspicion(store: Store) -> None:
    history(store)
    now = T0 + (HISTORY + 1) * DAY + 4 * HOUR
    cut = Coverage(T0 + (HISTORY + 0.5) * DAY, T0 + (HISTORY + 1) * DAY, capped=True)
    put(store, window=span(HISTORY, HISTORY + 1), coverage=cut, now=now)
    assert state(store) == (False, False, None, 0.5)


def test_history_that_changes_changes_what_later_days_are_held_against(store: Store) -> None:
    """The thin day comes first, the weeks before it later: as if they had come in order."""
    night(store, HISTORY, posts(HISTORY, HISTORY + 1, 4))
    assert state(store)[1] is False, "nothing to hold it against"
    history(store)
    assert state(store)[:2] == (False, True)


def test_another_zone_judges_anew(tmp_path: Path) -> None:
    path = tmp_path / "zone.duckdb"
    with open_store(path, time_zone="UTC") as store:
        history(store)
        night(store, HISTORY, posts(HISTORY - 2, HISTORY) + posts(HISTORY, HISTORY + 1, 4))
    with open_store(path, time_zone="Asia/Tokyo") as store:
        moved = aggregates(store)
    with open_store(tmp_path / "fresh.duckdb", time_zone="Asia/Tokyo") as store:
        history(store)
        night(store, HISTORY, posts(HISTORY - 2, HISTORY) + posts(HISTORY, HISTORY + 1, 4))
        assert aggregates(store) == moved


@pytest.mark.slow
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_the_order_of_landings_does_not_matter(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """Nights that lost posts, nights that brought them later, a backfill by hand: the same days are believed."""
    kept = [data.draw(st.sampled_from([0, 2, 5, 9])) for _ in range(4)]
    later = [data.draw(st.sampled_from([0, 2, 9])) for _ in range(4)]
    landings: list[dict[str, Any]] = [
        {"window": span(a, b), "rows": posts(a, b, 9), "now": T0 + 40 * DAY, "run_id": "first"}
        for a, b in ((0, 15), (15, 29))
    ]
    for n, (few, more) in enumerate(zip(kept, later, strict=True)):
        day = 29 + n
        now = T0 + (day + 12) * DAY
        rows = posts(day, day + 1, few) + (posts(day - 1, day, more) if n else [])
        landings.append({"window": span(day - 2, day + 1), "rows": rows, "now": now, "run_id": f"night-{n}"})
    by_hand = data.draw(st.integers(28, 32))
    rows = posts(by_hand, by_hand + 1, data.draw(st.sampled_from([2, 9])))
    landings.append({"window": span(by_hand, by_hand + 1), "rows": rows, "now": T0 + 50 * DAY, "run_id": "hand"})
    repeated = data.draw(st.lists(st.sampled_from(landings), max_size=3))
    found = []
    for number, order in enumerate((landings, data.draw(st.permutations([*landings, *repeated])))):
        path = tmp_path_factory.mktemp("believe") / f"{number}.duckdb"
        with open_store(path, time_zone="UTC") as store:
            start_run(store, "hand", "backfill", T0)
            for one in order:
                values = {**one}
                put(store, *values.pop("rows"), **values)
            found.append((aggregates(store), rows_of(store, "posts", "updated_at")))
    assert found[0] == found[1]


@pytest.mark.slow
def test_a_confirmed_day_is_published_as_complete(store: Store, tmp_path: Path) -> None:
    """Nothing of the day changed but that it is believed: the published aggregates must say so too."""
    thin = posts(HISTORY, HISTORY + 1, 4)
    history(store)
    night(store, HISTORY, thin)
    complete = f"select complete, suspect from daily where day = date '{THIN}'"
    assert published(store, tmp_path, complete) == [{"complete": False, "suspect": True}]
    night(store, HISTORY + 1, thin + posts(HISTORY + 1, HISTORY + 2))
    night(store, HISTORY + 2, thin + posts(HISTORY + 1, HISTORY + 3))
    assert published(store, tmp_path, complete) == [{"complete": True, "suspect": False}]
