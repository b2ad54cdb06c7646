"""The backups of upkeep: one that can be restored, the newest kept, a failure told; an upgrade tried on a copy."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from earful.flows.cli.main import call
from earful.flows.config.settings import Settings
from earful.flows.datafolder import backups
from earful.flows.datafolder.backups import make_backup, newest_backup
from earful.flows.jobs.upkeep import keep_up
from earful.warehouse import WarehouseError, held_by, restore

NOW = datetime(2026, 6, 21, 16, 15, tzinfo=UTC)


def test_one_is_written_tried_out_and_the_newest_are_kept(settings: Settings, tmp_path: Path) -> None:
    for day in range(3):
        done = make_backup(settings, NOW + timedelta(days=day))
        assert (done.error, done.removed) == ("", max(0, day - 1))
    assert [b.path.name for b in backups.backups(settings)] == [
        "earful-20260622T161500Z.zip",
        "earful-20260623T161500Z.zip",
    ]
    newest = newest_backup(settings)
    assert newest is not None
    assert newest.at == NOW + timedelta(days=2)
    assert sorted(f.name for f in settings.backups.iterdir()) == [b.path.name for b in backups.backups(settings)]
    assert settings.backups.stat().st_mode & 0o777 == 0o700
    assert restore(tmp_path / "again" / "store.duckdb", newest.path, time_zone="UTC").rows == done.rows


def test_none_is_made_unless_asked_for(settings: Settings) -> None:
    off = settings.model_copy(update={"backup": type(settings.backup)()})
    assert make_backup(off, NOW) == backups.Kept()
    assert not off.backups.exists()


def test_what_cannot_be_restored_is_no_backup(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    make_backup(settings, NOW)

    def refuse(*_: object, **__: object) -> None:
        raise WarehouseError("posts.parquet: 3 of 4 rows")

    monkeypatch.setattr(backups, "restore", refuse)
    done = make_backup(settings, NOW + timedelta(days=1))
    assert done.error == "posts.parquet: 3 of 4 rows"
    assert [b.at for b in backups.backups(settings)] == [NOW]


def test_a_full_or_forbidden_folder_is_told_and_costs_upkeep_nothing_else(settings: Settings) -> None:
    settings.backups.write_text("a file where the folder should be")
    done = keep_up(settings)
    assert not done.ok
    assert "backup failed: " in done.headline()
    with duckdb.connect(str(settings.published), read_only=True) as con:
        assert con.execute("select count(*) from runs where kind = 'upkeep' and status = 'ok'").fetchone() == (1,)


def test_upkeep_makes_one(settings: Settings) -> None:
    done = keep_up(settings)
    assert done.ok
    assert re.search(r"; backup of [\d,]+ rows \([\d.]+ MB\) written and tried out, 0 removed$", done.headline())
    assert newest_backup(settings) is not None


def test_an_upgrade_is_tried_on_a_copy(
    settings: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from earful.warehouse.store import migrate

    monkeypatch.setenv("EARFUL_CONFIG", str(settings.file))
    before = settings.store.read_bytes()
    shipped = migrate.known()
    new = migrate.Migration(9998, "one_more", "alter table runs add column host varchar;")
    monkeypatch.setattr(migrate, "known", lambda: (*shipped, new))
    assert call(["upgrade-check", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["migrations"] == ["one_more"]
    assert settings.store.read_bytes() == before
    assert list((settings.data / "tmp").iterdir()) == []

    worse = migrate.Migration(9999, "loses_rows", "delete from posts;")
    monkeypatch.setattr(migrate, "known", lambda: (*shipped, worse))
    assert call(["upgrade-check"]) == 4
    assert "0 of" in capsys.readouterr().err
    wrong = migrate.Migration(9999, "wrong", "alter table nowhere add column x int;")
    monkeypatch.setattr(migrate, "known", lambda: (*shipped, wrong))
    assert call(["upgrade-check"]) == 4
    assert settings.store.read_bytes() == before


def test_who_holds_the_store_is_told(settings: Settings) -> None:
    assert held_by(settings.store) == ""
    assert held_by(settings.file) == ""  # no store at all: others say so
