"""A fresh store in Berlin time for each test."""

from __future__ import annotations

import pytest

from earful.warehouse import open_store


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "data" / "store.duckdb", time_zone="Europe/Berlin") as opened:
        yield opened
