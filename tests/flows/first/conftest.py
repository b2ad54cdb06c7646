"""One ``earful try`` for all tests that only look at what it made."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from kept_try import Tried, keep

from earful.flows.first import alone


@pytest.fixture(scope="session")
def kept_try(tmp_path_factory: pytest.TempPathFactory) -> Tried:
    """``earful try reviews.csv --keep``, once: copy its folder where more is done with it."""
    return keep(tmp_path_factory.mktemp("kept_try"))


@pytest.fixture
def gone_on(kept_try: Tried, tmp_path: Path) -> Iterator[Tried]:
    """The same to go on with in its place (a file that lies elsewhere is another file); put back afterwards."""
    shutil.copytree(kept_try.folder, tmp_path / "before")
    yield kept_try
    shutil.rmtree(kept_try.folder)
    shutil.move(tmp_path / "before", kept_try.folder)


@pytest.fixture
def no_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """A try makes no HTML page: drawing it costs as much as the rest, and kept_try and a process of its own have one."""
    monkeypatch.setattr(alone, "write_night_page", lambda settings, _store, *, stands: settings.page)
