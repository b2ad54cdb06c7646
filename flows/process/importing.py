"""Imports without the garbage collector, which would look through all that they make again and again."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def importing() -> Iterator[None]:
    """Hold the collector while modules are imported, and have it leave alone from then on what they made.

    Prefect, pandas and Altair make hundreds of thousands of objects that stay until the process ends: a fifth to a
    quarter of their imports' CPU seconds is the search for garbage among them.
    """
    held = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if held:
            gc.enable()
