"""One Prefect test server for all flow tests of the session: each direct start costs many seconds."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Prefect's in-process server on a database of its own; gives that as it was at the start, a file to copy.

    To make the tables takes a server 4 s of CPU: whoever tests something else than that may begin with a copy.
    """
    os.environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "120")
    os.environ.setdefault("PREFECT_HOME", str(tmp_path_factory.mktemp("prefect")))
    os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
    from prefect.settings import get_current_settings
    from prefect.testing.utilities import prefect_test_harness

    made = tmp_path_factory.mktemp("made") / "prefect.db"
    with prefect_test_harness(server_startup_timeout=120):
        url = get_current_settings().server.database.connection_url
        assert url is not None
        at = url.get_secret_value().removeprefix("sqlite+aiosqlite:///")
        with closing(sqlite3.connect(at)) as live, closing(sqlite3.connect(made)) as copy:
            live.backup(copy)
        yield made


@pytest.fixture(scope="session")
def put_database(prefect_server: Path) -> Callable[[Path], None]:
    """Puts a copy of Prefect's database into a folder of ours (``data``), as if a server had been started there before."""

    def put(data: Path) -> None:
        (data / "prefect").mkdir(parents=True, exist_ok=True)
        shutil.copy(prefect_server, data / "prefect" / "prefect.db")

    return put


@pytest.fixture
def home(tmp_path, monkeypatch):
    """An empty working folder; tests/conftest.py sees to it that no configuration is named in the environment."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def no_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nights in this process write no page: for tests that look at all else. To draw one is half of a small night's work."""
    from earful.flows.night import steps

    monkeypatch.setattr(steps, "make_page", lambda settings, _otherwise: settings.page)
