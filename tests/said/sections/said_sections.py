"""Stores that the page's sections are written of: each a small published file about which something is true."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from published_file import LAST, Day, Product, publish, steady
from published_story import effect, episode, gap, level, moved, nps, release, story
from undrawn import words_of

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
        "posts_before": 39, "scored_before": 31, "mean_before": 0.2, "change": -0.1,
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
    better = episode("e3", BACK[25], BACK[24], told=False, verdict="better")
    days = [*steady(118), Day(BACK[0], 9, 0, None)]
    few = [Day(BACK[119], 9, 9, 0.1), *steady(118, last=BACK[1]), Day(BACK[0], 9, 8, 0.1, False)]
    more = {
        "what_changed": [alarm, known, better], "verdicts": _judged(), "incidents": [{"day": BACK[30], "name": "outage"}],
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
    "tables": lambda: one(
        markets=[
            _market("us"), _market("de", posts=20, posts_before=0, mean_before=None, change=None),
            _market("fr", posts=10, mean_before=None, change=None), _market("", posts=5),
        ],
        versions=[_version("2.0", BACK[9], BACK[0]), _version("1.9", BACK[20], BACK[20], 0)],
        gaps=[_gap(9, 7), _gap(20, 20)],
    ),
    "other tables": lambda: one(
        markets=[_market("us", scored=0, mean_compound=None, change=None)],
        gaps=[_gap(9, 9, fetchable=False, command=None)], channels=[_channel("shop")],
    ),
    "long tables": lambda: one(
        markets=[_market(f"m{n}") for n in range(10)], versions=[_version(f"1.{n}", BACK[n], BACK[n], 0) for n in range(9)],
        gaps=[_gap(n, n) for n in range(0, 50, 2)],
    ),
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

_NAME = "a 2026-11-02 worse"


def _explained() -> dict[str, list[Row]]:
    """An episode whose parts are of every kind."""
    parts = [
        moved(_NAME, "Login", Random(1), 1) | {"same_as": ["channel shop"]},
        moved(_NAME, "Rest", Random(1), 2) | {"dimension": "rest", "named": False, "label": "no part alone"},
        moved(_NAME, "Ads", Random(1), 3) | {"named": False, "p": 1.0, "share": -0.4, "share_high": 0.1},
        moved(_NAME, "Price", Random(1), 4) | {"named": False, "p": 0.01, "share": 0.05},
        moved(_NAME, "Look", Random(1), 5) | {"named": False, "p": 1.0, "share": -0.2, "share_high": -0.1},
    ]
    return {"what_changed": [episode(_NAME, BACK[20], BACK[14])], "episode_causes": parts}


def _words(name: str) -> dict[str, list[Row]]:
    rows = story("orbit", Random(0))
    words = [w | {"episode": name, "window": "x"} for w in rows["emerging_words"]]
    return {"emerging_words": words, "posts": rows["posts"]}


def _topic(n: int, **more: Any) -> Row:
    row: Row = {
        "topic": f"t{n}", "topic_title": f"Topic {n}", "posts": 30, "share": 0.1, "mean_compound": 0.1, "negative_share": 0.4,
        "impact": -0.02, "posts_before": 90, "mean_before": 0.2, "change": -0.1,
    }  # fmt: skip
    return row | more


def _guards(repeated: int = 2) -> list[Row]:
    return [
        {
            "day": day, "scored": 40, "mean_compound": 0.2, "votes": 38.5, "robust_mean": 0.21, "repeated": repeated,
            "complete": True,
        }
        for day in BACK[:40]
    ]  # fmt: skip


def _burst(n: int, **more: Any) -> Row:
    row: Row = {
        "kind": "repeated text", "first_day": BACK[9], "last_day": BACK[7], "posts": 12 + n, "authors": 11,
        "mean_compound": -0.7, "posts_of_days": 300, "text": "Lost my drafts",
    }  # fmt: skip
    return row | more


def _wave(n: int, **more: Any) -> Row:
    row: Row = {
        "channel": "forum", "reason": "copies", "first_day": BACK[3 + n], "last_day": BACK[1 + n], "posts": 40,
        "posts_of_days": 80, "share": 0.5, "mean_compound": 0.6, "mean_without": 0.1, "example": "Call us now",
    }  # fmt: skip
    return row | more


def trusted(n: int, **more: Any) -> Row:
    row: Row = {
        "channel": f"c{n}", "source": "shop", "language": "en", "against": "stars", "rated": 90, "n": 88, "auc": 0.87,
        "auc_low": 0.85, "auc_high": 0.89, "mean_high": 0.61, "mean_low": -0.32, "warning": "",
    }  # fmt: skip
    return row | more


def _nps(count: int = 120, topics: int = 0, **more: Any) -> dict[str, list[Row]]:
    named = [
        {
            "topic": f"t{n}", "topic_title": f"T {n}", "nps_count": 40, "nps": -20.0, "nps_low": -44.0, "nps_high": 7.0,
            "mean_compound": -0.2, "mean_low": -0.4, "mean_high": 0.0, "verdict": "mixed",
        }
        for n in range(topics)
    ]  # fmt: skip
    return {"nps_summary": [nps(nps_count=count, **more)], "nps_topics": named}


def voice(share: float) -> Row:
    return {
        "day": LAST, "posts_28d": round(1000 * share), "all_posts_28d": 1000, "days_28d": 21, "share_28d": share,
        "share_low": share - 0.1, "share_high": share + 0.1, "products": 2, "channels": "shop", "comparable": True,
    }  # fmt: skip


def _recovered(**more: Any) -> Row:
    row: Row = {
        "changed": 20,
        "recovered": 12,
        "recovered_share": 0.6,
        "stars_gained": 2.4,
        "median_days": 3.5,
        "answered": 4,
    }
    return row | more


def _radar(*days: date, topics: int = 1) -> list[Row]:
    return [
        gap(n, f"Topic {n}", Random(n)) | {"competitor_name": f"C{at}", "competitor": f"c{at}", "last_day": last}
        for n in range(topics)
        for at, last in enumerate(days)
    ]


def _whole() -> list[Product]:
    """Two products of which everything is known that the page can tell."""
    words = _words(_NAME)
    newest = words["emerging_words"][0] | {"episode": "", "first_day": BACK[6], "last_day": LAST}
    more = _explained() | {
        "emerging_words": [*words["emerging_words"], newest], "posts": words["posts"], "by_topic": [_topic(1)],
        "level": [
            level("sentiment"), level("volume", verdict="far above"), level("stars", verdict="far below"),
            level("sentiment", comparison="other channels", channel="shop"),
        ],
        "releases": [release(0)], "release_effect": [effect(0, Random(1))], "recovery": [_recovered()],
        "weakness_radar": _radar(LAST), **_nps(topics=2), "robust_daily": _guards(), "share_of_voice": [voice(0.25)],
        "bursts": [_burst(1), _burst(0, kind="one author", authors=1, mean_compound=None, text=None)],
        "spam_episodes": [_wave(0)],
        "calibration": [trusted(0), trusted(1, warning="too few to tell: fewer than 30 on a side")],
    }  # fmt: skip
    worst = [_worst(1), _worst(2, url="ftp://x", app_version=None)]
    markets = [_market("us")]
    rival = {"share_of_voice": [voice(0.75)], "level": [level("stars"), level("volume")]}
    return [
        *one(worst=worst, markets=markets, versions=[_version("2.0", BACK[9], LAST)], more=more),
        Product("n", "N", own=False, days=steady(9), more=rival),
    ]


def _much() -> list[Product]:
    """More of everything than the page shows, and the other way of saying each thing."""
    word = _words("")["emerging_words"][0] | {"episode": "", "first_day": LAST, "last_day": LAST}
    none = {"mean_before": None, "mean_after": None, "change": None, "verdict": "not enough posts"}
    return views(
        emerging_words=[word],
        by_topic=[_topic(n, posts_before=0, mean_before=None, change=None) for n in range(16)],
        level=[
            level("stars", comparison="other channels", channel=f"c{n:02}", verdict="not enough posts") for n in range(11)
        ],
        releases=[release(n) for n in range(8)], release_effect=[effect(n, Random(n)) | none for n in range(8)],
        recovery=[_recovered(changed=1, recovered=1, stars_gained=None, median_days=None, answered=0)],
        weakness_radar=_radar(LAST, BACK[20], topics=9),
        robust_daily=_guards(), bursts=[_burst(n) for n in range(5)],
        spam_episodes=[_wave(n, example=None) for n in range(5)],
        calibration=[trusted(n) for n in range(18)], **_nps(9, 16, change=None),
    )  # fmt: skip


#: Stores of what insight.html.j2 and product.html.j2 say.
INSIGHT: dict[str, Callable[[], list[Product]]] = {
    "whole": _whole,
    "much": _much,
    "gone": lambda: [*one(steady(30)), Product("g", "G", days=steady(9, last=BACK[130]))],
    "unscored": lambda: one([Day(day, 9, 0, None) for day in reversed(BACK[:9])]),
    "without posts": lambda: [*one(steady(2, posts=4)), Product("g", "G", own=False)],
    "new": lambda: views(level=[level("sentiment", new=True, complete_days=20, verdict="no real difference")]),
}


def _worst(n: int, **more: Any) -> Row:
    row: Row = {
        "day": LAST, "channel": "shop", "source": "app_store", "market": "us", "compound": -0.9, "rating": 1,
        "app_version": "7.9", "title": "Bad", "text": f"It lost draft {n}", "url": f"https://example.com/{n}", "post_id": f"{n}",
    }  # fmt: skip
    return row | more


MADE: dict[str, Callable[[], list[Product]]] = {**BLOCKS, **INSIGHT}


_FILES = TemporaryDirectory()


@cache
def page(store: str) -> str:
    """The page of a store, see undrawn."""
    return words_of(publish(Path(_FILES.name) / f"{store}.duckdb", MADE[store]()))


def said(store: str, folder: Path) -> str:
    """The words of the page's sections, between its first screen and its glossary."""
    del folder
    html = page(store)
    return html[html.index("</section>", html.index('id="today"')) :].partition('aria-labelledby="reading-h"')[0]
