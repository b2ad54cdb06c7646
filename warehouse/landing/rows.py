"""Rows on their way in: a page joined with scores and topics, as Arrow in memory or as a private Parquet file."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from earful.connectors.post import SCHEMA as POST
from earful.connectors.post import Rejected, clean
from earful.sentiment.scorer import SCHEMA as SCORE
from earful.sentiment.scorer import Scored
from earful.warehouse.errors import WarehouseError, explained

#: A post's topics: null where nobody looked for any, empty where it names none.
TOPICS = pa.list_(
    pa.struct([pa.field("topic", pa.string()), pa.field("compound", pa.float64()), pa.field("sentences", pa.int32())])
)
#: What can be landed: the columns of a page, those of its scores, and its topics.
SCHEMA = pa.schema([*POST, *SCORE, pa.field("topics", TOPICS)])

#: Arrow's and Python's ways to say that a value does not fit its column.
_UNFIT = (pa.ArrowException, UnicodeError, OverflowError, TypeError, ValueError)

#: What holds values of Python.
_HOLDS = (list, tuple, dict, set)


def joined(page: pa.Table, scored: Scored) -> pa.Table:
    """A page beside its scores and topics, row by row: a table of SCHEMA.

    Raises WarehouseError where they are not of one page.
    """
    if len(page) != len(scored.scores):
        raise WarehouseError(f"a page of {len(page)} posts came with {len(scored.scores)} scores; nothing was landed")
    return pa.table([*page.columns, *scored.scores.columns, listed(scored)], names=SCHEMA.names).cast(SCHEMA)


def listed(scored: Scored) -> pa.Array:
    """The topics of a page as one array of TOPICS, a list a post. Raises WarehouseError for a row the page lacks."""
    posts = len(scored.scores)
    if scored.topics is None:
        return pa.nulls(posts, TOPICS)
    found = scored.topics.combine_chunks().sort_by("row")
    row = found["row"].to_numpy()
    if len(row) and not 0 <= row[0] <= row[-1] < posts:
        raise WarehouseError(f"a page of {posts} posts came with topics of other rows; nothing was landed")
    fields = [found[field.name].combine_chunks().cast(field.type) for field in TOPICS.value_type]
    starts = np.searchsorted(row, np.arange(posts + 1)).astype(np.int32)
    return pa.ListArray.from_arrays(starts, pa.StructArray.from_arrays(fields, fields=list(TOPICS.value_type)))


def to_table(rows: pd.DataFrame | Any) -> tuple[Any, tuple[Rejected, ...]]:  # noqa: ANN401 - pyarrow has no types
    """What somebody lands from memory, a frame or Arrow table, as one of SCHEMA, and the rows that would not fit.

    Whole columns are converted at once; only in a column that refuses is every value tried, so that one lone surrogate,
    date out of range or number too large takes its own row out and not the batch. Nullable columns that are missing
    become null, unknown ones are dropped. Raises WarehouseError for a missing required column and for times without a
    zone: a zone is never guessed.
    """
    arrays: list[Any] = []
    bad: dict[int, str] = {}
    for field in SCHEMA:
        if field.name not in (rows.columns if isinstance(rows, pd.DataFrame) else rows.column_names):
            if not field.nullable:
                raise WarehouseError(f"the rows to land have no column {field.name!r}; nothing was landed")
            arrays.append(pa.nulls(len(rows), field.type))
            continue
        arrays.append(_column(rows[field.name], field, bad))
    # Nullability is judged row by row in SQL, not by Arrow for the batch.
    table = pa.table(arrays, names=SCHEMA.names)
    if not bad:
        return table, ()
    ids, whose = table["post_id"], table["product"]
    rejected = tuple(
        Rejected(ids[i].as_py() or "(no id)", why, whose[i].as_py() or "") for i, why in sorted(bad.items())
    )
    keep = pa.array([i not in bad for i in range(table.num_rows)])
    return table.filter(keep), rejected


def spool(path: Path, rows: pa.Table) -> None:
    """Write rows (a table of SCHEMA, see joined) as one Parquet file, for this user alone.

    So a run of any size pulls and scores in bounded memory and lands afterwards in one transaction. Raises
    WarehouseError; no file is left then.
    """
    with explained(path):
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
                pq.write_table(rows, out)
        except BaseException:
            path.unlink(missing_ok=True)
            raise


def _column(values: Any, field: Any, bad: dict[int, str]) -> Any:  # noqa: ANN401
    if isinstance(values, pd.Series) and values.dtype == object:
        deep = {at for at, value in enumerate(values) if isinstance(value, _HOLDS) and _too_deep(value)}
        for at in sorted(deep):
            bad.setdefault(at, f"{field.name} does not fit {field.type}")
        if deep:
            values = pd.Series([None if at in deep else v for at, v in enumerate(values)], dtype=object)
    if pa.types.is_timestamp(field.type) and _has_naive(values):
        return _one_by_one(values, field, bad)
    try:
        array = pa.array(values, from_pandas=True) if isinstance(values, pd.Series) else values
        if pa.types.is_timestamp(field.type) and pa.types.is_timestamp(array.type) and array.type.tz is None:
            raise WarehouseError(f"{field.name} has no time zone; nothing was landed")
        array = array.cast(field.type)
        array.validate(full=True)
    except _UNFIT:
        return _one_by_one(values, field, bad)
    return _without_nul(array) if pa.types.is_string(field.type) else array


def _too_deep(value: Any, left: int = 3) -> bool:  # noqa: ANN401
    """Whether a value is nested deeper than any column is: a list that holds itself takes Arrow's process down."""
    if not isinstance(value, _HOLDS):
        return False
    inside = value.values() if isinstance(value, dict) else value
    return left == 0 or any(_too_deep(each, left - 1) for each in inside)


