"""What one file gave besides its posts: rows landed and set aside, fields that could not be read, days with rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from earful.connectors.files.values.arrays import Mask, Positions, mask
from earful.connectors.files.values.ids import SAMPLE
from earful.connectors.files.values.profile import ColumnFacts
from earful.connectors.files.values.repeats import OTHER_WORDS, SAME, Repeats, Superseded
from earful.connectors.files.values.scales import Scale
from earful.connectors.post import Rejected

_HOUR, _DAY = 3_600_000_000, 86_400_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: As JSON has it: plain values under string keys. Kept of files that are not read again.
FileSummary = Mapping[str, Any]


class Tally:
    """Counts over one pass of a file for products that share its rows, whatever time was asked for.

    ``zone``: of the reporting days. Days are counted from 1970.
    """

    def __init__(self, name: str, zone: ZoneInfo) -> None:
        self._name, self._zone = name, zone
        self.good = 0
        self._set_aside: dict[str, list[Any]] = {}
        self._not_read: dict[str, list[Any]] = {}
        self._left_out: dict[str, list[Any]] = {}
        self._said: list[str] = []
        #: By which a CSV file is cut.
        self.delimiter: str | None = None
        self._marks: Counter[str] = Counter()
        self._days: dict[int, list[int]] = {}
        self._partial_days: set[int] = set()
        self._undated = 0
        self._repaired: list[Any] = [0, ""]
        self._repeats = Repeats()
        self._unread: set[str] = set()
        #: A column says which rows are the products'.
        self.own = False
        self._ids: dict[str, Any] = {"rows": 0, "numbers": 0, "low": None, "high": None, "first": {}}
        self.columns: Mapping[str, Sequence[str]] = {}
        self.found = ColumnFacts()
        self.row_ids = False
        #: The column of created_at, and others that could be it.
        self.dates: tuple[Sequence[str], Sequence[str]] = ([], [])
        #: Rows left out, as moderators or bots speak in them.
        self.notices = 0
        #: Columns that the configuration names and the file lacks.
        self.lacking: list[str] = []

    def marked(self, field: str, count: int) -> None:
        """So many cells of a field hold a mark of nothing."""
        self._marks[field] += count

    def not_read(self, field: str, why: str, where: Mask, lines: Positions) -> None:
        """These rows land without a field."""
        self._count(self._not_read, f"{field} {why}", where, lines)

    def repaired(self, where: Mask, lines: Positions) -> None:
        """The words of these rows were garbled, see values/garbled.py."""
        if where.any():
            self._repaired[1] = self._repaired[1] or f"{self._name}:{lines[int(np.argmax(where))]}"
            self._repaired[0] += int(where.sum())

    def superseded(self, over: Superseded, repeats: Repeats) -> None:
        """What rows of an id that came again cost: those of earlier batches for which a later row stands, and all."""
        for line in over.before:
            self.good -= 1
            why = OTHER_WORDS if line in over.before_other else SAME
            self._set_aside.setdefault(why, [0, f"{self._name}:{line}"])[0] += 1
        self._repeats = repeats

    def set_aside(self, why: str, where: Mask, lines: Positions) -> None:
        """These rows do not land."""
        self._count(self._set_aside, why, where, lines)

    def unreadable(self, why: str, item: str) -> None:
        """One row is none at all; its day is not known."""
        self._undated += 1
        self._unread.add(why)
        self._set_aside.setdefault(why, [0, item])[0] += 1

    def say(self, said: Sequence[str], left_out: Sequence[Rejected]) -> None:
        """What was found out about the file, and what in it is no row."""
        self._said += [each for each in said if each not in self._said]
        for one in left_out:
            self._left_out.setdefault(one.reason, [0, one.item])[0] += 1

    def _count(self, counts: dict[str, list[Any]], why: str, where: Mask, lines: Positions) -> None:
        if where.any():
            first = f"{self._name}:{lines[int(np.argmax(where))]}"
            counts.setdefault(why, [0, first])[0] += int(where.sum())

    def dated(self, created: pa.Array, edited: pa.Array, good: Mask, refused: Mask) -> None:
        """The days of rows that land, and of those that are set aside. An edit is of its own day too."""
        self.good += int(good.sum())
        count = created.cast(pa.int64())
        self._undated += int((refused & mask(pc.is_null(count))).sum())
        landed = count.filter(pa.array(good))
        if edited.null_count < len(edited):
            landed = pa.concat_arrays([landed, edited.cast(pa.int64()).filter(pa.array(good)).drop_null()])
        table = pa.table({"day": self._day_of(landed), "at": landed})
        # Threads cost a small table four times what they do, and save a large one nothing.
        grouped = table.group_by("day", use_threads=False)
        for row in grouped.aggregate([("at", "count"), ("at", "min"), ("at", "max")]).to_pylist():
            before = self._days.get(row["day"])
            n, low, high = row["at_count"], row["at_min"], row["at_max"]
            self._days[row["day"]] = (
                [before[0] + n, min(before[1], low), max(before[2], high)] if before else [n, low, high]
            )
        if refused.any():
            aside = count.filter(pa.array(refused)).drop_null()
            self._partial_days.update(pc.unique(self._day_of(aside)).to_pylist())

    def _day_of(self, count: pa.Array) -> pa.Array:
        at = count.to_numpy(zero_copy_only=False).astype(np.int64)
        if self._zone.key == "UTC" or not len(at):
            return pa.array(at // _DAY)
        hours, which = np.unique(at // (_HOUR // 4), return_inverse=True)  # offsets are whole quarters of an hour
        moments = [(_EPOCH + timedelta(minutes=15 * int(h))).astimezone(self._zone) for h in hours]
        shift = np.array([(m.utcoffset() or timedelta()) // timedelta(microseconds=1) for m in moments], np.int64)
        return pa.array((at + shift[which]) // _DAY)

    def identified(self, ids: pa.Array, created: pa.Array, good: Mask) -> None:
        """The ids of rows that land: whether they only count rows, see ``counted``."""
        found = self._ids
        if found["rows"] != found["numbers"] or not good.any():
            found["rows"] += int(good.sum())
            return
        mine = ids.filter(pa.array(good))
        found["rows"] += len(mine)
        number = mine.filter(pc.match_substring_regex(mine, r"^\d{1,9}$")).cast(pa.int64())
        found["numbers"] += len(number)
        if len(number) != len(mine):
            return
        low, high = pc.min(number).as_py(), pc.max(number).as_py()
        found["low"] = low if found["low"] is None else min(low, found["low"])
        found["high"] = high if found["high"] is None else max(high, found["high"])
        small = pc.less_equal(number, SAMPLE)
        times = created.filter(pa.array(good)).cast(pa.int64()).filter(small).to_pylist()
        for each, at in zip(number.filter(small).to_pylist(), times, strict=True):
            found["first"].setdefault(str(each), at)

    def summary(self) -> FileSummary:
        """All of it as plain values."""
        found, counted = self.found, self._ids
        counts_rows = (
            not self.row_ids
            and counted["rows"] > 1
            and counted["rows"] == counted["numbers"]
            and counted["low"] in (0, 1)
            and counted["high"] - counted["low"] + 1 == counted["rows"]
        )
        again, other, line = self._repeats.merged()
        scales = {n: s for n, s in (("rating", found.rating), ("nps", found.nps)) if n in found.seen}
        return {
            "name": self._name,
            "good": self.good,
            "set_aside": self._set_aside,
            "not_read": self._not_read,
            "left_out": self._left_out,
            "said": list(self._said),
            "delimiter": self.delimiter,
            "marks": dict(self._marks),
            "days": [[day, *held] for day, held in sorted(self._days.items())],
            "partial_days": sorted(self._partial_days),
            "undated": self._undated,
            "unread": sorted(self._unread) if self.own else [],
            "columns": {field: list(names) for field, names in self.columns.items() if not field.startswith("_")},
            "row_ids": self.row_ids,
            "repaired": self._repaired,
            "repeats": {"rows": again, "other_words": other, "first": f"{self._name}:{line}"} if again else {},
            "notices": self.notices,
            "lacking": self.lacking,
            "dates": [list(each) for each in self.dates],
            "counted": counted["first"] if counts_rows else {},
            "scales": {name: [scale.low, scale.high, _says(name, scale)] for name, scale in scales.items()},
            "configured": sorted(found.configured),
            "seen": {name: list(seen) for name, seen in found.seen.items()},
            "orders": {name: order for name, order in found.orders.items() if order},
            "serials": sorted(found.serials),
            "questions": dict(found.questions),
            "between_files": sorted(found.between_files),
        }


def rows_of(summary: FileSummary) -> int:
    """All rows of a file, those set aside and those of moderators and bots too."""
    return (
        int(summary["good"]) + int(summary["notices"]) + sum(int(count) for count, _ in summary["set_aside"].values())
    )


def _says(name: str, scale: Scale) -> str:
    return scale.says if name == "rating" else scale.ask or f"{scale.low}..{scale.high}"
