"""A table on its way from truth to file: its cells, its columns, its files, and what can still be known of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final
from zoneinfo import ZoneInfo

from benchmarks.odd_files.truth import Post

Matrix = list[list[Any]]


class _Nothing:
    def __repr__(self) -> str:
        return "(nothing can be known)"


#: Of a cell that no reader can read: it must come empty.
LOST: Final = _Nothing()


@dataclass(slots=True)
class File:
    """One file: which rows it holds in which order of columns, and how it is written."""

    stem: str
    rows: list[int]
    columns: list[str] | None = None  # fields and extra columns in order; None: as the draft has them
    shape: str = "csv"  # csv, jsonl, json, parquet, xlsx
    suffix: str = ""  # ".csv", ...; "": that of the shape
    delimiter: str = ","
    quoting: str = "minimal"  # minimal, all, none, backslash
    newline: str = "\n"
    codec: str = "utf-8"
    mark: bytes = b""  # the byte order mark
    pack: str = ""  # gzip, zip, zst
    #: Each changes the rows of a CSV (header first), the objects of a JSON file, the columns of a Parquet table.
    on_rows: list[Callable[[Matrix], Matrix]] = field(default_factory=list)
    on_objects: list[Callable[[list[dict[str, Any]]], Any]] = field(default_factory=list)
    on_columns: list[Callable[[dict[str, Any]], dict[str, Any]]] = field(default_factory=list)
    on_text: list[Callable[[str], str]] = field(default_factory=list)
    on_bytes: list[Callable[[bytes], bytes]] = field(default_factory=list)
    how: dict[str, Any] = field(default_factory=dict)  # of the writer: indent, ensure_ascii, compression, ...

    def copied(self, stem: str, rows: Sequence[int]) -> File:
        """The same way of writing, other rows."""
        other = copy(self)
        other.stem, other.rows = stem, list(rows)
        for name in ("on_rows", "on_objects", "on_columns", "on_text", "on_bytes"):
            setattr(other, name, list(getattr(self, name)))
        other.how = dict(self.how)
        return other


@dataclass(slots=True)
class Answer:
    """What a message may ask for, as words of it, and the options that answer."""

    word: str
    options: Mapping[str, Any]
    columns: Mapping[str, str | None] = field(default_factory=dict)  # None takes a column out
    #: What is known then, by field, where the answer says what the column is.
    known: Mapping[str, list[Any]] = field(default_factory=dict)


@dataclass(slots=True)
class Draft:
    """A table. ``cells`` by field what stands in each row; ``known`` by field what a perfect reader could know."""

    draw: Random
    zone: ZoneInfo
    posts: list[Post]
    cells: dict[str, list[Any]]
    known: dict[str, list[Any]]
    names: dict[str, str]
    columns: list[str]
    files: list[File]
    extras: dict[str, list[Any]] = field(default_factory=dict)
    answers: list[Answer] = field(default_factory=list)
    #: Rows are told apart by ids; else by their time and words.
    ids: bool = True
    #: Rows that are spoilt: a reader may set them aside, if it says so.
    spoilt: set[int] = field(default_factory=set)
    #: Rows that are older versions of others: no truth any more.
    older: set[int] = field(default_factory=set)
    #: Names in the file, where they are not those of the configuration; fields that the configuration does not name.
    written: dict[str, str] = field(default_factory=dict)
    unnamed: set[str] = field(default_factory=set)

    @property
    def size(self) -> int:
        """Rows of truth."""
        return len(self.posts)

    def has(self, name: str) -> bool:
        """Whether the table has a column for the field."""
        return name in self.columns

    def drop(self, name: str) -> None:
        """Leave a column out: its values cannot be known."""
        self.columns.remove(name)
        self.known[name] = [None] * self.size


#: Shapes of tables that a way can be carried out on.
ANY = frozenset({"csv", "jsonl", "json", "parquet", "xlsx"})
TEXT_SHAPES, CSV, JSON = frozenset({"csv", "jsonl", "json"}), frozenset({"csv"}), frozenset({"jsonl", "json"})


@dataclass(frozen=True, slots=True)
class Way:
    """One way in which tables are odd.

    ``touches``: what it decides of a table; two ways that touch the same are no pair. ``ground``: a pattern of the only
    reasons for which a reader may refuse the table or some of its rows; "" where there is none.
    """

    name: str
    stage: int
    apply: Callable[[Draft], None]
    touches: frozenset[str]
    shapes: frozenset[str] = ANY
    needs: frozenset[str] = frozenset()
    scripts: frozenset[str] = frozenset()
    ground: str = ""
    tricky: bool = True


#: In which order ways are carried out.
CELLS, COLUMNS, SHAPE, SPLIT, WRITING, BYTES = range(6)


def words(said: str | Collection[str]) -> frozenset[str]:
    """From "a b"."""
    return frozenset(said.split()) if isinstance(said, str) else frozenset(said)
