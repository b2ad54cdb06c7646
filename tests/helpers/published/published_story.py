"""What happened to a made-up product: rows of the views that say what changed, why, and how sure that is."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

Row = dict[str, Any]

LAST = date(2026, 11, 22)
TOPICS = [
    "Crashes and stability", "Login and account", "Updates and versions", "Price, billing and subscriptions", "Ads",
    "Content and features", "Performance and speed", "Privacy and safety", "Notifications", "Battery and device",
    "Interface and ease of use", "Support and service",
]  # fmt: skip


def story(slug: str, rng: random.Random) -> dict[str, list[Row]]:
    """Rows by view for a product of ``published_file.five``: a bad release, and all that goes with it."""
    bad = slug == "orbit"
    name = f"{slug} 2026-11-02 worse"
    first, last = date(2026, 11, 2), date(2026, 11, 8)
    return {
        "verdicts": [
            {
                "day": LAST - timedelta(days=back), "slice_kind": "product", "metric": "sentiment", "n": 40,
                "baseline": 0.2, "baseline_n": 2000, "baseline_days": 56, "change": -0.02, "change_low": -0.14,
                "change_high": 0.10, "verdict": "no real change", "alarm": False, "reason": "",
            }
            for back in range(90)
        ],
        "what_changed": [episode(name, first, last)] if bad else [],
        "episode_causes": [moved(name, topic, rng, n + 1) for n, topic in enumerate(TOPICS[:6])] if bad else [],
        "emerging_words": [
            {
                "window": "episode", "episode": name, "first_day": first, "last_day": last, "direction": "more",
                "rank": n + 1, "term": term, "g2": 300.0 - n, "authors": 90 - n, "all_authors": 300,
                "authors_before": 3, "all_authors_before": 1800, "share": (90 - n) / 300, "share_before": 3 / 1800,
                "mean_compound": -0.6, "mean_before": 0.1,
            }
            for n, term in enumerate(["drafts", "signs me", "7.9.0", "lost", "signed out", "support", "twice", "answered"])
        ] if bad else [],
        "posts": [quote(n, first) for n in range(6)] if bad else [],
        "by_topic": [topic(title, rng) for title in TOPICS],
        "releases": [release(n) for n in range(8)],
        "release_effect": [effect(n, rng) for n in range(8)],
        "weakness_radar": [gap(n, title, rng) for n, title in enumerate(TOPICS)] if slug in {"orbit", "lumen"} else [],
        "nps_summary": [nps()] if bad else [],
        "nps_topics": [
            {
                "topic": title, "topic_title": title, "nps_count": 40, "nps": -20.0, "nps_low": -44.0, "nps_high": 7.0,
                "mean_compound": -0.2, "mean_low": -0.4, "mean_high": 0.0, "verdict": "mixed",
            }
            for title in TOPICS[:4]
        ] if bad else [],
        "level": [level(metric) for metric in ("sentiment", "stars", "volume")],
        "robust_daily": [
            {
                "day": LAST - timedelta(days=back), "posts": 50, "scored": 40, "mean_compound": 0.2, "votes": 38.5,
                "robust_mean": 0.21, "robust_change": 0.01, "likes_mean": 0.2, "repeated": 2, "prolific": 1,
                "complete": True,
            }
            for back in range(40)
        ],
        "bursts": [
            {
                "kind": "repeated text", "first_day": first, "last_day": last, "posts": 12, "authors": 12,
                "channels": ["app_store_rss"], "mean_compound": -0.7, "posts_of_days": 300, "text": "Lost my drafts",
            }
        ] if bad else [],
        "calibration": [
            {
                "channel": "app_store_rss", "source": "app_store", "language": code, "against": "stars", "rated": 900,
                "n": 0 if warning else 880, "auc": None if warning else 0.87, "auc_low": None if warning else 0.85,
                "auc_high": None if warning else 0.89, "mean_high": None if warning else 0.61,
                "mean_low": None if warning else -0.32, "warning": warning,
            }
            for code, warning in (("en", ""), ("de", "not scored: the scorer does not know the language"))
        ] if bad else [],
        "recovery": [
            {"changed": 20, "recovered": 12, "recovered_share": 0.6, "stars_gained": 2.4, "median_days": 3.5, "answered": 4}
        ] if bad else [],
        "share_of_voice": [
            {
                "day": LAST, "posts": 40, "share": 0.2, "posts_28d": 1100, "all_posts_28d": 5500, "days_28d": 28,
                "share_28d": 0.2, "share_low": 0.17, "share_high": 0.23, "products": 5, "channels": "app_store_rss",
                "comparable": True,
            }
        ],
    }  # fmt: skip


def hostile(texts: list[str], last: date = LAST) -> dict[str, list[Row]]:
    """Rows in which every text that people or configurations write is one of ``texts``."""
    rng = random.Random(1)
    day = last - timedelta(days=2)
    rows: dict[str, list[Row]] = {
        "what_changed": [
            episode(f"e{n}", day, last, slice_kind="topic", channel=text, market=text, topic=text, app_version=text,
                    topics=[text], versions=[text], causes=[text], sentence=text)
            for n, text in enumerate(texts)
        ],
        "episode_causes": [{**moved(f"e{n}", text, rng, 1), "same_as": [text]} for n, text in enumerate(texts)],
        "emerging_words": [
            {
                "window": "episode", "episode": name, "first_day": day, "last_day": last, "direction": "more", "rank": n + 1,
                "term": text, "authors": 9, "all_authors": 30, "share": 0.3, "share_before": 0.0,
            }
            for name in ("", "e0") for n, text in enumerate([*texts, "lost"])
        ],
        "posts": [
            {**quote(n, day), "title": text[:999], "text": f"{n} lost {text}"[:270], "market": text, "app_version": text}
            for n, text in enumerate(texts[:6])
        ],
        "by_topic": [topic(text, rng) for text in texts],
        "releases": [{**release(n), "release": text} for n, text in enumerate(texts)],
        "weakness_radar": [{**gap(n, text, rng), "competitor_name": text} for n, text in enumerate(texts)],
        "nps_summary": [nps(comparison=" ".join(texts))],
        "level": [level("stars", comparison="other channels", channel=text, sentence=text) for text in texts],
        "bursts": [
            {"kind": "repeated text", "first_day": day, "last_day": last, "posts": 9, "authors": 9, "posts_of_days": 20, "text": text}
            for text in texts
        ],
        "robust_daily": [{"day": last, "scored": 9, "mean_compound": 0.1, "votes": 9.0, "robust_mean": 0.1, "repeated": 9, "complete": True}],
        "calibration": [{"channel": text, "source": text, "language": "en", "against": "stars", "rated": 9, "warning": text} for text in texts],
    }  # fmt: skip
    return rows


def episode(name: str, first: date, last: date, **told: Any) -> Row:
    return {
        "episode": name, "metric": "sentiment", "verdict": "worse", "slice_kind": "product", "channel": "", "market": "",
        "topic": "", "app_version": "", "first_day": first, "last_day": last, "alarm_day": first, "told": True, "ongoing": False,
        "days": 7, "n": 512, "value": -0.07, "baseline": 0.21, "change": -0.28, "change_low": -0.35, "change_high": -0.21,
        "within": -0.27, "mix": -0.01, "z": -6.1, "topics": ["login", "crashes"], "causes": ["login 62%", "crashes 21%"],
        "channels": [], "markets": [],
        "versions": ["7.9.0"], "flood": False,
        "sentence": "Orbit Mail: worse from 2026-11-02 to 2026-11-08. Mean -0.07 over 512 posts, before +0.21.", **told,
    }  # fmt: skip


def moved(name: str, title: str, rng: random.Random, rank: int) -> Row:
    within, mix = -abs(rng.gauss(0.05, 0.02)), rng.gauss(0, 0.01)
    share = (within + mix) / -0.28
    return {
        "episode": name, "rank": rank, "dimension": "topic", "value": title, "label": title, "named": rank < 3,
        "share": share, "share_low": share - 0.1, "share_high": share + 0.1, "p": 0.01 if rank < 3 else 0.6,
        "n": 90, "posts_share": 0.3, "mean": -0.4, "n_before": 200, "posts_share_before": 0.1, "mean_before": 0.1,
        "within": within, "mix": mix, "contribution": within + mix, "same_as": [],
    }  # fmt: skip


def quote(n: int, first: date) -> Row:
    openings = [
        "Lost drafts again",
        "It signs me out",
        "Since 7.9.0 nothing works",
        "All notes lost",
        "Signed out twice",
        "Support is gone",
    ]
    return {
        "channel": "app_store_rss", "post_id": f"q{n}", "source": "app_store", "kind": "review", "market": "us",
        "day": first + timedelta(days=n % 3), "author": f"{n:064x}", "title": "Bad", "rating": 1, "scored": True,
        "text": f"{openings[n]}, thanks @somebody and u/someone-else for nothing at all.", "compound": -0.8 + n / 100,
        "app_version": "7.9.0", "url": f"https://example.com/q/{n}",
    }  # fmt: skip


def topic(title: str, rng: random.Random) -> Row:
    mean, before = rng.gauss(0, 0.2), rng.gauss(0, 0.2)
    return {
        "topic": title, "topic_title": title, "posts": rng.randint(5, 300), "share": 0.1, "mean_compound": mean,
        "negative_share": 0.4, "rating_mean": 3.1, "impact": rng.gauss(0, 0.03), "posts_before": 90, "share_before": 0.1,
        "mean_before": before, "negative_share_before": 0.3, "change": mean - before,
    }  # fmt: skip


def release(n: int) -> Row:
    return {
        "release": f"7.{9 - n}.0",
        "version": f"7.{9 - n}.0",
        "day": date(2026, 11, 2) - timedelta(days=17 * n),
        "kind": "version",
    }


def effect(n: int, rng: random.Random) -> Row:
    change = -0.28 if n == 0 else rng.gauss(0, 0.02)
    return {
        "release": f"7.{9 - n}.0", "day": date(2026, 11, 2) - timedelta(days=17 * n), "scope": "product", "topic": "",
        "days_before": 14, "days_after": 14, "n_before": 400, "n_after": 410, "mean_before": 0.2,
        "mean_after": 0.2 + change, "change": change, "change_low": change - 0.08, "change_high": change + 0.08,
        "verdict": "worse" if n == 0 else "no real change",
    }  # fmt: skip


def gap(n: int, title: str, rng: random.Random) -> Row:
    return {
        "competitor": "bigmail", "competitor_name": "BigMail", "topic": title, "topic_title": title,
        "first_day": LAST - timedelta(days=27), "last_day": LAST, "posts": 90, "their_posts": 300,
        "negative_share": 0.5, "negative_low": 0.4, "negative_high": 0.6, "their_negative_share": 0.3,
        "their_negative_low": 0.25, "their_negative_high": 0.35, "gap": 0.2, "gap_low": 0.1, "gap_high": 0.3,
        "topic_share": 0.1, "complaint_gap": rng.random() / 10,
        "complaint_gap_low": 0.001, "complaint_gap_high": 0.12, "complaint_verdict": "weaker", "verdict": "weaker", "rank": n + 1,
    }  # fmt: skip


def nps(**told: Any) -> Row:
    return {
        "first_day": LAST - timedelta(days=27), "last_day": LAST, "nps_count": 120, "promoters": 60, "passives": 30,
        "detractors": 30, "nps": 25.0, "nps_low": 10.1, "nps_high": 38.7,
        "distribution": [2, 1, 3, 4, 5, 7, 8, 14, 16, 33, 27], "nps_count_before": 110, "nps_before": 31.0,
        "change": -6.0, "change_low": -26.0, "change_high": 14.0, "verdict": "no real change", "social_n": 2000,
        "social_mean": 0.1, "social_change": -0.12, "social_change_low": -0.19, "social_change_high": -0.05,
        "social_verdict": "worse", "diverges": True,
        "comparison": "NPS did not really change (-26 to +14), but social sentiment fell by 0.12 (0.05 to 0.19)", **told,
    }  # fmt: skip


def level(metric: str, **told: Any) -> Row:
    value, other = {"sentiment": (0.2, 0.1), "stars": (3.6, 3.4), "volume": (40.0, 90.0)}[metric]
    return {
        "comparison": "competitors", "other": "", "channel": "", "metric": metric,
        "first_day": LAST - timedelta(days=27), "last_day": LAST, "days": 28, "n": 900, "value": value, "other_n": 1800,
        "other_value": other, "difference": value / other if metric == "volume" else value - other,
        "difference_low": 0.02, "difference_high": 0.5, "verdict": "above", "new": False, "complete_days": 116,
        "sentence": "above its competitors", **told,
    }  # fmt: skip
