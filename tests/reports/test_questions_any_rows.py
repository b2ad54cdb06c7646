"""Every question of a report against Python: which rows it picks of any views, in what order, with what in each column.

The views hold rows drawn by a seed (any_rows.py). test_questions.py asks the same of a file that was really published.
"""

# Long because: one test for each question, on one set of drawn rows.

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path
from statistics import fmean
from typing import Any

import duckdb
import pytest
from any_rows import NAMES, OWN, UNTIL, VIEWED, Row, before, make

from earful.reports.data import Published, QueryRows
from earful.warehouse import open_store, publish, query

SEEDS = (1, 2, 3)
MOST = (1, 3, 999)
PRODUCTS = ("orbit", "luna", "nova")


@dataclass(frozen=True, slots=True)
class Drawn:
    """A published file, opened, and the rows of its views."""

    path: Path
    file: Published
    views: dict[str, list[Row]]

    def of(self, view: str, product: str) -> list[Row]:
        return [r for r in self.views[view] if r["product"] == product]


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is published of a new store: all views, no rows."""
    folder = tmp_path_factory.mktemp("empty")
    with open_store(folder / "store.duckdb", time_zone="UTC") as store:
        return publish(store, folder / "earful.duckdb").path


@pytest.fixture(scope="module", params=SEEDS)
def drawn(request: pytest.FixtureRequest, empty: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Drawn]:
    path = tmp_path_factory.mktemp("any") / "any.duckdb"
    views = make(path, empty, request.param)
    with Published(path) as file:
        yield Drawn(path, file, views)


def down(value: float | date | None) -> tuple[bool, float]:
    """The key of an order from the largest down; what is missing comes last."""
    number = value.toordinal() if isinstance(value, date) else value
    return number is None, -(number or 0)


def up(value: float | None) -> tuple[bool, float]:
    return value is None, value or 0


def ago(day: date, until: date = UNTIL) -> int:
    return (until - day).days


def name(product: str) -> str:
    return NAMES.get(product, product)


def same(found: QueryRows, rows: Iterable[Row], most: int | None = None) -> None:
    """What a question brings are these rows in this order; of their columns those that it names, and it names no other."""
    rows = list(rows)
    got, wanted = list(found.rows), rows[:most]
    columns = [c for c in (got[0] if got else ()) if c != "of_all"]
    close = [{c: pytest.approx(r[c]) if isinstance(r[c], float) else r[c] for c in columns} for r in wanted]
    assert [{c: r[c] for c in columns} for r in got] == close
    if got and "of_all" in got[0]:
        assert {r["of_all"] for r in got} == {len(rows)}


#: Question, its view, which rows (of a day of publishing), their order, for questions that show the rows as they are.
Pick = tuple[str, str, Callable[[Row, date], bool], Callable[[Row], Any]]
OF_PRODUCT: list[Pick] = [
    ("radar", "weakness_radar", lambda r, _: r["rank"] is not None,
     lambda r: (-r["complaint_gap"], r["rank"], r["competitor_name"])),
    ("markets", "by_market", lambda r, _: r["posts"] > 0, lambda r: (-r["posts"], r["source"], r["market"])),
    ("recovery", "recovery", lambda r, _: r["changed"] > 0, lambda r: r["product"]),
    ("nps", "nps_summary", lambda r, _: r["nps_count"] > 0, lambda r: r["product"]),
    ("incidents", "incidents", lambda r, until: until - timedelta(20) < r["day"] <= until,
     lambda r: (down(r["day"]), r["name"])),
    ("trend", "trend", lambda r, until: until - timedelta(20) < r["day"] <= until, lambda r: r["day"]),
    ("bursts", "bursts", lambda r, until: ago(r["last_day"], until) < 28 and r["first_day"] <= until,
     lambda r: (-r["posts"], down(r["first_day"]), r["kind"])),
    ("spam", "spam_episodes", lambda r, until: ago(r["last_day"], until) < 28 and r["first_day"] <= until,
     lambda r: (-r["posts"], down(r["first_day"]), r["channel"])),
    ("worst", "worst_posts", lambda r, until: r["day"] <= until,
     lambda r: (r["compound"], down(r["day"]), r["channel"], r["post_id"])),
    ("versions", "by_version", lambda r, _: r["app_version"] != "",
     lambda r: (down(r["first_day"]), down(r["last_day"]), r["app_version"])),
    ("topics", "by_topic", lambda r, _: r["posts"] > 0, lambda r: (up(r["impact"]), -r["posts"], r["topic_title"])),
    ("nps_topics", "nps_topics", lambda r, _: r["verdict"] != "not enough posts",
     lambda r: (-r["nps_count"], r["topic_title"])),
    ("episodes", "what_changed",
     lambda r, until: until - timedelta(20) < r["alarm_day"] <= until and (r["told"] or r["verdict"] in {"better", "fewer"}),
     lambda r: (down(r["alarm_day"]), r["metric"], r["episode"])),
]  # fmt: skip
KINDS = ["worse", "silent", "flood", "fewer", "better"]
OF_ALL: list[Pick] = [
    ("digest_week", "this_week", lambda *_: True, lambda r: (not r["own"], r["product_name"])),
    ("digest_nps", "nps_summary", lambda r, _: r["nps_count"] > 0, lambda r: r["product_name"]),
    ("digest_changes", "what_changed",
     lambda r, until: (r["told"] or r["verdict"] == "better")
     and r["alarm_day"] < until and (r["ongoing"] or ago(r["last_day"], until) <= 7),
     lambda r: (down(r["alarm_day"]), r["product"], r["episode"])),
    ("digest_spam", "spam_episodes", lambda r, until: ago(r["last_day"], until) <= 7 and r["first_day"] < until,
     lambda r: (-r["posts"], down(r["first_day"]), r["product_name"], r["channel"])),
    ("digest_releases", "release_effect",
     lambda r, until: r["scope"] == "product" and 0 < ago(r["day"], until) <= 28,
     lambda r: (down(r["day"]), r["product_name"], r["release"])),
    ("changed", "what_changed",
     lambda r, until: ago(r["last_day"], until) < 28 and r["alarm_day"] <= until
     and (r["told"] or r["verdict"] in {"better", "fewer"}),
     lambda r: (not (r["told"] and r["answer"] is None), not (r["ongoing"] and r["verdict"] != "better"), not r["own"],
                KINDS.index(r["verdict"]), up(r["change"]), down(r["alarm_day"]), r["episode"])),
    ("trust", "calibration", lambda *_: True, lambda r: (-r["rated"], r["channel"], r["language"], r["against"])),
]  # fmt: skip


def _none(_row: Row, _until: date) -> Row:
    return {}


#: Columns of a question that its view has not.
MORE: dict[str, Callable[[Row, date], Row]] = {
    "digest_changes": lambda r, until: {"unknown": r["ongoing"] and ago(r["last_day"], until) > 7},
}


@pytest.mark.parametrize("pick", OF_PRODUCT, ids=[p[0] for p in OF_PRODUCT])
def test_of_a_product_the_rows_of_its_view(drawn: Drawn, pick: Pick) -> None:
    question, view, wanted, order = pick
    for product in PRODUCTS:
        for until in before(0, 1):
            rows = sorted((r for r in drawn.of(view, product) if wanted(r, until)), key=order)
            given: dict[str, Any] = {"product": product, "until": until, "since": until - timedelta(20)}
            for most in MOST:
                found = drawn.file.ask(question, most=most, **given)
                same(found, rows, most if "limit" in found.sql else None)


@pytest.mark.parametrize("pick", OF_ALL, ids=[p[0] for p in OF_ALL])
def test_of_all_products_the_rows_of_a_view(drawn: Drawn, pick: Pick) -> None:
    question, view, wanted, order = pick
    for until in before(0, 1):
        rows = sorted((r for r in drawn.views[view] if wanted(r, until)), key=order)
        more = MORE.get(question, _none)
        for most in MOST:
            found = drawn.file.ask(question, until=until, most=most)
            same(found, [r | more(r, until) for r in rows], most if "limit" in found.sql else None)


def test_the_digest_names_the_gaps_of_the_days_that_a_week_is_compared_over(drawn: Drawn) -> None:
    """35 days to the question's day; of a product whose week ends before it, 35 days to that."""
    week_to = {r["product"]: r["last_day"] for r in drawn.views["this_week"]}
    for until in before(0, 1):
        rows = [
            r for r in drawn.views["coverage_gaps"]
            if ago(r["gap_to"], min(until, week_to.get(r["product"]) or until)) <= 35
        ]  # fmt: skip
        rows.sort(key=lambda r: (down(r["gap_to"]), r["product"], r["channel"]))
        same(drawn.file.ask("digest_gaps", until=until), rows)


