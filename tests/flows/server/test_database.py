"""Prefect's database made from the prepared schema: what its migrations make, whole or not at all, nobody's overwritten."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from earful.flows.server import database
from earful.flows.server.database_schema import script_of

HEAD = database.script_head(database.schema())


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "prefect.db"


def bare(script: str) -> list[list[str]]:
    """Each statement as its parts: columns in their order, then constraints, which have none that stays.

    Without what versions of SQLite write in different ways: blanks and quotes of names.
    """
    statements = []
    for each in script.split(";\n"):
        parts = [re.sub(r'[\s"]+', " ", part) for part in re.split(r",[ ]*\n\t", each.strip().removesuffix("\n)"))]
        columns = [part for part in parts if not part.startswith("CONSTRAINT")]
        statements.append(columns + sorted(part for part in parts if part not in columns))
    return statements


@pytest.mark.process
def test_the_prepared_schema_is_what_the_installed_prefect_s_migrations_make() -> None:
    """Tables, indexes, rows; where Prefect has new ones: `make prefect-schema`."""
    command = [sys.executable, "-P", "-m", "earful.flows.server.database_schema"]
    made = subprocess.run(command, check=True, capture_output=True, text=True, timeout=240).stdout
    assert made.count("CREATE TABLE") > 30
    assert bare(made) == bare(database.schema())


def test_a_placed_database_is_the_schema_at_the_installed_revision(file: Path) -> None:
    assert HEAD is not None
    assert database.installed_head() == HEAD
    assert database.place(file, HEAD)
    assert database.head(file) == HEAD
    with closing(sqlite3.connect(file)) as con:
        assert script_of(con) == database.schema()
        assert con.execute("pragma journal_mode").fetchone() == ("wal",)
        assert con.execute("pragma integrity_check").fetchone() == ("ok",)
    assert file.stat().st_mode & 0o777 == 0o600
    assert os.listdir(file.parent) == ["prefect.db"]


def test_a_database_that_is_there_is_not_touched(file: Path) -> None:
    file.write_bytes(b"whatever it is")
    assert not database.place(file, HEAD)
    assert file.read_bytes() == b"whatever it is"
    assert database.head(file) is None


def test_the_log_of_a_database_that_is_gone_is_not_given_to_a_new_one(file: Path) -> None:
    """SQLite would replay it into the new one."""
    (file.parent / "prefect.db-wal").write_bytes(b"of another database")
    assert not database.place(file, HEAD)
    assert os.listdir(file.parent) == ["prefect.db-wal"]


@pytest.mark.parametrize("wanted", [None, "0123456789ab"])
def test_for_other_migrations_none_is_made(file: Path, wanted: str | None) -> None:
    assert not database.place(file, wanted)
    assert os.listdir(file.parent) == []


def test_what_a_killed_server_left_unfinished_is_cleared_away(file: Path) -> None:
    for end in ("", "-journal", "-wal"):
        (file.parent / (database.UNFINISHED + end)).write_bytes(b"half of it")
    assert database.place(file, HEAD)
    assert os.listdir(file.parent) == ["prefect.db"]
    assert database.head(file) == HEAD


@pytest.mark.parametrize("ends", ["in the middle", "just before it is whole"])
def test_an_end_in_the_middle_leaves_no_database(file: Path, monkeypatch: pytest.MonkeyPatch, ends: str) -> None:
    if ends == "in the middle":
        script = database.schema()
        monkeypatch.setattr(database, "schema", lambda: f"{script}\nselect no_such_column;")
    else:

        def refused(*_: object) -> None:
            raise OSError("no links here")

        monkeypatch.setattr(os, "link", refused)
    assert not database.place(file, HEAD)
    assert os.listdir(file.parent) == []


def test_one_that_another_server_made_meanwhile_stays(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    link = os.link

    def late(old: Path, new: Path) -> None:
        file.write_bytes(b"theirs")
        link(old, new)

    monkeypatch.setattr(os, "link", late)
    assert not database.place(file, HEAD)
    assert file.read_bytes() == b"theirs"
    assert os.listdir(file.parent) == ["prefect.db"]


def test_a_folder_that_cannot_be_written_is_left_to_prefect(tmp_path: Path) -> None:
    assert not database.place(tmp_path / "none" / "prefect.db", HEAD)


@pytest.mark.parametrize(
    ("state", "migrates"), [("none yet", False), ("of an older Prefect", True), ("in a place of the user's own", True)]
)
def test_prefect_migrates_where_there_is_something_to_do(file: Path, state: str, migrates: bool) -> None:
    from prefect.settings import (
        PREFECT_API_DATABASE_CONNECTION_URL,
        PREFECT_API_DATABASE_MIGRATE_ON_START,
        PREFECT_HOME,
        temporary_settings,
    )

    if state == "of an older Prefect":
        assert database.place(file, HEAD)
        with sqlite3.connect(file) as con:
            con.execute("update alembic_version set version_num = 'f416ea180ae1'")
        con.close()
    at = file.with_name("own.db") if state == "in a place of the user's own" else file
    place = {PREFECT_HOME: file.parent, PREFECT_API_DATABASE_CONNECTION_URL: f"sqlite+aiosqlite:///{at}"}
    with temporary_settings(place):
        with database.ready():
            assert bool(PREFECT_API_DATABASE_MIGRATE_ON_START) is migrates
        assert bool(PREFECT_API_DATABASE_MIGRATE_ON_START)
    assert file.exists() is (at == file)
