"""What a landing brought, day by day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb

from earful.warehouse.statements import text


@dataclass(frozen=True, slots=True)
class CameOn:
    """A landing's posts of one day (reporting time zone), and of them the new and the changed."""

    day: date
    posts: int
    new: int
    changed: int


def came_by_day(con: duckdb.DuckDBPyConnection) -> tuple[CameOn, ...]:
    """Of the landing whose temporary tables are there, in the order of days."""
    return tuple(CameOn(*row) for row in con.execute(text("landing/days/came")).fetchall())
