"""Days with rows: counted of a batch, and of the whole of a file that several products share, in few numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pyarrow as pa

_EPOCH, _FIRST = datetime(1970, 1, 1, tzinfo=UTC), date(1970, 1, 1)
_US = timedelta(microseconds=1)


def add_days(days: dict[int, list[int]], moments: pa.Array, of: pa.Array) -> None:
    """Add rows to ``days`` (rows, first and last moment): their moments (microseconds since 1970) and days."""
    table = pa.table({"day": of, "at": moments})
    # Threads cost a small table four times what they do, and save a large one nothing.
    grouped = table.group_by("day", use_threads=False)
    for row in grouped.aggregate([("at", "count"), ("at", "min"), ("at", "max")]).to_pylist():
        before = days.get(row["day"])
        n, low, high = row["at_count"], row["at_min"], row["at_max"]
        days[row["day"]] = [before[0] + n, min(before[1], low), max(before[2], high)] if before else [n, low, high]


def midnight(day: int, zone: ZoneInfo) -> datetime:
    """When a day (counted from 1970) begins in a zone, in UTC."""
    return datetime.combine(_FIRST + timedelta(days=day), time(), zone).astimezone(UTC)


def until(days: Iterable[Sequence[int]], seen: datetime) -> dict[int, list[int]]:
    """A file's days with rows (see tally.Tally.summary), none later than ``seen``."""
    last = (seen - _EPOCH) // _US
    return {day: [rows, low, min(high, last)] for day, rows, low, high in days if low <= last}


def packed(parts: Sequence[Mapping[int, Sequence[int]]]) -> list[int]:
    """Days of the parts of a file, all together: the first and the last moment, then days since the one before, rows.

    It is kept for each product that shares the file, so it is short.
    """
    rows: dict[int, int] = {}
    for part in parts:
        for day, held in part.items():
            rows[day] = rows.get(day, 0) + held[0]
    if not rows:
        return []
    ends = [held for part in parts for held in part.values()]
    out, before = [min(held[1] for held in ends), max(held[2] for held in ends)], 0
    for day in sorted(rows):
        out += [day - before, rows[day]]
        before = day
    return out


def unpacked(found: Sequence[int], zone: ZoneInfo, seen: datetime) -> dict[int, list[int]]:
    """The days again, none later than ``seen``. Of those between the first and the last, the moments are a noon."""
    day, out = 0, {}
    for step, rows in zip(found[2::2], found[3::2], strict=True):
        day += step
        noon = (midnight(day, zone) + timedelta(hours=12) - _EPOCH) // _US
        out[day] = [day, rows, noon, noon]
    if out:
        out[min(out)][2], out[max(out)][3] = found[0], found[1]
    return until(out.values(), seen)
