"""The scoring benchmark, small: its texts are what it says they are, and its object has the figures."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from benchmarks import texts
from benchmarks.scoring import measure as scoring
from benchmarks.scoring.picture import draw
from benchmarks.scoring.words import say


def test_a_corpus_is_distinct_texts_of_the_same_words() -> None:
    corpus = texts._grown("x", ["a b c d", "d e", "f", "", "a b c d"], 8)
    assert corpus.texts[:3] == ["a b c d", "d e", "f"]
    assert {"".join(sorted(t)).strip() for t in corpus.texts} == {"abcd", "de", "f"}
    assert len(set(corpus.texts)) == 8
    assert corpus.written == 3
    assert texts._grown("x", ["a b c d", "d e", "f"], 8) == corpus
    with pytest.raises(ValueError, match="too few and too short for 7"):
        texts._grown("x", ["a b", "d e", "f"], 7)


def test_a_sample_is_even_over_the_lengths() -> None:
    corpus = texts.Corpus("x", ["w" * (1 + i % 100) for i in range(1_000)], 1_000)
    some = [len(corpus.texts[i]) for i in corpus.sample(100)]
    assert sorted(some) == list(range(1, 101))


def test_without_the_recordings_the_sample_source_writes(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setattr(texts, "STEAM", tmp_path / "none")
    monkeypatch.setattr(texts, "TWEETS", tmp_path / "none")
    for corpus in (texts.tweets(500), texts.reviews(500), texts.long_reviews(50)):
        assert len(set(corpus.texts)) == len(corpus.texts) in {500, 50}
    assert corpus.words == 50 * texts.LONG


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    pytest.importorskip("numba")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scoring, "ROUNDS", 1)
        patch.setattr(scoring, "_SAMPLE", {"tweets": 100, "reviews": 50, "long texts": 10})
        patch.setattr(scoring, "memory", lambda: 2.0)
        patch.setattr(texts, "all_reviews", lambda: texts._sample_texts(Random(2), 800))
        return scoring.measure(300)


@pytest.mark.process
def test_the_object_has_the_figures(found: dict[str, Any]) -> None:
    said = json.loads(json.dumps(found, allow_nan=False))
    assert said["mismatches"] == 0
    for name in ("ratio_short", "ratio_long", "step_ratio"):
        assert said[name] > 1, name
    assert said["linearity"] < 20
    step = said["step"]
    assert set(step["share"]) == {"gate", "repairs", "phrases", "score", "topics", "the rest"}
    assert sum(step["share"].values()) == pytest.approx(1)
    assert min(step["share"].values()) >= 0
    assert step["share"]["score"] > 0


@pytest.mark.process
def test_the_table_and_the_picture_show_them(found: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    say(found)
    out = capsys.readouterr().out
    for name in ("tweets", "reviews", "long texts", "ns a token", "the whole step", "gate"):
        assert name in out
    words = [e.text for e in ET.fromstring(draw(found)).iter("{http://www.w3.org/2000/svg}text")]
    for name in ("earful", "vaderSentiment", "topics", "VADER's scores, bit for bit, on one core"):
        assert name in words


@pytest.mark.process
def test_what_differs_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("numba")
    from benchmarks import rivals

    real = rivals.package_seconds

    def off(some: Any) -> Any:
        seconds, scores = real(some)
        return seconds, [{**s, "neu": s["neu"] + 1e-9} if i % 2 else s for i, s in enumerate(scores)]

    monkeypatch.setattr(rivals, "package_seconds", off)
    monkeypatch.setattr(scoring, "ROUNDS", 1)
    corpus = texts.Corpus("tweets", ["I love it", "I hate it", "meh", "so so"], 4)
    assert scoring.speed(corpus)["mismatches"] == 2


@pytest.mark.process
def test_the_figures_go_into_the_page_and_nothing_else_changes(found: dict[str, Any], tmp_path: Path) -> None:
    from benchmarks.scoring.docs import put

    page = tmp_path / "scoring.md"
    page.write_text((Path(__file__).parents[2] / "docs" / "scoring.md").read_text("utf-8"), "utf-8")
    before = page.read_text("utf-8")
    put(page, json.loads(json.dumps(found)))
    after = page.read_text("utf-8")
    assert "300 tweets" in after
    begin, end = before.index("--docs: begin -->"), before.index("<!-- end -->")
    assert after.startswith(before[:begin])
    assert after.endswith(before[end:])
    put(page, json.loads(json.dumps(found)))
    assert page.read_text("utf-8") == after
    page.write_text("no place", "utf-8")
    with pytest.raises(ValueError, match="needs one place"):
        put(page, found)
