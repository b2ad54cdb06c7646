"""A day in one column and its time of day in another, as one time."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from earful.connectors.files.values.arrays import cast_or_null

#: What columns of days and of times of day are called, in pairs, small and without blanks.
_PAIRS = (
    ("date", "time"), ("day", "time"), ("datum", "uhrzeit"), ("datum", "zeit"), ("datum", "tijd"), ("datum", "tid"),
    ("dato", "tid"), ("date", "heure"), ("jour", "heure"), ("fecha", "hora"), ("data", "hora"), ("data", "ora"),
    ("dia", "hora"), ("data", "godzina"), ("дата", "время"), ("tarih", "saat"), ("日付", "時刻"), ("日付", "時間"),
    ("日期", "时间"), ("날짜", "시간"),
)  # fmt: skip
_CLOCK = (
    r"(?i)^\s*(?P<h>\d{1,2})[:.h](?P<m>\d\d)(?:[:.m](?P<s>\d\d(?:\.\d{1,6})?)s?)?\s*(?P<half>[ap]\.?m\.?)?"
    r"\s*(?P<zone>Z|(?:UTC|GMT)(?:[+-]\d{1,2}(?::?\d\d)?)?|[+-]\d\d:?\d\d)?\s*$"
)
#: Midnight, as sheets and databases write behind a day that has no time of its own.
_MIDNIGHT = r"[T ]00?:00(:00(\.0+)?)?$"


def clock_beside(day: str, columns: Sequence[str]) -> str | None:
    """The column that by its name holds the time of day of a column of days; None where there is none, or two."""
    small = re.sub(r"[\s_\-]+", "", day.casefold())
    named = {re.sub(r"[\s_\-]+", "", each.casefold()): each for each in columns if each != day}
    found = {
        named[wanted]
        for of_day, of_clock in _PAIRS
        if of_day in small
        for wanted in (
            (small.replace(of_day, of_clock), of_clock) if small == of_day else (small.replace(of_day, of_clock),)
        )
        if wanted in named
    }
    return found.pop() if len(found) == 1 else None


def joined(days: pa.Array, clocks: pa.Array) -> tuple[pa.Array, int]:
    """Days with the time of day that stands beside them, and of how many; others stay as they are.

    A day that has a time already keeps it, unless that is midnight. Days come out as strings where any is joined.
    """
    written, beside = _text(days), _text(clocks)
    parts = pc.extract_regex(beside, _CLOCK)
    if parts.null_count == len(parts):
        return days, 0
    bare = pc.replace_substring_regex(pc.utf8_trim_whitespace(written), _MIDNIGHT, "")
    fits = pc.and_(pc.is_valid(parts), pc.match_substring_regex(bare, r"\d"))
    fits = pc.fill_null(pc.and_(fits, pc.invert(pc.match_substring(bare, ":"))), False)
    count = pc.sum(fits).as_py() or 0
    if not count:
        return days, 0
    hour, minute, second, half, zone = (
        pc.fill_null(pc.struct_field(parts, n), "") for n in ("h", "m", "s", "half", "zone")
    )
    number = cast_or_null(pc.if_else(pc.equal(hour, ""), None, hour), pa.int64())
    noon = pc.subtract(number, pc.multiply(pc.divide(number, 12), 12))
    shift = pc.if_else(pc.starts_with(pc.utf8_lower(half), "p"), 12, 0)
    number = pc.if_else(pc.equal(half, ""), number, pc.add(noon, shift))
    hour = pc.utf8_lpad(pc.fill_null(number.cast(pa.string()), ""), 2, "0")
    second = pc.if_else(pc.equal(second, ""), "00", second)
    clock = pc.binary_join_element_wise(hour, minute, second, ":")
    whole = pc.binary_join_element_wise(bare, pc.binary_join_element_wise(clock, zone, ""), " ")
    return pc.if_else(fits, whole, written), count


def _text(values: pa.Array) -> pa.Array:
    return pc.fill_null(cast_or_null(values, pa.string()), "")


def said(field: str, pair: tuple[str, str]) -> str:
    """How a field is put together."""
    return f"{field}: the day is in {pair[0]!r}, its time of day in {pair[1]!r}"


#: Field -> its column of days and that of times of day.
Clocks = Mapping[str, tuple[str, str]]
