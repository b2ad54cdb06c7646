"""Erase posts, authors or a product from the store, keep them out from then on, and report it in counts.

One transaction: rows out of every table (delete_rows), the days they were on computed anew, tombstones for what must
not come back, and one row of ``erasures`` that says how many of what, when and why, and never whose or which. That row
is unfinished until ``rewrite`` has made the store's file anew, since DuckDB keeps what was deleted in freed blocks:
whoever finds an unfinished row (the next run after a kill) publishes and rewrites.

- A post is kept out for good, in whatever version it comes.
- An author's posts are erased and kept out for good, and so is whatever comes later under the same pseudonym.
- A product goes with its coverage and watermarks. It is not kept out: configured again, it begins anew; a run that was
  at work meanwhile lands nothing of it any more.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import duckdb

from earful.warehouse.aggregates.pending import forget_terms, invalidate_base
from earful.warehouse.aggregates.recompute import clear_touched, recompute
from earful.warehouse.days import utc_naive
from earful.warehouse.privacy.delete_rows import FOR_GOOD, delete_posts_everywhere, delete_product_everywhere
from earful.warehouse.statements import count, run
from earful.warehouse.store.store import Store

_TEMPORARY = ("leaving", "named", "touched", "facts", "computed")


@dataclass(frozen=True, slots=True)
class Posts:
    """Posts of a channel, by id."""

    channel: str
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Authors:
    """Everything of some authors, by pseudonym."""

    pseudonyms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AllOf:
    """Everything of a product, by slug."""

    product: str


@dataclass(frozen=True, slots=True)
class Erased:
    """What went, or would go, in counts.

    posts: rows of posts (a post of two products is two). texts: those whose words were still kept. other_rows: in all
    other tables (revisions, topics, set aside, coverage of a product). days: days of a product and channel that are
    computed anew, or gone with their product.
    """

    posts: int = 0
    texts: int = 0
    other_rows: int = 0
    days: int = 0


def channels_of(store: Store, post_id: str) -> list[str]:
    """The channels that know a post of this id, landed or set aside."""
    rows = store.con.execute(
        "select channel from posts where post_id = $id union select channel from set_aside where item = $id order by 1",
        {"id": post_id},
    ).fetchall()
    return [channel for (channel,) in rows]


def count_erasure(store: Store, what: Posts | Authors | AllOf) -> Erased:
    """What ``erase`` would delete; nothing is changed."""
    store.con.execute("begin")
    try:
        return _take(store.con, what)
    finally:
        store.con.execute("rollback")


def erase(
    store: Store, what: Posts | Authors | AllOf, *, kind: str, why: str, now: datetime, for_good: bool = True
) -> Erased:
    """Erase it, all or nothing, and note it as unfinished. ``kind`` and ``why`` are published: no names in them.

    ``for_good`` False: posts stay out in the versions up to ``now`` only, as when a service says they are gone.
    Raises WarehouseError; the store is then as it was.
    """
    with store.transaction() as con:
        erased = _take(con, what, ("erased" if for_good else "deleted", now))
        # The base of the published file is written anew, so that its bytes go with the store's.
        invalidate_base(con)
        run(
            con,
            "privacy/erase_keep_out",
            {**_named(what), "until": _until(now, for_good=for_good), "now": utc_naive(now)},
        )
        recompute_leaving(con, now)
        note(con, kind, why, now, erased)
        for name in _TEMPORARY:
            con.execute(f"drop table if exists temp.{name}")
    return erased


def unname(store: Store, channel: str, ids: tuple[str, ...], now: datetime) -> Erased:
    """Take the pseudonym off posts whose author's account is gone; the posts stay, their days are computed anew."""
    with store.transaction() as con:
        clear_touched(con)
        known = {"channel": channel, "ids": list(ids)}
        run(con, "privacy/unname", known)
        invalidate_base(con)
        forget_terms(con)
        posts = count(con, "select count(*) from leaving")
        days = recompute_leaving(con, now)
        if posts:
            note(con, "author", "account deleted there", now, Erased(posts=posts, days=days))
        for name in _TEMPORARY:
            con.execute(f"drop table if exists temp.{name}")
    return Erased(posts=posts, days=days)


