"""Backups spoilt in every way that a disk, a program or a person could, for benchmarks.restore.

A backup is an ordered list of members, written as a .zip or as a folder. A way to spoil it says what has to come of it:
"refused", "restored", or "either" (all or nothing, as the manifest and the hashes happen to stand).
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import random
import struct
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

REFUSED, RESTORED, EITHER = "refused", "restored", "either"
MANIFEST = "manifest.json"

#: What stands in a manifest where something else belongs.
_VALUES: tuple[Any, ...] = (
    None, True, False, -1, 0, 1, 1.5, 2**31, 2**63, 2**200, "", "x", "0", "../x", "/etc/passwd", "\x1b[31mred\x07",
    "a\nb", "\ud800", "x" * 100_000, [], {}, [1], {"a": 1}, ["migrations"], float("nan"), float("inf"), "yesterday",
    "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "2026-03-02T00:00:00", "F" * 64, "0" * 64,
)  # fmt: skip


@dataclass
class Backup:
    """The members of one, in order; ``raw`` changes the bytes of the .zip that they become."""

    members: list[tuple[str, bytes]]
    compression: int = zipfile.ZIP_STORED
    zip64: bool = False
    raw: Callable[[bytes], bytes] | None = None
    #: Done to the folder once it is written; None for a .zip.
    folder: Callable[[Path], None] | None = None
    notes: list[str] = field(default_factory=list)

    def get(self, name: str) -> bytes:
        return dict(self.members)[name]

    def put(self, name: str, content: bytes) -> None:
        self.members = [(n, content if n == name else c) for n, c in self.members]

    @property
    def manifest(self) -> dict[str, Any]:
        return dict(json.loads(self.get(MANIFEST)))

    @manifest.setter
    def manifest(self, value: dict[str, Any]) -> None:
        self.put(MANIFEST, json.dumps(value, indent=1).encode())

    def tables(self) -> list[str]:
        return sorted(self.manifest["tables"])

    def replace_table(self, name: str, content: bytes, rows: int | None = None) -> None:
        """Another file for a table, and a manifest that says it was always so; ``rows`` None: as before."""
        self.put(f"{name}.parquet", content)
        manifest = self.manifest
        entry = manifest["tables"][name]
        entry["sha256"] = hashlib.sha256(content).hexdigest()
        if "bytes" in entry:
            entry["bytes"] = len(content)
        if rows is not None:
            entry["rows"] = rows
        self.manifest = manifest

    def write(self, path: Path) -> None:
        if self.folder is not None:
            path.mkdir()
            for name, content in self.members:
                (path / name).write_bytes(content)
            self.folder(path)
            return
        packed = io.BytesIO()
        with warnings.catch_warnings(action="ignore", category=UserWarning), zipfile.ZipFile(packed, "w") as out:
            for name, content in self.members:
                info = zipfile.ZipInfo(name)
                info.compress_type = self.compression
                with out.open(info, "w", force_zip64=self.zip64) as member:
                    member.write(content)
        path.write_bytes(self.raw(packed.getvalue()) if self.raw else packed.getvalue())


def as_first_layout(backup: Backup, *, sizes: bool) -> None:
    """As earful wrote it before layout 2: without the migrations; the oldest without sizes."""
    manifest = backup.manifest
    manifest["earful_backup"] = 1
    for name in ("migrations", "secret_bytes"):
        del manifest[name]
    for entry in manifest["tables"].values():
        if not sizes:
            del entry["bytes"]
    backup.manifest = manifest


Spoil = Callable[[Backup, random.Random], str]


def flip_bytes(backup: Backup, draw: random.Random) -> str:
    def change(content: bytes) -> bytes:
        out = bytearray(content)
        for _ in range(draw.choice((1, 1, 2, 8))):
            out[draw.randrange(len(out))] ^= 1 << draw.randrange(8)
        return bytes(out)

    backup.raw = change
    return EITHER  # a flip of two times the same bit, or in a date of the .zip that nobody reads


def flip_in_the_index(backup: Backup, draw: random.Random) -> str:
    def change(content: bytes) -> bytes:
        out, tail = bytearray(content), min(len(content), 3000)
        for _ in range(draw.choice((1, 2, 4))):
            out[len(out) - 1 - draw.randrange(tail)] = draw.randrange(256)
        return bytes(out)

    backup.raw = change
    return EITHER


def cut(backup: Backup, draw: random.Random) -> str:
    backup.raw = lambda content: content[: draw.randrange(len(content) - 22)]
    return REFUSED


def zeros(backup: Backup, draw: random.Random) -> str:
    def change(content: bytes) -> bytes:
        at, size = draw.randrange(len(content) - 4096), draw.choice((64, 512, 4096))
        return content[:at] + b"\0" * size + content[at + size :]

    backup.raw = change
    return EITHER


def take_out_bytes(backup: Backup, draw: random.Random) -> str:
    def change(content: bytes) -> bytes:
        at = draw.randrange(len(content) - 200)
        return content[:at] + content[at + draw.randrange(1, 100) :]

    backup.raw = change
    return EITHER


def more_bytes(backup: Backup, draw: random.Random) -> str:
    junk = draw.randbytes(draw.choice((1, 100, 70_000)))
    first = draw.random() < 0.5
    backup.raw = lambda content: junk + content if first else content + junk
    return EITHER


def comment(backup: Backup, draw: random.Random) -> str:
    said = draw.randbytes(draw.randrange(1, 60)).replace(b"PK", b"pk")
    backup.raw = lambda content: content[:-2] + struct.pack("<H", len(said)) + said
    return RESTORED


def no_file(backup: Backup, draw: random.Random) -> str:
    content = draw.choice((b"", b"PK", b"not a zip", b"PK\5\6" + b"\0" * 18, draw.randbytes(5000)))
    backup.raw = lambda _: content
    return REFUSED


def other_compression(backup: Backup, draw: random.Random) -> str:
    backup.compression = draw.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA))
    return RESTORED if backup.compression == zipfile.ZIP_DEFLATED else REFUSED


def zip64(backup: Backup, draw: random.Random) -> str:
    backup.zip64 = True
    backup.compression = draw.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))
    return RESTORED


def encrypted(backup: Backup, draw: random.Random) -> str:
    name = draw.choice(backup.members)[0].encode()

    def change(content: bytes) -> bytes:
        out, at = bytearray(content), content.rfind(name) - 46
        out[at + 8] |= 1
        return bytes(out)

    backup.raw = change
    return REFUSED


def without_a_member(backup: Backup, draw: random.Random) -> str:
    del backup.members[draw.randrange(len(backup.members))]
    return REFUSED


def member_twice(backup: Backup, draw: random.Random) -> str:
    name, content = draw.choice(backup.members)
    other = content if draw.random() < 0.5 else draw.randbytes(50)
    backup.members.insert(draw.randrange(len(backup.members)), (name, other))
    return REFUSED


def member_renamed(backup: Backup, draw: random.Random) -> str:
    at = draw.randrange(len(backup.members))
    name, content = backup.members[at]
    new = draw.choice(("../" + name, "/" + name, "a/" + name, name.upper(), name + " ", name + ".bak", "./" + name))
    backup.members[at] = (new, content)
    return REFUSED


def members_shuffled(backup: Backup, draw: random.Random) -> str:
    draw.shuffle(backup.members)
    return RESTORED


def member_added(backup: Backup, draw: random.Random) -> str:
    names = ("../evil.parquet", "/evil.parquet", "evil.parquet", "__MACOSX/._manifest.json", ".DS_Store", "a/b/c", "x/")
    backup.members.append((draw.choice(names), draw.randbytes(300)))
    return RESTORED


def bomb_nobody_lists(backup: Backup, draw: random.Random) -> str:
    backup.members.insert(0, (draw.choice(("more.parquet", "aa_posts.parquet")), b"\0" * (8 << 20)))
    backup.compression = zipfile.ZIP_DEFLATED
    return RESTORED


def bomb_that_is_listed(backup: Backup, draw: random.Random) -> str:
    name, size = draw.choice(backup.tables()), draw.choice((2 << 20, 16 << 20))
    if draw.random() < 0.5:
        backup.replace_table(name, b"\0" * size)
    else:
        backup.put(f"{name}.parquet", b"\0" * size)
    backup.compression = zipfile.ZIP_DEFLATED
    return REFUSED


def large_manifest(backup: Backup, draw: random.Random) -> str:
    backup.put(MANIFEST, backup.get(MANIFEST) + b" " * draw.choice((1 << 20, 16 << 20)))
    backup.compression = zipfile.ZIP_DEFLATED
    return REFUSED


def tables_swapped(backup: Backup, draw: random.Random) -> str:
    one, other = draw.sample(backup.tables(), 2)
    first, second = backup.get(f"{one}.parquet"), backup.get(f"{other}.parquet")
    if draw.random() < 0.5:
        backup.put(f"{one}.parquet", second)
        backup.put(f"{other}.parquet", first)
        return REFUSED
    rows = {name: backup.manifest["tables"][name]["rows"] for name in (one, other)}
    backup.replace_table(one, second, rows[other])
    backup.replace_table(other, first, rows[one])
    return REFUSED  # no two tables have the same columns


def manifest_value(backup: Backup, draw: random.Random) -> str:
    """Any value of it, at any depth, replaced, taken out or doubled."""
    manifest = backup.manifest
    holder: Any = manifest
    if draw.random() < 0.7:
        holder = manifest["tables"]
        if draw.random() < 0.9:
            holder = holder[draw.choice(sorted(holder))]
    elif "migrations" in manifest and draw.random() < 0.2:
        holder = manifest["migrations"]
    key: Any = draw.randrange(len(holder)) if isinstance(holder, list) else draw.choice(sorted(holder))
    what = draw.random()
    if what < 0.2:
        del holder[key]
    elif what < 0.8:
        holder[key] = draw.choice(_VALUES)
    elif isinstance(holder[key], int) and not isinstance(holder[key], bool):
        holder[key] += draw.choice((-1, 1, 1000))
    elif isinstance(holder[key], str) and holder[key]:
        at = draw.randrange(len(holder[key]))
        holder[key] = holder[key][:at] + draw.choice("0a-Z\x00é") + holder[key][at + 1 :]
    backup.manifest = manifest
    return EITHER


def manifest_form(backup: Backup, draw: random.Random) -> str:
    """What JSON allows and nobody expects, or does not allow."""
    manifest, text = backup.manifest, backup.get(MANIFEST).decode()
    deep = draw.choice((2000, 100_000, 400_000))
    forms = (
        "[" * deep + "]" * deep, '{"a":' * deep + "1" + "}" * deep, "[" * deep, "null", "[]", "1", '"x"', "", "\x00",
        text[:-2], text + "x", text.replace('"rows": ', '"rows": 0, "rows": ', 1), "\ufeff" + text,
        text.replace('"schema"', '"schema": 1, "schema"'), text.replace('"rows": ', '"rows": ' + "9" * 5000, 1),
        text.replace('"rows": ', '"rows": 1e', 1), "NaN", text.replace('"tables"', '"tables": {}, "tables"'),
        text.encode("utf-16").decode("latin-1"), json.dumps({**manifest, "more": {"x": [1] * 1000}}),
        json.dumps({**manifest, "tables": {**manifest["tables"], "evil": manifest["tables"]["posts"]}}),
    )  # fmt: skip
    backup.put(MANIFEST, draw.choice(forms).encode("utf-8"))
    return REFUSED


def manifest_written_otherwise(backup: Backup, draw: random.Random) -> str:
    """The same said in other words."""
    manifest = backup.manifest
    items = list(manifest.items())
    draw.shuffle(items)
    at = datetime.fromisoformat(manifest["made_at"])
    made = draw.choice((at.isoformat(), at.astimezone(UTC).isoformat(timespec="microseconds"), manifest["made_at"]))
    said = {**dict(items), "made_at": made, "time_zone": draw.choice(("UTC", "Asia/Tokyo"))}
    backup.put(MANIFEST, json.dumps(said, indent=draw.choice((None, 0, 4)), ensure_ascii=draw.random() < 0.5).encode())
    return RESTORED


def from_the_future(backup: Backup, draw: random.Random) -> str:
    at = datetime.now(UTC) + timedelta(days=draw.choice((2, 400, 90_000)))
    backup.manifest = {**backup.manifest, "made_at": at.isoformat()}
    return REFUSED


def table_left_out(backup: Backup, draw: random.Random) -> str:
    """Out of manifest and archive alike, so that nothing else is wrong."""
    manifest, name = backup.manifest, draw.choice(backup.tables())
    del manifest["tables"][name]
    backup.manifest = manifest
    if draw.random() < 0.5:
        backup.members = [(n, c) for n, c in backup.members if n != f"{name}.parquet"]
    return REFUSED


def parquet_flipped(backup: Backup, draw: random.Random) -> str:
    """Broken Parquet under its right hash: DuckDB itself meets it."""
    name = draw.choice(backup.tables())
    content = bytearray(backup.get(f"{name}.parquet"))
    for _ in range(draw.choice((1, 2, 5))):
        content[draw.randrange(4, len(content))] = draw.randrange(256)
    backup.replace_table(name, bytes(content))
    return EITHER


def parquet_rows(backup: Backup, draw: random.Random) -> str:
    """Fewer or more rows, told in the manifest or not."""
    name, table = _some_rows(backup, draw)
    other = draw.choice((table.slice(1), table.slice(0, 0), pa.concat_tables([table, table])))
    told = draw.random() < 0.5
    backup.replace_table(name, _parquet(other), other.num_rows if told else None)
    return EITHER if told else REFUSED


def parquet_columns(backup: Backup, draw: random.Random) -> str:
    name, table = _some_rows(backup, draw)
    at = draw.randrange(table.num_columns)
    column = table.field(at).name
    more = table.append_column("more", pa.array([1] * table.num_rows))
    renamed = table.rename_columns([f"{c}_x" if c == column else c for c in table.column_names])
    typed = table.set_column(at, column, pa.array([b"x"] * table.num_rows, pa.binary()))
    without = table.drop_columns([column]) if table.num_columns > 1 else renamed
    backup.replace_table(name, _parquet(draw.choice((more, renamed, typed, without))))
    return REFUSED


def parquet_nulls(backup: Backup, draw: random.Random) -> str:
    name, table = _some_rows(backup, draw)
    at = draw.randrange(table.num_columns)
    found = table.field(at)
    nulls = table.set_column(at, found.name, pa.nulls(table.num_rows, found.type))
    backup.replace_table(name, _parquet(nulls))
    return EITHER


def parquet_packed_otherwise(backup: Backup, draw: random.Random) -> str:
    name, table = _some_rows(backup, draw)
    how = draw.choice(("snappy", "gzip", "none", "zstd"))
    backup.replace_table(name, _parquet(table, how, draw.choice((1, 7, 100_000))))
    return RESTORED


def parquet_bomb(backup: Backup, draw: random.Random) -> str:
    """Three million rows in some hundred bytes, the manifest saying so too or not."""
    name, rows = draw.choice(backup.tables()), 3_000_000
    schema = pq.read_schema(io.BytesIO(backup.get(f"{name}.parquet")))
    nothing = pa.table({field.name: pa.nulls(rows, field.type) for field in schema})
    told = draw.random() < 0.5
    backup.replace_table(name, _parquet(nothing, rows=rows), rows if told else None)
    return REFUSED


def _parquet(table: pa.Table, compression: str = "zstd", rows: int = 100_000) -> bytes:
    out = io.BytesIO()
    pq.write_table(table, out, compression=compression, row_group_size=rows)
    return out.getvalue()


def _some_rows(backup: Backup, draw: random.Random) -> tuple[str, pa.Table]:
    """A table that has rows, as DuckDB wrote it."""
    found = backup.manifest["tables"]
    name = draw.choice([name for name in sorted(found) if found[name]["rows"]])
    return name, pq.read_table(io.BytesIO(backup.get(f"{name}.parquet")))


def link_in_folder(backup: Backup, draw: random.Random) -> str:
    name = draw.choice(backup.members)[0]

    def change(folder: Path) -> None:
        aside = folder.with_name(folder.name + ".aside")
        (folder / name).rename(aside)
        (folder / name).symlink_to(aside)

    backup.folder = change
    return REFUSED


def strange_in_folder(backup: Backup, draw: random.Random) -> str:
    """A pipe, a folder, nothing, an empty file, one cut short or with a byte more, one changed."""
    name, what = draw.choice(backup.members)[0], draw.randrange(7)

    def change(folder: Path) -> None:
        file = folder / name
        content = file.read_bytes()
        file.unlink()
        if what == 0:
            os.mkfifo(file)
        elif what == 1:
            file.mkdir()
        elif what == 3:
            file.touch()
        elif what == 4:
            file.write_bytes(content[:-1])
        elif what == 5:
            file.write_bytes(content + b"\0")
        elif what == 6:
            at = draw.randrange(len(content))
            file.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])

    backup.folder = change
    return EITHER if name == MANIFEST and what == 6 else REFUSED


def more_in_folder(backup: Backup, draw: random.Random) -> str:
    name = draw.choice((".DS_Store", "more.parquet", "notes.txt"))

    def change(folder: Path) -> None:
        (folder / name).write_bytes(b"\0" * 1000)

    backup.folder = change
    return RESTORED


def as_it_was(_: Backup, __: random.Random) -> str:
    """Not spoilt: the control that shows the others are refused for a reason."""
    return RESTORED


#: All of them, those with many forms more often.
WAYS: tuple[Spoil, ...] = (
    as_it_was, flip_bytes, flip_bytes, flip_bytes, flip_in_the_index, flip_in_the_index, cut, zeros, take_out_bytes,
    more_bytes, comment, no_file, other_compression, zip64, encrypted, without_a_member, member_twice, member_renamed,
    members_shuffled, member_added, bomb_nobody_lists, bomb_that_is_listed, large_manifest, tables_swapped,
    manifest_value, manifest_value, manifest_value, manifest_value, manifest_value, manifest_form, manifest_form,
    manifest_written_otherwise, from_the_future, table_left_out, parquet_flipped, parquet_flipped, parquet_flipped,
    parquet_rows, parquet_columns, parquet_nulls, parquet_packed_otherwise, parquet_bomb, link_in_folder,
    strange_in_folder, more_in_folder,
)  # fmt: skip
#: Those that a folder cannot have, or only a folder has.
ONLY_FOLDER = {link_in_folder, strange_in_folder, more_in_folder}
EVEN_FOLDER = {
    as_it_was, without_a_member, tables_swapped, manifest_value, manifest_form, manifest_written_otherwise,
    table_left_out, parquet_flipped, parquet_rows, parquet_columns, parquet_nulls, parquet_packed_otherwise,
}  # fmt: skip
