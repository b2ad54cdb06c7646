"""Guards against few who speak as many: texts that are posted again and again, and authors who post a lot.

Computed in the store before each publish, for the days that changed since the last. The work is in ``sql/guards``.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from datetime import date, timedelta
from typing import TypeVar

import duckdb
import pyarrow as pa

from warehouse.statements import count, run
from warehouse.store import Store

#: Posts whose texts are compared at a time, unless a day has more: bounds the memory.
POSTS = 50_000
#: Days to compute that lie further apart are computed apart: what is between them is not read.
GAP = timedelta(days=30)

Item = TypeVar("Item", bound=Hashable)

_CLUSTERS = pa.schema([(n, pa.string()) for n in ("product", "channel", "post_id", "cluster")] + [("day", pa.date32())])


def refresh(store: Store) -> int:
    """Bring pairs of like posts and robust sums up to date; the number of (product, day) computed anew."""
    run(store.con, "guards/stale")
    days = count(store.con, "select count(*) from guard_days")
    if not days:
        return 0
    with store.transaction() as con:
        for first, last in _spans(con):
            span = {"first_day": first, "last_day": last}
            run(con, "guards/tidy", span)
            if count(con, "select count(*) from texts where day between $first_day and $last_day", span):
                run(con, "guards/shingles", span)
            _load(con, "same_day", _same_day(con, span))
            run(con, "guards/votes", span)
        run(con, "guards/seen")
    return days


def clusters(con: duckdb.DuckDBPyConnection, pairs: str) -> None:
    """Fill the temporary table ``clusters`` (product, channel, post_id, cluster, day) from the table ``pairs``."""
    rows = con.execute(
        f"select product, day, channel, post_id, other_day, other_channel, other_post_id from {pairs}"
    ).fetchall()
    edges = (((p, d, c, i), (p, od, oc, oi)) for p, d, c, i, od, oc, oi in rows)
    _load(con, "clusters", [(*key[:1], *key[2:], cluster, key[1]) for key, cluster in grouped(edges).items()])


def grouped(edges: Iterable[tuple[Item, Item]]) -> dict[Item, str]:
    """The connected components of a graph: item -> name of its component, the same in whatever order the edges come."""
    parent: dict[Item, Item] = {}

    def root(item: Item) -> Item:
        while parent.setdefault(item, item) != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    for a, b in edges:
        x, y = root(a), root(b)
        if x != y:
            parent[max(x, y, key=repr)] = min(x, y, key=repr)
    return {item: repr(root(item)) for item in list(parent)}


def _spans(con: duckdb.DuckDBPyConnection) -> list[tuple[date, date]]:
    """Spans (first day, last day) that hold the days to compute: of at most POSTS, and with no gap of more than GAP."""
    spans: list[tuple[date, date]] = []
    held = 0
    for day, posts in con.execute("select day, sum(posts) from guard_days group by day order by day").fetchall():
        if spans and held + posts <= POSTS and day - spans[-1][1] <= GAP:
            spans[-1] = (spans[-1][0], day)
            held += posts
        else:
            spans.append((day, day))
            held = posts
    return spans


def _same_day(con: duckdb.DuckDBPyConnection, span: Mapping[str, object]) -> list[tuple[object, ...]]:
    """The clusters of posts that say the same on one day, as rows of _CLUSTERS."""
    pairs = con.execute(
        "select p.product, p.day, p.channel, p.post_id, p.other_channel, p.other_post_id from post_pairs as p"
        " join guard_days as g on g.product = p.product and g.day = p.day"
        " where p.other_day = p.day and p.day between $first_day and $last_day",
        dict(span),
    ).fetchall()
    edges = (((p, d, c, i), (p, d, oc, oi)) for p, d, c, i, oc, oi in pairs)
    return [(*key[:1], *key[2:], cluster, key[1]) for key, cluster in grouped(edges).items()]


def _load(con: duckdb.DuckDBPyConnection, name: str, rows: list[tuple[object, ...]]) -> None:
    columns = list(zip(*rows, strict=True)) or [()] * len(_CLUSTERS)
    arrays = [pa.array(c, f.type) for c, f in zip(columns, _CLUSTERS, strict=True)]
    con.register("loading", pa.table(arrays, schema=_CLUSTERS))
    try:
        con.execute(f"create or replace temp table {name} as select * from loading")
    finally:
        con.unregister("loading")
