"""Stores that the digest is written of: each a small published file about which something is true."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from published_file import LAST, Product, publish
from published_story import effect, episode, gap, nps

from earful.reports.digest import digest

Row = dict[str, Any]
MARCH = date(2026, 3, 2)


def _week(last: date = LAST, **more: Any) -> Row:
    return {
        "first_day": last - timedelta(6), "last_day": last, "days": 7, "days_before": 28, "posts": 140, "scored": 120,
        "mean_compound": 0.11, "negative_share": 0.2, "posts_before": 560, "scored_before": 480,
        "verdict": "not enough posts", **more,
    }  # fmt: skip


def _verdicts(last: date = LAST, of: str = "no real change") -> list[Row]:
    return [
        {"day": last - timedelta(n), "slice_kind": "product", "metric": "sentiment", "verdict": of} for n in range(7)
    ]


def _wave(reason: str, mean: float | None, without: float | None, days: int = 1) -> Row:
    return {
        "channel": "forum", "reason": reason, "first_day": LAST - timedelta(days), "last_day": LAST - timedelta(1),
        "posts": 40, "posts_of_days": 80, "share": 0.5, "mean_compound": mean, "mean_without": without,
    }  # fmt: skip


def _calm() -> list[Product]:
    even: Row = {"change": -0.01, "change_low": -0.06, "change_high": 0.04, "verdict": "no real change"}
    one = {"this_week": [_week(**even)], "verdicts": _verdicts()}
    return [Product("orbit", "Orbit", more=one)]


def _fell() -> list[Product]:
    """An alarm that goes on, of a week of which a day is missing that asking again may bring."""
    first = LAST - timedelta(4)
    lost = {"channel": "shop", "gap_from": first, "gap_to": LAST - timedelta(3), "days": 2, "reason": "failed: 503"}
    fetch = "earful backfill --from 2026-11-18 --to 2026-11-19 --product orbit --channel shop"
    change: Row = {"change": -0.28, "change_low": -0.35, "change_high": -0.21, "verdict": "worse"}
    more = {
        "this_week": [_week(days=5, rating_mean=3.2, **change)],
        "what_changed": [episode("e", first, LAST, ongoing=True, sentence="Orbit: worse from 2026-11-18 on.")],
        "verdicts": _verdicts(of="worse"),
        "release_effect": [effect(0, Random(1)) | {"day": LAST - timedelta(5)}],
        "emerging_words": [{"window": "last 7 days", "direction": "more", "rank": 1, "term": "drafts"}],
        "weakness_radar": [
            gap(0, "Login", Random(1)) | {"complaint_gap": 0.1, "complaint_share": 0.14, "their_complaint_share": 0.04}
        ],
        "nps_summary": [nps()],
        "share_of_voice": [_voice(0.25, 0.2, 0.3)],
    }
    gone = {"channel": "forum", "gap_from": LAST, "gap_to": LAST, "days": 1, "reason": "the source gives no more"}
    rival = {"this_week": [_week()], "share_of_voice": [_voice(0.75, None, None)], "verdicts": _verdicts()}
    return [
        Product("orbit", "Orbit", gaps=[lost | {"command": fetch}, gone], more=more),
        Product("nova", "Nova", own=False, more=rival),
    ]


def _voice(share: float, low: float | None, high: float | None) -> Row:
    return {
        "day": LAST, "comparable": True, "products": 2, "share_28d": share, "share_low": low, "share_high": high,
        "posts_28d": round(400 * share), "days_28d": 21, "channels": "shop",
    }  # fmt: skip


def _stale() -> list[Product]:
    """Data that ended in March, in the middle of an alarm, read in November."""
    began = episode("e", MARCH - timedelta(3), MARCH, ongoing=True, sentence="Orbit: worse from 2026-02-27 on.")
    more = {"this_week": [_week(MARCH)], "what_changed": [began], "verdicts": _verdicts(MARCH, "worse")}
    return [Product("orbit", "Orbit", more=more)]


def _partly() -> list[Product]:
    """Of two products one could be judged."""
    thin = {"this_week": [_week(scored=9)], "verdicts": _verdicts(of="not enough posts")}
    return [*_calm(), Product("nova", "Nova", own=False, more=thin)]


def _waves() -> list[Product]:
    """Advertising and repetition of every kind."""
    burst = {"first_day": LAST - timedelta(2), "last_day": LAST, "posts": 12, "mean_compound": -0.7}
    more = {
        "this_week": [_week()], "verdicts": _verdicts(),
        "bursts": [burst | {"kind": "repeated text"}, burst | {"kind": "one author", "mean_compound": None}],
        "spam_episodes": [_wave("copies", 0.6, 0.1, 3), _wave("author", 0.6, None), _wave("links", None, None)],
    }  # fmt: skip
    return [Product("orbit", "Orbit", more=more)]


def _one_wave(wave: Row) -> list[Product]:
    return [Product("orbit", "Orbit", more={"spam_episodes": [wave]})]


def _gap() -> list[Product]:
    """One that reaches into the days that a product's newest week is compared over, though they are long gone."""
    lost = {"channel": "shop", "gap_from": MARCH - timedelta(20), "gap_to": MARCH - timedelta(20), "days": 1}
    gap = {**lost, "reason": "failed: 503", "command": "earful backfill --from 2026-02-10 --to 2026-02-10"}
    return [Product("orbit", "Orbit", gaps=[gap], more={"this_week": [_week(MARCH)]})]


def _agreeing() -> list[Product]:
    agreed = nps(diverges=False, comparison="NPS and social sentiment did not really change")
    return [Product("orbit", "Orbit", more={"nps_summary": [agreed], "this_week": [_week()], "verdicts": _verdicts()})]


def _empty() -> list[Product]:
    return [Product("orbit", "Orbit")]


MADE: dict[str, Callable[[], list[Product]]] = {
    "calm": _calm, "fell": _fell, "stale": _stale, "partly judged": _partly, "waves": _waves, "agreeing": _agreeing,
    "empty": _empty, "a gap to fill": _gap, "copies": lambda: _one_wave(_wave("copies", 0.6, 0.1, 3)),
    "nothing but spam": lambda: _one_wave(_wave("author", 0.6, None)),
}  # fmt: skip


def said(store: str, folder: Path) -> str:
    """What both forms of the digest say; they must say the same."""
    made = digest(publish(folder / "p.duckdb", MADE[store]()))
    return f"{made.subject}\n{made.markdown}\n{made.html}"
