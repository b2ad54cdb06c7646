"""The files channel: options, whose row is whose, duplicates, NPS, coverage, windows, check."""

# Long because: one connector: options, rows, coverage and check on the same small files.

from __future__ import annotations

import tempfile
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from files_channel import ACME, SECRET, channel, pull, span
from hypothesis import given, settings
from hypothesis import strategies as st
from one_product import checked
from pydantic import ValidationError

from earful.connectors.base import Product, Window
from earful.connectors.errors import Fatal
from earful.connectors.files.connector import FilesConnector
from earful.connectors.files.options import FilesOptions
from earful.connectors.post import pseudonym
from earful.connectors.registry import connector_class


def put(root: Path, *lines: str, name: str = "a.csv") -> Path:
    path = root / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_the_registry_knows_it() -> None:
    assert connector_class("files") is FilesConnector
    assert (FilesConnector.overlap, FilesConnector.seekable, FilesConnector.spacing) == (None, False, 0)


def test_a_column_mapping(tmp_path: Path) -> None:
    put(
        tmp_path,
        "Review ID,Date,Changed,Stars,Body,Head,Thumbs,Country,Who,Useful,Answers,Ver,Link",
        "r1,2024-01-31 12:30,2024-02-01 08:00,4, good ,Fine,yes,de,Some Body,-3,2,1.2,https://x.example/1",
        "r2,2024-01-31 13:30,,,,,,,,,,,",
    )
    columns = {
        "post_id": "Review ID", "created_at": "date", "edited_at": "Changed", "rating": "Stars", "text": "Body",
        "title": "Head", "recommended": "Thumbs", "market": "Country", "author": "Who", "likes": "Useful",
        "reply_count": "Answers", "app_version": "Ver", "url": "Link",
    }  # fmt: skip
    options = {"columns": columns, "constants": {"language_hint": "de"}, "time_zone": "Europe/Berlin"}
    got = pull(channel(tmp_path, "a.csv", source="shop", kind="review", **options))
    first, bare = got.posts.to_dict("records")
    assert first == {
        "source": "shop", "channel": "shelf", "post_id": "r1", "kind": "review", "product": "acme", "market": "de",
        "created_at": datetime(2024, 1, 31, 11, 30, tzinfo=UTC), "edited_at": datetime(2024, 2, 1, 7, tzinfo=UTC),
        "author": pseudonym(SECRET, "shop", "Some Body"), "title": "Fine", "text": " good ", "rating": 4,
        "nps": first["nps"], "recommended": True, "app_version": "1.2", "likes": -3, "url": "https://x.example/1",
        "language_hint": "de", "reply_count": 2, "raw_created": "2024-01-31 12:30",
    }  # fmt: skip
    for name in ("edited_at", "author", "rating", "recommended", "app_version", "likes", "url", "reply_count"):
        assert got.column(name)[1] is None, name
    assert (bare["title"], bare["text"], bare["market"]) == ("", "", "")


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("created_at", "1970-01-01", "created_at is not a time that can be read, or not of the years 1990 to 2200"),
        ("created_at", "", "no created_at"),
        ("post_id", " ", "no id"),
    ],
)
def test_a_refused_row(tmp_path: Path, column: str, value: str, reason: str) -> None:
    good = {"post_id": "1", "created_at": "2024-01-01", column: ""}
    if column in ("post_id", "created_at"):
        good = {"post_id": "1", "created_at": "2024-01-01"}
    bad = good | {"post_id": "2", column: value}
    last = good | {"post_id": "3"}
    put(tmp_path, ",".join(good), *(",".join(row.values()) for row in (good, bad, last)))
    got = pull(channel(tmp_path, "a.csv"))
    assert got.column("post_id") == ["1", "3"]
    assert got.why() == [("a.csv:3", reason)]
    assert value.strip() == "" or value not in reason.split()