def test_the_digest_counts_bursts_by_product_and_kind(drawn: Drawn) -> None:
    groups = defaultdict(list)
    for r in drawn.views["bursts"]:
        if ago(r["last_day"]) <= 7 and r["first_day"] < UNTIL:
            groups[r["product_name"], r["kind"]].append(r)
    same(drawn.file.ask("digest_bursts", until=UNTIL), [
        {"product_name": key[0], "kind": key[1], "bursts": len(rows), "posts": sum(r["posts"] for r in rows),
         "mean_compound": fmean(r["mean_compound"] for r in rows)}
        for key, rows in sorted(groups.items())
    ])  # fmt: skip


def test_the_digest_names_five_words_of_each_product(drawn: Drawn) -> None:
    said = defaultdict(list)
    for r in sorted(drawn.views["emerging_words"], key=lambda r: r["rank"]):
        if r["window"] == "last 7 days" and r["direction"] == "more" and r["rank"] <= 5:
            said[r["product_name"]].append(r["term"])
    same(drawn.file.ask("digest_words", until=UNTIL), [{"product_name": p, "terms": said[p]} for p in sorted(said)])


def test_the_shares_of_voice_are_those_of_the_newest_day_that_compares(drawn: Drawn) -> None:
    rows = drawn.views["share_of_voice"]
    for until in before(-2, 0, 1, 3):
        named = [r for r in rows if r["comparable"] and r["channels"] != ""]
        newest = max(r["day"] for r in named if r["day"] <= until)
        shown = [r for r in named if r["day"] == newest]
        shown.sort(key=lambda r: (not r["own"], down(r["share_28d"]), r["product_name"]))
        same(drawn.file.ask("voice", until=until), shown)
    several = [r for r in rows if r["comparable"] and r["products"] > 1]
    told = [r for r in several if r["day"] == max(r["day"] for r in several) and r["share_28d"] is not None]
    told.sort(key=lambda r: (down(r["share_28d"]), r["product_name"]))
    same(drawn.file.ask("digest_voice", until=UNTIL), told)


