"""The aggregates of some products as arrays, slices or cells by days."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import duckdb
import numpy as np

from earful.warehouse.statements import run, text
from earful.warehouse.trends.detector import Series
from earful.warehouse.trends.metrics import MEANS, Mean
from earful.warehouse.trends.rules import Bools, Floats, Ints, Rules

#: Slices of the product itself and of its channels have a row for every asked day, with posts or without.
ALWAYS = ("product", "channel")


@dataclass(frozen=True, slots=True)
class Slice:
    """One slice of a product; '' where it is over all of it."""

    product: str
    kind: str
    channel: str
    market: str
    topic: str
    app_version: str


@dataclass(frozen=True, slots=True)
class Product:
    """One of the products that are judged together. It has something to judge on [first_day, last_day].

    ``whole``: number of its first slice, which is the product as a whole; ``end``: of the first one after its last.
    """

    name: str
    first_day: date
    last_day: date
    whole: int
    end: int


@dataclass(frozen=True, slots=True)
class MeanSeries:
    """One metric of the slices ``wide``: numbers in Loaded.slices, ascending, each product's first among them.

    ``n``, ``total``: slices x days of what is there, complete or not; ``series``: what is judged of it.
    """

    mean: Mean
    wide: Ints
    series: Series
    n: Floats
    total: Floats


@dataclass(frozen=True, slots=True)
class Loaded:
    """Some products, on one axis of days. ``counts``: by metric, slices x days of what is there, complete or not.

    A product's slices lie together; the first one's number in the table trend_slices is ``first_slice``. ``asked``:
    some channel of the slice was asked about the day; ``live``: and each that was, answered whole; neither is true
    before the product's own first day.
    """

    products: tuple[Product, ...]
    first_slice: int
    first_day: date
    slices: tuple[Slice, ...]
    means: tuple[MeanSeries, ...]
    counts: dict[str, Floats]
    asked: Bools
    live: Bools
    #: The scorer, slices x days; 0 for several.
    scorer: Ints

    @property
    def shown(self) -> Bools:
        """Slices that readers see."""
        return np.array([s.kind != "versioned" for s in self.slices])

    def whole(self, wide: Ints) -> Ints:
        """For each of the slices ``wide``: where among them its product as a whole is."""
        own = np.array([p.whole for p in self.products], np.int64)
        return np.searchsorted(wide, own[np.searchsorted(own, wide, side="right") - 1])


#: So many cells are judged together, or one product: steps from day to day cost nearly the same for one row as for a
#: hundred, and more than these no longer fit into a processor's own memory.
_TOGETHER = 300


def load(con: duckdb.DuckDBPyConnection, first: date, last: date, rules: Rules) -> Iterator[Loaded]:
    """The products with posts in the days [first, last], some at a time. Leaves temporary tables trend_* behind.

    Reads the temporary table trend_channel_days (blocks.find_asked_days) beside the aggregates.
    """
    run(con, "trends/points", {"floor": rules.floor, "from": first, "to": last})
    found = [_Row(*row) for row in con.execute(text("trends/products")).fetchall()]
    if found:
        axis = min(row.first_day for row in found), max(row.last_day for row in found)
        for some in _together(found):
            yield _loaded(con, some, axis)


class _Row(NamedTuple):
    """A product of the block: its days, and its slices [whole, end) and cells [first_cell, end_cell)."""

    product: str
    first_day: date
    last_day: date
    whole: int
    end: int
    first_cell: int
    end_cell: int


def _together(products: Sequence[_Row]) -> Iterator[list[_Row]]:
    """The products in their order, in lists of up to `_TOGETHER` cells."""
    some: list[_Row] = []
    for row in products:
        if some and row.end_cell - some[0].first_cell > _TOGETHER:
            yield some
            some = []
        some.append(row)
    yield some


#: By metric: n, sum and sum of squares as series.sql names them, and what its sums are divided by.
_SUMS = {
    "sentiment": ("scored", "total", "squares", 1e4),
    "stars": ("rated", "stars", "star_squares", 1e4),
    "one_star": ("rated", "ones", "ones", 1.0),
    "nps": ("answers", "balance", "decided", 0.01),
}


def _loaded(con: duckdb.DuckDBPyConnection, some: Sequence[_Row], axis: tuple[date, date]) -> Loaded:
    first, last = axis
    slices_from, cells_from = some[0].whole, some[0].first_cell
    between = {"from": cells_from, "to": some[-1].end_cell}
    found = con.execute(text("trends/slices"), {"from": slices_from, "to": some[-1].end}).fetchall()
    slices = tuple(Slice(*row[:-1]) for row in found)
    sets = np.array([row[-1] for row in found], np.int64)
    cells = con.execute(text("trends/cells"), between).fetchnumpy()
    shape = len(cells["cell_no"]), (last - first).days + 1
    rows = con.execute(text("trends/series"), {**between, "first_day": first}).fetchnumpy()
    at = np.asarray(rows["cell_no"], np.int64) - cells_from, np.asarray(rows["day_no"], np.int64)
    whole = np.asarray(rows["complete"], np.bool_)
    slice_of = np.asarray(cells["slice_no"], np.int64) - slices_from
    first_cells = np.searchsorted(slice_of, np.arange(len(slices)))
    by_day = np.asarray(rows["slice_no"], np.int64) - slices_from, at[1]
    asked, live = (x[sets - sets.min()] for x in _asked(con, first, sets, shape[1]))
    scored = np.asarray(rows["scored"], np.float64)
    scorer = _scorers(by_day, np.asarray(rows["code"], np.int64), scored > 0, asked.shape)

    def grid(values: Floats) -> Floats:
        out = np.zeros(shape)
        out[at] = values
        return out

    def by_slice(name: str) -> Floats:
        return np.add.reduceat(grid(np.asarray(rows[name], np.float64)), first_cells, axis=0)

    means = []
    for mean in MEANS:
        n, total, squares = (np.asarray(rows[name], np.float64) for name in _SUMS[mean.name][:3])
        if mean is not MEANS[0] and not n.any():
            continue  # stars or answers that nobody gave; a day without a scored post has its row all the same
        wide = np.array([i for i, s in enumerate(slices) if s.kind in mean.kinds], np.int64)
        own = np.isin(slice_of, wide)
        unit = _SUMS[mean.name][3]
        series = Series(
            first=np.searchsorted(slice_of[own], wide),
            n=grid(np.where(whole, n, 0.0))[own],
            total=grid(np.where(whole, total / unit, 0.0))[own],
            squares=grid(np.where(whole, squares / unit**2, 0.0))[own],
            live=live[wide],
            # Stars and answers are what people gave, whoever scores their words.
            scorer=scorer[wide] if mean.name == "sentiment" else np.ones_like(scorer[wide]),
            base=(np.cumsum(own) - 1)[np.asarray(cells["base_no"], np.int64)[own] - cells_from],
        )
        there, sums = by_slice(_SUMS[mean.name][0]), by_slice(_SUMS[mean.name][1])
        means.append(MeanSeries(mean, wide, series, there[wide], sums[wide] / unit))
    counts = {"volume": by_slice("posts"), "negative": by_slice("negative")}
    products = tuple(
        Product(row.product, row.first_day, row.last_day, row.whole - slices_from, row.end - slices_from)
        for row in some
    )
    return Loaded(products, slices_from, first, slices, tuple(means), counts, asked, live, scorer)


def _asked(con: duckdb.DuckDBPyConnection, first: date, sets: Ints, days: int) -> tuple[Bools, Bools]:
    """Sets of channels x days: whether any was asked about the day, and whether all that were answered whole."""
    low, high = int(sets.min()), int(sets.max())
    rows = con.execute(text("trends/days"), {"from": low, "to": high, "first_day": first}).fetchnumpy()
    at = np.asarray(rows["set_no"], np.int64) - low, np.asarray(rows["day_no"], np.int64)
    asked, live = (np.zeros((high - low + 1, days), np.bool_) for _ in range(2))
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
