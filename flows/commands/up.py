"""``earful up``: Prefect's server, a worker and the deployments, ended together by one Ctrl-C."""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

import httpx

from flows import prefect_env, signals
from flows.environment import for_flows, for_server
from flows.errors import Exit, UserError
from flows.folders import make_data_folder, require_room
from flows.settings import CONFIG_ENV, Settings, load
from flows.spool import remove_texts
from flows.temporary import Temporary, private_folder
from flows.terminal import Terminal

#: The first start makes Prefect's database. Seconds.
SERVER_WAIT = 180.0
#: Where a part died by itself, the others have that long; after a signal a second each. Seconds.
STOP_WAIT = 15.0
#: Held as long as `earful up` or a part of it runs: two servers on one database would schedule every night twice.
LOCK = "up.lock"
#: Pages that may talk to this server alone. Prefect 3.8.8's UI loads Amplitude's code and asks its servers for settings
#: at every page, analytics switched off or not.
POLICY = "Content-Security-Policy:connect-src 'self'"


def run_up(config: Path | None, host: str, port: int) -> int:
    """Run until a signal, or until a part dies (then UNREADY, with the log to look at)."""
    signals.say("stopped, with its server, its worker and the runs they were at; the next run closes the gap")
    settings = load(config)
    make_data_folder(settings)
    os.environ[CONFIG_ENV] = str(settings.file)
    url = f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}"  # noqa: S104 - compared, not bound
    # Not inherited from a shell that points elsewhere: this command is its own server.
    os.environ["PREFECT_API_URL"] = f"{url}/api"
    # Of the page's own origin: a browser on another machine would else be sent to its own 127.0.0.1.
    os.environ["PREFECT_SERVER_UI_API_URL"] = "/api"
    os.environ.setdefault("PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT", "false")
    prefect_env.prepare(settings.data, quiet=False)
    home = prefect_env.prefect_home(settings.data)
    require_room(settings, home)
    with _alone(home) as lock, private_folder(settings.data) as temporary:
        _free(host, port)
        return _run(settings, home, lock, temporary, host, port, url)


def _run(settings: Settings, home: Path, lock: int, temporary: Temporary, host: str, port: int, url: str) -> int:
    out = Terminal(highlight=False, soft_wrap=True)
    parts: list[_Part] = []
    held = (lock, temporary.lock)
    # Posts that a flow has pulled when it is killed: it cannot remove them, so we do.
    clear = partial(remove_texts, settings.data)
    signals.at_end(clear)
    try:
        out.print("starting Prefect's server ...")
        environment = {**for_server(os.environ), **temporary.environment, "PREFECT__SERVER_FINAL": "1"}
        parts.append(_Part("server", _server(host, port), home / "server.log", held, environment))
        _wait_for(f"{url}/api/health", parts[0])
        (home / prefect_env.SERVER_URL).write_text(f"{url}/api\n")
        from flows.deploy import POOL, deploy, end_leftovers
        from flows.run import clear_killed

        deployed = deploy(settings)
        left = end_leftovers()
        left += clear_killed(settings)
        if left:
            out.print(f"ended       {left} of the last time's runs, which nobody works on any more")
        worker = ["prefect", "worker", "start", "--pool", POOL, "--type", "process", "--name", "earful"]
        environment = {**for_flows(settings, os.environ), **temporary.environment}
        parts.append(_Part("worker", worker, home / "worker.log", held, environment))
        out.print(f"UI          {url}")
        for name, schedule in deployed:
            out.print(f"deployment  {name}  ({schedule})")
        out.print("a backfill: Deployments, backfill, Run, Custom run. Ctrl-C ends all of it.")
        return _watch(parts)
    finally:
        (home / prefect_env.SERVER_URL).unlink(missing_ok=True)
        for part in reversed(parts):
            part.stop()
        clear()
        out.print("stopped")


def _server(host: str, port: int) -> list[str]:
    """What ``prefect server start`` does when it goes into the background, and one header more."""
    app = ["uvicorn", "--factory", "prefect.server.api.server:create_app", "--host", host, "--port", str(port)]
    return [*app, "--header", POLICY, "--log-level", "warning"]


class _Part:
    """One child process, run as a module, with its own log."""

    def __init__(
        self, name: str, arguments: list[str], log: Path, held: tuple[int, ...], environment: dict[str, str]
    ) -> None:
        self.name = name
        self.log = log
        with log.open("ab") as file, signals.held():
            # A session of its own: Ctrl-C reaches us alone, and we end the parts in order.
            self.process = subprocess.Popen(  # noqa: S603 - our own interpreter, our own arguments
                [sys.executable, "-P", "-m", "flows.tether", *arguments],
                env=environment,
                stdout=file,
                stderr=subprocess.STDOUT,
                stdin=subprocess.PIPE,  # its end, were we killed outright, ends the part too
                start_new_session=True,
                pass_fds=held,  # locks: as long as a part is at work they say so
            )
            signals.child(self.process.pid)

    def dead(self) -> bool:
        return self.process.poll() is not None

    def stop(self) -> None:
        # The worker's flows are in its group: told at the same time, and ended if it is dead already.
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(signals.patience(STOP_WAIT))
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        signals.until_gone(self.process.pid)
        signals.reaped(self.process.pid)
        if self.process.stdin:
            self.process.stdin.close()


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
