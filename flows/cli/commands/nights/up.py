"""``earful up``: Prefect's server, a worker and the deployments, ended together by one Ctrl-C."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import httpx

from earful.flows.cli.commands.nights.listening import Listening, listen
from earful.flows.cli.commands.nights.open_ui import say_how
from earful.flows.config.settings import CONFIG_ENV, Settings, load
from earful.flows.datafolder.folders import make_data_folder, require_room
from earful.flows.datafolder.spool import remove_texts
from earful.flows.datafolder.store import opened
from earful.flows.datafolder.temporary import Temporary, private_folder
from earful.flows.errors import Exit, UserError
from earful.flows.process import signals
from earful.flows.process.terminal import Terminal
from earful.flows.server import prefect_settings
from earful.flows.server.child_environment import for_flows, for_server
from earful.flows.server.guard import credential
from earful.flows.server.proxies import set_aside_unusable
from earful.flows.supervision.api import Api
from earful.flows.supervision.database import for_pruning
from earful.flows.supervision.part import Part
from earful.flows.supervision.settle import Settled
from earful.flows.supervision.supervisor import HUNG_STOP, Starts, Supervisor

#: The first start makes Prefect's database. Seconds.
SERVER_WAIT = 180.0
#: Whoever asks whether an `earful up` runs holds its lock for a moment. Seconds.
LOCK_WAIT = 0.5


def run_up(config: Path | None, host: str, port: int, *, browser: bool | None = None) -> int:
    """Run until a signal; UNREADY where it does not come up at first. A part that dies later is started again.

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
    held = (lock, temporary.lock)
    # Posts that a flow has pulled when it is killed: it cannot remove them, so we do.
    clear = partial(remove_texts, settings.data)
    signals.at_end(clear)
    secret = os.environ[credential.AUTH_ENV]
    api = Api(f"{door.url}/api/", secret)
    deployed: list[tuple[str, str]] = []
    hung = settings.server.hung_seconds

    def server() -> Part:
        module = ["earful.flows.server.serve", str(door.socket.fileno()), "warning"]
        environment = {
            **for_pruning(settings.server.history_days), **for_server(os.environ), **temporary.environment, **door.env,
            "PREFECT__SERVER_FINAL": "1",
        }  # fmt: skip
        # In a folder of its own: a .env or prefect.toml of the user's is for another server.
        part = Part("server", module, home / "server.log", (*held, door.socket.fileno()), environment, home)
        try:
            _wait_for(f"{door.url}/api/health", part)
        except BaseException:
            part.stop(HUNG_STOP)
            raise
        credential.keep(home, secret)
        (home / prefect_settings.SERVER_URL).write_text(f"{door.url}/api\n")
        return part

    def worker() -> Part:
        module = [
            "prefect",
            "worker",
            "start",
            "--pool",
            prefect_settings.POOL,
            "--type",
            "process",
            "--name",
            "earful",
        ]
        often = {"PREFECT_WORKER_HEARTBEAT_SECONDS": f"{min(30.0, hung / 4):g}"}
        environment = {**often, **for_flows(settings, os.environ), **temporary.environment}
        return Part("worker", module, home / "worker.log", held, environment)

    def make_deployments() -> None:
        from earful.flows.deploy import deploy

        deployed[:] = deploy(settings)

    supervisor = Supervisor(
        settings,
        home,
        api,
        Starts(server, worker, make_deployments, partial(_settled, settings, api)),
        partial(out.print),
    )
    try:
        out.print("starting Prefect's server ...")
        supervisor.begin()
        for shown in door.shown:
            out.print(f"UI          {shown}")
        for name, schedule in deployed:
            out.print(f"deployment  {name}  ({schedule})")
        say_how(door.url, settings.server.public_url, secret, browser=browser)
        out.print("a backfill: Deployments, backfill, Run, Custom run. Ctrl-C ends all of it.")
        supervisor.keep()
        return Exit.OK
    finally:
        (home / prefect_settings.SERVER_URL).unlink(missing_ok=True)
        (home / credential.FILE).unlink(missing_ok=True)
        door.socket.close()
        supervisor.stop()
        api.close()
        clear()
        out.print("stopped")


def _settled(settings: Settings, api: Api, nobody_works: bool) -> Settled:
    """Runs in line with the store, and what killed ones left removed."""
    from earful.flows.night.run import clear_killed
    from earful.flows.supervision.settle import settle
    from earful.warehouse import WarehouseError, last_runs

    stored = []
    killed = clear_killed(settings) if nobody_works else ()
    if settings.store.exists():
        # In use, or not ours to open: the runs are settled without it, and the missed night is left to the next.
        with suppress(WarehouseError), opened(settings, wait=5) as store:
            stored = last_runs(store)
    return settle(api, settings, stored, datetime.now(UTC), nobody_works=nobody_works, killed=killed)


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


def _wait_for(health: str, server: Part) -> None:
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
