"""What changed with a release, in the week and between 28 days, worked out post by post from the world."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from datetime import date, timedelta
from functools import partial
from typing import Any

import figures
import pytest
from figures import same, share
from world import LAUNCHES, PRODUCTS, Post, World, day

Strata = dict[Hashable, list[float]]


def strata(
    posts: Iterable[Post],
    key: Callable[[Post], Hashable] = lambda p: (p["channel"], p["market"]),
    value: Callable[[Post], float | None] = lambda p: p["compound"],
) -> Strata:
    """Scores by stratum."""
    out: Strata = defaultdict(list)
    for post in posts:
        if (score := value(post)) is not None:
            out[key(post)].append(score)
    return out


def test_this_week_is_every_column_worked_out(world: World) -> None:
    found = world.ask("from this_week")
    assert [r["product"] for r in found] == ["luna", "orbit", "solo", "mute", "nova", "vega"], "our own first"
    for row in found:
        product, last = row["product"], world.last_day(row["product"])
        days = [d for d in world.days(product) if d > last - timedelta(35)]
        now = [p for p in world.of(product, whole=True) if p["day"] > last - timedelta(7)]
        before = [p for p in world.of(product, whole=True) if last - timedelta(35) < p["day"] <= last - timedelta(7)]
        scores = [p["compound"] for p in now if p["scored"]]
        stars = [p["rating"] for p in now if p["rating"] is not None]
        told = figures.change(strata(before), strata(now))
        count = tuple(sum((d > last - timedelta(7)) == side for d in days) for side in (False, True))
        enough = told is not None and min(told.n) >= 15
        margin = told.margin((count[0], count[1])) if told and enough else 0
        moved = told.change if told and enough else None
        same(row, {
            "product": product, "product_name": PRODUCTS[product][0], "own": PRODUCTS[product][1],
            "first_day": last - timedelta(6), "last_day": last, "days": count[1], "days_before": count[0],
            "posts": len(now), "scored": len(scores), "mean_compound": figures.mean(scores),
            "negative_share": share(sum(s <= -0.05 for s in scores), len(scores)), "rating_mean": figures.mean(stars),
            "posts_before": len(before), "scored_before": sum(p["scored"] for p in before), "change": moved,
            "change_low": None if moved is None else moved - margin,
            "change_high": None if moved is None else moved + margin,
            "verdict": "not enough posts" if moved is None else figures.verdict(moved - margin, moved + margin),
        })  # fmt: skip
        if product == "solo":
            assert told
            assert told.n == (15, 15)
            assert row["verdict"] != "not enough posts"


def releases_of(world: World) -> list[dict[str, Any]]:
    """All but the launches that are there for their number."""
    return world.ask("from releases where not regexp_matches(release, '^(Old|Short) ') order by product, day")


def test_releases_are_launches_and_versions_as_soon_as_reviews_name_them(world: World) -> None:
    found = {(r["product"], r["release"]): r for r in releases_of(world)}
    assert {k: (r["day"], r["kind"], r["version"], r["channels"]) for k, r in found.items()} == {
        ("luna", "5.1"): (day(3), "version", "5.1", ["app"]),  # on the fourth day of its channel
        ("nova", "Their party"): (day(70), "launch", None, []),  # and not 3.1, which was there on the third
        ("orbit", "1.2"): (day(111), "version", "1.2", ["app"]),
        ("orbit", "7.1"): (day(80), "version", "7.1", ["steam"]),
        ("orbit", "Big one"): (day(60), "launch", "1.1", ["app"]),
        ("orbit", "New price"): (day(100), "launch", None, []),
        ("orbit", "A year ago"): (day(-226), "launch", None, []),
        ("orbit", "Not yet a year"): (day(-225), "launch", None, []),
        ("solo", "Second week"): (day(133), "launch", None, []),
    }
    for (product, _), row in found.items():
        version, first = row["version"], row["day"]
        named = [
            p["day"] + ((p["edited_at"] or p["created_at"]).date() - p["created_at"].date())
            for p in world.of(product)
            if p["app_version"] == version and version is not None
        ]
        assert row["posts"] == sum(first <= d < first + timedelta(14) for d in named)
        assert row["product_name"] == PRODUCTS[product][0]
        # A neighbour is a launch, or a version of the same channel.
        others = [(d, r["channels"]) for (p, _), r in found.items() if p == product and (d := r["day"]) != first]
        others += [(day(d), []) for p, d, name, _ in LAUNCHES if p == product and name.startswith(("Old", "Short"))]
        beside = [d for d, channels in others if not channels or not row["channels"] or channels == row["channels"]]
        assert row["previous_day"] == max((d for d in beside if d < first), default=None)
        assert row["next_day"] == min((d for d in beside if d > first), default=None)
    count = {product: len(world.ask(f"from releases where product = '{product}'")) for product in ("luna", "nova")}
    assert count == {"luna": 29, "nova": 25}
    assert [r["day"] for r in world.ask("from releases where product = 'orbit'")] == [
        day(d) for d in (111, 100, 80, 60, -225, -226)
    ]


def sides(world: World, release: dict[str, Any]) -> dict[tuple[date, str], bool]:
    """(day, channel) and whether it is after: up to 14 complete days a side within 28, cut at the neighbours.

    Orbit's reviews name versions on two platforms: those of one say nothing of a release on the other.
    """
    platforms = {"app": "steam", "steam": "app"} if release["product"] == "orbit" else {}
    other = platforms.get("".join(release["channels"]), "")
    product, at = release["product"], release["day"]
    first = max(at - timedelta(28), release["previous_day"] or date.min)
    end = min(at + timedelta(28), release["next_day"] or date.max)
    out: dict[tuple[date, str], bool] = {}
    for after in (False, True):
        days = sorted(
            {
                d
                for d, p, c in world.complete
                if p == product and c != other and first <= d < end and (d >= at) == after
            },
            key=lambda d: abs(d - at),
        )
        out |= {(d, c): after for d, p, c in world.complete if p == product and c != other and d in days[:14]}
    return out


def on(post: Post, topic: str) -> float | None:
    """How a post speaks of a topic, None where it does not."""
    return next((t["compound"] for t in post["topics"] or () if t["topic"] == topic), None)


def effects(world: World, release: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    """(scope, topic) and what is to be said of it."""
    product, beside = release["product"], sides(world, release)
    posts = [(p, beside[p["day"], p["channel"]]) for p in world.of(product) if (p["day"], p["channel"]) in beside]
    days = [len({d for (d, _), after in beside.items() if after == side}) for side in (False, True)]

    def said(
        rows: list[tuple[Post, bool]],
        key: Callable[[Post], Hashable],
        value: Callable[[Post], float | None] = lambda p: p["compound"],
    ) -> dict[str, Any]:
        halves = [[p for p, after in rows if after == side] for side in (False, True)]
        told = figures.change(*(strata(half, key, value) for half in halves))
        n = told.n if told else (0, 0)
        out: dict[str, Any] = {
            "first_day": min((d for d, _ in beside), default=None), "last_day": max((d for d, _ in beside), default=None),
            "days_before": days[0], "days_after": days[1], "posts_before": len(halves[0]), "posts_after": len(halves[1]),
            "n_before": n[0], "n_after": n[1],
        }  # fmt: skip
        if not told or min(n) < 15:
            names = ("mean_before", "mean_after", "change", "change_low", "change_high")
            return out | dict.fromkeys(names) | {"verdict": "not enough posts"}
        low, high = (told.change + sign * told.margin((days[0], days[1])) for sign in (-1, 1))
        return out | {
            "mean_before": told.means[0], "mean_after": told.means[1], "change": told.change, "change_low": low,
            "change_high": high, "verdict": figures.verdict(low, high),
        }  # fmt: skip

    out = {("product", ""): said(posts, lambda p: (p["channel"], p["market"]))}
    version = release["version"]
    named = [(p, after) for p, after in posts if version and (not after or p["app_version"] == version)]
    if named:
        out["version", ""] = said(named, lambda p: p["channel"])
    for topic in {t["topic"] for p, _ in posts for t in p["topics"] or ()}:
        about = [(p, after) for p, after in posts if on(p, topic) is not None]
        out["topic", topic] = said(about, lambda p: p["channel"], partial(on, topic=topic))
    return out


def test_release_effect_is_every_column_of_every_scope(world: World) -> None:
    found: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in world.ask("from release_effect"):
        found[row["product"], row["release"]].append(row)
    listed = releases_of(world)
    assert {k for k in found if not k[1].startswith(("Old", "Short"))} == {(r["product"], r["release"]) for r in listed}
    for release in listed:
        wanted = effects(world, release)
        rows = found[release["product"], release["release"]]
        assert {(r["scope"], r["topic"]) for r in rows} == set(wanted)
        for row in rows:
            name = PRODUCTS[row["product"]][0]
            start = {
                "product": row["product"],
                "product_name": name,
                "release": release["release"],
                "day": release["day"],
            }
            where = {"scope": row["scope"], "topic": row["topic"]}
            same(row, start | where | wanted[row["scope"], row["topic"]])


def test_the_20_newest_releases_are_compared_and_those_of_365_days(world: World) -> None:
    """365 days before the last is day -226, which is out; Orbit's of that day is in, among its six."""
    found = {r["product"]: r for r in world.ask(
        "select product, min(day) as first, count(distinct release) as n from release_effect group by product"
    )}  # fmt: skip
    assert (found["nova"]["n"], found["nova"]["first"]) == (20, day(-900 + 3 * 5))
    assert (found["luna"]["n"], found["luna"]["first"]) == (26, day(-225))
    assert (found["orbit"]["n"], found["orbit"]["first"]) == (6, day(-226))


