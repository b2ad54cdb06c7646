"""Batches of a file's columns as pages of posts: whose rows they are, what is refused and why."""

# Long because: one purpose, what becomes of a batch of rows, field by field.

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from earful.connectors.base import Asked, Context
from earful.connectors.errors import Fatal
from earful.connectors.files.cast import empty, first_of, lines_of, moments, text, trimmed
from earful.connectors.files.columns import Spec
from earful.connectors.files.dates import AHEAD, NO_TIME, before, times, within
from earful.connectors.files.graded import GRADES, counts, grades
from earful.connectors.files.report.dated import could_date
from earful.connectors.files.report.names import Names
from earful.connectors.files.report.tally import FileSummary, Tally
from earful.connectors.files.tables.batch import Batch
from earful.connectors.files.values.arrays import Mask, Positions, mask
from earful.connectors.files.values.clocks import joined
from earful.connectors.files.values.clocks import said as says_joined
from earful.connectors.files.values.escapes import spoken
from earful.connectors.files.values.garbled import repaired
from earful.connectors.files.values.ids import ADDRESS, CONTENT, ROUNDED, RowIds, addresses, rounded
from earful.connectors.files.values.marks import without_marks
from earful.connectors.files.values.profile import WORDS, ColumnFacts, Profile
from earful.connectors.files.values.reasons import Reasons
from earful.connectors.files.values.repeats import OTHER_WORDS, SAME, Repeats
from earful.connectors.post import KINDS, Rejected, to_table
from earful.connectors.toolkit.matching import Texts
from earful.connectors.toolkit.notices import are_notices

#: Counts and the values they may have.
_COUNTS = {"likes": (-(2**53), 2**53), "reply_count": (0, 2**53)}
_FIELDS = (
    *("created_at", "edited_at", "post_id", "kind", "market", "author", "title", "text", "recommended"),
    *("app_version", "url", "language_hint", "rating", "nps", *_COUNTS),
)


