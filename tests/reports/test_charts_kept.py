"""A page draws a chart anew only where what it shows has changed; it is the same page either way."""

from __future__ import annotations

from pathlib import Path

import pytest
import vl_convert
from published_file import Product, publish, steady

from earful.reports.charts import kept
from earful.reports.page import write_page


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What Vega was asked to draw."""
    asked: list[object] = []
    draw = vl_convert.vegalite_to_svg

    def noted(spec: dict[str, object]) -> str:
        asked.append(spec)
        svg: str = draw(spec)
        return svg

    monkeypatch.setattr(vl_convert, "vegalite_to_svg", noted)
    return asked


def products(mean: float = 0.2) -> list[Product]:
    return [
        Product("a", "A", days=steady(20)),
        Product("b", "B <g data-drawn=", own=False, days=steady(20, mean=mean)),
    ]


def test_only_what_changed_is_drawn_again(tmp_path: Path, drawn: list[object]) -> None:
    first, other, page = tmp_path / "first.duckdb", tmp_path / "other.duckdb", tmp_path / "earful.html"
    publish(first, products())
    publish(other, products(0.25))
    whole = write_page(first, page).read_text("utf-8")
    assert len(drawn) == len(kept.kept(page)) == 4  # each in two widths
    assert write_page(first, page).read_text("utf-8") == whole
    assert len(drawn) == 4
    changed = write_page(other, page).read_text("utf-8")
    assert len(drawn) == 6
    fresh = write_page(other, tmp_path / "fresh.html").read_text("utf-8")
    assert len(drawn) == 10
    assert fresh == changed


@pytest.mark.parametrize("left", [b"", b"\xff\xfe\x00", b"half a page <g data-drawn="])
def test_from_a_page_that_is_none_nothing_is_kept(tmp_path: Path, drawn: list[object], left: bytes) -> None:
    file, page = tmp_path / "first.duckdb", tmp_path / "earful.html"
    publish(file, products())
    page.write_bytes(left)
    assert kept.kept(page) == {}
    write_page(file, page)
    assert len(drawn) == 4


@pytest.mark.parametrize(
    "put", ["<script>1</script>", '<a href="x">', '<g onload="x()">', '<path style="x"/>', "<image/>"]
)
def test_what_somebody_put_into_a_chart_does_not_stay(tmp_path: Path, drawn: list[object], put: str) -> None:
    file, page = tmp_path / "first.duckdb", tmp_path / "earful.html"
    publish(file, products())
    whole = write_page(file, page).read_text("utf-8")
    marked = kept._CHART.sub(lambda found: found[0].replace(found[4], f"{put}{found[4]}"), whole, count=1)
    page.write_text(marked, "utf-8")
    assert put in marked
    assert write_page(file, page).read_text("utf-8") == whole
    assert len(drawn) == 5


def test_what_draws_it_is_in_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = {"data": [1]}
    before = kept.key(spec)
    assert kept.key({"data": [1]}) == before
    assert kept.key({"data": [2]}) != before
    kept._made_by.cache_clear()
    monkeypatch.setattr(kept, "version", lambda _: "another")
    assert kept.key(spec) != before
    kept._made_by.cache_clear()
