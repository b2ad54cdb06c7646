"""Values of files: times in every form and zone against datetime and zoneinfo, numbers, yes and no."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from earful.connectors.files.cast import empty, first_of, moments, text, whole
from earful.connectors.files.graded import grades
from earful.connectors.files.values.arrays import cast_or_null
from earful.connectors.files.values.profile import ColumnFacts

BERLIN, UTC_ZONE = ZoneInfo("Europe/Berlin"), ZoneInfo("UTC")
NOON = datetime(2024, 1, 31, 12, 30, tzinfo=UTC)


def times(values: list[Any], form: str = "auto", zone: ZoneInfo = UTC_ZONE, kind: Any = None) -> list[datetime | None]:
    found: list[datetime | None] = moments(pa.array(values, kind), form, zone).to_pylist()
    return found


@pytest.mark.parametrize(
    "written",
    [
        "2024-01-31T12:30:00Z",
        "2024-01-31T12:30Z",
        "2024-01-31 12:30:00+00:00",
        "2024-01-31T13:30:00+01:00",
        "2024-01-31T13:30:00+0100",
        "2024-01-31T13:30:00.000000+01",
        "2024-01-31T12:30:00.000000000Z",
        "2024-01-31 12:30:00 UTC",
        "2024-01-31 07:30:00 -05:00",
        " 2024-01-31T12:30:00 ",
        "20240131T123000Z",
        "1706704200",
        "1706704200.0",
        "1706704200000",
        "1706704200000000",
    ],
)
def test_forms_of_one_moment(written: str) -> None:
    assert times([written]) == [NOON]
    assert times(["2020-01-01", None, written, "rubbish", ""])[2] == NOON  # among others too


@pytest.mark.parametrize(
    "written",
    [
        *("rubbish", "31.01.2024", "2024-02-30", "2024-13-01", "2024-01-31T25:00:00", "0", "-1706704200", "12345678"),
        *("1706704200000000000000", "1989-12-31", "2201-01-01", "2024", "true", "Jan 31", "2024-01-31T12:30:00+99:00"),
    ],
)
def test_what_is_no_time(written: str) -> None:
    assert times([written]) == [None]
    assert times([written, "2024-01-31T12:30:00Z"]) == [None, NOON]


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([1706704200], pa.int64()),
        ([1706704200000], pa.int64()),
        ([1706704200.0], pa.float64()),
        ([1706704200000.0], pa.float64()),
        ([NOON], pa.timestamp("ns", "America/New_York")),
        ([datetime(2024, 1, 31, 12, 30)], pa.timestamp("ms")),
    ],
)
def test_typed_times(values: list[Any], kind: Any) -> None:
    assert times([*values, None], kind=kind) == [NOON, None]


def test_a_date_begins_at_midnight_of_the_zone() -> None:
    midnight = datetime(2024, 1, 30, 23, tzinfo=UTC)
    assert times([date(2024, 1, 31)], zone=BERLIN) == [midnight]
    assert times(["2024-01-31"], zone=BERLIN) == times(["20240131"], zone=BERLIN) == [midnight]


def test_the_clock_change() -> None:
    # 31 March 2024: 02:00 to 03:00 is skipped; 27 October 2024: 02:00 to 03:00 comes twice.
    got = times(["2024-03-31 01:59", "2024-03-31 02:30", "2024-03-31 03:00", "2024-10-27 02:30"], zone=BERLIN)
    expected = ["2024-03-31T00:59", "2024-03-31T01:30", "2024-03-31T01:00", "2024-10-27T00:30"]
    assert got == [datetime.fromisoformat(f"{t}:00+00:00") for t in expected]


ZONES = (
    "Europe/Berlin",
    "America/St_Johns",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Africa/Casablanca",
)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.datetimes(datetime(1991, 1, 1), datetime(2100, 1, 1)), min_size=1, max_size=20), st.sampled_from(ZONES)
)
def test_local_times_are_those_of_zoneinfo(naive: list[datetime], name: str) -> None:
    zone = ZoneInfo(name)
    expected = [t.replace(tzinfo=zone).astimezone(UTC) for t in naive]
    assert times([t.isoformat(" ") for t in naive], zone=zone) == expected
    assert times([t.strftime("%d.%m.%Y %H:%M:%S.%f") for t in naive], "%d.%m.%Y %H:%M:%S.%f", zone) == expected


@settings(deadline=None, max_examples=60)
@given(st.lists(st.one_of(st.datetimes(datetime(1991, 1, 1), datetime(2100, 1, 1)), st.none()), max_size=20))
def test_counts_and_iso_in_one_column(moments_: list[datetime | None]) -> None:
    known = [m.replace(microsecond=0, tzinfo=UTC) if m else None for m in moments_]
    forms: list[Callable[[datetime], str]] = [
        lambda m: str(int(m.timestamp())),
        lambda m: str(int(m.timestamp()) * 1000),
        lambda m: m.isoformat(),
        lambda m: m.astimezone(BERLIN).isoformat(),
        lambda m: m.strftime("%Y%m%dT%H%M%SZ"),
    ]
    written = [forms[i % 5](m) if m else None for i, m in enumerate(known)]
    # Before September 2001 the seconds have 9 digits; milliseconds of before 1973 do not occur.
    assert times(written, kind=pa.string()) == known


@pytest.mark.parametrize(
    ("form", "written", "expected"),
    [
        ("%d/%m/%Y", "31/01/2024", "2024-01-31T00:00"),
        ("%d/%m/%Y", "1/2/2024", "2024-02-01T00:00"),
        ("%d/%m/%Y %H:%M", "31/01/2024 12:30", "2024-01-31T12:30"),
        ("%m/%d/%y %I:%M %p", "01/31/24 02:30 PM", "2024-01-31T14:30"),
        ("%d %b %Y %H:%M %z", "31 Jan 2024 12:30 +0530", "2024-01-31T07:00"),
    ],
)
def test_formats(form: str, written: str, expected: str) -> None:
    assert times([written, "x", ""], form) == [datetime.fromisoformat(f"{expected}:00+00:00"), None, None]


def test_a_day_that_does_not_exist_is_not_the_next_one() -> None:
    assert times(["30/02/2024", "31/04/2024 "], "%d/%m/%Y") == [None, None]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["4", " 4 ", "+4", "4.0", "04"], [4] * 5),
        (["4.5", "x", "", "0x4", "4e0", "6", "0", "-1", "99999999999999999999"], [None] * 9),
        ([4, 7, None], [4, None, None]),
        ([4.0, 4.5, float("nan"), 1e300, None], [4, None, None, None, None]),
        ([True], [None]),
    ],
)
def test_whole_numbers(values: list[Any], expected: list[int | None]) -> None:
    assert whole(pa.array(values), 1, 5).to_pylist() == expected


def test_yes_and_no() -> None:
    def yes_no(values: pa.Array) -> pa.Array:
        return grades("recommended", values, ColumnFacts(), {})[0]

    assert yes_no(pa.array(["Yes", "0", " true ", "maybe", "", None])).to_pylist() == [True, False, True] + [None] * 3
    assert yes_no(pa.array([1, 0, 2])).to_pylist() == [True, False, None]
    assert yes_no(pa.array([True, None])).to_pylist() == [True, None]


def test_text() -> None:
    assert text(pa.array(["a\x00b", None])).to_pylist() == ["ab", ""]
    assert text(pa.array([17.0, None, float("nan")])).to_pylist() == ["17", "", ""]
    assert text(pa.array([1.5])).to_pylist() == ["1.5"]
    assert text(pa.array([2**60])).to_pylist() == [str(2**60)]


def test_the_first_that_is_not_empty() -> None:
    assert first_of([pa.array(["", " ", None, "a"]), pa.array([1, 2, None, 4])]).to_pylist() == ["1", "2", "", "a"]


@settings(deadline=None, max_examples=50)
@given(st.lists(st.one_of(st.integers(-50, 50).map(str), st.text(max_size=3)), max_size=40))
def test_only_what_cannot_be_cast_becomes_null(values: list[str]) -> None:
    def alone(value: str) -> int | None:
        try:
            found: int = pa.scalar(value).cast(pa.int64()).as_py()
        except pa.ArrowInvalid:
            return None
        return found

    assert cast_or_null(pa.array(values, pa.string()), pa.int64()).to_pylist() == [alone(v) for v in values]


def test_empty() -> None:
    assert empty(pa.array(["", " ", None, "a"])).tolist() == [True, True, True, False]
    assert empty(pa.array([0.0, None, float("nan")])).tolist() == [False, True, True]


def test_many_bad_values_do_not_take_long() -> None:
    before = datetime.now(UTC)
    assert times(["2024-02-30"] * 2_000 + ["never"] * 50_000) == [None] * 52_000
    assert datetime.now(UTC) - before < timedelta(seconds=10)
