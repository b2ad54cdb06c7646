"""What the parts of benchmarks.scoring are measured with."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

ROUNDS = 5


def kernel() -> Callable[..., Any]:
    """The compiled scorer."""
    from earful.sentiment.vader.polarity import polarity

    return partial(polarity, engine="numba")


def timed(call: Callable[[], Any]) -> tuple[float, Any]:
    """CPU seconds of this process for a call, and what it gave."""
    begin = time.process_time()
    found = call()
    return time.process_time() - begin, found
