"""Which server is asked, by whom and how: proxies, a server that is not there, other machines, two that start at once."""

# Long because: each way to the right server is tried beside the ways to a wrong one.

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from pathlib import Path
from unittest import mock

import httpx
import pytest
import uvicorn
from prefect.settings import Settings as PrefectSettings
from replay import answer, serve

from earful.flows.cli.commands.nights import runs
from earful.flows.cli.commands.nights.listening import listen
from earful.flows.cli.commands.nights.up import _alone
from earful.flows.cli.main import call
from earful.flows.config.settings import Settings, parse
from earful.flows.errors import Exit, UserError
from earful.flows.server import prefect_settings, short_lived
from earful.flows.server.guard import credential
from earful.flows.server.guard.asgi import Receive, Scope, Send
from earful.flows.server.proxies import LOOPBACK, set_aside_unusable, spare_loopback
from earful.flows.server.serve import LOCK, _OneAtATime
from earful.flows.server.short_lived import serving

ROOT = Path(__file__).parents[3]
CONFIG = '[[products]]\nslug = "acme"\nname = "Acme"\n[[channels]]\nname = "demo"\nconnector = "sample"\ndays = 3\n'
ALL = ",".join(LOOPBACK)


def settings(connector: str = "sample", **more: object) -> Settings:
    channel = {"name": "here", "connector": connector}
    return parse({"products": [{"slug": "acme", "name": "Acme"}], "channels": [channel], **more}, Path("earful.toml"))


def earful(home: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    env = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT", "EARFUL")) and "PROXY" not in k.upper()}
    (home / "earful.toml").write_text(CONFIG)
    return subprocess.run(
        [sys.executable, "-c", "from earful.flows.cli.main import main; main()", *arguments],
        cwd=home, env=env | {"PYTHONPATH": str(ROOT)} | more, capture_output=True, text=True, check=False, timeout=240,
    )  # fmt: skip


# ---- proxies


@pytest.mark.parametrize(
    ("given", "becomes"),
    [
        ({}, (ALL, ALL)),
        ({"NO_PROXY": "corp.example"}, (f"corp.example,{ALL}", f"corp.example,{ALL}")),
        ({"no_proxy": " .corp.example , 10.0.0.0/8,"}, (f".corp.example,10.0.0.0/8,{ALL}",) * 2),
        ({"no_proxy": "a.example", "NO_PROXY": "b.example"}, (f"a.example,{ALL}", f"b.example,{ALL}")),
        ({"NO_PROXY": "localhost"}, ("localhost,127.0.0.1,::1",) * 2),
    ],
)
def test_loopback_is_spared_and_the_user_s_entries_stay(
    monkeypatch: pytest.MonkeyPatch, given: Mapping[str, str], becomes: tuple[str, str]
) -> None:
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, given.get(name, ""))
    spare_loopback()
    spare_loopback()  # in a child of a process that has done it
    assert (os.environ["no_proxy"], os.environ["NO_PROXY"]) == becomes


def test_whoever_uses_no_proxy_at_all_goes_on_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setenv("no_proxy", "*")
    spare_loopback()
    assert os.environ["NO_PROXY"] == os.environ["no_proxy"] == "*"


@pytest.mark.parametrize("scheme", ["socks4", "socks", "SOCKS4a"])
def test_a_proxy_that_nothing_here_speaks_to(monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    monkeypatch.setenv("ALL_PROXY", f"{scheme}://127.0.0.1:9")
    with pytest.raises(UserError, match=r"^ALL_PROXY: a socks.* proxy cannot be used here, and here would") as caught:
        set_aside_unusable(settings("steam", products=[{"slug": "acme", "name": "Acme", "ids": {"steam": "1"}}]))
    assert caught.value.code == Exit.UNREADY
    assert "ALL_PROXY" in os.environ
    set_aside_unusable(settings())  # asks nobody: nothing would go past the proxy
    assert "ALL_PROXY" not in os.environ


@pytest.mark.parametrize("bad", ["::::hunter2", "http://me:hunter2@[::", "ftp://me:hunter2@proxy.example"])
def test_what_is_no_address_of_a_proxy(monkeypatch: pytest.MonkeyPatch, bad: str) -> None:
    monkeypatch.setenv("HTTPS_PROXY", bad)
    with pytest.raises(UserError, match=r"^HTTPS_PROXY: .*, and here would") as caught:
        set_aside_unusable(settings("steam", products=[{"slug": "acme", "name": "Acme", "ids": {"steam": "1"}}]))
    assert "hunter2" not in str(caught.value)
    set_aside_unusable(settings())
    assert "HTTPS_PROXY" not in os.environ


def test_entries_that_httpx_would_refuse_to_start_over_go(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, "fd00::/8,[::1],fe80::1,10.0.0.0/8,[::,*.example,http://x.example,host:80x")
    spare_loopback()
    assert os.environ["NO_PROXY"] == f"fe80::1,10.0.0.0/8,*.example,http://x.example,{ALL}"
    httpx.Client().close()


def test_other_proxies_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    set_aside_unusable(settings("steam", products=[{"slug": "acme", "name": "Acme", "ids": {"steam": "1"}}]))
    assert os.environ["HTTPS_PROXY"] == "http://proxy.example:3128"


@pytest.mark.parametrize(("holds", "why"), [(None, "No such file or directory"), ("x\n", "it holds no certificate")])
def test_a_file_of_certificates_that_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, holds: str | None, why: str
) -> None:
    file = tmp_path / "ca.pem"
    if holds is not None:
        file.write_text(holds)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with pytest.raises(UserError) as caught:
        set_aside_unusable(settings())
    said = f"SSL_CERT_FILE: '{file}' cannot be used ({why}); name a file of PEM certificates, or unset it"
    assert (str(caught.value), caught.value.code) == (said, Exit.UNREADY)


