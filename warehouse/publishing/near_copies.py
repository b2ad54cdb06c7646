"""Guards against few who speak as many: texts that are posted again and again, and authors who post a lot.

Computed in the store before each publish, for the days that changed since the last. The work is in
``sql/publishing/near_copies``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from earful.warehouse.publishing.letters import Ints, kinds, pays
from earful.warehouse.publishing.letters import texts as read_texts
from earful.warehouse.statements import count, run
from earful.warehouse.store.store import Store

#: Posts whose texts are compared at a time, unless a day has more: bounds the memory.
POSTS = 50_000
#: Days to compute that lie further apart are computed apart: what is between them is not read.
GAP = timedelta(days=30)

#: Bursts are listed for so many days to the last; as far back as words are kept by default.
DAYS = timedelta(days=90)

#: Words that are looked at of a text, and how many it needs, as in near_copies/plain.sql.
MOST_WORDS, LEAST_WORDS = 300, 8

_PAIRS = pa.schema([("a", pa.int64()), ("b", pa.int64())])
_GROUPS = pa.schema([("no", pa.int64()), ("cluster", pa.int64())])


def refresh(store: Store, engine: str = "auto") -> int:
    """Bring pairs of like posts and robust sums up to date; the number of (product, day) computed anew.

    ``engine``: "numba", "plain", or "auto". Both ways give the same pairs.
    """
    run(store.con, "publishing/near_copies/stale")
    days = count(store.con, "select count(*) from guard_days")
    if not days:
        return 0
    with store.transaction() as con:
        for first, last in spans(con, "guard_days"):
            span = {"first_day": first, "last_day": last}
            run(con, "publishing/near_copies/clean_up", span)
            if texts := count(con, "select count(*) from texts where day between $first_day and $last_day", span):
                if pays(texts, engine) and combines(con):
                    _pairs_compiled(con, span)
                else:
                    run(con, "publishing/near_copies/plain", span)
                run(con, "publishing/near_copies/pairs", span)
            _vote(con, span)
        con.execute("insert into spam_due select day, product from changed_days")
        run(con, "publishing/near_copies/seen")
    return days


def vote_again(con: duckdb.DuckDBPyConnection, days: str) -> None:
    """Robust sums of the days in the temporary table ``days`` (product, day, posts), whose spam is other posts now.

    Inside the caller's transaction, after ``refresh``.
    """
    con.execute(f"create or replace temp table guard_days as select product, day, posts from {days}")
    for first, last in spans(con, "guard_days"):
        _vote(con, {"first_day": first, "last_day": last})


def _vote(con: duckdb.DuckDBPyConnection, span: Mapping[str, object]) -> None:
    con.execute(
        "create or replace temp table linked as select p.* from post_pairs as p"
        " join guard_days as g on g.product = p.product and g.day = p.day"
        " where p.other_day = p.day and p.day between $first_day and $last_day",
        dict(span),
    )
    _clusters(con)
    run(con, "publishing/near_copies/votes", span)


def combines(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether DuckDB makes the hash of several values as the compiled way does: a later version may do otherwise."""
    from earful.warehouse.publishing.near_copies_compiled import combined  # noqa: PLC0415 - numba may be missing

    words = {"a": "a", "b": "a longer word, of letters: ßé", "c": ""}
    together, *each = con.execute("select hash($a, $b, $c), hash($a), hash($b), hash($c)", words).fetchall()[0]
    one, two, three = (np.uint64(value) for value in each)
    return bool(int(combined(combined(one, two), three)) == together)


