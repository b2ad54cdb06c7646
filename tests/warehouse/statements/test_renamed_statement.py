"""A product under another slug (store/renamed.sql): which of two versions stays, whose words, and what is made anew."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import duckdb
import pytest
from bare_tables import add, asked

from earful.warehouse.statements import run

START = datetime(2026, 3, 2)
HOUR = timedelta(hours=1)
KEY = {"old": "was", "new": "is"}


def at(hour: int | None) -> datetime | None:
    return None if hour is None else START + hour * HOUR


#: Id; of the old slug and of the new one: hours of creation, edit, writing and first sight, and the words' digest; which stays.
#: Letters behind a slug's post: its words are kept.
BOTH: dict[str, tuple[tuple[int, int | None, int, int, int], tuple[int, int | None, int, int, int], str]] = {
    "created later": ((2, None, 5, 8, 1), (1, None, 9, 7, 2), "was"),
    "edited later": ((5, None, 9, 8, 1), (1, 6, 5, 9, 2), "is"),
    "edit counts": ((3, 4, 1, 9, 1), (4, 5, 1, 8, 2), "is"),
    "edit before": ((1, 7, 1, 3, 1), (6, None, 9, 8, 2), "was"),
    "written later": ((1, None, 7, 8, 1), (1, None, 6, 6, 1), "was"),
    "equal": ((1, None, 6, 8, 1), (1, None, 6, 9, 1), "is"),
    "equal, others": ((1, None, 6, 8, 1), (1, None, 6, 9, 2), "is"),
}


def posts(con: duckdb.DuckDBPyConnection) -> None:
    for post, (old, new, _) in BOTH.items():
        for product, (created, edited, written, seen, words) in (
            ("was", old),
            ("is", new),
            ("third", (99, 99, 99, 0, 9)),
        ):
            times = {
                "created_at": at(created),
                "edited_at": at(edited),
                "updated_at": at(written),
                "first_seen_at": at(seen),
            }
            add(con, "posts", {"channel": "rd", "product": product, "post_id": post, "content_hash": words, **times})
    # In another channel both have the id, too, and the other one's version stays, of other words.
    for product, edited in (("was", 9), ("is", 8)):
        ids = {"channel": "st", "product": product, "post_id": "equal", "content_hash": 5, "first_seen_at": at(edited)}
        add(con, "posts", {**ids, "edited_at": at(edited)})
    # The same id once under each slug, in another channel each; one that only one has.
    for channel, product, post in (
        ("a", "was", "equal"),
        ("b", "is", "equal"),
        ("rd", "was", "alone"),
        ("rd", "third", "alone"),
    ):
        add(con, "posts", {"channel": channel, "product": product, "post_id": post, "first_seen_at": at(9)})


def test_the_newer_version_of_both_stays_and_was_seen_when_the_first_was(con: duckdb.DuckDBPyConnection) -> None:
    posts(con)
    run(con, "store/renamed", KEY)
    found = asked(
        con, "select channel, product, post_id, first_seen_at from posts where product <> 'third' order by all"
    )
    want: list[tuple[Any, ...]] = [
        ("rd", stays, post, at(min(old[3], new[3]))) for post, (old, new, stays) in BOTH.items()
    ]
    want += [
        ("st", "was", "equal", at(8)),
        ("a", "was", "equal", at(9)),
        ("b", "is", "equal", at(9)),
        ("rd", "was", "alone", at(9)),
    ]
    assert found == sorted(want)
    others = asked(
        con,
        "select count(*), count(*) filter (where first_seen_at = timestamp '2026-03-02') from posts where product = 'third'",
    )
    assert others == [(len(BOTH) + 1, len(BOTH))]


@pytest.mark.parametrize(
    ("kept", "stay"),
    [
        # The words of the version that goes stay where they are the same ones and those of the other are not there.
        (
            {"was", "is"},
            {
                "created later": "was",
                "edited later": "is",
                "written later": "was",
                "equal": "is",
                "equal, others": "is",
            },
        ),
        ({"was"}, {"created later": "was", "written later": "was", "equal": "was"}),
        ({"is"}, {"edited later": "is", "written later": "is", "equal": "is", "equal, others": "is"}),
    ],
)
def test_words_go_with_the_version_that_goes(
    con: duckdb.DuckDBPyConnection, kept: set[str], stay: dict[str, str]
) -> None:
    posts(con)
    for post in stay.keys() | {"edited later", "created later", "equal, others"}:
        for product in (*kept, "third"):
            add(con, "texts", {"channel": "rd", "product": product, "post_id": post})
        # Another channel's words of the same id are nobody's here.
        add(con, "texts", {"channel": "b", "product": "is", "post_id": post})
    add(con, "texts", {"channel": "rd", "product": "was", "post_id": "alone"})
    add(con, "texts", {"channel": "st", "product": "was", "post_id": "equal"})
    run(con, "store/renamed", KEY)
    found = asked(
        con,
        "select post_id, product from texts where channel = 'rd' and product <> 'third' and post_id <> 'alone' order by 1",
    )
    assert found == sorted(stay.items())
    assert asked(con, "select product, post_id from texts where channel = 'st'") == [("was", "equal")]
    named = len(stay.keys() | {"edited later", "created later", "equal, others"})
    assert asked(con, "select count(*) from texts where channel = 'b' or product = 'third' or post_id = 'alone'") == [
        (2 * named + 1,)
    ]


#: Tables whose rows of both slugs are made anew, and those of which only the old one's go.
ANEW = (
    "daily", "daily_version", "daily_topic", "coverage_daily", "watermarks", "remembered", "daily_spam", "daily_version_spam",
    "daily_topic_spam",
)  # fmt: skip
OLD = ("daily_robust", "daily_robust_seen", "verdicts", "products", "launches", "incidents")


def test_what_is_computed_of_either_is_made_anew(con: duckdb.DuckDBPyConnection) -> None:
    for table in (*ANEW, *OLD):
        add(con, table, *({"product": product} for product in ("was", "is", "third")))
    run(con, "store/renamed", KEY)
    for tables, left in ((ANEW, ["third"]), (OLD, ["is", "third"])):
        for table in tables:
            assert asked(con, f"select product from {table} order by 1") == [(product,) for product in left], table
