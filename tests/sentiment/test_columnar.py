"""The columnar scorer against its slow twin, and against VADER asked a text at a time."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from recordings import recording
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from earful.sentiment import columnar
from earful.sentiment.columnar import ColumnarScorer
from earful.sentiment.language.gate import Guesser, Judged, judged
from earful.sentiment.plain import CAP, EMOJI_CAP, PlainScorer
from earful.sentiment.profile.profile import Profile
from earful.sentiment.reading import capped, join, strings
from earful.sentiment.scorer import SCHEMA, TOPICS, Scorer
from earful.sentiment.topics.topics import Topics

BARE: Scorer = ColumnarScorer(Profile.vader())
PLAIN: Scorer = PlainScorer()
PRODUCT = ColumnarScorer()


def page(
    texts: Sequence[str | None], titles: Sequence[str | None] | None = None, products: Sequence[str] | None = None
) -> pa.Table:
    n = len(texts)
    return pa.table(
        {
            "title": pa.array(titles or [""] * n, pa.string()),
            "text": pa.array(texts, pa.string()),
            "product": pa.array(products or ["acme"] * n, pa.string()),
        }
    )


def rows(table: pa.Table) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = table.to_pylist()
    return found


def topics_of(scorer: ColumnarScorer, given: pa.Table) -> pa.Table:
    topics = scorer.score_page(given).topics
    assert topics is not None
    return topics


def slowly(text: str, profile: Profile, product: str | None = None) -> dict[str, float]:
    """The package itself, with the profile's lexicon in its place, on the text as it is heard."""
    analyzer = SentimentIntensityAnalyzer()
    lexicon = profile.lexicon(product)
    analyzer.lexicon, analyzer.emojis = dict(lexicon.words), dict(lexicon.emojis)
    (heard,) = profile.apply(pa.array([text])).to_pylist()
    scores: dict[str, float] = analyzer.polarity_scores(heard)
    return scores


WORDS = st.sampled_from(
    ["good", "NOT", "don’t", "crashes", "but", "great!", "😂", "👍", "app", "&amp;", "kind", "of", "bad.but", "die", "ist",
     "und", "", " ", "\n", "❤️", "very", "awful", ":)", "slow", "Это", "плохо", "\u3164", "5,000", "http://x.y/z", "the"]
)  # fmt: skip
TEXT = st.lists(WORDS, max_size=12).map(" ".join) | st.text(st.characters(codec="utf-8"), max_size=30) | st.none()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(TEXT, TEXT), max_size=10))
def test_bare_it_equals_its_slow_twin_on_every_page(pairs: list[tuple[str | None, str | None]]) -> None:
    given_page = page([text for _, text in pairs], [title for title, _ in pairs])
    assert rows(BARE.score(given_page)) == rows(PLAIN.score(given_page))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(TEXT, TEXT), max_size=6))
def test_with_the_product_profile_only_four_columns_differ_and_equal_the_package_on_repaired_text(
    pairs: list[tuple[str | None, str | None]],
) -> None:
    given_page = page([text for _, text in pairs], [title for title, _ in pairs])
    texts = join([strings(given_page["title"]), strings(given_page["text"])]).to_pylist()
    for text, got, plain in zip(texts, rows(PRODUCT.score(given_page)), rows(PLAIN.score(given_page)), strict=True):
        own = ("compound", "positive", "neutral", "negative")
        assert {k: v for k, v in got.items() if k not in own} == {k: v for k, v in plain.items() if k not in own}
        want = slowly(text, Profile.product()) if got["scored"] else dict.fromkeys(("compound", "pos", "neu", "neg"))
        assert tuple(got[k] for k in own) == (want["compound"], want["pos"], want["neu"], want["neg"])


