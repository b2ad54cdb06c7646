"""Backups spoilt in every way that a disk, a program or a person could, for benchmarks.restore: the list of ways.

Those of the .zip, the manifest and the Parquet files stand beside; here are those of a folder.
"""

from __future__ import annotations

import os
import random
from pathlib import Path

from benchmarks.restore.backup import EITHER, MANIFEST, REFUSED, RESTORED, Backup, Spoil
from benchmarks.restore.spoilt_archive import (
    bomb_nobody_lists,
    bomb_that_is_listed,
    comment,
    cut,
    encrypted,
    flip_bytes,
    flip_in_the_index,
    member_added,
    member_renamed,
    member_twice,
    members_shuffled,
    more_bytes,
    no_file,
    other_compression,
    take_out_bytes,
    without_a_member,
    zeros,
    zip64,
)  # fmt: skip
from benchmarks.restore.spoilt_manifest import (
    from_the_future,
    large_manifest,
    manifest_form,
    manifest_value,
    manifest_written_otherwise,
    table_left_out,
    tables_swapped,
)  # fmt: skip
from benchmarks.restore.spoilt_parquet import (
    parquet_bomb,
    parquet_columns,
    parquet_flipped,
    parquet_nulls,
    parquet_packed_otherwise,
    parquet_rows,
)  # fmt: skip


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
