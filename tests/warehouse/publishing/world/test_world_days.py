"""Days, their pooled means, and what is listed of them: every column worked out post by post from the world."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import figures
import pytest
from figures import same, share
from world import PRODUCTS, TOPICS, Post, World, day


def scores(posts: Iterable[Post]) -> list[float]:
    return [p["compound"] for p in posts if p["scored"]]


def values(posts: Iterable[Post], name: str) -> list[Any]:
    return [p[name] for p in posts if p[name] is not None]


def by_day(world: World) -> dict[tuple[date, str], list[Post]]:
    out: dict[tuple[date, str], list[Post]] = defaultdict(list)
    for post in world.posts:
        out[post["day"], post["product"]].append(post)
    return out


def is_complete(world: World, at: date, product: str) -> bool:
    """Whether every channel that had begun and was asked about the day answered for all of it."""
    began = {c: min(world.days(product, c)) for c in {c for _, p, c in world.asked if p == product}}
    asked = [c for c in began if (at, product, c) in world.asked]
    return bool(asked) and all((at, product, c) in world.complete for c in asked)


def test_every_column_of_the_completeness_of_days(world: World) -> None:
    found = world.ask("from completeness order by day, product")
    asked: dict[tuple[date, str], list[str]] = defaultdict(list)
    for at, product, channel in world.asked:
        asked[at, product].append(channel)
    assert found == [
        {
            "day": at, "product": product, "channels": len(channels),
            "channels_complete": sum((at, product, c) in world.complete for c in channels),
            "complete": is_complete(world, at, product),
        }
        for (at, product), channels in sorted(asked.items())
    ]  # fmt: skip
    assert {r["complete"] for r in found} == {True, False}


def test_every_column_of_the_days_that_were_asked_about(world: World) -> None:
    found = world.ask("from asked_days order by day, product, channel")
    assert found == [
        {
            "day": at, "product": product, "channel": channel, "complete": (at, product, channel) in world.complete,
            "first_day": min(world.days(product, channel)),
        }
        for at, product, channel in sorted(world.asked)
    ]  # fmt: skip
    assert {r["complete"] for r in found} == {True, False}


def test_every_column_of_daily_sentiment(world: World) -> None:
    found = world.ask("from daily_sentiment")
    days = by_day(world)
    assert [(r["day"], r["product"]) for r in found] == sorted(days)
    for row in found:
        posts = days[row["day"], row["product"]]
        said, stars, thumbs = scores(posts), values(posts, "rating"), values(posts, "recommended")
        up, down = sum(c >= 0.05 for c in said), sum(c <= -0.05 for c in said)
        same(row, {
            "day": row["day"], "product": row["product"], "product_name": PRODUCTS[row["product"]][0],
            "own": PRODUCTS[row["product"]][1], "posts": len(posts), "scored": len(said),
            "unscored": len(posts) - len(said), "positive": up, "neutral": len(said) - up - down, "negative": down,
            "mean_compound": figures.mean(said), "positive_share": share(up, len(said)),
            "negative_share": share(down, len(said)), "rating_count": len(stars), "rating_mean": figures.mean(stars),
            "recommend_share": share(sum(thumbs), len(thumbs)), "channels": len({p["channel"] for p in posts}),
            "complete": is_complete(world, row["day"], row["product"]), "scorer_version": "v1",
        })  # fmt: skip


def test_every_column_of_robust_daily(world: World) -> None:
    """Nobody here but the loud author writes five times a day; who writes twice has half a vote for each."""
    found = {(r["day"], r["product"]): r for r in world.ask("from robust_daily")}
    days = by_day(world)
    assert set(found) == set(days)
    for (at, product), row in found.items():
        posts = days[at, product]
        told = [p for p in posts if p["scored"]]
        same_author = {
            id(p): sum((q["source"], q["author"]) == (p["source"], p["author"]) for q in posts) if p["author"] else 1
            for p in posts
        }
        copies = {
            id(p): sum(q["text"] == p["text"] for q in posts) if "asks for my card" in p["text"] else 1 for p in posts
        }
        weight = {p: 1 / max(same_author[p], copies[p]) for p in same_author}
        votes = sum(weight[id(p)] for p in told)
        robust = sum(weight[id(p)] * p["compound"] for p in told) / votes if told else None
        likes = [(1 + (p["likes"] or 0), p["compound"]) for p in told]
        plain = figures.mean(scores(posts))
        wanted = {
            "day": at, "product": product, "product_name": PRODUCTS[product][0], "posts": len(posts),
            "scored": len(told), "mean_compound": plain, "votes": votes, "robust_mean": robust,
            "robust_change": None if robust is None or plain is None else robust - plain,
            "likes_mean": share(sum(w * c for w, c in likes), sum(w for w, _ in likes)),
            "repeated": sum(n > 1 for n in copies.values()), "prolific": sum(n > 1 for n in same_author.values()),
            "complete": is_complete(world, at, product),
        }  # fmt: skip
        assert row == {k: pytest.approx(v, abs=1e-6) if isinstance(v, float) else v for k, v in wanted.items()}
    assert max(r["prolific"] for r in found.values()) >= 6
    assert max(r["repeated"] for r in found.values()) == 3


def test_every_column_of_the_trend(world: World) -> None:
    found = world.ask("from trend")
    days = by_day(world)
    wanted = []
    for product in sorted({p for _, p in days}):
        mine = [at for at, p in days if p == product]
        last = max(*mine, *(at for at in world.days(product)))
        wanted += [(product, min(mine) + timedelta(n)) for n in range((last - min(mine)).days + 1)]
    assert [(r["product"], r["day"]) for r in found] == wanted
    first = {product: min(at for at, p in days if p == product) for product in {p for _, p in days}}
    whole = {(at, product): is_complete(world, at, product) for product, at in wanted}
    for row in found:
        at, product = row["day"], row["product"]
        posts = days.get((at, product), [])
        pools: dict[str, Any] = {}
        for length in (7, 28):
            back = [at - timedelta(n) for n in range(length) if at - timedelta(n) >= first[product]]
            used = [d for d in back if whole[d, product]]
            pool = [p for d in used for p in days.get((d, product), [])]
            pools |= {
                f"posts_{length}d": len(pool), f"scored_{length}d": len(scores(pool)),
                f"mean_{length}d": figures.mean(scores(pool)), f"days_{length}d": len(used),
            }  # fmt: skip
        same(row, {
            "day": at, "product": product, "product_name": PRODUCTS[product][0], "own": PRODUCTS[product][1],
            "posts": len(posts), "scored": len(scores(posts)), "mean_compound": figures.mean(scores(posts)),
            **pools, "complete": whole[at, product],
        })  # fmt: skip


def test_every_column_of_the_nps_of_days(world: World) -> None:
    found = world.ask("from nps_daily")
    days = {key: answers for key, posts in by_day(world).items() if (answers := values(posts, "nps"))}
    assert [(r["day"], r["product"]) for r in found] == sorted(days)
    for row in found:
        given = days[row["day"], row["product"]]
        middle, half = figures.adjusted_wald(given)
        same(row, {
            "day": row["day"], "product": row["product"], "product_name": PRODUCTS[row["product"]][0],
            "nps_count": len(given), "promoters": sum(a >= 9 for a in given),
            "passives": sum(a in (7, 8) for a in given), "detractors": sum(a <= 6 for a in given),
            "nps": figures.nps(given), "nps_low": 100 * max(middle - half, -1), "nps_high": 100 * min(middle + half, 1),
            "complete": is_complete(world, row["day"], row["product"]),
        })  # fmt: skip


def last_with_posts(world: World, product: str) -> date:
    found: date = max(p["day"] for p in world.of(product))
    return found


def test_the_worst_posts_are_negative_ones_of_28_days_with_words(world: World) -> None:
    wanted = [
        p
        for p in world.posts
        if p["scored"]
        and p["title"] + p["text"]
        and p["compound"] <= -0.05
        and p["day"] > last_with_posts(world, p["product"]) - timedelta(28)
    ]
    wanted.sort(key=lambda p: (p["compound"], -p["day"].toordinal(), p["product"], p["channel"], p["post_id"]))
    names = ("compound", "rating", "app_version", "title", "text", "url", "post_id")
    assert world.ask("from worst_posts") == [
        {
            "day": p["day"], "product": p["product"], "product_name": PRODUCTS[p["product"]][0],
            "own": PRODUCTS[p["product"]][1], "channel": p["channel"], "source": p["source"], "market": p["market"],
            **{name: p[name] for name in names},
        }
        for p in wanted
    ]  # fmt: skip
    ids = {p["post_id"] for p in wanted}
    assert {"worst-first", "worst-bound"} <= ids
    assert not {"worst-before", "worst-old", "worst-not"} & ids


def halves(world: World, product: str) -> tuple[list[Post], list[Post]]:
    """The posts of a product's last 28 days with posts, and of the 28 before."""
    last = last_with_posts(world, product)
    now: list[Post] = []
    before: list[Post] = []
    for post in world.of(product):
        if post["day"] > last - timedelta(56):
            (now if post["day"] > last - timedelta(28) else before).append(post)
    return now, before


