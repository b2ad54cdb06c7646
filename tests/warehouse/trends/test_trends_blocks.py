"""Judged block by block, whenever and in whatever order: the rows of judging everything at once, at a block's cost."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from landing import DAY, HOUR, NOW, T0, put, row, span

from benchmarks.trends.series import World, simulate
from earful.connectors.base import Coverage
from earful.warehouse import Posts, Store, erase, land_failure, open_store, publish, register
from earful.warehouse.trends import blocks, forget_judged, set_alarms, update, update_verdicts
from earful.warehouse.trends.blocks import BLOCK, LEAD, Block, block_of, touched
from earful.warehouse.trends.detector import Series
from earful.warehouse.trends.episodes import evidence
from earful.warehouse.trends.rules import Bools, Floats, Ints, Rules, limit, share_tested
from earful.warehouse.trends.verdicts import assess

DAYS = 560
BEGAN = T0 - DAYS * DAY
LATER = NOW + 10 * DAY
SHOP = {"channel": "shop", "source": "app_store"}
FORUM = {"channel": "rd", "source": "reddit"}


def day(n: int) -> date:
    return (BEGAN + n * DAY).date()


def some(n: int, compound: float, posts: int = 1, tag: str = "late", **channel: str) -> list[dict[str, Any]]:
    at = BEGAN + n * DAY
    return [row(f"{tag}-{n}-{i}", at + i % 23 * HOUR, compound, **channel) for i in range(posts)]


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of 560 days of two channels, with two bad weeks in it, judged and published."""
    path = tmp_path_factory.mktemp("grown") / "store.duckdb"
    rng = np.random.default_rng(5)
    with open_store(path, time_zone="UTC") as store:
        register(
            store,
            [("orbit", "Orbit", True)],
            [("shop", "app_store", "app_store_rss"), ("rd", "reddit", "reddit")],
        )
        for channel, level in ((SHOP, 0.3), (FORUM, 0.0)):
            rows = []
            for n in range(DAYS):
                mean = level - (0.4 if n % 250 in range(200, 214) else 0.0)
                for i, x in enumerate(rng.normal(mean, 0.4, 12)):
                    said = round(float(np.clip(x, -0.99, 0.99)), 4)
                    rows.append(row(f"{n}-{i}", BEGAN + n * DAY + i * HOUR, said, **channel))
            put(store, *rows, window=span(-DAYS, 0), now=LATER, **channel)
        publish(store, path.with_name("earful.duckdb"), now=LATER)
    return path


@pytest.fixture
def store(grown: Path, tmp_path: Path) -> Iterable[Store]:
    for file in grown.parent.glob("*.duckdb"):
        shutil.copy(file, tmp_path / file.name)
    with open_store(tmp_path / "store.duckdb", time_zone="UTC") as opened:
        yield opened


def verdicts(store: Store) -> list[tuple[Any, ...]]:
    return store.con.execute("from verdicts order by all").fetchall()


def judged_from_nothing(store: Store) -> list[tuple[Any, ...]]:
    with store.transaction() as con:
        con.execute("delete from verdicts")
    forget_judged(store)
    update_verdicts(store)
    return verdicts(store)


days = st.integers(0, DAYS - 1)
what = st.one_of(
    st.tuples(st.just("late"), days, st.integers(1, 40)),
    st.tuples(st.just("erased"), days, st.integers(0, 11)),
    st.tuples(st.just("failed"), days, st.integers(1, 3)),
    st.tuples(st.just("partly"), days, st.integers(1, 2)),
    st.tuples(st.just("new channel"), days, st.integers(1, 200)),
    st.tuples(st.just("next day"), st.just(DAYS), st.integers(1, 30)),
    st.tuples(st.just("budget"), st.just(0), st.integers(1, 30)),
    st.tuples(st.just("publish"), st.just(0), st.just(0)),
)


def do(store: Store, folder: Path, kind: str, n: int, size: int) -> None:
    window = span(n - DAYS, n - DAYS + 1)
    if kind in ("late", "next day"):
        put(store, *some(n, -0.8, size, **SHOP), window=window, now=LATER, **SHOP)
    elif kind == "erased":
        erase(store, Posts("shop", (f"{n}-{size}",)), kind="post", why="asked for", now=LATER)
    elif kind == "failed":
        land_failure(
            store, run_id="r", product="orbit", window=span(n - DAYS, n - DAYS + size), error="503", now=LATER, **SHOP
        )
    elif kind == "partly":
        asked = span(n - DAYS, n - DAYS + size)
        put(store, window=asked, coverage=Coverage(asked.start + 5 * HOUR, asked.end), now=LATER, **SHOP)
    elif kind == "new channel":
        more = {"channel": "play", "source": "google_play"}
        rows = [each for d in range(n, min(n + size, DAYS)) for each in some(d, 0.5, 3, "play", **more)]
        put(store, *rows, window=span(n - DAYS, min(n + size, DAYS) - DAYS), now=LATER, **more)
    elif kind == "budget":
        set_alarms(store, {"per_year": float(size)})
    else:
        publish(store, folder / "earful.duckdb", now=LATER)


