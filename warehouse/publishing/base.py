"""The base of the published file: what grows with the store's age, kept between nights: a night costs what it changed.

Writing ten million posts anew took 25 s of CPU and 2.3 GB every night, for ten thousand new ones. So the tables that
have a day and grow for ever (aggregates, and the posts whose words are kept no more) live in a file of their own beside
the store, in the published form. A publish brings the changed days of it up to date, copies its bytes (0.2 s of CPU for
550 MB; none where the file system shares blocks) and writes the rest into the copy: words, and what is small.

- The base never holds words: what retention or the author takes away cannot linger in its freed blocks.
- Where a post was erased, or lost its author, the base is written anew, so that the bytes are gone too.
- It is bound to the state of the store by a token that both hold; a base of another state (a restored store, a lost or
  broken file, another schema) is written anew. It is never needed: remove it, and the next night makes it.
- The store keeps its checksum: a base that a bad disk changed, in whatever block, is found before anything is built on
  it, also where no query of a publish would have read. That costs two readings (0.2 s of CPU each for 550 MB, 3 to 4%
  of what publishing ten million posts takes). What becomes of it between its writing and its copying, seconds later, is
  not looked at.

Whoever changes posts, texts or aggregates says which days, see aggregates/pending.py.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import duckdb

from earful.warehouse.aggregates.pending import invalidate_base
from earful.warehouse.errors import WarehouseError
from earful.warehouse.files.atomic import private, real
from earful.warehouse.statements import home_of, literal, run_text, settle, text
from earful.warehouse.store.migrate import known
from earful.warehouse.store.store import STORAGE, Store

#: DuckDB's name for the base while it is in use.
_NAME = "earful_base"
#: Days this close together are written in one go.
_NEAR = timedelta(days=3)
#: More spans than that, and writing all of it is quicker.
_MANY = 60
#: A base with more than this share of freed blocks is written anew, unless it is small (blocks of 256 KB).
_WASTE, _SMALL = 0.5, 64

Span = tuple[date, date]


class _Erased(Exception):
    """The base holds posts that the store does no more."""


def path_of(store: Path) -> Path:
    """Where the base of a store is."""
    return store.with_name(f"{store.stem}.base{store.suffix}")


def refresh(store: Store) -> Path:
    """Bring the base to the store's state and give its path; no .wal is beside it. Only while the store is open here.

    Killed anywhere, the next call continues: the token moves in the store before and after the base's own transaction,
    and writing a day twice gives the same day. Raises what DuckDB and the file system raise.
    """
    path = real(path_of(store.path))
    remove(_aside(path))  # a killed publish's: it holds pseudonyms
    token = uuid4().hex
    held = dict(
        store.con.execute("select key, value from meta where key in ('base', 'base_next', 'base_crc')").fetchall()
    )
    crc = held.pop("base_crc", None)
    spans = _spans(store.con)
    # The second token is that of a publish that was killed before it could say that it was done.
    _note(store, base_next=token, base=held.get("base"))
    if len(spans) > _MANY or not _update(store, path, set(held.values()), crc, token, spans):
        _write(store, path, token)
    _note(store, base=token, base_crc=_checksum(path))
    return path


def _aside(path: Path) -> Path:
    return path.with_name(f".{path.name}.new")


def _update(store: Store, path: Path, tokens: set[str], crc: str | None, token: str, spans: list[Span]) -> bool:
    """Write the spans anew in the base that is there; False where it is not to be built on."""
    if not path.is_file() or not tokens or (crc is not None and crc != _checksum(path)):
        return False
    try:
        with attached(store.con, path, _NAME) as (con, home):
            found = con.execute("select token, definition from base").fetchall()
            if len(found) != 1 or found[0][0] not in tokens or found[0][1] != _definition():
                return False
            if crc is None:
                _read_whole(con)
            _look_for_erased(con, home, spans)
            with transaction(con):
                for first, last in spans:
                    _run(con, home, "publishing/base/fill", {"first": first, "last": last})
                con.execute("update base set token = $token", {"token": token})
        return not _wasteful(store.con, path)
    except (_Erased, duckdb.Error):
        # Erased, or not a base as this version knows it, or broken. Written anew it is right; where that cannot be
        # (a full disk), the same error comes again from there.
        return False


def _checksum(path: Path) -> str:
    crc, buffer = 0, memoryview(bytearray(1 << 18))
    with path.open("rb", buffering=0) as file:
        while read := file.readinto(buffer):
            crc = zlib.crc32(buffer[:read], crc)
    return f"{crc:08x}"


def _read_whole(con: duckdb.DuckDBPyConnection) -> None:
    """Every block that holds anything, so that DuckDB looks at its own checksums.

    For a base whose checksum is not known: its publish was killed between base and store, or was an earlier earful's.
    """
    tables = con.execute("select table_name from duckdb_tables() where database_name = $name", {"name": _NAME})
    for (table,) in tables.fetchall():
        con.execute(f"select bit_xor(hash(t)) from {table} as t").fetchall()


def _look_for_erased(con: duckdb.DuckDBPyConnection, home: str, spans: list[Span]) -> None:
    con.execute(
        "create or replace temp table missed (channel varchar, product varchar, post_id varchar, author varchar)"
    )
    for first, last in spans:
        _run(con, home, "publishing/base/missed", {"first": first, "last": last})
    if (
        con.execute("select count(*) from missed").fetchall()[0][0]
        and con.execute(text("publishing/base/erased").replace("store.main.", f"{home}.main.")).fetchall()[0][0]
    ):
        raise _Erased


def _write(store: Store, path: Path, token: str) -> None:
    """The whole base, aside, then moved into place."""
    aside = _aside(path)
    remove(aside)
    try:
        # No transaction: the file is thrown away where anything fails, and DuckDB 2.0.0 loses a large insert into a
        # table that the same transaction created empty.
        with attached(store.con, aside, _NAME) as (con, home):
            _run(con, home, "publishing/base/create", {})
            con.execute("insert into base values ($token, $definition)", {"token": token, "definition": _definition()})
            first, last = con.execute(
                f"select min(day), max(day) from (select day from {home}.main.posts union all"
                f" select day from {home}.main.daily union all select day from {home}.main.verdicts)"
            ).fetchall()[0]
            if first is not None:
                _run(con, home, "publishing/base/fill", {"first": first, "last": last})
        aside.chmod(0o600)
        remove(path)
        aside.replace(path)
    finally:
        remove(aside)


def _note(store: Store, base: str | None = None, base_next: str | None = None, base_crc: str | None = None) -> None:
    """Write the tokens; with the one of a base that is up to date, nothing is left to publish."""
    with store.transaction() as con:
        invalidate_base(con)
        for key, value in (("base", base), ("base_next", base_next), ("base_crc", base_crc)):
            if value is not None:
                con.execute("insert into meta values ($key, $value)", {"key": key, "value": value})
        if base_next is None:
            con.execute("delete from unpublished")


def _spans(con: duckdb.DuckDBPyConnection) -> list[Span]:
    spans: list[Span] = []
    for (day,) in con.execute("select distinct day from unpublished order by day").fetchall():
        if spans and day - spans[-1][1] <= _NEAR:
            spans[-1] = (spans[-1][0], day)
        else:
            spans.append((day, day))
    return spans


def _definition() -> str:
    """What the base's form depends on: its SQL, and the schema of the store."""
    said = [text("publishing/base/create"), text("publishing/base/fill"), *(f"{m.number} {m.name}" for m in known())]
    return sha256("\n".join(said).encode()).hexdigest()


