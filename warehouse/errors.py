"""What this floor raises: one line that says what is wrong, where, and what to do."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from earful.warehouse.waiting import process


class WarehouseError(Exception):
    """Something is wrong with a file of the warehouse or with what was to go into it. The message is one line."""


class QueryError(WarehouseError):
    """A question that cannot be answered as it is written: the asker mends it, the file is well."""


class FullDiskError(WarehouseError):
    """No room for what was to be written, and none for the next step either: whoever meets it ends its run."""


def explain(error: Exception, path: Path) -> WarehouseError:
    """An error of DuckDB or of the file system as one line with what to do about it.

    DuckDB tells its errors apart by class, but a full disk, a held lock and a foreign file are all IOException: the
    words decide. They are the same in 1.4, 1.5 and 2.0; unknown ones are passed on as they are.
    """
    if isinstance(error, WarehouseError):
        return error
    says = str(error)
    if (isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)) or "No space left" in says:
        return FullDiskError(
            f"the disk with {path} is full; nothing of this step was kept: free space and run it again"
        )
    if "Could not set lock" in says:
        return WarehouseError(
            f"{path} is in use by {store_holder(says)}: wait for it to end, or stop it, and run this again"
        )
    if "newer version of DuckDB" in says:
        return WarehouseError(
            f"{path} was written by a newer DuckDB: update earful (make demo does) and run this again"
        )
    if "not a valid DuckDB database" in says:
        return WarehouseError(f"{path} is not a DuckDB file: move it away, or set another path in earful.toml")
    if "Permission denied" in says or isinstance(error, PermissionError):
        return WarehouseError(
            f"no permission for {path}: give this user write access, or set another path in earful.toml"
        )
    if isinstance(error, duckdb.OutOfMemoryException):
        return WarehouseError(
            f"not enough memory or temporary disk space for {path}; nothing was changed: {_first(says)}"
        )
    return WarehouseError(f"{path}: {_first(says)}")


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Errors of DuckDB, Arrow (ValueError) and the file system inside leave as WarehouseError."""
    try:
        yield
    except (duckdb.Error, OSError, ValueError) as error:
        raise explain(error, path) from error


def store_holder(says: str) -> str:
    """Who has a database open, from DuckDB's words about it."""
    found = re.search(r"held in (.*?) \(PID (\d+)\)", says)
    return process(int(found[2]), Path(found[1]).name) if found else "another process"


def _first(says: str) -> str:
    lines = [line.strip() for line in says.splitlines() if line.strip()]
    return lines[0] if lines else "unknown error"
