"""What the detector reads, each row worked out in plain Python: sums without spam, slices, cells, sets of channels, days.

The statements of sql/trends run alone here, over small tables that hold every case: floors met exactly and missed by one,
by scored posts alone and by stars alone, two products side by side, days outside, a channel that was asked and brought
nothing, spam on some rows only.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import duckdb
import pytest

from earful.warehouse.statements import run, text

SUMS = (
    "posts", "negative", "scored", "compound_sum", "compound_sq_sum", "rating_count", "rating_sum", "rating_sq_sum",
    "one_star", "nps_count", "nps_promoters", "nps_detractors",
)  # fmt: skip
#: Those of the topics that are judged: stars and answers of topics are not.
WORDS = SUMS[:5]
FIRST = date(2026, 3, 2)
FLOOR = 10
LAST_NO = 4
#: (scored, rated) of a market's, topic's or version's only day: on the floor by words, by stars, by neither.
FLOORS = {"words": (FLOOR, 0), "stars": (0, FLOOR), "few": (FLOOR - 1, FLOOR - 1)}

Row = dict[str, Any]


def row(day: int, product: str, channel: str, scored: int, rated: int, **more: Any) -> Row:
    """A day's sums, all of them different, so that none can stand for another."""
    sums = (
        scored + rated + 7, scored // 3, scored, scored / 10 + 0.0123, scored / 9 + 0.00000321, rated, rated * 3.5,
        rated * 13.25, rated // 2, rated // 3 + 4, rated // 4 + 2, rated // 5 + 1,
    )  # fmt: skip
    return {
        "day": FIRST + timedelta(day), "product": product, "channel": channel, "complete": True,
        "scorer_version": "v1", **dict(zip(SUMS, sums, strict=True)), **more,
    }  # fmt: skip


DAILY = [
    row(1, "luna", "rd", 3, 1, market=""),
    row(0, "orbit", "rd", 60, 40, market=""),
    row(2, "orbit", "rd", 30, 20, market="", scorer_version="v2", complete=False),
    *(row(n, "orbit", "shop", *of, market=market) for n, (market, of) in enumerate(FLOORS.items())),
    *(row(n, "orbit", "rd", 99, 99, market="far") for n in (-1, LAST_NO + 1)),
]
TOPICS = [
    *(row(n, "orbit", "rd", of[0], 9, topic=topic) for n, (topic, of) in enumerate(FLOORS.items())),
    row(1, "orbit", "shop", 4, 0, topic="words"),
    *(row(n, "orbit", "rd", 99, 0, topic="few") for n in (-1, LAST_NO + 1)),
]
VERSIONS = [
    *(row(n, "orbit", "shop", *of, app_version=version) for n, (version, of) in enumerate(FLOORS.items())),
    row(0, "orbit", "shop", 2, 3, app_version="few", scorer_version="v0", complete=False),
    row(0, "orbit", "rd", 5, 5, app_version="words"),
    row(0, "orbit", "rd", 50, 50, app_version=""),
    *(row(n, "orbit", "far", 99, 99, app_version="old") for n in (-1, LAST_NO + 1)),
]
SPAM = {"posts": 5, "negative": 1, "scored": 3, "compound_sum": 0.4567, "compound_sq_sum": 0.12345678, "rating_count": 2,
        "rating_sum": 6.0, "rating_sq_sum": 18.0, "one_star": 1, "nps_count": 1, "nps_promoters": 1,
        "nps_detractors": 1}  # fmt: skip
#: The channels asked: of orbit also one that brought nothing; a day before the first post, and one after the last.
ASKED = [
    (product, channel, FIRST + timedelta(day), complete)
    for product, channel, day, complete in (
        ("orbit", "rd", -1, True), ("orbit", "rd", 0, True), ("orbit", "rd", 2, True), ("orbit", "mute", 2, False),
        ("orbit", "mute", 3, True), ("orbit", "shop", 3, True), ("orbit", "rd", LAST_NO + 1, True), ("luna", "rd", 1, True),
        ("luna", "rd", 0, True), ("luna", "rd", LAST_NO, False),
    )
]  # fmt: skip


def slices_of(day: Row, table: str) -> Iterator[tuple[tuple[str, ...], tuple[str, str]]]:
    """The slices that a day of a table counts in, with the cell that it is there."""
    product, channel = day["product"], day["channel"]
    if table == "daily":
        cell = channel, day["market"]
        yield (product, "product", "", "", "", ""), cell
        yield (product, "channel", channel, "", "", ""), cell
        if day["market"]:
            yield (product, "market", channel, day["market"], "", ""), cell
    elif table == "daily_topic":
        yield (product, "topic", "", "", day["topic"], ""), (channel, "")
    elif day["app_version"]:
        yield (product, "version", "", "", "", day["app_version"]), (channel, "")
        yield (product, "versioned", "", "", "", ""), (channel, "")


