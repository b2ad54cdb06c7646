"""Measurements and proofs, each a command: ``python -m benchmarks.NAME [--json]``, from the checkout's root."""

import sys
from pathlib import Path

# The loopback server that plays services, the way to the recordings and generated texts serve both folders.
sys.path[:0] = map(str, sorted(Path(__file__).parents[1].glob("tests/helpers/*/")))
