"""Rows, windows and landings for tests of the warehouse: small, explicit, in UTC."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from earful.connectors.base import Coverage, Window
from earful.warehouse import Landed, Landing, Store, land, publish, query
from earful.warehouse.landing.rows import SCHEMA
from earful.warehouse.publishing.publish import view_file
from earful.warehouse.statements import run

T0 = datetime(2026, 3, 2, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
#: After every window that the tests ask for.
NOW = datetime(2026, 6, 1, tzinfo=UTC)

AGGREGATES = ("daily", "daily_version", "daily_topic", "coverage_daily")


def row(post_id: str, created_at: datetime, compound: float | None = 0.5, **more: Any) -> dict[str, Any]:
    """One scored post of channel rd, product orbit; ``compound`` None makes it unscored."""
    values: dict[str, Any] = {
        "source": "reddit",
        "channel": "rd",
        "post_id": post_id,
        "kind": "post",
        "product": "orbit",
        "market": "",
        "created_at": created_at,
        "author": f"author-{post_id}",
        "title": "",
        "text": f"words of {post_id}",
        "language": "en",
        "scored": compound is not None,
        "unscored_reason": None if compound is not None else "language",
        "compound": compound,
        "positive": 0.2,
        "neutral": 0.7,
        "negative": 0.1,
        "vader_compound": compound,
        "capped": False,
        "topics": None if compound is None else [],
    }
    return {name: {**values, **more}.get(name) for name in SCHEMA.names}


def named(**compounds: float) -> list[dict[str, Any]]:
    """A post's topics, with one sentence on each, as a column of a row holds them."""
    return [{"topic": topic, "compound": compound, "sentences": 1} for topic, compound in compounds.items()]


def table(rows: Iterable[dict[str, Any]]) -> Any:
    """Rows as Arrow."""
    return pa.Table.from_pylist(list(rows), schema=pa.schema([(f.name, f.type) for f in SCHEMA]))


def landing(posts: Iterable[dict[str, Any]] = (), **more: Any) -> Landing:
    """A landing of channel rd, product orbit, by default of the whole of [T0, T0 + 7 days)."""
    window = more.pop("window", Window(T0, T0 + 7 * DAY))
    values: dict[str, Any] = {
        "run_id": "run-1",
        "channel": "rd",
        "source": "reddit",
        "product": "orbit",
        "window": window,
        "coverage": Coverage.whole(window),
        "scorer_version": "v1",
        "now": NOW,
        "rows": table(posts),
    }
    return Landing(**{**values, **more})


def put(store: Store, *rows: dict[str, Any], **more: Any) -> Landed:
    """Land some rows; keywords as for landing()."""
    return land(store, landing(rows, **more))


def span(first: float, last: float) -> Window:
    """[T0 + first days, T0 + last days)."""
    return Window(T0 + first * DAY, T0 + last * DAY)


def rows_of(store: Store, name: str, without: str = "updated_at") -> list[tuple[Any, ...]]:
    """The rows of a table of the store in a fixed order, without the column that tells when they were computed."""
    columns = [c[0] for c in store.con.execute(f"describe {name}").fetchall() if c[0] != without]
    return store.con.execute(f"select {', '.join(columns)} from {name} order by all").fetchall()


def aggregates(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Every aggregate, to compare two stores bit by bit."""
    return {name: rows_of(store, name) for name in AGGREGATES}


def viewed(store: Store, sql: str, *views: str) -> list[dict[str, Any]]:
    """The rows of a query on published views, made in the store itself: they read tables that have the same columns."""
    for view in views:
        if not store.con.execute(f"select 1 from duckdb_views() where view_name = '{view}'").fetchall():
            run(store.con, view_file(view))
    found = store.con.execute(sql)
    names = [column[0] for column in found.description]
    return [dict(zip(names, values, strict=True)) for values in found.fetchall()]


def published(store: Store, folder: Path, sql: str) -> list[dict[str, Any]]:
    """Publish, and the rows of a query on the published file."""
    path = folder / "earful.duckdb"
    publish(store, path, now=NOW)
    answer = query(path, sql)
    return [dict(zip(answer.columns, values, strict=True)) for values in answer.rows]


def wipe(store: Store) -> None:
    """An empty store again; quicker than a new file for every example."""
    names = [n for (n,) in store.con.execute("select table_name from duckdb_tables() where not temporary").fetchall()]
    for name in names:
        if name not in {"migrations", "meta"}:
            store.con.execute(f"delete from {name}")
