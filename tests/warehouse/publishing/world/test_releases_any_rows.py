"""Which versions are a release and since when (insights/releases), worked out in Python from drawn reviews."""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from datetime import date, timedelta
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from earful.warehouse.statements import run_text, text

FIRST = date(2026, 3, 1)
LAUNCHES = [("a", 12, "Spring", "2.0"), ("a", 30, "A fair", ""), ("c", 5, "Only here", "9.9"), ("b", 20, "Twin", "3.0")]
Row = dict[str, Any]


def reviews(r: random.Random) -> list[Row]:
    """Versions that come out one after the other, old ones that come back, typos, and reviews edited later."""
    made: list[Row] = []
    for product in "ab":
        for channel in "cd":
            for n, version in enumerate(("1.9", "2.0", "2.10", "3.0", "2.10.1", "beta", "1.2", "11")):
                out = r.randrange(-6, 40) if n else -9
                days = [out - r.randrange(1, 20) for _ in range(r.choice((0, 0, 1, 2, 3)))]
                days += [out + r.choice((0, 1, 3, 6, 7, 8, 13, 14)) for _ in range(r.choice((3, 4, 5, 6, 9, 30, 60)))]
                made += [_review(r, product, channel, version, max(0, day)) for day in days]
            made += [_review(r, product, channel, "", r.randrange(50)) for _ in range(40)]
    return made


def _review(r: random.Random, product: str, channel: str, version: str, ago: int) -> Row:
    day = FIRST + timedelta(ago)
    edited = r.choice((None, None, None, None, 0, 1, 9))
    return {
        "product": product, "channel": channel, "app_version": version or None, "day": day, "created_at": day,
        "edited_at": None if edited is None else day + timedelta(edited),
    }  # fmt: skip


def parts(version: str) -> list[int]:
    return [int(each[:18]) for each in re.findall(r"[0-9]{1,18}", version)]


def released(given: list[Row], product: str, channel: str) -> dict[str, tuple[date, int]]:
    """By version the day from which it is out, and how many of a fortnight name it."""
    own = [row for row in given if (row["product"], row["channel"]) == (product, channel)]
    named: dict[str, Counter[date]] = defaultdict(Counter)
    for row in own:
        if row["app_version"] and re.search("[0-9]", row["app_version"]):
            named[row["app_version"]][row["edited_at"] or row["day"]] += 1
    every: Counter[date] = sum(named.values(), Counter())

    def of(days: Counter[date], first: date, ahead: int) -> int:
        return sum(n for day, n in days.items() if first <= day <= first + timedelta(ahead))

    out: dict[str, tuple[date, int, float, int]] = {}
    for version, days in named.items():
        for day in sorted(days):
            fortnight = of(days, day, 13)
            if of(days, day, 6) >= 5 and fortnight >= 0.05 * of(every, day, 13):
                before = sum(n for other, n in days.items() if other < day)
                out[version] = day, fortnight, fortnight / of(every, day, 13), before
                break
    began = min(row["day"] for row in own)
    return {
        version: (day, fortnight)
        for version, (day, fortnight, share, before) in out.items()
        if day >= began + timedelta(3)
        and (
            not any(other[0] < day and parts(name) >= parts(version) for name, other in out.items())
            or (share >= 0.3 and before < 3)
        )
    }


@pytest.mark.parametrize("seed", range(6))
def test_every_release(seed: int) -> None:
    given = reviews(random.Random(seed))
    seen: dict[tuple[str, str], list[tuple[str, date, int]]] = defaultdict(list)
    for product in "ab":
        for channel in "cd":
            for version, (day, posts) in released(given, product, channel).items():
                seen[product, version].append((channel, day, posts))
    expected: list[Row] = []
    launched = {(p, v): (FIRST + timedelta(n), name) for p, n, name, v in LAUNCHES}
    for key in sorted(seen.keys() | launched.keys()):
        some = seen.get(key, [])
        launch = launched.get(key)
        expected.append({
            "product": key[0], "release": launch[1] if launch else key[1], "version": key[1],
            "day": launch[0] if launch else min(day for _, day, _ in some), "kind": "launch" if launch else "version",
            "channels": sorted(channel for channel, *_ in some), "posts": sum(posts for *_, posts in some),
        })  # fmt: skip
    for row in expected:
        beside = [
            other["day"] for other in expected
            if other["product"] == row["product"]
            and (not other["channels"] or not row["channels"] or set(other["channels"]) & set(row["channels"]))
        ]  # fmt: skip
        row["previous_day"] = max((day for day in beside if day < row["day"]), default=None)
        row["next_day"] = min((day for day in beside if day > row["day"]), default=None)
    with duckdb.connect() as con:
        con.register("given", pa.Table.from_pylist(given))
        con.execute("create table posts as from given")
        con.execute(
            "create table daily_version as select product, channel, coalesce(app_version, '') as app_version, day,"
            " count(*) as posts from given group by all"
        )
        con.execute("create table products as select 'a' as product, 'Ay' as name")
        con.execute("create table launches (product varchar, day date, name varchar, version varchar)")
        con.executemany(
            "insert into launches values (?, ?, ?, ?)",
            [(p, FIRST + timedelta(n), name, v) for p, n, name, v in LAUNCHES],
        )
        script = text("publishing/insights/releases").replace("store.main.", "main.").partition("\ncomment on ")[0]
        run_text(con, script)
        found = con.execute(f"select {', '.join(expected[0])}, product_name from releases").fetchall()
    assert {row[-1] for row in found if row[0] == "a"} == {"Ay"}
    order = sorted(expected, key=lambda row: (row["product"], row["version"], row["day"]))
    assert sorted(found, key=lambda row: (row[0], row[2], row[3])) == [
        (*row.values(), "Ay" if row["product"] == "a" else row["product"]) for row in order
    ]
    assert len(seen) >= 4
