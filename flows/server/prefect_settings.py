"""Prefect's own settings, put into the environment before prefect is imported; what the user has set stays."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import Any

import httpx

from earful.flows.datafolder.folders import unusable
from earful.flows.server.guard import credential
from earful.flows.server.proxies import spare_loopback

#: Written by ``earful up`` while its server runs, so that runs by hand show in its UI.
SERVER_URL = "server.url"
#: Held as long as ``earful up`` or a part of it runs: two servers on one database would schedule every night twice.
UP_LOCK = "up.lock"
#: The work pool of all deployments.
POOL = "earful"


def prefect_home(data: Path) -> Path:
    """Where Prefect keeps its own database and logs: with our files, not in the user's home."""
    return Path(os.environ.get("PREFECT_HOME") or data / "prefect")


def prepare(data: Path, *, quiet: bool = True) -> None:
    """Set what Prefect reads at import.

    ``quiet`` keeps Prefect's console log for errors of its own: the command line has its own display, and a failed
    channel is reported there in one line. Runs in a worker are logged in full, in the UI.
    """
    home = prefect_home(data)
    try:
        # Its database may be read by everybody; the folder is for its owner alone. One that is there stays as it is.
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise unusable(home, error) from None
    defaults = {
        "PREFECT_HOME": str(home),
        # No news of what is tracked here leaves the machine.
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
        "DO_NOT_TRACK": "1",
        # The first start of the in-process server makes its database: 20 s on a busy machine of two cores.
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    }
    if quiet:
        defaults["PREFECT_LOGGING_LEVEL"] = "CRITICAL"
        defaults["PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW"] = "ignore"
    for name, value in defaults.items():
        os.environ.setdefault(name, value)
    os.environ["PREFECT_HOME"] = str(home.absolute())  # the server is started in it
    spare_loopback()
    _find_server(home)


def said_of_settings(error: Any) -> str:  # noqa: ANN401 - by its name: not every command imports pydantic's
    """What Prefect, at its import, does not take of its own settings; empty for any other error.

    Without the value, which may be a database's password.
    """
    kind, title = type(error).__name__, str(getattr(error, "title", ""))
    if kind == "ValidationError" and title.endswith("Settings"):  # those of earful.toml are reported where it is read
        found = error.errors(include_url=False, include_context=False, include_input=False)
        wrong = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in found[:3])
    elif kind == "SettingsError":
        title, wrong = "a file", "it cannot be read"
    else:
        return ""
    return (
        f"Prefect's settings ({title}): {wrong}; mend the PREFECT_ variable, or the .env, prefect.toml or "
        "pyproject.toml in this folder"
    )


def _find_server(home: Path) -> None:
    """Name the server of a running ``earful up``, and the credential for it, where no other server is named."""
    named = os.environ.get("PREFECT_API_URL")
    if named and credential.AUTH_ENV in os.environ:
        return
    url = running_server(home)
    found = credential.kept(home)
    if url and named in {None, "", url}:
        os.environ["PREFECT_API_URL"] = url
        if found:
            credential.hand_on(found)


def running_server(home: Path) -> str | None:
    """The API address of the server that ``earful up`` runs for this folder, if it answers.

    A killed one leaves its note, and its port may be another user's by now: none is asked unless the lock is held.
    """
    if not _up_lives(home):
        return None
    try:
        url = (home / SERVER_URL).read_text("ascii").strip()
        return url if httpx.get(f"{url}/health", timeout=2, trust_env=False).is_success else None
    except (OSError, ValueError, httpx.HTTPError, httpx.InvalidURL):  # none yet, or a power cut left half of it
        return None


def _up_lives(home: Path) -> bool:
    """Whether `earful up`, or a part of it, runs for this folder."""
    try:
        with (home / UP_LOCK).open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False  # there has never been one, or it is not ours to ask
    return False
