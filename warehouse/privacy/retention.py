"""Retention: words are kept for a while, numbers for good."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from earful.warehouse.aggregates.pending import forget_terms, mark
from earful.warehouse.days import utc_naive
from earful.warehouse.privacy.erase import Erased, note
from earful.warehouse.statements import count
from earful.warehouse.store.store import Store


def sources_with_text(store: Store) -> list[str]:
    """The sources, configured or not, of which words are kept."""
    return [source for (source,) in store.con.execute("select distinct source from texts order by 1").fetchall()]


def apply_retention(store: Store, days: Mapping[str, float], now: datetime) -> dict[str, int]:
    """Drop the title and text of every post whose words were stored longer ago than its source's ``days``.

    The clock starts when the words first landed (again when they are edited), not when the post was written: old posts
    that a backfill brings can be read for as long as new ones. Rating, score and all else stay, so days can be computed
    for ever. A source that ``days`` does not name keeps its words. Returns the number dropped for each source named.
    """
    dropped: dict[str, int] = {}
    with store.transaction() as con:
        for source, kept in days.items():
            old = {"source": source, "before": utc_naive(now - timedelta(days=kept))}
            where = "from texts where source = $source and seen_at < $before"
            dropped[source] = count(con, f"select count(*) {where}", old)
            if dropped[source]:
                mark(con, f"select day {where}", old)
                con.execute(f"delete {where}", old)
        if total := sum(dropped.values()):
            forget_terms(con)
            note(con, "text", "past retention", now, Erased(texts=total))
    return dropped