def erase_listed(con: duckdb.DuckDBPyConnection, since: datetime, now: datetime) -> int:
    """Remove what the lists of what stays out name, and products forgotten after ``since``; returns posts that went.

    For a store that an older state was put into; inside the caller's transaction.
    """
    run(con, "privacy/erase_listed")
    invalidate_base(con)
    gone = delete_posts_everywhere(con)
    recompute_leaving(con, now)
    posts, texts = gone.pop("posts", 0), gone.pop("texts", 0)
    forgotten_since = con.execute(
        'select product from forgotten_products where "at" >= $since', {"since": utc_naive(since)}
    ).fetchall()
    for (product,) in forgotten_since:
        of_product = delete_product_everywhere(con, product)
        posts, texts = posts + of_product.get("posts", 0), texts + of_product.get("texts", 0)
    if posts:
        note(con, "post", "erased before, and in a restored backup", now, Erased(posts, texts, sum(gone.values())))
    for name in _TEMPORARY:
        con.execute(f"drop table if exists temp.{name}")
    return posts


def note(con: duckdb.DuckDBPyConnection, kind: str, why: str, now: datetime, erased: Erased) -> None:
    """One row of ``erasures``, unfinished, inside the caller's transaction."""
    con.execute(
        "insert into erasures values ($now, $kind, $why, $posts, $texts, $other_rows, $days, null)",
        {"now": utc_naive(now), "kind": kind, "why": why, **asdict(erased)},
    )


def forgotten(con: duckdb.DuckDBPyConnection, product: str, began: datetime) -> bool:
    """Whether a product was forgotten after a run began: what that run pulled of it must not land."""
    return bool(
        count(
            con,
            'select count(*) from forgotten_products where product = $product and "at" >= $began',
            {"product": product, "began": utc_naive(began)},
        )
    )


def unfinished(store: Store, *, asked_for: bool = False) -> int:
    """Erasures whose bytes may still be in a file. ``asked_for``: only those that a person asked for.

    A person did for words that `earful rescore` masked, and not for a post that its service deleted ("gone").
    """
    more = " and kind in ('post', 'author', 'product', 'masked')" if asked_for else ""
    return count(store.con, f"select count(*) from erasures where finished_at is null{more}")


def _named(what: Posts | Authors | AllOf) -> dict[str, object]:
    return {
        "channel": what.channel if isinstance(what, Posts) else None,
        "ids": list(what.ids) if isinstance(what, Posts) else None,
        "authors": list(what.pseudonyms) if isinstance(what, Authors) else None,
        "product": what.product if isinstance(what, AllOf) else None,
    }


def _take(
    con: duckdb.DuckDBPyConnection, what: Posts | Authors | AllOf, reported: tuple[str, datetime] | None = None
) -> Erased:
    """``reported``: for which reason and when, for the list of the days that changed."""
    clear_touched(con)
    run(con, "privacy/erase_find", _named(what))
    if reported and not isinstance(what, AllOf):
        run(con, "privacy/erase_report", {"reason": reported[0], "now": utc_naive(reported[1])})
    days = count(con, "select count(*) from (select distinct channel, product, day from leaving)")
    gone = delete_posts_everywhere(con)
    if isinstance(what, Posts):
        rows = con.execute(
            "delete from set_aside as t using named as n where t.channel = n.channel and t.item = n.post_id"
        ).fetchall()
        gone["set_aside"] = gone.get("set_aside", 0) + int(rows[0][0])
    if isinstance(what, AllOf):
        for table, rows_gone in delete_product_everywhere(con, what.product).items():
            gone[table] = gone.get(table, 0) + rows_gone
    posts, texts = gone.pop("posts", 0), gone.pop("texts", 0)
    return Erased(posts, texts, sum(gone.values()), days)


def recompute_leaving(con: duckdb.DuckDBPyConnection, now: datetime) -> int:
    """The days of ``leaving``, channel by channel; returns how many there were."""
    days = 0
    for (channel,) in con.execute("select distinct channel from leaving order by 1").fetchall():
        clear_touched(con)
        con.execute(
            "insert into touched select distinct product, day from leaving where channel = $channel",
            {"channel": channel},
        )
        days += count(con, "select count(*) from touched")
        recompute(con, channel, now)
    return days


def _until(now: datetime, *, for_good: bool) -> datetime:
    return datetime.fromisoformat(FOR_GOOD) if for_good else utc_naive(now.astimezone(UTC))
