"""`earful doctor`: each thing that breaks is found when it is broken, and only then."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from earful.flows.cli.main import call
from earful.flows.config.settings import Settings
from earful.flows.server import prefect_settings
from earful.flows.state import doctor
from earful.flows.state.messages import DOCTOR
from earful.warehouse import WarehouseError

Break = Callable[[Settings, pytest.MonkeyPatch], None]


def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wrong(settings: Settings, at: int = 0) -> dict[str, str]:
    found = doctor.examine(settings.file, at or port())
    return {each.name: each.says for each in found if not each.ok}


def test_all_is_tried_and_all_is_well(settings: Settings) -> None:
    found = doctor.examine(settings.file, port())
    assert tuple(each.name for each in found) == DOCTOR
    assert [each for each in found if not each.ok] == []


def _future(settings: Settings, _: pytest.MonkeyPatch) -> None:
    ahead = (datetime.now(UTC) + timedelta(hours=3)).timestamp()
    os.utime(settings.store, (ahead, ahead))


def _others_read(settings: Settings, _: pytest.MonkeyPatch) -> None:
    settings.store.chmod(0o644)


def _full(_settings: Settings, patch: pytest.MonkeyPatch) -> None:
    from earful.flows.datafolder import folders

    patch.setattr(folders, "LANDING", 1 << 60)


def _held(_settings: Settings, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(doctor, "held_by", lambda _path: "process 4711 (dbeaver)")


def _newer(_settings: Settings, patch: pytest.MonkeyPatch) -> None:
    def refuse(_path: object) -> None:
        raise WarehouseError("has schema 9999: update earful")

    patch.setattr(doctor, "missing_migrations", refuse)


def _damaged(settings: Settings, _: pytest.MonkeyPatch) -> None:
    home = prefect_settings.prefect_home(settings.data)
    home.mkdir()
    (home / "prefect.db").write_bytes(b"nonsense" * 2000)


def _proxy(_settings: Settings, patch: pytest.MonkeyPatch) -> None:
    patch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")


def _key(settings: Settings, patch: pytest.MonkeyPatch) -> None:
    patch.delenv("DIGEST_TO", raising=False)
    settings.file.write_text(settings.file.read_text() + '[digest]\ntarget_env = "DIGEST_TO"\n')


def _secret(settings: Settings, _: pytest.MonkeyPatch) -> None:
    (settings.data / "author.secret").write_text("")
    (settings.data / "author.secret").chmod(0o600)


def _toml(settings: Settings, _: pytest.MonkeyPatch) -> None:
    settings.file.write_text("time_zone = ")


@pytest.mark.parametrize(
    ("breaks", "name", "says"),
    [
        (_toml, "configuration", "not valid TOML"),
        (_future, "clock", "180 minutes from the future"),
        (_others_read, "folder", "others may read store.duckdb"),
        (_full, "disk", "needed to begin"),
        (_held, "lock", "process 4711 (dbeaver)"),
        (_newer, "store", "update earful"),
        (_damaged, "database", "makes it anew"),
        (_proxy, "proxy", "PREFECT_API_URL"),
        (_key, "keys", "DIGEST_TO"),
        (_secret, "secret", "is empty"),
    ],
)
def test_what_is_broken_is_found_and_nothing_else(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, breaks: Break, name: str, says: str
) -> None:
    breaks(settings, monkeypatch)
    found = wrong(settings)
    assert list(found) == [name]
    assert says in found[name]
    assert "\n" not in found[name]


def test_a_port_in_use_is_found(settings: Settings) -> None:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen()
        assert "cannot be used" in wrong(settings, door.getsockname()[1])["port"]


def test_the_command(settings: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EARFUL_CONFIG", str(settings.file))
    assert call(["doctor", "--port", str(port())]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(DOCTOR)
    _secret(settings, monkeypatch)
    assert call(["doctor", "--json", "--port", str(port())]) == 5
    whole = json.loads(capsys.readouterr().out)
    assert [each["name"] for each in whole["tried"] if not each["ok"]] == ["secret"]
