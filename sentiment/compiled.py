"""Whether to take a compiled loop: numba is an extra that takes half a second to import, and seconds to compile."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache
from importlib import import_module


@cache
def has_numba() -> bool:
    """Whether loops can be compiled: else everything works, slower. The first call imports numba (0.5 s)."""
    if sys.byteorder != "little":
        return False
    try:
        import_module("numba")
    except ImportError:  # missing, or at odds with the installed NumPy
        return False
    return True


def compile_it(engine: str, seconds: Callable[[], float], worth: float, module: str) -> bool:
    """Whether a column goes to the compiled ``module``: once it is loaded, everything does.

    engine: "numba", "auto", or the name of the other way. seconds: what the other way would take for the column;
    "auto" compiles from ``worth`` of them on. Raises ImportError where engine is "numba" and numba cannot be used.
    """
    if engine == "numba" and not has_numba():
        raise ImportError("numba cannot be used here; pip install 'earful[fast]', or engine 'auto'")
    if engine != "auto":
        return engine == "numba"
    return module in sys.modules or (seconds() >= worth and has_numba())
