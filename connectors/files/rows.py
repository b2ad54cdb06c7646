"""Batches of a file's columns as pages of posts: whose rows they are, what is refused and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from earful.connectors.base import Asked, Context, Window
from earful.connectors.errors import Fatal
from earful.connectors.files.columns import Spec
from earful.connectors.files.read import Batch, Opened
from earful.connectors.files.reasons import Reasons, Unread
from earful.connectors.files.values.cast import Mask, empty, first_of, mask, moments, text, trimmed
from earful.connectors.files.values.ids import MADE_OF, ROUNDED, MadeIds, rounded
from earful.connectors.files.values.missing import without_marks
from earful.connectors.files.values.reading import Reading
from earful.connectors.post import FIRST_YEAR, KINDS, LAST_YEAR, SCHEMA, Page, Rejected, to_table
from earful.connectors.toolkit.matching import mentions

_FIELDS = (
    *("created_at", "edited_at", "post_id", "kind", "market", "author", "title", "text", "recommended"),
    *("app_version", "url", "language_hint", "rating", "nps", "likes", "reply_count"),
)
#: Why a cell is no value of its field: the field is left out, the post stays.
UNREAD = {
    "rating": "rating is not of its scale",
    "nps": "nps is no answer of 0 to 10",
    "likes": "likes is not a whole number",
    "reply_count": "reply_count is not a whole number",
    "recommended": "recommended is neither yes nor no",
}
AHEAD = "lies in the future"
NO_TIME = f"is not a time that can be read, or not of the years {FIRST_YEAR} to {LAST_YEAR}"
#: A row from later than this after it was read is refused: a mistyped year would else claim that the files hold
#: everything up to now. A day is what a time without a zone may be off.
_AHEAD = timedelta(days=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_US = timedelta(microseconds=1)


class FileRows:
    """One pass over one file for products that share its rows: remembers the ids it has seen and the times it has met.

    ``first`` and ``last`` are the earliest and latest time of the products' rows (UTC): creation, for ``last`` an edit
    too, and for files that hold a month's edits (preset.months) for ``first`` too. Never later than ``now``, when the
    file was read (aware). ``low`` and ``high`` are the earliest creation and the latest time of whatever row, refused
    ones and those of the future among them.
    """

    def __init__(
        self,
        spec: Spec,
        context: Context,
        asked: Sequence[Asked],
        mine: Sequence[str] | None,
        name: str,
        now: datetime | None = None,
        reading: Reading | None = None,
    ) -> None:
        self.reading = reading or Reading(words=spec.words)
        #: Fields of landed rows that could not be read, by reason.
        self.unread = Unread()
        #: Cells that spell "nothing" (NULL, N/A, ...), by field.
        self.marks: Counter[str] = Counter()
        self._now = now or datetime.now(UTC)
        self._spec, self._context, self._asked, self._name = spec, context, asked, name
        self._plan: dict[str, tuple[str, ...]] = {}
        self._mine = None if mine is None else pa.array([value.strip().lower() for value in mine], pa.string())
        self._seen: list[pa.Array] = []
        self._hidden: dict[str, str | None] = {}
        self._made = MadeIds()
        #: Days (numbers since 1970, UTC) with rows of the products, and days of the zone with refused ones.
        self.days: set[int] = set()
        self.refused_days: set[date] = set()
        #: Rows with the id of an earlier row of the file: of each the newest version counts.
        self.again = 0
        self.first: datetime | None = None
        self.last: datetime | None = None
        self.low: datetime | None = None
        self.high: datetime | None = None

    def choose(self, found: Sequence[str]) -> list[str]:
        """The columns to read, of those that the file has. Raises Fatal when one is lacking."""
        self._plan = self._spec.plan(self._name, found)
        return list(dict.fromkeys(name for names in self._plan.values() for name in names))

    @property
    def makes_ids(self) -> bool:
        """Whether ids are made of rows, since no column holds them."""
        derived = self._spec.preset is not None and self._spec.preset.derive is not None
        return "post_id" not in self._plan and not derived

    def named(self, batch: Batch) -> pa.Array | None:
        """What the product column says of each row, to be compared; None where rows are found in another way."""
        return None if self._mine is None else pc.utf8_lower(trimmed(self._column(batch, "_product")))

    def read(self, batch: Batch, named: pa.Array | None) -> tuple[list[pa.Table], list[Rejected]]:
        """For each product its rows that were created or edited in its window, as a page's; refused rows with reasons.

        ``named`` is what ``named`` says of the batch. What cannot be read at all (batch.refused) is left to the caller.
        """
        batch = self._own(batch, named)
        raw = self._raw(batch)
        reasons, unread = Reasons(len(batch.lines)), Reasons(len(batch.lines))
        columns = self._times(raw, reasons, unread)
        undated = reasons.given()
        self._reach(columns["created_at"], columns["edited_at"])
        columns |= self._texts(raw, reasons, unread) | self._values(raw, unread)
        self.again += int((self._again(columns, ~reasons.given())).sum())
        ahead = ~_before(columns["created_at"], self._now + _AHEAD) | ~_before(columns["edited_at"], self._now + _AHEAD)
        past = pa.array(~ahead)
        self._meet(columns["created_at"].filter(past), columns["edited_at"].filter(past))
        bad = reasons.given()
        self._note_days(columns["created_at"], ~ahead & ~bad, ~ahead & bad)
        tables, refused = [], []
        for one in self._asked:
            # A row without a time, or with an impossible one, may be of any window: it is set aside in each.
            times = (columns[name] for name in ("created_at", "edited_at"))
            wanted = np.logical_or.reduce([undated, *(_within(time, one.window) for time in times)])
            if self._spec.match:
                titles, texts = (columns[name].filter(pa.array(wanted)).to_pylist() for name in ("title", "text"))
                wanted[wanted] = [mentions(one.product, *both) for both in zip(titles, texts, strict=True)]
            slug = one.product.slug
            if (wanted & ~bad).any():
                self.unread.add(unread, wanted & ~bad, batch.lines)
                tables.append(self._table_of(columns, wanted & ~bad, slug))
            lines = np.flatnonzero(wanted & bad)
            refused += [Rejected(f"{self._name}:{batch.lines[i]}", reasons.of(int(i)), slug) for i in lines]
        return tables, refused

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

    def _own(self, batch: Batch, named: pa.Array | None) -> Batch:
        """The rows of the products, where a column tells."""
        if named is None:
            return batch
        own = pc.is_in(named, value_set=self._mine)
        return Batch(batch.table.filter(own), batch.lines[mask(own)], ())

    def _raw(self, batch: Batch) -> dict[str, pa.Array]:
        """Each field as the file, the preset or the configuration has it."""
        raw = {name: self._column(batch, name) for name in _FIELDS}
        preset = self._spec.preset
        if preset and preset.derive:
            made = preset.derive({n: trimmed(self._column(batch, n)) for n in preset.columns if n.startswith("_")})
            raw |= {name: values for name, values in made.items() if name not in self._plan}
        return raw

    def _column(self, batch: Batch, field: str) -> pa.Array:
        found = [batch.table[name].combine_chunks() for name in self._plan.get(field, ())]
        if any(pa.types.is_nested(column.type) for column in found):
            raise Fatal(f"{self._name}: the column for {field} holds lists or structures; expected single values")
        if not found:
            return pa.repeat(self._spec.constants.get(field, ""), len(batch.lines))
        cleared = []
        for column in found:
            values, marks = without_marks(column, field)
            self.marks[field] += marks
            cleared.append(values)
        return first_of(cleared)

    def _times(self, raw: Mapping[str, pa.Array], reasons: Reasons, unread: Reasons) -> dict[str, pa.Array]:
        reasons.add(empty(raw["created_at"]), "no created_at")
        times = {}
        for name in ("created_at", "edited_at"):
            times[name] = moments(raw[name], self._spec.form, self._spec.zone)
            why = reasons if name == "created_at" else unread
            why.add(mask(pc.is_null(times[name])) & ~empty(raw[name]), f"{name} {NO_TIME}")
            why.add(~_before(times[name], self._now + _AHEAD), f"{name} {AHEAD}")
        times["edited_at"] = pc.if_else(pa.array(unread.given()), None, times["edited_at"])
        unchanged = pc.fill_null(pc.equal(times["created_at"], times["edited_at"]), False)
        times["edited_at"] = pc.if_else(unchanged, None, times["edited_at"])
        # As received, only where the time in UTC does not say it already: another zone, another form.
        received = trimmed(raw["created_at"])
        zone = r"(Z|[+-]00:?00)" + ("?" if self._spec.zone.key == "UTC" else "")
        plain = pc.match_substring_regex(received, rf"^(\d{{9,17}}(\.\d*)?|\d{{4}}-\d\d-\d\d([T ][\d:.]*)?{zone})$")
        return times | {"raw_created": pc.if_else(plain, None, received)}

    def _texts(self, raw: Mapping[str, pa.Array], reasons: Reasons, unread: Reasons) -> dict[str, pa.Array]:
        columns = {name: text(raw[name]) for name in ("title", "text")}
        columns |= {name: trimmed(raw[name]) for name in ("post_id", "market", "kind")}
        if self.makes_ids:
            columns["post_id"] = self._made.of({name: text(raw[name]) for name in MADE_OF})
        else:
            reasons.add(mask(rounded(columns["post_id"], self.reading.ids)), ROUNDED)
        reasons.add(mask(pc.equal(columns["post_id"], "")), "no id")
        kinds = columns["kind"]
        columns["kind"] = pc.if_else(pc.equal(kinds, ""), self._spec.kind, pc.utf8_lower(kinds))
        known = pc.is_in(columns["kind"], value_set=pa.array(KINDS))
        unread.add(~mask(known), f"kind is none of {', '.join(KINDS)}")
        columns["kind"] = pc.if_else(known, columns["kind"], self._spec.kind)
        for name in ("author", "app_version", "url", "language_hint"):
            values = trimmed(raw[name])
            columns[name] = pc.if_else(pc.equal(values, ""), None, values)
        return columns

    def _values(self, raw: Mapping[str, pa.Array], unread: Reasons) -> dict[str, pa.Array]:
        reading = self.reading
        columns = {name: getattr(reading, name)(raw[name]) for name in ("rating", "nps", "recommended")}
        columns |= {name: reading.count(name, raw[name]) for name in ("likes", "reply_count")}
        for name, values in columns.items():
            unread.add(mask(pc.is_null(values)) & ~empty(raw[name]), UNREAD[name])
        return columns

    def _again(self, columns: Mapping[str, pa.Array], good: Mask) -> Mask:
        """Which good rows have the id of an earlier good row of the file."""
        keys = columns["post_id"]
        at = np.flatnonzero(good)
        mine = keys.take(pa.array(at))
        codes = mine.dictionary_encode()
        again = np.ones(len(at), dtype=np.bool_)
        again[np.unique(codes.indices.to_numpy(), return_index=True)[1]] = False
        for before in self._seen:
            # The other way round, the table that is searched in would grow with the file.
            hits = before.filter(pc.is_in(before, value_set=codes.dictionary))
            if len(hits):
                again |= mask(pc.is_in(mine, value_set=hits))
        self._seen.append(mine.filter(pa.array(~again)))
        found = np.zeros(len(good), dtype=np.bool_)
        found[at[again]] = True
        return found

    def _note_days(self, created: pa.Array, good: Mask, bad: Mask) -> None:
        days = pc.divide(created.filter(pa.array(good)).cast(pa.int64()), 86_400_000_000)
        self.days.update(day for day in pc.unique(days).to_pylist() if day is not None)
        quarters = pc.unique(pc.divide(created.filter(pa.array(bad)).cast(pa.int64()), 900_000_000))
        for quarter in quarters.to_pylist():
            if quarter is not None:
                self.refused_days.add((_EPOCH + quarter * timedelta(minutes=15)).astimezone(self._spec.zone).date())

    def _reach(self, created: pa.Array, edited: pa.Array) -> None:
        low, *high = pc.min(created).as_py(), pc.max(created).as_py(), pc.max(edited).as_py()
        self.low = min((each for each in (self.low, low) if each), default=None)
        self.high = max((each for each in (self.high, *high) if each), default=None)

    def _meet(self, created: pa.Array, edited: pa.Array) -> None:
        latest = pc.if_else(pc.fill_null(pc.greater(edited, created), False), edited, created)
        by_edit = self._spec.preset is not None and self._spec.preset.months is not None
        if created.null_count < len(created):
            low, high = pc.min(latest if by_edit else created).as_py(), pc.max(latest).as_py()
            self.first = min(self.first or low, low, self._now).astimezone(UTC)
            self.last = min(max(self.last or high, high), self._now).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Read:
    """One file on its way through, once for all products: ``rows`` has one entry for each group that shares rows."""

    opened: Opened
    rows: Sequence[FileRows]

    def choose(self, found: Sequence[str]) -> list[str]:
        """The columns to read, of those that the file has. Raises Fatal when one is lacking."""
        for rows in self.rows:
            chosen = rows.choose(found)
        return chosen

    def page(self, batch: Batch) -> Page:
        """The batch's rows that any of the products is asked for, as one page."""
        named = self.rows[0].named(batch)
        tables, refused = [SCHEMA.empty_table()], list(batch.refused)
        for rows in self.rows:
            found, aside = rows.read(batch, named)
            tables += found
            refused += aside
        return Page(pa.concat_tables(tables), tuple(refused))


def _within(times: pa.Array, window: Window) -> Mask:
    count = times.cast(pa.int64())
    start, end = ((moment - _EPOCH) // _US for moment in (window.start, window.end))
    return mask(pc.and_(pc.greater_equal(count, start), pc.less(count, end)))


def _before(times: pa.Array, end: datetime) -> Mask:
    """Which are before ``end``, or are none."""
    return mask(pc.fill_null(pc.less(times.cast(pa.int64()), (end - _EPOCH) // _US), True))
