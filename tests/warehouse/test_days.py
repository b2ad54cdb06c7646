from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earful.warehouse.days import bounds, days_touched, last_day_over, local_day, shifts

ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/Sao_Paulo",  # changed its clocks at midnight
    "America/St_Johns",  # until 2011 at one minute past midnight, so that a day came back
    "Asia/Kathmandu",
    "Australia/Lord_Howe",  # half an hour of summer time
    "Pacific/Apia",  # skipped a whole day in 2011
    "Africa/Casablanca",
)

moments = st.datetimes(datetime(1990, 1, 2), datetime(2060, 1, 1), timezones=st.just(UTC))


@given(moments, st.sampled_from(ZONES))
def test_the_shift_gives_the_day_that_the_zone_gives(moment: datetime, name: str) -> None:
    zone = ZoneInfo(name)
    (shift,) = [s for s in shifts(zone, moment, moment) if s.starts_at <= moment < s.ends_at]
    assert (moment + timedelta(seconds=shift.seconds)).date() == moment.astimezone(zone).date()


@given(moments, st.sampled_from(ZONES))
def test_a_day_holds_its_moments_and_no_moment_lies_outside(moment: datetime, name: str) -> None:
    zone = ZoneInfo(name)
    start, end = bounds(zone, local_day(zone, moment))
    assert start <= moment < end


def test_shifts_have_no_holes() -> None:
    found = shifts(ZoneInfo("Europe/Berlin"), datetime(1994, 5, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC))
    assert [a.ends_at for a in found[:-1]] == [b.starts_at for b in found[1:]]
    assert {s.seconds for s in found} == {3600, 7200}


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 7, 1), 24)],
)
def test_days_when_the_clocks_change(day: date, hours: int) -> None:
    start, end = bounds(ZoneInfo("Europe/Berlin"), day)
    assert end - start == timedelta(hours=hours)


def test_a_change_on_the_last_day_of_a_year_is_seen() -> None:
    zone = ZoneInfo("Pacific/Kiritimati")  # skipped 31 December 1994
    found = shifts(zone, datetime(1994, 6, 1, tzinfo=UTC), datetime(1995, 6, 1, tzinfo=UTC))
    assert [(s.starts_at, s.seconds // 3600) for s in found] == [
        (datetime(1994, 1, 1, tzinfo=UTC), -10),
        (datetime(1994, 12, 31, 10, tzinfo=UTC), 14),
    ]


def test_a_skipped_day_has_no_hours() -> None:
    start, end = bounds(ZoneInfo("Pacific/Apia"), date(2011, 12, 30))
    assert start == end


def test_days_touched_are_half_open() -> None:
    zone = ZoneInfo("Europe/Berlin")
    midnight = datetime(2026, 3, 29, 22, tzinfo=UTC)  # 0:00 of 30 March
    assert list(days_touched(zone, midnight - timedelta(days=1), midnight)) == [date(2026, 3, 28), date(2026, 3, 29)]
    assert list(days_touched(zone, midnight, midnight)) == []
    assert last_day_over(zone, midnight) == date(2026, 3, 29)
    assert last_day_over(zone, midnight - timedelta(microseconds=1)) == date(2026, 3, 28)
