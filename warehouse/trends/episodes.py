"""From z to alarms: two one-sided CUSUMs a slice, and episodes that raise one alarm each. Pure numpy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from earful.warehouse.trends.rules import Bools, Floats, Ints, Rules


@dataclass(frozen=True, slots=True)
class Evidence:
    """Slices x days. ``cusum``: of the stronger direction, negative for downwards. ``signal``: -1 worse, +1 better, 0.

    ``since``: first day of the run of evidence behind a signal, ``episode``: day of the alarm of the episode that the
    signal belongs to; both -1 without a signal. ``alarm``: the episode's first signal.
    """

    cusum: Floats
    signal: Ints
    since: Ints
    episode: Ints
    alarm: Bools

    def only(self, direction: int) -> Evidence:
        """The signals of one direction."""
        keep = self.signal == direction
        return Evidence(
            self.cusum, np.where(keep, self.signal, 0), np.where(keep, self.since, -1),
            np.where(keep, self.episode, -1), self.alarm & keep,
        )  # fmt: skip

    def part(self, first: int, last: int) -> Evidence:
        """Of the slices [first, last)."""
        at = slice(first, last)
        return Evidence(self.cusum[at], self.signal[at], self.since[at], self.episode[at], self.alarm[at])


@dataclass(frozen=True, slots=True)
class Question:
    """What evidence() is asked of one metric of some slices: its arguments."""

    z: Floats
    start: Ints
    h: Floats
    alone: Floats


#: Rows that go through the days together: a day's step costs nearly the same for one as for so many.
_TOGETHER = 600


def evidence_of(asked: Sequence[Question], rules: Rules) -> list[Evidence]:
    """As evidence() of each; all are about the same days."""
    return [found for some in _together(asked) for found in _evidence_of(some, rules)]


def _together(asked: Sequence[Question]) -> Iterator[list[Question]]:
    some: list[Question] = []
    for each in asked:
        if some and sum(len(one.z) for one in some) + len(each.z) > _TOGETHER:
            yield some
            some = []
        some.append(each)
    if some:
        yield some


def _evidence_of(some: Sequence[Question], rules: Rules) -> Iterator[Evidence]:
    parts = zip(*((each.z, each.start, each.h, each.alone) for each in some), strict=True)
    z, start, h, alone = (np.concatenate(part) for part in parts)
    found, begin = evidence(z, start, h, rules, alone), 0
    for each in some:
        yield found.part(begin, begin + len(each.z))
        begin += len(each.z)


def evidence(z: Floats, start: Ints, h: Floats, rules: Rules, alone: Floats | None = None) -> Evidence:
    """Gather evidence day by day; ``h`` is the limit of each slice and day, nan in ``z`` holds everything as it is.

    ``alone``: what a single day is judged by, where that is another unit than the one that is gathered; z itself.

    S = max(0, S -+ clip(z) - allowance), signal at S >= h or one |z| >= single. S is cut at h, so that it comes down as
    soon as the level does. An episode ends when S is back at 0; within the cool-down after its alarm a new signal goes
    on with it.
    """
    one = z if alone is None else alone
    twice = (np.concatenate([-z, z]), np.concatenate([-one, one]))
    both = _one_side(*twice, np.concatenate([start, start]), np.concatenate([h, h]), rules)
    down, up = both.part(0, len(z)), both.part(len(z), 2 * len(z))
    falling = (down.signal > 0) & ~((up.signal > 0) & (up.cusum > down.cusum))

    def choose(a: Ints, b: Ints) -> Ints:
        return np.where(falling, a, b)

    return Evidence(
        cusum=np.where(down.cusum >= up.cusum, -down.cusum, up.cusum),
        signal=choose(-down.signal, up.signal),
        since=choose(down.since, up.since),
        episode=choose(down.episode, up.episode),
        alarm=np.where(falling, down.alarm, up.alarm),
    )


def _one_side(z: Floats, alone: Floats, start: Ints, h: Floats, rules: Rules) -> Evidence:
    slices, days = z.shape
    # Days first: each step reads and writes one row, and does nothing that can be done for all days at once.
    known, rows = np.isfinite(z.T), np.ascontiguousarray(np.nan_to_num(z.T))
    first = np.ascontiguousarray(start.T)
    # Added and taken away one after the other: to the last bit that is another number than their difference.
    step = np.where(known, np.clip(rows, -rules.clip, rules.clip), 0.0)
    allowance = np.where(known, rules.allowance, 0.0)
    limits = np.where(known, h.T, np.inf)
    single = known & (np.nan_to_num(alone.T) >= rules.single)
    cusum, signal = np.zeros((days, slices)), np.zeros((days, slices), dtype=np.int64)
    since, episode = np.full((days, slices), -1, dtype=np.int64), np.full((days, slices), -1, dtype=np.int64)
    alarm = np.zeros((days, slices), dtype=np.bool_)
    s = np.zeros(slices)
    run, open_since, last = (np.full(slices, -1, dtype=np.int64) for _ in range(3))
    for day in range(days):
        there = known[day]
        np.copyto(run, first[day], where=there & (s == 0))
        s = np.maximum(s + step[day] - allowance[day], 0.0)
        detected = (s >= limits[day]) | single[day]
        s = np.minimum(s, limits[day])
        if detected.any():
            fresh = detected & (open_since < 0) & ((last < 0) | (day - last >= rules.cool_down))
            for i in np.nonzero(detected & (open_since < 0))[0].tolist():
                run[i] = _onset(z[i], start[i], int(run[i]), day)
            last = np.where(fresh, day, last)
            open_since = np.where(detected & (open_since < 0), last, open_since)
            alarm[day], signal[day] = fresh, detected
            since[day], episode[day] = np.where(detected, run, -1), np.where(detected, open_since, -1)
        cusum[day] = s
        open_since[there & (s == 0)] = -1
    return Evidence(cusum.T, signal.T, since.T, episode.T, alarm.T)


def _onset(z: Floats, start: Ints, run: int, day: int) -> int:
    """The likeliest first day of a step up that is detected on ``day``, among the days since S left 0.

    The step's likelihood is greatest where the sum of z from there on, by the root of their number, is (Hinkley 1970).
    """
    at = np.arange(run, day + 1)
    at = at[np.isfinite(z[at])]
    sums = np.cumsum(z[at][::-1])[::-1] / np.sqrt(np.arange(len(at), 0, -1))
    return int(start[at[int(np.argmax(sums))]])
