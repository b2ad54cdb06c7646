"""benchmarks.coverage: the figures of the docs hold on a few exports drawn anew, and its JSON has what the table reads."""

from __future__ import annotations

from benchmarks.coverage.measure import measure
from benchmarks.table import RUNS, figure


def test_days_are_told_as_they_are() -> None:
    found = measure(2, seed=11)
    assert found["wrongly_complete"] <= 0.005
    assert found["wrongly_incomplete"] <= 0.01
    assert found["complete_days"] > 20_000, "most days of dense exports are known"
    known = {row["kind"]: row["not_known"] for row in found["kinds"]}
    assert known["waves of a survey"] > 0.7, "what lies between waves cannot be told"
    (run,) = (each for each in RUNS if each.module == "coverage")
    assert all(figure(found, place) is not None for place in run.figures.values())
