"""Robust sums (sql/publishing/near_copies/votes), worked out post by post in exact fractions."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from earful.warehouse.statements import run

DAY = date(2026, 5, 1)
FIRST, LAST = DAY, DAY + timedelta(2)
Row = dict[str, Any]


def posts(r: random.Random) -> list[Row]:
    return [
        {
            "product": r.choice("ab"), "day": DAY + timedelta(r.randrange(-1, 4)), "channel": r.choice("cd"),
            "post_id": f"p{n}", "source": r.choice("st"), "author": r.choice((None, "x", "y", "z")),
            "scored": r.random() < 0.8, "compound": r.choice((None, -0.6, -0.1234, 0.0, 0.25, 0.9)),
            "spam": r.choice((None, None, None, "copies")), "cluster": r.choice((None, None, 1, 2)),
        }
        for n in range(300)
    ]  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
def test_every_robust_sum(seed: int) -> None:
    r = random.Random(seed)
    given = posts(r)
    asked = {(p, DAY + timedelta(n)) for p in "ab" for n in range(-1, 4) if r.random() < 0.8}
    taken = [
        row for row in given
        if row["spam"] is None and (row["product"], row["day"]) in asked and FIRST <= row["day"] <= LAST
    ]  # fmt: skip
    by_author = Counter((row["product"], row["day"], row["source"], row["author"]) for row in taken)
    alike = Counter((row["product"], row["day"], row["cluster"]) for row in taken)
    expected: dict[tuple[Any, ...], list[tuple[Row, int, int]]] = defaultdict(list)
    for row in taken:
        own = by_author[row["product"], row["day"], row["source"], row["author"]] if row["author"] else 1
        same = alike[row["product"], row["day"], row["cluster"]] if row["cluster"] else 1
        expected[row["day"], row["product"], row["channel"]].append((row, own, same))
    with duckdb.connect() as con:
        con.register("given", pa.Table.from_pylist(given))
        con.execute("create table posts as select * exclude (cluster) from given")
        con.execute(
            "create table clusters as select product, day, channel, post_id, cluster from given where cluster is not null"
        )
        con.execute("create table guard_days (product varchar, day date)")
        con.executemany("insert into guard_days values (?, ?)", sorted(asked))
        con.execute(
            "create table daily_robust (day date, product varchar, channel varchar, source varchar, votes double,"
            " compound_sum double, near_duplicates bigint, by_loud bigint)"
        )
        old = [(p, DAY + timedelta(n)) for p in "ab" for n in range(-1, 4)]
        con.executemany("insert into daily_robust values ($2, $1, 'old', 's', 1, 1, 1, 1)", old)
        run(con, "publishing/near_copies/votes", {"first_day": FIRST, "last_day": LAST})
        found = con.execute("from daily_robust where channel <> 'old'").fetchall()
        left = con.execute("select product, day from daily_robust where channel = 'old'").fetchall()
    assert set(left) == {each for each in old if each not in asked or not FIRST <= each[1] <= LAST}
    assert {row[:3] for row in found} == set(expected)
    for day, product, channel, source, votes, compound, duplicates, loud in found:
        rows = expected[day, product, channel]
        assert source == max(row["source"] for row, _, _ in rows)
        shares = [(row, Fraction(1, max(own, same))) for row, own, same in rows if row["scored"]]
        assert votes == pytest.approx(float(sum(share for _, share in shares)), abs=2e-9)
        said = sum(Fraction(str(row["compound"])) * share for row, share in shares if row["compound"] is not None)
        assert compound == pytest.approx(float(said), abs=2e-9)
        assert (duplicates, loud) == (sum(same > 1 for *_, same in rows), sum(own > 1 for _, own, _ in rows))