def test_what_the_releases_of_the_world_can_tell_apart(world: World) -> None:
    rows = world.ask("from release_effect where scope = 'product'")
    assert {r["days_before"] for r in rows} >= {11, 14}
    assert any(r["days_before"] != r["days_after"] for r in rows)
    assert [(r["n_before"], r["n_after"]) for r in rows if r["product"] == "solo"] == [(15, 15)]
    assert {"worse", "no real change", "not enough posts"} <= {r["verdict"] for r in rows}


def test_nps_summary_is_every_column_worked_out(world: World) -> None:
    found = world.ask("from nps_summary")
    assert [r["product"] for r in found] == ["luna", "orbit"]
    for row in found:
        product = row["product"]
        last = max(world.days(product, "nps"))
        begin = last - timedelta(27)
        halves = [
            [p for p in world.of(product, whole=True) if first <= p["day"] < first + timedelta(28)]
            for first in (begin - timedelta(28), begin)
        ]
        before, now = ([p["nps"] for p in half if p["nps"] is not None] for half in halves)
        social = [[p for p in half if p["channel"] != "nps"] for half in halves]
        told = figures.change(*(strata(half) for half in social))
        assert told
        days = (
            max(len({p["day"] for p in social[0] if p["channel"] == c}) for c in {p["channel"] for p in social[0]}),
            max(len({p["day"] for p in social[1] if p["channel"] == c}) for c in {p["channel"] for p in social[1]}),
        )
        half = told.margin(days, normal=True)
        (m0, h0), (m1, h1) = figures.adjusted_wald(before), figures.adjusted_wald(now)
        shift, width = 100 * (m1 - m0), 100 * (h0**2 + h1**2) ** 0.5
        score, score0 = figures.nps(now), figures.nps(before)
        assert score is not None
        assert score0 is not None
        said, social_said = (
            figures.verdict(shift - width, shift + width),
            figures.verdict(told.change - half, told.change + half),
        )
        comparison = row.pop("comparison")
        same(row, {
            "product": product, "product_name": PRODUCTS[product][0], "first_day": begin, "last_day": last,
            "nps_count": len(now), "promoters": sum(a >= 9 for a in now), "passives": sum(a in (7, 8) for a in now),
            "detractors": sum(a <= 6 for a in now), "nps": score, "nps_low": 100 * max(m1 - h1, -1),
            "nps_high": 100 * min(m1 + h1, 1), "distribution": [now.count(a) for a in range(11)],
            "nps_count_before": len(before), "nps_before": score0, "change": score - score0,
            "change_low": shift - width, "change_high": shift + width, "verdict": said, "social_n": told.n[1],
            "social_mean": told.means[1], "social_change": told.change, "social_change_low": told.change - half,
            "social_change_high": told.change + half, "social_verdict": social_said, "diverges": said != social_said,
        })  # fmt: skip
        assert comparison.startswith("NPS fell by 3" if product == "orbit" else "NPS shows no real change (")
    assert (found[0]["nps_count"], found[0]["nps_count_before"]) == (15, 15), "as few as are compared"