def test_the_digest_names_three_weaknesses_of_each_product(drawn: Drawn) -> None:
    told = []
    for product in VIEWED:
        weak = [r for r in drawn.of("weakness_radar", product) if r["complaint_verdict"] == "weaker"]
        told += sorted(weak, key=lambda r: (down(r["complaint_gap"]), r["competitor"], r["topic"]))[:3]
    told.sort(key=lambda r: (r["product_name"], down(r["complaint_gap"]), r["competitor_name"], r["topic_title"]))
    same(drawn.file.ask("digest_weak", until=UNTIL), told)


def test_the_words_of_a_window_are_the_strongest_said_more_often(drawn: Drawn) -> None:
    for product in PRODUCTS:
        for episode in ("", "e1"):
            own = [
                r for r in drawn.of("emerging_words", product) if r["episode"] == episode and r["direction"] == "more"
            ]
            own.sort(key=lambda r: r["rank"])
            for most in MOST:
                same(drawn.file.ask("driver_words", product=product, episode=episode, most=most), own[:most])


def test_what_explains_an_episode_is_its_parts_by_rank(drawn: Drawn) -> None:
    renamed = {
        "label": "title", "posts_share": "share", "posts_share_before": "share_before",
    }  # fmt: skip
    for episode in ("e1", "e2"):
        own = [
            r for r in drawn.views["episode_causes"]
            if r["episode"] == episode and r["dimension"] in {"topic", "channel", "rest"}
        ]  # fmt: skip
        own.sort(key=lambda r: r["rank"])
        assert len(own) > 3
        for most in MOST:
            rows = [
                {renamed.get(name, name): value for name, value in r.items()}
                | {f"explained{end}": r[f"share{end}"] for end in ("", "_low", "_high")}
                for at, r in enumerate(own)
                # All that adds up to the change is there.
                if at < most or r["named"] or r["dimension"] == "rest"
            ]
            same(drawn.file.ask("moved", episode=episode, most=most), rows)


