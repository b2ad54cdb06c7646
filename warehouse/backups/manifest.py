"""The manifest of a backup: checked whole, before a byte of what it lists is unpacked or read.

A backup may have been spoilt on its way, or be from somebody else. So nothing in the manifest is taken for granted: not
that it is JSON, not its types, not that it lists all tables which its schema has. Values from it are not shown.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from earful.warehouse.errors import WarehouseError
from earful.warehouse.files.workfolder import MANIFEST
from earful.warehouse.store.migrate import Migration, known, migrate, newest

#: The number of the backup's layout. 2 names the migrations and the secret's size, and always the tables' sizes.
FORMAT = 2

#: A manifest is about 200 bytes a table: 7 kB for today's 30. Bytes.
LARGEST = 1 << 20
#: 65 bytes for each time that the secret was changed. Bytes.
LARGEST_SECRET = 1 << 20
#: DuckDB packs no more into a byte of Parquet than 600 rows of one column with one value (1.5 and 2.0, zstd): a row
#: group of 122,880 rows takes 200 bytes a column at least. A file that is said to hold more is a bomb.
ROWS_A_BYTE = 1_000
#: Clocks differ. A backup from later than that would be taken to know of erasures that it does not know of.
_AHEAD = timedelta(days=1)

_HASH = re.compile(r"[0-9a-f]{64}")
#: The keys of a layout: those that it always has, and those that it may have.
_KEYS = {
    1: (
        {"earful_backup", "schema", "made_at", "tables"},
        {"earful_version", "time_zone", "secret_sha256"},
    ),
    2: (
        {
            "earful_backup", "schema", "migrations", "earful_version", "made_at", "time_zone", "secret_sha256",
            "secret_bytes", "tables",
        },
        set(),
    ),
}  # fmt: skip
_TABLE_KEYS: dict[int, tuple[set[str], set[str]]] = {
    1: ({"file", "rows", "sha256"}, {"bytes"}),
    2: ({"file", "rows", "bytes", "sha256"}, set()),
}


@dataclass(frozen=True, slots=True)
class Listed:
    """A file of the backup. ``bytes`` None: of the first layout, which need not say."""

    file: str
    sha256: str
    bytes: int | None


@dataclass(frozen=True, slots=True)
class ListedTable(Listed):
    """A table's file, and how many rows it has."""

    rows: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself: what the store had been migrated by, when (aware UTC), and each of its files."""

    migrations: tuple[Migration, ...]
    made_at: datetime
    secret: Listed | None
    tables: dict[str, ListedTable]

    @property
    def files(self) -> list[Listed]:
        """All that it lists, the secret first."""
        return [*([self.secret] if self.secret else []), *self.tables.values()]


class _WrongError(ValueError):
    """What is wrong with the manifest, for between "cannot be read:" and "nothing was restored"."""


def read_manifest(content: bytes, source: Path, now: datetime) -> Manifest:
    """The manifest, every value of it checked. ``now`` (aware) is today.

    Raises WarehouseError in one line: damaged (what is wrong), of a newer earful, from the future.
    """
    try:
        said = _parsed(content)
        form = _whole(said.get("earful_backup"), "earful_backup", 1, 9999)
        if form > FORMAT:
            raise WarehouseError(
                f"{source} has layout {form}, this earful knows {FORMAT} at most: update earful; nothing was restored"
            )
        _keys(said, "", _KEYS[form])
        migrations = _migrations(said, form, source)
        made_at = _made_at(said["made_at"])
        for name in ("earful_version", "time_zone"):
            _text(said.get(name, ""), name)
        manifest = Manifest(migrations, made_at, _secret(said, form), _tables(said["tables"], form, migrations))
    except _WrongError as wrong:
        raise WarehouseError(f"{source} is damaged: {MANIFEST} cannot be read: {wrong}; nothing was restored") from None
    if made_at > now + _AHEAD:
        raise WarehouseError(
            f"{source} says that it was made on {made_at:%Y-%m-%d}, which is still to come, so what was erased since "
            f"would come back: set this machine's clock, or made_at in its {MANIFEST}; nothing was restored"
        )
    return manifest


@cache
def columns_at(migrations: tuple[Migration, ...]) -> dict[str, tuple[tuple[str, str], ...]]:
    """The tables that a backup has of a store which had these migrations: by name, their columns and DuckDB's types."""
    with duckdb.connect(":memory:") as con:
        migrate(con, Path(":memory:"), migrations)
        found: dict[str, tuple[tuple[str, str], ...]] = {}
        for name, column, kind in con.execute(
            "select table_name, column_name, data_type from duckdb_columns() where table_name in"
            " (select table_name from duckdb_tables() where not internal and table_name <> 'migrations')"
            " order by table_name, column_index"
        ).fetchall():
            found[name] = (*found.get(name, ()), (column, kind))
        return found