@pytest.mark.parametrize(
    ("column", "value", "why"),
    [
        ("rating", "0", "rating is no number of stars on 1..5"),
        ("rating", "good", "rating is no number of stars on 1..5"),
        ("nps", "11", "nps is no whole number 0..10"),
        ("likes", "many", "likes is no whole number"),
        ("reply_count", "-1", "reply_count is no whole number"),
        ("recommended", "perhaps", "recommended is neither yes nor no"),
        ("kind", "letter", "kind is none of post, comment, review, survey"),
        ("edited_at", "later", "edited_at is not a time that can be read, or not of the years 1990 to 2200"),
    ],
)
def test_a_field_that_cannot_be_read_costs_no_more_than_the_field(
    tmp_path: Path, column: str, value: str, why: str
) -> None:
    put(tmp_path, f"post_id,created_at,text,{column}", "1,2024-01-01,a,", f"2,2024-01-01,b,{value}", "3,2024-01-02,c,")
    got = pull(channel(tmp_path, "a.csv"))
    assert got.column("text") == ["a", "b", "c"]
    assert got.column(column) == (["post"] * 3 if column == "kind" else [None] * 3)
    assert (got.why(), got.coverage.missing) == ([], ())
    assert f"not read in 1 row: {why} (first a.csv:3)" in got.coverage.note
    assert f"  not read 1: {why} (first a.csv:3)" in checked(channel(tmp_path, "a.csv"), ACME).lines


def test_ids_used_again(tmp_path: Path) -> None:
    put(tmp_path, "post_id,created_at", "1,2024-01-01", "2,never", "1,2024-01-05", "2,2024-01-02", "1,2024-01-01")
    got = pull(channel(tmp_path, "a.csv"))
    # Of another time it is another version, of which the store keeps the newest.
    assert got.column("post_id") == ["1", "2", "1"]
    again = "its id and time are those of a later row of this file"
    assert sorted(got.why())[:1] == [("a.csv:2", again)]
    # The same row is refused whatever part of the time is asked for.
    early = pull(channel(tmp_path, "a.csv"), window=span("2024-01-01", "2024-01-02"))
    assert early.column("post_id") == ["1"]
    assert ("a.csv:2", again) in early.why()


def test_versions_of_one_post_all_come(tmp_path: Path) -> None:
    put(tmp_path, "post_id,created_at,edited_at", "1,2024-01-01,", "1,2024-01-01,2024-01-03", "1,2024-01-01,2024-01-01")
    put(tmp_path, "post_id,created_at,edited_at", "1,2024-01-01,2024-01-09", name="b.csv")
    got = pull(channel(tmp_path, ["*.csv"]))
    assert [e.day if e else None for e in got.column("edited_at")] == [3, None, 9]
    assert [item for item, _ in got.why()] == ["a.csv:2"]


def test_rows_told_by_a_column(tmp_path: Path) -> None:
    put(
        tmp_path,
        "post_id,created_at,app",
        "1,2024-01-01,ACME",
        "2,2024-01-01,com.acme",
        "3,2024-01-01,other",
        "4,never,other",
    )
    path = "a.csv"
    by_any = pull(channel(tmp_path, path, product_column="App"))
    assert by_any.column("post_id") == ["1", "2"]
    assert by_any.rejected == ()  # a bad row of another product is not this one's
    assert pull(channel(tmp_path, path, product_column="app", product_values="slug")).column("post_id") == ["1"]
    assert pull(channel(tmp_path, path, product_column="app", product_values="google_play")).column("post_id") == ["2"]
    values = {"acme": ["other"]}
    assert pull(channel(tmp_path, path, product_column="app", product_values=values)).column("post_id") == ["3"]
    with pytest.raises(Fatal, match=r"^product beta: has no values in product_values; add them$"):
        pull(channel(tmp_path, path, product_column="app", product_values=values), Product("beta", "Beta"))
    with pytest.raises(Fatal, match=r"^a.csv: has no column 'shop' \(for product_column\)"):
        pull(channel(tmp_path, path, product_column="shop"))


def test_rows_told_by_their_text(tmp_path: Path) -> None:
    texts = ["I like Acme!", "acme anvils are fine", "nothing", "Acmes", "ACME and acme anvils"]
    rows = [f"{i},2024-01-01,{text},5" for i, text in enumerate(texts)]
    put(
        tmp_path,
        "post_id,created_at,text,rating",
        *rows,
        "7,2024-01-01,bad acme,x",
        "8,none,bad acme,1",
        "9,none,bad other,1",
    )
    got = pull(channel(tmp_path, "a.csv", match=True))
    assert got.column("post_id") == ["0", "4", "7"]
    assert [item for item, _ in got.why()] == ["a.csv:8"]


