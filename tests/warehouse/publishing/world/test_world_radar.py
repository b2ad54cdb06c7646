"""The weakness radar, the share of voice and calibration, every column worked out post by post from the world."""

from __future__ import annotations

import math
from collections import defaultdict
from datetime import date, timedelta
from statistics import fmean
from typing import Any

import figures
import pytest
from figures import same, share
from world import PRODUCTS, TOPICS, Post, World, day

OURS = [product for product, (_, own) in PRODUCTS.items() if own]
THEIRS = [product for product, (_, own) in PRODUCTS.items() if not own]


def common(world: World, product: str, rival: str) -> set[tuple[date, str]]:
    """(day, channel) that both have whole, of the 28 days to the last such day."""
    both = {(d, c) for d, p, c in world.complete if p == product and (d, rival, c) in world.complete}
    last = max((d for d, _ in both), default=date.min)
    return {(d, c) for d, c in both if d > last - timedelta(28)} if both else set()


def by_channel(posts: list[Post], topic: str) -> dict[str, tuple[int, int, int]]:
    """Scored posts, those that name the topic, and those of them that are negative about it, by channel."""
    out: dict[str, tuple[int, int, int]] = defaultdict(lambda: (0, 0, 0))
    for post in posts:
        said = [t["compound"] for t in post["topics"] or () if t["topic"] == topic]
        n, named, bad = out[post["channel"]]
        out[post["channel"]] = (n + post["scored"], named + len(said), bad + sum(c <= -0.05 for c in said))
    return out


def weighed(ours: dict[str, tuple[int, int]], theirs: dict[str, tuple[int, int]]) -> dict[str, Any] | None:
    """Shares of (bad, n) on the channels that both have, at one mix, and each share's effective n (Kish 1965)."""
    used = [c for c in ours if ours[c][1] and theirs.get(c, (0, 0))[1]]
    if not used:
        return None
    total = sum(ours[c][1] + theirs[c][1] for c in used)
    weight = {c: (ours[c][1] + theirs[c][1]) / total for c in used}
    p, q = (sum(weight[c] * side[c][0] / side[c][1] for c in used) for side in (ours, theirs))
    e, f = (1 / sum(weight[c] ** 2 / side[c][1] for c in used) for side in (ours, theirs))
    enough = all(sum(side[c][1] for c in used) >= 15 for side in (ours, theirs))
    low, high = figures.newcombe((p, e), (q, f))
    return {"p": p, "q": q, "e": e, "f": f, "low": low, "high": high, "enough": enough}


def cell(world: World, product: str, rival: str, topic: str) -> dict[str, Any] | None:
    """All but the rank of a row of the radar; None where neither is talked about on that, or never both in one place."""
    there = common(world, product, rival)
    posts = {
        owner: [p for p in world.of(owner) if (p["day"], p["channel"]) in there] for owner in (product, rival)
    }  # fmt: skip
    a, b = (by_channel(posts[owner], topic) for owner in (product, rival))
    named = sum(x[1] for x in a.values()), sum(x[1] for x in b.values())
    both = [c for c in a if a[c][0] and b[c][0]]
    if not sum(named) or not both:
        return None
    talk = weighed({c: (x[2], x[1]) for c, x in a.items()}, {c: (x[2], x[1]) for c, x in b.items()})
    complaints = weighed({c: (x[2], x[0]) for c, x in a.items()}, {c: (x[2], x[0]) for c, x in b.items()})
    last = max(d for d, _ in there)
    out: dict[str, Any] = {
        "product": product, "product_name": PRODUCTS[product][0], "competitor": rival,
        "competitor_name": PRODUCTS[rival][0], "topic": topic, "topic_title": TOPICS[topic],
        "first_day": last - timedelta(27), "last_day": last, "posts": named[0], "their_posts": named[1],
    }  # fmt: skip
    ours: tuple[float, float] | tuple[None, None] = (None, None)
    theirs: tuple[float, float] | tuple[None, None] = (None, None)
    if talk and talk["enough"]:
        ours, theirs = figures.wilson(talk["p"], talk["e"]), figures.wilson(talk["q"], talk["f"])
    else:
        talk = None
    if complaints and not complaints["enough"]:
        complaints = None

    def of(found: dict[str, Any] | None, name: str) -> Any:
        return found and (found["p"] - found["q"] if name == "gap" else found[name])

    words = ("stronger", "no real difference", "weaker")
    return out | {
        "negative_share": of(talk, "p"), "negative_low": ours[0], "negative_high": ours[1],
        "their_negative_share": of(talk, "q"), "their_negative_low": theirs[0], "their_negative_high": theirs[1],
        "gap": of(talk, "gap"), "gap_low": of(talk, "low"), "gap_high": of(talk, "high"),
        "topic_share": share(named[0], sum(a[c][0] for c in both)), "complaint_share": of(complaints, "p"),
        "their_complaint_share": of(complaints, "q"), "complaint_gap": of(complaints, "gap"),
        "complaint_gap_low": of(complaints, "low"), "complaint_gap_high": of(complaints, "high"),
        "verdict": figures.verdict(talk["low"], talk["high"], words) if talk else "not enough posts",
        "complaint_verdict": (
            figures.verdict(complaints["low"], complaints["high"], words) if complaints else "not enough posts"
        ),
    }  # fmt: skip


