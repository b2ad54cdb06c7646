"""The batched model: the package's probabilities, for any text, alone or among others."""

from __future__ import annotations

import unicodedata
from importlib.util import find_spec

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from earful.sentiment.language.gate import _LANGUAGES, languages
from earful.sentiment.language.langid import load
from earful.sentiment.language.scripts import NAMES, letters

PACKAGE = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
PACKAGE.set_languages(_LANGUAGES)
MODEL = load(_LANGUAGES)

TEXTS = [
    "Die App ist die beste", "no me gusta nada", "worst update ever", "Очень хорошо", "この本", "", "x", "SHOUTING TEXT",
    "😂😂", "très bien " * 40, "Ово је добро", "то је добро",
]  # fmt: skip


def check(texts: list[str]) -> None:
    found = MODEL.probabilities(texts, np.ones((len(texts), len(MODEL.codes)), np.bool_))
    for row, text in zip(found, texts, strict=True):
        theirs = dict(PACKAGE.rank(text))
        assert np.allclose(row, [theirs[code] for code in MODEL.codes], atol=1e-4)


def test_probabilities_are_the_packages() -> None:
    check(TEXTS)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=60).map(lambda text: unicodedata.normalize("NFC", text)), max_size=5))
def test_for_any_text(texts: list[str]) -> None:
    check(texts)


def test_only_possible_languages_share_the_whole() -> None:
    possible = np.zeros((2, len(MODEL.codes)), np.bool_)
    possible[0, [MODEL.codes.index("ru"), MODEL.codes.index("uk")]] = True
    possible[1, MODEL.codes.index("en")] = True
    found = MODEL.probabilities(["Очень хорошо", "Die App ist die beste"], possible)
    assert np.allclose(found.sum(axis=1), 1)
    assert (found[~possible] == 0).all()
    assert MODEL.codes[found[0].argmax()] == "ru"


def test_letters_by_script() -> None:
    counts = letters(["abc é", "Привет 1", "こ本", "", "ข้", "🙂ʕ", "Բ"])
    named = [{NAMES[i]: int(n) for i, n in enumerate(row) if n and i} for row in counts]
    assert named == [{"latin": 4}, {"cyrillic": 6}, {"kana": 1, "han": 1}, {}, {"thai": 1}, {"latin": 1}, {"other": 1}]


@pytest.mark.skipif(find_spec("eldc") is None, reason="eldc is not installed (earful[eldc])")
def test_eldc_may_be_asked_instead() -> None:
    texts = ["Die App ist die beste", "no me gusta", "très bien", "Отличное приложение", "great app", "xyzzy", "Gut"]
    assert languages(texts, "eldc")[:5] == ["de", "es", "fr", "ru", "en"]
    assert "en" not in languages(texts[5:], "eldc")
