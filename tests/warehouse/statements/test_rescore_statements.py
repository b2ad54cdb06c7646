"""Scoring and masking again (landing/rescore/*.sql): whose rows they take, beside others of the same id in every place."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from bare_tables import add, asked, bare_tables

from earful.warehouse.statements import run, text

NOW = datetime(2026, 3, 2, 4)
KEY = {"channel": "rd", "product": "orbit"}
#: Places whose posts have the same ids and are another's.
ELSEWHERE = ({"channel": "st", "product": "orbit"}, {"channel": "rd", "product": "nova"})


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with bare_tables() as opened:
        yield opened


def digest(con: duckdb.DuckDBPyConnection, title: str, words: str) -> int:
    ((found,),) = con.execute("select md5_number_lower($1 || chr(31) || $2)", [title, words]).fetchall()
    return int(found)


def posts(con: duckdb.DuckDBPyConnection) -> None:
    """Of the channel and product: two with words, one of stars alone, one whose words are gone, one of the present version."""
    empty = digest(con, "", "")
    for post, version, hashed in (
        ("a", "v1", 1), ("stars", "v1", empty), ("gone", "v1", 2), ("new", "v2", 3), ("b", "v1", 4),
    ):  # fmt: skip
        add(
            con,
            "posts",
            {**KEY, "post_id": post, "scorer_version": version, "content_hash": hashed, "language_hint": post},
        )
        for other in ELSEWHERE:
            add(con, "posts", {**other, "post_id": post, "scorer_version": "v1", "content_hash": empty})
            add(con, "texts", {**other, "post_id": post, "text": "other"})
    add(con, "texts", *({**KEY, "post_id": post, "title": f"of {post}", "text": post} for post in ("b", "new", "a")))


def test_what_can_be_scored_again_is_counted_found_and_read(con: duckdb.DuckDBPyConnection) -> None:
    posts(con)
    key = {**KEY, "version": "v2"}
    assert con.execute(text("landing/rescore/count"), key).fetchall() == [(4, 3)]
    run(con, "landing/rescore/find", key)
    found = asked(
        con,
        "select p.channel, p.product, p.post_id, t.channel, t.product, t.post_id from rescoring as r"
        " join posts as p on p.rowid = r.stored left join texts as t on t.rowid = r.words order by p.post_id",
    )
    own = ("rd", "orbit")
    assert found == [(*own, "a", *own, "a"), (*own, "b", *own, "b"), (*own, "stars", None, None, None)]
    order = [
        post for (post,) in asked(con, "select post_id from rescoring as r join posts p on p.rowid = stored order by n")
    ]
    assert asked(con, "select n from rescoring order by n") == [(0,), (1,), (2,)]
    for first, last in ((0, 1), (1, 2), (0, 2), (2, 2), (3, 5)):
        rows = con.execute(text("landing/rescore/read"), {"first": first, "last": last}).fetchall()
        want = [("", "", post) if post == "stars" else (f"of {post}", post, post) for post in order[first : last + 1]]
        assert [row[1:] for row in rows] == want
    words = con.execute(text("landing/rescore/words"), KEY).fetchall()
    assert [row[1:] for row in words] == [("orbit", f"of {post}", post) for post in ("b", "new", "a")]


def test_a_rescoring_tells_of_its_run_and_of_what_changed(con: duckdb.DuckDBPyConnection) -> None:
    hours = [
        ("done", "rescore", 5, 6), ("first", "rescore", 1, None), ("second", "rescore", 3, None), ("night", "nightly", 4, None),
    ]  # fmt: skip
    for name, kind, began, ended in hours:
        at = None if ended is None else NOW.replace(hour=ended)
        add(con, "runs", {"run_id": name, "kind": kind, "started_at": NOW.replace(hour=began), "ended_at": at})
    #: Day of March, compound and scored before, and after.
    cases: list[tuple[int, float | None, bool, float | None, bool]] = [
        (1, 0.25, True, 0.5, True), (1, None, False, 0.1, True), (1, 0.75, True, None, False), (1, 0.3, True, 0.3, True),
        (2, 0.1, True, 0.1, True), (3, None, False, None, True), (4, 0.2, True, -0.2, True),
    ]  # fmt: skip
    for n, (day, before, scored, _, _) in enumerate(cases):
        facts: dict[str, Any] = {"post_id": str(n), "day": date(2026, 3, day), "compound": before, "scored": scored}
        add(con, "posts", {**KEY, **facts, "scorer_version": "v1", "updated_at": NOW.replace(hour=1)})
    other = {"post_id": "0", "day": date(2026, 3, 1), "compound": 0.9, "scored": True, "scorer_version": "v1"}
    add(con, "posts", {**ELSEWHERE[0], **other})
    add(con, "posts", {**ELSEWHERE[1], **other, "day": date(2026, 3, 5)})
    con.execute("create temp table touched (product varchar, day date)")
    run(con, "landing/rescore/find", {**KEY, "version": "v2"})
    add(
        con,
        "rescored",
        *({"stored": n, "compound": after, "scored": scored} for n, (*_, after, scored) in enumerate(cases)),
    )
    run(con, "landing/rescore/write", {"version": "v2", "now": NOW})
    told = (
        "select run_id, channel, product, extract(day from day), seen_at, reason, posts, scored_before, scored_after,"
    )
    assert asked(con, told + " compound_sum_before, compound_sum_after from day_changes order by day") == [
        ("second", "rd", "orbit", 1, NOW, "rescored", 3, 2, 2, 1.0, 0.6),
        ("second", "rd", "orbit", 3, NOW, "rescored", 1, 0, 1, 0.0, 0.0),
        ("second", "rd", "orbit", 4, NOW, "rescored", 1, 1, 1, 0.2, -0.2),
    ]
    assert asked(con, "select product, extract(day from day) from touched order by 2") == [
        ("orbit", n) for n in (1, 2, 3, 4)
    ]
    found = asked(con, "select compound, scored, scorer_version from posts where channel = 'rd' and product = 'orbit'")
    assert found == [(after, scored, "v2") for *_, after, scored in cases]
    assert asked(con, "select count(*) from posts where scorer_version = 'v1'") == [(2,)]


def test_without_a_run_at_work_a_rescoring_tells_of_none(con: duckdb.DuckDBPyConnection) -> None:
    add(con, "posts", {**KEY, "post_id": "a", "compound": 0.5, "scored": True})
    con.execute("create temp table touched (product varchar, day date)")
    run(con, "landing/rescore/find", {**KEY, "version": "v2"})
    add(con, "rescored", {"stored": 0, "compound": 0.25, "scored": True})
    run(con, "landing/rescore/write", {"version": "v2", "now": NOW})
    assert asked(con, "select run_id, posts from day_changes") == [("", 1)]


@pytest.mark.parametrize("again", [True, False])
def test_words_are_masked_in_their_own_place_only(con: duckdb.DuckDBPyConnection, again: bool) -> None:
    """The same id, the same words and the same digest in another channel, product and post stay as they are."""
    places = ({**KEY, "post_id": "a"}, *({**other, "post_id": "a"} for other in ELSEWHERE), {**KEY, "post_id": "b"})
    old, new = digest(con, "my", "name"), digest(con, "[m]", "[n]")
    for place in places:
        add(con, "posts", {**place, "content_hash": old, "scorer_version": "v1"})
        add(con, "texts", {**place, "title": "my", "text": "name"})
        for before, after in ((old, 5), (6, old), (7, 8), (None, None)):
            add(con, "revisions", {**place, "old_hash": before, "new_hash": after})
    con.register("masked_words", pa.table({"stored": [0], "title": ["[m]"], "text": ["[n]"]}))
    run(con, "landing/rescore/mask", {**KEY, "again": again})
    others = [("rd", "nova", "a"), ("rd", "orbit", "b"), ("st", "orbit", "a")]
    first = ("rd", "orbit", "a")
    key = "select channel, product, post_id"
    assert asked(con, f"{key}, title, text from texts order by all") == sorted(
        [(*first, "[m]", "[n]"), *((*other, "my", "name") for other in others)]
    )
    assert asked(con, f"{key}, content_hash, scorer_version from posts order by all") == sorted(
        [(*first, new, "" if again else "v1"), *((*other, old, "v1") for other in others)]
    )
    changes = [(old, 5), (6, old), (7, 8), (None, None)]
    for where in (first, *others):
        named = dict(zip(("channel", "product", "post"), where, strict=True))
        found = con.execute(
            "select old_hash, new_hash from revisions where channel = $channel and product = $product and post_id = $post"
            " order by rowid",
            named,
        ).fetchall()
        assert found == ([(new, 5), (6, new), *changes[2:]] if where == first else changes), where
