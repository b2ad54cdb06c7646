"""Few who speak as many: bursts are named, and the robust mean gives each author and each text one vote a day."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from landing import DAY, HOUR, NOW, T0, landing, published, put, row, rows_of, span

from earful.warehouse import Store, apply_retention, land, open_store
from earful.warehouse.publishing.near_copies import clusters, grouped, refresh

NOON = T0 + 12 * HOUR
RANT = "This update ruined everything I loved about the app, give me my money back right now please"


@pytest.fixture
def utc(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "store.duckdb", time_zone="UTC") as opened:
        yield opened


def day(store: Store, folder: Path) -> dict[str, Any]:
    (found,) = published(store, folder, "from robust_daily")
    return found


@pytest.mark.slow
def test_near_duplicates_have_one_vote_and_are_named(utc: Store, tmp_path: Path) -> None:
    said = [
        f"{opening} {RANT}{mark}"
        for opening, mark in zip(["", "Same:", "THIS.", "", "Honestly,"], "!.…?!", strict=True)
    ]
    copies = [row(f"c{i}", NOON + i * HOUR, -0.8, text=text) for i, text in enumerate(said)]
    others = [
        row(f"o{i}", NOON, 0.4, text=f"Number {i} writes something all of his own, with words like {i * 7}")
        for i in range(4)
    ]
    put(utc, *copies, *others)
    found = day(utc, tmp_path)
    assert (found["posts"], found["repeated"], found["votes"]) == (9, 5, 5.0)
    assert found["mean_compound"] == pytest.approx((5 * -0.8 + 4 * 0.4) / 9)
    assert found["robust_mean"] == pytest.approx((-0.8 + 4 * 0.4) / 5)
    (burst,) = published(utc, tmp_path, "from bursts")
    assert (burst["kind"], burst["posts"], burst["authors"], burst["posts_of_days"]) == ("repeated text", 5, 5, 9)
    assert burst["text"].strip() == said[0].strip()


@pytest.mark.slow
def test_one_author_has_one_vote_a_day_and_is_told_without_a_name(utc: Store, tmp_path: Path) -> None:
    loud = [row(f"l{i}", NOON, -0.9, author="pseudonym", text=f"bad {i}") for i in range(6)]
    put(utc, *loud, row("a", NOON, 0.3), row("b", NOON, 0.3, author=None), row("c", NOON, 0.3, author=None))
    found = day(utc, tmp_path)
    assert (found["votes"], found["prolific"]) == (4.0, 6)
    assert found["robust_mean"] == pytest.approx((-0.9 + 3 * 0.3) / 4)
    (burst,) = published(utc, tmp_path, "from bursts")
    assert (burst["kind"], burst["posts"], burst["authors"], burst["text"]) == ("one author", 6, 1, None)
    assert "pseudonym" not in str(burst)


def test_likes_weigh_beside_the_plain_mean(utc: Store, tmp_path: Path) -> None:
    put(utc, row("a", NOON, -0.5, likes=9), row("b", NOON, 0.5, likes=0), row("c", NOON, 0.5, likes=-4))
    found = day(utc, tmp_path)
    assert (found["mean_compound"], found["likes_mean"]) == (
        pytest.approx(0.5 / 3),
        pytest.approx((10 * -0.5 + 1) / 12),
    )


@pytest.mark.slow
def test_short_and_different_texts_are_no_duplicates(utc: Store, tmp_path: Path) -> None:
    short = [row(f"s{i}", NOON, 0.6, text="Great app, love it!") for i in range(20)]
    half = [
        row(f"h{i}", NOON, 0.1, text=f"This update ruined everything but {i} {i + 1} {i + 2} {i + 3} is what matters")
        for i in range(8)
    ]
    put(utc, *short, *half)
    assert day(utc, tmp_path)["repeated"] == 0
    assert published(utc, tmp_path, "from bursts") == []


def test_a_burst_goes_on_over_days_and_a_slow_echo_is_none(utc: Store, tmp_path: Path) -> None:
    fast = [row(f"f{i}", NOON + (i // 3) * DAY, -0.8, text=RANT) for i in range(6)]
    slow = [
        row(f"s{i}", NOON + 2 * i * DAY, -0.8, text="Ten words that everybody writes when nothing else comes to mind")
        for i in range(6)
    ]
    put(utc, *fast, *slow, window=span(0, 14))
    (burst,) = published(utc, tmp_path, "from bursts")
    assert (burst["posts"], (burst["last_day"] - burst["first_day"]).days) == (6, 1)


@pytest.mark.slow
def test_bursts_are_those_of_the_last_90_days(utc: Store, tmp_path: Path) -> None:
    old = [row(f"o{i}", NOON, -0.8, text=RANT) for i in range(6)]
    old += [row(f"l{i}", NOON, -0.9, author="loud", text=f"bad {i}") for i in range(6)]
    put(utc, *old, window=span(0, 1))
    put(utc, row("later", NOON + 89 * DAY, 0.1), window=span(89, 90))
    assert {b["kind"] for b in published(utc, tmp_path, "from bursts")} == {"repeated text", "one author"}
    put(utc, row("latest", NOON + 90 * DAY, 0.1), window=span(90, 91))
    assert published(utc, tmp_path, "from bursts") == []
    (first,) = published(utc, tmp_path, "from robust_daily where repeated > 0")
    assert (first["repeated"], first["prolific"]) == (6, 6)


@pytest.mark.slow
def test_order_of_landing_does_not_matter_and_a_second_publish_computes_nothing(tmp_path: Path) -> None:
    posts = [
        row(f"p{i}", NOON + (i % 5) * DAY, -0.1 * (i % 7), text=f"{RANT} {'x' * (i % 3)}", author=f"a{i % 4}")
        for i in range(30)
    ]
    found: list[Any] = []
    for order in (range(5), [4, 2, 0, 3, 1]):
        with open_store(tmp_path / f"{len(found)}.duckdb", time_zone="UTC") as store:
            for n in order:
                put(store, *posts[n::5], window=span(n, n + 1))
                refresh(store)
            found.append([rows_of(store, name) for name in ("daily_robust", "post_pairs")])
            assert refresh(store) == 0
    assert found[0] == found[1]
    assert len(found[0][1]) > 20


@pytest.mark.slow
def test_pairs_outlive_the_words_and_a_day_can_be_computed_again(utc: Store, tmp_path: Path) -> None:
    put(utc, *(row(f"c{i}", NOON, -0.8, text=RANT) for i in range(5)), window=span(0, 1))
    assert day(utc, tmp_path)["votes"] == 1.0
    apply_retention(utc, {"reddit": 1}, NOW + 9 * DAY)
    put(
        utc,
        row("late", NOON, 0.5, text="A late one that says something else than all of the others did"),
        window=span(0, 1),
    )
    assert day(utc, tmp_path)["votes"] == 2.0
    (burst,) = published(utc, tmp_path, "from bursts")
    assert (burst["posts"], burst["text"]) == (5, None)


@pytest.mark.slow
def test_who_is_erased_after_the_words_are_gone_takes_no_group_apart(utc: Store, tmp_path: Path) -> None:
    """Copies hang on the first of their day; without it they hang on the first that is left."""
    put(utc, *(row(f"c{i}", NOON, -0.8, text=RANT) for i in range(6)), window=span(0, 1))
    assert day(utc, tmp_path)["votes"] == 1.0
    apply_retention(utc, {"reddit": 1}, NOW + 9 * DAY)
    for gone, left in (("c0", 5), ("c1", 4), ("c4", 3)):
        land(utc, landing(gone=(gone,), window=span(0, 1)))
        found = day(utc, tmp_path)
        assert (found["posts"], found["repeated"], found["votes"]) == (left, left, 1.0)


@pytest.mark.slow
def test_what_is_erased_or_rewritten_leaves_its_burst(utc: Store, tmp_path: Path) -> None:
    put(utc, *(row(f"c{i}", NOON, -0.8, text=RANT) for i in range(6)), window=span(0, 1))
    assert [b["posts"] for b in published(utc, tmp_path, "from bursts")] == [6]
    land(utc, landing([row("c1", NOON, 0.5, edited_at=NOON + HOUR, text="sorry")], gone=("c0",), window=span(0, 1)))
    assert published(utc, tmp_path, "from bursts") == []
    assert day(utc, tmp_path)["votes"] == 2.0
    land(utc, landing(gone=tuple(f"c{i}" for i in range(6)), window=span(0, 1)))
    assert published(utc, tmp_path, "from robust_daily") == []
    assert rows_of(utc, "daily_robust") == rows_of(utc, "post_pairs") == rows_of(utc, "daily_robust_seen") == []


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20))), st.randoms())
def test_components_are_the_same_in_any_order(edges: list[tuple[int, int]], rng: Any) -> None:
    other = [(b, a) for a, b in edges]
    rng.shuffle(other)
    assert grouped(edges) == grouped(other)
    found = grouped(edges)
    assert all(found[a] == found[b] for a, b in edges)


def test_clusters_are_the_components_of_the_pairs() -> None:
    """Leaves go with what they hang on: the same as all pairs grouped one by one."""
    draw = Random(7)
    with duckdb.connect() as con:
        con.execute("create table daily as select date '2026-03-02' as day")
        for _ in range(40):
            edges = sorted({(draw.randrange(12), draw.randrange(12, 30)) for _ in range(draw.randrange(20))})
            edges += [(a, b) for a, b in [(1, 2), (2, 3)] if draw.random() < 0.5]
            con.execute(
                "create or replace table pairs (product varchar, day date, channel varchar, post_id varchar,"
                " other_day date, other_channel varchar, other_post_id varchar)"
            )
            for a, b in edges:
                con.execute(
                    "insert into pairs select 'x', day, 'c', $b, day, 'c', $a from daily", {"a": str(a), "b": str(b)}
                )
            clusters(con, "pairs")
            rows = con.execute("select cast(post_id as integer), cluster from clusters").fetchall()
            parts = {frozenset(i for i, c in rows if c == cluster) for _, cluster in rows}
            found = grouped(edges)
            assert parts == {frozenset(i for i, c in found.items() if c == root) for root in found.values()}
            assert len(rows) == len(found)
