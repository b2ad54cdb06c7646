"""Columns of any type as the columns of a page: text, whole numbers, yes or no, times. Whole columns at once.

Each function returns an array of the target type in which what is empty or wrong is null; wrong is what is null but was
not empty(). Only values that the bulk casts refuse are looked at one by one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from earful.connectors.files.values.arrays import Mask, cast_or_null, mask
from earful.connectors.files.values.named_days import from_words
from earful.connectors.files.values.times import Order, as_iso, of_serials, zoned_name
from earful.connectors.post import FIRST_YEAR, LAST_YEAR

_NAIVE, _ZONED, _TEXT = pa.timestamp("us"), pa.timestamp("us", tz="UTC"), pa.string()
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_US = 1_000_000
#: Microseconds between which a time is accepted.
_FIRST = int((datetime(FIRST_YEAR, 1, 1, tzinfo=UTC) - _EPOCH).total_seconds()) * _US
_LAST = int((datetime(LAST_YEAR + 1, 1, 1, tzinfo=UTC) - _EPOCH).total_seconds()) * _US

#: 9 digits and more count from 1970; 8 are a date, YYYYMMDD (as seconds they would end in 1973), and 14 that begin with
#: a year are a date with a clock (as milliseconds they would be of the year 2600).
_COUNT, _DATED = r"^\d{9,19}(\.\d*)?$", r"^(19|20)\d{12}$"
_DIRECTIVES = re.compile(r"%(.)")


def text(values: pa.Array) -> pa.Array:
    """As strings without NUL; null becomes "". Raises pa.ArrowInvalid for lists and structures."""
    kind = values.type
    if pa.types.is_floating(kind):
        values = pc.if_else(pc.is_nan(values), None, values)
        # 17.0 is how a table with gaps writes the id 17.
        whole = pc.equal(values, pc.trunc(values))
        if pc.all(pc.fill_null(pc.and_(whole, pc.less(pc.abs(values), 2.0**53)), True)).as_py():
            values = values.cast(pa.int64())
    if pa.types.is_decimal(kind) and kind.scale > 0:
        # 17.00 is the id 17, too.
        whole_numbers = cast_or_null(values, pa.decimal128(38, 0))
        values = whole_numbers if whole_numbers.null_count == values.null_count else values
    if pa.types.is_nested(kind):
        raise pa.ArrowInvalid(f"holds {kind}, expected text")
    out = values if kind == _TEXT else cast_or_null(values, _TEXT)
    out = pc.fill_null(out, "")
    if pc.any(pc.match_substring(out, "\x00")).as_py():
        out = pc.replace_substring(out, "\x00", "")
    return out


def trimmed(values: pa.Array) -> pa.Array:
    """As strings without white space at the ends."""
    return pc.utf8_trim_whitespace(text(values))


def empty(values: pa.Array) -> Mask:
    """Which values are null, or strings of nothing but white space."""
    if not (pa.types.is_string(values.type) or pa.types.is_large_string(values.type)):
        return mask(pc.is_null(values, nan_is_null=True))
    return mask(pc.equal(trimmed(values), ""))


def lines_of(columns: list[pa.Array]) -> pa.Array:
    """Columns of words as one, a line each; those that are empty in a row are none of its lines."""
    whole, *rest = (text(column) for column in columns)
    for line in rest:
        # With nulls skipped, binary_join_element_wise drops rows of nothing but nulls (pyarrow 26).
        both = pc.binary_join_element_wise(whole, line, "\n")
        whole = pc.if_else(pa.array(empty(line)), whole, pc.if_else(pa.array(empty(whole)), line, both))
    return whole


def first_of(columns: list[pa.Array]) -> pa.Array:
    """Each row's first value that is not empty. One column is left in its own type, several become strings."""
    if len(columns) == 1:
        return columns[0]
    blanked = [pc.if_else(pa.array(empty(c)), pa.scalar(None, _TEXT), text(c)) for c in columns]
    return pc.fill_null(pc.coalesce(*blanked), "")


