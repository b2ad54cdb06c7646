"""Ways to spoil a backup's .zip: its bytes, and the members in it."""

from __future__ import annotations

import random
import struct
import zipfile

from benchmarks.restore.backup import EITHER, REFUSED, RESTORED, Backup


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
