"""The columnar scorer: which engine it takes, what it does without numba, and that both give the package's bits."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import adversarial
import numpy as np
import pyarrow as pa
import pytest

from earful.sentiment import compiled
from earful.sentiment.lexicon import Lexicon
from earful.sentiment.profile.profile import Profile
from earful.sentiment.vader import polarity as vader
from earful.sentiment.vader.polarity import polarity

ROOT = Path(__file__).parents[3]
TEXTS = ["good", None, "", "not VERY good!!", "kill \u212aILL", "no"]


def fields(scores: vader.Scores) -> bytes:
    return np.array([scores.neg, scores.neu, scores.pos, scores.compound]).tobytes()


def in_python(code: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, **environment},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


#: Prints the bits of an engine's scores for 300 generated texts.
SCORE = """
import sys; sys.path.insert(0, "tests/helpers/texts")
import hashlib, adversarial, numpy as np, pyarrow as pa
from earful.sentiment import compiled
from earful.sentiment.vader import polarity as vader
s = vader.polarity(pa.array([*adversarial.texts(300, 7), None]), engine={engine!r})
bits = hashlib.sha256(np.nan_to_num(np.array([s.neg, s.neu, s.pos, s.compound]), nan=9.0).tobytes()).hexdigest()
print(bits, compiled.has_numba(), "earful.sentiment.vader.kernel.entry" in sys.modules)
"""


def test_both_engines_give_the_same_bits() -> None:
    pytest.importorskip("numba")
    column = pa.array([*TEXTS, *adversarial.texts(500, 3)])
    assert fields(polarity(column, engine="numba")) == fields(polarity(column, engine="package"))


#: The words that rules look for, with a valence of their own.
ACTING = {"least": -1.0, "never": 1.0, "so": 0.5, "without": -1.0, "kind": 1.0, "the": 1.0, "of": -1.0, "but": 1.2}


def acting() -> Lexicon:
    return Lexicon({**Lexicon.vader().words, **ACTING}, Lexicon.vader().emojis, "acting")


@pytest.mark.parametrize(
    "lexicon", [Lexicon.vader(), Profile.product().lexicon(), acting()], ids=["vader", "product", "acting"]
)
def test_the_light_one_gives_the_same_bits(lexicon: Lexicon) -> None:
    column = pa.array([*TEXTS, *adversarial.texts(1_500, 11)])
    assert fields(polarity(column, lexicon, engine="light")) == fields(polarity(column, lexicon, engine="package"))


@pytest.mark.slow
@pytest.mark.process
def test_without_numba_everything_works_and_nothing_changes() -> None:
    without = "import sys; sys.modules['numba'] = None\n"
    bits, numba, kernel = in_python(without + SCORE.format(engine="auto")).split()
    assert (numba, kernel) == ("False", "False")
    assert bits == in_python(SCORE.format(engine="package")).split()[0]
    said = in_python(
        without + "import pyarrow as pa\nfrom earful.sentiment.vader.polarity import polarity\n"
        "try:\n    polarity(pa.array(['x']), engine='numba')\nexcept ImportError as error:\n    print(error)"
    )
    assert said == "numba cannot be used here; pip install 'earful[fast]', or engine 'auto'"


@pytest.mark.process
def test_a_small_batch_goes_to_the_package_and_a_big_one_to_the_kernel() -> None:
    pytest.importorskip("numba")
    code = (
        "import sys, pyarrow as pa\nfrom earful.sentiment.vader.polarity import polarity\n"
        "polarity(pa.array(['not good'] * 300)); print('earful.sentiment.vader.kernel.entry' in sys.modules)\n"
        "polarity(pa.array(['not good'] * 300_000)); print('earful.sentiment.vader.kernel.entry' in sys.modules)\n"
    )
    assert in_python(code).split() == ["False", "True"]


def test_a_single_long_text_is_worth_the_kernel() -> None:
    assert vader._seconds([pa.array(["good " * 10_000])]) > vader.WORTH


@pytest.mark.slow
@pytest.mark.process
def test_where_nothing_can_be_kept_it_is_compiled_all_the_same(tmp_path: Path) -> None:
    pytest.importorskip("numba")
    nowhere = tmp_path / "file"
    nowhere.write_text("not a folder", "utf-8")
    bits, numba, kernel = in_python(SCORE.format(engine="numba"), NUMBA_CACHE_DIR=str(nowhere)).split()
    assert (numba, kernel) == ("True", "True")
    assert bits == in_python(SCORE.format(engine="package")).split()[0]


@pytest.mark.parametrize("engine", ["numba", "light", "package"])
def test_nulls_are_nan_and_empty_is_zero(engine: str) -> None:
    if engine == "numba":
        pytest.importorskip("numba")
    scores = polarity(pa.array(["", None, " \u2003"]), engine=engine)  # type: ignore[arg-type]
    for numbers in (scores.neg, scores.neu, scores.pos, scores.compound):
        assert numbers[0] == numbers[2] == 0.0
        assert np.isnan(numbers[1])


def test_threads_give_the_same_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("numba")
    column = pa.chunked_array([pa.array([*adversarial.texts(700, 5)]), pa.array(TEXTS)])
    one = polarity(column, engine="numba")
    monkeypatch.setattr(vader, "_BLOCK", 64)
    assert fields(polarity(column, engine="numba", threads=3)) == fields(one)
    assert fields(polarity(column, engine="numba")) == fields(one)


def test_a_column_without_text_is_refused() -> None:
    with pytest.raises(TypeError, match="VADER scores text, and this column is of int64"):
        polarity(pa.array([1]))


def test_a_lexicon_of_ones_own_counts() -> None:
    mine = Lexicon({**Lexicon.vader().words, "laggy": -2.0, "schön": 2.0}, Lexicon.vader().emojis, "mine")
    for engine in ("numba", "package") if compiled.has_numba() else ("package",):
        scores = polarity(pa.array(["It is LAGGY", "SCHÖN"]), mine, engine=engine)
        assert scores.compound[0] < -0.4
        assert scores.compound[1] > 0.4


def test_broken_utf8_gives_some_score_and_no_crash() -> None:
    pytest.importorskip("numba")
    rows = [
        b"good \xff\xfe bad",
        b"\xf0\x9f",
        b"\xe2\x80",
        b"\xc3",
        b"\x80" * 40,
        b"\xf8\x88\x80\x80\x80 good",
        b"k\xe2\x84",
    ]
    ends = np.cumsum([0, *map(len, rows)]).astype(np.int32)
    buffers = [None, pa.py_buffer(ends.tobytes()), pa.py_buffer(b"".join(rows))]
    scores = polarity(pa.Array.from_buffers(pa.string(), len(rows), buffers), engine="numba")
    assert np.all((scores.compound >= -1) & (scores.compound <= 1))
