"""An evaluation on few texts, every number by hand; the VADER paper's table to the figures of our own first count."""

from __future__ import annotations

import json

import numpy as np
import pyarrow as pa
import pytest
from recordings import recording

from earful.sentiment.evaluation import paper, truth
from earful.sentiment.evaluation.evaluate import WORST, evaluate
from earful.sentiment.vader.polarity import polarity

TEXTS = pa.array(["a", "b", "c", "d", "e", "f"])
STARS = truth.read(pa.array([5, 5, 3, 1, None, 1]))
FIRST = np.array([0.9, 0.0, 0.0, 0.5, 0.9, np.nan])
SECOND = np.array([0.8, 0.3, -0.5, -0.5, 0.9, np.nan])


def test_every_number_by_hand() -> None:
    found = evaluate(TEXTS, STARS, {"first": FIRST, "second": SECOND})
    assert found.kind == "stars"
    assert [found.texts, found.unlabelled, found.unscored] == [4, 1, 1]
    assert list(found.counts) == [1, 1, 2]
    first, second = found.results
    assert first.confusion.tolist() == [[0, 0, 1], [0, 1, 0], [0, 1, 1]]
    assert [first.accuracy, second.accuracy] == [0.5, 0.75]
    assert first.f1 == pytest.approx((0, 2 / 3, 1 / 2))
    assert first.auc == 0.5  # 0.9 > 0.5 > 0.0
    assert second.auc == 1
    assert list(first.gain) == [0, 0, 0]
    assert second.gain[0] == 0.25
    star1, star3, star5 = first.levels
    assert (star1.level, star1.texts, star1.mean, star1.positive) == (1, 1, 0.5, 1)
    assert (star3.neutral, star5.texts, star5.mean) == (1, 2, 0.45)
    assert (star5.negative, star5.neutral, star5.positive) == (0, 0.5, 0.5)


def test_worst_misses_are_on_the_wrong_side_the_furthest_first_and_each_text_once() -> None:
    texts = pa.array(["fine", *(f"bad {i % 7}" for i in range(14)), "good"])
    said = truth.read(pa.array(["pos", *["neg"] * 14, "pos"]))
    scores = np.array([0.4, *np.linspace(0.95, 0.1, 14), -0.2])
    (result,) = evaluate(texts, said, {"x": scores}).results
    assert [(m.text, m.value) for m in result.worst] == [("good", 1), *((f"bad {i}", -1) for i in range(WORST))]
    assert result.worst[1].compound == pytest.approx(0.95)
    assert result.worst[0].row == 15


def test_a_text_one_scorer_left_out_is_left_out_for_all() -> None:
    found = evaluate(TEXTS, STARS, {"first": FIRST, "second": np.where(np.arange(6) == 3, np.nan, SECOND)})
    assert found.texts == 3
    assert all(int(r.confusion.sum()) == 3 for r in found.results)


def test_nothing_labelled_and_scored_is_an_error_with_its_counts() -> None:
    with pytest.raises(ValueError, match="1 are unlabelled, 6 unscored"):
        evaluate(TEXTS, STARS, {"x": np.full(6, np.nan)})


def test_it_is_plain_json_without_nan() -> None:
    (one,) = evaluate(TEXTS.slice(0, 1), truth.read(pa.array([5])), {"x": FIRST[:1]}).results
    said = json.loads(json.dumps(one.as_json(), allow_nan=False))
    assert said["auc"] is None
    assert said["f1"] == {"negative": None, "neutral": None, "positive": 1.0}


@pytest.mark.parametrize(
    ("index", "r", "micro", "weighted", "macro"),
    [
        (0, 0.872, 0.926, 0.945, 0.703),
        (1, 0.590, 0.565, 0.626, 0.454),
        (2, 0.427, 0.556, 0.589, 0.399),
        (3, 0.503, 0.487, 0.549, 0.434),
    ],
)
def test_the_papers_table(index: int, r: float, micro: float, weighted: float, macro: float) -> None:
    published, texts, ratings = list(paper.sets(recording("vader_ground_truth")))[index]
    (found,) = evaluate(texts, ratings, {"vader": polarity(texts).compound}).results
    assert [round(v, 3) for v in (found.r, found.accuracy, found.weighted_f1, found.macro_f1)] == [
        r,
        micro,
        weighted,
        macro,
    ]
    assert found.r == pytest.approx(published.r, abs=0.03)
    assert found.weighted_f1 == pytest.approx(published.f1, abs=0.025)


def test_a_line_of_another_form_is_named(tmp_path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / paper.SETS[0].file).write_text("1\t0.5\tfine\n2\t0.5\n")
    with pytest.raises(ValueError, match=r"tweets_GroundTruth.txt:2: 2 fields"):
        next(paper.sets(tmp_path))