def whole(values: pa.Array, low: int, high: int) -> pa.Array:
    """Whole numbers low..high (int64): 4, "4", "+4", 4.0; null for anything else."""
    if pa.types.is_floating(values.type):
        fits = pc.and_(pc.equal(values, pc.trunc(values)), pc.less_equal(pc.abs(values), 2.0**53))
        out = pc.if_else(pc.fill_null(fits, False), values, None).cast(pa.int64())
    elif pa.types.is_integer(values.type):
        out = cast_or_null(values, pa.int64())
    elif pa.types.is_boolean(values.type):
        out = pa.nulls(len(values), pa.int64())
    else:
        # The pattern first: Arrow's cast takes hexadecimal too.
        written = pc.replace_substring_regex(trimmed(values), r"^\+?(-?\d+)(\.0*)?$", r"\1")
        out = cast_or_null(_where(written, r"^-?\d{1,19}$"), pa.int64())
    return pc.if_else(pc.and_(pc.greater_equal(out, low), pc.less_equal(out, high)), out, None)


def moments(values: pa.Array, form: str, zone: ZoneInfo, order: Order = "", *, serials: bool = False) -> pa.Array:
    """Times in UTC (microseconds), null outside the years that post.py accepts.

    ``form`` "auto": ISO 8601, a count from 1970 in seconds, milli-, micro- or nanoseconds, by its size, or a month in
    words (values/named_days.py); else a format of strptime. A time without its own zone is local time in ``zone``: one
    that the clock shows twice is the first of the two, one that it skips counts on from before the gap (as datetime
    with fold=0). ``order`` is that of day and month in days such as 3/4/2026, where the column tells; ``serials``: it
    holds a spreadsheet's numbers of days.
    """
    kind = values.type
    if serials and form == "auto":
        out = localised(of_serials(values).cast(_NAIVE), zone)
    elif pa.types.is_timestamp(kind):
        out = values.cast(_ZONED, safe=False) if kind.tz else localised(values.cast(_NAIVE, safe=False), zone)
    elif pa.types.is_date(kind):
        out = localised(values.cast(_NAIVE, safe=False), zone)
    elif pa.types.is_floating(kind) and form == "auto":
        out = _counted(values)
    else:
        written = trimmed(values)
        written = pc.if_else(pc.equal(written, ""), None, written)
        out = _iso(as_iso(written, order), zone) if form == "auto" else _strptime(written, form, zone)
    count = out.cast(pa.int64())
    return pc.if_else(pc.and_(pc.greater_equal(count, _FIRST), pc.less(count, _LAST)), out, None)


