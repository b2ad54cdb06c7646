"""The plain scorer against vaderSentiment itself, to the last digit."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Sequence

import pyarrow as pa
import pytest
from growth import growth
from hypothesis import given, settings
from hypothesis import strategies as st
from recordings import recording
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from earful.sentiment.plain import CAP, EMOJI_CAP, PlainScorer
from earful.sentiment.scorer import SCHEMA, Scorer

SCORER: Scorer = PlainScorer()
ORACLE = SentimentIntensityAnalyzer()


def page(texts: Sequence[str | None], titles: Sequence[str | None] | None = None) -> pa.Table:
    return pa.table({"title": pa.array(titles or [""] * len(texts), pa.string()), "text": pa.array(texts, pa.string())})


def score(texts: Sequence[str | None], titles: Sequence[str | None] | None = None) -> list[dict[str, object]]:
    table = SCORER.score(page(texts, titles))
    assert len(table) == len(texts)
    rows: list[dict[str, object]] = table.to_pylist()
    return rows


def numbers(row: dict[str, object]) -> dict[str, object]:
    """The row under VADER's own names."""
    assert row["compound"] == row["vader_compound"]
    return {"neg": row["negative"], "neu": row["neutral"], "pos": row["positive"], "compound": row["compound"]}


def assert_as_vader(texts: Sequence[str], *, at_least: float) -> None:
    rows = score(texts)
    scored = [(text, row) for text, row in zip(texts, rows, strict=True) if row["scored"]]
    assert len(scored) / len(texts) >= at_least
    for i, (text, row) in enumerate(scored):
        if not row["capped"]:
            assert numbers(row) == ORACLE.polarity_scores(text), f"scored text {i}"


@pytest.mark.parametrize(
    ("name", "at_least"),
    [("tweets", 0.97), ("amazonReviewSnippets", 0.98), ("movieReviewSnippets", 0.98), ("nytEditorialSnippets", 0.98)],
)
def test_equals_vader_on_the_ground_truth(name: str, at_least: float) -> None:
    lines = recording(f"vader_ground_truth/{name}_GroundTruth.txt").read_text("utf-8").splitlines()
    texts = [line.split("\t")[2] for line in lines][:1_500]
    assert len(texts) == 1_500
    assert_as_vader(texts, at_least=at_least)


