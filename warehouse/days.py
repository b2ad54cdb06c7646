"""Local days without any extension of DuckDB: the clock's shifts and a day's bounds, from the zone database.

Everything here is about the reporting time zone. Times are aware UTC.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Shift:
    """In [starts_at, ends_at) local time is UTC plus ``seconds``."""

    starts_at: datetime
    ends_at: datetime
    seconds: int


def shifts(zone: ZoneInfo, first: datetime, last: datetime) -> list[Shift]:
    """The clock's shifts from UTC, without holes, that hold every moment of [first, last]."""
    found = [s for year in range(first.year, last.year + 1) for s in _shifts_of(zone, year)]
    merged: list[Shift] = []
    for shift in found:
        if merged and merged[-1].seconds == shift.seconds:
            merged[-1] = Shift(merged[-1].starts_at, shift.ends_at, shift.seconds)
        else:
            merged.append(shift)
    return merged


@lru_cache(maxsize=1024)
def _shifts_of(zone: ZoneInfo, year: int) -> tuple[Shift, ...]:
    """The shifts of one UTC year. Clocks are changed at most once a day, so one look a day finds every change."""
    begin, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    out: list[Shift] = []
    start, seconds, at = begin, _offset(zone, begin), begin
    last = end - _SECOND
    while at < last:
        after = min(at + _DAY, last)
        if _offset(zone, after) != seconds:
            low, high = at, after
            while high - low > _SECOND:
                middle = low + timedelta(seconds=int((high - low).total_seconds()) // 2)
                low, high = (middle, high) if _offset(zone, middle) == seconds else (low, middle)
            out.append(Shift(start, high, seconds))
            start, seconds = high, _offset(zone, high)
        at = after
    out.append(Shift(start, end, seconds))
    return tuple(out)


def _offset(zone: ZoneInfo, moment: datetime) -> int:
    offset = moment.astimezone(zone).utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0


def local_day(zone: ZoneInfo, moment: datetime) -> date:
    """The calendar day of a moment."""
    return moment.astimezone(zone).date()


def bounds(zone: ZoneInfo, day: date) -> tuple[datetime, datetime]:
    """The first moment of a local day and the first after its last: 23 to 25 hours, 0 for a day a zone skipped.

    Where midnight comes twice, the day reaches from the first to the second; where the clock jumps over midnight,
    ``fold=0`` reads it with the offset before the jump, which is the jump itself.
    """
    start = _midnight(zone, day, 0)
    following = day + _DAY
    return start, max(_midnight(zone, following, 0), _midnight(zone, following, 1), start)


@lru_cache(maxsize=32_768)  # a landing asks of each of its days, for each of its products
def _midnight(zone: ZoneInfo, day: date, fold: int) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone, fold=fold).astimezone(UTC)


def days_touched(zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[date]:
    """The local days that [start, end) touches, in order; none for an empty span."""
    if start >= end:
        return
    day, last = local_day(zone, start), local_day(zone, end - timedelta(microseconds=1))
    while day <= last:
        yield day
        day += _DAY


def last_day_over(zone: ZoneInfo, moment: datetime) -> date:
    """The last local day that had ended by a moment."""
    day = local_day(zone, moment)
    return day if bounds(zone, day)[1] <= moment else day - _DAY


def utc_naive(moment: datetime) -> datetime:
    """An aware moment as the store keeps it: UTC, without a zone. Raises ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} has no time zone")
    return moment.astimezone(UTC).replace(tzinfo=None)
