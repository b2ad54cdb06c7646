"""One published world, and a store beside it whose outbox tests fill by hand."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from landed_world import build

from earful.flows.config.settings import Settings, load


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the store and the published file of landed_world."""
    folder = tmp_path_factory.mktemp("alerts")
    build(folder)
    return folder


@pytest.fixture
def configured(world: Path, tmp_path: Path) -> Callable[[str], Settings]:
    """Settings with these ``[[alerts]]`` over a copy of the world."""

    def make(alerts: str) -> Settings:
        data = tmp_path / "earful-data"
        if not data.exists():
            data.mkdir()
            for name in ("store.duckdb", "earful.duckdb"):
                shutil.copy(world / name, data / name)
        products = "\n".join(
            f'[[products]]\nslug = "{slug}"\nname = "{slug.title()}"\nown = {own}'
            for slug, own in (("orbit", "true"), ("nova", "false"), ("lull", "true"))
        )
        channels = "\n".join(
            f'[[channels]]\nname = "{name}"\nconnector = "files"\nsource = "{source}"\npaths = ["x.csv"]\n'
            'columns = { post_id = "id", created_at = "at", text = "text" }\nproducts = ["orbit"]'
            for name, source in (("shop", "app_store"), ("play", "google_play"), ("rd", "reddit"))
        )
        (tmp_path / "earful.toml").write_text(f"{alerts}\n{products}\n{channels}\n")
        return load(tmp_path / "earful.toml")

    return make
