"""Read the published file: one query at a time, read-only, without any way out to other files or the network."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from earful.warehouse.errors import QueryError, WarehouseError, explain
from earful.warehouse.reading.opening import open_published
from earful.warehouse.statements import text


@dataclass(frozen=True, slots=True)
class QueryResult:
    """A query's result: column names, DuckDB's names of their types, rows. ``more``: the limit cut it off."""

    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    more: bool = False


def query(path: Path, sql: str, limit: int | None = None, params: Mapping[str, object] | None = None) -> QueryResult:
    """The result of a query on the published file, ``limit`` rows at most (``more`` says that there are others).

    ``.tables`` lists views and tables with what they mean, ``.schema NAME`` the columns of one. In one line raises
    QueryError for a mistake in the SQL, an attempt to write or to read another file, and WarehouseError for a file that
    is not there or cannot be read.
    """
    words = sql.strip().rstrip(";").split()
    if not words:
        raise QueryError('the query is empty: try ".tables", or "select * from trend"')
    if words and words[0] == ".tables":
        return _ask(path, text("reading/tables"), None, limit)
    if words and words[0] == ".schema":
        if len(words) != 2:
            raise QueryError(".schema needs one name: see .tables")
        answer = _ask(path, text("reading/columns"), {"name": words[1]}, limit)
        if not answer.rows:
            raise QueryError(f"there is no table or view {words[1]!r}: see .tables")
        return answer
    if words and words[0].startswith("."):
        raise QueryError(f"{words[0]} is not known: there are .tables and .schema NAME, all else is SQL")
    return _ask(path, sql, params, limit)


def connect(path: Path) -> duckdb.DuckDBPyConnection:
    """The published file, read-only, in UTC, with no way out to other files or the network, for good.

    Raises WarehouseError in one line: no such file, no DuckDB file.
    """
    if not path.is_file():
        raise WarehouseError(f"{path} is not there yet: run `earful run` (or `earful demo`) first")
    try:
        return open_published(path)
    except (duckdb.Error, OSError) as error:
        raise explain(error, path) from error


@contextmanager
def reading(path: Path) -> Iterator[Callable[[str, Mapping[str, object]], QueryResult]]:
    """Ask several queries, each with its parameters, of one night's file: opening it takes longer than most of them.

    The same errors as ``query``; the connection is closed at the end.
    """
    con = connect(path)
    try:
        yield lambda sql, params: _answer(con, path, sql, params, None)
    finally:
        con.close()


def _ask(path: Path, sql: str, params: Mapping[str, object] | None, limit: int | None) -> QueryResult:
    con = connect(path)
    try:
        return _answer(con, path, sql, params, limit)
    finally:
        con.close()


def _answer(
    con: duckdb.DuckDBPyConnection, path: Path, sql: str, params: Mapping[str, object] | None, limit: int | None
) -> QueryResult:
    try:
        result = con.execute(sql, dict(params)) if params else con.execute(sql)
        columns = tuple(str(d[0]) for d in result.description or ())
        types = tuple(str(d[1]) for d in result.description or ())
        rows = result.fetchall() if limit is None else result.fetchmany(limit + 1)
    except (duckdb.OperationalError, duckdb.InternalError) as error:
        raise explain(error, path) from error  # the file or the machine, not the question
    except (duckdb.Error, ValueError) as error:
        raise QueryError(mistake(error)) from error
    more = limit is not None and len(rows) > limit
    return QueryResult(columns, types, tuple(rows[:limit] if more else rows), more)


def mistake(error: Exception) -> str:
    """DuckDB's message as one line: what is wrong and what it suggests, without the picture of the statement."""
    parts: list[str] = []
    for line in str(error).splitlines():
        if line.startswith("LINE "):
            break
        if line.strip():
            parts.append(line.strip())
    return " ".join(parts) or "the query failed"