def test_every_column_of_the_radar(world: World) -> None:
    found = world.ask("from weakness_radar")
    wanted = [
        row for ours in OURS for theirs in THEIRS for t in TOPICS if (row := cell(world, ours, theirs, t)) is not None
    ]
    assert sorted((r["product"], r["competitor"], r["topic"]) for r in found) == sorted(
        (r["product"], r["competitor"], r["topic"]) for r in wanted
    )
    for row in wanted:
        pair = [r for r in wanted if (r["product"], r["competitor"]) == (row["product"], row["competitor"])]
        told = sorted((-r["complaint_gap"], r["topic"]) for r in pair if r["complaint_gap"] is not None)
        rank = None
        if row["complaint_gap"] is not None:
            rank = told.index((-row["complaint_gap"], row["topic"])) + 1
        key = (row["product"], row["competitor"], row["topic"])
        (got,) = [r for r in found if (r["product"], r["competitor"], r["topic"]) == key]
        # Wilson's constants are rounded to six decimals there.
        close = {
            k: pytest.approx(v, abs=1e-6) if isinstance(v, float) else v for k, v in (row | {"rank": rank}).items()
        }
        assert got == close


def test_the_radar_speaks_at_exactly_15_posts(world: World) -> None:
    """Vega has 15 posts in the 28 days, and 15 posts of Orbit and of Nova each are about syncing."""
    found = {(r["product"], r["competitor"], r["topic"]): r for r in world.ask("from weakness_radar")}
    there = common(world, "orbit", "vega")
    assert sum((p["day"], p["channel"]) in there for p in world.of("vega")) == 15
    assert found["orbit", "vega", "ads"]["complaint_verdict"] != "not enough posts"
    sync = found["orbit", "nova", "sync"]
    assert (sync["posts"], sync["their_posts"]) == (15, 15)
    assert sync["verdict"] != "not enough posts"


def test_every_column_of_the_share_of_voice(world: World) -> None:
    """Until Solo, whose channel nobody else has, leaves no channel that all have in common."""
    found = world.ask("from share_of_voice")
    covered = {(d, p, c) for d, p, c in world.complete}
    began = {p: min(x["day"] for x in world.of(p)) for p in PRODUCTS if world.of(p)}
    spans = {
        (p, c): (min(d for d, q, k in covered if (q, k) == (p, c)), max(d for d, q, k in world.asked if (q, k) == (p, c)))
        for _, p, c in covered
        if p in began
    }  # fmt: skip
    count: dict[tuple[date, str, str], int] = defaultdict(int)
    for post in world.posts:
        count[post["day"], post["product"], post["channel"]] += 1
    facts: dict[tuple[date, str], tuple[str, int, int, int, str, bool]] = {}
    first, last = min(began.values()), day(139)
    for at in (first + timedelta(n) for n in range((last - first).days + 1)):
        asked = defaultdict(set)
        for (p, c), (start, end) in spans.items():
            if max(start, began[p]) <= at <= end:
                asked[p].add(c)
        together = set.intersection(*asked.values()) if asked else set()
        ours = {p: sum(count[at, p, c] for c in together) for p in began if began[p] <= at}
        whole = bool(together) and all((at, p, c) in covered for p in asked for c in together)
        for p, posts in ours.items():
            here = whole and p in asked
            names = ", ".join(sorted(together)) if p in asked else ""
            facts[at, p] = (f"{sorted(asked)}/{names}", posts, sum(ours.values()), len(asked), names, here)
    assert {(r["day"], r["product"]) for r in found} == set(facts)
    for row in found:
        at, p = row["day"], row["product"]
        alike, posts, every, products, names, comparable = facts[at, p]
        month = [facts.get((at - timedelta(n), p)) for n in range(28)]
        pool = [(f[1], f[2]) for f in month if f and f[0] == alike and f[5]]
        x, t = sum(a for a, _ in pool), sum(b for _, b in pool)
        ratio, low, high = share(x, t), None, None
        if ratio is not None and len(pool) >= 7:
            squares = sum((a - ratio * b) ** 2 for a, b in pool)
            effect = 1.0
            if 0 < ratio < 1:
                effect = max(1.0, len(pool) / (len(pool) - 1) * squares / (t * ratio * (1 - ratio)))
            low, high = figures.wilson(ratio, t / effect)
            low, high = max(low, 0.0), min(high, 1.0)
        close = {
            "day": at, "product": p, "product_name": PRODUCTS[p][0], "own": PRODUCTS[p][1], "posts": posts,
            "share": share(posts, every), "posts_28d": x, "all_posts_28d": t, "days_28d": len(pool),
            "share_28d": ratio, "share_low": low, "share_high": high, "products": products, "channels": names,
            "comparable": comparable,
        }  # fmt: skip
        assert row == {k: pytest.approx(v, abs=1e-6) if isinstance(v, float) else v for k, v in close.items()}
    assert {r["comparable"] for r in found} == {True, False}
    assert {r["channels"] for r in found} >= {"", "rd", "app, rd"}


