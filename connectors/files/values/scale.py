"""Which scale a column of ratings is on, and what day and month are: decided by all that the column says.

What a column says is summed up in a ``Seen`` a file; those of all files of a channel together decide, so the order of
rows, and into which files they were split, makes no difference.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from earful.connectors.files.values.ids import SeenIds
from earful.connectors.files.values.numbers import Marks, Said, marks_of, rated

#: A column with fewer answers says too little to doubt it.
HANDFUL = 5
#: So many ratings over 5, and above this share of all, and a larger scale is meant.
MANY, MANY_SHARE = 3, 0.05
#: Fewer, or a smaller share than this, are slips. What lies between is asked.
FEW_SHARE = 0.01
_SCALE = re.compile(r"(-?\d+)\.\.(-?\d+)")


@dataclass(frozen=True, slots=True)
class Scale:
    """From the worst answer to the best."""

    low: int
    high: int

    @classmethod
    def of(cls, text: str) -> Scale:
        """Of "1..10". Raises ValueError for anything else."""
        found = _SCALE.fullmatch(text.replace(" ", ""))
        if not found or int(found[1]) >= int(found[2]):
            raise ValueError(f'{text!r} is no scale; write it from the worst to the best, such as "1..10"')
        return cls(int(found[1]), int(found[2]))

    def stars(self, value: float) -> float | None:
        """1..5 in a straight line, to four decimals; None for what is not on the scale."""
        if not self.low <= value <= self.high:
            return None
        return round(1 + 4 * (value - self.low) / (self.high - self.low), 4)

    def __str__(self) -> str:
        return f"{self.low}..{self.high}"


FIVE = Scale(1, 5)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a column of one file says, or of several.

    ``low``, ``high``, ``rows`` of its plain numbers, ``above`` of those are over 5.
    ``thousands``, ``decimal``: see Marks. ``first``, ``second``: the largest first and second number of dates such as
    3/4/2026.
    """

    low: float | None = None
    high: float | None = None
    rows: int = 0
    above: int = 0
    thousands: str = ""
    decimal: str = ""
    first: int = 0
    second: int = 0

    def __add__(self, other: Seen) -> Seen:
        lows, highs = ([v for v in pair if v is not None] for pair in ((self.low, other.low), (self.high, other.high)))
        return Seen(
            min(lows, default=None), max(highs, default=None), self.rows + other.rows, self.above + other.above,
            "".join(sorted({*self.thousands, *other.thousands})),
            "".join(sorted({*self.decimal, *other.decimal})), max(self.first, other.first),
            max(self.second, other.second),
        )  # fmt: skip

    @property
    def marks(self) -> Marks:
        """What point and comma mean in a column of counts."""
        return Marks("".join(sorted(set(self.thousands) - set(self.decimal))), self.decimal)


def seen_in_numbers(values: pa.Array) -> Seen:
    """Of a column of numbers (Parquet, JSON)."""
    values = values.cast(pa.float64())
    values = values.filter(pc.fill_null(pc.is_finite(values), False))
    if not len(values):
        return Seen()
    above = int(pc.sum(pc.greater(values, 5.0)).as_py())
    return Seen(pc.min(values).as_py(), pc.max(values).as_py(), len(values), above)


def seen_in_ratings(said: Mapping[str, int]) -> Seen:
    """Of a column of texts, each with its rows. What names its own scale (4/5) decides nothing for the others."""
    plain = [(found.value, rows) for text, rows in said.items() if (found := rated(text)) and found.of is None]
    if not plain:
        return Seen()
    values = [value for value, _ in plain]
    above = sum(rows for value, rows in plain if value > 5)
    return Seen(min(values), max(values), sum(rows for _, rows in plain), above)


def seen_in_counts(said: Mapping[str, int]) -> Seen:
    """Of a column of counts: what point and comma mean. Kept apart until all files are seen: one may settle another."""
    marks = marks_of(said)
    return Seen(thousands=marks.thousands, decimal=marks.decimal)


@dataclass(frozen=True, slots=True)
class Stars:
    """How ratings are read: ``scale``, or None with what is asked. ``says``: in words, where it is not plainly 1..5."""

    scale: Scale | None = FIVE
    says: str = ""
    asks: str = ""

    def of(self, said: Said) -> float | None:
        """Stars 1..5 of what a cell says; a cell that names its own scale is on that one."""
        if said.of is None:
            return self.scale.stars(said.value) if self.scale else None
        return Scale(0 if said.of > 10 else 1, said.of).stars(said.value) if said.of > 1 else None


