"""What a file's columns are, from all of their values: found before the first row is read as a post."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import pyarrow as pa
import pyarrow.compute as pc

from earful.connectors.files.values.escapes import escaped
from earful.connectors.files.values.marks import without_marks, yes_or_no
from earful.connectors.files.values.numbers import Separators, graded, separators
from earful.connectors.files.values.scales import ANSWERS, HANDFUL, STARS, Scale, of_nps, of_rating
from earful.connectors.files.values.times import FIRST_SERIAL, LAST_SERIAL, LIKELY, SERIAL, Order, order_of, parts

#: A column of more different values is no column of grades: what comes behind is not counted.
MOST_GRADES = 5_000
#: Different words that may be the steps of a scale.
_MOST_WORDS = 12
#: Different counts with a separator that are kept to tell what it means.
_MOST_COUNTS = 10_000
GRADES, COUNTS, TIMES = ("rating", "nps", "recommended"), ("likes", "reply_count"), ("created_at", "edited_at")
WORDS = ("title", "text")
_ROUNDED = r"^\d{15}0+$"


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """What the columns of one file are. ``questions``: what cannot be told, one line each, by field."""

    rating: Scale = STARS
    nps: Scale = ANSWERS
    #: Grades that were counted for the scale: how many, and the largest.
    seen: Mapping[str, tuple[int, float]] = field(default_factory=dict)
    #: Grades whose scale is configured.
    configured: frozenset[str] = frozenset()
    separators: Mapping[str, Separators] = field(default_factory=dict)
    orders: Mapping[str, Order] = field(default_factory=dict)
    serials: frozenset[str] = frozenset()
    rounded_ids: bool = False
    #: Fields of words whose line ends are escaped.
    escaped: frozenset[str] = frozenset()
    questions: Mapping[str, str] = field(default_factory=dict)
    #: Of these, fields that are asked about because of other files.
    between_files: frozenset[str] = frozenset()

    def asking(self, questions: Mapping[str, str]) -> ColumnFacts:
        """The same, with questions that other files bring: no value of those grades is read."""
        scales = {name: replace(getattr(self, name), ask=why) for name, why in questions.items()}
        new = frozenset(questions)
        return replace(self, questions={**self.questions, **questions}, between_files=new, **scales)


class Profile:
    """Goes over a file's tables once; ``found`` says what their columns are, whatever the order of rows."""

    def __init__(
        self,
        scales: Mapping[str, Scale],
        values: Mapping[str, Mapping[str, str]],
        decimal: str,
        form: str,
    ) -> None:
        self._scales, self._values, self._decimal, self._form = scales, values, decimal, form
        self._grades: dict[str, Counter[str]] = {name: Counter() for name in GRADES}
        self._counts: dict[str, set[str]] = {name: set() for name in COUNTS}
        self._plain: Counter[str] = Counter()
        self._days: dict[str, tuple[int, int, bool, int]] = {}
        self._filled: Counter[str] = Counter()
        self._serials: Counter[str] = Counter()
        self._ids: Counter[str] = Counter()
        self._escaped: set[str] = set()

    def add(self, table: pa.Table, plan: Mapping[str, Sequence[str]]) -> None:
        """The next rows, and which columns are which fields."""
        for name in (*GRADES, *COUNTS, *TIMES, "post_id", *WORDS):
            for column in plan.get(name, ()):
                if pa.types.is_nested(table.schema.field(column).type):
                    continue
                for chunk in table[column].chunks:
                    self._add(name, without_marks(chunk, name)[0])

    def _add(self, name: str, values: pa.Array) -> None:
        if name in WORDS:
            if name not in self._escaped and pa.types.is_string(values.type) and escaped(values):
                self._escaped.add(name)
            return
        if name in GRADES:
            if len(self._grades[name]) < MOST_GRADES:
                for each in pc.value_counts(values).to_pylist():
                    self._grades[name][self._said(name, each["values"])] += each["counts"]
        elif name in TIMES and self._form == "auto":
            self._add_times(name, values)
        elif name in COUNTS and pa.types.is_string(values.type):
            odd = pc.match_substring_regex(values, r"\d[.,]\d")
            self._plain[name] += pc.sum(pc.match_substring_regex(values, r"^\s*[1-9]\d*\s*$")).as_py() or 0
            if pc.any(odd).as_py() and len(self._counts[name]) < _MOST_COUNTS:
                self._counts[name].update(pc.unique(values.filter(odd)).to_pylist())
        elif name == "post_id" and pa.types.is_integer(values.type) and len(values):
            if (pc.max(values).as_py() or 0) >= 10**15:
                self._add(name, values.cast(pa.string()))
        elif name == "post_id" and pa.types.is_string(values.type) and len(values):
            # 16 digits and more are what a spreadsheet rounds; most ids are no numbers at all.
            long = pc.match_substring_regex(values, r"^\d{16,}$")
            if pc.any(long).as_py():
                self._ids["long"] += pc.sum(long).as_py()
                self._ids["rounded"] += pc.sum(pc.match_substring_regex(values, _ROUNDED)).as_py()

    def _said(self, name: str, value: object) -> str:
        said = "" if value is None or (isinstance(value, float) and math.isnan(value)) else str(value).strip()
        return self._values.get(name, {}).get(said.lower(), said)

    def _add_times(self, name: str, values: pa.Array) -> None:
        if pa.types.is_string(values.type):
            if pc.any(pc.match_substring_regex(values, LIKELY)).as_py():
                first, second, dots, count = parts(values)
                before = self._days.get(name, (0, 0, False, 0))
                self._days[name] = (
                    max(first, before[0]), max(second, before[1]), dots or before[2], count + before[3]
                )  # fmt: skip
            self._filled[name] += pc.sum(pc.not_equal(values, "")).as_py() or 0
            if self._filled[name] and (self._serials[name] or not self._days.get(name)):
                self._serials[name] += pc.sum(pc.match_substring_regex(values, SERIAL)).as_py() or 0
        elif pa.types.is_integer(values.type) or pa.types.is_floating(values.type):
            fits = pc.and_(pc.greater_equal(values, FIRST_SERIAL), pc.less(values, LAST_SERIAL))
            self._filled[name] += len(values) - values.null_count
            self._serials[name] += pc.sum(fits).as_py() or 0

    def found(self) -> ColumnFacts:
        """What the columns are, after the last rows."""
        questions: dict[str, str] = {}
        numbers = {name: self._numbers(name) for name in ("rating", "nps")}
        rating = of_rating(numbers["rating"], self._scales.get("rating"))
        nps = of_nps(numbers["nps"], self._scales.get("nps"))
        questions |= {name: scale.ask for name, scale in (("rating", rating), ("nps", nps)) if scale.ask}
        orders = {name: order_of(a, b, dots=dots, count=n) for name, (a, b, dots, n) in self._days.items()}
        questions |= {
            name: f'{name}: day and month cannot be told apart; set time_format = "%d/%m/%Y" or "%m/%d/%Y"'
            for name, order in orders.items()
            if order == "?"
        }
        questions |= self._words()
        said = {name: each for name, each in self._grades["recommended"].items() if name}
        if {"1", "2"} <= said.keys() and not said.keys() & {"0", "-1"}:
            questions["recommended"] = (
                "recommended holds 1 and 2: say which is yes with values = { recommended = { ... } }"
            )
        marks = {}
        for name, held in self._counts.items():
            marks[name] = separators(held, self._decimal, plain=bool(self._plain[name]))
            unclear = [mark for mark, means in ((".", marks[name].dot), (",", marks[name].comma)) if not means]
            if self._decimal == "auto" and any(mark in each for mark in unclear for each in held):
                questions[name] = f'{name}: "." and "," may be thousands or decimals; set decimal = "." or ","'
        return ColumnFacts(
            rating=rating,
            nps=nps,
            seen={name: (sum(n.values()), max(n)) for name, n in numbers.items() if n},
            configured=frozenset(self._scales),
            separators=marks,
            orders=orders,
            serials=frozenset(n for n, count in self._serials.items() if count and count == self._filled[n]),
            rounded_ids=self._ids["long"] > 1 and self._ids["long"] == self._ids["rounded"],
            escaped=frozenset(self._escaped),
            questions=questions,
        )

    def _words(self) -> dict[str, str]:
        """Columns of grades in which nothing can be read, though a few words recur: which are which grade is asked."""
        found = {}
        for name in GRADES:
            said = {each: count for each, count in self._grades[name].items() if each}
            read = [yes_or_no(each) if name == "recommended" else graded(each) for each in said]
            if sum(said.values()) > HANDFUL and len(said) <= _MOST_WORDS and all(each is None for each in read):
                what = "neither yes nor no" if name == "recommended" else "no number"
                found[name] = (
                    f"{name} holds {len(said)} different words and {what}: say what they mean with "
                    f"values = {{ {name} = {{ ... }} }}"
                )
        return found

    def _numbers(self, name: str) -> dict[float, int]:
        """How often each number stands in a column of grades, but for those that name their own scale."""
        found: Counter[float] = Counter()
        for value, count in self._grades[name].items():
            read = graded(value) if value else None
            if read and read[1] is None:
                found[read[0]] += count
        return dict(found)