def test_every_column_by_market(world: World) -> None:
    found = {(r["product"], r["source"], r["market"]): r for r in world.ask("from by_market")}
    keys = {
        (p["product"], p["source"], p["market"]) for k in PRODUCTS if world.of(k) for h in halves(world, k) for p in h
    }
    assert set(found) == keys
    for product, source, market in keys:
        now, before = (
            [p for p in half if (p["source"], p["market"]) == (source, market)] for half in halves(world, product)
        )
        one, other = figures.mean(scores(now)), figures.mean(scores(before))
        same(found[product, source, market], {
            "product": product, "product_name": PRODUCTS[product][0], "source": source, "market": market,
            "posts": len(now), "scored": len(scores(now)), "mean_compound": one,
            "rating_mean": figures.mean(values(now, "rating")), "posts_before": len(before),
            "scored_before": len(scores(before)), "mean_before": other,
            "change": None if one is None or other is None else one - other,
        })  # fmt: skip


def test_every_column_by_version(world: World) -> None:
    found = world.ask("from by_version")
    groups: dict[tuple[str, str], list[Post]] = defaultdict(list)
    for post in world.posts:
        groups[post["product"], post["app_version"] or ""].append(post)
    assert {(r["product"], r["app_version"]) for r in found} == set(groups)
    for row in found:
        posts = groups[row["product"], row["app_version"]]
        said, stars = scores(posts), values(posts, "rating")
        same(row, {
            "product": row["product"], "product_name": PRODUCTS[row["product"]][0], "app_version": row["app_version"],
            "first_day": min(p["day"] for p in posts), "last_day": max(p["day"] for p in posts), "posts": len(posts),
            "scored": len(said), "mean_compound": figures.mean(said),
            "negative_share": share(sum(c <= -0.05 for c in said), len(said)), "rating_count": len(stars),
            "rating_mean": figures.mean(stars),
        })  # fmt: skip
    for a, b in pairwise(found):
        assert a["product"] < b["product"] or (a["product"] == b["product"] and a["last_day"] >= b["last_day"])


