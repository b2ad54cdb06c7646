"""Topics: what is found in labelled sentences, what the notation of phrases means, and that columns change nothing."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec

import numpy as np
import pyarrow as pa
import pytest
from growth import growth
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from topic_sentences import LOOKS_LIKE, NAMES

from earful.sentiment.text.phrases import GAP, Phrases, forms, parse
from earful.sentiment.topics.topics import Topics

SHIPPED = Topics.load()


def topics_of(text: str, topics: Topics = SHIPPED) -> set[str]:
    return {match.topic for match in topics.explain(text)}


def one(*include: str, exclude: tuple[str, ...] = ()) -> Topics:
    """Topics of which the last has these phrases only."""
    return Topics({"mine": Topics.load({"mine": {"include": include, "exclude": exclude}}).rules["mine"]})


@pytest.mark.parametrize(("topic", "text"), [(t, text) for t, texts in NAMES.items() for text in texts])
def test_sentences_that_name_a_topic(topic: str, text: str) -> None:
    assert topic in topics_of(text)


@pytest.mark.parametrize(("topic", "text"), [(t, text) for t, texts in LOOKS_LIKE.items() for text in texts])
def test_sentences_that_only_look_like_it(topic: str, text: str) -> None:
    assert topic not in topics_of(text)


def test_every_topic_is_labelled() -> None:
    assert set(NAMES) == set(LOOKS_LIKE) == set(SHIPPED.names)
    assert all(len(texts) >= 5 for texts in NAMES.values())
    assert all(len(texts) >= 3 for texts in LOOKS_LIKE.values())
    assert len(SHIPPED.names) == 12
    assert all(SHIPPED.title(name)[0].isupper() for name in SHIPPED.names)


def test_a_sentence_may_have_several_topics_or_none() -> None:
    assert topics_of("Since the update it crashes and drains my battery") >= {"updates", "crashes", "battery"}
    assert topics_of("I love it") == set()


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("crash~", "It CRASHED"),
        ("retry~", "I retried"),
        ("freeze~", "freezing!"),
        ("lag~", "lagged"),
        ("cancel~", "cancelled, canceled"),
        ("fix~", "fixes"),
        ("can't log", "cant log"),
        ("cant log", "I can’t log"),
        ("log-in", "log in"),
        ("log in", "log-in"),
        ("bank|credit card~", "my credit cards"),
        ("log~ .. out", "logs me right out"),
        ("log~ .. out", "logs out"),
        ("größe", "Die GRÖSSE? Die Größe!"),
        ("too many ads", "TOO-MANY ADS"),
    ],
)
def test_what_phrases_find(phrase: str, text: str) -> None:
    assert topics_of(text, one(phrase)) == {"mine"}


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("crash", "crashes"),
        ("ad", "add bad ad_hoc".replace("_", "")),
        ("log out", "log. Out"),
        ("log out", "log\nOut"),
        ("log~ .. out", "log a b c d out"),
        ("credit card", "bank card"),
        ("too many ads", "too many bad ads"),
    ],
)
def test_what_phrases_do_not_find(phrase: str, text: str) -> None:
    assert topics_of(text, one(phrase)) == set()


def test_an_exclude_phrase_takes_away_only_what_it_touches() -> None:
    topics = one("crash~", exclude=("crash course~",))
    assert topics_of("a crash course", topics) == set()
    assert [m.found for m in topics.explain("the crash course crashes")] == ["crashes"]
    # Another topic's exclude phrases are its own affair.
    two = Topics.load({"study": {"include": ["crash course~"]}})
    assert topics_of("a crash course", two) == {"study"}


def test_explain_shows_words_as_they_stand_and_the_rule() -> None:
    (match,) = one("log~ .. out").explain("Nice. It LOGS me – sadly – out!")
    assert match == ("mine", "It LOGS me – sadly – out!", "LOGS me – sadly – out", "log~ .. out")


def test_forms_are_regular() -> None:
    assert forms("crash") == ("crash", "crashes", "crashed", "crashing")
    assert forms("update") == ("update", "updates", "updated", "updating")
    assert forms("reply") == ("reply", "replies", "replied", "replying")
    assert forms("play") == ("play", "plays", "played", "playing")
    assert {"lagged", "lagging"} <= set(forms("lag"))


@pytest.mark.parametrize(
    ("phrase", "says"),
    [("", "starts and ends"), ("..", "between two words"), ("a ..", "starts and ends"), ("a .. .. b", "between"),
     ("😡", "no word"), ("a|", "no word"), ("log-in|out", "more than single")],
)  # fmt: skip
def test_phrases_that_cannot_be_read(phrase: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        parse(phrase)
    with pytest.raises(ValidationError, match=says):
        Topics.load({"mine": {"include": [phrase]}})


def test_the_configuration_adds_to_topics() -> None:
    more = Topics.load(
        {"crashes": {"include": ["white-out"]}, "recipes": {"include": ["recipe~"]}, "ads": {"enabled": False}}
    )
    assert topics_of("Total white-out with my recipes, it crashed, ads", more) == {"crashes", "recipes"}
    assert more.names == (*(n for n in SHIPPED.names if n != "ads"), "recipes")
    assert more.title("recipes") == "Recipes"
    assert more.hash != SHIPPED.hash
    assert Topics.load({}).hash == SHIPPED.hash
    with pytest.raises(ValueError, match=r"topics\.empty"):
        Topics.load({"empty": {"exclude": ["x"]}})
    with pytest.raises(ValidationError, match="inclde"):
        Topics.load({"mine": {"inclde": ["x"]}})


def test_columns_are_matched_as_single_sentences_are() -> None:
    sentences = [text for texts in (*NAMES.values(), *LOOKS_LIKE.values()) for text in texts]
    sentence, topic = SHIPPED.match(pa.array([None, "", *sentences]))
    assert sentence.dtype == np.int32
    assert topic.dtype == np.int16
    found = {(int(s), SHIPPED.names[t]) for s, t in zip(sentence, topic, strict=True)}
    alone = {
        (i + 2, SHIPPED.names[t])
        for i, text in enumerate(sentences)
        for t in SHIPPED.match(pa.array([text]))[1].tolist()
    }
    assert found == alone
    assert len(found) == len(sentence)
    for odd in (pa.array(["x", *sentences]).slice(1), pa.chunked_array([sentences[:5], sentences[5:]])):
        assert {(int(s) + 2, SHIPPED.names[t]) for s, t in zip(*SHIPPED.match(odd), strict=True)} == found
    nothing = SHIPPED.match(pa.array([], pa.string()))
    assert [len(column) for column in nothing] == [0, 0]


WORDS = ["log", "logs", "me", "out", "in", "crash", "course", "too", "x"]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(st.sampled_from(WORDS), max_size=8), max_size=5))
def test_as_a_plain_search_finds_it(sentences: list[list[str]]) -> None:
    topics = one("log~ .. out|in", "crash", "too x", exclude=("crash course", "out in"))

    def plain(words: list[str]) -> bool:
        spans = [(i, i) for i, w in enumerate(words) if w == "crash"]
        spans += [(i, i + 1) for i in range(len(words) - 1) if words[i : i + 2] == ["too", "x"]]
        spans += [
            (i, j) for i, w in enumerate(words) if w in ("log", "logs")
            for j in range(i + 1, min(i + 2 + GAP, len(words))) if words[j] in ("out", "in")
        ]  # fmt: skip
        bad = [{i, i + 1} for i in range(len(words) - 1) if words[i : i + 2] in (["crash", "course"], ["out", "in"])]
        return any(not any(set(range(i, j + 1)) & b for b in bad) for i, j in spans)

    sentence, _ = topics.match(pa.array([" ".join(words) for words in sentences], pa.string()))
    assert sentence.tolist() == [i for i, words in enumerate(sentences) if plain(words)]


def test_matching_grows_with_the_text_and_no_faster() -> None:
    """In rows and in the length of one row; how quick it is, is measured in benchmarks.scoring."""
    texts = [text for texts in NAMES.values() for text in texts]

    def rows(n: int) -> Callable[[], object]:
        column = pa.array(texts * n)
        return lambda: SHIPPED.match(column)

    def one_row(n: int) -> Callable[[], object]:
        column = pa.array([" ".join(texts * n)])
        return lambda: SHIPPED.match(column)

    assert growth(rows, 20, 10) < 40
    assert growth(one_row, 20, 10) < 40


@pytest.mark.skipif(find_spec("numba") is None, reason="numba is not installed (earful[fast])")
@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(st.sampled_from([*WORDS, "wall"]), max_size=9).map(" ".join), max_size=5))
def test_the_compiled_loop_follows_as_numpy_does(sentences: list[str]) -> None:
    listed = [(0, False, parse("log~ .. out|in")), (0, False, parse("ANY .. x")), (1, True, parse("crash course"))]
    listed.append((1, False, parse("too", frozenset({"ANY"}))))
    listed[1] = (0, False, parse("ANY .. x", frozenset({"ANY"})))
    phrases = Phrases.of(listed, {"ANY": ["me", "in", "too"], "WALL": ["wall", "me"]}, "WALL")
    words = phrases.vocabulary.number(pa.array(sentences, pa.string()), "numpy")
    plain, compiled = (
        sorted(zip(*(c.tolist() for c in phrases.follow(words.id, words.row, engine)), strict=True))
        for engine in ("numpy", "numba")
    )
    assert plain == compiled
