"""What is told of files, to the letter: notes of a night, lines of a check, counts of a tally, from hand-made rows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest

from earful.connectors.files.report.dated import could_date
from earful.connectors.files.report.messages import all_refused, lines, notes, repeated, report
from earful.connectors.files.report.tally import Tally, rows_of
from earful.connectors.files.values.ids import SAMPLE
from earful.connectors.files.values.profile import ColumnFacts
from earful.connectors.files.values.scales import Scale

Row = dict[str, Any]
UTC_ZONE, BERLIN = ZoneInfo("UTC"), ZoneInfo("Europe/Berlin")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)


def summary(name: str = "a.csv", **more: Any) -> Row:
    return {**Tally(name, UTC_ZONE).summary(), **more}


def times(*moments: datetime | None) -> pa.Array:
    return pa.array(moments, pa.timestamp("us", tz="UTC"))


def flags(*values: int) -> Any:
    return np.array(values, dtype=np.bool_)


def at(day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


def number(day: int) -> int:
    return (at(day) - EPOCH).days


def test_the_note_of_a_night_adds_up_over_its_files() -> None:
    one = summary(
        "a.csv", not_read={"likes is odd": [1, "a:2"]}, set_aside={"no id": [2, "a:5"]}, left_out={"a total": [1, "a:9"]},
        scales={"rating": [1, 10, "1..10, stars by x"], "nps": [0, 10, "0..10"]}, lacking=["'Ver' (for app_version)"],
        repaired=[0, ""], notices=2, undated=1, good=30,
    )  # fmt: skip
    two = summary(
        "b.csv", not_read={"likes is odd": [1, "b:2"], "nps is asked about": [1, "b:3"]}, set_aside={"no id": [1, "b:5"]},
        left_out={"a total": [1, "b:9"], "a heading": [1, "b:1"]}, scales={"rating": [1, 5, "1..5"]},
        lacking=["'Ver' (for app_version)", "'Likes' (for likes)"], repaired=[1, "b:7"], notices=3, undated=2, row_ids=True,
        repeats={"rows": 4, "other_words": 4, "first": "b:8"}, good=9,
    )  # fmt: skip
    assert notes([one, two]).split("; ")[1:] == [
        "not read in 2 rows: likes is odd (first a:2)",
        "not read in 1 row: nps is asked about (first b:3)",
        "set aside in 3 rows: no id (first a:5)",
        "no row 2: a total (first a:9)",
        "no row 1: a heading (first b:1)",
        "rating read on 1..10, stars by x",
        "no column 'Likes' (for likes) in b.csv",
        "no column 'Ver' (for app_version) in a.csv and 1 more",
        "words repaired (UTF-8 that had been read in another encoding) in 1 row (first b:7)",
        repeated(4, 4, 99, "b:8"),
        "if the ids do not tell rows apart, " + repeated(9, 9, 1, "").rpartition(", ")[2],
        "ids made of the rows",
        "left out: 5 by moderators and bots",
        "3 of them without a day, which may be of any",
    ]  # fmt: skip
    assert notes([summary(), summary()]) == ""


@pytest.mark.parametrize(
    ("other", "landed", "many"),
    [(3, 29, True), (3, 30, False), (2, 1, False), (3, 1, True), (40, 399, True), (40, 400, False), (0, 0, False)],
)
def test_a_tenth_of_ids_with_other_words_and_more_than_two_are_many(other: int, landed: int, many: bool) -> None:
    assert ("if the ids do not tell rows apart" in repeated(50, other, landed, "a:2")) == many
    assert ("of them with other words" in repeated(50, other, landed, "a:2")) == bool(other)
    assert repeated(1, 0, 9, "a:2").startswith("1 row with the id of another row and another time (first a:2): ")


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ([summary(set_aside={"no id": [1, "a:2"]})], "its one row is set aside: no id (first a:2)"),
        (
            [summary(set_aside={"no id": [1, "a:2"], "x": [2, "a:3"]}), summary(set_aside={"x": [1, "b:3"]})],
            "all 4 rows are set aside: x (first a:3)",
        ),
        (
            [summary(set_aside={"created_at is not a time, it is": [2, "a:2"]})],
            "all 2 rows are set aside: created_at is not a time, it is (first a:2); set time_format",
        ),
        ([summary(set_aside={"no id": [1, "a:2"]}), summary(good=1)], ""),
        ([summary()], ""),
        # What is no row at all may be of any product.
        ([summary(set_aside={"torn": [1, "a:2"]}, unread=["torn"])], ""),
        (
            [summary(set_aside={"torn": [5, "a:2"], "no id": [1, "a:3"]}, unread=["torn"])],
            "its one row is set aside: no id (first a:3)",
        ),
        # Rows of the future are due another day; beside others they are not.
        ([summary(set_aside={"created_at lies in the future": [3, "a:2"]})], ""),
        (
            [summary(set_aside={"created_at lies in the future": [1, "a:2"], "no id": [2, "a:3"]})],
            "all 3 rows are set aside: no id (first a:3)",
        ),
    ],
)
def test_why_nothing_landed(files: list[Row], says: str) -> None:
    assert all_refused(files) == says


def test_a_check_says_a_file_to_the_letter() -> None:
    day = number(1)
    told = summary(
        "a.csv", good=8, set_aside={"no id": [2, "a:5"]}, notices=1, unnamed=3, near_misses={"acme": {"acmee": 2}},
        days=[[day, 1, 0, 0], [day + 4, 7, 0, 0]], partial_days=[day, day + 1, day + 2, day + 3], delimiter=";",
        columns={"created_at": ["When"], "text": ["Pros", "Cons"]}, dates=[["When"], ["Sent", "Seen"]], said=["a remark"],
        questions={"nps": "which nps?"}, scales={"nps": [0, 10, "which nps?"], "rating": [1, 5, "1..5"]}, marks={"likes": 4},
        orders={"created_at": "dmy", "edited_at": "?"}, serials=["edited_at"],
    )  # fmt: skip
    found = report({"format": "csv", "encoding": "utf-8"}, told, "UTC", "some rule")
    assert (found["rows"], found["landed"], rows_of(told)) == (11, 5, 11)
    assert lines(found) == [
        "a.csv (csv, utf-8, ';'): 11 rows, 5 land, 2 set aside, left out: 1 by moderators and bots",
        "  set aside 2: no id (first a:5)",
        "  asked: which nps?",
        "  a remark",
        "  read as: created_at = When, text = Pros or Cons",
        "  the time of a row is When; could be it, too: Sent, Seen (columns.created_at names one)",
        "  rating: 1..5",
        "  no value (NULL, N/A, ...): 4 in likes",
        "  3 rows name none of the products",
        "  nearly acme, and not taken for it: 'acmee' 2 (include = [...] takes what is meant)",
        "  created_at: day first",
        "  edited_at: days as a spreadsheet counts them",
        "  times without a zone are UTC",
        "  2026-03-01 to 2026-03-05, 2 days with rows; covers some rule",
        "  not complete, as rows of them are set aside: 2026-03-01, 2026-03-02, 2026-03-03, ...",
    ]
    bare = lines(report({"format": "xlsx", "encoding": None}, summary("b.xlsx", good=1, unnamed=0), "UTC", ""))
    assert bare == ["b.xlsx (xlsx): 1 rows, 1 land", "  read as: ", "  times without a zone are UTC"]
    three = summary(days=[[day, 1, 0, 0]], partial_days=[day, day + 1, day + 2], unnamed=1)
    said = lines(report({"format": "csv", "encoding": None}, three, "UTC", "x"))
    assert said[2:] == [
        "  1 row names none of the products", "  times without a zone are UTC",
        "  2026-03-01 to 2026-03-01, 1 day with rows; covers x",
        "  not complete, as rows of them are set aside: 2026-03-01, 2026-03-02, 2026-03-03",
    ]  # fmt: skip


def test_days_are_those_of_the_reporting_zone_to_the_quarter_of_an_hour() -> None:
    """A row a microsecond before midnight in Berlin and Kathmandu, and at midnight; edits count for their own day too."""
    for zone, midnight in (
        (BERLIN, at(9, 23)), (BERLIN, at(28, 23)), (BERLIN, at(29, 22)), (ZoneInfo("Asia/Kathmandu"), at(9, 18, 15)), (UTC_ZONE, at(9)),
    ):  # fmt: skip
        tally = Tally("a.csv", zone)
        local = midnight.astimezone(zone)
        today = (local.replace(tzinfo=UTC) - EPOCH).days
        created = times(midnight - TICK, midnight, None, midnight - TICK, midnight, midnight + timedelta(hours=1))
        edited = times(None, midnight + TICK, None, midnight, None, None)
        tally.dated(created, edited, flags(1, 1, 0, 1, 0, 1), flags(0, 0, 1, 0, 1, 0))
        low, high = ((each - EPOCH) // TICK for each in (midnight, midnight + timedelta(hours=1)))
        assert tally.days == {today - 1: [2, low - 1, low - 1], today: [4, low, high]}
        assert tally.partial_days == {today: [1, low, low]}
        assert (tally.good, tally.summary()["undated"]) == (4, 1)
        others: dict[int, list[int]] = {today: [1, low, low]}
        tally.others(times(midnight - TICK, None, midnight + TICK), others)
        assert others == {today - 1: [1, low - 1, low - 1], today: [2, low, low + 1]}


@pytest.mark.parametrize(
    ("batches", "counts"),
    [
        ([["1", "2", "3"]], True),
        ([["0", "1"]], True),
        ([["2", "3"]], False),
        ([["1", "2", "4"]], False),
        ([["1", "2"], ["3", "4"]], True),
        ([["3", "4"], ["2", "1"]], True),
        ([["1", "2"], ["4", "5"]], False),
        ([["1", "a"], ["3", "4"]], False),
        ([["1", "2"], ["x3", "4"]], False),
        ([["1"]], False),
        ([["1", "123456789"]], False),
        ([["1", "1234567890"]], False),
        ([["1", "2"], []], True),
    ],
)
def test_ids_count_rows_where_they_are_one_to_n(batches: list[list[str]], counts: bool) -> None:
    tally, seen = Tally("a.csv", UTC_ZONE), 0
    for ids in batches:
        moments = times(*(at(1 + seen + n) for n in range(len(ids))))
        seen += len(ids)
        tally.identified(pa.array(ids, pa.string()), moments, flags(*[1] * len(ids)))
    found = tally.summary()["counted"]
    assert bool(found) == counts
    if counts:
        firsts = [(each, at(1 + n)) for n, each in enumerate(each for ids in batches for each in ids)]
        assert found == {each: (moment - EPOCH) // TICK for each, moment in firsts}
        tally.row_ids = True
        assert tally.summary()["counted"] == {}, "ids that were made count nothing"


def test_of_counting_ids_the_first_are_kept_and_refused_rows_are_none() -> None:
    tally = Tally("a.csv", UTC_ZONE)
    ids = [str(n) for n in range(1, SAMPLE + 3)]
    tally.identified(pa.array([*ids, "x"]), times(*[at(1)] * len(ids), at(2)), flags(*[1] * len(ids), 0))
    assert list(tally.summary()["counted"]) == ids[:SAMPLE]


def test_scales_are_told_of_grades_that_were_seen_and_unread_rows_where_a_column_tells_products() -> None:
    tally = Tally("a.csv", UTC_ZONE)
    tally.found = ColumnFacts(
        rating=Scale(1, 10), nps=Scale(0, 10, "which?"), seen={"rating": (3, 9), "nps": (2, 4)}, orders={"created_at": "", "edited_at": "dmy"}
    )  # fmt: skip
    tally.unreadable("torn", "a:3")
    tally.unreadable("torn", "a:9")
    told = tally.summary()
    assert told["scales"] == {"rating": [1, 10, tally.found.rating.says], "nps": [0, 10, "which?"]}
    assert (told["seen"], told["orders"]) == ({"rating": [3, 9], "nps": [2, 4]}, {"edited_at": "dmy"})
    assert (told["unread"], told["undated"], told["set_aside"]) == ([], 2, {"torn": [2, "a:3"]})
    tally.own = True
    assert tally.summary()["unread"] == ["torn"]
    tally.found = ColumnFacts(seen={"nps": (2, 4)})
    assert tally.summary()["scales"] == {"nps": [0, 10, "0..10"]}


@pytest.mark.parametrize(
    ("name", "is_time"),
    [
        ("Response Date", True), ("response", False), ("CreatedAt", True), ("created by", False), ("Data da resposta", True),
        ("app data", False), ("data", True), ("the day it was posted", False), ("day it was posted", True),
        ("Réponse modifiée le jour date", False), ("Créé", True), ("time zone", False), ("Time spent", False), ("", False),
    ],
)  # fmt: skip
def test_columns_that_could_be_a_time_by_their_names(name: str, is_time: bool) -> None:
    assert could_date([name, "When"], ["When"]) == ([name] if is_time else [])
    assert could_date([name], [name]) == []