@pytest.mark.slow
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(what, min_size=1, max_size=4))
def test_whatever_came_when_the_rows_are_those_of_judging_everything(
    grown: Path, tmp_path: Path, steps: list[tuple[str, int, int]]
) -> None:
    for file in grown.parent.glob("*.duckdb"):
        shutil.copy(file, tmp_path / file.name)
    with open_store(tmp_path / "store.duckdb", time_zone="UTC") as store:
        for kind, n, size in steps:
            do(store, tmp_path, kind, n, size)
        publish(store, tmp_path / "earful.duckdb", now=LATER)
        found = verdicts(store)
        with duckdb.connect(tmp_path / "earful.duckdb", read_only=True) as con:
            assert con.execute("from verdicts order by all").fetchall() == found
        assert judged_from_nothing(store) == found


def blocks_judged(store: Store, monkeypatch: pytest.MonkeyPatch) -> list[Block]:
    """The blocks that an update judges."""
    done: list[Block] = []

    def measured(con: duckdb.DuckDBPyConnection, block: Block, rules: Rules) -> list[Any]:
        done.append(block)
        return blocks.measured(con, block, rules)

    monkeypatch.setattr(update, "measured", measured)
    update_verdicts(store)
    return done


def test_a_night_judges_the_block_of_its_days_however_old_the_store(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert blocks_judged(store, monkeypatch) == []
    put(store, *some(DAYS, 0.2, 20, **SHOP), window=span(0, 1), now=LATER, **SHOP)
    assert blocks_judged(store, monkeypatch) == [block_of(day(DAYS))]


def test_a_change_far_back_is_judged_up_to_where_it_can_be_seen(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    put(store, *some(3, -0.9, 2, **SHOP), window=span(3 - DAYS, 4 - DAYS), now=LATER, **SHOP)
    found = blocks_judged(store, monkeypatch)
    assert found == [Block(n) for n in range(block_of(day(3)).no, block_of(day(3 + LEAD)).no + 1)]
    assert found[-1] < block_of(day(DAYS - 1)), "the newest block cannot see it"


def test_a_night_publishes_the_days_whose_verdicts_changed(store: Store) -> None:
    put(store, *some(DAYS - 1, -0.9, 20, **SHOP), window=span(-1, 0), now=LATER, **SHOP)
    update_verdicts(store)
    marked = {d for (d,) in store.con.execute("select distinct day from unpublished").fetchall()}
    assert marked == {day(DAYS - 1)}


def test_blocks_follow_one_another_and_a_change_touches_those_that_read_it() -> None:
    one, following = block_of(day(100)), block_of(day(100 + BLOCK))
    assert one.first <= day(100) <= one.last
    assert (following.first - one.last, following.no - one.no) == (timedelta(days=1), 1)
    for at in (day(100), one.first, one.last):
        reading = touched([at], day(5000))
        assert all(b.reads <= at <= b.last for b in reading)
        after, before = Block(reading[-1].no + 1), Block(reading[0].no - 1)
        assert not after.reads <= at <= after.last
        assert not before.reads <= at <= before.last


def _cut(series: Series, first: int, last: int) -> Series:
    """Days [first, last)."""
    names = ("n", "total", "squares", "live", "scorer")
    return replace(series, **{name: getattr(series, name)[:, first:last] for name in names})


def _found(series: Series) -> tuple[Floats, Ints, Ints, Bools]:
    rules = Rules()
    m = assess(series, rules)
    h = limit(np.ones(1), 1 / 15, share_tested(m.start, rules.window))
    found = evidence(m.z, m.start, h, rules)
    return m.z, found.signal, found.episode, found.alarm


@pytest.mark.parametrize("per_day", [5, 50])
def test_a_block_sees_all_that_decides(per_day: int) -> None:
    """Its verdicts are those of a detector that has seen every day since the beginning."""
    series, _, _ = simulate(World(12, 1000, per_day), seed=per_day)
    rng = np.random.default_rng(per_day)
    total = series.total.copy()
    for _ in range(12):  # episodes of up to 90 days
        begin, lasts = int(rng.integers(100, 950)), int(rng.integers(3, 90))
        cells = rng.integers(0, 2, len(total)).astype(bool)
        total[cells, begin : begin + lasts] += rng.choice([-0.2, 0.2]) * series.n[cells, begin : begin + lasts]
    series = replace(series, total=total)
    whole = _found(series)
    assert whole[3].any()
    for first in range(400, 1000 - BLOCK, BLOCK):
        z, signal, episode, alarm = (x[:, LEAD:] for x in _found(_cut(series, first - LEAD, first + BLOCK)))
        at = slice(first, first + BLOCK)
        np.testing.assert_allclose(z, whole[0][:, at], atol=1e-9)
        np.testing.assert_array_equal(signal, whole[1][:, at])
        np.testing.assert_array_equal(np.where(episode >= 0, episode + first - LEAD, -1), whole[2][:, at])
        np.testing.assert_array_equal(alarm, whole[3][:, at])