def test_nps(tmp_path: Path) -> None:
    put(
        tmp_path,
        "Response ID;Score;Comment;Submitted_At",
        "a;10;fine;2024-01-31",
        "b;0;;2024-02-01",
        "c;11;x;2024-02-02",
        "d;;y;2024-02-03",
    )
    got = pull(channel(tmp_path, "a.csv", preset="nps"))
    assert got.column("nps") == [10, 0, None, None]
    assert got.column("text") == ["fine", "", "x", "y"]
    assert set(got.column("kind")) == {"survey"}
    assert set(got.column("source")) == {"nps_survey"}
    assert got.why() == []


def test_a_preset_with_another_column_and_constants(tmp_path: Path) -> None:
    put(tmp_path, "ID,Q1,When", "a,7,31.01.2024")
    columns = {"nps": "Q1", "created_at": "When"}
    got = pull(
        channel(tmp_path, "a.csv", preset="nps", columns=columns, constants={"market": "de"}, time_format="%d.%m.%Y")
    )
    assert (got.column("nps"), got.column("market"), got.column("raw_created")) == ([7], ["de"], ["31.01.2024"])
    with pytest.raises(Fatal, match="has no column 'score' or 'nps' or"):
        pull(channel(tmp_path, "a.csv", preset="nps"))


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"paths": []}, "paths"),
        ({"colums": {}}, "colums"),
        ({"columns": {"body": "x"}}, "columns.body"),
        ({"columns": {"text": "x"}}, "columns lacks created_at"),
        ({"scale": "5"}, "'5' is no scale; allowed: its lowest and highest value"),
        ({"scale": {"nps": "1..5"}}, "nps is asked with 0..10"),
        ({"scale": {"nps": "-1..10"}}, "nps is asked with 0..10"),
        ({"columns": {"post_id": "id"}}, "columns lacks created_at"),
        (
            {"columns": {"post_id": "a", "created_at": "b"}, "constants": {"created_at": "2024-01-01"}},
            "both in columns",
        ),
        ({"constants": {"post_id": "1"}}, "post_id cannot be a constant"),
        ({"constants": {"rating": 6}}, "constants.rating: '6' is no number of stars on 1..5"),
        ({"constants": {"kind": "letter"}}, "constants.kind: 'letter' is none of"),
        ({"constants": {"created_at": "soon"}}, "constants.created_at"),
        ({"time_zone": "Berlin"}, "'Berlin' is not a time zone; use an IANA name"),
        ({"time_format": "dd.mm"}, "time_format"),
        ({"delimiter": '"'}, "delimiter"),
        ({"encoding": "klingon"}, "encoding"),
        ({"match": True, "product_column": "app"}, "exclude each other"),
        ({"product_values": "slug"}, "needs product_column"),
        ({"covers_from": "2024-02-01", "covers_to": "2024-01-01"}, "covers_from is after covers_to"),
    ],
)
def test_options_that_cannot_be(options: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError) as caught:
        FilesOptions(**({"paths": ["a.csv"]} | options))
    assert says in str(caught.value)


@pytest.mark.parametrize(
    "options",
    [
        {"scale": {"nps": "1..10"}}, {"covers_to": "2024-01-31"}, {"covers_from": "2024-01-31"},
        {"covers_from": "2024-01-31", "covers_to": "2024-01-31"},
    ],
)  # fmt: skip
def test_options_on_the_bound_of_what_can_be(options: dict[str, Any]) -> None:
    assert FilesOptions(**({"paths": ["a.csv"]} | options))


def test_coverage_is_from_the_first_row_to_the_last(tmp_path: Path) -> None:
    put(
        tmp_path,
        "post_id,created_at,edited_at",
        *(f"{day},2024-01-{day:02d}T10:00Z," for day in range(3, 10)),
        "1,2024-01-05,2024-01-09T12:00Z",
    )
    connector = channel(tmp_path, "a.csv")
    got = pull(connector, window=span("2024-01-01", "2024-02-01")).coverage
    assert (got.reached, got.until) == (
        datetime(2024, 1, 3, 10, tzinfo=UTC),
        datetime(2024, 1, 9, 12, 0, 0, 1, tzinfo=UTC),
    )
    assert got.capped
    inside = pull(connector, window=span("2024-01-04", "2024-01-08")).coverage
    assert (inside.reached, inside.until, inside.capped) == (
        datetime(2024, 1, 4, tzinfo=UTC),
        datetime(2024, 1, 8, tzinfo=UTC),
        False,
    )
    outside = pull(connector, window=span("2024-02-01", "2024-03-01")).coverage
    assert outside.reached is None
    assert "nothing of the asked time; they cover 2024-01-03 to 2024-01-09" in outside.note


