"""Questions to the published file: each is one SQL file, its answer keeps the SQL that repeats it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from zoneinfo import ZoneInfo

import duckdb

from earful.warehouse.constants import CONSTANTS
from earful.warehouse.reading.opening import open_published
from earful.warehouse.statements import literal, quoted

#: The questions by their names, which are unique; the folders say what asks them.
_QUESTIONS = {file.stem: file for file in (Path(__file__).parent / "sql").glob("*/*.sql")}
_PARAMETER = re.compile(r"\$(\w+)")

Value = str | int | float | date


class Unreadable(Exception):
    """The published file is not there, is no DuckDB file, or lacks a view. The message says which and what to do."""


@dataclass(frozen=True, slots=True)
class QueryRows:
    """What a question brought.

    ``views`` names where the rows come from. ``sql`` repeats the question as it stands, parameters written out.
    ``rows`` are mappings by column name; null is None, DATE is date, TIMESTAMP a naive datetime in UTC.
    """

    views: str
    sql: str
    rows: tuple[dict[str, Any], ...]

    @property
    def of_all(self) -> int:
        """How many rows there are where the question limits itself to some (its column ``of_all``)."""
        return int(self.rows[0].get("of_all", len(self.rows))) if self.rows else 0


class Published:
    """The published file, opened for reading only and without any way out of it. A context manager.

    Raises Unreadable where there is no such file or it is no DuckDB file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        if not path.is_file():
            raise Unreadable(f"{path}: there is no published file yet; `earful run` or `earful demo` makes one")
        try:
            self._connection = open_published(path)
        except duckdb.Error as error:
            raise Unreadable(f"{path}: not readable as DuckDB ({_first_line(error)}); publish again") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def hold(self, *views: str) -> None:
        """Compute these views once for all questions that follow: a question about one product costs what all cost."""
        for view in views:
            # A temporary table hides the view of its name; the file itself stays as it is.
            self._rows(f"create temp table {quoted(view)} as from {quoted(view)}", {})

    def ask(self, name: str, **values: Value) -> QueryRows:
        """The answer to ``sql/*/<name>.sql``; ``values`` are its ``$parameters``, unused ones are left out."""
        head, sql = _QUESTIONS[name].read_text(encoding="utf-8").strip().split("\n", 1)
        known: dict[str, Value] = {**CONSTANTS, **values}
        used = {key: known[key] for key in _PARAMETER.findall(sql)}
        rows = self._rows(sql, used)
        return QueryRows(head.removeprefix("-- from "), _PARAMETER.sub(lambda m: _literal(used[m[1]]), sql), rows)

    def meta(self) -> dict[str, str]:
        """The table ``meta``: published_at, earful_version, schema_version, time_zone, scorer_version."""
        return {str(row["key"]): str(row["value"]) for row in self._rows("select key, value from meta", {})}

    def zone(self) -> ZoneInfo:
        """The reporting time zone. Raises Unreadable."""
        try:
            return ZoneInfo(self.meta()["time_zone"])
        except (KeyError, ValueError, OSError):
            raise Unreadable(f"{self._path}: its meta table names no known time_zone; publish again") from None

    def published_at(self) -> datetime:
        """When it was published, aware; without a zone it is UTC, as all times of the file are. Raises Unreadable."""
        try:
            at = datetime.fromisoformat(self.meta()["published_at"])
        except (KeyError, ValueError):
            raise Unreadable(f"{self._path}: its meta table says no published_at; publish again") from None
        return at if at.tzinfo else at.replace(tzinfo=UTC)

    def _rows(self, sql: str, values: dict[str, Value]) -> tuple[dict[str, Any], ...]:
        try:
            cursor = self._connection.execute(sql, values)
            names = [column[0] for column in cursor.description or ()]
            return tuple(dict(zip(names, row, strict=True)) for row in cursor.fetchall())
        except duckdb.Error as error:
            raise Unreadable(
                f"{self._path}: does not answer ({_first_line(error)}); another earful wrote it: the next `earful run` "
                "publishes it again"
            ) from None


def _literal(value: Value) -> str:
    if isinstance(value, date):
        return f"date '{value.isoformat()}'"
    return str(value) if isinstance(value, int | float) else literal(value)


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n", 1)[0]
