"""Which days are whole by the rhythm of a table's rows: what is known, what is a hole, what cannot be told."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from earful.connectors.files.report.inferred import Inferred, Unknown, inferred, says_unknown
from earful.connectors.files.report.rhythm import stretches
from earful.connectors.files.report.whole import packed, unpacked

DAY, HOUR = 86_400_000_000, 3_600_000_000
FIRST = 20_000  # a Monday of the rhythm's weeks does not matter
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
UTC_ZONE = ZoneInfo("UTC")


def parts(days: dict[int, int], edges: Collection[int] = ()) -> list[tuple[int, int, bool]]:
    return [(one.first - FIRST, one.last - FIRST, one.known) for one in stretches(days, edges)]


def daily(rows: int, days: int, begin: int = 0) -> dict[int, int]:
    return {FIRST + begin + n: rows for n in range(days)}


def table(rows: dict[int, int], begin: int = 1, end: int = 22) -> dict[int, list[int]]:
    """Days whose first and last row are of these hours."""
    return {day: [n, day * DAY + begin * HOUR, day * DAY + end * HOUR] for day, n in rows.items()}


def chance(level: float, days: int, seed: int, begin: int = 0) -> dict[int, int]:
    drawn = np.random.default_rng(seed).poisson(level, days).tolist()
    return {FIRST + begin + n: rows for n, rows in enumerate(drawn) if rows}


def whole(found: Inferred) -> list[tuple[str, str]]:
    return [(f"{span.start:%m-%d %H:%M}", f"{span.end:%m-%d %H:%M}") for span in found.spans]


def test_a_dense_table_is_whole_and_weekends_are_its_rhythm() -> None:
    assert parts(daily(10, 30)) == [(0, 29, True)]
    closed = {day: rows for day, rows in daily(10, 120).items() if day % 7 < 5}
    assert [known for *_, known in parts(closed)] == [True]
    assert len(stretches({day: rows for day, rows in closed.items() if not 40 <= day - FIRST < 50})) == 2


def test_old_rows_beside_a_dense_month_claim_nothing() -> None:
    """Was: 134 days between eight scattered rows were complete, and the first dense day a flood."""
    old = dict.fromkeys((FIRST - each for each in (900, 700, 310, 150, 149, 60, 30, 12)), 1)
    *before, last = stretches(old | daily(40, 30))
    assert (last.first, last.last, last.known) == (FIRST, FIRST + 29, True)
    assert not any(one.known for one in before)


def test_old_rows_up_to_the_dense_days_are_not_taken_for_whole() -> None:
    for seed in range(20):
        known = [
            (first, last) for first, last, known in parts(chance(0.25, 90, seed) | daily(60, 40, begin=90)) if known
        ]
        assert known[-1][1] == 129
        assert len(known) == 1
        assert known[0][0] >= 87, seed


@pytest.mark.parametrize(("level", "hole"), [(3.0, 6), (10.0, 3), (200.0, 1)])
def test_a_hole_is_found_where_rows_come_often_enough(level: float, hole: int) -> None:
    days = {day: n for day, n in chance(level, 200, seed=4).items() if not 100 <= day - FIRST < 100 + hole}
    (one, other) = stretches(days)
    assert (one.known, other.known, other.after_hole) == (True, True, True)
    assert (one.last - FIRST < 100, other.first - FIRST >= 100 + hole) == (True, True)


def test_what_no_rhythm_can_tell_is_not_known() -> None:
    assert parts({FIRST: 1}) == [(0, 0, False)]
    assert parts({FIRST + 7 * n: 1 for n in range(4)}) == [(0, 21, False)]
    assert not any(known for *_, known in parts(chance(0.15, 700, seed=1)))
    assert parts({}) == []


def test_a_burst_hides_nothing_of_the_days_around_it() -> None:
    """A rush of ten times the rows is what earful is for: the days around it stay as whole as they were."""
    days = chance(4, 150, seed=2) | daily(40, 9, begin=70)
    assert parts(days) == [(min(days) - FIRST, max(days) - FIRST, True)]


def test_the_day_of_a_files_end_is_not_whole_where_few_rows_came() -> None:
    """One export ends at noon, the next begins with the next day."""
    days = daily(20, 60) | {FIRST + 29: 6}
    assert parts(days) == [(0, 59, True)], "an ordinary quiet day"
    assert parts(days, {FIRST + 29, FIRST + 30}) == [(0, 28, True), (29, 29, False), (30, 59, True)]


def test_whole_days_of_the_spans() -> None:
    """A span begins and ends with rows; beside a day that is not known, at midnight; a day after a hole is not whole."""
    days = table(daily(20, 60) | {FIRST + 29: 6})
    ends = [
        {day: held for day, held in days.items() if first <= day - FIRST <= last} for first, last in ((0, 29), (30, 59))
    ]
    assert whole(inferred(ends, UTC_ZONE)) == [("10-04 01:00", "11-02 00:00"), ("11-03 00:00", "12-02 22:00")]
    at_midnight = table({day: n for day, n in daily(20, 60).items() if not 20 <= day - FIRST < 30}, begin=0, end=0)
    one, other = inferred([at_midnight], UTC_ZONE).spans
    assert one.start == EPOCH + FIRST * timedelta(days=1)
    assert other.start == EPOCH + (FIRST + 30) * timedelta(days=1) + timedelta(microseconds=1)


def test_exports_of_the_same_days_count_each_row_once() -> None:
    """Weekly exports of the last 90 days: their rows are the same, so an empty day is no hole among 13 times as many."""
    days = table(chance(0.9, 296, seed=6))
    weekly = [{d: held for d, held in days.items() if d - FIRST < end} for end in range(30, 297, 7)]
    assert inferred(weekly, UTC_ZONE).spans == inferred([days], UTC_ZONE).spans
    other = table(chance(0.9, 300, seed=7), begin=2)
    assert inferred([days, other], UTC_ZONE).spans, "rows of two countries: together they tell more than one alone"


def test_monthly_exports_side_by_side_with_a_month_missing() -> None:
    days = table(chance(5, 360, seed=8))
    months = [{d: held for d, held in days.items() if 30 * n <= d - FIRST < 30 * (n + 1)} for n in range(12) if n != 5]
    found = inferred(months, UTC_ZONE)
    (one, other) = found.spans
    assert ((one.end - EPOCH).days - FIRST, (other.start - EPOCH).days - FIRST) == (149, 180)
    assert not found.unknown


def test_waves_of_a_survey_are_no_holes() -> None:
    waves = {FIRST + 90 * n + day: 80 // (day + 1) for n in range(6) for day in range(8)}
    found = inferred([table(waves)], UTC_ZONE)
    assert len(found.spans) == 6
    assert [each.waves for each in found.unknown] == [True] * 5
    assert says_unknown(found.unknown).startswith(
        "not known whether whole: 5 silences between waves of rows, the newest "
    )


def test_too_few_rows_are_said_with_their_days_and_the_way_out() -> None:
    found = inferred([table({FIRST: 1, FIRST + 40: 1, FIRST + 90: 2})], UTC_ZONE)
    assert found.unknown == [Unknown(date(2024, 10, 4), date(2025, 1, 2), 4)]
    assert says_unknown(found.unknown) == (
        "not known whether whole: 2024-10-04 to 2025-01-02: 4 rows in 91 days cannot tell "
        '(covers = [".."] if the files lack nothing)'
    )
    assert says_unknown([]) == ""


def test_the_days_of_a_shared_file_are_kept_in_few_numbers() -> None:
    zone = ZoneInfo("Pacific/Auckland")
    one, other = table({FIRST: 2, FIRST + 3: 4}), table({FIRST + 3: 1, FIRST + 900: 7})
    short = packed([one, other])
    assert len(short) == 2 + 2 * 3
    back = unpacked(short, zone, EPOCH + (FIRST + 1000) * timedelta(days=1))
    assert {day: held[0] for day, held in back.items()} == {FIRST: 2, FIRST + 3: 5, FIRST + 900: 7}
    assert (back[FIRST][1], back[FIRST + 900][2]) == (one[FIRST][1], other[FIRST + 900][2])
    middle = (EPOCH + timedelta(microseconds=back[FIRST + 3][1])).astimezone(zone)
    assert (middle.date() - date(1970, 1, 1)).days == FIRST + 3
    assert unpacked(packed([]), zone, EPOCH) == {}
    assert list(unpacked(short, zone, EPOCH + (FIRST + 10) * timedelta(days=1))) == [FIRST, FIRST + 3]


def test_an_empty_day_of_a_short_stretch_is_a_hole_where_the_few_days_beside_it_are_full() -> None:
    usual, after = [60] * 100, [120, 119, 90, 64, 80, 90, 70] * 6
    full = usual + [0] * 8 + [7, 69, 51, 0, 55, 47] + [0] * 6 + after
    thin = usual + [0] * 8 + [2, 3, 1, 0, 2, 2] + [0] * 6 + after
    assert (108, 110) in {(each.first, each.last) for each in stretches(dict(enumerate(full)))}
    assert (108, 113) in {(each.first, each.last) for each in stretches(dict(enumerate(thin)))}
