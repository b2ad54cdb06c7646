"""Leave out authors whose posts are no opinions (bots, moderators): what landed goes, what comes is counted only.

The store keeps a digest of their pseudonyms and nothing else. Other than after an erasure nothing is kept out for good:
an author may be taken in again, and posts come back where their channel brings them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from earful.warehouse.days import utc_naive
from earful.warehouse.privacy.delete_rows import delete_posts_everywhere
from earful.warehouse.privacy.erase import Erased, note, recompute_leaving
from earful.warehouse.statements import count, run
from earful.warehouse.store.store import Store

#: What the table erasures says of it.
_KIND, _WHY = "excluded", "bots and moderators are left out"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """``new``: pseudonyms that were not on the list. ``posts`` went, ``days`` were computed anew."""

    new: int = 0
    posts: int = 0
    days: int = 0


def count_posts_of(store: Store, pseudonyms: Sequence[str]) -> int:
    """Posts of these authors that are stored."""
    return count(
        store.con, "select count(*) from posts where list_contains($authors, author)", {"authors": list(pseudonyms)}
    )


def leave_out(store: Store, pseudonyms: Sequence[str], now: datetime, *, once: bool = False) -> LeftOut:
    """Take the posts of these authors out of everything, and leave out what comes of them; all or nothing.

    ``once``: nothing is looked for where all of them are on the list, as no post of theirs can have landed since.
    """
    names = {"channel": None, "ids": None, "authors": list(pseudonyms), "product": None}
    at = utc_naive(now)
    with store.transaction() as con:
        before = excluded_authors(store)
        run(con, "privacy/exclude", {"authors": list(pseudonyms), "now": at})
        new = excluded_authors(store) - before
        if once and not new:
            return LeftOut()
        run(con, "privacy/erase_find", names)
        run(con, "privacy/erase_report", {"reason": "left out", "now": at})
        days = count(con, "select count(*) from (select distinct channel, product, day from leaving)")
        gone = delete_posts_everywhere(con)
        recompute_leaving(con, now)
        posts, texts = gone.pop("posts", 0), gone.pop("texts", 0)
        if posts:
            note(con, _KIND, _WHY, now, Erased(posts, texts, sum(gone.values()), days))
        for name in ("leaving", "named", "touched", "facts", "computed"):
            con.execute(f"drop table if exists temp.{name}")
    return LeftOut(new, posts, days)


def take_in(store: Store, pseudonyms: Sequence[str]) -> int:
    """Leave them out no more; says how many were. What was read without them is read again the next night."""
    with store.transaction() as con:
        before = excluded_authors(store)
        con.execute(
            "delete from excluded_authors where author_key in (select md5(author) from unnest($authors) as a(author))",
            {"authors": list(pseudonyms)},
        )
        gone = before - excluded_authors(store)
        if gone:
            con.execute("delete from remembered")
    return gone


def excluded_authors(store: Store) -> int:
    """How many pseudonyms are left out."""
    return count(store.con, "select count(*) from excluded_authors")


def said_of(posts: int) -> str:
    """For the note of a window: "left out: 2 by excluded authors", or ""."""
    return f"left out: {posts} by excluded authors" if posts else ""
