"""What may be told of (alerts/found.sql): rows on each bound of it, on stand-ins of the tables that it reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import duckdb
import pytest

from earful.warehouse.statements import text

TODAY = date(2026, 6, 10)

TABLES = {
    "verdicts": "product varchar, day date, episode varchar, metric varchar, alarm boolean, slice_kind varchar,"
    " channel varchar, verdict varchar",
    "daily_spam": "product varchar, channel varchar, day date, posts bigint, market varchar",
    "runs": "run_id varchar, started_at timestamp, status varchar, error varchar, kind varchar",
    "coverage": "run_id varchar, channel varchar, product varchar, error varchar, status varchar",
    "coverage_daily": "product varchar, channel varchar, day date, complete boolean",
    "products": "product varchar, tracked boolean",
    "channels": "channel varchar, tracked boolean, last_day date",
    "alarm_answers": "episode varchar, product varchar, metric varchar, verdict varchar, first_day date, last_day date",
}


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        for name, columns in TABLES.items():
            opened.execute(f"create table {name} ({columns})")
        yield opened


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def fill(con: duckdb.DuckDBPyConnection, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
    con.executemany(f"insert into {table} values ({', '.join('?' for _ in rows[0])})", list(rows))


def found(con: duckdb.DuckDBPyConnection, kind: str = "") -> list[tuple[Any, ...]]:
    """The rows, of one kind without its name."""
    rows = con.execute(text("alerts/found"), {"today": TODAY}).fetchall()
    return [row[1:] for row in rows if row[0] == kind] if kind else rows


def verdict(
    product: str, days: int, episode: str | None, metric: str = "sentiment", *, alarm: bool = False,
    kind: str = "product", channel: str = "", said: str = "",
) -> tuple[Any, ...]:  # fmt: skip
    return product, ago(days), episode, metric, alarm, kind, channel, said or (episode or "no real change").split()[-1]


def test_an_episode_is_told_by_its_alarm_its_metrics_and_its_channels(con: duckdb.DuckDBPyConnection) -> None:
    rows = [
        # Two alarms in six days: it counts from the second. Two metrics, two channels; a topic and a version count nothing.
        verdict("a", 9, "a 1 worse"), verdict("a", 8, "a 1 worse", alarm=True), verdict("a", 6, "a 1 worse", alarm=True),
        verdict("a", 5, "a 1 worse", "stars", kind="channel", channel="rd"), verdict("a", 4, "a 1 worse", "stars"),
        verdict("a", 5, "a 1 worse", kind="channel", channel="rd"),
        verdict("a", 5, "a 1 worse", kind="channel", channel="st"),
        verdict("a", 5, "a 1 worse", kind="topic", channel="x"), verdict("a", 5, "a 1 worse", kind="topic", channel="y"),
        # The same name in another product is another thing; what raised no alarm is told where it is good only.
        verdict("b", 2, "a 1 worse", "volume", alarm=True), verdict("b", 3, "b 2 worse"), verdict("b", 3, "b 3 flood"),
        verdict("b", 4, "b 4 better"), verdict("b", 3, "b 4 better"), verdict("b", 4, "b 5 fewer", alarm=True),
        verdict("b", 1, "b 6 silent", alarm=True), verdict("b", 1, "b 7 flood", alarm=True), verdict("b", 1, None),
    ]  # fmt: skip
    fill(con, "verdicts", rows)
    assert found(con) == [
        ("better", "b", "b 4 better", ago(4), ago(3), 1, True, "", False),
        ("silent", "b", "b 6 silent", ago(1), ago(1), 1, True, "", False),
        ("worse", "a", "a 1 worse", ago(6), ago(4), 4, True, "", False),
        ("worse", "b", "a 1 worse", ago(2), ago(2), 1, True, "", False),
        ("worse", "b", "b 7 flood", ago(1), ago(1), 1, True, "", False),
    ]


def test_an_episode_ends_three_days_before_the_last_judged_day_of_its_product(con: duckdb.DuckDBPyConnection) -> None:
    """By the whole product's sentiment: neither another metric nor a slice nor an incomplete day says that days went by."""
    for product, last in (("two", 5), ("three", 4), ("other", 0)):
        fill(con, "verdicts", [verdict(product, 7, f"{product} 1 worse", alarm=True), verdict(product, last, None)])
        later = [
            verdict(product, 0, None, "stars"), verdict(product, 0, None, kind="channel", channel="rd"),
            verdict(product, 0, None, said="incomplete day"),
        ]  # fmt: skip
        fill(con, "verdicts", later)
    # One that nobody judged by its sentiment is told of, and goes on for nobody.
    fill(con, "verdicts", [verdict("volume", 1, "volume 1 better", "volume")])
    assert [(r[0], r[1], bool(r[6])) for r in found(con)] == [
        ("better", "volume", False), ("worse", "other", False), ("worse", "three", False), ("worse", "two", True),
    ]  # fmt: skip