def test_a_day_is_judged_by_its_product_and_sentiment(drawn: Drawn) -> None:
    for product in PRODUCTS:
        for until in before(0, 1):
            since = until - timedelta(20)
            own = [
                r | {"margin": None if None in (r["change_low"], r["change_high"]) else (r["change_high"] - r["change_low"]) / 2}
                for r in drawn.of("verdicts", product)
                if (r["slice_kind"], r["metric"]) == ("product", "sentiment") and since < r["day"] <= until
            ]  # fmt: skip
            own.sort(key=lambda r: r["day"])
            same(drawn.file.ask("judged", product=product, until=until, since=since), own)


def length(text: str | None) -> int:
    return len(text) if text is not None else 0


def quotes(drawn: Drawn, product: str, episode: str, verdict: str, longest: int) -> list[Row]:
    """A post for each of the 12 strongest words; each author once, and what begins alike once."""
    fits: dict[str, Callable[[Row], bool]] = {
        "worse": lambda p: p["compound"] is not None and p["compound"] <= -0.05,
        "better": lambda p: p["compound"] is not None and p["compound"] >= 0.05,
        "": lambda p: p["scored"],
    }
    found = []
    for word in drawn.of("emerging_words", product):
        if word["episode"] != episode or word["direction"] != "more" or word["rank"] > 12:
            continue
        for post in drawn.of("posts", product):
            said = " ".join(part for part in (post["title"], post["text"]) if part is not None).lower()
            short = 25 <= length(post["text"]) <= longest
            inside = word["first_day"] <= post["day"] <= word["last_day"]
            if short and inside and word["term"] in said and fits[verdict](post):
                found.append(post | {"term": word["term"], "rank": word["rank"]})

    def first(rows: list[Row], key: Callable[[Row], Any], order: Callable[[Row], Any]) -> list[Row]:
        kept: dict[Any, Row] = {}
        for r in sorted(rows, key=order):
            kept.setdefault(key(r), r)
        return list(kept.values())

    def by_rank(r: Row) -> Any:
        return r["rank"], down(abs(r["compound"])), r["post_id"]

    found = first(found, lambda r: r["author"] or f"{r['channel']} {r['post_id']}", by_rank)
    found = first(found, lambda r: "".join(c for c in r["text"].lower() if c.isalpha())[:12], by_rank)
    found = first(found, lambda r: r["rank"], lambda r: (down(abs(r["compound"])), r["post_id"]))
    return sorted(found, key=lambda r: r["rank"])


@pytest.mark.parametrize("verdict", ["", "worse", "better"])
def test_quotes_are_posts_that_hold_the_words(drawn: Drawn, verdict: str) -> None:
    told = 0
    for product in ("orbit", "luna"):
        for episode, longest in (("", 60), ("e1", 40)):
            rows = quotes(drawn, product, episode, verdict, longest)
            told += len(rows)
            for most in MOST:
                given = {"product": product, "episode": episode, "verdict": verdict, "longest": longest, "most": most}
                same(drawn.file.ask("quotes", **given), rows[:most])
    assert told > 5


