"""Posts deleted from every table that holds a part of them: found in the catalogue, so later ones are reached."""

from __future__ import annotations

import duckdb

from earful.warehouse.aggregates.pending import forget_terms
from earful.warehouse.statements import count, quoted, text

#: A tombstone for good: later than any version of a post can be.
FOR_GOOD = "9999-01-01"


def delete_posts_everywhere(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Remove what every table holds of the posts in the temporary table ``leaving`` (channel, product, post_id, ...).

    Inside the caller's transaction. Returns the rows deleted by table. Items set aside under a post's id go as well.
    """
    if not count(con, "select count(*) from leaving"):
        return {}
    forget_terms(con)
    gone: dict[str, int] = {}
    for table, by_product in con.execute(text("privacy/post_tables")).fetchall():
        # A post that another product keeps is still there: what is known of it for all products stays.
        more = (
            "t.product = l.product"
            if by_product
            else "not exists (select 1 from posts as p where p.channel = t.channel and p.post_id = t.post_id)"
        )
        gone[table] = _deleted(
            con,
            f"delete from {quoted(table)} as t using leaving as l"
            f" where t.channel = l.channel and t.post_id = l.post_id and {more}",
        )
    gone["set_aside"] = _deleted(
        con,
        "delete from set_aside as t using leaving as l"
        " where t.channel = l.channel and t.product = l.product and t.item = l.post_id",
    )
    return gone


def delete_product_everywhere(con: duckdb.DuckDBPyConnection, product: str) -> dict[str, int]:
    """Remove every row of a product in every table, aggregates and coverage included; returns the rows by table."""
    forget_terms(con)
    return {
        table: _deleted(con, f"delete from {quoted(table)} where product = $product", {"product": product})
        for (table,) in con.execute(text("privacy/product_tables")).fetchall()
    }


def _deleted(con: duckdb.DuckDBPyConnection, sql: str, params: dict[str, str] | None = None) -> int:
    rows = con.execute(sql, params).fetchall() if params else con.execute(sql).fetchall()
    return int(rows[0][0]) if rows else 0
