"""benchmarks.alerts on a few episodes: killed nights and failing services lose nothing and repeat no committed success."""

from __future__ import annotations

import pytest

from benchmarks.alerts.measure import measure
from benchmarks.table import RUNS, figure


@pytest.mark.process
def test_no_alert_is_lost_or_doubled() -> None:
    found = measure(6, 3, seed=3)
    assert found["alerts_lost"] == 0
    assert found["alerts_doubled"] == 0
    assert found["secrets_kept"] == 0
    assert found["messages"] == 36
    assert found["kills"] > 0
    assert sum(found["faults"].values()) > 1
    (run,) = (each for each in RUNS if each.module == "alerts")
    assert all(figure(found, place) is not None for place in run.figures.values())
