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
from bisect import bisect_left, insort
from collections import deque
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
    out, history = [], _History()
    for day in sorted(known):
        today = known[day]
        history.go_on_to(day)
        if day >= since:
            today = known[day] = _judged(known, today, history, confirmed)
            out.append(today)
        if today.complete:
            history.add(today)
    return out


class _History:
    """The complete days of the LOOKBACK before a day that goes on, so that each step costs what it changes."""

    def __init__(self) -> None:
        #: Newest first, with their ordinals.
        self.days: deque[tuple[int, Counted]] = deque()
        self._near: deque[tuple[int, int]] = deque()
        #: Counts of the last DAYS days, in their order.
        self._ordered: list[int] = []
        #: A count's distance from what was usual, in logarithms, and what chance has in its square; no doubted days.
        self._off: deque[tuple[int, float, float]] = deque()
        self._weekdays: tuple[deque[tuple[int, int]], ...] = tuple(deque() for _ in range(7))
        self._today = 0

    def go_on_to(self, day: date) -> None:
        """Leave out what is too old for ``day``."""
        self._today = day.toordinal()
        while self.days and self._today - self.days[-1][0] > LOOKBACK.days:
            self.days.pop()
        while self._near and self._today - self._near[-1][0] > DAYS:
            _, posts = self._near.pop()
            del self._ordered[bisect_left(self._ordered, posts)]
        while self._off and self._today - self._off[-1][0] > LOOKBACK.days:
            self._off.pop()
        same = self._weekdays[self._today % 7]
        while same and self._today - same[-1][0] > LOOKBACK.days:
            same.pop()

    def add(self, today: Counted) -> None:
        """The day itself, once it was judged."""
        self.days.appendleft((self._today, today))
        self._near.appendleft((self._today, today.posts))
        insort(self._ordered, today.posts)
        if today.usual and not today.doubt:
            off = abs(math.log((today.posts + 0.5) / (today.usual + 0.5)))
            self._off.appendleft((self._today, off, 1 / max(today.usual, 1)))
        self._weekdays[self._today % 7].appendleft((self._today, today.posts))

    @property
    def counted(self) -> list[Counted]:
        """The days, newest first."""
        return [day for _, day in self.days]

    @property
    def off(self) -> list[tuple[float, float]]:
        """How far counts lay from what was usual, newest first."""
        return [(off, chance) for _, off, chance in self._off]

    @property
    def near(self) -> list[int]:
        """Counts of the last DAYS days, lowest first."""
        return self._ordered

    @property
    def weekday_is_near(self) -> bool:
        """Whether one of the last DAYS days is of today's weekday."""
        same = self._weekdays[self._today % 7]
        return bool(same) and self._today - same[0][0] <= DAYS

    @property
    def weekday(self) -> list[int]:
        """Counts of the days of today's weekday, newest first."""
        return [posts for _, posts in self._weekdays[self._today % 7]]


def _judged(known: dict[date, Counted], today: Counted, past: _History, confirmed: Callable[[date], bool]) -> Counted:
    bare = Counted(today.day, today.posts, today.covered)
    if not today.covered:
        return bare
    found = _usual(past)
    if found is None:
        return _young(bare, past, confirmed)
    usual, seen = found
    bare = Counted(today.day, today.posts, today.covered, usual=round(usual, 4))
    if today.posts >= usual:
        return bare
    left = _level(today.day, past.counted, usual)
    level = usual * left
    spread = _spread(past)
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


def _young(today: Counted, past: _History, confirmed: Callable[[date], bool]) -> Counted:
    """The day in a history of too few weeks: held against the lowest day seen, its own weekday among them.

    What is usual is not known, so only what is far below all that ever came is doubted: a night cut to a fifth, not one
    cut to a half. The lowest of so many days has the channel's own spread in it; chance and SPREAD come on top.
    """
    near = past.near
    if len(near) < FEWEST_DAYS or not past.weekday_is_near:
        return today
    lowest = near[0]
    spread = SPREAD + (SPREAD + 1 / max(lowest, 1)) * math.pi / 2 / len(near)
    if not unlikely(today.posts, lowest, spread, ALPHA):
        return today
    doubt = f"{today.posts:,} {_posts(today.posts)} where none of {len(near)} days before had fewer than {lowest:,}"
    return replace(today, doubt=doubt, suspect=not confirmed(today.day))


def _usual(past: _History) -> tuple[float, int] | None:
    """What is usual on a day, and from how many days that is known."""
    near, weekday = past.near, past.weekday
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


def _spread(past: _History) -> float:
    """Variance of the channel's days beyond chance, as a share of the mean squared: robust, never below SPREAD."""
    off = past.off
    if len(off) < FEWEST_DAYS:
        posts = [d.posts for d in past.counted]
        centre = math.log(_middle(posts) + 0.5)
        off = [(abs(math.log(each + 0.5) - centre), 1 / max(each, 1)) for each in posts]
    deviation = 1.4826 * median(o for o, _ in off)
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
