"""Prefect's server as a child, on a socket that the parent has bound: ``python -m flows.prefect_server DESCRIPTOR``."""

from __future__ import annotations

import socket
import sys

import uvicorn


def main() -> None:
    """Serve until SIGTERM."""
    # By name: its import takes seconds and reads Prefect's settings, which the environment has by now.
    config = uvicorn.Config("prefect.server.api.server:create_app", factory=True, lifespan="on", log_level="error")
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=int(sys.argv[1]))])


if __name__ == "__main__":
    main()
