"""Times that were still to come (landing/clock_*.sql): each on the bound and just after it, in every table that has one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import duckdb
import pytest
from bare_tables import add, asked, bare_tables

from earful.warehouse.statements import run, text

LATEST = datetime(2026, 3, 2, 4)
AFTER = LATEST + timedelta(microseconds=1)
BEFORE = LATEST - timedelta(hours=5)
#: What stands for a time to come; the moment before the run that mends.
AT = LATEST - timedelta(minutes=20)
FOR_GOOD = datetime(9999, 1, 1)

#: Every time of the store that is of our own clock and is set; what a service dates, and what is mended otherwise, is not.
SET = {
    "daily": ["updated_at"], "daily_version": ["updated_at"], "daily_topic": ["updated_at"],
    "posts": ["updated_at", "first_seen_at"], "texts": ["seen_at"], "revisions": ["seen_at", "old_seen_at"],
    "day_changes": ["seen_at"], "tombstones": ["gone_at"], "checks": ["checked_at"], "set_aside": ["at"],
    "erasures": ["at", "finished_at"], "forgotten_products": ["at"], "forgotten_authors": ["at"],
    "excluded_authors": ["at"], "alarm_answers": ["answered_at"], "alerts": ["noted_at"], "secrets": ["since"],
    "alert_outbox": ["tried_at", "queued_at", "delivered_at"], "runs": ["started_at", "ended_at"],
}  # fmt: skip


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with bare_tables() as opened:
        yield opened


def settle(con: duckdb.DuckDBPyConnection) -> None:
    run(con, "landing/clock_settle", {"latest": LATEST, "at": AT, "for_good": FOR_GOOD})


def test_each_time_to_come_is_set_and_no_other(con: duckdb.DuckDBPyConnection) -> None:
    for table, columns in SET.items():
        for column in columns:
            others = {other: BEFORE for other in columns if other != column}
            add(con, table, *({**others, column: moment} for moment in (LATEST, AFTER)))
    settle(con)
    for table, columns in SET.items():
        for column in columns:
            found = asked(con, f'select "{column}" from {table} order by all')
            kept = [BEFORE] * (2 * len(columns) - 2)
            assert [moment for (moment,) in found] == [*kept, AT, LATEST], (table, column)


def test_what_stays_out_for_good_does_and_what_would_be_believed_then_goes(con: duckdb.DuckDBPyConnection) -> None:
    last = FOR_GOOD - timedelta(microseconds=1)
    add(con, "tombstones", *({"channel": str(n), "gone_at": t} for n, t in enumerate((last, FOR_GOOD))))
    add(con, "remembered", *({"value": str(n), "noted_at": t} for n, t in enumerate((LATEST, AFTER))))
    settle(con)
    assert asked(con, "select channel, gone_at from tombstones order by 1") == [("0", AT), ("1", FOR_GOOD)]
    assert asked(con, "select value from remembered") == [("0",)]


def test_only_a_message_that_was_tried_in_a_time_to_come_is_tried_at_once(con: duckdb.DuckDBPyConnection) -> None:
    cases = [(AFTER, AFTER, AT, AT), (AFTER, LATEST, AFTER, LATEST), (LATEST, AFTER, LATEST, AT)]
    for n, (retry, tried, _, _) in enumerate(cases):
        add(con, "alert_outbox", {"message": str(n), "retry_at": retry, "tried_at": tried})
    settle(con)
    found = asked(con, "select retry_at, tried_at from alert_outbox order by message")
    assert found == [(retry, tried) for _, _, retry, tried in cases]


def test_days_whose_posts_or_numbers_bear_such_a_time_are_published_anew(con: duckdb.DuckDBPyConnection) -> None:
    def day(number: int) -> date:
        return date(2026, 2, number)

    times = [(LATEST, LATEST), (AFTER, BEFORE), (BEFORE, AFTER)]
    add(con, "posts", *({"day": day(n), "updated_at": u, "first_seen_at": f} for n, (u, f) in enumerate(times, 1)))
    add(con, "daily", *({"day": day(n), "updated_at": moment} for n, moment in ((4, LATEST), (5, AFTER))))
    settle(con)
    assert asked(con, "select day from unpublished order by 1") == [(day(2),), (day(3),), (day(5),)]


def test_records_of_a_time_to_come_are_counted_and_the_last_is_told(con: duckdb.DuckDBPyConnection) -> None:
    tell = text("landing/clock_ahead")
    for table, column in (
        ("coverage", "landed_at"), ("runs", "started_at"), ("runs", "ended_at"), ("erasures", "at"),
        ("forgotten_products", "at"), ("secrets", "since"), ("alert_outbox", "queued_at"), ("alert_outbox", "tried_at"),
        ("alert_outbox", "delivered_at"), ("alarm_answers", "answered_at"),
    ):  # fmt: skip
        last = AFTER + timedelta(hours=len(column))
        con.execute("begin")
        add(con, table, *({column: moment} for moment in (LATEST, last, AFTER)))
        assert con.execute(tell, {"latest": LATEST}).fetchall() == [(2, last)], (table, column)
        con.execute("rollback")
    add(
        con, "alert_outbox", {"retry_at": AFTER}
    )  # a message that was refused is tried again later: no sign of a wrong clock
    assert con.execute(tell, {"latest": LATEST}).fetchall() == [(0, None)]


def test_a_claim_bears_the_last_past_time_that_landed_before_it(con: duckdb.DuckDBPyConnection) -> None:
    """In the order of landing: not its own time, none that came later, none that is to come itself."""
    hour = timedelta(hours=1)
    landed = [AFTER + hour, BEFORE, BEFORE - hour, AFTER, LATEST, AFTER + 2 * hour, BEFORE + hour, AFTER]
    add(con, "coverage", *({"run_id": str(n), "channel": f"c{n}", "landed_at": at} for n, at in enumerate(landed)))
    rows = con.execute(text("landing/clock_claims"), {"latest": LATEST}).fetchall()
    assert [(row[1], row[-1]) for row in rows] == [("c0", None), ("c3", BEFORE), ("c5", LATEST), ("c7", LATEST)]
    assert [row[0] for row in rows] == [0, 3, 5, 7]
