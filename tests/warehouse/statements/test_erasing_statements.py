"""What goes and what stays out (privacy/*.sql): each statement alone, beside what another channel, product and author has."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from hashlib import md5
from typing import Any

import duckdb
import pytest
from bare_tables import add, asked, bare_tables

from earful.warehouse.statements import run, text

NOW = datetime(2026, 3, 9, 4)
HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)
FOR_GOOD = datetime(9999, 12, 31)
NOBODY: dict[str, Any] = {"channel": None, "ids": None, "authors": None, "product": None}
#: Channel, product, id, author, day of March and score of what is stored.
POSTS: list[tuple[str, str, str, str | None, int, float | None]] = [
    ("rd", "orbit", "a", "x", 1, 0.5), ("rd", "nova", "a", "x", 1, 0.25), ("st", "orbit", "a", "y", 1, 0.75),
    ("rd", "orbit", "b", "y", 1, -0.125), ("rd", "orbit", "c", "x", 2, None), ("rd", "orbit", "d", None, 2, 0.5),
    ("st", "nova", "e", "z", 3, 0.5), ("rd", "orbit", "f", "x", 1, None),
    ("rd", "orbit", "h", "x", 1, 0.125),
]  # fmt: skip


@pytest.fixture(scope="module")
def tables() -> Iterator[duckdb.DuckDBPyConnection]:
    with bare_tables() as opened:
        names = ("channel", "product", "post_id", "author", "compound")
        for *ids, day, score in POSTS:
            add(
                opened,
                "posts",
                {**dict(zip(names, (*ids, score), strict=True)), "day": date(2026, 3, day), "created_at": NOW},
            )
        yield opened


def key_of(*parts: str) -> str:
    return md5("\x1f".join(parts).encode(), usedforsecurity=False).hexdigest()


def places(posts: list[tuple[Any, ...]]) -> list[tuple[str, ...]]:
    return sorted(post[:3] for post in posts)


@pytest.mark.parametrize(
    ("given", "goes", "named"),
    [
        ({"channel": "rd", "ids": ["a", "never"]}, [0, 1], [("rd", "a"), ("rd", "never")]),
        ({"authors": ["x", "nobody"]}, [0, 1, 4, 7, 8], [("rd", "a"), ("rd", "c"), ("rd", "f"), ("rd", "h")]),
        ({"product": "nova"}, [1, 6], [("rd", "a"), ("st", "e")]),
        ({"channel": "st", "ids": []}, [], []),
    ],
)
def test_what_was_asked_for_is_found(
    con: duckdb.DuckDBPyConnection, given: dict[str, Any], goes: list[int], named: list[tuple[str, str]]
) -> None:
    run(con, "privacy/erase_find", {**NOBODY, **given})
    assert asked(con, "select channel, product, post_id from leaving order by all") == places([POSTS[n] for n in goes])
    assert asked(con, "select * from named order by all") == named


@pytest.mark.parametrize(("reason", "scores"), [("erased", False), ("left out", True)])
def test_days_that_lose_posts_are_told_and_of_what_a_person_asked_for_only_how_many(
    con: duckdb.DuckDBPyConnection, reason: str, scores: bool
) -> None:
    run(con, "privacy/erase_find", {**NOBODY, "authors": ["x"]})
    run(con, "privacy/erase_report", {"reason": reason, "now": NOW})
    day = "select run_id, channel, product, extract(day from day), seen_at, reason, posts, scored_before, scored_after,"
    rows = [("rd", "nova", 1, 1, 1, 0.25), ("rd", "orbit", 1, 3, 2, 0.625), ("rd", "orbit", 2, 1, 0, 0.0)]
    assert asked(
        con, day + " compound_sum_before, compound_sum_after from day_changes order by channel, product, day"
    ) == [
        ("", channel, product, d, NOW, reason, posts, scored if scores else 0, 0, total if scores else 0.0, 0.0)
        for channel, product, d, posts, scored, total in rows
    ]


@pytest.mark.parametrize("until", [NOW, FOR_GOOD])
def test_a_tombstone_is_set_for_each_named_post_and_the_later_one_stays(
    con: duckdb.DuckDBPyConnection, until: datetime
) -> None:
    con.execute(
        "create temp table named as select * from (values ('rd', 'a'), ('rd', 'b'), ('rd', 'c'), ('st', 'd')) as n(channel, post_id)"
    )
    before = [("rd", "a", until - TICK), ("rd", "b", until), ("st", "a", NOW - HOUR), ("rd", "other", NOW - HOUR)]
    if until == NOW:
        before.append(("rd", "c", until + TICK))
    add(con, "tombstones", *({"channel": c, "post_key": key_of(c, post), "gone_at": at} for c, post, at in before))
    add(con, "forgotten_products", {"product": "old", "at": NOW - HOUR})
    run(con, "privacy/erase_keep_out", {"product": None, "until": until, "authors": None, "now": NOW})
    new = {
        ("rd", "a"): until,
        ("rd", "b"): until,
        ("rd", "c"): until + TICK if until == NOW else until,
        ("st", "d"): until,
    }
    want = {(c, post): at for c, post, at in before} | new
    assert asked(con, "select * from tombstones order by all") == sorted(
        (c, key_of(c, post), at) for (c, post), at in want.items()
    )
    assert asked(con, "select product from forgotten_products") == [("old",)]
    assert asked(con, "select count(*) from forgotten_authors") == [(0,)]


def test_authors_and_products_are_listed_once(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("create temp table named as select 'rd' as channel, unnest(['a', 'b']) as post_id")
    for table in ("forgotten_authors", "excluded_authors"):
        add(con, table, {"author_key": key_of("x"), "at": NOW - HOUR}, {"author_key": key_of("w"), "at": NOW - HOUR})
    add(con, "forgotten_products", *({"product": name, "at": NOW - HOUR} for name in ("nova", "old")))
    add(con, "tombstones", {"channel": "rd", "post_key": key_of("rd", "a"), "gone_at": NOW - HOUR})
    authors = ["x", "y", "y", "z"]
    run(con, "privacy/erase_keep_out", {"product": "nova", "until": FOR_GOOD, "authors": authors, "now": NOW})
    run(con, "privacy/exclude", {"authors": authors, "now": NOW})
    want = sorted((key_of(a), NOW - HOUR if a in "xw" else NOW) for a in "wxyz")
    for table in ("forgotten_authors", "excluded_authors"):
        assert asked(con, f"select * from {table} order by all") == want, table
    assert asked(con, "select * from forgotten_products order by all") == [("nova", NOW), ("old", NOW - HOUR)]
    # A product's posts may be another product's: none is set, none is moved.
    assert asked(con, "select gone_at from tombstones") == [(NOW - HOUR,)]


def test_what_the_lists_name_is_found_again(con: duckdb.DuckDBPyConnection) -> None:
    """As after a backup of before: up to its tombstone, and all of an author's that was forgotten or left out."""
    add(
        con,
        "posts",
        {"channel": "rd", "product": "orbit", "post_id": "g", "created_at": NOW - HOUR, "edited_at": NOW + TICK},
    )
    marks = [("rd", "a", NOW), ("rd", "b", NOW - TICK), ("rd", "g", NOW), ("st", "c", FOR_GOOD)]
    add(con, "tombstones", *({"channel": c, "post_key": key_of(c, post), "gone_at": at} for c, post, at in marks))
    add(con, "forgotten_authors", {"author_key": key_of("z")})
    run(con, "privacy/erase_listed")
    assert asked(con, "select channel, product, post_id from leaving order by all") == places(
        [POSTS[n] for n in (0, 1, 6)]
    )
    add(con, "excluded_authors", {"author_key": key_of("y")}, {"author_key": key_of("z")})
    run(con, "privacy/erase_listed")
    assert asked(con, "select channel, product, post_id from leaving order by all") == places(
        [POSTS[n] for n in (0, 1, 2, 3, 6)]
    )


