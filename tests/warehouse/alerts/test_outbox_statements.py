"""Messages to send, to list and to drop (alerts/due, told_of, listed, erased): each on its bounds, beside other targets'."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import duckdb
import pytest
from bare_tables import add, asked, bare_tables, undone

from earful.warehouse.statements import run, text

NOW = datetime(2026, 6, 10, 4)
HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)
KINDS = ("failed_night", "worse", "silent", "backlog", "spam", "better")


@pytest.fixture(scope="module")
def tables() -> Iterator[duckdb.DuckDBPyConnection]:
    with bare_tables() as opened:
        add(opened, "alerts", *({"alert": kind, "kind": kind, "noted_at": NOW} for kind in KINDS))
        yield opened


@pytest.fixture
def con(tables: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    with undone(tables) as begun:
        yield begun


def message(name: str, alert: str | None = "worse", **more: Any) -> dict[str, Any]:
    values = {"message": name, "target": "ops", "alert": alert, "what": "new", "queued_at": NOW - HOUR, "status": "due"}
    return {**values, **more}


def due(con: duckdb.DuckDBPyConnection, *tried: str) -> list[tuple[Any, ...]]:
    return con.execute(text("alerts/due"), {"target": "ops", "now": NOW, "tried": list(tried) or [""]}).fetchall()


def test_the_most_urgent_message_goes_first(con: duckdb.DuckDBPyConnection) -> None:
    """A summary, then what was tried least, then by its kind, then what waits longest; else by its id."""
    order = [
        message("z sum", None, what="summary", attempts=7, queued_at=NOW), message("tied a"), message("tied b"),
        *(message(f"y {kind}", kind) for kind in KINDS[2:]), message("x gone", "no such"),
        message("first", "better", attempts=1, queued_at=NOW - 2 * HOUR), message("a later", "better", attempts=1),
        message("b tried", "failed_night", attempts=2),
    ]  # fmt: skip
    order.insert(1, message("z night", "failed_night", queued_at=NOW))
    order.insert(2, message("waits", queued_at=NOW - 3 * HOUR))
    add(con, "alert_outbox", *reversed(order))
    assert due(con) == [
        (m["message"], "" if m["alert"] in {None, "no such"} else m["alert"], m.get("attempts", 0)) for m in order
    ]


def test_due_is_what_waits_for_the_target_and_may_be_tried_now(con: duckdb.DuckDBPyConnection) -> None:
    rows = [
        (message("due"), True), (message("sending", status="sending"), True), (message("on time", retry_at=NOW), True),
        (message("later", retry_at=NOW + TICK), False), (message("tried"), False), (message("theirs", target="dev"), False),
        *((message(status, status=status), False) for status in ("summed", "delivered", "dropped")),
    ]  # fmt: skip
    add(con, "alert_outbox", *(row for row, _ in rows))
    assert {name for name, _, _ in due(con, "tried", "other")} == {row["message"] for row, is_due in rows if is_due}


def test_a_message_tells_of_its_alert_or_of_those_that_it_sums_up(con: duckdb.DuckDBPyConnection) -> None:
    add(con, "alerts", *({"alert": name, "kind": "worse", "noted_at": NOW - HOUR} for name in ("older b", "older a")))
    add(con, "alert_outbox", message("single", "spam"), message("sum", None, what="summary"), message("alone"))
    names = ["better", "worse", "failed_night", "older b", "spam", "older a", "silent", "backlog"]
    add(con, "alert_outbox", *(message(f"of {name}", name, summary="sum", status="summed") for name in names))
    add(con, "alert_outbox", message("of gone", "gone", summary="sum"))
    tell = text("alerts/told_of")
    assert [row[0] for row in con.execute(tell, {"message": "single"}).fetchall()] == ["spam"]
    assert [row[0] for row in con.execute(tell, {"message": "sum"}).fetchall()] == [
        "failed_night", "older a", "older b", "worse", "silent", "backlog", "spam", "better",
    ]  # fmt: skip


def test_messages_of_some_days_are_listed_and_all_that_wait(con: duckdb.DuckDBPyConnection) -> None:
    old, within = NOW - 48 * HOUR, NOW - 48 * HOUR + TICK
    order = [
        message("new", status="delivered", queued_at=NOW), message("in b", target="dev", status="dropped", queued_at=within),
        message("in", status="delivered", queued_at=within, error="503"),
        message("in sum", None, what="summary", status="delivered", queued_at=within),
        *(message(f"old {status}", "no such", status=status, queued_at=old) for status in ("due", "sending", "summed")),
    ]  # fmt: skip
    gone = [message(f"old {status}", status=status, queued_at=old) for status in ("delivered", "dropped")]
    add(con, "alert_outbox", *reversed([*order, *gone]))
    rows = con.execute(text("alerts/listed"), {"now": NOW, "days": 2}).fetchall()
    assert [(row[0], row[2], row[12]) for row in rows] == [
        (m["message"], "worse" if m["alert"] == "worse" else "summary", m.get("error", "")) for m in order
    ]


def test_what_has_nothing_left_to_tell_is_dropped(con: duckdb.DuckDBPyConnection) -> None:
    states = ("due", "sending", "summed", "delivered", "dropped")
    add(
        con,
        "alert_outbox",
        *(message(f"{status} {alert}", alert, status=status) for alert in ("worse", "no such") for status in states),
    )
    for name, status, parts in (
        ("half", "due", (("worse", "summed"), ("no such", "summed"))), ("empty", "due", (("no such", "summed"),)),
        ("under way", "sending", (("no such", "summed"),)), ("sent", "delivered", (("no such", "delivered"),)),
        ("of sent", "due", (("worse", "delivered"),)), ("none", "sending", ()),
    ):  # fmt: skip
        add(con, "alert_outbox", message(name, None, what="summary", status=status))
        for n, (alert, state) in enumerate(parts):
            add(con, "alert_outbox", message(f"{name} {n}", alert, summary=name, status=state))
    # A message of its own without an alert is no summary.
    add(con, "alert_outbox", message("plain", None))
    run(con, "alerts/erased")
    dropped = asked(con, "select message from alert_outbox where error = 'what it told of was erased' order by 1")
    assert [name for (name,) in dropped] == sorted(
        [
            "due no such",
            "sending no such",
            "summed no such",
            "half 1",
            "empty",
            "empty 0",
            "under way",
            "under way 0",
            "of sent",
            "none",
        ]
    )
    assert {status for (status,) in asked(con, "select status from alert_outbox where error is not null")} == {
        "dropped"
    }
