"""Shared by all tests: helper modules of this folder can be imported by name."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

# Read by Prefect when it is imported: no console log among a command's own lines, as the command line sets it.
os.environ.setdefault("PREFECT_LOGGING_LEVEL", "CRITICAL")
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published file with twenty days of the sample source in it, landed without Prefect."""
    from landed import sample_night

    return sample_night(tmp_path_factory.mktemp("published"))
