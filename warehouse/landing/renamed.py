"""A product that has another slug now: its history in the store moves there, all of it or nothing.

Posts, their words, versions and coverage move, days and verdicts are computed anew. Run again it finds nothing to
move; killed anywhere, the store is as it was. What a run that began before still lands under the old slug moves the
next time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime

import duckdb

from earful.warehouse.aggregates.coverage import find_watermark
from earful.warehouse.aggregates.pending import forget_terms, invalidate_base
from earful.warehouse.aggregates.recompute import answers, clear_touched, condensed, cover, recompute, set_watermark
from earful.warehouse.statements import count, quoted, run, text
from earful.warehouse.store.store import Store

#: Rows that say the same once both products are one: of equal ones one stays.
_ONCE = ("revisions", "set_aside", "post_pairs")
_TEMPORARY = ("twice", "touched", "facts", "computed", "computed_topic", "cover")


def rename_products(store: Store, former: Mapping[str, Iterable[str]], now: datetime) -> dict[str, int]:
    """Move what the store has of former slugs, by the slug that each has now; posts moved, by former slug.

    ``now`` (aware) is when its days were computed. Raises WarehouseError; each slug moves in a transaction of its own.
    """
    moved = {}
    for new, olds in former.items():
        for old in olds:
            if _known(store.con, old):
                moved[old] = _rename(store, old, new, now)
    return moved


def _known(con: duckdb.DuckDBPyConnection, slug: str) -> bool:
    some = "select count(*) from (select 1 from {} where product = $slug limit 1)"
    return any(count(con, some.format(quoted(table)), {"slug": slug}) for table in _tables(con))


def _tables(con: duckdb.DuckDBPyConnection) -> list[str]:
    return [table for (table,) in con.execute(text("privacy/product_tables")).fetchall()]


def _rename(store: Store, old: str, new: str, now: datetime) -> int:
    key = {"old": old, "new": new}
    with store.transaction() as con:
        posts = count(con, "select count(*) from posts where product = $old", {"old": old})
        run(con, "store/renamed", key)
        for table in _tables(con):
            con.execute(f"update {quoted(table)} set product = $new where product = $old", key)
        for table in _ONCE:
            name = quoted(table)
            con.execute(
                f"delete from {name} where product = $new and rowid in ("
                f" select row_no from (select rowid as row_no, row_number() over (partition by t order by rowid) as n"
                f" from {name} as t where product = $new) where n > 1)",
                {"new": new},
            )
        _compute(con, store, new, now)
        forget_terms(con)
        invalidate_base(con)
        for name in _TEMPORARY:
            con.execute(f"drop table if exists temp.{name}")
    return posts


def _compute(con: duckdb.DuckDBPyConnection, store: Store, product: str, now: datetime) -> None:
    """Coverage by day, watermarks and days of the product, channel by channel."""
    key = {"product": product}
    channels = con.execute(
        "select channel, max(source) from (select channel, source from coverage where product = $product"
        " union all select channel, source from posts where product = $product) group by channel order by channel",
        key,
    ).fetchall()
    for channel, source in channels:
        clear_touched(con)
        spans = con.execute(
            "select asked_from, least(asked_to, landed_at) from coverage"
            " where status = 'ok' and channel = $channel and product = $product",
            {**key, "channel": channel},
        ).fetchall()
        asked = [(start.replace(tzinfo=UTC), end.replace(tzinfo=UTC)) for start, end in spans]
        cover(con, store.zone, (channel, source, product), answers(con, channel, product), asked)
        set_watermark(con, channel, product, find_watermark(condensed(con, channel, product)))
        con.execute(
            "insert into touched select distinct product, day from posts"
            " where channel = $channel and product = $product",
            {**key, "channel": channel},
        )
        firsts = con.execute(
            "select min(day) from coverage_daily where channel = $channel and product = $product",
            {**key, "channel": channel},
        ).fetchall()
        since: dict[str, date] = {product: firsts[0][0]} if firsts[0][0] is not None else {}
        recompute(con, channel, now, since)