def mixed(cells: Sequence[tuple[int, int]]) -> bool:
    """Whether ratings over 5 stand on some days (or in some files) only, so that two scales share a column.

    Of a column on one larger scale, days without any rating over 5 hold no more ratings than chance has it.
    """
    rows, above = sum(n for n, _ in cells), sum(a for _, a in cells)
    if not above:
        return False
    share = 1 - above / rows
    expected = sum(n * share**n for n, _ in cells)
    without = sum(n for n, a in cells if not a)
    return without > max(HANDFUL * 2, rows / 50, 4 * expected)


def stars_of(seen: Seen, configured: Scale | None, cells: Sequence[tuple[int, int]] = ()) -> Stars:
    """Which scale a column of ratings is on."""
    if configured is not None:
        return Stars(configured, "" if configured == FIVE else f"rating read as {configured}, {_formula(configured)}")
    low, high = seen.low, seen.high
    if low is None or high is None or high <= 5:
        return Stars()
    runs = f"rating runs to {high:g}"
    share = seen.above / seen.rows
    if share < FEW_SHARE or (seen.above < MANY and share < 0.5):
        return Stars(FIVE, f"rating read as 1..5; {seen.above} of {seen.rows} lie above")
    if share < MANY_SHARE or seen.above < MANY:
        return Stars(None, asks=f'{runs}, in {seen.above} of {seen.rows} rows: say scale = "1..5" or "1..10"')
    if mixed(cells):
        where = f"in {seen.above} of {seen.rows} rows, on some days only"
        return Stars(None, asks=f"{runs} {where}: two scales in one column; split it, or say scale")
    if high <= 10 and low >= 0:
        scale = Scale(0 if low < 1 else 1, 10)
    elif 50 < high <= 100 and low >= 0:
        scale = Scale(0, 100)
    else:
        return Stars(None, asks=f'{runs}, which is no scale known here: say scale = "{low:g}..{high:g}" or what it is')
    return Stars(scale, f"{runs}: read as {scale}, {_formula(scale)}")


def _formula(scale: Scale) -> str:
    less = f"(r-{scale.low})" if scale.low > 0 else f"(r+{-scale.low})" if scale.low < 0 else "r"
    return f"stars by {less}*4/{scale.high - scale.low}+1"


def nps_asks(seen: Seen) -> str:
    """What is asked of a column of NPS answers that is hardly one: nobody of many above 5 is a scale of 1..5."""
    if seen.rows <= HANDFUL or seen.high is None or seen.above:
        return ""
    return (
        f"no answer of {seen.rows} is above 5 (they run to {seen.high:g}), which would be an NPS of -100: map the "
        'column as rating if it is 1..5, or say scale = "0..10" if it is an NPS'
    )


@dataclass(slots=True)
class Survey:
    """What the columns of one file say, by field."""

    seen: dict[str, Seen] = field(default_factory=dict)
    #: Where ratings over 5 are: of days, or of a file that has none, the plain ratings and those over 5.
    cells: list[tuple[int, int]] = field(default_factory=list)
    ids: SeenIds = field(default_factory=SeenIds)

    def as_plain(self) -> dict[str, list[Any]]:
        """For JSON."""
        names = Seen.__dataclass_fields__
        found = {name: [getattr(seen, each) for each in names] for name, seen in self.seen.items()}
        return found | {"post_id": self.ids.plain(), "_cells": self.cells}

    @classmethod
    def from_plain(cls, found: Mapping[str, Iterable[Any]]) -> Survey:
        """Of as_plain(). Raises TypeError for anything else."""
        seen = {name: Seen(*values) for name, values in found.items() if name not in ("post_id", "_cells")}
        cells = [(int(rows), int(above)) for rows, above in found.get("_cells", ())]
        return cls(seen, cells, SeenIds(*found.get("post_id", ())))

    def __add__(self, other: Survey) -> Survey:
        names = {*self.seen, *other.seen}
        both = {name: self.seen.get(name, Seen()) + other.seen.get(name, Seen()) for name in names}
        return Survey(both, [*self.cells, *other.cells], self.ids + other.ids)