@pytest.mark.slow
def test_equals_vader_on_steam_reviews() -> None:
    with gzip.open(recording("steam/steam_reviews.jsonl.gz"), "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["review"] for i, line in enumerate(lines) if i % 17 == 0]
    assert len(texts) > 800
    assert_as_vader(texts, at_least=0.7)


def test_columns_and_types_are_the_schema() -> None:
    for frame in (SCORER.score(page(["Great app", "Geht nicht", ""])), SCORER.score(page([]))):
        assert frame.schema == SCHEMA


def test_version_names_package_way_and_gate() -> None:
    assert SCORER.version == "vader-3.3.2/plain/gate-3"


def test_order_is_kept_and_duplicates_are_alike() -> None:
    texts = ["I love it", "I hate it", "I love it", "", "Geht nicht", "I hate it"]
    rows = score(texts)
    assert rows[0] == rows[2]
    assert rows[1] == rows[5]
    assert [row["compound"] for row in rows] == [0.6369, -0.5719, 0.6369, None, None, -0.5719]


def test_a_page_of_several_chunks_is_one_page() -> None:
    table = page(["I love it", "I hate it", "meh"])
    shuffled = pa.concat_tables([table.slice(2, 1), table.slice(0, 2)])
    assert SCORER.score(shuffled)["compound"].to_pylist() == [-0.0772, 0.6369, -0.5719]


def test_a_distinct_text_is_scored_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    real = SentimentIntensityAnalyzer.polarity_scores

    def counted(self: SentimentIntensityAnalyzer, text: str) -> dict[str, float]:
        asked.append(text)
        scores: dict[str, float] = real(self, text)
        return scores

    monkeypatch.setattr(SentimentIntensityAnalyzer, "polarity_scores", counted)
    score(["Love it", "Hate it", "Love it"] * 50)
    assert sorted(asked) == ["Hate it", "Love it"]


def test_title_and_text_are_joined_by_a_newline() -> None:
    rows = score(
        ["Crashes on start, awful", "It is great", "", None, "Love it"],
        ["Not good", "", "Love it", "Love it", " \t"],
    )
    assert numbers(rows[0]) == ORACLE.polarity_scores("Not good\nCrashes on start, awful")
    assert numbers(rows[1]) == ORACLE.polarity_scores("It is great")
    assert numbers(rows[2]) == numbers(rows[3]) == numbers(rows[4]) == ORACLE.polarity_scores("Love it")


@pytest.mark.parametrize("text", ["", None, " ", "\n\t\u3000\xa0", "\u200b\ufeff", "\x07\x1b", "\u3164\u2800"])
def test_nothing_to_read_is_unscored(text: str | None) -> None:
    (row,) = score([text])
    assert (row["scored"], row["unscored_reason"], row["language"]) == (False, "no text", None)
    assert row["compound"] is row["positive"] is row["neutral"] is row["negative"] is row["vader_compound"] is None


def test_another_language_is_unscored_never_neutral() -> None:
    (row,) = score(["Die App ist die beste"])
    assert (row["language"], row["scored"], row["unscored_reason"], row["compound"]) == ("de", False, "language", None)


def test_emoji_and_signs_are_scored() -> None:
    rows = score(["😍😍", "👍", ":)", "10/10"])
    assert all(row["scored"] for row in rows)
    assert [numbers(row) for row in rows] == [ORACLE.polarity_scores(t) for t in ("😍😍", "👍", ":)", "10/10")]


def test_text_beyond_the_cap_is_not_scored_and_said() -> None:
    whole = ("I like this app. " * CAP)[: CAP - 1] + "!"
    fits, longer, behind = score([whole, whole + "!", whole + " I hate it, it is awful." * 9])
    assert (fits["capped"], longer["capped"], behind["capped"]) == (False, True, True)
    assert numbers(fits) == numbers(longer) == numbers(behind) == ORACLE.polarity_scores(whole)


def test_the_cap_counts_title_and_text_together() -> None:
    (row,) = score(["b" * (CAP - 4)], ["good"])
    assert row["capped"] is True
    (row,) = score(["b" * (CAP - 5)], ["good"])
    assert row["capped"] is False


def test_characters_are_counted_not_bytes() -> None:
    (row,) = score(["Great ü" + "é" * (CAP - 7)])
    assert row["capped"] is False


def test_emoji_beyond_their_cap_are_not_scored_and_said() -> None:
    fits, longer = score(["😂" * EMOJI_CAP, "Great " + "😂" * (EMOJI_CAP + 1) + " awful"])
    assert (fits["capped"], longer["capped"]) == (False, True)
    assert numbers(fits) == ORACLE.polarity_scores("😂" * EMOJI_CAP)
    assert numbers(longer) == ORACLE.polarity_scores("Great " + "😂" * EMOJI_CAP)


@pytest.mark.parametrize("unit", ["😂", "x :) ", "A", "good x ", "но "])
def test_one_hostile_post_cannot_stall_a_night(unit: str) -> None:
    """Ten times a text that is long already is no more work than a linear reader's; plain VADER's is its square."""

    def hostile(times: int) -> Callable[[], object]:
        return lambda: score([unit * times])

    assert growth(hostile, 10_000, 10, rounds=2) < 40
    assert score([unit * 100_000])[0]["capped"] is True


@pytest.mark.parametrize(
    "text",
    [
        "great\x07 app \x1b[31mlove it",
        "\u202egreat app\u202c I love it",
        "I love this " + "very" * 1_000,
        "so good\r\n\r\nbut it crashes",
        "love it \ufffd\ufffd",
        "z̸̛a̷l̴g̵o̶ is great and I love it",
        "%s %d {0} {name} ' OR 1=1 -- great app",
    ],
)
def test_odd_text_is_scored_as_vader_scores_it(text: str) -> None:
    (row,) = score([text])
    assert row["scored"] is True
    assert numbers(row) == ORACLE.polarity_scores(text)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=40), max_size=12))
def test_any_text_is_scored_or_says_why_not(texts: list[str]) -> None:
    for text, row in zip(texts, score(texts), strict=True):
        if row["scored"]:
            assert row["language"] == "en"
            assert row["unscored_reason"] is None
            assert numbers(row) == ORACLE.polarity_scores(text)
        else:
            assert row["unscored_reason"] in {"no text", "says nothing", "language"}
            assert row["compound"] is None


def test_a_page_without_text_column_is_refused() -> None:
    with pytest.raises(KeyError):
        SCORER.score(page(["x"]).drop_columns("text"))
