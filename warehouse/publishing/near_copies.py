"""Guards against few who speak as many: texts that are posted again and again, and authors who post a lot.

Computed in the store before each publish, for the days that changed since the last. The work is in
``sql/publishing/near_copies``.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import duckdb
import pyarrow as pa

from earful.warehouse.statements import count, run
from earful.warehouse.store.store import Store

#: Posts whose texts are compared at a time, unless a day has more: bounds the memory.
POSTS = 50_000
#: Days to compute that lie further apart are computed apart: what is between them is not read.
GAP = timedelta(days=30)

#: Bursts are listed for so many days to the last; as far back as words are kept by default.
DAYS = timedelta(days=90)

_GROUPS = pa.schema([("no", pa.int64()), ("cluster", pa.int64())])


def refresh(store: Store) -> int:
    """Bring pairs of like posts and robust sums up to date; the number of (product, day) computed anew."""
    run(store.con, "publishing/near_copies/stale")
    days = count(store.con, "select count(*) from guard_days")
    if not days:
        return 0
    with store.transaction() as con:
        for first, last in _spans(con):
            span = {"first_day": first, "last_day": last}
            run(con, "publishing/near_copies/clean_up", span)
            if count(con, "select count(*) from texts where day between $first_day and $last_day", span):
                run(con, "publishing/near_copies/shingles", span)
            con.execute(
                "create or replace temp table linked as select p.* from post_pairs as p"
                " join guard_days as g on g.product = p.product and g.day = p.day"
                " where p.other_day = p.day and p.day between $first_day and $last_day",
                span,
            )
            _clusters(con)
            run(con, "publishing/near_copies/votes", span)
        run(con, "publishing/near_copies/seen")
    return days


def clusters(con: duckdb.DuckDBPyConnection, pairs: str) -> None:
    """Fill the temporary table ``clusters`` (product, day, channel, post_id, cluster) from the last DAYS of ``pairs``.

    ``cluster`` is a number that means nothing else. The last day is that of the table ``daily`` in use.
    """
    con.execute(
        f"create or replace temp table linked as from {pairs}"
        " where other_day > (select max(day) - cast($days as integer) from daily)",
        {"days": DAYS.days},
    )
    _clusters(con)


def _clusters(con: duckdb.DuckDBPyConnection) -> None:
    """The temporary table ``clusters`` from ``linked``, which has the columns of post_pairs."""
    run(con, "publishing/near_copies/ends")
    edges = con.execute("select no, other_no from linked_pairs where not leaf").fetchall()
    found = grouped(edges)
    con.register("group_of", pa.table([list(found), list(found.values())], schema=_GROUPS))
    try:
        run(con, "publishing/near_copies/clusters")
    finally:
        con.unregister("group_of")


def grouped(edges: Iterable[tuple[int, int]]) -> dict[int, int]:
    """The connected components of a graph: node -> the least node of its own, in whatever order the edges come."""
    parent: dict[int, int] = {}

    def root(item: int) -> int:
        while parent.setdefault(item, item) != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    for a, b in edges:
        x, y = root(a), root(b)
        if x != y:
            parent[max(x, y)] = min(x, y)
    return {item: root(item) for item in list(parent)}


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