def test_the_head_of_the_page_has_every_product(drawn: Drawn) -> None:
    views = drawn.views
    for until in before(-2, 0, 5):
        rows = []
        for product in {*NAMES, *(r["product"] for r in views["trend"] if r["day"] <= until)}:
            known = [r for r in drawn.of("trend", product) if r["day"] <= until]
            day = max((r["day"] for r in known if r["complete"]), default=None)
            row = dict.fromkeys((
                "posts", "scored", "mean_compound", "scored_7d", "days_7d", "mean_7d", "verdict", "baseline", "change",
                "change_low", "change_high", "rating_count", "rating_mean",
            ))  # fmt: skip
            for r in known:
                row |= {c: v for c, v in r.items() if c in row} if r["day"] == day else {}
            for r in drawn.of("verdicts", product):
                if (r["day"], r["slice_kind"], r["metric"]) == (day, "product", "sentiment"):
                    row |= {c: r[c] for c in ("verdict", "baseline", "change", "change_low", "change_high")}
            for r in drawn.of("daily_sentiment", product):
                row |= {c: r[c] for c in ("rating_count", "rating_mean")} if r["day"] == day else {}
            rows.append(row | {
                "product": product, "product_name": name(product), "own": OWN.get(product, False), "day": day,
                "last_day": max((r["day"] for r in known), default=None),
            })  # fmt: skip
        rows.sort(key=lambda r: (not r["own"], r["product_name"], r["product"]))
        same(drawn.file.ask("today", until=until), rows)


def test_the_lines_of_all_products_are_of_seven_days(drawn: Drawn) -> None:
    views = drawn.views
    until, since = before(0)[0], before(8)[0]
    rows = []
    for r in views["trend"]:
        if not since < r["day"] <= until or r["product"] in {
            x["product"] for x in views["products"] if x.get("tracked") is False
        }:
            continue
        week = {
            t["day"] for t in drawn.of("trend", r["product"]) if t["complete"] and 0 <= ago(t["day"], r["day"]) < 7
        }  # fmt: skip
        rated = [d for d in drawn.of("daily_sentiment", r["product"]) if d["day"] in week]
        told = [d for d in rated if d["rating_count"] > 0 and d["rating_mean"] is not None]
        n = sum(d["rating_count"] for d in rated if d["rating_count"] > 0)
        rows.append({
            **{c: r[c] for c in ("product", "day", "complete", "mean_7d", "scored_7d", "days_7d")},
            "posts_a_day": r["posts_7d"] / r["days_7d"] if r["days_7d"] else None,
            "stars_7d": sum(d["rating_count"] * d["rating_mean"] for d in told) / n if told else None,
            "ratings_7d": sum(d["rating_count"] for d in rated),
        })  # fmt: skip
    assert len(rows) > 5
    same(drawn.file.ask("glance", since=since, until=until), sorted(rows, key=lambda r: (r["product"], r["day"])))


def of_weeks(drawn: Drawn, table: str, product: str) -> dict[tuple[str, date], list[Row]]:
    """Rows of 20 days that are complete, by topic ('' where the table has none) and Monday."""
    whole = {r["day"] for r in drawn.of("trend", product) if r["complete"]}
    weeks: dict[tuple[str, date], list[Row]] = defaultdict(list)
    for r in drawn.of(table, product):
        if r["day"] in whole and 0 <= ago(r["day"]) < 20:
            weeks[
                r.get("topic", "") if table == "daily_topic" else "", r["day"] - timedelta(r["day"].weekday())
            ].append(r)
    return {key: rows for key, rows in sorted(weeks.items()) if sum(r["scored"] for r in rows)}


