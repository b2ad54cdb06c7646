"""Stores that the frame of the page is written of: its head, its competitors, how to read it, its foot."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from published_file import LAST, Product, publish, steady
from published_story import gap
from said_sections import one, trusted, voice
from undrawn import words_of

from earful.reports.standing import Standing


def _voiced(*shares: float) -> list[Product]:
    """A product of ours and competitors, each with its share of voice."""
    return [
        Product(f"p{n}", f"P{n}", own=not n, days=steady(9), more={"share_of_voice": [voice(share)]})
        for n, share in enumerate(shares)
    ]


def _compared() -> list[Product]:
    ours, theirs = _voiced(0.25, 0.75)
    more = {
        **ours.more, "weakness_radar": [gap(0, "Login", Random(1))],
        "calibration": [trusted(0), trusted(1, warning="too few to tell: fewer than 30 on a side")],
    }  # fmt: skip
    lost = {"channel": "shop", "gap_from": LAST, "gap_to": LAST, "days": 1, "fetchable": False, "reason": "no more"}
    return [Product(ours.slug, ours.name, days=ours.days, more=more, gaps=[lost]), theirs]


MADE: dict[str, Callable[[], list[Product]]] = {
    "one product": lambda: one(steady(9)),
    "of nights": lambda: one(steady(9)),
    "of nights that stand well": lambda: one(steady(9)),
    "of nights that do not": lambda: one(steady(9)),
    "compared": _compared,
    "five compared": lambda: _voiced(0.2, 0.2, 0.2, 0.2, 0.2),
    "one followed": lambda: [*_voiced(1.0), Product("old", "Old", own=False, days=steady(9, last=LAST - timedelta(9)))],
    "never compared": lambda: [*one(steady(9)), Product("n", "N", own=False, days=steady(9))],
    "no product": list,
    "no post": lambda: [Product("a", "A", channels=())],
}

_LOOKED = datetime(2026, 3, 2, 4, tzinfo=UTC)
STANDING = {
    "of nights that stand well": Standing(_LOOKED, (("server", "not running"),), (("OK", "nights go on"),), ok=True),
    "of nights that do not": Standing(
        _LOOKED, (("server", "not running"),), (("CRITICAL", "disk-full: free space"), ("WARNING", "gaps: 2")), ok=False
    ),
}


def said(store: str, folder: Path) -> str:
    """The words of the whole page, without the SQL of its blocks."""
    file = publish(folder / f"{store}.duckdb", MADE[store]())
    return words_of(file, 29 if store == "of nights" else None, STANDING.get(store))
