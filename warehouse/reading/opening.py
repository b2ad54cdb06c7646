"""Open the published file whole, also in the moment in which the next night takes its place.

DuckDB opens a file three times in a row: to see what it is, to read its header, and to read the rest. A night that is
moved into place between the last two gives the header of one file over the blocks of another: an error, or a catalog
without views. That takes a tenth of a millisecond a night; 50 processes that open the file without pause met it some
five times in 25,000 (benchmarks.readers, before readers looked). So whoever reads looks whether the file is still the
one that it was, and opens it again where it is not.

Within one process DuckDB hands every connection to a path the same open database, whatever file is there by now, with
one configuration for all. So each opening attaches the file to a database of its own, in memory: it shows the night
that is there now, and nobody's settings are another's.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from earful.warehouse.statements import literal, quoted, settle

#: More often than that no file is replaced.
_TRIES = 100

#: Names that a database in memory has taken already, or nobody may have.
_TAKEN = ("", "memory", "system", "temp", "main")


def open_published(path: Path) -> duckdb.DuckDBPyConnection:
    """A connection to the file at ``path``, all of it of one night: read-only, in UTC, locked in.

    Locked in: no other file, no network, no extension, and no setting can be changed. Raises what DuckDB and stat do.
    """
    for _ in range(_TRIES):
        before = identity(path)
        try:
            con = _opened(path)
        except duckdb.Error:
            if identity(path) == before:
                raise
            continue
        if identity(path) == before:
            return con
        con.close()
    raise duckdb.IOException(f"{path} was replaced each time it was opened: try again")


def _opened(path: Path) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect(":memory:")
    try:
        # Under the name that DuckDB itself gives it, so that queries written in another client run here too.
        name = path.name.split(".", 1)[0]
        name = "earful" if name.casefold() in _TAKEN else name
        con.execute(f"attach {literal(path.absolute())} as {quoted(name)} (read_only)")
        con.execute(f"use {quoted(name)}")
        settle(con)
        # A database in memory would put what does not fit into the folder that somebody happens to be in.
        con.execute(f"set temp_directory = {literal(path.absolute().with_name(path.name + '.tmp'))}")
        con.execute("set enable_external_access = false")
        con.execute("set lock_configuration = true")
    except BaseException:
        con.close()
        raise
    return con


def identity(path: Path) -> tuple[int, int, int]:
    """What tells a file from the one that takes its place: device, inode, time of its last change (ns)."""
    found = path.stat()
    return found.st_dev, found.st_ino, found.st_mtime_ns
