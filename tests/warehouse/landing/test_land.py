from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from landing import DAY, HOUR, NOW, T0, aggregates, landing, named, put, row, rows_of, span

from earful.connectors.base import Coverage
from earful.connectors.post import Rejected
from earful.warehouse import Store, WarehouseError, land, land_failure, watermark


def daily(store: Store) -> list[dict[str, Any]]:
    names = ("day", "market", "posts", "scored", "unscored", "compound_sum", "complete")
    rows = store.con.execute(f"select {', '.join(names)} from daily order by all").fetchall()
    return [dict(zip(names, values, strict=True)) for values in rows]


def stored(store: Store, post_id: str = "a") -> Any:
    found = store.con.execute(
        "select p.*, t.title, t.text from posts p left join texts t using (channel, product, post_id)"
        " where post_id = $id",
        {"id": post_id},
    )
    names = [d[0] for d in found.description]
    rows = found.fetchall()
    assert len(rows) <= 1, "a post is stored once"
    return dict(zip(names, rows[0], strict=True)) if rows else None


def test_what_comes_beside_the_rows_is_cleaned_as_they_are(store: Store) -> None:
    put(store, row("t3_\ufffd", T0), row("plain", T0), row("kept", T0))
    landed = put(
        store,
        rejected=(Rejected("a\udcff.csv:17", "a \ud800 date"), Rejected("b\x00c", "no id"), Rejected("\x00", "no id")),
        gone=("t3_\ud800", "pl\x00ain"),
        coverage=Coverage(T0, T0 + DAY, note="a\udcff.csv: \x00"),
        aliases={"author-kept": "new\ud800", "\ud800": "b"},
    )
    assert (landed.gone, landed.rejected) == (2, 3)
    assert store.con.execute("select post_id, author from posts").fetchall() == [("kept", "new\ufffd")]
    assert store.con.execute("select item, reason from set_aside order by all").fetchall() == [
        ("(no id)", "no id"), ("a\ufffd.csv:17", "a \ufffd date"), ("bc", "no id"),
    ]  # fmt: skip
    put_failure(store, "a\udcff.csv: \x00is empty")
    said = store.con.execute("select note, error from coverage order by landed_at, status desc").fetchall()
    assert said[1:] == [("a\ufffd.csv: ", None), ("", "a\ufffd.csv: is empty")]


def put_failure(store: Store, error: str) -> None:
    land_failure(
        store, run_id="r", channel="rd", source="reddit", product="orbit", window=span(0, 1), error=error, now=NOW
    )


def test_landing_twice_is_landing_once(store: Store) -> None:
    rows = [row(f"p{i}", T0 + i * HOUR, (i % 9 - 4) / 10, market="de") for i in range(100)]
    first = put(store, *rows)
    once, posts = aggregates(store), rows_of(store, "posts", without="")
    second = put(store, *rows)
    assert (first.posts, first.new, first.changed, first.unchanged) == (100, 100, 0, 0)
    assert (second.posts, second.new, second.changed, second.unchanged, second.days) == (100, 0, 0, 100, 0)
    assert aggregates(store) == once
    assert rows_of(store, "posts", without="") == posts, "unchanged rows are not touched"
    assert rows_of(store, "revisions") == []


def test_an_edit_replaces_and_leaves_a_revision_without_words(store: Store) -> None:
    put(store, row("a", T0, 0.5, rating=5, text="nice"))
    put(store, row("a", T0, -0.5, rating=2, text="broken now", edited_at=T0 + DAY), now=NOW + DAY)
    post = stored(store)
    assert (post["text"], post["rating"], post["compound"]) == ("broken now", 2, -0.5)
    assert post["first_seen_at"] == NOW.replace(tzinfo=None)
    assert post["updated_at"] == (NOW + DAY).replace(tzinfo=None)
    (seen,) = store.con.execute(
        "select old_rating, new_rating, old_compound, new_compound, text_changed, reason from revisions"
    ).fetchall()
    assert seen == (5, 2, 0.5, -0.5, True, "edited")
    assert [d["compound_sum"] for d in daily(store)] == [-0.5]


def test_an_older_version_never_overwrites_a_newer(store: Store) -> None:
    put(store, row("a", T0, -0.5, edited_at=T0 + DAY))
    landed = put(store, row("a", T0, 0.5))
    assert (landed.changed, landed.unchanged, landed.days) == (0, 1, 0)
    assert stored(store)["compound"] == -0.5


def test_within_a_batch_the_newest_wins_and_of_equals_the_later_row(store: Store) -> None:
    put(
        store,
        row("a", T0, 0.1, edited_at=T0 + DAY),
        row("a", T0, 0.2),
        row("b", T0, 0.3),
        row("b", T0, 0.4),
    )
    assert stored(store, "a")["compound"] == 0.1
    assert stored(store, "b")["compound"] == 0.4
    assert daily(store)[0]["posts"] == 2


