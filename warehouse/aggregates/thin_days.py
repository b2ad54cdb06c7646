"""Thin days: is a fully covered day's count of posts improbably small, by the channel's own history? Pure.

A service that answers with part of its list, and does not say so, looks like a day on which people wrote less. What is
usual for a day is the interquartile mean of its weekday in the 8 weeks before (of all days of the 4 weeks before, where
few posts are usual). A day is doubted when the tail of a negative binomial distribution makes so few posts
less likely than ALPHA: its mean is what is usual, its spread what the channel shows beyond chance (median absolute
deviation of log counts from what was usual), plus the uncertainty of the mean itself. So a channel of few posts a day
is doubted only after many empty days in a row, and one that varies a lot only when very little is left. In a store too
young to know its weekdays (10 to 27 days) the lowest day seen stands for what is usual.

A doubted day is suspect until it is confirmed (see confirm). A suspect day is no history for later ones.
Once a low day is confirmed, the level since then is what later days are held against, as long as it lasts: a source
that lost half of its people is doubted for the first nights, not for ever.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from statistics import median

#: A day less likely than this is doubted. See benchmarks/thin_days.py for what that costs and catches.
ALPHA = 5e-3
#: Weeks of the same weekday, and days of any, that say what is usual; and how many of them are needed at least.
WEEKS, DAYS = 8, 28
FEWEST_WEEKS, FEWEST_DAYS = 4, 10
#: In a channel of fewer posts a day than this weekdays are not distinguished.
FEW = 5.0
#: No real channel is steadier than that: variance = mean + SPREAD * mean squared.
SPREAD = 0.02
#: A confirmed low level is remembered for so many days; by then it is half of what is usual anyway.
MEMORY = 35
#: History that judging a day looks at.
LOOKBACK = timedelta(days=7 * WEEKS)


@dataclass(frozen=True, slots=True)
class Counted:
    """A day of one channel and product: its posts, whether coverage holds all of it, and what was judged of it.

    ``usual``: posts to expect, None where too little is known. ``doubt``: why it was doubted, None where it was not.
    ``suspect``: doubted and not confirmed.
    """

    day: date
    posts: int
    covered: bool
    usual: float | None = None
    doubt: str | None = None
    suspect: bool = False

    @property
    def complete(self) -> bool:
        """Whether its count may stand for a whole day."""
        return self.covered and not self.suspect


def judge(days: Iterable[Counted], since: date, confirmed: Callable[[date], bool]) -> list[Counted]:
    """The days from ``since`` on, judged; those before, as far back as LOOKBACK, are history as they are.

    ``confirmed`` says of a day whether its answer was confirmed; it is asked of doubted days only.
    """
    known = {d.day: d for d in days}
    out = []
    for day in sorted(known):
        if day < since:
            continue
        known[day] = _judged(known, known[day], confirmed)
        out.append(known[day])
    return out


def _judged(known: dict[date, Counted], today: Counted, confirmed: Callable[[date], bool]) -> Counted:
    bare = Counted(today.day, today.posts, today.covered)
    if not today.covered:
        return bare
    history = [
        before
        for back in range(1, 7 * WEEKS + 1)
        if (before := known.get(today.day - timedelta(days=back))) and before.complete
    ]
    found = _usual(today.day, history)
    if found is None:
        return _young(bare, history, confirmed)
    usual, seen = found
    bare = replace(bare, usual=round(usual, 4))
    if today.posts >= usual:
        return bare
    left = _level(today.day, history, usual)
    level = usual * left
    spread = _spread(history)
    spread += (spread + 1 / max(level, 1)) * math.pi / 2 / seen  # the mean is an estimate from so many days
    doubt = None
    if unlikely(today.posts, level, spread, ALPHA):
        doubt = f"{today.posts:,} {_posts(today.posts)} where about {_about(level)} are usual"
    elif not today.posts:
        empty = _empty_before(known, today.day)
        chance = sum(_log_none((d.usual or 0) * left, spread) for d in empty) + _log_none(level, spread)
        if chance < math.log(ALPHA):
            doubt = f"no post for {len(empty) + 1} days where about {_about(level)} a day are usual"
    if doubt is None:
        return bare
    return replace(bare, doubt=doubt, suspect=not confirmed(today.day))


def _young(today: Counted, history: Sequence[Counted], confirmed: Callable[[date], bool]) -> Counted:
    """The day in a history of too few weeks: held against the lowest day seen, its own weekday among them.

    What is usual is not known, so only what is far below all that ever came is doubted: a night cut to a fifth, not one
    cut to a half. The lowest of so many days has the channel's own spread in it; chance and SPREAD come on top.
    """
    near = [d for d in history if (today.day - d.day).days <= DAYS]
    if len(near) < FEWEST_DAYS or not any(d.day.weekday() == today.day.weekday() for d in near):
        return today
    lowest = min(d.posts for d in near)
    spread = SPREAD + (SPREAD + 1 / max(lowest, 1)) * math.pi / 2 / len(near)
    if not unlikely(today.posts, lowest, spread, ALPHA):
        return today
    doubt = f"{today.posts:,} {_posts(today.posts)} where none of {len(near)} days before had fewer than {lowest:,}"
    return replace(today, doubt=doubt, suspect=not confirmed(today.day))


def _usual(day: date, history: Sequence[Counted]) -> tuple[float, int] | None:
    """What is usual on a day, and from how many days that is known."""
    near = [d.posts for d in history if (day - d.day).days <= DAYS]
    weekday = [d.posts for d in history if d.day.weekday() == day.weekday()]
    if len(near) >= FEWEST_DAYS and _middle(near) < FEW:
        return _middle(near), len(near)
    # Never all days in place of few weekdays: quiet weekends would be doubted, and so be no history for the next.
    return (_middle(weekday), len(weekday)) if len(weekday) >= FEWEST_WEEKS else None


def _middle(counts: Sequence[int]) -> float:
    """The interquartile mean: of the counts without their lowest and highest quarter."""
    ordered = sorted(counts)
    cut = len(ordered) // 4
    kept = ordered[cut : len(ordered) - cut]
    return sum(kept) / len(kept)


def _level(day: date, history: Sequence[Counted], usual: float) -> float:
    """What is left of the usual since the latest confirmed low day, at most 1. ``history``: newest first.

    Days of which nobody knew what was usual are held against what is ``usual`` on the day that is judged.
    """
    recent: list[float] = []
    for before in history:
        if (day - before.day).days > MEMORY:
            break
        if expected := usual if before.usual is None else before.usual:
            recent.append(before.posts / expected)
        if before.doubt:
            return min(1.0, median(recent[:7])) if recent else 1.0
    return 1.0


def _spread(history: Sequence[Counted]) -> float:
    """Variance of the channel's days beyond chance, as a share of the mean squared: robust, never below SPREAD."""
    off = [
        (math.log((d.posts + 0.5) / (d.usual + 0.5)), 1 / max(d.usual, 1)) for d in history if d.usual and not d.doubt
    ]
    if len(off) < FEWEST_DAYS:
        centre = math.log(_middle([d.posts for d in history]) + 0.5)
        off = [(math.log(d.posts + 0.5) - centre, 1 / max(d.posts, 1)) for d in history]
    deviation = 1.4826 * median(abs(o) for o, _ in off)
    return max(SPREAD, deviation**2 - median(chance for _, chance in off))


