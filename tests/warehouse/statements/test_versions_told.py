"""The history of posts (landing/versions, revisions): hand-made ones, one a rule, each with its like in other places."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import duckdb
import pytest
from bare_tables import add, asked, bare_tables

from earful.warehouse.statements import run

START = datetime(2026, 3, 2)
KEY = {"channel": "rd", "product": "orbit"}
ELSEWHERE = ({"channel": "st", "product": "orbit"}, {"channel": "rd", "product": "nova"})
#: When the landing's answer was given, in hours from START.
NOW = 50


@dataclass(frozen=True)
class V:
    """A version: when it was written and seen (hours), its words' digest, stars, answer to a survey, thumb and score."""

    written: int
    seen: int
    words: int = 1
    rating: int | None = None
    nps: int | None = None
    thumb: bool | None = None
    score: float | None = None


@dataclass(frozen=True)
class Post:
    """What is stored of a post, the changes known, what comes, and the versions and states that this tells of.

    ``verdict``: of compare.sql, on the last row that comes. ``states``: None where they are the versions.
    """

    comes: Sequence[V] = ()
    stored: V | None = None
    known: Sequence[V] = ()
    verdict: str = "changed"
    versions: Sequence[V] = ()
    states: Sequence[V] | None = None
    #: The newest of it is an excluded author's: none is stored, all that comes is outdated.
    left: bool = False


