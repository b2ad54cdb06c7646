"""What one landing writes (landing/write, compare, known): every kind of post at once, beside its like in other places."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from bare_tables import add
from landing import DAY, HOUR, NOW, T0, named, put, row, span, wipe

from earful.warehouse import Store, open_store

NOON = T0 + 12 * HOUR
#: Another channel and another product: what they have of the same ids and days is theirs.
ELSEWHERE = ({"channel": "st", "product": "orbit"}, {"channel": "rd", "product": "nova"})
LATER = NOW + DAY


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with open_store(tmp_path_factory.mktemp("written") / "store.duckdb", time_zone="UTC") as opened:
        yield opened


@pytest.fixture
def store(opened: Store) -> Store:
    wipe(opened)
    return opened


def ask(store: Store, sql: str) -> list[tuple[Any, ...]]:
    return store.con.execute(sql).fetchall()


def naive(moment: datetime) -> datetime:
    return moment.replace(tzinfo=None)


def copied(store: Store) -> None:
    """All that is stored of posts once more in the other places."""
    for table in ("posts", "texts"):
        own = f"from {table} where channel = 'rd' and product = 'orbit'"
        for other in ELSEWHERE:
            store.con.execute(
                f"insert into {table} select * replace ($channel as channel, $product as product) {own}", other
            )


def covered(number: int) -> dict[str, Any]:
    """A whole day, so many after the first."""
    day = (T0 + number * DAY).date()
    return {"channel": "rd", "product": "orbit", "source": "reddit", "day": day, "complete": True, "covered_share": 1.0}


def changes(store: Store, run: str) -> list[tuple[Any, ...]]:
    """Days (of March), reasons and numbers that a run told of."""
    return ask(
        store,
        "select channel, product, extract(day from day), reason, posts, scored_before, scored_after, compound_sum_before,"
        f" compound_sum_after, seen_at from day_changes where run_id = '{run}' order by day, reason, posts, scored_before",
    )


def test_posts_are_late_on_days_that_the_channel_covered_for_the_product(store: Store) -> None:
    put(store, row("a", NOON), window=span(0, 2), run_id="first")
    assert changes(store, "first") == []
    for number, other in enumerate(ELSEWHERE, 3):
        add(store.con, "coverage_daily", covered(number) | other)
    add(store.con, "coverage_daily", covered(5) | {"covered_share": 0.5})
    came = [
        row("b", NOON, -0.25), row("c", NOON, None), row("d", NOON + DAY, 0.75),
        *(row(f"n{day}", NOON + day * DAY) for day in (2, 3, 4, 5, 6)), row("a", NOON),
    ]  # fmt: skip
    landed = put(store, *came, window=span(6, 7), run_id="second", now=LATER)
    assert (landed.new, landed.unchanged, landed.days) == (8, 1, 7)
    at = naive(LATER)
    assert changes(store, "second") == [
        ("rd", "orbit", 2, "late", 2, 0, 1, 0.0, -0.25, at), ("rd", "orbit", 3, "late", 1, 0, 1, 0.0, 0.75, at),
    ]  # fmt: skip


def test_what_changed_in_a_day_is_told_with_its_reason(store: Store) -> None:
    """Of the first day; a post of each kind of edit with another score, and one whose score stays."""
    edits: list[dict[str, Any]] = [
        {"text": "other"},
        {"title": "other"},
        {"rating": 5},
        {"nps": 9},
        {"recommended": True},
    ]
    base: dict[str, Any] = {"rating": 2, "nps": 3, "recommended": False, "text": "words"}
    quiet: list[dict[str, Any]] = [{"likes": 9}, {"url": "https://example.org/x"}]
    old = row("old", NOON, 0.5, **base, edited_at=T0 + 20 * HOUR)
    names = [*(f"{n} {score}" for n in range(len(edits)) for score in (0.25, 0.5)), "score", "scored"]
    same = [row(f"quiet {n}", NOON, 0.5, **base) for n in range(len(quiet))]
    before = [*(row(name, NOON, 0.5, **base) for name in names), *same, old, row("unscored", NOON, None, **base)]
    put(store, *before, run_id="first")
    copied(store)
    after = [row(f"{n} {score}", NOON, score, **{**base, **e}) for n, e in enumerate(edits) for score in (0.25, 0.5)]
    after += [{**each, **change} for each, change in zip(same, quiet, strict=True)]
    # A version before the stored one changes nothing; a score that is another, one that goes, one that comes.
    after += [{**old, "rating": 1, "text": "before", "compound": -0.9, "edited_at": T0 + 18 * HOUR}]
    after += [row("score", NOON, 0.25, **base), row("scored", NOON, None, **base), row("unscored", NOON, 0.125, **base)]
    landed = put(store, *after, run_id="second", now=LATER)
    assert (landed.changed, landed.unchanged, landed.days) == (15, 1, 1)
    at = naive(LATER)
    assert changes(store, "second") == [
        ("rd", "orbit", 2, "edited", 10, 10, 10, 5.0, 3.75, at), ("rd", "orbit", 2, "rescored", 3, 2, 2, 1.0, 0.375, at),
    ]  # fmt: skip


def test_a_post_that_is_dated_anew_leaves_its_day_and_comes_to_a_covered_one(store: Store) -> None:
    put(store, *(row(name, NOON, 0.5) for name in ("a", "b")), row("c", NOON + DAY, None),
        row("d", NOON + DAY, edited_at=LATER), window=span(0, 3))  # fmt: skip
    for other in ELSEWHERE:
        add(store.con, "coverage_daily", *(covered(number) | other for number in range(7)))
    copied(store)
    add(store.con, "coverage_daily", covered(4) | {"complete": False, "covered_share": 0.5})
    at = naive(LATER)
    # To the covered third day, to the fifth, which is in part, and from the second to the first; one is older than it was.
    moved = [
        row("a", NOON + 2 * DAY, 0.25),
        row("b", NOON + 4 * DAY, 0.25),
        row("c", NOON, None, edited_at=LATER),
        row("d", NOON),
    ]
    landed = put(store, *moved, window=span(9, 10), run_id="second", now=LATER)
    assert (landed.changed, landed.days) == (3, 5), "four days with posts, and the one that was asked for"
    assert changes(store, "second") == [
        ("rd", "orbit", 2, "moved", 1, 0, 0, 0.0, 0.0, at), ("rd", "orbit", 2, "moved", 2, 2, 0, 1.0, 0.0, at),
        ("rd", "orbit", 3, "moved", 1, 0, 0, 0.0, 0.0, at), ("rd", "orbit", 4, "moved", 1, 0, 1, 0.0, 0.25, at),
    ]  # fmt: skip
    days = "select post_id, extract(day from day) from texts where channel = '{}' and product = '{}' order by 1"
    assert ask(store, days.format("rd", "orbit")) == [("a", 4), ("b", 6), ("c", 2), ("d", 3)]
    for other in ELSEWHERE:
        stay = [("a", 2), ("b", 2), ("c", 3), ("d", 3)]
        assert ask(store, days.format(other["channel"], other["product"])) == stay
    assert ask(store, "select extract(day from day), posts from daily order by 1") == [(2, 1), (3, 1), (4, 1), (6, 1)]


def test_words_go_in_for_new_posts_and_new_words_only(store: Store) -> None:
    names = ("same", "likes", "words", "older", "dropped", "anew")
    put(store, *(row(name, NOON, edited_at=NOON + HOUR) for name in names))
    copied(store)
    store.con.execute("delete from texts where post_id in ('dropped', 'anew')")
    store.con.execute("update posts set spam = 'copies'")
    came = [
        row("same", NOON, edited_at=NOON + HOUR), row("likes", NOON, edited_at=NOON + HOUR, likes=3),
        row("words", NOON, edited_at=NOON + 2 * HOUR, text="other"),
        # Of another day, with the same words and with others: the stored version is the newer one.
        row("older", NOON - DAY, text="before"), row("older", NOON - 2 * DAY),
        row("dropped", NOON, edited_at=NOON + HOUR, likes=4), row("anew", NOON, edited_at=NOON + 3 * HOUR, text="anew"),
        row("title", NOON, title="title", text=""), row("text", NOON), row("bare", NOON, text=""),
    ]  # fmt: skip
    put(store, *came, now=LATER)
    put(store, row("older", NOON - 3 * DAY), now=LATER)
    at, first = naive(LATER), naive(NOW)
    own = "where channel = 'rd' and product = 'orbit'"
    assert ask(store, f"select post_id, extract(day from day), title, text, seen_at from texts {own} order by 1") == [
        ("anew", 2, "", "anew", at), ("likes", 2, "", "words of likes", first), ("older", 2, "", "words of older", first),
        ("same", 2, "", "words of same", first), ("text", 2, "", "words of text", at), ("title", 2, "title", "", at),
        ("words", 2, "", "other", at),
    ]  # fmt: skip
    assert ask(store, f"select post_id, spam from posts {own} order by 1") == [
        ("anew", None), ("bare", None), ("dropped", "copies"), ("likes", "copies"), ("older", "copies"), ("same", "copies"),
        ("text", None), ("title", None), ("words", None),
    ]  # fmt: skip
    kept = ("likes", "older", "same", "words")
    others = "where channel <> 'rd' or product <> 'orbit'"
    assert ask(store, f"select distinct post_id, text from texts {others} order by 1") == [
        (n, f"words of {n}") for n in kept
    ]
    assert ask(store, f"select count(*) from texts {others}") == [(8,)]


def test_a_post_was_first_seen_by_the_earliest_answer_whichever_lands_first(store: Store) -> None:
    days = {"same": 0, "older": 1, "newer": 2, "equal": 3, "not asked": 4}
    put(store, *(row(name, NOON + number * DAY, edited_at=NOON + 9 * DAY) for name, number in days.items()), now=LATER)
    copied(store)
    then = NOW - DAY
    came = [
        row("same", NOON, edited_at=NOON + 9 * DAY), row("older", NOON + DAY, text="before"),
        # Newer than what is stored, of an answer from before; and dated alike, which the earlier answer does not change.
        row("newer", NOON + 2 * DAY, edited_at=NOON + 10 * DAY),
        row("equal", NOON + 3 * DAY, edited_at=NOON + 9 * DAY, likes=5),
    ]  # fmt: skip
    assert put(store, *came, now=then).days == 4
    found = ask(
        store, "select post_id, first_seen_at, updated_at, likes from posts where channel = 'rd' and product = 'orbit'"
    )
    assert sorted(found) == [
        ("equal", naive(then), naive(LATER), None), ("newer", naive(then), naive(then), None),
        ("not asked", naive(LATER), naive(LATER), None), ("older", naive(then), naive(LATER), None),
        ("same", naive(then), naive(LATER), None),
    ]  # fmt: skip
    assert put(store, *came, now=then).days == 0, "the same again is no news"
    assert put(store, row("same", NOON, edited_at=NOON + 9 * DAY), now=NOW).days == 0, "nor is a later answer"
    seen = "select distinct first_seen_at from posts where channel = 'rd' and product = 'orbit' and post_id = 'same'"
    assert ask(store, seen) == [(naive(then),)]
    # Dated alike and answered at the same moment: what lands last holds.
    assert put(store, row("equal", NOON + 3 * DAY, edited_at=NOON + 9 * DAY, likes=6), now=LATER).changed == 1
    others = "select count(*) from posts where first_seen_at = updated_at and (channel <> 'rd' or product <> 'orbit')"
    assert ask(store, others) == [(10,)]


#: A column of a post, its value before and after: each alone makes it another one.
COLUMNS: dict[str, tuple[Any, Any]] = {
    "source": ("reddit", "forum"), "kind": ("post", "comment"), "market": ("de", "us"),
    "created_at": (NOON, NOON + timedelta(seconds=1)), "edited_at": (NOON + DAY, NOON + 2 * DAY), "author": ("x", "y"),
    "title": ("a", "b"), "text": ("a", "b"), "rating": (1, 2), "nps": (1, 2), "recommended": (True, False),
    "app_version": ("1", "2"), "likes": (1, 2), "url": ("https://example.org/a", "https://example.org/b"),
    "language_hint": ("en", "de"), "reply_count": (1, 2), "raw_created": ("a", "b"), "language": ("en", "de"),
    "scored": (True, False), "unscored_reason": ("a", "b"), "compound": (0.1, 0.2), "positive": (0.1, 0.2),
    "neutral": (0.1, 0.2), "negative": (0.1, 0.2), "vader_compound": (0.1, 0.2), "capped": (True, False),
    "topics": (named(ads=0.1), named(ads=0.2)),
}  # fmt: skip


@pytest.mark.parametrize("null", [False, True])
def test_any_column_makes_it_another_post_and_a_value_that_was_not_known_too(store: Store, null: bool) -> None:
    never = {"source", "kind", "market", "created_at", "title", "text", "scored", "compound", "capped"}
    columns = {name: values for name, values in COLUMNS.items() if not null or name not in never}
    fixed = {} if null else {"edited_at": NOON + DAY}
    before = [row(n, NOON) | {**fixed, n: None if null else old} for n, (old, _) in columns.items()]
    after = [row(n, NOON) | {**fixed, n: new} for n, (_, new) in columns.items()]
    put(store, *before)
    assert put(store, *before).unchanged == len(before)
    landed = put(store, *after)
    assert (landed.changed, landed.unchanged) == (len(columns), 0)
    assert put(store, *after, scorer_version="v2").changed == len(columns), "nor are scores of another scorer the same"
