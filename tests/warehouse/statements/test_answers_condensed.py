"""What landed, in few rows (aggregates/answers.sql): hand-made windows that touch, overlap, lack parts and land at once."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

import duckdb
import pytest
from bare_tables import add

from earful.warehouse.statements import text

START = datetime(2026, 3, 2)
KEY = {"channel": "rd", "product": "orbit"}


@pytest.fixture
def con(tables: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    tables.execute("delete from coverage")
    return tables


def hour(number: int | None) -> datetime | None:
    return None if number is None else START + number * timedelta(hours=1)


def window(
    asked: int, end: int, reached: int | None, until: int | None, landed: int, *, missing: bool = False, **more: Any
) -> dict[str, Any]:
    """An answer in hours; ``missing``: an hour in its middle did not come."""
    holes = [{"start": hour(asked + 1), "end": hour(asked + 2)}] if missing else []
    return {
        **KEY, "status": "ok", "asked_from": hour(asked), "asked_to": hour(end), "reached": hour(reached),
        "until": hour(until), "landed_at": hour(landed), "missing": holes, **more,
    }  # fmt: skip


def condensed(con: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    """In hours; of what is missing only whether something is."""
    rows = con.execute(text("aggregates/answers"), KEY).fetchall()
    hours = [[t and (t - START) // timedelta(hours=1) for t in row[:4]] for row in rows]
    return [(*found, row[4], bool(row[5])) for found, row in zip(hours, rows, strict=True)]


def plain(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """The same in plain Python, by another way: each whole answer painted on a line of half hours."""
    own = [(r["landed_at"], no, r) for no, r in enumerate(rows) if r["status"] == "ok"]

    def whole(r: dict[str, Any]) -> bool:
        return bool(r["reached"] and r["reached"] < r["until"] and r["reached"] <= r["asked_from"] and not r["missing"])

    def told(r: dict[str, Any]) -> tuple[Any, ...]:
        times = [r[name] for name in ("asked_from", "asked_to", "reached", "until")]
        return (*((t and (t - START) // timedelta(hours=1)) for t in times), r.get("capped", False), bool(r["missing"]))

    own.sort(key=lambda each: each[:2])
    first = next((n for n, each in enumerate(own) if whole(each[2])), len(own))
    before = [told(r) for _, _, r in own[: first + 1]]
    after = [told(r) for _, _, r in own[first + 1 :] if not whole(r)]
    painted: set[int] = set()
    for _, _, r in own:
        if whole(r):
            begin, end = ((r[name] - START) // timedelta(minutes=30) for name in ("reached", "until"))
            painted |= set(range(begin, end + 1))
    begins = sorted(half for half in painted if half - 1 not in painted)
    ends = sorted(half for half in painted if half + 1 not in painted)
    islands = [(b // 2, e // 2, b // 2, e // 2, False, False) for b, e in zip(begins, ends, strict=True)]
    return before + islands + after


def test_each_part_has_its_rows_in_its_order(con: duckdb.DuckDBPyConnection) -> None:
    rows = [
        window(0, 9, None, None, 20), window(0, 4, 0, 4, 23, capped=True), window(4, 6, 4, 6, 22), window(0, 6, 0, 6, 22),
        # Landed with the first whole one: after it by its row, before it by its row, and before it by its time.
        window(0, 6, 2, 6, 22), window(0, 8, 0, 8, 21, missing=True, capped=True),
        # Touches, lies inside a longer one, begins an hour later.
        window(6, 7, 6, 7, 25), window(1, 2, 1, 2, 26), window(8, 9, 8, 9, 27), window(12, 15, 12, 15, 28),
        window(13, 14, 13, 14, 29), window(14, 16, 14, 16, 30), window(17, 18, 17, 17, 31), window(19, 20, 18, 20, 32),
        # Nothing of it: failed, another channel, another product.
        window(0, 30, 0, 30, 1, status="failed"), window(0, 30, 0, 30, 1, channel="st"), window(0, 30, 0, 30, 1, product="nova"),
    ]  # fmt: skip
    add(con, "coverage", *rows)
    assert condensed(con) == [
        (0, 9, None, None, False, False), (0, 8, 0, 8, True, True), (4, 6, 4, 6, False, False),
        (0, 7, 0, 7, False, False), (8, 9, 8, 9, False, False), (12, 16, 12, 16, False, False), (18, 20, 18, 20, False, False),
        (0, 6, 2, 6, False, False), (17, 18, 17, 17, False, False),
    ]  # fmt: skip


def test_without_a_whole_answer_each_stands_by_itself(con: duckdb.DuckDBPyConnection) -> None:
    assert condensed(con) == []
    add(con, "coverage", window(0, 9, 3, 9, 22), window(0, 5, None, None, 21), window(2, 5, 2, 5, 21, missing=True))
    assert [row[:4] for row in condensed(con)] == [(0, 5, None, None), (2, 5, 2, 5), (0, 9, 3, 9)]


def test_what_is_missing_may_be_unknown(con: duckdb.DuckDBPyConnection) -> None:
    """As in rows from before there were stretches."""
    add(con, "coverage", window(0, 5, 0, 5, 21) | {"missing": None}, window(3, 9, 3, 9, 22) | {"missing": None})
    assert [row[:4] for row in condensed(con)] == [(0, 5, 0, 5), (0, 9, 0, 9)]


def test_any_windows_are_those_of_plain_python(con: duckdb.DuckDBPyConnection) -> None:
    drawn = random.Random(7)
    for _ in range(25):
        con.execute("delete from coverage")
        rows = []
        for _ in range(drawn.randrange(1, 9)):
            asked = drawn.randrange(12)
            end = asked + drawn.randrange(1, 6)
            reached = drawn.choice([asked, asked, max(asked - 1, 0), asked + 1, None])
            until = None if reached is None else drawn.choice([end, end, reached])
            landed, missing = drawn.randrange(20, 23), drawn.random() < 0.2
            rows.append(window(asked, end, reached, until, landed, missing=missing, capped=drawn.random() < 0.3))
        add(con, "coverage", *rows)
        assert condensed(con) == plain(rows), rows
