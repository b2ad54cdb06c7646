"""``earful up``: Prefect's server, a worker and the deployments, ended together by one Ctrl-C."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import httpx
from rich.console import Console

from flows import credential, prefect_env
from flows.commands.listening import Listening, listen
from flows.commands.open_ui import say_how
from flows.errors import Exit, UserError
from flows.folders import make_data_folder, require_room
from flows.proxies import set_aside_unusable
from flows.settings import CONFIG_ENV, Settings, load

#: The first start makes Prefect's database. Seconds.
SERVER_WAIT = 180.0
STOP_WAIT = 15.0
#: Held as long as `earful up` or a part of it runs: two servers on one database would schedule every night twice.
LOCK = "up.lock"


def run_up(config: Path | None, host: str, port: int, *, browser: bool | None = None) -> int:
    """Run until Ctrl-C, SIGTERM, or until a part dies (then UNREADY, with the log to look at).

    ``browser``: open the UI in one; None: where there is a display and a person at the terminal.
    """
    settings = load(config)
    set_aside_unusable(settings)
    make_data_folder(settings)
    os.environ[CONFIG_ENV] = str(settings.file)
    # Not inherited from a shell that points elsewhere: this command is its own server, with its own credential.
    os.environ.pop("PREFECT_API_URL", None)
    credential.hand_on(credential.make())
    # Of the page's own origin: a browser on another machine would else be sent to its own 127.0.0.1.
    os.environ["PREFECT_SERVER_UI_API_URL"] = "/api"
    os.environ.setdefault("PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT", "false")
    prefect_env.prepare(settings.data, quiet=False)
    home = prefect_env.prefect_home(settings.data)
    require_room(settings, home)
    with _alone(home) as lock:
        door = listen(host, port, settings.server.public_url)
        os.environ["PREFECT_API_URL"] = f"{door.url}/api"
        return _run(settings, home, lock, door, browser=browser)


def _run(settings: Settings, home: Path, lock: int, door: Listening, *, browser: bool | None) -> int:
    out = Console(highlight=False, soft_wrap=True)
    parts: list[_Part] = []
    # SIGTERM ends like Ctrl-C, so that a service manager leaves no orphans, and so does a closed terminal (but not
    # under nohup). SIGINT is set too: started with `&` by a script we would inherit "ignore", hand it on, and Prefect's
    # worker would then hang at its end.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, _interrupt)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, _interrupt)
    try:
        out.print("starting Prefect's server ...")
        server = ["flows.prefect_server", str(door.socket.fileno()), "warning"]
        env = {**door.env, "PREFECT__SERVER_FINAL": "1"}
        parts.append(_Part("server", server, home / "server.log", lock, door.socket.fileno(), **env))
        door.socket.close()  # the server's now: whoever asks after its end is told so at once
        _wait_for(f"{door.url}/api/health", parts[0])
        secret = os.environ[credential.AUTH_ENV]
        credential.keep(home, secret)
        (home / prefect_env.SERVER_URL).write_text(f"{door.url}/api\n")
        from flows.deploy import POOL, deploy, end_leftovers
        from flows.run import clear_killed

        deployed = deploy(settings)
        left = end_leftovers()
        left += clear_killed(settings)
        if left:
            out.print(f"ended       {left} of the last time's runs, which nobody works on any more")
        worker = ["prefect", "worker", "start", "--pool", POOL, "--type", "process", "--name", "earful"]
        parts.append(_Part("worker", worker, home / "worker.log", lock))
        for shown in door.shown:
            out.print(f"UI          {shown}")
        for name, schedule in deployed:
            out.print(f"deployment  {name}  ({schedule})")
        say_how(door.url, settings.server.public_url, secret, browser=browser)
        out.print("a backfill: Deployments, backfill, Run, Custom run. Ctrl-C ends all of it.")
        return _watch(parts)
    except KeyboardInterrupt:
        return Exit.OK
    finally:
        for again in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(again, signal.SIG_IGN)  # a second Ctrl-C would leave the parts behind
        (home / prefect_env.SERVER_URL).unlink(missing_ok=True)
        (home / credential.FILE).unlink(missing_ok=True)
        for part in reversed(parts):
            part.stop()
        out.print("stopped")


class _Part:
    """One child process, run as a module, with its own log."""

    def __init__(self, name: str, arguments: list[str], log: Path, *held: int, **env: str) -> None:
        self.name = name
        self.log = log
        with log.open("ab") as file:
            # A session of its own: Ctrl-C reaches us alone, and we end the parts in order.
            self.process = subprocess.Popen(  # noqa: S603 - our own interpreter, our own arguments
                [sys.executable, "-P", "-m", "flows.tether", *arguments],
                env={**os.environ, **env},
                stdout=file,
                stderr=subprocess.STDOUT,
                stdin=subprocess.PIPE,  # its end, were we killed outright, ends the part too
                start_new_session=True,
                pass_fds=held,  # the lock: as long as that takes, it says that a part is at work
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
        if self.process.stdin:
            self.process.stdin.close()


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


@contextmanager
def _alone(home: Path) -> Iterator[int]:
    """One `earful up` a folder; gives the lock's file descriptor. The lock ends with the last process that holds it."""
    with (home / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            url = prefect_env.running_server(home)
            where = f" at {url.removesuffix('/api')}" if url else ""
            raise UserError(
                f"{home}: another `earful up`, or what one that was killed left, runs here already{where}; end it first"
            ) from None
        yield lock.fileno()


def _wait_for(health: str, server: _Part) -> None:
    end = time.monotonic() + SERVER_WAIT
    while time.monotonic() < end:
        if server.dead():
            raise UserError(f"Prefect's server ended at once; see {server.log}", Exit.UNREADY)
        try:
            if httpx.get(health, timeout=2, trust_env=False).is_success:
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
