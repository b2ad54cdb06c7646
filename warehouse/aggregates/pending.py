"""Which days the published file has yet to be brought up to date on. Inside the caller's transaction, all of it.

Whoever changes posts, texts or aggregates marks their days in the same transaction; ``recompute`` does for the touched
days. A change that days cannot tell (every author's pseudonym, say) calls ``invalidate_base``.
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb


def mark(con: duckdb.DuckDBPyConnection, query: str, params: Mapping[str, object] | None = None) -> None:
    """The days (column ``day``) that a query gives are to be published anew."""
    statement = f"insert into unpublished select distinct day from ({query})"
    if params:
        con.execute(statement, dict(params))
    else:
        con.execute(statement)


def invalidate_base(con: duckdb.DuckDBPyConnection) -> None:
    """Everything is to be published anew."""
    con.execute("delete from meta where key in ('base', 'base_next', 'base_crc')")


def forget_terms(con: duckdb.DuckDBPyConnection) -> None:
    """Words or posts leave: no term that came of them stays in the store. The next publish finds what is left."""
    con.execute("delete from window_terms")
