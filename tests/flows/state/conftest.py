"""A folder with a configuration, a store and a published file of one night; each test has a copy."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from landed import END, sample_night

from earful.flows.config.settings import Settings, load
from earful.warehouse import finish_run, open_store, publish, start_run

CONFIG = """
time_zone = "UTC"
[schedule]
nightly = "0 3 * * *"
[backup]
keep = 2
[[products]]
slug = "acme"
name = "Acme"
[[channels]]
name = "shop"
connector = "sample"
[[channels]]
name = "nps"
connector = "sample"
kind = "survey"
"""


@pytest.fixture(scope="session")
def one_night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("night")
    (home / "earful.toml").write_text(CONFIG)
    data = home / "earful-data"
    data.mkdir()
    sample_night(data)
    with open_store(data / "store.duckdb", time_zone="UTC") as store:
        start_run(store, "20260620T030000-1", "nightly", END)
        finish_run(store, "20260620T030000-1", "ok", END)
        publish(store, data / "earful.duckdb")
    return home


@pytest.fixture
def settings(one_night: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    # The session's test server, where there is one, has them set.
    for name in [each for each in os.environ if each.startswith("PREFECT_")]:
        monkeypatch.delenv(name)
    shutil.copytree(one_night, tmp_path, dirs_exist_ok=True)
    return load(tmp_path / "earful.toml")