def _wasteful(con: duckdb.DuckDBPyConnection, path: Path) -> bool:
    with attached(con, path, _NAME) as (inside, _):
        found = inside.execute(
            "select total_blocks, free_blocks from pragma_database_size() where database_name = $name", {"name": _NAME}
        ).fetchall()
    total, free = found[0]
    return bool(total > _SMALL and free > _WASTE * total)


def _run(con: duckdb.DuckDBPyConnection, home: str, name: str, params: dict[str, object]) -> None:
    run_text(con, text(name).replace("store.main.", f"{home}.main."), params)


@contextmanager
def attached(con: duckdb.DuckDBPyConnection, file: Path, name: str) -> Iterator[tuple[duckdb.DuckDBPyConnection, str]]:
    """The database in ``file``, made where there is none, as ``name``: a connection, and the store's quoted name in it.

    Checkpointed and detached at the end, so that the file is whole without a .wal. The connection is one of its own: a
    database that broke takes every statement of the connection that uses it with it, and the store's must go on.
    """
    home = home_of(con)
    with private():
        con.execute(f"attach {literal(file)} as {name} (storage_version '{STORAGE}')")
    try:
        with con.cursor() as inside:
            settle(inside)
            inside.execute(f"use {name}")
            yield inside, home
        con.execute(f"checkpoint {name}")
    except BaseException:
        # The first error says what went wrong; a second one while letting go would add nothing.
        with suppress(duckdb.Error):
            con.execute(f"detach {name}")
        raise
    con.execute(f"detach {name}")


@contextmanager
def transaction(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All or nothing, on an attached database."""
    con.execute("begin")
    try:
        yield
        con.execute("commit")
    except BaseException:
        with suppress(duckdb.Error):
            con.execute("rollback")
        raise


def wal(file: Path) -> Path:
    """Where DuckDB keeps what is not yet in ``file``."""
    return file.with_name(file.name + ".wal")


def remove(file: Path) -> None:
    """Remove a database file and its .wal, where they are; an empty folder in their place too.

    Raises WarehouseError for a folder that holds something: that is not ours.
    """
    for each in (file, wal(file)):
        if not each.is_dir() or each.is_symlink():
            each.unlink(missing_ok=True)
            continue
        try:
            each.rmdir()
        except OSError as error:
            raise WarehouseError(
                f"{each} is a folder that cannot be removed ({error.strerror}), and a file of earful's goes there:"
                " move it away and run this again"
            ) from None
