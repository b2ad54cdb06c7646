"""What is told in words and lists: recovered reviews, bursts, verdicts with their reasons, episodes and their parts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from statistics import fmean, median
from typing import Any

import pytest
from causes_said import causes_of, explained, why_and_elsewhere
from figures import same, share
from metrics_said import COUNTS, beside
from world import LAST, PRODUCTS, Post, World, day, moment

#: What became of each review, as world.py tells it: (product, post) to (before, low since, recovered at, compound before).
ROSE: dict[tuple[str, str], tuple[dict[str, Any], datetime, datetime, float]] = {
    ("orbit", "rose"): ({"rating": 1}, moment(125, 10), moment(128, 15), -0.6),
    ("orbit", "half"): ({"rating": 2}, moment(126, 10), moment(129, 15), -0.6),
    ("orbit", "up"): ({"recommended": False}, moment(127, 10), moment(132, 15), -0.4),
    ("orbit", "twin"): ({"rating": 1}, moment(120, 10), moment(124, 15), -0.3),
    ("nova", "twin"): ({"rating": 2}, moment(120, 10), moment(127, 15), -0.3),
}
#: Reviews whose stars or thumbs changed: these, and those that fell or were taken back.
CHANGED = {"orbit": ["rose", "half", "up", "twin", "back", "fell", "up-down"], "nova": ["twin"]}


def test_every_column_of_the_recovered(world: World) -> None:
    """A thumb or a star taken back is no recovery; one id in two products is one review in each."""
    found = world.ask("from recovered")
    posts = {(p["product"], p["post_id"]): p for p in world.posts}
    order = sorted(ROSE, key=lambda k: (-ROSE[k][2].timestamp(), k))
    assert [(r["product"], r["post_id"]) for r in found] == order
    for row in found:
        key = (row["product"], row["post_id"])
        before, low, up, compound = ROSE[key]
        post = posts[key]
        same(row, {
            "product": key[0], "product_name": PRODUCTS[key[0]][0], "own": PRODUCTS[key[0]][1],
            "channel": post["channel"], "source": post["source"], "market": post["market"], "post_id": key[1],
            "day": post["day"], "rating_before": before.get("rating"), "rating_now": post["rating"],
            "recommended_before": before.get("recommended"), "recommended_now": post["recommended"],
            "low_since": low.astimezone(UTC).replace(tzinfo=None), "recovered_at": up.astimezone(UTC).replace(tzinfo=None),
            "days_to_recover": (up - low).total_seconds() / 86400, "compound_before": compound,
            "compound_now": post["compound"], "text_changed": False, "answered": key[1] == "rose",
            "app_version": post["app_version"], "url": None,
        })  # fmt: skip


def test_every_column_of_recovery(world: World) -> None:
    posts = {(p["product"], p["post_id"]): p for p in world.posts}
    wanted = []
    for product in ("nova", "orbit"):
        rose = {k: v for k, v in ROSE.items() if k[0] == product}
        wanted.append({
            "product": product, "product_name": PRODUCTS[product][0], "own": PRODUCTS[product][1],
            "changed": len(CHANGED[product]), "recovered": len(rose),
            "recovered_share": len(rose) / len(CHANGED[product]),
            "stars_gained": fmean(posts[k]["rating"] - v[0]["rating"] for k, v in rose.items() if "rating" in v[0]),
            "median_days": median((up - low).total_seconds() / 86400 for _, low, up, _ in rose.values()),
            "answered": sum(k[1] == "rose" for k in rose),
            "last_recovered_at": max(up for _, _, up, _ in rose.values()).astimezone(UTC).replace(tzinfo=None),
        })  # fmt: skip
    for row, each in zip(world.ask("from recovery"), wanted, strict=True):
        same(row, each)


def test_every_column_of_bursts(world: World) -> None:
    """Five of one author on a day, in the last 90 days; one text in five posts of three days."""
    groups: dict[tuple[str, date], list[Post]] = defaultdict(list)
    for post in world.posts:
        if post["author"] == "loud" and post["day"] > day(LAST - 90):
            groups["one author", post["day"]].append(post)
        if "asks for my card" in post["text"]:
            groups["repeated text", day(120)].append(post)
    wanted = []
    for (kind, _), posts in groups.items():
        product, days = posts[0]["product"], [p["day"] for p in posts]
        text = min(posts, key=lambda p: p["created_at"])["text"] if kind == "repeated text" else None
        wanted.append({
            "product": product, "product_name": PRODUCTS[product][0], "kind": kind, "first_day": min(days),
            "last_day": max(days), "posts": len(posts), "authors": len({p["author"] for p in posts}),
            "channels": sorted({p["channel"] for p in posts}), "mean_compound": fmean(p["compound"] for p in posts),
            "posts_of_days": sum(min(days) <= p["day"] <= max(days) for p in world.of(product)), "text": text,
        })  # fmt: skip
    found = world.ask("from bursts")
    wanted.sort(key=lambda r: (r["product"], -r["last_day"].toordinal()))
    assert len(found) == len(wanted) == 3, "and not those of the 90th day before"
    for row, each in zip(found, wanted, strict=True):
        same(row, each)


def test_the_reasons_of_verdicts_say_their_numbers(world: World) -> None:
    verdicts = world.ask("from verdicts")
    for row in verdicts:
        verdict, metric, n = row["verdict"], row["metric"], row["n"]
        if verdict == "incomplete day":
            wanted = "not every channel answered for the whole day"
        elif verdict == "not enough posts":
            wanted = (
                f"{n} to judge; needed are 15, with up to 6 days before, or 5 in all of these days"
                if n
                else "no scored post"
            )
        elif verdict == "not enough history":
            days, before = row["baseline_days"], "among the 56 that end 3 days before"
            wanted = (
                f"{days} complete days {before}, fewer than 28"
                if metric in COUNTS
                else f"{row['baseline_n']} posts on {days} days {before}; needed are 30 posts, and 28 complete days since the"
                " first"
            )
        elif metric in COUNTS:
            of = "posts" if metric == "volume" else "negative posts"
            wanted = f"{n} {of}, usual for the weekday are {row['baseline']:.0f}"
        elif verdict == "no real change":
            wanted = f"evidence {abs(row['cusum']):.1f} of {row['cusum_limit']:.1f}"
        elif abs(row["z"]) >= 4.5:
            wanted = f"one day {abs(row['z']):.1f} standard errors from the baseline"
        else:
            wanted = f"evidence since {row['since']} reached the limit {row['cusum_limit']:.1f}"
        assert row["reason"] == wanted
    assert {r["verdict"] for r in verdicts} >= {
        "incomplete day", "not enough posts", "not enough history", "no real change", "worse"
    }  # fmt: skip


def test_a_day_without_a_verdict_says_the_posts_of_its_own(world: World) -> None:
    """Vega never has the 15 scored posts in seven days that a day's verdict takes: it is judged by the week."""
    rows = world.ask("from verdicts where product = 'vega' and slice_kind = 'product' and metric = 'sentiment'")
    assert {r["verdict"] for r in rows} == {"not enough posts", "not enough history", "no real change"}
    count = Counter(p["day"] for p in world.of("vega", whole=True))
    first, judged = min(count), date.min
    for r in sorted(rows, key=lambda r: r["day"]):
        week = [r["day"] - timedelta(d) for d in range(7)]
        n = sum(count[d] for d in week)
        assert n < 15
        if not (count[r["day"]] and week[-1] > judged and n >= 5):
            assert (r["verdict"], r["n"]) == ("not enough posts", count[r["day"]])
            continue
        judged = r["day"]
        before = sum(count[r["day"] - timedelta(d)] for d in range(3, 59))
        known = before >= 30 and (r["day"] - timedelta(2) - first).days >= 28
        assert (r["verdict"], r["n"]) == ("no real change" if known else "not enough history", n)
        assert (r["span_from"], r["baseline_n"]) == (week[-1], before)


