from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from pulling import any_json

from earful.connectors.errors import Skippable
from earful.connectors.limits import LONGEST_FIELD
from earful.connectors.toolkit.payload import identity, items, mapping, moment, read_all, stars, text, whole


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (3, 3),
        ("3", 3),
        (" -12 ", -12),
        (3.0, 3),
        (2**63 - 1, 2**63 - 1),
        (2**63, None),
        ("99999999999999999999", None),
        (3.5, None),
        (float("nan"), None),
        (float("inf"), None),
        (True, None),
        (None, None),
        ("three", None),
        ("٣", None),
        ([3], None),
    ],
)
def test_whole(value: object, number: int | None) -> None:
    assert whole(value) == number


def test_moment_is_aware_utc_with_microseconds() -> None:
    assert moment("1443676826", 713000000) == datetime(2015, 10, 1, 5, 20, 26, 713000, tzinfo=UTC)
    assert moment(0) is None  # a zero among the times of a list would pass for its end
    assert moment(2**62) is None
    assert moment(None) is None


@given(any_json)
def test_readers_take_anything(value: object) -> None:
    assert isinstance(mapping(value), dict)
    assert isinstance(items(value), list)
    assert isinstance(text(value), str)
    assert isinstance(identity(value), str)
    number = whole(value)
    assert number is None or -(2**63) <= number < 2**63
    found = moment(value, value)
    assert found is None or found.tzinfo is UTC
    if value is None or (isinstance(value, str) and not value.strip()):
        assert stars(value) is None
    else:
        assert stars(value) == (number if number in {1, 2, 3, 4, 5} else 0)


def test_what_cannot_be_read_is_set_aside_by_its_id_and_the_rest_goes_on() -> None:
    def read(item: object) -> None:
        if item == "bad":
            raise Skippable("id\ud800", "no date")

    posts, rejected = read_all(["good", "bad", "good"], read)
    assert posts == []
    assert [(r.item, r.reason) for r in rejected] == [("id\ufffd", "no date")]


def test_an_id_is_kept_no_longer_than_it_takes_to_tell_that_it_is_too_long() -> None:
    assert len(identity("x" * 100_000)) == LONGEST_FIELD["post_id"] + 1
