"""What is computed at publish time, so that a question to the published file costs its reader nothing.

Statistics are in ``sql/publishing/insights``, one file a table, with their sources; a file ends with
its comments. ``fill`` runs when the tables of facts and the views are there.
"""

from __future__ import annotations

import duckdb

from earful.warehouse.publishing.base import transaction
from earful.warehouse.publishing.near_copies import clusters
from earful.warehouse.publishing.words import find_terms
from earful.warehouse.statements import run, run_text, text

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
    "spam_episodes",
)


def fill(con: duckdb.DuckDBPyConnection, home: str) -> None:
    """Compute every table of TABLES in the published database in use; ``home`` is the store's quoted name."""
    run(con, "publishing/insights/macros")
    comments = []
    for table in TABLES:
        if table == "emerging_words":
            _words(con, home)
        elif table == "bursts":
            clusters(con, f"{home}.main.post_pairs")
        script = text(f"publishing/insights/{table}").replace("store.main.", f"{home}.main.")
        statements, begins, rest = script.partition("\ncomment on ")
        run_text(con, statements)
        comments.append(begins + rest)
    with transaction(con):  # hundreds of small changes of the catalogue: each is written once
        run_text(con, "".join(comments))


def _words(con: duckdb.DuckDBPyConnection, home: str) -> None:
    """What emerging_words is made of."""
    find_terms(con, home)
