"""A product with another slug: its history moves, ends where it had landed under the new slug, and loses nothing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from landing import DAY, HOUR, NOW, T0, aggregates, named, put, row, rows_of, span

from earful.connectors.base import Coverage, Window
from earful.connectors.post import Rejected
from earful.warehouse import Store, WarehouseError, open_store, register, rename_products
from earful.warehouse.landing import renamed
from earful.warehouse.publishing.near_copies import refresh
from earful.warehouse.trends import update_verdicts

TABLES = (
    "posts",
    "texts",
    "revisions",
    "watermarks",
    "day_changes",
    "verdicts",
    "daily_robust",
    "post_pairs",
    "products",
)


def land_all(store: Store, product: str) -> None:
    """Nights with an edit, a late post, a hole in the coverage and something set aside, in two channels."""
    for number, channel in enumerate(("rd", "shop")):
        facts = {"product": product, "channel": channel}
        rows = [
            row(f"p{n}", T0 + n * DAY / 3, 0.1 * (n % 9) - 0.3, topics=named(crashes=-0.5), rating=n % 5 + 1, **facts)
            for n in range(21 + number)
        ]
        more = {"product": product, "channel": channel, "source": "reddit"}
        put(store, *rows, rejected=(Rejected("p99", "no id"),), **more)
        edited = {**rows[2], "text": "other words", "compound": -0.8, "edited_at": T0 + 6 * DAY}
        put(store, edited, row("late", T0 + DAY, -0.4, **facts), window=span(5, 9), run_id="run-2",
            now=NOW + HOUR, **more)  # fmt: skip
        hole = Coverage(T0 + 9 * DAY, T0 + 12 * DAY, missing=(Window(T0 + 10 * DAY, T0 + 11 * DAY),))
        put(store, row("z", T0 + 9.5 * DAY, 0.3, **facts), window=span(9, 12), coverage=hole, run_id="run-3",
            now=NOW + DAY, **more)  # fmt: skip


def everything(store: Store) -> dict[str, object]:
    """What can be told of a store but for when it was computed and which run said so."""
    found: dict[str, object] = {name: rows_of(store, name) for name in TABLES}
    aside = store.con.execute('select * exclude ("at") from set_aside order by all').fetchall()
    return found | aggregates(store) | {"coverage": rows_of(store, "coverage", "landed_at"), "set_aside": aside}


#: Of the two channels of land_all.
ALL = 24 + 23


def landed(path: Path, slug: str) -> Path:
    """A store with all of it under ``slug``, judged."""
    with open_store(path, time_zone="Europe/Berlin") as store:
        register(store, [(slug, "Orbit", True)], [("rd", "reddit", "reddit"), ("shop", "reddit", "files")])
        land_all(store, slug)
        update_verdicts(store)
        refresh(store, "plain")
    return path


@pytest.fixture(scope="module")
def orbit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return landed(tmp_path_factory.mktemp("orbit") / "store.duckdb", "orbit")


@pytest.fixture
def history(orbit: Path, tmp_path: Path) -> Iterator[Store]:
    """A copy of it to work on."""
    shutil.copy(orbit, tmp_path)
    with open_store(tmp_path / orbit.name, time_zone="Europe/Berlin") as store:
        yield store


def test_the_history_is_that_of_a_store_that_knew_the_new_slug_from_the_start(history: Store, tmp_path: Path) -> None:
    assert rename_products(history, {"orbiter": ("orbit", "never")}, NOW) == {"orbit": ALL}
    register(history, [("orbiter", "Orbit", True)], [])
    update_verdicts(history)
    refresh(history, "plain")
    with open_store(landed(tmp_path / "new" / "store.duckdb", "orbiter"), time_zone="Europe/Berlin") as new:
        for store in (history, new):
            assert store.con.execute("select distinct product from verdicts").fetchall() == [("orbiter",)]
            assert not store.con.execute("select 1 from meta where key = 'base'").fetchall()
        assert everything(history) == everything(new)


def test_again_it_finds_nothing_and_what_a_late_run_landed_moves_the_next_time(history: Store) -> None:
    assert rename_products(history, {"orbiter": ("orbit",)}, NOW) == {"orbit": ALL}
    before = everything(history)
    assert rename_products(history, {"orbiter": ("orbit",)}, NOW) == {}
    assert everything(history) == before
    put(history, row("q", T0 + 3 * DAY, 0.9), window=span(3, 4))
    assert rename_products(history, {"orbiter": ("orbit",)}, NOW) == {"orbit": 1}
    count = "select count(*) from posts where product = 'orbiter' and post_id = 'q'"
    assert history.con.execute(count).fetchall() == [(1,)]


def test_posts_of_both_slugs_are_merged_without_doubles(store: Store) -> None:
    """Whichever slug has the newer version; of equals the one of the new slug; words follow their version."""
    early, late = T0 + DAY, T0 + 2 * DAY
    old = [
        row("same", early, 0.5), row("old-newer", early, -0.9, edited_at=late, text="newer of old"),
        row("new-newer", early, 0.1, text="older"), row("only-old", early, 0.2),
    ]  # fmt: skip
    new = [
        row("same", early, 0.5), row("old-newer", early, 0.9, text="older"),
        row("new-newer", early, -0.1, edited_at=late, text="newer of new"), row("only-new", early, 0.3),
    ]  # fmt: skip
    put(store, *[{**each, "product": "was"} for each in old], product="was")
    put(store, *[{**each, "product": "is"} for each in new], product="is", now=NOW + HOUR)
    assert rename_products(store, {"is": ("was",)}, NOW) == {"was": 4}
    posts = store.con.execute("select post_id, product, compound from posts order by 1").fetchall()
    assert posts == [
        ("new-newer", "is", -0.1), ("old-newer", "is", -0.9), ("only-new", "is", 0.3), ("only-old", "is", 0.2),
        ("same", "is", 0.5),
    ]  # fmt: skip
    words = store.con.execute("select post_id, product, text from texts order by 1").fetchall()
    assert words == [
        ("new-newer", "is", "newer of new"), ("old-newer", "is", "newer of old"), ("only-new", "is", "words of only-new"),
        ("only-old", "is", "words of only-old"), ("same", "is", "words of same"),
    ]  # fmt: skip
    assert store.con.execute("select sum(posts) from daily").fetchall() == [(5,)]
    assert store.con.execute("select distinct product from daily").fetchall() == [("is",)]
    # When the first of the two was seen.
    assert store.con.execute("select max(first_seen_at) from posts where post_id = 'same'").fetchall() == [
        (NOW.replace(tzinfo=None),)
    ]


def test_words_that_are_kept_for_one_slug_only(store: Store) -> None:
    """Of the same words the kept ones stay; those of another version than the one that stays go."""
    for product, edited in (("was", None), ("is", T0 + 3 * DAY)):
        rows = [row("a", T0 + DAY, 0.1, product=product), row("b", T0 + DAY, 0.1, product=product, edited_at=edited,
                                                              text=f"words of {product}")]  # fmt: skip
        put(store, *rows, product=product)
    store.con.execute("delete from texts where product = 'is'")
    rename_products(store, {"is": ("was",)}, NOW)
    assert store.con.execute("select post_id, product, text from texts").fetchall() == [("a", "is", "words of a")]


def test_several_former_slugs_become_one(store: Store) -> None:
    for n, product in enumerate(("first", "second", "third")):
        put(store, row(f"p{n}", T0 + n * DAY, 0.1, product=product), product=product, window=span(n, n + 1))
    assert rename_products(store, {"third": ("first", "second")}, NOW) == {"first": 1, "second": 1}
    assert store.con.execute("select product, watermark from watermarks").fetchall() == [
        ("third", (T0 + 3 * DAY).replace(tzinfo=None))
    ]
    assert store.con.execute("select count(*), bool_and(complete) from coverage_daily where complete").fetchall() == [
        (2, True)  # T0 is an hour past midnight in Berlin: of the first day nothing was asked before it
    ]


@pytest.mark.parametrize("step", ["answers", "invalidate_base"])
def test_stopped_in_the_middle_nothing_is_lost(history: Store, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    before = everything(history)

    def stop(*_: object) -> None:
        raise WarehouseError("stopped")

    with monkeypatch.context() as patched:
        patched.setattr(renamed, step, stop)
        with pytest.raises(WarehouseError, match="stopped"):
            rename_products(history, {"orbiter": ("orbit",)}, NOW)
    assert everything(history) == before
    assert rename_products(history, {"orbiter": ("orbit",)}, NOW + timedelta(days=1)) == {"orbit": ALL}
