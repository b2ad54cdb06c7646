"""The sums of flagged posts (daily_spam and its kin), added up post by post in Python."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date, timedelta
from typing import Any

import duckdb
import pyarrow as pa

from earful.warehouse.statements import run

DAY = date(2026, 5, 1)
COUNTS = [
    "posts", "scored", "positive", "neutral", "negative", "rating_count", "one_star", "nps_count", "nps_promoters",
    "nps_passives", "nps_detractors",
]  # fmt: skip
SUMS = ["compound_sum", "compound_sq_sum", "rating_sum", "rating_sq_sum"]
Row = dict[str, Any]


def posts() -> list[Row]:
    r = random.Random(3)
    return [
        {
            "day": DAY + timedelta(r.randrange(-1, 4)), "product": r.choice("ab"), "channel": r.choice("cd"),
            "market": r.choice(("", "de")), "app_version": r.choice((None, "1.0")), "scored": r.random() < 0.8,
            "compound": r.choice((None, -0.9, -0.05, -0.0499, 0.0, 0.0499, 0.05, 0.1234)),
            "rating": r.choice((None, 1.0, 1.4999, 1.5, 3.5, 5.0)), "nps": r.choice((None, 0, 6, 7, 8, 9, 10)),
            "topics": r.choice((None, [], [{"topic": "pay", "compound": -0.05}], [
                {"topic": "pay", "compound": 0.2}, {"topic": "sync", "compound": -0.7}])),
            "spam": r.choice((None, "copies", "contact")),
        }
        for _ in range(600)
    ]  # fmt: skip


def summed(rows: list[Row]) -> list[Any]:
    said = [row["compound"] for row in rows if row["compound"] is not None]
    stars = [row["rating"] for row in rows if row["rating"] is not None]
    nps = [row["nps"] for row in rows if row["nps"] is not None]
    return [
        len(rows), sum(row["scored"] for row in rows), sum(c >= 0.05 for c in said), sum(abs(c) < 0.05 for c in said),
        sum(c <= -0.05 for c in said), len(stars), sum(s < 1.5 for s in stars), len(nps), sum(n >= 9 for n in nps),
        sum(7 <= n <= 8 for n in nps), sum(n <= 6 for n in nps),
        *(round(v, 6) for v in (sum(said), sum(c * c for c in said), sum(stars), sum(s * s for s in stars))),
    ]  # fmt: skip


def test_every_sum_of_every_table() -> None:
    given, first, last = posts(), DAY, DAY + timedelta(1)
    asked = {("a", DAY), ("a", DAY + timedelta(1)), ("b", DAY), ("a", DAY + timedelta(2))}
    expected: dict[str, dict[tuple[Any, ...], list[Row]]] = {
        t: defaultdict(list) for t in ("market", "app_version", "topic")
    }
    for row in given:
        if row["spam"] is None or (row["product"], row["day"]) not in asked or not first <= row["day"] <= last:
            continue
        head = row["day"], row["product"], row["channel"]
        expected["market"][*head, row["market"]].append(row)
        expected["app_version"][*head, row["app_version"] or ""].append(row)
        for each in row["topics"] or ():
            expected["topic"][*head, each["topic"]].append({**row, "scored": True, "compound": each["compound"]})
    with duckdb.connect() as con:
        con.register("given", pa.Table.from_pylist(given))
        con.execute("create table posts as from given")
        con.execute("create table spam_days (product varchar, day date)")
        con.executemany("insert into spam_days values (?, ?)", sorted(asked))
        tables = {"daily_spam": "market", "daily_version_spam": "app_version", "daily_topic_spam": "topic"}
        columns = ", ".join([*(f"{c} bigint" for c in COUNTS), *(f"{s} double" for s in SUMS)])
        for table, grain in tables.items():
            con.execute(
                f"create table {table} (day date, product varchar, channel varchar, {grain} varchar, {columns})"
            )
            # Old sums: of days that are asked about they go, all others stay.
            for product, day in (
                ("a", DAY),
                ("b", DAY),
                ("b", last),
                ("a", last + timedelta(1)),
                ("a", first - timedelta(1)),
            ):
                con.execute(
                    f"insert into {table} (day, product, channel, {grain}, posts) values (?, ?, 'old', 'old', 1)",
                    [day, product],
                )
        run(con, "publishing/spam/sums", {"first_day": first, "last_day": last, "compound_threshold": 0.05})
        for table, grain in tables.items():
            found = con.execute(
                f"select day, product, channel, {grain}, {', '.join(COUNTS + SUMS)} from {table} where channel <> 'old'"
            ).fetchall()
            assert {row[:4]: [*row[4:15], *(round(v, 6) for v in row[15:])] for row in found} == {
                key: summed(rows) for key, rows in expected[grain].items()
            }
            left = con.execute(f"select product, day from {table} where channel = 'old' order by all").fetchall()
            assert left == [("a", first - timedelta(1)), ("a", last + timedelta(1)), ("b", last)]
