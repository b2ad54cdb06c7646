"""Where the recordings of real services are; tests that need one skip with a reason where the folder is absent."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[4] / "shared" / "recordings"


def recording(name: str) -> Path:
    """The path of a recording. Skips the calling test where the folder is not there; in CI that is a failure."""
    path = ROOT / name
    if path.exists():
        return path
    if os.environ.get("CI"):
        pytest.fail(f"CI has the recordings, but {name} is not at ../shared/recordings")
    pytest.skip(f"needs the recording {name} at ../shared/recordings, which only developers and CI have")
