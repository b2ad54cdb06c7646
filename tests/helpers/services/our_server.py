"""Commands of ours that have a server: one that was started, and what its own user asks of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from replay import Request, Response, serve
from running import environment

ROOT = Path(__file__).parents[3]
MAIN = "from earful.flows.cli.entry import main; main()"
#: What the environment of `earful up` holds: a secret that the configuration names, and one of another program.
NAMED, OTHER = "marker-of-a-secret-that-is-named", "marker-of-a-secret-of-another-program"
#: The service that never answers is asked only where its channel, `steam`, is named.
CONFIG = """
time_zone = "Europe/Berlin"
[schedule]
nightly = "30 3 * * *"
[[products]]
slug = "northwind"
name = "Northwind"
ids = {{ steam = "440" }}
[[products]]
slug = "contoso"
name = "Contoso"
own = false
[[channels]]
name = "reviews"
connector = "sample"
[[channels]]
name = "forum"
connector = "sample"
kind = "comment"
outage_days_ago = 0
[[channels]]
name = "steam"
connector = "steam"
products = ["northwind"]
base_url = "{url}"
timeout = 200
enabled = false
[[channels]]
name = "reddit"
connector = "reddit"
subreddits = ["x"]
client_secret_env = "TEAM_REDDIT_SECRET"
enabled = false
"""


@dataclass
class Late:
    """A service that never answers: who asks it is held until it is let go, with that status."""

    asked: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)
    status: int = 500

    def __call__(self, _request: Request) -> Response:
        self.asked.set()
        self.go_on.wait(240)
        return Response(self.status)

    def forget(self) -> None:
        """Let go who is held, and hold the next one: only one request is answered at a time."""
        self.go_on.set()
        self.go_on.clear()
        self.asked.clear()


@dataclass(frozen=True)
class Command:
    """A running command of ours and its server: its folder, its process, its service; the server's address."""

    home: Path
    process: subprocess.Popen[bytes]
    late: Late
    base: str = ""
    credential: str = ""
    printed: str = ""

    @property
    def api(self) -> str:
        return f"{self.base}/api"

    @property
    def auth(self) -> tuple[str, str]:
        """What Prefect makes of PREFECT_API_AUTH_STRING."""
        name, _, secret = self.credential.partition(":")
        return name, secret

    def said(self) -> tuple[str, str]:
        """What it wrote on standard output and standard error so far."""
        return (self.home / "out.log").read_text(), (self.home / "err.log").read_text()

    def ask(self, path: str, body: object = None, method: str = "POST") -> Any:
        """What its own user asks the API."""
        given = None if method in {"GET", "DELETE"} else body or {}
        # The server's database is SQLite: while the services of `up` write, an answer may be 503, "ask again" (Prefect's
        # own client asks up to five times again).
        for pause in (1, 2, 4, 8, 16, 0):
            answer = httpx.request(method, f"{self.api}/{path}", json=given, auth=self.auth, timeout=60)
            if answer.status_code != 503:
                break
            time.sleep(pause)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def deployment(self, name: str) -> Any:
        return self.ask(f"deployments/name/{name}/{name}", method="GET")

    def made(self) -> dict[str, int]:
        """How many things there are of each kind."""
        return {kind: self.ask(f"{kind}/count") for kind in ("flows", "deployments")}


@contextmanager
def begun(home: Path, *arguments: str, config: str = CONFIG, **env: str) -> Iterator[Command]:
    """A command of ours in a folder, with a service that never answers; its address and credential are not known yet.

    ``config`` is the folder's earful.toml, with ``{url}`` where the service's address belongs.

    Temporary files belong into the data folder; whatever goes elsewhere all the same is seen in ``system-tmp``.
    """
    (home / "system-tmp").mkdir()
    late = Late()
    with serve(late) as service, (home / "out.log").open("wb") as out, (home / "err.log").open("wb") as err:
        (home / "earful.toml").write_text(config.format(url=service.url))
        process = subprocess.Popen(
            [sys.executable, "-c", MAIN, *arguments],
            cwd=home,
            env=clean_environment(TMPDIR=str(home / "system-tmp"), **env),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
        )
        try:
            yield Command(home, process, late)
        finally:
            late.go_on.set()
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(60)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def earful(home: Path, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Another command of ours in that folder, to its end."""
    command = [sys.executable, "-c", MAIN, *arguments]
    env = clean_environment(**env)
    return subprocess.run(command, cwd=home, env=env, check=False, capture_output=True, text=True, timeout=240)


def clean_environment(**more: str) -> dict[str, str]:
    """The environment without the Prefect and earful settings of other tests or of the developer."""
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    env = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT", "EARFUL"))}
    return env | {"PYTHONPATH": path} | more


def wait_until(what: str, ready: Callable[[], Any]) -> Any:
    """Ask until there is an answer; a busy machine gets its time, a hung one does not hold the tests for ever."""
    deadline = time.monotonic() + 240
    while not (answer := ready()):
        assert time.monotonic() < deadline, f"{what}: not within 240 s"
        time.sleep(0.3)
    return answer


def processes(home: Path) -> set[Path]:
    """Whoever was started for that folder: its place is in their environment."""
    return {p for p in Path("/proc").iterdir() if p.name.isdigit() and str(home).encode() in environment(p)}


def holding(folder: Path, *words: bytes) -> list[Path]:
    """The files in which one of the words stands."""
    found = ((file, content(file)) for file in folder.rglob("*") if file.is_file() and not file.is_symlink())
    return [file for file, held in found if any(word in held for word in words)]


def content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""  # not ours, or gone meanwhile
