"""A list learned from rated reviews: the right words with the right sign, a gain that is measured honestly."""

from __future__ import annotations

import random
from pathlib import Path

import pyarrow as pa
import pytest

from earful.sentiment.evaluation.learn_words import MOST_WORDS, FitError, fit
from earful.sentiment.profile.overlay import read_overlay, to_toml
from earful.sentiment.profile.profile import Profile

LOW = ["the sync is {} again", "stopped opening files {}", "it is {} since the update", "why so {} every day"]
HIGH = ["the sync is {} now", "opens files {}", "{} every day", "so {} on my tablet", "since the update it runs {}"]


def reviews(seed: int = 3, n: int = 600, low: str = "borked", high: str = "zippy") -> tuple[pa.Array, list[float]]:
    """Reviews in which ``low`` is in half of the low ones and ``high`` in half of the high ones."""
    rng = random.Random(seed)
    texts, stars = [], []
    for i in range(n):
        bad = i % 3 == 0
        word = (low if bad else high) if rng.random() < 0.5 else rng.choice(["blue", "round", "here"])
        texts.append(rng.choice(LOW if bad else HIGH).format(word) + f" {i}")
        stars.append(rng.choice([1.0, 2.0] if bad else [4.0, 5.0]))
    return pa.array(texts, pa.large_string()), stars


def test_it_finds_the_words_their_sign_and_a_gain() -> None:
    found = fit(*reviews())
    learned = {each.word: each.valence for each in found.words}
    assert (found.low, found.high) == (200, 400)
    assert learned["borked"] < -1
    assert learned["zippy"] > 0.8
    assert found.gain > 0.2
    assert found.after.accuracy > found.before.accuracy


def test_words_that_say_nothing_bring_no_gain() -> None:
    texts, stars = reviews()
    rng = random.Random(5)
    rng.shuffle(stars)
    found = fit(texts, stars)
    assert found.gain < 0.05
    assert len(found.words) <= MOST_WORDS


def test_it_is_the_same_every_time_and_stays_within_the_scale() -> None:
    texts, stars = reviews(low="terrible")
    one, two = fit(texts, stars), fit(texts, stars)
    assert one == two
    assert all(-4 <= each.valence <= 4 for each in one.words)


def test_a_word_known_well_enough_is_left_alone() -> None:
    learned = {each.word for each in fit(*reviews(low="hate", high="love")).words}
    assert not learned & {"hate", "love"}


def test_negation_and_grammar_are_not_taken_for_opinion() -> None:
    texts, stars = reviews()
    spoken = pa.array([f"but not very {t}" if s <= 2 else t for t, s in zip(texts.to_pylist(), stars, strict=True)])
    learned = {each.word for each in fit(spoken.cast(pa.large_string()), stars).words}
    assert not learned & {"not", "but", "very", "the"}


def test_three_stars_null_and_unrated_reviews_are_left_out() -> None:
    texts, stars = reviews()
    more = pa.concat_arrays([texts, pa.array(["meh borked", None, "zippy"], pa.large_string())])
    found = fit(more, [*stars, 3.0, 1.0, None])
    assert (found.low, found.high) == (200, 400)
    assert found.words == fit(texts, stars).words


def test_too_few_reviews_are_refused() -> None:
    texts, stars = reviews(n=100)
    with pytest.raises(FitError, match=r"34 low .* and 66 high .* at least 50 of each"):
        fit(texts, stars)


def test_the_learned_list_is_an_overlay_file_that_brings_the_gain(tmp_path: Path) -> None:
    found = fit(*reviews())
    file = tmp_path / "words.toml"
    file.write_text(to_toml(found.overlay, "learned"), "utf-8")
    assert read_overlay(file).words == {each.word: each.valence for each in found.words}
    profile = Profile.product(files=[file])
    texts, stars = reviews(seed=9)
    assert fit(texts, stars, profile).before.macro_f1 > fit(texts, stars).before.macro_f1 + 0.2
