"""Which rows of a landing count (landing/candidates, gone, aliases, set_aside; privacy/left_out): stand-ins of a landing's tables."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from hashlib import md5

import duckdb
import pyarrow as pa
import pytest
from bare_tables import add, asked, bare_tables

from earful.warehouse.statements import run

NOW = datetime(2026, 3, 2, 4)
HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)
KEY = {"channel": "rd", "product": "orbit"}


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with bare_tables() as opened:
        opened.execute("create temp table touched (product varchar, day date)")
        opened.execute(
            "create temp table stage (post_id varchar, created_at timestamp, edited_at timestamp, author varchar)"
        )
        opened.execute("create temp table refused (row_no bigint)")
        yield opened


def key_of(*parts: str) -> str:
    return md5("\x1f".join(parts).encode(), usedforsecurity=False).hexdigest()


#: Rows of a pull: id, hours after NOW that it was created and edited, author, and what becomes of it. Later than its
#: tombstone (at NOW) a post is another one; what was refused is nothing else.
ROWS: list[tuple[str, float, float | None, str | None, str]] = [
    ("gone", -9, None, "x", "kept out"), ("gone", -9, 0, "x", "kept out"), ("gone", -9, 0.1, "x", "outdated"),
    ("gone", 0.1, None, "x", "counts"), ("gone", -9, None, "x", "refused"), ("elsewhere", -9, None, "x", "counts"),
    ("by", 1, None, "forgotten", "kept out"), ("by", 1, None, "forgotten", "refused"), ("gone", -8, None, "forgotten", "kept out"),
    ("by", 1, None, "bot", "left out"), ("by", 1, None, "bot", "refused"), ("gone", -9, None, "bot", "kept out"),
    ("nobody", 1, None, None, "counts"),
    ("twice", 1, None, "x", "outdated"), ("twice", 1, 2, "x", "outdated"), ("twice", 1, 2, "x", "counts"),
    ("twice", 1, 1.5, "x", "outdated"), ("refused", 1, 9, "x", "refused"), ("refused", 1, None, "x", "counts"),
    ("bot's newest", 1, 5, "bot", "left out"), ("bot's newest", 1, None, "x", "counts"),
]  # fmt: skip


def test_each_row_counts_or_is_kept_out_for_one_reason(con: duckdb.DuckDBPyConnection) -> None:
    for n, (post, created, edited, author, fate) in enumerate(ROWS):
        con.execute(
            "insert into stage values (?, ?, ?, ?)",
            [post, NOW + created * HOUR, None if edited is None else NOW + edited * HOUR, author],
        )
        if fate == "refused":
            con.execute("insert into refused values (?)", [n])
    for channel, post in (("rd", "gone"), ("st", "elsewhere"), ("rd", "never")):
        add(con, "tombstones", {"channel": channel, "post_key": key_of(channel, post), "gone_at": NOW})
    add(con, "forgotten_authors", *({"author_key": key_of(author)} for author in ("forgotten", "nobody")))
    add(con, "excluded_authors", *({"author_key": key_of(author)} for author in ("bot", "none")))
    run(con, "landing/candidates", KEY)
    run(con, "privacy/left_out")

    def of(*fates: str) -> list[tuple[int]]:
        return [(n,) for n, (*_, fate) in enumerate(ROWS) if fate in fates]

    assert asked(con, "select row_no from kept_out order by 1") == of("kept out")
    assert asked(con, "select row_no from left_out order by 1") == of("left out")
    assert asked(con, "select row_no from candidates order by 1") == of("counts", "outdated")
    # What is left out was there when the newest was looked for: its older version is outdated all the same.
    outdated = sorted([*of("outdated"), (len(ROWS) - 1,)])
    assert asked(con, "select row_no from outdated order by 1") == outdated
    versions = asked(con, "select row_no, version from candidates order by 1")
    for n, version in versions:
        assert version == NOW + max(h for h in ROWS[n][1:3] if h is not None) * HOUR


def test_what_a_service_says_is_gone_goes_from_the_channels_products_up_to_then(con: duckdb.DuckDBPyConnection) -> None:
    #: Channel, product, id, hours from NOW that it was created and edited, day of March, score, whether it goes.
    posts: list[tuple[str, str, str, float, float | None, int, float | None, bool]] = [
        ("rd", "orbit", "a", -9, None, 1, 0.5, True), ("rd", "orbit", "b", -9, 0, 1, -0.125, True),
        ("rd", "orbit", "c", -9, None, 1, None, True), ("rd", "orbit", "d", -9, 0.1, 1, 0.9, False),
        ("rd", "orbit", "e", -9, None, 1, 0.9, False), ("rd", "orbit", "f", -9, None, 2, None, True),
        ("rd", "nova", "a", -9, None, 1, 0.25, True), ("st", "orbit", "a", -9, None, 1, 0.75, False),
        ("rd", "nova", "g", 0, None, 3, 0.75, True),
    ]  # fmt: skip
    for channel, product, post, created, edited, day, score, _ in posts:
        times = {"created_at": NOW + created * HOUR, "edited_at": None if edited is None else NOW + edited * HOUR}
        ids = {"channel": channel, "product": product, "post_id": post, "day": date(2026, 3, day)}
        add(con, "posts", {**ids, **times, "compound": score})
    marks = [
        ("rd", "a", NOW - TICK),
        ("rd", "b", NOW),
        ("rd", "c", NOW + TICK),
        ("st", "a", NOW + HOUR),
        ("rd", "old", NOW - HOUR),
    ]
    add(con, "tombstones", *({"channel": c, "post_key": key_of(c, post), "gone_at": at} for c, post, at in marks))
    named = ["a", "b", "c", "d", "f", "g", "never", "a"]
    run(con, "landing/gone", {"channel": "rd", "gone": named, "now": NOW, "run_id": "r"})
    assert asked(con, "select channel, product, post_id from leaving order by all") == sorted(
        p[:3] for p in posts if p[-1]
    )
    assert asked(con, "select distinct product, extract(day from day) from touched order by all") == [
        ("nova", 1), ("nova", 3), ("orbit", 1), ("orbit", 2),
    ]  # fmt: skip
    told = (
        "select run_id, channel, product, extract(day from day), seen_at, reason, posts, scored_before, scored_after,"
    )
    assert asked(con, told + " compound_sum_before, compound_sum_after from day_changes order by product, day") == [
        ("r", "rd", "nova", 1, NOW, "deleted", 1, 1, 0, 0.25, 0.0), ("r", "rd", "nova", 3, NOW, "deleted", 1, 1, 0, 0.75, 0.0),
        ("r", "rd", "orbit", 1, NOW, "deleted", 3, 2, 0, 0.375, 0.0), ("r", "rd", "orbit", 2, NOW, "deleted", 1, 0, 0, 0.0, 0.0),
    ]  # fmt: skip
    kept = [
        ("rd", key_of("rd", "c"), NOW + TICK),
        ("rd", key_of("rd", "old"), NOW - HOUR),
        ("st", key_of("st", "a"), NOW + HOUR),
    ]
    new = [("rd", key_of("rd", post), NOW) for post in ("a", "b", "d", "f", "g", "never")]
    assert asked(con, "select * from tombstones order by all") == sorted(kept + new)


def test_a_new_secret_renames_the_channels_authors_and_keeps_out_who_was(con: duckdb.DuckDBPyConnection) -> None:
    names = [
        ("rd", "orbit", "old", 1, "new"), ("rd", "nova", "old", 2, "new"), ("rd", "orbit", "older", 3, "new"),
        ("st", "orbit", "old", 4, "old"), ("rd", "orbit", "other", 5, "other"), ("rd", "orbit", None, 6, None),
    ]  # fmt: skip
    for channel, product, author, day, _ in names:
        add(con, "posts", {"channel": channel, "product": product, "author": author, "day": date(2026, 3, day)})
    for table in ("forgotten_authors", "excluded_authors"):
        # Both old names of one; one whose new name is listed already; one whom the channel did not meet.
        for author, hour in (("old", 0), ("older", 0), ("was", 0), ("is", 1), ("unmet", 0)):
            add(con, table, {"author_key": key_of(author), "at": NOW + hour * HOUR})
    pairs = [("old", "new"), ("older", "new"), ("was", "is"), ("free", "still free")]
    con.register("aliases", pa.table({"old": [old for old, _ in pairs], "new": [new for _, new in pairs]}))
    run(con, "landing/aliases", KEY)
    assert asked(con, "select author from posts order by day") == [(new,) for *_, new in names]
    assert asked(con, "select distinct product, extract(day from day) from touched order by all") == [
        ("nova", 2), ("orbit", 1), ("orbit", 3),
    ]  # fmt: skip
    want = [("old", 0), ("older", 0), ("was", 0), ("is", 1), ("unmet", 0), ("new", 0)]
    for table in ("forgotten_authors", "excluded_authors"):
        found = asked(con, f"select * from {table} order by all")
        assert found == sorted((key_of(author), NOW + hour * HOUR) for author, hour in want), table


def test_what_is_set_aside_again_is_renewed_in_its_own_place(con: duckdb.DuckDBPyConnection) -> None:
    rows = [
        ("rd", "orbit", "x", "no id"), ("rd", "orbit", "x", "no date"), ("rd", "orbit", "y", "no id"), ("st", "orbit", "x", "no id"),
        ("rd", "nova", "x", "no id"),
    ]  # fmt: skip
    names = ("channel", "product", "item", "reason")
    add(con, "set_aside", *({"run_id": "old", "at": NOW - HOUR, **dict(zip(names, row, strict=True))} for row in rows))
    con.execute(
        "create temp table set_aside_now as select * from (values ('x', 'no id'), ('z', 'no id')) as n (item, reason)"
    )
    run(con, "landing/set_aside", {**KEY, "run_id": "new", "now": NOW})
    assert asked(con, 'select run_id, channel, product, item, reason, "at" from set_aside order by all') == sorted(
        [
            ("new", *rows[0], NOW),
            ("new", "rd", "orbit", "z", "no id", NOW),
            *(("old", *row, NOW - HOUR) for row in rows[1:]),
        ]
    )
