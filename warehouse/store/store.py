"""Open the pipeline's own file, ``store.duckdb``: one writer at a time, migrated, in the reporting time zone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, partial
from pathlib import Path
from threading import Lock
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import duckdb

from earful.warehouse.aggregates.recompute import rezone
from earful.warehouse.errors import WarehouseError, explain, explained, store_holder
from earful.warehouse.files.atomic import private, real
from earful.warehouse.files.spill import clear_spill, leave_spill, spill_of
from earful.warehouse.files.workfolder import remove_dead, remove_dead_backups, restore_folder
from earful.warehouse.statements import home_of, literal, settle
from earful.warehouse.store.migrate import applied, migrate, missing
from earful.warehouse.waiting import Patience

#: Files are written so that DuckDB 1.4 and later read them, whatever wrote them.
STORAGE = "v1.4.0"

#: DuckDB's own share of a process's memory; more than that goes to ``store.duckdb.tmp`` beside the store. Unbounded it
#: takes 80% of the machine's. With it a night on ten million posts stays under 1 GB in all, and publishing them from
#: nothing takes 1.1 GB (benchmarks.scale).
MEMORY = "640MB"

#: How every store is opened.
CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "storage_compatibility_version": STORAGE,
    "memory_limit": MEMORY,
}

# DuckDB hands every connection of one process the same open database, so threads would not exclude each other.
_held: dict[Path, Lock] = {}
_held_guard = Lock()


@dataclass(frozen=True)
class Store:
    """An open store. ``time_zone`` is the reporting zone that every ``day`` in it is in.

    ``waiting`` is called with a line to show where a step with the store has to wait for another process.
    """

    con: duckdb.DuckDBPyConnection
    time_zone: str
    path: Path
    waiting: Callable[[str], None] | None = None

    @cached_property
    def zone(self) -> ZoneInfo:
        """The reporting time zone."""
        return ZoneInfo(self.time_zone)

    @contextmanager
    def transaction(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """All or nothing. Errors of DuckDB and the file system leave as WarehouseError, after the rollback."""
        with explained(self.path):
            self.con.execute("begin")
            try:
                yield self.con
                self.con.execute("commit")
            except BaseException:
                _roll_back(self.con)
                raise
            finally:
                _make_private(self.path)


@contextmanager
def open_store(
    path: Path, *, time_zone: str, wait: float = 30.0, waiting: Callable[[str], None] | None = None
) -> Iterator[Store]:
    """The store at ``path``, made where there is none, closed at the end.

    The file is readable by this user only (0600), folders made for it too (0700). Where ``path`` is a link, the store
    and all files beside it are where the link leads. Waits up to ``wait`` seconds for another process or thread that
    has it open; ``waiting`` is then called with one line that says for whom, for how long at most and what to do, at
    once (after half a second, in which a landing is done) and once a minute. A store last used with another reporting
    time zone has every day and aggregate computed anew, in one transaction.

    Raises WarehouseError in one line: in use (and by which process), written by a newer schema or a newer DuckDB (left
    untouched), not a store, no permission, full disk, an unknown time zone.
    """
    try:
        ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise WarehouseError(f"{time_zone!r} is no time zone: use a name like Europe/Berlin or UTC") from error
    named, path = path.absolute(), real(path)
    patience = Patience(wait, waiting)
    with _alone(path, patience), explained(path):
        if named.is_symlink():
            _follow(named, path, patience)
        make_folders(path.parent)
        con = _connect(path, patience)
        try:
            # What was being written when its process was killed; it holds texts.
            remove_aside(path)
            remove_dead(restore_folder(path))
            remove_dead_backups(path.parent)
            clear_spill(path)
            if named.is_symlink():
                _clear_beside(named)
            settle(con)
            if (had := applied(con, path)) and missing(had):
                _migrate_a_copy(con, path)
                con.close()
                con = _connect(path, patience)
                clear_spill(path)
                settle(con)
            migrate(con, path)
            store = Store(con, time_zone, path, waiting)
            _make_private(path)
            _settle_zone(store)
            yield store
        finally:
            _close(con, path)


def _follow(link: Path, path: Path, patience: Patience) -> None:
    """Before a store is opened where its link leads: nothing that was written through the link is lost."""
    if not path.parent.is_dir():
        # Made anew, it would be an empty store on the wrong disk.
        raise WarehouseError(
            f"{link} is a link to {path}, whose folder is not there: mount the disk that it is on, or remove the link"
        )
    log, place = (each.with_name(each.name + ".wal") for each in (link, path))
    if log.exists() and path.exists():
        # DuckDB before 2.0 keeps the log beside the name that it was given. Moved while nobody else has the store.
        with _connect(path, patience):
            if not place.exists():
                log.replace(place)


def _clear_beside(link: Path) -> None:
    """Remove what steps left beside the link before links were followed: it holds words and pseudonyms."""
    remove_aside(link)
    clear_spill(link)
    leave_spill(link)
    base = link.with_name(f"{link.stem}.base{link.suffix}")
    if not base.is_symlink():
        base.unlink(missing_ok=True)


def aside_of(path: Path) -> Path:
    """Where a store is written anew before it is moved into place."""
    return path.with_name(f".{path.name}.rewriting")


def remove_aside(path: Path) -> None:
    """Remove what is there, if anything. Only who has the store open may."""
    aside = aside_of(path)
    for each in (aside, aside.with_name(aside.name + ".wal")):
        each.unlink(missing_ok=True)


def _migrate_a_copy(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Bring a copy of the open store to the newest schema, check it, and move it into the store's place.

    Killed or failing anywhere (a full disk), the path holds the store as it was, or the whole new one.
    """
    aside = aside_of(path)
    try:
        con.execute("checkpoint")
        with private():
            con.execute(f"attach {literal(aside)} as earful_migrating (storage_version '{STORAGE}')")
        try:
            con.execute(f"copy from database {home_of(con)} to earful_migrating")
            con.execute("checkpoint earful_migrating")
        finally:
            with suppress(duckdb.Error):  # the first error says what went wrong
                con.execute("detach earful_migrating")
        with duckdb.connect(aside, config={**CONFIG, "temp_directory": str(spill_of(path))}) as fresh:
            settle(fresh)
            migrate(fresh, path)
            for table in ("posts", "texts", "revisions", "coverage", "runs", "daily"):
                before, after = (c.execute(f"select count(*) from {table}").fetchall()[0][0] for c in (con, fresh))
                if before != after:
                    raise WarehouseError(
                        f"migrating {path} would leave {after} of {before} rows of {table}: the store is as it was;"
                        " please report it"
                    )
            fresh.execute("checkpoint")
        # No log of the old file may be taken for the new one's.
        for wal in path.parent.glob(f"{path.name}.wal*"):
            wal.unlink()
        aside.replace(path)
    finally:
        remove_aside(path)


