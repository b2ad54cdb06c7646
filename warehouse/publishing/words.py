"""The words of ``emerging_words``: which windows' terms are known, and those of the others.

A window's terms are a function of its posts. They are kept in the store (``window_terms``) under a digest of all that
they were made of, so that a window none of whose posts changed is not read again, whatever else did. The table is
emptied where posts or words leave (aggregates/pending.py).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import cache
from hashlib import sha256
from itertools import pairwise

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from earful.warehouse.publishing.letters import Ints, kinds, pays, texts
from earful.warehouse.statements import count, run, run_text, text

#: Posts that are read for words: for each window, and for each time before one, so many at most, and fewer where there
#: are many windows, so that all of them together read MOST_IN_ALL. Bounds the work of a publish.
MOST_POSTS, LEAST_POSTS, MOST_IN_ALL = 20_000, 1_000, 80_000
#: Terms listed for each window and direction.
MOST_TERMS = 25

Numbers = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]

_TERMS = pa.schema([("window_no", pa.int32()), ("term", pa.string()), ("rank", pa.int32())])
_WORDS = pa.schema([("word_no", pa.int64()), ("word", pa.string())])
_COUNTED = pa.schema(
    [(name, pa.int64()) for name in (
        "window_no", "word_no", "next_no", "a", "b", "high_now", "low_now", "high_before", "low_before",
    )]
)  # fmt: skip
_MADE_OF = ("windows", "stop_words", "keys", "drawn", "plain", "kinds", "plain_count", "score")
#: Gone when the terms are kept; what emerging_words reads goes with it.
_TEMPORARY = ("people", "drawn", "sides", "posts", "list", "kinds", "counted", "scores", "ranks")
#: What the log-likelihood ratio of a listed term is at least, less what a sum in another order may make of it.
_NEARLY = 15.12


def find_terms(con: duckdb.DuckDBPyConnection, home: str, engine: str = "auto") -> int:
    """Bring the store's ``window_terms`` up to date; the number of windows that were read.

    Leaves the temporary tables word_windows and word_keys. ``engine``: "compiled", "plain", or "auto".
    """
    run(con, "publishing/words/windows")
    windows = count(con, "select count(*) from word_windows")
    most = min(MOST_POSTS, max(LEAST_POSTS, MOST_IN_ALL // (2 * max(windows, 1))))
    run(con, "publishing/words/keys", {"most": most, "made_by": _made_by()})
    _run(con, home, "new")
    read = count(con, f"select count(*) from word_keys where key not in (select key from {home}.main.window_terms)")
    if not read:
        return 0
    run(con, "publishing/words/stop_words")
    run(con, "publishing/words/drawn", {"most": most})
    posts = count(con, "select count(*) from word_drawn")
    if pays(posts, {"compiled": "numba"}.get(engine, engine)):
        _count_compiled(con)
    else:
        run(con, "publishing/words/plain")
        run(con, "publishing/words/kinds")
        run(con, "publishing/words/plain_count")
    run(con, "publishing/words/score")
    _rank(con)
    _run(con, home, "keep")
    con.execute("drop view if exists temp.word_texts")
    for name in _TEMPORARY:
        con.execute(f"drop table if exists temp.word_{name}")
    return read


def _run(con: duckdb.DuckDBPyConnection, home: str, name: str) -> None:
    run_text(con, text(f"publishing/words/{name}").replace("store.main.", f"{home}.main."))


@cache
def _made_by() -> str:
    """A digest of the code that makes terms of posts; DuckDB's hashes may be others in another version of it."""
    said = "\n".join([duckdb.__version__, str(MOST_TERMS), *(text(f"publishing/words/{name}") for name in _MADE_OF)])
    return sha256(said.encode()).hexdigest()


