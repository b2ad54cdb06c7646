"""``python -m benchmarks.thin_days``: how often healthy channels are doubted, how many cut nights are caught.

Channels are simulated for two years, the first 90 days of which only teach: a weekly rhythm, days that vary more than
chance (negative binomial), a level that wanders. To some something happens besides: launches, holidays, a slow decline,
a sudden loss. Every night judges as the warehouse does, with the doubts of three nights ago confirmed. Then single
nights are cut to a half, a fifth and nothing; ``young`` does the same on each of the 11th to 28th night of a store.
Counts are simulated; that real channels behave so is an assumption.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from earful.warehouse.aggregates.thin_days import Counted, judge

Counts = npt.NDArray[np.int64]
Shape = Callable[[npt.NDArray[np.int64], np.random.Generator], npt.NDArray[np.float64]]

FIRST = date(2024, 1, 1)
LENGTH, TAUGHT = 730, 90
LEVELS = (0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 1000.0)
#: Variance beyond chance, as a share of the mean squared: a steady channel, a usual one, a wild one.
SPREADS = {"steady": 0.01, "usual": 0.05, "wild": 0.20}
WEEK = np.array([1.05, 1.05, 1.02, 1.0, 1.0, 0.92, 0.96])
#: What is left of a truncated night.
CUTS = {"half": 0.5, "four_fifths": 0.2, "all": 0.0}
#: A night's doubt is confirmed by the second look after it, on the third night.
CONFIRMED_AFTER = 2


def _steady(days: npt.NDArray[np.int64], _: np.random.Generator) -> npt.NDArray[np.float64]:
    return np.ones(len(days))


def _launches(days: npt.NDArray[np.int64], rng: np.random.Generator) -> npt.NDArray[np.float64]:
    shape = np.ones(len(days))
    for at in rng.choice(np.arange(TAUGHT, LENGTH - 20), 4, replace=False):
        shape += 7 * np.where(days >= at, np.exp(-(days - at) / 5.0), 0)
    return shape


def _holidays(days: npt.NDArray[np.int64], _: np.random.Generator) -> npt.NDArray[np.float64]:
    return np.where(np.isin(days % 365, (120, 185, 357, 358, 359, 364)), 0.45, 1.0)


def _decline(days: npt.NDArray[np.int64], _: np.random.Generator) -> npt.NDArray[np.float64]:
    return np.exp(-days / 300.0)


def _loss(days: npt.NDArray[np.int64], _: np.random.Generator) -> npt.NDArray[np.float64]:
    return np.where(days >= 365, 0.3, 1.0)


def _weekdays(days: npt.NDArray[np.int64], _: np.random.Generator) -> npt.NDArray[np.float64]:
    return np.where(days % 7 >= 5, 0.15, 1.0)


SHAPES: dict[str, Shape] = {
    "plain": _steady, "weekends at 15%": _weekdays, "launches": _launches, "holidays at 45%": _holidays,
    "decline by 70% a year": _decline, "sudden loss of 70%": _loss,
}  # fmt: skip


def counts(level: float, spread: float, shape: Shape, rng: np.random.Generator) -> Counts:
    """The posts of LENGTH days."""
    days = np.arange(LENGTH)
    wander = np.zeros(LENGTH)
    for i in range(1, LENGTH):
        wander[i] = 0.98 * wander[i - 1] + rng.normal(0, 0.03)
    mean = level * WEEK[days % 7] * shape(days, rng) * np.exp(wander)
    return rng.poisson(mean * rng.gamma(1 / spread, spread, LENGTH)).astype(np.int64)


def watch(found: Counts) -> tuple[int, int, list[Counted]]:
    """Nights on which the newest day was doubted; nights that some day was suspect; the days as judged at the end."""
    known: dict[date, Counted] = {}
    doubted = under = 0
    for i, posts in enumerate(found.tolist()):
        today = FIRST + timedelta(days=i)
        known[today] = Counted(today, posts, True)
        recent = [known[today - timedelta(days=b)] for b in range(min(i, 60), -1, -1)]
        waiting = [d.day for d in recent if d.suspect]
        since = min([today, *waiting])
        for day in judge(recent, since, lambda d, now=today: (now - d).days >= CONFIRMED_AFTER):  # type: ignore[misc]
            known[day.day] = day
        if i >= TAUGHT:
            doubted += known[today].suspect
            under += any(known[today - timedelta(days=b)].suspect for b in range(4))
    return doubted, under, list(known.values())


def caught(days: list[Counted], keep: float, rng: np.random.Generator, tries: int = 60) -> tuple[int, int]:
    """Of ``tries`` nights that are cut, each on its own: how many are doubted, of how many that lost a post."""
    hits = lost = 0
    for at in rng.choice(np.arange(TAUGHT, LENGTH), tries, replace=False).tolist():
        whole = days[at]
        left = int(rng.binomial(whole.posts, keep))
        if left == whole.posts:
            continue
        lost += 1
        cut = Counted(whole.day, left, True)
        hits += judge([*days[max(0, at - 60) : at], cut], whole.day, lambda _: False)[0].suspect
    return hits, lost


def young(level: float, spread: float, channels: int, rng: np.random.Generator) -> dict[str, float]:
    """The same for nights 11 to 28 of plain channels: doubts a channel in all of these, shares of cut nights caught."""
    doubted = 0
    hits = dict.fromkeys(CUTS, 0)
    for _ in range(channels):
        found = counts(level, spread, _steady, rng)[:28].tolist()
        days = [Counted(FIRST + timedelta(days=i), posts, True) for i, posts in enumerate(found)]
        for at in range(10, 28):
            doubted += judge(days[: at + 1], days[at].day, lambda _: False)[0].suspect
            for label, keep in CUTS.items():
                cut = Counted(days[at].day, int(rng.binomial(days[at].posts, keep)), True)
                hits[label] += judge([*days[:at], cut], cut.day, lambda _: False)[0].suspect
    return {"doubted": doubted / channels, **{label: n / channels / 18 for label, n in hits.items()}}


def measure(
    channels: int, seed: int, levels: Sequence[float] = LEVELS, shapes: Iterable[str] = tuple(SHAPES)
) -> dict[str, Any]:
    """False doubts a channel-year and shares of cut nights caught, by level, spread and shape."""
    rng = np.random.default_rng(seed)
    years = (LENGTH - TAUGHT) / 365 * channels
    rows = []
    for level in levels:
        for name in shapes:
            shape = SHAPES[name]
            for manner in SPREADS if shape is _steady else ("usual",):
                doubted = under = 0
                cut = {label: [0, 0] for label in CUTS}
                for _ in range(channels):
                    one, nights, days = watch(counts(level, SPREADS[manner], shape, rng))
                    doubted += one
                    under += nights
                    if shape is _steady:
                        for label, keep in CUTS.items():
                            hits, lost = caught(days, keep, rng)
                            cut[label][0] += hits
                            cut[label][1] += lost
                row: dict[str, Any] = {
                    "posts_a_day": level, "shape": name, "varies": manner,
                    "doubted_a_year": round(doubted / years, 3),
                    "nights_under_suspicion_a_year": round(under / years, 3),
                }  # fmt: skip
                if shape is _steady:
                    row["caught"] = {k: round(h / n, 3) if n else None for k, (h, n) in cut.items()}
                rows.append(row)
    plain = [r for r in rows if r["shape"] == "plain"]
    return {
        "channel_years_each": round(years, 1),
        "doubted_a_year": round(sum(r["doubted_a_year"] for r in plain) / len(plain), 3),
        "worst_doubted_a_year": max(r["doubted_a_year"] for r in plain),
        "rows": rows,
        "young": [
            {"posts_a_day": level, "varies": manner, **young(level, spread, 20 * channels, rng)}
            for level in levels
            for manner, spread in SPREADS.items()
        ],
    }


def main() -> None:
    """Print a table, or with --json one object."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.thin_days", description=(__doc__ or "").split("\n", 1)[0]
    )
    parser.add_argument("--channels", type=int, default=10, help="simulated channels of each kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found = measure(given.channels, given.seed)
    if given.json:
        print(json.dumps(found))
        return
    for row in found["rows"]:
        said = "  ".join(f"{k} {v:.0%}" for k, v in row.get("caught", {}).items() if v is not None)
        print(
            f"{row['posts_a_day']:>7g}/day {row['varies']:<7} {row['shape']:<22}"
            f" doubted {row['doubted_a_year']:.2f}/year, {row['nights_under_suspicion_a_year']:.2f} nights  {said}"
        )
    for row in found["young"]:
        said = "  ".join(f"{label} {row[label]:.0%}" for label in CUTS)
        print(f"{row['posts_a_day']:>7g}/day {row['varies']:<7} nights 11 to 28: doubted {row['doubted']:.2f}  {said}")


if __name__ == "__main__":
    main()
