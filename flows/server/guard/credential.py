"""The credential of one server of ours: made when it starts, gone with it, never in a command line or a database.

Processes get it as PREFECT_API_AUTH_STRING in the environment they inherit; a command beside a running `earful up`
reads it from the file.
"""

from __future__ import annotations

import base64
import os
import secrets
from pathlib import Path

import httpx

from earful.flows.errors import Exit, UserError
from earful.flows.process.redact import outgoing
from earful.flows.server.guard.access import LOGIN, TOKEN

#: Written by ``earful up`` beside the address of its server, for its owner only, and removed at its end.
FILE = "server.credential"
#: Read by every client of Prefect 3.8.8, which sends it as ``Basic`` (and as the first message of a websocket).
AUTH_ENV = "PREFECT_API_AUTH_STRING"
#: A credential of the user's own, to log in from other machines.
OWN_ENV = "EARFUL_SERVER_CREDENTIAL"
#: Its least length, in characters: 20 random letters and digits are 119 bits, and TRIES a minute are looked at.
LEAST = 20
#: What would have Prefect's server or its clients use another one than ours.
_OTHERS = ("PREFECT_SERVER_API_AUTH_STRING", "PREFECT_API_KEY", "PREFECT_SERVER_API_BASE_PATH")


def make() -> str:
    """A new credential: 256 bits."""
    return f"earful:{secrets.token_urlsafe(32)}"


def hand_on(credential: str) -> None:
    """Put it into the environment that children inherit, in place of any other. Before prefect is imported."""
    for name in _OTHERS:
        os.environ.pop(name, None)
    os.environ[AUTH_ENV] = credential
    outgoing.add([credential, credential.partition(":")[2]])


def keep(home: Path, credential: str) -> None:
    """Write the file, 0600. Raises UserError where it cannot be written."""
    # Here: the server's own process imports this module, and would import the warehouse and pandas with it.
    from earful.flows.datafolder.folders import unusable  # noqa: PLC0415
    from earful.warehouse.files.atomic import write_whole  # noqa: PLC0415

    try:
        write_whole(home / FILE, credential + "\n", mode=0o600)
    except OSError as error:
        raise unusable(home / FILE, error) from None


def kept(home: Path) -> str | None:
    """What the file says, if it is there and ours to read."""
    try:
        return (home / FILE).read_text("ascii").strip() or None
    except (OSError, ValueError):
        return None


def own() -> str | None:
    """The user's own credential, removed from the environment: no worker and no flow needs it. Raises UserError."""
    given = os.environ.pop(OWN_ENV, "").strip()
    if not given:
        return None
    if len(given) < LEAST or not given.isascii():
        raise UserError(
            f"{OWN_ENV}: {len(given)} characters; allowed: {LEAST} or more, plain ASCII, such as the output of "
            "`openssl rand -base64 24`"
        )
    return given


def login_address(base: str, shown: str, credential: str, *, short: bool = False) -> str:
    """An address under ``shown`` that logs one browser in, once; asked of the server at ``base``.

    ``short``: for a browser that is opened at once, and good for a minute only. Raises UserError (UNREADY).
    """
    header = {"Authorization": "Basic " + base64.b64encode(credential.encode()).decode()}
    try:
        url = f"{base}{TOKEN}{'?life=short' if short else ''}"
        answer = httpx.post(url, headers=header, timeout=30, trust_env=False).raise_for_status()
    except httpx.HTTPError as error:
        raise UserError(
            f"{base}: the server gives no address to log in ({type(error).__name__})", Exit.UNREADY
        ) from None
    return f"{shown}{LOGIN}?token={answer.json()['token']}"