def test_four_months_are_looked_at(con: duckdb.DuckDBPyConnection) -> None:
    """The 119th day before today is the first."""
    old = [verdict("a", 120, "a 1 worse", alarm=True), verdict("a", 119, "a 1 worse"),
           verdict("a", 120, "a 2 better"), verdict("a", 119, "a 3 better")]  # fmt: skip
    fill(con, "verdicts", old)
    fill(con, "daily_spam", [("a", "rd", ago(120), 5, ""), ("b", "rd", ago(120), 1, ""), ("b", "rd", ago(119), 5, "")])
    assert found(con) == [
        ("better", "a", "a 3 better", ago(119), ago(119), 1, True, "", False),
        ("spam", "b", f"b rd {ago(119)}", ago(119), ago(119), 0, False, "rd", False),
    ]


#: Episode answered, its product, metric and verdict, its first and last day (days ago), and whether that answers "a 1 worse",
#: which is of sentiment and stars and of the days 6 to 4 ago (its alarm: 6).
ANSWERS = [
    ("a 1 worse", "a", "nps", "flood", 90, 90, True),
    ("a 1 worse", "b", "sentiment", "worse", 6, 4, False),
    ("gone", "a", "sentiment", "worse", 9, 6, True),
    ("gone", "a", "stars", "worse", 4, 1, True),
    ("gone", "a", "sentiment", "worse", 9, 7, False),
    ("gone", "a", "sentiment", "worse", 3, 1, False),
    ("gone", "a", "nps", "worse", 6, 4, False),
    ("gone", "a", "sentiment", "flood", 6, 4, False),
    ("gone", "b", "sentiment", "worse", 6, 4, False),
    ("a 2 flood", "a", "sentiment", "worse", 6, 4, False),
]


@pytest.mark.parametrize("answer", ANSWERS)
def test_an_answer_is_to_an_episode_of_its_name_or_to_what_took_its_place(
    con: duckdb.DuckDBPyConnection, answer: tuple[str, str, str, str, int, int, bool]
) -> None:
    rows = [
        verdict("a", 6, "a 1 worse", alarm=True), verdict("a", 4, "a 1 worse", "stars"),
        verdict("a", 6, "a 2 flood", "volume"), verdict("a", 5, None),
    ]  # fmt: skip
    fill(con, "verdicts", rows)
    episode, product, metric, said, first, last, answered = answer
    fill(con, "alarm_answers", [(episode, product, metric, said, ago(first), ago(last))])
    assert [row[1:3] + row[8:] for row in found(con)] == [("a", "a 1 worse", answered)]


def test_a_wave_of_spam_outlasts_one_day_without_and_needs_five_posts(con: duckdb.DuckDBPyConnection) -> None:
    rows = [
        # Two markets of a day are one sum; a day without between, then two without: another wave, of four posts only.
        ("a", "rd", ago(20), 2, "de"), ("a", "rd", ago(20), 1, "us"), ("a", "rd", ago(18), 2, "de"), ("a", "rd", ago(15), 4, ""),
        # Another channel and another product go on by themselves.
        ("a", "st", ago(19), 9, ""), ("b", "rd", ago(19), 10, ""), ("b", "rd", ago(3), 19, ""),
        # Three one after the other.
        *(("e", "rd", ago(days), 5, "") for days in (39, 37, 29, 19)),
        ("c", "rd", ago(4), 20, ""), ("d", "rd", ago(1), 4, ""), ("d", "st", ago(1), 4, ""),
    ]  # fmt: skip
    fill(con, "daily_spam", rows)
    assert found(con, "spam") == [
        ("a", f"a rd {ago(20)}", ago(20), ago(18), 0, False, "rd", False),
        ("a", f"a st {ago(19)}", ago(19), ago(19), 0, False, "st", False),
        ("b", f"b rd {ago(19)}", ago(19), ago(19), 1, False, "rd", False),
        ("b", f"b rd {ago(3)}", ago(3), ago(3), 1, True, "rd", False),
        ("c", f"c rd {ago(4)}", ago(4), ago(4), 2, False, "rd", False),
        ("e", f"e rd {ago(39)}", ago(39), ago(37), 1, False, "rd", False),
        ("e", f"e rd {ago(29)}", ago(29), ago(29), 0, False, "rd", False),
        ("e", f"e rd {ago(19)}", ago(19), ago(19), 0, False, "rd", False),
    ]


