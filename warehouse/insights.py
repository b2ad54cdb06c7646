"""What is computed at publish time, so that a question to the published file costs its reader nothing.

Statistics are in ``sql/insights``, one file a table, with their sources. ``fill`` runs inside publish's transaction,
when the tables of facts and the views are there.
"""

from __future__ import annotations

import duckdb

from warehouse.statements import run, run_text, text

#: The tables, each after those it reads.
TABLES = (
    "releases",
    "release_effect",
    "share_of_voice",
    "calibration",
    "nps_summary",
    "nps_topics",
    "weakness_radar",
)


def fill(con: duckdb.DuckDBPyConnection, home: str) -> None:
    """Compute every table of TABLES in the published database in use; ``home`` is the store's quoted name."""
    run(con, "insights/macros")
    for table in TABLES:
        run_text(con, text(f"insights/{table}").replace("store.main.", f"{home}.main."))
