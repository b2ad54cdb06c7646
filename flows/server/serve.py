"""Prefect's server as a child, behind our guard, on a socket that the parent has bound.

``python -m earful.flows.server.serve DESCRIPTOR LEVEL``, with what ``earful.flows.server.guard.environment`` says in
the environment.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import socket
import sys
from pathlib import Path
from typing import Any

import uvicorn

from earful.flows.process.importing import importing
from earful.flows.server import DATABASE_LOCK, database
from earful.flows.server.guard.environment import access
from earful.flows.server.guard.layer import LARGEST_BODY, Guard

LOCK = DATABASE_LOCK


def create_app() -> Guard:
    """Prefect's app behind the guard, as the environment describes it."""
    who = access()
    # Its import takes seconds and reads Prefect's settings, which the environment has by now.
    with importing():
        from prefect.server.api.server import create_app as prefect_app  # noqa: PLC0415

        app: Any = prefect_app()
    return Guard(app, who)


class _OneAtATime(uvicorn.Server):
    """Starts while no other server of this folder does."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Wait for the lock, come up, give it back."""
        with (Path(os.environ["PREFECT_HOME"]) / LOCK).open("w") as lock:
            await asyncio.to_thread(fcntl.flock, lock, fcntl.LOCK_EX)
            with database.ready():
                await super().startup(sockets)


def main() -> None:
    """Serve until SIGTERM."""
    config = uvicorn.Config(
        "earful.flows.server.serve:create_app",
        factory=True,
        lifespan="on",
        log_level=sys.argv[2],
        http="h11",  # 64 kB of headers at most, and strict about two lengths, two hosts and the like
        ws_max_size=LARGEST_BODY,
        proxy_headers=False,  # whom a proxy speaks for and how, our guard knows by the Host
        server_header=False,
    )
    _OneAtATime(config).run(sockets=[socket.socket(fileno=int(sys.argv[1]))])


if __name__ == "__main__":
    main()
