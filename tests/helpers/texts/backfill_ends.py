"""Ends of backfills: each a summary about which something is true."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from earful.connectors.base import Window
from earful.flows.backfilling.report import MOST
from earful.flows.night.summary import Brought, Days, Summary
from earful.warehouse import CameOn, DayMean, MeanChange

#: Midnight of 20 November in Berlin.
AT = datetime(2026, 11, 19, 23, tzinfo=UTC)
DAY = date(2026, 11, 20)
ONE = timedelta(1)


def line(channel: str = "shop", product: str = "acme", **more: Any) -> Brought:
    """Of a week that was asked for, all of which came."""
    return Brought(channel, product, AT, AT + 7 * ONE, **{"status": "ok", "reached": AT, **more})


def end(
    *brought: Brought, changed: tuple[MeanChange, ...] = (), beside: tuple[tuple[str, datetime], ...] = (), **more: Any
) -> Summary:
    """A backfill in Berlin."""
    days = Days("Europe/Berlin", changed, beside)
    return Summary("1", "backfill", AT, AT + timedelta(seconds=37), brought, "p.duckdb", "p.html", days=days, **more)


def moved(number: int, before: float | None = 0.5, after: float | None = 0.25) -> MeanChange:
    """The mean of a day that far after the first."""
    return MeanChange("acme", DAY + number * ONE, DayMean(int(before is not None), before), DayMean(2, after))


def days(number: int) -> tuple[CameOn, ...]:
    """Some days with three posts each."""
    return tuple(CameOn(DAY + n * ONE, 3, 2, 1) for n in range(number))


def hole(start: int, end: int) -> tuple[Window, ...]:
    """What did not come, in days after the first."""
    return (Window(AT + start * ONE, AT + end * ONE),)


ENDS: dict[str, Callable[[], Summary]] = {
    "backfill: all came": lambda: end(line(posts=6, new=4, changed=2, by_day=days(2)), changed=(moved(0),)),
    "backfill: all came, with a word": lambda: end(line(note="2 of an excluded author")),
    "backfill: nothing changed": lambda: end(line()),
    "backfill: an older post was edited": lambda: end(line(by_day=(CameOn(DAY - 3 * ONE, 1, 0, 1),))),
    "backfill: one more than fits": lambda: end(
        line(by_day=days(MOST + 1)), changed=tuple(moved(n) for n in range(MOST + 1))
    ),
    "backfill: many more than fit": lambda: end(
        line(by_day=days(MOST + 9)), changed=tuple(moved(n) for n in range(MOST + 9))
    ),
    "backfill: capped": lambda: end(line(reached=AT + 4 * ONE, capped=True, holes=hole(0, 4))),
    "backfill: says why": lambda: end(line(reached=AT + 4 * ONE, holes=hole(0, 4), note="500 reviews at most")),
    "backfill: ends early": lambda: end(line(reached=AT + 4 * ONE, holes=hole(0, 4))),
    "backfill: an outage": lambda: end(line(holes=hole(2, 3))),
    "backfill: no word": lambda: end(line(reached=None, holes=hole(0, 7))),
    "backfill: failed": lambda: end(line(status="failed", error="shop: 503"), line("forum", note="forum was out")),
    "backfill: failed with posts": lambda: end(line(status="failed", error="shop: 503", posts=40, new=30)),
    "backfill: four products failed": lambda: end(*(line(product=p, status="failed", error="shop: 403") for p in "abcd")),
    "backfill: too many reasons": lambda: end(*(line(status="failed", error=f"shop: {n}") for n in range(MOST + 2))),
    "backfill: another run": lambda: end(line(), beside=(("nightly", AT + timedelta(hours=4.5)),)),
}  # fmt: skip
