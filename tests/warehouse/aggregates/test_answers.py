"""What landed is read in few rows, and they say what all of them say."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from landing import DAY, HOUR, NOW, T0, put, row, span

from earful.connectors.base import Coverage, Window
from earful.warehouse import Store, open_store, watermark
from earful.warehouse.aggregates.coverage import covered, find_watermark
from earful.warehouse.aggregates.recompute import answers, condensed

#: First hour, length, hours that did not come at the beginning, and a hole (first hour and length) in the rest.
looks = st.tuples(st.integers(0, 30), st.integers(1, 12), st.integers(0, 13), st.integers(0, 12), st.integers(0, 12))


def look(store: Store, begin: int, length: int, lost: int, hole: int, wide: int) -> None:
    window = Window(T0 + begin * HOUR, T0 + (begin + length) * HOUR)
    if lost >= length:
        coverage = Coverage.none(window, "503")
    else:
        reached = window.start + lost * HOUR
        start, end = min(reached + hole * HOUR, window.end), min(reached + (hole + wide) * HOUR, window.end)
        missing = (Window(start, end),) if start < end else ()
        coverage = Coverage(reached, window.end, missing=missing)
    put(store, window=window, coverage=coverage)


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=st.lists(looks, min_size=1, max_size=8))
def test_few_rows_cover_refuse_and_reach_what_all_do(
    tmp_path: Path, asked: list[tuple[int, int, int, int, int]]
) -> None:
    (tmp_path / "store.duckdb").unlink(missing_ok=True)
    with open_store(tmp_path / "store.duckdb", time_zone="UTC") as store:
        for each in asked:
            look(store, *each)
            every, few = answers(store.con, "rd", "orbit"), condensed(store.con, "rd", "orbit")
            assert covered(few) == covered(every)
            assert find_watermark(few) == find_watermark(every) == watermark(store, "rd", "orbit")


@pytest.mark.slow
def test_as_many_rows_after_a_year_of_nights_as_after_two(tmp_path: Path) -> None:
    with open_store(tmp_path / "store.duckdb", time_zone="UTC") as store:
        for night in range(12):
            put(store, row(f"{night}", T0 + night * DAY), window=span(night - 0.5, night + 1), now=NOW)
        assert len(answers(store.con, "rd", "orbit")) == 12
        assert len(condensed(store.con, "rd", "orbit")) == 2
