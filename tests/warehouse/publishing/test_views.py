"""The published views on a small case, with numbers worked out by hand."""

# Long because: one small store worked out by hand serves the views that have no test of their own.

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from landing import DAY, HOUR, NOW, T0, named, put, row, span

from earful.connectors.base import Coverage
from earful.warehouse import land_failure, open_store, publish, query, register, standing

D1 = date(2026, 3, 2)
NOON = T0 + 12 * HOUR
APP = {"channel": "app", "source": "app_store"}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Orbit on Reddit and in the App Store, nova on Reddit; in UTC, from 2 to 8 March.

    Reddit: all 7 days of both. App Store (orbit): 2 to 4 March landed, 5 and 6 failed, nobody asked for 7 March, 8
    March landed.
    """
    folder = tmp_path_factory.mktemp("views")
    with open_store(folder / "store.duckdb", time_zone="UTC") as store:
        register(
            store,
            [("orbit", "Orbit", True), ("nova", "Nova", False)],
            [("rd", "reddit", "reddit"), ("app", "app_store", "app_store_rss")],
        )
        put(
            store,
            row("r1", NOON, 0.5),
            row("r2", NOON, -0.5),
            row("r3", NOON, 0.0, text="meh", recommended=True),
            row("r4", NOON, None, recommended=False),
            row("r5", NOON + 3 * DAY, -0.9, title="T", text="worst", url="https://example.org/r5"),
            row("r6", NOON + 4 * DAY, -0.05, text=""),
        )
        put(store, *(row(f"n{i}", NOON + i * DAY, 0.3, product="nova") for i in range(4)), product="nova")
        reviews: list[dict[str, Any]] = [
            row("s1", NOON, 0.8, rating=5, nps=10, app_version="1.0", market="de", **APP),
            row("s2", NOON, -0.4, rating=2, nps=6, app_version="1.1", market="us", **APP),
            row("s3", NOON + DAY, -0.2, rating=1, nps=9, app_version="1.1", market="us", **APP),
        ]
        put(store, *reviews, window=span(0, 3), **APP)
        land_failure(
            store,
            run_id="r",
            channel="app",
            source="app_store",
            product="orbit",
            window=span(3, 5),
            error="503",
            now=NOW,
        )
        cut = Coverage(T0 + 6 * DAY, T0 + 7 * DAY, capped=True, note="500 reviews")
        put(store, window=span(6, 7), coverage=cut, now=NOW + HOUR, **APP)
        publish(store, folder / "earful.duckdb", now=NOW)
    return folder / "earful.duckdb"


def ask(path: Path, sql: str) -> list[dict[str, Any]]:
    answer = query(path, sql)
    return [dict(zip(answer.columns, values, strict=True)) for values in answer.rows]


def test_daily_sentiment(small: Path) -> None:
    (first,) = ask(small, "from daily_sentiment where day = '2026-03-02' and product = 'orbit'")
    assert first == {
        "day": D1, "product": "orbit", "product_name": "Orbit", "own": True, "posts": 6, "scored": 5, "unscored": 1,
        "positive": 2, "neutral": 1, "negative": 2, "mean_compound": 0.4 / 5, "positive_share": 2 / 5,
        "negative_share": 2 / 5, "rating_count": 2, "rating_mean": 3.5, "recommend_share": 0.5, "channels": 2,
        "complete": True, "scorer_version": "v1",
    }  # fmt: skip
    complete = ask(small, "select day, complete from daily_sentiment where product = 'orbit' order by day")
    assert [(r["day"].day, r["complete"]) for r in complete] == [(2, True), (3, True), (5, False), (6, False)]


def test_completeness_counts_the_channels_that_were_asked(small: Path) -> None:
    found = ask(small, "select day, channels, channels_complete from completeness where product = 'orbit' order by day")
    assert [(r["day"].day, r["channels"], r["channels_complete"]) for r in found] == [
        (2, 2, 2), (3, 2, 2), (4, 2, 2), (5, 2, 1), (6, 2, 1), (7, 1, 1), (8, 2, 2),
    ]  # fmt: skip


def test_trend_has_every_day_and_pools_complete_days_only(small: Path) -> None:
    found = ask(small, "from trend where product = 'orbit' order by day")
    assert [(r["day"].day, r["posts"], r["complete"], r["days_7d"], r["posts_7d"]) for r in found] == [
        (2, 6, True, 1, 6), (3, 1, True, 2, 7), (4, 0, True, 3, 7), (5, 1, False, 3, 7), (6, 1, False, 3, 7),
        (7, 0, True, 4, 7), (8, 0, True, 5, 7),
    ]  # fmt: skip
    last = found[-1]
    assert last["mean_7d"] == 0.2 / 6
    assert (last["scored_7d"], last["posts_28d"], last["scored_28d"], last["mean_28d"]) == (6, 7, 6, 0.2 / 6)
    assert last["mean_compound"] is None
    assert found[3]["mean_compound"] == -0.9, "an incomplete day has its own mean, outside the pooled ones"


def test_coverage_gaps(small: Path) -> None:
    found = ask(small, "select * from coverage_gaps")
    assert found == [
        {
            "product": "orbit", "channel": "app", "gap_from": date(2026, 3, 5), "gap_to": date(2026, 3, 6), "days": 2,
            "reason": "failed: 503", "fetchable": True,
            "command": "earful backfill --from 2026-03-05 --to 2026-03-06 --product orbit --channel app",
        },
        {
            "product": "orbit", "channel": "app", "gap_from": date(2026, 3, 7), "gap_to": date(2026, 3, 7), "days": 1,
            "reason": "nobody asked for it", "fetchable": True,
            "command": "earful backfill --from 2026-03-07 --to 2026-03-07 --product orbit --channel app",
        },
    ]  # fmt: skip


def test_a_capped_first_pull_is_a_gap_with_its_reason(tmp_path: Path) -> None:
    with open_store(tmp_path / "store.duckdb", time_zone="UTC") as store:
        cut = Coverage(T0 + 5 * DAY, T0 + 7 * DAY, capped=True, note="1,000 items")
        put(store, row("a", NOON + 5 * DAY), coverage=cut)
        path = publish(store, tmp_path / "earful.duckdb").path
    (gap,) = ask(path, "from coverage_gaps")
    assert (gap["gap_from"], gap["gap_to"], gap["days"]) == (D1, date(2026, 3, 6), 5)
    assert gap["reason"] == "the source gives no more: 1,000 items"
    assert gap["fetchable"] is False
    assert gap["command"] is None, "nothing is offered that would bring nothing"
    assert ask(path, "select min(day) as first from completeness") == [{"first": date(2026, 3, 7)}], "no outage before"
    (line,) = ask(path, "select capped, note, status, error from freshness")
    assert line == {"capped": True, "note": "1,000 items", "status": "ok", "error": None}


def test_the_running_day_is_no_gap(tmp_path: Path) -> None:
    with open_store(tmp_path / "store.duckdb", time_zone="UTC") as store:
        put(store, row("a", NOON), window=span(0, 2.25), now=T0 + 2.25 * DAY)
        path = publish(store, tmp_path / "earful.duckdb").path
    assert ask(path, "from coverage_gaps") == []
    assert [r["complete"] for r in ask(path, "from trend order by day")] == [True, True, False]


def test_worst_posts(small: Path) -> None:
    found = ask(small, "select * from worst_posts")
    assert [(r["post_id"], r["compound"]) for r in found] == [("r5", -0.9), ("r2", -0.5), ("s2", -0.4), ("s3", -0.2)]
    assert found[0] == {
        "day": date(2026, 3, 5), "product": "orbit", "product_name": "Orbit", "own": True, "channel": "rd",
        "source": "reddit", "market": "", "compound": -0.9, "rating": None, "app_version": None, "title": "T",
        "text": "worst", "url": "https://example.org/r5", "post_id": "r5",
    }  # fmt: skip


def test_nps_daily(small: Path) -> None:
    found = ask(small, "from nps_daily order by day")
    assert [(r["nps_count"], r["promoters"], r["passives"], r["detractors"], r["nps"]) for r in found] == [
        (2, 1, 0, 1, 0.0), (1, 1, 0, 0, 100.0),
    ]  # fmt: skip
    # n = 2 with a promoter and a detractor: (1.75 - 1.75) / 5 +- 1.96 sqrt(0.7 / 5), in hundredths.
    assert found[0]["nps_low"] == pytest.approx(-73.335, abs=0.001)
    assert found[0]["nps_high"] == pytest.approx(73.335, abs=0.001)
    # n = 1 with a promoter: centre (1.75 - 0.75) / 4 = 0.25, variance (0.4375 + 0.1875 - 0.0625) / 4.
    assert found[1]["nps_low"] == pytest.approx(25 - 73.4986, abs=0.001)
    assert found[1]["nps_high"] == pytest.approx(25 + 73.4986, abs=0.001)


def test_by_version(small: Path) -> None:
    found = ask(small, "select * from by_version where product = 'orbit' and app_version <> ''")
    assert found == [
        {
            "product": "orbit", "product_name": "Orbit", "app_version": "1.1", "first_day": D1,
            "last_day": date(2026, 3, 3), "posts": 2, "scored": 2, "mean_compound": -0.6 / 2, "negative_share": 1.0,
            "rating_count": 2, "rating_mean": 1.5,
        },
        {
            "product": "orbit", "product_name": "Orbit", "app_version": "1.0", "first_day": D1, "last_day": D1,
            "posts": 1, "scored": 1, "mean_compound": 0.8, "negative_share": 0.0, "rating_count": 1, "rating_mean": 5.0,
        },
    ]  # fmt: skip


def test_by_market(tmp_path: Path) -> None:
    later = NOON + 28 * DAY
    with open_store(tmp_path / "store.duckdb", time_zone="UTC") as store:
        put(
            store,
            row("old", NOON, 0.2, market="de", rating=5),
            row("new", later, -0.3, market="de", rating=2),
            row("fresh", later, 0.4, market="us"),
            row("ancient", NOON - 29 * DAY, 0.9, market="fr"),
            window=span(-40, 40),
        )
        path = publish(store, tmp_path / "earful.duckdb").path
    names = ("market", "posts", "scored", "mean_compound", "rating_mean", "posts_before", "mean_before", "change")
    found = ask(path, f"select {', '.join(names)} from by_market order by market")
    assert [tuple(r.values()) for r in found] == [
        ("de", 1, 1, -0.3, 2.0, 1, 0.2, -0.5),
        ("us", 1, 1, 0.4, None, 0, None, None),
    ]


def test_by_topic(tmp_path: Path) -> None:
    later = NOON + 28 * DAY
    with open_store(tmp_path / "store.duckdb", time_zone="UTC") as store:
        register(store, [("orbit", "Orbit", True)], [], [("ads", "Advertising")])
        put(
            store,
            row("old", NOON, 0.2, topics=named(ads=-0.1, login=0.6)),
            row("older", NOON, 0.4),
            row("a", later, -0.3, topics=named(ads=-0.6), rating=2),
            row("b", later, 0.1, topics=named(ads=0.0, ui=0.3), rating=3),
            row("c", later, 0.5),
            row("d", later, 0.9, topics=named(ui=0.5)),
            row("unscored", later, None),
            row("ancient", NOON - 29 * DAY, 0.9, topics=named(battery=0.9)),
            window=span(-40, 40),
        )
        path = publish(store, tmp_path / "earful.duckdb").path
    found = ask(path, "from by_topic")
    assert found[0] == {
        "product": "orbit", "product_name": "Orbit", "own": True, "topic": "ads", "topic_title": "Advertising",
        "posts": 2, "share": 2 / 4, "mean_compound": -0.3, "negative_share": 0.5, "rating_mean": 2.5,
        # 1.2 of 4 posts with them, 1.4 of 2 without.
        "impact": 1.2 / 4 - 1.4 / 2, "impact_low": None, "impact_high": None, "posts_before": 1, "share_before": 1 / 2, "mean_before": -0.1,
        "negative_share_before": 1.0, "change": -0.3 - -0.1,
    }  # fmt: skip
    names = ("topic", "posts", "share", "mean_compound", "impact", "posts_before", "change")
    assert [tuple(row[name] for name in names) for row in found[1:]] == [
        ("login", 0, 0.0, None, 0.0, 1, None),
        ("ui", 2, 2 / 4, 0.4, 1.2 / 4 - 0.2 / 2, 0, None),
    ]


def test_the_interval_of_a_topics_impact_is_numpys(tmp_path: Path) -> None:
    """Two channels, words kept and words gone, posts of before: only the last 28 days count, from both tables."""
    rng = np.random.default_rng(7)
    scores = np.round(np.clip(rng.normal(0.1, 0.5, 60), -1, 1), 4)
    later = NOON + 40 * DAY
    with open_store(tmp_path / "store.duckdb", time_zone="UTC") as store:
        for start, end, channel in ((0, 40, "rd"), (40, 60, "app")):
            part = {"channel": channel, "source": channel}
            rows = [
                row(
                    f"p{i}", later - (i % 20) * DAY, float(scores[i]), text="words" if i % 2 else "",
                    topics=named(ads=0.9, login=-0.2) if i % 3 == 0 else named(ui=0.1) if i < 5 else named(), **part,
                )
                for i in range(start, end)
            ]  # fmt: skip
            rows += [row("before", NOON, -0.9, topics=named(ads=-0.9, ui=0.5), **part)]
            put(store, *rows, window=span(-40, 60), **part)
        path = publish(store, tmp_path / "earful.duckdb").path
    found = {r["topic"]: r for r in ask(path, "from by_topic")}
    with_it, without = scores[0::3], np.delete(scores, np.s_[0::3])
    share, pull = len(with_it) / 60, with_it.mean() - without.mean()
    parts = with_it.var(ddof=1) / len(with_it) + without.var(ddof=1) / len(without)
    margin = 1.959964 * np.sqrt(share**2 * parts + pull**2 * share * (1 - share) / 60)
    ads = found["ads"]
    assert (ads["posts"], ads["impact"]) == (20, pytest.approx(scores.mean() - without.mean()))
    assert (ads["impact_low"], ads["impact_high"]) == pytest.approx((ads["impact"] - margin, ads["impact"] + margin))
    # How a post speaks of the topic itself plays no part: impact is of whole posts.
    assert found["login"]["impact_high"] == pytest.approx(ads["impact_high"])
    assert (found["ui"]["posts"], found["ui"]["impact_low"]) == (3, None), "too few posts to say"


def test_a_topic_that_every_post_names_has_no_impact_to_tell(tmp_path: Path) -> None:
    with open_store(tmp_path / "store.duckdb", time_zone="UTC") as store:
        put(store, row("a", NOON, 0.2, topics=named(ads=-0.1)))
        path = publish(store, tmp_path / "earful.duckdb").path
    assert [(r["share"], r["impact"]) for r in ask(path, "from by_topic")] == [(1.0, None)]


def test_freshness(small: Path) -> None:
    found = {(r["product"], r["channel"]): r for r in ask(small, "from freshness")}
    assert set(found) == {("nova", "rd"), ("orbit", "app"), ("orbit", "rd")}
    assert found["orbit", "app"] == {
        "product": "orbit", "product_name": "Orbit", "channel": "app", "source": "app_store",
        "last_landed_at": (NOW + HOUR).replace(tzinfo=None), "covered_to": datetime(2026, 3, 9),
        "last_post_at": datetime(2026, 3, 3, 12),
        "last_complete_day": date(2026, 3, 8), "suspect_days": 0, "suspect_reason": None, "capped": True, "note": "500 reviews", "posts_28d": 3, "status": "ok",
        "error": None, "ended_on": None, "tracked": True, "ends_early": False,
    }  # fmt: skip
    assert found["nova", "rd"]["posts_28d"] == 4


def test_no_count_is_of_a_type_that_clients_read_as_a_float(small: Path) -> None:
    types = ask(small, "select table_name, column_name, data_type from duckdb_columns() where not internal")
    assert [
        t for t in types if "INT128" in t["data_type"] or "HUGE" in t["data_type"] or "DECIMAL" in t["data_type"]
    ] == []


def test_an_outage_at_the_beginning_is_an_outage(tmp_path: Path) -> None:
    """The first pull was not capped, yet its first two days did not come."""
    with open_store(tmp_path / "store.duckdb", time_zone="UTC") as store:
        put(store, row("a", NOON + 5 * DAY), coverage=Coverage(T0 + 2 * DAY, T0 + 7 * DAY, note="was out"))
        put(store, row("s", NOON, 0.1, **APP), **APP)
        path = publish(store, tmp_path / "earful.duckdb").path
    found = ask(path, "select day, channels, complete from completeness order by day")
    assert [(r["day"].day, r["channels"], r["complete"]) for r in found][:3] == [
        (2, 2, False),
        (3, 2, False),
        (4, 2, True),
    ]
    (gap,) = ask(path, "from coverage_gaps")
    assert (gap["reason"], gap["fetchable"], gap["days"]) == ("came in part: was out", True, 2)


@pytest.mark.slow
def test_an_outage_in_the_middle_leaves_both_stretches(tmp_path: Path) -> None:
    with open_store(tmp_path / "store.duckdb", time_zone="UTC") as store:
        cover = Coverage(T0, T0 + 7 * DAY, missing=(span(2, 4),), note="was out")
        put(store, row("a", NOON), row("b", NOON + 5 * DAY), coverage=cover)
        path = publish(store, tmp_path / "earful.duckdb").path
        assert ask(path, "select count(*) as days from coverage_daily where complete") == [{"days": 5}]
        assert [r["complete"] for r in ask(path, "from trend order by day")] == [
            True,
            True,
            False,
            False,
            True,
            True,
            True,
        ]
        (gap,) = ask(path, "from coverage_gaps")
        assert (gap["gap_from"].day, gap["gap_to"].day, gap["fetchable"]) == (4, 5, True)
        put(store, coverage=cover, now=NOW + DAY)
        (gap,) = ask(publish(store, tmp_path / "earful.duckdb").path, "from coverage_gaps")
        assert gap["fetchable"] is False, "the same twice: asking on would not help"


def test_freshness_goes_by_what_was_asked_last_not_by_what_landed_last(tmp_path: Path) -> None:
    with open_store(tmp_path / "store.duckdb", time_zone="UTC") as store:
        put(store, row("a", NOON), now=NOW)
        old = span(-60, -30)
        cut = Coverage(T0 - 40 * DAY, old.end, capped=True, note="1,000 items")
        put(store, window=old, coverage=cut, now=NOW + DAY)
        path = publish(store, tmp_path / "earful.duckdb").path
    (line,) = ask(path, "select capped, note, status, covered_to from freshness")
    assert line == {"capped": False, "note": "", "status": "ok", "covered_to": datetime(2026, 3, 9)}


def test_nobody_has_seen_the_future(tmp_path: Path) -> None:
    """A window that reaches beyond now, and a connector that claims all of it."""
    now = T0 + 2.5 * DAY
    with open_store(tmp_path / "store.duckdb", time_zone="UTC") as store:
        put(store, row("a", NOON), window=span(0, 90), now=now)
        assert standing(store, "rd", "orbit", now).watermark == now
        path = publish(store, tmp_path / "earful.duckdb").path
    assert ask(path, "select max(day) as day from coverage_daily where covered_share > 0") == [
        {"day": date(2026, 3, 4)}
    ]
    assert [r["complete"] for r in ask(path, "from trend order by day")] == [True, True, False]
    assert ask(path, "select covered_to from freshness") == [{"covered_to": now.replace(tzinfo=None)}]
    assert ask(path, "from coverage_gaps") == []
