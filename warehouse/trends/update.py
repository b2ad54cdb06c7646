"""Bring the table ``verdicts`` up to date with the aggregates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from warehouse.statements import count, run
from warehouse.store import Store
from warehouse.trends.drafts import METRICS, VERDICTS
from warehouse.trends.rules import Rules
from warehouse.trends.series import load
from warehouse.trends.verdicts import Draft, draft, judge

#: The key in `meta` of the budget: alarms a year, over all slices of all products.
BUDGET = "alarms_per_year"

_TEMPORARY = (
    "channel_days", "points", "slices", "cells", "scorers", "series", "days", "verdicts", "new", "old",
)  # fmt: skip
_DAYS = ("day", "span_from", "since", "episode")


def set_budget(store: Store, per_year: float) -> None:
    """Record how many alarms a year are wanted; the next update goes by it."""
    with store.transaction() as con:
        con.execute("delete from meta where key = $key", {"key": BUDGET})
        con.execute("insert into meta values ($key, $value)", {"key": BUDGET, "value": repr(float(per_year))})


def rules_of(con: duckdb.DuckDBPyConnection) -> Rules:
    """The rules with the budget that the store holds."""
    found = con.execute("select value from meta where key = $key", {"key": BUDGET}).fetchall()
    return replace(Rules(), per_year=float(found[0][0])) if found else Rules()


def update_verdicts(store: Store) -> int:
    """Judge every slice and day anew from the aggregates; returns how many rows changed.

    A function of the aggregates and the budget alone: the same bits whatever was there, and nothing is written where
    nothing changed. All days are judged each time, in memory; that costs little (docs/trends.md) and leaves no state.
    """
    with store.transaction() as con:
        rules = rules_of(con)
        drafts = [draft(loaded, rules) for loaded in load(con, rules)]
        table = _table(list(judge(drafts, rules)))
        con.register("judging", table)
        try:
            run(con, "trends/stage", asdict(rules))
        finally:
            con.unregister("judging")
        run(con, "trends/write")
        changed = count(con, "select (select count(*) from trend_new) + (select count(*) from trend_old)")
        for name in _TEMPORARY:
            con.execute(f"drop table if exists temp.trend_{name}")
    return changed


def _table(judged: Sequence[Draft]) -> pa.Table:
    """All rows; day numbers become days, codes words, and nan null."""
    return pa.concat_tables([_EMPTY, *(_one(each) for each in judged)])


def _one(each: Draft) -> pa.Table:
    size = len(each.columns["day"])
    first = np.datetime64(each.first_day, "D")
    columns = {"product": pa.array([each.product] * size, pa.string())}
    for name, values in each.columns.items():
        if name in _DAYS:
            days = first + values.astype("timedelta64[D]")
            columns[name] = pa.array(days, pa.date32(), mask=values < 0)
        elif name == "metric":
            columns[name] = _words(values, METRICS)
        elif name in {"verdict", "told_by"}:
            columns[name] = _words(values, VERDICTS)
        elif name == "alarm":
            columns[name] = pa.array(values, pa.bool_())
        elif name == "slice_no":
            columns[name] = pa.array(values, pa.int64())
        else:
            numbers = values.astype(np.float64)
            columns[name] = pa.array(numbers, pa.float64(), mask=~np.isfinite(numbers))
    columns["episode_day"] = columns.pop("episode")
    return pa.table(columns).select(_EMPTY.column_names)


def _words(codes: NDArray[np.int64], words: Sequence[str]) -> pa.Array:
    indices = pa.array(np.maximum(codes.astype(np.int32), 0), mask=codes < 0)
    return pa.DictionaryArray.from_arrays(indices, pa.array(words)).cast(pa.string())


_EMPTY = pa.schema(
    [
        ("product", pa.string()), ("slice_no", pa.int64()), ("metric", pa.string()), ("day", pa.date32()),
        ("span_from", pa.date32()),
        *((name, pa.float64()) for name in (
            "n", "mean", "baseline", "baseline_n", "baseline_days", "change", "change_low", "change_high", "within",
            "mix", "z", "cusum", "cusum_limit",
        )),
        ("verdict", pa.string()), ("alarm", pa.bool_()), ("since", pa.date32()), ("episode_day", pa.date32()),
        ("told_by", pa.string()),
    ]
).empty_table()  # fmt: skip