def _empty_before(known: dict[date, Counted], day: date) -> list[Counted]:
    """The covered days without a post right before a day; not those up to a doubt that was answered."""
    out: list[Counted] = []
    while before := known.get(day - timedelta(days=len(out) + 1)):
        if before.posts or not before.covered or (before.doubt and not before.suspect):
            break
        out.append(before)
    return out


def unlikely(posts: int, mean: float, spread: float, alpha: float) -> bool:
    """Whether P(X <= posts) < alpha for X negative binomial with this mean and variance mean + spread * mean squared.

    Sums the terms downwards from ``posts``, which fall quicker than a geometric series below the mean, and stops as
    soon as alpha is reached.
    """
    if posts >= mean:
        return False
    size = 1 / spread
    term = math.exp(
        math.lgamma(posts + size) - math.lgamma(size) - math.lgamma(posts + 1)
        + size * math.log(size / (size + mean)) + posts * math.log(mean / (size + mean))
    )  # fmt: skip
    total = 0.0
    for n in range(posts, -1, -1):
        total += term
        if total >= alpha:
            return False
        if term < total * 1e-12:
            break
        term *= n / (n - 1 + size) * (size + mean) / mean
    return True


def _log_none(mean: float, spread: float) -> float:
    """The logarithm of P(X = 0) for such an X."""
    return -math.log1p(spread * mean) / spread


def _about(mean: float) -> str:
    return f"{mean:,.0f}" if mean >= 10 else f"{mean:.1f}"


def _posts(count: int) -> str:
    return "post" if count == 1 else "posts"
