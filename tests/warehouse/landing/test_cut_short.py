"""A pull that was cut short: its posts are kept, nothing is claimed, and the next whole one makes a clean store of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from landing import DAY, HOUR, NOW, T0, aggregates, landing, put, row, rows_of, span, viewed

from earful.connectors.base import Coverage
from earful.warehouse import Landing, Store, end_lost, land, note_pending, open_store, standing, watermark
from earful.warehouse.trends import update_verdicts

WEEK = [row(f"p{n}", T0 + n * 9 * HOUR, compound=(n % 5 - 2) / 4) for n in range(18)]  # of seven days
LATE = "rd: past its deadline of 120 minutes; what came is kept, the next night asks again"


def cut(store: Store, *rows: dict[str, Any], **more: Any) -> Any:
    """Land what came of a week before the pull was cut short."""
    return put(store, *rows, error=LATE, **more)


def test_its_posts_are_there_and_nothing_is_covered(store: Store) -> None:
    came = cut(store, *WEEK[5:9])
    assert (came.posts, came.new, came.watermark) == (4, 4, None)
    assert store.con.execute("select status, error, posts, reached, until from coverage").fetchall() == [
        ("failed", LATE, 4, None, None)
    ]
    assert rows_of(store, "coverage_daily") == []
    assert watermark(store, "rd", "orbit") is None
    days = store.con.execute("select sum(posts), bool_or(complete) from daily").fetchall()
    assert days == [(4, False)]
    # The days are asked about from the first of its posts on.
    asked = viewed(store, "select distinct first_day from asked_days", "quality/asked_days")
    first = store.con.execute("select min(day) from posts").fetchall()[0][0]
    assert [row["first_day"] for row in asked] == [first]
    # Not even the whole window counts as asked for: the next night asks for all of it.
    assert standing(store, "rd", "orbit", NOW).asked == ()


def test_what_was_covered_before_stays_covered_and_the_watermark_where_it_was(store: Store) -> None:
    put(store, *WEEK[:9], window=span(0, 3), coverage=Coverage.whole(span(0, 3)))
    before = rows_of(store, "coverage_daily"), watermark(store, "rd", "orbit")
    came = cut(store, *WEEK[6:12], run_id="run-2", window=span(2, 7))
    assert (came.new, came.watermark) == (3, T0 + 3 * DAY)
    assert (rows_of(store, "coverage_daily"), watermark(store, "rd", "orbit")) == before


def outcome(store: Path, *landings: Landing) -> tuple[Any, ...]:
    """What a store shows after these landings."""
    with open_store(store, time_zone="Europe/Berlin") as opened:
        for each in landings:
            land(opened, each)
        changes = opened.con.execute("select count(*) from day_changes").fetchall()
        assert changes == [(0,)], "a day that was not covered fills without a word"
        return aggregates(opened), watermark(opened, "rd", "orbit"), rows_of(opened, "revisions")


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, ...]:
    """What a store shows that saw the whole night alone."""
    return outcome(tmp_path_factory.mktemp("clean") / "store.duckdb", landing(WEEK, run_id="night"))


@pytest.mark.slow
@settings(max_examples=4, deadline=None)
@given(
    came=st.lists(st.lists(st.sampled_from(range(len(WEEK))), max_size=18), min_size=1, max_size=3),
    before=st.booleans(),
)
def test_the_next_whole_night_makes_the_aggregates_of_a_clean_run(
    tmp_path_factory: pytest.TempPathFactory, clean: tuple[Any, ...], came: list[list[int]], *, before: bool
) -> None:
    """Law: whatever came of pulls that were cut short, in whatever order, before the night or replayed after it."""
    whole = landing(WEEK, run_id="night")
    parts = [landing([WEEK[n] for n in some], run_id=f"cut-{i}", error=LATE) for i, some in enumerate(came)]
    landings = [*parts, whole] if before else [whole, *parts]
    assert outcome(tmp_path_factory.mktemp("cut") / "store.duckdb", *landings) == clean


def test_a_cut_is_no_second_look_at_a_suspect_day(store: Store) -> None:
    """A landing that may confirm a thin day must have come whole: here the same landing does, and cut short does not."""
    busy = [row(f"b{d}-{n}", T0 + d * DAY + n * HOUR) for d in range(40) for n in range(10)]
    long = span(0, 41)
    thin = [*busy, row("thin", T0 + 40 * DAY + HOUR)]
    put(store, *thin, window=long, coverage=Coverage.whole(long), now=T0 + 41 * DAY)
    asked = {"window": span(39, 41), "coverage": Coverage.whole(span(39, 41))}
    suspect = "select suspect from coverage_daily where day = '2026-04-11'"
    assert store.con.execute(suspect).fetchall() == [(True,)]
    store.con.execute("insert into runs values ('by-hand', 'backfill', '2026-04-13', null, 'running', null)")
    put(store, thin[-1], run_id="by-hand", now=T0 + 42 * DAY, error=LATE, **asked)
    assert store.con.execute(suspect).fetchall() == [(True,)]
    put(store, thin[-1], run_id="by-hand", now=T0 + 43 * DAY, **asked)
    assert store.con.execute(suspect).fetchall() == [(False,)]


COMPLETE = "select day, channels, complete from completeness order by day"


def complete(store: Store) -> dict[date, tuple[int, bool]]:
    """Channels asked and whether each answered whole, by day of product orbit."""
    return {r["day"]: (r["channels"], r["complete"]) for r in viewed(store, COMPLETE, "asked_days", "completeness")}


def test_a_channel_that_only_ever_came_in_part_makes_the_products_days_incomplete(store: Store) -> None:
    """Its posts are in the day's numbers, so the day cannot be called whole; once it came, it is as in a clean store."""
    put(store, *WEEK, window=span(-1, 7), coverage=Coverage.whole(span(-1, 7)))
    shop: dict[str, Any] = {"channel": "shop", "source": "app_store"}
    other = [row(f"s{n}", T0 + (3 + n) * DAY, **shop) for n in range(2)]
    week = {"window": span(0, 7), "coverage": Coverage.whole(span(0, 7)), **shop}
    put(store, *other, run_id="run-2", error=LATE, **week)
    days = complete(store)
    assert days[date(2026, 3, 5)] == days[date(2026, 3, 8)] == (2, False)
    update_verdicts(store)
    verdicts = "select distinct verdict from verdicts where slice_kind = 'product' and day = '2026-03-06'"
    assert store.con.execute(verdicts).fetchall() == [("incomplete day",)]
    gap = viewed(store, "select reason, fetchable from coverage_gaps where channel = 'shop'", "coverage_gaps")
    assert gap == [{"reason": f"failed: {LATE}", "fetchable": True}]
    # The service lists three days back only: what lies before is beyond it, as if it had never been asked for.
    reached = {**week, "coverage": Coverage(T0 + 4 * DAY, T0 + 7 * DAY, capped=True)}
    put(store, *other, run_id="run-3", now=NOW + HOUR, **reached)
    days = complete(store)
    assert (days[date(2026, 3, 3)], days[date(2026, 3, 7)]) == ((1, True), (2, True))


