"""Make the store's file anew from what is in it, so that nothing of what was deleted is left in its bytes.

DuckDB keeps deleted rows in blocks that it marks as free and reuses some day. Two ways to be rid of them: overwrite the
free blocks, for which it has no command, so that one would have to read its block list and write into its file; or copy
what is there into a new file and move that into place. We copy: it rests on nothing but what DuckDB documents, and the
file is compacted on the way. A million posts (56 MB) take 3.6 s, 2.1 s of them CPU (``python -m benchmarks.erase``).

Killed between any two steps, the path holds the whole old store or the whole new one. The old keeps its unfinished rows
in ``erasures``, the new has them finished: so whoever finds unfinished rows rewrites again.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

import duckdb

from earful.warehouse.days import utc_naive
from earful.warehouse.errors import explain, explained, store_holder
from earful.warehouse.files.atomic import private, sync
from earful.warehouse.files.spill import keep_spill
from earful.warehouse.statements import home_of, literal
from earful.warehouse.store.store import STORAGE, Store, aside_of, remove_aside
from earful.warehouse.waiting import Patience

_FRESH, _NOTHING = "earful_fresh", "earful_nothing"
#: Another process may take the store in the moment between our letting go of it and taking it again.
_WAIT = 60.0


@dataclass(frozen=True, slots=True)
class Rewritten:
    """Sizes of the file in bytes."""

    before: int
    after: int


def rewrite(store: Store, now: datetime) -> Rewritten:
    """Copy the store into a fresh file and move that into its place; its erasures are finished then.

    The Store stays usable. Call it when the published file and the page have been written without what was erased.
    Raises WarehouseError (full disk, no permission); the store is then as it was.
    """
    path, aside = store.path, aside_of(store.path)
    before = path.stat().st_size
    with explained(path):
        remove_aside(path)
        try:
            _copy(store.con, aside, now)
            swap(store, aside)
        except BaseException:
            remove_aside(path)
            raise
    return Rewritten(before, path.stat().st_size)


def _copy(con: duckdb.DuckDBPyConnection, aside: Path, now: datetime) -> None:
    home = home_of(con)
    with private():
        con.execute(f"attach {literal(aside)} as {_FRESH} (storage_version '{STORAGE}')")
    try:
        con.execute(f"copy from database {home} to {_FRESH}")
        con.execute(
            f"update {_FRESH}.erasures set finished_at = $now where finished_at is null", {"now": utc_naive(now)}
        )
        con.execute(f"checkpoint {_FRESH}")
    finally:
        # The first error says what went wrong.
        with suppress(duckdb.Error):
            con.execute(f"detach {_FRESH}")
    sync(aside)


def swap(store: Store, aside: Path) -> None:
    """Move ``aside`` into the place of the open store, which is the new one then.

    ``aside`` is a whole store that was checkpointed and closed. No other writer gets between.
    """
    con, path = store.con, store.path
    home = home_of(con)
    # Everything of the old file is in it, and no .wal is left that the new one would be taken to own.
    con.execute(f"checkpoint {home}")
    for wal in path.parent.glob(f"{path.name}.wal*"):
        wal.unlink()
    # Held open, so that nobody takes the new file before we have let go of the old one and its name.
    con.execute(f"attach {literal(aside)} as {_FRESH} (read_only)")
    con.execute(f"attach ':memory:' as {_NOTHING}")
    aside.replace(path)
    sync(path.parent)
    con.execute(f"use {_NOTHING}")
    con.execute(f"detach {home}")
    con.execute(f"detach {_FRESH}")
    _take(con, path, home, store.waiting)
    # Who had the store in between has taken the folder away.
    keep_spill(path)
    con.execute(f"use {home}")
    con.execute(f"detach {_NOTHING}")


def _take(con: duckdb.DuckDBPyConnection, path: Path, home: str, waiting: Callable[[str], None] | None) -> None:
    patience = Patience(_WAIT, waiting)
    while True:
        try:
            con.execute(f"attach {literal(path)} as {home} (storage_version '{STORAGE}')")
        except duckdb.IOException as error:
            says = str(error)
            if "Could not set lock" not in says or patience.over():
                raise explain(error, path) from error
            patience.pause(path, partial(store_holder, says))
        else:
            return
