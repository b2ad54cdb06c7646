"""A small part of ``python -m benchmarks.causes``: the promises of docs/trends.md, on fewer episodes."""

from __future__ import annotations

from benchmarks.causes.episodes import KINDS
from benchmarks.causes.measure import measure


def test_the_named_causes_are_the_planted_ones_and_an_even_fall_has_none() -> None:
    found = measure(72, 11)
    assert found["episodes"] == 72
    assert set(found["by_kind"]) == set(KINDS)
    assert found["right"] >= 0.8
    assert found["nothing_named"] >= 0.75
    assert found["share_error_median"] <= 0.1
    assert found["share_covered"] >= 0.8
