"""What stands in one column of a table, as far as a guess needs it: times, numbers, words, codes."""

from __future__ import annotations

import re
from functools import cached_property
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from earful.connectors.files.cast import moments, text
from earful.connectors.files.values.arrays import Mask, mask
from earful.connectors.files.values.marks import without_marks, yes_or_no
from earful.connectors.files.values.numbers import graded
from earful.connectors.files.values.times import (
    FIRST_SERIAL,
    LAST_SERIAL,
    SERIAL,
    ZONE_LETTERS,
    Order,
    order_of,
    parts,
)

#: Values that are looked at one by one, spread over the column.
SAMPLE = 400
#: A column of more different values is none of grades, codes or names of products.
FEW = 101
#: Times before are none of posts, where only a number says them (microseconds since 1970): 2000-01-01.
_EARLIEST = 946_684_800_000_000
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u0e00-\u0e7f]")
_URL = re.compile(r"^(?:https?://|www\.)\S+$", re.IGNORECASE)
_MAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
_VERSION = re.compile(r"^[vV]?\d+(?:\.\d+){1,4}(?:[-. (+]\S*.*)?$")
_CODE = re.compile(r"^[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,2}$")
_CLOCK = re.compile(r"(?i)^\d{1,2}[:.h]\d\d(?:[:.m]\d\d(?:\.\d+)?s?)?\s*(?:[ap]\.?m\.?)?$")
_HAS_CLOCK = r"\d[:h]\d\d|\s\d{1,2}\.\d\d\.\d\d"
_HAS_ZONE = (
    r"(?i):\d\d(?:\.\d+)?\s*[+-]\d\d:?\d\d\b|(?:\dZ|[+-]\d\d:?\d\d|\b(?:UTC|GMT)\b.*|\d\s?(?:UTC|GMT))\s*(?:\(.*\))?$"
    rf"|\d.*\s(?-i:{'|'.join(ZONE_LETTERS)})$"
)


