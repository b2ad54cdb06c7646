"""`earful service`: files that systemd takes, in a home of its own; its own command line starts; nothing is left."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from earful.flows.cli.main import call
from earful.flows.config.settings import Settings, load
from earful.flows.errors import UserError
from earful.flows.service import install as installing
from earful.flows.service.install import ENVIRONMENT, install, installed, service_of, state, uninstall, unit_file

CONFIG = """
[[products]]
slug = "orbit"
name = "Orbit"
[[channels]]
name = "reviews"
connector = "sample"
[digest]
target_env = "DIGEST_TO"
"""


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """In a folder whose name has what units and shells take for something else."""
    root = tmp_path / 'a folder of 100% $HOME "x"'
    root.mkdir()
    (root / "earful.toml").write_text(CONFIG)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.setattr(installing, "SYSTEM_UNITS", tmp_path / "etc")
    monkeypatch.setattr(installing, "running_systemd", lambda: False)
    monkeypatch.setenv("EARFUL_CONFIG", str(root / "earful.toml"))
    return load()


def value(unit: Path, key: str) -> str:
    found = re.search(rf"^{key}=(.*)$", unit.read_text(), re.MULTILINE)
    assert found
    return found[1]


def verified(unit: Path, *scope: str) -> None:
    """It exits with 0 on some faults: nothing may stand on standard error either."""
    if not shutil.which("systemd-analyze"):
        pytest.skip("no systemd-analyze here")
    command = ["systemd-analyze", *scope, "--man=no", "verify", str(unit)]
    env = os.environ | {"XDG_RUNTIME_DIR": str(unit.parent), "SYSTEMD_LOG_LEVEL": "warning"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=env, timeout=60)
    ours = [line for line in done.stderr.splitlines() if unit.name in line]
    assert (done.returncode, ours) == (0, []), done.stderr


def test_the_users_unit_is_one_that_systemd_takes(settings: Settings) -> None:
    service = service_of(settings, "earful", 4200, None)
    install(settings, service)
    unit = unit_file(service)
    assert unit == Path.home() / ".config/systemd/user/earful.service"
    assert "User=" not in unit.read_text()
    verified(unit, "--user")
    assert installed(settings) == [unit]


def test_the_systems_unit_is_one_that_systemd_takes(settings: Settings) -> None:
    service = service_of(settings, "earful-team", 4300, "nobody")
    install(settings, service)
    unit = unit_file(service)
    assert unit.parent == installing.SYSTEM_UNITS
    assert (value(unit, "User"), value(unit, "ProtectSystem")) == ("nobody", "strict")
    verified(unit)


def test_a_wrong_unit_would_be_noticed(settings: Settings) -> None:
    """The test above can fail."""
    service = service_of(settings, "earful", 4200, None)
    install(settings, service)
    unit = unit_file(service)
    unit.write_text(unit.read_text().replace("Restart=always", "Restart=perhaps"))
    with pytest.raises(AssertionError):
        verified(unit, "--user")


def test_its_parts_are_what_systemd_makes_of_them(settings: Settings) -> None:
    service = service_of(settings, "earful", 4200, None)
    install(settings, service)
    assert started(unit_file(service))[1:] == [
        "up", "--no-open", "--port", "4200", "--config", str(settings.file)
    ]  # fmt: skip
    assert value(unit_file(service), "WorkingDirectory").replace("%%", "%") == str(settings.root)
    assert value(unit_file(service), "SuccessExitStatus") == "143"


def started(unit: Path) -> list[str]:
    """The words of ExecStart, with what systemd unescapes."""
    return [word.replace("%%", "%").replace("$$", "$") for word in shlex.split(value(unit, "ExecStart"))]


def test_secrets_have_a_file_for_their_owner_alone_that_is_never_overwritten(settings: Settings) -> None:
    service = service_of(settings, "earful", 4200, None)
    install(settings, service)
    file = settings.root / ENVIRONMENT
    assert file.stat().st_mode & 0o777 == 0o600
    assert "#DIGEST_TO=\n" in file.read_text()
    file.write_text("DIGEST_TO=json://127.0.0.1\n")
    file.chmod(0o644)
    install(settings, service)
    assert (file.read_text(), file.stat().st_mode & 0o777) == ("DIGEST_TO=json://127.0.0.1\n", 0o600)
    assert uninstall(settings, service)[-1] == f"left        {file}, which you have filled in"
    assert file.exists()


def test_uninstall_leaves_nothing(settings: Settings) -> None:
    service = service_of(settings, "earful", 4200, None)
    before = sorted(settings.root.rglob("*"))
    install(settings, service)
    uninstall(settings, service)
    assert sorted(settings.root.rglob("*")) == before
    assert [each for each in Path.home().rglob("*") if each.is_file()] == []
    assert uninstall(settings, service) == ["nothing was installed"]


def test_another_folders_unit_is_not_overwritten(settings: Settings, tmp_path: Path) -> None:
    install(settings, service_of(settings, "earful", 4200, None))
    other = tmp_path / "other"
    other.mkdir()
    (other / "earful.toml").write_text(CONFIG)
    theirs = load(other / "earful.toml")
    with pytest.raises(UserError, match="choose another --name"):
        install(theirs, service_of(theirs, "earful", 4200, None))
    install(theirs, service_of(theirs, "earful-other", 4201, None))
    assert [unit.name for unit in installed(theirs)] == ["earful-other.service"]


def test_a_user_that_is_not_there_is_said_with_the_command_that_makes_it(settings: Settings) -> None:
    with pytest.raises(UserError, match="useradd --system"):
        install(settings, service_of(settings, "earful", 4200, "nobody-of-that-name"))


@pytest.mark.parametrize("name", ["", "../x", "a b", "-x"])
def test_a_name_that_is_none_is_refused(settings: Settings, name: str) -> None:
    with pytest.raises(UserError, match="--name"):
        service_of(settings, name, 4200, None)


def test_without_systemd_the_cron_line_is_given(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(["service", "install"]) == 5
    out, err = capsys.readouterr()
    assert "no systemd runs here" in err
    line = out.splitlines()[-1].strip()
    assert line.startswith("15 4 * * * ")
    command = shlex.split(line.removeprefix("15 4 * * * ").replace(r"\%", "%"))
    assert command[1:4] == ["run", "--config", str(settings.file)]
    assert call(["service", "status"]) == 5
    assert call(["service", "install", "--no-start"]) == 0
    assert call(["service", "uninstall"]) == 0


def test_an_older_unit_is_told(settings: Settings) -> None:
    service = service_of(settings, "earful", 4200, None)
    assert state(service)[1][0].startswith("not installed")
    install(settings, service)
    unit_file(service).write_text(unit_file(service).read_text() + "# by hand\n")
    assert any("writes it anew" in line for line in state(service)[1])


@pytest.mark.process
def test_its_command_line_starts_without_a_terminal_in_its_own_environment(settings: Settings) -> None:
    """As systemd would: the words of ExecStart, its folder and environment. Its port is taken, so that it ends at once."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        service = service_of(settings, "earful", door.getsockname()[1], None)
        install(settings, service)
        done = subprocess.run(
            started(unit_file(service)), cwd=settings.root, stdin=subprocess.DEVNULL, start_new_session=True,
            env={"HOME": str(Path.home()), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
            capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
    assert done.returncode == 2, done.stderr
    assert "choose another with --port" in done.stderr
