"""What connectors want to be told of their last whole pull: kept with the landing that it is true of.

So that a night need not read what has not changed. The text is the connector's own; a store that was restored, or whose
product was forgotten, has only what was true of it then.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import duckdb

from earful.warehouse.days import utc_naive
from earful.warehouse.store.store import Store


def remembered(store: Store, scorer_versions: Mapping[str, str], now: datetime) -> dict[str, dict[str, str]]:
    """Channel -> product -> text, of products whose scorer (by slug) and reporting zone are those of then.

    Left out is what was noted after ``now`` (aware): a clock was wrong, and what else it says is not to be trusted.
    """
    rows = store.con.execute(
        "select channel, product, scorer_version, value from remembered"
        " where time_zone = $time_zone and noted_at <= $now order by all",
        {"time_zone": store.time_zone, "now": utc_naive(now)},
    ).fetchall()
    found: dict[str, dict[str, str]] = {}
    for channel, product, version, value in rows:
        if scorer_versions.get(product) == version:
            found.setdefault(channel, {})[product] = value
    return found


def remember(
    con: duckdb.DuckDBPyConnection,
    key: Mapping[str, str],
    *,
    scorer_version: str,
    time_zone: str,
    value: str,
    now: datetime,
) -> None:
    """Put a text in place of the one before; "" forgets. ``key``: channel and product. In the caller's transaction."""
    con.execute("delete from remembered where channel = $channel and product = $product", dict(key))
    if value:
        con.execute(
            "insert into remembered (channel, product, scorer_version, time_zone, noted_at, value)"
            " values ($channel, $product, $scorer_version, $time_zone, $now, $value)",
            {**key, "scorer_version": scorer_version, "time_zone": time_zone, "now": utc_naive(now), "value": value},
        )
