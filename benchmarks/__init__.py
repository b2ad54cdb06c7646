"""Measurements and proofs, each a command: ``python -m benchmarks.NAME [--json]``, from the checkout's root."""

import sys
from pathlib import Path

# The loopback server that plays services (tests/replay.py) and the way to the recordings serve both folders.
sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
