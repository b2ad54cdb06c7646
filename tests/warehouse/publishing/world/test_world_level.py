"""The level beside competitors and other channels, every column worked out in plain Python from the world's posts."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from statistics import fmean, stdev
from typing import Any

import pytest
from world import PRODUCTS, Post, World

OWN = {product: own for product, (_, own) in PRODUCTS.items()}
FIELDS = {"sentiment": "compound", "stars": "rating"}
#: How much days wander, and what is far.
WANDER, FAR = {"sentiment": 0.04, "stars": 0.08}, {"sentiment": 0.15, "stars": 0.5}

Cells = dict[tuple[date, str, str], list[Post]]


@pytest.fixture(scope="module")
def recent(world: World) -> Cells:
    """The posts of each complete channel-day of a product's 28 days to its last; empty where nobody wrote."""
    cells: Cells = {
        (day, product, channel): []
        for day, product, channel in world.complete
        if day > world.last_day(product) - timedelta(28)
    }
    for post in world.posts:
        if (key := (post["day"], post["product"], post["channel"])) in cells:
            cells[key].append(post)
    return cells


def pairs(cells: Cells, product: str, others: Iterable[str]) -> list[tuple[date, str, list[Post], list[Post]]]:
    """Ours and theirs by day and channel, where both have it whole."""
    out = []
    for day, owner, channel in cells:
        theirs = [cells[day, other, channel] for other in others if (day, other, channel) in cells]
        if owner == product and theirs:
            out.append((day, channel, cells[day, owner, channel], [p for each in theirs for p in each]))
    return out


def verdict(n: int, m: int, low: float, high: float, bounds: tuple[float, float, float]) -> str:
    far_low, middle, far_high = bounds
    if n < 15 or m < 15:
        return "not enough posts"
    if low > far_high:
        return "far above"
    if high < far_low:
        return "far below"
    return "above" if low > middle else "below" if high < middle else "no real difference"


def compared(metric: str, rows: list[tuple[date, str, list[Post], list[Post]]]) -> dict[str, Any] | None:
    """Means on the same channels, which weigh by our own posts, and the interval of their difference."""
    name = FIELDS[metric]
    values = [
        (day, channel, [p[name] for p in a if p[name] is not None], [p[name] for p in b if p[name] is not None])
        for day, channel, a, b in rows
    ]
    strata: dict[str, tuple[list[float], list[float]]] = {}
    for _, channel, a, b in values:
        strata.setdefault(channel, ([], []))[0].extend(a)
        strata[channel][1].extend(b)
    used = {c: (a, b) for c, (a, b) in strata.items() if a and b}
    if not used or not (days := {day for day, _, a, b in values if a and b}):
        return None
    n, m = (sum(len(pair[side]) for pair in used.values()) for side in (0, 1))
    var = [
        sum(sum((x - fmean(pair[side])) ** 2 for x in pair[side]) for pair in used.values()) / max(size - len(used), 1)
        for side, size in ((0, n), (1, m))
    ]
    weight = {c: len(a) / n for c, (a, _) in used.items()}
    value, other = (sum(weight[c] * fmean(pair[side]) for c, pair in used.items()) for side in (0, 1))
    sampling = sum(w**2 * (var[0] / len(used[c][0]) + var[1] / len(used[c][1])) for c, w in weight.items())
    half = 1.96 * math.sqrt(sampling + WANDER[metric] ** 2 * 2 / len(days))
    far = FAR[metric]
    return {
        "first_day": min(day for day, c, _, _ in values if c in used),
        "last_day": max(day for day, c, _, _ in values if c in used),
        "days": len(days), "n": n, "other_n": m, "value": value, "other_value": other, "difference": value - other,
        "difference_low": value - other - half, "difference_high": value - other + half,
        "verdict": verdict(n, m, value - other - half, value - other + half, (-far, 0, far)),
    }  # fmt: skip


def volume(cells: Cells, product: str, rivals: list[str]) -> dict[str, Any] | None:
    """Posts a day beside those of an average competitor, on the channels that at least one of them has."""
    ours: dict[date, int] = {}
    theirs: dict[date, float] = {}
    for day, owner, channel in sorted(cells):
        there = [len(cells[day, r, channel]) for r in rivals if (day, r, channel) in cells]
        if owner == product and there:
            ours[day] = ours.get(day, 0) + len(cells[day, owner, channel])
            theirs[day] = theirs.get(day, 0.0) + fmean(there)
    if not sum(theirs.values()):
        return None
    days = len(ours)
    value, other = sum(ours.values()) / days, sum(theirs.values()) / days
    logs = [math.log((ours[d] + 0.5) / (theirs[d] + 0.5)) for d in sorted(ours)]
    half = 1.96 * stdev(logs) / math.sqrt(days)
    ratio, n, m = value / other, sum(ours.values()), round(sum(theirs.values()))
    low, high = ratio * math.exp(-half), ratio * math.exp(half)
    return {
        "first_day": min(ours), "last_day": max(ours), "days": days, "n": n, "other_n": m, "value": value,
        "other_value": other, "difference": ratio, "difference_low": low, "difference_high": high,
        "verdict": verdict(n, m, low, high, (1 / 3, 1, 3)),
    }  # fmt: skip


