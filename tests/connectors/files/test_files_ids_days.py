"""Ids are never guessed, days are those that people mean, and only what a file shows whole is covered."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from files_channel import ACME, EVER, channel, pull, put, span
from one_product import checked

from earful.connectors.base import Asked, Context, Window
from earful.connectors.errors import Fatal
from earful.connectors.files.connector import FilesConnector
from earful.connectors.files.options import FilesOptions
from earful.connectors.files.spans import Span, ranges, shown

DAY = timedelta(days=1)


def test_rounded_ids_are_refused(tmp_path: Path) -> None:
    ids = ["5.70306E+17", "5,7E+17", "570306000000000000", "570307000000000000", "570308123456789123", "12"]
    put(tmp_path, "post_id;created_at;text", *(f"{each};2026-03-04;fine" for each in ids))
    got = pull(channel(tmp_path, "a.csv"))
    assert got.column("post_id") == ["570308123456789123", "12"]
    assert {why for _, why in got.why()} == {
        'its id was rounded by a spreadsheet; export ids as text, or say id = "row"'
    }
    assert len(pull(channel(tmp_path, "a.csv", columns={"created_at": "created_at"}, id="row")).posts) == 6


def test_a_single_long_id_with_zeros_is_an_id(tmp_path: Path) -> None:
    put(tmp_path, "post_id,created_at", "5703061234567890,2026-03-04", "5703061234567891,2026-03-04")
    assert pull(channel(tmp_path, "a.csv")).why() == []


def test_ids_that_count_rows_in_several_files_are_refused(tmp_path: Path) -> None:
    for name, first in (("jan.csv", 1), ("feb.csv", 2)):
        put(tmp_path, "post_id,created_at", *(f"{i},2026-0{first}-0{i}" for i in range(1, 5)), name=name)
    assert len(pull(channel(tmp_path, "jan.csv")).posts) == 4
    with pytest.raises(Fatal, match=r'count rows.*say id = "row"'):
        pull(channel(tmp_path, "*.csv"))
    assert not checked(channel(tmp_path, "*.csv"), ACME).ok


@pytest.mark.parametrize("column", ["userName", "Reviewer", "e-mail", "Nombre"])
def test_names_are_no_ids(tmp_path: Path, column: str) -> None:
    put(tmp_path, f"{column},when", "Zaphod,2026-03-04")
    with pytest.raises(Fatal, match="holds people, not ids"):
        pull(channel(tmp_path, "a.csv", columns={"post_id": column, "created_at": "when"}))


def test_ids_made_of_rows_double_nothing_and_keep_equal_answers_apart(tmp_path: Path) -> None:
    rows = ["2026-03-04,fine,5", "2026-03-04,fine,5", "2026-03-05,bad,1"]
    put(tmp_path, "date,review,stars", *rows, name="a.csv")
    put(tmp_path, "date,review,stars", rows[0], *rows[2:], "2026-03-06,new,4", name="b.csv")
    columns = {"created_at": "date", "text": "review", "rating": "stars"}
    got = pull(channel(tmp_path, "*.csv", columns=columns))
    assert len(set(got.column("post_id"))) == 4
    assert len(got.posts) == 6, "the landing takes one of each"
    assert got.column("post_id")[:3:2] == got.column("post_id")[3:5]
    assert "ids made of each row (created_at, " in got.coverage.note
    assert checked(channel(tmp_path, "*.csv", columns=columns), ACME).says.count("ids made of each row") == 1


def test_a_table_of_dates_means_days_of_the_reporting_zone(tmp_path: Path) -> None:
    put(tmp_path, "post_id,created_at", "1,2026-03-04", "2,2026-03-04 23:30", "3,2026-03-04T23:30:00Z")
    for zone, offset in (("America/Los_Angeles", 8), ("Asia/Tokyo", -9)):
        context = Context("shelf", b"k", {}, str(tmp_path), time_zone=zone)
        connector = FilesConnector(FilesOptions(paths=["a.csv"]), context)
        (page,) = connector.pull([Asked(ACME, EVER)])
        midnight = datetime(2026, 3, 4, tzinfo=UTC) + timedelta(hours=offset)
        late = midnight + timedelta(hours=23, minutes=30)
        assert page.posts["created_at"].to_pylist() == [midnight, late, datetime(2026, 3, 4, 23, 30, tzinfo=UTC)]
        assert f"times without a zone are of {zone}" in connector.check([ACME])["acme"].says


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("2026-03-04 22:30:00 UTC", datetime(2026, 3, 4, 22, 30, tzinfo=UTC)),
        ("2026-03-04 22:30:00 GMT", datetime(2026, 3, 4, 22, 30, tzinfo=UTC)),
        ("2026-03-04 22:30:00 GMT+1", datetime(2026, 3, 4, 21, 30, tzinfo=UTC)),
        ("2026-03-04 22:30:00 UTC-05:30", datetime(2026, 3, 5, 4, 0, tzinfo=UTC)),
        ("2026-03-04 22:30:00 EST", None),
    ],
)
def test_a_zone_in_a_value_is_never_thrown_away(tmp_path: Path, said: str, expected: datetime | None) -> None:
    put(tmp_path, "post_id,created_at", f"1,{said}", "2,2026-03-04 00:00:00 UTC")
    form = "%Y-%m-%d %H:%M:%S %Z"
    got = pull(channel(tmp_path, "a.csv", time_format=form, time_zone="America/New_York"))
    assert got.column("created_at")[: 1 if expected else 0] == ([expected] if expected else [])
    assert len(got.why()) == (0 if expected else 1)


def test_a_day_of_which_rows_were_refused_is_not_whole(tmp_path: Path) -> None:
    rows = [f"p{d},2026-03-{d:02d}T10:00" for d in range(1, 11)]
    put(tmp_path, "post_id,created_at", *rows, ",2026-03-05T12:00", ",2026-03-07T12:00")
    got = pull(channel(tmp_path, "a.csv"))
    days = [datetime(2026, 3, d, tzinfo=UTC) for d in (5, 7)]
    assert got.coverage.missing == tuple(Window(day, day + DAY) for day in days)
    assert "rows were refused of 2 days, which are not whole" in got.coverage.note


def test_a_table_of_which_all_rows_are_refused_has_failed_with_that_reason(tmp_path: Path) -> None:
    put(tmp_path, "post_id,created_at", "1,13/04/2026", "2,14/04/2026")
    with pytest.raises(
        Fatal, match=r"no row of acme could be used; 2 set aside: 2 created_at is not a time.*time_format"
    ):
        pull(channel(tmp_path, "a.csv"))
    health = checked(channel(tmp_path, "a.csv"), ACME)
    assert not health.ok
    assert "(first at a.csv:2); set time_format" in health.says


def numbers(*spans: tuple[int, int]) -> list[list[int]]:
    return ranges(day for first, last in spans for day in range(first, last + 1))


def test_days_between_scattered_rows_are_not_claimed() -> None:
    def found(*days: tuple[int, int]) -> list[tuple[int, int]]:
        start = datetime(1970, 1, 1, tzinfo=UTC)
        whole = Span(start + days[0][0] * DAY, start + (days[-1][1] + 1) * DAY, loose=True)
        return [((s.start - start).days, (s.end - start).days - 1) for s in shown(whole, numbers(*days))]

    assert found((100, 160)) == [(100, 160)]
    # Old rows that were edited, and the days that the file holds.
    assert found((10, 10), (40, 40), (70, 71), (100, 160)) == [(100, 160)]
    # A hole in the middle; a week without a post is none.
    assert found((100, 120), (150, 180)) == [(100, 120), (150, 180)]
    assert found((100, 120), (127, 180)) == [(100, 180)]
    # A quiet product: a post every ten days is its way.
    assert found(*[(d, d) for d in range(0, 300, 10)]) == [(0, 290)]


def test_a_files_history_begins_with_its_first_row(tmp_path: Path) -> None:
    put(tmp_path, "post_id,created_at", "1,2019-05-06", "2,2026-03-04", name="a.csv")
    put(tmp_path, "post_id,created_at", "3,2018-01-02T10:00:00Z", name="b.csv")
    assert channel(tmp_path, "a.csv").begins(ACME) == datetime(2019, 5, 6, tzinfo=UTC)
    assert channel(tmp_path, "*.csv").begins(ACME) == datetime(2018, 1, 2, 10, tzinfo=UTC)
    put(tmp_path, "post_id,created_at", name="c.csv")
    assert channel(tmp_path, "c.csv").begins(ACME) is None
    assert date(2018, 1, 2) < span("2019-01-01", "2019-01-02").start.date()
