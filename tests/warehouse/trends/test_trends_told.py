"""Verdicts as they are written down: the reason in words by each case, and only the rows that differ.

The statements run alone over hand-made rows; every number that is said is another one, so that none stands for another.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from earful.warehouse.statements import run, text
from earful.warehouse.trends.rules import Rules
from earful.warehouse.trends.update import _EMPTY

DAY = date(2026, 3, 12)
SLICES = [("orbit", "product", "", "", "", ""), ("luna", "topic", "", "", "login", "")]
#: What the detector found of a day, unless a case says otherwise: a detected change.
FOUND: dict[str, Any] = {
    "slice_no": 0, "metric": "sentiment", "day": DAY, "span_from": DAY - timedelta(2), "n": 21.0, "mean": 0.25,
    "baseline": 0.5, "baseline_n": 222.0, "baseline_days": 33.0, "change": -0.25, "change_low": -0.5, "change_high": -0.125,
    "within": -0.2, "mix": -0.05, "z": -3.25, "cusum": -6.5, "cusum_limit": 6.25, "verdict": "worse", "alarm": False,
    "since": DAY - timedelta(4), "episode_day": None, "detected_as": None,
}  # fmt: skip
#: What is otherwise, and the reason.
CASES: list[tuple[dict[str, Any], str]] = [
    ({"verdict": "incomplete day", "n": 0.0}, "not every channel answered for the whole day"),
    ({"verdict": "not enough posts", "n": 0.0}, "no scored post"),
    (
        {"verdict": "not enough posts", "n": 1.0},
        "1 to judge; needed are 15, with up to 6 days before, or 5 in all of these days",
    ),
    (
        {"verdict": "not enough history", "metric": "volume"},
        "33 complete days among the 56 that end 3 days before, fewer than 28",
    ),
    (
        {"verdict": "not enough history", "metric": "negative"},
        "33 complete days among the 56 that end 3 days before, fewer than 28",
    ),
    (
        {"verdict": "not enough history"},
        "222 posts on 33 days among the 56 that end 3 days before; needed are 30 posts, and 28 complete days since the first",
    ),
    ({"verdict": "silent", "metric": "silence", "baseline": 12.6}, "no post since 2026-03-08, about 13 were to come"),
    ({"verdict": "flood", "metric": "volume", "baseline": 7.6}, "21 posts, usual for the weekday are 8"),
    ({"verdict": "no real change", "metric": "volume", "baseline": 20.4}, "21 posts, usual for the weekday are 20"),
    ({"metric": "negative", "baseline": 7.6, "z": 9.0}, "21 negative posts, usual for the weekday are 8"),
    ({"verdict": "no real change", "cusum": -1.25, "z": -9.0}, "evidence 1.2 of 6.2"),
    ({"verdict": "no real change", "cusum": 2.75}, "evidence 2.8 of 6.2"),
    ({"z": -4.5}, "one day 4.5 standard errors from the baseline"),
    ({"z": 5.75}, "one day 5.8 standard errors from the baseline"),
    ({"z": -4.4}, "evidence since 2026-03-08 reached the limit 6.2"),
    ({"verdict": "better", "z": 4.4, "cusum_limit": 7.0}, "evidence since 2026-03-08 reached the limit 7.0"),
]  # fmt: skip


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        opened.execute(text("store/migrations/00/0005_verdicts").split(";\n")[0])
        opened.execute("create table unpublished (day date)")
        opened.execute("create table judged_days (day date, digest ubigint)")
        opened.execute(
            "create temp table trend_slices (slice_no bigint, product varchar, slice_kind varchar, channel varchar,"
            " market varchar, topic varchar, app_version varchar)"
        )
        opened.executemany(
            "insert into trend_slices values (?, ?, ?, ?, ?, ?, ?)", [(n, *s) for n, s in enumerate(SLICES)]
        )
        yield opened


def ask(con: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    return con.execute(sql).fetchall()


def stage(con: duckdb.DuckDBPyConnection, *rows: dict[str, Any]) -> None:
    con.register("judging", pa.Table.from_pylist([{**FOUND, **each} for each in rows], schema=_EMPTY.schema))
    run(con, "trends/stage", asdict(Rules()))
    con.unregister("judging")


def test_each_verdict_has_its_reason(con: duckdb.DuckDBPyConnection) -> None:
    stage(con, *({**case, "day": DAY + timedelta(n)} for n, (case, _) in enumerate(CASES)))
    reasons = [reason for (reason,) in ask(con, "select reason from trend_verdicts order by day")]
    assert reasons == [reason for _, reason in CASES]


def test_all_else_stays_as_it_was_found_and_an_episode_has_its_name(con: duckdb.DuckDBPyConnection) -> None:
    named = {"slice_no": 1, "episode_day": DAY - timedelta(1), "detected_as": "flood", "alarm": True}
    stage(con, {}, named, {"slice_no": 2})
    kept = [name for name in FOUND if name not in ("slice_no", "episode_day", "detected_as")]
    found = ask(con, f"select product, slice_kind, channel, market, topic, app_version, {', '.join(kept)}, episode"
                     " from trend_verdicts order by product desc")  # fmt: skip
    plain = tuple(FOUND[name] for name in kept)
    told = tuple({**FOUND, **named}[name] for name in kept)
    assert found == [(*SLICES[0], *plain, None), (*SLICES[1], *told, "luna 2026-03-11 flood")]


def written(
    con: duckdb.DuckDBPyConnection, *rows: dict[str, Any], first: int = 0, last: int = 9
) -> tuple[list[Any], set[int]]:
    """Stage and write the days from ``first`` to ``last``; what is in verdicts, and the days that are to be published."""
    con.execute("delete from unpublished")
    stage(con, *rows)
    run(con, "trends/write", {"first": DAY + timedelta(first), "last": DAY + timedelta(last)})
    held = ask(con, "select product, metric, day, n from verdicts order by all")
    days = {(day - DAY).days for (day,) in ask(con, "select day from unpublished")}
    assert len(days) == ask(con, "select count(*) from unpublished")[0][0]
    return [(product, metric, (day - DAY).days, n) for product, metric, day, n in held], days


def found(day: int, n: float = 21.0, slice_no: int = 0, metric: str = "sentiment") -> dict[str, Any]:
    return {"day": DAY + timedelta(day), "n": n, "slice_no": slice_no, "metric": metric}


def test_only_rows_that_differ_are_written_and_their_days_published(con: duckdb.DuckDBPyConnection) -> None:
    every = [found(0), found(0, slice_no=1), found(0, metric="stars"), found(4), found(9)]
    first = [("luna", "sentiment", 0, 21), ("orbit", "sentiment", 0, 21), ("orbit", "sentiment", 4, 21),
             ("orbit", "sentiment", 9, 21), ("orbit", "stars", 0, 21)]  # fmt: skip
    assert written(con, *every) == (first, {0, 4, 9})
    assert written(con, *every) == (first, set()), "the same again"
    # One row of a day is another, one of another day is gone, one is new; the rest of their days stays.
    others = [found(0, 22), found(0, slice_no=1), found(0, metric="stars"), found(4), found(5)]
    second = [("luna", "sentiment", 0, 21), ("orbit", "sentiment", 0, 22), ("orbit", "sentiment", 4, 21),
              ("orbit", "sentiment", 5, 21), ("orbit", "stars", 0, 21)]  # fmt: skip
    assert written(con, *others) == (second, {0, 5, 9})
    # Of another block, nothing else is looked at: on the days before and after it all stays.
    assert written(con, first=1, last=4)[0] == [each for each in second if each[2] != 4]
    assert written(con, found(0, 22), found(0, slice_no=1), first=0, last=0) == (
        [("luna", "sentiment", 0, 21), ("orbit", "sentiment", 0, 22), ("orbit", "sentiment", 5, 21)], {0},
    )  # fmt: skip


#: A row of what verdicts are made of, by table; each column another number.
SUMS = (
    "posts", "negative", "scored", "compound_sum", "compound_sq_sum", "rating_count", "rating_sum", "rating_sq_sum",
    "one_star", "nps_count", "nps_promoters", "nps_detractors",
)  # fmt: skip
MADE_OF = {
    "trend_daily": "market", "trend_daily_topic": "topic", "trend_daily_version": "app_version", "trend_channel_days": None,
}  # fmt: skip


def inputs(con: duckdb.DuckDBPyConnection) -> dict[int, int]:
    """The digests of the days, by number; the days that are not as they were judged are taken for judged then."""
    run(con, "trends/inputs")
    digests = {(day - DAY).days: digest for day, digest in ask(con, "select day, digest from trend_inputs")}
    ((changed, newest),) = ask(con, text("trends/changed"))
    before = {(day - DAY).days: digest for day, digest in ask(con, "select day, digest from judged_days")}
    other = sorted(n for n in digests.keys() | before.keys() if digests.get(n) != before.get(n))
    assert [(day - DAY).days for day in changed or ()] == other
    assert newest == max((DAY + timedelta(n) for n in digests.keys() | before.keys()), default=None)
    run(con, "trends/judged")
    judged = {(day - DAY).days: digest for day, digest in ask(con, "select day, digest from judged_days")}
    assert judged == digests
    return digests


def test_a_day_is_judged_anew_whatever_of_it_is_another(con: duckdb.DuckDBPyConnection) -> None:
    for table, key in MADE_OF.items():
        more = (
            "" if key is None else f", {key} varchar, scorer_version varchar, {', '.join(f'{s} double' for s in SUMS)}"
        )
        con.execute(f"create table {table} (day date, product varchar, channel varchar, complete boolean{more})")
        values = "" if key is None else f", 'x', 'v1', {', '.join(str(n + 1) for n in range(len(SUMS)))}"
        for n in (0, 1, 5):
            con.execute(f"insert into {table} values (date '{DAY}' + {n}, 'orbit', 'rd', true{values})")
    seen = inputs(con)
    assert set(seen) == {0, 1, 5}
    assert inputs(con) == seen
    for table, key in MADE_OF.items():
        texts = ["product", "channel", *([key, "scorer_version"] if key else [])]
        changes = [
            *(f"{c} = {c} || 'y'" for c in texts),
            "complete = not complete",
            *(f"{s} = {s} + 1" for s in SUMS if key),
        ]
        for change in changes:
            con.execute(f"update {table} set {change} where day = date '{DAY}' + 1")
            now = inputs(con)
            assert {n for n in now if now[n] != seen[n]} == {1}, (table, change)
            seen = now
    for table in MADE_OF:  # what goes or moves is another day's too
        con.execute(f"update {table} set day = day + 2 where day = date '{DAY}' + 5")
        now = inputs(con)
        assert now.get(5) != seen[5], table
        seen = {**now, 5: now.get(5, 0)}
    assert set(now) == {0, 1, 7}
    for table in MADE_OF:
        con.execute(f"delete from {table}")
    assert inputs(con) == {}
