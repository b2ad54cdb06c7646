"""The detector's steps from day to day beside plain loops over one slice: spans, evidence, limits, silences, scorers."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from earful.warehouse.trends import drafts
from earful.warehouse.trends.budget import TOLD, WHOLE, limits
from earful.warehouse.trends.counts import SILENCE, Counted, silence
from earful.warehouse.trends.detector import spans
from earful.warehouse.trends.episodes import evidence
from earful.warehouse.trends.rules import Rules, limit, share_tested
from earful.warehouse.trends.series import _scorers
from earful.warehouse.trends.verdicts import _silences

RULES = Rules(floor=4, pool_days=3, week_floor=2, window=5, cool_down=3, least_days=4)
DAYS = 40


def plain_spans(n: list[int], live: list[bool]) -> list[int]:
    """The first day of what is tested on each day: the day alone, or with the untested days of a week before it."""
    out, closed = [], -1
    for day, count in enumerate(n):
        begin = day if count >= RULES.floor else max(closed + 1, day - RULES.pool_days + 1)
        held = sum(n[begin : day + 1])
        week = day - begin + 1 == RULES.pool_days and held >= RULES.week_floor
        tested = live[day] and count > 0 and (held >= RULES.floor or week)
        out.append(begin if tested else -1)
        closed = day if tested else closed
    return out


def test_spans_are_those_of_one_slice_after_another() -> None:
    rng = np.random.default_rng(3)
    live = rng.random((40, DAYS)) < 0.85
    n = np.where(live, rng.choice([0, 0, 1, 1, 2, 3, 4, 5], (40, DAYS)), 0)
    found = spans(n.astype(np.float64), live, RULES)
    assert found.tolist() == [plain_spans(a, b) for a, b in zip(n.tolist(), live.tolist(), strict=True)]


def one_side(
    z: list[float], start: list[int], h: list[float], alone: list[float]
) -> list[tuple[float, int, int, int, bool]]:
    """By day: the evidence for a step up, whether it is a signal, since when, of which episode, and if that is its alarm."""
    out: list[tuple[float, int, int, int, bool]] = []
    s, run, opened, last = 0.0, -1, -1, -1
    for day, at in enumerate(z):
        if math.isnan(at):
            out.append((s, 0, -1, -1, False))
            continue
        if s == 0:
            run = start[day]
        s = max(s + max(-RULES.clip, min(RULES.clip, at)) - RULES.allowance, 0.0)
        signal, fresh = s >= h[day] or alone[day] >= RULES.single, False
        s = min(s, h[day])
        if signal and opened < 0:
            fresh = last < 0 or day - last >= RULES.cool_down
            last = day if fresh else last
            opened = last
            known = [d for d in range(run, day + 1) if not math.isnan(z[d])]
            sums = [sum(z[e] for e in known if e >= d) / math.sqrt(sum(e >= d for e in known)) for d in known]
            run = start[known[sums.index(max(sums))]]
        out.append((s, int(signal), run if signal else -1, opened if signal else -1, fresh))
        if s == 0:
            opened = -1
    return out


def test_evidence_is_that_of_one_slice_after_another() -> None:
    """Steps of quarters, so that limits are met exactly and both directions are as strong at times."""
    rng = np.random.default_rng(7)
    slices = 60
    level = np.repeat(rng.choice([-1.5, 0.0, 0.0, 1.5], (slices, DAYS // 8)), 8, axis=1)
    z = np.round((level + rng.normal(0, 1.6, (slices, DAYS))) * 4) / 4
    z[rng.random(z.shape) < 0.15] = np.nan
    z[rng.random(z.shape) < 0.02] = 4.5
    alone = np.where(rng.random(z.shape) < 0.9, z, z * 1.5)
    start = np.maximum(np.arange(DAYS) - rng.integers(0, 3, z.shape), 0)
    h = rng.choice([0.5, 2.5, 3.0, 4.0], z.shape, p=[0.1, 0.5, 0.2, 0.2])
    found = evidence(z, start, h, RULES, alone)
    kinds = set()
    for i in range(slices):
        sides = [
            one_side((side * z[i]).tolist(), start[i].tolist(), h[i].tolist(), (side * alone[i]).tolist())
            for side in (-1, 1)
        ]
        for day, (down, up) in enumerate(zip(*sides, strict=True)):
            falls = bool(down[1]) and not (up[1] and up[0] > down[0])
            kinds.add((falls, bool(up[1]), down[0] == up[0] > 0))
            signal, since, episode, alarm = (-down[1], *down[2:]) if falls else up[1:]
            expected = (-down[0] if down[0] >= up[0] else up[0], signal, since, episode, alarm)
            each = (found.cusum, found.signal, found.since, found.episode, found.alarm)
            assert tuple(values[i, day].item() for values in each) == expected, (i, day)
    assert {(True, False, False), (False, True, False), (True, True, True)} <= kinds
    plain = evidence(z, start, h, RULES)
    same = evidence(z, start, h, RULES, z)
    assert np.array_equal(plain.signal, same.signal), "what is gathered judges single days too, where nothing else does"


def test_a_budget_is_shared_by_the_tests_of_late() -> None:
    """Two products, tests about the whole and narrower ones, in two sets; counted over the past `window` days."""
    rng = np.random.default_rng(11)
    of, whole = (
        [np.array([0, 0, 1]), np.array([0, 1, 1, 1])],
        [np.array([True, False, True]), np.array([False, True, False, False])],
    )
    per_year = np.array([1.0, 5.0])
    z = [np.where(rng.random((len(p), DAYS)) < 0.12, 1.0, np.nan) for p in of]
    start = [np.where(np.isfinite(each), np.arange(DAYS), -1) for each in z]
    found = limits([(p, w, a, b) for p, w, a, b in zip(of, whole, z, start, strict=True)], per_year, RULES)
    for n, _ in enumerate(of):
        share = share_tested(start[n], RULES.window)
        for i, day in np.ndindex(share.shape):
            lately = slice(max(day - RULES.window + 1, 0), day + 1)
            tests = sum(
                bool(np.isfinite(z[m][j, lately]).any())
                for m, others in enumerate(of)
                for j in range(len(others))
                if others[j] == of[n][i] and whole[m][j] == whole[n][i]
            )
            part = WHOLE if whole[n][i] else 1 - WHOLE
            own = limit(np.array([tests / part]), per_year[of[n][i]] / TOLD, share[i, day : day + 1])
            assert found[n][i, day] == own[0], (n, i, day)


#: expected, complete days before, posts and whether the day came whole, day by day; then days in a row, posts missed, told.
QUIET: list[tuple[float, float, float, bool, int, float, bool]] = [
    (6.0, 3.0, 0, True, 0, 0.0, False),  # too few days known
    (6.0, 4.0, 0, True, 1, 6.0, False),
    (5.5, 4.0, 0, False, 1, 6.0, False),  # holds
    (5.5, 4.0, 0, True, 2, 11.5, False),
    (0.5, 4.0, 0, True, 0, 0.0, False),  # less than one was to come
    (1.0, 4.0, 0, True, 1, 1.0, False),
    (11.0, 4.0, 0, True, 2, 12.0, True),
    (9.0, 4.0, 0, False, 2, 12.0, False),
    (9.0, 4.0, 0, True, 3, 21.0, True),
    (9.0, 4.0, 1, True, 0, 0.0, False),
]


def test_a_silence_is_told_once_as_many_posts_are_missing() -> None:
    assert SILENCE == 12.0
    expected, days, posts, live, row, missed, told = (np.array([column]) for column in zip(*QUIET, strict=True))
    nothing = np.zeros(expected.shape)
    found = silence(posts, live, Counted(expected, nothing, nothing, nothing, days, nothing), RULES)
    assert (found.row.tolist(), found.missed.tolist(), found.reported.tolist()) == (
        row.tolist(),
        missed.tolist(),
        told.tolist(),
    )


def test_a_silence_with_a_pause_longer_than_the_cool_down_is_another() -> None:
    """Slices side by side, rows in any order; what is no silence is left as it is."""
    days = [(0, 2), (1, 5), (0, 5), (0, 9), (1, 6), (0, 6)]
    columns: drafts.Columns = {
        "slice_no": np.array([*(s for s, _ in days), 0]), "day": np.array([*(d for _, d in days), 3]),
        "span_from": np.array([*(d - 1 for _, d in days), 3]),
        "verdict": np.array([drafts.SILENT] * len(days) + [drafts.FLOOD]),
        "episode": np.full(len(days) + 1, -1), "since": np.full(len(days) + 1, -1),
    }  # fmt: skip
    _silences(columns, replace(RULES, cool_down=3))
    assert columns["episode"].tolist() == [2, 5, 2, 2, 5, 2, -1]
    assert columns["since"].tolist() == [*(d - 1 for _, d in days), -1]
    _silences(columns, replace(RULES, cool_down=2))
    assert columns["episode"].tolist() == [2, 5, 5, 9, 5, 5, -1]


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ({2: {1}, 4: {2}, 6: {2, 3}}, [1, 1, 1, 1, 2, 2, 0, 0]),
        ({0: {3}, 7: {1}}, [3, 3, 3, 3, 3, 3, 3, 1]),
        ({5: {0}, 6: {4}}, [0, 0, 0, 0, 0, 0, 4, 4]),
        ({}, [0] * 8),
    ],
)
def test_a_day_without_a_score_is_of_the_scorer_before_it(codes: dict[int, set[int]], expected: list[int]) -> None:
    """A second slice has a score of another on each day; a row without any scored post says nothing."""
    rows = [(0, day, code, True) for day, found in codes.items() for code in found]
    rows += [(1, day, 9, True) for day in range(8)] + [(0, 3, 8, False)]
    slices, days, code, scored = (np.array(column) for column in zip(*rows, strict=True))
    found = _scorers((slices, days), code, scored, (2, 8))
    assert found.tolist() == [expected, [9] * 8]