def test_the_commands_say_so_of_a_file_of_certificates(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It was "a bug" of `check`, and a stack trace and "Prefect's server did not start" of `run`."""
    file = home / "ca.pem"
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    (home / "earful.toml").write_text(CONFIG)
    assert call(["run"]) == Exit.UNREADY
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert err.startswith(f"earful: SSL_CERT_FILE: '{file}' cannot be used (No such file or directory); name a")
    file.write_text("x\n")
    (home / "earful.toml").write_text(
        '[[products]]\nslug = "p"\nname = "P"\nids = { steam = "1" }\n'
        '[[channels]]\nname = "s"\nconnector = "steam"\nbase_url = "http://127.0.0.1:9"\n'
    )
    assert call(["check", "--json"]) == Exit.UNREADY
    out, _ = capsys.readouterr()
    assert "SSL_CERT_FILE (or REQUESTS_CA_BUNDLE) names no file of certificates that can be used" in out


# ---- a server of the user's own


@pytest.mark.process
def test_a_dead_server_is_named_in_one_line(tmp_path: Path) -> None:
    dead = "http://somebody:hunter2@127.0.0.1:9/api"  # the port of "discard": nobody listens there
    ran = earful(tmp_path, "run", PREFECT_API_URL=dead)
    assert (ran.returncode, ran.stdout) == (5, "")
    (line,) = [each for each in ran.stderr.splitlines() if each.strip()]
    assert line.startswith("earful: PREFECT_API_URL: no Prefect server answers at http://127.0.0.1:9/api")
    assert "hunter2" not in line


@pytest.mark.process
def test_settings_of_prefects_server_that_cannot_be_are_no_bug(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run says what `wait` raises, as of the dead server above."""
    monkeypatch.setattr(short_lived, "given", lambda: None)
    database = "postgresql+asyncpg://u:hunter2hunter2@127.0.0.1:9/x"
    settings_of_prefect = {"PREFECT_HOME": str(tmp_path), "PREFECT_SERVER_DATABASE_CONNECTION_URL": database}
    with (
        mock.patch.dict(os.environ, settings_of_prefect),
        serving() as server,
        pytest.raises(UserError, match=r"^Prefect's server ended by itself \(Conn") as caught,
    ):
        server.wait()
    assert caught.value.code == Exit.UNREADY
    assert "hunter2" not in str(caught.value)


def test_settings_of_prefect_that_cannot_be_are_no_bug(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Prefect reads them when it is imported: here the same reading stands where a run imports its flow."""
    (home / "earful.toml").write_text(CONFIG)
    monkeypatch.setattr(runs, "import_module", lambda _name: PrefectSettings())
    monkeypatch.setattr(runs, "serving", nullcontext)
    with mock.patch.dict(os.environ, {"PREFECT_LOGGING_LEVEL": "LOUD-hunter2"}):
        assert call(["run", "--json"]) == Exit.UNREADY
    error = json.loads(capsys.readouterr().out)["error"]
    assert error.startswith("Prefect's settings (LoggingSettings): level: Input should be")
    assert "hunter2" not in error


# ---- a note that a killed `earful up` left


@pytest.fixture
def noted(tmp_path: Path) -> Iterator[Path]:
    """A folder whose note names a server that answers: by now perhaps another user's, who took the port."""
    with serve(lambda _: answer(True)) as server:
        (tmp_path / prefect_settings.SERVER_URL).write_text(f"{server.url}/api\n")
        yield tmp_path


def test_a_server_is_asked_only_while_an_up_of_this_folder_lives(noted: Path) -> None:
    assert prefect_settings.running_server(noted) is None  # there has never been a lock
    with (noted / prefect_settings.UP_LOCK).open("w") as lock:
        assert prefect_settings.running_server(noted) is None  # nobody holds it
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert prefect_settings.running_server(noted) == (noted / prefect_settings.SERVER_URL).read_text().strip()


@pytest.mark.parametrize("left", [b"", b"\0\0\0\0", b"\xff\xfe", b"http://[", b"http://127.0.0.1:99999999/api"])
def test_a_note_that_a_power_cut_spoilt_is_none(tmp_path: Path, left: bytes) -> None:
    (tmp_path / prefect_settings.SERVER_URL).write_bytes(left)
    with (tmp_path / prefect_settings.UP_LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert prefect_settings.running_server(tmp_path) is None


def test_asking_whether_an_up_lives_keeps_none_from_starting(tmp_path: Path) -> None:
    with (tmp_path / prefect_settings.UP_LOCK).open("w") as asks:
        fcntl.flock(asks, fcntl.LOCK_SH)
        threading.Timer(0.1, fcntl.flock, (asks, fcntl.LOCK_UN)).start()
        with _alone(tmp_path):
            pass


# ---- other machines


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "earful.example.org"])
def test_the_network_is_not_let_in_without_a_credential(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.delenv(credential.OWN_ENV, raising=False)
    with pytest.raises(UserError, match=f"^--host {host}: .*{credential.OWN_ENV}") as caught:
        listen(host, 0, None)
    assert caught.value.code == Exit.USAGE


@pytest.mark.process
def test_up_says_so_in_one_line(tmp_path: Path) -> None:
    ran = earful(tmp_path, "up", "--host", "0.0.0.0")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.count("\n") == 1
    assert credential.OWN_ENV in ran.stderr


@pytest.mark.parametrize("short", ["x" * (credential.LEAST - 1), "\u00e9" * credential.LEAST])
def test_a_credential_that_could_be_guessed_is_none(monkeypatch: pytest.MonkeyPatch, short: str) -> None:
    monkeypatch.setenv(credential.OWN_ENV, short)
    with pytest.raises(UserError) as caught:
        listen("127.0.0.1", 0, None)
    assert credential.OWN_ENV in str(caught.value)
    assert short not in str(caught.value)


def test_the_user_s_credential_goes_to_the_server_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    own = "x" * credential.LEAST
    monkeypatch.setenv(credential.OWN_ENV, own)
    door = listen("127.0.0.1", 0, "https://earful.example.org")
    with door.socket:
        port = door.socket.getsockname()[1]
        assert door.env[credential.OWN_ENV] == own
        assert credential.OWN_ENV not in os.environ
        assert (door.url, door.shown) == (
            f"http://127.0.0.1:{port}",
            ("https://earful.example.org", f"http://127.0.0.1:{port}"),
        )
        assert own not in repr(door)


@pytest.mark.parametrize(
    "url", ["earful.example.org", "https://a.example/ui", "ftp://a.example", "https://u:p@a.example", "https://a:x"]
)
def test_an_address_that_is_none(url: str) -> None:
    with pytest.raises(UserError, match=r"server\.public_url"):
        settings(server={"public_url": url})


def test_an_address_of_a_proxy() -> None:
    assert (
        settings(server={"public_url": "https://Earful.example.org/"}).server.public_url == "https://earful.example.org"
    )
    assert settings().server.public_url is None


def test_open_says_where_nothing_runs(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, "")
    monkeypatch.delenv("PREFECT_HOME", raising=False)
    (home / "earful.toml").write_text(CONFIG)
    assert call(["open"]) == Exit.UNREADY
    assert "no `earful up` runs" in capsys.readouterr().err


# ---- two first runs at once (two whole ones: test_server_browser.py)


def test_a_server_starts_while_no_other_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At 0fe0825 two servers made one database at once; in one of four trials one of them ended."""
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path))
    started = asyncio.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "lifespan"
        await receive()
        started.set()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})

    async def both() -> None:
        with socket.socket() as door:
            door.bind(("127.0.0.1", 0))
            server = _OneAtATime(uvicorn.Config(app, log_level="error", lifespan="on"))
            with (tmp_path / LOCK).open("w") as another:
                fcntl.flock(another, fcntl.LOCK_EX)
                serving = asyncio.create_task(server.serve(sockets=[door]))
                await asyncio.sleep(0.5)
                assert not started.is_set()
            await asyncio.wait_for(started.wait(), 60)
            while not server.started:
                await asyncio.sleep(0.01)
            with (tmp_path / LOCK).open("w") as another:
                fcntl.flock(another, fcntl.LOCK_EX | fcntl.LOCK_NB)  # given back once it is up
            server.should_exit = True
            await serving

    asyncio.run(both())
