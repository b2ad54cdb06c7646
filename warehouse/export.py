"""Days of the published file for other tools: Parquet, or CSV that a spreadsheet cannot run.

The rule for CSV, on text columns only (a negative mean stays a number):

- a value whose first character, blanks aside, is one of = + - @ (or their full-width twins), or that begins with a tab
  or a carriage return, gets an apostrophe in front: a spreadsheet then shows it instead of computing it
  (owasp.org/www-community/attacks/CSV_Injection);
- control characters (C0, DEL, C1) other than line feed and tab are dropped; CR LF and CR become line feeds.

Quotes and separators are quoted as RFC 4180 says. UTF-8, a header, line feeds, an empty field for a missing value.
Parquet holds the values as they are.
"""

from __future__ import annotations

import csv
import os
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.errors import explained
from warehouse.frames import read

_RISKY = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r]")
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
            columns.append([None if pd.isna(v) else _plain(v) for v in column])
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(frame.columns)
        writer.writerows(zip(*columns, strict=True))
        file.flush()
        os.fsync(file.fileno())


def guarded(value: str) -> str:
    """Text that a spreadsheet shows and does not compute; see the module for the rule."""
    risky = _RISKY.match(value)
    clean = _CONTROL.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))
    return "'" + clean if risky or _RISKY.match(clean) else clean


def _plain(value: object) -> object:
    # true and false in lower case, as DuckDB, Sheets and Excel read them.
    return str(value).lower() if isinstance(value, bool) else value
