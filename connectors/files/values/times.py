"""Days as forms and spreadsheets write them, made ISO 8601: whole columns at once, the order of day and month given."""

from __future__ import annotations

import re
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

#: "" is a column of no such days; "?" one whose values fit both orders.
Order = Literal["", "dmy", "mdy", "?"]

_DAY_FIRST = r"^\s*(?P<a>\d{1,2})(?P<mark>[./-])(?P<b>\d{1,2})[./-](?P<y>\d{4}|\d{2})(?:,?[T ]\s*(?P<clock>\S.*?))?\s*$"
_YEAR_FIRST = r"^\s*(?P<y>\d{4})[/.](?P<b>\d{1,2})[/.](?P<a>\d{1,2})(?:,?[T ]\s*(?P<clock>\S.*?))?\s*$"
#: Which values may be such days, for a first cheap look.
LIKELY = r"^\s*(?:\d{1,2}[./-]\d{1,2}[./-]\d|\d{4}[/.]\d)"
#: The halves of a day as Google's and Apple's clocks write them behind the time: English and Spanish ("p. m.", with any
#: blank), German, Vietnamese, Turkish, Greek, Japanese, Korean, Chinese.
_MORNING = r"[Aa]\.?[\s\x{a0}\x{202f}]?[Mm]\.?|vorm\.|SA|ÖÖ|π\.?μ\.?|午前|오전|上午"
_LATER = r"[Pp]\.?[\s\x{a0}\x{202f}]?[Mm]\.?|nachm\.|CH|ÖS|μ\.?μ\.?|午後|오후|下午"
_CLOCK = (
    r"^(?P<h>\d{1,2})(?P<rest>:\d\d(?::\d\d(?:\.\d+)?)?)[\s\x{a0}\x{202f}]*"
    rf"(?:(?P<am>{_MORNING})|(?P<pm>{_LATER}))?[\s\x{{a0}}\x{{202f}}]*(?P<zone>.*)$"
)
#: Days since 30 December 1899: 1990 to 2119.
SERIAL = r"^\s*\d{5}(?:[.,]\d+)?\s*$"
FIRST_SERIAL, LAST_SERIAL, _SERIAL_1970 = 32_874, 80_000, 25_569


def parts(values: pa.Array) -> tuple[int, int, bool, int]:
    """Of the days among strings: the largest first and second number, whether dots part them, and how many there are.

    Only of those that begin with day or month.
    """
    found = pc.extract_regex(values, _DAY_FIRST)
    count = len(found) - found.null_count
    if not count:
        return 0, 0, False, 0
    first, second = (pc.max(pc.struct_field(found, name).cast(pa.int64())).as_py() for name in "ab")
    dots = pc.any(pc.equal(pc.struct_field(found, "mark"), ".")).as_py()
    return first, second, bool(dots), count


def order_of(first: int, second: int, *, dots: bool, count: int) -> Order:
    """Day or month first, from the largest numbers in the whole column; days with dots have the day first."""
    if not count:
        return ""
    if first > 12 and second > 12:
        return "?"
    if first > 12 or (dots and second <= 12):
        return "dmy"
    return "mdy" if second > 12 else "?"


def as_iso(values: pa.Array, order: Order) -> pa.Array:
    """Strings in which days as forms write them are ISO 8601; without an ``order`` only those with the year first."""
    if not pc.any(pc.match_substring_regex(values, LIKELY)).as_py():
        return values
    out = pc.coalesce(_joined(pc.extract_regex(values, _YEAR_FIRST), "dmy"), values)
    if order in ("dmy", "mdy"):
        out = pc.coalesce(_joined(pc.extract_regex(values, _DAY_FIRST), order), out)
    return out


def _joined(found: pa.Array, order: str) -> pa.Array:
    day, month, year, clock = (pc.struct_field(found, name) for name in ("a", "b", "y", "clock"))
    if order == "mdy":
        day, month = month, day
    # Italy and Denmark write 10.35.59; two numbers alone may be a clock, or a part of an hour.
    clock = pc.replace_substring_regex(clock, r"^(\d{1,2})\.(\d\d)\.(\d\d)", r"\1:\2:\3")
    year = pc.if_else(pc.equal(pc.utf8_length(year), 2), pc.binary_join_element_wise("20", year, ""), year)
    days = pc.binary_join_element_wise(year, pc.utf8_lpad(month, 2, "0"), pc.utf8_lpad(day, 2, "0"), "-")
    read = pc.extract_regex(clock, _CLOCK)
    hour = pc.struct_field(read, "h").cast(pa.int64())
    later = pc.not_equal(pc.struct_field(read, "pm"), "")
    halved = pc.or_(later, pc.not_equal(pc.struct_field(read, "am"), ""))
    # No clock has 13 p.m.; such an hour stays as it is.
    halved = pc.and_(halved, pc.less_equal(hour, 12))
    hour = pc.if_else(halved, pc.add(_rest(hour, 12), pc.if_else(later, 12, 0)), hour)
    hour = pc.utf8_lpad(hour.cast(pa.string()), 2, "0")
    spoken = pc.binary_join_element_wise(hour, pc.struct_field(read, "rest"), pc.struct_field(read, "zone"), "")
    # Behind the day is a clock or nothing: "11.35" may be one, or a part of an hour.
    return pc.if_else(pc.equal(clock, ""), days, pc.binary_join_element_wise(days, spoken, " "))


def _rest(values: pa.Array, by: int) -> pa.Array:
    return pc.subtract(values, pc.multiply(pc.divide(values, by), by))


def of_serials(values: pa.Array) -> pa.Array:
    """A spreadsheet's numbers of days as local times without a zone; null for what is none."""
    if pa.types.is_string(values.type):
        written = pc.if_else(pc.match_substring_regex(values, SERIAL), values, None)
        count = pc.replace_substring(pc.utf8_trim_whitespace(written), ",", ".").cast(pa.float64())
    else:
        count = values.cast(pa.float64())
    fits = pc.and_(pc.greater_equal(count, float(FIRST_SERIAL)), pc.less(count, float(LAST_SERIAL)))
    seconds = pc.round(pc.multiply(pc.subtract(count, float(_SERIAL_1970)), 86_400.0))
    return pc.if_else(pc.fill_null(fits, False), seconds, None).cast(pa.int64()).cast(pa.timestamp("s"))


#: Letters that mean one offset wherever they are written; EST, CST, IST, BST and others that zones share are not here.
ZONE_LETTERS = {
    "WET": 0, "WEST": 1, "WEZ": 0, "WESZ": 1, "CET": 1, "CEST": 2, "MEZ": 1, "MESZ": 2, "EET": 2, "EEST": 3, "OEZ": 2,
    "OESZ": 3, "MSK": 3, "JST": 9, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13,
}  # fmt: skip


def zoned_name(value: str) -> str:
    """A time whose zone is written UTC, GMT, GMT+1 or in letters of one offset (CEST), with that in its place."""
    letters = re.search(r"(?<=\d)\s*([A-Z]{3,4})$", value)
    if letters and letters[1] in ZONE_LETTERS:
        return f"{value[: letters.start()]}+{ZONE_LETTERS[letters[1]]:02d}:00"

    def offset(found: re.Match[str]) -> str:
        if not found[1]:
            return "+00:00"
        return f"{found[1]}{int(found[2]):02d}:{found[3] or '00'}"

    return re.sub(r"\s*(?:UTC|GMT)(?:\s*([+-])(\d{1,2})(?::?(\d\d))?)?$", offset, value)