def test_nps_topics_is_every_column_worked_out(world: World) -> None:
    found = {(r["product"], r["topic"]): r for r in world.ask("from nps_topics")}
    wanted: dict[tuple[str, str], list[tuple[int, float]]] = defaultdict(list)
    for product in ("luna", "orbit"):
        last = max(world.days(product, "nps"))
        for post in world.of(product, "nps", whole=True):
            if last - timedelta(28) < post["day"] <= last:
                for named in post["topics"] or ():
                    wanted[product, named["topic"]].append((post["nps"], named["compound"]))
    assert set(found) == set(wanted)
    for key, pairs in wanted.items():
        row, n = found[key], len(pairs)
        answers, scores = [a for a, _ in pairs], [c for _, c in pairs]
        middle, half = figures.adjusted_wald(answers)
        average = sum(scores) / n
        assert (row["nps_count"], row["nps"]) == (n, pytest.approx(figures.nps(answers)))
        assert (row["nps_low"], row["nps_high"]) == pytest.approx(
            (100 * max(middle - half, -1), 100 * min(middle + half, 1))
        )
        assert row["mean_compound"] == pytest.approx(average)
        if n == 1:
            assert (row["mean_low"], row["mean_high"], row["verdict"]) == (None, None, "not enough posts")
            continue
        deviation = (sum((c - average) ** 2 for c in scores) / (n - 1)) ** 0.5
        width = figures.t975(n - 1) * deviation / n**0.5
        assert (row["mean_low"], row["mean_high"]) == pytest.approx((average - width, average + width))
        words = figures.verdict(average - width, average + width, ("negative", "mixed", "positive"))
        assert row["verdict"] == ("not enough posts" if n < 15 else words)
    assert found["orbit", "sync"]["nps_count"] == 15
    assert found["orbit", "sync"]["verdict"] == "negative"
