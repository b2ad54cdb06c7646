"""Scoring again: what is kept gets the new score, what is gone keeps the old and says so, the days follow exactly."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from landing import DAY, NOW, T0, aggregates, named, put, row, rows_of

from earful.sentiment.scorer import SCHEMA, TOPICS, Scored
from earful.warehouse import Store, WarehouseError, apply_retention, pending, rescore

LATER = NOW + 10 * DAY


def topics(text: str) -> list[dict[str, Any]]:
    """Every word is a topic of its own: as long as it is bad."""
    return named(**{word: round(-0.01 * len(word), 4) for word in text.split()})


class Fixed:
    """A scorer with an opinion of its own: the length of the text decides."""

    def __init__(self, version: str = "v2", lose: int = 0) -> None:
        self.version = version
        self.pages: list[int] = []
        self._lose = lose

    def score(self, page: pa.Table) -> pa.Table:
        self.pages.append(len(page))
        rows = []
        for title, text in zip(page["title"].to_pylist(), page["text"].to_pylist(), strict=True):
            words = bool(title or text)
            value = round(-0.01 * len(text), 4) if words else None
            rows.append(
                {
                    "language": "en" if words else None, "scored": words, "unscored_reason": None if words else "no text",
                    "compound": value, "positive": value, "neutral": value, "negative": value, "vader_compound": value,
                    "capped": False,
                }
            )  # fmt: skip
        return pa.Table.from_pylist(rows[self._lose :], schema=SCHEMA)

    def score_page(self, page: pa.Table) -> Scored:
        found = [{"row": i, **topic} for i, text in enumerate(page["text"].to_pylist()) for topic in topics(text)]
        return Scored(self.score(page), pa.Table.from_pylist(found, schema=TOPICS))


def old(version: str) -> Callable[[str], str]:
    return lambda _product: version


def scores(store: Store) -> list[tuple[object, ...]]:
    return store.con.execute("select post_id, compound, scorer_version from posts order by 1").fetchall()


def test_the_days_are_those_of_a_store_that_was_scored_so_from_the_start(store: Store, tmp_path: Path) -> None:
    from earful.warehouse import open_store

    posts = [("a", T0, "four"), ("b", T0, "seven ."), ("c", T0 + DAY, "x"), ("d", T0 + 3 * DAY, "")]
    for post_id, at, text in posts:
        put(store, row(post_id, at, 0.5 if text else None, text=text), scorer_version="v1")
    put(store, row("z", T0, 0.5, channel="other"), channel="other", scorer_version="v1")
    done = rescore(store, "rd", "orbit", Fixed(), LATER)
    assert (done.posts, done.changed, done.gone, done.days, done.mixed) == (4, 3, 0, 3, 0)
    with open_store(tmp_path / "clean.duckdb", time_zone="Europe/Berlin") as clean:
        for post_id, at, text in posts:
            value = round(-0.01 * len(text), 4) if text else None
            shares = {"positive": value, "neutral": value, "negative": value}
            put(clean, row(post_id, at, value, text=text, topics=topics(text), **shares), scorer_version="v2")
        put(clean, row("z", T0, 0.5, channel="other"), channel="other", scorer_version="v1")
        assert aggregates(store) == aggregates(clean)
        assert rows_of(store, "post_topics") == rows_of(clean, "post_topics") != []
    assert store.con.execute("select value from meta where key = 'scorer_version'").fetchall() == [("v2",)]
    assert store.con.execute("select count(*) from revisions").fetchall() == [(0,)]


def test_it_is_told_by_day_what_it_changed(store: Store) -> None:
    """Of one day: a score that changes, one that stays, one that goes (no words for the scorer), one that comes."""
    put(store, row("changes", T0, 0.5, text="four"), row("stays", T0, -0.05, text="seven"), scorer_version="v1")
    put(store, row("goes", T0, 0.25, text="gone"), row("comes", T0, None, text="comes"), scorer_version="v1")
    put(store, row("other day", T0 + DAY, -0.01, text="x"), scorer_version="v1")

    class Deaf(Fixed):
        def score(self, page: pa.Table) -> pa.Table:
            found = super().score(page).to_pylist()
            for text, each in zip(page["text"].to_pylist(), found, strict=True):
                if text == "gone":
                    each.update(scored=False, compound=None, vader_compound=None, unscored_reason="no text")
            return pa.Table.from_pylist(found, schema=SCHEMA)

    rescore(store, "rd", "orbit", Deaf(), LATER)
    told = store.con.execute(
        "select reason, posts, scored_before, scored_after, compound_sum_before, compound_sum_after, seen_at"
        " from day_changes where reason = 'rescored'"
    ).fetchall()
    # Three posts; 0.5 and 0.25 before, -0.04 and -0.05 after. The other day's scores are as they were.
    assert told == [("rescored", 3, 2, 2, 0.75, -0.09, LATER.replace(tzinfo=None))]


def test_a_second_rescoring_does_nothing_and_one_that_broke_off_goes_on(store: Store) -> None:
    put(store, row("a", T0), row("b", T0 + DAY))
    put(store, row("c", T0, channel="st"), channel="st")
    assert [(p.channel, p.posts, p.kept) for p in pending(store, old("v2"))] == [("rd", 2, 2), ("st", 1, 1)]
    rescore(store, "rd", "orbit", Fixed(), LATER)
    assert [p.channel for p in pending(store, old("v2"))] == ["st"]
    before = aggregates(store)
    again = Fixed()
    assert rescore(store, "rd", "orbit", again, LATER + DAY).posts == 0
    assert again.pages == []
    assert aggregates(store) == before


def test_words_that_are_gone_keep_their_score_and_the_day_says_mixed(store: Store) -> None:
    put(store, row("a", T0, text="aaaa"), row("lone", T0 + 2 * DAY), now=NOW)
    apply_retention(store, {"reddit": 2}, NOW + 3 * DAY)
    put(store, row("b", T0, text="bb"), now=NOW + 3 * DAY)
    done = rescore(store, "rd", "orbit", Fixed(), LATER)
    assert (done.posts, done.gone, done.days, done.mixed) == (1, 2, 1, 1)
    assert scores(store) == [("a", 0.5, "v1"), ("b", -0.02, "v2"), ("lone", 0.5, "v1")]
    days = store.con.execute("select day, scorer_version, compound_sum from daily order by 1").fetchall()
    assert [(v, s) for _, v, s in days] == [("mixed", 0.48), ("v1", 0.5)]


def test_a_scorer_that_fails_changes_nothing(store: Store) -> None:
    put(store, row("a", T0), row("b", T0))
    before, rows = aggregates(store), scores(store)
    with pytest.raises(WarehouseError, match="2 posts came back with 1 scores"):
        rescore(store, "rd", "orbit", Fixed(lose=1), LATER)
    assert (aggregates(store), scores(store)) == (before, rows)


def test_a_landing_after_it_finds_nothing_to_do(store: Store) -> None:
    put(store, row("a", T0, text="four"))
    rescore(store, "rd", "orbit", Fixed(), LATER)
    value = -0.04
    same = row("a", T0, value, text="four", topics=topics("four"), positive=value, neutral=value, negative=value)
    landed = put(store, same, scorer_version="v2", now=LATER + timedelta(days=1))
    assert (landed.unchanged, landed.changed) == (1, 0)


def test_many_posts_go_in_batches(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    # By its module's name: the package has the function under it.
    monkeypatch.setattr(sys.modules["earful.warehouse.landing.rescore"], "BATCH", 3)
    put(store, *(row(f"p{i}", T0 + i * timedelta(hours=5), text="x" * i) for i in range(8)))
    scorer = Fixed()
    told: list[int] = []
    assert rescore(store, "rd", "orbit", scorer, LATER, done=told.append).posts == 8
    assert (scorer.pages, told) == ([3, 3, 2], [3, 6, 8])
    assert [c for _, c, _ in scores(store)] == [round(-0.01 * i, 4) or (None if i == 0 else 0) for i in range(8)]
