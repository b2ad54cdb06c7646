"""Stores that the page's first sentences are written of: each a small published file about which something is true."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from published_file import LAST, Day, Product, publish, steady
from published_story import episode
from undrawn import words_of

Row = dict[str, Any]
LANDED = datetime(2026, 11, 23, 1, 0)


def _judged(slug: str, days: int = 27, *, last: date = LAST, of: str = "no real change", **more: Any) -> Product:
    """A product with 40 days, of the newest ``days`` of which a verdict is known."""
    verdicts = [
        {"day": last - timedelta(n), "slice_kind": "product", "metric": "sentiment", "verdict": of} for n in range(days)
    ]
    also = more.pop("also", {})
    return Product(slug, slug.upper(), days=steady(40, last=last), more={"verdicts": verdicts, **also}, **more)


def _changes(*told: dict[str, Any]) -> list[Product]:
    rows = [episode(f"e{n}", LAST - timedelta(9), LAST, **each) for n, each in enumerate(told)]
    return [_judged("a", also={"what_changed": rows})]


def _channel(name: str, to: date | None = LAST, status: str = "ok", **more: Any) -> Row:
    return {"channel": name, "last_complete_day": to, "status": status, "last_landed_at": LANDED, **more}


def _with(*channels: Row, gaps: tuple[Row, ...] = ()) -> list[Product]:
    return [_judged("a", channels=channels, gaps=gaps)]


EARLY: Row = {"ends_early": True, "covered_to": datetime(2026, 11, 21, 14)}
BACK = [LAST - timedelta(n) for n in range(6)]
GAP = {"channel": "shop", "gap_from": BACK[3], "gap_to": BACK[3], "days": 1, "reason": "failed: 503"}

MADE: dict[str, Callable[[], list[Product]]] = {
    "calm": lambda: [_judged("a")],
    "calm on one day": lambda: [_judged("a", 1)],
    "calm but for small changes": lambda: _changes({"told": False}, {"told": False, "metric": "stars"}),
    "calm and not all judged": lambda: [_judged("a"), _judged("b", 20), Product("c", "C", days=steady(9, last=date(2026, 9, 1)))],
    "many not judged": lambda: [_judged("a"), *(Product(s, s.upper(), days=steady(9)) for s in "bcdefgh")],
    "ended months ago": lambda: [_judged("a", last=date(2026, 3, 2)), _judged("b", 9, last=date(2026, 3, 2))],
    "posts but nothing judged": lambda: [_judged("a", of="not enough posts"), Product("b", "B")],
    "no complete day": lambda: [_judged("a"), Product("b", "B", days=steady(9, complete=False))],
    "an alarm that goes on": lambda: _changes({"ongoing": True}),
    "an alarm that is over": lambda: _changes({"last_day": BACK[5]}),
    "one alarm goes on, a worse one is over": lambda: _changes({"last_day": BACK[5]}, {"ongoing": True, "verdict": "silent"}),
    "an alarm, then no data": lambda: _changes({"ongoing": True, "last_day": LAST - timedelta(8)}),
    "silent": lambda: _changes({"metric": "silence", "verdict": "silent", "value": 0.0, "baseline": 40.0}),
    "stars and a flood": lambda: _changes({"metric": "stars", "flood": True, "value": 3.1, "baseline": 4.2, "beside": "Posts rose."}),
    "of each metric": lambda: _changes(
        *({"metric": m, "value": v, "baseline": b} for m, v, b in (("one_star", 0.4, 0.1), ("nps", -9.0, 20.0))),
        *({"metric": m, "value": v, "baseline": b} for m, v, b in (("volume", 120.0, 30.0), ("negative", 60.0, 20.0))),
    ),
    "answered": lambda: _changes({"answer": "known", "answer_why": "the server moved"}),
    "elsewhere too": lambda: _changes({"elsewhere": "On the same channels others changed with it: Nova (-0.20)."}),
    "many changes": lambda: _changes(*({} for _ in range(15))),
    "one post a day": lambda: [Product("a", "A", days=steady(40, posts=1))],
    "a quiet day": lambda: [Product("a", "A", days=[*steady(40, last=BACK[1]), Day(LAST, 0, 0, None)])],
    "a week in part": lambda: [
        Product("a", "A", days=[*steady(40, last=BACK[2]), Day(BACK[1], 9, 9, 0.1, False), *steady(1)])
    ],
    "only better": lambda: _changes({"told": False, "verdict": "better"}),
    "two channels": lambda: _with(_channel("shop"), _channel("forum")),
    "one channel": lambda: _with(_channel("shop")),
    "many behind": lambda: _with(
        _channel("a"), _channel("b", BACK[1]), _channel("c", BACK[2]), _channel("d", BACK[5]), _channel("e", None)
    ),
    "one without a complete day": lambda: _with(_channel("a"), _channel("b", None)),
    "of two products one has none": lambda: [
        _judged("a", channels=[_channel("s"), _channel("t")]), _judged("b", channels=[_channel("s"), _channel("t", None)])
    ],
    "no channel has one": lambda: _with(_channel("a", None)),
    "failed": lambda: _with(*(_channel(c, BACK[1], "failed", error="503") for c in "abcd"), _channel("e")),
    "never landed": lambda: _with(_channel("a"), _channel("b", None, "failed", last_landed_at=None)),
    "pending": lambda: _with(_channel("a"), _channel("b", status="pending")),
    "less than was asked": lambda: _with(_channel("a", capped=True), _channel("b")),
    "ended early": lambda: _with(_channel("a"), _channel("b", BACK[2], **EARLY)),
    "two ended early": lambda: _with(_channel("a", BACK[2], **EARLY), _channel("b", BACK[2], **EARLY)),
    "a gap": lambda: _with(_channel("shop"), gaps=(GAP,)),
}  # fmt: skip


def said(store: str, folder: Path) -> str:
    """The words of the page's first screen, without the SQL of its blocks."""
    page = words_of(publish(folder / "p.duckdb", MADE[store]()))
    return page.partition("<main")[2].partition('<section class="product"')[0].partition('id="coverage"')[0]
