"""Coverage and confirmation of days (aggregates/cover, confirm_*, rezone): each statement alone, beside other places' rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from math import ceil
from typing import Any

import duckdb
import pytest
from bare_tables import add, asked, bare_tables

from earful.warehouse.statements import run, text

KEY = {"channel": "rd", "product": "orbit"}
ELSEWHERE = ({"channel": "st", "product": "orbit"}, {"channel": "rd", "product": "nova"})
OWN = "where channel = 'rd' and product = 'orbit'"
START = datetime(2026, 3, 1)
HOUR = timedelta(hours=1)


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with bare_tables() as opened:
        yield opened


def day(number: int) -> date:
    return date(2026, 3, number)


def test_coverage_of_days_is_written_where_it_changed(con: duckdb.DuckDBPyConnection) -> None:
    #: Share before (None: no row) and its source, complete and share now, whether the day's numbers are computed anew and
    #: what was judged of it is kept.
    cases: list[tuple[float | None, str, bool, float, bool, bool]] = [
        (None, "", True, 1.0, True, False), (None, "", False, 0.5, False, False), (1.0, "reddit", True, 1.0, False, True),
        (1.0, "reddit", False, 0.75, True, False), (0.5, "reddit", True, 1.0, True, False),
        (0.5, "reddit", False, 0.5, False, True), (0.5, "reddit", False, 0.25, False, False),
        (1.0, "steam", True, 1.0, False, False),
    ]  # fmt: skip
    con.execute("create temp table touched (product varchar, day date)")
    con.execute("create temp table cover (day date, complete boolean, covered_share double)")
    judged = {"usual": 7.0, "doubt": "few", "suspect": True}
    for n, (share, source, complete, now, _, _) in enumerate(cases, 1):
        if share is not None:
            add(con, "coverage_daily", {**KEY, "day": day(n), "covered_share": share, "source": source, **judged})
        con.execute("insert into cover values (?, ?, ?)", [day(n), complete, now])
        # Elsewhere it is the other way round.
        for other in ELSEWHERE:
            add(
                con,
                "coverage_daily",
                {**other, "day": day(n), "covered_share": 0.125 if complete else 1, "source": "x"},
            )
    add(con, "coverage_daily", {**KEY, "day": day(20), "covered_share": 0.25, "source": "x"})
    run(con, "aggregates/cover", {**KEY, "source": "reddit"})
    assert asked(con, "select product, day from touched order by all") == [
        ("orbit", day(n)) for n, case in enumerate(cases, 1) if case[4]
    ]
    found = asked(
        con, f"select day, covered_share, source, complete, usual, doubt, suspect from coverage_daily {OWN} order by 1"
    )
    want: list[tuple[Any, ...]] = [
        # What is kept bears what was judged of it.
        (day(n), now, "reddit", False if kept else complete, *((7.0, "few", True) if kept else (None, None, False)))
        for n, (_, _, complete, now, _, kept) in enumerate(cases, 1)
    ]
    assert found == [*want, (day(20), 0.25, "x", False, None, None, False)]
    others = asked(con, "select covered_share from coverage_daily where source = 'x' order by channel, product, day")
    rows = [0.125 if complete else 1.0 for _, _, complete, _, _, _ in cases]
    assert [share for (share,) in others] == [*rows, 0.25, *rows]


def test_known_days_are_read_with_their_posts(con: duckdb.DuckDBPyConnection) -> None:
    for n, share in ((1, 1.0), (2, 1.0), (3, 0.5), (4, 1.0)):
        judged = {"usual": float(n), "doubt": str(n), "suspect": n == 3}
        add(con, "coverage_daily", {**KEY, "day": day(n), "covered_share": share, **judged})
        for place in (KEY, *ELSEWHERE):
            if n < 4 or place != KEY:
                add(con, "daily", *({**place, "day": day(n), "market": market, "posts": n} for market in ("de", "us")))
    for other in ELSEWHERE:
        add(con, "coverage_daily", *({**other, "day": day(n), "covered_share": 1} for n in (2, 5)))
    rows = con.execute(text("aggregates/confirm_read"), {**KEY, "first": day(2)}).fetchall()
    assert sorted(rows) == [
        (day(2), 4, True, 2.0, "2", False), (day(3), 6, False, 3.0, "3", True), (day(4), 0, True, 4.0, "4", False),
    ]  # fmt: skip


def test_looks_are_answers_that_came_and_by_whom_they_were_asked_for(con: duckdb.DuckDBPyConnection) -> None:
    add(con, "runs", *({"run_id": kind, "kind": kind} for kind in ("nightly", "backfill")))
    base = {**KEY, "status": "ok", "reached": START, "until": START + HOUR}
    rows = [
        {**base, "run_id": name, "landed_at": START + n * HOUR}
        for n, name in enumerate(("nightly", "backfill", "none"))
    ]
    others = [{**base, **more, "run_id": "nightly"} for more in (*ELSEWHERE, {"status": "failed"}, {"reached": None})]
    add(con, "coverage", *rows, *others)
    found = con.execute(text("aggregates/confirm_looks"), KEY).fetchall()
    at: tuple[Any, ...] = (START, START + HOUR, [])
    assert sorted(found, key=lambda row: row[1]) == [
        ("nightly", START, False, *at), ("backfill", START + HOUR, True, *at), ("none", START + 2 * HOUR, False, *at),
    ]  # fmt: skip


def test_a_day_is_settled_when_all_but_one_in_twenty_are_known(con: duckdb.DuckDBPyConnection) -> None:
    for place, number in ((ELSEWHERE[0], 1), (ELSEWHERE[1], 1), (KEY, 2)):
        add(con, "posts", *({**place, "day": day(number), "first_seen_at": START + 99 * HOUR} for _ in range(3)))
    tell, key = text("aggregates/confirm_settled"), {**KEY, "day": day(1)}
    assert con.execute(tell, key).fetchall() == [(None,)]
    for posts in range(1, 45):
        # The last seen first.
        add(con, "posts", {**key, "first_seen_at": START - posts * HOUR})
        if posts in {1, 2, 19, 20, 21, 39, 40, 41, 44}:
            known = START - (posts - ceil(posts * 0.95) + 1) * HOUR
            assert con.execute(tell, key).fetchall() == [(known,)], posts


def test_what_was_judged_goes_to_its_days_and_is_carried_by_their_numbers(con: duckdb.DuckDBPyConnection) -> None:
    #: Covered share, suspect, and complete and suspect as the numbers bear them before; the last day is not judged.
    cases = [
        (1.0, False, True, False), (1.0, True, True, False), (1.0, False, False, True), (0.5, False, True, False),
        (0.5, True, True, True), (1.0, True, False, False), (1.0, False, True, True), (1.0, True, True, False),
    ]  # fmt: skip
    con.execute("create temp table judged (day date, usual double, doubt varchar, suspect boolean)")
    judged = [(n, suspect) for n, (_, suspect, _, _) in enumerate(cases[:-1], 1)]
    add(
        con,
        "judged",
        *({"day": day(n), "usual": n / 2, "doubt": f"doubt {n}", "suspect": suspect} for n, suspect in judged),
    )
    for place in (KEY, *ELSEWHERE):
        own = place == KEY
        days = [
            {**place, "day": day(n), "complete": complete if own else n % 2 == 0, "suspect": doubted}
            for n, (_, _, complete, doubted) in enumerate(cases, 1)
        ]
        shares = [share if own else 1.0 - n / 100 for n, (share, _, _, _) in enumerate(cases, 1)]
        add(con, "coverage_daily", *({**row, "covered_share": share} for row, share in zip(days, shares, strict=True)))
        add(con, "daily", *days)
        for table in ("daily_version", "daily_topic"):
            add(con, table, *({k: v for k, v in row.items() if k != "suspect"} for row in days))
    elsewhere = {
        table: asked(con, f"select * from {table} where not (channel = 'rd' and product = 'orbit') order by all")
        for table in ("coverage_daily", "daily", "daily_version", "daily_topic")
    }
    run(con, "aggregates/confirm_write", KEY)
    last = len(cases)
    want = [(share == 1.0 and not suspect, suspect) for share, suspect, _, _ in cases[:-1]] + [cases[-1][2:]]
    found = asked(con, f"select day, usual, doubt, suspect, complete from coverage_daily {OWN} order by day")
    assert found[:-1] == [(day(n), n / 2, f"doubt {n}", s, c) for n, (c, s) in enumerate(want[:-1], 1)]
    assert found[-1] == (day(last), None, None, False, True)
    # The days that are not judged stay as they are, whatever stands in their coverage.
    con.execute(f"update coverage_daily set complete = false, suspect = true {OWN} and day = ?", [day(last)])
    run(con, "aggregates/confirm_carry", KEY)
    assert asked(con, f"select complete, suspect from daily {OWN} order by day") == want
    for table in ("daily_version", "daily_topic"):
        assert asked(con, f"select complete from {table} {OWN} order by day") == [
            (complete,) for complete, _ in want
        ], table
    for table, rows in elsewhere.items():
        assert (
            asked(con, f"select * from {table} where not (channel = 'rd' and product = 'orbit') order by all") == rows
        )


@pytest.mark.parametrize("backwards", [False, True])
def test_every_day_is_given_anew_by_the_clock_of_the_new_zone(con: duckdb.DuckDBPyConnection, backwards: bool) -> None:
    """As UTC, two hours ahead of it from midnight on, and one from 22:00 on: on a bound the later shift holds."""
    shifts = [(-99, 0, 0), (0, 22, 2), (22, 999, 1)]
    con.execute("create temp table shifts (starts_at timestamp, ends_at timestamp, shift bigint)")
    for start, end, ahead in reversed(shifts) if backwards else shifts:
        con.execute("insert into shifts values (?, ?, ?)", [START + start * HOUR, START + end * HOUR, ahead * 3600])

    def day_of(hour: float) -> date:
        ahead = next(ahead for start, end, ahead in shifts if start <= hour < end)
        return (START + (hour + ahead) * HOUR).date()

    hours = [-0.5, 0, 21.999, 22, 23]
    assert [day_of(hour).day for hour in hours] == [28, 1, 1, 1, 2]
    for n, hour in enumerate(hours):
        for at, place in enumerate((KEY, *ELSEWHERE)):
            # The same id in another place is of another day.
            ids = {**place, "post_id": str(n), "day": day(9)}
            add(con, "posts", {**ids, "created_at": START + (hour + 24 * at) * HOUR})
            add(con, "texts", ids)
            add(con, "revisions", ids)
    add(con, "texts", {**KEY, "post_id": "other", "day": day(9)})
    add(con, "coverage", *({**KEY, "run_id": str(n), "day_from": day(9), "day_to": day(9)} for n in range(3)))
    con.execute("create temp table asked (row_no bigint, day_from date, day_to date)")
    con.execute("insert into asked values (2, ?, ?), (0, ?, ?)", [day(1), day(2), day(3), day(4)])
    tables = ("coverage_daily", "daily", "daily_version", "daily_topic")
    for table in tables:
        add(con, table, {**KEY, "day": day(1)}, {**ELSEWHERE[0], "day": day(2)})
    run(con, "aggregates/rezone")
    for table in ("posts", "texts", "revisions"):
        for at, place in enumerate((KEY, *ELSEWHERE)):
            found = con.execute(
                f"select day from {table} where channel = $channel and product = $product and post_id <> 'other' order by post_id",
                place,
            ).fetchall()
            later = [day_of(hour + 24 * at) for hour in hours]
            assert [d for (d,) in found] == later, (table, place)
    assert asked(con, "select day from texts where post_id = 'other'") == [(day(9),)]
    spans = [(day(3), day(4)), (day(9), day(9)), (day(1), day(2))]
    assert asked(con, "select day_from, day_to from coverage order by run_id") == spans
    assert [asked(con, f"select count(*) from {table}") for table in tables] == [[(0,)]] * 4