def test_what_is_still_being_pulled_is_not_called_complete(store: Store) -> None:
    """One channel has come up to today; the other is three nights behind, and asked again right now."""
    shop: dict[str, Any] = {"channel": "shop", "source": "app_store"}
    put(store, *WEEK, window=span(-1, 7), coverage=Coverage.whole(span(-1, 7)))
    put(store, window=span(-1, 4), coverage=Coverage.whole(span(-1, 4)), **shop)
    day = date(2026, 3, 7)
    assert complete(store)[day] == (1, True), "as long as nobody has asked the shop"
    note_pending(store, "run-9", [("shop", "app_store", "orbit", span(3, 7))], NOW)
    assert complete(store)[day] == (2, False)
    state = "select status, error from freshness where channel = 'shop'"
    assert viewed(store, state, "freshness") == [{"status": "pending", "error": None}]
    gaps = "select reason from coverage_gaps where channel = 'shop' and gap_from > '2026-03-02'"
    assert viewed(store, gaps, "coverage_gaps") == [{"reason": "still being pulled"}]
    update_verdicts(store)
    verdicts = "select distinct verdict from verdicts where slice_kind = 'product' and day = '2026-03-07'"
    assert store.con.execute(verdicts).fetchall() == [("incomplete day",)]
    note_pending(store, "run-9", [("shop", "app_store", "orbit", span(3, 7))], NOW)  # published early once more
    assert store.con.execute("select count(*) from coverage where status = 'pending'").fetchall() == [(1,)]
    put(store, run_id="run-9", window=span(3, 7), coverage=Coverage.whole(span(3, 7)), **shop)
    assert store.con.execute("select count(*) from coverage where status <> 'ok'").fetchall() == [(0,)]
    assert complete(store)[day] == (2, True)


def test_what_a_killed_run_was_pulling_has_failed(store: Store) -> None:
    note_pending(store, "run-9", [("rd", "reddit", "orbit", span(3, 7))], NOW)
    end_lost(store, ["nightly"], ["run-9"])
    assert store.con.execute("select status from coverage").fetchall() == [("pending",)]
    end_lost(store, ["nightly"], [])
    status, error = store.con.execute("select status, error from coverage").fetchall()[0]
    assert (status, error[:27]) == ("failed", "killed before its end; what")


def test_the_error_is_cleaned_as_other_words_are(store: Store) -> None:
    land(store, replace(landing(WEEK[:1]), error="rd: \ud800 gone"))
    assert store.con.execute("select error from coverage").fetchall() == [("rd: \ufffd gone",)]
