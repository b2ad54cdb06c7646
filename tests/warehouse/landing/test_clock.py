"""A run with the clock ahead, and one with the clock behind: nothing claims what nobody can have seen."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from bare_tables import add
from landing import DAY, HOUR, T0, aggregates, landing, row, rows_of, span, viewed

from earful.connectors.base import Coverage, Window
from earful.warehouse import (
    AllOf,
    Posts,
    Store,
    apply_retention,
    erase,
    finish_run,
    land,
    mend_clock,
    note_secret,
    open_store,
    start_run,
    watermark,
)
from earful.warehouse.landing.clock import TOLERANCE, WRONG
from earful.warehouse.statements import run

POSTS = [row(f"p{n}", T0 + n * 5 * HOUR, compound=(n % 5 - 2) / 4) for n in range(48)]  # ten days
OVERLAP = DAY


def night(store: Store, run_id: str, began: datetime, *, ahead: timedelta = timedelta(), **more: Any) -> None:
    """A night as flows/night/plan.py plans it; the service shows what was there at ``began``, the clock is ahead by so much."""
    now = began + ahead
    known = watermark(store, "rd", "orbit")
    asked = Window(min(known, now) - OVERLAP if known else T0, now)
    start_run(store, run_id, "nightly", now)
    shown = [p for p in POSTS if asked.holds(p["created_at"]) and p["created_at"] < began]
    land(store, landing(shown, run_id=run_id, window=asked, coverage=Coverage.whole(asked), now=now, **more))
    finish_run(store, run_id, "ok", now)


def at(day: float) -> datetime:
    return T0 + day * DAY + 4 * HOUR


def test_a_run_that_was_ahead_is_mended_by_the_next(store: Store, tmp_path: Path) -> None:
    """After it the store is that of the nights with a right clock, to the bit."""
    with open_store(tmp_path / "clean.duckdb", time_zone="Europe/Berlin") as clean:
        for day in (3, 4, 5, 6):
            night(clean, f"n{day}", at(day))
        want = aggregates(clean), watermark(clean, "rd", "orbit")
    night(store, "n3", at(3))
    night(store, "n4", at(4))
    night(store, "n5", at(5), ahead=2 * DAY)
    assert watermark(store, "rd", "orbit") == at(7), "else there is nothing to mend"
    fresh = "select covered_to, last_complete_day from freshness"
    assert viewed(store, fresh, "freshness")[0]["last_complete_day"] == date(2026, 3, 8)

    said = mend_clock(store, at(6), ["rd"])
    assert said.startswith("a run's clock was ahead by 24.0 hours or more: what it claims to have seen since the run")
    assert watermark(store, "rd", "orbit") == at(4), "the last time that is known to be true"
    shown = viewed(store, fresh, "freshness")[0]
    assert (shown["covered_to"].replace(tzinfo=T0.tzinfo), shown["last_complete_day"]) == (at(4), date(2026, 3, 5))
    assert store.con.execute("select count(*) from posts").fetchall() == [
        (len([p for p in POSTS if p["created_at"] < at(5)]),)
    ]
    assert mend_clock(store, at(6), ["rd"]) == "", "once is enough"
    night(store, "n6", at(6))
    assert (aggregates(store), watermark(store, "rd", "orbit")) == want


def outbox(
    store: Store,
    message: str,
    status: str,
    *,
    tried: datetime,
    retry: datetime | None,
    delivered: datetime | None = None,
) -> None:
    store.con.execute(
        "insert into alert_outbox values ($m, 'ops', 'a', 'new', $tried, $status, 1, $retry, $tried, $sent, null, null)",
        {"m": message, "tried": tried, "status": status, "retry": retry, "sent": delivered},
    )


def to_come(store: Store) -> set[str]:
    """Columns of the store that hold a time after the mending."""
    columns = store.con.execute(
        "select table_name, column_name from duckdb_columns() where data_type = 'TIMESTAMP'"
        " and database_name = current_database() and not internal"
    ).fetchall()
    assert len(columns) > 30
    latest = {
        f"{name}.{column}": store.con.execute(f'select max("{column}") from {name}').fetchall()[0][0]
        for name, column in columns
    }
    del latest["migrations.applied_at"]  # by this machine's real clock, whatever the test says
    return {name for name, moment in latest.items() if moment and moment > at(5).replace(tzinfo=None)}


def test_a_message_that_was_refused_in_a_time_to_come_is_tried_again_at_once(store: Store) -> None:
    """And one that waits by the right clock goes on waiting."""
    night(store, "n3", at(3))
    night(store, "n4", at(4), ahead=2 * HOUR + DAY)
    now = at(5).replace(tzinfo=None)
    outbox(store, "ahead", "due", tried=now + 3 * HOUR, retry=now + 3.5 * HOUR)
    outbox(store, "waits", "due", tried=now - HOUR, retry=now + 3 * HOUR)
    mend_clock(store, at(5), ["rd"])
    found = dict(store.con.execute("select message, retry_at from alert_outbox").fetchall())
    assert found["ahead"] <= now
    assert found["waits"] == now + 3 * HOUR


def test_no_time_of_the_store_is_left_to_come(store: Store) -> None:
    night(store, "n3", at(3))
    night(store, "n4", at(4), ahead=40 * DAY, gone=("p0",), rejected=())
    erase(store, AllOf("other"), kind="product", why="asked", now=at(44))
    erase(store, Posts("rd", ("p1",)), kind="post", why="asked", now=at(44))
    note_secret(store, "aaaa", [], at(44))
    then = at(44).replace(tzinfo=None)
    store.con.execute(
        "insert into remembered values ('rd', 'orbit', 'v1', 'Europe/Berlin', $then, 'x')", {"then": then}
    )
    store.con.execute(
        "insert into alerts values ('a', 'ops', 'worse', 'orbit', '', '2026-03-02', '2026-03-02', 1, 'open', '', $then, null)",
        {"then": then},
    )
    for message, status, retry, delivered in (
        ("m1", "due", then + HOUR, None), ("m2", "sending", then + HOUR, None), ("m3", "delivered", None, then),
    ):  # fmt: skip
        outbox(store, message, status, tried=then, retry=retry, delivered=delivered)
    assert to_come(store) >= {
        "alert_outbox.delivered_at", "alert_outbox.queued_at", "alert_outbox.retry_at", "alert_outbox.tried_at",
        "alerts.noted_at", "coverage.until", "coverage.landed_at", "erasures.at", "posts.updated_at", "remembered.noted_at",
        "runs.started_at", "secrets.since", "texts.seen_at", "watermarks.watermark",
    }  # fmt: skip
    mend_clock(store, at(5), ["rd"])
    assert to_come(store) == {"tombstones.gone_at"}
    assert store.con.execute("select max(day) from coverage_daily").fetchall()[0][0] <= at(5).date()
    # What a service called deleted may be written anew, what a person had erased may not, ever.
    gone = store.con.execute("select gone_at from tombstones order by all").fetchall()
    assert [g.year for (g,) in gone] == [2026, 9999]
    # Nor does a product that was forgotten then stay shut out until that day comes.
    land(store, landing([{**POSTS[2], "product": "other"}], product="other", now=at(5)))
    assert store.con.execute("select count(*) from posts where product = 'other'").fetchall() == [(1,)]


def test_the_very_first_run_was_ahead(store: Store) -> None:
    night(store, "n5", at(5), ahead=2 * DAY)
    mend_clock(store, at(6), [])
    assert watermark(store, "rd", "orbit") is None
    assert rows_of(store, "coverage_daily") == []
    # Asked in vain: as long as there was anything to ask for, and no longer.
    (asked,) = store.con.execute("select status, error, reached, asked_to, landed_at, day_to from coverage").fetchall()
    assert asked[:3] == ("failed", WRONG, None)
    assert asked[3] == asked[4]
    assert at(6).replace(tzinfo=None) - timedelta(seconds=1) <= asked[3] < at(6).replace(tzinfo=None)
    assert asked[5] == date(2026, 3, 7), "the last day that was over then"
    assert store.con.execute("select count(*) > 0, bool_or(complete) from daily").fetchall() == [(True, False)]


def test_a_window_of_the_past_asked_for_by_a_run_that_was_ahead_keeps_its_end(store: Store) -> None:
    land(store, landing(window=span(1, 2), coverage=Coverage.whole(span(1, 2)), now=at(9)))
    mend_clock(store, at(6), ["rd"])
    assert store.con.execute("select status, asked_from, asked_to, day_from, day_to from coverage").fetchall() == [
        (
            "failed",
            *(moment.replace(tzinfo=None) for moment in (T0 + DAY, T0 + 2 * DAY)),
            date(2026, 3, 3),
            date(2026, 3, 3),
        )
    ]


def test_several_runs_ahead_and_one_that_asked_only_for_days_to_come(store: Store) -> None:
    night(store, "n2", at(2))
    for day in (3, 4, 5):
        night(store, f"n{day}", at(day), ahead=10 * DAY)
    mend_clock(store, at(6), ["rd"])
    # The last two asked for nothing before day 12: such rows tell nothing of any day that there is.
    assert store.con.execute("select run_id, status, until from coverage order by rowid").fetchall() == [
        ("n2", "ok", at(2).replace(tzinfo=None)),
        ("n3", "ok", at(2).replace(tzinfo=None)),
    ]
    assert watermark(store, "rd", "orbit") == at(2)


def test_a_clock_that_is_behind_costs_nothing(store: Store) -> None:
    """The posts of real services are dated after it: the nights were right, so nothing of them is taken back."""
    for day in (3, 4, 5, 6):
        night(store, f"n{day}", at(day))
    before = aggregates(store), rows_of(store, "coverage"), rows_of(store, "posts")
    said = mend_clock(store, at(4), ["rd"])
    assert "clock (2026-03-06 04:00 UTC) is behind" in said
    assert "set the clock" in said
    assert (aggregates(store), rows_of(store, "coverage"), rows_of(store, "posts")) == before
    night(store, "behind", at(4))
    night(store, "n7", at(7))
    with open_store(store.path.with_name("clean.duckdb"), time_zone="Europe/Berlin") as clean:
        for day in (3, 4, 5, 6, 7):
            night(clean, f"n{day}", at(day))
        assert aggregates(store) == aggregates(clean)
        assert watermark(store, "rd", "orbit") == watermark(clean, "rd", "orbit")


def test_a_right_clock_mends_nothing(store: Store) -> None:
    night(store, "n3", at(3))
    before = rows_of(store, "coverage"), aggregates(store)
    # A run beside ours that began a little later, and a clock that was set right by seconds.
    assert mend_clock(store, at(3) - TOLERANCE, ["rd"]) == ""
    assert (rows_of(store, "coverage"), aggregates(store)) == before


def test_words_kept_by_a_run_that_was_ahead_go_in_time(store: Store) -> None:
    night(store, "n5", at(5), ahead=30 * DAY)
    mend_clock(store, at(6), ["rd"])
    assert apply_retention(store, {"reddit": 2}, at(8) - HOUR) == {"reddit": 0}
    assert apply_retention(store, {"reddit": 2}, at(8) + HOUR)["reddit"] > 0


def test_an_answer_after_the_mending_wins_over_one_that_was_ahead(store: Store) -> None:
    post = {**POSTS[0], "likes": 1}
    week = span(0, 1)
    land(store, landing([post], window=week, coverage=Coverage.whole(week), now=at(30)))
    mend_clock(store, at(6), ["rd"])
    land(store, landing([{**post, "likes": 9}], window=week, coverage=Coverage.whole(week), now=at(6)))
    assert store.con.execute("select likes from posts").fetchall() == [(9,)]


@pytest.mark.parametrize("days", [1, 400])
def test_a_post_dated_after_now_is_kept_and_completes_no_day(store: Store, days: int) -> None:
    """A service whose clock is ahead: its post stays on its day, which is covered when that day has come."""
    soon = row("soon", at(3) + days * DAY)
    asked = Window(T0, at(3) + (days + 1) * DAY)
    land(store, landing([*POSTS[:10], soon], window=asked, coverage=Coverage.whole(asked), now=at(3)))
    assert store.con.execute("select count(*) from posts where post_id = 'soon'").fetchall() == [(1,)]
    assert watermark(store, "rd", "orbit") == at(3)
    rows = viewed(store, "select max(day) as last from completeness where complete", "asked_days", "completeness")
    assert rows == [{"last": date(2026, 3, 4)}]
    assert store.con.execute("select bool_or(complete) from daily where day > '2026-03-05'").fetchall() == [(False,)]
    assert mend_clock(store, at(3), ["rd"]) == "", "and no sign of a wrong clock of ours"


#: Every time that our own clock wrote.
OURS = {
    "posts": ("updated_at", "first_seen_at"), "texts": ("seen_at",), "tombstones": ("gone_at",),
    "daily": ("updated_at",), "daily_version": ("updated_at",), "daily_topic": ("updated_at",),
    "revisions": ("seen_at", "old_seen_at"), "day_changes": ("seen_at",), "checks": ("checked_at",),
    "set_aside": ("at",), "erasures": ("at", "finished_at"), "forgotten_products": ("at",), "forgotten_authors": ("at",),
    "alarm_answers": ("answered_at",), "excluded_authors": ("at",), "secrets": ("since",), "runs": ("started_at", "ended_at"),
    "alerts": ("noted_at",), "alert_outbox": ("queued_at", "tried_at", "delivered_at"),
}  # fmt: skip


def test_a_time_is_to_come_from_the_first_moment_after_the_latest(store: Store) -> None:
    """Of rows that hold nothing but this one time: the latest stays, a microsecond later is set back, null stays null."""
    latest, set_to = (moment.replace(tzinfo=None) for moment in (at(6), at(5)))
    later = latest + timedelta(microseconds=1)
    days = [date(2026, 3, day) for day in (1, 2, 3)]
    with duckdb.connect() as con:
        for name in (*OURS, "unpublished", "remembered"):
            con.register("empty", store.con.execute(f"from {name} limit 0").to_arrow_table())
            con.execute(f"create table {name} as from empty")
        for table, columns in OURS.items():
            for column in columns:
                dated = {"day": days} if table in ("posts", "daily") else {}
                con.register("rows", pa.table({column: pa.array([latest, later, None], pa.timestamp("us")), **dated}))
                con.execute(f"insert into {table} by name from rows")
                run(con, "landing/clock_settle", {"latest": latest, "at": set_to, "for_good": datetime(9999, 1, 1)})
                found = con.execute(f'select "{column}" from {table} order by all').fetchall()
                assert found == [(set_to,), (latest,), (None,)], (table, column)
                assert con.execute("from unpublished").fetchall() == [(day,) for day in days[1:2] if dated]
                con.execute(f"truncate {table}; truncate unpublished")
        # What was remembered by a clock that was ahead goes.
        con.register("rows", pa.table({"noted_at": pa.array([latest, later], pa.timestamp("us"))}))
        con.execute("insert into remembered by name from rows")
        run(con, "landing/clock_settle", {"latest": latest, "at": set_to, "for_good": datetime(9999, 1, 1)})
        assert con.execute("select noted_at from remembered").fetchall() == [(latest,)]


def test_where_only_a_message_was_tried_ahead_its_times_are_set(store: Store) -> None:
    """No landing claims anything then; the message would have waited until the time that the clock had."""
    night(store, "n3", at(3))
    wrong = (at(4) + 2 * DAY).replace(tzinfo=None)
    add(store.con, "alert_outbox", {"queued_at": wrong, "tried_at": wrong, "retry_at": wrong + HOUR})
    said = mend_clock(store, at(4), ["rd"])
    assert said == "this machine's clock was ahead by 2.0 days or more: times that were written then are set to now"
    ((retry, tried, queued),) = store.con.execute("select retry_at, tried_at, queued_at from alert_outbox").fetchall()
    assert retry == tried == queued == (at(4) - timedelta(microseconds=1)).replace(tzinfo=None)
    assert mend_clock(store, at(4), ["rd"]) == ""
