"""The SQL of this floor: files under sql/, one or more statements each, run with the parameters they name."""

from __future__ import annotations

import glob
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path

import duckdb

from earful.warehouse.constants import CONSTANTS

_CONSTANT = re.compile(rf"\$({'|'.join(CONSTANTS)})\b")


def quoted(name: str) -> str:
    """The name of a table, column or database as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: object) -> str:
    """A text or path as SQL writes it, where a statement takes no parameter (attach, copy, comment)."""
    return "'" + str(value).replace("'", "''") + "'"


def file_literal(path: Path) -> str:
    """A path that means itself where DuckDB takes patterns (read_parquet)."""
    return literal(glob.escape(str(path)))


def settle(con: duckdb.DuckDBPyConnection) -> None:
    """Set what every connection of ours has: days of UTC, and no progress drawn between the lines of an answer.

    DuckDB draws it where Python runs without a script (a notebook, ``python -c``), after two seconds.
    """
    con.execute("set TimeZone = 'UTC'")
    con.execute("set enable_progress_bar = false")


def home_of(con: duckdb.DuckDBPyConnection) -> str:
    """The quoted name of the database in use."""
    return quoted(str(con.execute("select current_database()").fetchall()[0][0]))


@cache
def text(name: str) -> str:
    """The text of ``sql/<name>.sql``, with the numbers of CONSTANTS in the places that name them."""
    found = files("earful.warehouse").joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")
    return _CONSTANT.sub(lambda named: f"{CONSTANTS[named[1]]:g}", found)


#: Statements with the parameters that each names, of the scripts that were run so far (at most _MOST_PARSED of them).
#: A statement may be run again, by any connection and thread (DuckDB copies it first); to read the text anew took a
#: seventh of a small landing.
_Parsed = tuple[tuple[duckdb.Statement, tuple[str, ...]], ...]
_parsed: dict[str, _Parsed] = {}
_MOST_PARSED = 256


def run(con: duckdb.DuckDBPyConnection, name: str, params: Mapping[str, object] | None = None) -> None:
    """Run every statement of ``sql/<name>.sql`` in order. Each gets those of ``params`` that it names."""
    run_text(con, text(name), params)


def run_text(con: duckdb.DuckDBPyConnection, script: str, params: Mapping[str, object] | None = None) -> None:
    """As run(), for a script at hand."""
    given = params or {}
    for statement, names in _parse(con, script):
        named = {key: given[key] for key in names}
        if named:
            con.execute(statement, named)
        else:
            con.execute(statement)


def _parse(con: duckdb.DuckDBPyConnection, script: str) -> _Parsed:
    parsed = _parsed.get(script)
    if parsed is None:
        parsed = tuple((each, tuple(each.named_parameters)) for each in con.extract_statements(script))
        if len(_parsed) >= _MOST_PARSED:
            _parsed.clear()
        _parsed[script] = parsed
    return parsed


def one(con: duckdb.DuckDBPyConnection, query: str, params: Mapping[str, object] | None = None) -> tuple[object, ...]:
    """The only row of a query."""
    rows = con.execute(query, params).fetchall() if params else con.execute(query).fetchall()
    if len(rows) != 1:
        raise duckdb.InvalidInputException(f"one row expected, {len(rows)} came")
    return tuple(rows[0])


def count(con: duckdb.DuckDBPyConnection, query: str, params: Mapping[str, object] | None = None) -> int:
    """The only number of a query's only row."""
    value = one(con, query, params)[0]
    return value if isinstance(value, int) else 0
