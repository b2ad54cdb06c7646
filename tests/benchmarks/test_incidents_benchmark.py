"""A bounded part of benchmarks.incidents: made products, and one recorded one through a whole night."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.incidents import recorded
from benchmarks.incidents.measure import simulated

pytestmark = pytest.mark.slow


def test_what_is_planted_is_told_and_little_else() -> None:
    found = simulated(12, 3, lambda _: None)
    assert found["product_years"] == 12
    assert found["false_alarms_per_product_year"] <= 1.0
    planted = found["planted"]
    assert planted["posts x4"]["recall"] > 0.8
    assert planted["score and stars -0.4"]["by_volume"]["150"] == 1
    assert planted["score and stars -0.4"]["recall"] > planted["score and stars -0.1"]["recall"]


@pytest.mark.skipif(not recorded.ROOT.is_dir(), reason="shared/recordings/incidents is not there")
def test_reviews_whose_stars_fell_are_told(tmp_path: Path) -> None:
    found = recorded.measure(tmp_path, ("youtube_ios",))
    assert (found["listed"], found["found"]) == (1, 1)
    assert found["incidents"][0]["by"] in {"stars", "one_star"}
    assert found["median_delay_days"] <= 7
    assert found["spam_listed"] == 0