def _parsed(content: bytes) -> dict[str, Any]:
    try:
        said = json.loads(content.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_number)
    except _WrongError:
        raise
    except (ValueError, RecursionError):  # a number of thousands of digits is a ValueError too
        raise _WrongError("it is no JSON") from None
    if not isinstance(said, dict):
        raise _WrongError("it is no object")
    return said


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _WrongError("it names a key twice")
    return found


def _no_number(_: str) -> None:
    raise _WrongError("it holds a number that is none")


def _keys(found: dict[str, Any], where: str, allowed: tuple[set[str], set[str]]) -> None:
    always, maybe = allowed
    if missing := sorted(always - found.keys()):
        raise _WrongError(f"{where}{missing[0]} is missing")
    if more := sorted(found.keys() - always - maybe):
        raise _WrongError(f"it holds {where}{_shown(more[0])}, which this layout does not have")


def _migrations(said: dict[str, Any], form: int, source: Path) -> tuple[Migration, ...]:
    """Those that the store had had. The first layout names the newest alone, from a time when none was missing."""
    schema = _whole(said["schema"], "schema", 1, 9999)  # as many as a migration's file name can say
    numbers = [m.number for m in known() if m.number <= schema]
    if form > 1:
        given = said["migrations"]
        if not isinstance(given, list) or not 1 <= len(given) <= 9999:
            raise _WrongError("migrations is no list of numbers")
        numbers = [_whole(each, "migrations", 1, 9999) for each in given]
        if numbers != sorted(set(numbers)) or numbers[-1] != schema:
            raise _WrongError("migrations does not end with schema")
    strange = {schema, *numbers} - {m.number for m in known()}
    if strange:
        raise WarehouseError(
            f"{source} has schema {max(strange)}, this earful knows {newest()} at most: update earful;"
            " nothing was restored"
        )
    return tuple(m for m in known() if m.number in numbers)


def _made_at(value: object) -> datetime:
    try:
        at = datetime.fromisoformat(_text(value, "made_at"))
    except ValueError:
        raise _WrongError("made_at is no time") from None
    if at.tzinfo is None or not 2000 <= at.year < 9000:
        raise _WrongError("made_at is no time with its zone")
    return at.astimezone(UTC)


def _secret(said: dict[str, Any], form: int) -> Listed | None:
    digest, size = said.get("secret_sha256"), said.get("secret_bytes")
    if digest is None:
        if size is not None:
            raise _WrongError("secret_bytes is of no file")
        return None
    if form > 1:
        size = _whole(size, "secret_bytes", 1, LARGEST_SECRET)
    return Listed("author.secret", _hash(digest, "secret_sha256"), size)


def _tables(said: object, form: int, migrations: tuple[Migration, ...]) -> dict[str, ListedTable]:
    if not isinstance(said, dict):
        raise _WrongError("tables is no object")
    has = columns_at(migrations)
    schema = migrations[-1].number if migrations else 0
    if missing := sorted(has.keys() - said.keys()):
        raise _WrongError(f"table {missing[0]} is missing, which schema {schema} has")
    if more := sorted(said.keys() - has.keys()):
        raise _WrongError(f"it lists table {_shown(more[0])}, which schema {schema} does not have")
    return {name: _table(said[name], name, form) for name in sorted(has)}


def _table(said: object, name: str, form: int) -> ListedTable:
    where = f"tables.{name}"
    if not isinstance(said, dict):
        raise _WrongError(f"{where} is no object")
    _keys(said, f"{where}.", _TABLE_KEYS[form])
    if said["file"] != f"{name}.parquet":
        raise _WrongError(f"{where}.file is not {name}.parquet")
    size = _whole(said["bytes"], f"{where}.bytes", 1, 2**62) if "bytes" in said else None
    rows = _whole(said["rows"], f"{where}.rows", 0, 2**62)
    if size is not None and rows > size * ROWS_A_BYTE:
        raise _WrongError(f"{where}.rows is more than its bytes can hold")
    return ListedTable(said["file"], _hash(said["sha256"], f"{where}.sha256"), size, rows)


def _whole(value: object, what: str, least: int, most: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise _WrongError(f"{what} is no whole number from {least} to {most}")
    return value


def _text(value: object, what: str) -> str:
    if not isinstance(value, str) or len(value) > 200:
        raise _WrongError(f"{what} is no short text")
    return value


def _hash(value: object, what: str) -> str:
    if not isinstance(value, str) or not _HASH.fullmatch(value):
        raise _WrongError(f"{what} is no SHA-256")
    return value


def _shown(name: str) -> str:
    """A key from the manifest: short, and nothing in it that a terminal would act on."""
    return ascii(name[:40])
