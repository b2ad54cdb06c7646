"""``python -m benchmarks.identity``: the compiled scorer against vaderSentiment's own ``polarity_scores``, bit by bit.

Over the VADER paper's four sets and every string of the recordings (where they are), over generated texts
(tests/helpers/texts/adversarial.py), with the package's lexicon and with an odd one, and over odd Arrow columns. Run
it with each Python you use: from 3.12 on sum() rounds otherwise, and each version has its own Unicode. One process
does 10,000 generated texts a second, about.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from random import Random
from typing import Any

import adversarial
import numpy as np
import numpy.typing as npt
import pyarrow as pa
from adversarial_words import LEXICON
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from benchmarks.recorded import ground_truth, recorded
from earful.sentiment.lexicon import Lexicon
from earful.sentiment.vader.polarity import polarity

#: Generated texts a seed, and of these how many are scored with the odd lexicon as well.
BLOCK, ODD = 10_000, 1_000
FIELDS = ("neg", "neu", "pos", "compound")

#: Words and emoji that the package's own lists do not have, but a user's may.
# fmt: off
ODD_WORDS = {
    "but": 1.5, "least": -1.0, "very": 2.0, "not": -0.5, "kind": 2.2, "of": 0.3, "never": -0.7, "without": 0.1,
    "so": 0.4, "doubt": -1.5, "nil": 0.0, "minus-nil": -0.0, "huge": 400.5, "tiny": 1e-17, "x": 1.0, "n't": -2.0,
    "Capital": 3.0, "two words": 3.0, "": 2.0, "naïve": -1.1, "ärger": -2.2, "好": 3.1, "straße": 1.0, "ος": -1.0,
    "i\u0307d": 2.0, "kelvin": 1.2, "\u1e9e": 9.0, "a" * 16: 1.0, "b" * 40: -1.0, "é" * 30: -2.0, "\U0001f600x": 2.0,
    # The same first and last eight bytes.
    "12345678a12345678": 1.0, "12345678b12345678": -1.0, "12345678ab12345678": 2.5, "12345678": -0.3,
}
ODD_EMOJI = {
    "😂": "GOOD but not bad!", "👍": "", "👎": "   ", "❤": "love ", "💩": " the shit?", "é": "never", "好": "好 good",
    "🔥": "\u212aind of", "☕": "x" * 50, "🙃": "n't",
}
# fmt: on


def odd_lexicon() -> Lexicon:
    """The package's words with the odd ones, and the odd emoji."""
    return Lexicon({**LEXICON, **ODD_WORDS}, {**Lexicon.vader().emojis, **ODD_EMOJI}, "odd")


@cache
def oracle(odd: bool = False) -> SentimentIntensityAnalyzer:
    """The package's analyzer, as it comes or with the odd lexicon."""
    analyzer = SentimentIntensityAnalyzer()
    if odd:
        analyzer.lexicon, analyzer.emojis = dict(odd_lexicon().words), dict(odd_lexicon().emojis)
    return analyzer


def expected(texts: Iterable[str | None], *, odd: bool = False) -> npt.NDArray[np.float64]:
    """What the package gives: one column a text, rows in the order of FIELDS; NaN for None."""
    nothing = dict.fromkeys(FIELDS, np.nan)
    scores = [nothing if text is None else oracle(odd).polarity_scores(text) for text in texts]
    return np.array([[s[field] for s in scores] for field in FIELDS]).reshape(4, len(scores))


def found(column: pa.Array | pa.ChunkedArray, *, odd: bool = False, **more: Any) -> npt.NDArray[np.float64]:  # noqa: ANN401
    """What the kernel gives, likewise."""
    scores = polarity(column, odd_lexicon() if odd else None, engine="numba", **more)
    return np.array([getattr(scores, field) for field in FIELDS])


def differing(ours: npt.NDArray[np.float64], theirs: npt.NDArray[np.float64]) -> list[int]:
    """Texts of which any of the 256 bits differs (every NaN is one)."""
    assert ours.shape == theirs.shape
    bits = [np.where(np.isnan(a), np.nan, a).view(np.int64) for a in (ours, theirs)]
    return np.flatnonzero((bits[0] != bits[1]).any(axis=0)).tolist()


def laced(texts: Iterable[str], seed: int) -> list[str]:
    """The texts with odd words and emoji between their words."""
    rng = Random(seed)
    odd = [*ODD_WORDS, *ODD_EMOJI, "K\u0130D", "ΟΣ", "ΟΣ.", "STRASSE", "BUT", "Not"]

    def one(text: str) -> str:
        words = text.split(" ")
        for _ in range(rng.randint(1, 4)):
            word = rng.choice(odd)
            words.insert(rng.randint(0, len(words)), word.upper() if rng.random() < 0.2 else word)
        return " ".join(words)

    return [one(text) for text in texts]


def compare(texts: Sequence[str], *, odd: bool = False) -> list[int]:
    """Indexes of the texts that differ."""
    return differing(found(pa.array(texts, pa.large_string()), odd=odd), expected(texts, odd=odd))