@pytest.mark.slow
def test_it_equals_its_slow_twin_on_steam_reviews() -> None:
    with gzip.open(recording("steam/steam_reviews.jsonl.gz"), "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["review"] for i, line in enumerate(lines) if i % 41 == 0]
    assert len(texts) > 300
    given_page = page(texts * 2, ["", *texts[1:], *texts])
    assert rows(BARE.score(given_page)) == rows(PLAIN.score(given_page))


@pytest.mark.parametrize(
    "texts",
    [
        ["😂" * EMOJI_CAP, "😂" * (EMOJI_CAP + 1), "©" * (EMOJI_CAP + 1) + " good", "好" * 400 + "😂" * 200],
        ["a" * CAP, "a" * (CAP + 1), "é" * CAP, "é" * (CAP + 1), "good " * 999 + "bad  ", "good " * 1000 + "b"],
        ["😂" * 10_000, "x :) " * 4_000, "but " * 20_000],
        ["", None, " ", "\u200b", "\u3164\u2800", "!", "\x07"],
    ],
)
def test_caps_and_blanks_are_those_of_the_slow_twin(texts: list[str | None]) -> None:
    assert rows(BARE.score(page(texts))) == rows(PLAIN.score(page(texts)))


def test_the_caps_touch_no_other_text() -> None:
    texts = pa.array(["fine", "x" * (CAP + 5), "", "😂" * 400], pa.large_string())
    cut, which = capped(texts)
    assert which.tolist() == [False, True, False, True]
    assert [len(t) for t in cut.to_pylist()] == [4, CAP, 0, EMOJI_CAP]


def test_columns_types_and_empty_pages() -> None:
    for scorer in (BARE, PRODUCT):
        for frame in (scorer.score(page(["Great app", "Geht nicht", ""])), scorer.score(page([]))):
            assert frame.schema == SCHEMA
    for frame in (topics_of(PRODUCT, page(["It crashes. Love the price."])), topics_of(PRODUCT, page([]))):
        assert frame.schema == TOPICS


def test_a_page_without_a_text_column_is_refused() -> None:
    with pytest.raises(KeyError):
        PRODUCT.score(page(["x"]).drop_columns("text"))


def test_product_talk_is_understood_and_bare_vader_kept_beside_it() -> None:
    (crash,) = rows(PRODUCT.score(page(["App crashes every time I open it"])))
    assert crash["vader_compound"] == 0.0
    assert isinstance(crash["compound"], float)
    assert crash["compound"] <= -0.05


def test_a_product_has_its_own_words_and_no_other_product_has_them() -> None:
    profile = Profile.product(extra_words={"acme": {"sideways": -3.0}, "globex": {"sideways": 3.0}})
    scorer = ColumnarScorer(profile)
    texts = [
        "The update goes sideways for me",
        "I love it",
        "The update goes sideways for me",
        "The update goes sideways for me",
    ]
    products = ["acme", "acme", "globex", "initech"]
    found = rows(scorer.score(page(texts, products=products)))
    for text, product, row in zip(texts, products, found, strict=True):
        assert row["compound"] == slowly(text, profile, product)["compound"]
    assert [np.sign(row["compound"]) for row in found] == [-1, 1, 1, 0]
    assert len({row["vader_compound"] for row in (found[0], found[2], found[3])}) == 1
    about = rows(topics_of(scorer, page(texts, products=products)))
    assert [(r["row"], np.sign(r["compound"])) for r in about if r["topic"] == "updates"] == [(0, -1), (2, 1), (3, 0)]


def test_gate_once_a_distinct_text(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    real = judged

    def noting(texts: pa.Array, gate: Guesser) -> Judged:
        asked.extend(texts.to_pylist())
        return real(texts, gate)

    monkeypatch.setattr(columnar, "judged", noting)
    PRODUCT.score_page(page(["I love it", "I hate it", "I love it", ""] * 30))
    assert sorted(asked) == ["I hate it", "I love it"]


def test_topics_are_scored_on_the_sentences_that_name_them() -> None:
    text = "The price is wonderful and I love it. But it crashes all the time! Awful crashes."
    found = {
        r["topic"]: r for r in rows(topics_of(PRODUCT, page(["Nothing here.", text, "Preis ist gut, es geht nicht"])))
    }
    assert {r["row"] for r in found.values()} == {1}
    crashes = found["crashes"]
    product = Profile.product()
    want = [slowly(s, product)["compound"] for s in ("But it crashes all the time!", "Awful crashes.")]
    assert crashes["sentences"] == 2
    assert crashes["compound"] == round(round(sum(want) * 10_000) / 2) / 10_000, "whole ten-thousandths, half to even"
    (price,) = (r for t, r in found.items() if t != "crashes")
    assert price["sentences"] == 1
    assert price["compound"] == slowly("The price is wonderful and I love it.", product)["compound"]


def test_a_page_gets_the_scores_it_gets_without_topics() -> None:
    given_page = page(["It crashes. Great price!", "meh", "", "It crashes. Great price!", "Läuft gar nicht"] * 3)
    both = PRODUCT.score_page(given_page)
    assert both.topics is not None
    assert both.scores.equals(PRODUCT.score(given_page))
    assert both.topics["row"].to_pylist() == sorted(both.topics["row"].to_pylist())


def test_topics_of_every_row_are_those_of_the_row_alone() -> None:
    texts = ["The ads are awful", "Login fails. Login again. It crashes", "Fine", "The ads are awful"]
    together = rows(topics_of(PRODUCT, page(texts)))
    alone = [{**r, "row": i} for i, text in enumerate(texts) for r in rows(topics_of(PRODUCT, page([text])))]
    assert together == alone
    assert len(together) >= 4


def test_the_version_changes_with_whatever_changes_a_score() -> None:
    product = Profile.product()
    scorers = [
        ColumnarScorer(Profile.vader()),
        ColumnarScorer(product),
        ColumnarScorer(replace(product, repairs=product.repairs[1:])),
        ColumnarScorer(replace(product, overlays=())),
        ColumnarScorer(Profile.product(extra_words={"acme": {"sideways": -2.0}})),
        ColumnarScorer(product, Topics.load({"extra": {"include": ["zebra"]}})),
    ]
    versions = [s.version for s in scorers]
    assert len(set(versions)) == len(versions)
    assert ColumnarScorer(Profile.product()).version == versions[1]
    assert versions[0].startswith("vader-3.3.2/vader/gate-")
    assert all(len(v) < 80 for v in versions)


def test_threads_share_one_scorer() -> None:
    given_page = page([f"I {word} it, the login crashes" for word in ("love", "hate", "like")] * 40)
    want = rows(PRODUCT.score(given_page))
    with ThreadPoolExecutor(4) as pool:
        for got in pool.map(lambda _: rows(PRODUCT.score(given_page)), range(8)):
            assert got == want


def test_compounds_of_several_profiles_on_the_same_texts() -> None:
    texts = pa.array(["It crashes", "I love it", "Es geht nicht gut", "", None])
    found = PRODUCT.compounds(texts, {"bare": Profile.vader(), "own": Profile.product()})
    assert [np.isnan(v).tolist() for v in found.values()] == [[False, False, True, True, True]] * 2
    assert found["bare"][:2].tolist() == [0.0, 0.6369]
    assert found["own"][0] < 0
    assert not np.isnan(PRODUCT.compounds(texts, {"bare": Profile.vader()}, gate=False)["bare"]).any()


def test_a_stated_language_is_by_post_and_counts_where_the_text_leaves_it_open() -> None:
    texts = ["Handy", "Handy", "Handy", "Netflix", "Netflix", "I love this app so much", "Bad", "No"]
    hints = ["de", None, "en", "en-US", "xx", "de", "de", None]
    found = rows(PRODUCT.score(page(texts).append_column("language_hint", pa.array(hints))))
    assert [row["language"] for row in found] == ["de", "en", "en", "en", "und", "en", "en", None]
    assert [row["scored"] for row in found] == [False, True, True, True, False, True, True, False]
    assert found[7]["unscored_reason"] == "says nothing"
    assert found[1]["compound"] == found[2]["compound"]
    # Without the column it is as if no source stated anything.
    assert [row["language"] for row in rows(PRODUCT.score(page(texts)))][:3] == ["en"] * 3


def test_topics_are_found_in_the_words_and_scored_as_they_are_heard() -> None:
    (found,) = rows(topics_of(PRODUCT, page(["They fixed the crash"])))
    assert found["topic"] == "crashes"
    assert isinstance(found["compound"], float)
    assert found["compound"] > 0.3