def test_weeks_are_of_complete_days_from_monday(drawn: Drawn) -> None:
    seen = 0
    for product in PRODUCTS:
        given: dict[str, Any] = {"product": product, "since": before(20)[0], "until": UNTIL}
        rows, topics = [], []
        for (_, week), of in of_weeks(drawn, "daily", product).items():
            n, total = sum(r["scored"] for r in of), sum(r["compound_sum"] for r in of)
            rest = max(sum(r["compound_sq_sum"] for r in of) - total**2 / n, 0)
            spread = (rest / (n - 1)) ** 0.5 if n > 1 else None
            rows.append({"week": week, "scored": n, "mean_compound": total / n, "spread": spread})
        for (topic, week), of in of_weeks(drawn, "daily_topic", product).items():
            n = sum(r["scored"] for r in of)
            mean = sum(r["compound_sum"] for r in of) / n
            topics.append({"topic": topic, "week": week, "scored": n, "mean_compound": mean})
        same(drawn.file.ask("weeks", **given), rows)
        same(drawn.file.ask("topic_weeks", **given), topics)
        seen += len(rows) + len(topics)
    assert seen > 9


def test_the_shares_are_of_complete_days(drawn: Drawn) -> None:
    counts = ("posts", "scored", "unscored", "positive", "neutral", "negative")
    for product in PRODUCTS:
        for until in before(0, 1, 2, 3, 99):
            rows = []
            whole = [r["day"] for r in drawn.of("trend", product) if r["complete"] and r["day"] <= until]
            for window in (1, 7, 28) if whole else ():
                inside = [
                    r for r in drawn.of("daily_sentiment", product)
                    if r["complete"] and 0 <= ago(r["day"], max(whole)) < window
                ]  # fmt: skip
                row: Row = {c: sum(r[c] for r in inside) for c in counts}
                row["days"] = sum(0 <= ago(d, max(whole)) < window for d in whole)
                of = row["scored"]
                for side in ("positive", "neutral", "negative"):
                    row[f"{side}_share"] = row[side] / of if of else None
                rows.append(row | {"window_days": window, "last_day": max(whole)})
            same(drawn.file.ask("shares", product=product, until=until), rows)


def test_the_guards_weigh_28_complete_days(drawn: Drawn) -> None:
    for product in (*PRODUCTS, "solo"):
        for until in before(-2, 0, 1, 30):
            own = [r for r in drawn.of("robust_daily", product) if r["complete"]]
            last = max((r["day"] for r in own if r["day"] <= until), default=date.min)
            inside = [r for r in own if 0 <= ago(r["day"], last) < 28]
            scored, votes = (sum(r[c] for r in inside) for c in ("scored", "votes"))
            rows = [{
                "last_day": last, "scored": scored,
                "mean_compound": sum(r["scored"] * r["mean_compound"] for r in inside) / scored if scored else None,
                "robust_mean": sum(r["votes"] * r["robust_mean"] for r in inside) / votes if votes else None,
                "repeated": sum(r["repeated"] for r in inside), "prolific": sum(r["prolific"] for r in inside),
            }] if scored else []  # fmt: skip
            same(drawn.file.ask("guards", product=product, until=until), rows)


def test_the_level_names_competitors_one_by_one_where_there_are_several(drawn: Drawn) -> None:
    kinds, metrics = ["competitors", "competitor", "other channels"], ["sentiment", "stars", "volume"]
    for product in PRODUCTS:
        own = [
            r | {"with_what": NAMES[r["other"]] if r["other"] in NAMES else r["channel"]}
            for r in drawn.of("level", product)
        ]
        rivals = {r["other"] for r in own if r["comparison"] == "competitor"}
        own = [r for r in own if r["comparison"] != "competitor" or len(rivals) > 1]
        own.sort(key=lambda r: (kinds.index(r["comparison"]), r["with_what"], metrics.index(r["metric"])))
        for most in MOST:
            same(drawn.file.ask("level", product=product, most=most), own, most)


