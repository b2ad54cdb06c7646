"""The numbers beside a verdict: limits of young slices, the usual number of posts; worked out here in plain Python."""

from __future__ import annotations

import math
import shutil
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import duckdb
import numpy as np
import pytest
from landing import DAY, HOUR, NOW, T0, put, row, span

from earful.connectors.base import Coverage, Window
from earful.warehouse import open_store, publish, query, register
from earful.warehouse.errors import WarehouseError
from earful.warehouse.trends.replay import replay
from earful.warehouse.trends.rules import Rules, limit, ruling, share_tested

RULES = Rules()
WINDOW, LAG = RULES.window, RULES.lag


def test_how_often_a_slice_is_tested_counts_from_its_first_test() -> None:
    """Ten days: from the first, from the fourth on every other day, never; the last three days see four days only."""
    start = np.full((3, 10), -1, dtype=np.int64)
    start[0] = range(10)
    start[1, 3::2] = 0
    expected = [
        [1.0] * 10,
        [0.0, 0.0, 0.0, 1.0, 1 / 2, 2 / 3, 2 / 4, 2 / 4, 2 / 4, 2 / 4],
        [0.0] * 10,
    ]
    assert share_tested(start, 4).tolist() == expected
    assert share_tested(start, 100)[1].tolist() == [0.0, 0.0, 0.0, 1.0, 1 / 2, 2 / 3, 2 / 4, 3 / 5, 3 / 6, 4 / 7]


def test_the_limit_is_the_formula_between_its_ends() -> None:
    slices, tested = np.array([40.0, 40.0, 40.0, 0.0]), np.array([1.0, 1 / 3, 0.0, 0.0])
    found = limit(slices, 4.0, tested)
    all_days = 5.5 + math.log(0.8 * 40 / 4) / 0.75
    assert found[0] == pytest.approx(all_days)
    assert found[1] == pytest.approx(all_days + math.log(1 / 3) / 0.75)
    assert found[2] == pytest.approx(all_days + math.log(4 / 56) / 0.75), "no slice is taken to be tested more seldom"
    assert found[3] == 2.5, "no limit is lower"


DAYS = 75
FLOOD = 70
#: Posts of each day: twelve, more at the end of the week, and one flood.
BUSY = [12 + d % 7 + (d * 7919) % 4 + (150 if d == FLOOD else 0) for d in range(DAYS)]
#: One post a day and three on the last: here chance reaches below zero.
QUIET = [1] * (DAYS - 1) + [3]


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("counted")
    with open_store(folder / "store.duckdb", time_zone="UTC") as store:
        register(store, [("busy", "Busy", True), ("quiet", "Quiet", True)], [("rd", "reddit", "reddit")])
        for product, posts in (("busy", BUSY), ("quiet", QUIET)):
            rows = [
                row(f"{product}-{d}-{i}", T0 + d * DAY + i % 24 * HOUR, (d + i) % 5 / 10, product=product)
                for d, n in enumerate(posts)
                for i in range(n)
            ]
            put(store, *rows, product=product, window=span(0, DAYS))
        return publish(store, folder / "earful.duckdb", now=NOW).path


