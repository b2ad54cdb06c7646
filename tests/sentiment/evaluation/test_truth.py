"""Columns of stars, labels and ratings as people write them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from earful.sentiment.evaluation.truth import Kind, read


@pytest.mark.parametrize(
    ("column", "kind", "classes"),
    [
        (["1", "2", "3", "4", "5"], "stars", [-1, -1, 0, 1, 1]),
        ([5, 1, 3], "stars", [1, -1, 0]),
        ([5.0, 1.0], "stars", [1, -1]),
        ([1, 2], "stars", [-1, -1]),
        (["positive", "Neutral", " NEGATIVE "], "labels", [1, 0, -1]),
        (["Thumbs Up", "thumbs_down", "not recommended"], "labels", [1, -1, -1]),
        ([True, False], "labels", [1, -1]),
        (["0", "1"], "labels", [-1, 1]),
        ([-1, 0, 1], "labels", [-1, 0, 1]),
        ([0, 1, 2], "labels", [-1, 0, 1]),
        ([0, 4], "labels", [-1, 1]),
        (["2.5", "-0.05", "-0.04", "0.05"], "ratings", [1, -1, 0, 1]),
        ([-4, 3, 0], "ratings", [-1, 1, 0]),
    ],
)
def test_the_kind_is_seen_and_classes_follow(column: list[Any], kind: Kind, classes: list[int]) -> None:
    truth = read(pa.array(column))
    assert truth.kind == kind
    assert truth.classes.tolist() == classes
    assert truth.known.all()
    # on the scale of a compound, and on the side of the class
    assert (truth.expected[truth.classes != 0] * truth.classes[truth.classes != 0] > 0).all()
    assert np.abs(truth.expected).max() <= 1


def test_blank_and_null_say_nothing() -> None:
    truth = read(pa.array(["5", None, " ", "1"]))
    assert truth.known.tolist() == [True, False, False, True]
    assert truth.values[[0, 3]].tolist() == [5, 1]


def test_dictionaries_and_chunks_are_read() -> None:
    column = pa.chunked_array([pa.array(["pos", "neg"]).dictionary_encode(), pa.array(["neu"]).dictionary_encode()])
    assert read(column).classes.tolist() == [1, -1, 0]


def test_it_says_what_was_taken_for_what() -> None:
    assert read(pa.array([0, 1])).said == "0 negative, 1 positive"
    assert read(pa.array(["up", "down"])).said == "down negative, up positive"
    assert "1-2 negative" in read(pa.array([1, 5])).said


@pytest.mark.parametrize(
    ("column", "kind", "says"),
    [
        (["", None], None, "empty"),
        (["great", "awful"], None, "'awful', 'great'"),
        (["good", "5"], "stars", "must be numbers; found 'good', '5'"),
        ([0, 6], "stars", "found 0 to 6"),
        ([6, 7, 9], None, "both sides of zero"),
        ([3, 7], "labels", "'3', '7'"),
    ],
)
def test_what_cannot_be_read_is_said_in_words(column: list[Any], kind: Kind | None, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        read(pa.array(column), kind)
