"""Thin days by themselves: what is doubted, by simulated histories and by cases worked out by hand."""

from __future__ import annotations

import math
from datetime import date, timedelta

import pytest

from benchmarks.thin_days import measure
from earful.warehouse.aggregates.thin_days import Counted, judge, unlikely

MONDAY = date(2026, 1, 5)


def days(*counts: int, covered: bool = True) -> list[Counted]:
    return [Counted(MONDAY + timedelta(days=n), count, covered) for n, count in enumerate(counts)]


def judged(*counts: int, confirmed: set[int] = frozenset()) -> list[Counted]:  # type: ignore[assignment]
    """Every day judged in its turn; ``confirmed`` are numbers of days."""
    return judge(days(*counts), MONDAY, lambda d: (d - MONDAY).days in confirmed)


def test_the_tail_is_the_negative_binomials() -> None:
    """Against the sum of its terms, each by lgamma."""
    for mean, spread, posts in ((10.0, 0.1, 2), (100.0, 0.05, 60), (1000.0, 0.02, 700), (3.0, 0.5, 0)):
        size = 1 / spread
        tail = sum(
            math.exp(
                math.lgamma(n + size) - math.lgamma(size) - math.lgamma(n + 1)
                + size * math.log(size / (size + mean)) + n * math.log(mean / (size + mean))
            )
            for n in range(posts + 1)
        )  # fmt: skip
        assert unlikely(posts, mean, spread, tail * 1.000001)
        assert not unlikely(posts, mean, spread, tail * 0.999999)
    assert not unlikely(5, 5.0, 0.1, 1.0), "not below the mean"


def test_a_night_that_lost_nearly_all_is_doubted_with_its_reason() -> None:
    *_, last = judged(*[100, 110, 95, 105, 90, 60, 65] * 6, 12)
    assert last.suspect
    assert last.doubt == "12 posts where about 100 are usual"
    assert last.usual == 100


def test_weekends_are_held_against_weekends() -> None:
    *_, saturday, sunday = judged(*[100, 110, 95, 105, 90, 8, 9] * 8)
    assert (saturday.doubt, sunday.doubt) == (None, None)
    assert saturday.usual == 8
    *_, friday = judged(*[100, 110, 95, 105, 90, 8, 9] * 8, 100, 110, 95, 105, 9)
    assert friday.suspect, "a weekend's number on a working day"


def test_without_history_nothing_is_doubted() -> None:
    assert not any(d.doubt for d in judged(100, 90, 110, 0, 95))
    assert all(d.usual is None for d in judged(100, 90, 110, 0, 95))


