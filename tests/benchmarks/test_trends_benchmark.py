"""A small part of ``python -m benchmarks.trends``: the promises of docs/trends.md, on fewer series."""

from __future__ import annotations

import pytest

from benchmarks.trends import measure as trends
from benchmarks.trends.rivals import classic, fixed
from benchmarks.trends.series import World
from earful.warehouse.trends.rules import Rules


@pytest.fixture(scope="module")
def planted() -> dict[tuple[float, int, int], trends.Judged]:
    return {
        (size, sign, v): trends.judge(
            World(24, 200, v, change=sign * size), 31 + v + sign + round(size * 100), {"fixed threshold": fixed}
        )
        for size in (0.11, 0.19)
        for sign in (-1, 1)
        for v in trends.VOLUMES
    }


@pytest.fixture(scope="module")
def quiet() -> list[trends.Judged]:
    return [
        trends.judge(World(80, 300, v), 500 + v, {"fixed threshold": fixed, "classic z": classic})
        for v in trends.VOLUMES
    ]


@pytest.mark.slow
def test_recall_at_one_false_alarm_a_slice_year(
    planted: dict[tuple[float, int, int], trends.Judged], quiet: list[trends.Judged]
) -> None:
    rate = trends.rate(quiet, trends.OURS, 1.0)
    assert 0.6 < rate < 1.4, "the formula keeps to the budget"
    assert trends.recall(planted, trends.OURS, 1.0, 0.11)["recall"] >= 0.65
    assert trends.recall(planted, trends.OURS, 1.0, 0.19)["recall"] >= 0.85


@pytest.mark.slow
def test_the_budget_is_kept_at_every_volume(quiet: list[trends.Judged]) -> None:
    for each in quiet:
        assert trends.rate([each], trends.OURS, 1.0) < 2.2
    assert trends.rate(quiet, trends.OURS, 0.1) < 0.25


@pytest.mark.slow
def test_the_fixed_threshold_finds_next_to_nothing_at_that_rate(
    planted: dict[tuple[float, int, int], trends.Judged], quiet: list[trends.Judged]
) -> None:
    threshold = trends.calibrate(quiet, "fixed threshold")
    assert trends.rate(quiet, "fixed threshold", threshold) == pytest.approx(1, abs=0.3)
    assert trends.recall(planted, "fixed threshold", threshold, 0.19)["recall"] < 0.3


@pytest.mark.slow
def test_a_shift_of_the_mix_alone_is_no_drop_and_an_outage_is_no_alarm() -> None:
    found = trends.mix_shifts(60, 77)
    assert found["shipped"]["shift"] < 0.01
    assert found["shipped"]["shift_without_split"] > 0.1, "the shift is one that would be taken for a drop"
    assert trends.outage_alarms(20, 1.0, 88) == 0


def test_shipped_is_the_default_budget_over_sixty_slices() -> None:
    assert Rules().per_year / 60 == trends.SHIPPED
