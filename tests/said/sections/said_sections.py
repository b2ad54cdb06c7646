"""Stores that the page's sections are written of: each a small published file about which something is true."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

from published_file import LAST, Day, Product, publish, steady
from published_story import episode

from earful.reports.charts import trend
from earful.reports.page import render

Row = dict[str, Any]
BACK = [LAST - timedelta(n) for n in range(140)]
LANDED = datetime(2026, 11, 23, 1, 12)


def one(days: Sequence[Day] = (), **more: Any) -> list[Product]:
    """One product of ours, with 40 complete days where none are given."""
    return [Product("a", "A", days=days or steady(40), **more)]


def views(**rows: Sequence[Row]) -> list[Product]:
    """One product with rows of these views."""
    return one(more=rows)


def _market(market: str, **more: Any) -> Row:
    row: Row = {
        "source": "app_store", "market": market, "posts": 40, "scored": 36, "mean_compound": 0.1, "rating_mean": 3.9,
        "posts_before": 39, "mean_before": 0.2, "change": -0.1,
    }  # fmt: skip
    return row | more


def _version(version: str, first: date, last: date, ratings: int = 9) -> Row:
    return {
        "app_version": version, "first_day": first, "last_day": last, "posts": 24, "scored": 22, "mean_compound": 0.1,
        "negative_share": 0.3, "rating_count": ratings, "rating_mean": 3.7 if ratings else None,
    }  # fmt: skip


def _gap(first: int, last: int, **more: Any) -> Row:
    row: Row = {
        "channel": "shop", "gap_from": BACK[first], "gap_to": BACK[last], "days": first - last + 1, "reason": "failed: 503",
        "fetchable": True, "command": "earful backfill --channel shop",
    }  # fmt: skip
    return row | more


def _channel(name: str, to: date | None = LAST, status: str = "ok", **more: Any) -> Row:
    row: Row = {
        "channel": name,
        "source": "app_store",
        "last_complete_day": to,
        "status": status,
        "last_landed_at": LANDED,
    }
    return row | {"posts_28d": 12} | more


def _channels(*rows: Row) -> list[Product]:
    return one(channels=rows)


def _thin() -> list[Product]:
    """Three posts a day: drawn by week."""
    days = [*steady(35, last=BACK[1], posts=3), *steady(1, posts=3, complete=False)]
    daily = [
        {"day": d.day, "channel": "store", "market": "", "scored": 3, "compound_sum": 0.3, "compound_sq_sum": 0.2}
        for d in days
    ]
    return one(days, more={"daily": daily, "verdicts": _judged()})


def _judged(**more: Any) -> list[Row]:
    return [
        {
            "day": day, "slice_kind": "product", "metric": "sentiment", "baseline": 0.2, "change_low": -0.1,
            "change_high": 0.1, "verdict": "no real change", **more,
        }
        for day in BACK[:9]
    ]  # fmt: skip


def _marked() -> list[Product]:
    """A chart with everything that is marked in one, and a product of a competitor."""
    alarm = episode("e1", BACK[9], BACK[5])
    known = episode("e2", BACK[20], BACK[15], answer="known", answer_why="a sale")
    days = [*steady(118), Day(BACK[0], 9, 0, None)]
    few = [Day(BACK[119], 9, 9, 0.1), *steady(118, last=BACK[1]), Day(BACK[0], 9, 8, 0.1, False)]
    more = {
        "what_changed": [alarm, known], "verdicts": _judged(), "incidents": [{"day": BACK[30], "name": "outage"}],
        "releases": [{"release": "1.0", "day": BACK[40], "kind": "version"}],
    }  # fmt: skip
    return [*one(few, more=more), Product("n", "N", own=False, days=days[:-1])]


#: Stores of what blocks.html.j2 says.
BLOCKS: dict[str, Callable[[], list[Product]]] = {
    "bare": lambda: one(steady(30)),
    "in part": lambda: one(steady(9, complete=False)),
    "incomplete and few": lambda: one([*steady(30, last=BACK[1]), Day(LAST, 9, 8, 0.1, False)]),
    "half of the week before": lambda: one([*steady(20, last=BACK[7]), *steady(3, last=BACK[4], complete=False), *steady(4)]),
    "few posts": lambda: one(steady(9, posts=4), more={"verdicts": _judged()}),
    "judged": lambda: one(more={"verdicts": _judged()}),
    "thin": _thin,
    "marked": _marked,
    "markets": lambda: one(
        markets=[
            _market("us"), _market("de", posts=20, posts_before=0, mean_before=None, change=None),
            _market("fr", posts=10, mean_before=None, change=None), _market("", posts=5),
        ],
    ),
    "nothing scored now": lambda: one(markets=[_market("us", scored=0, mean_compound=None, change=None)]),
    "many markets": lambda: one(markets=[_market(f"m{n}") for n in range(10)]),
    "versions": lambda: one(versions=[_version("2.0", BACK[9], BACK[0]), _version("1.9", BACK[20], BACK[20], 0)]),
    "many versions": lambda: one(versions=[_version(f"1.{n}", BACK[n], BACK[n], 0) for n in range(9)]),
    "gaps": lambda: one(gaps=[_gap(9, 7), _gap(20, 20)]),
    "a gap for good": lambda: one(gaps=[_gap(9, 9, fetchable=False, command=None)]),
    "many gaps": lambda: one(gaps=[_gap(n, n) for n in range(0, 50, 2)]),
    "all fine": lambda: _channels(_channel("shop")),
    "channels": lambda: _channels(
        _channel("a", BACK[3], "failed", error="503"), _channel("b", None, "pending"),
        _channel("c", BACK[1], capped=True, note="1,000 items"), _channel("d", ended_on=LAST, note="1 file"),
        _channel("e", brought_to=1, ends_early=True, covered_to=datetime(2026, 11, 20, 9)),
        _channel("f", suspect_days=1, suspect_reason="3 posts, 40 are usual", note="asked of a.csv: rating from 1 to 7"),
        _channel("g", None, "failed", last_landed_at=None),
        _channel("i", capped=True, note="not known whether whole: 1 row cannot tell; 1 file"),
    ),
    "none configured": lambda: _channels(_channel("shop", tracked=False)),
}  # fmt: skip

MADE: dict[str, Callable[[], list[Product]]] = {**BLOCKS}


@cache
def page(store: str, folder: Path) -> str:
    """The page of a store, without the SQL of its blocks; its charts are drawn in other tests."""
    with patch.object(trend, "draw", lambda *_: trend.Drawing("", 1, 1)):
        html = render(publish(folder / f"{store}.duckdb", MADE[store]()))
    return re.sub(r"<pre.*?</pre>", "", html, flags=re.DOTALL)


def said(store: str, folder: Path) -> str:
    """The words of the page's sections, between its first screen and its glossary."""
    html = page(store, folder)
    return html[html.index("</section>", html.index('id="today"')) :].partition('aria-labelledby="reading-h"')[0]
