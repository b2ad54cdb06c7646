"""Bring the table ``verdicts`` up to date with the aggregates."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from hashlib import sha256
from importlib.resources import files

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from earful.warehouse.statements import count, run, text
from earful.warehouse.store.store import Store
from earful.warehouse.trends.blocks import Block, asked_days, find_asked_days, measured, touched
from earful.warehouse.trends.drafts import VERDICTS
from earful.warehouse.trends.metrics import METRICS
from earful.warehouse.trends.rules import Asked, Ruling, ruling
from earful.warehouse.trends.verdicts import Draft, judge

#: The key in `meta` of what was asked for: budget and what matters, of all products and of single ones.
ASKED = "alarms"
#: And that of the digest of what the verdicts were made by.
_MADE_BY = "verdicts_made_by"
#: Code that reads verdicts or the same inputs and has no part in their making.
_NO_PART = ("replay.py", "span.sql")

_TEMPORARY = (
    "channel_days", "inputs", "changed", "found", "slices", "cells", "scorers", "series", "sets", "days", "verdicts",
    "new", "old",
)  # fmt: skip
_DAYS = ("day", "span_from", "since", "episode")


def set_alarms(store: Store, asked: Asked, by_product: Mapping[str, Asked] | None = None) -> None:
    """Record which alarms are wanted, of all products and of single ones; the next update goes by it."""
    said = json.dumps([dict(asked), {k: dict(v) for k, v in (by_product or {}).items() if v}], sort_keys=True)
    with store.transaction() as con:
        con.execute("delete from meta where key = $key", {"key": ASKED})
        con.execute("insert into meta values ($key, $value)", {"key": ASKED, "value": said})


def rules_of(con: duckdb.DuckDBPyConnection) -> Ruling:
    """The rules with what the store holds of the alarms that are wanted."""
    found = con.execute("select value from meta where key = $key", {"key": ASKED}).fetchall()
    asked, by_product = json.loads(found[0][0]) if found else ({}, {})
    return ruling(asked, by_product)


def update_verdicts(store: Store, also: Callable[[duckdb.DuckDBPyConnection], object] | None = None) -> int:
    """Judge the days whose aggregates changed since, and those that look back on them; returns how many rows changed.

    A function of the aggregates and the budget alone: the same bits whatever was there, in whatever order it came, and
    nothing is written where nothing changed. Which days changed is found by a digest of each day's aggregates, not by
    who changed them. Everything is judged anew under another budget or by another version of the detector. ``also`` is
    called in the same transaction, when the verdicts are written: what follows from them is kept with them.
    """
    with store.transaction() as con:
        rules = rules_of(con)
        _forget_other_definition(con, rules)
        find_asked_days(con)
        run(con, "trends/inputs")
        changed, newest = con.execute(text("trends/changed")).fetchall()[0]
        rows = sum(_judge(con, block, rules) for block in touched(changed, newest)) if changed else 0
        run(con, "trends/judged")
        for name in _TEMPORARY:
            con.execute(f"drop table if exists temp.trend_{name}")
        con.execute("drop macro table if exists temp.trend_points")
        for name in ("asked_days", "trend_daily", "trend_daily_topic", "trend_daily_version"):
            con.execute(f"drop view if exists temp.{name}")
        if also is not None:
            also(con)
    return rows


def _judge(con: duckdb.DuckDBPyConnection, block: Block, rules: Ruling) -> int:
    """One block; the number of rows that changed."""
    table = pa.concat_tables([_EMPTY, *(_table(each, rules, block) for each in measured(con, block, rules.usual))])
    con.register("judging", table)
    try:
        run(con, "trends/stage", asdict(rules.usual))
    finally:
        con.unregister("judging")
    run(con, "trends/write", {"first": block.first, "last": block.last})
    return count(con, "select (select count(*) from trend_new) + (select count(*) from trend_old)")


def _forget_other_definition(con: duckdb.DuckDBPyConnection, rules: Ruling) -> None:
    """Where the verdicts were made by other rules or other code, no day counts as judged."""
    now = _definition(rules)
    if con.execute("select value from meta where key = $key", {"key": _MADE_BY}).fetchall() == [(now,)]:
        return
    _forget(con)
    con.execute("delete from meta where key = $key", {"key": _MADE_BY})
    con.execute("insert into meta values ($key, $value)", {"key": _MADE_BY, "value": now})


def forget_judged(store: Store) -> None:
    """The next update judges every day anew."""
    with store.transaction() as con:
        _forget(con)


def _forget(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("delete from judged_days")
    # Days that have verdicts and nothing to judge any more are to be looked at too.
    con.execute("insert into judged_days select distinct day, 0 from verdicts")


def _definition(rules: Ruling) -> str:
    """What verdicts are a function of beside the aggregates: the rules, and all code between them and the rows."""
    said = sha256(repr((rules.usual, sorted(rules.own.items()), np.__version__, asked_days())).encode())
    for folder in (files("earful.warehouse.trends"), files("earful.warehouse").joinpath("sql", "trends")):
        for file in sorted((f for f in folder.iterdir() if f.name.endswith((".py", ".sql"))), key=lambda f: f.name):
            if file.name not in _NO_PART:
                said.update(file.name.encode() + file.read_bytes())
    return said.hexdigest()


def _table(each: Draft, rules: Ruling, block: Block) -> pa.Table:
    """The block's rows of some products; day numbers become days, codes words, and nan null."""
    judged = judge(each, rules)
    wanted = judged["day"] >= (block.first - each.first_day).days
    first = np.datetime64(each.first_day, "D")
    columns = {"slice_no": pa.array(judged["slice_no"][wanted] + each.loaded.first_slice, pa.int64())}
    for name, every in judged.items():
        values = every[wanted]
        if name in _DAYS:
            days = first + values.astype("timedelta64[D]")
            columns[name] = pa.array(days, pa.date32(), mask=values < 0)
        elif name == "metric":
            columns[name] = _words(values, METRICS)
        elif name in {"verdict", "detected_as"}:
            columns[name] = _words(values, VERDICTS)
        elif name == "alarm":
            columns[name] = pa.array(values, pa.bool_())
        elif name != "slice_no":
            numbers = values.astype(np.float64)
            columns[name] = pa.array(numbers, pa.float64(), mask=~np.isfinite(numbers))
    columns["episode_day"] = columns.pop("episode")
    return pa.table(columns).select(_EMPTY.column_names)


def _words(codes: NDArray[np.int64], words: Sequence[str]) -> pa.Array:
    indices = pa.array(np.maximum(codes.astype(np.int32), 0), mask=codes < 0)
    return pa.DictionaryArray.from_arrays(indices, pa.array(words)).cast(pa.string())


_EMPTY = pa.schema(
    [
        ("slice_no", pa.int64()), ("metric", pa.string()), ("day", pa.date32()),
        ("span_from", pa.date32()),
        *((name, pa.float64()) for name in (
            "n", "mean", "baseline", "baseline_n", "baseline_days", "change", "change_low", "change_high", "within",
            "mix", "z", "cusum", "cusum_limit",
        )),
        ("verdict", pa.string()), ("alarm", pa.bool_()), ("since", pa.date32()), ("episode_day", pa.date32()),
        ("detected_as", pa.string()),
    ]
).empty_table()  # fmt: skip
