"""Which environment variables the processes of ``earful up`` and of a run are given: those they need, by name.

A shell's environment holds keys of everything its user works with. A process that never gets them cannot write them
down, whatever a library does (Prefect 3.8.8 writes a flow's whole environment into a temporary file).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from earful.flows.config.settings import Settings
from earful.flows.datafolder.secret import FORMER_ENV, SECRET_ENV

#: To start Python and to find files, to write words and times as here.
_SYSTEM = (
    "PATH", "HOME", "USER", "LOGNAME", "LANG", "LANGUAGE", "LC_.*", "TZ", "PYTHON.*", "LD_LIBRARY_PATH",
    "DYLD_.*", "XDG_CACHE_HOME", "NUMBA_.*", "DO_NOT_TRACK",
)  # fmt: skip
#: To reach services: proxies in both spellings (requests and httpx read both), and certificates.
_NETWORK = (
    "(?i:https?_proxy|all_proxy|no_proxy)", "SSL_CERT_(FILE|DIR)", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE",
)  # fmt: skip
#: Ours and Prefect's own settings.
_OURS = ("EARFUL_.*", "PREFECT_.*")
#: With the password of a database server, if there is one: the server's alone.
_DATABASE = ("PREFECT_(SERVER|API)_DATABASE_.*",)
#: Set for each process anew.
_TEMPORARY = ("TMPDIR", "TEMP", "TMP")


def for_flows(settings: Settings, environment: Mapping[str, str]) -> dict[str, str]:
    """What the worker and its flows need, with the secrets that ``earful.toml`` names."""
    wanted = _matching(environment, (*_SYSTEM, *_NETWORK, *_OURS, *_TEMPORARY), _DATABASE)
    return wanted | {name: environment[name] for name in named_secrets(settings) if name in environment}


def for_server(environment: Mapping[str, str]) -> dict[str, str]:
    """What Prefect's server needs: no secret of a channel, nor that of author pseudonyms."""
    return _matching(environment, (*_SYSTEM, *_NETWORK, *_OURS, *_TEMPORARY), (SECRET_ENV, FORMER_ENV))


def named_secrets(settings: Settings) -> frozenset[str]:
    """The variables that the configuration names: channels' options in ``_env``, who is told, what is pinged."""
    return frozenset(_named(settings))


def _named(settings: Settings) -> Iterator[str]:
    for channel in settings.channels:
        for option, value in channel.connector_options:
            if option.endswith("_env") and isinstance(value, str):
                yield value
    if settings.digest.target_env:
        yield settings.digest.target_env
    for target in settings.alerts:
        yield from target.secrets
    if settings.schedule.ping_env:
        yield settings.schedule.ping_env


def _matching(environment: Mapping[str, str], names: tuple[str, ...], but: tuple[str, ...]) -> dict[str, str]:
    wanted, unwanted = re.compile("|".join(names)), re.compile("|".join(but))
    return {
        name: value for name, value in environment.items() if wanted.fullmatch(name) and not unwanted.fullmatch(name)
    }
