"""Bit for bit VADER: 20,000 generated texts, the ground-truth sets, every recorded string, odd columns.

One million and more: ``python -m benchmarks.identity --texts 1000000``, on each Python.
"""

from __future__ import annotations

import adversarial
import numpy as np
import pytest
from recordings import recording

pytest.importorskip("numba")

from benchmarks import identity
from benchmarks.recorded import ground_truth, recorded


def test_the_generator_is_seeded_and_makes_what_it_says() -> None:
    texts = list(adversarial.texts(5_000, 11))
    assert texts == list(adversarial.texts(5_000, 11))
    assert texts[:100] == list(adversarial.texts(100, 11))
    assert texts[:100] != list(adversarial.texts(100, 12))
    everything = "\n".join(texts)
    assert "" in texts
    assert any(text and text.isspace() for text in texts)
    assert len(set(texts)) < len(texts)
    assert max(len(text.split()) for text in texts) > 100
    for char in ("\u212a", "\u0131", "\x85", "\u200d", "\ufe0f", "\U0001f3fb", "\x00", "\ufffd", "\u3000", "\u0301"):
        assert char in everything, ascii(char)
    lower = everything.lower()
    for words in ("kind of", "without doubt", "never so", "at least", "the shit", "kiss of death", "n't", "but", "nor"):
        assert words in lower, words


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1])
def test_generated_texts(seed: int) -> None:
    n, odd, wrong, wrong_odd = identity.block(seed)
    assert (n, odd) == (10_000, 1_000)
    assert [ascii(text) for text in wrong + wrong_odd] == []


@pytest.mark.slow
def test_the_four_ground_truth_sets() -> None:
    recording("vader_ground_truth")
    sets = ground_truth()
    assert {name: len(texts) for name, texts in sets.items()} == {
        "tweets_GroundTruth": 4200,
        "amazonReviewSnippets_GroundTruth": 3708,
        "movieReviewSnippets_GroundTruth": 10605,
        "nytEditorialSnippets_GroundTruth": 5190,
    }
    assert {name: len(identity.compare(texts)) for name, texts in sets.items()} == dict.fromkeys(sets, 0)


@pytest.mark.slow
def test_every_string_of_the_recordings() -> None:
    recording("steam")
    texts = recorded()
    assert len(texts) > 50_000
    assert len(identity.compare(texts)) == 0


def test_odd_columns() -> None:
    for name, (column, held) in identity.columns(list(adversarial.texts(400, 99))).items():
        assert len(column) == len(held), name
        assert identity.differing(identity.found(column), identity.expected(held)) == [], name


def test_one_bit_is_enough_to_differ() -> None:
    theirs = identity.expected(["good", "bad", None])
    ours = theirs.copy()
    assert identity.differing(ours, theirs) == []
    ours[3, 1] = np.nextafter(ours[3, 1], 0)
    ours[0, 0] = -0.0
    assert identity.differing(ours, theirs) == [0, 1]