def expected(cells: Cells) -> dict[tuple[str, str, str, str, str], dict[str, Any]]:
    """(product, comparison, other, channel, metric) and what is to be said of it."""
    out: dict[tuple[str, str, str, str, str], dict[str, Any] | None] = {}
    for product in PRODUCTS:
        rivals = [r for r in PRODUCTS if OWN[r] != OWN[product]]
        channels = {c for _, p, c in cells if p == product}
        for metric in FIELDS:
            out[product, "competitors", "", "", metric] = compared(metric, pairs(cells, product, rivals))
            for rival in rivals:
                out[product, "competitor", rival, "", metric] = compared(metric, pairs(cells, product, [rival]))
            for channel in channels:
                days = [day for day, p, c in cells if (p, c) == (product, channel)]
                beside = {
                    day: [p for o in channels - {channel} for p in cells.get((day, product, o), [])] for day in days
                }
                both = [day for day in days if any((day, product, o) in cells for o in channels - {channel})]
                rows = [(day, "", cells[day, product, channel], beside[day]) for day in both]
                out[product, "other channels", "", channel, metric] = compared(metric, rows)
        out[product, "competitors", "", "", "volume"] = volume(cells, product, rivals)
    return {key: found for key, found in out.items() if found}


def same(found: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
    """Every column of ``wanted``, numbers to nine digits."""
    got = {name: found[name] for name in wanted}
    assert got == {k: pytest.approx(v, rel=1e-9, abs=1e-9) if isinstance(v, float) else v for k, v in wanted.items()}


def key(row: Mapping[str, Any]) -> tuple[str, str, str, str, str]:
    return row["product"], row["comparison"], row["other"], row["channel"], row["metric"]


def test_every_number_of_every_comparison(world: World, recent: Cells) -> None:
    found = world.ask("from level")
    wanted = expected(recent)
    assert {key(row) for row in found} == set(wanted)
    for row in found:
        same(row, wanted[key(row)])
        assert (row["product_name"], row["own"]) == PRODUCTS[row["product"]]


def test_every_verdict_is_there_and_15_posts_are_enough(world: World) -> None:
    """What the test above can tell apart: without these the world would have lost its point."""
    found = world.ask("from level")
    verdicts = {(row["metric"] == "volume", row["verdict"]) for row in found}
    assert verdicts >= {(False, v) for v in ("far below", "below", "no real difference", "above", "not enough posts")}
    assert verdicts >= {(True, v) for v in ("far below", "above", "not enough posts")}
    assert [row["verdict"] for row in found if 15 in (row["n"], row["other_n"])] != []
    assert "not enough posts" not in {row["verdict"] for row in found if min(row["n"], row["other_n"]) == 15}


def test_where_no_competitor_has_a_post_there_is_no_pace_to_tell(world: World) -> None:
    """Mute is Solo's only competitor on its only channel, and nobody writes about it."""
    assert world.of("solo")
    assert world.ask("from level where product = 'solo'") == []


def test_complete_days_are_counted_though_nobody_writes(world: World) -> None:
    found = {row["product"]: row for row in world.ask("from level where metric = 'volume'")}
    days = {
        product: sum(
            all((day, product, c) in world.complete for d, p, c in world.asked if (d, p) == (day, product))
            for day in {d for d, p, _ in world.asked if p == product}
        )
        for product in found
    }
    assert {product: row["complete_days"] for product, row in found.items()} == days
    assert days["mute"] == 28
    assert found["mute"]["sentence"].startswith(
        "Mute, 28 complete days, too few of them with enough posts for a verdict of its own: 0.0 posts a day, not enough posts to"
    )
    assert {product: row["new"] for product, row in found.items()} == {
        "orbit": False, "luna": False, "nova": False, "vega": False, "mute": True,
    }  # fmt: skip


def words(row: Mapping[str, Any]) -> str:
    said = {"no real difference": "not really different from", "not enough posts": "not enough posts to compare with"}
    verdict = said.get(row["verdict"], row["verdict"])
    start = PRODUCTS[row["product"]][0] + (f" on {row['channel']}" if row["channel"] else "")
    start += (
        f", {row['complete_days']} complete days, too few of them with enough posts for a verdict of its own: "
        if row["new"]
        else ": "
    )
    low, high = row["difference_low"], row["difference_high"]
    if row["metric"] == "volume":
        return (
            f"{start}{row['value']:.1f} posts a day, {verdict} an average competitor's {row['other_value']:.1f} on the"
            f" same channels and days ({row['difference']:.1f} times, 95% interval {low:.1f} to {high:.1f})."
        )
    number: Callable[[float], str] = (lambda x: f"{x:.2f}") if row["metric"] == "stars" else (lambda x: f"{x:+.2f}")
    beside = {
        "competitors": "its competitors'" if row["own"] else "our own products'",
        "competitor": f"{PRODUCTS.get(row['other'], ('',))[0]}'s",
        "other channels": "the product's other channels'",
    }[row["comparison"]]
    what, on = ("mean stars", "mean")[row["metric"] != "stars"], "channels and days"
    on = "days" if row["comparison"] == "other channels" else on
    return (
        f"{start}{what} {number(row['value'])}, {verdict} {beside} {number(row['other_value'])} on the same {on}"
        f" (difference {row['difference']:+.2f}, 95% interval {low:+.2f} to {high:+.2f}; {row['n']} and"
        f" {row['other_n']} posts)."
    )


def test_the_sentence_says_what_the_columns_say_and_rows_lie_in_order(world: World) -> None:
    found = world.ask("from level")
    assert [row["sentence"] for row in found] == [words(row) for row in found]
    order = ["competitors", "competitor", "other channels", "sentiment", "stars", "volume"]
    places = [
        (r["product"], order.index(r["comparison"]), r["other"], r["channel"], order.index(r["metric"])) for r in found
    ]
    assert places == sorted(places)
