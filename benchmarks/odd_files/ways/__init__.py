"""All ways in which tables are odd, by kind."""

from __future__ import annotations

from benchmarks.odd_files.draft import Way
from benchmarks.odd_files.ways import columns, encodings, files, grades, ids, shapes, tables, texts, times

ALL: tuple[Way, ...] = tuple(
    way for kind in (encodings, tables, columns, times, grades, ids, texts, shapes, files) for way in kind.WAYS
)
