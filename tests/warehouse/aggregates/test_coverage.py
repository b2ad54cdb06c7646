from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
from landing import DAY, HOUR, T0

from earful.warehouse.aggregates.coverage import (
    LandedWindow,
    Span,
    asked,
    by_day,
    find_watermark,
    overlap,
    union,
    without,
)

BERLIN = ZoneInfo("Europe/Berlin")

spans = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 40)).map(lambda p: (T0 + min(p) * HOUR, T0 + max(p) * HOUR)),
    max_size=8,
)


def hours(found: list[Span]) -> set[int]:
    return {h for h in range(41) if any(start <= T0 + h * HOUR < end for start, end in found)}


@given(spans, spans)
def test_union_and_overlap_hold_the_same_hours_as_sets(left: list[Span], right: list[Span]) -> None:
    a, b = union(left), union(right)
    assert hours(a) == hours(left)
    assert hours(overlap(a, b)) == hours(left) & hours(right)
    assert all(x[1] < y[0] for x, y in pairwise(a)), "touching spans are one"


def whole(first: float, last: float) -> LandedWindow:
    return LandedWindow(T0 + first * DAY, T0 + last * DAY, T0 + first * DAY, T0 + last * DAY, False)


def capped(first: float, reached: float, last: float) -> LandedWindow:
    return LandedWindow(T0 + first * DAY, T0 + last * DAY, T0 + reached * DAY, T0 + last * DAY, True)


def at(day: float) -> datetime:
    return T0 + day * DAY


def test_the_watermark_moves_over_unbroken_coverage_only() -> None:
    assert find_watermark([]) is None
    assert find_watermark([whole(0, 3)]) == at(3)
    assert find_watermark([whole(0, 3), whole(2, 5)]) == at(5)
    assert find_watermark([whole(0, 3), whole(3, 5)]) == at(5)
    assert find_watermark([whole(0, 3), whole(4, 5)]) == at(3), "a hole holds it"
    assert find_watermark([whole(0, 3), whole(4, 5), whole(3, 4)]) == at(5), "closing the hole lets it jump"


def test_filling_in_the_past_does_not_move_the_watermark_back() -> None:
    assert find_watermark([whole(10, 12), whole(0, 5)]) == at(12)


def test_what_a_first_answer_could_not_reach_is_not_waited_for() -> None:
    assert find_watermark([capped(0, 8, 10)]) == at(10)
    assert find_watermark([capped(0, 8, 10), whole(9, 11)]) == at(11)


def test_a_later_hole_is_asked_for_again_and_given_up_when_refused_twice() -> None:
    first = [whole(0, 2), capped(2, 8, 10)]
    assert find_watermark(first) == at(2), "refused once: the next night asks again"
    assert find_watermark([*first, whole(2, 11)]) == at(11), "it was an accident"
    assert find_watermark([*first, capped(2, 9, 11)]) == at(11), "refused twice"
    assert find_watermark([*first, capped(5, 9, 11)]) == at(2), "[2, 5) was refused once only"


def test_nothing_covered_gives_no_watermark() -> None:
    assert find_watermark([LandedWindow(at(0), at(1), None, at(1), True)]) is None


def test_completeness_by_local_day_over_a_change_of_the_clocks() -> None:
    # 29 March 2026 has 23 hours in Berlin: 28 March 23:00 UTC to 29 March 22:00 UTC.
    start, end = datetime(2026, 3, 28, 23, tzinfo=UTC), datetime(2026, 3, 29, 22, tzinfo=UTC)
    (day,) = by_day(BERLIN, [(start, end)], start, end)
    assert (day.day.day, day.complete, day.share) == (29, True, 1.0)
    (day,) = by_day(BERLIN, [(start + HOUR, end)], start, end)
    assert (day.complete, day.share) == (False, 22 / 23)
    (day,) = by_day(BERLIN, [(start, start + HOUR), (end - HOUR, end)], start + HOUR, end)
    assert (day.complete, day.share) == (False, 2 / 23)


@given(spans)
def test_a_day_is_complete_exactly_when_every_hour_of_it_is_covered(found: list[Span]) -> None:
    solid = union(found)
    for day in by_day(ZoneInfo("UTC"), solid, T0, T0 + timedelta(hours=40)):
        first = (day.day - T0.date()).days * 24
        seen = len([h for h in hours(solid) if first <= h < first + 24])
        assert day.share == seen / 24
        assert day.complete == (seen == 24)


@given(spans, spans)
def test_without_leaves_the_hours_that_only_the_first_has(left: list[Span], right: list[Span]) -> None:
    found = without(left, right)
    assert hours(found) == hours(left) - hours(right)
    assert found == union(found)


def test_two_stretches_with_an_outage_between_them() -> None:
    out = LandedWindow(at(0), at(10), at(0), at(10), False, ((at(4), at(6)),))
    assert out.covered == [(at(0), at(4)), (at(6), at(10))]
    assert out.refused == [(at(4), at(6))]
    assert find_watermark([out]) == at(4), "the next night asks again"
    assert find_watermark([out, out]) == at(10), "it is not coming"
    assert find_watermark([out, whole(4, 6)]) == at(10)


def test_what_was_asked_is_what_brought_something_or_nothing_twice() -> None:
    nothing = LandedWindow(at(20), at(30), None, at(30), True)
    assert asked([]) == []
    assert asked([capped(0, 8, 10), nothing]) == [(at(0), at(10))]
    assert asked([capped(0, 8, 10), nothing, nothing]) == [(at(0), at(10)), (at(20), at(30))]


def test_a_span_without_a_moment_is_none() -> None:
    start = datetime(2026, 3, 2, tzinfo=UTC)
    assert union([(start, start), (start, start - timedelta(hours=1))]) == []
    assert union([(start, start), (start, start + timedelta(hours=1))]) == [(start, start + timedelta(hours=1))]
