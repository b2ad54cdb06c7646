"""Prefect's database: what is well is left alone, what is damaged is put aside, and nobody is told less than is gone."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from earful.flows.supervision import database


@pytest.fixture
def home(tmp_path: Path) -> Path:
    with closing(sqlite3.connect(tmp_path / database.FILE)) as con:
        con.execute("pragma journal_mode = wal")
        con.execute("create table flow_run (id integer primary key, name text)")
        con.executemany("insert into flow_run (name) values (?)", [(f"run {n}" * 20,) for n in range(2000)])
        con.execute("create index by_name on flow_run (name)")
        con.commit()
    return tmp_path


def _overwrite(at: int, length: int) -> Callable[[Path], None]:
    def damage(file: Path) -> None:
        with file.open("r+b") as raw:
            raw.seek(at)
            raw.write(b"\xa5" * length)

    return damage


def _cut(file: Path) -> None:
    with file.open("r+b") as raw:
        raw.truncate(file.stat().st_size // 2)


def test_a_well_one_stays_as_it_is(home: Path) -> None:
    before = (home / database.FILE).read_bytes()
    assert database.mend(home) == ""
    assert (home / database.FILE).read_bytes() == before


def test_none_is_none(tmp_path: Path) -> None:
    assert database.mend(tmp_path) == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "damage",
    [_overwrite(0, 4096), _overwrite(4096, 40 * 4096), _cut, lambda file: file.write_bytes(b"")],
    ids=["its head", "its middle", "cut", "empty"],
)
def test_a_damaged_one_is_put_aside_and_what_is_gone_is_said(home: Path, damage: Callable[[Path], None]) -> None:
    file = home / database.FILE
    damage(file)
    damaged = file.read_bytes()
    said = database.mend(home)
    assert "queued backfills" in said
    assert "\n" not in said
    assert not file.exists()
    assert (home / database.DAMAGED).read_bytes() == damaged
    assert database.mend(home) == ""


def test_one_in_use_is_no_damage(home: Path) -> None:
    with closing(sqlite3.connect(home / database.FILE)) as con:
        con.execute("begin exclusive")
        assert database.damage(home) == ""


def test_one_elsewhere_is_not_ours_to_judge(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / database.FILE).write_bytes(b"nonsense" * 1000)
    monkeypatch.setenv("PREFECT_SERVER_DATABASE_CONNECTION_URL", "postgresql+asyncpg://prefect@db/prefect")
    assert database.mend(home) == ""


def test_the_server_takes_what_prunes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Prefect's own words for it, as its settings read them."""
    for name, value in database.for_pruning(30).items():
        monkeypatch.setenv(name, value)
    from prefect.settings.models.root import Settings

    server = Settings().server
    assert server.services.db_vacuum.enabled_vacuum_types >= {"flow_runs", "events", "orphans"}
    assert server.services.db_vacuum.retention_period.days == 30
    assert server.events.retention_period.days == 7
