"""A data folder with one marked post among others, for tests of what forgetting reaches."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from landing import put, row, span

from earful.connectors.post import pseudonym
from earful.flows.config.settings import load
from earful.flows.datafolder.secret import author_secrets, fingerprint
from earful.flows.jobs.erasure import finish, opened
from earful.warehouse import note_secret, open_store

CONFIG = """
time_zone = "UTC"
[[products]]
slug = "orbit"
name = "Orbit"
[[channels]]
name = "rd"
connector = "sample"
as_source = "reddit"
kind = "comment"
"""
NAME, TEXT, POST = "Some_Body_77", "QXJ7WKZV3YTEXT", "t3_QXJ7WKZV3Y"
NOW = datetime.now(UTC).replace(microsecond=0)
T0 = datetime(2026, 3, 2, tzinfo=UTC)


def landed_data(home: Path) -> Path:
    """The data folder of ``home``: one author's post among others, published, with its page."""
    (home / "earful.toml").write_text(CONFIG)
    folder = home / "earful-data"
    folder.mkdir()
    fill(folder)
    settings = load()
    with opened(settings) as store:
        # Uncompressed, so that what is searched for could be found.
        store.con.execute("set force_compression = 'uncompressed'")
        finish(settings, store)
        store.con.execute("set force_compression = 'uncompressed'")
    return folder


def fill(folder: Path, name: str = NAME, **more: Any) -> None:
    secret = author_secrets(folder).present
    with open_store(folder / "store.duckdb", time_zone="UTC") as store:
        note_secret(store, fingerprint(secret), [], NOW)
        author = pseudonym(secret, "reddit", name)
        posts = [row(f"p{i}", T0 + timedelta(hours=i), 0.25) for i in range(9)]
        put(
            store, *posts, row(POST, T0, -0.75, author=author, text=f"awful {TEXT}"), window=span(0, 1), now=NOW, **more
        )


def found(folder: Path, *needles: str) -> set[str]:
    seen = subprocess.run(
        ["grep", "-raoFh", *(f"-e{n}" for n in needles), str(folder)], capture_output=True, text=True, check=False
    )
    return set(seen.stdout.split())
