"""Which rows, and where they stand, as numpy arrays beside Arrow's columns."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

#: Which rows.
Mask = NDArray[np.bool_]
#: The line of each row, from 1.
Positions = NDArray[np.int64]


def mask(values: pa.Array) -> Mask:
    """A boolean array as numpy; null is False."""
    found: Mask = pc.fill_null(values, False).to_numpy(zero_copy_only=False)
    return found
