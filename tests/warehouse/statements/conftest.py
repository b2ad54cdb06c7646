"""The store's tables in memory, for statements that are run alone."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest
from bare_tables import bare_tables, undone


@pytest.fixture(scope="module")
def tables() -> Iterator[duckdb.DuckDBPyConnection]:
    """Made once a file, without a row."""
    with bare_tables() as opened:
        yield opened


@pytest.fixture
def con(tables: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """The same; what a test puts in is undone after it."""
    with undone(tables) as begun:
        yield begun
