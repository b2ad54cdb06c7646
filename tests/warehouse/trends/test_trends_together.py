"""Products are judged some at a time; whoever is judged beside a product, its rows are those of judging it alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from landing import DAY, HOUR, NOW, T0, put, row, span

from earful.warehouse import open_store, register
from earful.warehouse.trends import episodes, forget_judged, series, set_alarms, update_verdicts

#: Products that differ in what decides alone: length, silence, stars, answers, scorers, rules of their own.
DAYS = {"all-of-it": 300, "late": 70, "long-quiet": 300, "new": 9, "stars": 200, "survey": 150, "two-scorers": 220}
UNSCORED = "unscored"


def posts(product: str, days: int, rng: np.random.Generator) -> list[dict[str, Any]]:
    rows = []
    for n in range(-days, -30 if product == "two-scorers" else 0):
        bad = product != "long-quiet" and n % 120 in range(60, 68)
        for i in range(int(rng.poisson(3.0 if product == "long-quiet" else 30.0 if bad and n % 2 else 18.0))):
            said = round(float(np.clip(rng.normal(-0.3 if bad else 0.3, 0.4), -0.99, 0.99)), 4)
            more: dict[str, Any] = {"product": product, "channel": product, "source": "app_store"}
            if product == "stars":
                more |= {"rating": float(rng.integers(1, 3 if bad else 6)), "app_version": f"1.{n // 50 % 3}"}
            elif product == "survey":
                more |= {"nps": int(rng.integers(0, 7 if bad else 11))}
            rows.append(row(f"{n}-{i}", T0 + n * DAY + i % 23 * HOUR, None if product == UNSCORED else said, **more))
    return rows


@pytest.mark.parametrize("own", [{}, {"stars": {"per_year": 9.0}, "all-of-it": {"score": 0.5, "people": 1000.0}}])
def test_a_products_rows_are_those_of_judging_it_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own: dict[str, dict[str, float]]
) -> None:
    rng = np.random.default_rng(3)
    everything = {**DAYS, UNSCORED: 40}
    with open_store(tmp_path / "store.duckdb", time_zone="UTC") as store:
        register(store, [(p, p, True) for p in everything], [(p, "app_store", "app_store_rss") for p in everything])
        for product, days in everything.items():
            channel = {"product": product, "channel": product, "source": "app_store"}
            put(store, *posts(product, days, rng), window=span(-days, 0), now=NOW, **channel)
        again = {"product": "two-scorers", "channel": "two-scorers", "source": "app_store"}
        later = [row(f"later-{n}", T0 - n * DAY, 0.4, **again) for n in range(1, 60)]
        put(store, *later, window=span(-60, 0), now=NOW, scorer_version="v2", **again)
        set_alarms(store, {}, own)

        def judged(cells: int, rows: int) -> list[tuple[Any, ...]]:
            monkeypatch.setattr(series, "_TOGETHER", cells)
            monkeypatch.setattr(episodes, "_TOGETHER", rows)
            forget_judged(store)
            update_verdicts(store)
            return store.con.execute("from verdicts order by all").fetchall()

        alone = judged(1, 1)
        assert judged(10**6, 10**6) == alone
        assert judged(12, 40) == alone
        said = store.con.execute("select product, list(distinct metric), bool_or(alarm) from verdicts group by product")
        metrics = {product: (set(metrics), alarm) for product, metrics, alarm in said.fetchall()}
        scorers = store.con.execute("select count(distinct scorer_version) from daily where product = 'two-scorers'")
        assert scorers.fetchone() == (3,), "v1, v2, and days of both"
    assert set(metrics) == set(everything)
    assert "sentiment" in metrics[UNSCORED][0], "a day without a scored post has its row too"
    assert {"stars", "one_star"} <= metrics["stars"][0] - metrics["survey"][0]
    assert "nps" in metrics["survey"][0] - metrics["stars"][0]
    alarmed = {product for product, (_, alarm) in metrics.items() if alarm}
    assert alarmed >= {"survey", "stars", "all-of-it"} - set(own), "without alarms nothing was compared"