def test_the_state_is_that_of_all_channels_that_are_asked(drawn: Drawn) -> None:
    fresh = [r for r in drawn.views["freshness"] if r["tracked"]]
    states = [r["status"] for r in fresh]
    early = [r for r in fresh if r["status"] == "ok" and r["ends_early"]]
    same(drawn.file.ask("state"), [{
        "pulls": len(fresh), "answered": states.count("ok"), "failed": states.count("failed"),
        "capped": sum(r["status"] == "ok" and bool(r["capped"]) and not r["ends_early"] for r in fresh),
        "early": len(early), "early_to": max((r["covered_to"] for r in early), default=None),
        "pending": states.count("pending"),
        "last_landed_at": max(r["last_landed_at"] for r in fresh), "gaps": len(drawn.views["coverage_gaps"]),
    }])  # fmt: skip
    rows = sorted(fresh, key=lambda r: (
        not OWN.get(r["product"], False) if r["product"] in OWN else 2, r["product_name"], r["product"], r["channel"]
    ))  # fmt: skip
    ends = [{**r, "brought_to": r["covered_to"].date() if r["ends_early"] else None} for r in rows]
    same(drawn.file.ask("freshness"), ends)


def test_a_channel_is_complete_to_where_it_is_for_every_product(drawn: Drawn) -> None:
    """One that brought its last day holds nothing up; one without a complete day of some product has none."""
    going: dict[str, list[Row]] = defaultdict(list)
    for row in drawn.views["freshness"]:
        done, end = row["last_complete_day"], row["ended_on"]
        if row["tracked"] and not (done and end and done >= end):
            going[row["channel"]].append(row)
    rows = [
        {
            "channel": channel,
            "whole_to": None if None in (days := [r["last_complete_day"] for r in of]) else min(days),
            "products": len(of),
            "failed": sum(r["status"] == "failed" for r in of),
            "last_landed_at": max((r["last_landed_at"] for r in of if r["last_landed_at"]), default=None),
        }
        for channel, of in going.items()
    ]
    same(drawn.file.ask("whole"), sorted(rows, key=lambda r: (down(r["whole_to"]), r["channel"])))


def test_of_every_product_how_many_of_28_days_were_judged(drawn: Drawn) -> None:
    told = {"worse", "no real change", "flood"}
    for until in before(0, 1, 9):
        rows = []
        for product in NAMES:
            trend = [r for r in drawn.of("trend", product) if r["day"] <= until]
            recent = [r for r in trend if ago(r["day"], until) < 28]
            judged = [
                r for r in drawn.of("verdicts", product)
                if r["slice_kind"] == "product" and 0 <= ago(r["day"], until) < 28
            ]  # fmt: skip
            lacks = [r for r in judged if r["metric"] == "sentiment" and r["verdict"].startswith("not enough")]
            rows.append({
                "product": product, "product_name": NAMES[product],
                "newest": max((r["day"] for r in trend if r["posts"]), default=None),
                "posts": sum(r["posts"] for r in recent), "complete_days": sum(r["complete"] for r in recent),
                "judged_days": len({r["day"] for r in judged if r["verdict"] in told}),
                "lacking": max(lacks, key=lambda r: r["day"])["verdict"] if lacks else None,
                "small_changes": sum(
                    not r["told"] and r["verdict"] not in {"better", "fewer"}
                    and ago(r["last_day"], until) < 28 and r["alarm_day"] <= until
                    for r in drawn.of("what_changed", product)
                ),
            })  # fmt: skip
        rows.sort(key=lambda r: (not OWN[r["product"]], r["product_name"], r["product"]))
        same(drawn.file.ask("told", until=until), rows)


def test_the_gaps_are_the_newest_first(drawn: Drawn) -> None:
    rows = [r | {"product_name": name(r["product"])} for r in drawn.views["coverage_gaps"]]
    rows.sort(key=lambda r: (down(r["gap_from"]), r["product"], r["channel"]))
    for most in MOST:
        same(drawn.file.ask("gaps", most=most), rows, most)


