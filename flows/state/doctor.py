"""``earful doctor``: each thing that breaks is tried, and what to do is said. Nothing is changed but a probe file."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import httpx

from earful.flows.config.settings import Settings, load
from earful.flows.datafolder.folders import probe, require_room
from earful.flows.errors import UserError
from earful.flows.server import prefect_settings
from earful.flows.server.child_environment import named_secrets
from earful.flows.server.proxies import set_aside_unusable
from earful.flows.service.install import installed
from earful.flows.state.messages import DOCTOR
from earful.flows.state.published import look
from earful.flows.supervision import database
from earful.warehouse import WarehouseError, held_by, missing_migrations

#: A file from later than that was written by a clock that was ahead, or ours is behind. Seconds.
AHEAD = 120.0


@dataclass(frozen=True, slots=True)
class Tried:
    """``name`` is one of messages.DOCTOR; ``says`` what was found and, where not ``ok``, what to do."""

    name: str
    ok: bool
    says: str


class _Wrong(Exception):
    """What is wrong and what to do, in one line."""


def examine(config: Path | None, port: int = 4200) -> list[Tried]:
    """Try everything, in the order of messages.DOCTOR; without a configuration there is nothing else to try."""
    try:
        settings = load(config)
    except UserError as error:
        return [Tried("configuration", False, str(error))]
    tries: dict[str, Callable[[Settings], str]] = {
        "configuration": lambda found: f"{found.file}: {len(found.products)} products, {len(found.channels)} channels",
        "zone": _zone, "clock": _clock, "folder": _folder, "disk": _disk, "lock": _lock, "store": _store,
        "database": _database, "port": lambda found: _port(found, port), "proxy": _proxy, "keys": _keys,
        "secret": _secret, "service": _service,
    }  # fmt: skip
    assert tuple(tries) == DOCTOR
    return [_tried(name, attempt, settings) for name, attempt in tries.items()]


def _tried(name: str, attempt: Callable[[Settings], str], settings: Settings) -> Tried:
    try:
        return Tried(name, True, attempt(settings))
    except (_Wrong, UserError, WarehouseError) as error:
        return Tried(name, False, str(error))
    except OSError as error:
        return Tried(name, False, f"{error.filename or settings.data}: {error.strerror or error}; mend that")


def _zone(settings: Settings) -> str:
    try:
        now = datetime.now(ZoneInfo(settings.time_zone))
    except ZoneInfoNotFoundError:
        raise _Wrong(f"time_zone {settings.time_zone}: this machine has no such zone; `pip install tzdata`") from None
    return f"{settings.time_zone}, now {now:%Y-%m-%d %H:%M} ({now:%z})"


def _clock(settings: Settings) -> str:
    now = datetime.now(UTC)
    for file in (settings.published, settings.store):
        if file.exists() and file.stat().st_mtime - now.timestamp() > AHEAD:
            ahead = (file.stat().st_mtime - now.timestamp()) / 60
            raise _Wrong(f"{file} is {ahead:.0f} minutes from the future: set this machine's clock, then run a night")
    if settings.published.exists():
        night = look(settings.published).runs.get("nightly")
        if night is not None and (night.began - now).total_seconds() > AHEAD:
            raise _Wrong(f"the last night began {night.began:%Y-%m-%d %H:%M} UTC, which is to come: set the clock")
    return f"{now:%Y-%m-%d %H:%M} UTC, nothing is from later"


def _folder(settings: Settings) -> str:
    if not settings.data.is_dir():
        probe(settings.root)
        return f"{settings.data}: is not there yet, and can be made"
    probe(settings.data)
    wrong = [
        f.name for f in (settings.store, settings.data / "author.secret") if f.exists() and f.stat().st_mode & 0o077
    ]
    if wrong:
        raise _Wrong(f"{settings.data}: others may read {', '.join(wrong)}; chmod 600")
    return f"{settings.data}: can be written"


def _disk(settings: Settings) -> str:
    if not settings.data.is_dir():
        return "nothing there yet"
    home = prefect_settings.prefect_home(settings.data)
    require_room(settings, home if home.is_dir() else None)
    found = os.statvfs(settings.data)
    return f"{found.f_bavail * found.f_frsize / 1e9:,.1f} GB free"


def _lock(settings: Settings) -> str:
    holder = held_by(settings.store) if settings.store.exists() else ""
    if holder:
        raise _Wrong(f"{settings.store} is in use by {holder}: a run waits 15 minutes for it; end that if it is no run")
    return "nobody holds the store"


def _store(settings: Settings) -> str:
    if not settings.store.exists():
        return f"{settings.store}: is not there yet; `earful run` makes it"
    if held_by(settings.store):
        return "not looked at while it is in use"
    missing = missing_migrations(settings.store)
    if missing:
        return f"{len(missing)} migrations to come with the next run; `earful upgrade-check` tries them on a copy"
    return f"{settings.store}: opens, of this version"


def _database(settings: Settings) -> str:
    home = prefect_settings.prefect_home(settings.data)
    if prefect_settings.running_server(home):
        return "in use by `earful up`"
    wrong = database.damage(home)
    if wrong:
        raise _Wrong(f"{home / database.FILE}: damaged ({wrong}); the next run or `earful up` makes it anew")
    return "well" if (home / database.FILE).exists() else "not there yet"


def _port(settings: Settings, port: int) -> str:
    url = prefect_settings.running_server(prefect_settings.prefect_home(settings.data))
    if url:
        return f"`earful up` listens at {url.removesuffix('/api')}"
    with socket.socket() as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind(("127.0.0.1", port))
        except OSError as error:
            raise _Wrong(
                f"127.0.0.1:{port} cannot be used ({error.strerror}): `earful up --port` takes another"
            ) from None
    return f"127.0.0.1:{port} is free"


def _proxy(settings: Settings) -> str:
    set_aside_unusable(settings)
    named = sorted({name.upper() for name in os.environ if name.upper() in {"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"}})
    api = os.environ.get("PREFECT_API_URL")
    if api:
        try:
            httpx.get(f"{api}/health", timeout=5).raise_for_status()
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise _Wrong(
                f"PREFECT_API_URL: no Prefect server answers ({type(error).__name__}); start it, or unset it"
            ) from None
    return f"services are asked through {', '.join(named)}" if named else "services are asked directly"


def _keys(settings: Settings) -> str:
    missing = sorted(name for name in named_secrets(settings) if not os.environ.get(name))
    if missing:
        raise _Wrong(
            f"not in the environment: {', '.join(missing)}; set them here, and in the service's environment file"
        )
    return f"{len(named_secrets(settings))} that the configuration names are there"


def _secret(settings: Settings) -> str:
    file = settings.data / "author.secret"
    if not file.exists():
        return "not there yet; the first run makes it"
    if not file.read_text("utf-8").split():
        raise _Wrong(f"{file}: is empty; restore it from a backup, or remove it to begin new pseudonyms")
    return "there"


def _service(settings: Settings) -> str:
    return next(_services(settings), "none installed: nights come with `earful up` or by cron (examples/service)")


def _services(settings: Settings) -> Iterator[str]:
    for unit in installed(settings):
        yield f"{unit}: installed"
