"""A drafted table as files, written with plain standard tools and not with the reader's own code."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pyarrow as pa
import pyarrow.parquet

from benchmarks.odd_files.draft import Draft, File

_SUFFIXES = {"csv": ".csv", "jsonl": ".jsonl", "json": ".json", "parquet": ".parquet", "xlsx": ".xlsx"}
_PACKED = {"": "", "gzip": ".gz", "zip": ".zip", "zst": ".zst"}


def write(draft: Draft, folder: Path) -> list[str]:
    """All files of a draft; their names."""
    written = []
    for file in draft.files:
        name = file.stem + (file.suffix or _SUFFIXES[file.shape]) + _PACKED[file.pack]
        (folder / name).write_bytes(_packed(_content(draft, file), file))
        written.append(name)
    return written


def _content(draft: Draft, file: File) -> bytes:
    fields = file.columns or draft.columns
    header = [draft.written.get(name) or draft.names.get(name, name) for name in fields]
    columns = [draft.cells.get(name) or draft.extras[name] for name in fields]
    if file.shape == "parquet":
        return _parquet({n: [c[i] for i in file.rows] for n, c in zip(header, columns, strict=True)}, file)
    if file.shape in ("jsonl", "json"):
        return _encoded(_json(header, columns, file), file)
    rows: list[list[Any]] = [header, *([column[i] for column in columns] for i in file.rows)]
    for change in file.on_rows:
        rows = change(rows)
    if file.shape == "xlsx":
        return _xlsx(rows)
    return _encoded(_csv(rows, file), file)


def _csv(rows: list[list[Any]], file: File) -> str:
    said = [["" if cell is None else _said(cell) for cell in row] for row in rows]
    if file.quoting in ("minimal", "all"):
        # Not by Python's csv, which leaves a line feed without quotes where lines end with another sign.
        return "".join(file.delimiter.join(_quoted(cell, file) for cell in row) + file.newline for row in said)
    out = io.StringIO(newline="")
    written = csv.writer(
        out,
        delimiter=file.delimiter,
        quoting=csv.QUOTE_NONE if file.quoting == "none" else csv.QUOTE_MINIMAL,
        lineterminator=file.newline,
        doublequote=False,
        escapechar="\\",
    )
    written.writerows(said)
    return out.getvalue()


def _quoted(cell: str, file: File) -> str:
    if file.quoting == "all" or any(sign in cell for sign in (file.delimiter, '"', "\n", "\r")):
        return '"{}"'.format(cell.replace('"', '""'))
    return cell


def _said(cell: object) -> str:
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%dT%H:%M:%SZ")
    return str(cell)


def _json(header: list[str], columns: list[list[Any]], file: File) -> str:
    objects: Any = [
        {n: _said(c[i]) if isinstance(c[i], datetime) else c[i] for n, c in zip(header, columns, strict=True)}
        for i in file.rows
    ]
    for change in file.on_objects:
        objects = change(objects)
    how = {"ensure_ascii": file.how.get("ensure_ascii", False)}
    if file.shape == "json":
        return json.dumps(objects, indent=file.how.get("indent"), **how)
    return "".join(json.dumps(one, **how) + file.newline for one in objects)


def _parquet(columns: dict[str, Any], file: File) -> bytes:
    for change in file.on_columns:
        columns = change(columns)
    out = io.BytesIO()
    how = {"compression": file.how.get("compression", "snappy"), "row_group_size": file.how.get("row_group_size")}
    pa.parquet.write_table(pa.table(columns), out, **how)
    return out.getvalue()


def _encoded(text: str, file: File) -> bytes:
    for change in file.on_text:
        text = change(text)
    found = file.mark + text.encode(file.codec)
    for bytewise in file.on_bytes:
        found = bytewise(found)
    return found


def _packed(data: bytes, file: File) -> bytes:
    if file.pack == "gzip":
        half = len(data) // 2
        parts = [data[:half], data[half:]] if file.how.get("members") else [data]
        return b"".join(gzip.compress(part, mtime=0) for part in parts)
    if file.pack == "zst":
        return bytes(pa.compress(data, codec="zstd", asbytes=True))
    if file.pack != "zip":
        return data
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(file.stem + (file.suffix or _SUFFIXES[file.shape]), data)
        for name, other in file.how.get("beside", {}).items():
            packed.writestr(name, other)
    return out.getvalue()


_PARTS = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default '
    'Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
    'ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship '
    'Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://'
    'schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Reviews" sheetId="1" '
    'r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
    'Target="worksheets/sheet1.xml"/></Relationships>',
}


def _xlsx(rows: list[list[Any]]) -> bytes:
    """A workbook of one sheet: numbers as numbers, words in the cell."""
    said = []
    for number, row in enumerate(rows, 1):
        cells = "".join(_cell(value, f"{_letters(i)}{number}") for i, value in enumerate(row))
        said.append(f'<row r="{number}">{cells}</row>')
    sheet = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for name, xml in _PARTS.items():
            book.writestr(name, xml)
        book.writestr("xl/worksheets/sheet1.xml", f"{sheet}{''.join(said)}</sheetData></worksheet>")
    return out.getvalue()


def _letters(index: int) -> str:
    return ("" if index < 26 else chr(64 + index // 26)) + chr(65 + index % 26)


def _cell(value: object, at: str) -> str:
    if value is None or value == "":
        return ""
    # A workbook's numbers have fifteen digits: what has more is written as words, or was rounded before.
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 10**15:
        return f'<c r="{at}"><v>{value}</v></c>'
    return f'<c r="{at}" t="inlineStr"><is><t xml:space="preserve">{escape(_said(value))}</t></is></c>'
