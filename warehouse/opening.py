"""Open the published file whole, also in the moment in which the next night takes its place.

DuckDB opens a file three times in a row: to see what it is, to read its header, and to read the rest. A night that is
moved into place between the last two gives the header of one file over the blocks of another: an error, or a catalog
without views. That takes a tenth of a millisecond a night; 50 processes that open the file without pause met it some
five times in 25,000 (benchmarks.readers, before readers looked). So whoever reads looks whether the file is still the
one that it was, and opens it again where it is not.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

#: More often than that no file is replaced.
_TRIES = 100


def open_published(path: Path, config: dict[str, str] | None = None) -> duckdb.DuckDBPyConnection:
    """A read-only connection to the file at ``path``, all of it of one night. Raises what DuckDB and stat raise."""
    for _ in range(_TRIES):
        before = identity(path)
        try:
            con = duckdb.connect(path, read_only=True, config=dict(config or {}))
        except duckdb.Error:
            if identity(path) == before:
                raise
            continue
        if identity(path) == before:
            return con
        con.close()
    raise duckdb.IOException(f"{path} was replaced each time it was opened: try again")


def identity(path: Path) -> tuple[int, int, int]:
    """What tells a file from the one that takes its place: device, inode, time of its last change (ns)."""
    found = path.stat()
    return found.st_dev, found.st_ino, found.st_mtime_ns