def _pairs_compiled(con: duckdb.DuckDBPyConnection, span: Mapping[str, object]) -> None:
    """The tables guard_texts and guard_pairs in compiled passes."""
    from earful.warehouse.publishing import near_copies_compiled as compiled  # noqa: PLC0415 - numba may be missing
    from earful.warehouse.publishing import tokens_compiled as tokens  # noqa: PLC0415

    run(con, "publishing/near_copies/read", span)
    letters, known = kinds(con), tokens.dictionary()
    parts, numbers, lengths = [np.zeros(0, np.int32)], [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    said = (
        "select g.no, lower(concat_ws(' ', t.title, t.text))"
        " from guard_texts as g join texts as t on t.rowid = g.text_no"
        " where t.day between cast($first_day as date) - 2 and cast($last_day as date)"
    )
    for no, data, bounds in read_texts(con, said, dict(span)):
        hashes, firsts, ends, begins = tokens.plain_words(data, bounds, letters, MOST_WORDS)
        part, known = tokens.numbered(data, hashes, firsts, ends, known)
        parts.append(part)
        numbers.append(no)
        lengths.append(np.diff(begins))
    no, length = np.concatenate(numbers), np.concatenate(lengths)
    begins = np.concatenate((np.zeros(1, np.int64), np.cumsum(length)))
    said_by, shingles, starts = compiled.shingles_of(np.concatenate(parts), begins, _hashes(con, known))
    del parts
    facts = con.execute("select product_no, day from guard_texts order by no").fetchnumpy()
    enough = np.flatnonzero(length >= LEAST_WORDS)
    row = enough[np.argsort(no[enough])]
    product = np.asarray(facts["product_no"], np.int64)[no[row] - 1]
    day = np.asarray(facts["day"]).astype("datetime64[D]").astype(np.int64)[no[row] - 1]
    # The first of a product's day that says it stands for all that do.
    order = np.lexsort((no[row], said_by[row], day, product))
    new = np.zeros(len(order), np.bool_)
    new[:1] = True
    for each in (product, day, said_by[row]):
        new[1:] |= each[order][1:] != each[order][:-1]
    first = order[new][np.cumsum(new) - 1]
    copies = np.column_stack((no[row][first], no[row][order]))[~new]
    entry = np.sort(order[new])
    text, day, product, no = row[entry], day[entry], product[entry], no[row][entry]
    bands, entries = compiled.bands_of(shingles, starts, text, product)
    pairs = np.unique(compiled.candidates(bands, entries, np.argsort(bands, kind="stable"), day, no))
    pairs = pairs[compiled.alike(pairs, shingles, starts, text)]
    both = np.unique(np.concatenate((pairs, _same_words(said_by[text], product, day))))
    firsts, seconds = (both >> np.uint64(32)).astype(np.int64), (both & np.uint64(0xFFFFFFFF)).astype(np.int64)
    found = np.column_stack((no[firsts], no[seconds]))
    con.register("pairing", pa.table(list(np.concatenate((found, copies)).T.copy()), schema=_PAIRS))
    try:
        con.execute("create or replace temp table guard_pairs as select * from pairing")
    finally:
        con.unregister("pairing")


def _hashes(con: duckdb.DuckDBPyConnection, known: tuple[object, ...]) -> npt.NDArray[np.uint64]:
    """DuckDB's hash of each word of a dictionary."""
    _, _, starts, pool, size = known
    assert isinstance(starts, np.ndarray)
    assert isinstance(pool, np.ndarray)
    assert isinstance(size, int)
    spelt = pa.LargeStringArray.from_buffers(size, pa.py_buffer(starts[: size + 1]), pa.py_buffer(pool))
    con.register("spelling", pa.table([pa.array(np.arange(size)), spelt.cast(pa.string())], names=["word_no", "word"]))
    try:
        found = con.execute("select hash(word) as hash from spelling order by word_no").fetchnumpy()["hash"]
    finally:
        con.unregister("spelling")
    return np.asarray(found, np.uint64)


def _same_words(said: npt.NDArray[np.uint64], product: Ints, day: Ints) -> npt.NDArray[np.uint64]:
    """Few words may fill no band; the same words one or two days apart are alike all the same."""
    order = np.lexsort((day, said, product))
    found = []
    for ahead in (1, 2):
        a, b = order[:-ahead], order[ahead:]
        same = (said[a] == said[b]) & (product[a] == product[b]) & (day[b] - day[a] <= 2)
        found.append((a[same].astype(np.uint64) << np.uint64(32)) | b[same].astype(np.uint64))
    return np.concatenate(found)


def clusters(con: duckdb.DuckDBPyConnection, pairs: str) -> None:
    """Fill the temporary table ``clusters`` (product, day, channel, post_id, cluster) from the last DAYS of ``pairs``.

    ``cluster`` is a number that means nothing else. The last day is that of the table ``daily`` in use.
    """
    con.execute(
        f"create or replace temp table linked as from {pairs}"
        " where other_day > (select max(day) - cast($days as integer) from daily)",
        {"days": DAYS.days},
    )
    _clusters(con)


def _clusters(con: duckdb.DuckDBPyConnection) -> None:
    """The temporary table ``clusters`` from ``linked``, which has the columns of post_pairs."""
    run(con, "publishing/near_copies/ends")
    edges = con.execute("select no, other_no from linked_pairs where not leaf").fetchall()
    found = grouped(edges)
    con.register("group_of", pa.table([list(found), list(found.values())], schema=_GROUPS))
    try:
        run(con, "publishing/near_copies/clusters")
    finally:
        con.unregister("group_of")


def grouped(edges: Iterable[tuple[int, int]]) -> dict[int, int]:
    """The connected components of a graph: node -> the least node of its own, in whatever order the edges come."""
    parent: dict[int, int] = {}

    def root(item: int) -> int:
        while parent.setdefault(item, item) != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    for a, b in edges:
        x, y = root(a), root(b)
        if x != y:
            parent[max(x, y)] = min(x, y)
    return {item: root(item) for item in list(parent)}


def spans(con: duckdb.DuckDBPyConnection, days: str) -> list[tuple[date, date]]:
    """Spans (first day, last day) that hold the days of a table: of at most POSTS, and with no gap of more than GAP.

    ``days`` has the columns product, day, posts.
    """
    found: list[tuple[date, date]] = []
    held = 0
    for day, posts in con.execute(f"select day, sum(posts) from {days} group by day order by day").fetchall():
        if found and held + posts <= POSTS and day - found[-1][1] <= GAP:
            found[-1] = (found[-1][0], day)
            held += posts
        else:
            found.append((day, day))
            held = posts
    return found
