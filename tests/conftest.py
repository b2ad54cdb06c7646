"""Shared by all tests; the modules of this folder and of helpers/ can be imported by name (pythonpath in pyproject.toml)."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from marks import guard
from xdist.scheduler import LoadFileScheduling

if TYPE_CHECKING:
    from world import World
    from xdist.remote import Producer

# Read by Prefect when it is imported: no console log among a command's own lines, as the command line sets it.
os.environ.setdefault("PREFECT_LOGGING_LEVEL", "CRITICAL")
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Who uses Prefect's server of the session is marked so by that."""
    for item in items:
        if "prefect_server" in getattr(item, "fixturenames", ()):
            item.add_marker("process")


#: Files that share a fixture of the session, each with the first of them: on two processes it would be set up twice.
SHARED = {
    "tests/flows/first/test_same_as_a_night.py": "tests/flows/first/test_masked_night.py",
    "tests/flows/first/test_try.py": "tests/flows/first/test_masked_night.py",
    "tests/flows/server/test_server_backfill.py": "tests/flows/server/test_server.py",
    "tests/flows/server/test_server_browser.py": "tests/flows/server/test_server.py",
    "tests/flows/server/test_server_ends.py": "tests/flows/server/test_server.py",
}


class Together(LoadFileScheduling):
    """Which tests stay on one process of pytest-xdist: those of a file, and those of files that share."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return SHARED.get(file, file)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Together | None:
    """The scheduler of ``--dist loadfile``."""
    return Together(config, log) if config.getvalue("dist") == "loadfile" else None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """The guard of marks.py is on while a test and its fixtures are set up and run."""
    guard.begin(item.nodeid, [mark.name for mark in item.iter_markers()])
    try:
        return (yield)
    finally:
        guard.end()


@pytest.fixture(autouse=True)
def no_unmarked_process() -> Iterator[None]:
    """Fails a test that started a process without a mark, even where its code swallowed the error."""
    yield
    assert not guard.caught, guard.caught[0]


@pytest.fixture(autouse=True)
def no_configuration_left() -> Iterator[None]:
    """A command run in the test's own process names its file in EARFUL_CONFIG, for the flow: the next test has none."""
    os.environ.pop("EARFUL_CONFIG", None)
    yield
    os.environ.pop("EARFUL_CONFIG", None)


@pytest.fixture(autouse=True)
def no_secrets_left() -> Iterator[None]:
    """The filter of this process knows the secrets of one configuration, as a command's does: not those of other tests."""
    from earful.flows.process.redact import outgoing

    outgoing.forget()
    yield
    outgoing.forget()


@pytest.fixture(autouse=True)
def one_thread_a_store(monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that a test opens has one thread of DuckDB's: of a few rows more of them make nothing quicker, and cost 10%.

    What is made for many tests (the demo, the world), every other process and the benchmarks have all that a user has.
    """
    from earful.warehouse.store.store import CONFIG

    monkeypatch.setitem(CONFIG, "threads", 1)


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published file with twenty days of the sample source in it, landed without Prefect."""
    from landed import sample_night

    return sample_night(tmp_path_factory.mktemp("published"))


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's folder after its night of 24 November 2026 (earful.toml, data/), landed without Prefect."""
    from datetime import date
    from importlib.resources import files

    from demo_landed import demo_settings, land_demo

    from earful.warehouse import open_store, publish

    folder, anchor = tmp_path_factory.mktemp("demo"), date(2026, 11, 24)
    text = files("earful.flows").joinpath("demo.toml").read_text("utf-8").replace("2026-01-01", anchor.isoformat())
    (folder / "earful.toml").write_text(text, "utf-8")
    settings = demo_settings(folder, anchor)
    with open_store(settings.store, time_zone="UTC") as store:
        land_demo(store, settings, anchor)
        publish(store, settings.published)
    return folder


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """The generated world of world.py, landed and published: most tests of what is published can share it."""
    from world import build

    return build(tmp_path_factory.mktemp("world"))
