"""Words of columns: what is one, and that the compiled loop finds the same ones."""

from __future__ import annotations

from importlib.util import find_spec

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from earful.sentiment import compiled
from earful.sentiment.compiled import compile_it, once
from earful.sentiment.text.words import Vocabulary, spell

needs_numba = pytest.mark.skipif(find_spec("numba") is None, reason="numba is not installed (earful[fast])")

ALPHABET = "aAbB1'’ .-_\nöÖß×éÉ😡日本Ж‘e\u0301"
VOCABULARY = Vocabulary(("a", "b", "ab", "aa", "a1", "ö", "é", "öa", "日本", "ж", "nt", "1"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("I can't, I can’t; don'T!", ("i", "cant", "i", "cant", "dont")),
        ("'quoted' o'clock rock'n'roll '", ("quoted", "oclock", "rocknroll")),
        ("log-in e_mail a.b 1.5", ("log", "in", "e", "mail", "a", "b", "1", "5")),
        ("CAFÉ Größe ÖL", ("café", "größe", "öl")),
        ("crash😡crash", ("crash", "crash")),
        ("日本語 ok", ("日本語", "ok")),
        ("", ()),
        ("!?", ()),
    ],
)
def test_spelling(text: str, words: tuple[str, ...]) -> None:
    assert spell([text]) == [words]


def test_rows_places_and_odd_columns() -> None:
    column = pa.array(["x", "a b", None, "", "can't b"]).slice(1)
    for given_ in (column, pa.chunked_array([column.slice(0, 2), column.slice(2)])):
        found = VOCABULARY.number(given_, "numpy")
        assert found.id.tolist() == [0, 1, -1, 1]
        assert found.row.tolist() == [0, 0, 3, 3]
        assert found.between(2, 3) == "can't b"
    assert len(VOCABULARY.number(pa.array([], pa.string()), "numpy").id) == 0
    # An apostrophe between two texts is within neither.
    assert VOCABULARY.number(pa.array(["a'", "b", "'a"]), "numpy").id.tolist() == [0, 1, 0]


@needs_numba
@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(st.text(ALPHABET, max_size=20), st.text(max_size=12)), max_size=6))
def test_the_compiled_loop_finds_the_same(texts: list[str]) -> None:
    column = pa.array([text.encode("utf-8", "replace").decode() for text in texts], pa.string())
    plain, compiled = VOCABULARY.number(column, "numpy"), VOCABULARY.number(column, "numba")
    for mine, theirs in zip(plain, compiled, strict=True):
        assert np.array_equal(np.asarray(mine), np.asarray(theirs))


@needs_numba
def test_many_texts_in_several_rounds_are_the_same() -> None:
    column = pa.array(["a can't b, Ölé 日本! "] * 150_000)
    plain, compiled = VOCABULARY.number(column, "numpy"), VOCABULARY.number(column, "numba")
    for mine, theirs in zip(plain, compiled, strict=True):
        assert np.array_equal(np.asarray(mine), np.asarray(theirs))
    assert plain.row[-1] == 149_999


def test_who_compiles() -> None:
    assert not compile_it("numpy", lambda: 60.0, 1.0, "earful.sentiment.text.words_compiled")
    assert not compile_it("auto", lambda: 0.9, 1.0, "earful.no_such_kernel")
    assert compile_it("auto", lambda: 1.0, 1.0, "earful.no_such_kernel") == compiled.has_numba()
    assert compile_it("auto", lambda: 0.0, 1.0, "earful.sentiment.compiled"), "what is loaded is taken"


def test_who_asks_once_compiles_when_it_has_cost_as_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "has_numba", lambda: True)
    third = compiled.COMPILING / 3
    with once():
        assert not compile_it("auto", lambda: third, 0.1, "earful.no_such_kernel")
        assert not compile_it("auto", lambda: third, 0.1, "earful.no_such_kernel")
        assert not compile_it("auto", lambda: third, 0.1, "earful.another_kernel"), "each by itself"
        assert compile_it("auto", lambda: third, 0.1, "earful.no_such_kernel")
        assert compile_it("auto", lambda: 4 * third, 0.1, "earful.one_large_column")
        assert compile_it("auto", lambda: 0.0, 1.0, "earful.sentiment.compiled"), "what is loaded is taken"
        assert compile_it("numba", lambda: 0.0, 1.0, "earful.no_such_kernel"), "asked for"
    assert compile_it("auto", lambda: third, 0.1, "earful.no_such_kernel"), "afterwards as always"


def test_numba_may_be_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "has_numba", lambda: False)
    assert not compile_it("auto", lambda: 60.0, 1.0, "earful.no_such_kernel")
    with pytest.raises(ImportError, match=r"earful\[fast\]"):
        compile_it("numba", lambda: 1.0, 1.0, "earful.sentiment.text.words_compiled")