@pytest.mark.parametrize("known", [10, 17, 27])
def test_in_a_young_store_a_night_far_below_all_days_is_doubted(known: int) -> None:
    thick = [300, 310, 290, 305, 280, 120, 130] * 4
    *_, last = judged(*thick[:known], 20)
    assert last.suspect
    low = min(thick[:known])
    assert last.doubt == f"20 posts where none of {known} days before had fewer than {low}"
    assert last.usual is None
    *_, half = judged(*thick[:known], low // 2 + 30)
    assert half.doubt is None
    *_, again, after = judged(*thick[:known], 20, 21, confirmed={known})
    assert (again.suspect, after.doubt) == (False, None), "a confirmed low day is one of the days seen"
    *_, grown = judged(*thick[:known], 20, *[25] * 30, confirmed={known})
    assert grown.doubt is None


def test_in_a_young_store_a_weekday_not_seen_and_few_posts_are_not_doubted() -> None:
    weekdays = [Counted(MONDAY + timedelta(days=n), 300, n % 7 < 5) for n in range(20)]
    saturday = Counted(MONDAY + timedelta(days=19), 9, True)
    assert judge([*weekdays[:19], saturday], saturday.day, lambda _: False)[0].doubt is None
    assert not any(d.doubt for d in judged(*[7, 5, 9, 4, 6, 8, 5] * 2, 0))


def test_a_day_that_is_not_covered_is_neither_judged_nor_history() -> None:
    found = judge([*days(*[100] * 30), *days(*[0] * 31, covered=False)[30:]], MONDAY, lambda _: False)
    assert found[-1] == Counted(MONDAY + timedelta(days=30), 0, False)
    holes = judge(days(*[0] * 40, covered=False), MONDAY, lambda _: False)
    assert not any(d.doubt or d.usual for d in holes)


def test_a_product_of_few_posts_is_not_flagged_for_ever() -> None:
    """0 to 3 posts a day, over a year; and an app that nobody writes about."""
    assert not any(d.doubt for d in judged(*[0, 1, 3, 0, 2, 1, 0, 0, 2] * 41))
    assert not any(d.doubt for d in judged(*[0] * 200))


def test_a_channel_of_few_posts_that_falls_silent_is_doubted_then_believed() -> None:
    found = judged(*[3, 2, 4, 3, 1, 3, 2] * 8, *[0] * 30)
    first = next(d for d in found if d.doubt)
    assert 2 <= (first.day - MONDAY).days - 56 <= 5, "not on the first silent day, but within the week"
    assert first.doubt is not None
    assert first.doubt.startswith("no post for ")
    quiet = judged(*[3, 2, 4, 3, 1, 3, 2] * 8, *[0] * 60, confirmed=set(range(200)))
    assert len([d for d in quiet if d.doubt]) <= 2


def test_a_confirmed_loss_is_the_new_level_and_is_not_doubted_again() -> None:
    weeks = [100, 110, 95, 105, 90, 60, 65]
    low = [25, 28, 24, 26, 22, 15, 16]
    found = judged(*weeks * 8, *low * 10, confirmed={56})
    assert [(d.day - MONDAY).days for d in found if d.doubt] == [56]
    assert not any(d.suspect for d in found)
    # Not confirmed: every low day is suspect, and none of them makes the next one usual.
    assert [(d.day - MONDAY).days for d in judged(*weeks * 8, *low) if d.suspect] == list(range(56, 63))


def test_a_level_that_was_lost_for_a_day_only_is_held_against_the_old_one_again() -> None:
    weeks = [100, 110, 95, 105, 90, 60, 65]
    found = judged(*weeks * 8, 15, *weeks[1:], *weeks, 15, confirmed={56})
    assert [(d.day - MONDAY).days for d in found if d.doubt] == [56, 70]
    assert found[-1].suspect


def test_after_a_launch_the_old_level_is_no_thin_night() -> None:
    weeks = [30, 33, 28, 31, 27, 20, 21]
    found = judged(*weeks * 8, *[n * 8 for n in weeks], *[n * 4 for n in weeks], *weeks * 6)
    assert not any(d.doubt for d in found)


@pytest.mark.parametrize("since", [0, 20, 60])
def test_judging_from_a_later_day_on_changes_nothing(since: int) -> None:
    whole = judged(*[100, 110, 95, 105, 90, 60, 65] * 8, 12, 100, 90, confirmed={57})
    again = judge(whole, MONDAY + timedelta(days=since), lambda _: False)
    assert again == whole[since:]


@pytest.mark.slow
def test_simulated_channels_are_rarely_doubted_and_lost_nights_are_caught() -> None:
    """A bounded run of ``python -m benchmarks.thin_days``."""
    found = measure(1, 7, levels=(1.0, 30.0, 300.0), shapes=("plain", "weekends at 15%", "decline by 70% a year"))
    assert found["doubted_a_year"] < 2
    rows = {(r["posts_a_day"], r["varies"]): r["caught"] for r in found["rows"] if r["shape"] == "plain"}
    assert rows[30.0, "usual"]["all"] > 0.9
    assert rows[300.0, "usual"]["all"] == 1.0
    assert rows[300.0, "steady"]["four_fifths"] > 0.9
    assert rows[1.0, "usual"]["all"] < 0.1, "one post a day: an empty day is a day like others"
    young = {(r["posts_a_day"], r["varies"]): r for r in found["young"]}
    assert max(r["doubted"] for r in young.values()) < 0.5
    assert young[300.0, "usual"]["all"] == 1.0
    assert young[300.0, "usual"]["four_fifths"] > 0.9
