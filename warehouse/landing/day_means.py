"""The means of products' days at one moment, and which of them are others at a later one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from earful.warehouse.errors import explained
from earful.warehouse.statements import text
from earful.warehouse.store.store import Store


@dataclass(frozen=True, slots=True)
class DayMean:
    """Scored posts of a product's day over all channels, and their mean compound in [-1, 1]; None without any."""

    scored: int = 0
    mean: float | None = None


#: (product, day in the reporting time zone) -> how it stands; a day without posts has no entry.
DayMeans = Mapping[tuple[str, date], DayMean]


@dataclass(frozen=True, slots=True)
class MeanChange:
    """A product's day (reporting time zone) whose mean is another than it was."""

    product: str
    day: date
    before: DayMean
    after: DayMean

    @property
    def size(self) -> float:
        """How far the mean moved; 0 where there was none before or is none now: that is no distance."""
        if self.before.mean is None or self.after.mean is None:
            return 0.0
        return abs(self.after.mean - self.before.mean)


def day_means(store: Store, asked: Iterable[tuple[str, date, date]]) -> DayMeans:
    """The means of (product, first day, last day), both days included. Raises WarehouseError."""
    spans = list(asked)
    given = {
        "products": [product for product, _, _ in spans],
        "first_days": [first for _, first, _ in spans],
        "last_days": [last for _, _, last in spans],
    }
    with explained(store.path):
        rows = store.con.execute(text("landing/days/means"), given).fetchall() if spans else []
    return {(product, day): DayMean(scored, mean) for product, day, scored, mean in rows}


def changed_means(before: DayMeans, after: DayMeans) -> list[MeanChange]:
    """The days whose mean is not what it was, by product and day."""
    found = [
        MeanChange(*key, before.get(key, DayMean()), after.get(key, DayMean())) for key in before.keys() | after.keys()
    ]
    return sorted((c for c in found if c.before.mean != c.after.mean), key=lambda c: (c.product, c.day))
