"""How a server's parent tells it who may ask it, and under which addresses: by environment, never by command line."""

from __future__ import annotations

import json
import os

from earful.flows.server.guard.access import Access
from earful.flows.server.guard.credential import AUTH_ENV, OWN_ENV
from earful.flows.server.guard.origins import Origins

_ENV = "EARFUL_SERVER"


def guard_env(
    names: list[str], port: int, public_url: str | None = None, *, any_address: bool = False
) -> dict[str, str]:
    """What the server's process needs beside the credential that it inherits; nothing of it is secret."""
    said = {"names": names, "port": port, "public_url": public_url, "any_address": any_address}
    return {_ENV: json.dumps(said)}


def access() -> Access:
    """What the parent said, inside the server's process."""
    said = json.loads(os.environ[_ENV])
    port = int(said["port"])
    return Access(
        origins=Origins.of(said["names"], port, said["public_url"], any_address=bool(said["any_address"])),
        credential=os.environ[AUTH_ENV],
        cookie=f"earful_{port}",
        own=os.environ.pop(OWN_ENV, None),
    )