def usual(y: Sequence[float], day: int, unusual: Collection[int]) -> tuple[float, float]:
    """The usual logarithm of a day, and the median of the days before without growth and weekday.

    The median of the newer four weeks, grown by 0.15 of what they are above the older four, seven tenths of the way to
    the weekday's own.
    """
    first = day - LAG - WINDOW + 1
    usual_days = [d for d in range(max(0, first), day - LAG + 1) if d not in unusual]
    newer = [y[d] for d in usual_days if d >= first + WINDOW // 2]
    older = [y[d] for d in usual_days if d < first + WINDOW // 2]
    middle = median(y[d] for d in usual_days)
    level = median(newer) + (0.15 * (median(newer) - median(older)) if older else 0.0)
    weekday = [y[day - 7 * k] for k in range(1, 9) if day >= 7 * k and day - 7 * k not in unusual]
    return level + (0.7 * (median(weekday) - middle) if weekday else 0.0), middle


def expected(posts: Sequence[int], day: int, unusual: Collection[int] = ()) -> dict[str, float]:
    """A negative binomial's distance by Anscombe's transformation, worked out for one day."""
    y = [math.log1p(n) for n in posts]
    before = range(max(0, day - LAG - WINDOW + 1), day - LAG + 1)

    def many(d: int) -> float:
        return max(math.expm1(usual(y, d, unusual)[0]), 0.1)

    def root(n: float) -> float:
        return math.sqrt(n + 0.375)

    off = median(2 * abs(root(posts[d]) - root(many(d))) for d in before if d >= LAG and d not in unusual)
    over = math.sqrt(max(((1.4826 * off) ** 2 - 1) / max(math.expm1(usual(y, day, unusual)[1]), 1.0), 0.0))
    k = 1 / min(max(over, 0.15), 1.0) ** 2
    unit, centre = 2 * math.sqrt(k - 0.5), math.asinh(root(many(day)) / math.sqrt(k - 0.75))

    def back(x: float) -> float:
        return max(math.sinh(max(x, 0.0)) ** 2 * (k - 0.75) - 0.375, 0.0)

    low, high = back(centre - 1.96 / unit), back(centre + 1.96 / unit)
    return {
        "n": posts[day], "baseline": many(day), "baseline_n": sum(posts[d] for d in before if d not in unusual),
        "baseline_days": len(before), "change": posts[day] - many(day), "change_low": posts[day] - high,
        "change_high": posts[day] - low, "z": (math.asinh(root(posts[day]) / math.sqrt(k - 0.75)) - centre) * unit,
    }  # fmt: skip


@pytest.mark.parametrize(("product", "posts"), [("busy", BUSY), ("quiet", QUIET)])
def test_the_usual_number_of_posts_and_how_far_from_it(counted: Path, product: str, posts: list[int]) -> None:
    answer = query(
        counted,
        "select day, n, baseline, baseline_n, baseline_days, change, change_low, change_high, z, verdict from verdicts"
        f" where product = '{product}' and slice_kind = 'product' and metric = 'volume' order by day",
    )
    found: list[dict[str, Any]] = [dict(zip(answer.columns, values, strict=True)) for values in answer.rows]
    assert [r["day"] for r in found] == [(T0 + d * DAY).date() for d in range(DAYS)]
    for day, each in enumerate(found):
        assert each["verdict"] == (
            "not enough history" if day < LAG + RULES.least_days - 1
            else "flood" if product == "busy" and day == FLOOD else "no real change"
        ), day  # fmt: skip
        if day >= LAG + RULES.least_days - 1:
            flooded = [FLOOD] if product == "busy" else []
            for name, value in expected(posts, day, flooded).items():
                assert each[name] == pytest.approx(value, abs=1e-9), (day, name)
    if product == "quiet":
        last = found[-1]
        assert (last["change"], last["change_high"]) == (pytest.approx(2), 3), "all three may be more than usual"


@pytest.mark.parametrize("count", [20, 4])
def test_no_sum_holds_a_day_that_did_not_come_whole(tmp_path: Path, count: int) -> None:
    """Days 30 and 31 came in part, far below the others: each mean, now and before, is that of the others alone.

    Twenty posts are a verdict of their own day; four are put together with those of the days before.
    """
    days, part = 60, (30, 31)

    def scores(of: Iterable[int]) -> list[float]:
        return [(d % 3 + i % 5) / 10 for d in of if d not in part for i in range(count)]

    rows = [
        row(f"{d}-{i}", T0 + d * DAY + i * HOUR, -0.9 if d in part else (d % 3 + i % 5) / 10)
        for d in range(days)
        for i in range(count)
    ]
    hole = Window(T0 + 31 * DAY - HOUR, T0 + 31 * DAY + HOUR)
    whole = span(0, days)
    with open_store(tmp_path / "store.duckdb", time_zone="UTC") as store:
        register(store, [("orbit", "Orbit", True)], [("rd", "reddit", "reddit")])
        put(store, *rows, window=whole, coverage=Coverage(whole.start, whole.end, missing=(hole,)))
        path = publish(store, tmp_path / "earful.duckdb", now=NOW).path
    answer = query(
        path,
        "select day, span_from, n, mean, baseline, baseline_n, baseline_days from verdicts"
        " where slice_kind = 'product' and metric = 'sentiment' and baseline is not null order by day",
    )
    spans = set()
    verdicts: list[Any] = list(answer.rows)
    for day, since, n, mean, baseline, baseline_n, baseline_days in verdicts:
        begin, at = ((d - T0.date()).days for d in (since, day))
        now = scores(range(begin, at + 1))
        assert (n, mean) == (len(now), pytest.approx(sum(now) / len(now)))
        spans.add(range(begin, at + 1))
        if count == 20:
            before = range(max(at - LAG - WINDOW + 1, 0), at - LAG + 1)
            assert baseline == pytest.approx(sum(scores(before)) / len(scores(before)))
            assert (baseline_n, baseline_days) == (len(scores(before)), sum(d not in part for d in before))
    assert any(max(part) in each for each in spans) == (count == 4)
    assert len(spans) > 5


@pytest.mark.parametrize("asked", [True, False])
def test_nothing_is_replayed_without_posts(tmp_path: Path, asked: bool) -> None:
    """Also where the days were asked about, and there were none."""
    with open_store(tmp_path / "store.duckdb", time_zone="UTC") as store:
        register(store, [("orbit", "Orbit", True)], [("rd", "reddit", "reddit")])
        if asked:
            put(store, window=span(0, 7))
        path = publish(store, tmp_path / "earful.duckdb", now=NOW).path
    with pytest.raises(WarehouseError, match="has no posts: nothing to replay"):
        replay(path, [(ruling({}, {}), 1.0)], [], 30)


def test_a_file_of_an_older_earful_is_to_be_written_anew(counted: Path, tmp_path: Path) -> None:
    old = tmp_path / "earful.duckdb"
    shutil.copyfile(counted, old)
    with duckdb.connect(old) as con:
        con.execute("drop table daily_spam")
    with pytest.raises(WarehouseError, match="was written by an older earful: `earful run` writes it anew"):
        replay(old, [(ruling({}, {}), 1.0)], [], 30)