class Look:
    """One column. ``written``: its values that are not empty, as strings without blanks at their ends.

    ``called``: its name, and the question that it holds answers to, where the table says it.
    """

    def __init__(self, name: str, values: pa.Array, question: str = "") -> None:
        self.name, self.values, self.rows = name, values, len(values)
        self.called = (name, question) if question and question != name else (name,)
        said = pc.utf8_trim_whitespace(text(values))
        said = without_marks(said, "rating")[0]
        self.present: Mask = mask(pc.not_equal(said, ""))
        self.written: pa.Array = said.filter(pa.array(self.present))
        self.filled = len(self.written)

    @property
    def share(self) -> float:
        """Of the rows, how many have a value."""
        return self.filled / self.rows if self.rows else 0.0

    @cached_property
    def distinct(self) -> int:
        """How many different values there are."""
        return int(pc.count_distinct(self.written).as_py())

    @cached_property
    def counts(self) -> dict[str, int]:
        """How often each value stands there, the commonest first; of columns of over FEW values nothing."""
        if self.distinct > FEW:
            return {}
        found = {each["values"]: each["counts"] for each in pc.value_counts(self.written).to_pylist()}
        return dict(sorted(found.items(), key=lambda each: (-each[1], each[0])))

    @cached_property
    def sample(self) -> list[str]:
        """Values spread over the whole column."""
        step = max(1, self.filled // SAMPLE)
        return [
            str(each)
            for each in self.written.take(pa.array(range(0, self.filled, step), pa.int64())).to_pylist()[:SAMPLE]
        ]

    def _share_of(self, pattern: re.Pattern[str]) -> float:
        return sum(bool(pattern.match(each)) for each in self.sample) / len(self.sample) if self.sample else 0.0

    # -- times ---------------------------------------------------------------------------------------------------

    @cached_property
    def typed_time(self) -> bool:
        """Whether the file itself says that these are times."""
        return bool(pa.types.is_timestamp(self.values.type) or pa.types.is_date(self.values.type))

    @cached_property
    def order(self) -> Order:
        """Day or month first, where the values are such days; "?" where they leave it open."""
        if not pa.types.is_string(self.values.type):
            return ""
        first, second, dots, count = parts(self.written)
        return order_of(first, second, dots=dots, count=count)

    @cached_property
    def serial(self) -> bool:
        """Whether all values are a spreadsheet's numbers of days."""
        if pa.types.is_floating(self.values.type) or pa.types.is_integer(self.values.type):
            numbers = [float(each) for each in self.sample]
            return bool(numbers) and all(FIRST_SERIAL <= each < LAST_SERIAL for each in numbers)
        return bool(self.filled) and all(re.match(SERIAL, each) for each in self.sample)

    @cached_property
    def counted(self) -> bool:
        """Whether the values are nothing but numbers, so that it takes a name to call them times."""
        return bool(self.sample) and all(re.fullmatch(r"[-+]?\d+(?:[.,]\d+)?", each) for each in self.sample)

    @cached_property
    def dated(self) -> float:
        """The share of the values that are times."""
        if self.typed_time:
            return 1.0
        if not self.filled:
            return 0.0
        serial = self.serial
        order: Order = "dmy" if self.order == "?" else self.order
        some = self.written.take(pa.array(range(0, self.filled, max(1, self.filled // SAMPLE)), pa.int64()))
        if serial and pa.types.is_string(some.type):
            fits = [32_874 <= float(each.replace(",", ".")) < LAST_SERIAL for each in some.to_pylist()]
            return sum(fits) / len(fits)
        times = moments(some, "auto", ZoneInfo("UTC"), order)
        good = pc.is_valid(times)
        if self.counted:
            good = pc.and_(good, pc.fill_null(pc.greater(times.cast(pa.int64()), _EARLIEST), False))
        return float(pc.sum(good).as_py() or 0) / len(some)

    @cached_property
    def has_clock(self) -> bool:
        """Whether the values have a time of day."""
        if pa.types.is_timestamp(self.values.type):
            return True
        return self._has(_HAS_CLOCK) or self.counted

    @cached_property
    def midnight(self) -> bool:
        """Whether all times of day are midnight, which is none."""
        return bool(self.sample) and all(
            re.search(r"[T ](?:0?0:00(?::00(?:\.0+)?)?|12:00(?::00)?\s*AM)(?:Z|\s|\+00:?00|$)", each)
            for each in self.sample
        )

    @cached_property
    def has_zone(self) -> bool:
        """Whether the values say of which zone they are; counts from 1970 are of UTC."""
        if pa.types.is_timestamp(self.values.type):
            return self.values.type.tz is not None
        return self._has(_HAS_ZONE) or (self.counted and not self.serial and len(self.sample[0]) >= 9)

    def _has(self, pattern: str) -> bool:
        found = sum(bool(re.search(pattern, each)) for each in self.sample)
        return 2 * found > len(self.sample)

    @cached_property
    def clock(self) -> float:
        """The share of times of day without a day."""
        return self._share_of(_CLOCK)

    # -- numbers and grades --------------------------------------------------------------------------------------

    @cached_property
    def numbers(self) -> dict[float, int]:
        """How often each number stands in a column of grades; those that name their own top ("4/5") are left out."""
        found: dict[float, int] = {}
        for value, count in self.counts.items():
            read = graded(value)
            if read is not None and read[1] is None:
                found[read[0]] = found.get(read[0], 0) + count
        return found

    @cached_property
    def graded(self) -> float:
        """The share of the values that a grade can be read from; 0 where there are too many different ones."""
        if not self.filled or not self.counts:
            return 0.0
        return sum(n for value, n in self.counts.items() if graded(value) is not None) / self.filled

    @cached_property
    def numeric(self) -> float:
        """The share of the values that are numbers."""
        return self._share_of(re.compile(r"^[-+]?\d[\d.,' ]*[kKmM%]?$"))

    @cached_property
    def integral(self) -> bool:
        """Whether no value is a fraction: a mark in a number parts thousands."""
        return not any(re.search(r"[.,]\d{1,2}$|[.,]\d{4,}$", each) for each in self.sample)

    @property
    def whole(self) -> bool:
        """Whether all grades are whole numbers."""
        return all(value == int(value) for value in self.numbers)

    @property
    def low(self) -> float:
        """The lowest grade."""
        return min(self.numbers, default=0.0)

    @property
    def high(self) -> float:
        """The highest grade."""
        return max(self.numbers, default=0.0)

    @cached_property
    def answered(self) -> float:
        """The share of the values that say yes or no."""
        if not self.filled or not self.counts:
            return 0.0
        return sum(n for value, n in self.counts.items() if yes_or_no(value) is not None) / self.filled

    # -- words and codes -----------------------------------------------------------------------------------------

    @cached_property
    def wordy(self) -> float:
        """Words a value, on the mean; of scripts without blanks two signs count as a word."""
        if not self.sample:
            return 0.0
        return sum(_words(each) for each in self.sample) / len(self.sample)

    @property
    def unique(self) -> float:
        """The share of different values among all."""
        return self.distinct / self.filled if self.filled else 0.0

    @cached_property
    def urls(self) -> float:
        """The share of addresses of pages."""
        return self._share_of(_URL)

    @cached_property
    def mails(self) -> float:
        """The share of e-mail addresses."""
        return self._share_of(_MAIL)

    @cached_property
    def versions(self) -> float:
        """The share of numbers of versions."""
        return self._share_of(_VERSION)

    @cached_property
    def codes(self) -> float:
        """The share of codes of countries or languages, by their form."""
        return self._share_of(_CODE)

    @cached_property
    def mean_length(self) -> float:
        """Characters a value, on the mean."""
        return sum(map(len, self.sample)) / len(self.sample) if self.sample else 0.0


def _words(value: str) -> float:
    unspaced = len(_UNSPACED.findall(value))
    # Parted by blanks: a key such as nlR_Ea8-x is one, however many letters run in it.
    return unspaced / 2 + sum(bool(_WORD.search(each)) for each in _UNSPACED.sub(" ", value).split())
