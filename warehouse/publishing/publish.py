"""Write the file that POMs open: aside, then moved into place, so that nobody ever sees half of it."""

from __future__ import annotations

import errno
import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import duckdb

from earful import __version__
from earful.warehouse import causes
from earful.warehouse.aggregates.pending import invalidate_base
from earful.warehouse.alerts.note import note_alerts
from earful.warehouse.days import local_day, utc_naive
from earful.warehouse.errors import FullDiskError, WarehouseError, explain, explained
from earful.warehouse.files.atomic import real, sync
from earful.warehouse.publishing import insights, near_copies, spam
from earful.warehouse.publishing.base import attached, path_of, refresh, remove, transaction, wal
from earful.warehouse.statements import count, literal, quoted, run, run_text, text
from earful.warehouse.store.migrate import newest
from earful.warehouse.store.store import Store
from earful.warehouse.trends import update_verdicts

#: The views, each after those it reads; episode_causes is a table that is filled at the end, since they read it.
VIEWS = (
    "posts",
    "post_topics",
    "asked_days",
    "completeness",
    "coverage_gaps",
    "worst_posts",
    "nps_daily",
    "by_version",
    "by_market",
    "by_topic",
    "freshness",
    "revised_days",
    "recovered",
    "recovery",
    "episode_causes",
    "what_changed",
    "what_moved",
    "level",
)
#: Those that say how far the data can be trusted: what is missing, late, or changed after it was published.
_QUALITY = frozenset({"asked_days", "completeness", "coverage_gaps", "freshness", "revised_days"})

#: DuckDB's name for the new file while it is written; no store's file should be called so.
_NAME = "earful_being_published"


def view_file(view: str) -> str:
    """The SQL file of a view, as ``statements.text`` names it."""
    return f"publishing/views/{'quality/' if view in _QUALITY else ''}{view}"


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
    DuckDB's storage format v1.4.0, so that older clients open it. What grows with the age of the store comes as a copy
    of the base (see base.py), so that a night costs what a night changed. Where ``path`` is a link, the file that it
    leads to is replaced.

    Raises WarehouseError (full disk, no permission); the old file is then as it was and nothing else is left.
    """
    at = now or datetime.now(UTC)
    near_copies.refresh(store)
    # Verdicts are of what is left without it.
    spam.refresh(store)
    update_verdicts(store, also=partial(note_alerts, now=at, today=local_day(store.zone, at)))
    with store.transaction() as con:
        causes.forget_changed(con)
    named, path = path.absolute(), real(path)
    aside = path.with_name(f".{path.name}.publishing")
    with explained(path):
        named.parent.mkdir(parents=True, exist_ok=True)
        remove(aside)
        try:
            rows = _compose(store, aside, at)
            sync(aside)
            aside.chmod(0o444)
            size = aside.stat().st_size
            for name in {named, path}:
                # DuckDB keeps a log beside the name that a client gave it.
                wal(name).unlink(missing_ok=True)
            aside.replace(path)
            sync(path.parent)
        finally:
            remove(aside)
    return Published(named, size, rows, at)


def _compose(store: Store, aside: Path, at: datetime) -> int:
    """Write the file aside; returns the posts in it."""
    stored = count(store.con, "select count(*) from posts")
    for again in (True, False):
        try:
            _copy(refresh(store), aside)
            # No transaction: nobody sees the file before it is whole, and DuckDB 2.0.0 loses a large insert into a
            # table that the same transaction created empty.
            with attached(store.con, aside, _NAME) as (con, home):
                rows = _fill(store, con, home, at)
        except duckdb.Error as error:
            if not again or _lacks_room(error, aside):
                raise
            # The base may have been broken before its checksum was taken; built on one written anew, it is not that.
            rows = -1
        if rows == stored:
            return rows
        if again:
            # Or a day was changed and not said so. Whatever did it, the file that POMs read is right.
            with store.transaction() as con:
                invalidate_base(con)
            remove(aside)
            remove(path_of(store.path))
    raise WarehouseError(f"{store.path} has {stored} posts, {rows} came into the published file; the old one was kept")


def _lacks_room(error: duckdb.Error, path: Path) -> bool:
    return isinstance(error, duckdb.OutOfMemoryException) or isinstance(explain(error, path), FullDiskError)


def _copy(base: Path, aside: Path) -> None:
    """The bytes of the base, inside the kernel: shared with it where the file system can (btrfs, xfs), else copied."""
    with base.open("rb") as source, os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        left = os.fstat(source.fileno()).st_size
        while left and hasattr(os, "copy_file_range"):
            try:
                done = os.copy_file_range(source.fileno(), out.fileno(), left)
            except OSError as error:
                if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EIO):
                    raise
                break  # another file system, or one that cannot
            if not done:
                break
            left -= done
        if left:
            source.seek(0)
            out.seek(0)
            shutil.copyfileobj(source, out, 1 << 20)


def _fill(store: Store, con: duckdb.DuckDBPyConnection, home: str, at: datetime) -> int:
    first, last = con.execute(f"select min(day), max(day) from {home}.main.texts").fetchall()[0]
    kept = {"first_kept": first, "last_kept": last}
    run_text(con, text("publishing/publish").replace("store.main.", f"{home}.main."), kept)
    facts = dict(con.execute(f"select key, value from {home}.main.meta").fetchall())
    meta = {
        "published_at": utc_naive(at).isoformat(sep=" ", timespec="seconds"),
        "earful_version": __version__,
        "schema_version": str(newest()),
        "time_zone": store.time_zone,
        "scorer_version": facts.get("scorer_version", ""),
    }
    for key, value in meta.items():
        con.execute("insert into meta values ($key, $value)", {"key": key, "value": value})
    # Hundreds of small changes of the catalogue: in a transaction each is written once.
    with transaction(con):
        for view in VIEWS:
            run(con, view_file(view))
    insights.fill(con, home)
    causes.fill(con, home)
    with transaction(con):
        run(con, "publishing/comments")
        run(con, "publishing/spam/comments")
        _comment_parts(con)
    return count(con, "select count(*) from posts")


def _comment_parts(con: duckdb.DuckDBPyConnection) -> None:
    """The columns of the two parts of ``posts`` mean what those of the view mean."""
    found = con.execute(
        "select column_name, comment from duckdb_columns()"
        " where database_name = current_database() and table_name = 'posts'"
    ).fetchall()
    for table in ("posts_with_words", "posts_without_words"):
        for column, comment in found:
            con.execute(f"comment on column {table}.{quoted(column)} is {literal(comment)}")
