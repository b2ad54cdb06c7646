"""Batches of a file's columns as pages of posts: whose rows they are, what is refused and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from earful.connectors.base import Asked, Context, Window
from earful.connectors.errors import Fatal
from earful.connectors.files.cast import Mask, empty, first_of, mask, moments, text, trimmed, whole, yes_no
from earful.connectors.files.columns import Spec
from earful.connectors.files.read import Batch, Opened
from earful.connectors.post import FIRST_YEAR, KINDS, LAST_YEAR, SCHEMA, Page, Rejected, to_table
from earful.connectors.toolkit.matching import mentions

#: Whole-number fields and the values they may have.
_NUMBERS = {"rating": (1, 5), "nps": (0, 10), "likes": (-(2**53), 2**53), "reply_count": (0, 2**53)}
_FIELDS = (
    *("created_at", "edited_at", "post_id", "kind", "market", "author", "title", "text", "recommended"),
    *("app_version", "url", "language_hint", *_NUMBERS),
)
_NO_TIME = f"is not a time that can be read, or not of the years {FIRST_YEAR} to {LAST_YEAR}"
#: A row from later than this after it was read is refused: a mistyped year would else claim that the files hold
#: everything up to now. A day is what a time without a zone may be off.
_AHEAD = timedelta(days=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_US = timedelta(microseconds=1)


class FileRows:
    """One pass over one file for products that share its rows: remembers the ids it has seen and the times it has met.

    ``first`` and ``last`` are the earliest and latest time of the products' rows (UTC): creation, for ``last`` an edit
    too, and for files that hold a month's edits (preset.months) for ``first`` too. Never later than ``now``, when the
    file was read (aware).
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
        self._now = now or datetime.now(UTC)
        self._spec, self._context, self._asked, self._name = spec, context, asked, name
        self._plan: dict[str, tuple[str, ...]] = {}
        self._mine = None if mine is None else pa.array([value.strip().lower() for value in mine], pa.string())
        self._seen: list[pa.Array] = []
        self._hidden: dict[str, str | None] = {}
        self.first: datetime | None = None
        self.last: datetime | None = None

    def choose(self, found: Sequence[str]) -> list[str]:
        """The columns to read, of those that the file has. Raises Fatal when one is lacking."""
        self._plan = self._spec.plan(self._name, found)
        return list(dict.fromkeys(name for names in self._plan.values() for name in names))

    def named(self, batch: Batch) -> pa.Array | None:
        """What the product column says of each row, to be compared; None where rows are found in another way."""
        return None if self._mine is None else pc.utf8_lower(trimmed(self._column(batch, "_product")))

    def read(self, batch: Batch, named: pa.Array | None) -> tuple[list[pa.Table], list[Rejected]]:
        """For each product its rows that were created or edited in its window, as a page's; refused rows with reasons.

        ``named`` is what ``named`` says of the batch. What cannot be read at all (batch.refused) is left to the caller.
        """
        batch = self._own(batch, named)
        raw = self._raw(batch)
        reasons = _Reasons(len(batch.lines))
        columns = self._times(raw, reasons)
        undated = reasons.given()
        columns |= self._texts(raw, reasons) | self._values(raw, reasons)
        reasons.add(self._again(columns, ~reasons.given()), "its id is that of an earlier row of this file")
        ahead = ~_before(columns["created_at"], self._now + _AHEAD) | ~_before(columns["edited_at"], self._now + _AHEAD)
        past = pa.array(~ahead)
        self._meet(columns["created_at"].filter(past), columns["edited_at"].filter(past))
        bad = reasons.given()
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
        return first_of(found) if found else pa.repeat(self._spec.constants.get(field, ""), len(batch.lines))

    def _times(self, raw: Mapping[str, pa.Array], reasons: _Reasons) -> dict[str, pa.Array]:
        reasons.add(empty(raw["created_at"]), "no created_at")
        times = {}
        for name in ("created_at", "edited_at"):
            times[name] = moments(raw[name], self._spec.form, self._spec.zone)
            reasons.add(mask(pc.is_null(times[name])) & ~empty(raw[name]), f"{name} {_NO_TIME}")
            reasons.add(~_before(times[name], self._now + _AHEAD), f"{name} lies in the future")
        unchanged = pc.fill_null(pc.equal(times["created_at"], times["edited_at"]), False)
        times["edited_at"] = pc.if_else(unchanged, None, times["edited_at"])
        # As received, only where the time in UTC does not say it already: another zone, another form.
        received = trimmed(raw["created_at"])
        zone = r"(Z|[+-]00:?00)" + ("?" if self._spec.zone.key == "UTC" else "")
        plain = pc.match_substring_regex(received, rf"^(\d{{9,17}}(\.\d*)?|\d{{4}}-\d\d-\d\d([T ][\d:.]*)?{zone})$")
        return times | {"raw_created": pc.if_else(plain, None, received)}

    def _texts(self, raw: Mapping[str, pa.Array], reasons: _Reasons) -> dict[str, pa.Array]:
        columns = {name: text(raw[name]) for name in ("title", "text")}
        columns |= {name: trimmed(raw[name]) for name in ("post_id", "market", "kind")}
        reasons.add(mask(pc.equal(columns["post_id"], "")), "no id")
        kinds = columns["kind"]
        columns["kind"] = pc.if_else(pc.equal(kinds, ""), self._spec.kind, pc.utf8_lower(kinds))
        known = pc.is_in(columns["kind"], value_set=pa.array(KINDS))
        reasons.add(~mask(known), f"kind is none of {', '.join(KINDS)}")
        for name in ("author", "app_version", "url", "language_hint"):
            values = trimmed(raw[name])
            columns[name] = pc.if_else(pc.equal(values, ""), None, values)
        return columns

    def _values(self, raw: Mapping[str, pa.Array], reasons: _Reasons) -> dict[str, pa.Array]:
        columns = {}
        for name, (low, high) in _NUMBERS.items():
            columns[name] = whole(raw[name], low, high)
            span = f" {low} to {high}" if high < 2**53 else ""
            reasons.add(mask(pc.is_null(columns[name])) & ~empty(raw[name]), f"{name} is not a whole number{span}")
        columns["recommended"] = yes_no(raw["recommended"])
        bad = mask(pc.is_null(columns["recommended"])) & ~empty(raw["recommended"])
        reasons.add(bad, "recommended is neither yes nor no")
        return columns

    def _again(self, columns: Mapping[str, pa.Array], good: Mask) -> Mask:
        """Which good rows have the id of an earlier good row: where edits are recognised, of the same version only."""
        keys = columns["post_id"]
        if "edited_at" in self._plan:
            moment = pc.coalesce(columns["edited_at"], columns["created_at"]).cast(pa.int64()).cast(pa.string())
            keys = pc.binary_join_element_wise(keys, pc.fill_null(moment, ""), "\x1f")
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


