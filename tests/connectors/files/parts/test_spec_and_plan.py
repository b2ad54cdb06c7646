"""How options become a way to read, and columns of a file its fields: each rule with what just fits and what just does not."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa
import pytest
from pydantic import ValidationError

from earful.connectors.base import Product
from earful.connectors.errors import Fatal
from earful.connectors.files.cast import empty, first_of, lines_of, text, whole
from earful.connectors.files.columns import values_of
from earful.connectors.files.graded import counts, grades
from earful.connectors.files.options import FilesOptions
from earful.connectors.files.values.numbers import Separators
from earful.connectors.files.values.profile import ColumnFacts
from earful.connectors.files.values.scales import Scale

Row = dict[str, Any]


def options(**given: Any) -> FilesOptions:
    return FilesOptions(paths=["a.csv"], **given)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"columns": {"created_at": "d", "text": "t"}, "constants": {"text": "x"}}, "text is both in columns and in const"),
        ({"constants": {"post_id": "x"}}, "post_id cannot be a constant"),
        ({"columns": {"text": "t"}}, "columns lacks created_at"),
        ({"columns": {"text": "t"}, "constants": {"created_at": "2026-03-01"}}, ""),
        ({"columns": {"text": "t"}, "preset": "play_console"}, ""),
        ({"columns": {"created_at": "d", "text": ["a"]}}, "a list names two columns or more"),
        ({"columns": {"created_at": "d", "text": ["a", "a"]}}, "a list names two columns or more"),
        ({"columns": {"created_at": "d", "text": ["a", "b", "c"]}}, ""),
        ({"columns": {"created_at": ["d", "t"]}}, ""),
        ({"columns": {"created_at": ["d", "t", "x"]}}, "two columns make a time"),
        ({"columns": {"created_at": "d", "title": ["a", "b"]}}, "two columns make a time"),
        ({"columns": {"created_at": "d", "edited_at": ["a", "b"]}}, ""),
        ({"product_values": "slug"}, "product_values needs product_column"),
        ({"product_values": "slug", "product_column": "app"}, ""),
        ({"product_values": "slug", "preset": "play_console"}, ""),
        ({"match": True, "product_column": "app"}, "exclude each other"),
        ({"match": True, "preset": "play_console"}, "exclude each other"),
        ({"match": True}, ""),
        ({"covers_from": date(2026, 3, 2), "covers_to": date(2026, 3, 1)}, "covers_from is after covers_to"),
        ({"covers_from": date(2026, 3, 1), "covers_to": date(2026, 3, 1)}, ""),
        ({"columns": {"created_at": "d", "nps": "n"}, "scale": {"nps": "1..10"}}, ""),
        ({"columns": {"created_at": "d", "nps": "n"}, "scale": {"nps": "0..5"}}, "nps is asked with 0..10"),
        ({"columns": {"created_at": "d", "nps": "n"}, "scale": {"nps": "-1..10"}}, "nps is asked with 0..10"),
        ({"columns": {"created_at": "d", "nps": "n"}, "scale": {"nps": "0..11"}}, "nps is asked with 0..10"),
        ({"constants": {"rating": "6"}}, "constants.rating: '6' is no number of stars on 1..5"),
        ({"constants": {"rating": "5"}}, ""),
        ({"constants": {"kind": "Review"}}, ""),
        ({"constants": {"kind": "letter"}}, "is none of"),
        ({"constants": {"likes": "-3"}}, ""),
        ({"constants": {"reply_count": "-3"}}, "is no whole number"),
        ({"constants": {"created_at": "never"}}, "is not a time"),
        ({"source": ""}, "at least 1 character"),
        ({"source": "s", "sheet": "t", "skip": 0}, ""),
        ({"sheet": ""}, "at least 1 character"),
        ({"skip": -1}, "greater than or equal to 0"),
        ({"covers": ["2026-03-01..2026-03-01"]}, ""),
    ],
)  # fmt: skip
def test_options_that_contradict_each_other(given: Row, says: str) -> None:
    if not says:
        options(**given)
        return
    with pytest.raises(ValidationError, match=says):
        options(**given)


def test_declared_stretches_are_all_of_them() -> None:
    first, last = date(2026, 3, 1), date(2026, 3, 9)
    assert options().declared() == []
    assert options(covers_from=first).declared() == [(first, None)]
    assert options(covers_to=last).declared() == [(None, last)]
    assert options(covers=["..2026-03-09", ".."], covers_from=first).declared() == [
        (None, last),
        (None, None),
        (first, None),
    ]


@pytest.mark.parametrize(
    ("given", "scales"),
    [
        ({"scale": "1..10"}, {"rating": (1, 10)}),
        ({"scale": "0..10", "columns": {"created_at": "d", "nps": "n"}}, {"nps": (0, 10)}),
        ({"scale": "1..10", "columns": {"created_at": "d", "nps": "n", "rating": "r"}}, {"rating": (1, 10)}),
        ({"scale": {"rating": "1..7", "nps": "0..10"}}, {"rating": (1, 7), "nps": (0, 10)}),
        ({}, {}),
        ({"preset": "nps"}, {}),
    ],
)
def test_one_scale_alone_is_that_of_the_stars_or_of_nps_where_there_are_none(given: Row, scales: Row) -> None:
    assert {name: (each.low, each.high) for name, each in options(**given).scales().items()} == scales


def test_what_must_be_there_is_what_makes_a_post() -> None:
    assert options().spec().required == {"created_at"}
    named = {"created_at": ["d", "t"], "text": ["a", "b"], "likes": "l", "post_id": "i", "edited_at": ["e", "f"]}
    made = options(columns=named, constants={"title": "x"}).spec("Asia/Tokyo")
    assert made.required == {"created_at", "text", "post_id"}
    assert dict(made.columns) == {
        "created_at": ("d",), "text": ("a", "b"), "likes": ("l",), "post_id": ("i",), "edited_at": ("e",),
    }  # fmt: skip
    assert dict(made.clocks) == {"created_at": "t", "edited_at": "f"}
    assert (made.one_text, made.zone.key, made.source, made.kind) == (True, "Asia/Tokyo", "files", "post")
    by_row = options(columns=named, id="row", time_zone="UTC").spec("Asia/Tokyo")
    assert (set(by_row.required), by_row.row_ids, by_row.zone.key) == ({"created_at", "text"}, True, "UTC")
    constant = options(columns={"text": "t"}, constants={"created_at": "2026-03-01"}).spec()
    assert (set(constant.required), constant.one_text) == ({"text"}, False)


def test_rows_of_several_products_need_a_way_to_tell_them() -> None:
    assert options().objection(1) == ""
    assert options().objection(2).startswith("several products, but nothing says whose a row is")
    assert options(match=True).objection(2) == options(product_column="app").objection(2) == ""
    assert options(preset="play_console").objection(2) == ""
    assert options(preset="play_console").needs_of(None) == "google_play"
    assert options(preset="play_console", product_column="app").needs_of(None) is None
    assert options(preset="play_console", product_values={"acme": ["x"]}).needs_of(None) is None
    assert options(preset="play_console", product_values="app_store").needs_of("steam") == "google_play"


def planned(found: list[str], **given: Any) -> dict[str, tuple[str, ...]]:
    return options(**given).spec().plan("a.csv", found)


def test_columns_are_found_by_their_names_loosely() -> None:
    named = {"created_at": "Sent On", "text": "Body", "market": "Land", "post_id": "Key"}
    assert planned(["'sent_on'", "BODY", "key", "other"], columns=named) == {
        "created_at": ("'sent_on'",), "text": ("BODY",), "post_id": ("key",),
    }  # fmt: skip
    # The very name counts before one like it; of those alike the first.
    assert planned(["sent_on", "Sent On", "k", "key", "KEY"], columns=named | {"text": "k"})["created_at"] == (
        "Sent On",
    )
    assert planned(["sent_on", "SENT ON", "k", "key", "KEY"], columns=named | {"text": "k"})["post_id"] == ("key",)


@pytest.mark.parametrize(
    ("found", "given", "says"),
    [
        (["created_at", "created_at", "text"], {}, "has two columns 'created_at'; rename one of them"),
        (["created_at", "x", "x"], {}, ""),
        (["text"], {}, "has no column 'created_at' \\(for created_at\\); columns found: 'text'; check columns or preset"),
        (["created_at"], {"product_column": "app"}, "has no column 'app' \\(for product_column\\)"),
        (["created_at", "d"], {"columns": {"created_at": ["d", "t"]}}, "has no column 't' \\(for created_at clock\\)"),
        (
            ["created_at", "a"],
            {"columns": {"created_at": "created_at", "text": ["a", "b", "c"]}},
            "has no column 'b' or 'c' \\(for text\\)",
        ),
        (["created_at", "review id"], {}, "has no column 'post_id' .* name 'review id' in columns, or set id = \"row\""),
        (["created_at", "review id"], {"id": "row"}, ""),
        (["created_at", "post_id", "review id"], {}, ""),
        (["created_at", "author"], {"columns": {"created_at": "created_at", "post_id": "author"}}, "names people, not rows"),
        (["created_at", "author"], {"columns": {"created_at": "created_at", "post_id": "author"}, "id": "row"}, ""),
        (
            [f"c{n:02}" for n in range(21)],
            {},
            "columns found: 'c00'.*'c19', \\.\\.\\.; check",
        ),
        ([f"c{n:02}" for n in range(20)], {}, "'c19'; check"),
    ],
)  # fmt: skip
def test_columns_that_are_not_there_or_there_twice(found: list[str], given: Row, says: str) -> None:
    if not says:
        planned(found, **given)
        return
    with pytest.raises(Fatal, match=f"^a\\.csv: .*{says}"):
        planned(found, **given)


def test_a_column_of_times_of_day_beside_one_of_days_is_read_with_it() -> None:
    dated = {"created_at": "Date"}
    assert planned(["Date", "text", "Time"], columns=dated)["_created_at clock"] == ("Time",)
    assert "_created_at clock" not in planned(["Date", "Time"], columns=dated, time_format="%Y-%m-%d")
    assert "_created_at clock" not in planned(["Date", "Time", "Time"], columns=dated)
    assert "_created_at clock" not in planned(["Date", "Time"], columns=dated | {"text": "Time"})
    edits = planned(["Date", "Edit Date", "Edit Time"], columns=dated | {"edited_at": "Edit Date"})
    assert [name for name in edits if name.endswith(" clock")] == ["_edited_at clock"]
    named = planned(["Date", "Time", "at"], columns={"created_at": ["Date", "at"]})
    assert named["_created_at clock"] == ("at",)


@pytest.mark.parametrize(
    ("given", "values"),
    [
        ({}, None),
        ({"product_column": "app"}, ["acme", "Acme", "1", "2", "com.acme"]),
        ({"product_column": "app", "product_values": "slug"}, ["acme"]),
        ({"product_column": "app", "product_values": "steam"}, ["1", "2"]),
        ({"product_column": "app", "product_values": {"acme": ["a", "b"], "other": ["c"]}}, ["a", "b"]),
        ({"product_column": "app", "product_values": "app_store"}, "has no id 'app_store'"),
        ({"product_column": "app", "product_values": {"other": ["c"]}}, "has no values in product_values"),
        ({"product_column": "app", "product_values": {"acme": []}}, "has no values in product_values"),
    ],
)
def test_what_the_product_column_holds(given: Row, values: list[str] | str | None) -> None:
    acme = Product("acme", "Acme", ids={"steam": ("1", "2"), "google_play": ("com.acme",)})
    if isinstance(values, str):
        with pytest.raises(Fatal, match=values):
            values_of(options(**given).spec(), acme)
    else:
        assert values_of(options(**given).spec(), acme) == values


THOUSANDS = Separators("", "thousands")


@pytest.mark.parametrize("marks", [None, THOUSANDS])
def test_counts_of_a_column_in_every_way_of_writing(marks: Separators | None) -> None:
    written = {
        "5": 5, "+7": 7, "-3": -3, " 9 ": 9, "": None, "1k": 1000, "2 M": 2_000_000, "many": None, "10": 10, "-4": -4,
        "1,234": 1234 if marks else None, "123456789012345678": 123456789012345678, "1.5": None, "-1k": -1000,
    }  # fmt: skip
    low, high = -1000, 2_000_000
    expected = [n if n is not None and low <= n <= high else None for n in written.values()]
    assert counts(pa.array(list(written)), low, high, marks) == (pa.array(expected, pa.int64()), "is no whole number")
    # One odd one among plain ones, none, and nothing but.
    for some in (["5", "1k"], ["5", "6"], ["1k"], ["+5"], ["", ""]):
        found, _ = counts(pa.array(some), low, high, marks)
        assert found.to_pylist() == [written.get(each, 5 if each == "+5" else 6) for each in some]
    for bound in ((low - 1, None), (low, low), (high, high), (high + 1, None)):
        for column in (pa.array([str(bound[0])]), pa.array([bound[0]]), pa.array([float(bound[0])])):
            assert counts(column, low, high, None)[0].to_pylist() == [bound[1]]


def test_counts_are_those_that_a_float_holds_exactly() -> None:
    for value, fits in ((2.0**53, True), (2.0**53 + 2, False), (2.5, False), (float("nan"), False)):
        assert whole(pa.array([value]), 0, 2**60).to_pylist() == [int(value) if fits else None]
    assert text(pa.array([2.0**53 - 1, None])).to_pylist() == ["9007199254740991", ""]
    assert text(pa.array([2.0**53])).to_pylist() != ["9007199254740992"], "what may be another number is left as it is"
    assert text(pa.array([17.0, float("nan"), 18.0])).to_pylist() == ["17", "", "18"]
    assert text(pa.array([17.0, 18.5])).to_pylist() == ["17", "18.5"]


@pytest.mark.parametrize(
    ("name", "value", "scale", "read"),
    [
        ("rating", "8/10", Scale(1, 5), 1 + 7 * 4 / 9),
        ("rating", "8/11", Scale(1, 5), 1 + 8 * 4 / 11),
        ("rating", "4/5", Scale(1, 5), 4.0),
        ("rating", "4/5", Scale(1, 10), 4.0),
        ("rating", "4/10", Scale(1, 10), 1 + 3 * 4 / 9),
        ("rating", "0/10", Scale(1, 5), None),
        ("rating", "0/11", Scale(1, 5), 1.0),
        ("rating", "0.5", Scale(1, 5), 1.0),
        ("rating", "0.4", Scale(1, 5), None),
        ("rating", "5.1", Scale(1, 5), None),
        ("nps", "0", Scale(0, 10), 0),
        ("nps", "10", Scale(0, 10), 10),
        ("nps", "9/10", Scale(0, 10), 9),
        ("nps", "9/11", Scale(0, 10), None),
        ("nps", "9.5", Scale(0, 10), None),
        ("nps", "11", Scale(0, 10), None),
        ("nps", "0", Scale(1, 10), None),
        ("nps", "9", Scale(0, 10, "which?"), None),
        ("recommended", "yes", Scale(1, 5), True),
        ("recommended", "perhaps", Scale(1, 5), None),
    ],
)
def test_grades_on_their_own_scale_and_on_the_files(
    name: str, value: str, scale: Scale, read: float | bool | None
) -> None:
    facts = ColumnFacts(rating=scale, nps=scale)
    (found,) = grades(name, pa.array([value]), facts, {})[0].to_pylist()
    assert found == (pytest.approx(read, abs=1e-4) if isinstance(read, float) else read)


def test_configured_words_are_read_where_the_column_is_asked_about() -> None:
    asked = ColumnFacts(questions={"recommended": "which?"})
    assert grades("recommended", pa.array(["yes"]), asked, {})[0].to_pylist() == [None]
    assert grades("recommended", pa.array([" YES ", "no", None]), asked, {"yes": "no"})[0].to_pylist() == [
        False,
        False,
        None,
    ]


def test_several_columns_as_lines_or_as_the_first_that_holds_something() -> None:
    one, two, three = (
        pa.array(["a", "", None, " ", "d"]),
        pa.array(["x", "y", None, "", "  "]),
        pa.array(["1", "", "3", None, "5"]),
    )
    assert lines_of([one, two, three]).to_pylist() == ["a\nx\n1", "y", "3", " ", "d\n5"]
    assert first_of([one, two, three]).to_pylist() == ["a", "y", "3", "", "d"]
    assert first_of([pa.array([1, None])]).to_pylist() == [1, None]
    assert empty(one).tolist() == [False, True, True, True, False]
    assert empty(pa.array([1.0, float("nan"), None])).tolist() == [False, True, True]
