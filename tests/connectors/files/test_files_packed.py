"""Tables in workbooks, archives, packed files and folders, and JSON whose rows are inside objects."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import os
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from files_channel import ACME, channel, pull
from one_product import checked
from workbook import Cell, rows_of, workbook

from earful.connectors.errors import Fatal
from earful.connectors.files.tables import packed, packed_sheets, records, sheets

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


def details(root: Path, name: str, **options: Any) -> dict[str, Any]:
    return dict(checked(channel(root, name, **options), ACME).details[0])


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


def test_cells_of_a_sheet_are_what_they_are(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [
        [101, datetime(2026, 3, 4, 10, 5, 30), " two\nlines ", 4.5, True],
        [102, date(2026, 3, 5), "🎉 & <b>", 3, False],
        ["x", "2026-03-06T10:00:00Z", "", "4,5", None],
    ]
    (tmp_path / "a.xlsx").write_bytes(workbook({"Reviews": sheet(*rows)}))
    found = pull(channel(tmp_path, "a.xlsx"))
    assert found.column("post_id") == ["101", "102", "x"]
    assert [f"{at:%Y-%m-%d %H:%M:%S}" for at in found.column("created_at")] == [
        "2026-03-04 10:05:30", "2026-03-05 00:00:00", "2026-03-06 10:00:00",
    ]  # fmt: skip
    assert found.column("text") == [" two\nlines ", "🎉 & <b>", ""]
    assert found.column("rating") == [4.5, 3, 4.5]
    assert found.column("recommended") == [True, False, None]
    assert details(tmp_path, "a.xlsx")["format"] == "xlsx"


def test_rows_of_a_sheet_have_its_numbers_and_layout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "ROWS", 2)
    title = rows_of([["Reviews of March"]])
    below = rows_of([["p1", date(2026, 3, 4), "Great", 5], ["p2", "never", "Slow", 2]], 6)
    again = rows_of(
        [HEAD, ["p3", date(2026, 3, 6), "Fine", 4], ["text", "created_at", "post_id"], ["Ok", "2026-03-07", "p4"]], 20
    )
    (tmp_path / "a.xlsx").write_bytes(workbook({"A": title + rows_of([HEAD], 5) + below + again}))
    found = pull(channel(tmp_path, "a.xlsx"))
    assert (found.column("text"), found.column("rating")) == (["Great", "Fine", "Ok"], [5, 4, None])
    assert [item for item, _ in found.why()] == ["a.xlsx:7"]
    said = details(tmp_path, "a.xlsx")
    assert said["left_out"] == [
        {"reason": "above the header", "rows": 1, "first": "a.xlsx:1"},
        {"reason": "the header once more", "rows": 1, "first": "a.xlsx:20"},
        {"reason": "a header with other columns or another order", "rows": 1, "first": "a.xlsx:22"},
    ]
    assert "the columns' names are in line 5, with lines above it" in said["found"]


def test_a_day_and_a_time_in_two_cells_and_a_survey(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [["ResponseId", "Date", "Time", "Status", "Q1"], ["id", "day", "clock", "kind", "Why?"]]
    rows += [[f"{{'ImportId':'{i}'}}" for i in range(5)], ["R1", date(2026, 3, 4), time(10, 5), "IP Address", "fine"]]
    rows += [["R2", date(2026, 3, 5), time(11, 0), "Survey Preview", "a try"]]
    (tmp_path / "a.xlsx").write_bytes(workbook({"A": rows}))
    found = pull(channel(tmp_path, "a.xlsx", columns={"post_id": "ResponseId", "created_at": "Date", "text": "Q1"}))
    assert [
        (f"{at:%d %H:%M}", text) for at, text in zip(found.column("created_at"), found.column("text"), strict=True)
    ] == [("04 10:05", "fine")]


@pytest.mark.parametrize(
    ("sheets_of", "hidden", "asked", "text", "said"),
    [
        (["About", "Data"], [], None, "of Data", "sheet 'Data' is read, not 'About'; sheet says another"),
        (["About", "Data", "More"], [], "More", "of More", "sheet 'More' is read"),
        (["Old", "Data"], ["Old"], None, "of Data", "sheet 'Data' is read, not 'Old'; sheet says another"),
        (["Old", "Data"], ["Old"], "Old", "of Old", "sheet 'Old' is read"),
    ],
)
def test_which_sheet_is_read(
    tmp_path: Path, sheets_of: list[str], hidden: list[str], asked: str | None, text: str, said: str
) -> None:
    made: dict[str, list[list[Cell]]] = {
        name: [["Made by", "us"]] if name == "About" else sheet(["p1", date(2026, 3, 4), f"of {name}", 4])
        for name in sheets_of
    }
    (tmp_path / "a.xlsx").write_bytes(workbook({"Empty": [], **made}, hidden))
    assert pull(channel(tmp_path, "a.xlsx", sheet=asked)).column("text") == [text]
    (found,) = (each for each in details(tmp_path, "a.xlsx", sheet=asked)["found"] if each.startswith("sheet"))
    assert found.replace("'Empty', ", "") == said


def test_workbooks_that_cannot_be_read_are_one_line(tmp_path: Path) -> None:
    good = workbook({"A": sheet(["p1", date(2026, 3, 4), "x", 4])})
    (tmp_path / "a.xlsx").write_bytes(good)
    assert "has no sheet 'B'; its sheets: 'A'; mend sheet" in says(tmp_path, "a.xlsx", sheet="B")
    (tmp_path / "half.xlsx").write_bytes(good[: len(good) // 2])
    assert "half.xlsx: cannot be read" in says(tmp_path, "half.xlsx")
    (tmp_path / "old.xlsx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 9)
    assert "save it as .xlsx without a password" in says(tmp_path, "old.xlsx")
    (tmp_path / "none.xlsx").write_bytes(workbook({"A": []}))
    assert "none.xlsx: has no header" in says(tmp_path, "none.xlsx")
    (tmp_path / "doc.docx").write_bytes(zipped(**{"[Content_Types].xml": "<x/>", "word/document.xml": "<x/>"}))
    assert "document or workbook of another kind" in says(tmp_path, "doc.docx")


FAR = '<row r="1"><c r="A1"><v>1</v></c></row>'


@pytest.mark.parametrize(
    "far",
    [
        '<row r="1048576"><c r="XFD1048576"><v>2</v></c></row>',
        '<row r="9"><c s="1" r="XFD9"><v>2</v></c></row><row r="99999"><c r="A99999" t="b"><v>1</v></c></row>',
        '<row r="2"><c x=">" r="XFD1048576"><v>2</v></c></row>',
        '<row r="1048576">' + "<c><v>1</v></c>" * 30 + "</row>",
        "<row r='3'><c r='ZZZ1000000'><v>1</v></c></row>",
    ],
)
@pytest.mark.parametrize("chunk", [50, 1 << 20])
def test_two_cells_far_apart_are_refused_before_they_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, far: str, chunk: int
) -> None:
    """The reader would ask for 32 bytes for each cell between them, and end the process where it gets none."""
    monkeypatch.setattr(packed_sheets, "_CHUNK", chunk)
    (tmp_path / "a.xlsx").write_bytes(workbook({"A": FAR + far}))
    assert "its cells are spread over more than 20,000,000" in says(tmp_path, "a.xlsx")


def test_a_workbook_that_unpacks_beyond_measure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "UNPACKED", 1 << 16)
    (tmp_path / "a.xlsx").write_bytes(workbook({"A": FAR + " " * (1 << 21)}))
    assert "unpacks beyond measure" in says(tmp_path, "a.xlsx")


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
    found = pull(channel(tmp_path, "inbox"))
    assert sorted(found.column("post_id")) == ["p1", "p2", "q1", "r1", "r2"]
    health = checked(channel(tmp_path, "inbox"), ACME)
    assert health.ok
    skipped = {each["file"]: each["skipped"] for each in health.details if "skipped" in each}
    assert skipped.keys() == {*aside, ".git/"}
    assert all(skipped.values())
    assert "skipped " in found.coverage.note
    for name in ("a.csv", "march/b.xlsx", "c.zip"):
        (inbox / name).unlink()
    with pytest.raises(Fatal, match=r"^files: no table in 'inbox': .+ and \d+ others$"):
        pull(channel(tmp_path, "inbox"))
    assert not checked(channel(tmp_path, "inbox"), ACME).ok
    with pytest.raises(Fatal, match="matches no file"):
        pull(channel(tmp_path, "march"))


def test_a_file_that_is_named_is_not_skipped(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(CSV)
    (tmp_path / "b.csv").write_bytes(b"%PDF-1.7")
    assert "b.csv: is a PDF" in says(tmp_path, "*.csv")


ROWS = [{"post_id": "p1", "created_at": "2026-03-04", "text": "Great", "rating": 5}]
ROWS += [{"post_id": "p2", "created_at": "2026-03-05", "text": "Slow", "rating": 2}]
APPS = [{"app": "a", "id": 1}, {"app": "b", "id": 2}, {"app": "c", "id": 3}]


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"reviews": ROWS}, ["rows are the objects in 'reviews'"]),
        ({"data": {"count": 2, "items": ROWS}, "next": None}, ["rows are the objects in 'data.items'"]),
        ({"ok": True, "a": {"b": {"c": {"rows": ROWS}}}}, ["rows are the objects in 'a.b.c.rows'"]),
        ({"ios": ROWS[:1], "android": ROWS[1:]}, ["rows are the objects in 'ios' and 'android'"]),
        (
            {"meta": {"apps": APPS, "tags": [1, 2]}, "reviews": ROWS, "errors": []},
            ["rows are the objects in 'reviews'", "objects elsewhere are not read: 'meta.apps' (3)"],
        ),
    ],
)
@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("block", [5, 1 << 20])
def test_rows_inside_objects(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, document: Any, said: list[str], indent: int | None, block: int
) -> None:
    monkeypatch.setattr(records, "BLOCK", block)
    (tmp_path / "a.json").write_text(json.dumps(document, indent=indent))
    assert got(tmp_path, "a.json") == TWO
    assert details(tmp_path, "a.json")["found"] == said


def test_pages_and_objects_over_many_lines(tmp_path: Path) -> None:
    pages = "\n".join(json.dumps({"items": [row], "page": n}) for n, row in enumerate(ROWS))
    spread = "\n".join(json.dumps({**row, "replies": ROWS}, indent=1) for row in ROWS)
    one_a_line = '{"reviews": [\n' + ",\n".join(map(json.dumps, ROWS)) + "\n]}"
    for name, text in (("a.json", pages), ("b.jsonl", spread), ("c.json", one_a_line)):
        (tmp_path / name).write_text(text)
        assert got(tmp_path, name) == TWO, name
    (tmp_path / "d.json").write_text(json.dumps({"reviews": APPS}))
    assert "columns found: 'app', 'id'" in says(tmp_path, "d.json")
    (tmp_path / "e.json").write_text(json.dumps({"reviews": ROWS})[:-9])
    assert "no JSON object in its first lines" in says(tmp_path, "e.json")


@pytest.mark.parametrize("mark", ["NaN", "Infinity", "-Infinity", "null"])
@pytest.mark.parametrize("shape", ["%s", '{"reviews": [%s]}', "[%s]"])
def test_numbers_that_are_none(tmp_path: Path, mark: str, shape: str) -> None:
    row = json.dumps(ROWS[0]).replace("5}", mark + "}")
    (tmp_path / "a.json").write_text(shape % row)
    assert got(tmp_path, "a.json") == [("p1", "Great", None)]


def test_bzip2_is_said_to_be_no_table(tmp_path: Path) -> None:
    (tmp_path / "a.csv.bz2").write_bytes(bz2.compress(CSV.encode()))
    assert "a.csv.bz2: " in says(tmp_path, "a.csv.bz2")