def test_every_column_of_calibration(world: World) -> None:
    """The 365 days to the last one; a post without words is not asked about."""
    found = {(r["channel"], r["against"]): r for r in world.ask("from calibration")}
    sides = {"stars": ("rating", 4, 2), "nps": ("nps", 9, 6), "recommended": ("recommended", 1, 0)}
    groups: dict[tuple[str, str], list[Post]] = defaultdict(list)
    for post in world.posts:
        for against, (name, _, _) in sides.items():
            if post[name] is not None and post["day"] > day(139 - 365) and post["unscored_reason"] != "no text":
                groups[post["channel"], against].append(post)
    assert set(found) == set(groups)
    for (channel, against), posts in groups.items():
        name, up, down = sides[against]
        scored = [(int(p[name]), p["compound"]) for p in posts if p["scored"]]
        high, low = [c for v, c in scored if v >= up], [c for v, c in scored if v <= down]
        area = fmean((h > x) + (h == x) / 2 for h in high for x in low) if high and low else None
        row = found[channel, against]
        bounds: tuple[float | None, float | None] = (None, None)
        if area is not None:
            q1, q2 = area / (2 - area), 2 * area**2 / (1 + area)
            spread = area * (1 - area) + (len(high) - 1) * (q1 - area**2) + (len(low) - 1) * (q2 - area**2)
            half = figures.Z * math.sqrt(max(spread, 0) / (len(high) * len(low)))
            bounds = (max(area - half, 0), min(area + half, 1))
        means = [
            figures.mean([c for v, c in scored if v == star]) if against == "stars" else None for star in range(1, 6)
        ]
        warning = ""
        if len(high) < 30 or len(low) < 30:
            warning = "too few to tell: fewer than 30 on a side"
        elif area is not None and area < 0.65:
            warning = "do not trust the score here: it hardly agrees with what people gave"
        same(row | {"spearman": None}, {
            "channel": channel, "source": posts[0]["source"], "language": "en", "against": against,
            "rated": len(posts), "n": len(scored), "spearman": None, "auc": area, "auc_low": bounds[0],
            "auc_high": bounds[1], "n_high": len(high), "n_low": len(low), "mean_high": figures.mean(high),
            "mean_low": figures.mean(low), **{f"mean_{n}": m for n, m in enumerate(means, 1)},
            "mean_compound": fmean(c for _, c in scored), "warning": warning,
        })  # fmt: skip
        assert row["spearman"] == (None if len(scored) < 2 else pytest.approx(spearman(scored)))


def spearman(pairs: list[tuple[int, float]]) -> float:
    """The correlation of mean ranks."""
    ranks = []
    for values in ([v for v, _ in pairs], [c for _, c in pairs]):
        ordered = sorted(values)
        places: dict[float, list[int]] = defaultdict(list)
        for place, value in enumerate(ordered):
            places[value].append(place)
        ranks.append([fmean(places[value]) for value in values])
    a, b = ([x - fmean(side) for x in side] for side in ranks)
    return sum(x * y for x, y in zip(a, b, strict=True)) / math.sqrt(sum(x * x for x in a) * sum(y * y for y in b))