class FileRows:
    """One pass over one file for products that share its rows: remembers the ids it has seen and the times it has met.

    ``first`` and ``last`` are the earliest and latest time of the products' rows (UTC): creation, for ``last`` an edit
    too, and for files that hold a month's edits (preset.months) for ``first`` too. Never later than ``read_at``, when
    the file was read (aware). ``low`` and ``high`` are the earliest creation and the latest time of whatever row,
    refused ones and those of the future among them.
    """

    def __init__(
        self,
        spec: Spec,
        context: Context,
        asked: Sequence[Asked],
        mine: Sequence[str] | None,
        name: str,
        now: datetime | None = None,
    ) -> None:
        self.read_at = now or datetime.now(UTC)
        self._spec, self._context, self._asked, self._name = spec, context, asked, name
        self._plan: dict[str, tuple[str, ...]] = {}
        self._mine = None if mine is None else pa.array([value.strip().lower() for value in mine], pa.string())
        self._repeats = Repeats()
        self._row_ids = RowIds() if spec.row_ids else None
        self.found = ColumnFacts()
        self.tally = Tally(name, ZoneInfo(context.zone))
        self.tally.own = mine is not None
        #: Where it is to be told what nearly names a product (match).
        self.names: Names | None = None
        self._hidden: dict[str, str | None] = {}
        self.first: datetime | None = None
        self.last: datetime | None = None
        self.low: datetime | None = None
        self.high: datetime | None = None

    def choose(self, found: Sequence[str]) -> list[str]:
        """The columns to read, of those that the file has. Raises Fatal when one is lacking."""
        self._plan = self._spec.plan(self._name, found)
        derived = self._spec.preset is not None and self._spec.preset.derive is not None
        if self._row_ids is None and "post_id" not in self._plan and not derived:
            self._row_ids = RowIds()
        self.tally.columns, self.tally.row_ids = self._plan, self._row_ids is not None
        lacking = sorted(self._spec.named - self._plan.keys() - {"post_id"})
        self.tally.lacking = [f"{self._spec.columns[each][0]!r} (for {each})" for each in lacking]
        dated = [*self._plan.get("created_at", ()), *self._plan.get("edited_at", ())]
        used = [name for names in self._plan.values() for name in names]
        self.tally.dates = (dated[:1], could_date(found, used)) if dated else ([], [])
        return list(dict.fromkeys(name for names in self._plan.values() for name in names))

    @property
    def summary(self) -> FileSummary:
        """What is told of the file so far, as plain values."""
        return {**self.tally.summary(), **self.names.summary()} if self.names else self.tally.summary()

    def profile(self) -> Profile:
        """To go over all rows of the file with ``look``."""
        spec = self._spec
        return Profile(spec.scales, spec.values, spec.decimal, spec.form)

    def look(self, profile: Profile, batch: Batch) -> None:
        """Add the next rows of the file to its profile."""
        profile.add(batch.table, self._plan)

    def with_clocks(self, batch: Batch) -> Batch:
        """Rows whose days have the time of day that stands in another column."""
        for name in ("created_at", "edited_at"):
            clock = self._plan.get(f"_{name} clock")
            if not clock or not len(batch.lines):
                continue
            day = self._plan[name][0]
            both = (batch.table[each].combine_chunks() for each in (day, clock[0]))
            whole, count = joined(*both, as_written=self._spec.form != "auto")
            if count:
                table = batch.table.set_column(batch.table.column_names.index(day), day, whole)
                batch = replace(batch, table=table, said=(*batch.said, says_joined(name, (day, clock[0]))))
        return batch

    def are_mine(self, named: pa.Array) -> Mask:
        """Which rows are the products', by what the product column says of them."""
        return mask(pc.is_in(named, value_set=self._mine))

    def named(self, batch: Batch) -> pa.Array | None:
        """What the product column says of each row, to be compared; None where rows are found in another way."""
        return None if self._mine is None else pc.utf8_lower(trimmed(self._column(batch, "_product")))

    def of_nobody(self, batch: Batch, others: Mask, days: dict[int, list[int]]) -> None:
        """Add rows that are no product's to the days of the file: its rhythm is that of all its rows."""
        order, serials = self.found.orders.get("created_at", ""), "created_at" in self.found.serials
        created = self._column(batch, "created_at").filter(pa.array(others))
        self.tally.others(moments(created, self._spec.form, self._spec.zone, order, serials=serials), days)

    def read(self, batch: Batch, named: pa.Array | None) -> tuple[list[pa.Table], list[Rejected]]:
        """For each product its rows that were created or edited in its window, as a page's; refused rows with reasons.

        ``named`` is what ``named`` says of the batch. What cannot be read at all (batch.refused) is left to the caller.
        """
        batch = self._own(batch, named)
        raw = self._raw(batch)
        reasons = Reasons(len(batch.lines))
        columns = times(raw, self._spec, self.read_at, self.tally, reasons, batch.lines)
        undated = reasons.given()
        self._reach(columns["created_at"], columns["edited_at"])
        columns |= self._texts(raw, reasons, batch.lines) | self._values(raw, batch.lines)
        if self._row_ids is not None:
            columns["post_id"] = self._row_ids.of({name: text(raw[name]) for name in CONTENT}, ~reasons.given())
        else:
            reasons.add(rounded(columns["post_id"], whole_column=self.found.rounded_ids), ROUNDED)
            reasons.add(addresses(columns["post_id"]), ADDRESS)
        refused_for_good = reasons.given()
        over = self._repeats.add(columns, ~reasons.given(), batch.lines)
        reasons.add(over.now_other, OTHER_WORDS)
        reasons.add(over.now, SAME)
        self._tell(columns, reasons, refused_for_good, batch.lines)
        self.tally.superseded(over, self._repeats)
        latest = self.read_at + AHEAD
        ahead = ~before(columns["created_at"], latest) | ~before(columns["edited_at"], latest)
        past = pa.array(~ahead)
        self._meet(columns["created_at"].filter(past), columns["edited_at"].filter(past))
        bad = reasons.given()
        tables, refused = [], []
        # A row without a time, or with an impossible one, may be of any window: it is set aside in each.
        times_of = [columns[name] for name in ("created_at", "edited_at")]
        all_wanted = [
            np.logical_or.reduce([undated, *(within(time, one.window) for time in times_of)]) for one in self._asked
        ]
        if self._spec.match:
            all_wanted = self._naming(columns, all_wanted, bad)
        for one, wanted in zip(self._asked, all_wanted, strict=True):
            slug = one.product.slug
            if (wanted & ~bad).any():
                tables.append(self._table_of(columns, wanted & ~bad, slug))
            lines = np.flatnonzero(wanted & bad)
            refused += [Rejected(f"{self._name}:{batch.lines[i]}", reasons.of(int(i)), slug) for i in lines]
            # Those have been yielded already, and the store takes the later of two: told they are all the same.
            for line, row in over.before.items():
                why = OTHER_WORDS if line in over.before_other else SAME
                refused += [Rejected(f"{self._name}:{line}", why, slug)] if wanted[row] else []
        return tables, refused

    def _naming(self, columns: Mapping[str, pa.Array], wanted: Sequence[Mask], bad: Mask) -> list[Mask]:
        """For each product, which of its wanted rows name it."""
        at = np.flatnonzero(np.logical_or.reduce(wanted))
        texts = Texts(*(columns[name].take(pa.array(at)) for name in ("title", "text")))
        naming = [texts.naming(one.product) & mine[at] for one, mine in zip(self._asked, wanted, strict=True)]
        if self.names:
            self.names.add(texts, [one.product for one in self._asked], naming, ~bad[at])
        found = np.zeros((len(naming), len(bad)), dtype=np.bool_)
        found[:, at] = naming
        return list(found)

    def _tell(self, columns: Mapping[str, pa.Array], reasons: Reasons, refused: Mask, lines: Positions) -> None:
        """What is told of the file: a row that stands there twice makes no day less complete."""
        good = ~reasons.given()
        by_edit = self._spec.preset is not None and self._spec.preset.months is not None
        created, edited = columns["created_at"], columns["edited_at"]
        if by_edit:
            created, edited = pc.coalesce(edited, created), pa.nulls(len(edited), edited.type)
        self.tally.dated(created, edited, good, refused)
        self.tally.identified(columns["post_id"], columns["created_at"], good)
        for why, where in reasons.each():
            self.tally.set_aside(why, where, lines)

    def _table_of(self, columns: Mapping[str, pa.Array], good: Mask, slug: str) -> pa.Table:
        kept = {name: column.filter(pa.array(good)) for name, column in columns.items()}
        names = kept["author"].dictionary_encode()
        hidden = [self._pseudonym(name) for name in names.dictionary.to_pylist()]
        kept["author"] = pa.array(hidden, pa.string()).take(names.indices)
        same = {"source": self._spec.source, "channel": self._context.channel, "product": slug}
        kept |= {n: pa.repeat(pa.scalar(v), int(good.sum())) for n, v in same.items()}
        return to_table(pa.table(kept))

    def _pseudonym(self, name: str) -> str | None:
        if name not in self._hidden:
            self._hidden[name] = self._context.author(self._spec.source, name)
        return self._hidden[name]

    def unread(self, batch: Batch) -> None:
        """Rows that are none at all, of whatever product."""
        for one in batch.refused:
            self.tally.unreadable(one.reason, one.item)
        self.tally.say(batch.said, batch.left_out)
        self.tally.delimiter = batch.delimiter or self.tally.delimiter

    def _own(self, batch: Batch, named: pa.Array | None) -> Batch:
        """The rows of the products, where a column tells, without notices of moderators and bots."""
        if named is not None:
            own = pc.is_in(named, value_set=self._mine)
            batch = Batch(batch.table.filter(own), batch.lines[mask(own)], ())
        said = (trimmed(self._column(batch, n)) if n in self._plan else None for n in ("author", "_distinguished"))
        notices = are_notices(*said)
        if notices is None:
            return batch
        self.tally.notices += pc.sum(notices).as_py()
        return Batch(batch.table.filter(pc.invert(notices)), batch.lines[~mask(notices)], ())

    def _raw(self, batch: Batch) -> dict[str, pa.Array]:
        """Each field as the file, the preset or the configuration has it."""
        raw = {}
        for name in _FIELDS:
            values = self._column(batch, name)
            raw[name], marked = without_marks(values, name) if name in self._plan else (values, 0)
            if marked:
                self.tally.marked(name, marked)
        preset = self._spec.preset
        if preset and preset.derive:
            made = preset.derive({n: trimmed(self._column(batch, n)) for n in preset.columns if n.startswith("_")})
            raw |= {name: values for name, values in made.items() if name not in self._plan}
        return raw

    def _column(self, batch: Batch, field: str) -> pa.Array:
        found = [batch.table[name].combine_chunks() for name in self._plan.get(field, ())]
        if any(pa.types.is_nested(column.type) for column in found):
            raise Fatal(f"{self._name}: the column for {field} holds lists or structures; expected single values")
        if field == "text" and self._spec.one_text and found:
            return lines_of([without_marks(column, field)[0] for column in found])
        return first_of(found) if found else pa.repeat(self._spec.constants.get(field, ""), len(batch.lines))

    def _texts(self, raw: Mapping[str, pa.Array], reasons: Reasons, lines: Positions) -> dict[str, pa.Array]:
        columns, garbled = {}, np.zeros(len(lines), dtype=np.bool_)
        for name in WORDS:
            columns[name], where = repaired(spoken(text(raw[name]), lines=name in self.found.escaped))
            if where is not None:
                garbled |= where
        self.tally.repaired(garbled, lines)
        columns |= {name: trimmed(raw[name]) for name in ("post_id", "market", "kind")}
        if self._row_ids is None:
            reasons.add(mask(pc.equal(columns["post_id"], "")), "no id")
        kinds = columns["kind"]
        columns["kind"] = pc.if_else(pc.equal(kinds, ""), self._spec.kind, pc.utf8_lower(kinds))
        known = pc.is_in(columns["kind"], value_set=pa.array(KINDS))
        self.tally.not_read("kind", f"is none of {', '.join(KINDS)}", ~mask(known), lines)
        columns["kind"] = pc.if_else(known, columns["kind"], self._spec.kind)
        for name in ("author", "app_version", "url", "language_hint"):
            values = trimmed(raw[name])
            columns[name] = pc.if_else(pc.equal(values, ""), None, values)
        return columns

    def _values(self, raw: Mapping[str, pa.Array], lines: Positions) -> dict[str, pa.Array]:
        """Grades and counts: what cannot be read is null and counted, and costs no more than the field."""
        columns = {}
        for name in (*GRADES, *_COUNTS):
            if name in GRADES:
                columns[name], why = grades(name, raw[name], self.found, self._spec.values.get(name, {}))
            else:
                columns[name], why = counts(raw[name], *_COUNTS[name], self.found.separators.get(name))
            bad = mask(pc.is_null(columns[name])) & ~empty(raw[name])
            self.tally.not_read(name, "is asked about" if name in self.found.questions else why, bad, lines)
        return columns

    def _reach(self, created: pa.Array, edited: pa.Array) -> None:
        low, *high = pc.min(created).as_py(), pc.max(created).as_py(), pc.max(edited).as_py()
        self.low = min((each for each in (self.low, low) if each), default=None)
        self.high = max((each for each in (self.high, *high) if each), default=None)

    def _meet(self, created: pa.Array, edited: pa.Array) -> None:
        latest = pc.if_else(pc.fill_null(pc.greater(edited, created), False), edited, created)
        by_edit = self._spec.preset is not None and self._spec.preset.months is not None
        if created.null_count < len(created):
            low, high = pc.min(latest if by_edit else created).as_py(), pc.max(latest).as_py()
            self.first = min(self.first or low, low, self.read_at).astimezone(UTC)
            self.last = min(max(self.last or high, high), self.read_at).astimezone(UTC)


def unfit(field: str, value: str, form: str, zone: ZoneInfo) -> str:
    """Why a constant cannot be a field's value; "" when it can."""
    one = pa.array([value])
    if field in ("created_at", "edited_at"):
        return f"{value!r} {NO_TIME}" if moments(one, form, zone).null_count else ""
    if field in GRADES or field in _COUNTS:
        read, why = grades(field, one, ColumnFacts(), {}) if field in GRADES else counts(one, *_COUNTS[field], None)
        return f"{value!r} {why}" if read.null_count else ""
    return f"{value!r} is none of {', '.join(KINDS)}" if field == "kind" and value.lower() not in KINDS else ""
