"""The aggregates of one product as arrays, slices or cells by days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

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

    kind: str
    channel: str
    market: str
    topic: str
    app_version: str


@dataclass(frozen=True, slots=True)
class MeanSeries:
    """One metric of the slices ``wide`` (numbers in Loaded.slices, ascending).

    ``n``, ``total``: slices x days of what is there, complete or not; ``series``: what is judged of it.
    """

    mean: Mean
    wide: Ints
    series: Series
    n: Floats
    total: Floats


@dataclass(frozen=True, slots=True)
class Loaded:
    """One product. ``counts``: by metric, slices x days of what is there, complete or not.

    ``asked``: some channel of the slice was asked about the day; ``live``: and each that was, answered whole.
    """

    product: str
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


def load(con: duckdb.DuckDBPyConnection, first: date, last: date, rules: Rules) -> Iterator[Loaded]:
    """The products with posts in the days [first, last], one after another. Leaves temporary tables trend_* behind.

    Reads the temporary table trend_channel_days (blocks.find_asked_days) beside the aggregates.
    """
    run(con, "trends/points", {"floor": rules.floor, "from": first, "to": last})
    for product_no, product, its_first, its_last in con.execute(text("trends/products")).fetchall():
        yield _product(con, product_no, product, (its_first, its_last))


#: By metric: n, sum and sum of squares as series.sql names them, and what its sums are divided by.
_SUMS = {
    "sentiment": ("scored", "total", "squares", 1e4),
    "stars": ("rated", "stars", "star_squares", 1e4),
    "one_star": ("rated", "ones", "ones", 1.0),
    "nps": ("answers", "balance", "decided", 0.01),
}


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
    slice_of = np.asarray(cells["slice_no"], np.int64)
    first_cells = np.searchsorted(slice_of, np.arange(len(slices)))
    by_day = np.asarray(rows["slice_no"], np.int64), at[1]
    asked, live = (x[sets] for x in _asked(con, product, span, (int(sets.max()) + 1, shape[1])))
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
        if not n.any():
            continue  # a product without stars or answers
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
            base=(np.cumsum(own) - 1)[np.asarray(cells["base_no"], np.int64)[own]],
        )
        there, sums = by_slice(_SUMS[mean.name][0]), by_slice(_SUMS[mean.name][1])
        means.append(MeanSeries(mean, wide, series, there[wide], sums[wide] / unit))
    counts = {"volume": by_slice("posts"), "negative": by_slice("negative")}
    return Loaded(product, first, slices, tuple(means), counts, asked, live, scorer)


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
