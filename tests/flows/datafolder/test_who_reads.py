"""docs/security.md, "Who can read the results": what a folder's mode keeps out stays out, night after night."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from earful.flows.config.settings import load
from earful.flows.datafolder.folders import make_data_folder
from earful.reports import page
from earful.warehouse import open_store, publish

CONFIG = 'time_zone = "UTC"\n[[products]]\nslug = "orbit"\nname = "Orbit"\n[[channels]]\nname = "demo"\nconnector = "sample"\n'
READ = "import os, sys; os.setgroups([]); os.setgid(65534); os.setuid(65534); open(sys.argv[1], 'rb').read(1)"


def readable(file: Path) -> bool:
    """Whether a stranger on this machine can read it."""
    if os.geteuid():
        pytest.skip("only root can be somebody else")
    command = [sys.executable, "-S", "-c", READ, str(file)]
    return subprocess.run(command, stderr=subprocess.DEVNULL, check=False).returncode == 0


@pytest.fixture
def open_to_all() -> Iterator[Path]:
    """A folder that strangers may enter; pytest's own lie in one that they may not."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.mark.process
def test_a_narrowed_folder_stays_narrow_and_a_files_own_mode_does_not_last(
    open_to_all: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "render", lambda *_: "<!doctype html>")  # its modes matter here, not what it shows
    (open_to_all / "earful.toml").write_text(CONFIG)
    settings = load(open_to_all / "earful.toml")

    def night() -> None:
        make_data_folder(settings)
        with open_store(settings.store, time_zone="UTC") as store:
            publish(store, settings.published)
        page.write_page(settings.published, settings.page)

    night()
    modes = {f.name: f.stat().st_mode & 0o777 for f in settings.data.iterdir() if f.is_file()}
    assert settings.data.stat().st_mode & 0o777 == 0o755
    assert (modes["earful.duckdb"], modes["earful.html"], modes["store.duckdb"]) == (0o444, 0o644, 0o600)
    assert readable(settings.published)
    assert not readable(settings.store)
    settings.data.chmod(0o750)
    settings.page.chmod(0o600)
    night()
    assert settings.data.stat().st_mode & 0o777 == 0o750
    assert settings.page.stat().st_mode & 0o777 == 0o644, "docs/security.md says that a file's own mode does not last"
    assert not readable(settings.published)
    assert not readable(settings.page)