def block(seed: int, n: int = BLOCK) -> tuple[int, int, list[str], list[str]]:
    """Compares one seed's texts: how many with the package's lexicon and with the odd one, and which differed."""
    texts = list(adversarial.texts(n, seed))
    some = laced(texts[: n * ODD // BLOCK], seed)
    return n, len(some), [texts[i] for i in compare(texts)], [some[i] for i in compare(some, odd=True)]


def columns(texts: Sequence[str]) -> dict[str, tuple[pa.Array | pa.ChunkedArray, list[str | None]]]:
    """Odd columns by name, each with what it holds."""
    some: list[str | None] = [None if i % 7 == 3 else text for i, text in enumerate(texts)]
    plain = pa.array(some, pa.string())
    large = pa.array(some, pa.large_string())
    pieces = [plain.slice(0, 5), plain.slice(5, 0), plain.slice(5, 1), plain.slice(6)]
    # To the last byte: nothing is readable behind the last text. And bytes under a null.
    body = "".join(texts).encode()
    ends = np.cumsum([0, *(len(text.encode()) for text in texts)]).astype(np.int32)
    tight = pa.Array.from_buffers(pa.string(), len(texts), [None, pa.py_buffer(ends.tobytes()), pa.py_buffer(body)])
    hidden = pa.Array.from_buffers(
        pa.string(),
        len(texts),
        [plain.buffers()[0], pa.py_buffer(ends.tobytes()), pa.py_buffer(body)],
    )
    indexes = pa.array([0, 1, None, 2, 1, 0, 3], pa.int8())
    words = pa.array([texts[0], None, "not good", "VERY bad!!"], pa.string())
    return {
        "string": (plain, some),
        "large_string": (large, some),
        "string_view": (plain.cast(pa.string_view()), some),
        "dictionary": (large.dictionary_encode(), some),
        "dictionary with a null word": (
            pa.DictionaryArray.from_arrays(indexes, words),
            [texts[0], None, None, "not good", None, texts[0], "VERY bad!!"],
        ),
        "sliced": (plain.slice(3, len(plain) - 9), some[3:-6]),
        "sliced twice": (large.slice(5).slice(8, 17), some[13:30]),
        "sliced string_view": (plain.cast(pa.string_view()).slice(3, 50), some[3:53]),
        "chunked": (pa.chunked_array(pieces), some),
        "chunked, of large_string": (pa.chunked_array([large.slice(9), large.slice(0, 9)]), some[9:] + some[:9]),
        "chunked, of dictionaries": (pa.chunked_array([large.slice(0, 9).dictionary_encode()] * 2), some[:9] * 2),
        "chunked, no chunk": (pa.chunked_array([], pa.string()), []),
        "to the last byte": (tight, list(texts)),
        "bytes under a null": (hidden, some),
        "no bytes at all": (pa.array(["", None, ""], pa.string()), ["", None, ""]),
        "empty": (pa.array([], pa.large_string()), []),
        "null": (pa.nulls(3), [None] * 3),
        "all null": (pa.nulls(3, pa.string()), [None] * 3),
    }


def check(n: int, processes: int = 1) -> dict[str, Any]:
    """Compares everything: counts by set, and the first generated texts that differ, escaped."""
    sets: dict[str, dict[str, int]] = {}
    for name, texts in {**ground_truth(), "all strings of the recordings": recorded()}.items():
        sets[name] = {"texts": len(texts), "mismatches": len(compare(texts))}
    seeds = range(-(-n // BLOCK))
    sizes = [min(BLOCK, n - BLOCK * seed) for seed in seeds]
    if processes == 1:
        blocks = list(map(block, seeds, sizes))
    else:
        with multiprocessing.get_context("spawn").Pool(processes) as pool:
            blocks = pool.starmap(block, zip(seeds, sizes, strict=True), chunksize=1)
    wrong = [text for _, _, one, other in blocks for text in (*one, *other)]
    sets["generated"] = {"texts": sum(b[0] for b in blocks), "mismatches": sum(len(b[2]) for b in blocks)}
    sets["generated, odd lexicon"] = {"texts": sum(b[1] for b in blocks), "mismatches": sum(len(b[3]) for b in blocks)}
    odd = columns(list(adversarial.texts(400, seed=len(seeds))))
    kinds = {name: len(differing(found(column), expected(held))) for name, (column, held) in odd.items()}
    return {
        "texts": sum(s["texts"] for s in sets.values()),
        "mismatches": sum(s["mismatches"] for s in sets.values()) + sum(kinds.values()),
        "python": sys.version.split()[0],
        "compensated_sum": sum([1.0, 1e100, 1.0, -1e100]) == 2.0,
        "versions": {name: version(name) for name in ("vaderSentiment", "numba", "numpy", "pyarrow")},
        "sets": sets,
        "columns": kinds,
        "first_that_differ": [ascii(text) for text in wrong[:5]],
    }


def main() -> int:
    """Compare and say; 1 where a bit differs."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.identity", description=__doc__.split("\n\n", 1)[0])
    parser.add_argument("--json", action="store_true", help="one object on standard output")
    parser.add_argument("--texts", type=int, default=100_000, help="generated texts (default 100,000)")
    parser.add_argument("--processes", type=int, default=1, help="processes (default 1)")
    arguments = parser.parse_args()
    if find_spec("numba") is None:
        print("numba is not installed, so the package itself scores: nothing to compare", file=sys.stderr)
        return 2
    said = check(arguments.texts, arguments.processes)
    if arguments.json:
        print(json.dumps(said))
    else:
        for name, counts in said["sets"].items():
            print(f"{counts['texts']:>10,} {name}: {counts['mismatches']} differ")
        print(f"{len(said['columns']):>10,} odd columns: {sum(said['columns'].values())} texts differ")
        print("\n".join(said["first_that_differ"]) or f"every bit is the same (Python {said['python']})")
    return int(said["mismatches"] > 0)


if __name__ == "__main__":
    sys.exit(main())
