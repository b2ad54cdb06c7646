"""What an episode's metrics did on its days, and how that is said: worked out row by row for tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import sqrt
from typing import Any

Row = Mapping[str, Any]
MEANS = ("sentiment", "stars", "one_star", "nps")
COUNTS = ("volume", "negative")
#: The order in which an episode takes its name from one of them.
METRICS = (*MEANS, "silence", *COUNTS)
_BESIDE = {
    "sentiment": "Mean score {:+.2f}, before {:+.2f}",
    "stars": "Stars {:.2f}, before {:.2f}",
    "one_star": "One star {:.0f}%, before {:.0f}%",
    "nps": "NPS {:+.0f}, before {:+.0f}",
    "volume": "{:.0f} posts a day, usual are {:.0f}",
    "negative": "{:.0f} negative posts a day, usual are {:.0f}",
}


def figures(metric: str, days: Sequence[Row]) -> dict[str, Any]:
    """Value, baseline, half of the interval, mix and strongest z of the verdicts of one metric, in the order of days."""
    out: dict[str, Any] = dict.fromkeys(("value", "baseline", "half", "mix", "z"))
    if metric == "silence":
        out["value"] = 0
    if not days:
        return out
    n = sum(r["n"] for r in days)
    mixes = [r["n"] * r["mix"] for r in days if r["mix"] is not None]
    out["mix"] = sum(mixes) / n if mixes and n and metric in MEANS else None
    out["z"] = max((r["z"] for r in days if r["z"] is not None), key=abs, default=None)
    if metric == "silence":
        return out | {"baseline": days[-1]["baseline"]}
    weights = [r["n"] if metric in MEANS else 1 for r in days]
    total = sum(weights)
    halves = [
        (w * (r["change_high"] - r["change_low"]) / 2) ** 2
        for w, r in zip(weights, days, strict=True)
        if r["change_low"] is not None
    ]
    if total:
        out["value"] = sum(w * r["mean"] for w, r in zip(weights, days, strict=True)) / total
        out["half"] = sqrt(sum(halves)) / total if halves else None
    first = days[0]["baseline"]
    return out | {"baseline": first if metric in MEANS else sum(r["baseline"] for r in days) / len(days)}


def beside(metric: str, by_metric: Mapping[str, Sequence[Row]]) -> str:
    """The sentences about the other metrics: those that moved beyond their interval."""
    said = []
    for other in (*MEANS, *COUNTS):
        f = figures(other, by_metric.get(other, ()))
        known = None not in (f["value"], f["baseline"], f["half"])
        if metric not in {"silence", other} and known and abs(f["value"] - f["baseline"]) > f["half"]:
            unit = 100 if other == "one_star" else 1
            said.append(_BESIDE[other].format(unit * f["value"], unit * f["baseline"]))
    return f" {'. '.join(said)}." if said else ""


def main_sentence(r: Row) -> str:
    """What is said of the episode's own metric; '' where a number lacks."""
    metric, verdict = r["metric"], r["verdict"]
    first, last, value, baseline = (r[c] for c in ("first_day", "last_day", "value", "baseline"))
    if metric == "silence":
        return (
            ""
            if baseline is None
            else f": silent since {first}. No post on complete days, about {baseline:.0f} were to come."
        )
    if None in (value, baseline):
        return ""
    if metric in COUNTS:
        what = verdict
        if metric == "volume":
            told = "a flood of posts" if r["told"] else "more posts than usual"
            what = "fewer posts" if verdict == "fewer" else told
        of = "posts" if metric == "volume" else "negative posts"
        return f": {what} from {first} to {last}: {value:.0f} {of} a day, usual are {baseline:.0f}."
    low, high = r["change_low"], r["change_high"]
    if None in (low, high):
        return ""
    when = f"from {first} on" if r["ongoing"] else f"from {first} to {last}"
    when = f"on {first}" if first == last else when
    direction = "down" if value < baseline else "up"
    n, change = r["n"], abs(value - baseline)
    if metric == "sentiment":
        what, by, ends = (
            f"Mean {value:+.2f} over {n} posts, before {baseline:+.2f}",
            f"{change:.2f}",
            f"{low:+.2f} to {high:+.2f}",
        )
    elif metric == "stars":
        what, by, ends = (
            f"Stars {value:.2f} over {n} ratings, before {baseline:.2f}",
            f"{change:.2f}",
            f"{low:+.2f} to {high:+.2f}",
        )
    elif metric == "one_star":
        what = f"{100 * value:.0f}% of {n} ratings have one star, before {100 * baseline:.0f}%"
        by, ends = f"{100 * change:.0f} points", f"{100 * low:+.0f} to {100 * high:+.0f}"
    else:
        what, by, ends = (
            f"NPS {value:+.0f} over {n} answers, before {baseline:+.0f}",
            f"{change:.0f} points",
            f"{low:+.0f} to {high:+.0f}",
        )
    return f": {verdict} {when}. {what}: {direction} {by} (95% interval {ends})."
