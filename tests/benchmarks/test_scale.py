"""The measure of size, on a small store: what it times is a real night, real questions and a real landing."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.scale import measure as scale
from benchmarks.scale import store as scale_store
from benchmarks.scale.store import Size


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two products in two channels: four landings a night instead of 160."""
    for module in (scale, scale_store):
        monkeypatch.setattr(module, "CHANNELS", 2)
        monkeypatch.setattr(module, "PRODUCTS", 2)


@pytest.mark.slow
@pytest.mark.usefixtures("few")
def test_a_night_lands_and_publishes_all_and_the_file_answers(tmp_path: Path) -> None:
    size = Size(3000, 40)
    assert scale._step("build", tmp_path, size) == {}
    before = scale.ask(tmp_path / "earful.duckdb", size.last_day, repeat=1)
    assert before["questions"] == 2
    found = scale.one_night(tmp_path, size)  # raises where a post of the store or of the night was not published
    assert set(found["cpu_s_by_step"]) == {"begin", "land", "retention", "publish", "close"}
    assert found["cpu_s"] > 0
    assert found["published_mb"] > 0
    assert scale.ask(tmp_path / "earful.duckdb", size.last_day)["median_ms"] > 0
    with pytest.raises(RuntimeError, match=r"13000 posts published of 14000"):
        scale.one_night(tmp_path, Size(4000, 40))  # a store of another size than said is not measured


def test_a_landing_and_its_bare_insert_take_the_same_rows(tmp_path: Path) -> None:
    scale_store.million(tmp_path / "posts.parquet", 2500)
    ours = scale.one_landing(tmp_path, bare=False)  # raises where a row is missing in the table or the aggregates
    bare = scale.one_landing(tmp_path, bare=True)
    assert ours["landed"] == 2500
    assert min(ours["cpu_s"], bare["cpu_s"]) > 0
