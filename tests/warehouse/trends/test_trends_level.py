"""The first night tells something true: a young app without a baseline is judged against what is there."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from landing import DAY, HOUR, NOW, T0, put, row, span

from earful.connectors.base import Coverage
from earful.warehouse import open_store, publish, query, register

DAYS = 40
SHOP = {"channel": "shop", "source": "app_store"}


@pytest.fixture(scope="module")
def young(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Nova floods the store from its first day, 20 complete days ago, far below its competitors orbit and luna.

    A cap cut its history: of older days a thin, angrier tail came. Its forum is as contented as the others are.
    """
    folder = tmp_path_factory.mktemp("young")
    rng = random.Random(5)

    def posts(product: str, a_day: int, mean: float, days: range, channel: dict[str, str], **more: Any) -> list[Any]:
        return [
            row(
                f"{product}-{channel['channel']}-{day}-{n}",
                T0 + day * DAY + rng.random() * 23 * HOUR,
                round(max(-0.99, min(0.99, rng.gauss(mean, 0.45))), 4),
                product=product,
                rating=None if channel is not SHOP else max(1, min(5, round(3 + 3 * mean + rng.gauss(0, 1)))),
                **channel,
                **more,
            )
            for day in days
            for n in range(a_day)
        ]

    with open_store(folder / "store.duckdb", time_zone="UTC") as store:
        register(
            store,
            [("nova", "Nova", True), ("orbit", "Orbit", False), ("luna", "Luna", False)],
            [("shop", "app_store", "app_store_rss"), ("rd", "reddit", "reddit")],
        )
        for product in ("orbit", "luna"):
            put(store, *posts(product, 20, 0.25, range(DAYS), SHOP), product=product, window=span(0, DAYS), **SHOP)
        reached = T0 + (DAYS - 20) * DAY
        capped = Coverage(reached, T0 + DAYS * DAY, capped=True, note="about 500 reviews")
        tail = posts("nova", 1, -0.9, range(DAYS - 20), SHOP)
        flood = posts("nova", 200, -0.2, range(DAYS - 20, DAYS), SHOP)
        put(store, *tail, *flood, product="nova", window=span(0, DAYS), coverage=capped, **SHOP)
        forum = {"channel": "rd", "source": "reddit"}
        put(
            store, *posts("nova", 15, 0.25, range(DAYS - 20, DAYS), forum), product="nova", window=span(DAYS - 20, DAYS)
        )
        return publish(store, folder / "earful.duckdb", now=NOW).path


def ask(path: Path, sql: str) -> list[dict[str, Any]]:
    answer = query(path, sql)
    return [dict(zip(answer.columns, values, strict=True)) for values in answer.rows]


@pytest.mark.slow
def test_without_a_baseline_there_is_no_verdict_and_no_alarm(young: Path) -> None:
    found = ask(young, "select distinct verdict from verdicts where product = 'nova' and slice_kind = 'product'")
    assert {r["verdict"] for r in found} <= {"not enough history", "incomplete day"}
    assert ask(young, "from what_changed where product = 'nova'") == []


def test_days_before_the_reach_are_in_no_baseline(young: Path) -> None:
    (last,) = ask(
        young,
        "select * from verdicts where product = 'nova' and channel = 'shop' and metric = 'sentiment'"
        " and slice_kind = 'channel' order by day desc limit 1",
    )
    assert last["verdict"] == "not enough history"
    assert last["baseline_days"] == 17, "20 complete days, the last three of them too near"
    tail = ask(young, f"from verdicts where product = 'nova' and day < '{(T0 + timedelta(days=DAYS - 20)).date()}'")
    assert {r["verdict"] for r in tail} == {"incomplete day"}


def test_the_level_is_reported_as_exactly_that(young: Path) -> None:
    found = {
        (r["comparison"], r["other"] or r["channel"], r["metric"]): r
        for r in ask(young, "from level where product = 'nova'")
    }
    mean = found["competitors", "", "sentiment"]
    assert (mean["verdict"], mean["new"], mean["complete_days"], mean["days"]) == ("far below", True, 20, 20)
    assert mean["difference_low"] < -0.45 < mean["difference_high"] < -0.35
    assert found["competitor", "orbit", "sentiment"]["verdict"] == "far below"
    assert found["competitors", "", "stars"]["verdict"] == "far below"
    volume = found["competitors", "", "volume"]
    assert volume["verdict"] == "far above"
    assert volume["difference"] == pytest.approx(10)
    assert found["other channels", "shop", "sentiment"]["verdict"] == "far below"
    assert mean["sentence"].startswith(
        "Nova, 20 complete days, too few of them with enough posts for a verdict of its own: mean -0.2"
    )
    assert "far below its competitors' +0.2" in mean["sentence"]


#: Posts a day of ours to what is said where a competitor has four: every ratio is the same each day, so it is sure.
PACES = {
    13: "far above",
    12: "above",  # three times as many are not more than three times
    6: "above",
    5: "above",
    4: "no real difference",
    3: "below",
    2: "below",
    1: "far below",
}


def test_how_many_write_is_told_by_the_ratio(tmp_path: Path) -> None:
    days = 20
    ours = {f"with-{number}": number for number in PACES}
    with open_store(tmp_path / "store.duckdb", time_zone="UTC") as store:
        register(
            store,
            [("rival", "Rival", False), *((product, product, True) for product in ours)],
            [("rd", "reddit", "reddit")],
        )
        for product, number in {"rival": 4, **ours}.items():
            rows = [
                row(f"{product}-{d}-{n}", T0 + d * DAY + n * HOUR, 0.1, product=product)
                for d in range(days)
                for n in range(number)
            ]
            put(store, *rows, product=product, window=span(0, days))
        path = publish(store, tmp_path / "earful.duckdb", now=NOW).path
    found = {r["product"]: r for r in ask(path, "from level where metric = 'volume' and comparison = 'competitors'")}
    assert {number: found[product]["verdict"] for product, number in ours.items()} == PACES
    assert all(found[p]["difference_low"] == pytest.approx(number / 4) for p, number in ours.items())
