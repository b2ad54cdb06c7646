"""What more people say than before: the ratio worked out by hand, and the demo's bad release on its own days and today."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from demo_landed import demo_settings, land_demo
from landing import DAY, HOUR, T0, published, put, row, span

from earful.warehouse import Store, apply_retention, open_store, publish, query

NOON = T0 + 12 * HOUR


@pytest.fixture
def utc(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "store.duckdb", time_zone="UTC") as opened:
        yield opened


def words(store: Store, folder: Path, what: str = "term") -> list[Any]:
    found = published(
        store, folder, f"select {what} as x from emerging_words where direction = 'more' order by \"rank\""
    )
    return [r["x"] for r in found]


def before(days: int = 56, **more: Any) -> list[dict[str, Any]]:
    return [row(f"b{d}", NOON + d * DAY, text="fine as ever", **more) for d in range(days)]


def now(texts: list[str], first: int = 56, **more: Any) -> list[dict[str, Any]]:
    return [row(f"n{i}", NOON + (first + i % 7) * DAY, text=text, **more) for i, text in enumerate(texts)]


@pytest.mark.slow
def test_the_ratio_is_dunnings(utc: Store, tmp_path: Path) -> None:
    texts = ["the checkout is odd"] * 8 + ["fine as ever"] * 6
    put(utc, *before(), *now(texts), window=span(0, 63))
    found = published(utc, tmp_path, "from emerging_words where term = 'checkout'")
    a, n, b, m = 8, 14, 0, 56
    e = (a + b) / (n + m)
    expected = 2 * (
        a * math.log(a / n / e) + (n - a) * math.log((n - a) / n / (1 - e)) + (m - b) * math.log((m - b) / m / (1 - e))
    )
    assert [(r["authors"], r["all_authors"], r["authors_before"], r["all_authors_before"]) for r in found] == [
        (a, n, b, m)
    ]
    assert found[0]["g2"] == pytest.approx(expected)
    fewer = published(utc, tmp_path, "select term, g2 < 0 as down from emerging_words where direction = 'less'")
    assert fewer == [{"term": "fine", "down": True}]


def test_one_author_counts_once(utc: Store, tmp_path: Path) -> None:
    texts = ["checkout checkout"] * 14
    put(utc, *before(), *now(texts, author="the same"), *now(["fine as ever"] * 9, author=None), window=span(0, 63))
    assert words(utc, tmp_path) == [], "fourteen posts of one person are one voice"


def test_a_mean_is_of_the_posts_that_say_it_wherever_in_them(utc: Store, tmp_path: Path) -> None:
    both = [("odd, the checkout", 0.8), ("checkout. It is odd", -0.4)]
    said = [
        row(f"{i}{place}", NOON + (56 + i % 7) * DAY, compound, text=text, author=f"author {i}")
        for i in range(9)
        for place, (text, compound) in enumerate(both)
    ]
    put(utc, *before(), *said, *now(["fine as ever"] * 9), window=span(0, 63))
    sql = (
        "select term, authors, mean_compound from emerging_words"
        " where direction = 'more' and episode = '' order by term"
    )
    assert published(utc, tmp_path, sql) == [
        {"term": "checkout", "authors": 9, "mean_compound": pytest.approx(0.2)},
        {"term": "odd", "authors": 9, "mean_compound": pytest.approx(0.2)},
    ]


def test_phrases_stand_for_their_words_and_stop_words_are_out(utc: Store, tmp_path: Path) -> None:
    texts = ["I really CAN’T log in. Payment of the year"] * 9 + ["fine as ever"] * 5
    put(utc, *before(), *now(texts), window=span(0, 63))
    found = words(utc, tmp_path)
    assert found[0] in {"log in", "can't log"}
    assert {w for term in found for w in term.split()} <= {"log", "in", "can't", "payment", "year"}
    assert not [term for term in found if "in payment" in term or "the" in term.split()], "no phrase over a full stop"


def test_links_addresses_and_numbers_are_no_words_but_versions_are(utc: Store, tmp_path: Path) -> None:
    texts = ["see https://spam.example/offer or me@example.org 12345 since 4.2.0"] * 9
    put(utc, *before(), *now(texts), window=span(0, 63))
    assert words(utc, tmp_path) == ["4.2.0"]


def test_posts_of_a_day_that_is_not_covered_and_of_a_new_channel_are_left_out(utc: Store, tmp_path: Path) -> None:
    put(utc, *before(), *now(["fine as ever"] * 14), window=span(0, 63))
    new: dict[str, Any] = {"channel": "new", "source": "forum"}
    put(utc, *now(["checkout is odd"] * 20, **new), window=span(56, 63), **new)
    assert words(utc, tmp_path) == [], "a new channel's way of talking is no news"


@pytest.mark.slow
def test_words_past_their_retention_are_not_read(utc: Store, tmp_path: Path) -> None:
    put(utc, *before(), *now(["checkout is odd"] * 14), window=span(0, 63), now=T0 + 63 * DAY)
    assert words(utc, tmp_path) == ["checkout", "odd"]
    apply_retention(utc, {"reddit": 1}, T0 + 70 * DAY)
    assert words(utc, tmp_path) == []


ANCHOR = date(2026, 11, 24)
RELEASE = ANCHOR - timedelta(days=21)


@pytest.mark.slow
@pytest.mark.parametrize("today", [RELEASE + timedelta(days=2), RELEASE + timedelta(days=4), ANCHOR])
def test_the_demos_release_is_told_by_its_words(tmp_path: Path, today: date) -> None:
    """Done-when 2: two days after the release, four days after, and on the demo's own day."""
    with open_store(tmp_path / "store.duckdb", time_zone="UTC") as store:
        land_demo(store, demo_settings(tmp_path, ANCHOR), today)
        path = publish(store, tmp_path / "earful.duckdb").path
    found = query(
        path,
        "select term from emerging_words where product = 'notes' and \"window\" = 'episode' and direction = 'more'"
        ' and "rank" <= 5 order by "rank"',
    ).rows
    assert [term for (term,) in found[:3]] == ["4.2.0", "crashes", "login"]
    assert query(path, "select day, release from releases where product = 'notes' and release = '4.2.0'").rows == (
        (RELEASE, "4.2.0"),
    )
    effect = query(
        path,
        "select scope, verdict from release_effect"
        " where release = '4.2.0' and (scope in ('product', 'version') or topic = 'login') order by scope",
    ).rows
    assert effect == (("product", "worse"), ("topic", "worse"), ("version", "worse"))
    if today != ANCHOR:
        return
    others = query(path, "select count(*) from emerging_words where direction = 'more' and product <> 'notes'").rows
    assert others == ((0,),), "nothing is news at the others"
