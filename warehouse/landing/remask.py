"""Words that are kept, masked by the present rules: those that landed before there were any, or under other ones."""

from __future__ import annotations

from collections.abc import Callable, Container
from datetime import datetime

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from earful.warehouse.aggregates.pending import forget_terms, mark
from earful.warehouse.privacy.erase import Erased, note
from earful.warehouse.statements import run, text
from earful.warehouse.store.store import Store

#: Posts looked at a time: bounds the memory, whatever the size of the store.
BATCH = 50_000
#: A table with the columns product, title and text to the same with its words masked; masked words stay as they are.
Masking = Callable[[pa.Table], pa.Table]


def mask_kept(store: Store, masking: Masking, scored: Container[str], now: datetime) -> int:
    """Mask all kept words, a transaction a channel and product; in how many posts something was masked.

    Posts of the products in ``scored`` bear no version of a scorer from then on, so that a rescoring finds them; the
    score of others stays. Until ``rewrite`` the store's file holds in free blocks what was there before: a row of
    ``erasures`` is unfinished until then.
    """
    keys = store.con.execute("select distinct channel, product from texts order by all").fetchall()
    total = 0
    for channel, product in keys:
        with store.transaction() as con:
            done = _mask(con, {"channel": channel, "product": product}, masking, again=product in scored)
            if done:
                forget_terms(con)
                note(con, "masked", "personal data in words", now, Erased(0, done, 0, 0))
        total += done
    return total


def _mask(con: duckdb.DuckDBPyConnection, key: dict[str, object], masking: Masking, *, again: bool) -> int:
    changed: list[pa.Table] = []
    for batch in con.sql(text("landing/rescore/words"), params=key).to_arrow_reader(BATCH):
        words = pa.Table.from_batches([batch])
        masked = masking(words)
        same = [pc.equal(words[name], masked[name]) for name in ("title", "text")]
        changed.append(masked.filter(pc.invert(pc.and_(*same))).select(["stored", "title", "text"]))
    table = pa.concat_tables(changed) if changed else None
    if table is None or not len(table):
        return 0
    con.register("masked_words", table)
    try:
        mark(con, "select t.day from texts as t join masked_words as m on m.stored = t.rowid")
        run(con, "landing/rescore/mask", {**key, "again": again})
    finally:
        con.unregister("masked_words")
    return len(table)
