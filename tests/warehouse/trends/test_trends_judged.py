"""The detector through the store: what is an alarm, what is not, and what is said about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from landing import DAY, HOUR, NOW, T0, put, row, span

from earful.connectors.base import Coverage
from earful.warehouse import Store, land_failure, open_store, publish, query, register
from earful.warehouse.trends import forget_judged, set_alarms, update_verdicts

DAYS = 80
AT = 66  # the day on which things happen
SHOP = {"channel": "shop", "source": "app_store"}
FORUM = {"channel": "rd", "source": "reddit"}


@pytest.fixture
def store(tmp_path: Path) -> Iterable[Store]:
    with open_store(tmp_path / "store.duckdb", time_zone="UTC") as opened:
        register(
            opened,
            [("orbit", "Orbit", True), ("nova", "Nova", False)],
            [("shop", "app_store", "app_store_rss"), ("rd", "reddit", "reddit")],
        )
        yield opened


def day(n: int) -> date:
    return (T0 + n * DAY).date()


def posts(
    channel: dict[str, str],
    number: Callable[[int], int],
    mean: Callable[[int], float],
    days: Iterable[int] = range(DAYS),
    seed: int = 3,
    **more: Any,
) -> list[dict[str, Any]]:
    """So many posts a day around a mean; the noise is the same whatever the mean."""
    rng = np.random.default_rng(seed)
    out = []
    for d in days:
        noise = rng.normal(0, 0.35, number(d))
        for i, x in enumerate(noise):
            compound = round(float(np.clip(mean(d) + x, -0.99, 0.99)), 4)
            at = T0 + d * DAY + (i % 23) * HOUR
            out.append(row(f"{channel['channel']}-{d}-{i}-{seed}", at, compound, **channel, **more))
    return out


def ask(store: Store, folder: Path, sql: str) -> list[dict[str, Any]]:
    publish(store, folder / "earful.duckdb", now=NOW)
    answer = query(folder / "earful.duckdb", sql)
    return [dict(zip(answer.columns, values, strict=True)) for values in answer.rows]


@pytest.mark.slow
def test_a_drop_that_lasts_is_one_episode_and_its_end_is_no_success(store: Store, tmp_path: Path) -> None:
    put(store, *posts(SHOP, lambda d: 40, lambda d: 0.0 if AT <= d < AT + 6 else 0.3), window=span(0, DAYS), **SHOP)
    (only,) = ask(store, tmp_path, "from what_changed")
    assert (only["verdict"], only["slice_kind"], only["ongoing"]) == ("worse", "product", False)
    assert day(AT) <= only["alarm_day"] <= day(AT + 2)
    assert abs((only["first_day"] - day(AT)).days) <= 1
    assert only["change_low"] < -0.3 < only["change_high"] < -0.15
    assert only["change"] == pytest.approx(only["within"] + only["mix"])
    (count,) = ask(store, tmp_path, "select count(*) filter (where alarm) as n from verdicts")
    assert count["n"] == 1, "the channel moved as well, and that is the same thing"


@pytest.mark.slow
def test_after_an_episode_a_day_is_judged_as_finely_as_before(store: Store, tmp_path: Path) -> None:
    put(store, *posts(SHOP, lambda d: 40, lambda d: -0.2 if AT <= d < AT + 4 else 0.3), window=span(0, DAYS), **SHOP)
    rows = ask(
        store,
        tmp_path,
        "select day, change_high - change_low as width from verdicts where slice_kind = 'product' and metric = 'sentiment'"
        " and change is not null",
    )
    width = {row["day"]: row["width"] for row in rows}
    before = np.mean([width[day(d)] for d in range(AT - 10, AT)])
    after = np.mean([width[day(d)] for d in range(AT + 8, DAYS)])
    assert after < 1.25 * before


@pytest.mark.slow
def test_a_rise_is_told_too(store: Store, tmp_path: Path) -> None:
    put(store, *posts(SHOP, lambda d: 40, lambda d: 0.3 if d >= AT else 0.0), window=span(0, DAYS), **SHOP)
    (only,) = ask(store, tmp_path, "from what_changed")
    assert (only["verdict"], only["ongoing"]) == ("better", True)
    assert only["change_low"] > 0.15


@pytest.mark.slow
def test_a_few_posts_a_day_are_pooled_and_one_a_day_is_judged_by_the_week(store: Store, tmp_path: Path) -> None:
    put(store, *posts(SHOP, lambda d: 6, lambda d: -0.5 if d >= AT else 0.4), window=span(0, DAYS), **SHOP)
    put(
        store, *posts(FORUM, lambda d: 1, lambda d: -0.9 if d >= AT else 0.4, product="nova"), product="nova",
        window=span(0, DAYS),
    )  # fmt: skip
    found = {r["product"]: r for r in ask(store, tmp_path, "from what_changed")}
    assert {p: (r["verdict"], r["metric"], r["told"]) for p, r in found.items()} == {
        "orbit": ("worse", "sentiment", True),
        "nova": ("worse", "sentiment", True),
    }
    judged = ask(store, tmp_path, "from verdicts where metric = 'sentiment' and z is not null")
    assert all(r["n"] >= 15 and r["span_from"] < r["day"] for r in judged if r["product"] == "orbit")
    weeks = [(r["n"], (r["day"] - r["span_from"]).days) for r in judged if r["product"] == "nova"]
    assert set(weeks) == {(7, 6)}


@pytest.mark.slow
def test_an_outage_is_no_drop_and_in_no_baseline(store: Store, tmp_path: Path) -> None:
    angry = posts(SHOP, lambda d: 20, lambda d: -0.9 if 20 <= d < 24 or d == AT else 0.3)
    whole = [p for p in angry if not (20 <= (p["created_at"] - T0).days < 24 or (p["created_at"] - T0).days == AT)]
    for first, last in ((0, 20), (24, AT), (AT + 1, DAYS)):
        inside = [p for p in whole if first <= (p["created_at"] - T0).days < last]
        put(store, *inside, window=span(first, last), **SHOP)
    for first, last in ((20, 24), (AT, AT + 1)):
        inside = [p for p in angry if first <= (p["created_at"] - T0).days < last]
        cut = Coverage(T0 + first * DAY, T0 + (first + 0.5) * DAY, capped=False, note="out")
        put(store, *inside, window=span(first, last), coverage=cut, **SHOP)
        land_failure(store, run_id="r", product="orbit", window=span(first, last), error="503", now=NOW, **SHOP)
    assert ask(store, tmp_path, "from what_changed") == []
    (row_,) = ask(
        store, tmp_path,
        f"from verdicts where slice_kind = 'product' and metric = 'sentiment' and day = '{day(AT)}'",
    )  # fmt: skip
    assert (row_["verdict"], row_["alarm"], row_["z"]) == ("incomplete day", False, None)
    (after,) = ask(
        store, tmp_path,
        f"from verdicts where slice_kind = 'product' and metric = 'sentiment' and day = '{day(AT + 2)}'",
    )  # fmt: skip
    assert after["baseline"] == pytest.approx(0.3, abs=0.05)
    assert after["baseline_days"] == 56 - 4


@pytest.mark.slow
def test_another_mix_is_shown_as_mix_and_is_no_alarm(store: Store, tmp_path: Path) -> None:
    put(store, *posts(SHOP, lambda d: 20 if d >= AT else 40, lambda d: 0.5), window=span(0, DAYS), **SHOP)
    put(store, *posts(FORUM, lambda d: 60 if d >= AT else 20, lambda d: -0.2), window=span(0, DAYS))
    assert [r for r in ask(store, tmp_path, "from what_changed") if r["metric"] == "sentiment"] == []
    (last,) = ask(
        store,
        tmp_path,
        f"from verdicts where slice_kind = 'product' and metric = 'sentiment' and day = '{day(AT + 1)}'",
    )
    assert last["verdict"] == "no real change"
    assert last["mix"] < -0.2
    assert abs(last["within"]) < 0.1
    assert last["change"] == pytest.approx(last["within"] + last["mix"])


@pytest.mark.slow
def test_a_flood_and_a_silent_channel_are_alarms_of_their_own(store: Store, tmp_path: Path) -> None:
    def usual(d: int) -> int:
        return 20 + (d % 7) + (d * 7919) % 5

    put(
        store,
        *posts(SHOP, lambda d: 5 * usual(d) if d == AT else usual(d), lambda d: 0.3),
        window=span(0, DAYS),
        **SHOP,
    )
    put(store, *posts(FORUM, lambda d: 0 if d >= 72 else usual(d), lambda d: 0.3, seed=4), window=span(0, DAYS))
    # Empty days are suspected of being an outage first (see coverage_gaps), and an alarm once they were confirmed.
    assert [r["verdict"] for r in ask(store, tmp_path, "from what_changed")] == ["flood"]
    for later in (2, 4, 6):
        put(store, window=span(72, DAYS), now=NOW + later * DAY)
    found = {r["verdict"]: r for r in ask(store, tmp_path, "from what_changed")}
    assert set(found) == {"flood", "silent"}
    flood, silent = found["flood"], found["silent"]
    assert (flood["first_day"], flood["last_day"], flood["metric"]) == (day(AT), day(AT), "volume")
    assert flood["value"] > 3 * flood["baseline"]
    assert (silent["channel"], silent["metric"], silent["first_day"]) == ("rd", "silence", day(72))
    assert silent["alarm_day"] == day(72)
    assert silent["sentence"].startswith("Orbit (channel rd): silent since 2026-05-13.")


@pytest.mark.slow
def test_days_of_another_scorer_are_in_no_baseline(store: Store, tmp_path: Path) -> None:
    put(store, *posts(SHOP, lambda d: 30, lambda d: 0.5, range(AT)), window=span(0, AT), scorer_version="v1", **SHOP)
    put(
        store, *posts(SHOP, lambda d: 30, lambda d: 0.0, range(AT, DAYS)), window=span(AT, DAYS), scorer_version="v2",
        **SHOP,
    )  # fmt: skip
    assert ask(store, tmp_path, "from what_changed") == []
    found = ask(
        store, tmp_path,
        f"select distinct verdict from verdicts where metric = 'sentiment' and slice_kind = 'product' and day >= '{day(AT)}'",
    )  # fmt: skip
    assert [r["verdict"] for r in found] == ["not enough history"]


@pytest.mark.slow
def test_a_smaller_budget_takes_more_evidence(store: Store, tmp_path: Path) -> None:
    put(store, *posts(SHOP, lambda d: 40, lambda d: 0.15 if d >= AT else 0.3), window=span(0, DAYS), **SHOP)
    limits = []
    for budget in (1.0, 10.0):
        set_alarms(store, {"per_year": budget})
        (found,) = ask(store, tmp_path, "select max(cusum_limit) as h from verdicts")
        limits.append(found["h"])
    assert limits[0] - limits[1] == pytest.approx(np.log(10) / 0.75, abs=1e-6)


def test_late_posts_change_the_days_they_can_change_and_nothing_else(store: Store) -> None:
    put(store, *posts(SHOP, lambda d: 20, lambda d: 0.3), window=span(0, DAYS), **SHOP)
    assert update_verdicts(store) > 0
    assert update_verdicts(store) == 0
    before = store.con.execute(f"from verdicts where day < '{day(70)}' order by all").fetchall()
    put(store, row("late", T0 + 70 * DAY, -0.9, **SHOP), window=span(70, 71), **SHOP)
    changed = update_verdicts(store)
    metrics, slices, removed_and_written = 3, 2, 2
    assert 0 < changed <= metrics * slices * removed_and_written * (DAYS - 70)
    assert store.con.execute(f"from verdicts where day < '{day(70)}' order by all").fetchall() == before
    order = "from verdicts order by all"
    found = store.con.execute(order).fetchall()
    store.con.execute("delete from verdicts")
    forget_judged(store)
    update_verdicts(store)
    assert store.con.execute(order).fetchall() == found


@pytest.mark.slow
def test_an_empty_store_has_no_verdicts(store: Store, tmp_path: Path) -> None:
    assert update_verdicts(store) == 0
    assert ask(store, tmp_path, "from what_changed") == []
    assert ask(store, tmp_path, "from level") == []
    with duckdb.connect(tmp_path / "earful.duckdb", read_only=True) as con:
        assert con.execute("select count(*) from verdicts").fetchall() == [(0,)]
