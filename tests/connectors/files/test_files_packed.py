"""Tables in archives, packed files, and folders that others drop files into."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import os
import re
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from files_channel import ACME, EVER, channel, pull
from one_product import checked
from workbook import Cell, workbook

from earful.connectors.base import Context, Coverage
from earful.connectors.errors import Fatal
from earful.connectors.files.connector import FilesConnector
from earful.connectors.files.options import FilesOptions
from earful.connectors.files.tables import packed
from earful.connectors.toolkit import stamps

NAMES = ["post_id", "created_at", "text", "rating", "recommended"]
HEAD: list[Cell] = [*NAMES]
CSV = "post_id,created_at,text,rating\np1,2026-03-04,Great,5\np2,2026-03-05,Slow,2\n"
COLUMNS = ("post_id", "text", "rating")
TWO = [("p1", "Great", 5), ("p2", "Slow", 2)]


def sheet(*rows: list[Cell]) -> list[list[Cell]]:
    return [HEAD, *rows]


def got(root: Path, name: str | list[str], **options: Any) -> list[tuple[Any, ...]]:
    found = pull(channel(root, name, **options))
    assert found.why() == []
    return list(zip(*map(found.column, COLUMNS), strict=True))


def says(root: Path, name: str, **options: Any) -> str:
    health = checked(channel(root, name, **options), ACME)
    assert not health.ok
    assert "\n" not in health.says
    return health.says


def zipped(**files: Any) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def zstd(content: bytes) -> bytes:
    return bytes(pa.compress(content, codec="zstd", asbytes=True))


PACKINGS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "zst": zstd,
    "zip": lambda content: zipped(**{"a.csv": content}),
}


@pytest.mark.parametrize("packing", PACKINGS)
@pytest.mark.parametrize("named", [True, False])
def test_packed_files_by_content(tmp_path: Path, packing: str, named: bool) -> None:
    name = f"a.csv.{packing}" if named else "a.csv"
    (tmp_path / name).write_bytes(PACKINGS[packing](CSV.encode()))
    assert got(tmp_path, name) == TWO
    for cut in (10, 40):
        (tmp_path / name).write_bytes(PACKINGS[packing](CSV.encode() * 9)[:-cut])
        assert "cannot be read" in says(tmp_path, name)


def test_other_formats_packed(tmp_path: Path) -> None:
    rows = [{"post_id": "p1", "created_at": "2026-03-04", "text": "Great", "rating": 5}]
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), out)
    made: dict[str, bytes] = {
        "a.parquet": out.getvalue(),
        "a.json": json.dumps(rows).encode(),
        "a.jsonl": json.dumps(rows[0]).encode(),
        "a.xlsx": workbook({"A": sheet(["p1", date(2026, 3, 4), "Great", 5])}),
        "a.csv": CSV.splitlines()[0].encode() + b"\np1,2026-03-04,Great,5",
    }
    for name, content in made.items():
        (tmp_path / f"{name}.gz").write_bytes(gzip.compress(content))
        (tmp_path / f"{name}.zip").write_bytes(zipped(**{name: content}))
        (tmp_path / f"{name}.gz.zip").write_bytes(zipped(**{f"{name}.gz": gzip.compress(content)}))
        for ending in ("gz", "zip", "gz.zip"):
            assert got(tmp_path, f"{name}.{ending}") == TWO[:1], (name, ending)


def test_several_tables_in_an_archive(tmp_path: Path) -> None:
    more = CSV.replace("p1", "q1").replace("p2", "q2").replace(",", ";")
    (tmp_path / "a.zip").write_bytes(
        zipped(
            **{
                "b/two.csv": more,
                "one.csv": CSV,
                "readme.txt": "Hello, there\n",
                "__MACOSX/one.csv": b"\0\5",
                "c.pdf": b"%PDF-1",
            }
        )
    )
    assert [each[0] for each in got(tmp_path, "a.zip")] == ["q1", "q2", "p1", "p2"]
    health = checked(channel(tmp_path, "a.zip"), ACME)
    assert health.ok
    aside = {each["file"]: each["skipped"] for each in health.details if "skipped" in each}
    assert aside.keys() == {"readme.txt", "a.zip/__MACOSX/one.csv", "c.pdf"}
    assert "is a PDF" in aside["c.pdf"]
    assert any("c.pdf: skipped, is a PDF" in line for line in health.lines)
    assert "c.pdf (is a PDF" in pull(channel(tmp_path, "a.zip")).coverage.note


def test_names_that_lead_out_of_an_archive_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text(CSV.replace("Great", "stolen"))
    (tmp_path / "in").mkdir()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in ("../secret.csv", str(tmp_path / "secret.csv"), "x/../../../secret.csv", "./secret.csv"):
            archive.writestr(name, CSV)
        archive.writestr("ok.csv", CSV)
    (tmp_path / "in" / "a.zip").write_bytes(out.getvalue())
    assert got(tmp_path, "in/a.zip") == TWO
    skipped = [each for each in checked(channel(tmp_path, "in/a.zip"), ACME).details if "skipped" in each]
    assert [each["skipped"] for each in skipped] == ["a name that leads out of the archive"] * 4


def test_archives_that_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    locked = bytearray(zipped(**{"a.csv": CSV}))
    locked[6] |= 1
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "locked.zip").write_bytes(locked)
    assert "locked.zip: is locked with a password" in says(tmp_path, "locked.zip")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("a.csv", CSV)
    (tmp_path / "odd.zip").write_bytes(out.getvalue())
    assert "is packed in an unusual way" in says(tmp_path, "odd.zip")
    (tmp_path / "cut.zip").write_bytes(zipped(**{"a.csv": CSV})[:-30])
    assert "cut.zip: cannot be read" in says(tmp_path, "cut.zip")
    (tmp_path / "none.zip").write_bytes(zipped(**{"a.pdf": b"%PDF-1.7", ".DS_Store": b"\0\0\0\1Bud1"}))
    assert re.search(r"no table in 'none.zip': .*a.pdf \(is a PDF", says(tmp_path, "none.zip"))
    monkeypatch.setattr(packed, "UNPACKED", 1 << 16)
    bomb = CSV.encode() + b"\n" * (1 << 21)
    (tmp_path / "bomb.zip").write_bytes(zipped(**{"a.csv": bomb}))
    assert "bomb.zip: unpacks to over 300 times its size" in says(tmp_path, "bomb.zip")
    # One that lies about its size gives no more than it says, and fails by its check sum.
    lying = zipped(**{"a.csv": bomb})
    (tmp_path / "lies.zip").write_bytes(lying.replace(len(bomb).to_bytes(4, "little"), (100).to_bytes(4, "little")))
    assert "cannot be read" in says(tmp_path, "lies.zip")
    (tmp_path / "bomb.zst").write_bytes(zstd(bomb))
    assert "unpacks to over 300 times its size" in says(tmp_path, "bomb.zst")
    (tmp_path / "twice.zip").write_bytes(zipped(**{"a.csv.gz": gzip.compress(bomb)}))
    assert "unpacks to over 300 times" in says(tmp_path, "twice.zip")


def test_a_folder_that_others_drop_files_into(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    (inbox / "march").mkdir(parents=True)
    (inbox / ".git").mkdir()
    (inbox / "a.csv").write_text(CSV)
    (inbox / "march" / "b.xlsx").write_bytes(workbook({"A": sheet(["q1", date(2026, 3, 6), "Fine", 4])}))
    (inbox / "c.zip").write_bytes(zipped(**{"c.csv": CSV.replace("p1", "r1").replace("p2", "r2")}))
    whole = gzip.compress(os.urandom(9_000).hex().encode())
    aside = {
        ".DS_Store": b"\0\0\0\1Bud1\0",
        "~$b.xlsx": b"\x05Jo",
        "notes.pdf": b"%PDF-1.7",
        "half.csv.gz": whole[:4_000],
        "half.xlsx": workbook({"A": sheet()})[:300],
        "half.zip": zipped(**{"a.csv": CSV})[:90],
        "new.csv.part": CSV.encode(),
        "empty.csv": b"",
        "picture.png": b"\x89PNG\r\n",
        "readme.txt": b"Please put your exports here.\nThanks, Jo\n",
        "other.csv": b"a,b\n1,2\n",
    }
    for name, content in aside.items():
        (inbox / name).write_bytes(content)
    (tmp_path / "outside.csv").write_text(CSV.replace("p1", "out1"))
    (inbox / "link.csv").symlink_to(tmp_path / "outside.csv")
    found = pull(channel(tmp_path, "inbox"))
    assert sorted(found.column("post_id")) == ["p1", "p2", "q1", "r1", "r2"]
    health = checked(channel(tmp_path, "inbox"), ACME)
    assert health.ok
    skipped = {each["file"]: each["skipped"] for each in health.details if "skipped" in each}
    assert skipped.keys() == {*aside, ".git/", "link.csv"}
    assert all(skipped.values())
    assert "skipped " in found.coverage.note
    for name in ("a.csv", "march/b.xlsx", "c.zip"):
        (inbox / name).unlink()
    with pytest.raises(Fatal, match=r"^files: no table in 'inbox': .+ and \d+ more$"):
        pull(channel(tmp_path, "inbox"))
    assert not checked(channel(tmp_path, "inbox"), ACME).ok
    with pytest.raises(Fatal, match="matches no file"):
        pull(channel(tmp_path, "march"))


def test_a_file_that_is_named_is_not_skipped(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(CSV)
    (tmp_path / "b.csv").write_bytes(b"%PDF-1.7")
    assert "b.csv: is a PDF" in says(tmp_path, "*.csv")


def test_bzip2_is_said_to_be_no_table(tmp_path: Path) -> None:
    (tmp_path / "a.csv.bz2").write_bytes(bz2.compress(CSV.encode()))
    assert "a.csv.bz2: " in says(tmp_path, "a.csv.bz2")


def night(root: Path, remembered: str, paths: str) -> tuple[list[str], Coverage]:
    """The ids that a night brings, told what the one before remembered, and its coverage."""
    context = Context("shelf", b"only for tests", {}, str(root), remembered={ACME.slug: remembered})
    found = pull(FilesConnector(FilesOptions(paths=[paths]), context))
    return found.column("post_id"), found.coverage


def test_packed_files_are_known_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stamps, "RACY_NS", -(10**12))
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    more = {name: CSV.replace("p1", f"{name}1").replace("p2", f"{name}2") for name in "qrst"}
    (inbox / "a.zip").write_bytes(
        zipped(**{"q.csv": more["q"], "m.pdf": b"%PDF", "r.csv": more["r"], "n.csv": "a,b\n1,2\n"})
    )
    (inbox / "b.csv.zst").write_bytes(zstd(more["s"].encode()))
    (inbox / "c.txt").write_text("no table\n")
    (inbox / "d.xlsx").write_bytes(workbook({"A": sheet(["x1", date(2026, 3, 6), "Fine", 4])}))
    ids, first = night(tmp_path, "", "inbox")
    assert sorted(ids) == ["q1", "q2", "r1", "r2", "s1", "s2", "x1"]
    again, second = night(tmp_path, first.remember or "", "inbox")
    assert (again, second.kept) == ([], 7)
    assert {"n.csv", "m.pdf", "c.txt"} <= set(re.findall(r"[\w.]+\.(?:csv|pdf|txt)(?= \()", second.note))
    context = Context("shelf", b"only for tests", {}, str(tmp_path), remembered={ACME.slug: second.remember or ""})
    assert FilesConnector(FilesOptions(paths=["inbox"]), context).unchanged(ACME, EVER)
    # What comes behind a changed archive in the order of names is read again.
    (inbox / "b.csv.zst").write_bytes(zstd(more["t"].encode()))
    ids, third = night(tmp_path, second.remember or "", "inbox")
    assert (sorted(ids), third.kept) == (["t1", "t2", "x1"], 4)
    (inbox / "a.zip").write_bytes(zipped(**{"q.csv": more["q"]}))
    ids, last = night(tmp_path, third.remember or "", "inbox")
    assert sorted(ids) == ["q1", "q2", "t1", "t2", "x1"]
    assert last.kept == 0
