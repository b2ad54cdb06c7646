"""One Prefect test server for all flow tests of the session: each direct start costs many seconds."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Prefect's in-process server on a database of its own, made as ours are: from the prepared schema."""
    os.environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "120")
    os.environ.setdefault("PREFECT_HOME", str(tmp_path_factory.mktemp("prefect")))
    os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
    from prefect.testing import utilities

    from earful.flows.server.database import installed_head, place

    folder = tmp_path_factory.mktemp("made")
    with pytest.MonkeyPatch.context() as patch:
        # Where it makes its database, with one in it already.
        patch.setattr(utilities, "mkdtemp", lambda: str(folder))
        assert place(folder / "prefect-test.db", installed_head())
        # As ours: blocks are nothing that we use, and to register them takes seconds.
        patch.setenv("PREFECT_API_BLOCKS_REGISTER_ON_START", "false")
        with utilities.prefect_test_harness(server_startup_timeout=120):
            yield


@pytest.fixture
def home(tmp_path, monkeypatch):
    """An empty working folder; tests/conftest.py sees to it that no configuration is named in the environment."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def no_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nights in this process write no page: for tests that look at all else. To draw one is half of a small night's work."""
    from earful.flows.night import steps

    monkeypatch.setattr(steps, "make_page", lambda settings, *_, **__: settings.page)
