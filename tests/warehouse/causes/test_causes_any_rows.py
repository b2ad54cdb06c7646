"""What causes are made of (sql/publishing/causes: posts, counts, competitors, volume), worked out row by row in Python."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import duckdb
import pytest

from earful.warehouse.statements import text

ON = date(2026, 3, 20)
FIRST, LAST, FROM = ON, ON + timedelta(2), ON - timedelta(9)
DAYS = [FROM - timedelta(1) + timedelta(n) for n in range((LAST - FROM).days + 3)]
SCORES = (None, -0.6, -0.05, -0.0499, 0.0, 0.0123, 0.9)
ASKED = {"product": "a", "from_day": FROM, "first_day": FIRST, "last_day": LAST, "compound_threshold": 0.05}
TABLES = """
create table posts_with_words (
    day date, channel varchar, product varchar, market varchar, app_version varchar, scored boolean, compound double,
    rating double, nps integer, scorer_version varchar, topics struct(topic varchar, compound double)[], post_id varchar, spam varchar
);
create table posts_without_words as from posts_with_words limit 0;
create table coverage_daily (product varchar, channel varchar, day date, complete boolean);
create table verdicts (product varchar, slice_kind varchar, metric varchar, day date, verdict varchar);
create table daily (
    product varchar, channel varchar, day date, complete boolean, scored bigint, nps_count bigint, rating_count bigint,
    compound_sum double, compound_sq_sum double
);
create table products (product varchar, tracked boolean);
"""
Row = dict[str, Any]


class World:
    """Random rows of every table, in DuckDB and as they are."""

    def __init__(self, seed: int) -> None:
        r = random.Random(seed)
        days = [*DAYS, *DAYS[-4:]]  # more of the days that are asked about
        topics = [[], None, ["x"], ["y"], ["x", "y"], ["y", "z"]]
        self.posts: list[Row] = []
        for n in range(420):
            said = r.choice(topics)
            self.posts.append({
                "day": r.choice(days), "channel": r.choice(("c", "c", "d")), "product": r.choice("aaab"),
                "market": r.choice(("", "", "de")), "app_version": r.choice((None, "", "1.0", "2.0")),
                "scored": r.random() < 0.8, "compound": r.choice(SCORES), "rating": r.choice((None, 1, 1.4, 1.5, 3, 5)),
                "nps": r.choice((None, 0, 6, 7, 8, 9, 10)), "scorer_version": r.choice(("v1", "v2")),
                "topics": None if said is None else [{"topic": t, "compound": r.choice(SCORES)} for t in said],
                "post_id": f"p{n}", "spam": "contact" if r.random() < 0.1 else None,
            })  # fmt: skip
        self.covered = {(p, c, d): r.random() < 0.85 for p in "ab" for c in "cd" for d in DAYS if r.random() < 0.95}
        self.verdicts: list[Row] = [
            {
                "product": r.choice("aab"), "slice_kind": r.choice(("product", "product", "channel")),
                "metric": r.choice(("volume", "negative", "sentiment", "stars")), "day": r.choice(DAYS),
                "verdict": r.choice(("worse", "better", "flood", "fewer", "same")),
            }
            for _ in range(14)
        ]  # fmt: skip
        self.daily: list[Row] = [
            {
                "product": p, "channel": c, "day": d, "complete": r.random() < 0.8, "scored": r.choice((0, 1, 4)),
                "nps_count": r.choice((0, 2, 7)), "rating_count": r.choice((0, 3, 5)),
                "compound_sum": r.choice(SCORES[1:]), "compound_sq_sum": r.choice((0.0, 0.25, 0.00001)),
            }
            for p in "abe" for c in "cdf" for d in DAYS for _market in range(r.choice((0, 1, 1, 1, 2)))
        ]  # fmt: skip
        for each in self.daily:
            if (each["product"], each["channel"]) == ("a", "f"):
                each["scored"] = 0  # of which there is nothing to compare
        self.tracked = {"a": True, "b": (True, None)[seed % 2], "e": (False, True)[seed % 2]}
        self.con = duckdb.connect()
        self.con.execute(TABLES)
        half = len(self.posts) // 2
        self._put("posts_with_words", self.posts[:half])
        self._put("posts_without_words", self.posts[half:])
        self._put("coverage_daily", [
            {"product": p, "channel": c, "day": d, "complete": whole} for (p, c, d), whole in self.covered.items()
        ])  # fmt: skip
        self._put("verdicts", self.verdicts)
        self._put("daily", self.daily)
        self._put("products", [{"product": p, "tracked": t} for p, t in self.tracked.items()])

    def _put(self, table: str, rows: list[Row]) -> None:
        marks = ", ".join(f"${name}" for name in rows[0])
        self.con.executemany(f"insert into {table} ({', '.join(rows[0])}) values ({marks})", rows)

    def ask(self, name: str, **asked: Any) -> list[tuple[Any, ...]]:
        sql = text(f"publishing/causes/{name}")
        return self.con.execute(sql, {k: v for k, v in (ASKED | asked).items() if f"${k}" in sql}).fetchall()

    def hashed(self, row: Row) -> int:
        ((found,),) = self.con.execute("select hash($c, $p)", {"c": row["channel"], "p": row["post_id"]}).fetchall()
        return int(found)

    def unusual(self, metrics: set[str], verdicts: set[str]) -> set[date]:
        return {
            v["day"] for v in self.verdicts
            if v["product"] == "a" and v["slice_kind"] == "product" and v["metric"] in metrics and v["verdict"] in verdicts
            and FROM <= v["day"] <= FIRST - timedelta(3)
        }  # fmt: skip


def before_or_now(day: date) -> bool:
    """The two days before an episode belong to neither side."""
    return FROM <= day <= FIRST - timedelta(3) or FIRST <= day <= LAST


def of_slice(row: Row, channel: str, market: str, version: str) -> bool:
    return (
        (channel in ("", row["channel"]))
        and (market in ("", row["market"]))
        and (version == "" or row["app_version"] == version)
    )


def others(row: Row, topic: str) -> list[str]:
    return sorted(each["topic"] for each in row["topics"] or () if each["topic"] != topic)


def value(row: Row, metric: str, topic: str) -> float | None:
    if metric == "sentiment":
        own = [each["compound"] for each in row["topics"] or () if each["topic"] == topic]
        return (own[0] if own else None) if topic else row["compound"]
    if metric == "nps":
        return None if row["nps"] is None else 100 if row["nps"] >= 9 else 0 if row["nps"] >= 7 else -100
    if row["rating"] is None:
        return None
    return float(row["rating"]) if metric == "stars" else float(row["rating"] < 1.5)


def number(day: date) -> int:
    return (day - date(1970, 1, 1)).days


@pytest.fixture(scope="module", params=range(3))
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    made = World(request.param)
    with made.con:
        yield made


@pytest.mark.parametrize("metric", ["sentiment", "stars", "one_star", "nps"])
@pytest.mark.parametrize(
    ("channel", "market", "topic", "version", "every"),
    [("", "", "", "", 1), ("c", "", "", "", 1), ("", "de", "", "", 1), ("", "", "y", "", 1), ("", "", "", "2.0", 1),
     ("", "", "", "", 3)],
)  # fmt: skip
def test_posts(world: World, metric: str, channel: str, market: str, topic: str, version: str, every: int) -> None:
    unit = {"sentiment": 1.0, "stars": 0.5, "one_star": 1.3, "nps": 0.006}[metric]
    taken = []
    for row in world.posts:
        now = row["day"] >= FIRST
        # A new version is compared with all posts that name one.
        fits = of_slice(row, channel, market, version if now else "") and (version == "" or now or row["app_version"])
        judged = row["spam"] is None and (row["scored"] or metric != "sentiment")
        whole = world.covered.get(("a", row["channel"], row["day"]))
        asked = row["product"] == "a" and before_or_now(row["day"]) and fits and judged and whole
        if asked and world.hashed(row) % every == 0:
            taken.append(row)
    scorers = Counter(row["scorer_version"] for row in taken if row["day"] >= FIRST)
    scorer = min(scorers, key=lambda each: (-scorers[each], each))
    unusual = world.unusual({metric}, {"worse", "better"})
    expected: dict[tuple[Any, ...], list[int]] = {}
    for row in taken:
        found = value(row, metric, topic)
        if found is None or (metric == "sentiment" and row["scorer_version"] != scorer):
            continue
        key = (
            row["day"] >= FIRST, row["day"] in unusual, number(row["day"]), row["channel"], row["market"],
            "" if version else row["app_version"] or "", tuple(others(row, topic)),
        )  # fmt: skip
        expected.setdefault(key, []).append(round(unit * found * 10000))
    rows = world.ask(
        "posts", metric=metric, channel=channel, market=market, topic=topic, app_version=version, every=every, unit=unit
    )
    assert [(*row[:6], tuple(row[6]), *row[7:]) for row in rows] == [
        (*key, len(some), sum(some), sum(each * each for each in some)) for key, some in sorted(expected.items())
    ]
    assert len(rows) > 5


@pytest.mark.parametrize("negative", [False, True])
@pytest.mark.parametrize(
    ("channel", "market", "topic", "version"),
    [("", "", "", ""), ("d", "", "", ""), ("", "de", "", ""), ("", "", "y", ""), ("", "", "", "2.0")],
)
def test_counts(world: World, channel: str, market: str, topic: str, version: str, negative: bool) -> None:
    whole: dict[date, bool] = {}
    for (product, of, day), complete in world.covered.items():
        if product == "a" and channel in ("", of) and before_or_now(day):
            whole[day] = whole.get(day, True) and complete
    unusual = world.unusual({"volume", "negative"}, {"flood", "fewer", "worse", "better"})
    expected: Counter[tuple[Any, ...]] = Counter()
    for day in (each for each, complete in whole.items() if complete):
        some = [
            row for row in world.posts
            if row["product"] == "a" and row["day"] == day and row["spam"] is None and of_slice(row, channel, market, version)
            and (not topic or any(each["topic"] == topic for each in row["topics"] or ()))
            and (not negative or (row["compound"] is not None and row["compound"] <= -0.05))
        ]  # fmt: skip
        head = (day >= FIRST, day in unusual, number(day))
        for row in some:
            named = "" if version else row["app_version"] or ""
            expected[(*head, row["channel"], row["market"], named, tuple(others(row, topic)))] += 1
        if not some:
            expected[(*head, "", "", "", ())] = 0
    rows = world.ask("counts", channel=channel, market=market, topic=topic, app_version=version, negative=negative)
    assert [(*row[:6], tuple(row[6]), row[7]) for row in rows] == [(*k, n) for k, n in sorted(expected.items())]


@pytest.mark.parametrize("channel", ["", "c", "f"])
def test_competitors(world: World, channel: str) -> None:
    own = {d["channel"] for d in world.daily if d["product"] == "a" and d["scored"] > 0 and FIRST <= d["day"] <= LAST}
    expected: dict[tuple[Any, ...], list[Row]] = {}
    for d in world.daily:
        taken = d["complete"] and d["scored"] > 0 and before_or_now(d["day"]) and channel in ("", d["channel"])
        if d["product"] != "a" and world.tracked[d["product"]] is not False and taken and d["channel"] in own:
            expected.setdefault((d["product"], d["day"] >= FIRST, d["channel"]), []).append(d)
    rows = world.ask("competitors", channel=channel)
    assert [row[:5] for row in rows] == [
        (*key, len({d["day"] for d in some}), sum(d["scored"] for d in some)) for key, some in sorted(expected.items())
    ]
    for row, some in zip(rows, (some for _, some in sorted(expected.items())), strict=True):
        assert float(row[5]) == pytest.approx(sum(round(d["compound_sum"], 4) for d in some), abs=1e-9)
        assert float(row[6]) == pytest.approx(sum(d["compound_sq_sum"] for d in some), abs=1e-9)


@pytest.mark.parametrize(
    ("metric", "of"),
    [("sentiment", "scored"), ("nps", "nps_count"), ("stars", "rating_count"), ("one_star", "rating_count")],
)
def test_volume(world: World, metric: str, of: str) -> None:
    own = [d for d in world.daily if d["product"] == "a"]
    for begins in (FROM, FIRST - timedelta(1)):
        sides = [
            sum(d[of] for d in own if begins <= d["day"] < FIRST),
            sum(d[of] for d in own if FIRST <= d["day"] <= LAST),
        ]
        assert world.ask("volume", metric=metric, from_day=begins) == [(max(sides),)]
    assert world.ask("volume", metric=metric, product="nobody") == [(0,)]
