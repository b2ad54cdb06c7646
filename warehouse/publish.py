"""Write the file that POMs open: aside, then moved into place, so that nobody ever sees half of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import duckdb

from warehouse import guards, insights
from warehouse.days import utc_naive
from warehouse.errors import explained
from warehouse.migrate import newest
from warehouse.statements import count, run, run_text, text
from warehouse.store import STORAGE, Store
from warehouse.trends import update_verdicts

#: The views, each after those it reads.
VIEWS = (
    "completeness",
    "daily_sentiment",
    "trend",
    "coverage_gaps",
    "worst_posts",
    "nps_daily",
    "by_version",
    "by_market",
    "by_topic",
    "freshness",
    "what_changed",
    "what_moved",
)


#: DuckDB's name for the new file while it is written; no store's file should be called so.
_NAME = "earful_being_published"


@dataclass(frozen=True, slots=True)
class Published:
    """What was published: the file, its size in bytes, the posts in it, and when (aware UTC)."""

    path: Path
    bytes: int
    rows: int
    published_at: datetime


def publish(store: Store, path: Path, *, now: datetime | None = None) -> Published:
    """Publish the store's state at ``path``, in one move, with verdicts brought up to date first.

    Who has the old file open goes on reading the old. The new one is read-only (0444): a client that opens it for
    writing would leave a .wal behind, which makes the next file unreadable; one that is there is removed. Written in
    DuckDB's storage format v1.4.0, so that older clients open it.

    Raises WarehouseError (full disk, no permission); the old file is then as it was and nothing else is left.
    """
    at = now or datetime.now(UTC)
    update_verdicts(store)
    guards.refresh(store)
    path = path.absolute()
    aside = path.with_name(f".{path.name}.publishing")
    with explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        _remove(aside)
        try:
            with _attached(store.con, aside) as home:
                rows = _fill(store, home, at)
            _sync(aside)
            aside.chmod(0o444)
            size = aside.stat().st_size
            _wal(path).unlink(missing_ok=True)
            aside.replace(path)
            _sync(path.parent)
        finally:
            _remove(aside)
    return Published(path, size, rows, at)


@contextmanager
def _attached(con: duckdb.DuckDBPyConnection, file: Path) -> Iterator[str]:
    """A new database in ``file``, in use inside; yields the store's quoted name. Checkpointed, detached at the end."""
    home = _quoted(str(con.execute("select current_database()").fetchall()[0][0]))
    place = str(file).replace("'", "''")
    con.execute(f"attach '{place}' as {_NAME} (storage_version '{STORAGE}')")
    try:
        con.execute(f"use {_NAME}")
        yield home
        con.execute(f"checkpoint {_NAME}")
    except BaseException:
        # The first error says what went wrong; the file is thrown away, so a second one while letting go adds nothing.
        with suppress(duckdb.Error):
            con.execute(f"use {home}")
        with suppress(duckdb.Error):
            con.execute(f"detach {_NAME}")
        raise
    con.execute(f"use {home}")
    con.execute(f"detach {_NAME}")


def _fill(store: Store, home: str, at: datetime) -> int:
    con = store.con
    con.execute("begin")
    try:
        run_text(con, text("publish").replace("store.main.", f"{home}.main."))
        facts = dict(con.execute(f"select key, value from {home}.main.meta").fetchall())
        meta = {
            "published_at": utc_naive(at).isoformat(sep=" ", timespec="seconds"),
            "earful_version": _own_version(),
            "schema_version": str(newest()),
            "time_zone": store.time_zone,
            "scorer_version": facts.get("scorer_version", ""),
        }
        for key, value in meta.items():
            con.execute("insert into meta values ($key, $value)", {"key": key, "value": value})
        for view in VIEWS:
            run(con, f"views/{view}")
        insights.fill(con, home)
        run(con, "comments")
        rows = count(con, "select count(*) from posts")
        con.execute("commit")
    except BaseException:
        with suppress(duckdb.Error):
            con.execute("rollback")
        raise
    return rows


def _own_version() -> str:
    try:
        return version("earful")
    except PackageNotFoundError:
        return "unknown"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _wal(file: Path) -> Path:
    return file.with_name(file.name + ".wal")


def _remove(file: Path) -> None:
    for each in (file, _wal(file)):
        each.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    """Ask the disk to keep it: a rename that outlives a power cut must not point to an empty file."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