def test_an_account_that_is_gone_is_taken_from_the_channels_posts(con: duckdb.DuckDBPyConnection) -> None:
    run(con, "privacy/unname", {"channel": "rd", "ids": ["a", "d", "never"]})
    assert asked(con, "select channel, product, post_id from leaving order by all") == places([POSTS[0], POSTS[1]])
    want = [None if post[0] == "rd" and post[2] in "ad" else post[3] for post in POSTS]
    assert asked(con, "select author from posts order by rowid") == [(author,) for author in want]


def test_a_service_is_asked_first_about_words_that_are_kept_then_about_what_was_asked_longest_ago(
    con: duckdb.DuckDBPyConnection,
) -> None:
    con.execute("delete from posts")
    #: Id, hours before NOW that its posts of two products were first seen and that it was asked about, who keeps its words.
    cases: list[tuple[str, int, int | None, int | None, str, bool]] = [
        ("kept, longest", 9, None, None, "orbit", True), ("kept", 9, 8, None, "nova", True),
        ("not kept, longest", 99, None, None, "", True), ("asked", 99, None, 7, "", True), ("tied a", 6, None, None, "", True),
        ("tied b", 6, 99, None, "", True), ("on the bound", 5, 99, None, "orbit", False), ("seen since", 99, 4, None, "", False),
        ("asked since", 99, 99, 5, "orbit", False),
    ]  # fmt: skip
    for post, seen, other, checked, words, _ in reversed(cases):
        for product, hours in (("orbit", seen), ("nova", other)):
            if hours is not None:
                row = {"channel": "rd", "product": product, "post_id": post, "first_seen_at": NOW - hours * HOUR}
                add(con, "posts", row)
            if product == words:
                add(con, "texts", {"channel": "rd", "product": product, "post_id": post})
        # Another channel keeps its words of the same id, was asked just now and has older posts.
        add(con, "posts", {"channel": "st", "product": "orbit", "post_id": post, "first_seen_at": NOW - 200 * HOUR})
        add(con, "texts", {"channel": "st", "product": "orbit", "post_id": post})
        add(con, "texts", {"channel": "rd", "product": "third", "post_id": post})
        add(con, "checks", {"channel": "st", "post_id": post, "checked_at": NOW})
        if checked is not None:
            add(con, "checks", {"channel": "rd", "post_id": post, "checked_at": NOW - checked * HOUR})
    due = [post for post, *_, is_due in cases if is_due]
    key = {"channel": "rd", "before": NOW - 5 * HOUR}
    for most in (99, 3):
        rows = con.execute(text("privacy/recheck_due"), {**key, "most": most}).fetchall()
        assert [post for (post,) in rows] == due[:most]
    assert con.execute(text("privacy/recheck_overdue"), key).fetchall() == [(len(due),)]


def test_channels_that_nobody_asks_are_told_with_their_posts(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("update posts set source = case channel when 'rd' then 'reddit' else 'steam' end")
    add(
        con,
        "posts",
        {"channel": "b", "source": "reddit", "post_id": "x"},
        {"channel": "b", "source": "files", "post_id": "y"},
    )
    tell = text("privacy/never_asked")
    both = {"sources": ["reddit", "steam"]}
    assert con.execute(tell, {**both, "channels": ["none"]}).fetchall() == [("b", 1), ("rd", 6), ("st", 2)]
    assert con.execute(tell, {**both, "channels": ["rd"]}).fetchall() == [("b", 1), ("st", 2)]
    assert con.execute(tell, {"sources": ["steam"], "channels": ["rd"]}).fetchall() == [("st", 2)]
