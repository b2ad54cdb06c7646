"""Which rows cannot be landed (landing/refuse.sql): each bound met exactly and passed by the least, and what comes first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from landing import T0, named, put, row

from earful.connectors.post import FIRST_YEAR, LAST_YEAR
from earful.warehouse import Store, open_store

LIKES = "likes is out of range"
SCORE = "scored, but compound is not in [-1, 1]"
VADER = "vader_compound is not in [-1, 1]"
TOPIC = "a topic has no name, no sentence, or a compound not in [-1, 1]"
TWICE = "a topic comes twice"
KIND = "kind is not one of post, comment, review, survey"
UNSCORED = {"scored": False, "topics": None}


def year(number: int, *, last: bool = False) -> datetime:
    return datetime(number, 12, 31, 23, 59, tzinfo=UTC) if last else datetime(number, 1, 1, tzinfo=UTC)


def topic(compound: float | None, sentences: int | None = 1, name: str | None = "ads") -> dict[str, Any]:
    return {"topics": [*named(ui=0.5), {"topic": name, "compound": compound, "sentences": sentences}]}


#: What is another in a row, and why it is refused; None: it lands.
CASES: list[tuple[dict[str, Any], str | None]] = [
    ({}, None),
    ({"source": ""}, "no source"), ({"source": None}, "no source"),
    ({"kind": "Post"}, KIND), ({"kind": None}, KIND), ({"kind": "survey"}, None),
    ({"created_at": None}, "no created_at"),
    ({"created_at": year(FIRST_YEAR)}, None), ({"created_at": year(LAST_YEAR, last=True)}, None),
    ({"created_at": year(FIRST_YEAR - 1, last=True)}, f"created_at is in the year {FIRST_YEAR - 1}"),
    ({"created_at": year(LAST_YEAR + 1)}, f"created_at is in the year {LAST_YEAR + 1}"),
    ({"edited_at": year(FIRST_YEAR)}, None), ({"edited_at": year(LAST_YEAR, last=True)}, None),
    ({"edited_at": year(FIRST_YEAR - 1, last=True)}, f"edited_at is in the year {FIRST_YEAR - 1}"),
    ({"edited_at": year(LAST_YEAR + 1)}, f"edited_at is in the year {LAST_YEAR + 1}"),
    ({"rating": 1}, None), ({"rating": 5}, None),
    ({"rating": 0.9}, "rating 0.9 is not 1..5"), ({"rating": 5.1}, "rating 5.1 is not 1..5"),
    ({"nps": 0}, None), ({"nps": 10}, None), ({"nps": -1}, "nps -1 is not 0..10"), ({"nps": 11}, "nps 11 is not 0..10"),
    ({"likes": 10**12}, None), ({"likes": -(10**12)}, None),
    ({"likes": 10**12 + 1}, LIKES), ({"likes": -(10**12) - 1}, LIKES),
    ({"compound": 1.0}, None), ({"compound": -1.0}, None), ({"compound": 1.0001}, SCORE), ({"compound": -1.0001}, SCORE),
    ({"compound": None}, SCORE), ({"compound": None, **UNSCORED}, None), ({"compound": 9.0, **UNSCORED}, None),
    ({"vader_compound": None}, None), ({"vader_compound": 1.0}, None), ({"vader_compound": -1.0}, None),
    ({"vader_compound": 1.0001}, VADER), ({"vader_compound": -1.0001}, VADER), ({"vader_compound": 9.0, **UNSCORED}, None),
    (topic(1.0), None), (topic(-1.0), None), (topic(1.0001), TOPIC), (topic(-1.0001), TOPIC), (topic(None), TOPIC),
    (topic(0.5, 1), None), (topic(0.5, 0), TOPIC), (topic(0.5, None), TOPIC), (topic(0.5, name=""), TOPIC),
    (topic(0.5, name=None), TOPIC), (topic(0.5, name="ui"), TWICE), ({"topics": []}, None), ({"topics": None}, None),
    # The first reason is the one that is told.
    ({"source": "", "kind": "x"}, "no source"), ({"kind": "x", "rating": 9}, KIND),
]  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "store.duckdb", time_zone="UTC") as opened:
        yield opened


def test_a_row_is_refused_past_a_bound_and_not_on_it(store: Store) -> None:
    landed = put(store, *(row(f"p{n:02}", T0) | change for n, (change, _) in enumerate(CASES)))
    told = dict(store.con.execute("select item, reason from set_aside").fetchall())
    kept = {post for (post,) in store.con.execute("select post_id from posts").fetchall()}
    for n, (change, reason) in enumerate(CASES):
        assert told.get(f"p{n:02}") == reason, change
        assert (f"p{n:02}" in kept) == (reason is None), change
    refused = sum(reason is not None for _, reason in CASES)
    assert (landed.rejected, landed.new, landed.posts) == (refused, len(CASES) - refused, len(CASES) - refused)


def test_a_row_without_an_id_is_told_so_before_all_else(store: Store) -> None:
    put(store, row("", T0, source=""), {**row("x", T0), "post_id": None, "kind": "x"})
    assert store.con.execute("select item, reason from set_aside").fetchall() == [("(no id)", "no id")]
