"""Score again what is kept, after the scorer changed: posts, then their days, one transaction a channel and product.

A post whose words are past their retention keeps the score it has and the version that gave it; a day that holds both
says 'mixed'. A post that never had words (stars alone) has nothing to score and moves to the new version with the rest.

A rescoring is no revision of a post: nothing about the post changed, only earful's reading of it, and a revision per
post would drown those that people made. What tells of it is ``scorer_version`` in posts and days, and the run of kind
"rescore" in ``runs``. (A landing that finds the score changed does write one: there the service was asked again.)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import duckdb
import pyarrow as pa

from earful.sentiment.scorer import SCHEMA as SCORE
from earful.sentiment.scorer import Scorer
from earful.warehouse.aggregates.recompute import clear_touched, recompute
from earful.warehouse.days import utc_naive
from earful.warehouse.errors import WarehouseError
from earful.warehouse.landing.land import note_scorer
from earful.warehouse.landing.rows import listed
from earful.warehouse.statements import count, run, text
from earful.warehouse.store.store import Store

#: Posts scored at a time: bounds the memory, whatever the size of the store.
BATCH = 50_000


@dataclass(frozen=True, slots=True)
class Pending:
    """Posts of a channel and product that another version scored; ``kept`` of them can be scored again."""

    channel: str
    product: str
    posts: int
    kept: int


@dataclass(frozen=True, slots=True)
class Rescored:
    """What a rescoring did.

    posts: scored again. changed: of these, whose compound or scored-or-not is another now. gone: posts whose words are
    past their retention, with their old score. days: computed anew; mixed: of these, that hold both.
    """

    channel: str
    product: str
    version: str
    posts: int = 0
    changed: int = 0
    gone: int = 0
    days: int = 0
    mixed: int = 0


def pending(store: Store, version: Callable[[str], str]) -> list[Pending]:
    """What a rescoring would touch, by channel and product; ``version`` gives a product's present scorer version."""
    found = []
    keys = store.con.execute("select distinct channel, product from posts order by all").fetchall()
    for channel, product in keys:
        key = {"channel": channel, "product": product, "version": version(product)}
        posts, kept = store.con.execute(text("landing/rescore/count"), key).fetchall()[0]
        if posts:
            found.append(Pending(channel, product, posts, kept))
    return found


def rescore(
    store: Store,
    channel: str,
    product: str,
    scorer: Scorer,
    now: datetime,
    *,
    done: Callable[[int], None] = lambda _: None,
) -> Rescored:
    """Score a channel's posts of a product again and recompute the days they are on, all or nothing.

    Only posts of another version are touched, so an interrupted rescoring goes on where it was, and a second one does
    nothing. ``done`` gets the number of posts scored after every batch. Raises WarehouseError; the store is then
    as it was.
    """
    key = {"channel": channel, "product": product, "version": scorer.version}
    with store.transaction() as con:
        posts, kept = con.execute(text("landing/rescore/count"), key).fetchall()[0]
        clear_touched(con)
        run(con, "landing/rescore/find", key)
        for start in range(0, kept, BATCH):
            _batch(con, product, scorer, start)
            done(min(start + BATCH, kept))
        changed = count(
            con,
            "select count(*) from rescored as r join posts as p on p.rowid = r.stored"
            " where r.compound is distinct from p.compound or r.scored <> p.scored",
        )
        run(con, "landing/rescore/write", {"version": scorer.version, "now": utc_naive(now)})
        recompute(con, channel, now)
        days = count(con, "select count(*) from touched")
        mixed = count(
            con,
            "select count(distinct d.day) from daily as d join touched as t on t.product = d.product and t.day = d.day"
            " where d.channel = $channel and d.scorer_version = 'mixed'",
            {"channel": channel},
        )
        if kept:
            note_scorer(con, scorer.version)
        for name in ("rescoring", "rescored", "touched", "facts", "computed", "computed_topic"):
            con.execute(f"drop table if exists temp.{name}")
    return Rescored(channel, product, scorer.version, kept, changed, posts - kept, days, mixed)


def _batch(con: duckdb.DuckDBPyConnection, product: str, scorer: Scorer, start: int) -> None:
    words = con.sql(text("landing/rescore/read"), params={"first": start, "last": start + BATCH - 1}).to_arrow_table()
    page = pa.table(
        {
            "product": pa.repeat(pa.scalar(product), words.num_rows),
            "title": words["title"],
            "text": words["text"],
            "language_hint": words["language_hint"],
        }
    )
    scored = scorer.score_page(page)
    if len(scored.scores) != words.num_rows:
        raise WarehouseError(f"{words.num_rows} posts came back with {len(scored.scores)} scores; nothing was changed")
    table = scored.scores.cast(SCORE).append_column("topics", listed(scored))
    con.register("scores", table.append_column("stored", words["stored"]))
    try:
        run(con, "landing/rescore/take")
    finally:
        con.unregister("scores")
