"""Whether to take a compiled loop: numba is an extra, its import takes half a second and a first compilation two."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from typing import Literal

Engine = Literal["auto", "numba", "numpy"]

#: Bytes of text worth waiting for the compiler.
WORTH = 4 << 20


def take(engine: Engine, size: int, module: str) -> bool:
    """Whether so many bytes go to the compiled ``module``: once it is loaded, everything does.

    Raises ImportError where engine is "numba" and numba is missing.
    """
    if engine != "auto":
        if engine == "numba" and find_spec("numba") is None:
            raise ImportError("numba is not installed; pip install 'earful[fast]', or engine 'auto'")
        return engine == "numba"
    return module in sys.modules or (size >= WORTH and find_spec("numba") is not None)
