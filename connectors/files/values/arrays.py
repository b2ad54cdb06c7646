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


def cast_or_null(values: pa.Array, kind: pa.DataType) -> pa.Array:
    """A cast in which only the values that cannot be cast become null; found by halving, as they are few."""
    try:
        return values.cast(kind)
    except pa.ArrowInvalid:
        if len(values) == 1:
            return pa.nulls(1, kind)
    half = len(values) // 2
    return pa.concat_arrays([cast_or_null(values[:half], kind), cast_or_null(values[half:], kind)])
