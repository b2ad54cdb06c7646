"""Guesses of whole tables: the right columns, scale and zone without an edit, or a named doubt."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from files_channel import SECRET, pull
from guess_tables import TABLES, Told

from earful.connectors.base import Context, Product
from earful.connectors.files.connector import FilesConnector
from earful.connectors.files.guess import guess
from earful.connectors.files.guess.trial import slug_of
from earful.connectors.files.options import FilesOptions

ZONE = "Europe/Berlin"


@pytest.mark.parametrize("told", TABLES, ids=lambda told: told.name)
def test_a_table_is_guessed_as_what_it_is(told: Told, tmp_path: Path) -> None:
    path = tmp_path / told.name
    path.write_bytes(told.data)
    found = guess([path], ZONE)
    assert found.options["columns"] == told.columns
    assert {name: each for name, each in found.options.items() if name != "columns"} == told.rest
    assert found.name == told.product
    if told.doubt:
        assert any(told.doubt in line for line in found.doubts), found.doubts
    elif not told.rest.get("product_column"):
        assert found.doubts == ()
    # And the options land what stands there.
    options = FilesOptions(paths=[told.name], **found.options)
    connector = FilesConnector(options, Context("shelf", SECRET, {}, str(tmp_path), zone=ZONE))
    came = pull(connector, Product(slug_of(found.name), found.name))
    assert came.rejected == ()
    assert len(came.posts) == told.rows
    first = min(came.column("created_at"))
    assert first == datetime.fromisoformat(told.first).replace(tzinfo=UTC)
    row = came.posts.loc[came.posts["created_at"] == first].iloc[0]
    for field in ("nps", "rating", "recommended"):
        if field in told.columns:
            assert row[field] == told.grade
    author = told.columns.get("author")
    assert bool(author) == any(name is not None for name in came.column("author"))


def test_there_are_enough_of_them() -> None:
    assert len(TABLES) >= 15
