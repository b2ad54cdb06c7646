"""Prefect's server for one command: the user's own, that of ``earful up``, or one of ours for as long as it takes.

Prefect would start one by itself, and leave it behind when it is killed. Ours ends with us in every case, says why it
ended, and comes up while we import the rest.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import httpx

from earful.flows.errors import Exit, UserError
from earful.flows.process import signals
from earful.flows.server.child_environment import for_server
from earful.flows.server.guard import credential
from earful.flows.server.guard.environment import guard_env

#: The first start makes Prefect's database: 20 s on a busy machine of two cores. Seconds.
START_WAIT = 180.0
_ERROR = re.compile(r"[A-Za-z_.]+(Error|Exception)\b")
STOP_WAIT = 15.0
#: One that refuses to start has so long to end, and to say why. Seconds.
END_WAIT = 5.0
#: A server of the user's own that says nothing for so long is no server. Seconds.
GIVEN_WAIT = 20.0
#: As Prefect's own temporary server: no pages, and only the services that record runs. Blocks are nothing we use.
_ENV = {
    "PREFECT_UI_ENABLED": "0",
    "PREFECT__SERVER_EPHEMERAL": "1",
    "PREFECT__SERVER_FINAL": "1",
    "PREFECT_API_BLOCKS_REGISTER_ON_START": "false",
    "PREFECT_MEMOIZE_BLOCK_AUTO_REGISTRATION": "false",  # a hash of all kinds of blocks, to remember that none was
}


class Server:
    """A server that is there already, or (``process``) a child of ours."""

    def __init__(self, url: str, process: subprocess.Popen[bytes] | None = None) -> None:
        self.url = url
        self._process = process
        self._said: deque[str] = deque(maxlen=400)
        if process is not None:
            # Kept here and not in a file: what it says when the disk is full must not need one.
            Thread(target=self._listen, daemon=True).start()

    def wait(self) -> None:
        """Return when it answers. Raises UserError (UNREADY, or WAREHOUSE for a full disk) where it does not."""
        if self._process is None:
            silent = _silent(self.url)
            if silent:
                raise silent
            return
        try:
            # Connections wait in the socket's queue until it serves: one question is enough.
            if httpx.get(f"{self.url}/health", timeout=START_WAIT, trust_env=False).is_success:
                return
        except httpx.HTTPError:
            pass
        raise self.mishap(END_WAIT) or UserError("Prefect's server did not start; run it again", Exit.UNREADY)

    def mishap(self, seconds: float = 0.5) -> UserError | None:
        """What went wrong with it, as far as it said so within so many seconds; None where it looks well."""
        if self._process is None:
            return _silent(self.url)
        ended = self._ended(seconds)
        said = [line for line in list(self._said) if line.strip()]
        for line in said:
            if any(words in line for words in ("disk is full", "No space left", "readonly database", "disk I/O error")):
                return UserError(
                    "the disk with Prefect's own database is full or read-only; what had landed stays: free space and "
                    "run it again",
                    Exit.WAREHOUSE,
                )
        if ended:
            errors = [line for line in said if _ERROR.match(line)]  # how a trace ends; after it come general words
            last = (errors or said)[-1].strip() if said else "without a word"
            return UserError(
                f"Prefect's server ended by itself ({last}); what had landed stays, run it again", Exit.UNREADY
            )
        return None

    def stop(self) -> None:
        """End it, if it is ours."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(signals.patience(STOP_WAIT))
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        signals.reaped(self._process.pid)
        assert self._process.stdin is not None
        self._process.stdin.close()

    def _ended(self, seconds: float) -> bool:
        assert self._process is not None
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def _listen(self) -> None:
        assert self._process is not None
        assert self._process.stderr is not None
        with self._process.stderr as lines:
            for line in lines:
                self._said.append(line.decode("utf-8", "replace"))


@contextmanager
def serving() -> Iterator[Server]:
    """A server, perhaps not ready yet (``Server.wait``), and PREFECT_API_URL set to it; ours is ended at the end.

    Call it before prefect is imported, which reads the variable then.
    """
    there = given()
    if there:
        yield Server(there)
        return
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen(128)
        port = door.getsockname()[1]
        url = f"http://127.0.0.1:{port}/api"
        before = os.environ.get(credential.AUTH_ENV)
        credential.hand_on(credential.make())
        with signals.held():
            process = subprocess.Popen(  # noqa: S603 - our own interpreter, our own arguments
                [
                    sys.executable,
                    "-P",
                    "-m",
                    "earful.flows.process.child",
                    "earful.flows.server.serve",
                    str(door.fileno()),
                    "error",
                ],
                env={**for_server(os.environ), **_ENV, **guard_env(["127.0.0.1"], port)},
                cwd=os.environ["PREFECT_HOME"],  # a .env or prefect.toml of the user's is for another server
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                pass_fds=[door.fileno()],
                start_new_session=True,  # Ctrl-C reaches us alone, and we end it in order
            )
            signals.child(process.pid)
    server = Server(url, process)
    os.environ["PREFECT_API_URL"] = url
    try:
        yield server
    finally:
        os.environ.pop("PREFECT_API_URL", None)
        os.environ.pop(credential.AUTH_ENV, None)
        if before is not None:
            os.environ[credential.AUTH_ENV] = before
        server.stop()


def given() -> str | None:
    """The address that the environment names, or that prefect has been given in this process."""
    if "prefect" in sys.modules:
        from prefect.settings import PREFECT_API_URL  # noqa: PLC0415 - a command that needs no Prefect pays nothing

        url: str | None = PREFECT_API_URL.value()
        return url
    return os.environ.get("PREFECT_API_URL")


def _silent(url: str) -> UserError | None:
    """Why the server that was named cannot be used, if it does not answer."""
    try:
        shown = str(httpx.URL(url).copy_with(userinfo=b""))
        httpx.get(f"{url}/health", timeout=GIVEN_WAIT)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        why = " ".join(str(error).split())
        return UserError(
            f"PREFECT_API_URL: no Prefect server answers at {shown} ({why}); start it, or unset the variable: "
            "earful then starts a server of its own",
            Exit.UNREADY,
        )
    return None
