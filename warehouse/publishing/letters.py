"""What the compiled passes over words share: which characters are letters, texts batch by batch, and when it pays."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import cache

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from earful.sentiment.compiled import compile_it

_KERNEL = "earful.warehouse.publishing.tokens_compiled"
#: Posts a second that DuckDB's expressions read and compare (measured on one core), and the seconds of it that are
#: worth the compiled way: more where numba has yet to be imported.
_RATE, _WORTH, _WORTH_IMPORT = 15e3, 0.1, 0.8
#: Texts at a time.
BATCH = 2048

_NONE = np.frombuffer(b" ", np.uint8)

Ints = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]


def pays(posts: int, engine: str = "auto") -> bool:
    """Whether so many posts go to the compiled way. Same answers, see tests/warehouse/publishing/test_words_kept.py."""
    worth = _WORTH if "numba" in sys.modules else _WORTH_IMPORT
    return compile_it(engine, lambda: posts / _RATE, worth, _KERNEL)


@cache
def _table() -> dict[str, Bytes]:
    return {}


def kinds(con: duckdb.DuckDBPyConnection) -> Bytes:
    """Of each code point below 0x40000: 1 for a letter, 2 for a number, as DuckDB's regular expressions have it.

    There are no letters beyond.
    """
    if "kinds" not in (known := _table()):
        table = np.zeros(0x40000, np.uint8)
        found = con.execute(
            r"select code, regexp_full_match(chr(code), '\pL') as letter"
            r" from (select cast(unnest(range(1, 262144)) as integer) as code)"
            r" where code not between 55296 and 57343 and regexp_full_match(chr(code), '[\pL\pN]')"
        ).fetchnumpy()
        table[found["code"]] = np.where(found["letter"], 1, 2)
        known["kinds"] = table
    return known["kinds"]


def texts(
    con: duckdb.DuckDBPyConnection, query: str, params: dict[str, object] | None = None
) -> Iterator[tuple[Ints, Bytes, Ints]]:
    """Of a query's two columns, a number and a text, batch by batch: numbers, bytes of the texts, bounds of each."""
    for batch in con.sql(query, params=params).to_arrow_reader(BATCH):
        column = batch.column(1)
        column = column.cast(pa.large_string()) if column.type != pa.large_string() else column
        _, offsets, buffer = column.buffers()
        bounds = np.frombuffer(offsets, np.int64)[column.offset : column.offset + len(column) + 1]
        data = np.frombuffer(buffer, np.uint8)[bounds[0] : bounds[-1]] if buffer else _NONE[:0]
        yield np.asarray(batch.column(0).to_numpy(zero_copy_only=False), np.int64), data, bounds - bounds[0]