def localised(naive: pa.Array, zone: ZoneInfo) -> pa.Array:
    """Local times without a zone as UTC.

    Python's own zone rules, not Arrow's, which needs a zone database of the system. Asked once a day of the calendar,
    and once a minute on days whose clock is changed.
    """
    if zone.key == "UTC":
        return naive.cast(pa.int64()).cast(_ZONED)
    null = mask(pc.is_null(naive))
    count = pc.fill_null(naive.cast(pa.int64()), 0).to_numpy()
    shift = np.zeros(len(count), dtype=np.int64)
    days, day_of = np.unique(count // (86_400 * _US), return_inverse=True)
    offsets = np.array([_offset(int(d) * 86_400, zone) for d in days], dtype=np.int64)
    after = np.array([_offset((int(d) + 1) * 86_400, zone) for d in days], dtype=np.int64)
    shift = offsets[day_of]
    for i in np.flatnonzero((offsets != after)[day_of]):
        shift[i] = _offset(int(count[i]) // _US // 60 * 60, zone)
    return pa.array(count - shift, mask=null).cast(_ZONED)


def _offset(local: int, zone: ZoneInfo) -> int:
    """Microseconds that the zone's clock is ahead of UTC at a local time in seconds; 0 outside datetime's years."""
    try:
        shown = (_EPOCH + timedelta(seconds=local)).replace(tzinfo=zone)
        return round((shown.utcoffset() or timedelta()).total_seconds() * _US)
    except OverflowError:
        return 0


def _where(values: pa.Array, pattern: str) -> pa.Array:
    return pc.if_else(pc.match_substring_regex(values, pattern), values, None)


def _counted(values: pa.Array) -> pa.Array:
    """Floating counts from 1970: below 1e11 seconds (until 5138), below 1e14 milliseconds, else microseconds."""
    count = values.cast(pa.float64())
    unit = pc.if_else(pc.less(count, 1e11), float(_US), pc.if_else(pc.less(count, 1e14), 1e3, 1.0))
    scaled = pc.round(pc.multiply(count, unit))
    fits = pc.fill_null(pc.and_(pc.greater_equal(count, 0), pc.less(scaled, 1e18)), False)
    return pc.if_else(fits, scaled, None).cast(pa.int64()).cast(_ZONED)


def _iso(written: pa.Array, zone: ZoneInfo) -> pa.Array:
    """Strings (null where empty) in any mix of the forms of "auto". A column in one form takes one cast."""
    for kind in (_ZONED, _NAIVE):
        try:
            found = written.cast(kind)
        except pa.ArrowInvalid:
            continue
        return found if kind == _ZONED else localised(found, zone)
    counts = _where(written, _COUNT)
    counts = pc.if_else(pc.match_substring_regex(counts, _DATED), None, counts)
    # Whole counts stay whole: 16 digits and more are past what a float holds exactly.
    exact = cast_or_null(_where(counts, r"^\d+$"), pa.int64())
    exact = pc.if_else(pc.greater_equal(exact, 10**17), pc.divide(exact, 1000), exact)  # counts nanoseconds
    long = pc.greater_equal(exact, 100_000_000_000_000)
    out = pc.coalesce(pc.if_else(long, exact, None).cast(_ZONED), _counted(cast_or_null(counts, pa.float64())))
    out = pc.coalesce(out, cast_or_null(_where(written, _shape(zoned=True)), _ZONED))
    out = pc.coalesce(out, localised(cast_or_null(_where(written, _shape(zoned=False)), _NAIVE), zone))
    return _one_by_one(written, out, _from_iso, zone)


def _shape(*, zoned: bool) -> str:
    """ISO 8601 as Arrow casts it, with or without a zone."""
    day, clock = r"^\d{4}-\d\d-\d\d", r"\d\d:\d\d(:\d\d(\.\d{1,6})?)?"
    return rf"{day}[T ]{clock}(Z|[+-]\d\d(:?\d\d)?)$" if zoned else rf"{day}([T ]{clock})?$"


def _one_by_one(written: pa.Array, out: pa.Array, parse: Callable[[str], datetime], zone: ZoneInfo) -> pa.Array:
    """``out`` with what it lacks read by Python, each distinct value once."""
    left = pc.if_else(pc.is_null(out), written, None)
    if left.null_count == len(left):
        return out
    distinct = left.dictionary_encode()
    read: list[int | None] = []
    for value in distinct.dictionary.to_pylist():
        try:
            moment = parse(value)
            moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
            read.append((moment.astimezone(UTC) - _EPOCH) // timedelta(microseconds=1))
        except (ValueError, OverflowError):
            read.append(None)
    return pc.coalesce(out, pa.array(read, pa.int64()).take(distinct.indices).cast(_ZONED))


def _from_iso(value: str) -> datetime:
    # The zone's name in letters, or a blank before it, are not ISO 8601 but common in database exports; Java's adds the
    # zone's place in brackets.
    said = re.sub(r"(?<=\d|[zZ])\[[\w/+-]+\]$", "", value)
    try:
        return datetime.fromisoformat(re.sub(r"\s+(?=[+-]\d\d:?\d\d$)", "", zoned_name(said)).replace("z", "Z"))
    except ValueError:
        return from_words(value)


def _strptime(written: pa.Array, form: str, zone: ZoneInfo) -> pa.Array:
    out: pa.Array = pa.nulls(len(written), _ZONED)
    if set(_DIRECTIVES.findall(form)) <= set("YmdHMS"):
        # C's strptime turns 30 February into 1 March; what does not come out as it went in is left to Python's.
        read = pc.strptime(written, format=form, unit="s", error_is_null=True)
        same = pc.equal(pc.strftime(read, format=form), written)
        out = localised(pc.if_else(same, read, None).cast(_NAIVE), zone)
    return _one_by_one(written, out, _reader(form), zone)


def _reader(form: str) -> Callable[[str], datetime]:
    # Python's %Z reads a zone's name and throws it away: read as the offset that it says, or not at all (EST is many).
    named = "%Z" in form

    def zoned(value: str) -> str:
        return re.sub(r"\s+(?=[+-]\d\d:?\d\d$)", "", zoned_name(value)) if named else value

    form = re.sub(r"\s*%Z", "%z", form)

    def parse(value: str) -> Any:  # noqa: ANN401 - naive or aware, as the format has it
        return datetime.strptime(zoned(value), form)  # noqa: DTZ007 - the caller gives the zone

    return parse
