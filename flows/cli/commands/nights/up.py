"""``earful up``: Prefect's server, a worker and the deployments, ended together by one Ctrl-C."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

import httpx

from earful.flows.cli.commands.nights.listening import Listening, listen
from earful.flows.cli.commands.nights.open_ui import say_how
from earful.flows.config.settings import CONFIG_ENV, Settings, load
from earful.flows.datafolder.folders import make_data_folder, require_room
from earful.flows.datafolder.spool import remove_texts
from earful.flows.datafolder.temporary import Temporary, private_folder
from earful.flows.errors import Exit, UserError
from earful.flows.process import signals
from earful.flows.process.terminal import Terminal
from earful.flows.server import prefect_settings
from earful.flows.server.child_environment import for_flows, for_server
from earful.flows.server.guard import credential
from earful.flows.server.proxies import set_aside_unusable

#: The first start makes Prefect's database. Seconds.
SERVER_WAIT = 180.0
#: Where a part died by itself, the others have that long; after a signal a second each. Seconds.
STOP_WAIT = 15.0
#: Whoever asks whether an `earful up` runs holds its lock for a moment. Seconds.
LOCK_WAIT = 0.5


def run_up(config: Path | None, host: str, port: int, *, browser: bool | None = None) -> int:
    """Run until a signal, or until a part dies (then UNREADY, with the log to look at).

    ``browser``: open the UI in one; None: where there is a display and a person at the terminal.
    """
    signals.say("stopped, with its server, its worker and the runs they were at; the next run closes the gap")
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
    prefect_settings.prepare(settings.data, quiet=False)
    home = prefect_settings.prefect_home(settings.data)
    require_room(settings, home)
    with _alone(home) as lock, private_folder(settings.data) as temporary:
        (home / prefect_settings.SERVER_URL).unlink(missing_ok=True)  # of one that was killed; ours is not there yet
        door = listen(host, port, settings.server.public_url)
        os.environ["PREFECT_API_URL"] = f"{door.url}/api"
        return _run(settings, home, lock, temporary, door, browser=browser)


def _run(
    settings: Settings, home: Path, lock: int, temporary: Temporary, door: Listening, *, browser: bool | None
) -> int:
    out = Terminal(highlight=False, soft_wrap=True, markup=False)  # [fd00::1] is an address
    parts: list[_Part] = []
    held = (lock, temporary.lock)
    # Posts that a flow has pulled when it is killed: it cannot remove them, so we do.
    clear = partial(remove_texts, settings.data)
    signals.at_end(clear)
    try:
        out.print("starting Prefect's server ...")
        server = ["earful.flows.server.serve", str(door.socket.fileno()), "warning"]
        environment = {**for_server(os.environ), **temporary.environment, **door.env, "PREFECT__SERVER_FINAL": "1"}
        # In a folder of its own: a .env or prefect.toml of the user's is for another server.
        parts.append(_Part("server", server, home / "server.log", (*held, door.socket.fileno()), environment, home))
        door.socket.close()  # the server's now: whoever asks after its end is refused at once
        _wait_for(f"{door.url}/api/health", parts[0])
        secret = os.environ[credential.AUTH_ENV]
        credential.keep(home, secret)
        (home / prefect_settings.SERVER_URL).write_text(f"{door.url}/api\n")
        from earful.flows.night.run import clear_killed
        from earful.flows.server.deploy import POOL, deploy, end_leftovers

        deployed = deploy(settings)
        left = clear_killed(settings)  # first: of a run that left a spool it would be counted again
        left += end_leftovers()
        if left:
            out.print(f"ended       {left} of the last time's runs, which nobody works on any more")
        worker = ["prefect", "worker", "start", "--pool", POOL, "--type", "process", "--name", "earful"]
        environment = {**for_flows(settings, os.environ), **temporary.environment}
        parts.append(_Part("worker", worker, home / "worker.log", held, environment))
        for shown in door.shown:
            out.print(f"UI          {shown}")
        for name, schedule in deployed:
            out.print(f"deployment  {name}  ({schedule})")
        say_how(door.url, settings.server.public_url, secret, browser=browser)
        out.print("a backfill: Deployments, backfill, Run, Custom run. Ctrl-C ends all of it.")
        return _watch(parts)
    finally:
        (home / prefect_settings.SERVER_URL).unlink(missing_ok=True)
        (home / credential.FILE).unlink(missing_ok=True)
        for part in reversed(parts):
            part.stop()
        clear()
        out.print("stopped")


class _Part:
    """One child process, run as a module, with its own log."""

    def __init__(
        self,
        name: str,
        arguments: list[str],
        log: Path,
        held: tuple[int, ...],
        environment: dict[str, str],
        folder: Path | None = None,
    ) -> None:
        self.name = name
        self.log = log
        with log.open("ab") as file, signals.held():
            # A session of its own: Ctrl-C reaches us alone, and we end the parts in order.
            self.process = subprocess.Popen(  # noqa: S603 - our own interpreter, our own arguments
                [sys.executable, "-P", "-m", "earful.flows.process.child", *arguments],
                env=environment,
                cwd=folder,
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
        # The worker's flows are in its group: signalled at the same time, and ended if it is dead already.
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
    with (home / prefect_settings.UP_LOCK).open("w") as lock:
        if not _locked(lock.fileno()):
            url = prefect_settings.running_server(home)
            where = f" at {url.removesuffix('/api')}" if url else ""
            raise UserError(
                f"{home}: another `earful up`, or what one that was killed left, runs here already{where}; end it first"
            )
        yield lock.fileno()


def _locked(lock: int) -> bool:
    end = time.monotonic() + LOCK_WAIT
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > end:
                return False
            time.sleep(0.05)
        else:
            return True


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