def test_a_release_has_its_effect_beside_it(drawn: Drawn) -> None:
    for product in PRODUCTS:
        for until in before(0, 1):
            rows = []
            for r in drawn.of("releases", product):
                beside = [
                    e for e in drawn.of("release_effect", product)
                    if (e["release"], e["scope"]) == (r["release"], "product")
                ] or [dict.fromkeys(drawn.views["release_effect"][0])]  # fmt: skip
                if r["day"] <= until:
                    rows += [{**beside[0], **{c: r[c] for c in ("day", "release", "kind")}}]
            rows.sort(key=lambda r: (down(r["day"]), r["release"]))
            for most in MOST:
                same(drawn.file.ask("releases", product=product, until=until, most=most), rows, most)


def test_the_command_shows_the_newest_days_of_the_trend(drawn: Drawn) -> None:
    def asked(question: str, **params: Any) -> list[Row]:
        sql = files("earful.flows").joinpath("sql", f"{question}.sql").read_text("utf-8")
        answer = query(drawn.path, sql, params=params or None)
        return [dict(zip(answer.columns, values, strict=True)) for values in answer.rows]

    columns = ("day", "product", "posts", "mean_compound", "mean_7d", "mean_28d", "complete")
    trend = drawn.views["trend"]
    newest = [max(drawn.of("trend", p), key=lambda r: (r["complete"], r["day"])) for p in {r["product"] for r in trend}]
    newest.sort(key=lambda r: (not r["own"], r["product"]))
    configured = [*{r["product"] for r in trend}, "new-here"]
    assert asked("trend_newest", products=configured) == [{c: r[c] for c in columns} for r in newest]
    own = [r for r in newest if r["product"] == "orbit"]
    assert asked("trend_newest", products=["orbit"]) == [{c: r[c] for c in columns} for r in own]
    for days in (1, 5, 99):
        own = sorted(drawn.of("trend", "orbit"), key=lambda r: r["day"])[-days:]
        assert asked("trend_product", product="orbit", days=days) == [{c: r[c] for c in columns} for r in own]


def test_the_digest_counts_the_days_of_a_week_that_were_judged(drawn: Drawn) -> None:
    told = {"worse", "better", "no real change", "flood", "fewer"}
    for until in before(-2, 0, 1, 30):
        rows: list[Row] = []
        for product in NAMES:
            days = {
                r["day"] for r in drawn.of("verdicts", product)
                if r["slice_kind"] == "product" and r["metric"] in {"sentiment", "volume"} and r["verdict"] in told
                and 0 < ago(r["day"], until) <= 7
            }  # fmt: skip
            rows.append({"product": product, "product_name": NAMES[product], "judged_days": len(days)})
        rows.sort(key=lambda r: (not OWN[r["product"]], r["product_name"], r["product"]))
        same(drawn.file.ask("digest_judged", until=until), rows)


#: Questions that leave out what is configured no more, by the views that they ask.
TRACKED = (
    "today", "told", "glance", "changed", "gaps", "state", "digest_changes", "digest_judged", "digest_releases", "digest_words",
    "digest_nps", "digest_bursts", "digest_spam", "digest_gaps",
)  # fmt: skip


def test_of_what_is_configured_no_more_a_report_says_what_it_says_without_it(drawn: Drawn, tmp_path: Path) -> None:
    """All the rows of two products are there, or none: both read the same; and those of whom nothing says so count."""
    untracked, without = (Path(shutil.copy(drawn.path, tmp_path / name)) for name in ("untracked", "without"))
    gone = "('orbit', 'nova')"
    with duckdb.connect(str(untracked)) as con:
        con.execute(
            f"update products set tracked = case when product in {gone} then false when product = 'luna' then true end"
        )
        con.execute(f"update freshness set tracked = tracked and product not in {gone}")
    with duckdb.connect(str(without)) as con:
        con.begin()
        for view in ("products", *drawn.views):
            if any("product" in r for r in drawn.views[view]):
                con.execute(f"delete from {view} where product in {gone}")
        con.commit()
    with Published(untracked) as file, Published(without) as other:
        for question in TRACKED:
            found, wanted = (
                each.ask(question, until=UNTIL, since=before(20)[0], most=9).rows for each in (file, other)
            )
            assert found == wanted, question
            assert found, question