def test_a_refused_newer_row_does_not_push_out_a_good_older_one(store: Store) -> None:
    landed = put(store, row("a", T0, 0.1), row("a", T0, 0.2, edited_at=T0 + DAY, rating=9))
    assert (landed.new, landed.rejected) == (1, 1)
    assert stored(store)["compound"] == 0.1


def test_on_a_tie_with_the_store_what_was_seen_last_wins(store: Store) -> None:
    put(store, row("a", T0, 0.1, likes=1))
    landed = put(store, row("a", T0, 0.1, likes=7))
    assert landed.changed == 1
    assert stored(store)["likes"] == 7
    assert rows_of(store, "revisions") == [], "likes are no revision"


def test_a_post_that_moves_to_another_day_leaves_its_old_day(store: Store) -> None:
    put(store, row("a", T0, 0.1), row("b", T0, 0.1))
    put(store, row("a", T0 + 3 * DAY, 0.2))
    assert [(d["day"], d["posts"]) for d in daily(store)] == [(date(2026, 3, 2), 1), (date(2026, 3, 5), 1)]
    assert store.con.execute("select post_id, day from texts order by all").fetchall() == [
        ("a", date(2026, 3, 5)),
        ("b", date(2026, 3, 2)),
    ]


def test_a_rescored_post_says_so(store: Store) -> None:
    put(store, row("a", T0, 0.1), row("b", T0, 0.1))
    put(store, row("a", T0, 0.3), scorer_version="v2")
    assert rows_of(store, "revisions") == [], "the post is as it was"
    told = "select run_id, reason, posts, compound_sum_before, compound_sum_after from day_changes"
    assert store.con.execute(told).fetchall() == [("run-1", "rescored", 1, 0.1, 0.3)]
    assert store.con.execute("select scorer_version from daily").fetchall() == [("mixed",)]


def test_other_topics_are_a_change_but_no_revision_of_the_post(store: Store) -> None:
    put(store, row("a", T0, topics=named(ads=-0.5, ui=0.1)))
    assert put(store, row("a", T0, topics=named(ui=0.10001, ads=-0.5))).unchanged == 1, "order and digits are nothing"
    before = store.con.execute("select topic, posts, compound_sum from daily_topic order by 1").fetchall()
    assert before == [("ads", 1, -0.5), ("ui", 1, 0.1)]
    assert put(store, row("a", T0, topics=named(login=0.3))).changed == 1
    assert store.con.execute("select topic, compound_sum from daily_topic").fetchall() == [("login", 0.3)]
    assert put(store, row("a", T0, None, topics=named(login=0.3))).changed == 1, "unscored: it names nothing"
    assert rows_of(store, "daily_topic") == rows_of(store, "post_topics") == []
    assert rows_of(store, "revisions") == []
    told = "select reason, scored_before, scored_after from day_changes"
    assert store.con.execute(told).fetchall() == [("rescored", 1, 0)]


def test_a_day_is_the_reporting_zones_on_days_when_the_clocks_change(store: Store) -> None:
    # 29 March 2026 in Berlin: from 28 March 23:00 UTC to 29 March 22:00 UTC.
    start, end = datetime(2026, 3, 28, 23, tzinfo=UTC), datetime(2026, 3, 29, 22, tzinfo=UTC)
    tick = timedelta(microseconds=1)
    moments = [start - tick, start, end - tick, end]
    put(store, *(row(f"p{i}", m) for i, m in enumerate(moments)), window=span(20, 30))
    assert [(d["day"].day, d["posts"]) for d in daily(store)] == [(28, 1), (29, 2), (30, 1)]


def test_the_session_zone_of_a_caller_does_not_move_times(store: Store) -> None:
    store.con.execute("set TimeZone = 'America/New_York'")
    put(store, row("a", T0, edited_at=T0 + HOUR))
    assert stored(store)["created_at"] == T0.replace(tzinfo=None)
    assert stored(store)["edited_at"] == (T0 + HOUR).replace(tzinfo=None)


def test_a_tombstone_takes_the_post_and_its_words_out_for_good(store: Store) -> None:
    put(store, row("a", T0, 0.5), row("b", T0, -0.5))
    put(store, row("a", T0, 0.5, product="nova"), product="nova")
    landed = put(store, gone=("a", "never seen"))
    assert landed.gone == 2, "of both products"
    assert stored(store) is None
    assert [d["compound_sum"] for d in daily(store)] == [-0.5]
    assert store.con.execute("select count(*) from texts where post_id = 'a'").fetchall() == [(0,)]
    # Replayed from an older pull, or found by a backfill: it stays away.
    landed = put(store, row("a", T0, 0.5), row("a", T0, 0.5, edited_at=T0 + HOUR))
    assert (landed.posts, landed.gone) == (0, 2)
    assert stored(store) is None
    # Written anew after that, it may come.
    later = NOW + DAY
    put(store, row("a", T0, 0.5, edited_at=later), now=later)
    assert stored(store) is not None


