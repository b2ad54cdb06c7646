"""The aggregates of one product as arrays, slices or cells by days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import duckdb
import numpy as np

from earful.warehouse.statements import run, text
from earful.warehouse.trends.detector import Series
from earful.warehouse.trends.rules import Bools, Floats, Ints, Rules

#: Slices of the product itself and of its channels have a row for every asked day, with posts or without.
ALWAYS = ("product", "channel")


@dataclass(frozen=True, slots=True)
class Slice:
    """One slice of a product; '' where it is over all of it."""

    kind: str
    channel: str
    market: str
    topic: str
    app_version: str


@dataclass(frozen=True, slots=True)
class Loaded:
    """One product. ``posts``, ``scored``, ``total``: slices x days of what is there, complete or not.

    ``asked``: some channel of the slice was asked about the day; ``series.live``: and each that was, answered whole.
    """

    product: str
    first_day: date
    slices: tuple[Slice, ...]
    series: Series
    posts: Floats
    scored: Floats
    total: Floats
    asked: Bools

    @property
    def shown(self) -> Bools:
        """Slices that readers see."""
        return np.array([s.kind != "versioned" for s in self.slices])


def load(con: duckdb.DuckDBPyConnection, first: date, last: date, rules: Rules) -> Iterator[Loaded]:
    """The products with posts in the days [first, last], one after another. Leaves temporary tables trend_* behind.

    Reads the temporary table trend_channel_days (blocks.find_asked_days) beside the aggregates.
    """
    run(con, "trends/points", {"floor": rules.floor, "from": first, "to": last})
    for product_no, product, its_first, its_last in con.execute(text("trends/products")).fetchall():
        yield _product(con, product_no, product, (its_first, its_last))


def _product(con: duckdb.DuckDBPyConnection, product_no: int, product: str, span: tuple[date, date]) -> Loaded:
    first, last = span
    key = {"product": product}
    found = con.execute(text("trends/slices"), key).fetchall()
    slices = tuple(Slice(*row[:-1]) for row in found)
    sets = np.array([row[-1] for row in found], np.int64)
    cells = con.execute(text("trends/cells"), key).fetchnumpy()
    shape = len(cells["cell_no"]), (last - first).days + 1
    rows = con.execute(text("trends/series"), {"product_no": product_no, "first_day": first}).fetchnumpy()
    at = np.asarray(rows["cell_no"], np.int64), np.asarray(rows["day_no"], np.int64)
    whole = np.asarray(rows["complete"], np.bool_)

    def grid(values: Floats) -> Floats:
        out = np.zeros(shape)
        out[at] = values
        return out

    first_cells = np.searchsorted(np.asarray(cells["slice_no"]), np.arange(len(slices)))
    by_day = np.asarray(rows["slice_no"], np.int64), at[1]
    asked, live = (x[sets] for x in _asked(con, product, span, (int(sets.max()) + 1, shape[1])))
    n, total, squares = (np.asarray(rows[name], np.float64) for name in ("scored", "total", "squares"))
    series = Series(
        first=np.asarray(first_cells, np.int64),
        n=grid(np.where(whole, n, 0.0)),
        total=grid(np.where(whole, total / 1e4, 0.0)),
        squares=grid(np.where(whole, squares / 1e8, 0.0)),
        live=live,
        scorer=_scorers(by_day, np.asarray(rows["code"], np.int64), n > 0, asked.shape),
        base=np.asarray(cells["base_no"], np.int64),
    )
    sums = (np.add.reduceat(grid(x), first_cells, axis=0) for x in (np.asarray(rows["posts"]), n, total))
    posts, scored, all_total = sums
    return Loaded(product, first, slices, series, posts, scored, all_total / 1e4, asked)


def _asked(
    con: duckdb.DuckDBPyConnection, product: str, days: tuple[date, date], shape: tuple[int, int]
) -> tuple[Bools, Bools]:
    """Sets of channels x days: whether any was asked about the day, and whether all that were answered whole."""
    key = {"product": product, "first_day": days[0], "last_day": days[1]}
    rows = con.execute(text("trends/days"), key).fetchnumpy()
    at = np.asarray(rows["set_no"], np.int64), np.asarray(rows["day_no"], np.int64)
    asked, live = np.zeros(shape, np.bool_), np.zeros(shape, np.bool_)
    asked[at] = True
    live[at] = np.asarray(rows["complete"], np.bool_)
    return asked, live


def _scorers(at: tuple[Ints, Ints], code: Ints, scored: Bools, shape: tuple[int, int]) -> Ints:
    """The scorer of every slice and day: 0 for several; for none that of the last scored day before, or first after."""
    at = at[0][scored], at[1][scored]
    low, high = np.full(shape, np.iinfo(np.int64).max), np.full(shape, -1, dtype=np.int64)
    np.minimum.at(low, at, code[scored])
    np.maximum.at(high, at, code[scored])
    known = high >= 0
    found = np.where(known & (low == high), high, 0)
    days = np.arange(shape[1])
    before = np.maximum.accumulate(np.where(known, days, -1), axis=1)
    after = np.minimum.accumulate(np.where(known, days, shape[1])[:, ::-1], axis=1)[:, ::-1]
    from_day = np.where(before >= 0, before, np.minimum(after, shape[1] - 1))
    return np.asarray(np.take_along_axis(found, from_day, axis=1), dtype=np.int64)
