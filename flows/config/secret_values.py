"""The values that must not leave a process: by the environment variables that its configuration names."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from earful.flows.config.settings import Settings

#: Earful's and Prefect's own, beside those that the configuration names.
OWN = (
    "EARFUL_AUTHOR_SECRET",
    "PREFECT_API_KEY",
    "PREFECT_API_AUTH_STRING",
    "PREFECT_SERVER_API_AUTH_STRING",
    "PREFECT_SERVER_DATABASE_PASSWORD",
    "PREFECT_API_DATABASE_PASSWORD",
)
FORMER_ENV = "EARFUL_FORMER_AUTHOR_SECRETS"
#: Addresses that may hold a password: ``http://user:password@proxy:3128``.
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")
DATABASES = ("PREFECT_SERVER_DATABASE_CONNECTION_URL", "PREFECT_API_DATABASE_CONNECTION_URL")

#: A key file is a few kB; what is larger is not one.
_LARGEST_KEY = 1 << 20

#: Parts of an address that are shorter are names: /services, /webhooks.
_KEY_IN_PATH = 16


def secrets_of(settings: Settings, env: Mapping[str, str] = os.environ) -> list[str]:
    """The values of the variables that hold secrets, and what is secret inside them: passwords in addresses, keys."""
    # A secret may be a sentence, of which no single word is one; former ones stand apart by blanks.
    found = [env.get(name, "") for name in OWN] + env.get(FORMER_ENV, "").split()
    for channel in settings.channels:
        for field in type(channel.connector_options).model_fields:
            # A name is what others call the account by, and may be any word: it is no secret.
            if field.endswith("_env") and field != "username_env":
                found += _of_variable(env.get(getattr(channel.connector_options, field) or "", ""))
    if settings.digest.target_env:
        for address in re.split(r"[\s,]+", env.get(settings.digest.target_env, "")):
            found += [address, *_of_address(address)]
    pinged = (settings.schedule.ping_env,) if settings.schedule.ping_env else ()
    for name in (*(name for target in settings.alerts for name in target.secrets), *pinged):
        value = env.get(name, "").strip()
        found += [value, *_of_address(value)]
    for name in (*PROXIES, *DATABASES):
        found += _password(env.get(name, ""))
    return found


def _of_variable(value: str) -> list[str]:
    """The value; of a key (JSON, or the path of a file of it) what is secret in it, and not the path."""
    text = value.strip()
    if not text.startswith("{"):
        try:
            file = Path(text)
            if not (text and file.is_file() and file.stat().st_size <= _LARGEST_KEY):
                return [text]
            text = file.read_text("utf-8")
        except (OSError, ValueError):  # no path at all, or not ours to read: the connector says so
            return [value]
    try:
        key = json.loads(text)
    except (ValueError, RecursionError):
        return [text]
    found = [v for k, v in key.items() if isinstance(v, str) and _secret_name(k)] if isinstance(key, dict) else []
    lines = [line for v in found if "\n" in v for line in v.splitlines() if not line.startswith("-----")]
    return [text, *found, *lines]


def _secret_name(name: str) -> bool:
    return any(word in name.lower() for word in ("private_key", "secret", "token", "password"))


def _of_address(address: str) -> list[str]:
    """Of an Apprise address: its password, and the parts of its path and query, where webhooks carry their keys."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return []
    words = re.split(r"[/&=]", f"{parts.path}/{parts.query}")
    long = [w for w in words if len(w) >= _KEY_IN_PATH]
    return [*_password(address), *long, *map(unquote, long)]


def _password(address: str) -> list[str]:
    try:
        found = urlsplit(address if "//" in address else f"//{address}").password
    except ValueError:
        return []
    return [found, unquote(found)] if found else []
