"""``python -m benchmarks.same_results OLD.duckdb NEW.duckdb``: whether two published files say the same.

Every table and view, column by column. Rows are paired by everything in them but fractions; fractions may differ by
1e-12, relative above 1. When something was landed, seen or computed, and by which run or version of the code, is of
the run and not of its result: those columns are left out (``OF_THE_RUN``). Exit code 1 where anything differs.

To show that a change of the house changed no result: make the same store at both commits (``earful demo`` on one day,
``make real``, ``benchmarks.scale --step build`` and ``--step night``), with one secret of authors, and compare.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from earful.warehouse.reading.opening import open_published

#: Columns that say when or by which run or code, not what.
OF_THE_RUN = frozenset({
    "first_seen_at", "updated_at", "published_at", "run_id", "started_at", "finished_at", "asked_at", "answered_at",
    "last_run", "last_run_at", "seen_at", "scorer_version", "earful_version", "at", "note",
})  # fmt: skip
#: Fractions may differ by so much, relative above 1.
TOLERANCE = 1e-12


def main() -> int:
    """Compare and say; 1 where the files differ."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.same_results", description=__doc__.split("\n\n", 1)[0])
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    parser.add_argument("--json", action="store_true", help="one object on standard output")
    parser.add_argument("--leave-out", default="", help="more columns that are not compared, apart by commas")
    arguments = parser.parse_args()
    found = compare(arguments.old, arguments.new, frozenset(filter(None, arguments.leave_out.split(","))))
    print(json.dumps(found, default=str) if arguments.json else "\n".join(_lines(found)))
    return int(bool(found["differences"]))


def compare(old: Path, new: Path, left_out: frozenset[str] = frozenset()) -> dict[str, Any]:
    """The tables and views compared, their rows, the largest difference of a fraction, and every difference."""
    left_out |= OF_THE_RUN
    with open_published(old) as before, open_published(new) as after:
        tables = {name: _columns(before, name) for name in _tables(before)}
        others = {name: _columns(after, name) for name in _tables(after)}
        differences: list[dict[str, Any]] = [
            {"table": name, "what": "is gone" if name in tables else "is new"}
            for name in sorted(set(tables) ^ set(others))
        ]
        rows, largest = 0, 0.0
        for name in sorted(set(tables) & set(others)):
            pairs = {c: (tables[name].get(c), others[name].get(c)) for c in {**tables[name], **others[name]}}
            if other := {c: kinds for c, kinds in pairs.items() if kinds[0] != kinds[1]}:
                differences.append({"table": name, "what": "columns", "old and new": other})
            shared = [c for c in tables[name] if c in others[name] and c not in left_out]
            # An integer that became a fraction is compared as one.
            wider = {c for c in shared if "DOUBLE" in pairs[c] and pairs[c][0] != pairs[c][1]}
            ours, theirs = (_rows(con, name, shared, wider) for con in (before, after))
            rows += len(ours)
            for difference, by in _unlike(shared, ours, theirs):
                largest = max(largest, by)
                if difference:
                    differences.append({"table": name, **difference})
    return {
        "tables": len(set(tables) & set(others)),
        "rows": rows,
        "largest_difference": largest,
        "differences": differences,
        "left_out": sorted(left_out),
    }


def _tables(con: Any) -> list[str]:  # noqa: ANN401 - a DuckDB connection
    found = con.execute("select table_name from information_schema.tables where table_schema = 'main'").fetchall()
    return sorted(name for (name,) in found)


def _columns(con: Any, table: str) -> dict[str, str]:  # noqa: ANN401
    return {name: kind for name, kind, *_ in con.execute(f'describe "{table}"').fetchall()}


def _rows(con: Any, table: str, columns: list[str], wider: set[str]) -> list[tuple[Any, ...]]:  # noqa: ANN401
    listed = ", ".join(f'cast("{c}" as double)' if c in wider else f'"{c}"' for c in columns)
    rows: list[tuple[Any, ...]] = con.execute(f'select {listed} from "{table}"').fetchall()
    return rows


def _unlike(
    columns: list[str], ours: list[tuple[Any, ...]], theirs: list[tuple[Any, ...]]
) -> Iterator[tuple[dict[str, Any] | None, float]]:
    """Each difference with how large it is; None with what is within the tolerance."""
    pairs: dict[tuple[str, ...], tuple[list[Any], list[Any]]] = defaultdict(lambda: ([], []))
    for side, rows in enumerate((ours, theirs)):
        for row in rows:
            pairs[tuple(repr(v) for v in row if not isinstance(v, float))][side].append(row)
    for mine, yours in pairs.values():
        if len(mine) != len(yours):
            shown = dict(zip(columns, (mine or yours)[0], strict=True))
            yield {"what": f"{len(mine)} rows and {len(yours)}", "row": shown}, 0.0
            continue
        for a, b in zip(sorted(mine, key=_fractions), sorted(yours, key=_fractions), strict=True):
            for column, x, y in zip(columns, a, b, strict=True):
                if isinstance(x, float) and isinstance(y, float) and x != y and not (math.isnan(x) and math.isnan(y)):
                    by = abs(x - y) / max(1.0, abs(x))
                    said = {"what": column, "old": x, "new": y, "row": dict(zip(columns, a, strict=True))}
                    yield (said if by > TOLERANCE or math.isnan(by) else None), by


def _fractions(row: tuple[Any, ...]) -> list[float]:
    return [round(v, 9) if not math.isnan(v) else -math.inf for v in row if isinstance(v, float)]


def _lines(found: dict[str, Any]) -> Iterator[str]:
    by_table: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for each in found["differences"]:
        by_table[each["table"]].append(each)
    for table, each in by_table.items():
        yield f"{table}: {len(each)} differences, the first: {each[0]}"
    yield f"{found['tables']} tables and views, {found['rows']} rows, {len(found['differences'])} differences; "
    yield f"largest difference of a fraction: {found['largest_difference']:.1e}"
    yield f"left out: {', '.join(found['left_out'])}"


if __name__ == "__main__":
    sys.exit(main())