def _one_by_one(values: Any, field: Any, bad: dict[int, str]) -> Any:  # noqa: ANN401
    """The column built value by value; what does not fit is null, its row noted in ``bad``."""
    mend: Callable[[Any], Any] = (
        (lambda v: clean(v) if isinstance(v, str) else v) if pa.types.is_string(field.type) else lambda v: v
    )
    out: list[Any] = []
    for at, value in enumerate(values):
        try:
            scalar = value if isinstance(value, pa.Scalar) else pa.scalar(_none_if_missing(mend(value)))
            if pa.types.is_timestamp(field.type) and not _has_zone(scalar.type):
                raise ValueError("no time zone")
            fitted = scalar.cast(field.type)
            fitted.validate(full=True)
            out.append(fitted)
        except _UNFIT:
            out.append(pa.scalar(None, field.type))
            bad.setdefault(at, f"{field.name} does not fit {field.type}")
    return pa.array([scalar.as_py() for scalar in out], type=field.type)


def _has_zone(kind: Any) -> bool:  # noqa: ANN401
    """Whether values of an Arrow type say their zone; text may. A day or a number has none, and none is guessed."""
    if pa.types.is_timestamp(kind):
        return kind.tz is not None
    return bool(pa.types.is_null(kind) or pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _has_naive(values: Any) -> bool:  # noqa: ANN401
    """Whether a column of Python objects holds a time without a zone: among others, Arrow would take it for UTC."""
    if not isinstance(values, pd.Series) or values.dtype != object:
        return False
    return any(isinstance(v, datetime) and not pd.isna(v) and v.tzinfo is None for v in values)


def _none_if_missing(value: Any) -> Any:  # noqa: ANN401
    """None for pandas' several ways to say missing."""
    nothing = value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and math.isnan(value))
    return None if nothing else value


def _without_nul(array: Any) -> Any:  # noqa: ANN401
    """Strings without NUL, which DuckDB holds but many a client of the published file does not."""
    found = pc.any(pc.match_substring(array, "\x00"))
    return pc.replace_substring(array, "\x00", "") if found.as_py() else array
