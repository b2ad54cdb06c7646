"""The outbox: which message goes next, and how an attempt ended. An attempt is known before it is made.

A message is ``sending`` from before its attempt until its answer is committed: killed in between it is sent again, with
the same id, since nobody knows whether it arrived. A message whose success was committed is never sent again.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import duckdb

from earful.warehouse.days import utc_naive
from earful.warehouse.statements import count, run, text
from earful.warehouse.store.store import Store


@dataclass(frozen=True, slots=True)
class Told:
    """One alert as a message tells of it. ``what``: new, grown, again, ended, withdrawn. ``noted_at``: aware UTC."""

    alert: str
    kind: str
    product: str
    subject: str
    first_day: date
    last_day: date
    state: str
    detail: str
    thread: str | None
    what: str
    noted_at: datetime


@dataclass(frozen=True, slots=True)
class Message:
    """What one attempt sends. ``message`` is its id, the same at every attempt; ``attempts`` counts this one.

    ``unsure``: the answer to an earlier attempt is not known, so it may have arrived before.
    """

    message: str
    what: str
    attempts: int
    unsure: bool
    told: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Room:
    """What a target may still be sent: ``most`` messages since ``since`` (aware; midnight), the rest in one summary."""

    most: int
    since: datetime


def next_message(store: Store, target: str, room: Room, now: datetime, tried: Collection[str]) -> Message | None:
    """The next due message of the target, marked as being sent; None where nothing is due or the day is full.

    ``tried`` are messages that are not to be tried again now. ``now`` is aware.
    """
    with store.transaction() as con:
        at = utc_naive(now)
        run(con, "alerts/erased")
        due = con.execute(text("alerts/due"), {"target": target, "now": at, "tried": list(tried) or [""]}).fetchall()
        _sum_up(con, target, room, at, due)
        # What was tried once goes on under its own id, whatever the day's limit.
        due = con.execute(text("alerts/due"), {"target": target, "now": at, "tried": list(tried) or [""]}).fetchall()
        free = room.most - _delivered(con, target, room, "what <> 'summary'")
        chosen = next((m for m, alert, attempts in due if attempts or not alert or free > 0), None)
        if chosen is None:
            return None
        (what, attempts, status) = con.execute(
            "select what, attempts, status from alert_outbox where message = $m", {"m": chosen}
        ).fetchall()[0]
        con.execute(
            "update alert_outbox set status = 'sending', attempts = attempts + 1, tried_at = $at, retry_at = null"
            " where message = $m",
            {"at": at, "m": chosen},
        )
        rows = con.execute(text("alerts/told_of"), {"message": chosen}).fetchall()
        told = tuple(_told(row) for row in rows)
        return Message(chosen, what, attempts + 1, status == "sending", told)


def _told(row: tuple[Any, ...]) -> Told:
    values = dict(zip((each.name for each in fields(Told)), row, strict=True))
    return Told(**{**values, "noted_at": values["noted_at"].replace(tzinfo=UTC)})


def _delivered(con: duckdb.DuckDBPyConnection, target: str, room: Room, which: str) -> int:
    return count(
        con,
        "select count(*) from alert_outbox where target = $target and status = 'delivered' and summary is null"
        f" and delivered_at >= $since and {which}",
        {"target": target, "since": utc_naive(room.since)},
    )


def _sum_up(
    con: duckdb.DuckDBPyConnection, target: str, room: Room, at: datetime, due: list[tuple[str, str, int]]
) -> None:
    """Put what is over the day's limit into the day's one summary, which is a message as any other."""
    singles = [(message, attempts) for message, alert, attempts in due if alert]
    left = room.most - _delivered(con, target, room, "what <> 'summary'")
    left -= sum(1 for _, attempts in singles if attempts)
    over = [message for message, attempts in singles if not attempts][max(left, 0) :]
    waits = count(
        con,
        "select count(*) from alert_outbox"
        " where target = $target and what = 'summary' and status in ('due', 'sending')",
        {"target": target},
    )
    if not over or waits or _delivered(con, target, room, "what = 'summary'"):
        return
    summary = uuid4().hex
    con.execute(
        "insert into alert_outbox (message, target, what, queued_at, status, attempts)"
        " values ($message, $target, 'summary', $at, 'due', 0)",
        {"message": summary, "target": target, "at": at},
    )
    con.execute(
        "update alert_outbox set status = 'summed', summary = $summary where list_contains($over, message)",
        {"summary": summary, "over": over},
    )


def delivered(store: Store, message: Message, now: datetime, thread: str | None = None) -> None:
    """The target has taken it; ``thread`` is its own id of the message, where it gives one."""
    with store.transaction() as con:
        at = utc_naive(now)
        con.execute(
            "update alert_outbox set status = 'delivered', delivered_at = $at, error = null"
            " where message = $m or (summary = $m and status = 'summed')",
            {"at": at, "m": message.message},
        )
        if thread and message.what != "summary":
            con.execute(
                "update alerts set thread = $thread where alert = $alert and thread is null",
                {"thread": thread, "alert": message.told[0].alert},
            )


def not_delivered(store: Store, message: Message, error: str, retry_at: datetime, *, sure: bool) -> None:
    """It was not taken, or (``sure`` False) nobody knows; it is tried again from ``retry_at`` (aware) on."""
    with store.transaction() as con:
        con.execute(
            "update alert_outbox set status = $status, error = $error, retry_at = $retry_at where message = $m",
            {
                "status": "due" if sure and not message.unsure else "sending",
                "error": error,
                "retry_at": utc_naive(retry_at),
                "m": message.message,
            },
        )


def undelivered(store: Store) -> dict[str, int]:
    """Messages that wait, by target; those in a summary count as one with it."""
    rows = store.con.execute(
        "select target, count(*) from alert_outbox where status in ('due', 'sending') group by target order by target"
    ).fetchall()
    return {str(target): int(number) for target, number in rows}


def listed(store: Store, now: datetime, days: int) -> list[dict[str, Any]]:
    """The messages of the last ``days`` days and all that wait, newest first, as rows by name; times naive UTC."""
    found = store.con.execute(text("alerts/listed"), {"now": utc_naive(now), "days": days})
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
