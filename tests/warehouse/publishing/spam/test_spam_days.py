"""Which days are looked through for spam, and whether there is anything to look at (days.sql and concerned.sql)."""

from __future__ import annotations

from datetime import date, timedelta

import duckdb
import pytest

from earful.warehouse.statements import count, run, text

DAY = date(2026, 5, 1)


def test_a_day_reaches_two_before_it_and_thirty_behind() -> None:
    """What a post is taken for rests on the posts of two days either side, and on the words of the 30 days before."""
    with duckdb.connect() as con:
        con.execute("create table spam_due as select unnest(['a', 'a', 'gone']) as product, ?::date as day", [DAY])
        con.execute("create table daily (product varchar, day date, posts bigint)")
        days = [("a", n) for n in (-3, -2, 0, 5, 30, 31) for _ in range(2)] + [("b", 0)]  # two channels of a day
        con.executemany("insert into daily values (?, ?, 3)", [(p, DAY + timedelta(n)) for p, n in days])
        run(con, "publishing/spam/days")
        found = con.execute("select product, day, posts from spam_days order by all").fetchall()
    expected = [("a", DAY + timedelta(n), 6) for n in (-2, 0, 5, 30)]
    assert found == [*expected, ("gone", DAY, 0)], "a day that lost its last post has sums left over"


@pytest.mark.parametrize(
    ("suspects", "flagged", "sums", "concerned"),
    [(0, 0, 0, 0), (1, 0, 0, 1), (0, 1, 0, 1), (0, 0, 1, 1), (1, 1, 1, 3), (1, 1, 0, 2)],
)
def test_it_is_looked_where_there_is_a_suspect_a_flag_or_a_sum(
    suspects: int, flagged: int, sums: int, concerned: int
) -> None:
    span = {"first_day": DAY, "last_day": DAY + timedelta(1)}
    with duckdb.connect() as con:
        con.execute("create table spam_suspects as select 1 as text_no from range(?)", [suspects])
        con.execute("create table posts (day date, spam varchar)")
        con.execute("create table daily_spam (day date)")
        for n in (-1, 2):  # of other days
            con.execute("insert into posts values (?, 'copies')", [DAY + timedelta(n)])
            con.execute("insert into daily_spam values (?)", [DAY + timedelta(n)])
        con.execute("insert into posts values (?, null)", [DAY])
        con.execute("insert into posts select ?, 'copies' from range(?)", [DAY, flagged])
        con.execute("insert into daily_spam select ? from range(?)", [DAY + timedelta(1), sums])
        assert count(con, text("publishing/spam/concerned"), span) == concerned
