"""Calibration, NPS beside social, the weakness radar and the week, against the same numbers worked out by other means."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from landing import DAY, HOUR, T0, named, published, put, row, span

from earful.warehouse import Store, open_store, publish, query, register

NOON = T0 + 12 * HOUR
Z = 1.959964


@pytest.fixture
def utc(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "store.duckdb", time_zone="UTC") as opened:
        yield opened


def wilson(bad: float, n: float) -> tuple[float, float]:
    p = bad / n
    middle = (p + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z / (1 + Z * Z / n) * math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
    return middle - half, middle + half


def test_calibration_is_the_rank_correlation_and_the_area(utc: Store, tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    stars = rng.integers(1, 6, 400)
    scores = np.clip((stars - 3) / 4 + rng.normal(0, 0.35, 400), -1, 1).round(1)  # many ties
    put(
        utc,
        *(
            row(f"{i}", NOON + (i % 7) * DAY, float(c), rating=int(s))
            for i, (s, c) in enumerate(zip(stars, scores, strict=True))
        ),
    )
    (found,) = published(utc, tmp_path, "from calibration")
    frame = pd.DataFrame({"stars": stars, "score": scores})
    ranks = frame.rank()
    assert found["spearman"] == pytest.approx(ranks["stars"].corr(ranks["score"]))
    high, low = frame[frame.stars >= 4].score.to_numpy(), frame[frame.stars <= 2].score.to_numpy()
    area = np.mean([(h > low).mean() + (h == low).mean() / 2 for h in high])
    assert (found["auc"], found["n_high"], found["n_low"]) == (pytest.approx(area), len(high), len(low))
    assert found["auc_low"] < area < found["auc_high"] < found["auc_low"] + 0.15
    for star, mean in frame.groupby("stars").score.mean().items():
        assert found[f"mean_{star}"] == pytest.approx(mean)
    assert (found["against"], found["rated"], found["n"], found["warning"]) == ("stars", 400, 400, "")


def test_calibration_warns_where_the_score_is_not_to_be_trusted(utc: Store, tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    rows = [
        row(f"u{i}", NOON, round(rng.uniform(-1, 1), 2), rating=1 + 4 * (i % 2), channel="useless") for i in range(200)
    ]
    few = [row(f"f{i}", NOON, 0.5 if i % 2 else -0.5, rating=5 if i % 2 else 1, channel="few") for i in range(40)]
    german = [row(f"g{i}", NOON, None, language="de", rating=1, channel="few") for i in range(50)]
    put(utc, *rows, channel="useless")
    put(utc, *few, *german, channel="few")
    found = {(r["channel"], r["language"]): r for r in published(utc, tmp_path, "from calibration")}
    assert found["useless", "en"]["warning"].startswith("do not trust the score here")
    assert found["few", "en"]["warning"].startswith("too few to tell")
    assert found["few", "de"]["warning"].startswith("not scored")
    assert (found["few", "de"]["auc"], found["few", "de"]["auc_low"], found["few", "de"]["n"]) == (None, None, 0)


def answers(store: Store, counts: dict[int, int], first: int, days: int = 28, **more: Any) -> list[dict[str, Any]]:
    given = [nps for nps, count in counts.items() for _ in range(count)]
    return [
        row(
            f"a{first}-{i}",
            NOON + (first + i % days) * DAY,
            0.0,
            nps=nps,
            kind="survey",
            channel="nps",
            source="survey",
            **more,
        )
        for i, nps in enumerate(given)
    ]


def test_nps_summary_and_its_words(utc: Store, tmp_path: Path) -> None:
    before = answers(utc, {10: 60, 8: 20, 3: 20}, 0)
    now = answers(utc, {10: 30, 7: 20, 0: 50}, 28)
    put(utc, *before, *now, window=span(0, 56), channel="nps", source="survey")
    rng = np.random.default_rng(1)
    social = [
        row(f"s{d}-{n}", NOON + d * DAY, float(np.clip(rng.normal(0.2, 0.3), -1, 1)))
        for d in range(56)
        for n in range(8)
    ]
    put(utc, *social, window=span(0, 56))
    (found,) = published(utc, tmp_path, "from nps_summary")
    assert (found["nps"], found["nps_before"], found["change"], found["nps_count"]) == (-20.0, 40.0, -60.0, 100)
    assert found["distribution"] == [50, 0, 0, 0, 0, 0, 0, 20, 0, 0, 30]

    def adjusted(up: int, down: int, n: int) -> tuple[float, float]:
        p, q = (up + 0.75) / (n + 3), (down + 0.75) / (n + 3)
        return p - q, Z * math.sqrt((p + q - (p - q) ** 2) / (n + 3))

    (m1, h1), (m0, h0) = adjusted(30, 50, 100), adjusted(60, 20, 100)
    assert (found["nps_low"], found["nps_high"]) == (pytest.approx(100 * (m1 - h1)), pytest.approx(100 * (m1 + h1)))
    half = math.hypot(h1, h0)
    assert found["change_low"] == pytest.approx(100 * (m1 - m0 - half))
    assert found["change_high"] == pytest.approx(100 * (m1 - m0 + half))
    assert (found["verdict"], found["social_verdict"], found["diverges"]) == ("worse", "no real change", True)
    assert found["comparison"].startswith("NPS fell by 60 (")
    assert ", but social sentiment shows no real change (" in found["comparison"]
    assert found["social_n"] == 8 * 28


def test_nps_without_a_past_or_without_social_says_so(utc: Store, tmp_path: Path) -> None:
    put(utc, *answers(utc, {10: 20}, 28), window=span(28, 56), channel="nps", source="survey")
    (found,) = published(utc, tmp_path, "from nps_summary")
    assert (found["nps"], found["nps_before"], found["change"]) == (100.0, None, None)
    assert (found["verdict"], found["diverges"]) == ("not enough posts", False)
    assert found["comparison"] == "not enough posts to compare NPS with social sentiment"


def test_nps_topics_are_those_of_the_comments(utc: Store, tmp_path: Path) -> None:
    bad = answers(utc, {0: 20}, 28, topics=named(login=-0.6))
    put(
        utc,
        *bad,
        *(a | {"post_id": "x" + a["post_id"]} for a in answers(utc, {10: 20}, 28)),
        window=span(0, 56),
        channel="nps",
        source="survey",
    )
    (found,) = published(utc, tmp_path, "from nps_topics")
    assert (found["topic"], found["nps_count"], found["nps"], found["verdict"]) == ("login", 20, -100.0, "negative")
    assert found["mean_compound"] == pytest.approx(-0.6)


def talk(product: str, channel: str, good: int, bad: int, topic: str = "login", tag: str = "") -> list[dict[str, Any]]:
    return [
        row(
            f"{product}{channel}{topic}{tag}{i}", NOON + (i % 20) * DAY, 0.0, product=product, channel=channel, source=channel,
            topics=named(**{topic: -0.5 if i < bad else 0.5}),
        )
        for i in range(good + bad)
    ]  # fmt: skip


def radar(store: Store, folder: Path, posts: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    register(store, [("orbit", "Orbit", True), ("nova", "Nova", False)], [])
    for product in ("orbit", "nova"):
        for channel in ("app", "rd", "own"):
            mine = [p for p in posts if (p["product"], p["channel"]) == (product, channel)]
            if mine:
                put(store, *mine, product=product, channel=channel, source=channel, window=span(0, 20))
    return {r["topic"]: r for r in published(store, folder, "from weakness_radar")}


def test_radar_on_one_channel_is_newcombes_interval(utc: Store, tmp_path: Path) -> None:
    posts = (
        talk("orbit", "rd", 30, 50)
        + talk("nova", "rd", 40, 20)
        + talk("orbit", "rd", 20, 1, "ads")
        + talk("nova", "rd", 5, 5, "ads")
    )
    found = radar(utc, tmp_path, posts)
    login = found["login"]
    p, q = 50 / 80, 20 / 60
    (l1, u1), (l2, u2) = wilson(50, 80), wilson(20, 60)
    assert (login["negative_share"], login["their_negative_share"], login["gap"]) == tuple(
        map(pytest.approx, (p, q, p - q))
    )
    assert (login["negative_low"], login["negative_high"]) == (pytest.approx(l1, abs=1e-6), pytest.approx(u1, abs=1e-6))
    assert login["gap_low"] == pytest.approx(p - q - math.hypot(p - l1, u2 - q), abs=1e-6)
    assert login["gap_high"] == pytest.approx(p - q + math.hypot(u1 - p, q - l2), abs=1e-6)
    assert login["topic_share"] == pytest.approx(80 / 101)
    assert (login["verdict"], login["complaint_verdict"], login["rank"]) == ("weaker", "weaker", 1)
    p, q = 50 / 101, 20 / 70
    (l1, u1), (l2, u2) = wilson(50, 101), wilson(20, 70)
    assert (login["complaint_share"], login["their_complaint_share"]) == (pytest.approx(p), pytest.approx(q))
    assert login["complaint_gap_low"] == pytest.approx(p - q - math.hypot(p - l1, u2 - q), abs=1e-6)
    assert login["complaint_gap_high"] == pytest.approx(p - q + math.hypot(u1 - p, q - l2), abs=1e-6)
    ads = found["ads"]
    assert (ads["verdict"], ads["gap"], ads["posts"], ads["their_posts"]) == ("not enough posts", None, 21, 10)
    assert (ads["complaint_verdict"], ads["rank"]) == ("stronger", 2)


def test_a_topic_that_only_our_users_complain_about_is_a_weakness(utc: Store, tmp_path: Path) -> None:
    found = radar(utc, tmp_path, talk("orbit", "rd", 40, 30) + talk("nova", "rd", 60, 0, "ads"))
    login = found["login"]
    assert (login["verdict"], login["complaint_verdict"], login["rank"]) == ("not enough posts", "weaker", 1)
    assert (login["complaint_share"], login["their_complaint_share"]) == (pytest.approx(30 / 70), 0.0)


@pytest.mark.slow
def test_radar_compares_on_one_mix_and_on_common_channels(utc: Store, tmp_path: Path) -> None:
    """Both are the same on each channel; ours are mostly on the grumpy one. What only we have does not count."""
    posts = (
        talk("orbit", "rd", 20, 60)
        + talk("orbit", "app", 18, 2)
        + talk("nova", "rd", 5, 15)
        + talk("nova", "app", 72, 8)
    )
    posts += talk("orbit", "own", 0, 50)
    login = radar(utc, tmp_path, posts)["login"]
    assert login["gap"] == pytest.approx(0.0)
    assert login["verdict"] == "no real difference"
    assert (login["posts"], login["their_posts"]) == (100, 100)


@pytest.mark.slow
def test_radar_of_a_pair_whose_common_days_are_long_ago(utc: Store, tmp_path: Path) -> None:
    """Most pairs are compared on days of late; one that has none of those is compared where it has them."""
    found = radar(utc, tmp_path, talk("orbit", "rd", 30, 50) + talk("nova", "rd", 40, 20))["login"]
    register(utc, [("orbit", "Orbit", True), ("nova", "Nova", False), ("vega", "Vega", False)], [])
    late = T0 + 400 * DAY
    for product in ("orbit", "vega"):
        posts = [
            row(f"{product}late{i}", late + 12 * HOUR, 0.0, product=product, topics=named(login=-0.5 if i % 3 else 0.5))
            for i in range(30)
        ]
        put(utc, *posts, product=product, window=span(400, 401), now=late + 2 * DAY)
    both = {r["competitor"]: r for r in published(utc, tmp_path, "from weakness_radar")}
    assert both["nova"] == found
    assert (both["vega"]["last_day"], both["vega"]["posts"]) == (late.date(), 30)


def test_this_week_beside_the_28_days_before(utc: Store, tmp_path: Path) -> None:
    rng = np.random.default_rng(9)
    posts: list[dict[str, Any]] = []
    now: list[float] = []
    before: list[float] = []
    for d in range(35):
        for n in range(6):
            c = float(np.clip(rng.normal(-0.2 if d >= 28 else 0.3, 0.3), -1, 1).round(4))
            (now if d >= 28 else before).append(c)
            posts.append(row(f"{d}-{n}", NOON + d * DAY, c))
    put(utc, *posts, window=span(0, 35))
    (found,) = published(utc, tmp_path, "from this_week")
    assert (found["posts"], found["posts_before"], found["days"], found["days_before"]) == (42, 168, 7, 28)
    assert found["change"] == pytest.approx(np.mean(now) - np.mean(before))
    va, vb = np.var(now, ddof=1) / 42, np.var(before, ddof=1) / 168
    df = (va + vb) ** 2 / (va**2 / 41 + vb**2 / 167)
    t = Z + 2.372271 / df + 2.8225 / df**2
    assert found["change_high"] - found["change"] == pytest.approx(
        t * math.sqrt(va + vb + 0.0016 / 7 + 0.0016 / 28), rel=1e-4
    )
    assert found["verdict"] == "worse"


def test_a_store_without_posts_answers_everything(utc: Store, tmp_path: Path) -> None:
    from earful.warehouse.publishing.insights import TABLES

    register(utc, [("orbit", "Orbit", True)], [("rd", "reddit", "reddit")])
    path = publish(utc, tmp_path / "earful.duckdb").path
    assert {name: query(path, f"from {name}").rows for name in TABLES} == dict.fromkeys(TABLES, ())