def fill(con: duckdb.DuckDBPyConnection, name: str, key: str, rows: list[Row], spam: list[Row]) -> None:
    sums = ", ".join(f"{s} {'double' if s.endswith('_sum') else 'bigint'}" for s in SUMS)
    columns = f"day date, product varchar, channel varchar, {key} varchar, {sums}"
    con.execute(f"create table {name} ({columns}, scorer_version varchar, complete boolean)")
    con.execute(f"create table {name}_spam ({columns})")
    for table, these in ((name, rows), (f"{name}_spam", spam)):
        names = [n for n, *_ in con.execute(f"describe {table}").fetchall()]
        marks = ", ".join("?" * len(names))
        for each in these:
            con.execute(f"insert into {table} values ({marks})", [each[n] for n in names])


def spam_of(each: Row, key: str) -> Row:
    return {"day": each["day"], "product": each["product"], "channel": each["channel"], key: each[key], **SPAM}


#: Rows with spam of their own: one of each table, and of a key that no row has.
SPOILT = {"daily": 1, "daily_topic": 0, "daily_version": 4}
TABLES = {"daily": ("market", DAILY), "daily_topic": ("topic", TOPICS), "daily_version": ("app_version", VERSIONS)}


def genuine(table: str, each: Row) -> Row:
    """A row without its spam, by the plain definition; each floor is met or missed by what is left."""
    spoilt = each is TABLES[table][1][SPOILT[table]]
    taken = {name: SPAM[name] if spoilt else 0 for name in SUMS}
    kept = {name: round(each[name] - taken[name], 8) for name in SUMS}
    if table == "daily_topic":
        kept.update({name: 0 for name in SUMS if name not in WORDS})
    return {**each, **kept}


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        for table, (key, rows) in TABLES.items():
            spoilt = spam_of(rows[SPOILT[table]], key)
            spam = [spoilt, *({**spoilt, name: "another"} for name in ("product", "channel", key))]
            fill(opened, table, key, rows, [*spam, {**spoilt, "day": FIRST + timedelta(50)}])
        opened.execute(
            "create temp table trend_channel_days (product varchar, channel varchar, day date, complete boolean)"
        )
        opened.executemany("insert into trend_channel_days values (?, ?, ?, ?)", ASKED)
        run(opened, "trends/genuine")
        run(opened, "trends/points", {"floor": FLOOR, "from": FIRST, "to": FIRST + timedelta(LAST_NO)})
        yield opened


def ask(con: duckdb.DuckDBPyConnection, sql: str, **key: Any) -> list[tuple[Any, ...]]:
    return con.execute(sql, key).fetchall() if key else con.execute(sql).fetchall()


@pytest.mark.parametrize("table", TABLES)
def test_spam_is_taken_from_its_own_row_alone(con: duckdb.DuckDBPyConnection, table: str) -> None:
    key, rows = TABLES[table]
    columns = ["day", "product", "channel", key, "complete", "scorer_version", *SUMS]
    found = ask(con, f"select {', '.join(columns)} from trend_{table}")
    assert sorted(found) == sorted(tuple(genuine(table, each)[c] for c in columns) for each in rows)


def points() -> dict[tuple[Any, ...], list[Row]]:
    """(slice, cell, day) to the rows that are added there."""
    found: dict[tuple[Any, ...], list[Row]] = {}
    for table, (_, rows) in TABLES.items():
        for each in rows:
            if FIRST <= each["day"] <= FIRST + timedelta(LAST_NO):
                for of, cell in slices_of(each, table):
                    found.setdefault((of, cell, each["day"]), []).append(genuine(table, each))
    return found


def floored() -> list[tuple[str, ...]]:
    """The slices with enough posts for one verdict, or that always are there, in their order."""
    sums: dict[tuple[str, ...], list[int]] = {}
    for (of, _, _), rows in points().items():
        held = sums.setdefault(of, [0, 0])
        held[0] += sum(r["scored"] for r in rows)
        held[1] += sum(r["rating_count"] for r in rows)
    kept = [of for of, n in sums.items() if of[1] in ("product", "channel", "versioned") or max(n) >= FLOOR]
    order = ["product", "channel", "market", "topic", "version", "versioned"]
    return sorted(kept, key=lambda of: (of[0], order.index(of[1]), of[2:]))


def test_slices_have_enough_posts_for_a_verdict(con: duckdb.DuckDBPyConnection) -> None:
    found = ask(
        con, text("trends/slices").replace("c.set_no", "s.slice_no").split("order by")[0], **{"from": 0, "to": 99}
    )
    assert [of[:-1] for of in sorted(found, key=lambda of: of[-1])] == floored()
    assert [n for *_, n in sorted(found, key=lambda of: of[-1])] == list(range(len(found)))
    narrow = {of[2:] for of in floored() if of[1] in ("market", "topic", "version")}
    # Of topics stars are not judged; a version is enough with what other channels brought.
    assert narrow == {
        ("shop", "words", "", ""), ("shop", "stars", "", ""), ("", "", "words", ""), ("", "", "", "words"),
        ("", "", "", "stars"), ("", "", "", "few"),
    }  # fmt: skip


