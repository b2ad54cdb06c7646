"""What is computed at publish time, so that a question to the published file costs its reader nothing.

Statistics are in ``sql/publishing/insights``, one file a table, with their sources. ``fill`` runs inside publish's
transaction, when the tables of facts and the views are there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

import duckdb
import pyarrow as pa

from earful.warehouse.publishing.near_copies import clusters
from earful.warehouse.statements import count, run, run_text, text

#: The tables, each after those it reads.
TABLES = (
    "daily_sentiment",
    "trend",
    "releases",
    "release_effect",
    "this_week",
    "share_of_voice",
    "calibration",
    "nps_summary",
    "nps_topics",
    "weakness_radar",
    "emerging_words",
    "robust_daily",
    "bursts",
)

#: Posts that are read for words: for each window, and for each time before one, so many at most, and fewer where there
#: are many windows, so that all of them together read MOST_IN_ALL. Bounds the work of a publish.
MOST_POSTS, LEAST_POSTS, MOST_IN_ALL = 20_000, 1_000, 80_000
#: Terms listed for each window and direction.
MOST_TERMS = 25

_TERMS = pa.schema([("window_no", pa.int32()), ("term", pa.string()), ("rank", pa.int32())])


def fill(con: duckdb.DuckDBPyConnection, home: str) -> None:
    """Compute every table of TABLES in the published database in use; ``home`` is the store's quoted name."""
    run(con, "publishing/insights/macros")
    for table in TABLES:
        if table == "emerging_words":
            _words(con)
        elif table == "bursts":
            clusters(con, f"{home}.main.post_pairs")
        run_text(con, text(f"publishing/insights/{table}").replace("store.main.", f"{home}.main."))


def _words(con: duckdb.DuckDBPyConnection) -> None:
    """The temporary tables that emerging_words is made of."""
    run(con, "publishing/words/stop_words")
    run(con, "publishing/words/windows")
    windows = count(con, "select count(*) from word_windows")
    most = min(MOST_POSTS, max(LEAST_POSTS, MOST_IN_ALL // (2 * max(windows, 1))))
    run(con, "publishing/words/score", {"most": most})
    scored = con.execute(
        "select window_no, term, g2 > 0 from word_scores order by window_no, abs(g2) desc, length(term) desc, term"
    ).fetchall()
    stop = {word for (word,) in con.execute("select word from stop_words").fetchall()}
    ranked = pa.Table.from_pylist(list(_distinct(scored, stop)), schema=_TERMS)
    con.register("ranking", ranked)
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
