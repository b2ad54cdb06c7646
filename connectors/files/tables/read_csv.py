"""CSV as batches of columns through Arrow, with the headers that come again in files that were joined."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from earful.connectors.errors import Fatal
from earful.connectors.files.tables import layout
from earful.connectors.files.tables.batch import Batch, Choose
from earful.connectors.files.tables.dialect import Dialect, cells, dialect
from earful.connectors.files.tables.encodings import Encoding
from earful.connectors.files.tables.layout import loose
from earful.connectors.files.tables.records import Records, records
from earful.connectors.files.values.arrays import Mask, Positions, mask
from earful.connectors.post import Rejected

#: Records that are parsed at once behind a header in mid-file: another one may follow soon.
_STEP = 50
#: Headers with other columns that are told one by one, and rows beyond which only those that hold a name are looked at.
_TOLD, _MANY = 3, 1_000


@dataclass(frozen=True, slots=True)
class _Section:
    """Rows under one header. ``wanted``: column -> its position, None where this header lacks it.

    ``watch``: a position at which a header again would show (see layout.watched); ``previews``: see there.
    """

    header: tuple[str, ...]
    wanted: dict[str, int | None]
    watch: int | None
    previews: dict[int, tuple[str, ...]]

    def positions(self) -> list[int]:
        """The columns to read, one at least."""
        watch = [] if self.watch is None else [self.watch]
        return sorted({at for at in (*self.wanted.values(), *self.previews, *watch) if at is not None}) or [0]


def table(
    path: Path, encoding: Encoding, delimiter: str | None, skip: int | None, columns: Sequence[str], choose: Choose
) -> Iterator[Batch]:
    """The rows of a CSV file. ``columns``: of all its headers, where a first try raised layout.LaterColumns."""
    way = dialect(path, encoding, delimiter, skip, choose)
    reading = _Reading(path.name, way, columns, choose)
    yield Batch(reading.nothing(), np.zeros(0, dtype=np.int64), said=way.said, delimiter=way.delimiter)
    for part in records(path, encoding, way.delimiter, escapes=way.escapes, blanks=way.blanks):
        yield from reading.batches(part)


class _Reading:
    """One pass over a file: knows which header holds."""

    def __init__(self, name: str, way: Dialect, columns: Sequence[str], choose: Choose) -> None:
        self._name, self._way, self._choose = name, way, choose
        names = list(way.found.names)
        self._known = list(columns) or [n for i, n in enumerate(names) if n or any(names[i + 1 :])]
        self._wanted = list(choose(self._known))
        self._loose = frozenset(loose(n) for n in self._known if n)
        self._sections, self._fresh = 0, False
        positions = [names.index(n) for n in self._wanted if n in names]
        self._section = self._of(names, layout.watched(way.rows, positions))

    def nothing(self) -> pa.Table:
        """The columns without a row."""
        return pa.table({name: pa.array([], pa.string()) for name in self._wanted})

    def _of(self, names: Sequence[str], watch: int | None) -> _Section:
        told = layout.previews(names) if self._way.found.qualtrics else {}
        wanted = {name: names.index(name) if name in names else None for name in self._wanted}
        return _Section(tuple(names), wanted, watch, told)

    def batches(self, part: Records) -> Iterator[Batch]:
        """The rows among some records."""
        part, left = self._below(part)
        found = [Batch(self.nothing(), part.lines[:0], part.refused, left)] if part.refused or left else []
        step = len(part.lines)
        while len(part.lines):
            if self._fresh:
                self._trail(self._cells(part, 0))
            batch, read = self._read(part.slice(0, step))
            # Behind a header in mid-file another one may follow soon.
            step = _STEP if read < min(step, len(part.lines)) else 2 * step
            found.append(batch)
            part = part.slice(read)
        yield from [_one(found)] if len(found) > 1 else found

    def _below(self, part: Records) -> tuple[Records, tuple[Rejected, ...]]:
        """The records below the header, and what stands above them and is no row."""
        found = self._way.found
        at = int(np.searchsorted(part.lines, found.last, side="right"))
        early = [int(one.item.rpartition(":")[2]) <= found.last for one in part.refused]
        if not at and not any(early):
            return part, ()
        why = dict.fromkeys(found.above, layout.ABOVE) | dict.fromkeys(found.parts, layout.PART)
        left = [Rejected(f"{self._name}:{n}", why[n]) for n in part.lines[:at].tolist() if n in why]
        left += [replace(one, reason=layout.ABOVE) for one, e in zip(part.refused, early, strict=True) if e]
        refused = tuple(one for one, e in zip(part.refused, early, strict=True) if not e)
        return replace(part.slice(at), refused=refused), tuple(left)

    def _read(self, part: Records) -> tuple[Batch, int]:
        """The rows up to a header with other columns, which then holds; and how many records that are, with it."""
        section, ragged = self._section, list[tuple[int, int]]()
        read = _parsed(part, self._way.delimiter, section, ragged)
        good = np.ones(len(part.lines), dtype=np.bool_)
        good[[number for number, _ in ragged]] = False
        if read.num_rows != int(good.sum()):
            raise Fatal(
                f"{self._name}:{part.lines[0]}: rows from here on cannot be separated; check the quotes and line ends"
            )
        left: list[Rejected] = []
        said: list[str] = []
        end = len(good)
        rows = np.flatnonzero(good)
        for number in self._likely(read, rows, ragged):
            names = self._cells(part, number)
            if not layout.is_header(names, self._loose):
                continue
            same = [loose(n) for n in names] == [loose(n) for n in section.header]
            left.append(Rejected(f"{self._name}:{part.lines[number]}", layout.AGAIN if same else layout.OTHER))
            good[number] = False
            ragged = [each for each in ragged if each[0] != number]
            if not same:
                end = number + 1
                said = self._turn(names, int(part.lines[number]))
                break
        good[end:] = False
        keep = good[rows]
        if section.previews:
            preview = _previews(read, section) & keep
            left += [Rejected(f"{self._name}:{n}", layout.PREVIEW) for n in part.lines[rows[preview]]]
            keep &= ~preview
        refused = tuple(
            Rejected(f"{self._name}:{part.lines[number]}", f"{has} columns where the header has {len(section.header)}")
            for number, has in ragged
            if number < end
        )
        made = {
            name: pa.nulls(len(rows), pa.string()) if at is None else read[str(at)]
            for name, at in section.wanted.items()
        }
        kept = pa.table(made)
        if not keep.all():
            kept = kept.filter(pa.array(keep))
        return Batch(kept, part.lines[rows[keep]], refused, tuple(left), tuple(said)), end

    def _cells(self, part: Records, number: int) -> list[str]:
        return cells(part.slice(number, number + 1).data, self._way.delimiter)

    def _likely(self, read: pa.Table, rows: Positions, ragged: Sequence[tuple[int, int]]) -> list[int]:
        """The records that may be a header again, in order."""
        watch = self._section.watch
        names = pa.array([name for name in self._known if name], pa.string())
        columns = [each.combine_chunks() for each in read.columns]
        if watch is None:
            where = _any_in(columns, names, len(rows))
        else:
            column = read[str(watch)]
            top = pc.max(column).as_py()
            if top is None or top < ":":
                return sorted(number for number, _ in ragged)
            where = mask(pc.greater_equal(column, ":").combine_chunks())
            if where.sum() > _MANY:
                where &= _any_in(columns, names, len(rows))
        return sorted([*rows[where].tolist(), *(number for number, _ in ragged)])

    def _turn(self, found: Sequence[str], line: int) -> list[str]:
        """From here on another header holds; what is said of it."""
        names = layout.section(self._known, found)
        self._known = layout.with_later(f"{self._name}:{line}", self._known, names, self._wanted, self._choose)
        self._loose |= {loose(n) for n in names if n}
        before, watch = self._section, None
        if before.watch is not None and before.header[before.watch] in names:
            watch = names.index(before.header[before.watch])
        self._section = self._of(names, watch)
        self._sections, self._fresh = self._sections + 1, True
        if self._sections > _TOLD:
            return []
        lacking = ", ".join(repr(n) for n in self._wanted if n not in names)
        return [f"another header from line {line} on" + (f", without {lacking}" if lacking else "")]

    def _trail(self, first: Sequence[str]) -> None:
        """The first row behind a header in mid-file: it may end with a delimiter, which the header lacks."""
        section, self._fresh = self._section, False
        if len(first) == len(section.header) + 1 and not first[-1].strip():
            self._section = replace(section, header=(*section.header, ""))


def _parsed(part: Records, delimiter: str, section: _Section, ragged: list[tuple[int, int]]) -> pa.Table:
    """The columns of a section by position; ``ragged`` gets the number (from 0) and width of rows of other widths."""

    def set_aside(row: pa.csv.InvalidRow) -> str:
        ragged.append((row.number - 1, row.actual_columns))
        return "skip"

    keys = [str(i) for i in range(len(section.header))]
    wanted = [keys[i] for i in section.positions()]
    return pa.csv.read_csv(
        pa.BufferReader(part.data),
        # One thread and one block, as only then Arrow numbers the rows it refuses.
        read_options=pa.csv.ReadOptions(use_threads=False, column_names=keys, block_size=len(part.data) + 1),
        parse_options=pa.csv.ParseOptions(
            delimiter=delimiter, newlines_in_values=True, invalid_row_handler=set_aside, ignore_empty_lines=False
        ),
        convert_options=pa.csv.ConvertOptions(
            column_types=dict.fromkeys(wanted, pa.string()), include_columns=wanted, strings_can_be_null=False
        ),
    )


def _one(found: Sequence[Batch]) -> Batch:
    """Batches of the same columns as one: each costs its page."""
    return Batch(
        pa.concat_tables([each.table for each in found]),
        np.concatenate([each.lines for each in found]),
        tuple(one for each in found for one in each.refused),
        tuple(one for each in found for one in each.left_out),
        tuple(one for each in found for one in each.said),
    )


def _any_in(columns: Sequence[pa.Array], names: pa.Array, rows: int) -> Mask:
    found = np.zeros(rows, dtype=np.bool_)
    for column in columns:
        found |= mask(pc.is_in(column, value_set=names))
    return found


def _previews(read: pa.Table, section: _Section) -> Mask:
    """Which rows Qualtrics marks as tries of the survey."""
    found = np.zeros(read.num_rows, dtype=np.bool_)
    for at, marks in section.previews.items():
        said = pc.utf8_lower(pc.utf8_trim_whitespace(read[str(at)])).combine_chunks()
        found |= mask(pc.is_in(said, value_set=pa.array(marks)))
    return found