def night(run: str, days: int, status: str, error: str | None = None, kind: str = "nightly") -> tuple[Any, ...]:
    return run, datetime.combine(ago(days), time(4)), status, error, kind


def test_nights_that_failed_one_after_the_other_are_one_series(con: duckdb.DuckDBPyConnection) -> None:
    runs = [
        night("n1", 9, "failed", "early"), night("n2", 8, "failed"), night("n3", 7, "failed", "full"),
        # Neither a night that was stopped nor another kind of run ends a series or is of one.
        night("n4", 6, "failed", "stopped"), night("w1", 8, "ok", kind="backfill"), night("w2", 6, "failed", kind="weekly"),
        night("n5", 5, "running"),
        # Of two that began at once the second name is the later one.
        night("n7", 4, "failed", "second"), night("n6", 4, "ok"),
        night("n8", 3, "ok"), night("n9", 2, "failed"), night("m1", 1, "ok"),
        night("m2", 0, "failed", "a"), night("m3", 0, "failed"),
    ]  # fmt: skip
    fill(con, "runs", runs)
    came = [
        ("n1", "rd", "a", "404", "failed"), ("n2", "rd", "a", "404", "failed"), ("n2", "st", "a", "503", "failed"),
        ("n3", "st", "a", "503", "failed"), ("n3", "rd", "b", "500", "failed"), ("n3", "rd", "b", "500", "failed"),
        ("n3", "up", "b", None, "ok"), ("n6", "rd", "a", "404", "failed"),
        *(("n9", f"c{n}", "a", "x", "failed") for n in (5, 3, 1, 2, 4, 6)),
        *(("m3", f"c{n}", "a", "x", "failed") for n in (5, 3, 1, 2, 4)),
    ]  # fmt: skip
    fill(con, "coverage", came)
    five = "; ".join(f"c{n}/a: x" for n in range(1, 6))
    assert found(con, "failed_night") == [
        ("", "m2", TODAY, TODAY, 5, True, f"2 nights; {five}", False),
        ("", "n1", ago(9), ago(7), 3, False, "3 nights; full; rd/b: 500; st/a: 503", False),
        ("", "n7", ago(4), ago(4), 0, False, "second", False),
        ("", "n9", ago(2), ago(2), 6, False, f"{five}; and 1 more", False),
    ]


def test_a_channel_is_behind_from_the_third_missing_day_on(con: duckdb.DuckDBPyConnection) -> None:
    """Yesterday is the last day that can be complete; each doubling counts."""
    fill(con, "products", [("a", True), ("past", False)])
    channels = [
        ("rd", True, None),
        ("past", False, None),
        ("ends", True, ago(0)),
        ("ended", True, ago(1)),
        ("st", True, ago(-9)),
        ("up", True, None),
    ]
    fill(con, "channels", channels)
    whole = [
        ("a", "rd", 3), ("a", "st", 4), ("a", "ends", 7), ("a", "ended", 7), ("a", "past", 7), ("past", "rd", 7),
        ("a", "up", 6),
    ]  # fmt: skip
    for product, channel, days in whole:
        rows = [
            (product, channel, ago(days), True), (product, channel, ago(days + 9), True), (product, channel, ago(1), False),
        ]  # fmt: skip
        fill(con, "coverage_daily", rows)
    fill(con, "coverage_daily", [("a", "unknown", ago(30), True)])
    said = "{} has no complete day since {}: {} days are missing"
    assert found(con, "backlog") == [
        ("a", "a ends", ago(6), ago(1), 1, True, said.format("ends", ago(7), 6), False),
        ("a", "a st", ago(3), ago(1), 0, True, said.format("st", ago(4), 3), False),
        ("a", "a up", ago(5), ago(1), 0, True, said.format("up", ago(6), 5), False),
    ]