def _count_compiled(con: duckdb.DuckDBPyConnection) -> None:
    """The tables word_kinds and word_counted in compiled passes."""
    from earful.warehouse.publishing import tokens_compiled as tokens  # noqa: PLC0415 - numba may be missing
    from earful.warehouse.publishing import words_compiled as compiled  # noqa: PLC0415

    letters, known = kinds(con), tokens.dictionary()
    parts: list[Numbers] = [np.zeros(0, np.int32)]
    numbers, lengths = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for post_no, data, bounds in texts(con, "select post_no, said from word_texts"):
        found, firsts, ends, begins = tokens.spoken_words(data, bounds, letters)
        part, known = tokens.numbered(data, found, firsts, ends, known)
        parts.append(part)
        numbers.append(post_no)
        lengths.append(np.diff(begins))
    words, post_no, begins = np.concatenate(parts), np.concatenate(numbers), _sums(np.concatenate(lengths))
    del parts
    listed = _listed(words, known)
    alone, in_two, says = _kinds(con, listed, known[4])
    pairs, pair_words = compiled.pairs_of(words, says, in_two, begins)
    rows = con.execute(
        "select d.window_no, d.is_now, d.author_no, d.score, d.post_no, s.authors, s.authors_before"
        " from word_drawn as d join word_sides as s on s.window_no = d.window_no"
        " order by d.window_no, d.author_no, d.is_now"
    ).fetchnumpy()
    order = np.argsort(post_no)
    text_no = order[np.searchsorted(post_no, rows["post_no"], sorter=order)]
    size = len(alone) + len(pair_words)
    room = tuple(np.zeros(2 * size, np.int64) for _ in range(3)) + tuple(np.zeros(size, np.int64) for _ in range(2))
    edges = np.flatnonzero(np.diff(rows["window_no"], prepend=-1, append=-1))
    counted = []
    for first, last in pairwise(edges.tolist()):
        sides = tuple(int(np.asarray(rows[name])[first]) for name in ("authors", "authors_before"))
        columns = (np.asarray(rows[name][first:last]) for name in ("is_now", "author_no", "score"))
        found = compiled.count_window(
            (*columns, text_no[first:last]), (words, pairs, begins, alone), sides, _NEARLY, room
        )
        counted.append(np.column_stack((np.full(len(found), rows["window_no"][first]), found)))
    _write(con, np.concatenate([np.zeros((0, 8), np.int64), *counted]), len(alone), pair_words, compiled.PART)


def _sums(lengths: Ints) -> Ints:
    return np.concatenate((np.zeros(1, np.int64), np.cumsum(lengths)))


def _listed(words: Numbers, known: tuple[object, ...]) -> pa.Table:
    """Words that are there three times or more, with their numbers."""
    _, _, starts, pool, size = known
    assert isinstance(starts, np.ndarray)
    assert isinstance(pool, np.ndarray)
    assert isinstance(size, int)
    often = np.flatnonzero(np.bincount(words[words >= 0], minlength=size) >= 3)
    spelt = pa.LargeStringArray.from_buffers(size, pa.py_buffer(starts[: size + 1]), pa.py_buffer(pool))
    return pa.table([pa.array(often), spelt.take(pa.array(often)).cast(pa.string())], schema=_WORDS)


def _kinds(con: duckdb.DuckDBPyConnection, listed: pa.Table, size: int) -> list[Flags]:
    """By word: whether it may stand alone, whether in a phrase, whether it says something. Makes word_kinds."""
    con.register("word_list", listed)
    try:
        run(con, "publishing/words/kinds")
    finally:
        con.unregister("word_list")
    found = con.execute("select word_no, alone, in_two, says_something from word_kinds").fetchnumpy()
    flags = [np.zeros(size, np.bool_) for _ in range(3)]
    for flag, name in zip(flags, ("alone", "in_two", "says_something"), strict=True):
        flag[found["word_no"]] = found[name]
    return flags


def _write(con: duckdb.DuckDBPyConnection, rows: Ints, words: int, pairs: npt.NDArray[np.uint64], part: int) -> None:
    """The table word_counted."""
    term = rows[:, 1]
    pair = pairs[np.maximum(term - words, 0)] if len(pairs) else np.zeros(len(term), np.uint64)
    of_two = term >= words
    first = np.where(of_two, (pair >> np.uint64(32)).astype(np.int64), term)
    second = pa.array((pair & np.uint64(0xFFFFFFFF)).astype(np.int64), mask=~of_two)
    columns = [rows[:, 0], first, second, *(rows[:, k] for k in range(2, 8))]
    con.register("counting", pa.table([pa.array(c) for c in columns], schema=_COUNTED))
    try:
        run(con, "publishing/words/compiled_count", {"part": part})
    finally:
        con.unregister("counting")


def _rank(con: duckdb.DuckDBPyConnection) -> None:
    """The temporary table word_ranks."""
    scored = con.execute(
        "select window_no, term, g2 > 0 from word_scores order by window_no, abs(g2) desc, length(term) desc, term"
    ).fetchall()
    stop = {word for (word,) in con.execute("select word from stop_words").fetchall()}
    con.register("ranking", pa.Table.from_pylist(list(_distinct(scored, stop)), schema=_TERMS))
    try:
        con.execute("create or replace temp table word_ranks as select * from ranking")
    finally:
        con.unregister("ranking")


def _distinct(terms: Iterable[tuple[int, str, bool]], stop: Collection[str]) -> Iterator[dict[str, object]]:
    """Ranks without repetition: "login loop" and "loop" are one finding, and the stronger of the two stands for it.

    ``terms`` are (window, term, more often now), the strongest first; ranks count from 1 in each window and direction.
    """
    said: dict[tuple[int, bool], set[str]] = {}
    ranks: dict[tuple[int, bool], int] = {}
    for window, term, more in terms:
        key, words = (window, more), set(term.split()).difference(stop)
        known = said.setdefault(key, set())
        if words & known or ranks.get(key, 0) >= MOST_TERMS:
            continue
        known |= words
        ranks[key] = ranks.get(key, 0) + 1
        yield {"window_no": window, "term": term, "rank": ranks[key]}