def _settle_zone(store: Store) -> None:
    found = store.con.execute("select value from meta where key = 'time_zone'").fetchall()
    if found and found[0][0] == store.time_zone:
        return
    with store.transaction() as con:
        con.execute("delete from meta where key = 'time_zone'")
        con.execute("insert into meta values ('time_zone', $zone)", {"zone": store.time_zone})
        if found:
            rezone(con, store.zone, datetime.now(UTC))


@contextmanager
def _alone(path: Path, patience: Patience) -> Iterator[None]:
    with _held_guard:
        lock = _held.setdefault(path, Lock())
    while not lock.acquire(blocking=False):
        if patience.over():
            raise WarehouseError(f"{path} is in use by this process: end the other step first, then run this again")
        patience.pause(path, lambda: "another step of this process")
    try:
        yield
    finally:
        lock.release()


def _connect(path: Path, patience: Patience) -> duckdb.DuckDBPyConnection:
    while True:
        file = _inode(path)
        try:
            if path.exists():
                # Read-only first: opening for writing may already change the file (a checkpoint), and a store from a
                # newer version must stay as it is.
                with duckdb.connect(path, read_only=True) as look:
                    applied(look, path)
            # DuckDB makes its files with the process's mask; the store holds texts.
            try:
                with private():
                    con = duckdb.connect(path, config=CONFIG)
            except duckdb.IOException as error:
                if file is None and "No space left" in str(error):
                    path.unlink(missing_ok=True)  # the beginning of a file, which no one could open any more
                raise
            # Another process may have moved a rewritten store into place just before the lock was ours: what we hold
            # then has no name any more, and what we wrote would be lost.
            if file is None or file == _inode(path):
                return con
            con.close()
        except duckdb.IOException as error:
            says = str(error)
            if "Could not set lock" not in says or patience.over():
                raise explain(error, path) from error
            patience.pause(path, partial(store_holder, says))


def _inode(path: Path) -> int | None:
    try:
        return path.stat().st_ino
    except FileNotFoundError:
        return None


def make_folders(folder: Path) -> None:
    """Make a folder, and those above it that are missing, for this user only."""
    missing = [f for f in (folder, *folder.parents) if not f.exists()]
    for each in reversed(missing):
        each.mkdir(mode=0o700, exist_ok=True)


def _make_private(path: Path) -> None:
    for each in (path, path.with_name(path.name + ".wal")):
        if each.exists() and each.stat().st_mode & 0o077:
            each.chmod(0o600)


def _roll_back(con: duckdb.DuckDBPyConnection) -> None:
    # After a failed commit there is no transaction left, and after a fatal error no database: both were rolled back.
    try:
        con.execute("rollback")
    except (duckdb.TransactionException, duckdb.FatalException, duckdb.ConnectionException):
        return


def _close(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    leave_spill(path)
    try:
        with private():
            con.close()
    finally:
        if path.exists():
            _make_private(path)
