"""All columns of a table, whatever they hold: its rows as the reader of the channel gives them."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyarrow as pa

from earful.connectors.errors import Fatal
from earful.connectors.files.guess.words.names import strength
from earful.connectors.files.tables.layout import LaterColumns
from earful.connectors.files.tables.packed import opened as unpacked
from earful.connectors.files.tables.read import Opened, batches, look
from earful.connectors.files.tables.records import blocks

#: Rows that a guess looks at: a column is told by them, and the trial that follows reads every row.
ROWS = 30_000
#: Columns that a guess looks at: wider tables are answers to long surveys, or no tables of posts at all.
COLUMNS = 400
#: Encodings that are tried where no name of a column is known in the one that the letters tell.
_ENCODINGS = (
    *("gb18030", "shift_jis", "euc_jp", "euc_kr", "big5", "cp1251", "cp1256", "cp1255", "cp1253", "cp1250", "cp1254"),
    *("cp1252", "koi8_r", "cp874"),
)
#: Roles by whose names a row is known as a header.
_KNOWN = ("created_at", "text", "title", "rating", "nps", "post_id", "author", "recommended", "app_version")
_VALUE = re.compile(r"^\s*(?:[-+]?\d+(?:[.,]\d+)?|\d{1,4}[-./]\d{1,2}[-./]\d{1,4}.*)\s*$")
_NESTED = re.compile(r"^(?P<key>.*) holds a list or an object$", re.DOTALL)
_TIME_ZONE = re.compile(r"\"+timeZone\"+\s*:\s*\"+(?P<zone>[A-Za-z_+\-]+(?:/[A-Za-z_+\-]+){0,2})\"+")


@dataclass(frozen=True, slots=True)
class Table:
    """A file's columns under their names, at most ROWS rows.

    ``zone``: of its times, where its header names one; ``twice``: names that stand there twice;
    ``encoding``: the one that its names tell, where that is another than its letters tell;
    ``files``: how many have its rows; ``named``: its names are known;
    ``questions``: by name, what a survey asked, where a row below the names says it; ``all_columns``: how many
    there are, where they are more than COLUMNS.
    """

    opened: Opened
    columns: dict[str, pa.Array]
    rows: int
    zone: str | None = None
    twice: tuple[str, ...] = ()
    encoding: str | None = None
    files: int = 1
    named: bool = False
    questions: Mapping[str, str] = field(default_factory=dict)
    all_columns: int = 0


def read(path: Path, known: Callable[[Sequence[str]], Sequence[str]]) -> Table:
    """The columns of a file. ``known``: the presets of a header. Raises Fatal where it holds no table."""
    opened = look(path, "auto", "auto", "auto")
    first: Fatal | None = None
    # Of a short file names that are known tell more of its encoding than its letters do.
    for way in (opened, *_otherwise(opened)):
        try:
            found = _rows_inside(way, lambda names: _by_names(names) or bool(known(names)))
        except (Fatal, UnicodeError) as error:
            first = first or (error if isinstance(error, Fatal) else None)
            continue
        other = way.encoding.codec if way is not opened and way.encoding else None
        return replace(found, encoding=other, named=True)
    try:
        return _read(opened, _by_shape)
    except Fatal as error:
        # What is said of the first row of all is the nearest.
        raise first or error from None


def with_rows_of(table: Table, other: Table) -> Table:
    """A table with the rows of another behind its own, where that has at least half of its columns."""
    both = table.columns.keys() & other.columns.keys()
    if 2 * len(both) < len(table.columns):
        return table
    columns = {}
    for name, values in table.columns.items():
        more = other.columns.get(name)
        columns[name] = _one([values, pa.nulls(other.rows, values.type) if more is None else more])
    rows = table.rows + other.rows
    return replace(table, columns=columns, rows=rows, files=table.files + 1, zone=table.zone or other.zone)


def _otherwise(opened: Opened) -> Iterator[Opened]:
    """The file in other encodings, where its own was told by its letters and all of it can be read in the other."""
    if opened.encoding is None or opened.encoding.codec.startswith("utf") or opened.format != "csv":
        return
    with unpacked(opened.path) as file:
        head = file.read(1 << 20)
    for codec in _ENCODINGS:
        try:
            # A character may be cut at the end of what was read.
            codecs.getincrementaldecoder(codec)("strict").decode(head)
        except UnicodeError:
            continue
        if codec != opened.encoding.codec:
            yield look(opened.path, opened.format, codec, "auto")


def _rows_inside(opened: Opened, accepts: Callable[[Sequence[str]], bool]) -> Table:
    """As _read(); where a file is one object whose names are known, and in it a list of objects has others, the list.

    A video with its comments, a topic with its posts: what they say tells more than their name. A column that only the
    objects of the list have is needed, since a run would read the one object that has all columns.
    """
    around: list[str] = []

    def seen(names: Sequence[str]) -> bool:
        around[:] = around or names
        return accepts(names)

    found = _read(opened, seen)
    if found.rows != 1 or not opened.format.startswith("json"):
        return found

    def apart(names: Sequence[str]) -> bool:
        told = [n for n in names if max(strength(n, "created_at"), strength(n, "text")) >= 0.6]
        return accepts(names) and not set(told) <= set(around)

    try:
        inside = _read(opened, apart)
    except Fatal:
        return found
    return inside if inside.rows > 1 else found


def _read(opened: Opened, accepts: Callable[[Sequence[str]], bool]) -> Table:
    left: set[str] = set()
    twice: set[str] = set()
    many: set[int] = set()
    names: tuple[str, ...] = ()

    def choose(found: Sequence[str]) -> list[str]:
        if not accepts(found):
            shown = ", ".join(repr(c[:40]) for c in found[:12] if c) or "none"
            raise Fatal(f"{opened.path.name}: has no column that is known as a date, words, stars or answers ({shown})")
        twice.update(n for n, count in Counter(found).items() if n and count > 1)
        many.update([len(found)] if len(found) > COLUMNS else [])
        return [n for n in dict.fromkeys(found) if n and n not in left][:COLUMNS] or list(found[:1])

    while True:
        try:
            parts, refused = _parts(replace(opened, columns=names), choose)
        except LaterColumns as later:
            names = later.names
            continue
        # A column of lists costs its rows where it is read: without it.
        more = {found["key"] for why in refused if (found := _NESTED.match(why))} - left
        if not more:
            break
        left |= more
    columns = {}
    for name in parts[0].column_names if parts else ():
        chunks = [chunk for part in parts for chunk in part[name].chunks]
        if all(pa.types.is_nested(chunk.type) for chunk in chunks):
            left.add(name)
            continue
        columns[name] = _one(chunks)
    rows = sum(part.num_rows for part in parts)
    if not rows:
        raise Fatal(f"{opened.path.name}: has a header and no row that can be read")
    zone, questions = _qualtrics(opened)
    return Table(
        opened, columns, rows, zone, tuple(sorted(twice)), questions=questions, all_columns=max(many, default=0)
    )


def _parts(opened: Opened, choose: Callable[[Sequence[str]], list[str]]) -> tuple[list[pa.Table], set[str]]:
    parts: list[pa.Table] = []
    refused: set[str] = set()
    rows = 0
    for batch in batches(opened, choose):
        parts.append(batch.table)
        refused |= {one.reason for one in batch.refused}
        rows += batch.table.num_rows
        if rows >= ROWS or any(_NESTED.match(why) for why in refused):
            break
    return parts, refused


def _one(chunks: Sequence[pa.Array]) -> pa.Array:
    kinds = {chunk.type for chunk in chunks}
    if len(kinds) == 1:
        return pa.concat_arrays(list(chunks)) if chunks else pa.array([], pa.string())
    return pa.concat_arrays([chunk.cast(pa.string()) for chunk in chunks])


def _by_names(found: Sequence[str]) -> bool:
    """Whether two columns have names that are known, one of them of a time or of what is said."""
    filled = [name for name in found if name.strip()][:COLUMNS]
    if len(filled) < 2 or any(map(_VALUE.match, filled)):
        return False
    roles = {name: {role for role in _KNOWN if strength(name, role) >= 0.6} for name in filled}
    known = [name for name, its in roles.items() if its]
    every = set().union(*roles.values())
    return len(known) > 1 and "created_at" in every and bool(every & {"text", "title", "rating", "nps", "recommended"})


def _by_shape(found: Sequence[str]) -> bool:
    """Whether a row may be one of names at all: several cells, none of them a value or a whole paragraph."""
    filled = [name for name in found if name.strip()]
    return (
        len(filled) > 1
        and 2 * len(filled) >= len(found)
        and len(set(filled)) == len(filled)
        and not any(_VALUE.match(name) or len(name) > 300 for name in filled)
    )


def _qualtrics(opened: Opened) -> tuple[str | None, dict[str, str]]:
    """What Qualtrics writes below the names of its columns: the zone of its times, and each column's question."""
    if opened.encoding is None or opened.format != "csv":
        return None, {}
    head = next(blocks(opened.path, opened.encoding), b"")[: 1 << 18].decode("utf-8", "replace")
    if "ImportId" not in head:
        return None, {}
    zone = _TIME_ZONE.search(head)
    rows = csv.reader(io.StringIO(head, newline=""))
    try:
        names, questions = next(rows, []), next(rows, [])
    except csv.Error:
        names, questions = [], []
    return zone["zone"] if zone else None, dict(zip(names, questions, strict=False))
