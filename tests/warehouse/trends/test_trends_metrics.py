"""Stars, NPS and counts are judged as words are: each alone where it moves alone, and told where it matters."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from landing import DAY, HOUR, NOW, T0, put, row, span

from earful.warehouse import Store, open_store, publish, query, register
from earful.warehouse.trends import set_alarms

DAYS, AT = 90, 76
SHOP = {"channel": "shop", "source": "app_store"}

pytestmark = pytest.mark.slow


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "store.duckdb", time_zone="UTC") as opened:
        register(opened, [("orbit", "Orbit", True)], [("shop", "app_store", "app_store_rss")])
        yield opened


def lay(
    store: Store,
    number: Callable[[int], int],
    mean: Callable[[int], float] = lambda d: 0.2,
    **values: Callable[[np.random.Generator, int], Any],
) -> None:
    """So many posts a day, scored around a mean; ``values`` are drawn for every post."""
    rng = np.random.default_rng(5)
    rows = []
    for d in range(DAYS):
        for i in range(number(d)):
            compound = round(float(np.clip(mean(d) + rng.normal(0, 0.35), -0.99, 0.99)), 4)
            more = {name: value(rng, d) for name, value in values.items()}
            rows.append(row(f"{d}-{i}", T0 + d * DAY + (i % 23) * HOUR, compound, **SHOP, **more))
    put(store, *rows, window=span(0, DAYS), **SHOP)


def changed(store: Store, folder: Path) -> list[dict[str, Any]]:
    publish(store, folder / "earful.duckdb", now=NOW)
    answer = query(folder / "earful.duckdb", "from what_changed")
    return [dict(zip(answer.columns, values, strict=True)) for values in answer.rows]


def usual(d: int) -> int:
    return 24 + (d * 7919) % 9


def test_stars_that_fall_while_words_stand_still_are_told(store: Store, tmp_path: Path) -> None:
    lay(
        store,
        usual,
        rating=lambda rng, d: int(rng.choice([1, 3, 5], p=[0.5, 0.2, 0.3] if d >= AT else [0.1, 0.2, 0.7])),
    )
    (only,) = changed(store, tmp_path)
    assert (only["metric"], only["verdict"], only["told"], only["slice_kind"]) == ("stars", "worse", True, "product")
    assert (only["alarm_day"] - T0.date()).days in (AT, AT + 1)
    assert only["change_low"] < -1.6 < only["change_high"]
    assert "One star " in only["sentence"]
    assert "Mean score" not in only["sentence"], "words stood still"


def test_an_nps_that_falls_is_told_in_points(store: Store, tmp_path: Path) -> None:
    lay(store, usual, nps=lambda rng, d: int(rng.choice([3, 8, 10], p=[0.6, 0.2, 0.2] if d >= AT else [0.2, 0.3, 0.5])))
    (only,) = changed(store, tmp_path)
    assert (only["metric"], only["verdict"], only["told"]) == ("nps", "worse", True)
    assert only["change"] == pytest.approx(-70, abs=12)
    assert "NPS -" in only["sentence"]
    assert "points" in only["sentence"]


def test_a_change_that_is_sure_and_small_is_listed_and_told_where_it_is_asked_for(store: Store, tmp_path: Path) -> None:
    stars = [[0.05, 0.05, 0.1, 0.3, 0.5], [0.058, 0.058, 0.124, 0.37, 0.39]]
    lay(store, lambda d: 10 * usual(d), rating=lambda rng, d: int(rng.choice(5, p=stars[d >= AT])) + 1)
    (only,) = changed(store, tmp_path)
    assert (only["metric"], only["verdict"], only["told"]) == ("stars", "worse", False)
    assert -0.2 < only["change"] < 0
    set_alarms(store, {}, {"orbit": {"stars": 0.05}})
    (told,) = changed(store, tmp_path)
    assert (told["metric"], told["told"]) == ("stars", True)


def test_negative_posts_in_a_rush_are_told_though_the_mean_hardly_moves(store: Store, tmp_path: Path) -> None:
    """Three times as many are negative on one day, and as many more are not."""
    lay(store, lambda d: 3 * usual(d) if d == AT else usual(d))
    (only,) = changed(store, tmp_path)
    assert (only["metric"], only["verdict"], only["told"]) == ("volume", "flood", True)
    assert "negative posts a day" in only["sentence"]


def test_an_earlier_wave_does_not_hide_the_next(store: Store, tmp_path: Path) -> None:
    wave = range(AT - 40, AT - 26)
    lay(store, lambda d: 10 * usual(d) if d in wave else 4 * usual(d) if d == AT else usual(d))
    found = {(r["first_day"] - T0.date()).days: r for r in changed(store, tmp_path)}
    assert found[AT - 40]["verdict"] == found[AT]["verdict"] == "flood"
    assert found[AT]["told"]
    assert found[AT]["baseline"] < 2 * usual(AT)


def test_a_rush_on_a_product_with_three_posts_a_day_is_told(store: Store, tmp_path: Path) -> None:
    lay(store, lambda d: 21 if d == AT else 3)
    (only,) = [r for r in changed(store, tmp_path) if r["told"]]
    assert (only["metric"], only["verdict"], (only["alarm_day"] - T0.date()).days) == ("volume", "flood", AT)
