"""Days of the published file for other tools: Parquet, or CSV that a spreadsheet cannot run.

The rule for CSV, on text columns only (a negative mean stays a number):

- a value whose first character is one of = + - @ (or a full-width or small twin) gets an apostrophe in front: a
  spreadsheet then shows it instead of computing it (owasp.org/www-community/attacks/CSV_Injection). Blanks, invisible
  characters (byte order mark, zero-width space, soft hyphen, direction marks, ...) and quotes before it do not count.
  A value that begins with a tab or a carriage return gets one too;
- so does what follows a semicolon, a tab or a line feed inside a value: a spreadsheet whose list separator is the
  semicolon, as in much of Europe, takes the quotes of a comma's file for text and begins a cell or a row there. Only
  the smiley ;-) stays as it is, since -) is no formula anywhere;
- control characters (C0, DEL, C1) other than line feed and tab are dropped; CR LF and CR become line feeds.

A value with a comma, semicolon, quote, tab or line feed is quoted as RFC 4180 says. UTF-8, a header, line feeds, an
empty field for a missing value. Parquet holds the values as they are.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from earful.warehouse.errors import explained
from earful.warehouse.reading.frames import read

#: Unicode's format characters (Cf) and the others that have no width (Default_Ignorable_Code_Point).
_UNSEEN = (
    "\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_SIGN = r"[=+\-@＝＋－＠﹦﹢﹣﹫]"
_RISKY = re.compile(rf'[\s"{_UNSEEN}]*{_SIGN}|[\t\r]')
# Blanks end at the next tab or line feed, which is looked at by itself: a page of line feeds would cost its square.
_RISKY_INSIDE = re.compile(rf'(?<=[;\t\n])(?!-[)\]])(?=(?:[^\S\t\n]|["{_UNSEEN}])*{_SIGN})')
_QUOTED = re.compile(r'[,;"\t\r\n]')
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: the file, its rows, and what they are."""

    path: Path
    rows: int
    what: Literal["daily", "posts"]


def export(
    published: Path,
    out: Path,
    *,
    what: Literal["daily", "posts"] = "daily",
    form: Literal["parquet", "csv"] = "parquet",
    product: str | None = None,
    first: date | None = None,
    last: date | None = None,
) -> Exported:
    """Write the days ``first`` to ``last`` (both included) of a table to ``out``, aside and then in one move.

    Posts go without the author's pseudonym: who gets the file has no use for it. Raises WarehouseError in one line.
    """
    with read(published) as earful:
        frame = earful.daily(product, first, last) if what == "daily" else earful.posts(product, first, last)
    frame = frame.drop(columns="author", errors="ignore")
    frame["day"] = frame["day"].astype(pd.ArrowDtype(pa.date32()))
    aside = out.with_name(f".{out.name}.writing")
    with explained(out):
        out.parent.mkdir(parents=True, exist_ok=True)
        try:
            if form == "csv":
                _write_csv(frame, aside)
            else:
                pq.write_table(pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(), aside)
            aside.replace(out)
        finally:
            aside.unlink(missing_ok=True)
    return Exported(out, len(frame), what)


def _write_csv(frame: pd.DataFrame, path: Path) -> None:
    columns: list[list[object]] = []
    for name in frame.columns:
        column = frame[name]
        if pd.api.types.is_string_dtype(column.dtype):
            columns.append([None if pd.isna(v) else guarded(v) for v in column])
        elif isinstance(column.dtype, pd.DatetimeTZDtype):
            columns.append([None if pd.isna(v) else v.strftime("%Y-%m-%dT%H:%M:%SZ") for v in column])
        else:
            columns.append([None if pd.isna(v) else _csv_value(v) for v in column])
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(",".join(frame.columns) + "\n")
        for row in zip(*columns, strict=True):
            file.write(",".join(_field(value) for value in row) + "\n")
        file.flush()
        os.fsync(file.fileno())


def _field(value: object) -> str:
    said = "" if value is None else str(value)
    return '"' + said.replace('"', '""') + '"' if _QUOTED.search(said) else said


def guarded(value: str) -> str:
    """Text that a spreadsheet shows and does not compute; see the module for the rule."""
    clean = _CONTROL.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))
    risky = _RISKY.match(value) or _RISKY.match(clean)
    clean = _RISKY_INSIDE.sub("'", clean)
    return "'" + clean if risky else clean


def _csv_value(value: object) -> object:
    # true and false in lower case, as DuckDB, Sheets and Excel read them.
    return str(value).lower() if isinstance(value, bool) else value
