from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pulling import window

from earful.connectors.base import Coverage, Pull, SharedPages
from earful.connectors.errors import Fatal, Retriable
from earful.connectors.limits import SET_ASIDE
from earful.connectors.post import Page, Rejected, page
from earful.connectors.toolkit.listing import ListingReach, combined_coverage, numeric, telling_of_cuts

WINDOW = window("2026-01-01", "2026-02-01")


def day(d: int, month: int = 1) -> datetime:
    return datetime(2026, month, d, tzinfo=UTC)


def test_all_whole() -> None:
    assert combined_coverage(WINDOW, [ListingReach(WINDOW.start), ListingReach(WINDOW.start)]) == Coverage.whole(WINDOW)


def test_the_listing_that_went_back_least_counts() -> None:
    found = combined_coverage(
        WINDOW,
        [ListingReach(WINDOW.start), ListingReach(day(9), True, "us: cut"), ListingReach(day(5), True, "de: cut")],
    )
    assert found == Coverage(day(9), WINDOW.end, capped=True, note="us: cut; de: cut")


def test_a_listing_older_than_the_window_reaches_its_start() -> None:
    assert combined_coverage(WINDOW, [ListingReach(datetime(2020, 1, 1, tzinfo=UTC))]) == Coverage.whole(WINDOW)


def test_a_listing_that_ends_after_the_window_covers_nothing() -> None:
    assert combined_coverage(WINDOW, [ListingReach(day(3, month=3), True, "cut")]) == Coverage.none(WINDOW, "cut")


def test_nothing_anywhere_claims_nothing() -> None:
    assert combined_coverage(WINDOW, [ListingReach(None, note="us: empty")]) == Coverage.none(WINDOW, "us: empty")
    assert combined_coverage(WINDOW, []).reached is None


def test_nothing_beside_something_is_said_but_takes_nothing_away() -> None:
    found = combined_coverage(WINDOW, [ListingReach(None, note="lu: empty"), ListingReach(WINDOW.start)])
    assert found == Coverage.whole(WINDOW, note="lu: empty")


def test_an_empty_window_is_covered() -> None:
    nothing = window("2026-01-01", "2026-01-01")
    assert combined_coverage(nothing, [ListingReach(nothing.start)]).reached == nothing.start


def test_ids_that_are_numbers() -> None:
    assert numeric(("1", "22"), "steam", "app id") == ("1", "22")
    with pytest.raises(Fatal, match=r"^steam: '1/../x' is no app id \(a number\); correct"):
        numeric(("1", "1/../x"), "steam", "app id")


def test_a_list_of_nothing_but_what_must_be_set_aside_ends() -> None:
    """Ever-new ids: each was kept in memory until it landed, and in the store for good."""
    asked: list[int] = []

    def pages() -> SharedPages:
        for n in range(1_000):
            asked.append(n)
            yield page([], [Rejected(f"{n} {k}", "no time of writing") for k in range(200)])
        return {"acme": Coverage.whole(WINDOW)}

    came: list[Page] = []
    with pytest.raises(Retriable, match=r"^steam: over 20,000 items that cannot be read; try again later$"):
        came.extend(telling_of_cuts(Pull(pages()), "steam"))
    assert SET_ASIDE < sum(len(each.rejected) for each in came) <= SET_ASIDE + 200
    assert len(asked) == len(came)
