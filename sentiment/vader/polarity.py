"""VADER's four numbers for a whole Arrow column, bit for bit what ``polarity_scores`` gives for each text.

Three engines, same answers: the package itself; its rules without what it does twice (sentiment/vader/light.py);
and a compiled kernel (sentiment/vader/kernel/entry.py, needs numba) that is over a hundred times faster than the
package and linear in the length of a text, where the package is quadratic.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.types as pt
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from earful.sentiment.compiled import compile_it
from earful.sentiment.lexicon import Lexicon
from earful.sentiment.vader.light import LightAnalyzer

#: Seconds of the package's time that are worth the kernel's loading (0.5 s; 5 to 15 s to compile, once a machine).
WORTH = 1.0

_KERNEL = "earful.sentiment.vader.kernel.entry"
_FIELDS = ("neg", "neu", "pos", "compound")
# Rows a call of the kernel: few enough that interrupting is quick and offsets are small, many enough for two threads.
_BLOCK = 1 << 16

_Floats = npt.NDArray[np.float64]
_Offsets = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Scores:
    """One entry a text, in order; NaN where the text is null.

    neg, neu, pos: shares of the text, three decimals. compound: [-1, 1], four decimals.
    """

    neg: _Floats
    neu: _Floats
    pos: _Floats
    compound: _Floats


def polarity(
    texts: pa.Array | pa.ChunkedArray,
    lexicon: Lexicon | None = None,
    *,
    engine: Literal["auto", "numba", "light", "package"] = "auto",
    threads: int = 1,
) -> Scores:
    """Scores of a column of texts by VADER with a lexicon (default: the package's own).

    texts: string, large_string, string_view, dictionary of one of them, or null; sliced and chunked as they come.
    engine: "auto" takes the light one where the package is done within a second or numba is missing, else the kernel;
        once the kernel is loaded, always the kernel.
    threads: of the kernel, from two blocks of 65,536 rows on.

    Raises TypeError for a column that holds no text, ImportError where engine is "numba" and numba cannot be used.
    """
    lexicon = lexicon or Lexicon.vader()
    chunks = [_decoded(chunk) for chunk in (texts.chunks if isinstance(texts, pa.ChunkedArray) else [texts])]
    out = np.empty((4, len(texts)))
    if compile_it(engine, partial(_seconds, chunks), WORTH, _KERNEL):
        _by_kernel(chunks, lexicon, out, threads)
    else:
        _by_package(chunks, lexicon, out, light=engine != "package")
    return Scores(*out)


def _decoded(chunk: pa.Array) -> pa.Array:
    """A chunk as string or large_string, without a copy where it is one."""
    kind = chunk.type.value_type if pt.is_dictionary(chunk.type) else chunk.type
    if pt.is_null(kind):
        return chunk.cast(pa.string())
    if pt.is_string_view(kind):
        return chunk.cast(pa.large_string())
    if not (pt.is_string(kind) or pt.is_large_string(kind)):
        raise TypeError(f"VADER scores text, and this column is of {chunk.type}; cast it to string")
    return chunk.dictionary_decode() if pt.is_dictionary(chunk.type) else chunk


def _seconds(chunks: list[pa.Array]) -> float:
    """What the package would take for these texts."""
    seconds = 0.0
    for chunk in chunks:
        for _, offsets in _blocks(chunk):
            # About 5.5 bytes a word; measured from 5 to 400 words on the machine that the issue was written on.
            words = np.diff(offsets) / 5.5
            seconds += float(np.sum(3e-6 * words + 3e-8 * words**2))
    return seconds


def _blocks(chunk: pa.Array) -> Iterator[tuple[int, _Offsets]]:
    """First row and offsets into the text's bytes, of so many rows at a time."""
    kind = np.int64 if pt.is_large_string(chunk.type) else np.int32
    buffer = chunk.buffers()[1]
    if buffer is None or len(chunk) == 0:
        return
    offsets = np.frombuffer(buffer, kind)[chunk.offset : chunk.offset + len(chunk) + 1]
    for first in range(0, len(chunk), _BLOCK):
        yield first, offsets[first : first + _BLOCK + 1].astype(np.int64)


def _by_kernel(chunks: list[pa.Array], lexicon: Lexicon, out: _Floats, threads: int) -> None:
    from earful.sentiment.vader.kernel.entry import score_rows  # noqa: PLC0415 - numba is optional, and takes 0.5 s
    from earful.sentiment.vader.kernel.table import table  # noqa: PLC0415 - needed with the kernel only

    tables = table(lexicon)

    def score(block: tuple[int, _Offsets, npt.NDArray[np.uint8]]) -> None:
        first, offsets, text = block
        score_rows(text, offsets, tables, out, first)

    blocks = []
    begin = 0
    for chunk in chunks:
        data = chunk.buffers()[2]
        text = np.frombuffer(data, np.uint8) if data is not None and data.size else np.zeros(1, np.uint8)
        blocks += [(begin + first, offsets, text) for first, offsets in _blocks(chunk)]
        begin += len(chunk)
    if threads > 1 and len(blocks) > 1:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(score, blocks))
    else:
        for block in blocks:
            score(block)
    _blank_nulls(chunks, out)


def _by_package(chunks: list[pa.Array], lexicon: Lexicon, out: _Floats, *, light: bool) -> None:
    analyzer = _analyzer(lexicon, LightAnalyzer if light else SentimentIntensityAnalyzer)
    known: dict[str, tuple[float, ...]] = {}  # sentences and short reviews come again

    def score(text: str) -> tuple[float, ...]:
        found = known.get(text)
        if found is None:
            scores = analyzer.polarity_scores(text)
            found = known[text] = tuple(scores[field] for field in _FIELDS)
        return found

    begin = 0
    for chunk in chunks:
        rows = [score(text or "") for text in chunk.to_pylist()]
        out[:, begin : begin + len(chunk)] = np.array(rows, np.float64).reshape(-1, len(_FIELDS)).T
        begin += len(chunk)
    _blank_nulls(chunks, out)


def _blank_nulls(chunks: list[pa.Array], out: _Floats) -> None:
    begin = 0
    for chunk in chunks:
        if chunk.null_count:
            out[:, begin : begin + len(chunk)][:, np.asarray(chunk.is_null())] = np.nan
        begin += len(chunk)


@lru_cache(maxsize=16)
def _analyzer(lexicon: Lexicon, kind: type[SentimentIntensityAnalyzer]) -> SentimentIntensityAnalyzer:
    analyzer = kind()
    analyzer.lexicon = dict(lexicon.words)
    analyzer.emojis = dict(lexicon.emojis)
    return analyzer
