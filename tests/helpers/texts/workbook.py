"""Excel workbooks for tests, written part by part."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from xml.sax.saxutils import escape

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"

#: Numbers of cell formats: as it is, a day, a moment, a time of day.
_DAY, _MOMENT, _CLOCK = 1, 2, 3
Cell = str | int | float | bool | date | time | None


def letters(column: int) -> str:
    """The name of a column, from 0."""
    return (letters(column // 26 - 1) if column >= 26 else "") + chr(65 + column % 26)


def _cell(at: str, value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return f'<c r="{at}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
    if isinstance(value, bool):
        return f'<c r="{at}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, datetime):
        days = (value - datetime(1899, 12, 30)).total_seconds() / 86_400
        return f'<c r="{at}" s="{_MOMENT}"><v>{days!r}</v></c>'
    if isinstance(value, date):
        return f'<c r="{at}" s="{_DAY}"><v>{(value - date(1899, 12, 30)).days}</v></c>'
    if isinstance(value, time):
        return (
            f'<c r="{at}" s="{_CLOCK}"><v>{(value.hour * 3600 + value.minute * 60 + value.second) / 86_400!r}</v></c>'
        )
    return f'<c r="{at}"><v>{value!r}</v></c>'


def rows_of(rows: Sequence[Sequence[Cell]], first: int = 1) -> str:
    """Rows as XML, from a row number on."""
    return "".join(
        f'<row r="{n}">' + "".join(_cell(f"{letters(i)}{n}", value) for i, value in enumerate(row)) + "</row>"
        for n, row in enumerate(rows, first)
    )


def workbook(sheets: Mapping[str, Sequence[Sequence[Cell]] | str], hidden: Sequence[str] = ()) -> bytes:
    """A workbook of sheets by name: rows of cells, or their XML."""
    ids = {name: number for number, name in enumerate(sheets, 1)}
    shown = "".join(
        f'<sheet name="{escape(name)}" sheetId="{n}"{" state=" + chr(34) + "hidden" + chr(34) if name in hidden else ""} r:id="rId{n}"/>'
        for name, n in ids.items()
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{shown}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        + "".join(
            f'<Relationship Id="rId{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
            for n in ids.values()
        )
        + f'<Relationship Id="rId0" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><cellXfs count="4"><xf numFmtId="0"/><xf numFmtId="14"/>'
        '<xf numFmtId="22"/><xf numFmtId="21"/></cellXfs></styleSheet>',
    }
    for name, its in sheets.items():
        made = its if isinstance(its, str) else rows_of(its)
        parts[f"xl/worksheets/sheet{ids[name]}.xml"] = (
            f'<worksheet xmlns="{_MAIN}"><sheetData>{made}</sheetData></worksheet>'
        )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{content}')
    return out.getvalue()