def test_coverage_by_the_configuration(tmp_path: Path) -> None:
    put(tmp_path, "post_id,created_at", "1,2024-01-03", "2,2024-01-09")
    options = {"covers_from": "2024-01-01", "covers_to": "2024-01-31", "time_zone": "Europe/Berlin"}
    got = pull(channel(tmp_path, "a.csv", **options), window=span("2023-12-01", "2024-03-01")).coverage
    assert (got.reached, got.until) == (datetime(2023, 12, 31, 23, tzinfo=UTC), datetime(2024, 1, 31, 23, tzinfo=UTC))
    only_from = pull(channel(tmp_path, "a.csv", covers_from="2024-01-01"), window=span("2024-01-01", "2024-03-01"))
    assert only_from.coverage.until == datetime(2024, 1, 9, 0, 0, 0, 1, tzinfo=UTC)


def test_coverage_of_several_files(tmp_path: Path) -> None:
    for month, days in ((1, 31), (2, 29), (4, 20)):
        rows = [f"{month}-{day},2024-{month:02d}-{day:02d}" for day in range(1, days + 1)]
        put(tmp_path, "post_id,created_at", *rows, name=f"{month}.csv")
    year = span("2024-01-01", "2025-01-01")
    two = pull(channel(tmp_path, ["1.csv", "2.csv"]), window=year).coverage
    tick = timedelta(microseconds=1)
    assert (two.reached, two.until, two.missing) == (year.start, datetime(2024, 2, 29, tzinfo=UTC) + tick, ())
    all_three = pull(channel(tmp_path, "*.csv"), window=year).coverage
    assert (all_three.reached, all_three.until) == (year.start, datetime(2024, 4, 20, tzinfo=UTC) + tick)
    assert all_three.missing == (Window(two.until, datetime(2024, 4, 1, tzinfo=UTC) + tick),)
    assert "gap 2024-02-29 to 2024-04-01" in all_three.note


@pytest.mark.parametrize(("tables", "says"), [(4, None), (5, "and 1 gap before"), (6, "and 2 gaps before")])
def test_of_many_gaps_the_newest_are_named(tmp_path: Path, tables: int, says: str | None) -> None:
    for month in range(1, tables + 1):
        rows = [f"{month}-{day}-{n},2024-{month:02d}-{day:02d}" for day in range(1, 18) for n in range(3)]
        put(tmp_path, "post_id,created_at", *rows, name=f"{month}.csv")
    note = pull(channel(tmp_path, "*.csv"), window=span("2024-01-01", "2024-12-01")).coverage.note
    assert note.count("; gap ") == 3
    assert (" before" in note, says is None or says in note) == (says is not None, True)


def test_a_file_without_rows_covers_nothing(tmp_path: Path) -> None:
    put(tmp_path, "post_id,created_at")
    connector = channel(tmp_path, "a.csv")
    got = pull(connector, window=span("2024-01-01", "2024-02-01"))
    assert got.coverage.reached is None
    assert "no row in them" in got.coverage.note
    assert checked(connector, ACME).says == "1 file (csv, utf-8): no row of acme; check product_column, match or paths"


def test_check(tmp_path: Path) -> None:
    put(tmp_path, "post_id,created_at,rating", "1,2024-01-03,5", "2,2024-01-09,4", ",2024-01-09,4")
    health = checked(channel(tmp_path, "a.csv"), ACME)
    assert health.says == (
        "1 file (csv, utf-8): 2 rows of acme, 2024-01-03 to 2024-01-09; 1 set aside;"
        " not known whether whole: 2024-01-03 to 2024-01-09: 2 rows in 7 days cannot tell"
        ' (covers = [".."] if the files lack nothing)'
    )
    assert (health.ok, health.reaches_back) == (True, "2024-01-03")


