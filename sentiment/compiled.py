"""Whether to take a compiled loop: numba is an extra that takes half a second to import, and seconds to compile."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib import import_module

#: Compiling the scorer's loops the first time on a machine takes 10 to 25 s of one core. It is kept between processes,
#: so that a nightly pays it once; who may never come again need not pay it at all. Here in seconds by the estimates of
#: compile_it's callers, which are of vaderSentiment itself: what is taken instead (light.py) needs a fifth of them.
COMPILING = 60.0

#: Where ``once`` holds: by module, the seconds that columns have taken the other way so far.
_so_far: ContextVar[dict[str, float] | None] = ContextVar("so_far", default=None)


@contextmanager
def once() -> Iterator[None]:
    """Within, in this thread: a column that is to be read "auto" compiles nothing that is not worth it at once.

    For a process whose first answer is waited for. What the other way takes is added up, column by column, and from
    COMPILING seconds on it is compiled after all: nobody waits more than twice as long as if all had been known before.
    """
    token = _so_far.set({})
    try:
        yield
    finally:
        _so_far.reset(token)


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
    "auto" compiles from ``worth`` of them on, within ``once`` from COMPILING of all columns together. Raises
    ImportError where engine is "numba" and numba cannot be used.
    """
    if engine == "numba" and not has_numba():
        raise ImportError("numba cannot be used here; pip install 'earful[fast]', or engine 'auto'")
    if engine != "auto":
        return engine == "numba"
    if module in sys.modules:
        return True
    takes = seconds()
    so_far = _so_far.get()
    if so_far is not None:
        so_far[module] = so_far.get(module, 0.0) + takes
        worth = max(worth, COMPILING - so_far[module] + takes)
    return takes >= worth and has_numba()
