"""Sentences: a labelled list of what reviews look like ("|" is where one sentence ends and the next starts)."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable

import pyarrow as pa
import pytest
from growth import growth
from hypothesis import example, given, settings
from hypothesis import strategies as st
from recordings import recording

from earful.sentiment.text.sentences import split

LABELLED = [
    # Plain.
    "It works.| I like it.",
    "Great app!| Works well.",
    "Why does it crash?| Please fix it.",
    "one sentence without an end",
    "i love it. |it never crashes. |five stars",
    "Really?!| No way!!!| I am done...",
    "Stop!!!!!!!| Fix it.",
    # Numbers and versions.
    "Since 1.5.2 it crashes.| 1.5.1 was fine.",
    "Costs $3.99 a month.| Too much.",
    "Version 4.0.| It is slow.",
    "I give it 3.5 stars.",
    "Updated to v2.1.| Now it lags.",
    "I waited 5 min. and gave up.",
    # Abbreviations.
    "Some features, e.g. sync, are missing.",
    "i.e. it does not work.",
    "Mr. Smith from support helped.| Thanks.",
    "Dr. Who is not on it.",
    "iOS vs. Android is unfair.",
    "Songs, videos, etc. are gone.",
    "Songs, videos, etc.| They are gone.",
    "Made by Foo Inc. in 2020.",
    "I live in the U.S. and it is blocked.",
    "Opens at 9 a.m. every day.",
    "Approx. 3 GB of data.",
    "Issue no. 5 is back.",
    "Written by J. Smith himself.",
    # Ellipses.
    "It is... okay.",
    "Hmm… it crashed again.",
    "I waited... |Nothing happened.",
    "Good idea...| But no.",
    "well...it froze",
    "Nice...|But slow",
    # Emoji and smileys.
    "Love it 😍 |Works well",
    "Love it! 😍😍 |Works well",
    "Crashes 😡😡 every day",
    "I ❤️ NY and this app",
    "I ❤️ Spotify",
    "Thanks 🙏🏽 |Great team",
    "Great :) |Works fine",
    "Broken. :( |Fix it",
    "So good <3 |Best app",
    "😍 Love it",
    "It is ok ;-) but slow",
    # Lines and lists.
    "Pros:|\n- fast|\n- no ads",
    "Cons\n|* slow\n|* ugly",
    "Good app\n|Bad support",
    "Title\n\n|body text here",
    "This is a long line that an editor wrapped here and\nit goes on in the next one.",
    "1. Fix the login\n|2. Add dark mode",
    "I want: |• sync |• export",
    "First line\r\n|Second line",
    # No space after the dot.
    "Great app.|But slow",
    "good app.|but slow",
    "Wow!|Love it",
    "Is it free?|I hope so",
    "crashes!!!|fix it",
    "It works.|I like it.",
    # Addresses and names stay whole.
    "See example.com for more.",
    "Mail me at someone@example.com. |Thanks",
    "https://example.com/a.Html?x=Y!z is dead",
    "www.example.co.uk works",
    "Uses node.js inside",
    "Open settings.json first",
    # Quotes and brackets.
    '"Why?" she asked.',
    'It says "Error." |Then it quits.',
    "(Really.) |It is bad.",
    "It works (mostly!) on my phone.",
    "“Great app!” they said",
    "She said 'Wow!' |Then it froze.",
    # Other.
    "Update: it works now.",
    "5 stars. |10/10!",
    "Café is great. |Élan too.",
]


def _parts(labelled: str) -> list[str]:
    return [part.strip() for part in labelled.split("|")]


@pytest.mark.parametrize("labelled", LABELLED)
def test_labelled(labelled: str) -> None:
    sentences, parent = split(pa.array([labelled.replace("|", "")]))
    assert sentences.to_pylist() == _parts(labelled)
    assert parent.tolist() == [0] * len(sentences)


def test_all_together_are_what_each_is_alone() -> None:
    texts = [labelled.replace("|", "") for labelled in LABELLED]
    sentences, parent = split(pa.array(texts))
    assert sentences.to_pylist() == [part for labelled in LABELLED for part in _parts(labelled)]
    assert parent.tolist() == [i for i, labelled in enumerate(LABELLED) for _ in _parts(labelled)]


def test_odd_columns() -> None:
    sentences, parent = split(pa.array([None, "", " \n ", "It is. Bad", "!!!"]))
    assert sentences.to_pylist() == ["It is.", "Bad", "!!!"]
    assert parent.tolist() == [3, 3, 4]
    empty, none = split(pa.array([], pa.string()))
    assert len(empty) == 0
    assert none.tolist() == []
    texts = ["Good. Bad!", "One", None, "Two? Three."]
    whole, parents = split(pa.array(texts))
    for column in (pa.chunked_array([texts[:1], texts[1:]]), pa.array(["x", *texts, "y"]).slice(1, 4)):
        again, of = split(column)
        assert again.equals(whole)
        assert of.tolist() == parents.tolist()
    assert whole.type == pa.large_string()
    assert parents.dtype == "int32"


ALPHABET = "abAB I.!?…\"')(\n\r\t :;)-<3=1•😍❤️é。@w/" + "mr etc vs"


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(st.text(ALPHABET, max_size=40), st.text(max_size=20)), max_size=6))
@example(["", "b.I"])
def test_nothing_is_lost_and_neighbours_do_not_matter(texts: list[str]) -> None:
    texts = [text.encode("utf-8", "replace").decode() for text in texts]
    sentences, parent = split(pa.array(texts, pa.string()))
    blank = {ord(c): None for c in map(chr, range(0x10000)) if c.isspace() or c in "\u200b\ufeff"}
    found = sentences.to_pylist()
    assert all(found)
    for i, text in enumerate(texts):
        mine = [s for s, p in zip(found, parent.tolist(), strict=True) if p == i]
        assert "".join(mine).translate(blank) == text.translate(blank)
        assert split(pa.array([text], pa.string()))[0].to_pylist() == mine


@pytest.mark.parametrize("unit", [". ", "!", "a.B", "😍 A", "\n", " ", "e.g. ", ". ) ", ":) ", "http://a.b "])
def test_time_grows_with_the_text_and_no_faster(unit: str) -> None:
    def text(length: int) -> Callable[[], object]:
        column = pa.array([unit * length])
        return lambda: split(column)

    assert growth(text, 10_000, 10) < 40


def test_real_reviews_give_sentences_of_a_readable_length() -> None:
    with gzip.open(recording("steam/steam_reviews.jsonl.gz"), "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for i, line in enumerate(lines) if i % 5 == 0]
    texts = [row["review"][:5000] for row in rows if row["language"] == "english"]
    sentences, parent = split(pa.array(texts))
    words = [len(s.split()) for s in sentences.to_pylist()]
    assert parent.max() == len(texts) - 1 or texts[-1].strip() == ""
    assert 8 < sum(words) / len(words) < 20
    assert sum(w > 80 for w in words) / len(words) < 0.01
