"""Measures against numbers worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from earful.sentiment.evaluation import measures

N, Z, P = -1, 0, 1


def ints(*values: int) -> measures.Classes:
    return np.array(values, np.int8)


def test_the_thresholds_are_included() -> None:
    found = measures.classes(np.array([-1, -0.05, -0.0499, 0, 0.0499, 0.05, 1]))
    assert found.tolist() == [N, N, Z, Z, Z, P, P]
    assert found.dtype == np.int8


def test_f1_accuracy_and_their_means_by_hand() -> None:
    # negative: 3 true (2 found, 1 taken for positive); neutral: 1 true (missed); positive: 4 true (3 found)
    truth = ints(N, N, N, Z, P, P, P, P)
    found = ints(N, N, P, P, P, P, P, Z)
    matrix = measures.confusion(truth, found)
    assert matrix.tolist() == [[2, 0, 1], [0, 0, 1], [0, 1, 3]]
    assert measures.accuracy(matrix) == 5 / 8
    # negative: precision 1, recall 2/3; positive: precision 3/5, recall 3/4
    assert measures.f1(matrix) == pytest.approx([0.8, 0.0, 2 / 3])
    assert measures.macro_f1(matrix) == pytest.approx((0.8 + 0 + 2 / 3) / 3)
    assert measures.weighted_f1(matrix) == pytest.approx((3 * 0.8 + 1 * 0 + 4 * 2 / 3) / 8)


def test_a_class_that_nobody_named_is_not_in_the_macro_mean_but_costs_as_a_miss() -> None:
    matrix = measures.confusion(ints(N, N, P, P), ints(N, Z, P, Z))
    # both classes: precision 1, recall 1/2
    assert measures.macro_f1(matrix) == pytest.approx(2 / 3)
    assert measures.f1(matrix)[1] == 0


def test_auc_counts_pairs_with_ties_half_and_leaves_neutral_out() -> None:
    truth, scores = ints(P, P, N, N, Z), np.array([0.5, 0.1, 0.1, -0.3, 9.0])
    # pairs: (0.5, 0.1) and (0.5, -0.3) won, (0.1, 0.1) tied, (0.1, -0.3) won
    assert measures.auc(truth, scores) == 3.5 / 4
    assert math.isnan(measures.auc(ints(P, Z), np.array([1.0, 0.0])))


@given(st.lists(st.tuples(st.sampled_from([N, Z, P]), st.integers(-3, 3)), max_size=30))
def test_auc_is_the_share_of_pairs(pairs: list[tuple[int, int]]) -> None:
    good = [s for t, s in pairs if t == P]
    bad = [s for t, s in pairs if t == N]
    got = measures.auc(ints(*(t for t, _ in pairs)), np.array([float(s) for _, s in pairs]))
    if not good or not bad:
        assert math.isnan(got)
        return
    won = sum((g > b) + (g == b) / 2 for g in good for b in bad)
    assert got == pytest.approx(won / (len(good) * len(bad)))


def test_correlation_by_hand() -> None:
    # deviations (-1, 0, 1) and (-2, 1, 1): r = 3 / sqrt(2 * 6)
    assert measures.correlation(np.array([1.0, 2, 3]), np.array([0.0, 3, 3])) == pytest.approx(3 / math.sqrt(12))
    assert math.isnan(measures.correlation(np.array([1.0, 2]), np.array([5.0, 5])))
    assert math.isnan(measures.correlation(np.array([]), np.array([])))


def test_gain_by_hand() -> None:
    truth = ints(*[P] * 10)
    before, after = ints(*[P] * 5 + [N] * 5), ints(*[P] * 4 + [N] * 1 + [P] * 3 + [Z] * 2)
    # 3 won, 1 lost of 10: +0.2, variance (4 - 4 / 10) / 100
    change, low, high = measures.gain(truth, before, after)
    assert change == pytest.approx(0.2)
    assert high - change == pytest.approx(change - low) == pytest.approx(1.959964 * math.sqrt(3.6) / 10)
    assert measures.gain(truth, after, after) == (0, 0, 0)


def test_nothing_to_measure_is_no_number() -> None:
    matrix = measures.confusion(ints(), ints())
    for measured in (measures.accuracy(matrix), measures.macro_f1(matrix), measures.weighted_f1(matrix)):
        assert math.isnan(measured)
    assert math.isnan(measures.gain(ints(), ints(), ints())[0])


def test_the_gain_of_the_auc_and_its_interval() -> None:
    rng = np.random.default_rng(7)
    truth = np.repeat([-1, 0, 1], [150, 20, 200]).astype(np.int8)
    before = rng.normal(size=370).round(1) + 0.5 * truth
    after = before + 0.5 * truth
    change, low, high = measures.auc_gain(truth, before, after)
    assert change == pytest.approx(measures.auc(truth, after) - measures.auc(truth, before))
    # As the bootstrap has it.
    at = [rng.integers(0, 370, 370) for _ in range(400)]
    drawn = [measures.auc(truth[i], after[i]) - measures.auc(truth[i], before[i]) for i in at]
    assert (high - low) / 2 / 1.96 == pytest.approx(np.std(drawn), rel=0.15)
    assert measures.auc_gain(truth, before, before) == (0.0, 0.0, 0.0)
    assert np.isnan(measures.auc_gain(truth[:100], before[:100], after[:100])).all()
