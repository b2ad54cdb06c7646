"""Thin days beside the plain definition: every day held against the days before it, looked at anew, without shortcuts."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, timedelta
from statistics import median

import pytest

from earful.warehouse.aggregates.thin_days import Counted, judge, unlikely

MONDAY = date(2026, 1, 5)
ALPHA = 0.005


def middle(counts: Collection[int]) -> float:
    """The mean without the lowest and the highest quarter."""
    kept = sorted(counts)[len(counts) // 4 : len(counts) - len(counts) // 4]
    return sum(kept) / len(kept)


def beyond_chance(past: Sequence[Counted]) -> float:
    off = [
        (abs(math.log((d.posts + 0.5) / (d.usual + 0.5))), 1 / max(d.usual, 1)) for d in past if d.usual and not d.doubt
    ]
    if len(off) < 10:
        centre = math.log(middle([d.posts for d in past]) + 0.5)
        off = [(abs(math.log(d.posts + 0.5) - centre), 1 / max(d.posts, 1)) for d in past]
    return max(0.02, (1.4826 * median(o for o, _ in off)) ** 2 - median(chance for _, chance in off))


def left(today: Counted, past: Sequence[Counted], usual: float) -> float:
    """The median of the seven newest days since the latest doubted one that is believed, of five weeks at most."""
    shares: list[float] = []
    for d in past:
        if (today.day - d.day).days > 35:
            break
        expected = usual if d.usual is None else d.usual
        shares += [d.posts / expected] if expected else []
        if d.doubt:
            return min(1.0, median(shares[:7])) if shares else 1.0
    return 1.0


def reason(today: Counted, before: Sequence[Counted]) -> tuple[float | None, str | None]:
    """What is usual, and why the day is doubted. ``before``: all days, newest first."""
    past = [d for d in before if d.covered and not d.suspect and (today.day - d.day).days <= 56]
    near = [d.posts for d in past if (today.day - d.day).days <= 28]
    same = [d.posts for d in past if (today.day - d.day).days % 7 == 0]
    here = "post" if today.posts == 1 else "posts"
    if len(near) >= 10 and middle(near) < 5:
        usual, seen = middle(near), len(near)
    elif len(same) >= 4:
        usual, seen = middle(same), len(same)
    else:
        known = any((today.day - d.day).days in (7, 14, 21, 28) for d in past)
        if len(near) < 10 or not known:
            return None, None
        spread = 0.02 + (0.02 + 1 / max(min(near), 1)) * math.pi / 2 / len(near)
        said = f"{today.posts:,} {here} where none of {len(near)} days before had fewer than {min(near):,}"
        return None, said if unlikely(today.posts, min(near), spread, ALPHA) else None
    told = round(usual, 4)
    if today.posts >= usual:
        return told, None
    share = left(today, past, usual)
    level, spread = usual * share, beyond_chance(past)
    spread += (spread + 1 / max(level, 1)) * math.pi / 2 / seen
    about = f"{level:,.0f}" if level >= 10 else f"{level:.1f}"
    if unlikely(today.posts, level, spread, ALPHA):
        return told, f"{today.posts:,} {here} where about {about} are usual"
    if today.posts:
        return told, None
    chance, days = -math.log1p(spread * level) / spread, 1
    for n, d in enumerate(before, 1):
        if (today.day - d.day).days != n or d.posts or not d.covered or (d.doubt and not d.suspect):
            break
        chance, days = chance - math.log1p(spread * (d.usual or 0) * share) / spread, days + 1
    said = f"no post for {days} days where about {about} a day are usual"
    return told, said if chance < math.log(ALPHA) else None


def plainly(days: Sequence[Counted], confirmed: Collection[date]) -> list[Counted]:
    out: list[Counted] = []
    for today in days:
        usual, doubt = reason(today, out[::-1]) if today.covered else (None, None)
        out.append(replace(today, usual=usual, doubt=doubt, suspect=doubt is not None and today.day not in confirmed))
    return out


def drawn(seed: int, level: float) -> tuple[list[Counted], set[date]]:
    """A channel with weekends, thin days, days without an answer, silences and losses that last, by chance."""
    rng = random.Random(seed)
    days, lasting, gone = [], 1.0, 0
    for n in range(170):
        lasting = rng.choice((1.0, 1.0, 0.2, 0.45)) if rng.random() < 0.02 else lasting
        gone = rng.randrange(2, 9) if not gone and rng.random() < 0.02 else max(gone - 1, 0)
        mean = level * lasting * (0.4 if n % 7 > 4 else 1.0) * (rng.random() if rng.random() < 0.15 else 1.0)
        posts = 0 if gone else max(round(rng.gauss(mean, math.sqrt(mean + 0.01 * mean * mean))), 0)
        if n != 40:  # a day that is not there at all
            days.append(Counted(MONDAY + timedelta(n), posts, rng.random() > 0.04))
    return days, {d.day for d in days if rng.random() < 0.6}


@pytest.mark.parametrize("level", [1.5, 3.0, 6.0, 9.0, 40.0, 400.0, 3000.0])
def test_every_day_is_judged_as_by_the_plain_definition(level: float) -> None:
    doubted: Counter[str] = Counter()
    for seed in range(9):
        days, confirmed = drawn(seed, level)
        found = judge(days, MONDAY, confirmed.__contains__)
        assert found == plainly(days, confirmed)
        doubted.update("suspect" if d.suspect else "confirmed" for d in found if d.doubt)
    assert doubted["confirmed"] > 1
    assert doubted["suspect"] > 1 or level < 2, "of so few posts none is missed soon"