def about(posts: Sequence[Post], topic: str) -> list[tuple[Post, float]]:
    return [(p, t["compound"]) for p in posts for t in p["topics"] or () if t["topic"] == topic]


def test_every_column_by_topic(world: World) -> None:
    found = {(r["product"], r["topic"]): r for r in world.ask("from by_topic")}
    keys = {(k, t) for k in PRODUCTS if world.of(k) for h in halves(world, k) for t in TOPICS if about(h, t)}
    assert set(found) == keys
    for product, topic in keys:
        now, before = halves(world, product)
        named, named_before = about(now, topic), about(before, topic)
        with_it = [p["compound"] for p, _ in named]
        rest = [p["compound"] for p in now if p["scored"] and all(t["topic"] != topic for t in p["topics"])]
        every, part = scores(now), share(len(named), len(scores(now)))
        impact = sum(every) / len(every) - sum(rest) / len(rest)
        margin = None
        if min(len(with_it), len(rest)) >= 5 and part is not None:
            means = [sum(side) / len(side) for side in (with_it, rest)]
            spread = sum(
                sum((c - m) ** 2 for c in side) / (len(side) - 1) / len(side)
                for side, m in zip((with_it, rest), means, strict=True)
            )
            pull = (means[0] - means[1]) ** 2 * part * (1 - part) / len(every)
            margin = figures.Z * (part**2 * spread + pull) ** 0.5
        one, other = figures.mean([c for _, c in named]), figures.mean([c for _, c in named_before])
        same(found[product, topic], {
            "product": product, "product_name": PRODUCTS[product][0], "own": PRODUCTS[product][1], "topic": topic,
            "topic_title": TOPICS[topic], "posts": len(named), "share": part, "mean_compound": one,
            "negative_share": share(sum(c <= -0.05 for _, c in named), len(named)),
            "rating_mean": figures.mean(values([p for p, _ in named], "rating")), "impact": impact,
            "impact_low": None if margin is None else impact - margin,
            "impact_high": None if margin is None else impact + margin, "posts_before": len(named_before),
            "share_before": share(len(named_before), len(scores(before))), "mean_before": other,
            "negative_share_before": share(sum(c <= -0.05 for _, c in named_before), len(named_before)),
            "change": None if one is None or other is None else one - other,
        })  # fmt: skip
    assert found["luna", "rare"]["posts"] == 5
    assert found["luna", "rare"]["impact_low"] is not None, "five posts are enough"
    assert day(139) == last_with_posts(world, "luna")
