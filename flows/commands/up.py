"""``earful up``: Prefect's server, a worker and the deployments, ended together by one Ctrl-C."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

import httpx
from rich.console import Console

from flows import prefect_env
from flows.errors import Exit, UserError
from flows.folders import make_data_folder
from flows.settings import CONFIG_ENV, load

#: The first start makes Prefect's database. Seconds.
SERVER_WAIT = 180.0
STOP_WAIT = 15.0
#: What the server's pages are given; what the user has set stays.
UI = {
    # Prefect 3.8.8's second UI loads Amplitude's code and asks its servers for settings, analytics switched off or not.
    "PREFECT_SERVER_UI_V2_ENABLED": "false",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    # Of the page's own origin: by default a browser on another machine would be sent to its own 127.0.0.1.
    "PREFECT_SERVER_UI_API_URL": "/api",
}


def run_up(config: Path | None, host: str, port: int) -> int:
    """Run until Ctrl-C, SIGTERM, or until a part dies (then UNREADY, with the log to look at)."""
    settings = load(config)
    make_data_folder(settings)
    os.environ[CONFIG_ENV] = str(settings.file)
    _free(host, port)
    url = f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}"  # noqa: S104 - compared, not bound
    # Not inherited from a shell that points elsewhere: this command is its own server.
    os.environ["PREFECT_API_URL"] = f"{url}/api"
    for name, value in UI.items():
        os.environ.setdefault(name, value)
    prefect_env.prepare(settings.data, quiet=False)
    home = prefect_env.prefect_home(settings.data)
    out = Console(highlight=False, soft_wrap=True)
    parts: list[_Part] = []
    # SIGTERM ends like Ctrl-C, so that a service manager leaves no orphans. SIGINT is set too: started with `&` by a
    # script we would inherit "ignore", hand it on, and Prefect's worker would then hang at its end.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        out.print("starting Prefect's server ...")
        parts.append(_Part("server", ["server", "start", "--host", host, "--port", str(port)], home / "server.log"))
        _wait_for(f"{url}/api/health", parts[0])
        (home / prefect_env.SERVER_URL).write_text(f"{url}/api\n")
        from flows.deploy import POOL, deploy

        deployed = deploy(settings)
        worker = ["worker", "start", "--pool", POOL, "--type", "process", "--name", "earful"]
        parts.append(_Part("worker", worker, home / "worker.log"))
        out.print(f"UI          {url}")
        for name, schedule in deployed:
            out.print(f"deployment  {name}  ({schedule})")
        out.print("a backfill: Deployments, backfill, Run, Custom run. Ctrl-C ends all of it.")
        return _watch(parts)
    except KeyboardInterrupt:
        return Exit.OK
    finally:
        (home / prefect_env.SERVER_URL).unlink(missing_ok=True)
        for part in reversed(parts):
            part.stop()
        out.print("stopped")


class _Part:
    """One child process with its own log."""

    def __init__(self, name: str, arguments: list[str], log: Path) -> None:
        self.name = name
        self.log = log
        with log.open("ab") as file:
            # A session of its own: Ctrl-C reaches us alone, and we end the parts in order.
            self.process = subprocess.Popen(  # noqa: S603 - our own interpreter, our own arguments
                [sys.executable, "-m", "prefect", *arguments],
                stdout=file,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )

    def dead(self) -> bool:
        return self.process.poll() is not None

    def stop(self) -> None:
        if self.dead():
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_WAIT)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _free(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise UserError(f"{host}:{port} cannot be used ({error.strerror}); choose another with --port") from None


def _wait_for(health: str, server: _Part) -> None:
    end = time.monotonic() + SERVER_WAIT
    while time.monotonic() < end:
        if server.dead():
            raise UserError(f"Prefect's server ended at once; see {server.log}", Exit.UNREADY)
        try:
            if httpx.get(health, timeout=2).is_success:
                return
        except httpx.HTTPError:
            pass  # not listening yet
        time.sleep(0.3)
    raise UserError(f"Prefect's server did not answer within {SERVER_WAIT:.0f} s; see {server.log}", Exit.UNREADY)


def _watch(parts: list[_Part]) -> int:
    while True:
        for part in parts:
            if part.dead():
                raise UserError(f"the {part.name} ended by itself; see {part.log}", Exit.UNREADY)
        time.sleep(1)
