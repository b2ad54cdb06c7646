"""Read the published file from Python: ``with warehouse.read("earful.duckdb") as earful: earful.trend("acme")``.

Every answer is a pandas frame. ``day`` is datetime64[s]: a calendar day in the file's reporting time zone
(``time_zone``), at midnight, without a zone. Moments are datetime64[us, UTC]. All other columns are Arrow-backed, so
that a missing number is missing and a count stays whole. Every column, with its unit: docs/frames.md. Nothing is
written, and no query can reach another file or the network.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb
import pandas as pd
import pyarrow as pa

from earful.warehouse.errors import WarehouseError
from earful.warehouse.reading.query import connect, mistake
from earful.warehouse.statements import text


class Reading:
    """An open published file; a context manager. Made by ``read``.

    Every method takes the same filters: ``product``, a slug or several (None: all), and the days ``first`` to ``last``,
    both included (None: no bound). A frame of what is not there has the columns and no rows. Each raises WarehouseError
    in one line. One file for as long as it is open: a night that is published meanwhile is seen by the next ``read``.
    """

    def __init__(self, path: Path | str) -> None:
        self._path = Path(path)
        self._con = connect(self._path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._con.close()

    @property
    def meta(self) -> dict[str, str]:
        """published_at (UTC), earful_version, schema_version, time_zone (of every day), scorer_version."""
        return {str(key): str(value) for key, value in self._rows("select key, value from meta")}

    @property
    def time_zone(self) -> str:
        """The reporting time zone that every day is in."""
        return self.meta["time_zone"]

    def daily(
        self, product: str | Iterable[str] | None = None, first: date | None = None, last: date | None = None
    ) -> pd.DataFrame:
        """One row per day x product x channel x market with posts: counts and sums that can be summed further.

        Means are compounds in [-1, 1]. ``authors`` is exact at this grain only and must not be summed. The columns
        are those of the table ``daily`` (docs/frames.md).
        """
        return self._frame("daily", product, first, last)

    def trend(
        self, product: str | Iterable[str] | None = None, first: date | None = None, last: date | None = None
    ) -> pd.DataFrame:
        """One row per calendar day x product, days without posts included, with its mean and those of 7 and 28 days.

        Means are compounds in [-1, 1]; only days that are ``complete`` enter the pooled ones.
        """
        return self._frame("trend", product, first, last)

    def verdicts(
        self, product: str | Iterable[str] | None = None, first: date | None = None, last: date | None = None
    ) -> pd.DataFrame:
        """One row per day x slice x metric: better, worse, no real change, not enough posts, with interval and n.

        ``slice_kind`` says which slice of the product it is; ``change`` is in the metric's unit.

        Raises WarehouseError for a file that an earful without verdicts published.
        """
        return self._frame("verdicts", product, first, last)

    def posts(
        self, product: str | Iterable[str] | None = None, first: date | None = None, last: date | None = None
    ) -> pd.DataFrame:
        """One row per post x product with its score; title and text while they are retained, else missing.

        ``author`` is a pseudonym. Unscored posts have no compound: missing is not neutral.
        """
        return self._frame("posts", product, first, last)

    def _frame(
        self, name: str, product: str | Iterable[str] | None, first: date | None, last: date | None
    ) -> pd.DataFrame:
        there = {row[0] for row in self._rows("select table_name from duckdb_tables() where not internal")}
        there |= {row[0] for row in self._rows("select view_name from duckdb_views() where not internal")}
        if name not in there:
            raise WarehouseError(f"{self._path} has no {name}: publish it again with this earful (`earful run`)")
        products = [product] if isinstance(product, str) else None if product is None else list(product)
        try:
            table = self._con.sql(
                text(f"reading/{name}"), params={"products": products, "first": first, "last": last}
            ).to_arrow_table()
        except (duckdb.Error, ValueError) as error:
            raise WarehouseError(f"{self._path}: {mistake(error)}") from error
        return _as_frame(table)

    def _rows(self, sql: str) -> list[tuple[object, ...]]:
        try:
            return self._con.execute(sql).fetchall()
        except duckdb.Error as error:
            raise WarehouseError(f"{self._path}: {mistake(error)}") from error


def read(path: Path | str) -> Reading:
    """Open a published file for reading. Raises WarehouseError in one line: no such file, or no DuckDB file."""
    return Reading(path)


def _as_frame(table: Any) -> pd.DataFrame:  # noqa: ANN401 - pyarrow has no types
    for at, field in enumerate(table.schema):
        if pa.types.is_date(field.type):
            table = table.set_column(at, field.name, table[field.name].cast(pa.timestamp("s")))
        elif pa.types.is_timestamp(field.type):
            table = table.set_column(at, field.name, table[field.name].cast(pa.timestamp("us", "UTC")))
        elif pa.types.is_decimal(field.type):
            table = table.set_column(at, field.name, table[field.name].cast(pa.float64()))
    frame: pd.DataFrame = table.to_pandas(types_mapper=_dtype)
    return frame


def _dtype(kind: object) -> pd.ArrowDtype | None:
    # Days and moments as numpy's: resample, plot and index them like any other.
    return None if pa.types.is_timestamp(kind) else pd.ArrowDtype(kind)
