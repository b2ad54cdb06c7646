"""What several files tell together, by plain definitions: days of the same exports, edges, runs of unknown days, spans."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from earful.connectors.base import Window
from earful.connectors.files.report.inferred import Unknown, inferred, says_unknown
from earful.connectors.files.report.spans import Span, common, joined, month_span, parts_in
from earful.connectors.files.report.whole import packed, unpacked, until

DAY, HOUR = 86_400_000_000, 3_600_000_000
FIRST = 20_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)
UTC_ZONE = ZoneInfo("UTC")


def when(day: int, hour: float = 0) -> datetime:
    return EPOCH + timedelta(days=FIRST + day, hours=hour)


def table(begin: int, end: int, rows: int = 20, first: int = 1, last: int = 22) -> dict[int, list[int]]:
    """Days [begin, end) with so many rows, the first and the last at these hours."""
    return {
        FIRST + n: [rows, (FIRST + n) * DAY + first * HOUR, (FIRST + n) * DAY + last * HOUR] for n in range(begin, end)
    }


def spans(*files: dict[int, list[int]]) -> list[tuple[datetime, datetime]]:
    return [(span.start, span.end) for span in inferred(files, UTC_ZONE).spans]


def test_a_span_goes_from_the_first_row_of_any_file_to_the_last() -> None:
    one, other = table(0, 30, first=5, last=9), table(0, 30, first=3, last=20)
    expected = [(when(0, 3), when(29, 20) + TICK)]
    assert spans(one, other) == spans(other, one) == expected
    assert spans(one, {}) == [(when(0, 5), when(29, 9) + TICK)]


def test_beside_a_hole_a_span_begins_behind_its_first_row() -> None:
    days = table(0, 30, rows=60) | table(40, 70, rows=60)
    assert spans(days) == [(when(0, 1), when(29, 22) + TICK), (when(40, 1) + TICK, when(69, 22) + TICK)]
    found = inferred([days], UTC_ZONE, since=FIRST + 50)
    assert [(span.start, span.end) for span in found.spans] == [(when(50), when(69, 22) + TICK)]
    assert found.unknown == []
    edge = inferred([days], UTC_ZONE, since=FIRST + 69)
    assert [(span.start, span.end) for span in edge.spans] == [(when(69), when(69, 22) + TICK)]
    at_midnight = table(0, 30, first=0, last=0)
    assert spans(at_midnight) == [(when(0), when(29) + TICK)]


def test_days_that_most_of_both_files_have_alike_count_once() -> None:
    """The thin days of one export of two: five rows a day of ten files are fifty, or five ten times over."""
    few = dict.fromkeys((3, 4), 1)
    base = table(0, 12, rows=2)
    other = {**base, **{FIRST + day: [rows, *base[FIRST + day][1:]] for day, rows in few.items()}}
    thin = inferred([table(0, 1, rows=1) | table(60, 61, rows=3)] * 4, UTC_ZONE).unknown
    assert [each.rows for each in thin] == [4], "the same file four times"
    apart = [table(0, 1, rows=1), table(60, 61, rows=3), table(0, 1, rows=2)]
    assert [each.rows for each in inferred(apart, UTC_ZONE).unknown] == [6], "two of different rows on one day"
    assert inferred([base, other], UTC_ZONE).spans == inferred([base], UTC_ZONE).spans
    # Half of the days alike is not most of them; of days alike the larger count stands.
    half = [table(0, 1, rows=1) | table(60, 61, rows=1), table(0, 1, rows=1) | table(60, 61, rows=2)]
    assert [each.rows for each in inferred(half, UTC_ZONE).unknown] == [5]
    most = [
        table(0, 1, rows=1) | table(30, 31, rows=1) | table(60, 61, rows=1),
        table(0, 1, rows=1) | table(30, 31, rows=1) | table(60, 61, rows=2),
    ]
    assert [each.rows for each in inferred(most, UTC_ZONE).unknown] == [4]
    assert [each.rows for each in inferred(most[::-1], UTC_ZONE).unknown] == [4]
    # Days that one of them lacks, inside of both, are not alike; outside of both they are not compared.
    inside = [
        table(0, 1, rows=1) | table(60, 61, rows=1),
        table(0, 1, rows=1) | table(30, 31, rows=1) | table(60, 61, rows=1),
    ]
    assert [each.rows for each in inferred(inside, UTC_ZONE).unknown] == [3]
    outside = [table(0, 1, rows=1) | table(60, 61, rows=1), table(60, 61, rows=1) | table(90, 91, rows=1)]
    assert [each.rows for each in inferred(outside, UTC_ZONE).unknown] == [3]


def test_the_day_in_which_a_file_ends_is_judged_and_one_in_which_another_goes_on_is_not() -> None:
    """Six rows of twenty: where a file ends or begins a part of them may lack."""
    one, other = table(0, 30), table(31, 60)
    day = {FIRST + 30: [2, when_us(30, 1), when_us(30, 5)]}
    cut = [(when(0, 1), when(30)), (when(31), when(59, 22) + TICK)]
    whole = [(when(0, 1), when(59, 22) + TICK)]
    assert spans(one | day, other) == spans(other, one | day) == cut
    assert spans(one, day | other) == cut
    assert spans(one | day | other) == whole
    ends = [(min(each), max(each)) for each in (one | day | other, one | day)]
    assert ends[0][1] > ends[1][1]
    twice = {FIRST + 30: [2, when_us(30, 2), when_us(30, 6)]}
    assert spans(one | day | other, table(10, 30, first=2) | twice) == whole, "one of them goes on"


def when_us(day: int, hour: int) -> int:
    return (FIRST + day) * DAY + hour * HOUR


def test_runs_of_unknown_days_end_at_what_is_known() -> None:
    loose = table(0, 1, rows=1) | table(70, 71, rows=2)
    late = table(800, 801, rows=1) | table(1000, 1001, rows=1)
    assert inferred([loose], UTC_ZONE).unknown == [Unknown(when(0).date(), when(70).date(), 3)]
    dense = table(500, 560)
    found = inferred([loose | dense | late], UTC_ZONE)
    assert [(each.first, each.last, each.rows) for each in found.unknown] == [
        (when(0).date(), when(499).date(), 3),
        (when(560).date(), when(1000).date(), 2),
    ]
    assert [(span.start, span.end) for span in found.spans] == [(when(500, 1) + TICK, when(559, 22) + TICK)]


def stretch(first: int, last: int, rows: int, *, waves: bool = False) -> Unknown:
    return Unknown(date(2026, 3, first), date(2026, 3, last), rows, waves)


@pytest.mark.parametrize(
    ("unknown", "says"),
    [
        ([stretch(1, 1, 1)], "2026-03-01: 1 row in 1 day cannot tell"),
        ([stretch(1, 2, 2)], "2026-03-01 to 2026-03-02: 2 rows in 2 days cannot tell"),
        ([stretch(1, 2, 2), stretch(5, 5, 1)], "2026-03-01 to 2026-03-02, 2026-03-05: 3 rows in 3 days cannot tell"),
        (
            [stretch(1, 2, 2), stretch(5, 5, 1), stretch(8, 9, 1)],
            "2026-03-05, 2026-03-08 to 2026-03-09 and 1 stretches before: 4 rows in 5 days cannot tell",
        ),
        ([stretch(1, 2, 0, waves=True), stretch(5, 5, 1)], "2026-03-05: 1 row in 1 day cannot tell"),
        (
            [stretch(1, 2, 0, waves=True), stretch(5, 9, 0, waves=True)],
            "2 silences between waves of rows, the newest 2026-03-05 to 2026-03-09",
        ),
    ],
)
def test_unknown_days_in_a_line(unknown: list[Unknown], says: str) -> None:
    assert says_unknown(unknown) == f'not known whether whole: {says} (covers = [".."] if the files lack nothing)'


@pytest.mark.parametrize(("waves", "length", "told"), [(4, 20, True), (3, 20, False), (4, 70, False)])
def test_three_silences_longer_than_what_lies_between_are_waves(waves: int, length: int, told: bool) -> None:
    rows: dict[int, list[int]] = {}
    for n in range(waves):
        rows |= table(100 * n, 100 * n + length, rows=60)
    found = inferred([rows], UTC_ZONE)
    assert len(found.spans) == waves
    silences = [(when(100 * n + length).date(), when(100 * n + 99).date()) for n in range(waves - 1)]
    expected = [Unknown(first, last, 0, waves=True) for first, last in silences] if told else []
    assert found.unknown == expected


def test_silences_of_half_the_time_are_holes_still() -> None:
    """Four waves of 25 days, silences of 25: three silences of 75 days in 174 from first to last day; of 30 they are waves."""
    for silence, told in ((25, False), (34, True)):
        rows: dict[int, list[int]] = {}
        for n in range(4):
            rows |= table((25 + silence) * n, (25 + silence) * n + 25, rows=60)
        assert bool(inferred([rows], UTC_ZONE).unknown) == told


def at(month: int, day: int) -> datetime:
    return datetime(2026, month, day, tzinfo=UTC)


@pytest.mark.parametrize(
    ("got", "last", "end"),
    [
        (at(4, 1), None, at(4, 1)),
        (at(4, 1) - TICK, None, None),
        (at(4, 1) - TICK, at(3, 9), at(3, 9) + TICK),
        (at(4, 1) - TICK, at(3, 1), at(3, 1) + TICK),
        (at(4, 1) - TICK, at(3, 1) - TICK, None),
        (at(4, 1) - TICK, at(4, 1), None),
        (at(4, 1) - TICK, at(4, 1) - TICK, at(4, 1)),
    ],
)
def test_a_month_is_whole_once_it_is_over(got: datetime, last: datetime | None, end: datetime | None) -> None:
    assert month_span("202603", got, last) == (Span(at(3, 1), end) if end else None)
    assert month_span("202612", datetime(2027, 1, 1, tzinfo=UTC), None) == Span(
        at(12, 1), datetime(2027, 1, 1, tzinfo=UTC)
    )


def test_spans_as_sets_of_days() -> None:
    """Union, intersection and parts of a window, of all pairs of small spans, against sets of hours."""

    hour = timedelta(hours=1)

    def hours(found: list[Span]) -> set[int]:
        return {n for each in found for n in range((each.start - EPOCH) // hour, (each.end - EPOCH) // hour)}

    every = [Span(EPOCH + a * hour, EPOCH + b * hour) for a in range(5) for b in range(a + 1, 6)]
    for one in every:
        window = Window(one.start, one.end)
        for other in every:
            both = joined([one, other])
            assert hours(both) == hours([one]) | hours([other])
            assert all(a.end < b.start for a, b in itertools.pairwise(both))
            three = joined([every[3], one, other])
            assert hours(common(both, [every[7], every[12]])) == hours(both) & hours([every[7], every[12]])
            assert hours(three) == hours([every[3]]) | hours(both)
            assert hours(parts_in(window, [other, every[-1]])) == hours([one]) & hours([other, every[-1]])


def test_days_of_a_shared_file_are_packed_and_end_with_what_was_seen() -> None:
    one, other = table(0, 2, rows=3, first=4, last=6), table(1, 2, rows=2, first=2, last=9) | table(5, 6, rows=1)
    short = packed([one, {}, other])
    assert short == [when_us(0, 4), when_us(5, 22), FIRST, 3, 1, 5, 4, 1]
    back = unpacked(short, UTC_ZONE, when(9))
    noon = 12
    assert back == {
        FIRST: [3, when_us(0, 4), when_us(0, noon)], FIRST + 1: [5, when_us(1, noon), when_us(1, noon)],
        FIRST + 5: [1, when_us(5, noon), when_us(5, 22)],
    }  # fmt: skip
    rows = [[FIRST, 3, when_us(0, 4), when_us(0, 6)], [FIRST + 1, 5, when_us(1, 2), when_us(1, 9)]]
    assert until(rows, when(1, 2)) == {FIRST: rows[0][1:], FIRST + 1: [5, when_us(1, 2), when_us(1, 2)]}
    assert until(rows, when(1, 2) - TICK) == {FIRST: rows[0][1:]}