NEW = V(9, NOW, 9, 9)
POSTS: Mapping[str, Post] = {
    # Of rows dated alike in one answer only the last says something.
    "several at once": Post(
        [V(1, NOW, 1, 1), V(1, NOW, 1, 2), V(5, NOW, 2, 3)], versions=[V(1, NOW, 1, 2), V(5, NOW, 2, 3)]
    ),
    "one": Post([V(1, NOW)]),
    "words": Post([V(2, NOW, 2)], V(1, 10), versions=[V(1, 10), V(2, NOW, 2)]),
    "alike": Post([V(2, NOW, 7, 1)], V(2, 10, 7, 4), versions=[V(2, 10, 7, 4), V(2, NOW, 7, 1)]),
    "survey": Post([V(2, NOW, nps=3)], V(1, 10), versions=[V(1, 10), V(2, NOW, nps=3)]),
    "thumb": Post([V(2, NOW, thumb=False)], V(1, 10, thumb=True), versions=[V(1, 10, thumb=True), V(2, NOW, thumb=False)]),
    "stars gone": Post([V(2, NOW)], V(1, 10, rating=4), versions=[V(1, 10, rating=4), V(2, NOW)]),
    "nothing told": Post([V(2, NOW, 1, 3, score=0.5)], V(1, 10, 1, 3)),
    "only from before": Post(
        [V(2, NOW, 1, 3, score=0.5)], V(1, 10, 1, 3), versions=[V(1, 10, 1, 3), V(2, NOW, 1, 3, score=0.5)],
        states=[V(2, 10, 1, 3, score=0.5)],
    ),
    # Between two that are known: it takes its place, and the stored one was seen when its change was.
    "late": Post(
        [V(6, NOW, 4, 3)], V(8, 10, 9, 5), [V(3, 11, 2, 1), V(5, 15, 3, 2), V(8, 20, 9, 5)], "older",
        [V(3, 11, 2, 1), V(5, 15, 3, 2), V(6, NOW, 4, 3), V(8, 20, 9, 5)],
    ),
    "same, seen earlier": Post(
        [V(8, NOW, 1, 5)], V(8, 10, 1, 5), [V(3, 11, 1, 1), V(8, 60, 1, 5)], "same", [V(3, 11, 1, 1), V(8, NOW, 1, 5)]
    ),
    "same, seen then": Post([V(8, NOW, 1, 5)], V(8, 10, 1, 5), [V(3, 11, 1, 1), V(8, NOW, 1, 5)], "same"),
    "same, seen later": Post([V(8, NOW, 1, 5)], V(8, 10, 1, 5), [V(3, 11, 1, 1), V(8, 20, 1, 5)], "same"),
    "down and up": Post(
        [V(4, NOW, 1, 1)], V(4, 10, 1, 5), [V(4, 10, 1, 5), V(4, 20, 1, 1), V(4, 30, 1, 5)],
        versions=[V(4, 10, 1, 5), V(4, 20, 1, 1), V(4, 30, 1, 5), V(4, NOW, 1, 1)],
    ),
    # A version read again by another scorer: as it was read first.
    "scored again": Post(
        [V(4, NOW, 1, 5, score=0.9)], V(4, 10, 1, 5, score=0.1), [V(2, 11, 1, 1), V(4, 12, 1, 5, score=0.1)],
        versions=[V(2, 11, 1, 1), V(4, 12, 1, 5, score=0.1)],
    ),
    # Edits that change nothing of this are one state, as it was written and read last, seen first.
    "edits of nothing": Post(
        [V(1, NOW, 1, 1, score=0.1), V(3, NOW, 1, 1, score=0.2), V(5, NOW, 1, 2, score=0.3)],
        versions=[V(1, NOW, 1, 1, score=0.1), V(3, NOW, 1, 1, score=0.2), V(5, NOW, 1, 2, score=0.3)],
        states=[V(3, NOW, 1, 1, score=0.2), V(5, NOW, 1, 2, score=0.3)],
    ),
    "edit seen late": Post(
        [V(3, NOW, 1, 1), V(5, NOW, 1, 2)], V(1, 10, 1, 1),
        versions=[V(1, 10, 1, 1), V(3, NOW, 1, 1), V(5, NOW, 1, 2)], states=[V(3, 10, 1, 1), V(5, NOW, 1, 2)],
    ),
    "edits of nothing, words": Post(
        [V(1, NOW, 1), V(3, NOW, 1), V(5, NOW, 2)], versions=[V(1, NOW, 1), V(3, NOW, 1), V(5, NOW, 2)],
        states=[V(3, NOW, 1), V(5, NOW, 2)],
    ),
    "edits of nothing, survey": Post(
        [V(1, NOW), V(3, NOW), V(5, NOW, nps=2)], versions=[V(1, NOW), V(3, NOW), V(5, NOW, nps=2)],
        states=[V(3, NOW), V(5, NOW, nps=2)],
    ),
    "edits of nothing, thumb": Post(
        [V(1, NOW), V(3, NOW), V(5, NOW, thumb=True)], versions=[V(1, NOW), V(3, NOW), V(5, NOW, thumb=True)],
        states=[V(3, NOW), V(5, NOW, thumb=True)],
    ),
    # The stored version is the last that is known: it is there once.
    "known, survey": Post(
        [V(9, NOW, 1, 5, nps=3)], V(4, 10, 1, 5), [V(2, 11, 1, 1), V(4, 12, 1, 5)],
        versions=[V(2, 11, 1, 1), V(4, 12, 1, 5), V(9, NOW, 1, 5, nps=3)],
    ),
    "known, thumb": Post(
        [V(9, NOW, 1, 5, thumb=True)], V(4, 10, 1, 5), [V(2, 11, 1, 1), V(4, 12, 1, 5)],
        versions=[V(2, 11, 1, 1), V(4, 12, 1, 5), V(9, NOW, 1, 5, thumb=True)],
    ),
    "not stored": Post([V(1, NOW, 1), V(3, NOW, 2)], left=True, versions=[V(1, NOW, 1), V(3, NOW, 2)], states=[]),
    # Of two that were seen at once the greater is the later one: it is still there afterwards.
    "then words": Post([V(4, NOW, 6)], V(4, 20, 6), [V(4, 20, 5), V(4, 20, 6)], versions=[V(4, 20, 5), V(4, 20, 6)]),
    "then stars": Post(
        [V(4, NOW, 1, 2)], V(4, 20, 1, 2), [V(4, 20, 1, 1), V(4, 20, 1, 2)], versions=[V(4, 20, 1, 1), V(4, 20, 1, 2)]
    ),
    "then survey": Post(
        [V(4, NOW, nps=2)], V(4, 20, nps=2), [V(4, 20, nps=1), V(4, 20, nps=2)], versions=[V(4, 20, nps=1), V(4, 20, nps=2)]
    ),
    "then thumb": Post(
        [V(4, NOW, thumb=True)], V(4, 20, thumb=True), [V(4, 20, thumb=False), V(4, 20, thumb=True)],
        versions=[V(4, 20, thumb=False), V(4, 20, thumb=True)],
    ),
    # Written and seen at once: in an order that does not rest on which came first.
    "tie of words": Post([V(4, NOW, 5)], V(4, NOW, 6), versions=[V(4, NOW, 5), V(4, NOW, 6)]),
    "tie of stars": Post([V(4, NOW, 1, 1)], V(4, NOW, 1, 2), versions=[V(4, NOW, 1, 1), V(4, NOW, 1, 2)]),
    "tie of surveys": Post([V(4, NOW, nps=1)], V(4, NOW, nps=2), versions=[V(4, NOW, nps=1), V(4, NOW, nps=2)]),
    "tie of thumbs": Post([V(4, NOW, thumb=False)], V(4, NOW, thumb=True), versions=[V(4, NOW, thumb=False), V(4, NOW, thumb=True)]),
    "tie of scores": Post(
        [V(2, NOW, 1, 1), V(4, NOW, score=0.1)], V(4, NOW, score=0.2), versions=[V(2, NOW, 1, 1), V(4, NOW, score=0.1)]
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def tables() -> Iterator[duckdb.DuckDBPyConnection]:
    with bare_tables() as opened:
        fill(opened)
        yield opened


def at(hour: int) -> datetime:
    return START + hour * timedelta(hours=1)


def change(old: V, new: V) -> dict[str, Any]:
    """A row of revisions."""
    return {
        "day": date(2026, 3, 1), "seen_at": at(new.seen), "edited_at": at(new.written), "reason": "edited",
        "old_rating": old.rating, "new_rating": new.rating, "old_nps": old.nps, "new_nps": new.nps,
        "old_recommended": old.thumb, "new_recommended": new.thumb, "old_compound": old.score, "new_compound": new.score,
        "text_changed": old.words != new.words, "old_written_at": at(old.written), "new_written_at": at(new.written),
        "old_seen_at": at(old.seen), "old_hash": old.words, "new_hash": new.words,
    }  # fmt: skip


def fill(con: duckdb.DuckDBPyConnection) -> None:
    """The store and the temporary tables of a landing, as compare.sql leaves them."""
    con.execute(
        "create temp table stage (content_hash ubigint, rating double, nps tinyint, recommended boolean, compound double);"
        "create temp table candidates (row_no bigint, post_id varchar, version timestamp);"
        "create temp table outdated (row_no bigint); create temp table known (stored bigint);"
        "create temp table matched (row_no bigint, post_id varchar, verdict varchar, text_changed boolean, old_rating double,"
        " old_nps tinyint, old_recommended boolean)"
    )
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for name, post in POSTS.items():
        own = {**KEY, "post_id": name}
        # What other places have of the id: other versions, written and seen at all times.
        for other in ELSEWHERE:
            rows["revisions"].append({**other, "post_id": name} | change(V(0, 0, 8, 8), V(7, 99, 7, 7)))
            rows["posts"].append({**other, "post_id": name, "day": date(2026, 3, 9), "created_at": at(0)})
        # One from before versions were told apart.
        if post.known or name == "only from before":
            rows["revisions"].append({**own, "seen_at": at(5), "reason": "before"})
        rows["revisions"] += [own | change(*pair) for pair in pairwise(post.known)]
        for n, v in enumerate(post.comes):
            row = len(rows["stage"])
            facts = {"rating": v.rating, "nps": v.nps, "recommended": v.thumb, "compound": v.score}
            rows["stage"].append({"content_hash": v.words, **facts})
            rows["candidates"].append({"row_no": row, "post_id": name, "version": at(v.written)})
            if n + 1 < len(post.comes) or post.left:
                rows["outdated"].append({"row_no": row})
        if (was := post.stored) is None:
            rows["posts"] += [] if post.left else [{**own, "day": date(2026, 3, 1)}]
            continue
        rows["known"].append({"stored": len(rows["posts"])})
        edited = was.seen != NOW
        created = {"created_at": at(0 if edited else was.written), "edited_at": at(was.written) if edited else None}
        facts = {"rating": was.rating, "nps": was.nps, "recommended": was.thumb, "compound": was.score}
        seen = {"content_hash": was.words, "first_seen_at": at(was.seen), "day": date(2026, 3, 1)}
        rows["posts"].append({**own, **created, **facts, **seen})
        verdict = {"row_no": row, "verdict": post.verdict, "text_changed": post.comes[-1].words != was.words}
        before = {f"old_{fact}": value for fact, value in facts.items() if fact != "compound"}
        rows["matched"].append({"post_id": name, **verdict, **before})
    for table, values in rows.items():
        add(con, table, *values)


def test_versions_are_told_of_posts_that_changed_and_put_in_their_order(con: duckdb.DuckDBPyConnection) -> None:
    run(con, "landing/versions", {**KEY, "now": at(NOW)})
    told = [name for (name,) in asked(con, "select post_id from telling order by 1")]
    assert told == sorted(name for name, post in POSTS.items() if post.versions)
    columns = "written_at, seen_at, content_hash, rating, nps, recommended, compound"
    order = "written_at, seen_at, content_hash, rating, nps, recommended"
    for name, post in POSTS.items():
        found = con.execute(f"select {columns} from versions where post_id = ? order by {order}", [name]).fetchall()
        want = [(at(v.written), at(v.seen), v.words, v.rating, v.nps, v.thumb, v.score) for v in post.versions]
        assert found == want, name


def test_each_change_between_states_is_one_revision(con: duckdb.DuckDBPyConnection) -> None:
    before = asked(
        con, "select * from revisions where channel <> 'rd' or product <> 'orbit' or reason = 'before' order by all"
    )
    run(con, "landing/versions", {**KEY, "now": at(NOW)})
    run(con, "landing/revisions", KEY)
    names = list(change(NEW, NEW))
    own = "channel = 'rd' and product = 'orbit' and reason = 'edited'"
    for name, post in POSTS.items():
        states = post.known if not post.versions else post.versions if post.states is None else post.states
        found = con.execute(
            f"select {', '.join(names)} from revisions where {own} and post_id = ? order by old_written_at, old_seen_at, seen_at",
            [name],
        ).fetchall()
        assert found == [tuple(change(*pair).values()) for pair in pairwise(states)], name
    assert asked(con, f"select * from revisions where not ({own}) order by all") == before
