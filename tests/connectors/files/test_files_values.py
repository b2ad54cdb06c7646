"""What people write in columns: each kind of stars, answers, counts, days and ids with the value that it means."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from files_channel import ACME, SECRET, Pulled, channel, pull, span
from one_product import checked

from earful.connectors.base import Context
from earful.connectors.errors import Fatal
from earful.connectors.files.connector import FilesConnector
from earful.connectors.files.options import FilesOptions
from earful.connectors.files.values.numbers import graded, separators
from earful.connectors.files.values.scales import Scale, of_nps, of_rating

COLUMNS = {"post_id": "id", "created_at": "day"}


def table(root: Path, field: str, cells: list[str], name: str = "a.csv", **options: Any) -> Pulled:
    """A file whose column ``v`` is a field, one row a value, pulled."""
    rows = [f"{name}{i};2026-03-{1 + i % 28:02d};{value}" for i, value in enumerate(cells)]
    (root / name).write_text("\n".join(["id;day;v", *rows]) + "\n", encoding="utf-8")
    return pull(channel(root, name, columns={**COLUMNS, field: "v"}, **options))


@pytest.mark.parametrize(
    ("written", "value"),
    [
        *(("4.5", (4.5, None)), ("4,5", (4.5, None)), ("★★★★☆", (4, 5)), ("⭐⭐", (2, 5)), ("4/5", (4, 5))),
        *(("7/10", (7, 10)), ("4 out of 5", (4, 5)), ("Rated 4.0 out of 5 stars", (4, 5)), ("3 von 5", (3, 5))),
        *(("٤", (4, None)), ("2 stars", (2, None)), ("1 Stern", (1, None)), ("10 - Extremely likely", (10, None))),
        *(("0 - Not at all likely", (0, None)), ("９", (9, None)), ("-1", (-1, None)), ("3 (ok)", (3, None))),
        *(("good", None), ("2024-01-05", None), ("4-5", None), ("", None), ("x5y6", None)),
    ],
)
def test_grades(written: str, value: tuple[float, float | None] | None) -> None:
    assert graded(written) == value


@pytest.mark.parametrize(
    ("values", "stars"),
    [
        (["5", "4.5", "4,4", "★☆☆☆☆", "3/5", "8/10", "0"], [5, 4.5, 4.4, 1, 3, 4.1111, None]),
        (["10", "9", "8", "8", "6", "4", "3", "1"], [5, 4.5556, 4.1111, 4.1111, 3.2222, 2.3333, 1.8889, 1]),
        (["10", "10", "2"], [5, 5, 1.4444]),
        (["5"] * 60 + ["50"], [5] * 60 + [None]),  # a slip is no scale
        (["5", "4", "10", "3", "2"], [None] * 5),  # two scales in one column
        (["100", "80", "60"], [None] * 3),
        (["0", "1", "0", "1", "1", "1"], [None] * 6),
        (["NULL", "N/A", "-", "3"], [None, None, None, 3]),
    ],
)
def test_stars(tmp_path: Path, values: list[str], stars: list[float | None]) -> None:
    got = table(tmp_path, "rating", values)
    assert got.column("rating") == stars
    assert got.why() == []
    order = list(range(len(values)))
    random.Random(1).shuffle(order)
    assert table(tmp_path, "rating", [values[i] for i in order]).column("rating") == [stars[i] for i in order]


def test_a_scale_that_is_found_or_asked_about_is_said(tmp_path: Path) -> None:
    found = table(tmp_path, "rating", ["10", "7"])
    assert "rating read on 1..10, stars by (r-1)*4/9+1" in found.coverage.note
    asked = table(tmp_path, "rating", ["10", "5", "4", "3"])
    assert (
        'asked of a.csv: rating runs from 3 to 10, 1 of 4 values above 5: say on what scale with scale = "1..10"'
        in (asked.coverage.note)
    )
    health = checked(channel(tmp_path, "a.csv", columns={**COLUMNS, "rating": "v"}), ACME)
    assert "say on what scale" in health.says
    assert health.details[0]["questions"]
    told = table(tmp_path, "rating", ["10", "5", "4", "0"], scale="0..10")
    assert told.column("rating") == [5, 3, 2.6, 1]
    assert table(tmp_path, "rating", ["100", "80", "20"], scale="0..100").column("rating") == [5, 4.2, 1.8]
    assert table(tmp_path, "rating", ["7", "4", "1"], scale="1..7").column("rating") == [5, 3, 1]


def test_files_on_two_scales_are_asked_about(tmp_path: Path) -> None:
    table(tmp_path, "rating", ["10", "9", "8"], "b.csv")
    table(tmp_path, "rating", ["5", "4", "3"], "a.csv")
    connector = channel(tmp_path, "*.csv", columns={**COLUMNS, "rating": "v"})
    says = 'rating runs to 5 in a.csv and to 10 in b.csv: set scale = "1..10" if both do'
    # It costs the stars and not the rows, as in a file whose own scale cannot be told.
    assert pull(connector).coverage.note.startswith(f"asked of a.csv: {says}")
    assert says in checked(connector, ACME).says
    both = channel(tmp_path, "*.csv", columns={**COLUMNS, "rating": "v"}, scale="1..10")
    assert sorted(pull(both).column("rating")) == [1.8889, 2.3333, 2.7778, 4.1111, 4.5556, 5]


@pytest.mark.parametrize(
    ("values", "nps"),
    [
        (["10 - Extremely likely", "9", "0 - Not at all likely", "7.0"], [10, 9, 0, 7]),
        (["5", "4", "1"], [5, 4, 1]),  # a handful
        (["5", "4", "1", "5", "3", "5"], [None] * 6),
        (["9", "8", "10", "5", "9", "11"], [9, 8, 10, 5, 9, None]),
        (["100", "90", "50", "10", "0"], [None] * 5),
    ],
)
def test_answers(tmp_path: Path, values: list[str], nps: list[int | None]) -> None:
    assert table(tmp_path, "nps", values).column("nps") == nps


def test_answers_that_stay_low(tmp_path: Path) -> None:
    got = table(tmp_path, "nps", ["5", "4", "1", "5", "3", "5"])
    assert 'nps has no answer above 5 in 6: set scale = "0..10" if it is 0..10' in got.coverage.note
    sure = table(tmp_path, "nps", ["5", "4", "1", "5", "3", "5"], scale="0..10")
    assert sure.column("nps") == [5, 4, 1, 5, 3, 5]
    for name in ("x.csv", "y.csv"):
        table(tmp_path, "nps", ["5", "4", "1", "2"], name)
    both = pull(channel(tmp_path, ["x.csv", "y.csv"], columns={**COLUMNS, "nps": "v"}))
    assert "asked of x.csv: nps has no answer above 5 in 8 of 2 files" in both.coverage.note


def test_yes_and_no_in_words(tmp_path: Path) -> None:
    said = [
        "Recommended",
        "Not Recommended",
        "positive",
        "negative",
        "1",
        "-1",
        "Ja",
        "👎",
        "👍🏽",
        "not_recommended",
        "OUI",
        "thumbs down",
        "perhaps",
    ]
    expected = [True, False, True, False, True, False, True, False, True, False, True, False, None]
    assert table(tmp_path, "recommended", said).column("recommended") == expected
    values = {"recommended": {"Perhaps": False, "top": True}}
    assert table(tmp_path, "recommended", ["perhaps", "TOP"], values=values).column("recommended") == [False, True]
    assert table(tmp_path, "rating", ["Great", "4"], values={"rating": {"great": 5}}).column("rating") == [5, 4]
    spss = table(tmp_path, "recommended", ["1", "2", "1"])
    assert spss.column("recommended") == [None] * 3
    assert "recommended holds 1 and 2" in spss.coverage.note


@pytest.mark.parametrize(
    ("values", "likes"),
    [
        (["1.000", "987", "12.000", "1.234", "1,234", "1.2K", "3"], [1000, 987, 12000, 1234, 1234, 1200, 3]),
        (["1,000", "12", "1,234,567"], [1000, 12, 1234567]),
        (["12.345,0", "1.000"], [12345, 1000]),
        (["12,345.0", "1,000", "7.0"], [12345, 1000, 7]),
        (["1.0", "12.0", "1.5"], [1, 12, None]),
        (["1.000", "2.000"], [None, None]),  # a float with three decimals, or thousands
        (["1'000", "2 000", "+7", "-3", "2M", "many"], [1000, 2000, 7, -3, 2000000, None]),
        (["NULL", "", "5"], [None, None, 5]),
    ],
)
def test_counts(tmp_path: Path, values: list[str], likes: list[int | None]) -> None:
    assert table(tmp_path, "likes", values).column("likes") == likes


def test_the_decimal_mark_can_be_said(tmp_path: Path) -> None:
    assert 'set decimal = "." or ","' in table(tmp_path, "likes", ["1.000"]).coverage.note
    assert table(tmp_path, "likes", ["1.000"], decimal=",").column("likes") == [1000]
    assert table(tmp_path, "likes", ["1.000", "1,500"], decimal=".").column("likes") == [1, 1500]
    assert separators(["1.000", "1.500", "1.5"]).dot == "", "one mark for two things says nothing"


def test_marks_of_nothing(tmp_path: Path) -> None:
    marks = [r"\N", "NULL", "NaN", "None", "N/A", "-"]
    for field in ("author", "app_version", "edited_at", "rating"):
        got = table(tmp_path, field, [*marks, ""])
        assert got.column(field) == [None] * 7, field
        assert got.why() == []
    assert table(tmp_path, "text", [*marks, "x"]).column("text") == ["", "", "", "None", "N/A", "-", "x"]
    assert table(tmp_path, "market", ["NA"]).column("market") == ["NA"]  # Namibia


def put(root: Path, *lines: str, name: str = "a.csv") -> None:
    (root / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_times_without_a_zone_are_of_the_reporting_zone(tmp_path: Path) -> None:
    put(tmp_path, "post_id,created_at", "1,2026-03-04", "2,2026-03-04 10:00", "3,2026-03-04T10:00Z")
    for zone, hours in (("America/Los_Angeles", (8, 18, 10)), ("Asia/Kolkata", (18, 4, 10)), ("UTC", (0, 10, 10))):
        context = Context("shelf", SECRET, {}, str(tmp_path), zone=zone)
        got = pull(FilesConnector(FilesOptions(paths=["a.csv"]), context))
        assert tuple(t.hour for t in got.column("created_at")) == hours
        own = pull(FilesConnector(FilesOptions(paths=["a.csv"], time_zone="UTC"), context))
        assert [t.hour for t in own.column("created_at")] == [0, 10, 10]
        assert (
            f"  times without a zone are {zone}"
            in checked(FilesConnector(FilesOptions(paths=["a.csv"]), context), ACME).lines
        )


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-03-04 22:30:00 UTC", "2026-03-04T22:30"),
        ("2026-03-04 22:30:00 GMT", "2026-03-04T22:30"),
        ("2026-03-04 22:30:00 GMT+1", "2026-03-04T21:30"),
        ("2026-03-04 22:30:00 +0530", "2026-03-04T17:00"),
        ("2026-03-04 22:30:00 EST", None),
    ],
)
def test_a_zone_that_is_written_is_never_thrown_away(tmp_path: Path, written: str, moment: str | None) -> None:
    put(tmp_path, "post_id,created_at", "1,2026-03-04 00:00:00 UTC", f"2,{written}")
    for form in ("%Y-%m-%d %H:%M:%S %Z", "auto"):
        got = pull(channel(tmp_path, "a.csv", time_format=form, time_zone="America/New_York"))
        found = got.column("created_at")[1:]
        assert found == ([datetime.fromisoformat(f"{moment}:00+00:00")] if moment else []), form
        assert moment or "names its zone by letters that several zones share" in got.why()[0][1]


@pytest.mark.parametrize(
    ("values", "days"),
    [
        (["13/04/2026", "1/5/2026 9:05"], ["2026-04-13T00:00", "2026-05-01T09:05"]),
        (["04/13/2026 1:05 PM", "5/1/26"], ["2026-04-13T13:05", "2026-05-01T00:00"]),
        (["4.3.2026", "04.03.2026 10:00"], ["2026-03-04T00:00", "2026-03-04T10:00"]),
        (["2026/03/04 10:00:00 PM GMT+1"], ["2026-03-04T21:00"]),
        (["46085", "46085.5"], ["2026-03-04T00:00", "2026-03-04T12:00"]),
    ],
)
def test_days_as_forms_write_them(tmp_path: Path, values: list[str], days: list[str]) -> None:
    put(tmp_path, "post_id,created_at", *(f"{i},{value}" for i, value in enumerate(values)))
    assert pull(channel(tmp_path, "a.csv")).column("created_at") == [
        datetime.fromisoformat(f"{day}:00+00:00") for day in days
    ]


@pytest.mark.parametrize(
    ("values", "says"),
    [
        (["03/04/2026", "05/06/2026"], "leaves open which is the day and which the month; set time_format"),
        (["2 months ago", "yesterday"], "is words that tell no date"),
        (["24-02-2015 11.35", "42059.4832407407"], r"is not a time that can be read.*; set time_format"),
    ],
)
def test_all_rows_refused_is_a_failed_channel(tmp_path: Path, values: list[str], says: str) -> None:
    put(tmp_path, "post_id,created_at", *(f"{i},{value}" for i, value in enumerate(values)))
    connector = channel(tmp_path, "a.csv")
    with pytest.raises(Fatal, match=f"all 2 rows are set aside: created_at {says}"):
        pull(connector)
    health = checked(connector, ACME)
    assert not health.ok
    assert "all 2 rows are set aside: created_at" in health.says


def test_ids_that_a_spreadsheet_rounded(tmp_path: Path) -> None:
    for ids in (("5.70306E+17", "5,7E+17"), ("570306133677760000", "570301130888120000"), ("1.2e+20", "1e+15")):
        put(tmp_path, "post_id;created_at;text", *(f"{each};2026-03-0{i + 1};a{i}" for i, each in enumerate(ids)))
        with pytest.raises(Fatal, match=r'rounded by a spreadsheet: export it as text, or set id = "row"'):
            pull(channel(tmp_path, "a.csv"))
        assert len(set(pull(channel(tmp_path, "a.csv", id="row")).column("post_id"))) == 2
    put(tmp_path, "post_id,created_at", "570306133677760513,2026-03-01", "570301130888120000,2026-03-02")
    assert len(pull(channel(tmp_path, "a.csv")).posts) == 2, "one id in many may end so"


def test_ids_that_count_the_rows_of_each_file(tmp_path: Path) -> None:
    put(tmp_path, "post_id,created_at", *(f"{i},2026-03-0{i}" for i in range(1, 5)))
    put(tmp_path, "post_id,created_at", *(f"{i},2026-04-0{i}" for i in range(1, 4)), name="b.csv")
    with pytest.raises(Fatal, match=r'^the ids of a.csv and b.csv count the rows of each file: set id = "row"'):
        pull(channel(tmp_path, "*.csv"))
    assert len(pull(channel(tmp_path, "*.csv", id="row")).posts) == 7
    # The same list, exported again when it had grown.
    put(tmp_path, "post_id,created_at", *(f"{i},2026-03-0{i}" for i in range(1, 7)), name="b.csv")
    assert len(set(pull(channel(tmp_path, "*.csv")).column("post_id"))) == 6


@pytest.mark.parametrize("head", ["userName", "Author", "E-Mail", "screen_name"])
def test_names_are_no_ids(tmp_path: Path, head: str) -> None:
    put(tmp_path, f"{head},created_at", "ann,2026-03-01")
    with pytest.raises(Fatal, match=r'names people, not rows; set id = "row"'):
        pull(channel(tmp_path, "a.csv", columns={"post_id": head, "created_at": "created_at"}))


def test_addresses_are_no_ids(tmp_path: Path) -> None:
    put(tmp_path, "post_id,created_at", "ann@example.org,2026-03-01", "2,2026-03-01")
    got = pull(channel(tmp_path, "a.csv"))
    assert (got.column("post_id"), "e-mail" in got.why()[0][1]) == (["2"], True)


def test_an_id_made_of_the_row(tmp_path: Path) -> None:
    rows = ["good app,5,2026-06-01 10:00", "good app,5,2026-06-02 10:00", "awful,1,2026-06-02", "awful,1,2026-06-02"]
    columns = {"created_at": "date", "text": "review", "rating": "rating"}
    put(tmp_path, "review,rating,date", *rows)
    put(tmp_path, "date,review,rating", "2026-06-02,awful,1", "2026-06-03,new,4", name="b.csv")
    first = pull(channel(tmp_path, "a.csv", columns=columns))
    assert len(set(first.column("post_id"))) == 4
    both = pull(channel(tmp_path, "*.csv", columns=columns))
    assert len(set(both.column("post_id"))) == 5
    assert "ids made of the rows" in both.coverage.note
    put(tmp_path, "review,rating,date,id", "a,5,2026-06-01,7")
    with pytest.raises(Fatal, match=r"name 'id' in columns, or set id = \"row\""):
        pull(channel(tmp_path, "a.csv", columns=columns))


def test_a_day_of_which_a_row_was_refused_is_not_complete(tmp_path: Path) -> None:
    rows = [f"{i},2026-03-{i:02d} 12:00" for i in range(1, 10)]
    put(tmp_path, "post_id,created_at", *rows, ",2026-03-04 13:00", ",2026-03-20 01:00")
    got = pull(channel(tmp_path, "a.csv"), window=span("2026-03-01", "2026-04-01")).coverage
    day = (datetime(2026, 3, 4, tzinfo=UTC), datetime(2026, 3, 5, tzinfo=UTC))
    assert [(w.start, w.end) for w in got.missing] == [day]
    assert "set aside in 2 rows: no id (first a.csv:11)" in got.note


def test_an_id_of_the_row_stays_when_the_row_is_read_otherwise(tmp_path: Path) -> None:
    """An answered question, another zone, a meaning for a word: the same posts, changed, and not others beside them."""
    lines = ["when,words,stars", *(f"2026-03-0{i},text {i},{r}" for i, r in enumerate([10, 4, 3, 2, "good"], 1))]
    (tmp_path / "a.csv").write_text("\n".join(lines) + "\n", "utf-8")
    columns = {"created_at": "when", "text": "words", "rating": "stars"}
    ways: tuple[dict[str, Any], ...] = (
        {},
        {"scale": "1..10"},
        {"time_zone": "Asia/Tokyo"},
        {"values": {"rating": {"good": 5}}, "scale": "1..10"},
    )
    found = [pull(channel(tmp_path, "a.csv", columns=columns, **how)) for how in ways]
    assert len({tuple(got.column("post_id")) for got in found}) == 1
    assert len({tuple(got.column("rating")) for got in found}) == 3
    assert len(set(found[0].column("post_id"))) == 5


def test_the_scale_of_few() -> None:
    assert of_rating({}, None) == Scale(1, 5)
    assert of_nps({}, None) == Scale(0, 10)
    assert of_rating({8.0: 1}, None).ask, "one 8 may be of 10 or of 100"
