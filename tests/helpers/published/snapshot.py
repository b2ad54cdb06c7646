"""What is published of a store, as a short text by table and column: what it was can be kept, and compared.

A snapshot says that a number is another one than it was, never that it is right: that is what the other tests work out.
It is there for the many numbers of which no test thought.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, fields
from datetime import date, datetime, timedelta
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb

from earful.reports.data import _QUESTIONS, Published
from earful.reports.digest import digest
from earful.reports.page import render
from earful.warehouse import query
from earful.warehouse.reading.worst_words import BadWord, worst_words

FOLDER = Path(__file__).parents[2] / "snapshots"
#: Tables that tell of the version and the moment, not of posts.
_NOT = ("meta",)
_DIGITS = 6

#: By table, view or question: how many rows it has ("rows"), and a digest of each column.
Snapshot = dict[str, dict[str, Any]]


def of_file(path: Path, *only: str) -> Snapshot:
    """All tables and views of a published file, or some, rows in the order in which they lie; of a view that has none, sorted."""
    with duckdb.connect(str(path), read_only=True) as con:
        con.execute("set TimeZone = 'UTC'")
        tables = con.execute("select table_name from information_schema.tables order by all").fetchall()
        views = dict(con.execute("select view_name, sql from duckdb_views() where not internal").fetchall())
        found = {}
        for (table,) in tables:
            if table not in _NOT and (not only or table in only):
                order = "" if table not in views or _ordered(views[table]) else " order by all"
                cursor = con.execute(f'from "{table}"{order}')
                names = [column[0] for column in cursor.description or ()]
                found[table] = _digests(names, cursor.fetchall())
    return found


def of_store(con: duckdb.DuckDBPyConnection, tables: Mapping[str, str]) -> Snapshot:
    """Tables of a store that is open: their columns, apart by commas; all rows, sorted."""
    return {
        table: _digests(columns.split(", "), con.execute(f"select {columns} from {table} order by all").fetchall())
        for table, columns in tables.items()
    }


def of_questions(path: Path, products: Sequence[str], until: date) -> Snapshot:
    """The answers to every question of page, digest and alerts, and to those of the command line, of all products."""
    found: dict[str, list[dict[str, Any]]] = {}
    first, last = until - timedelta(days=28), until - timedelta(days=1)
    of_all: dict[str, Any] = {"until": until, "since": until - timedelta(days=90), "first": first, "last": last, "most": 40,
              "longest": 200, "market": "", "topic": "", "version": ""}  # fmt: skip
    with Published(path) as file:
        for product in products:
            about = file.ask("episodes", product=product, until=until, since=of_all["since"]).rows
            episode, verdict = (about[0]["episode"], about[0]["verdict"]) if about else ("", "")
            for name in sorted(_QUESTIONS):
                # Asked of all channels, and of one where it can be.
                for channel in ("", "shop") if "$channel" in _QUESTIONS[name].read_text("utf-8") else ("",):
                    values = {**of_all, "product": product, "channel": channel, "episode": episode, "verdict": verdict}
                    found.setdefault(f"question {name}", []).extend(file.ask(name, **values).rows)
    for name, values in _asked_by_commands(path, products):
        answer = query(path, files("earful.flows").joinpath("sql", f"{name}.sql").read_text("utf-8"), params=values)
        named = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
        found.setdefault(f"command {name}", []).extend(named)
    out = {name: _digests(list(rows[0]) if rows else [], [tuple(row.values()) for row in rows])
           for name, rows in found.items()}  # fmt: skip
    for product in products:
        words = [astuple(word) for word in worst_words(path, product, 40)]
        out[f"worst_words {product}"] = _digests([field.name for field in fields(BadWord)], words)
    return out


def of_words(path: Path) -> Snapshot:
    """What page and digest say: their lines, without drawings, styles and scripts."""
    page = re.sub(r"<(svg|style|script)\b.*?</\1>", "", render(path), flags=re.DOTALL)
    return {
        name: _digests(["line"], [(line.strip(),) for line in said.splitlines() if line.strip()])
        for name, said in {"page": page, "digest": digest(path).markdown}.items()
    }


def _asked_by_commands(path: Path, products: Sequence[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The questions of `earful trend` and `status`: of each change also on the last day that it reaches into."""
    yield "stored_products", {}
    yield "trend_newest", {"products": list(products)}
    for product in products:
        yield "trend_product", {"product": product, "days": 28}
        ends = query(
            path, "select distinct last_day from what_changed where product = $of order by 1", params={"of": product}
        )
        for (day,) in ends.rows:
            yield "trend_changed", {"product": product, "first_day": day}


def differences(found: Snapshot, kept: Snapshot) -> list[str]:
    """What is not as it was, a line each."""
    out = []
    for name in sorted({*found, *kept}):
        now, was = found.get(name), kept.get(name)
        if now is None or was is None:
            out.append(f"{name}: {'is new' if was is None else 'is gone'}")
            continue
        out += [
            f"{name}.{column}: {was.get(column)} -> {now.get(column)}"
            for column in sorted({*now, *was})
            if now.get(column) != was.get(column)
        ]
    return out


def check(name: str, found: Snapshot) -> None:
    """Fail where something is not as it was kept under this name; with EARFUL_KEEP_SNAPSHOTS keep it as it is."""
    if os.environ.get("EARFUL_KEEP_SNAPSHOTS"):
        keep(name, found)
        return
    other = differences(found, kept(name))
    assert not other, (
        f"{len(other)} columns are not as they were: {other[:20]}. If they are meant to be, run `make snapshots` and say"
        " in the commit why."
    )


def kept(name: str) -> Snapshot:
    """As it was kept."""
    found: Snapshot = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    return found


def keep(name: str, found: Mapping[str, Mapping[str, Any]]) -> None:
    """Keep it: a table a line, so that a commit shows which tables it changed."""
    lines = [f"{json.dumps(table)}: {json.dumps(columns)}" for table, columns in sorted(found.items())]
    (FOLDER / f"{name}.json").write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")


def _ordered(sql: str) -> bool:
    """Whether a view says an order for all of its rows: one that stands in no bracket."""
    at = sql.upper().rfind("ORDER BY")
    return at >= 0 and sql.count("(", at) == sql.count(")", at)


def _digests(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> dict[str, Any]:
    columns: Iterable[Sequence[Any]] = zip(*rows, strict=True) if rows else [()] * len(names)
    return {"rows": len(rows), **{name: _digest(values) for name, values in zip(names, columns, strict=True)}}


def _digest(values: Sequence[Any]) -> str:
    return hashlib.sha256("\n".join(map(_said, values)).encode()).hexdigest()[:10]


def _said(value: Any) -> str:
    if isinstance(value, float | Decimal):
        # The last digits of a sum are those of the order in which it was added.
        return f"{float(value) + 0.0:.{_DIGITS}g}"
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_said, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_said(each)}" for key, each in value.items()) + "}"
    return repr(value)