def facts(world: World, product: str, first: date, last: date) -> list[Post]:
    return [p for p in world.of(product, whole=True) if first <= p["day"] <= last and p["scored"]]


def test_every_column_of_the_episode_and_what_it_is_made_of(world: World) -> None:
    (episode,) = world.ask("from what_changed")
    first, last = episode["first_day"], episode["last_day"]
    assert (episode["product"], episode["verdict"], first) == ("orbit", "worse", day(111)), "with its release"
    verdicts = world.ask(
        f"from verdicts where product = 'orbit' and slice_kind = 'product' and metric = 'sentiment'"
        f" and day between '{first}' and '{last}' and change is not null order by day"
    )
    n = sum(r["n"] for r in verdicts)
    value, baseline = sum(r["n"] * r["mean"] for r in verdicts) / n, verdicts[0]["baseline"]
    mix = sum(r["n"] * r["mix"] for r in verdicts) / n
    half = sum((r["n"] * (r["change_high"] - r["change_low"]) / 2) ** 2 for r in verdicts) ** 0.5 / n
    told = world.ask(f"from verdicts where episode = '{episode['episode']}'")
    strength = {
        topic: max(abs(r["within"]) * r["n"] ** 0.5 for r in rows)
        for topic, rows in groupby(sorted((r for r in told if r["topic"]), key=lambda r: r["topic"]), lambda r: r["topic"])
    }  # fmt: skip
    newest = max(r["day"] for r in world.ask(
        "from verdicts where product = 'orbit' and slice_kind = 'product' and verdict <> 'incomplete day'"
    ))  # fmt: skip
    topics = sorted(strength, key=lambda t: -strength[t])
    versions = sorted({r["app_version"] for r in told if r["slice_kind"] == "version"})
    wanted: dict[str, Any] = {
        "episode": f"orbit {episode['alarm_day']} worse", "product": "orbit", "product_name": "Orbit", "own": True,
        "metric": "sentiment", "verdict": "worse", "slice_kind": "product", "channel": "", "market": "", "topic": "",
        "app_version": "", "first_day": first, "last_day": max(r["day"] for r in told if r["slice_kind"] == "product"),
        "alarm_day": max(r["day"] for r in told if r["alarm"]), "told": True, "ongoing": last >= newest, "days": len(verdicts), "n": n,
        "value": value, "baseline": baseline, "change": value - baseline, "change_low": value - baseline - half,
        "change_high": value - baseline + half, "within": value - baseline - mix, "mix": mix,
        "z": max((r["z"] for r in verdicts), key=abs), "topics": topics,
        "channels": sorted({r["channel"] for r in told if r["slice_kind"] == "channel" and r["metric"] == "sentiment"}),
        "markets": sorted({f"{r['channel']} {r['market']}" for r in told if r["slice_kind"] == "market"}),
        "versions": versions, "flood": False,
    }  # fmt: skip
    when = f"from {first} on" if last >= newest else f"from {first} to {last}"
    sentence = (
        f"Orbit: worse {when}. Mean {value:+.2f} over {n} posts, before {baseline:+.2f}: down"
        f" {baseline - value:.2f} (95% interval {value - baseline - half:+.2f} to {value - baseline + half:+.2f})."
    )
    of_days: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for r in world.ask(
        f"from verdicts where product = 'orbit' and slice_kind = 'product' and day between '{first}' and '{last}'"
        " and change is not null order by day"
    ):
        of_days[r["metric"]].append(r)
    if abs(mix) >= 0.02:
        sentence += (
            f" {value - baseline - mix:+.2f} of it within channels and markets, {mix:+.2f} because the posts come from"
            " others than before."
        )
    worded = {"headline": sentence, "beside": beside("sentiment", of_days).strip()}
    sentence += beside("sentiment", of_days)
    causes = world.ask("from episode_causes")
    assert {r["episode"] for r in causes} == {episode["episode"]}
    worded |= dict(zip(("why", "elsewhere"), why_and_elsewhere(causes), strict=True))
    sentence += explained(causes)
    unanswered = {"answer": None, "answer_why": "", "answered_at": None}
    same(episode, wanted | {"causes": causes_of(causes), **unanswered, **worded, "sentence": sentence})

    now, before = facts(world, "orbit", first, last), facts(world, "orbit", first - timedelta(58), first - timedelta(3))
    parts: dict[str, Callable[[Post], list[str]]] = {
        "channel": lambda p: [p["channel"]],
        "market": lambda p: [f"{p['channel']} {p['market']}"] if p["market"] else [],
        "topic": lambda p: [t["topic"] for t in p["topics"] or ()],
        "version": lambda p: [p["app_version"]] if p["app_version"] else [],
    }
    rows = world.ask("from what_moved")
    keys = {(d, v) for d, of in parts.items() for p in [*now, *before] for v in of(p)}
    assert {(r["dimension"], r["value"]) for r in rows} == keys
    mean_before = fmean(p["compound"] for p in before)
    for row in rows:
        of = parts[row["dimension"]]
        a, b = ([p["compound"] for p in side if row["value"] in of(p)] for side in (now, before))
        m, m0 = (fmean(x) if x else None for x in (a, b))
        share_now, share_before = share(len(a), len(now)), share(len(b), len(before))
        assert share_now is not None
        assert share_before is not None
        c, c0 = (m if m is not None else m0), (m0 if m0 is not None else m)
        assert c is not None
        assert c0 is not None
        same(row, {
            "episode": episode["episode"], "product": "orbit", "dimension": row["dimension"], "value": row["value"],
            "n": len(a), "share": share_now, "mean": m, "n_before": len(b), "share_before": share_before,
            "mean_before": m0, "within": (share_now + share_before) / 2 * (c - c0),
            "mix": (share_now - share_before) * ((c + c0) / 2 - mean_before),
            "contribution": share_now * (c - mean_before) - share_before * (c0 - mean_before),
        })  # fmt: skip
    channels = [r for r in rows if r["dimension"] == "channel"]
    change = fmean(p["compound"] for p in now) - mean_before
    assert sum(r["contribution"] for r in channels) == pytest.approx(change)
