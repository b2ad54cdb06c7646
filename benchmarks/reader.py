"""One reader of benchmarks.readers, in a process of its own that loads nothing but DuckDB: FILE in, findings out.

Asks without pause until its input is closed. Writes ``ready`` after its first answer, and one JSON object at the end.
"""

from __future__ import annotations

import json
import os
import select
import sys
from pathlib import Path

import duckdb

#: All of it in one query, so that one open file answers it: five numbers that agree in a whole night only.
_ASKED = """
    select
        (select count(*) from posts),
        (select sum(posts) from daily),
        (select sum(posts) from daily_sentiment),
        (select count(*) from posts_with_words),
        3 * (select count(*) from coverage)
"""


def main(path: str) -> None:
    """Ask and count."""
    # Fifty of us on two cores would leave the writer little of one; what is measured is whether it waits for us.
    os.nice(10)
    errors: list[str] = []
    torn: list[str] = []
    nights: list[int] = []
    queries = went_back = reopened = 0
    while not queries or not select.select([sys.stdin], [], [], 0)[0]:
        before, connected = _identity(path), False
        try:
            with duckdb.connect(path, read_only=True) as con:
                # As warehouse.opening does, which would load more than DuckDB here.
                if _identity(path) != before:
                    reopened += 1
                    continue
                # On a busy machine a question takes seconds, and DuckDB would draw its progress between our lines.
                con.execute("set enable_progress_bar = false")
                connected = True
                found = con.execute(_ASKED).fetchall()[0]
        except duckdb.Error as error:
            if not connected and _identity(path) != before:
                reopened += 1
                continue
            errors.append(str(error).splitlines()[0])
        else:
            night = int(found[0]) // 3
            if len({int(x) for x in found}) != 1:
                torn.append(str(found))
            went_back += bool(nights and night < nights[-1])
            if not nights or nights[-1] != night:
                nights.append(night)
        queries += 1
        if queries == 1:
            print("ready", flush=True)
    print(
        json.dumps(
            {
                "queries": queries,
                "errors": errors,
                "torn": torn,
                "went_back": went_back,
                "reopened": reopened,
                "nights": nights,
            }
        ),
        flush=True,
    )


def _identity(path: str) -> tuple[int, int]:
    found = Path(path).stat()
    return found.st_ino, found.st_mtime_ns


if __name__ == "__main__":
    main(sys.argv[1])