def test_a_tombstone_beside_its_post_in_one_landing_wins(store: Store) -> None:
    landed = put(store, row("a", T0), gone=("a",))
    assert (landed.posts, landed.gone) == (0, 1)
    assert daily(store) == []


def test_missing_is_not_deleted(store: Store) -> None:
    put(store, row("a", T0), row("b", T0))
    put(store, row("a", T0))
    put(store)
    assert daily(store)[0]["posts"] == 2


def test_rows_of_another_channel_or_product_are_an_error_and_nothing_lands(store: Store) -> None:
    wrongs: list[dict[str, Any]] = [{"channel": "other"}, {"product": "other"}]
    for wrong in wrongs:
        with pytest.raises(WarehouseError, match="1 rows are not of channel rd and product orbit"):
            put(store, row("a", T0), row("b", T0, **wrong))
    assert rows_of(store, "posts") == rows_of(store, "coverage") == []


def test_coverage_and_counts_of_a_landing(store: Store) -> None:
    window = span(0, 7)
    cut = Coverage(T0 + 2 * DAY, window.end, capped=True, note="1,000 items a listing")
    put(store, row("a", T0), coverage=cut, rejected=(Rejected("x.csv:3", "no date"),), window=window)
    (line,) = store.con.execute(
        "select asked_from, reached, until, capped, note, posts, new, rejected, status, error, day_from, day_to"
        " from coverage"
    ).fetchall()
    naive = [m.replace(tzinfo=None) for m in (T0, T0 + 2 * DAY, T0 + 7 * DAY)]
    assert line == (
        *naive, True, "1,000 items a listing", 1, 1, 1, "ok", None, date(2026, 3, 2), date(2026, 3, 8),
    )  # fmt: skip
    # Berlin's days begin at 23:00 UTC in winter: 4 March is short of its first hour, 9 March has only that one.
    found = store.con.execute("select day, complete, round(covered_share * 24, 6) from coverage_daily order by day")
    assert [(day.day, complete, hours) for day, complete, hours in found.fetchall()] == [
        (2, False, 0), (3, False, 0), (4, False, 23), (5, True, 24), (6, True, 24), (7, True, 24), (8, True, 24),
        (9, False, 1),
    ]  # fmt: skip
    assert watermark(store, "rd", "orbit") == T0 + 7 * DAY
    assert watermark(store, "rd", "other") is None


def test_nobody_has_seen_the_future(store: Store) -> None:
    window = span(0, 7)
    put(store, window=window, now=T0 + 3 * DAY)
    assert watermark(store, "rd", "orbit") == T0 + 3 * DAY
    days = store.con.execute("select max(day), max(day) filter (where complete) from coverage_daily").fetchall()
    assert days == [(date(2026, 3, 5), date(2026, 3, 4))]


def test_complete_follows_when_coverage_comes_later(store: Store) -> None:
    put(store, row("a", T0 + DAY + HOUR), window=span(0, 1.2))
    assert [d["complete"] for d in daily(store)] == [False]
    put(store, window=span(1.2, 3))
    assert [d["complete"] for d in daily(store)] == [True]


def test_a_failure_is_recorded_and_changes_nothing_else(store: Store) -> None:
    put(store, row("a", T0), window=span(0, 2))
    before = {name: rows_of(store, name) for name in ("posts", "texts", "daily", "coverage_daily", "watermarks")}
    land_failure(
        store, run_id="r2", channel="rd", source="reddit", product="orbit", window=span(2, 3), error="503", now=NOW
    )
    assert {name: rows_of(store, name) for name in before} == before
    status = store.con.execute("select status, error, reached from coverage order by asked_from").fetchall()
    assert status == [("ok", None, T0.replace(tzinfo=None)), ("failed", "503", None)]


def test_the_same_refusal_is_kept_once(store: Store) -> None:
    for run_id in ("r1", "r2"):
        put(store, row("bad", T0, rating=0), run_id=run_id, rejected=(Rejected("x.csv:3", "no date"),))
    assert store.con.execute("select run_id, item, reason from set_aside order by item").fetchall() == [
        ("r2", "bad", "rating 0 is not 1..5"),
        ("r2", "x.csv:3", "no date"),
    ]


def test_an_error_in_the_middle_leaves_the_store_as_it_was(store: Store) -> None:
    put(store, row("a", T0))
    before = aggregates(store), rows_of(store, "coverage"), rows_of(store, "texts")
    with pytest.raises(WarehouseError) as caught:
        land(store, landing(rows=[store.path.parent / "not there.parquet"]))
    assert "\n" not in str(caught.value)
    store.con.execute("alter table watermarks rename to elsewhere")  # the last step of a landing fails
    with pytest.raises(WarehouseError):
        put(store, row("a", T0, -0.5, edited_at=T0 + DAY), row("b", T0), gone=("a",))
    store.con.execute("alter table elsewhere rename to watermarks")
    assert (aggregates(store), rows_of(store, "coverage"), rows_of(store, "texts")) == before
    put(store, row("b", T0))
    assert daily(store)[0]["posts"] == 2, "the store goes on working"