def test_paths(tmp_path: Path) -> None:
    deep = tmp_path / "x" / "y"
    deep.mkdir(parents=True)
    put(deep, "post_id,created_at", "1,2024-01-03", name="part [1].csv")
    put(tmp_path, "post_id,created_at", "2,2024-01-03")
    assert pull(channel(tmp_path, "**/*.csv")).column("post_id") == ["2", "1"]
    assert pull(channel(tmp_path, ["x/y/part [1].csv", "x/*/part*"])).column("post_id") == ["1"]
    assert pull(channel(Path("/"), str(tmp_path / "*.csv"))).column("post_id") == ["2"]
    assert pull(channel(deep, "../../*.csv")).column("post_id") == ["2"]


def test_no_name_of_an_author_leaves_the_connector(tmp_path: Path) -> None:
    put(
        tmp_path,
        "post_id,created_at,author,rating",
        "1,2024-01-03,Zaphod B,5",
        "2,2024-01-03,Zaphod B,5",
        ",2024-01-03,Zaphod B,5",
        "3,Zaphod B,x,1",
    )
    got = pull(channel(tmp_path, "a.csv"))
    assert "Zaphod" not in got.posts.to_csv() + str(got.rejected) + str(got.coverage)
    assert got.column("author") == [pseudonym(SECRET, "files", "Zaphod B")] * 2


START = datetime(2024, 1, 1, tzinfo=UTC)
hours = st.integers(0, 24 * 9)


@settings(deadline=None, max_examples=25)
@given(
    rows=st.lists(st.tuples(st.integers(0, 8), hours, st.one_of(st.none(), hours)), min_size=1, max_size=20),
    cuts=st.lists(hours, max_size=3),
)
def test_any_split_of_the_time_gives_the_whole(rows: list[tuple[int, int, int | None]], cuts: list[int]) -> None:
    def at(hour: int | None) -> str:
        return "" if hour is None else (START + timedelta(hours=hour)).isoformat()

    edges = sorted({0, *cuts, 24 * 10})
    with tempfile.TemporaryDirectory() as folder:
        put(Path(folder), "post_id,created_at,edited_at", *(f"{i},{at(a)},{at(b)}" for i, a, b in rows))
        connector = channel(Path(folder), "a.csv")
        whole = pull(connector, window=Window(START, START + timedelta(days=10)))
        parts = [
            pull(connector, window=Window(START + timedelta(hours=a), START + timedelta(hours=b)))
            for a, b in pairwise(edges)
        ]
    names = ("post_id", "created_at", "edited_at")
    found = {row for part in parts for row in zip(*map(part.column, names), strict=True)}
    assert found == set(zip(*map(whole.column, names), strict=True))
    assert {r for part in parts for r in part.rejected} == set(whole.rejected)
    assert len(whole.posts) + len(whole.rejected) == len(rows)


def test_a_row_from_the_future_is_set_aside_and_extends_no_coverage(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    day = timedelta(days=1)
    late, mistyped = now + day / 2, now + 365 * day  # a zone that was left out, and a wrong year
    put(
        tmp_path,
        "post_id,created_at,edited_at",
        *(f"{n},{now - n * day:%Y-%m-%d %H:%M}," for n in range(40, 29, -1)),
        f"3,{mistyped:%Y-%m-%d %H:%M},",
        f"4,{now - 30 * day:%Y-%m-%d %H:%M},{mistyped:%Y-%m-%d %H:%M}",
    )
    got = pull(channel(tmp_path, "a.csv"), window=Window(now - 60 * day, now))
    assert got.column("post_id") == [*(str(n) for n in range(40, 29, -1)), "4"]
    assert got.column("edited_at") == [None] * 12
    assert got.why() == [("a.csv:13", "created_at lies in the future")]
    assert "edited_at lies in the future (first a.csv:14)" in got.coverage.note
    assert got.coverage.until < now - 29 * day
    assert got.coverage.reached is not None
    assert not checked(channel(tmp_path, "a.csv"), ACME).says.count(f"{mistyped:%Y-%m-%d}")

    before = [f"{n},{now - n * day:%Y-%m-%d %H:%M}" for n in range(9, 0, -1)]
    put(tmp_path, "post_id,created_at", *before, f"late,{late:%Y-%m-%d %H:%M}", name="b.csv")
    near = pull(channel(tmp_path, "b.csv"), window=Window(now - 60 * day, now + 60 * day))
    assert len(near.column("post_id")) == 10
    assert near.coverage.reached is not None
    assert near.coverage.until <= datetime.now(UTC) + timedelta(seconds=1)
