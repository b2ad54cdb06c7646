"""Excel workbooks as tables: cells, rows, sheets, and those that would take all memory."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from files_channel import ACME, channel, pull
from one_product import checked
from workbook import Cell, rows_of, workbook

from earful.connectors.files.tables import packed, packed_sheets, sheets

NAMES = ["post_id", "created_at", "text", "rating", "recommended"]
HEAD: list[Cell] = [*NAMES]


def sheet(*rows: list[Cell]) -> list[list[Cell]]:
    return [HEAD, *rows]


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