def cells() -> list[tuple[tuple[str, ...], tuple[str, str]]]:
    order = floored()
    there = {(of, cell) for of, cell, _ in points() if of in order}
    return sorted(there, key=lambda each: (order.index(each[0]), each[1]))


def test_cells_follow_their_slices_and_know_where_their_baseline_is(con: duckdb.DuckDBPyConnection) -> None:
    numbers, order = {each: n for n, each in enumerate(cells())}, floored()
    expected = []
    for (of, cell), n in numbers.items():
        base = ((of[0], "versioned", "", "", "", ""), cell) if of[1] == "version" else (of, cell)
        expected.append((n, order.index(of), numbers[base]))
    assert ask(con, text("trends/cells"), **{"from": 0, "to": 99}) == expected
    assert ask(con, text("trends/cells"), **{"from": 2, "to": 5}) == expected[2:5]


def test_each_day_of_a_cell_is_the_sum_of_its_rows(con: duckdb.DuckDBPyConnection) -> None:
    order, numbers = floored(), {each: n for n, each in enumerate(cells())}
    codes = {"v0": 1, "v1": 2, "v2": 3}
    expected = []
    for (of, cell, day), rows in points().items():
        if of not in order:
            continue
        total = {name: sum(r[name] for r in rows) for name in SUMS}
        said = {r["scorer_version"] for r in rows}
        expected.append((
            order.index(of), numbers[of, cell], (day - FIRST).days, total["posts"], total["negative"], total["scored"],
            round(total["compound_sum"] * 1e4), round(total["compound_sq_sum"] * 1e8), total["rating_count"],
            round(total["rating_sum"] * 1e4), round(total["rating_sq_sum"] * 1e8), total["one_star"], total["nps_count"],
            total["nps_promoters"] - total["nps_detractors"], total["nps_promoters"] + total["nps_detractors"],
            all(r["complete"] for r in rows), codes[said.pop()] if len(said) == 1 else 0,
        ))  # fmt: skip
    found = ask(con, text("trends/series"), **{"from": 0, "to": 99, "first_day": FIRST})
    assert sorted(found) == sorted(expected)
    some = ask(con, text("trends/series"), **{"from": 3, "to": 6, "first_day": FIRST - timedelta(2)})
    assert {(cell, day) for _, cell, day, *_ in some} == {(e[1], e[2] + 2) for e in expected if 3 <= e[1] < 6}


def test_products_come_with_their_days_slices_and_cells(con: duckdb.DuckDBPyConnection) -> None:
    """Up to the last day that was asked about, where it is later than the last post; never one after the block."""
    slices, every = [of[0] for of in floored()], [of[0] for of, _ in cells()]
    luna, orbit = slices.count("luna"), every.count("luna")
    assert ask(con, text("trends/products")) == [
        ("luna", FIRST + timedelta(1), FIRST + timedelta(LAST_NO), 0, luna, 0, orbit),
        ("orbit", FIRST, FIRST + timedelta(3), luna, len(slices), orbit, len(every)),
    ]


def test_a_slice_may_come_by_the_channels_of_its_set(con: duckdb.DuckDBPyConnection) -> None:
    """By all of the product's where it is about anything or a topic; else by those that brought it."""
    expected = {}
    for of in floored():
        own = {cell[0] for each, cell in cells() if each == of}
        asked = {channel for product, channel, *_ in ASKED if product == of[0]}
        expected[of] = sorted(own | asked if of[1] in ("product", "topic") else own)
    sets = ask(con, "select product, slice_no, channels, set_no from trend_sets")
    assert {floored()[n]: channels for _, n, channels, _ in sets} == expected
    # One number a product and set of channels, in their order.
    order = sorted({(product, tuple(channels)) for product, _, channels, _ in sets})
    assert all(order[set_no] == (product, tuple(channels)) for product, _, channels, set_no in sets)
    begun = {"luna": FIRST + timedelta(1), "orbit": FIRST}
    days: dict[tuple[int, int], bool] = {}
    for set_no, (product, channels) in enumerate(order):
        for owner, channel, day, complete in ASKED:
            if owner == product and channel in channels and begun[owner] <= day <= FIRST + timedelta(LAST_NO):
                key = set_no, (day - FIRST).days
                days[key] = days.get(key, True) and complete
    last = len(order) - 1
    found = ask(con, text("trends/days"), **{"from": 0, "to": last, "first_day": FIRST})
    assert {(set_no, n): whole for set_no, n, whole in found} == days
    assert len(found) == len(days)
    for bound in (0, last):
        some = ask(con, text("trends/days"), **{"from": bound, "to": bound, "first_day": FIRST})
        assert len(some) == sum(n == bound for n, _ in days)
    numbered = ask(con, text("trends/slices"), **{"from": 1, "to": 4})
    assert [of[:-1] for of in numbered] == floored()[1:4]
    assert [of[-1] for of in numbered] == [next(s for _, n, _, s in sets if n == no) for no in (1, 2, 3)]
