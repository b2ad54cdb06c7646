"""``python -m benchmarks.mutants.world``: a digest of all that is published of a small world."""

from __future__ import annotations

import hashlib
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

#: Digits of fractions that count: the order in which DuckDB adds changes the last ones.
_DIGITS = 9


def fingerprint(folder: Path) -> str:
    """Build the world in a folder; 64 hexadecimal digits of its tables, views, page and weekly mail, in their order."""
    from landed_world import build

    from earful.reports.digest import digest
    from earful.reports.page import render

    path, found = build(folder).path, hashlib.sha256()
    with duckdb.connect(str(path), read_only=True) as con:
        tables = con.execute("select table_name from information_schema.tables order by all").fetchall()
        for (table,) in tables:
            for row in con.execute(f'from "{table}"').fetchall():
                found.update(repr([round(v, _DIGITS) + 0.0 if isinstance(v, float) else v for v in row]).encode())
    found.update(render(path).encode())
    made = digest(path)
    found.update((made.markdown + made.html).encode())
    return found.hexdigest()


if __name__ == "__main__":
    with TemporaryDirectory() as made_in:
        print(fingerprint(Path(made_in)))
