"""Posts that are nobody's opinion: waves of advertising, copies about something else, one author's bursts.

A post is flagged (``posts.spam``) with its reason, and the sums of flagged posts stand beside those of all
(``daily_spam``, ``daily_version_spam``, ``daily_topic_spam``). Flags are a function of what the store holds: of the
posts of the four days around a post's own and of what was written in the 30 days before, so the order in which posts
came makes no difference. The rules are in ``sql/publishing/spam/flags.sql``.
"""

from __future__ import annotations

import duckdb
import pyarrow as pa

from earful.warehouse.publishing.near_copies import spans, vote_again
from earful.warehouse.publishing.spam_traits import MAY_CALL, traits
from earful.warehouse.statements import count, run, text
from earful.warehouse.store.store import Store

#: Texts whose traits are looked for at a time.
BATCH = 5_000

_FOUND = pa.schema(
    [
        ("text_no", pa.int64()),
        ("calls", pa.int64()),
        ("brazen", pa.bool_()),
        ("numbers", pa.list_(pa.string())),
        ("said", pa.string()),
    ]
)
_TEMPORARY = (
    "spam_read", "spam_found", "spam_numbers", "spam_copies", "spam_authors", "spam_suspects", "spam_calling",
    "spam_asked", "spam_said", "spam_shared", "spam_others", "spam_others_said", "spam_others_days",
    "spam_others_words", "spam_campaign", "spam_verdicts", "spam_changed", "spam_facts", "spam_days", "spam_voted",
)  # fmt: skip


def refresh(store: Store) -> int:
    """Flag anew what may have changed, and bring the sums of flagged posts up to date; the number of (product, day).

    Reads pairs of like posts, so near_copies.refresh comes first. All or nothing.
    """
    if not count(store.con, "select count(*) from spam_due"):
        return 0
    with store.transaction() as con:
        run(con, "publishing/spam/days")
        days = count(con, "select count(*) from spam_days")
        con.execute("create or replace temp table spam_voted as select * from spam_days limit 0")
        for first, last in spans(con, "spam_days"):
            span = {"first_day": first, "last_day": last, "may_call": MAY_CALL}
            run(con, "publishing/spam/read", span)
            _look(con)
            run(con, "publishing/spam/suspects", span)
            # Most nights nobody is suspected, and nothing was flagged.
            if count(con, text("publishing/spam/concerned"), {"first_day": first, "last_day": last}):
                run(con, "publishing/spam/campaigns", span)
                run(con, "publishing/spam/flags", span)
                run(con, "publishing/spam/sums", span)
        vote_again(con, "spam_voted")
        con.execute("delete from spam_due")
        for name in _TEMPORARY:
            con.execute(f"drop table if exists temp.{name}")
    return days


def _look(con: duckdb.DuckDBPyConnection) -> None:
    """The temporary table spam_found: the traits of the texts of spam_read that may hold a number to call."""
    con.execute(
        "create or replace temp table spam_found"
        " (text_no bigint, calls bigint, brazen boolean, numbers varchar[], said varchar)"
    )
    looked = [number for (number,) in con.execute("select text_no from spam_read where looked order by 1").fetchall()]
    for start in range(0, len(looked), BATCH):
        rows = con.execute(
            'select rowid, title, "text" from texts where rowid in (select unnest($numbers)) order by rowid',
            {"numbers": looked[start : start + BATCH]},
        ).fetchall()
        found = [(number, traits(title, said)) for number, title, said in rows]
        columns = [
            [number for number, _ in found],
            [each.calls for _, each in found],
            [each.brazen for _, each in found],
            [each.numbers for _, each in found],
            [each.said for _, each in found],
        ]
        arrays = [pa.array(column, field.type) for column, field in zip(columns, _FOUND, strict=True)]
        con.register("looked", pa.table(arrays, schema=_FOUND))
        try:
            con.execute("insert into spam_found select * from looked")
        finally:
            con.unregister("looked")