class _Reasons:
    """Why rows are refused; a row's first reason counts."""

    def __init__(self, size: int) -> None:
        self._codes = np.zeros(size, dtype=np.int8)
        self._words: list[str] = [""]

    def add(self, bad: Mask, why: str) -> None:
        self._codes[bad & (self._codes == 0)] = len(self._words)
        self._words.append(why)

    def given(self) -> Mask:
        found: Mask = self._codes > 0
        return found

    def of(self, row: int) -> str:
        return self._words[int(self._codes[row])]


def _within(times: pa.Array, window: Window) -> Mask:
    count = times.cast(pa.int64())
    start, end = ((moment - _EPOCH) // _US for moment in (window.start, window.end))
    return mask(pc.and_(pc.greater_equal(count, start), pc.less(count, end)))


def _before(times: pa.Array, end: datetime) -> Mask:
    """Which are before ``end``, or are none."""
    return mask(pc.fill_null(pc.less(times.cast(pa.int64()), (end - _EPOCH) // _US), True))


def unfit(field: str, value: str, form: str, zone: ZoneInfo) -> str:
    """Why a constant cannot be a field's value; "" when it can."""
    one = pa.array([value])
    if field in ("created_at", "edited_at"):
        return f"{value!r} {_NO_TIME}" if moments(one, form, zone).null_count else ""
    if field in _NUMBERS:
        low, high = _NUMBERS[field]
        return f"{value!r} is not a whole number {low} to {high}" if whole(one, low, high).null_count else ""
    if field == "recommended":
        return f"{value!r} is neither yes nor no" if yes_no(one).null_count else ""
    return f"{value!r} is none of {', '.join(KINDS)}" if field == "kind" and value.lower() not in KINDS else ""
