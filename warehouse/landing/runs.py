"""Runs of the flows, and the products and channels of the configuration, as the published file tells of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

import duckdb

from earful.warehouse.aggregates.confirm import ASKED_FOR
from earful.warehouse.aggregates.coverage import Standing, asked
from earful.warehouse.aggregates.recompute import answers
from earful.warehouse.days import bounds, local_day, utc_naive
from earful.warehouse.store.store import Store

#: What is reported of a run that was killed.
LOST = "killed before its end; what had landed stays, a later run closes the gap"


def start_run(store: Store, run_id: str, kind: str, now: datetime) -> None:
    """Record that a run began. The same id again starts it anew (a retried flow)."""
    with store.transaction() as con:
        con.execute("delete from runs where run_id = $run_id", {"run_id": run_id})
        con.execute(
            "insert into runs values ($run_id, $kind, $now, null, 'running', null)",
            {"run_id": run_id, "kind": kind, "now": utc_naive(now)},
        )


def finish_run(store: Store, run_id: str, status: str, now: datetime, error: str | None = None) -> None:
    """Record how a run ended: a status in one word, and what went wrong in one line."""
    with store.transaction() as con:
        con.execute(
            "update runs set ended_at = $now, status = $status, error = $error where run_id = $run_id",
            {"run_id": run_id, "status": status, "now": utc_naive(now), "error": error},
        )


@dataclass(frozen=True, slots=True)
class StoredRun:
    """A run as the store has it. Times are aware UTC; ``ended`` None: at work, or killed. ``status``: see the table."""

    run_id: str
    kind: str
    began: datetime
    ended: datetime | None
    status: str
    error: str | None


def last_runs(store: Store, most: int = 200) -> list[StoredRun]:
    """The newest runs, newest first."""
    rows = store.con.execute(
        "select run_id, kind, started_at, ended_at, status, error from runs order by started_at desc limit $most",
        {"most": most},
    ).fetchall()
    return [
        StoredRun(run, kind, began.replace(tzinfo=UTC), ended and ended.replace(tzinfo=UTC), status, error)
        for run, kind, began, ended, status, error in rows
    ]


def end_lost(store: Store, kinds: Iterable[str], living: Iterable[str]) -> int:
    """Runs of these kinds that are down as running and are none of the ``living`` were killed; says how many.

    They become failed, without an end, which nobody knows.
    """
    with store.transaction() as con:
        lost = con.execute(
            "update runs set status = 'failed', error = $error where status = 'running'"
            " and list_contains($kinds, kind) and not list_contains($living, run_id) returning run_id",
            {"error": LOST, "kinds": list(kinds), "living": list(living) or [""]},
        ).fetchall()
        # What they had published as still being pulled never came.
        con.execute(
            "update coverage set status = 'failed', error = $error where status = 'pending'"
            " and not list_contains($living, run_id)",
            {"error": LOST, "living": list(living) or [""]},
        )
    return len(lost)


def register(
    store: Store,
    products: Iterable[tuple[str, str, bool]],
    channels: Iterable[tuple[str, str, str]],
    topics: Iterable[tuple[str, str]] = (),
    launches: Iterable[tuple[str, date, str, str | None]] = (),
    incidents: Iterable[tuple[str, date, str]] = (),
) -> None:
    """Write what is configured.

    Products are (slug, name, own), channels (channel, source, connector), topics (topic, title). Products are all of
    them: one that is not given keeps its row, so that its past stays readable, and is called untracked. So are launches
    (product, day, name, version) and incidents (product, day, name): one that is not given is none any more. Channels,
    too, are all of them, and one that is not given is called untracked.
    """
    with store.transaction() as con:
        con.execute("update products set tracked = false")
        con.execute("update channels set tracked = false")
        for product, name, own in products:
            con.execute("delete from products where product = $product", {"product": product})
            con.execute(
                "insert into products (product, name, own) values ($product, $name, $own)",
                {"product": product, "name": name, "own": own},
            )
        for channel, source, connector in channels:
            row = {"channel": channel, "source": source, "connector": connector}
            # Its last day stays: set_ends changes it.
            known = con.execute(
                "update channels set source = $source, connector = $connector, tracked = true"
                " where channel = $channel returning 1",
                row,
            ).fetchall()
            if not known:
                con.execute(
                    "insert into channels (channel, source, connector) values ($channel, $source, $connector)",
                    row,
                )
        _write_topics(con, topics)
        con.execute("delete from launches")
        for product, day, name, version in launches:
            con.execute(
                "insert into launches values ($product, $day, $name, $version)",
                {"product": product, "day": day, "name": name, "version": version},
            )
        con.execute("delete from incidents")
        for product, day, name in incidents:
            con.execute(
                "insert into incidents values ($product, $day, $name)", {"product": product, "day": day, "name": name}
            )


def register_topics(store: Store, topics: Iterable[tuple[str, str]]) -> None:
    """Write the configured topics (topic, title) and nothing else."""
    with store.transaction() as con:
        _write_topics(con, topics)


def _write_topics(con: duckdb.DuckDBPyConnection, topics: Iterable[tuple[str, str]]) -> None:
    for topic, title in topics:
        con.execute("delete from topics where topic = $topic", {"topic": topic})
        con.execute("insert into topics values ($topic, $title)", {"topic": topic, "title": title})


def watermark(store: Store, channel: str, product: str) -> datetime | None:
    """Where the next night asks from (aware UTC), None when nothing has landed. See coverage.find_watermark."""
    rows = store.con.execute(
        "select watermark from watermarks where channel = $channel and product = $product",
        {"channel": channel, "product": product},
    ).fetchall()
    return rows[0][0].replace(tzinfo=UTC) if rows else None


def standing(store: Store, channel: str, product: str, now: datetime) -> Standing:
    """Where a channel stands with a product: what the next night need not ask for, and what it should ask again."""
    days = store.con.execute(
        "select day from coverage_daily where channel = $channel and product = $product and suspect and day >= $first",
        {"channel": channel, "product": product, "first": local_day(store.zone, now - ASKED_FOR)},
    ).fetchall()
    return Standing(
        watermark(store, channel, product),
        tuple(asked(answers(store.con, channel, product))),
        tuple(bounds(store.zone, day) for (day,) in days),
    )
